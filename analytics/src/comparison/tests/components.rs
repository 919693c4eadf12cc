//! Changes and trends of means of which one component was answered by few people.

use super::*;
use crate::{Flag, FrameBuilder};

/// Two hundred people a month answer the form, three in four of them satisfied with each
/// component, C1 by so many of them, all satisfied or none.
fn months(counts: &[(&str, usize, bool)]) -> Frame {
    let mut builder = FrameBuilder::new(&instrument(), &["month"]).unwrap();
    for (month, few, satisfied) in counts {
        for person in 0..200 {
            let yes = |item: usize| !(person * 7 + item * 3).is_multiple_of(4);
            let answers = (0..8).map(|item| match item {
                5 => (person < *few).then_some(if *satisfied { 5 } else { 1 }),
                7 => Some(if yes(item) { 2 } else { 0 }),
                _ => Some(if yes(item) { 5 } else { 2 }),
            });
            builder.push(&[month], &answers.collect::<Vec<_>>()).unwrap();
        }
    }
    builder.finish()
}

fn means() -> EstimateOptions {
    EstimateOptions { aggregation: Some(Aggregation::MeanOfComponents), ..Default::default() }
}

fn change(few: usize) -> Change {
    let frame = months(&[("2026-08", few, false), ("2026-09", few, true)]);
    let found = changes(&frame, &instrument(), &means(), "month", ("2026-08", "2026-09")).unwrap();
    found.into_iter().find(|c| c.now.level == Level::Index).unwrap()
}

#[test]
fn an_index_does_not_rise_by_what_two_people_answered() {
    for few in [2, 12, 29] {
        let index = change(few);
        // A quarter of the index, and an interval that knows nothing of those few.
        assert!(index.low.unwrap() > 0.2 && index.upp.unwrap() < 0.3, "{index:?}");
        assert_eq!((index.direction, &*index.flags.codes()), (Direction::TooFew, "component_few"));
    }
    let enough = change(30);
    assert_eq!((enough.direction, enough.flags.is_empty()), (Direction::Higher, true));
}

#[test]
fn few_in_one_of_the_two_months_are_too_few() {
    for counts in [[12, 200], [200, 12]] {
        let frame = months(&[("2026-08", counts[0], false), ("2026-09", counts[1], true)]);
        let periods = ("2026-08", "2026-09");
        let found = changes(&frame, &instrument(), &means(), "month", periods).unwrap();
        let index = found.iter().find(|c| c.now.level == Level::Index).unwrap();
        assert_eq!(index.direction, Direction::TooFew, "{index:?}");
        // The components that all answered keep what is said of them.
        let a = found.iter().find(|c| &*c.now.code == "a").unwrap();
        assert_eq!((a.direction, a.flags.is_empty()), (Direction::NotShown, true));
    }
}

#[test]
fn a_trend_of_means_needs_enough_people_in_every_component_of_every_month() {
    for (few, direction) in
        [([200, 12, 200], Direction::TooFew), ([30, 200, 200], Direction::Higher)]
    {
        let names = ["2026-07", "2026-08", "2026-09"];
        let counts: Vec<_> = (0..3).map(|m| (names[m], few[m], m == 2)).collect();
        let frame = months(&counts);
        let found = trends(&frame, &instrument(), &means(), "month").unwrap();
        let index = found.iter().find(|t| t.level == Level::Index).unwrap();
        let told = direction == Direction::TooFew;
        assert!(index.low.unwrap() > 0.0, "{index:?}");
        assert_eq!((index.direction, index.flags.contains(Flag::ComponentFew)), (direction, told));
        // The same from what is known of each month.
        let options = EstimateOptions { by: vec!["month".to_owned()], ..means() };
        let table = estimate(&frame, &instrument(), &options).unwrap();
        let rows = table.rows.iter().filter(|row| row.level == Level::Index);
        let months: Vec<_> = (0..).zip(rows).map(|(place, row)| (place, 200, row)).collect();
        let trend = trend_of_months(&months, 0.95).unwrap();
        assert_eq!((trend.direction, trend.flags), (index.direction, index.flags));
    }
}
