//! How far an improvement action is, and what it may become.

use crate::text::Text;

/// How far an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It is decided and nobody has begun.
    Open,
    /// Somebody works on it.
    UnderWay,
    /// It is done, and there is evidence of it.
    Done,
    /// It is not done, for a reason that was given.
    Dropped,
}

impl Status {
    /// Every status, in the order in which an action has them.
    pub const ALL: [Self; 4] = [Self::Open, Self::UnderWay, Self::Done, Self::Dropped];

    /// The status as it is stored and written in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::UnderWay => "under-way",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    /// Reads what [`Status::name`] wrote.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// The status in words.
    pub fn text(self) -> Text {
        match self {
            Self::Open => Text::new("Chưa bắt đầu", "Not begun"),
            Self::UnderWay => Text::new("Đang làm", "Under way"),
            Self::Done => Text::new("Đã xong", "Done"),
            Self::Dropped => Text::new("Không làm nữa", "Dropped"),
        }
    }

    /// Whether something is still to be done.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::UnderWay)
    }

    /// What it may become next.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Open => &[Self::UnderWay, Self::Done, Self::Dropped],
            Self::UnderWay => &[Self::Done, Self::Dropped],
            Self::Done | Self::Dropped => &[Self::UnderWay],
        }
    }

    /// Whether becoming `next` asks for a reason: giving up does, and taking up again
    /// what had ended.
    pub const fn asks_why(self, next: Self) -> bool {
        matches!(next, Self::Dropped) || !self.is_live()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_back_from_its_name() {
        for status in Status::ALL {
            assert_eq!(Status::named(status.name()), Some(status));
        }
        assert_eq!(Status::named("closed"), None);
    }

    #[test]
    fn what_has_ended_is_only_taken_up_again_and_for_a_reason() {
        for ended in [Status::Done, Status::Dropped] {
            assert_eq!(ended.next(), [Status::UnderWay]);
            assert!(ended.asks_why(Status::UnderWay));
        }
        assert!(Status::Open.asks_why(Status::Dropped));
        assert!(!Status::Open.asks_why(Status::UnderWay));
        assert!(!Status::UnderWay.asks_why(Status::Done), "done asks for evidence");
    }
}
