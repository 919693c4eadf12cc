//! What the public sees of a period: what was published by decision, as it was then; or,
//! where the operator wants results at once and nobody has decided, what stands now.
//! Everything public asks here ([`Reporting::report`], [`Reporting::trend`]).

mod decided;
mod document;
mod draft;
mod held;
mod listed;

use std::sync::Arc;

use chrono::NaiveDate;
use surveys::period::midnight_millis;
use surveys::{CommuneCode, Instrument, Period, catalog};

use super::continuing::VersionMarks;
use super::memory::{Drawn, Memory};
use super::withheld::Marks;
use super::{Error, Mark, Question, Report, Reporting, Subject, TREND_MONTHS, Trend};
use crate::store;
use crate::store::publications::{Footprint, Publication};
use crate::store::responses::StoredResponse;

pub use decided::{Decided, Withdrawal};
use draft::Beside;
pub use draft::Draft;
pub use held::Held;
pub use listed::{Listed, State};

/// Responses that came too late for a period that is published: they are in no other
/// published period either, or the two would tell what these few said.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Cut {
    start: NaiveDate,
    end: NaiveDate,
    /// The place of the last response that was in time.
    last: i64,
}

impl Cut {
    fn of(publication: &Publication) -> Self {
        let Publication { start, end, last_seq: last, .. } = *publication;
        Self { start, end, last }
    }

    pub(super) fn leaves_out(&self, row: &StoredResponse) -> bool {
        let days = midnight_millis(self.start)..midnight_millis(self.end);
        row.seq > self.last && days.contains(&row.answered_at)
    }
}

/// A decision by which results were published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// 1, or one more than that of the decision before it.
    pub number: i64,
    /// When, in UTC milliseconds.
    pub decided_at: i64,
    /// Why it corrects the one before, or publishes anew what was taken back; empty when it
    /// does neither.
    pub reason: String,
    /// Whether the decision before it took back what was published.
    pub is_anew: bool,
    /// How many responses the collection point with the fewest had.
    pub(super) fewest_at_a_point: Option<u64>,
}

impl Release {
    /// The number of what it corrects; `None` when it corrects nothing.
    pub fn corrects(&self) -> Option<i64> {
        (!self.reason.is_empty() && !self.is_anew).then_some(self.number - 1)
    }

    /// The number of the withdrawal after which it publishes anew, if it does.
    pub fn follows_withdrawal(&self) -> Option<i64> {
        self.is_anew.then_some(self.number - 1)
    }
}

/// How a report stands before the public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is made of the responses that are there now.
    Live,
    /// It is what was published, and stays so.
    Published(Arc<Release>),
    /// There are answers; nothing of them is published yet, and nothing is in the report.
    Awaited,
    /// It was published and taken back, and nothing is in the report.
    Withdrawn(Arc<Withdrawal>),
    /// What was published by this decision cannot be read any more, and nothing is in the
    /// report.
    Unreadable(i64),
}

/// What was read or made lately.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    /// By the decision's own number: it never changes.
    published: Memory<i64, Arc<Report>>,
    awaited: Memory<Question, Arc<Report>>,
    /// Of which decision it was logged that it cannot be read.
    logged: Memory<i64, ()>,
    /// Whether a publication told the same as what was there with this footprint.
    same: Memory<(i64, Footprint), bool>,
    /// What was decided beside these publications.
    beside: Memory<(Question, Vec<i64>), (Mark, Arc<Beside>)>,
}

/// Whether `publication` is of `instrument`, in its version.
pub(super) fn is_of(publication: &Publication, instrument: &Instrument) -> bool {
    publication.instrument == instrument.id.as_str()
        && publication.version == i64::from(instrument.version)
}

/// The newest decision of `all` about the days from `start` to before `end`; these are in
/// the order in which they were made.
pub(super) fn newest(
    all: &[Publication],
    (start, end): (NaiveDate, NaiveDate),
) -> Option<&Publication> {
    all.iter().rev().find(|publication| (publication.start, publication.end) == (start, end))
}

/// What everybody could read last about these days, also when it was taken back: whoever
/// has read it has it.
fn known(all: &[Publication], (start, end): (NaiveDate, NaiveDate)) -> Option<&Publication> {
    let of_it = |p: &&Publication| (p.start, p.end) == (start, end) && !p.withdraws;
    all.iter().rev().find(of_it)
}

/// The period of `publication`, if the calendar of `commune` has it still.
fn period_of(commune: &CommuneCode, publication: &Publication) -> Option<Period> {
    let period = catalog::period_of(commune, &publication.period).ok()?;
    ((period.start, period.end) == (publication.start, publication.end)).then_some(period)
}

impl Report {
    /// The decision by which it was published, if it was.
    pub fn release(&self) -> Option<&Release> {
        match &self.standing {
            Standing::Published(release) => Some(release),
            Standing::Live
            | Standing::Awaited
            | Standing::Withdrawn(_)
            | Standing::Unreadable(_) => None,
        }
    }
}

