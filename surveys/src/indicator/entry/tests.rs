use super::*;
use crate::catalog;
use crate::text::Text;

const TODAY: &str = "2026-10-15";

fn target(code: &str) -> &'static Target {
    let plans = catalog::plans().iter();
    plans.flat_map(|plan| &plan.targets).find(|t| t.code.as_str() == code).unwrap()
}

fn parse(code: &str, typed: Typed<'_>) -> Result<Entry, Vec<BadEntry>> {
    Entry::parse(target(code), &typed, TODAY.parse().unwrap())
}

const COUNTS: Typed<'_> = Typed {
    period: "10/2026",
    numerator: "19",
    denominator: "20",
    source: "Hệ thống một cửa",
    result: "",
    day: "",
    link: "",
};

const PUBLISHED: Typed<'_> = Typed {
    period: "2025",
    result: "88,7",
    day: "01/06/2026",
    source: "Quyết định 12/QĐ-BNV",
    link: "https://example.vn/par-index",
    numerator: "",
    denominator: "",
};

#[test]
fn two_numbers_of_a_month_are_read() {
    let entry = parse("ontime", COUNTS).unwrap();
    assert_eq!(entry.indicator, "ONTIME_DOSSIERS");
    assert_eq!(entry.period, "2026-10", "a month that has begun");
    assert_eq!(entry.entered, Entered::Counts { numerator: 19, denominator: 20 });
    let nothing = Typed { numerator: "0", denominator: " 0 ", ..COUNTS };
    assert!(parse("ontime", nothing).is_ok(), "there may be none");
    let most = MAX_COUNT.to_string();
    assert!(parse("ontime", Typed { numerator: &most, denominator: &most, ..COUNTS }).is_ok());
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    use BadEntry::{Denominator, Month, MonthAhead, MoreThanAll, Numerator, OfNothing, Source};
    let more = (MAX_COUNT + 1).to_string();
    for (typed, expected) in [
        (Typed::default(), &[Month, Numerator, Denominator, Source][..]),
        (Typed { period: "11/2026", ..COUNTS }, &[MonthAhead]),
        (Typed { period: "13/2026", ..COUNTS }, &[Month]),
        (Typed { numerator: "21", ..COUNTS }, &[MoreThanAll]),
        (Typed { numerator: "-1", ..COUNTS }, &[Numerator]),
        (Typed { numerator: "1.000", ..COUNTS }, &[Numerator]),
        (Typed { numerator: "1e2", ..COUNTS }, &[Numerator]),
        (Typed { numerator: &more, denominator: &more, ..COUNTS }, &[Numerator, Denominator]),
        (Typed { denominator: "99999999999999999999", ..COUNTS }, &[Denominator]),
        (Typed { denominator: "0", ..COUNTS }, &[OfNothing]),
        (Typed { source: "một\nhai", ..COUNTS }, &[Source]),
        (Typed { source: "  ", ..COUNTS }, &[Source]),
    ] {
        assert_eq!(parse("ontime", typed).unwrap_err(), expected, "{typed:?}");
    }
    let long = "x".repeat(LONGEST_SOURCE);
    assert!(parse("ontime", Typed { source: &long, ..COUNTS }).is_ok());
    let longer = "x".repeat(LONGEST_SOURCE + 1);
    assert_eq!(parse("ontime", Typed { source: &longer, ..COUNTS }), Err(vec![Source]));
}

#[test]
fn thousands_are_typed_with_their_marks_and_nothing_else_is_changed() {
    for (typed, read) in [
        ("1.234", "1234"),
        (" 12.345.678 ", "12345678"),
        ("100.000", "100000"),
        ("1234", "1234"),
        ("1,234", "1,234"),
        ("1.23", "1.23"),
        ("1234.567", "1234.567"),
        ("0.875", "0.875"),
        ("1..234", "1..234"),
        ("1.234,5", "1.234,5"),
        ("-1.234", "-1.234"),
        ("", ""),
    ] {
        assert_eq!(ungrouped(typed), read, "{typed}");
    }
    assert!(parse("par-index", Typed { result: "0.875", ..PUBLISHED }).is_ok(), "no thousands");
}

#[test]
fn minutes_may_be_more_than_transactions() {
    let minutes = Typed { numerator: "15000", denominator: "1000", ..COUNTS };
    assert!(parse("waiting-time", minutes).is_ok());
    let nobody = Typed { numerator: "1", denominator: "0", ..COUNTS };
    assert_eq!(parse("waiting-time", nobody), Err(vec![BadEntry::OfNothing]));
}

