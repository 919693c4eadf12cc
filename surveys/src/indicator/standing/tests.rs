use super::*;
use crate::catalog;
use crate::plan::Plan;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn period(code: &str) -> Period {
    Period::parse(code).unwrap()
}

fn plan(id: &str) -> &'static Plan {
    catalog::plan(id).unwrap()
}

/// The target `code` of Long Phụng's plan with another operator and value.
fn share(operator: Operator, value: f64) -> Target {
    let target = plan("long-phung-2025").target("ontime").unwrap().clone();
    Target { operator, value: Some(TargetValue::Number(value)), ..target }
}

fn entry(target: &Target, period: &str, entered: Entered) -> Entry {
    Entry {
        indicator: target.indicator.clone(),
        period: period.to_owned(),
        entered,
        source: "Hệ thống một cửa".into(),
        link: String::new(),
    }
}

fn counts(target: &Target, month: &str, numerator: u64, denominator: u64) -> Entry {
    entry(target, month, Entered::Counts { numerator, denominator })
}

/// Where `target` stands in the period `code` at the end of 2025.
fn stands(target: &Target, code: &str, entries: &[Entry]) -> Standing {
    let calendar = ReportingCalendar::default();
    standing(target, &calendar, &period(code), day("2025-12-31"), entries)
}

/// What is said of one month's counts.
fn said(target: &Target, numerator: u64, denominator: u64) -> Verdict {
    stands(target, "2025-10", &[counts(target, "2025-10", numerator, denominator)]).verdict
}

#[test]
fn a_share_is_compared_exactly_at_the_edge() {
    use Verdict::{Met, NotMet};
    let huge = crate::indicator::MAX_COUNT;
    for (operator, value, numerator, denominator, expected) in [
        // 95 % of 20 is 19.
        (Operator::AtLeast, 95.0, 19, 20, Met),
        (Operator::AtLeast, 95.0, 18, 20, NotMet),
        (Operator::MoreThan, 95.0, 19, 20, NotMet),
        (Operator::MoreThan, 95.0, 20, 20, Met),
        (Operator::AtLeast, 98.0, 49, 50, Met),
        (Operator::AtLeast, 98.0, 979_999, 1_000_000, NotMet),
        (Operator::AtLeast, 88.5, 177, 200, Met),
        (Operator::AtLeast, 88.5, 176, 200, NotMet),
        // A third is less than 33.333334 % and more than 33.333333 %.
        (Operator::AtLeast, 33.333_334, 1, 3, NotMet),
        (Operator::AtLeast, 33.333_333, 1, 3, Met),
        (Operator::Equal, 100.0, 7, 7, Met),
        (Operator::Equal, 100.0, huge - 1, huge, NotMet),
        (Operator::Equal, 50.0, 1, 2, Met),
        (Operator::Equal, 50.0, 2, 3, NotMet),
        (Operator::AtMost, 5.0, 1, 20, Met),
        (Operator::AtMost, 5.0, 2, 20, NotMet),
        // 0.29 × 100 is 28.999999999999996 in binary fractions.
        (Operator::AtLeast, 29.0, 29, 100, Met),
        (Operator::AtLeast, 57.0, 57, 100, Met),
    ] {
        let target = share(operator, value);
        let what = format!("{numerator}/{denominator} {operator} {value}");
        assert_eq!(said(&target, numerator, denominator), expected, "{what}");
    }
}

#[test]
fn minutes_are_compared_per_transaction() {
    let target = plan("long-xuyen-2025").target("waiting-time").unwrap();
    assert_eq!(said(target, 15_000, 1_000), Verdict::Met, "at most 15");
    assert_eq!(said(target, 15_001, 1_000), Verdict::NotMet);
    assert_eq!(said(target, 0, 1_000), Verdict::Met);
}

#[test]
fn months_are_added_up_and_those_missing_are_told() {
    let target = share(Operator::AtLeast, 90.0);
    let entries = [counts(&target, "2025-07", 9, 10), counts(&target, "2025-09", 90, 100)];
    let quarter = stands(&target, "2025-Q3", &entries);
    assert_eq!(quarter.verdict, Verdict::MonthsMissing);
    assert_eq!(quarter.value, Some(Value::Counts { numerator: 99, denominator: 110 }));
    let months = quarter.months.unwrap();
    assert_eq!((months.entered, months.due), (2, 3));
    assert_eq!((&*months.first.code, &*months.last.code), ("2025-07", "2025-09"));
    assert_eq!(quarter.used, ["2025-07", "2025-09"]);
    let whole = [&entries[..], &[counts(&target, "2025-08", 0, 0)]].concat();
    assert_eq!(stands(&target, "2025-Q3", &whole).verdict, Verdict::Met, "99 of 110 are 90 %");
    let other = [counts(&share(Operator::Equal, 1.0), "2025-07", 1, 1)];
    let elsewhere = Target { indicator: "OTHER".into(), ..target };
    assert_eq!(stands(&elsewhere, "2025-Q3", &other).verdict, Verdict::NothingEntered);
}

