//! Disclosure control: what of a reporting year is withheld, so that nobody can
//! work out what a handful of people answered.
//!
//! A figure that rests on fewer than [`FEWEST_SHOWN`](crate::FEWEST_SHOWN) people is
//! withheld, and others with it until no sum gives a withheld one away: a period is
//! the sum of shorter ones, all channels are the sum of each, a component that of its
//! items, a part and the index that of their components. The decision is one for the
//! whole year, so that a page, a chart, a file and the same asked for another period
//! withhold the same figures.

mod alike;
mod audit;
mod blocks;
mod bounds;
mod groups;
mod interchangeable;
mod keys;
mod revision;
mod stretches;
mod suppression;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use surveys::Instrument;
use surveys::instrument::Aggregation;
use surveys::response::Channel;

use crate::estimate::Level;
pub use alike::End;
use audit::Audit;
use blocks::Blocks;
use bounds::Effort;
pub use groups::withheld_of_groups;
use interchangeable::Interchangeable;
pub use revision::{CellName, Kept};
use stretches::Stretches;
use suppression::{Cell, Sum, Together};

/// How many numbers may be computed to prove a year safe in one detail of [`DETAILS`],
/// which takes a tenth of a second.
const MOST_EFFORT: u64 = 30_000_000;

/// What of a year is told at all, the fullest first. A year that cannot be proved safe is
/// told in less detail: what many people answered is lost last.
const DETAILS: [fn(&Key) -> bool; 5] = [
    everything,
    without_answers_by_channel,
    without_items,
    through_all_channels,
    through_all_channels_without_items,
];

fn everything(_: &Key) -> bool {
    true
}

fn without_answers_by_channel((channel, counted, _): &Key) -> bool {
    channel.is_none() || *counted == Counted::Forms
}

fn without_items(key: &Key) -> bool {
    without_answers_by_channel(key) && key.1 != Counted::Figure(Level::Item)
}

fn through_all_channels((channel, ..): &Key) -> bool {
    channel.is_none()
}

fn through_all_channels_without_items(key: &Key) -> bool {
    through_all_channels(key) && without_items(key)
}

/// What is counted of the answers that came through a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Counted {
    /// The forms.
    Forms,
    /// The answers to the items of a figure.
    Figure(Level),
}

/// What a count is of, within a period: the channel (`None` for all), what is counted,
/// and the figure's code (nothing for forms).
type Key = (Option<Channel>, Counted, Arc<str>);

/// How many people each figure of one stretch of time rests on.
#[derive(Debug, Clone, Default)]
pub struct People(HashMap<Key, u64>);

impl People {
    /// Says that the figure of `level` and `code`, through `channel` or through all,
    /// rests on `people`.
    pub fn set(&mut self, channel: Option<Channel>, level: Level, code: &str, people: u64) {
        self.0.insert((channel, Counted::Figure(level), code.into()), people);
    }

    /// Says how many forms came in, through `channel` or through all.
    pub fn set_forms(&mut self, channel: Option<Channel>, forms: u64) {
        self.0.insert((channel, Counted::Forms, "".into()), forms);
    }

    fn of(&self, key: &Key) -> u64 {
        self.0.get(key).copied().unwrap_or(0)
    }
}

type Codes = HashMap<(Option<Channel>, Counted), HashSet<Arc<str>>>;

/// What is withheld of one period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withheld {
    whole: Codes,
    /// Means that add a withheld figure up: with the others and the counts their
    /// rates would give it away.
    rates: Codes,
    /// Items of which a count is withheld somewhere in the year: how often each option
    /// was chosen through a channel would narrow it.
    unsplit: BTreeSet<Arc<str>>,
}

impl Withheld {
    /// Whether nothing may be shown of a figure.
    pub fn covers(&self, channel: Option<Channel>, level: Level, code: &str) -> bool {
        holds(&self.whole, channel, Counted::Figure(level), code)
    }

    /// Whether it may not be told how many forms came in.
    pub fn covers_forms(&self, channel: Option<Channel>) -> bool {
        holds(&self.whole, channel, Counted::Forms, "")
    }