#[test]
fn a_published_result_has_a_year_a_day_a_source_and_perhaps_a_link() {
    let entry = parse("par-index", PUBLISHED).unwrap();
    assert_eq!(entry.period, "2025");
    let Entered::Number { value, published_on } = entry.entered else { panic!("a number") };
    assert_eq!(
        (value.to_string().as_str(), published_on.to_string().as_str()),
        ("88.7", "2026-06-01")
    );
    assert_eq!(entry.link, "https://example.vn/par-index");
    assert!(parse("par-index", Typed { link: "", result: "100 %", ..PUBLISHED }).is_ok());
    for (typed, expected) in [
        (Typed { period: "2027", ..PUBLISHED }, BadEntry::Year),
        (Typed { period: "25", ..PUBLISHED }, BadEntry::Year),
        (Typed { period: "1999", ..PUBLISHED }, BadEntry::Year),
        (Typed { result: "100,1", ..PUBLISHED }, BadEntry::Number),
        (Typed { result: "cao", ..PUBLISHED }, BadEntry::Number),
        (Typed { result: "1.234", ..PUBLISHED }, BadEntry::TwoMeanings),
        (Typed { result: "88.750", ..PUBLISHED }, BadEntry::TwoMeanings),
        (Typed { result: "1.234.567", ..PUBLISHED }, BadEntry::TwoMeanings),
        (Typed { day: "16/10/2026", ..PUBLISHED }, BadEntry::Day),
        (Typed { day: "31/02/2026", ..PUBLISHED }, BadEntry::Day),
        (Typed { day: "", ..PUBLISHED }, BadEntry::Day),
    ] {
        assert_eq!(parse("par-index", typed), Err(vec![expected]), "{typed:?}");
    }
}

#[test]
fn a_link_is_a_page_and_nothing_that_a_browser_would_run() {
    for wrong in [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.vn",
        "https://",
        "https:///x",
        "https://\"onclick=",
        "https://x y",
        "ftp://example.vn",
        "HTTPS://example.vn",
    ] {
        let typed = Typed { link: wrong, ..PUBLISHED };
        assert_eq!(parse("par-index", typed), Err(vec![BadEntry::Link]), "{wrong}");
    }
    let longest = format!("https://{}", "x".repeat(LONGEST_LINK - 8));
    assert!(parse("par-index", Typed { link: &longest, ..PUBLISHED }).is_ok());
    let longer = format!("{longest}x");
    let refused = parse("par-index", Typed { link: &longer, ..PUBLISHED });
    assert_eq!(refused, Err(vec![BadEntry::Link]));
}

#[test]
fn a_rank_is_one_of_the_plans_or_any_word_where_it_names_none() {
    let rank = |target: &Target, result: &str| {
        let typed = Typed { result, ..PUBLISHED };
        Entry::parse(target, &typed, TODAY.parse().unwrap()).is_ok()
    };
    let group = target("papi-group");
    assert!(rank(group, "Trung bình cao"));
    assert!(!rank(group, "Tốt") && !rank(group, ""));
    let unlisted = Target { ranks: Vec::new(), ..group.clone() };
    assert!(rank(&unlisted, "Tốt") && !rank(&unlisted, "") && !rank(&unlisted, &"x".repeat(61)));
}

#[test]
fn a_duty_has_its_day_and_its_evidence() {
    let typed = Typed { day: "2026-10-15", source: "Báo cáo 15/BC-UBND", ..Typed::default() };
    let entry = parse("quick-survey", typed).unwrap();
    assert_eq!(entry.period, "2026-10-15");
    assert_eq!(entry.entered, Entered::Done { on: TODAY.parse().unwrap() });
    let nothing = parse("quick-survey", Typed::default());
    assert_eq!(nothing, Err(vec![BadEntry::Day, BadEntry::Source]));
}

#[test]
fn what_surveys_measure_takes_no_entry() {
    assert!(parse("sipas", COUNTS).is_err());
}

#[test]
fn an_entry_is_withdrawn_with_a_reason_only() {
    assert_eq!(Entry::withdrawing("ONTIME_DOSSIERS", "2026-10", " \n"), None);
    let withdrawn = Entry::withdrawing("ONTIME_DOSSIERS", "2026-10", " nhập nhầm xã ").unwrap();
    assert_eq!((withdrawn.entered, &*withdrawn.source), (Entered::Withdrawn, "nhập nhầm xã"));
}

#[test]
fn every_text_says_what_to_do_in_both_languages() {
    for bad in BadEntry::ALL {
        let Text { vi, en } = bad.text();
        assert!(vi.contains("Hãy"), "{vi}");
        assert!(!en.is_empty() && en != vi, "{en}");
        for banned in ["không hợp lệ", "lỗi", "!"] {
            assert!(!vi.contains(banned), "{vi}");
        }
    }
}