#[test]
fn a_month_that_still_runs_counts_in_no_longer_period_and_has_no_verdict_of_its_own() {
    let target = share(Operator::AtLeast, 90.0);
    let entries = [counts(&target, "2025-07", 9, 10), counts(&target, "2025-08", 1, 10)];
    let on = |code, today, entries: &[Entry]| {
        let calendar = ReportingCalendar::default();
        let standing = standing(&target, &calendar, &period(code), day(today), entries);
        let months = standing.months.map(|months| (months.entered, months.due));
        (standing.verdict, months)
    };
    assert_eq!(on("2025-Q3", "2025-08-31", &entries[..1]), (Verdict::Met, Some((1, 1))));
    assert_eq!(on("2025-Q3", "2025-08-31", &entries), (Verdict::Met, Some((1, 1))));
    assert_eq!(on("2025-Q3", "2025-09-01", &entries), (Verdict::NotMet, Some((2, 2))));
    let missing = (Verdict::MonthsMissing, Some((1, 2)));
    assert_eq!(on("2025-Q3", "2025-09-01", &entries[..1]), missing);
    assert_eq!(on("2025-08", "2025-08-31", &entries), (Verdict::StillRunning, Some((1, 1))));
    assert_eq!(on("2025-08", "2025-09-01", &entries), (Verdict::NotMet, Some((1, 1))));
    assert_eq!(on("2025-Q3", "2025-07-20", &entries), (Verdict::NothingEntered, None));
}

#[test]
fn nothing_to_count_gives_no_value_and_no_verdict_of_a_failure() {
    let target = plan("long-phung-2025").target("apology-letters").unwrap();
    let none = stands(target, "2025-10", &[counts(target, "2025-10", 0, 0)]);
    assert_eq!((none.value, none.verdict), (None, Verdict::NothingToCount));
    assert_eq!(none.months.unwrap().entered, 1);
    assert_eq!(stands(target, "2025-10", &[]).verdict, Verdict::NothingEntered);
    let withdrawn = [entry(target, "2025-10", Entered::Withdrawn)];
    assert_eq!(stands(target, "2025-10", &withdrawn).verdict, Verdict::NothingEntered);
}

#[test]
fn every_month_belongs_to_one_quarter_also_where_they_begin_on_the_tenth() {
    let calendar = &plan("long-xuyen-2025").calendar;
    let codes = |code: &str| -> Vec<String> {
        let period = calendar.period(code).unwrap();
        months_of(&period).into_iter().map(|month| month.code).collect()
    };
    assert_eq!(codes("2025-Q1"), ["2024-12", "2025-01", "2025-02"]);
    assert_eq!(codes("2025-Q3"), ["2025-06", "2025-07", "2025-08"]);
    assert_eq!(codes("2025").len(), 12);
    assert_eq!(codes("2025")[11], "2025-11");
    assert_eq!(months_of(&period("2025-10")), [period("2025-10")]);
}

#[test]
fn months_before_a_target_do_not_count_and_those_after_its_end_do() {
    let target = share(Operator::AtLeast, 90.0);
    let from_august = Target { valid_from: day("2025-08-01"), ..target.clone() };
    let until_august = Target { valid_to: day("2025-08-31"), ..target };
    let months = |target: &Target, counted: [u64; 3]| {
        let codes = ["2025-07", "2025-08", "2025-09"].into_iter();
        codes.zip(counted).map(|(code, of_10)| counts(target, code, of_10, 10)).collect::<Vec<_>>()
    };
    let quarter = stands(&from_august, "2025-Q3", &months(&from_august, [0, 9, 9]));
    assert_eq!((quarter.verdict, quarter.in_force), (Verdict::Met, true));
    assert_eq!(quarter.used, ["2025-08", "2025-09"]);
    let quarter = stands(&until_august, "2025-Q3", &months(&until_august, [9, 9, 0]));
    assert_eq!((quarter.verdict, quarter.in_force), (Verdict::NotMet, false));
    assert_eq!(quarter.used.len(), 3);
    let earlier = stands(&from_august, "2025-07", &months(&from_august, [9, 0, 0]));
    assert_eq!((earlier.verdict, earlier.used), (Verdict::Met, vec!["2025-07".to_owned()]));
    let later = [counts(&until_august, "2026-07", 1, 10)];
    let calendar = ReportingCalendar::default();
    let year_after =
        standing(&until_august, &calendar, &period("2026-07"), day("2026-10-15"), &later);
    assert_eq!((year_after.verdict, year_after.in_force), (Verdict::NotMet, false));
}

