//! Channels that nobody can tell apart. Of days of which nothing is told by channel a
//! reader must allow that everybody came through any one of the channels with answers to
//! the same questions, or nobody: they are looked at as one, which takes far fewer
//! unknowns.

use std::collections::{BTreeMap, BTreeSet};

use surveys::response::Channel;

use super::stretches::Stretches;
use super::suppression::Cell;
use super::{Counted, Key};
use crate::estimate::Level;

/// Which channels of a year are looked at as one.
pub(super) struct Interchangeable {
    keys: usize,
    /// The channel of each key.
    channels: Vec<Option<Channel>>,
    /// For forms and items of a channel the key of the channel that stands for it; all
    /// other keys stand for themselves.
    stands: Vec<usize>,
    /// Of which stretches, each one piece, nothing is told by channel.
    untold: BTreeSet<usize>,
    /// The channels with forms in each piece.
    open: BTreeMap<usize, BTreeSet<Channel>>,
}

impl Interchangeable {
    /// Those of a year of which these `cells` are told.
    pub(super) fn of(keys: &[&Key], stretches: &Stretches, cells: &[Cell]) -> Self {
        let channels: Vec<Option<Channel>> = keys.iter().map(|key| key.0).collect();
        let finest = |key: usize| channels[key].filter(|_| is_finest(keys[key]));
        let told = |stretch: usize| {
            let mut own = keys.iter().zip(&cells[stretch * keys.len()..]);
            own.any(|(key, cell)| key.0.is_some() && !cell.hidden && cell.people > 0)
        };
        let pieces: BTreeSet<usize> = stretches.pieces_of_all().collect();
        let mut untold = pieces.clone();
        for stretch in (0..stretches.all.len()).filter(|stretch| told(*stretch)) {
            for piece in stretches.pieces(stretch) {
                untold.remove(&piece);
            }
        }
        // What each channel has answers to, and whether it has forms.
        let mut answered: BTreeMap<Channel, BTreeSet<&Key>> = BTreeMap::new();
        let mut open: BTreeMap<usize, BTreeSet<Channel>> = BTreeMap::new();
        for piece in pieces {
            for (key, cell) in cells[piece * keys.len()..][..keys.len()].iter().enumerate() {
                if let Some(channel) = finest(key).filter(|_| cell.people > 0) {
                    answered.entry(channel).or_default().insert(keys[key]);
                    open.entry(piece).or_default().insert(channel);
                }
            }
        }
        let questions = |channel| {
            let keys = answered.get(&channel).into_iter().flatten();
            keys.map(|(_, counted, code)| (*counted, code)).collect::<BTreeSet<_>>()
        };
        let first = |channel: Channel| {
            let same = |other: &&Channel| questions(**other) == questions(channel);
            answered.keys().find(same).copied()
        };
        let first: BTreeMap<Channel, Channel> =
            answered.keys().filter_map(|channel| Some((*channel, first(*channel)?))).collect();
        let stands = |place: usize| {
            let (_, counted, code) = keys[place];
            let channel = finest(place).and_then(|channel| first.get(&channel));
            let same = |other: &&Key| {
                other.0.as_ref() == channel && other.1 == *counted && other.2 == *code
            };
            channel.and_then(|_| keys.iter().position(same)).unwrap_or(place)
        };
        let stands = (0..keys.len()).map(stands).collect();
        Self { keys: keys.len(), channels, stands, untold, open }
    }

    /// The cells as if everybody had come through the channel that stands for theirs.
    pub(super) fn moved(&self, cells: &[Cell]) -> Vec<Cell> {
        let mut moved = cells.to_vec();
        for piece in &self.untold {
            for key in 0..self.keys {
                let (from, to) =
                    (piece * self.keys + key, self.in_place_of(piece * self.keys + key));
                if from != to {
                    moved[to].people += std::mem::take(&mut moved[from].people);
                }
            }
        }
        moved
    }

    /// The cell that stands for the one at `place`; that itself where channels are told
    /// apart.
    pub(super) fn in_place_of(&self, place: usize) -> usize {
        let (piece, key) = (place / self.keys, place % self.keys);
        if self.untold.contains(&piece) { piece * self.keys + self.stands[key] } else { place }
    }

    /// Whether the cell at `place` is of one channel.
    pub(super) fn is_of_one(&self, place: usize) -> bool {
        self.channels[place % self.keys].is_some()
    }

    /// Whether the finest cell at `place` may hold somebody for all that anybody knows:
    /// its channel has forms, and how many is not told.
    pub(super) fn may_have_forms(&self, place: usize) -> bool {
        let (piece, key) = (place / self.keys, place % self.keys);
        let open = || self.open.get(&piece).zip(self.channels[key]);
        self.untold.contains(&piece) && open().is_some_and(|(open, own)| open.contains(&own))
    }

    /// Whether there are forms of no other channel beside the finest cell at `place`.
    pub(super) fn is_alone(&self, place: usize) -> bool {
        self.open.get(&(place / self.keys)).is_none_or(|open| open.len() == 1)
    }

    /// Whether all that is in the finest cell at `place` may have come through another
    /// channel.
    pub(super) fn may_be_of_another(&self, place: usize) -> bool {
        let (first, key) = (place - place % self.keys, place % self.keys);
        let stands = self.stands[key];
        (0..self.keys).any(|other| {
            other != key && self.stands[other] == stands && self.may_have_forms(first + other)
        })
    }
}

fn is_finest((_, counted, _): &Key) -> bool {
    matches!(counted, Counted::Forms | Counted::Figure(Level::Item))
}
