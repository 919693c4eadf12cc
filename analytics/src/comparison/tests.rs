mod components;
mod unseen;

use surveys::instrument::Aggregation;

use super::*;
use crate::test_form::instrument;
use crate::{
    EstimateError, EstimateOptions, Flag, Frame, FrameBuilder, Level, SurveyDesign, estimate,
};

/// People by village, period and whether they are satisfied with everything.
fn frame(rows: &[(&str, &str, bool)]) -> Frame {
    let mut builder = FrameBuilder::new(&instrument(), &["village", "period"]).unwrap();
    for (village, period, satisfied) in rows {
        let (five, three) = if *satisfied { (5, 2) } else { (2, 0) };
        let answers: Vec<_> = (0..8).map(|i| Some(if i == 7 { three } else { five })).collect();
        builder.push(&[village, period], &answers).unwrap();
    }
    builder.finish()
}

/// `n` people of one period, of whom `satisfied` are, in ten villages.
fn people(period: &str, n: usize, satisfied: usize) -> Vec<(&'static str, String, bool)> {
    const VILLAGES: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    (0..n).map(|i| (VILLAGES[i % 10], period.to_owned(), i < satisfied)).collect()
}

fn of(groups: &[(&str, usize, usize)]) -> Frame {
    let rows: Vec<_> = groups.iter().flat_map(|(p, n, s)| people(p, *n, *s)).collect();
    frame(&rows.iter().map(|(v, p, s)| (*v, p.as_str(), *s)).collect::<Vec<_>>())
}

fn pooled() -> EstimateOptions {
    EstimateOptions { aggregation: Some(Aggregation::Pooled), ..Default::default() }
}

fn villages() -> EstimateOptions {
    let design = SurveyDesign { ids: vec!["village".to_owned()], ..SurveyDesign::none() };
    EstimateOptions { design, ..pooled() }
}

fn index_change(frame: &Frame, options: &EstimateOptions) -> Change {
    let found = changes(frame, &instrument(), options, "period", ("before", "now")).unwrap();
    found.into_iter().find(|c| c.now.level == Level::Index).unwrap()
}

#[test]
fn a_change_is_shown_only_when_its_interval_lies_on_one_side() {
    let clear = index_change(&of(&[("before", 200, 120), ("now", 200, 170)]), &pooled());
    assert_eq!(clear.direction, Direction::Higher);
    assert!((clear.change.unwrap() - 0.25).abs() < 1e-12);
    let down = index_change(&of(&[("before", 200, 170), ("now", 200, 120)]), &pooled());
    assert_eq!(down.direction, Direction::Lower);
    let unclear = index_change(&of(&[("before", 200, 160), ("now", 200, 162)]), &pooled());
    assert_eq!(unclear.direction, Direction::NotShown);
    let few = index_change(&of(&[("before", 200, 20), ("now", 29, 29)]), &pooled());
    assert_eq!(few.direction, Direction::TooFew);
}

#[test]
fn a_change_from_or_to_everybody_keeps_the_uncertainty_of_both() {
    let full = index_change(&of(&[("before", 100, 100), ("now", 100, 100)]), &pooled());
    assert_eq!((full.change, full.se), (Some(0.0), Some(0.0)));
    assert_eq!(full.method, Some(ChangeMethod::Newcombe));
    let (low, upp) = (full.low.unwrap(), full.upp.unwrap());
    // Clopper–Pearson's 96.4 % of 100 satisfied people, for each of the two.
    let reach = 1.0 - 0.025_f64.powf(0.01);
    assert!((low + reach).abs() < 1e-12 && (upp - reach).abs() < 1e-12, "{low} {upp}");
    assert_eq!(full.direction, Direction::NotShown);
}

