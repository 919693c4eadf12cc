//! The last look before anything is published: what a reader who takes everything that
//! is shown together can tell about what few people answered, knowing that no count is
//! negative and that nobody answers without a form.

use std::collections::{BTreeMap, BTreeSet};

use super::blocks::{Blocks, Limits, Part, Solved};
use super::bounds::{Bounds, Effort, Equation, TooHard, Toward};
use super::interchangeable::Interchangeable;
use super::stretches::Stretches;
use super::suppression::{Cell, FEWEST, Sum};

/// A year's cells, stretch by stretch, each with all keys.
pub(super) struct Audit<'a> {
    pub(super) stretches: &'a Stretches,
    /// Of which keys each key is the sum.
    pub(super) base: &'a [Vec<usize>],
    /// The key of the forms on which each key's answers are; forms have their own.
    pub(super) forms: &'a [Option<usize>],
    /// The key of the same through all channels.
    pub(super) of_all: &'a [usize],
    /// Which channels are looked at as one.
    pub(super) channels: &'a Interchangeable,
    /// Which cells are sums of which.
    pub(super) sums: &'a [Sum],
}

/// What may not be told: how many answers `atoms` hold together.
struct Secret {
    atoms: Vec<usize>,
    /// As many answers as those of [`FEWEST`] people who answer as much as these do.
    many: i64,
    /// Whether there may be nobody whatever is told, or all forms that they may be on are
    /// shown.
    only_many: bool,
}

impl Secret {
    /// Whether a reader who knows these limits knows too little to tell: there may be
    /// many; and there may be nobody, the limits are as far apart, or it is among forms
    /// that are shown that at least so many gave an answer.
    fn is_safe(&self, (least, most): Limits) -> bool {
        let wide = || least <= 0 || most.saturating_sub(least) >= self.many;
        most >= self.many && (self.only_many || wide())
    }
}

/// As many answers as [`FEWEST`] people give of whom so many `people` give `answers`.
fn many(people: u64, answers: u64) -> i64 {
    let many = u128::from(FEWEST) * u128::from(answers);
    i64::try_from(many.div_ceil(u128::from(people.max(1)))).unwrap_or(i64::MAX)
}

/// What tells too much.
#[derive(Debug, Default)]
pub(super) struct Weaknesses {
    /// The cells to hide next.
    pub(super) cells: BTreeSet<usize>,
    /// Of how many sums it could not be proved that they do not.
    pub(super) unproved: usize,
}

