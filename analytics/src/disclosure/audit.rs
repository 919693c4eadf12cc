//! The last look before anything is published: whether what few people answered
//! follows from everything that is shown together.

use std::collections::BTreeMap;

use super::Stretches;
use super::solver::Known;
use super::suppression::{Cell, FEWEST};

/// A year's cells, stretch by stretch, each with all keys.
pub(super) struct Audit<'a> {
    pub(super) stretches: &'a Stretches,
    /// Of which keys each key is the sum.
    pub(super) base: &'a [Vec<usize>],
}

impl Audit<'_> {
    /// The cell to hide next, because a withheld cell follows from the shown ones and
    /// it is the smallest of those from which it follows; `None` when none does.
    pub(super) fn weakness(&self, cells: &[Cell]) -> Option<usize> {
        let unknown = |atom: usize| cells[atom].hidden && cells[atom].people > 0;
        // Shown cells with the same unknowns in them tell the same.
        let mut told: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        let mut secrets: Vec<Vec<usize>> = Vec::new();
        for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.people > 0) {
            let unknowns: Vec<usize> = self.atoms(place).filter(|atom| unknown(*atom)).collect();
            if unknowns.is_empty() {
                continue;
            }
            if !cell.hidden {
                told.entry(unknowns).or_default().push(place);
            } else if cell.people < FEWEST {
                secrets.push(unknowns);
            }
        }
        secrets.sort_unstable();
        secrets.dedup();
        for block in blocks(told) {
            let local = |atoms: &[usize]| -> Option<Vec<usize>> {
                atoms.iter().map(|atom| block.atoms.binary_search(atom).ok()).collect()
            };
            let sums: Vec<Vec<usize>> =
                block.told.iter().filter_map(|(unknowns, _)| local(unknowns)).collect();
            let known = Known::of(&sums, block.atoms.len());
            let people: Vec<u64> = block.atoms.iter().map(|atom| cells[*atom].people).collect();
            if let Some(used) = known.of_few(&people, FEWEST) {
                let cells_used = used.iter().flat_map(|sum| &block.told[*sum].1).copied();
                return self.smallest(cells, cells_used);
            }
            for secret in secrets.iter().filter_map(|secret| local(secret)) {
                if let Some(used) = known.derivation(&secret, block.atoms.len()) {
                    let cells_used = used.iter().flat_map(|sum| &block.told[*sum].1).copied();
                    return self.smallest(cells, cells_used);
                }
            }
        }
        None
    }

    /// The smallest cell among `used` and the shown ones that they are sums of.
    fn smallest(&self, cells: &[Cell], used: impl Iterator<Item = usize>) -> Option<usize> {
        let shown = |place: &usize| !cells[*place].hidden && cells[*place].people > 0;
        used.flat_map(|place| self.atoms(place).chain([place]))
            .filter(shown)
            .min_by_key(|place| (cells[*place].people, *place))
    }

    /// The finest cells that the cell at `place` is the sum of.
    fn atoms(&self, place: usize) -> impl Iterator<Item = usize> {
        let keys = self.base.len();
        let (stretch, key) = (place / keys, place % keys);
        self.stretches
            .pieces(stretch)
            .flat_map(move |piece| self.base[key].iter().map(move |key| piece * keys + key))
    }
}

/// Sums that have unknowns in common, directly or through others.
struct Block {
    /// Its unknowns, ascending.
    atoms: Vec<usize>,
    /// Unknowns and the shown cells that are their sum, but for known ones.
    told: Vec<(Vec<usize>, Vec<usize>)>,
}

fn blocks(told: BTreeMap<Vec<usize>, Vec<usize>>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for (unknowns, cells) in told {
        let touches = |block: &Block| {
            unknowns.iter().any(|unknown| block.atoms.binary_search(unknown).is_ok())
        };
        let (joining, mut apart): (Vec<Block>, Vec<Block>) = blocks.into_iter().partition(touches);
        let mut joined = Block { atoms: unknowns.clone(), told: vec![(unknowns, cells)] };
        for block in joining {
            joined.atoms.extend(block.atoms);
            joined.told.extend(block.told);
        }
        joined.atoms.sort_unstable();
        joined.atoms.dedup();
        apart.push(joined);
        blocks = apart;
    }
    blocks
}