#[test]
fn between_two_periods_in_which_everybody_was_asked_the_change_is_known() {
    let changed = |now: usize| {
        let keys = ["village", "period", "villages"];
        let mut builder = FrameBuilder::new(&instrument(), &keys).unwrap();
        for (period, satisfied) in [("before", 14), ("now", now)] {
            for person in 0..20 {
                let (five, three) = if person < satisfied { (5, 2) } else { (2, 0) };
                let answers: Vec<_> =
                    (0..8).map(|i| Some(if i == 7 { three } else { five })).collect();
                let village = ["a", "b", "c", "d", "e"][person % 5];
                builder.push(&[village, period, "5"], &answers).unwrap();
            }
        }
        let design = SurveyDesign {
            ids: vec!["village".to_owned()],
            fpc: vec!["villages".to_owned()],
            ..SurveyDesign::none()
        };
        index_change(&builder.finish(), &EstimateOptions { design, ..pooled() })
    };
    for (now, change, direction) in
        [(16, 0.1, Direction::Higher), (12, -0.1, Direction::Lower), (14, 0.0, Direction::NotShown)]
    {
        let found = changed(now);
        assert!(found.now.flags.contains(Flag::Census), "{found:?}");
        assert_eq!(found.flags.iter().collect::<Vec<_>>(), [Flag::Census], "{found:?}");
        for value in [found.change, found.low, found.upp] {
            assert!((value.unwrap() - change).abs() < 1e-12, "{found:?}");
        }
        assert_eq!(found.direction, direction, "{now}");
    }
}

#[test]
fn villages_that_are_in_both_periods_bring_their_covariance() {
    // In every village as many are satisfied now as before.
    let rows: Vec<(String, &str, bool)> = (0..400)
        .map(|i| {
            let village = i % 20;
            let period = if i < 200 { "before" } else { "now" };
            (village.to_string(), period, village < 12)
        })
        .collect();
    let rows: Vec<_> = rows.iter().map(|(v, p, s)| (v.as_str(), *p, *s)).collect();
    let same = index_change(&frame(&rows), &villages());
    assert!(same.se.unwrap() < 1e-12 && same.now.se.unwrap() > 0.1, "{same:?}");
    assert_eq!(same.df, 19);
}

#[test]
fn two_estimates_change_as_the_rows_behind_them_do() {
    let groups = [("before", 140, 90), ("now", 60, 50)];
    let found = changes(&of(&groups), &instrument(), &pooled(), "period", ("before", "now"));
    let alone = groups.map(|group| estimate(&of(&[group]), &instrument(), &pooled()).unwrap());
    for (place, wanted) in found.unwrap().iter().enumerate() {
        let both = (&alone[0].rows[place], &alone[1].rows[place]);
        let found = change_between(both, [140, 60], 0.95);
        let near = |a: Option<f64>, b: Option<f64>| (a.unwrap() - b.unwrap()).abs() < 1e-14;
        assert!(near(found.change, wanted.change) && near(found.se, wanted.se), "{found:?}");
        assert!(near(found.low, wanted.low) && near(found.upp, wanted.upp), "{found:?}");
        assert_eq!((found.df, found.method), (wanted.df, wanted.method));
        assert_eq!(found.direction, wanted.direction);
    }
}

#[test]
fn two_groups_of_two_samples_change_as_the_rows_of_both_samples_do() {
    let groups = [("before", 143, 97), ("now", 87, 71)];
    let by = EstimateOptions { by: vec!["village".into()], ..pooled() };
    let found = changes(&of(&groups), &instrument(), &by, "period", ("before", "now")).unwrap();
    let alone = groups.map(|group| estimate(&of(&[group]), &instrument(), &by).unwrap());
    let mut compared = 0;
    for wanted in found {
        let village = [wanted.now.group[0].as_str()];
        let [before, now] =
            [0, 1].map(|k: usize| alone[k].find(wanted.now.level, &wanted.now.code, &village));
        let found = change_between((before.unwrap(), now.unwrap()), [143, 87], 0.95);
        let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-14,
            (a, b) => a == b,
        };
        assert!(near(found.se, wanted.se) && near(found.low, wanted.low), "{found:?} {wanted:?}");
        assert_eq!((found.df, found.method), (wanted.df, wanted.method));
        compared += usize::from(found.se > Some(0.0));
    }
    assert!(compared >= 10, "{compared} have an error");
}

