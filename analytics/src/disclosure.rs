//! Disclosure control: what of a reporting year is withheld, so that nobody can
//! work out what a handful of people answered.
//!
//! A figure that rests on fewer than [`FEWEST_SHOWN`](crate::FEWEST_SHOWN) people is
//! withheld, and others with it until no sum gives a withheld one away: a period is
//! the sum of shorter ones, all channels are the sum of each, a component that of its
//! items, a part and the index that of their components. The decision is one for the
//! whole year, so that a page, a chart, a file and the same asked for another period
//! withhold the same figures.

mod audit;
mod groups;
mod solver;
mod suppression;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use surveys::instrument::Aggregation;
use surveys::response::Channel;
use surveys::{Instrument, PartCode};

use crate::estimate::Level;
use audit::Audit;
pub use groups::withheld_of_groups;
use suppression::{Cell, Sum};

/// What a figure is of, within a period: the channel (`None` for all), level and code.
type Key = (Option<Channel>, Level, Arc<str>);

/// How many people each figure of one stretch of time rests on.
#[derive(Debug, Clone, Default)]
pub struct People(HashMap<Key, u64>);

impl People {
    /// Says that the figure of `level` and `code`, through `channel` or through all,
    /// rests on `people`.
    pub fn set(&mut self, channel: Option<Channel>, level: Level, code: &str, people: u64) {
        self.0.insert((channel, level, code.into()), people);
    }

    fn of(&self, key: &Key) -> u64 {
        self.0.get(key).copied().unwrap_or(0)
    }
}

type Codes = HashMap<(Option<Channel>, Level), HashSet<Arc<str>>>;

/// What is withheld of one period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withheld {
    whole: Codes,
    /// Means that add a withheld figure up: with the others and the counts their
    /// rates would give it away.
    rates: Codes,
}

impl Withheld {
    /// Whether nothing may be shown of a figure.
    pub fn covers(&self, channel: Option<Channel>, level: Level, code: &str) -> bool {
        holds(&self.whole, channel, level, code)
    }

    /// Whether the rate of a figure may not be shown; its counts perhaps may.
    pub fn covers_rate(&self, channel: Option<Channel>, level: Level, code: &str) -> bool {
        self.covers(channel, level, code) || holds(&self.rates, channel, level, code)
    }

    /// What this or `other` withholds: for a period that belongs to two years.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (all, more) in [(&mut self.whole, &other.whole), (&mut self.rates, &other.rates)] {
            for (place, codes) in more {
                all.entry(*place).or_default().extend(codes.iter().cloned());
            }
        }
        self
    }
}

fn holds(codes: &Codes, channel: Option<Channel>, level: Level, code: &str) -> bool {
    codes.get(&(channel, level)).is_some_and(|codes| codes.contains(code))
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
    let inside = inside_a_stretch(instrument, &keys);
    let mut sums: Vec<Sum> = Vec::new();
    for sum in stretches.sums() {
        sums.extend((0..keys.len()).map(|key| sum.map(|stretch| stretch * keys.len() + key)));
    }
    for stretch in 0..stretches.all.len() {
        sums.extend(inside.iter().map(|sum| sum.map(|key| stretch * keys.len() + key)));
    }
    let base = base(instrument, &keys);
    let audit = Audit { stretches: &stretches, base: &base };
    suppression::complete(&mut cells, &sums);
    // Every round hides a cell, so this ends.
    while let Some(place) = audit.weakness(&cells) {
        cells[place].hidden = true;
        suppression::complete(&mut cells, &sums);
    }
    let of = |period: &Range<usize>| {
        let stretch = stretches.place(period).expect("every period is a stretch");
        of_period(instrument, &keys, &cells[stretch * keys.len()..][..keys.len()], &inside)
    };
    periods.iter().map(of).collect()
}

