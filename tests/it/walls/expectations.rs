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

#[test]
fn the_reader_of_the_table_sees_names_and_nothing_else() {
    let table = "| U1 | `a_b` of `src/a_b.rs` | `cargo test` |\n`not_a_row`";
    assert_eq!(named(table), BTreeSet::from(["a_b".to_owned()]));
}