    /// Whether the rate of a figure may not be shown; its counts perhaps may.
    pub fn covers_rate(&self, channel: Option<Channel>, level: Level, code: &str) -> bool {
        self.covers(channel, level, code)
            || holds(&self.rates, channel, Counted::Figure(level), code)
    }

    /// Whether it may not be told how often each option of an item was chosen. Over all
    /// channels that narrows no withheld count of the item: whatever these may be, options
    /// can be shared out among them. Channel by channel it may.
    pub fn covers_options(&self, channel: Option<Channel>, item: &str) -> bool {
        self.covers(channel, Level::Item, item)
            || (channel.is_some() && self.unsplit.contains(item))
    }

    /// What this or `other` withholds: for a period that belongs to two years.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (all, more) in [(&mut self.whole, &other.whole), (&mut self.rates, &other.rates)] {
            for (place, codes) in more {
                all.entry(*place).or_default().extend(codes.iter().cloned());
            }
        }
        self.unsplit.extend(other.unsplit.iter().cloned());
        self
    }
}

fn holds(codes: &Codes, channel: Option<Channel>, counted: Counted, code: &str) -> bool {
    codes.get(&(channel, counted)).is_some_and(|codes| codes.contains(code))
}

/// What is withheld of each of `periods`. `pieces` are consecutive stretches of time
/// in which nobody is twice; a period is those at `periods[i]`. A piece that is no
/// period of its own is never published, and protected like one that is withheld.
///
/// # Panics
/// When a period names a piece that is not there.
pub fn withheld(
    instrument: &Instrument,
    pieces: &[People],
    periods: &[Range<usize>],
) -> Vec<Withheld> {
    withheld_within(MOST_EFFORT, instrument, pieces, periods)
}

/// [`withheld`] with so much `effort` for each detail.
fn withheld_within(
    effort: u64,
    instrument: &Instrument,
    pieces: &[People],
    periods: &[Range<usize>],
) -> Vec<Withheld> {
    let mut year = Year::of(instrument, pieces, periods);
    year.decide(effort);
    year.told(instrument, periods)
}

/// The same after some of the periods were published: what each of these withholds is in
/// `settled` and stays, whatever else must be hidden for it. `None` when it cannot stay
/// without telling what few people answered, now that more is known.
///
/// # Panics
/// As [`withheld`].
pub fn withheld_after(
    instrument: &Instrument,
    pieces: &[People],
    periods: &[Range<usize>],
    settled: &[Option<&Withheld>],
) -> Option<Vec<Withheld>> {
    withheld_after_within(MOST_EFFORT, instrument, pieces, periods, settled)
}

/// [`withheld_after`] with so much `effort` for each detail.
fn withheld_after_within(
    effort: u64,
    instrument: &Instrument,
    pieces: &[People],
    periods: &[Range<usize>],
    settled: &[Option<&Withheld>],
) -> Option<Vec<Withheld>> {
    let mut year = Year::of(instrument, pieces, periods);
    for (period, settled) in periods.iter().zip(settled) {
        if let Some(settled) = settled {
            year.settle(period, settled);
        }
    }
    let shown: Vec<usize> = year.settled_and_shown().collect();
    year.decide(effort);
    let stays = shown.iter().all(|place| !year.cells[*place].hidden);
    stays.then(|| year.told(instrument, periods))
}

/// Every count of a year: stretch by stretch, each with all keys.
struct Year<'a> {
    keys: Vec<&'a Key>,
    stretches: Stretches,
    cells: Vec<Cell>,
    /// Which keys are sums of which, within one stretch.
    inside: Vec<Sum>,
    /// Which cells are sums of which.
    sums: Vec<Sum>,
    /// Of which finest keys each key is the sum.
    base: Vec<Vec<usize>>,
    /// The key of the forms that each key's answers are on.
    forms: Vec<Option<usize>>,
    /// The key of the same through all channels.
    of_all: Vec<usize>,
    together: Together,
}

