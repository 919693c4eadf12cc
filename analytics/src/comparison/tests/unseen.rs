//! Changes, trends and tests of periods whose own variance cannot be seen.

use super::*;
use crate::FrameBuilder;
use crate::design::{Calibration, CalibrationMethod, MarginTotal, Margins};

/// `villages` villages of ten people each period, of whom `satisfied` in ten are, more or
/// less by village.
fn period(period: &str, villages: usize, people: usize, satisfied: usize) -> Vec<[String; 3]> {
    let one = |(village, person): (usize, usize)| {
        let more = satisfied + village % 2;
        let yes = if person * 10 < more * people { "yes" } else { "no" };
        [format!("{period} {village}"), period.to_owned(), yes.to_owned()]
    };
    let every = (0..villages).flat_map(|village| (0..people).map(move |p| (village, p)));
    every.map(one).collect()
}

fn built(rows: &[Vec<[String; 3]>]) -> Frame {
    let keys = ["village", "period", "satisfied"];
    let mut builder = FrameBuilder::new(&instrument(), &keys).unwrap();
    for [village, period, satisfied] in rows.iter().flatten() {
        let (five, three) = if satisfied == "yes" { (5, 2) } else { (2, 0) };
        let answers: Vec<_> = (0..8).map(|i| Some(if i == 7 { three } else { five })).collect();
        builder.push(&[village, period, satisfied], &answers).unwrap();
    }
    builder.finish()
}

/// Finite, and an interval that is none has no width of rounding.
fn is_told_honestly(change: &Change) {
    assert_eq!(change.low.is_some(), change.upp.is_some(), "{change:?}");
    if let Some((low, upp)) = change.low.zip(change.upp) {
        assert!(upp - low > 1e-6, "{change:?}");
    }
}

#[test]
fn a_change_from_a_single_village_has_no_interval_and_no_verdict() {
    let frame = built(&[period("before", 1, 100, 5), period("now", 20, 10, 8)]);
    let change = index_change(&frame, &villages());
    // The variance of the first village counts for nothing in the standard error.
    assert!(change.se.unwrap() > 0.0 && change.df >= 20, "{change:?}");
    assert_eq!((change.low, change.method), (None, None));
    assert_eq!(change.direction, Direction::TooFew);
    assert_eq!(change.flags.codes(), "few_df;no_variance");
}

#[test]
fn a_change_between_single_villages_is_never_said_to_be_certain() {
    let frame = built(&[period("before", 1, 100, 5), period("now", 1, 100, 8)]);
    for change in changes(&frame, &instrument(), &villages(), "period", ("before", "now")).unwrap()
    {
        is_told_honestly(&change);
        assert_eq!((change.low, change.direction), (None, Direction::TooFew), "{change:?}");
    }
}

#[test]
fn a_change_from_few_villages_to_many_is_no_verdict() {
    let few = built(&[period("before", 3, 40, 3), period("now", 20, 10, 8)]);
    let change = index_change(&few, &villages());
    assert!(change.low.unwrap() > 0.0 && change.df > 20, "{change:?}");
    assert_eq!((change.direction, &*change.flags.codes()), (Direction::TooFew, "few_df"));
    let many = built(&[period("before", 20, 10, 3), period("now", 20, 10, 8)]);
    let change = index_change(&many, &villages());
    assert_eq!((change.direction, change.flags.is_empty()), (Direction::Higher, true));
}

#[test]
fn rates_that_margins_fix_in_both_periods_change_without_a_verdict() {
    let frame = built(&[period("before", 20, 10, 7), period("now", 20, 10, 6)]);
    let totals = [("yes:before", 700), ("no:before", 300), ("yes:now", 660), ("no:now", 340)];
    let lines = totals.iter().zip(2..).map(|((category, total), line)| MarginTotal {
        line,
        variable: "satisfied:period".to_owned(),
        category: (*category).to_owned(),
        total: total.to_string(),
    });
    let margins = Margins::new(lines).unwrap();
    let calibration = Some(Calibration { margins, method: CalibrationMethod::Raking });
    let options = villages();
    let design = SurveyDesign { calibration, ..options.design };
    let change = index_change(&frame, &EstimateOptions { design, ..options });
    assert!((change.change.unwrap() + 0.04).abs() < 1e-12, "{change:?}");
    assert_eq!((change.low, change.direction), (None, Direction::Undefined), "{change:?}");
    assert_eq!(change.flags.codes(), "calibrated");
}

#[test]
fn a_month_of_one_village_leaves_a_trend_without_a_verdict() {
    let months = |villages: [usize; 3]| {
        let names = ["2026-01", "2026-02", "2026-03"];
        let rows: Vec<_> =
            (0..3).map(|m| period(names[m], villages[m], 200 / villages[m], 3 + 2 * m)).collect();
        built(&rows)
    };
    for rule in [Aggregation::Pooled, Aggregation::MeanOfItems] {
        let options = EstimateOptions { aggregation: Some(rule), ..villages() };
        let one = index_trend(&months([1, 1, 20]), &options);
        assert!(one.slope.unwrap() > 0.0 && one.df >= 20, "{one:?}");
        assert_eq!((one.direction, &*one.flags.codes()), (Direction::TooFew, "few_df"), "{rule:?}");
        let every = index_trend(&months([20, 20, 20]), &options);
        assert_eq!((every.direction, every.flags.is_empty()), (Direction::Higher, true));
        let none = index_trend(&months([1, 1, 1]), &options);
        assert!(none.low.is_none_or(|low| none.upp.unwrap() - low > 1e-6), "{none:?}");
        assert_eq!(none.direction, Direction::TooFew);
    }
}

#[test]
fn a_test_on_few_villages_says_so() {
    let groups = |villages: usize| {
        let frame = built(&[period("a", villages, 60, 3), period("b", villages, 60, 8)]);
        index_test(&frame, &super::villages())
    };
    let few = groups(2);
    assert!(few.p.is_some() && few.df == 3 && few.has_few_df(), "{few:?}");
    let many = groups(10);
    assert!(many.p.is_some() && many.df == 19 && !many.has_few_df(), "{many:?}");
}

#[test]
fn where_everybody_was_asked_twice_the_change_is_known() {
    let mut builder = FrameBuilder::new(&instrument(), &["village", "period", "n"]).unwrap();
    for (month, satisfied) in [("before", 7), ("now", 8)] {
        for (village, person) in (0..5).flat_map(|v| (0..40).map(move |p| (v, p))) {
            let yes = (person * 7 + village) % 10 < satisfied;
            let (five, three) = if yes { (5, 2) } else { (2, 0) };
            let answers: Vec<_> = (0..8).map(|i| Some(if i == 7 { three } else { five })).collect();
            builder.push(&[&village.to_string(), month, "5"], &answers).unwrap();
        }
    }
    let frame = builder.finish();
    let options = villages();
    let design = SurveyDesign { fpc: vec!["n".to_owned()], ..options.design };
    let options = EstimateOptions { design, ..options };
    let up = index_change(&frame, &options);
    assert!((up.change.unwrap() - 0.1).abs() < 1e-12, "{up:?}");
    assert_eq!((up.low, up.upp), (up.change, up.change));
    assert_eq!((up.direction, &*up.flags.codes()), (Direction::Higher, "census"));
    // The other way.
    let of = |periods| {
        let found = changes(&frame, &instrument(), &options, "period", periods).unwrap();
        found.into_iter().find(|c| c.now.level == Level::Index).unwrap().direction
    };
    assert_eq!(of(("now", "before")), Direction::Lower);
}
