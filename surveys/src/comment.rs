//! Comments: the free text of a response, apart from its answers. Its state, the words
//! by which it is found, what is blacked out of what may be about a person.

mod blackout;
mod tag;
mod words;

use crate::text::Text;

pub use blackout::{BLACK, BadBlackout, blacked_out, check_blackout};
pub use tag::{BadTags, LONGEST_TAG, MOST_TAGS, read_tags};
pub use words::{LONGEST_QUERY, MOST_WORDS, Wanted, words};

/// What was decided about a comment. Every comment begins as [`State::New`] and is read
/// by staff only until it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Nobody has decided yet.
    New,
    /// Anybody may read it, blacked out where it was about a person.
    Published,
    /// Not to be published, for a reason that is kept.
    Hidden,
    /// Read, and kept by the office without being published.
    SetAside,
}

impl State {
    /// Every state, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::New, Self::Published, Self::Hidden, Self::SetAside];

    /// The state as it is stored and written in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Published => "published",
            Self::Hidden => "hidden",
            Self::SetAside => "set-aside",
        }
    }

    /// The state of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// What people call it.
    pub fn title(self) -> Text {
        match self {
            Self::New => Text::new("Chờ xem", "Waiting"),
            Self::Published => Text::new("Đã công bố", "Published"),
            Self::Hidden => Text::new("Đã ẩn", "Hidden"),
            Self::SetAside => Text::new("Lưu riêng", "Set aside"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_back_from_its_name() {
        for state in State::ALL {
            assert_eq!(State::named(state.name()), Some(state));
        }
        assert_eq!(State::named("deleted"), None, "nothing deletes a comment");
    }
}