#[test]
fn a_group_without_responses_in_one_period_has_no_change() {
    let one_sided = of(&[("before", 50, 40), ("later", 50, 40)]);
    let found = changes(&one_sided, &instrument(), &pooled(), "period", ("before", "now"));
    assert_eq!(found.unwrap(), []);
    let error = changes(&one_sided, &instrument(), &pooled(), "year", ("a", "b")).unwrap_err();
    assert!(matches!(error, EstimateError::NoColumn { name, .. } if name == "year"));
}

fn index_trend(frame: &Frame, options: &EstimateOptions) -> Trend {
    let found = trends(frame, &instrument(), options, "period").unwrap();
    found.into_iter().find(|t| t.level == Level::Index).unwrap()
}

#[test]
fn a_trend_needs_three_months_and_some_spread() {
    let two = index_trend(&of(&[("2026-01", 50, 20), ("2026-02", 50, 30)]), &pooled());
    assert_eq!((two.months, two.slope, two.direction), (2, None, Direction::Undefined));
    let months = |a, b, c| [("2026-01", 50, a), ("2026-02", 50, b), ("2026-04", 50, c)];
    let up = index_trend(&of(&months(10, 25, 45)), &pooled());
    assert_eq!((up.months, up.direction), (3, Direction::Higher));
    for (a, b, c) in [(50, 50, 50), (0, 0, 0), (0, 0, 50)] {
        let none = index_trend(&of(&months(a, b, c)), &pooled());
        assert_eq!((none.slope, none.direction), (None, Direction::Undefined), "{a} {b} {c}");
    }
    assert_eq!(index_trend(&of(&months(20, 25, 30)), &villages()).df, 8);
}

#[test]
fn a_mean_of_several_rates_has_a_trend_of_its_monthly_logits() {
    let options = EstimateOptions { aggregation: Some(Aggregation::MeanOfItems), ..pooled() };
    let of_months = |a, b, c| {
        let frame = of(&[("2026-01", 50, a), ("2026-02", 50, b), ("2026-03", 50, c)]);
        index_trend(&frame, &options)
    };
    let found = of_months(20, 30, 35);
    assert_eq!((found.months, found.model), (3, TrendModel::MonthlyLogits));
    // Of three months the middle one drops out: (logit(35/50) − logit(20/50))/2.
    let logit = |rate: f64| (rate / (1.0 - rate)).ln();
    assert!((found.slope.unwrap() - (logit(0.7) - logit(0.4)) / 2.0).abs() < 1e-12, "{found:?}");
    assert_eq!(found.direction, Direction::Higher);
    for (a, b, c) in [(20, 30, 50), (0, 20, 30)] {
        let none = of_months(a, b, c);
        assert_eq!((none.slope, none.direction), (None, Direction::Undefined), "{a} {b} {c}");
    }
    let two = of(&[("2026-01", 50, 20), ("2026-02", 50, 30)]);
    assert_eq!(index_trend(&two, &options).direction, Direction::Undefined);
}

