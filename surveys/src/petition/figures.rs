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
    /// Those of them that staff entered.
    pub by_staff: u64,
    /// Those of them that were marked in time as duplicates; in nothing below.
    pub duplicates: u64,
    /// Those of them that were refused in time as not for the commune; in nothing below.
    pub refused: u64,
    /// Those that are neither answered nor overdue yet; in nothing below.
    pub waiting: u64,
    /// Those that were answered, are overdue, or were overdue when they were refused or
    /// marked as duplicates: of these the shares are.
    pub decided: u64,
    /// Those of them of which every answer came by its deadline, and none was overdue.
    pub on_time: u64,
    /// Those of them that still wait for their answer after its deadline.
    pub overdue: u64,
    /// Those decided that their senders sent themselves: of these are the satisfied.
    pub decided_sent: u64,
    /// Those of them on time that were not reopened and not rated "not satisfied".
    pub satisfied: u64,
    /// Those sent by their senders themselves whose answer was rated.
    pub rated: u64,
    /// Those of them rated "satisfied".
    pub rated_satisfied: u64,
    /// Those entered by staff whose answer was rated; in nothing above.
    pub rated_by_staff: u64,
}

impl Figures {
    /// The figures of `petitions` on `today`.
    pub fn of<'a>(petitions: impl IntoIterator<Item = &'a Petition>, today: NaiveDate) -> Self {
        let mut figures = Self::default();
        for petition in petitions {
            figures.received += 1;
            let overdue = petition.is_overdue(today);
            figures.overdue += u64::from(overdue);
            let sent = !petition.channel.is_entered_by_staff();
            figures.by_staff += u64::from(!sent);
            let satisfied = petition.rating == Some(AnswerRating::Satisfied);
            if sent {
                figures.rated += u64::from(petition.rating.is_some());
                figures.rated_satisfied += u64::from(satisfied);
            } else {
                figures.rated_by_staff += u64::from(petition.rating.is_some());
            }
            let decided = petition.answered_on.is_some() || petition.late || overdue;
            match petition.state {
                _ if decided => {
                    figures.decided += 1;
                    figures.decided_sent += u64::from(sent);
                    let on_time = !petition.late && !overdue;
                    let content =
                        !petition.reopened && petition.rating != Some(AnswerRating::NotSatisfied);
                    figures.on_time += u64::from(on_time);
                    figures.satisfied += u64::from(sent && on_time && content);
                }
                State::Duplicate => figures.duplicates += 1,
                State::Refused => figures.refused += 1,
                _ => figures.waiting += 1,
            }
        }
        figures
    }

    /// Those that are in no share because they were refused or marked as duplicates in time.
    pub fn left_out(&self) -> u64 {
        self.duplicates + self.refused
    }

    /// The share answered on time, from 0 to 1; none where nothing is decided.
    pub fn rate(&self) -> Option<f64> {
        (self.decided > 0).then(|| self.on_time as f64 / self.decided as f64)
    }

    /// The same where enough are decided to publish it.
    pub fn published_rate(&self) -> Option<f64> {
        self.rate().filter(|_| self.decided >= FEWEST_PUBLISHED)
    }

    /// The share of rated answers that were rated "satisfied", where enough were rated to
    /// publish it.
    pub fn published_satisfaction(&self) -> Option<f64> {
        (self.rated >= FEWEST_PUBLISHED).then(|| self.rated_satisfied as f64 / self.rated as f64)
    }
}