impl<'a> Year<'a> {
    /// With nothing hidden but what rests on too few people or is never published.
    fn of(instrument: &Instrument, pieces: &'a [People], periods: &[Range<usize>]) -> Self {
        let keys: BTreeSet<&Key> = pieces.iter().flat_map(|piece| piece.0.keys()).collect();
        let keys: Vec<&Key> = keys.into_iter().collect();
        let stretches = Stretches::of(pieces.len(), periods);
        let mut cells = Vec::with_capacity(stretches.all.len() * keys.len());
        for stretch in &stretches.all {
            for key in &keys {
                let people = pieces[stretch.clone()].iter().map(|piece| piece.of(key)).sum();
                let mut cell = Cell::of(people);
                cell.hidden |= !periods.contains(stretch);
                cells.push(cell);
            }
        }
        let inside = keys::inside_a_stretch(instrument, &keys);
        let mut sums: Vec<Sum> = Vec::new();
        for sum in stretches.sums() {
            sums.extend((0..keys.len()).map(|key| sum.map(|stretch| stretch * keys.len() + key)));
        }
        for stretch in 0..stretches.all.len() {
            sums.extend(inside.iter().map(|sum| sum.map(|key| stretch * keys.len() + key)));
        }
        let (base, forms) = (keys::base(instrument, &keys), keys::forms(&keys));
        let together = Together::of(&forms, stretches.all.len());
        let of_all = keys::of_all(&keys);
        Self { keys, stretches, cells, inside, sums, base, forms, of_all, together }
    }

    /// Takes over what was decided of `period` before.
    fn settle(&mut self, period: &Range<usize>, settled: &Withheld) {
        let stretch = self.stretches.place(period).expect("every period is a stretch");
        let first = stretch * self.keys.len();
        for (key, cell) in self.keys.iter().zip(&mut self.cells[first..]) {
            let (channel, counted, code) = key;
            cell.hidden |= holds(&settled.whole, *channel, *counted, code);
            cell.settled = true;
        }
    }

    /// The places of cells that everybody has seen.
    fn settled_and_shown(&self) -> impl Iterator<Item = usize> {
        let seen = |(_, cell): &(usize, &Cell)| cell.settled && !cell.hidden;
        self.cells.iter().enumerate().filter(seen).map(|(place, _)| place)
    }

    /// Decides in the fullest detail that can be proved safe with `effort`.
    fn decide(&mut self, effort: u64) {
        let with_everything = self.cells.clone();
        for is_told in DETAILS {
            self.cells.clone_from(&with_everything);
            if self.is_safe_in(is_told, effort) {
                break;
            }
        }
    }

    /// Decides in one detail; whether `effort` was enough to prove it safe.
    fn is_safe_in(&mut self, is_told: impl Fn(&Key) -> bool, effort: u64) -> bool {
        self.leave_out(|key| !is_told(key));
        self.hide_sum_by_sum();
        self.hide_what_follows(&mut Effort(effort))
    }

    /// Hides all keys that are `left_out`, but for what is settled.
    fn leave_out(&mut self, left_out: impl Fn(&Key) -> bool) {
        let left_out: Vec<bool> = self.keys.iter().map(|key| left_out(key)).collect();
        for stretch in self.cells.chunks_mut(left_out.len().max(1)) {
            for (cell, left_out) in stretch.iter_mut().zip(&left_out) {
                cell.hidden |= *left_out && !cell.settled;
            }
        }
    }

    /// What is withheld of each of `periods`.
    fn told(&self, instrument: &Instrument, periods: &[Range<usize>]) -> Vec<Withheld> {
        let unsplit = self.unsplit(periods);
        let of =
            |period| Withheld { unsplit: unsplit.clone(), ..self.withheld(instrument, period) };
        periods.iter().map(of).collect()
    }

