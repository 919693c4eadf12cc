//! Rows that are read, and the groups to which their keys bring them.

use super::ROOM;
use super::error::Problem;
use crate::tally::counter::{Counter, NOWHERE};

/// Some rows of all columns.
pub(super) struct Chunk {
    /// The rows of the file before them.
    pub(super) first: u64,
    pub(super) classes: Vec<Vec<u8>>,
    pub(super) codes: Vec<Vec<u32>>,
    /// The group of each; beforehand [`NOWHERE`] for one that is left out.
    pub(super) groups: Vec<u32>,
}

/// The groups by their keys: from the place of a text to the next level of keys, and
/// from the last to the group.
pub(super) struct Tree {
    /// What follows a text: the root's comes first.
    levels: Vec<Vec<u32>>,
    /// The places of the texts of each group.
    pub(super) found: Vec<Vec<u32>>,
    /// How many groups there is room for, and how many places of levels.
    most: usize,
    places: usize,
}

impl Tree {
    pub(super) fn new(most: usize) -> Self {
        Self { levels: vec![Vec::new()], found: Vec::new(), most, places: ROOM / size_of::<u32>() }
    }

    /// Brings the rows of `chunk` to their groups by the first `keys` of its codes.
    pub(super) fn groups(
        &mut self,
        chunk: &mut Chunk,
        rows: usize,
        keys: usize,
        counter: &mut Counter<'_>,
    ) -> Result<(), Problem> {
        if keys == 0 && self.found.is_empty() {
            self.add(Vec::new(), counter)?;
        }
        for key in 0..keys {
            for row in 0..rows {
                let level = chunk.groups[row];
                if level == NOWHERE {
                    continue;
                }
                let place = chunk.codes[key][row] as usize;
                let known = self.levels[level as usize].get(place).copied().unwrap_or(NOWHERE);
                chunk.groups[row] = if known != NOWHERE {
                    known
                } else if key + 1 < keys {
                    self.levels.push(Vec::new());
                    self.enter(level, place, self.levels.len() - 1)?
                } else {
                    let places = chunk.codes[..keys].iter().map(|codes| codes[row]).collect();
                    let group = self.add(places, counter)?;
                    self.enter(level, place, group)?
                };
            }
        }
        Ok(())
    }

    fn add(&mut self, places: Vec<u32>, counter: &mut Counter<'_>) -> Result<usize, Problem> {
        if self.found.len() == self.most {
            return Err(Problem::TooManyGroups { most: self.most });
        }
        counter.add_group();
        self.found.push(places);
        Ok(self.found.len() - 1)
    }

    /// Enters what follows the text at `place` of a level.
    fn enter(&mut self, level: u32, place: usize, next: usize) -> Result<u32, Problem> {
        let level = &mut self.levels[level as usize];
        let more = (place + 1).saturating_sub(level.len());
        self.places =
            self.places.checked_sub(more).ok_or(Problem::TooManyGroups { most: self.most })?;
        level.resize(level.len() + more, NOWHERE);
        let next = u32::try_from(next).map_err(|_| Problem::TooManyGroups { most: self.most })?;
        level[place] = next;
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::{Kept, Purpose};
    use crate::test_form::instrument;

    #[test]
    fn more_groups_than_there_is_room_for_are_refused() {
        let instrument = instrument();
        let kept = Kept::of_purpose(&instrument, Purpose::Figures(None));
        let mut counter = Counter::new(&kept, 8);
        let mut tree = Tree::new(2);
        let mut chunk = Chunk {
            first: 0,
            classes: Vec::new(),
            codes: vec![vec![0, 1, 0, 2]],
            groups: vec![0; 4],
        };
        let refused = tree.groups(&mut chunk, 4, 1, &mut counter).unwrap_err();
        assert!(matches!(refused, Problem::TooManyGroups { most: 2 }));
        assert!(refused.to_string().contains("more than 2 groups"));
    }
}
