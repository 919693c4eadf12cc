//! Shares of petitions that plans set targets for. Each is two counts: those for which
//! it holds, out of those of which it can be said by now.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use super::{AnswerRating, Petition, State};

/// What a plan wants of petitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PetitionShare {
    /// Answered on time, of those answered or overdue.
    OnTime,
    /// Answered on time and rated satisfied by whoever wrote, of those answered or overdue
    /// that were not entered by staff.
    OnTimeSatisfied,
    /// Answered on time and published, of those answered or overdue.
    OnTimePublished,
    /// Answered, or told that another authority handles it, of those handled or overdue.
    Handled,
    /// Answered and published, of those handled or overdue.
    HandledPublished,
    /// Published, of those answered.
    Published,
}

impl PetitionShare {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::OnTime,
        Self::OnTimeSatisfied,
        Self::OnTimePublished,
        Self::Handled,
        Self::HandledPublished,
        Self::Published,
    ];

    /// Its spelling in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnTime => "on-time",
            Self::OnTimeSatisfied => "on-time-satisfied",
            Self::OnTimePublished => "on-time-published",
            Self::Handled => "handled",
            Self::HandledPublished => "handled-published",
            Self::Published => "published",
        }
    }

    /// Whether it holds of `petition` on `today`; `None` where it cannot be said: a
    /// petition that is neither answered nor overdue, or one that does not count.
    pub fn holds(self, petition: &Petition, today: NaiveDate) -> Option<bool> {
        let overdue = petition.is_overdue(today);
        let decided = petition.answered_on.is_some() || petition.late || overdue;
        let on_time = !petition.late && !overdue;
        let published = petition.published.is_some();
        let ended = !petition.state.is_open() && petition.state != State::Duplicate;
        let answered = ended && petition.answered_on.is_some();
        let (counts, holds) = match self {
            Self::OnTime => (decided, on_time),
            Self::OnTimeSatisfied => {
                let sent = !petition.channel.is_entered_by_staff();
                (decided && sent, on_time && petition.rating == Some(AnswerRating::Satisfied))
            }
            Self::OnTimePublished => (decided, on_time && published),
            Self::Handled => (ended || overdue, ended),
            Self::HandledPublished => (ended || overdue, answered && published),
            Self::Published => (answered, published),
        };
        counts.then_some(holds)
    }

    /// For how many of `petitions` it holds on `today`, and of how many that can be said.
    pub fn count<'a>(
        self,
        petitions: impl IntoIterator<Item = &'a Petition>,
        today: NaiveDate,
    ) -> (u64, u64) {
        let said = petitions.into_iter().filter_map(|petition| self.holds(petition, today));
        said.fold((0, 0), |(of, all), holds| (of + u64::from(holds), all + 1))
    }
}

impl Serialize for PetitionShare {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
