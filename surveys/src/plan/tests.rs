use super::*;
use crate::catalog;
use crate::code::InstrumentId;
use crate::period::Period;

fn shipped(id: &str) -> &'static Plan {
    catalog::plan(id).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(instrument: &str) -> InstrumentId {
    InstrumentId::parse(instrument).unwrap()
}

/// The code, operator and percentage that bind a figure.
fn bound(plan: &Plan, instrument: &str, level: TargetLevel, code: &str) -> String {
    let target = plan.target_for(&id(instrument), level, code);
    target.map_or_else(String::new, |t| {
        format!("{} {} {}", t.code, t.operator, t.proportion().unwrap())
    })
}

#[test]
fn every_shipped_plan_has_all_its_targets_and_tasks() {
    for (id, targets, components, tasks) in [
        ("long-phung-2025", 19, 16, 47),
        ("trung-gia-2025", 11, 11, 28),
        ("dien-khanh-2025", 14, 7, 23),
        ("loc-hoa-2025", 14, 5, 12),
        ("long-xuyen-2025", 11, 5, 9),
    ] {
        let plan = shipped(id);
        let found: usize = plan.components.iter().map(|c| c.tasks.len()).sum();
        let counts = (plan.targets.len(), plan.components.len(), found);
        assert_eq!(counts, (targets, components, tasks), "{id}");
        assert!(plan.targets.iter().all(|t| plan.in_force(t.valid_from)), "{id}");
    }
}

#[test]
fn the_index_and_every_component_of_the_quick_survey_have_one_target_in_each_plan() {
    use TargetLevel::{Component, Index};
    let instrument = catalog::instrument("quick-counter", None).unwrap();
    for plan in catalog::plans() {
        let binding = |level, code: &str| {
            let covers = |t: &&Target| t.binding && t.covers(&instrument.id, level, code);
            plan.targets.iter().filter(covers).count()
        };
        assert_eq!(binding(Index, ""), 1, "{}", plan.id);
        assert_eq!(instrument.components.len(), 5);
        for component in &instrument.components {
            assert_eq!(binding(Component, component.code.as_str()), 1, "{}", plan.id);
        }
        let sipas = id("sipas-style");
        assert!(plan.target_for(&sipas, Index, "").is_some(), "{}", plan.id);
    }
}

#[test]
fn each_figure_is_held_against_the_value_its_plan_names() {
    use TargetLevel::{Component, Index};
    for (plan, instrument, level, code, expected) in [
        ("long-phung-2025", "sipas-style", Index, "", "sipas >= 0.85"),
        ("long-phung-2025", "sipas-style", Component, "access", "sipas >= 0.85"),
        ("long-phung-2025", "quick-counter", Index, "", "satisfaction-general >= 0.85"),
        ("long-phung-2025", "quick-counter", Component, "access", "satisfaction-general >= 0.85"),
        ("long-phung-2025", "quick-counter", Component, "procedures", "satisfaction-tthc >= 0.9"),
        ("trung-gia-2025", "sipas-style", Index, "", "sipas-over-95 > 0.95"),
        ("trung-gia-2025", "quick-counter", Index, "", "sipas-over-95 > 0.95"),
        ("trung-gia-2025", "quick-counter", Component, "feedback", "sipas-over-95 > 0.95"),
        ("dien-khanh-2025", "quick-counter", Index, "", "satisfaction >= 0.9"),
        ("dien-khanh-2025", "quick-counter", Component, "officials", "satisfaction >= 0.9"),
        ("dien-khanh-2025", "sipas-style", Index, "", "satisfaction >= 0.9"),
        ("loc-hoa-2025", "quick-counter", Index, "", "satisfaction-online-survey >= 0.94"),
        ("loc-hoa-2025", "sipas-style", Index, "", "satisfaction-online-survey >= 0.94"),
        ("long-xuyen-2025", "quick-counter", Index, "", "satisfaction-public-service >= 0.9"),
        ("long-xuyen-2025", "quick-counter", Component, "results", "satisfaction-tthc >= 0.95"),
        ("long-xuyen-2025", "sipas-style", Component, "accountability", ""),
        ("long-xuyen-2025", "one-stop-rating", Index, "", ""),
        ("long-phung-2025", "papi-style", Index, "", ""),
        ("long-phung-2025", "quick-counter", Component, "no-such-component", ""),
    ] {
        assert_eq!(bound(shipped(plan), instrument, level, code), expected, "{plan} {code}");
    }
}

