//! The periods of a commune's calendar, and which of them wait for a decision.

use chrono::NaiveDate;
use surveys::{CommuneCode, Instrument, Period, catalog};

use super::super::below::calendar_of;
use super::super::withheld::Marks;
use super::super::{Error, Reporting, Subject};
use super::{Publication, held, is_of, newest};

/// How a period that has ended stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing of it is published.
    Waiting,
    /// It is published.
    Published,
    /// It is published, and the figures are others now.
    Changed,
}

/// A period of one instrument that is published or can be.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The instrument, in the version that was answered.
    pub instrument: &'static Instrument,
    /// The period.
    pub period: Period,
    /// How it stands.
    pub state: State,
    /// What was published last.
    pub newest: Option<Publication>,
    /// The last day of the first report about it, by the unit's plan.
    pub due: Option<NaiveDate>,
}

/// The last day on which the first report of `commune` about `period` is in time.
fn due(commune: &CommuneCode, period: &Period) -> Option<NaiveDate> {
    let year: i32 = period.code.get(..4)?.parse().ok()?;
    let deadlines = catalog::plan_of(commune)?.calendar.deadlines_of(year);
    deadlines.iter().find(|deadline| deadline.period == *period).map(|deadline| deadline.last_day)
}

impl Reporting {
    /// The periods of `commune` that ended within a year and were answered or published,
    /// those that ended last first.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn publishing(&self, commune: &CommuneCode) -> Result<Vec<Listed>, Error> {
        let periods = calendar_of(commune).finished(self.today());
        let published = self.db.publications(commune).await?;
        let mut listed = Vec::new();
        for instrument in self.answered(commune).await? {
            let subject = Subject::of(commune, instrument)?;
            let published: Vec<Publication> =
                published.iter().filter(|p| is_of(p, instrument)).cloned().collect();
            let mut marks = Marks::default();
            for period in &periods {
                let days = (period.start, period.end);
                let newest = newest(&published, days);
                let state = match newest {
                    Some(newest) => {
                        let then = self.frozen(subject, period, newest).await?;
                        let now = self.as_it_stands(subject, period, &mut marks).await?;
                        let same = held::is_same(&then, &now);
                        if same { State::Published } else { State::Changed }
                    }
                    None if self.db.responses_mark(&subject.selection(days)).await?.0 > 0 => {
                        State::Waiting
                    }
                    None => continue,
                };
                listed.push(Listed {
                    instrument,
                    period: period.clone(),
                    state,
                    newest: newest.cloned(),
                    due: due(commune, period),
                });
            }
        }
        listed.sort_by_key(|one| std::cmp::Reverse((one.period.end, one.period.start)));
        Ok(listed)
    }
}
