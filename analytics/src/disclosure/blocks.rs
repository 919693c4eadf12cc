//! Shown sums that have unknowns in common, directly or through others, and what was
//! seen of the counts that may be behind them.

use std::collections::{BTreeMap, BTreeSet};

use super::bounds::{Bounds, Effort, Reached, TooHard, Toward};

/// The least and the most that a sum may be.
pub(super) type Limits = (i64, i64);

/// Sums that are told of one set of unknowns.
pub(super) struct Block {
    /// Its unknowns, ascending.
    pub(super) atoms: Vec<usize>,
    /// Unknowns and the shown cells that are their sum, but for known ones.
    pub(super) told: Vec<(Vec<usize>, Vec<usize>)>,
    /// What may be behind them, once that was asked for.
    pub(super) solved: Option<Solved>,
    /// Whether one of its cells is going to be hidden.
    pub(super) weak: bool,
    /// The shown forms on which its unknown answers are.
    pub(super) on_shown: Vec<usize>,
    /// Sums of unknowns, by their places, and between which limits they were seen: a
    /// corner that was looked at for one sum is there for all.
    seen: BTreeMap<Vec<usize>, Limits>,
}

/// What may be behind the shown cells of a block. Its unknowns come first.
pub(super) struct Solved {
    pub(super) bounds: Bounds,
    /// The shown cells by which each equation is told.
    pub(super) told_by: Vec<Vec<usize>>,
}

/// What a sum has in one block: unknowns, by their places.
pub(super) struct Part {
    pub(super) block: usize,
    wanted: Vec<usize>,
}

/// All blocks of a year.
#[derive(Default)]
pub(super) struct Blocks {
    pub(super) all: Vec<Block>,
    /// In which block an unknown is, the first one for forms.
    of: BTreeMap<usize, usize>,
}

impl Block {
    /// Every shown cell.
    pub(super) fn cells(&self) -> impl Iterator<Item = usize> {
        self.told.iter().flat_map(|(_, cells)| cells.iter().copied())
    }

    /// Goes `toward` the limit of a sum until it is `enough`, and notes what is seen there.
    fn look(
        &mut self,
        wanted: &[usize],
        toward: Toward,
        effort: &mut Effort,
        enough: impl Fn(i64) -> bool,
    ) -> Result<(), TooHard> {
        let Some(Solved { bounds, .. }) = &mut self.solved else { return Ok(()) };
        let reached = bounds.search(wanted, toward, effort, enough)?;
        for (sum, (least, most)) in &mut self.seen {
            *least = (*least).min(bounds.sum(sum, Toward::Least)?);
            *most = (*most).max(bounds.sum(sum, Toward::Most)?);
        }
        if let (Reached::Nowhere, Some((_, most))) = (reached, self.seen.get_mut(wanted)) {
            *most = i64::MAX;
        }
        Ok(())
    }
}

impl Blocks {
    /// The blocks of shown cells by the unknowns they are sums of; `forms_of` tells the
    /// forms on which answers are, `question` what they answer.
    pub(super) fn of(
        told: BTreeMap<Vec<usize>, Vec<usize>>,
        forms_of: impl Fn(usize) -> Option<usize>,
        question: impl Fn(usize) -> usize,
    ) -> Self {
        let mut all = on_same_forms(&linked(told), forms_of, question);
        let mut of = BTreeMap::new();
        for (place, block) in all.iter_mut().enumerate() {
            block.atoms.sort_unstable();
            block.atoms.dedup();
            for atom in &block.atoms {
                of.entry(*atom).or_insert(place);
            }
        }
        Self { all, of }
    }

    /// Takes over what was found of blocks that are still the same.
    pub(super) fn take_over(&mut self, before: Self) {
        let mut before: BTreeMap<_, Block> = before
            .all
            .into_iter()
            .filter(|block| block.solved.is_some())
            .map(|block| ((block.told.clone(), block.on_shown.clone()), block))
            .collect();
        for block in &mut self.all {
            if let Some(known) = before.remove(&(block.told.clone(), block.on_shown.clone())) {
                (block.solved, block.seen) = (known.solved, known.seen);
            }
        }
    }

    /// What the sum of `atoms`, each of so many `people`, has in which block; `None` when
    /// one of them is in none. Whatever is looked for later, what it tells of this sum is
    /// noted.
    pub(super) fn parts(
        &mut self,
        atoms: &[usize],
        people: impl Fn(usize) -> u64,
    ) -> Option<Vec<Part>> {
        let mut parts: BTreeMap<usize, (Vec<usize>, u64)> = BTreeMap::new();
        for atom in atoms {
            let block = *self.of.get(atom)?;
            let place = self.all[block].atoms.binary_search(atom).ok()?;
            let (wanted, together) = parts.entry(block).or_default();
            wanted.push(place);
            *together += people(*atom);
        }
        let part = |(block, (wanted, together)): (usize, (Vec<usize>, u64))| {
            let here = i64::try_from(together).unwrap_or(i64::MAX);
            self.all[block].seen.entry(wanted.clone()).or_insert((here, here));
            Part { block, wanted }
        };
        Some(parts.into_iter().map(part).collect())
    }

