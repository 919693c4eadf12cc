mod components;
mod numbers;

use super::*;
use crate::FrameBuilder;
use crate::test_form::{frame, instrument};

fn options(by: &[&str]) -> EstimateOptions {
    let by = by.iter().map(|b| (*b).to_owned()).collect();
    EstimateOptions { by, ..Default::default() }
}

fn index(rows: &[(&str, &str)], rule: Aggregation) -> Estimate {
    let options = EstimateOptions { aggregation: Some(rule), ..Default::default() };
    let table = estimate(&frame(rows), &instrument(), &options).unwrap();
    table.find(Level::Index, "reference", &[]).unwrap().clone()
}

fn near(found: Option<f64>, wanted: f64) {
    let found = found.expect("a number");
    assert!((found - wanted).abs() < 1e-15, "{found} is not {wanted}");
}

#[test]
fn the_four_rules_weigh_the_same_answers_differently() {
    // Satisfied: a 3 of 3, b 1 of 2, c 0 of 1, d 1 of 2.
    let rows = [("x", "55551152")];
    near(index(&rows, Aggregation::Pooled).rate, 6.0 / 8.0);
    let rows = [("x", "55551112")];
    near(index(&rows, Aggregation::Pooled).rate, 5.0 / 8.0);
    near(index(&rows, Aggregation::MeanOfItems).rate, 5.0 / 8.0);
    near(index(&rows, Aggregation::MeanOfComponents).rate, (1.0 + 0.5 + 0.0 + 0.5) / 4.0);
    near(index(&rows, Aggregation::WeightedParts).rate, 0.35 * 0.75 + 0.65 * 0.25);
}

#[test]
fn an_index_that_lacks_a_component_is_undefined_and_not_averaged_over_the_rest() {
    // Nobody answers C1.
    let rows = [("x", "55555-52"), ("x", "15155-52"), ("x", "15151-50")];
    for rule in
        [Aggregation::MeanOfItems, Aggregation::MeanOfComponents, Aggregation::WeightedParts]
    {
        let index = index(&rows, rule);
        assert_eq!((index.rate, index.se, index.low, index.upp), (None, None, None, None));
        assert!(index.flags.contains(Flag::ComponentMissing));
    }
    // A pooled index is the ratio of the answers there are, and says so.
    let pooled = index(&rows, Aggregation::Pooled);
    near(pooled.rate, 15.0 / 21.0);
    assert!(pooled.flags.contains(Flag::ComponentMissing));
}

#[test]
fn everyone_stays_in_the_sample_of_a_group() {
    let mut rows = vec![("x", "5555555-"); 20];
    rows.extend([("x", "1155555-"); 20]);
    let alone = estimate(&frame(&rows), &instrument(), &options(&[])).unwrap();
    rows.extend([("y", "1111111-"); 60]);
    let among = estimate(&frame(&rows), &instrument(), &options(&["group"])).unwrap();
    let alone = alone.find(Level::Component, "a", &[]).unwrap();
    let among = among.find(Level::Component, "a", &["x"]).unwrap();
    assert_eq!((alone.rate, alone.df), (among.rate, among.df));
    let (n, all) = (40.0_f64, 100.0_f64);
    let correction = ((all / (all - 1.0)) / (n / (n - 1.0))).sqrt();
    near(among.se, alone.se.unwrap() * correction);
}

#[test]
fn the_order_of_the_rows_does_not_show() {
    let patterns = ["55555552", "1234559-", "44-41110", "99999999", "25413-41", "--------"];
    let rows: Vec<(&str, &str)> =
        (0..1300).map(|i| (["x", "y", "z"][i * i % 3], patterns[i * 7 % 11 % 6])).collect();
    let shuffled: Vec<_> = (0..rows.len()).map(|i| rows[i * 677 % rows.len()]).collect();
    let one = estimate(&frame(&rows), &instrument(), &options(&["group"])).unwrap();
    let other = estimate(&frame(&shuffled), &instrument(), &options(&["group"])).unwrap();
    assert_eq!(one.rows.len(), other.rows.len());
    for (a, b) in one.rows.iter().zip(&other.rows) {
        assert_eq!((&a.code, &a.group, a.rate), (&b.code, &b.group, b.rate));
        for (a, b) in [(a.se, b.se), (a.low, b.low), (a.upp, b.upp)] {
            assert!((a.unwrap() - b.unwrap()).abs() <= 1e-15, "{a:?} {b:?}");
        }
    }
}

