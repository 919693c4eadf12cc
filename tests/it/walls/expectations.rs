//! What citizens may expect is checked by tests that exist.

use std::collections::BTreeSet;

use super::{root, rust_files};

/// The names in the rows of the table: words in backquotes with an underscore.
fn named(table: &str) -> BTreeSet<String> {
    let rows = table.lines().filter(|line| line.starts_with('|') || line.contains("on request"));
    rows.flat_map(|row| row.split('`').skip(1).step_by(2))
        .filter(|name| name.contains('_') && !name.contains([' ', '/']))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_expectation_names_tests_that_are_there() {
    let table = std::fs::read_to_string(root().join("docs/EXPECTATIONS.md")).unwrap();
    let code: String = rust_files().into_iter().map(|(_, text)| text).collect();
    let names = named(&table);
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        assert!(code.contains(&format!("fn {name}(")), "no test is called {name}");
    }
    for kind in ["| U", "| D", "| S"] {
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with(kind)).collect();
        assert!(rows.len() >= 7, "only {} rows begin with {kind}", rows.len());
        for row in rows {
            assert!(!named(row).is_empty(), "nothing checks {row}");
        }
    }
}

/// Rows of `table` that are none: of other than four cells, with the number of another row, or
/// with a test that they name twice.
fn misshapen(table: &str) -> Vec<String> {
    let mut numbers = BTreeSet::new();
    let is_misshapen = |row: &&str| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let tests: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let twice = tests.len() != tests.iter().collect::<BTreeSet<_>>().len();
        let is_row = cells.len() == 6 && cells[0].is_empty() && cells[5].is_empty();
        !is_row
            || twice
            || (cells[1].ends_with(char::is_numeric) && !numbers.insert(cells[1].to_owned()))
    };
    table
        .lines()
        .filter(|line| line.starts_with('|'))
        .filter(is_misshapen)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_expectation_is_one_row_of_its_own() {
    let table = std::fs::read_to_string(root().join("docs/EXPECTATIONS.md")).unwrap();
    assert_eq!(misshapen(&table), Vec::<String>::new());
    let (good, other) = ("| U1 | a | b | `c_d` |", "| U2 | a | b | `c_d`, `e_f` |");
    assert_eq!(misshapen(&format!("{good}\n{other}")), Vec::<String>::new());
    let twice = "| U3 | a | b | `c_d`, `c_d` |";
    for wrong in [format!("{good}\n{good}"), format!("{good} {other}"), twice.to_owned()] {
        assert_eq!(misshapen(&wrong).len(), 1, "{wrong}");
    }
}

#[test]
fn the_reader_of_the_table_sees_names_and_nothing_else() {
    let table = "| U1 | `a_b` of `src/a_b.rs` | `cargo test` |\n`not_a_row`";
    assert_eq!(named(table), BTreeSet::from(["a_b".to_owned()]));
}