#[test]
fn a_year_of_which_the_plan_held_for_one_month_is_of_all_that_were_entered() {
    let plan = plan("long-xuyen-2025");
    let (target, calendar) = (plan.target("waiting-time").unwrap(), &plan.calendar);
    let year = calendar.period("2026").unwrap();
    let entries: Vec<Entry> = months_of(&year)
        .iter()
        .take(11)
        .enumerate()
        .map(|(n, month)| counts(target, &month.code, if n == 0 { 100 } else { 10 }, 10))
        .collect();
    assert_eq!(entries[0].period, "2025-12");
    let standing = standing(target, calendar, &year, day("2026-11-10"), &entries);
    let months = standing.months.unwrap();
    assert_eq!((months.entered, months.due), (11, 11));
    let (numerator, denominator) = (200, 110);
    assert_eq!(standing.value, Some(Value::Counts { numerator, denominator }));
}

#[test]
fn less_than_before_is_held_against_as_many_months_of_the_time_before() {
    let target = plan("long-phung-2025").target("waiting-time").unwrap();
    let target = &Target { valid_from: day("2025-01-01"), ..target.clone() };
    let calendar = &plan("long-phung-2025").calendar;
    let stands = |code: &str, today: &str, entries: &[Entry]| {
        let period = calendar.period(code).unwrap();
        standing(target, calendar, &period, day(today), entries).verdict
    };
    let before = counts(target, "2025-09", 120, 10);
    let now = |minutes| [before.clone(), counts(target, "2025-10", minutes, 100)];
    assert_eq!(stands("2025-10", "2025-12-31", &now(1_199)), Verdict::Met);
    assert_eq!(stands("2025-10", "2025-12-31", &now(1_200)), Verdict::NotMet, "not less");
    assert_eq!(stands("2025-10", "2025-12-31", &now(1_199)[1..]), Verdict::NoBase);
    let nothing_before = [counts(target, "2025-09", 0, 0), counts(target, "2025-10", 9, 1)];
    assert_eq!(stands("2025-10", "2025-12-31", &nothing_before), Verdict::NoBase);
    // A year that still runs: two months against the same two of the year before.
    let months = [
        counts(target, "2024-01", 10, 1),
        counts(target, "2024-02", 10, 1),
        counts(target, "2025-01", 9, 1),
        counts(target, "2025-02", 9, 1),
    ];
    assert_eq!(stands("2025", "2025-03-10", &months), Verdict::Met);
}

#[test]
fn a_published_number_is_the_newest_of_a_year_that_is_not_later() {
    let target = plan("long-phung-2025").target("par-index").unwrap();
    let number = |year: &str, value: &str| {
        let value = Decimal::parse(value).unwrap();
        entry(target, year, Entered::Number { value, published_on: day("2025-05-01") })
    };
    let entries = [number("2024", "88,49"), number("2025", "88,50"), number("2026", "1")];
    let this = stands(target, "2025", &entries);
    assert_eq!((this.verdict, this.used), (Verdict::Met, vec!["2025".to_owned()]));
    let that = stands(target, "2024", &entries);
    assert_eq!(that.verdict, Verdict::NotMet, "88.49 does not reach 88.5");
    assert_eq!(stands(target, "2023", &entries).verdict, Verdict::NothingEntered);
}