#[test]
fn what_a_plan_does_not_name_is_marked_as_a_yardstick() {
    use TargetLevel::{Component, Index};
    let sipas = |plan: &str| shipped(plan).target_for(&id("sipas-style"), Index, "").unwrap();
    assert!(!sipas("long-phung-2025").is_yardstick(&id("sipas-style"), Index));
    assert!(sipas("long-phung-2025").is_yardstick(&id("sipas-style"), Component));
    assert!(sipas("dien-khanh-2025").is_yardstick(&id("sipas-style"), Index));
    assert!(!sipas("dien-khanh-2025").is_yardstick(&id("quick-counter"), Index));
    assert!(sipas("trung-gia-2025").is_yardstick(&id("quick-counter"), Index));
}

#[test]
fn contradicting_targets_are_all_kept_and_the_stricter_one_binds() {
    for (plan, binding, other) in [
        ("trung-gia-2025", "sipas-over-95", "sipas-90"),
        ("dien-khanh-2025", "annual-report-22-11", "annual-report-25-11"),
        ("loc-hoa-2025", "ontime-98", "ontime-96"),
        ("loc-hoa-2025", "online-dossiers-90", "online-dossiers-80"),
    ] {
        let target = |code| shipped(plan).target(code).unwrap();
        assert!(target(binding).binding && !target(other).binding, "{plan}");
        assert_eq!(target(binding).conflicts_with[0].as_str(), other);
        assert!(target(binding).note.is_some() && target(other).note.is_some());
    }
    let conflicting = catalog::plans().iter().flat_map(|p| &p.targets);
    assert_eq!(conflicting.filter(|t| !t.conflicts_with.is_empty()).count(), 8);
}

#[test]
fn staff_can_let_the_other_target_bind() {
    let mut plan = shipped("trung-gia-2025").clone();
    let chosen = TargetCode::parse("sipas-90").unwrap();
    assert!(plan.bind(&chosen));
    assert_eq!(bound(&plan, "sipas-style", TargetLevel::Index, ""), "sipas-90 >= 0.9");
    assert!(!plan.target("sipas-over-95").unwrap().binding);
    assert!(!plan.bind(&TargetCode::parse("no-such-target").unwrap()));
}

#[test]
fn more_than_95_percent_stays_strict() {
    let target = shipped("trung-gia-2025").target("sipas-over-95").unwrap();
    assert_eq!(target.operator, Operator::MoreThan);
    assert!(target.quote.contains("đạt trên 95%"));
    assert_eq!(target.operator.admits(std::cmp::Ordering::Equal), Some(false));
}

#[test]
fn a_target_without_a_number_has_no_proportion() {
    let plan = shipped("long-phung-2025");
    let papi = plan.target("papi-group").unwrap();
    assert_eq!(papi.value, Some(TargetValue::Rank("Trung bình cao".to_owned())));
    assert_eq!(papi.ranks.len(), 4);
    assert!(papi.proportion().is_none());
    let waiting = plan.target("waiting-time").unwrap();
    assert_eq!((&waiting.value, waiting.unit), (&None, TargetUnit::Minutes));
    let minutes = shipped("long-xuyen-2025").target("waiting-time").unwrap();
    assert_eq!((minutes.unit, minutes.proportion()), (TargetUnit::Minutes, None));
}

#[test]
fn a_target_holds_on_its_first_and_last_day_and_not_beyond() {
    let target = shipped("long-phung-2025").target("sipas").unwrap();
    assert!(target.in_force(date("2025-07-01")) && target.in_force(date("2025-12-31")));
    assert!(!target.in_force(date("2025-06-30")) && !target.in_force(date("2026-01-01")));
}

