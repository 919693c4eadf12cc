use super::*;
use crate::code::{CommuneCode, ItemCode};
use crate::text::Language;

fn mistakes_of<T: std::fmt::Debug>(
    source: &str,
    keys: &[&str],
    build: impl FnOnce(&Table<'_>) -> Option<T>,
) -> Vec<String> {
    let mistakes = read(source, keys, build).expect_err("the source was accepted");
    mistakes.iter().map(|m| m.line_in(Language::En)).collect()
}

#[test]
fn every_mistake_is_told_at_once_with_line_and_column() {
    let source = "title = { vi = \"Tên\" }\ncode = \"có dấu\"\ncount = 300\n\
                  when = 2026-02-30\ncolour = 1\n\n[[row]]\nn = 1\n\n[[row]]\nn = \"hai\"\n";
    let keys = ["title", "code", "count", "day", "color", "row", "name"];
    let broken_date = mistakes_of(source, &keys, |_| Some(()));
    assert_eq!(broken_date.len(), 1, "{broken_date:?}");
    assert!(broken_date[0].starts_with("4:"), "{broken_date:?}");

    let source = source.replace("when = 2026-02-30", "day = \"2026-02-28\"");
    let told = mistakes_of(&source, &keys, |root| {
        root.required("title").text(50);
        root.required("name").string(50);
        root.required("code").code::<ItemCode>();
        root.required("count").integer(0..=99_u8);
        root.required("day").date();
        for row in root.optional("row").tables(&["n"]) {
            row.required("n").integer(0..=9_u32);
        }
        Some(())
    });
    let starts = [
        "1:1: `name`",
        "1:9: `en`",
        "2:8: `có dấu`",
        "3:9: `count`",
        "4:7: `day`",
        "5:1: There is no key `colour`; did you mean `color`?",
        "11:5: `n`",
    ];
    assert_eq!(told.len(), starts.len(), "{told:#?}");
    for (line, start) in told.iter().zip(starts) {
        assert!(line.starts_with(start), "{line} does not begin with {start}");
    }
}

#[test]
fn a_missing_key_is_told_at_the_header_of_its_table() {
    let source = "[[row]]\nn = 1\n\n[[row]]\nm = 2\n";
    let told = mistakes_of(source, &["row"], |root| {
        for row in root.required("row").tables(&["n", "m"]) {
            row.required("n").integer(0..=9_u8);
        }
        Some(())
    });
    assert_eq!(told, ["4:1: `n` is missing; add it."]);
}

#[test]
fn a_syntax_error_is_told_with_its_place() {
    let told = mistakes_of("a = 1\nb = [1, 2\nc = 3\n", &["a"], |_| Some(()));
    assert!(told[0].starts_with("2:") || told[0].starts_with("3:"), "{told:?}");
    let told = mistakes_of("a = 1\na = 2\n", &["a"], |_| Some(()));
    assert_eq!(told, ["2:1: This key is written twice; remove one."]);
}

#[test]
fn texts_are_composed_trimmed_and_free_of_control_characters() {
    let read_a = |source: &str| read(source, &["a"], |root| root.required("a").string(10));
    assert_eq!(read_a("a = \" Ho\u{300}a\\nbình \""), Ok("Hòa bình".to_owned()));
    for bad in [
        "a = \"\"",
        "a = \"  \"",
        "a = \"x\\u0000y\"",
        "a = \"x\\u202Ey\"",
        "a = 3",
        "a = \"12345678901\"",
    ] {
        assert_eq!(read_a(bad).map_err(|m| m.len()), Err(1), "{bad}");
    }
}

#[test]
fn numbers_dates_and_choices_are_bounded() {
    let read_a =
        |a: &str| read(&format!("a = {a}"), &["a"], |root| root.required("a").integer(0..=99_u8));
    assert_eq!(read_a("99"), Ok(99));
    for bad in ["100", "-1", "9223372036854775808", "1.0", "\"1\""] {
        assert_eq!(read_a(bad).map_err(|m| m.len()), Err(1), "{bad}");
    }
    let number =
        |a: &str| read(&format!("a = {a}"), &["a"], |root| root.required("a").number(0.0..=100.0));
    assert_eq!(number("85"), Ok(85.0));
    assert_eq!(number("88.5"), Ok(88.5));
    for bad in ["nan", "inf", "100.1", "true"] {
        assert!(number(bad).is_err(), "{bad}");
    }
    let date = |a: &str| read(&format!("a = {a}"), &["a"], |root| root.required("a").date());
    assert_eq!(date("2024-02-29"), Ok(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()));
    assert!(date("2024-02-29T10:00:00").is_err());
    assert!(date("2023-02-29").is_err());
    let choice = |a: &str| {
        read(&format!("a = {a}"), &["a"], |r| r.required("a").one_of(&[(">=", 1), (">", 2)]))
    };
    assert_eq!(choice("\">\""), Ok(2));
    assert!(choice("\"<\"").is_err());
}

#[test]
fn codes_say_their_own_rule_in_both_languages() {
    let mistakes = read("a = \"385\"", &["a"], |r| r.required("a").code::<CommuneCode>())
        .expect_err("three digits were accepted");
    assert!(mistakes[0].text.vi.contains("đúng 5 chữ số"));
    assert!(mistakes[0].text.en.contains("exactly 5 digits"));
}

#[test]
fn a_name_used_twice_is_told_with_the_line_of_its_first_use() {
    let told = mistakes_of("a = [\"x\",\n \"y\",\n \"x\"]", &["a"], |root| {
        let mut distinct = Distinct::default();
        for field in root.required("a").list() {
            let name = field.string(10)?;
            distinct.admit(root.ledger(), field.place(), &name);
        }
        Some(())
    });
    assert_eq!(told, ["3:2: `x` is already used on line 1; choose another."]);
}

#[test]
fn too_large_a_file_and_too_many_mistakes_stay_bounded() {
    let large = "#".repeat(MAX_BYTES + 1);
    assert_eq!(mistakes_of(&large, &[], |_| Some(())).len(), 1);
    let many = (0..1000).map(|i| format!("key{i} = 1")).collect::<Vec<_>>().join("\n");
    let told = mistakes_of(&many, &["other"], |_| Some(()));
    assert_eq!(told.len(), 201);
    assert!(told[200].contains("800 more"), "{}", told[200]);
}
