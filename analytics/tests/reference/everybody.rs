//! 100 % in a design against `everybody.R`: why the lower limit jumps with the last
//! satisfied answer, and that it does not with the number of villages.

use analytics::interval::clopper_pearson;
use analytics::{EstimateOptions, FrameBuilder, IntervalMethod, Level, SurveyDesign, estimate};

use super::{number, reference, table};

/// The lower limit of the first item when `satisfied` of `people`, who live in `villages`
/// by turns, are.
fn low(villages: usize, satisfied: usize, people: usize, interval: Option<IntervalMethod>) -> f64 {
    let instrument = reference();
    let mut frame = FrameBuilder::new(&instrument, &["village"]).unwrap();
    let items = frame.items().len();
    for person in 0..people {
        let mut answers = vec![None; items];
        answers[0] = Some(if person < people - satisfied { 1 } else { 5 });
        frame.push(&[&(person % villages).to_string()], &answers).unwrap();
    }
    let design = SurveyDesign { ids: vec!["village".to_owned()], ..SurveyDesign::none() };
    let options = EstimateOptions { design, interval, ..EstimateOptions::default() };
    let table = estimate(&frame.finish(), &instrument, &options).unwrap();
    let first = table.rows.iter().find(|e| e.level == Level::Item).unwrap();
    assert_eq!(first.valid, people as u64);
    first.low.unwrap()
}

#[test]
fn the_last_satisfied_answer_of_120_moves_the_limit_as_r_has_it() {
    let rows = table("everybody.csv");
    for row in &rows {
        let villages: usize = row[0].parse().unwrap();
        let [logit, beta, all] = [1, 2, 3].map(|cell| number(&row[cell]).unwrap());
        let near = |found: f64, wanted: f64, by: f64| {
            assert!((found - wanted).abs() < by, "{villages}: {found} is not {wanted}");
        };
        // R fits the logit step by step and stops some 1e-9 before its closed form.
        near(low(villages, 119, 120, None), logit, 1e-8);
        near(low(villages, 119, 120, Some(IntervalMethod::Beta)), beta, 1e-9);
        near(low(villages, 120, 120, None), all, 1e-9);
        // The larger half of the jump is the change of method, which everybody drawn one by
        // one has as well; the other is what one answer of 120 moves any exact interval by.
        assert!(logit < beta && beta < all, "{row:?}");
        let simple = |satisfied| clopper_pearson(satisfied, 120, 0.95).unwrap().low;
        if villages >= 10 {
            assert!((all - beta - (simple(120) - simple(119))).abs() < 0.001, "{row:?}");
        }
    }
    assert_eq!(rows.len(), 10);
}

#[test]
fn the_limit_of_everybody_rises_with_every_village_and_ends_at_the_exact_one() {
    for people in [30, 120] {
        let simple = clopper_pearson(people as u64, people as u64, 0.95).unwrap().low;
        let mut last = 0.0;
        for villages in 2..=people {
            let now = low(villages, people, people, None);
            assert!(now > last && now <= simple + 1e-12, "{villages} of {people}: {now} {last}");
            assert!(villages < 12 || now - last < 0.005, "{villages} of {people}: {now} {last}");
            last = now;
        }
        assert!((last - simple).abs() < 1e-12, "{last} {simple}");
    }
}