#[test]
fn months_one_by_one_give_the_trend_that_all_their_answers_give() {
    let options = EstimateOptions { aggregation: Some(Aggregation::MeanOfItems), ..pooled() };
    let counts =
        [("2026-01", 50, 20), ("2026-02", 70, 41), ("2026-04", 45, 30), ("2026-05", 90, 70)];
    let all = trends(&of(&counts), &instrument(), &options, "period").unwrap();
    let tables = counts.map(|month| estimate(&of(&[month]), &instrument(), &options).unwrap());
    let means = all.iter().filter(|trend| trend.model == TrendModel::MonthlyLogits);
    let mut compared = 0;
    for wanted in means {
        let months: Vec<_> = [(1, 50), (2, 70), (4, 45), (5, 90)]
            .into_iter()
            .zip(&tables)
            .map(|((month, sampled), table)| {
                (month, sampled, table.find(wanted.level, &wanted.code, &[]).unwrap())
            })
            .collect();
        let found = trend_of_months(&months, 0.95).unwrap();
        let near = |a: Option<f64>, b: Option<f64>| (a.unwrap() - b.unwrap()).abs() < 1e-12;
        assert!(
            near(found.slope, wanted.slope) && near(found.se, wanted.se),
            "{found:?} {wanted:?}"
        );
        assert!(near(found.low, wanted.low) && near(found.upp, wanted.upp), "{found:?} {wanted:?}");
        assert_eq!((found.n, found.df, found.direction), (wanted.n, wanted.df, wanted.direction));
        compared += 1;
    }
    assert!(compared >= 1, "the index is a mean");
    let index = |table: &crate::EstimateTable| {
        table.rows.iter().find(|e| e.level == Level::Index).unwrap().clone()
    };
    let rows: Vec<_> = tables.iter().map(index).collect();
    let numbered = |rows: &[crate::Estimate]| {
        let months: Vec<_> = (1..).zip(rows).map(|(month, e)| (month, e.df + 1, e)).collect();
        trend_of_months(&months, 0.95)
    };
    let two = numbered(&rows[..2]).unwrap();
    assert_eq!((two.slope, two.direction), (None, Direction::Undefined));
    assert_eq!(numbered(&rows[..1]).unwrap().direction, Direction::Undefined);
    assert_eq!(numbered(&[]), None);
    let everybody = estimate(&of(&[("2026-06", 50, 50)]), &instrument(), &options).unwrap();
    let with_all = [&rows[..], &[index(&everybody)]].concat();
    assert_eq!(numbered(&with_all).unwrap().direction, Direction::Undefined);
}

#[test]
fn what_is_no_month_is_told_with_its_row() {
    for bad in ["2026-13", "2026-00", "2026-1", "26-01", "2026", "", "2026-+1"] {
        let frame = of(&[("2026-01", 2, 1), (bad, 1, 1)]);
        let error = trends(&frame, &instrument(), &pooled(), "period").unwrap_err();
        assert!(matches!(&error, EstimateError::NotMonth { row: 3, .. }), "{bad}: {error}");
        assert_ne!(error.text().vi, error.text().en);
    }
}

#[test]
fn people_without_a_group_take_no_part_and_stay_in_the_sample() {
    let told = of(&[("a", 100, 50), ("b", 100, 80), ("", 40, 0)]);
    let test = index_test(&told, &pooled());
    assert_eq!((test.groups, test.valid), (2, 200 * 8));
    assert_eq!(told.ungrouped(&["period".to_owned()]), 40);
    let options = EstimateOptions { by: vec!["period".to_owned()], ..pooled() };
    let table = estimate(&told, &instrument(), &options).unwrap();
    assert!(table.rows.iter().all(|row| row.group[..] != [String::new()]));
    let filtered = of(&[("a", 100, 50), ("b", 100, 80)]);
    let filtered = estimate(&filtered, &instrument(), &options).unwrap();
    for (row, filtered) in table.rows.iter().zip(&filtered.rows) {
        assert_eq!((row.rate, row.df), (filtered.rate, filtered.df));
        // n/(n−1) of 240 people and of 200.
        let ratio = (240.0 / 239.0_f64 / (200.0 / 199.0)).sqrt();
        assert!((row.se.unwrap() / filtered.se.unwrap() - ratio).abs() < 1e-12, "{row:?}");
    }
}