    /// Hides until no single sum gives a hidden cell away, which is quick and hides the
    /// smallest neighbours.
    fn hide_sum_by_sum(&mut self) {
        // Where nothing is told by channel, channels only have what is looked for later: the
        // one channel of a month is the month, and asks for no other to be hidden.
        let by_channel = |key: usize| self.keys[key].0.is_some();
        let mut cells = self.cells.iter().enumerate();
        let tells_channels =
            cells.any(|(place, cell)| !cell.hidden && by_channel(place % self.keys.len()));
        let looked_at = |sum: &&Sum| tells_channels || !by_channel(sum.parts[0] % self.keys.len());
        let sums = self.sums.iter().filter(looked_at);
        suppression::complete(&mut self.cells, sums, &self.together);
    }

    /// Hides until nothing follows from all that is shown together; whether `effort` was
    /// enough to prove it. Where it was not, nothing is told.
    fn hide_what_follows(&mut self, effort: &mut Effort) -> bool {
        let mut proved = true;
        let channels = Interchangeable::of(&self.keys, &self.stretches, &self.cells);
        let mut found = Blocks::default();
        // Every round hides a cell, so this ends.
        loop {
            let audit = Audit {
                stretches: &self.stretches,
                base: &self.base,
                forms: &self.forms,
                of_all: &self.of_all,
                channels: &channels,
                sums: &self.sums,
            };
            let weak = audit.weaknesses(&self.cells, &mut found, effort);
            proved &= weak.unproved == 0;
            if weak.cells.is_empty() {
                return proved;
            }
            for place in weak.cells {
                self.cells[place].hidden = true;
            }
            self.hide_sum_by_sum();
        }
    }

    /// The items of which somebody's count is hidden in one of `periods`.
    fn unsplit(&self, periods: &[Range<usize>]) -> BTreeSet<Arc<str>> {
        let all = periods.iter().flat_map(|period| self.keys.iter().zip(self.cells_of(period)));
        let hidden = all.filter(|(key, cell)| {
            key.1 == Counted::Figure(Level::Item) && cell.hidden && cell.people > 0
        });
        hidden.map(|(key, _)| Arc::clone(&key.2)).collect()
    }

    fn cells_of(&self, period: &Range<usize>) -> &[Cell] {
        let stretch = self.stretches.place(period).expect("every period is a stretch");
        &self.cells[stretch * self.keys.len()..][..self.keys.len()]
    }

    fn withheld(&self, instrument: &Instrument, period: &Range<usize>) -> Withheld {
        of_period(instrument, &self.keys, self.cells_of(period), &self.inside)
    }
}

fn of_period(instrument: &Instrument, keys: &[&Key], cells: &[Cell], inside: &[Sum]) -> Withheld {
    let mut withheld = Withheld::default();
    let add = |codes: &mut Codes, (channel, counted, code): &Key| {
        codes.entry((*channel, *counted)).or_default().insert(Arc::clone(code));
    };
    let mut with_hidden_items = HashSet::new();
    for (key, cell) in keys.iter().zip(cells).filter(|(_, cell)| cell.hidden) {
        add(&mut withheld.whole, key);
        if key.1 == Counted::Figure(Level::Item) && cell.people > 0 {
            with_hidden_items.insert(key.0);
        }
    }
    if instrument.aggregation == Aggregation::Pooled {
        return withheld;
    }
    let is_mean = |key: &Key| matches!(key.1, Counted::Figure(Level::Part | Level::Index));
    // A figure is no mean of those of its channels.
    for sum in inside.iter().filter(|sum| is_mean(keys[sum.total])) {
        let adds_up = |part: &&usize| keys[**part].0 == keys[sum.total].0;
        let hidden = |part: &usize| cells[*part].hidden && cells[*part].people > 0;
        if sum.parts.iter().filter(adds_up).any(hidden) {
            add(&mut withheld.rates, keys[sum.total]);
        }
    }
    // The mean of items adds items up, the sums above only what holds them.
    if instrument.aggregation == Aggregation::MeanOfItems {
        for key in keys.iter().filter(|k| is_mean(k) && with_hidden_items.contains(&k.0)) {
            add(&mut withheld.rates, key);
        }
    }
    withheld
}
