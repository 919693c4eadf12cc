use analytics::{EstimateOptions, FrameBuilder, estimate};

use super::*;

const TODAY: &str = "2026-10";

/// A commune of the five plans' first instrument where `satisfied` of `n` people were
/// satisfied with everything, the others with nothing; held against one and the same
/// plan, which asks for 90 %.
fn place(commune: &'static Commune, satisfied: u32, n: u32) -> Place {
    let instrument = quick();
    let mut frame = FrameBuilder::new(instrument, &[]).unwrap();
    let items = frame.items().len();
    for person in 0..n {
        let value = if person < satisfied { 5 } else { 2 };
        frame.push(&[], &vec![Some(value); items]).unwrap();
    }
    let table = estimate(&frame.finish(), instrument, &EstimateOptions::default()).unwrap();
    let period = Period::parse(TODAY).unwrap();
    let plan = catalog::plan("dien-khanh-2025");
    let findings = |level| {
        let rows = table.rows.iter().filter(move |row| row.level == level).cloned();
        rows.map(|row| Finding::of(row, instrument, plan, &period)).collect::<Vec<_>>()
    };
    let index = findings(Level::Index).remove(0);
    let components = findings(Level::Component);
    let figures = Some(Figures { version: 1, index, components, level: table.level, below: None });
    let (awaited, withdrawn, unreadable) = (false, false, false);
    let period = Some(period);
    Place { commune, period, figures, awaited, withdrawn, unreadable }
}

fn quick() -> &'static Instrument {
    catalog::instrument("quick-counter", None).unwrap()
}

/// Communes of which each has so many satisfied people of so many.
pub(crate) fn beside(counts: &[(u32, u32)]) -> SideBySide {
    let communes = unit::communes().iter().zip(counts);
    let mut places: Vec<Place> =
        communes.map(|(commune, (satisfied, n))| place(commune, *satisfied, *n)).collect();
    SideBySide::adjust(&mut places);
    SideBySide { places, instrument: quick(), simulated: false }
}

#[test]
fn who_is_listed_as_below_is_so_also_as_one_of_many() {
    let mut counts = vec![(90, 150), (126, 150)];
    counts.extend([(147, 150); 39]);
    let many = beside(&counts);
    assert_eq!(many.held_against(), 41);
    let [far, near] = [&many.places[0], &many.places[1]];
    assert_eq!([far, near].map(Place::verdict), [Some(Verdict::NotMet); 2]);
    assert!(far.is_below(), "{far:?}");
    assert!(!near.is_below(), "one of 41 looks like this by chance: {near:?}");
    let alone = beside(&counts[1..2]);
    assert!(alone.places[0].is_below(), "the same by itself");
}

#[test]
fn a_commune_without_a_public_verdict_is_not_held_against_anything() {
    let few = beside(&[(20, 60), (10, 20), (0, 8)]);
    assert_eq!(few.held_against(), 0);
    assert!(few.places.iter().all(|place| !place.is_below()));
    assert_eq!(few.places[2].people(), None, "of 8 people nothing is told");
    assert_eq!(few.places[1].people(), Some(20));
    assert!(few.places[1].rate().is_none() && few.places[0].rate().is_some());
}

#[test]
fn two_intervals_overlap_when_they_hold_a_value_in_common() {
    assert!(beside(&[(120, 150), (125, 150), (30, 150)]).some_overlap());
    assert!(!beside(&[(140, 150), (75, 150), (15, 150)]).some_overlap());
    assert!(!beside(&[(140, 150), (8, 20)]).some_overlap(), "one has no interval");
    assert!(!beside(&[]).some_overlap());
    // A wide one may hold one that is far behind it in the order of lower limits.
    assert!(beside(&[(300, 600), (17, 34), (90, 150)]).some_overlap());
}