#[test]
fn a_rank_is_judged_by_the_plans_list_and_by_a_person_where_there_is_none() {
    let target = plan("long-phung-2025").target("papi-group").unwrap();
    let rank = |target: &Target, rank: &str| {
        let rank = Entered::Rank { rank: rank.into(), published_on: day("2025-05-01") };
        stands(target, "2025", &[entry(target, "2025", rank)]).verdict
    };
    assert_eq!(rank(target, "Cao nhất"), Verdict::Met);
    assert_eq!(rank(target, "Trung bình cao"), Verdict::Met);
    assert_eq!(rank(target, "Trung bình thấp"), Verdict::NotMet);
    assert_eq!(rank(target, "Thấp nhất"), Verdict::NotMet);
    assert_eq!(rank(target, "Tuyệt vời"), Verdict::NoRanks);
    let unlisted = Target { ranks: Vec::new(), ..target.clone() };
    assert_eq!(rank(&unlisted, "Trung bình cao"), Verdict::NoRanks);
}

#[test]
fn a_duty_is_on_record_and_a_deadline_is_met_before_its_day() {
    let plan = plan("dien-khanh-2025");
    let done = |target: &Target, on: &str| entry(target, on, Entered::Done { on: day(on) });
    let survey = plan.target("quick-survey").unwrap();
    let entries = [done(survey, "2025-09-03"), done(survey, "2025-10-07")];
    let year = stands(survey, "2025", &entries);
    assert_eq!(
        (year.verdict, year.value),
        (Verdict::Recorded, Some(Value::Day(day("2025-10-07"))))
    );
    assert_eq!(stands(survey, "2025-Q1", &entries).verdict, Verdict::NothingEntered);

    let report = plan.target("annual-report-22-11").unwrap();
    let said = |code: &str, entries: &[Entry]| stands(report, code, entries).verdict;
    assert_eq!(said("2025", &[done(report, "2025-11-21")]), Verdict::Met);
    assert_eq!(said("2025", &[done(report, "2025-11-22")]), Verdict::NotMet, "that day is late");
    assert_eq!(
        said("2025", &[done(report, "2025-11-28"), done(report, "2025-11-01")]),
        Verdict::Met,
        "the first counts"
    );
    assert_eq!(said("2025", &[]), Verdict::NothingEntered, "nobody knows that it was not done");
    assert_eq!(said("2026", &[done(report, "2025-11-21")]), Verdict::OtherTime);
    assert_eq!(said("2024", &[]), Verdict::OtherTime);
}

#[test]
fn a_plan_may_count_an_indicator_and_make_it_a_duty_as_well() {
    let plan = plan("long-phung-2025");
    let [letters, duty] =
        ["apology-letters", "apology-duty"].map(|code| plan.target(code).unwrap());
    assert_eq!(letters.indicator, duty.indicator);
    let on = day("2025-10-05");
    let entries =
        [counts(letters, "2025-10", 3, 4), entry(duty, "2025-10-05", Entered::Done { on })];
    assert_eq!(stands(letters, "2025-10", &entries).verdict, Verdict::NotMet);
    assert_eq!(stands(duty, "2025-10", &entries).verdict, Verdict::Recorded);
}

#[test]
fn of_targets_that_contradict_each_other_only_the_binding_one_is_judged() {
    let plan = plan("loc-hoa-2025");
    let [body, appendix] = ["ontime-98", "ontime-96"].map(|code| plan.target(code).unwrap());
    assert!(body.binding && !appendix.binding && body.indicator == appendix.indicator);
    let entries = [counts(body, "2025-10", 97, 100)];
    assert_eq!(stands(body, "2025-10", &entries).verdict, Verdict::NotMet);
    let other = stands(appendix, "2025-10", &entries);
    assert_eq!(other.verdict, Verdict::NotBinding);
    assert_eq!(other.value, Some(Value::Counts { numerator: 97, denominator: 100 }));
}

#[test]
fn no_shipped_target_is_beyond_what_can_be_said() {
    for plan in catalog::plans() {
        let months = months_of(&plan.calendar.year_containing(plan.valid_to));
        for target in &plan.targets {
            let full: Vec<Entry> =
                months.iter().map(|month| counts(target, &month.code, 1, 1)).collect();
            let year = plan.calendar.year_containing(plan.valid_to);
            let told = standing(target, &plan.calendar, &year, day("2026-10-15"), &full);
            let counted = matches!(target.measured_by, Measure::Indicator { .. });
            assert_eq!(told.value.is_some(), counted, "{} {}", plan.id, target.code);
            if counted && target.binding && target.operator != Operator::Decrease {
                let judged = matches!(told.verdict, Verdict::Met | Verdict::NotMet);
                assert!(judged, "{} {}: {:?}", plan.id, target.code, told.verdict);
            }
        }
    }
}
