//! Which cells are withheld, and which others with them so that no hidden cell
//! can be had by subtraction.

use std::collections::{HashMap, VecDeque};

pub(super) use crate::against_target::FEWEST_SHOWN as FEWEST;

/// A cell of a table of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    /// How many people it rests on.
    pub(super) people: u64,
    /// Whether it is withheld.
    pub(super) hidden: bool,
    /// Whether that was decided before, and everybody knows it: others are hidden first.
    pub(super) settled: bool,
}

impl Cell {
    /// A cell that rests on `people`, withheld when they are too few.
    pub(super) fn of(people: u64) -> Self {
        Self { people, hidden: people < FEWEST, settled: false }
    }
}

/// A cell that is the sum of others, all by their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) total: usize,
    pub(super) parts: Vec<usize>,
}

impl Sum {
    /// The same sum with every place moved by `to`.
    pub(super) fn map(&self, to: impl Fn(usize) -> usize) -> Self {
        Self { total: to(self.total), parts: self.parts.iter().map(|part| to(*part)).collect() }
    }
}

/// Cells that are hidden together with the forms their answers are on: a row that is
/// shown tells how many these are.
#[derive(Debug, Default)]
pub(super) struct Together(HashMap<usize, Vec<usize>>);

impl Together {
    /// In each of `stretches`, what has the same `forms` is hidden with them.
    pub(super) fn of(forms: &[Option<usize>], stretches: usize) -> Self {
        let mut together: HashMap<usize, Vec<usize>> = HashMap::new();
        for stretch in 0..stretches {
            for (key, forms_key) in forms.iter().enumerate() {
                let Some(forms_key) = forms_key.filter(|forms_key| *forms_key != key) else {
                    continue;
                };
                let first = stretch * forms.len();
                together.entry(first + forms_key).or_default().push(first + key);
            }
        }
        Self(together)
    }

    /// Hides what goes with the hidden cell at `place`.
    fn hide(&self, cells: &mut [Cell], place: usize) -> Vec<usize> {
        let with = self.0.get(&place).map_or(&[][..], Vec::as_slice);
        let more: Vec<usize> = with.iter().copied().filter(|cell| !cells[*cell].hidden).collect();
        for cell in &more {
            cells[*cell].hidden = true;
        }
        more
    }
}

/// Withholds further cells until no sum gives a hidden one away.
///
/// Under a shown total, hidden parts are at least two and rest together on at
/// least [`FEWEST`] people; under a hidden total at least one part is hidden. The
/// smallest shown part goes first, and the total when no part is left; what is settled
/// only when all else is hidden. A cell of nobody says nothing about anybody and asks for no other to be hidden.
pub(super) fn complete<'a>(
    cells: &mut [Cell],
    sums: impl Iterator<Item = &'a Sum>,
    together: &Together,
) {
    let sums: Vec<&Sum> = sums.collect();
    for place in 0..cells.len() {
        if cells[place].hidden {
            together.hide(cells, place);
        }
    }
    let mut sums_of: Vec<Vec<usize>> = vec![Vec::new(); cells.len()];
    for (place, sum) in sums.iter().enumerate() {
        for member in sum.parts.iter().chain([&sum.total]) {
            sums_of[*member].push(place);
        }
    }
    let mut waiting = vec![true; sums.len()];
    let mut queue: VecDeque<usize> = (0..sums.len()).collect();
    while let Some(place) = queue.pop_front() {
        waiting[place] = false;
        // Every round hides a cell, so this ends.
        while let Some(hidden) = given_away(cells, sums[place]) {
            cells[hidden].hidden = true;
            let with = together.hide(cells, hidden);
            for &other in with.iter().chain([&hidden]).flat_map(|cell| &sums_of[*cell]) {
                if !std::mem::replace(&mut waiting[other], true) {
                    queue.push_back(other);
                }
            }
        }
    }
}

