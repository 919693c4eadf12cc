//! Results that were published, written down and read again; and when a later version of
//! them may follow: what changes between two versions that everybody has is what those
//! answered who were added or taken out.

use std::collections::BTreeSet;
use std::sync::Arc;

use surveys::response::Channel;

use super::{Codes, Counted, Key, People, Withheld};
use crate::FEWEST_SHOWN;
use crate::estimate::Level;

/// What of a cell is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kept {
    /// All of it.
    Whole,
    /// Its rate.
    Rate,
    /// How often each option was chosen through a channel.
    Split,
}

impl Kept {
    const ALL: [Self; 3] = [Self::Whole, Self::Rate, Self::Split];

    /// The name used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Rate => "rate",
            Self::Split => "split",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kept| kept.name() == name)
    }
}

/// A count of a period: of a figure, or of forms when there is no level; through one
/// channel or through all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellName {
    /// The channel; `None` for all.
    pub channel: Option<Channel>,
    /// The figure's level; `None` for forms.
    pub level: Option<Level>,
    /// The figure's code; empty for forms.
    pub code: Arc<str>,
}

impl CellName {
    fn of((channel, counted, code): &Key) -> Self {
        let level = match counted {
            Counted::Forms => None,
            Counted::Figure(level) => Some(*level),
        };
        Self { channel: *channel, level, code: Arc::clone(code) }
    }
}

impl Withheld {
    /// Every cell of which something is withheld, in a fixed order.
    pub fn cells(&self) -> Vec<(Kept, CellName)> {
        let mut cells = BTreeSet::new();
        for (kept, all) in [(Kept::Whole, &self.whole), (Kept::Rate, &self.rates)] {
            for ((channel, counted), codes) in all {
                for code in codes {
                    let key = (*channel, *counted, Arc::clone(code));
                    cells.insert((kept, CellName::of(&key)));
                }
            }
        }
        for code in &self.unsplit {
            let key = (None, Counted::Figure(Level::Item), Arc::clone(code));
            cells.insert((Kept::Split, CellName::of(&key)));
        }
        cells.into_iter().collect()
    }

    /// What [`Withheld::cells`] told.
    pub fn of_cells(cells: impl IntoIterator<Item = (Kept, CellName)>) -> Self {
        let mut withheld = Self::default();
        let add = |all: &mut Codes, cell: CellName| {
            let counted = cell.level.map_or(Counted::Forms, Counted::Figure);
            all.entry((cell.channel, counted)).or_default().insert(cell.code);
        };
        for (kept, cell) in cells {
            match kept {
                Kept::Whole => add(&mut withheld.whole, cell),
                Kept::Rate => add(&mut withheld.rates, cell),
                Kept::Split => {
                    withheld.unsplit.insert(cell.code);
                }
            }
        }
        withheld
    }
}

impl People {
    /// The counts that differ between this and `later` by fewer people than may be shown
    /// by themselves. What is withheld in both counts too: it would follow from the rest.
    pub fn moved_by_few(&self, later: &Self) -> Vec<CellName> {
        let keys: BTreeSet<&Key> = self.0.keys().chain(later.0.keys()).collect();
        let few = |key: &&Key| (1..FEWEST_SHOWN).contains(&self.of(key).abs_diff(later.of(key)));
        keys.into_iter().filter(few).map(CellName::of).collect()
    }

    /// The counts that are the same in this and `later`.
    pub fn unmoved(&self, later: &Self) -> Vec<CellName> {
        let same = |key: &&Key| self.of(key) == later.of(key);
        let keys: BTreeSet<&Key> = self.0.keys().chain(later.0.keys()).collect();
        keys.into_iter().filter(same).map(CellName::of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_withheld_is_read_back_as_it_was_written() {
        let cell = |channel, level, code: &str| CellName { channel, level, code: code.into() };
        let cells = vec![
            (Kept::Whole, cell(None, None, "")),
            (Kept::Whole, cell(Some(Channel::Paper), Some(Level::Item), "A1")),
            (Kept::Rate, cell(None, Some(Level::Index), "quick-counter")),
            (Kept::Split, cell(None, Some(Level::Item), "A1")),
        ];
        let withheld = Withheld::of_cells(cells.clone());
        assert_eq!(withheld.cells(), cells);
        assert!(withheld.covers_forms(None) && !withheld.covers_forms(Some(Channel::Paper)));
        assert!(withheld.covers(Some(Channel::Paper), Level::Item, "A1"));
        assert!(withheld.covers_rate(None, Level::Index, "quick-counter"));
        assert!(withheld.covers_options(Some(Channel::Qr), "A1"));
        for kept in Kept::ALL {
            assert_eq!(Kept::named(kept.name()), Some(kept));
        }
    }

    #[test]
    fn one_to_nine_people_more_or_fewer_are_few_and_ten_are_not() {
        let of = |forms, people| {
            let mut counts = People::default();
            counts.set_forms(None, forms);
            counts.set(None, Level::Item, "A1", people);
            counts
        };
        let before = of(100, 90);
        for (forms, people, few) in
            [(100, 90, 0), (109, 90, 1), (110, 100, 0), (91, 81, 2), (90, 80, 0), (112, 95, 1)]
        {
            assert_eq!(before.moved_by_few(&of(forms, people)).len(), few, "{forms} {people}");
        }
        assert_eq!(before.unmoved(&of(110, 90)).len(), 1);
        assert_eq!(People::default().moved_by_few(&of(3, 0)).len(), 1, "those who are new");
    }
}