fn of_period(instrument: &Instrument, keys: &[&Key], cells: &[Cell], inside: &[Sum]) -> Withheld {
    let mut withheld = Withheld::default();
    let add = |codes: &mut Codes, (channel, level, code): &Key| {
        codes.entry((*channel, *level)).or_default().insert(Arc::clone(code));
    };
    let mut with_hidden_items = HashSet::new();
    for (key, cell) in keys.iter().zip(cells).filter(|(_, cell)| cell.hidden) {
        add(&mut withheld.whole, key);
        if key.1 == Level::Item && cell.people > 0 {
            with_hidden_items.insert(key.0);
        }
    }
    if instrument.aggregation == Aggregation::Pooled {
        return withheld;
    }
    let is_mean = |key: &Key| matches!(key.1, Level::Part | Level::Index);
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

/// The periods of a year and the pieces that they are made of.
struct Stretches {
    /// As ranges of pieces, each once.
    all: Vec<Range<usize>>,
    published: usize,
    /// Where in `all` each piece is.
    pieces: Vec<usize>,
}

impl Stretches {
    fn of(pieces: usize, periods: &[Range<usize>]) -> Self {
        let mut all: Vec<Range<usize>> = Vec::new();
        for period in periods {
            if !all.contains(period) {
                all.push(period.clone());
            }
        }
        let published = all.len();
        for piece in (0..pieces).map(|piece| piece..piece + 1) {
            if !all.contains(&piece) {
                all.push(piece);
            }
        }
        let place = |piece| all.iter().position(|s| *s == (piece..piece + 1)).unwrap_or_default();
        let pieces = (0..pieces).map(place).collect();
        Self { all, published, pieces }
    }

    /// The pieces of the stretch at `place`, as stretches.
    fn pieces(&self, place: usize) -> impl Iterator<Item = usize> {
        self.pieces[self.all[place].clone()].iter().copied()
    }

    fn place(&self, stretch: &Range<usize>) -> Option<usize> {
        self.all.iter().position(|known| known == stretch)
    }

    /// Which stretches are sums of others: each of its pieces, and of every period
    /// within it and the fewest stretches that make up the rest.
    fn sums(&self) -> Vec<Sum> {
        let mut sums: Vec<Sum> = Vec::new();
        for (total, whole) in self.all.iter().enumerate().filter(|(_, whole)| whole.len() > 1) {
            let pieces = self.pieces(total);
            let mut add = |mut parts: Vec<usize>| {
                parts.sort_unstable();
                let sum = Sum { total, parts };
                if !sums.contains(&sum) {
                    sums.push(sum);
                }
            };
            add(pieces.collect());
            for (place, part) in self.all[..self.published].iter().enumerate() {
                if part != whole && whole.start <= part.start && part.end <= whole.end {
                    let mut parts = self.cover(whole.start..part.start);
                    parts.push(place);
                    parts.extend(self.cover(part.end..whole.end));
                    add(parts);
                }
            }
        }
        sums
    }

    /// The fewest stretches, the longest first, that make up `whole`.
    fn cover(&self, whole: Range<usize>) -> Vec<usize> {
        let mut parts = Vec::new();
        let mut start = whole.start;
        while start < whole.end {
            let fits = |s: &&Range<usize>| s.start == start && s.end <= whole.end;
            let Some(longest) = self.all.iter().filter(fits).max_by_key(|s| s.len()) else { break };
            parts.extend(self.place(longest));
            start = longest.end;
        }
        parts
    }
}

/// Of which items through which channels each key is the sum, by their places in `keys`.
fn base(instrument: &Instrument, keys: &[&Key]) -> Vec<Vec<usize>> {
    let part_of = |item: &str| {
        let component = instrument.item(item)?.component()?;
        let part = instrument.components.iter().find(|c| c.code == *component)?.part.as_ref();
        Some((component.as_str(), part.map(PartCode::as_str)))
    };
    let belongs = |item: &str, (_, level, code): &Key| match level {
        Level::Item => *item == **code,
        Level::Component => part_of(item).is_some_and(|(component, _)| *component == **code),
        Level::Part => part_of(item).is_some_and(|(_, part)| part == Some(&**code)),
        Level::Index => part_of(item).is_some(),
    };
    let items: Vec<(usize, &Key)> = keys
        .iter()
        .enumerate()
        .filter(|(_, (channel, level, _))| channel.is_some() && *level == Level::Item)
        .map(|(place, key)| (place, *key))
        .collect();
    let of = |key: &&Key| {
        let inside = |(_, item): &&(usize, &Key)| {
            (key.0.is_none() || key.0 == item.0) && belongs(&item.2, key)
        };
        items.iter().filter(inside).map(|(place, _)| *place).collect()
    };
    keys.iter().map(of).collect()
}

/// Which figures of one stretch of time are sums of others, by their places in `keys`:
/// a code's channels, and within a channel the items of a component, the components
/// of a part, the parts and the components of the index.
fn inside_a_stretch(instrument: &Instrument, keys: &[&Key]) -> Vec<Sum> {
    let places: HashMap<(Option<Channel>, Level, &str), usize> =
        keys.iter().enumerate().map(|(place, (c, l, code))| ((*c, *l, &**code), place)).collect();
    let mut sums = Vec::new();
    let mut sum =
        |total: (Option<Channel>, Level, &str),
         parts: &mut dyn Iterator<Item = (Option<Channel>, Level, String)>| {
            let Some(total) = places.get(&total) else { return };
            let place = |(c, l, code): (_, _, String)| places.get(&(c, l, code.as_str())).copied();
            let parts: Vec<usize> = parts.filter_map(place).collect();
            if !parts.is_empty() {
                sums.push(Sum { total: *total, parts });
            }
        };
    for (_, level, code) in keys.iter().filter(|(channel, ..)| channel.is_none()) {
        let mut channels = Channel::ALL.into_iter().map(|c| (Some(c), *level, code.to_string()));
        sum((None, *level, code), &mut channels);
    }
    for channel in [None].into_iter().chain(Channel::ALL.map(Some)) {
        let component = |code: &str| (channel, Level::Component, code.to_owned());
        for c in &instrument.components {
            let items = instrument.items_of(&c.code);
            let mut items = items.map(|i| (channel, Level::Item, i.code.to_string()));
            sum((channel, Level::Component, c.code.as_str()), &mut items);
        }
        for part in &instrument.parts {
            let inside =
                instrument.components.iter().filter(|c| c.part.as_ref() == Some(&part.code));
            let mut inside = inside.map(|c| component(c.code.as_str()));
            sum((channel, Level::Part, part.code.as_str()), &mut inside);
        }
        let index = (channel, Level::Index, instrument.id.as_str());
        let parts = instrument.parts.iter();
        sum(index, &mut parts.map(|p| (channel, Level::Part, p.code.to_string())));
        let components = instrument.components.iter();
        sum(index, &mut components.map(|c| component(c.code.as_str())));
    }
    sums
}