#[test]
fn nobody_gives_counts_of_zero_and_no_rate() {
    let table = estimate(&frame(&[]), &instrument(), &options(&[])).unwrap();
    assert_eq!(table.rows.len(), 8 + 4 + 2 + 1);
    for row in &table.rows {
        assert_eq!((row.asked, row.valid, row.rate, row.low), (0, 0, None, None));
        assert!(row.flags.contains(Flag::NoValid) && row.flags.contains(Flag::FewDf));
    }
    let grouped = estimate(&frame(&[]), &instrument(), &options(&["group"])).unwrap();
    assert!(grouped.rows.is_empty());
    assert_eq!(table.find(Level::Item, "A1", &["x"]), None);
}

#[test]
fn no_answers_of_any_kind_never_make_a_number_that_is_none() {
    let answers = ["--------", "99999999", "55555552", "11111110", "5-9-5-9-", "1-------"];
    for a in answers {
        for b in answers {
            for rule in Aggregation::ALL {
                let options = EstimateOptions { aggregation: Some(rule), ..options(&["group"]) };
                let rows = [("x", a), ("x", b), ("y", b)];
                for e in estimate(&frame(&rows), &instrument(), &options).unwrap().rows {
                    let numbers = [e.rate, e.se, e.low, e.upp, e.deff, Some(e.n_eff)];
                    assert!(numbers.iter().flatten().all(|x| x.is_finite()), "{e:?}");
                    let holds = |rate| e.low.unwrap_or(0.0) <= rate && rate <= e.upp.unwrap_or(1.0);
                    assert!(e.rate.is_none_or(holds), "{e:?}");
                }
            }
        }
    }
}

#[test]
fn a_small_item_gets_the_exact_interval_and_a_large_one_wilsons() {
    use IntervalMethod::{ClopperPearson, Logit, Wilson};
    let rows = |n| -> Vec<_> {
        (0..n).map(|i| ("x", if i % 3 == 0 { "1-------" } else { "5-------" })).collect()
    };
    let method = |n, chosen| {
        let options = EstimateOptions { interval: chosen, ..Default::default() };
        let table = estimate(&frame(&rows(n)), &instrument(), &options).unwrap();
        let method = |level, code| table.find(level, code, &[]).unwrap().interval.unwrap();
        (method(Level::Item, "A1"), method(Level::Component, "a"))
    };
    assert_eq!(method(99, None), (ClopperPearson, Logit));
    assert_eq!(method(100, None), (Wilson, Logit));
    assert_eq!(method(99, Some(Wilson)), (Wilson, Logit));
    assert_eq!(method(100, Some(ClopperPearson)), (ClopperPearson, Logit));
    assert_eq!(method(100, Some(Logit)), (Logit, Logit));
}

#[test]
fn missing_answers_are_flagged_above_ten_and_thirty_percent() {
    let flags = |missing: usize| {
        let row = |i| ("x", if i < missing { "9-------" } else { "5-------" });
        let rows: Vec<_> = (0..100).map(row).collect();
        let table = estimate(&frame(&rows), &instrument(), &options(&[])).unwrap();
        table.find(Level::Item, "A1", &[]).unwrap().flags.codes()
    };
    assert_eq!(flags(10), "all_satisfied");
    assert_eq!(flags(11), "all_satisfied;nonresponse_over_10");
    assert_eq!(flags(30), "all_satisfied;nonresponse_over_10");
    assert_eq!(flags(31), "all_satisfied;nonresponse_over_30");
}

