//! The stretches of time of a year, and which is the sum of which.

use std::ops::Range;

use super::suppression::Sum;

/// The periods of a year and the pieces that they are made of.
pub(super) struct Stretches {
    /// As ranges of pieces, each once.
    pub(super) all: Vec<Range<usize>>,
    published: usize,
    /// Where in `all` each piece is.
    pieces: Vec<usize>,
}

impl Stretches {
    pub(super) fn of(pieces: usize, periods: &[Range<usize>]) -> Self {
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
    pub(super) fn pieces(&self, place: usize) -> impl Iterator<Item = usize> {
        self.pieces[self.all[place].clone()].iter().copied()
    }

    /// All pieces of the year, as stretches.
    pub(super) fn pieces_of_all(&self) -> impl Iterator<Item = usize> {
        self.pieces.iter().copied()
    }

    pub(super) fn place(&self, stretch: &Range<usize>) -> Option<usize> {
        self.all.iter().position(|known| known == stretch)
    }

    /// Which stretches are sums of others: each of its pieces, and of every period
    /// within it and the fewest stretches that make up the rest.
    pub(super) fn sums(&self) -> Vec<Sum> {
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
