//! P-values "below the target" and their adjustment against `multiplicity.R`.

use std::fs::File;

use analytics::against_target::p_below;
use analytics::frame::csv_file::CsvOptions;
use analytics::multiplicity::Adjustment;
use analytics::{EstimateOptions, Frame, IntervalMethod, estimate};

use super::{
    HOUSEHOLDS, VILLAGES, any_design, group_named, level_named, number, path, reference, responses,
    rule_named, table,
};

#[test]
fn adjusted_p_values_agree_with_p_adjust() {
    let rows = table("adjusted.csv");
    let families: Vec<_> = rows.chunk_by(|a, b| a[0] == b[0]).collect();
    assert_eq!(families.len(), 6);
    for family in families {
        let column = |place: usize| -> Vec<f64> {
            family.iter().map(|row| number(&row[place]).unwrap()).collect()
        };
        let p = column(1);
        for (adjustment, wanted) in Adjustment::ALL.into_iter().zip([column(2), column(3)]) {
            let found = adjustment.of(&p).unwrap();
            for ((found, wanted), p) in found.iter().zip(&wanted).zip(&p) {
                let name = adjustment.name();
                assert!((found - wanted).abs() <= 1e-15 * wanted, "{name} of {p}: {found:e}");
            }
        }
    }
}

#[test]
fn p_values_agree_with_the_tests_whose_inversions_the_intervals_are() {
    let instrument = reference();
    let mut compared = 0;
    let mut last: Option<(String, Frame)> = None;
    for row in table("below.csv") {
        let [shape, by, group, level, code, aggregation, target, wanted] = &row[..] else {
            panic!("{row:?}");
        };
        if last.as_ref().is_none_or(|(name, _)| name != shape) {
            let options = CsvOptions { keys: vec!["group".into()], ..Default::default() };
            let file = File::open(path(&format!("{shape}.csv"))).unwrap();
            last =
                Some((shape.clone(), Frame::read_csv(file, &instrument, &options).unwrap().frame));
        }
        let options = EstimateOptions {
            by: (!by.is_empty()).then(|| by.clone()).into_iter().collect(),
            aggregation: rule_named(aggregation),
            ..Default::default()
        };
        let estimates = estimate(&last.as_ref().unwrap().1, &instrument, &options).unwrap();
        let figure = estimates.find(level_named(level), code, &group_named(group)).unwrap();
        let found = p_below(figure, number(target).unwrap()).unwrap();
        let wanted = number(wanted).unwrap();
        assert!((found - wanted).abs() <= (1e-9 * wanted).min(1e-12), "{row:?}: {found:e}");
        compared += 1;
    }
    assert!(compared > 200, "only {compared} rows were compared");
}

#[test]
fn p_values_by_chosen_intervals_agree_with_their_distributions() {
    let instrument = reference();
    let frames = ["ordinary", "gaps"].map(|shape| (shape, responses(shape, &["group"])));
    let rows = table("below_chosen.csv");
    for row in &rows {
        let [shape, group, level, code, aggregation, method, target, wanted] = &row[..] else {
            panic!("{row:?}");
        };
        let options = EstimateOptions {
            by: (!group.is_empty()).then(|| "group".to_owned()).into_iter().collect(),
            aggregation: rule_named(aggregation),
            interval: IntervalMethod::of_name(method),
            ..Default::default()
        };
        let frame = &frames.iter().find(|(name, _)| name == shape).unwrap().1;
        let estimates = estimate(frame, &instrument, &options).unwrap();
        let figure = estimates.find(level_named(level), code, &group_named(group)).unwrap();
        assert_eq!(figure.interval, options.interval, "{row:?}");
        let found = p_below(figure, number(target).unwrap()).unwrap();
        assert!((found - number(wanted).unwrap()).abs() <= 1e-10, "{row:?}: {found:e}");
    }
    assert!(rows.len() > 100, "only {} rows were compared", rows.len());
}

#[test]
fn p_values_under_designs_agree_with_student_on_the_logit_scale() {
    let instrument = reference();
    let frames = ["villages", "lonely", "households", "lonely_households"].map(|shape| {
        let keys: &[&str] = if shape.ends_with("households") { &HOUSEHOLDS } else { &VILLAGES };
        (shape, responses(shape, keys))
    });
    let rows = table("below_designs.csv");
    for row in &rows {
        let [shape, name, lonely, group, level, code, aggregation, target, wanted] = &row[..]
        else {
            panic!("{row:?}");
        };
        let options = EstimateOptions {
            by: (!group.is_empty()).then(|| "group".to_owned()).into_iter().collect(),
            aggregation: rule_named(aggregation),
            design: any_design(shape, name, lonely),
            ..Default::default()
        };
        let frame = &frames.iter().find(|(name, _)| name == shape).unwrap().1;
        let estimates = estimate(frame, &instrument, &options).unwrap();
        let figure = estimates.find(level_named(level), code, &group_named(group)).unwrap();
        let found = p_below(figure, number(target).unwrap()).unwrap();
        assert!((found - number(wanted).unwrap()).abs() <= 1e-10, "{row:?}: {found:e}");
    }
    assert!(rows.len() > 300, "only {} rows were compared", rows.len());
}