/// The cell to hide next so that `sum` gives nothing away; `None` when it does not.
fn given_away(cells: &[Cell], sum: &Sum) -> Option<usize> {
    let total = cells[sum.total];
    let inhabited = || sum.parts.iter().copied().filter(|&part| cells[part].people > 0);
    let hidden: Vec<usize> = inhabited().filter(|&part| cells[part].hidden).collect();
    let smallest_shown = inhabited()
        .filter(|&part| !cells[part].hidden)
        .min_by_key(|&part| (cells[part].settled, cells[part].people));
    if total.people == 0 {
        return None;
    }
    if total.hidden {
        return smallest_shown.filter(|_| hidden.is_empty());
    }
    let together: u64 = hidden.iter().map(|&part| cells[part].people).sum();
    let safe = hidden.is_empty() || (hidden.len() > 1 && together >= FEWEST);
    let part = smallest_shown.filter(|&part| !cells[part].settled || total.settled);
    if safe { None } else { Some(part.unwrap_or(sum.total)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(people: &[u64], sums: &[(usize, &[usize])]) -> Vec<usize> {
        let mut cells: Vec<Cell> = people.iter().map(|n| Cell::of(*n)).collect();
        let sums: Vec<Sum> = sums
            .iter()
            .map(|(total, parts)| Sum { total: *total, parts: parts.to_vec() })
            .collect();
        complete(&mut cells, sums.iter(), &Together::default());
        (0..cells.len()).filter(|i| cells[*i].hidden).collect()
    }

    #[test]
    fn one_small_part_takes_the_next_smallest_with_it() {
        assert_eq!(hidden(&[125, 100, 5, 20], &[(0, &[1, 2, 3])]), [2, 3]);
    }

    #[test]
    fn two_small_parts_that_are_few_together_take_a_third() {
        assert_eq!(hidden(&[125, 118, 3, 4], &[(0, &[1, 2, 3])]), [1, 2, 3]);
        assert_eq!(hidden(&[130, 118, 6, 6], &[(0, &[1, 2, 3])]), [2, 3]);
    }

    #[test]
    fn a_total_goes_when_all_its_parts_are_hidden_and_still_few() {
        assert_eq!(hidden(&[10, 5, 2], &[(0, &[1, 2])]), [0, 1, 2]);
    }

    #[test]
    fn what_is_settled_stays_as_long_as_something_else_can_be_hidden() {
        let sum = Sum { total: 0, parts: vec![1, 2, 3] };
        let mut cells: Vec<Cell> = [68, 12, 6, 50].map(Cell::of).to_vec();
        for settled in [1, 2, 3] {
            cells[settled].settled = true;
        }
        complete(&mut cells, [&sum].into_iter(), &Together::default());
        assert_eq!(
            cells.iter().map(|cell| cell.hidden).collect::<Vec<_>>(),
            [true, false, true, false]
        );
    }

    #[test]
    fn nobody_is_nothing_to_hide_others_for() {
        assert_eq!(hidden(&[100, 100, 0], &[(0, &[1, 2])]), [2]);
        assert!(hidden(&[30, 10, 20], &[(0, &[1, 2])]).is_empty());
    }

    #[test]
    fn hiding_travels_through_linked_sums() {
        // 0 = index of the components 1, 2 and 3; each has one item: 4, 5, 6.
        let sums: [(usize, &[usize]); 4] = [(0, &[1, 2, 3]), (1, &[4]), (2, &[5]), (3, &[6])];
        assert_eq!(hidden(&[60, 50, 4, 60, 50, 4, 60], &sums), [1, 2, 4, 5]);
    }

    #[test]
    fn no_hidden_cell_is_the_only_one_in_its_sum_whatever_the_table() {
        let mut seed = 7u64;
        let mut roll = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % 40
        };
        for _ in 0..500 {
            let rows = 4;
            let columns = 3;
            // A table with margins: the last row and the last column are sums.
            let mut people = vec![0u64; (rows + 1) * (columns + 1)];
            let at = |r: usize, c: usize| r * (columns + 1) + c;
            for r in 0..rows {
                for c in 0..columns {
                    let n = roll();
                    people[at(r, c)] = n;
                    people[at(r, columns)] += n;
                    people[at(rows, c)] += n;
                    people[at(rows, columns)] += n;
                }
            }
            let mut sums = Vec::new();
            for r in 0..=rows {
                let parts = (0..columns).map(|c| at(r, c)).collect();
                sums.push(Sum { total: at(r, columns), parts });
            }
            for c in 0..=columns {
                let parts = (0..rows).map(|r| at(r, c)).collect();
                sums.push(Sum { total: at(rows, c), parts });
            }
            let mut cells: Vec<Cell> = people.iter().map(|n| Cell::of(*n)).collect();
            complete(&mut cells, sums.iter(), &Together::default());
            for sum in &sums {
                let members = sum.parts.iter().chain([&sum.total]);
                let unknown =
                    members.filter(|m| cells[**m].hidden && cells[**m].people > 0).count();
                assert_ne!(unknown, 1, "{cells:?}");
            }
            assert!(people.iter().zip(&cells).all(|(n, cell)| *n >= FEWEST || cell.hidden));
        }
    }
}
