//! Paper forms on their way into the store: what becomes of each sheet, how it is
//! keyed, held against a second keying, and what a batch of them still needs.

mod count;
mod keyed;
mod rekeying;
mod standing;
mod typed;

use crate::text::Text;

pub use count::{Count, Counted};
pub use keyed::{ItemTotals, Keyed, Totals};
pub use rekeying::{Discrepancy, differing, sample_size};
pub use standing::{Sample, Standing, Step};
pub use typed::{keys, keys_of, nothing_key, read_typed, typed_of};

/// The most serial numbers that one batch covers.
pub const MOST_SHEETS: u32 = 2_000;

/// What became of the sheet with a serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It was in the box and something is on it.
    Answered,
    /// It was in the box and nothing is on it.
    Blank,
    /// It was in the box and cannot be read or was crossed out.
    Void,
    /// It was never given to anybody.
    NotHandedOut,
    /// It was given to somebody and did not come back.
    Lost,
}

impl Fate {
    /// Every fate.
    pub const ALL: [Self; 5] =
        [Self::Answered, Self::Blank, Self::Void, Self::NotHandedOut, Self::Lost];
    /// What can have become of a serial number that nobody has keyed.
    pub const OF_MISSING: [Self; 4] = [Self::NotHandedOut, Self::Lost, Self::Blank, Self::Void];

    /// The fate as it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Blank => "blank",
            Self::Void => "void",
            Self::NotHandedOut => "not-handed-out",
            Self::Lost => "lost",
        }
    }

    /// Reads what [`Fate::name`] wrote.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.name() == name)
    }

    /// The fate in words.
    pub fn text(self) -> Text {
        match self {
            Self::Answered => Text::new("có trả lời", "answered"),
            Self::Blank => Text::new("để trắng", "blank"),
            Self::Void => Text::new("hỏng", "void"),
            Self::NotHandedOut => Text::new("chưa phát", "not handed out"),
            Self::Lost => Text::new("đã phát, không thu lại được", "handed out, not returned"),
        }
    }

    /// Whether the sheet was in the box, and so among those that were counted.
    pub const fn is_in_box(self) -> bool {
        matches!(self, Self::Answered | Self::Blank | Self::Void)
    }
}

/// How far a batch of paper forms is. What may be done to it depends on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Sheets are counted, keyed and explained.
    Keying,
    /// Some sheets are keyed again.
    Part,
    /// All sheets are keyed again.
    Whole,
    /// Its responses count; sheets are corrected one by one.
    Closed,
    /// It was given up, and counts no more or never did.
    GivenUp,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 5] = [Self::Keying, Self::Part, Self::Whole, Self::Closed, Self::GivenUp];

    /// The stage as it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keying => "keying",
            Self::Part => "part",
            Self::Whole => "whole",
            Self::Closed => "closed",
            Self::GivenUp => "given-up",
        }
    }

    /// Reads what [`Stage::name`] wrote.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// The stage in words.
    pub fn text(self) -> Text {
        match self {
            Self::Keying => Text::new("đang nhập", "being keyed"),
            Self::Part => Text::new("đang nhập lại để kiểm tra", "a sample is being re-keyed"),
            Self::Whole => Text::new("đang nhập lại toàn bộ", "all of it is being re-keyed"),
            Self::Closed => Text::new("đã đóng", "closed"),
            Self::GivenUp => Text::new("đã rút lại", "given up"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fates_and_stages_are_read_back_from_their_names() {
        for fate in Fate::ALL {
            assert_eq!(Fate::named(fate.name()), Some(fate));
        }
        for stage in Stage::ALL {
            assert_eq!(Stage::named(stage.name()), Some(stage));
        }
        assert_eq!((Fate::named("x"), Stage::named("")), (None, None));
    }
}