#[test]
fn a_plan_is_found_by_the_commune_that_carries_its_survey_on() {
    for (commune, plan) in [
        ("21409", "long-phung-2025"),
        ("00385", "trung-gia-2025"),
        ("22651", "dien-khanh-2025"),
        ("25280", "loc-hoa-2025"),
        ("10675", "long-xuyen-2025"),
    ] {
        let commune = CommuneCode::parse(commune).unwrap();
        assert_eq!(catalog::plan_of(&commune).unwrap().id.as_str(), plan);
        let code = catalog::plan_of(&commune).unwrap().commune_code.as_str();
        assert!(crate::unit::commune(code).is_some(), "{code}");
    }
}

#[test]
fn components_of_a_plan_are_components_of_a_shipped_instrument() {
    let known = |code: &str| catalog::instruments().iter().any(|i| i.component(code).is_some());
    for plan in catalog::plans() {
        for component in &plan.components {
            assert!(known(component.code.as_str()), "{} {}", plan.id, component.code);
        }
    }
}

#[test]
fn long_phung_assigns_its_tasks_and_says_where_the_source_breaks_off() {
    let plan = shipped("long-phung-2025");
    let health = &plan.component("policy-quality").unwrap().tasks[1];
    assert_eq!(health.lead, "Trạm Y tế");
    assert_eq!(health.coordinating[0], "Phòng Văn hóa-Xã hội");
    assert_eq!(health.products, ["Kế hoạch", "Báo cáo"]);
    assert_eq!(health.deadline, "Quý III và năm");
    let feedback = plan.component("feedback").unwrap();
    assert!(feedback.tasks.is_empty() && feedback.note.is_some());
}

#[test]
fn long_xuyen_counts_from_the_tenth_to_the_ninth_as_its_plan_says() {
    let calendar = &shipped("long-xuyen-2025").calendar;
    let found: Vec<_> = calendar
        .periods_of(2025)
        .into_iter()
        .map(|p| format!("{} {} {}", p.code, p.start, p.last_day()))
        .collect();
    assert_eq!(
        found,
        [
            "2025-Q1 2024-12-10 2025-03-09",
            "2025-H1 2024-12-10 2025-06-09",
            "2025-Q3 2025-06-10 2025-09-09",
            "2025 2024-12-10 2025-12-09",
        ]
    );
    assert_eq!(calendar.year_containing(date("2025-12-10")).code, "2026");
    assert_eq!(calendar.period("2025-04"), Period::parse("2025-04"));
    let cumulative: Vec<_> = calendar.rules.iter().map(|r| r.cumulative).collect();
    assert_eq!(cumulative, [false, true, false, true]);
}

#[test]
fn long_xuyen_reports_before_the_tenth_and_the_fifteenth() {
    let deadlines = shipped("long-xuyen-2025").calendar.deadlines_of(2025);
    let days: Vec<_> = deadlines.iter().map(|d| d.last_day.to_string()).collect();
    assert_eq!(
        days,
        [
            "2025-03-09",
            "2025-03-14",
            "2025-06-09",
            "2025-06-14",
            "2025-09-09",
            "2025-09-14",
            "2025-12-09",
            "2025-12-14",
        ]
    );
    assert_eq!(deadlines[1].to.vi, "UBND thị xã");
}

#[test]
fn the_other_plans_report_on_calendar_periods() {
    let codes = |plan: &str| {
        let periods = shipped(plan).calendar.periods_of(2025);
        periods.into_iter().map(|p| p.code).collect::<Vec<_>>()
    };
    let trung_gia = codes("trung-gia-2025");
    assert_eq!(trung_gia.len(), 12 + 4 + 2);
    for code in ["2025-01", "2025-12", "2025-Q4", "2025-9M", "2025"] {
        assert!(trung_gia.iter().any(|c| c == code), "{code}");
    }
    assert_eq!(codes("loc-hoa-2025"), ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]);
    let report = shipped("dien-khanh-2025").calendar.deadlines_of(2025);
    assert_eq!(report[0].last_day, date("2025-11-21"));
    let long_phung = shipped("long-phung-2025").calendar.deadlines_of(2025);
    assert!(
        long_phung.iter().any(|d| d.period.code == "2025-H1" && d.last_day == date("2025-06-09"))
    );
    assert!(
        long_phung.iter().any(|d| d.period.code == "2025-Q3" && d.last_day == date("2025-09-09"))
    );
}