    /// Between which limits the sum of `parts` was seen.
    pub(super) fn seen(&self, parts: &[Part]) -> Limits {
        let seen = parts.iter().map(|part| self.all[part.block].seen[&part.wanted]);
        seen.fold((0, 0), |(a, b), (least, most)| (a.saturating_add(least), b.saturating_add(most)))
    }

    /// Goes `toward` the limit of the sum of `parts` until what was seen is `enough`.
    pub(super) fn look(
        &mut self,
        parts: &[Part],
        toward: Toward,
        effort: &mut Effort,
        enough: impl Fn(Limits) -> bool,
    ) -> Result<(), TooHard> {
        for part in parts {
            let (least, most) = self.seen(parts);
            let own = self.all[part.block].seen[&part.wanted];
            let with = |value: i64| match toward {
                Toward::Most => {
                    (least, most.saturating_sub(own.1).saturating_add(value.max(own.1)))
                }
                Toward::Least => (least - own.0 + value.min(own.0), most),
            };
            self.all[part.block].look(&part.wanted, toward, effort, |value| enough(with(value)))?;
        }
        Ok(())
    }

    /// The shown cells from which the limit of the sum of `parts` follows.
    pub(super) fn reasons(
        &mut self,
        parts: &[Part],
        toward: Toward,
        effort: &mut Effort,
    ) -> Result<Vec<usize>, TooHard> {
        self.look(parts, toward, effort, |_| false)?;
        let mut cells = BTreeSet::new();
        for part in parts {
            let Some(Solved { bounds, told_by }) = &self.all[part.block].solved else { continue };
            for equation in bounds.reasons(&part.wanted)? {
                cells.extend(told_by[equation].iter().copied());
            }
        }
        Ok(cells.into_iter().collect())
    }
}

impl Block {
    fn of(atoms: Vec<usize>, told: Vec<(Vec<usize>, Vec<usize>)>) -> Self {
        Self { atoms, told, solved: None, weak: false, on_shown: Vec::new(), seen: BTreeMap::new() }
    }

    fn take_in(&mut self, other: &Self) {
        self.atoms.extend(&other.atoms);
        self.told.extend(other.told.iter().cloned());
    }

    fn holds(&self, unknown: usize) -> bool {
        self.atoms.contains(&unknown)
    }
}

/// Sums with unknowns in common, each in one block.
fn linked(told: BTreeMap<Vec<usize>, Vec<usize>>) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    for (unknowns, cells) in told {
        let touches = |block: &Block| unknowns.iter().any(|unknown| block.holds(*unknown));
        let (joining, mut apart): (Vec<Block>, Vec<Block>) = all.into_iter().partition(touches);
        let mut joined = Block::of(unknowns.clone(), vec![(unknowns, cells)]);
        for block in &joining {
            joined.take_in(block);
        }
        joined.atoms.sort_unstable();
        joined.atoms.dedup();
        apart.push(joined);
        all = apart;
    }
    all
}

/// Nobody answers without a form: blocks of answers to one question put together with
/// those of the forms they are on.
fn on_same_forms(
    blocks: &[Block],
    forms_of: impl Fn(usize) -> Option<usize>,
    question: impl Fn(usize) -> usize,
) -> Vec<Block> {
    let of: BTreeMap<usize, usize> = blocks
        .iter()
        .enumerate()
        .flat_map(|(place, block)| block.atoms.iter().map(move |atom| (*atom, place)))
        .collect();
    // Blocks with the same label are linked by forms.
    let mut labels: Vec<usize> = (0..blocks.len()).collect();
    let mut forms: BTreeSet<usize> = BTreeSet::new();
    for (place, block) in blocks.iter().enumerate() {
        for on in block.atoms.iter().filter_map(|atom| of.get(&forms_of(*atom)?)) {
            forms.insert(*on);
            let (old, new) = (labels[*on], labels[place]);
            labels.iter_mut().filter(|label| **label == old).for_each(|label| *label = new);
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, label) in labels.into_iter().enumerate() {
        groups.entry(label).or_default().push(place);
    }
    let mut all = Vec::new();
    for group in groups.into_values() {
        let (forms, mut answers): (Vec<usize>, Vec<usize>) =
            group.into_iter().partition(|place| forms.contains(place));
        let question = |place: usize| blocks[place].atoms.iter().map(|atom| question(*atom)).min();
        answers.sort_by_key(|place| question(*place));
        let mut bundle: Vec<usize> = Vec::new();
        let mut bundles = Vec::new();
        for place in answers {
            if bundle.last().is_some_and(|last| question(*last) != question(place)) {
                bundles.push(std::mem::take(&mut bundle));
            }
            bundle.push(place);
        }
        bundles.push(bundle);
        for bundle in bundles {
            let mut members = forms.iter().chain(&bundle).map(|place| &blocks[*place]);
            let Some(first) = members.next() else { continue };
            let mut together = Block::of(first.atoms.clone(), first.told.clone());
            members.for_each(|block| together.take_in(block));
            all.push(together);
        }
    }
    all
}
