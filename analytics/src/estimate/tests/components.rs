//! A mean of components is no surer than its smallest component: whoever few answered, and
//! all alike, adds nothing to the variance that is seen.

use surveys::catalog;
use surveys::plan::Operator;

use super::*;
use crate::against_target::{Audience, Publication, Verdict, against, publication_floor};

/// Four hundred people answer the counter survey, 92 in 100 of them satisfied with each of
/// the first four components; the fifth is answered by so many people, all satisfied.
fn counter(feedback: usize) -> EstimateTable {
    let instrument = catalog::instrument("quick-counter", None).unwrap();
    let mut builder = FrameBuilder::new(instrument, &[]).unwrap();
    let items = builder.items().len();
    for person in 0..400 {
        let satisfied = |item: usize| (person * 37 + item * 101) % 400 < 368;
        let answers = (0..items).map(|item| match item {
            4 => (person < feedback).then_some(5),
            _ => Some(if satisfied(item) { 5 } else { 2 }),
        });
        builder.push(&[], &answers.collect::<Vec<_>>()).unwrap();
    }
    estimate(&builder.finish(), instrument, &options(&[])).unwrap()
}

fn overall(table: &EstimateTable) -> &Estimate {
    table.rows.iter().find(|row| row.level == Level::Index).unwrap()
}

#[test]
fn an_index_is_judged_when_its_smallest_component_can_be() {
    use Publication::{CountsOnly, Rate, RateWithWarning};
    for (feedback, verdict, public, staff) in [
        (3, Verdict::TooFew, CountsOnly, CountsOnly),
        (9, Verdict::TooFew, CountsOnly, CountsOnly),
        (10, Verdict::TooFew, CountsOnly, RateWithWarning),
        (12, Verdict::TooFew, CountsOnly, RateWithWarning),
        (29, Verdict::TooFew, CountsOnly, RateWithWarning),
        (30, Verdict::Met, RateWithWarning, RateWithWarning),
        (99, Verdict::Met, RateWithWarning, RateWithWarning),
        (100, Verdict::Met, Publication::Verdict, Publication::Verdict),
        (400, Verdict::Met, Publication::Verdict, Publication::Verdict),
    ] {
        let table = counter(feedback);
        let index = overall(&table);
        // The interval alone would always say "met", and is the same in all of them.
        assert!(index.low.is_some_and(|low| low > 0.92), "{feedback}: {index:?}");
        assert!((index.n_least - feedback as f64).abs() < 1e-9, "{index:?}");
        assert_eq!(against(index, Operator::AtLeast, 0.9), Some(verdict), "{feedback}");
        assert_eq!(index.flags.contains(Flag::ComponentFew), feedback < 30, "{feedback}");
        assert_eq!(publication_floor(index, Audience::Public), public, "{feedback}");
        assert_eq!(publication_floor(index, Audience::Staff), staff, "{feedback}");
        assert_ne!(public, Rate);
    }
}

#[test]
fn no_mean_has_a_verdict_that_one_of_its_terms_is_too_few_for() {
    let shares = ["11111111", "11111211", "11111911", "91111111", "11331111", "11111117"];
    let mut judged = [0; 2];
    for share in shares {
        let share: Vec<usize> = share.bytes().map(|b| usize::from(b - b'0')).collect();
        for people in [24, 60, 90, 250] {
            let answer = |person: usize, item: usize| {
                let asked = (person + item).is_multiple_of(share[item] * share[item]);
                let satisfied = (person * 7 + item * 3) % 11 > 1;
                match (asked, item, satisfied) {
                    (false, ..) => '-',
                    (_, 7, true) => '2',
                    (_, 7, false) => '0',
                    (_, _, true) => '5',
                    _ => '1',
                }
            };
            let rows: Vec<String> =
                (0..people).map(|p| (0..8).map(|item| answer(p, item)).collect()).collect();
            let rows: Vec<_> = rows.iter().map(|row| ("x", row.as_str())).collect();
            let frame = frame(&rows);
            for rule in Aggregation::ALL {
                let instrument = Instrument { aggregation: rule, ..instrument() };
                let table = estimate(&frame, &instrument, &options(&[])).unwrap();
                for (row, (.., terms)) in table.rows.iter().zip(terms(&instrument).unwrap()) {
                    let of = |term: &Term| table.find(term.level, &term.code, &[]).unwrap();
                    let least = terms.iter().map(|t| of(t).n_eff).fold(row.n_eff, f64::min);
                    assert!((row.n_least - least).abs() < 1e-12, "{row:?}");
                    if terms.is_empty() {
                        continue;
                    }
                    let verdict = |e: &Estimate| against(e, Operator::AtLeast, 0.8).unwrap();
                    let few = terms.iter().any(|term| verdict(of(term)) == Verdict::TooFew);
                    assert_eq!(verdict(row) == Verdict::TooFew, few, "{row:?}");
                    judged[usize::from(few)] += 1;
                }
            }
        }
    }
    assert!(judged.iter().all(|times| *times > 30), "{judged:?}");
}

#[test]
fn weights_count_in_the_smallest_component_as_everywhere() {
    let mut builder = FrameBuilder::new(&instrument(), &["weight"]).unwrap();
    for person in 0..200 {
        // Of forty who answer C1 ten weigh as much as four hundred others.
        let c1 = (person < 40).then_some(5);
        let mut answers = vec![Some(if person % 9 == 0 { 2 } else { 5 }); 7];
        (answers[5], answers[6]) = (c1, Some(5));
        answers.push(Some(2));
        builder.push(&[if person < 10 { "40" } else { "1" }], &answers).unwrap();
    }
    let design = SurveyDesign { weights: Some("weight".to_owned()), ..SurveyDesign::none() };
    let aggregation = Some(Aggregation::MeanOfComponents);
    let options = EstimateOptions { aggregation, design, ..options(&[]) };
    let table = estimate(&builder.finish(), &instrument(), &options).unwrap();
    let index = overall(&table);
    let c = table.find(Level::Component, "c", &[]).unwrap();
    assert_eq!((c.people, index.n_least), (40, c.n_eff));
    assert!(c.n_eff < 30.0 && index.flags.contains(Flag::ComponentFew), "{index:?}");
    assert_eq!(against(index, Operator::AtLeast, 0.5), Some(Verdict::TooFew));
}

#[test]
fn where_everybody_was_asked_the_smallest_component_is_known_too() {
    let mut builder = FrameBuilder::new(&instrument(), &["n"]).unwrap();
    for person in 0..60 {
        let mut answers = vec![Some(if person % 9 == 0 { 2 } else { 5 }); 7];
        answers[5] = (person < 5).then_some(5);
        answers.push(Some(2));
        builder.push(&["60"], &answers).unwrap();
    }
    let design = SurveyDesign { fpc: vec!["n".to_owned()], ..SurveyDesign::none() };
    let aggregation = Some(Aggregation::MeanOfComponents);
    let options = EstimateOptions { aggregation, design, ..options(&[]) };
    let table = estimate(&builder.finish(), &instrument(), &options).unwrap();
    let index = overall(&table);
    assert!(index.flags.contains(Flag::Census) && !index.flags.contains(Flag::ComponentFew));
    assert_eq!(against(index, Operator::AtLeast, 0.5), Some(Verdict::Met));
}
