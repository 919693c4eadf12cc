//! Groups beside each other, such as the collection points of a commune: what is
//! withheld of each, so that neither the others nor a longer period give it away.

use std::collections::BTreeSet;
use std::ops::Range;

use surveys::Instrument;

use super::keys::inside_a_stretch;
use super::stretches::Stretches;
use super::suppression::{self, Cell, Sum, Together};
use super::{Key, People, Withheld, holds, of_period};

/// What is withheld of each group in each of `periods`: one list per group, one value
/// per period.
///
/// `groups` say per group and piece how many people its figures rest on; everybody is
/// in exactly one group. `whole` says what is withheld of everybody in each period,
/// which is settled before; that is never changed here.
///
/// # Panics
/// When a period names a piece that is not there, or `whole` has not one value per
/// period.
pub fn withheld_of_groups(
    instrument: &Instrument,
    groups: &[Vec<People>],
    whole: &[Withheld],
    periods: &[Range<usize>],
) -> Vec<Vec<Withheld>> {
    let Some(pieces) = groups.iter().map(Vec::len).max() else { return Vec::new() };
    let known: BTreeSet<&Key> = groups
        .iter()
        .flatten()
        .flat_map(|people| people.0.keys())
        .filter(|(channel, ..)| channel.is_none())
        .collect();
    let keys: Vec<&Key> = known.into_iter().collect();
    let stretches = Stretches::of(pieces, periods);
    // Everybody comes after the groups.
    let (columns, everybody) = (groups.len() + 1, groups.len());
    let place =
        |stretch: usize, group: usize, key: usize| (stretch * columns + group) * keys.len() + key;
    let mut cells = Vec::with_capacity(stretches.all.len() * columns * keys.len());
    for stretch in &stretches.all {
        let period = periods.iter().position(|period| period == stretch);
        let mut together = vec![0; keys.len()];
        for group in groups {
            for (key, sum) in keys.iter().zip(&mut together) {
                let people = group[stretch.clone()].iter().map(|piece| piece.of(key)).sum();
                *sum += people;
                let mut cell = Cell::of(people);
                cell.hidden |= period.is_none();
                cells.push(cell);
            }
        }
        for (key, people) in keys.iter().zip(together) {
            let (channel, counted, code) = key;
            let is_settled = |p: usize| holds(&whole[p].whole, *channel, *counted, code);
            let mut cell = Cell::of(people);
            cell.hidden |= period.is_none_or(is_settled);
            cells.push(cell);
        }
    }
    let inside = inside_a_stretch(instrument, &keys);
    let mut sums: Vec<Sum> = Vec::new();
    for column in 0..columns {
        for sum in stretches.sums() {
            let over_time = |key| sum.map(|stretch| place(stretch, column, key));
            sums.extend((0..keys.len()).map(over_time));
        }
        for stretch in 0..stretches.all.len() {
            sums.extend(inside.iter().map(|sum| sum.map(|key| place(stretch, column, key))));
        }
    }
    for stretch in 0..stretches.all.len() {
        sums.extend((0..keys.len()).map(|key| Sum {
            total: place(stretch, everybody, key),
            parts: (0..everybody).map(|group| place(stretch, group, key)).collect(),
        }));
    }
    suppression::complete(&mut cells, sums.iter(), &Together::default());
    let of = |group: usize, period: &Range<usize>| {
        let stretch = stretches.place(period).expect("every period is a stretch");
        let first = place(stretch, group, 0);
        of_period(instrument, &keys, &cells[first..first + keys.len()], &inside)
    };
    (0..everybody).map(|group| periods.iter().map(|period| of(group, period)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use surveys::catalog;

    use super::*;
    use crate::estimate::Level;

    /// Of groups in pieces of time, as `people[group][piece]` at every figure, which are
    /// withheld in which period.
    fn hidden(people: &[&[u64]], periods: &[Range<usize>]) -> Vec<Vec<bool>> {
        let instrument = catalog::instrument("quick-counter", None).unwrap();
        let of = |n: &u64| {
            let mut piece = People::default();
            for component in &instrument.components {
                piece.set(None, Level::Component, component.code.as_str(), *n);
                for item in instrument.items_of(&component.code) {
                    piece.set(None, Level::Item, item.code.as_str(), *n);
                }
            }
            piece.set(None, Level::Index, instrument.id.as_str(), *n);
            piece
        };
        let groups: Vec<Vec<People>> =
            people.iter().map(|pieces| pieces.iter().map(of).collect()).collect();
        let whole = vec![Withheld::default(); periods.len()];
        let found = withheld_of_groups(instrument, &groups, &whole, periods);
        let index = |w: &Withheld| w.covers(None, Level::Index, instrument.id.as_str());
        found.iter().map(|group| group.iter().map(index).collect()).collect()
    }

    #[test]
    fn a_small_group_takes_the_next_smallest_with_it() {
        let one = [(0, 1)].map(|(from, to)| from..to);
        assert_eq!(hidden(&[&[200], &[40], &[200]], &one), [[false], [false], [false]]);
        assert_eq!(hidden(&[&[200], &[5], &[100]], &one), [[false], [true], [true]]);
        assert_eq!(hidden(&[&[200], &[6], &[7], &[90]], &one), [[false], [true], [true], [false]]);
        assert_eq!(hidden(&[&[200], &[4], &[5], &[90]], &one), [[false], [true], [true], [true]]);
    }

    #[test]
    fn a_small_month_of_a_group_does_not_follow_from_its_quarter() {
        let (months_and_quarter, months) = ([0..1, 1..2, 0..2], [0..1, 1..2]);
        let people: [&[u64]; 2] = [&[100, 100], &[40, 5]];
        let of_the_second = |periods| hidden(&people, periods)[1].clone();
        assert_eq!(of_the_second(&months), [false, true]);
        let [january, february, quarter] = of_the_second(&months_and_quarter)[..] else {
            panic!("three periods")
        };
        assert!(february && (january || quarter), "February would be the rest of the quarter");
    }

    #[test]
    fn nobody_and_nothing_are_fine() {
        assert!(hidden(&[], &[]).is_empty());
        assert_eq!(hidden(&[&[0], &[30]], &[(0, 1)].map(|(from, to)| from..to)), [[true], [false]]);
    }
}