#[test]
fn what_is_not_tested_says_why() {
    let frame = of(&[("a", 100, 50), ("b", 100, 80)]);
    let options = EstimateOptions { aggregation: Some(Aggregation::MeanOfItems), ..pooled() };
    let mean = index_test(&frame, &options);
    assert_eq!((mean.p, mean.untested, mean.groups), (None, Some(Untested::MeanOfRates), 2));
    let alike = index_test(&of(&[("a", 50, 50), ("b", 50, 50)]), &pooled());
    assert_eq!(alike.untested, Some(Untested::NoSpread));
    // An item of which the groups are made, and whatever counts its answers.
    let mut builder = FrameBuilder::new(&instrument(), &["D2"]).unwrap();
    for person in 0..60_u8 {
        let answers = (0..8).map(|i| Some(if i == 7 { person % 3 } else { 2 + person % 4 }));
        builder.push(&[&(person % 3).to_string()], &answers.collect::<Vec<_>>()).unwrap();
    }
    let options = EstimateOptions { by: vec!["D2".to_owned()], ..pooled() };
    let tests = associations(&builder.finish(), &instrument(), &options).unwrap();
    let own = |t: &&Association| t.untested == Some(Untested::OwnGroups);
    let own: Vec<&str> = tests.iter().filter(own).map(|t| &*t.code).collect();
    assert_eq!(own, ["D2", "d", "second", "reference"]);
    assert!(tests.iter().all(|t| t.p.is_some() != own.contains(&&*t.code)));
    for why in [Untested::MeanOfRates, Untested::OwnGroups, Untested::NoSpread] {
        assert_ne!(why.text().vi, why.text().en);
    }
}

fn index_test(frame: &Frame, options: &EstimateOptions) -> Association {
    let by = vec!["period".to_owned()];
    let options = EstimateOptions { by, ..options.clone() };
    let found = associations(frame, &instrument(), &options).unwrap();
    found.into_iter().find(|t| t.level == Level::Index).unwrap()
}

#[test]
fn groups_that_differ_are_told_from_groups_that_do_not() {
    let differ = index_test(&of(&[("a", 100, 50), ("b", 100, 80), ("c", 100, 70)]), &pooled());
    assert!(differ.groups == 3 && differ.p.unwrap() < 0.001, "{differ:?}");
    let alike = index_test(&of(&[("a", 100, 70), ("b", 100, 70), ("c", 100, 71)]), &pooled());
    assert!(alike.p.unwrap() > 0.9, "{alike:?}");
    // Everyone answers all eight questions alike: eight answers are worth one.
    let pearson = differ.pearson.unwrap() / differ.f.unwrap();
    assert!((pearson / (8.0 * 2.0) - 1.0).abs() < 0.05, "{differ:?}");
}

#[test]
fn what_cannot_be_compared_has_no_probability() {
    for groups in
        [&[("a", 50, 20)][..], &[("a", 50, 50), ("b", 50, 50)], &[("a", 5, 0), ("b", 5, 0)], &[]]
    {
        let test = index_test(&of(groups), &pooled());
        assert_eq!((test.pearson, test.f, test.p), (None, None, None), "{test:?}");
    }
    // Everyone in a group answers alike, or every group is one village.
    let apart: Vec<(&str, &str, bool)> =
        (0..40).map(|i| if i < 20 { ("v", "a", true) } else { ("w", "b", false) }).collect();
    let by_village: Vec<(&str, &str, bool)> =
        (0..40).map(|i| if i < 20 { ("v", "a", i < 9) } else { ("w", "b", i < 35) }).collect();
    for (rows, options) in [(&apart, pooled()), (&apart, villages()), (&by_village, villages())] {
        let test = index_test(&frame(rows), &options);
        assert_eq!((test.f, test.p), (None, None), "{test:?}");
    }
    let names: Vec<String> = (0..=MOST_GROUPS).map(|i| i.to_string()).collect();
    let groups: Vec<_> = names.iter().map(|name| (name.as_str(), 2, 1)).collect();
    assert!(index_test(&of(&groups[..MOST_GROUPS]), &pooled()).p.is_some());
    let options = EstimateOptions { by: vec!["period".to_owned()], ..pooled() };
    let error = associations(&of(&groups), &instrument(), &options).unwrap_err();
    assert!(matches!(error, EstimateError::TooManyGroups { groups: 101, most: MOST_GROUPS }));
    assert_ne!(error.text().vi, error.text().en);
}