impl Audit<'_> {
    /// Cells to hide next because the shown ones tell too much of what few people
    /// answered; none when they do not. `found` is what was found by the last look.
    pub(super) fn weaknesses(
        &self,
        cells: &[Cell],
        found: &mut Blocks,
        effort: &mut Effort,
    ) -> Weaknesses {
        let moved = self.channels.moved(cells);
        let (told, secrets) = self.told_and_secret(cells, &moved);
        let keys = self.base.len();
        let mut blocks =
            Blocks::of(told, |atom| self.forms_of(atom), |atom| self.of_all[atom % keys]);
        for block in &mut blocks.all {
            let forms = block.atoms.iter().filter_map(|atom| self.forms_of(*atom));
            block.on_shown = forms.filter(|form| !cells[*form].hidden).collect();
        }
        blocks.take_over(std::mem::take(found));
        let mut parted: Vec<(Secret, Vec<Part>)> = Vec::new();
        for secret in secrets {
            // What no shown cell holds has no limit.
            if let Some(parts) = blocks.parts(&secret.atoms, |atom| moved[atom].people) {
                parted.push((secret, parts));
            }
        }
        let mut weak = Weaknesses::default();
        for (secret, parts) in &parted {
            if parts.iter().any(|part| blocks.all[part.block].weak) {
                continue;
            }
            let used = self.reasons(&moved, secret, parts, &mut blocks, effort);
            let hide: Vec<usize> = match used.map(|used| (used.is_empty(), used)) {
                Ok((true, _)) => continue,
                Ok((false, used)) => self.smallest(cells, &used).into_iter().collect(),
                Err(TooHard) => {
                    weak.unproved += 1;
                    Vec::new()
                }
            };
            // Where nothing was proved, nothing is told.
            let all = || parts.iter().flat_map(|part| blocks.all[part.block].cells());
            weak.cells.extend(if hide.is_empty() { all().collect() } else { hide });
            for part in parts {
                blocks.all[part.block].weak = true;
            }
        }
        *found = blocks;
        weak
    }

    /// The shown cells by the unknown ones they are sums of, and what may not be told.
    fn told_and_secret(
        &self,
        cells: &[Cell],
        moved: &[Cell],
    ) -> (BTreeMap<Vec<usize>, Vec<usize>>, Vec<Secret>) {
        let unknown = |atom: &usize| moved[*atom].hidden && moved[*atom].people > 0;
        let repeats = self.repeats(cells);
        // Shown cells with the same unknowns in them tell the same.
        let mut told: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        let mut secrets: BTreeMap<(Vec<usize>, bool), i64> = BTreeMap::new();
        for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.people > 0) {
            if repeats.contains(&place) {
                continue;
            }
            if cell.hidden && cell.people < FEWEST {
                let secret = self.secret(cells, moved, place);
                let known = secrets.entry((secret.atoms, secret.only_many)).or_default();
                *known = secret.many.max(*known);
            } else if !cell.hidden {
                let mut unknowns: Vec<usize> = self.atoms(place).filter(unknown).collect();
                unknowns.sort_unstable();
                told.entry(unknowns).or_default().push(place);
            }
        }
        told.remove(&Vec::new());
        let secret = |((atoms, only_many), many)| Secret { atoms, many, only_many };
        let known = |secret: &Secret| !secret.atoms.is_empty();
        (told, secrets.into_iter().map(secret).filter(known).collect())
    }

    /// What may not be told of the cell at `place`.
    fn secret(&self, cells: &[Cell], moved: &[Cell], place: usize) -> Secret {
        let may_hold =
            |atom: &usize| cells[*atom].people > 0 || self.channels.may_have_forms(*atom);
        let own: Vec<usize> =
            self.atoms(place).filter(|atom| cells[*atom].hidden && may_hold(atom)).collect();
        let answers = own.iter().map(|atom| cells[*atom].people).sum();
        let may_be_nobody = self.channels.is_of_one(place)
            && own.iter().all(|atom| self.channels.may_be_of_another(*atom));
        let only_many = may_be_nobody || own.iter().all(|atom| self.on_shown(cells, place, *atom));
        let mut atoms: Vec<usize> =
            own.into_iter().map(|atom| self.channels.in_place_of(atom)).collect();
        atoms.retain(|atom| moved[*atom].people > 0);
        atoms.sort_unstable();
        atoms.dedup();
        Secret { atoms, many: many(cells[place].people, answers), only_many }
    }

    /// Whether the forms are shown on which answers at `place` are, as far as these are in
    /// the finest cell `atom`: those of its channel, or all where no others are asked for.
    fn on_shown(&self, cells: &[Cell], place: usize, atom: usize) -> bool {
        let Some(forms) = self.forms_of(atom) else { return false };
        let key = forms % self.base.len();
        let all = forms - key + self.of_all[key];
        let is_all = || !self.channels.is_of_one(place) || self.channels.is_alone(atom);
        !cells[forms].hidden || (!cells[all].hidden && is_all())
    }

    /// The cells from which too much of `secret` follows; none when it does not.
    fn reasons(
        &self,
        cells: &[Cell],
        secret: &Secret,
        parts: &[Part],
        blocks: &mut Blocks,
        effort: &mut Effort,
    ) -> Result<Vec<usize>, TooHard> {
        let safe = |limits: Limits| secret.is_safe(limits);
        let many = |(_, most): Limits| most >= secret.many;
        if safe(blocks.seen(parts)) {
            return Ok(Vec::new());
        }
        for part in parts {
            if blocks.all[part.block].solved.is_none() {
                let solved = self.solved(part.block, blocks, cells, effort)?;
                blocks.all[part.block].solved = Some(solved);
            }
        }
        blocks.look(parts, Toward::Most, effort, many)?;
        blocks.look(parts, Toward::Least, effort, safe)?;
        blocks.look(parts, Toward::Most, effort, safe)?;
        if safe(blocks.seen(parts)) {
            return Ok(Vec::new());
        }
        let mut used = blocks.reasons(parts, Toward::Most, effort)?;
        if many(blocks.seen(parts)) {
            used.extend(blocks.reasons(parts, Toward::Least, effort)?);
        }
        Ok(used)
    }

    /// What may be behind the shown cells of a block.
    fn solved(
        &self,
        place: usize,
        blocks: &Blocks,
        cells: &[Cell],
        effort: &mut Effort,
    ) -> Result<Solved, TooHard> {
        let block = &blocks.all[place];
        let count = |atom: usize| i64::try_from(cells[atom].people).map_err(|_| TooHard);
        let places: BTreeMap<usize, usize> =
            block.atoms.iter().enumerate().map(|(place, atom)| (*atom, place)).collect();
        let mut truth: Vec<i64> =
            block.atoms.iter().map(|atom| count(*atom)).collect::<Result<_, _>>()?;
        let mut equations: Vec<Equation> = Vec::new();
        let mut told_by: Vec<Vec<usize>> = Vec::new();
        for (atoms, by) in &block.told {
            equations.push(atoms.iter().map(|atom| (places[atom], 1)).collect());
            told_by.push(by.clone());
        }
        for &atom in &block.atoms {
            let Some(form) = self.forms_of(atom) else { continue };
            // Those who did not answer.
            let mut equation = vec![(places[&atom], 1), (truth.len(), 1)];
            match places.get(&form) {
                Some(form) => equation.push((*form, -1)),
                None if cells[form].hidden => continue,
                None => {}
            }
            truth.push(count(form)? - count(atom)?);
            equations.push(equation);
            told_by.push(if cells[form].hidden { Vec::new() } else { vec![form] });
        }
        Ok(Solved { bounds: Bounds::of(&equations, &truth, effort)?, told_by })
    }

    /// Shown cells that are the sum of others whose counts are known: they tell nothing more.
    fn repeats(&self, cells: &[Cell]) -> BTreeSet<usize> {
        let known = |part: &usize| !cells[*part].hidden || cells[*part].people == 0;
        let repeats = |sum: &&Sum| !cells[sum.total].hidden && sum.parts.iter().all(known);
        self.sums.iter().filter(repeats).map(|sum| sum.total).collect()
    }

    /// The smallest cell among `used` and the shown ones that they are sums of; forms
    /// last, because all their answers go with them.
    fn smallest(&self, cells: &[Cell], used: &[usize]) -> Option<usize> {
        let shown = |place: &usize| !cells[*place].hidden && cells[*place].people > 0;
        let keys = self.base.len();
        let is_forms = |place: usize| self.forms[place % keys] == Some(place % keys);
        used.iter().flat_map(|place| self.atoms(*place).chain([*place])).filter(shown).min_by_key(
            |place| {
                let Cell { settled, people, .. } = cells[*place];
                (settled, is_forms(*place), people, *place)
            },
        )
    }

    /// The finest cells that the cell at `place` is the sum of.
    fn atoms(&self, place: usize) -> impl Iterator<Item = usize> {
        let keys = self.base.len();
        let (stretch, key) = (place / keys, place % keys);
        self.stretches
            .pieces(stretch)
            .flat_map(move |piece| self.base[key].iter().map(move |key| piece * keys + key))
    }

    /// The forms on which the answers of a finest cell are; `None` for forms.
    fn forms_of(&self, atom: usize) -> Option<usize> {
        let key = atom % self.base.len();
        self.forms[key].filter(|forms| *forms != key).map(|forms| atom - key + forms)
    }
}
