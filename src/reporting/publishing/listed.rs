//! The periods of a commune's calendar, and which of them wait for a decision.

use analytics::FEWEST_SHOWN;
use chrono::NaiveDate;
use surveys::{CommuneCode, Instrument, Period, catalog};

use super::super::below::calendar_of;
use super::super::withheld::Marks;
use super::super::{Error, Reporting, Subject};
use super::{Publication, held, is_of, newest};
use crate::store::publications::Footprint;

/// How a period that has ended stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing of it is published.
    Waiting,
    /// Nothing of it is published, and so few people answered that no figure would be shown.
    Hidden,
    /// It is published.
    Published,
    /// It is published, and the figures are others now.
    Changed,
    /// It was published and taken back.
    Withdrawn,
    /// It is published, and what was published cannot be read.
    Unreadable,
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
            let subject = self.subject(commune, instrument)?;
            let published: Vec<Publication> =
                published.iter().filter(|p| is_of(p, instrument)).cloned().collect();
            let first = periods.iter().map(|period| period.start).min();
            let end = periods.iter().map(|period| period.end).max();
            let (Some(first), Some(end)) = (first, end) else { continue };
            // Once over the days of all periods, which are months counted five times over.
            let days = self.db.days_of_responses(&subject.selection((first, end))).await?;
            let mut marks = Marks::default();
            for period in &periods {
                let made_of = sum(&days, (period.start, period.end));
                let newest = newest(&published, (period.start, period.end));
                let state = match newest {
                    Some(newest) => self.state(subject, period, newest, made_of).await?,
                    None if made_of.responses == 0 => continue,
                    None => self.unpublished(subject, period, made_of, &mut marks).await?,
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

    /// How the period stands of which nothing is published and which has `made_of` now;
    /// `marks` are remembered for the next.
    async fn unpublished(
        &self,
        subject: Subject<'_>,
        period: &Period,
        made_of: Footprint,
        marks: &mut Marks,
    ) -> Result<State, Error> {
        if made_of.responses.unsigned_abs() < FEWEST_SHOWN {
            return Ok(State::Hidden);
        }
        let now = self.as_it_stands(subject, period, marks).await?;
        Ok(if now.shows_nothing() { State::Hidden } else { State::Waiting })
    }

    /// How the period stands that `newest` was decided about, when it has `made_of` now.
    /// Figures are computed only where its responses are others than they were then.
    async fn state(
        &self,
        subject: Subject<'_>,
        period: &Period,
        newest: &Publication,
        made_of: Footprint,
    ) -> Result<State, Error> {
        if newest.withdraws {
            return Ok(State::Withdrawn);
        }
        // Nor is what was published read, unless it could not be when somebody asked for it.
        let was_read = self.releases.logged.recall(&newest.id, |()| true).is_none();
        if was_read && newest.made_of == Some(made_of) {
            return Ok(State::Published);
        }
        let then = self.frozen(subject, period, newest).await?;
        if then.unreadable().is_some() {
            return Ok(State::Unreadable);
        }
        if newest.made_of == Some(made_of) {
            return Ok(State::Published);
        }
        let compare = async {
            let now = self.as_it_stands(subject, period, &mut Marks::default()).await?;
            Ok::<_, Error>(held::is_same(&then, &now))
        };
        let same = self.releases.same.once(&(newest.id, made_of), |_| true, compare).await?;
        Ok(if same { State::Published } else { State::Changed })
    }

    /// What counts of the responses of the days from `start` to before `end`.
    pub(super) async fn footprint(
        &self,
        subject: Subject<'_>,
        (start, end): (NaiveDate, NaiveDate),
    ) -> Result<Footprint, Error> {
        let days = self.db.days_of_responses(&subject.selection((start, end))).await?;
        Ok(sum(&days, (start, end)))
    }
}

/// What `days` have from `start` to before `end`.
fn sum(days: &[(NaiveDate, Footprint)], (start, end): (NaiveDate, NaiveDate)) -> Footprint {
    let inside = days.iter().filter(|(day, _)| (start..end).contains(day));
    inside.fold(Footprint::default(), |sum, (_, one)| sum.and(*one))
}
