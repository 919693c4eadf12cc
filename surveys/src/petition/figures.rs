//! The figures of a period's petitions: how many were answered on time, and how many
//! left nobody dissatisfied.

use chrono::NaiveDate;

use super::{AnswerRating, Petition, State};

/// The fewest petitions of which a rate is published.
pub const FEWEST_PUBLISHED: u64 = 10;

/// What the petitions received in a period came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// All that were received.
    pub received: u64,
    /// Those of them that were duplicates or not for the commune; in nothing below.
    pub left_out: u64,
    /// Those that are neither answered nor overdue yet; in nothing below.
    pub waiting: u64,
    /// Those that are answered or overdue: of these the shares are.
    pub decided: u64,
    /// Those of them of which every answer came by its deadline, and none is overdue.
    pub on_time: u64,
    /// Those on time that were not reopened and not rated "not satisfied".
    pub satisfied: u64,
}

impl Figures {
    /// The figures of `petitions` on `today`.
    pub fn of<'a>(petitions: impl IntoIterator<Item = &'a Petition>, today: NaiveDate) -> Self {
        let mut figures = Self::default();
        for petition in petitions {
            figures.received += 1;
            let overdue = petition.is_overdue(today);
            if matches!(petition.state, State::Duplicate | State::Refused) {
                figures.left_out += 1;
            } else if petition.answered_on.is_none() && !overdue {
                figures.waiting += 1;
            } else {
                figures.decided += 1;
                let on_time = !petition.late && !overdue;
                let content =
                    !petition.reopened && petition.rating != Some(AnswerRating::NotSatisfied);
                figures.on_time += u64::from(on_time);
                figures.satisfied += u64::from(on_time && content);
            }
        }
        figures
    }

    /// The share answered on time, from 0 to 1, where enough are decided to publish it.
    pub fn published_rate(&self) -> Option<f64> {
        (self.decided >= FEWEST_PUBLISHED).then(|| self.on_time as f64 / self.decided as f64)
    }
}