impl Reporting {
    /// The report on `instrument` in `commune` over `period` that everybody may read.
    ///
    /// # Errors
    /// [`Error`] when there is no such thing to report on or the store cannot be read.
    pub async fn report(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
    ) -> Result<Arc<Report>, Error> {
        let subject = self.subject(commune, instrument)?;
        let published = self.published_of(subject).await?;
        self.public(subject, period, &published, &mut Marks::default()).await
    }

    /// The last [`TREND_MONTHS`] months up to the one of `last`, as everybody may read them.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn trend(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        last: NaiveDate,
    ) -> Result<Arc<Trend>, Error> {
        let subject = self.subject(commune, instrument)?;
        let published = self.db.publications(commune).await?;
        let (mut months, mut marks) = (Vec::new(), VersionMarks::new());
        for back in (0..TREND_MONTHS).rev() {
            let Some(day) = last.checked_sub_months(chrono::Months::new(back)) else { continue };
            let month = Period::month_of(day);
            months.push(self.public_of_versions(subject, &month, &published, &mut marks).await?);
        }
        let month = Period::month_of(last);
        let question = subject.question((month.start, month.end));
        let same = |kept: &Arc<Trend>| {
            kept.months.len() == months.len()
                && kept.months.iter().zip(&months).all(|(a, b)| Arc::ptr_eq(a, b))
        };
        if let Some(trend) = self.trends.recall(&question, same) {
            return Ok(trend);
        }
        let trend = Arc::new(Trend { months, drawn: Drawn::default() });
        self.trends.keep(question, Arc::clone(&trend));
        Ok(trend)
    }

    /// The report on `period` as it was by the `number`th decision about it; `None` when
    /// there was none. What was taken back is gone under its own number as well.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn release(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
        number: i64,
    ) -> Result<Option<Arc<Report>>, Error> {
        let subject = self.subject(commune, instrument)?;
        let days = (period.start, period.end);
        let published = self.published_of(subject).await?;
        let of_it = |p: &&Publication| (p.start, p.end) == days && p.number == number;
        let Some(asked) = published.iter().find(of_it) else { return Ok(None) };
        let shown = decided::withdrawal_of(&published, asked).unwrap_or(asked);
        Ok(Some(self.decided(subject, period, shown).await?))
    }

    /// The period of `commune` that is published and ended last; `None` when nothing is
    /// published of `instrument`, or the public sees results at once.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn last_published(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
    ) -> Result<Option<Period>, Error> {
        if self.at_once {
            return Ok(None);
        }
        let published = self.published_of(self.subject(commune, instrument)?).await?;
        let stands = |p: &&Publication| {
            newest(&published, (p.start, p.end)).is_some_and(|newest| !newest.withdraws)
        };
        let periods = published.iter().filter(stands).filter_map(|p| period_of(commune, p));
        Ok(periods.max_by_key(|period| (period.end, period.start)))
    }

    /// Whether the public waits for a decision.
    pub fn is_by_decision(&self) -> bool {
        !self.at_once
    }

    /// What was published of `subject`.
    async fn published_of(&self, subject: Subject<'_>) -> Result<Vec<Publication>, Error> {
        let mut published = self.db.publications(&subject.commune.code).await?;
        published.retain(|publication| is_of(publication, subject.instrument));
        Ok(published)
    }

    pub(super) async fn public(
        &self,
        subject: Subject<'_>,
        period: &Period,
        published: &[Publication],
        marks: &mut Marks,
    ) -> Result<Arc<Report>, Error> {
        let days = (period.start, period.end);
        if let Some(publication) = newest(published, days) {
            return self.decided(subject, period, publication).await;
        }
        if self.at_once || self.db.responses_mark(&subject.selection(days)).await?.0 == 0 {
            return self.as_it_stands(subject, period, marks).await;
        }
        let make = async {
            let nothing = self.compute(subject, period.clone(), Vec::new()).await?;
            Ok::<_, Error>(Arc::new(Report { standing: Standing::Awaited, ..nothing }))
        };
        self.releases.awaited.once(&subject.question(days), |_| true, make).await
    }

    /// What was published as `publication`. Where that is damaged, a report that says so:
    /// other pages have nothing to do with it. It is tried again at each time, so that it is
    /// there once it is restored; the log is told once.
    async fn frozen(
        &self,
        subject: Subject<'_>,
        period: &Period,
        publication: &Publication,
    ) -> Result<Arc<Report>, Error> {
        let read = async {
            let document = self.db.published_document(publication.id).await?;
            let report = document::read(&document, subject, period.clone(), publication)?;
            Ok::<_, Error>(Arc::new(report))
        };
        let id = publication.id;
        match self.releases.published.once(&id, |_| true, read).await {
            Err(Error::Damaged(_) | Error::Store(store::Error::Damaged(_))) => {
                let log = async {
                    tracing::error!(
                        publication = id,
                        commune = %subject.commune.code,
                        period = publication.period,
                        "what was published cannot be read; restore the database from a backup"
                    );
                    Ok::<_, Error>(())
                };
                self.releases.logged.once(&id, |()| true, log).await?;
                let nothing = self.compute(subject, period.clone(), Vec::new()).await?;
                let standing = Standing::Unreadable(publication.number);
                Ok(Arc::new(Report { standing, ..nothing }))
            }
            read => read,
        }
    }
}
