use surveys::catalog;
use surveys::plan::Operator;

use super::*;
use crate::{Audience, FrameBuilder, Publication, Verdict, against, publication_floor};

/// The quick survey of 400 people, 92 % of them satisfied with everything; `few` have an
/// opinion on the last component, all of them satisfied.
fn index(few: usize) -> Estimate {
    let instrument = catalog::instrument("quick-counter", None).unwrap();
    let mut frame = FrameBuilder::new(instrument, &[]).unwrap();
    for person in 0..400 {
        let rated = Some(if person % 25 < 2 { 2 } else { 4 });
        let last = if person % 25 >= 2 && person / 25 * 23 + person % 25 - 2 < few { 5 } else { 9 };
        frame.push(&[], &[rated, rated, rated, rated, Some(last)]).unwrap();
    }
    let table = estimate(&frame.finish(), instrument, &EstimateOptions::default()).unwrap();
    let last = table.find(Level::Component, "feedback", &[]).unwrap();
    assert_eq!((last.valid, last.satisfied), (few as u64, few as u64));
    table.find(Level::Index, "quick-counter", &[]).unwrap().clone()
}

#[test]
fn a_component_that_few_answered_keeps_the_index_from_a_verdict() {
    // Its rate of 1 without an error lifts the index and narrows its interval.
    for (few, verdict, public, flagged) in [
        (3, Verdict::TooFew, Publication::CountsOnly, true),
        (12, Verdict::TooFew, Publication::CountsOnly, true),
        (29, Verdict::TooFew, Publication::CountsOnly, true),
        (30, Verdict::Met, Publication::RateWithWarning, true),
        (99, Verdict::Met, Publication::RateWithWarning, true),
        (100, Verdict::Met, Publication::Verdict, false),
    ] {
        let index = index(few);
        assert!(index.low.unwrap() > 0.9, "{few}: the interval alone would say that it is met");
        assert!((index.n_least - few as f64).abs() < 1e-9, "{few}");
        assert_eq!(against(&index, Operator::AtLeast, 0.9), Some(verdict), "{few}");
        assert_eq!(publication_floor(&index, Audience::Public), public, "{few}");
        let staff = publication_floor(&index, Audience::Staff);
        assert_eq!(staff == Publication::Verdict, few >= 30, "{few}");
        assert_eq!(index.flags.contains(Flag::ComponentFew), flagged, "{few}");
    }
}

#[test]
fn what_averages_nothing_rests_on_its_own_people() {
    let instrument = catalog::instrument("sipas-style", None).unwrap();
    let mut frame = FrameBuilder::new(instrument, &[]).unwrap();
    for person in 0..150 {
        let answers: Vec<_> = (0..frame.items().len())
            .map(|item| Some(if item > 0 || person < 12 { 4 } else { 9 }))
            .collect();
        frame.push(&[], &answers).unwrap();
    }
    let table = estimate(&frame.finish(), instrument, &EstimateOptions::default()).unwrap();
    for e in &table.rows {
        assert_eq!(e.n_least.to_bits(), e.n_eff.to_bits(), "{:?} {}", e.level, e.code);
        assert!(!e.flags.contains(Flag::ComponentFew), "pooled answers have no parts");
    }
}
