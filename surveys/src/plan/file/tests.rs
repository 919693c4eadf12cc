use super::*;
use crate::text::Language;

/// A small plan without a mistake.
const SOUND: &str = r#"id = "an-binh-2026"
version = 1
title = { vi = "Kế hoạch", en = "Plan" }
commune_code = "00385"
unit_name = { vi = "xã An Bình", en = "An Bình commune" }
issued_by = "UBND xã An Bình"
valid_from = 2026-01-01
valid_to = 2026-12-31

[[target]]
code = "sipas"
indicator = "SIPAS"
title = { vi = "Hài lòng", en = "Satisfaction" }
operator = ">="
value = 85
unit = "percent"
clause = "mục 1"
quote = "đạt 85% trở lên"
measured_by = "survey"
scopes = [{ instrument = "sipas-style", index = true, components = ["all"] }]
conflicts_with = ["sipas-90"]

[[target]]
code = "sipas-90"
indicator = "SIPAS"
title = { vi = "Hài lòng", en = "Satisfaction" }
operator = ">="
value = 90
unit = "percent"
clause = "mục 2"
quote = "đạt 90% trở lên"
measured_by = "survey"
scopes = [{ instrument = "sipas-style", index = true }]
conflicts_with = ["sipas"]
binding = false

[[component]]
code = "access"
title = { vi = "Tiếp cận", en = "Access" }

[[component.task]]
text = "Niêm yết"
lead = "Văn phòng"
deadline = "Thường xuyên"
clause = "mục 3"

[[period]]
of_year = "year"
first = { year_offset = -1, month = 12, day = 10 }
last = { month = 12, day = 9 }
clause = "mục 4"
quote = "từ ngày 10/12"

[[period.deadline]]
from = { vi = "Văn phòng", en = "Office" }
to = { vi = "Tỉnh", en = "Province" }
before_day = 15
clause = "mục 4"
quote = "trước ngày 15"
"#;

/// What `parse` says after `from` is replaced by `to` in the sound plan.
fn told(from: &str, to: &str) -> Vec<String> {
    assert!(SOUND.contains(from), "{from:?} is not in the plan");
    let mistakes = parse(&SOUND.replacen(from, to, 1)).expect_err("the plan was accepted");
    mistakes.iter().map(|m| m.line_in(Language::En)).collect()
}

#[test]
fn a_plan_binds_a_commune_of_today() {
    assert_eq!(told("00385", "99999"), ["4:16: There is no commune 99999; correct it."]);
    let merged = told("00385", "00388");
    assert!(merged.len() == 1 && merged[0].contains("it is now "), "{merged:?}");
}

#[test]
fn a_plan_without_a_mistake_is_read_whole() {
    let plan = parse(SOUND).unwrap();
    assert_eq!((plan.targets.len(), plan.components[0].tasks.len()), (2, 1));
    assert_eq!(plan.targets[0].proportion(), Some(0.85));
    assert!(plan.targets[0].binding && !plan.targets[1].binding);
    assert_eq!(plan.targets[1].valid_to, plan.valid_to);
    assert_eq!(plan.calendar.deadlines_of(2026)[0].last_day.to_string(), "2026-12-14");
    assert!(plan.issued_on.is_none() && plan.number.is_none());
}

#[test]
fn one_mistake_is_told_with_its_place_and_what_to_do() {
    for (from, to, expected) in [
        ("value = 85", "value = 185", "15:9: `value` must be from 0 to 100."),
        ("value = 85", "value = \"85\"", "15:9: `value` must be a number."),
        ("operator = \">=\"", "operator = \"≥\"", "14:12: `operator` cannot be"),
        ("unit = \"percent\"", "unit = \"rank\"", "16:8: The unit `rank` does not go with `>=`"),
        ("operator = \">=\"\nvalue = 85", "operator = \"duty\"", "15:8: The unit `percent`"),
        ("indicator = \"SIPAS\"", "indicator = \"Sipas\"", "12:13: An indicator has capital"),
        ("\"00385\"", "\"385\"", "4:16: `385` is not a usable code; write exactly 5 digits."),
        ("2026-12-31", "2025-12-31", "8:12: `valid_to` lies before `valid_from`"),
        ("2026-12-31", "2226-12-31", "8:12: The year must be from 2000 to 2100."),
        (
            "quote = \"đạt 85",
            "source = { vi = \"a\", en = \"b\" }\nquote = \"đạt 85",
            "18:10: `source` does not go with this `measured_by`",
        ),
        ("components = [\"all\"]", "colour = [\"all\"]", "20:55: There is no key `colour`"),
        (
            "clause = \"mục 2\"",
            "valid_to = 2027-01-01\nclause = \"mục 2\"",
            "23:1: The target holds outside the days of its plan",
        ),
        ("month = 12, day = 9", "month = 2, day = 29", "50:8: This day does not exist"),
        ("month = 12, day = 9", "month = 12, day = 8", "47:1: Reporting years must follow"),
        ("before_day = 15\n", "", "54:1: Write one of two"),
        ("before_day = 15", "before_day = 29", "57:14: `before_day` must be from 1 to 28."),
        ("of_year = \"year\"", "of_year = \"quarter\"", "49:9: Each period has its own first"),
        (
            "[[component.task]]\ntext = \"Niêm yết\"",
            "[[component.task]]",
            "41:1: `text` is missing; add it.",
        ),
    ] {
        let told = told(from, to);
        assert!(told.iter().any(|t| t.starts_with(expected)), "{expected}\n{told:#?}");
    }
}

