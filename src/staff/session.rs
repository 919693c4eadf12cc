//! How long a session lasts.

use uuid::Uuid;

/// A session in which nothing was done for so long is over, in milliseconds.
pub const IDLE_MILLIS: i64 = 30 * 60_000;
/// A session is over after so long in any case.
pub const LONGEST_MILLIS: i64 = 8 * 3_600_000;
/// How long after the password the code of the second factor may come.
pub const HALF_MILLIS: i64 = 5 * 60_000;
/// How long somebody who has just proved who they are may do what is grave.
pub const FRESH_MILLIS: i64 = 5 * 60_000;
/// How long after its end it is remembered whose session it was, and what was being
/// typed in it: from Friday evening a weekend and a day off.
pub const REMEMBERED_MILLIS: i64 = 4 * 24 * 3_600_000;

/// How far somebody has come in signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the code of the second factor is missing.
    Half,
    /// Signed in.
    Whole,
}

impl Stage {
    /// The stage as it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Half => "half",
            Self::Whole => "whole",
        }
    }

    /// Reads what [`Stage::name`] wrote.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Half, Self::Whole].into_iter().find(|stage| stage.name() == name)
    }
}

/// A session. Moments are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What it is called in the list of one's sessions; no secret.
    pub id: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// How far it has come.
    pub stage: Stage,
    /// When it began.
    pub begun_at: i64,
    /// When something was last done in it, to the minute.
    pub seen_at: i64,
    /// When its owner last proved who they are.
    pub proved_at: i64,
}

impl Session {
    /// When it ends if nothing more is done in it.
    pub fn ends_at(&self) -> i64 {
        match self.stage {
            Stage::Half => self.begun_at + HALF_MILLIS,
            Stage::Whole => (self.seen_at + IDLE_MILLIS).min(self.begun_at + LONGEST_MILLIS),
        }
    }

    /// Whether its owner has just proved who they are.
    pub fn is_fresh(&self, now: i64) -> bool {
        now < self.proved_at + FRESH_MILLIS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_idle_and_at_the_latest_after_eight_hours() {
        let session = |stage, seen_at| Session {
            id: Uuid::nil(),
            account: Uuid::nil(),
            stage,
            begun_at: 0,
            seen_at,
            proved_at: 0,
        };
        assert_eq!(session(Stage::Whole, 0).ends_at(), IDLE_MILLIS);
        assert_eq!(session(Stage::Whole, 60_000).ends_at(), IDLE_MILLIS + 60_000);
        assert_eq!(session(Stage::Whole, LONGEST_MILLIS - 1).ends_at(), LONGEST_MILLIS);
        assert_eq!(session(Stage::Half, 60_000).ends_at(), HALF_MILLIS);
        assert!(session(Stage::Whole, 0).is_fresh(FRESH_MILLIS - 1));
        assert!(!session(Stage::Whole, 0).is_fresh(FRESH_MILLIS));
    }
}