#[test]
fn a_request_that_does_not_fit_says_what_to_do() {
    let frame = frame(&[("x", "55555552")]);
    let ask = |options: &EstimateOptions| estimate(&frame, &instrument(), options).unwrap_err();
    let error = ask(&options(&["commune"]));
    assert!(error.to_string().contains("use one of group"), "{error}");
    assert!(ask(&options(&["group", "group"])).text().vi.contains("hai lần"));
    assert!(matches!(ask(&options(&["rate"])), EstimateError::ReservedColumn { .. }));
    for level in [0.0, 1.0, 95.0, f64::NAN] {
        let error = ask(&EstimateOptions { level, ..options(&[]) });
        assert!(matches!(error, EstimateError::BadLevel { .. }));
    }
    let mut other = instrument();
    other.version = 2;
    let error = estimate(&frame, &other, &options(&[])).unwrap_err();
    assert!(matches!(error, EstimateError::OtherInstrument { version: 2, .. }));
}

#[test]
fn weighted_parts_need_weights_that_add_up() {
    let frame = frame(&[("x", "55555552")]);
    let mut instrument = instrument();
    instrument.parts[0].weight = None;
    let error = estimate(&frame, &instrument, &options(&[])).unwrap_err();
    assert!(matches!(error, EstimateError::NoWeights { .. }));
}

/// A row of a drawn sample: stratum, village, weight, answers.
type Drawn = (String, String, f64, Vec<Option<u8>>);

/// People of three strata and fifteen villages, seeded.
fn drawn(seed: u64, people: usize) -> Vec<Drawn> {
    let mut state = seed;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..people)
        .map(|_| {
            let village = draw(15);
            let weight = 0.25 * (1 + draw(12)) as f64;
            let answers = (0..8).map(|item| match draw(10) {
                0 => None,
                n if item == 7 => Some(u8::try_from(n % 3).unwrap()),
                n => Some(1 + u8::try_from(n % 5).unwrap()),
            });
            (format!("t{}", village % 3), format!("v{village}"), weight, answers.collect())
        })
        .collect()
}

fn of_drawn(rows: &[Drawn]) -> EstimateTable {
    let instrument = instrument();
    let mut builder = FrameBuilder::new(&instrument, &["stratum", "village", "weight"]).unwrap();
    for (stratum, village, weight, answers) in rows {
        builder.push(&[stratum, village, &weight.to_string()], answers).unwrap();
    }
    let column = |name: &str| Some(name.to_owned());
    let design = SurveyDesign {
        ids: vec!["village".to_owned()],
        strata: column("stratum"),
        weights: column("weight"),
        ..SurveyDesign::none()
    };
    let options = EstimateOptions { design, by: vec!["stratum".into()], ..Default::default() };
    estimate(&builder.finish(), &instrument, &options).unwrap()
}

fn alike(one: &EstimateTable, other: &EstimateTable, same_people: bool) {
    assert_eq!(one.rows.len(), other.rows.len());
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-12,
        (a, b) => a == b,
    };
    for (a, b) in one.rows.iter().zip(&other.rows) {
        assert!(near(a.rate, b.rate) && near(a.se, b.se) && a.df == b.df, "{a:?} {b:?}");
        if a.interval == Some(IntervalMethod::Logit) {
            assert!(near(a.low, b.low) && near(a.upp, b.upp), "{a:?} {b:?}");
        }
        if same_people {
            assert!(near(a.low, b.low) && near(a.upp, b.upp), "{a:?} {b:?}");
            assert!((a.n_eff - b.n_eff).abs() < 1e-9, "{a:?} {b:?}");
        }
    }
}