#[test]
fn a_quotation_is_a_clause_and_not_a_page() {
    let page = format!("quote = \"{}\"", "x".repeat(401));
    let told = told("quote = \"đạt 85% trở lên\"", &page);
    assert_eq!(told, ["18:9: `quote` has 401 characters; shorten it to at most 400."]);
}

#[test]
fn contradictions_must_be_told_from_both_sides() {
    let told = told("conflicts_with = [\"sipas\"]\n", "");
    assert!(told.iter().any(|t| t.contains("does not name `sipas` in turn")), "{told:#?}");
    let unknown = self::told("[\"sipas-90\"]", "[\"sipas-99\"]");
    assert!(unknown.iter().any(|t| t.contains("no target `sipas-99`")), "{unknown:#?}");
    let itself = self::told("[\"sipas-90\"]", "[\"sipas-90\", \"sipas\"]");
    assert!(itself.iter().any(|t| t.contains("cannot contradict itself")), "{itself:#?}");
}

#[test]
fn exactly_one_of_contradicting_targets_binds() {
    let both = told("binding = false", "binding = true");
    assert!(both.iter().any(|t| t.contains("Exactly one of sipas, sipas-90")), "{both:#?}");
    let neither =
        told("conflicts_with = [\"sipas-90\"]", "conflicts_with = [\"sipas-90\"]\nbinding = false");
    assert!(neither[0].starts_with("10:1: Exactly one of sipas, sipas-90"), "{neither:#?}");
    assert_eq!(neither.len(), 1);
}

#[test]
fn targets_on_different_indicators_cannot_contradict() {
    let told = told("indicator = \"SIPAS\"\n", "indicator = \"ONTIME_DOSSIERS\"\n");
    assert_eq!(told.iter().filter(|t| t.contains("another indicator")).count(), 2, "{told:#?}");
}

#[test]
fn two_binding_targets_may_not_claim_the_same_figure() {
    let source = SOUND
        .replace("conflicts_with = [\"sipas-90\"]\n", "")
        .replace("conflicts_with = [\"sipas\"]\nbinding = false\n", "");
    let mistakes = parse(&source).unwrap_err();
    assert_eq!(mistakes.len(), 1);
    assert_eq!(mistakes[0].line, 22);
    assert!(mistakes[0].text.en.contains("already binds a figure of `sipas-style`"));
    let divided = source.replace("index = true }", "index = false, components = [\"access\"] }");
    assert_eq!(parse(&divided).unwrap_err().len(), 1, "`all` covers `access` too");
    let divided = divided.replace("[\"all\"]", "[\"results\"]");
    assert!(parse(&divided).is_ok());
}

#[test]
fn every_mistake_of_a_broken_plan_is_told_at_once() {
    let broken = SOUND
        .replace("version = 1", "version = 0")
        .replace("code = \"access\"", "code = \"tiếp cận\"")
        .replace("value = 85", "value = -1")
        .replace("code = \"sipas-90\"", "code = \"SIPAS\"")
        .replace("month = 12, day = 10", "month = 13, day = 10");
    let mistakes = parse(&broken).unwrap_err();
    let lines: Vec<_> = mistakes.iter().map(|m| m.line).collect();
    assert_eq!(lines, [2, 15, 24, 38, 49], "{mistakes:#?}");
}

#[test]
fn what_is_no_plan_at_all_is_refused_without_a_panic() {
    for source in ["", "=", "[[target]]", "target = 3", "\u{feff}", "id = \"a\"\nid = \"b\""] {
        assert!(!parse(source).unwrap_err().is_empty(), "{source:?}");
    }
}