#[test]
fn neither_the_order_of_the_rows_nor_the_scale_of_the_weights_shows() {
    for seed in 1..6 {
        let rows = drawn(seed, 240);
        let found = of_drawn(&rows);
        let backwards: Vec<Drawn> = rows.iter().rev().cloned().collect();
        alike(&found, &of_drawn(&backwards), true);
        let scaled: Vec<Drawn> =
            rows.iter().map(|(s, v, w, a)| (s.clone(), v.clone(), w * 4.0, a.clone())).collect();
        alike(&found, &of_drawn(&scaled), true);
    }
}

#[test]
fn a_weight_of_two_is_two_equal_people_of_one_village() {
    let rows = drawn(7, 120);
    let twice: Vec<Drawn> = rows.iter().flat_map(|row| [row.clone(), row.clone()]).collect();
    let heavy: Vec<Drawn> = rows.into_iter().map(|(s, v, w, a)| (s, v, w * 2.0, a)).collect();
    alike(&of_drawn(&heavy), &of_drawn(&twice), false);
}

#[test]
fn a_group_of_one_sampling_unit_has_no_interval_and_says_why() {
    let instrument = instrument();
    let mut builder = FrameBuilder::new(&instrument, &["village"]).unwrap();
    for row in 0..40 {
        let village = if row < 20 { "v" } else { "w" };
        let (five, three) = if row % 3 == 0 { (2, 0) } else { (5, 2) };
        let answers: Vec<_> = (0..8).map(|i| Some(if i == 7 { three } else { five })).collect();
        builder.push(&[village], &answers).unwrap();
    }
    let by = vec!["village".to_owned()];
    let design = SurveyDesign { ids: by.clone(), ..SurveyDesign::none() };
    let options = EstimateOptions { by, design, ..Default::default() };
    let table = estimate(&builder.finish(), &instrument, &options).unwrap();
    for row in &table.rows {
        assert!(row.flags.contains(Flag::NoVariance) && row.flags.contains(Flag::FewDf), "{row:?}");
        assert!(!row.flags.contains(Flag::NoSpread), "people differ: {row:?}");
        assert_eq!((row.df, row.se, row.low, row.deff), (0, Some(0.0), None, None), "{row:?}");
    }
}

/// A hundred and twenty people in ten villages, of whom the last `others` are not
/// satisfied, with these weights: the limits of A1.
fn low_of_villages(others: usize, weight: impl Fn(usize) -> f64) -> f64 {
    let instrument = instrument();
    let mut builder = FrameBuilder::new(&instrument, &["village", "weight"]).unwrap();
    for row in 0..120 {
        let five = if row < 120 - others { 5 } else { 2 };
        let answers: Vec<_> = (0..8).map(|i| Some(if i == 7 { 2 } else { five })).collect();
        builder.push(&[&(row / 12).to_string(), &weight(row).to_string()], &answers).unwrap();
    }
    let column = |name: &str| name.to_owned();
    let design = SurveyDesign {
        ids: vec![column("village")],
        weights: Some(column("weight")),
        ..SurveyDesign::none()
    };
    let options = EstimateOptions { design, ..Default::default() };
    let table = estimate(&builder.finish(), &instrument, &options).unwrap();
    table.find(Level::Item, "A1", &[]).unwrap().low.unwrap()
}

#[test]
fn at_100_percent_a_design_counts_no_more_people_than_it_is_worth() {
    let (nearly, all) = (low_of_villages(1, |_| 1.0), low_of_villages(0, |_| 1.0));
    let simple = 0.025_f64.powf(1.0 / 120.0);
    assert!(nearly < all && all < simple, "{nearly} {all} {simple}");
    // Ten villages are 9 degrees of freedom: 91.9 people, as Korn and Graubard count them.
    assert!((all.ln() - 0.025_f64.ln() / 91.9).abs() < 1e-4, "{all}");
    // A few heavy weights leave hardly anybody: (Σw)²/Σw² of ten people of 30 and the rest 1.
    let heavy = low_of_villages(0, |row| if row.is_multiple_of(12) { 30.0 } else { 1.0 });
    assert!(heavy < 0.8, "{heavy}");
}
