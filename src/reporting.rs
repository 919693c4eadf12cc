//! Reporting: rows from the store → analytics → one [`Report`]. Pages, charts,
//! files and the API all ask here, so that screen, picture and file cannot differ.

pub mod below;
pub mod charts;
pub mod comments;
pub mod explanation;
pub mod follow_up;
pub mod listed;
mod memory;
pub mod over_months;
pub mod overview;
pub mod package;
pub mod paper;
pub mod petitions;
pub mod province;
pub mod published;
mod report;
pub mod sampled;
pub mod sentence;
pub mod sheets;
pub mod since;
pub mod slices;
mod withheld;

use std::sync::Arc;

use chrono::NaiveDate;
use surveys::period::{date_of_millis, midnight_millis};
use surveys::plan::Plan;
use surveys::unit::Commune;
use surveys::{CommuneCode, Instrument, InstrumentId, Period, Text, catalog, unit};

use crate::clock::Clock;
use crate::store::responses::{Mark, Selection, StoredResponse};
use crate::store::{self, Db};

use memory::{Drawn, Memory};
pub use report::{ChannelCount, Finding, HeldAgainst, OptionCount, Report};
use withheld::{Marks, Year};

/// How many months a trend shows.
pub const TREND_MONTHS: u32 = 12;

/// What is asked: one instrument version, one commune, one period.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Question {
    /// The commune.
    pub commune: CommuneCode,
    /// The instrument.
    pub instrument: InstrumentId,
    /// Its version.
    pub version: u32,
    /// The first day.
    pub start: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
}

/// Of whom and about what there are reports.
#[derive(Debug, Clone, Copy)]
struct Subject {
    commune: &'static Commune,
    instrument: &'static Instrument,
}

impl Subject {
    fn of(commune: &CommuneCode, instrument: &'static Instrument) -> Result<Self, Error> {
        let unknown = || Error::UnknownCommune(commune.to_string());
        Ok(Self { commune: unit::commune(commune.as_str()).ok_or_else(unknown)?, instrument })
    }

    /// The plan whose targets and calendar count.
    fn plan(self) -> Option<&'static Plan> {
        catalog::plan_of(&self.commune.code)
    }

    /// What is asked about the days from `start` to before `end`.
    fn question(self, (start, end): (NaiveDate, NaiveDate)) -> Question {
        let instrument = &self.instrument.id;
        let (commune, version) = (self.commune.code.clone(), self.instrument.version);
        Question { commune, instrument: instrument.clone(), version, start, end }
    }

    /// The responses of the days from `start` to before `end`.
    fn selection(self, (start, end): (NaiveDate, NaiveDate)) -> Selection {
        Selection {
            commune_code: self.commune.code.to_string(),
            instrument: self.instrument.id.to_string(),
            version: self.instrument.version,
            from: midnight_millis(start),
            until: midnight_millis(end),
        }
    }
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such commune.
    #[error("there is no commune with the code {0}; search for its name on the home page")]
    UnknownCommune(String),
    /// No such instrument version.
    #[error("there is no instrument {0} version {1}")]
    UnknownInstrument(String, u32),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The figures could not be made; a fault of ours.
    #[error("the figures could not be computed: {0}")]
    Computation(String),
}

impl Error {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::UnknownCommune(code) => {
                format!("Không có xã, phường mã {code}; hãy tìm theo tên ở trang chủ")
            }
            Self::UnknownInstrument(id, version) => {
                format!("Không có mẫu phiếu {id} phiên bản {version}")
            }
            Self::Store(error) => return error.text(),
            Self::Computation(reason) => format!("Không tính được số liệu: {reason}"),
        };
        Text::new(vi, self.to_string())
    }
}

/// Reports of the months up to one, oldest first.
#[derive(Debug)]
pub struct Trend {
    /// One report a month.
    pub months: Vec<Arc<Report>>,
    drawn: Drawn,
}

/// Makes reports and remembers those whose responses have not changed.
#[derive(Debug)]
pub struct Reporting {
    db: Db,
    clock: Clock,
    /// Before anything is withheld; nothing of them may be shown.
    computed: Memory<Question, (Mark, Arc<Report>)>,
    years: Memory<Question, (Mark, Arc<Year>)>,
    reports: Memory<Question, (Vec<Mark>, Arc<Report>)>,
    /// Under the question of the last month.
    trends: Memory<Question, Arc<Trend>>,
    slices: slices::Remembered,
    overviews: overview::Remembered,
    provinces: province::Remembered,
}

impl Reporting {
    /// Reporting over `db`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            db,
            clock,
            computed: Memory::default(),
            years: Memory::default(),
            reports: Memory::default(),
            trends: Memory::default(),
            slices: slices::Remembered::default(),
            overviews: overview::Remembered::default(),
            provinces: province::Remembered::default(),
        }
    }

    /// Today in Vietnam.
    pub fn today(&self) -> NaiveDate {
        date_of_millis(self.clock.now())
    }

    /// The report on `instrument` in `commune` over `period`.
    ///
    /// # Errors
    /// [`Error`] when there is no such thing to report on or the store cannot be read.
    pub async fn report(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
    ) -> Result<Arc<Report>, Error> {
        let subject = Subject::of(commune, instrument)?;
        self.published(subject, period, &mut Marks::default()).await
    }

    /// The report of what may be shown of `period`; `marks` are remembered for the next.
    async fn published(
        &self,
        subject: Subject,
        period: &Period,
        marks: &mut Marks,
    ) -> Result<Arc<Report>, Error> {
        let years = self.years(subject, period, marks).await?;
        let days = (period.start, period.end);
        let (question, marks) = (subject.question(days), years.marks());
        let make = async {
            let withheld = self.withheld(subject, period, &years).await?;
            let report = match self.computed(subject, days).await? {
                Some(computed) => computed.publish(period.clone(), withheld),
                None => self.compute(subject, period.clone(), Vec::new()).await?,
            };
            Ok::<_, Error>((marks.clone(), Arc::new(report)))
        };
        Ok(self.reports.once(&question, |(kept, _)| *kept == marks, make).await?.1)
    }

    /// The figures of the days from `start` to before `end` with nothing withheld;
    /// `None` when nobody answered.
    async fn computed(
        &self,
        subject: Subject,
        days: (NaiveDate, NaiveDate),
    ) -> Result<Option<Arc<Report>>, Error> {
        let (question, selection) = (subject.question(days), subject.selection(days));
        let mark = self.db.responses_mark(&selection).await?;
        if mark.0 == 0 {
            return Ok(None);
        }
        let Ok(period) = Period::between(days.0, days.1.pred_opt().unwrap_or(days.1)) else {
            return Ok(None);
        };
        let make = async {
            let rows = self.db.responses(&selection).await?;
            Ok::<_, Error>((mark, Arc::new(self.compute(subject, period, rows).await?)))
        };
        Ok(Some(self.computed.once(&question, |(kept, _)| *kept == mark, make).await?.1))
    }

    async fn compute(
        &self,
        subject: Subject,
        period: Period,
        rows: Vec<StoredResponse>,
    ) -> Result<Report, Error> {
        let simulated = self.db.is_simulated();
        // Polars must not run on an asynchronous thread.
        let report =
            tokio::task::spawn_blocking(move || Report::of(subject, period, &rows, simulated));
        report.await.map_err(|e| Error::Computation(e.to_string()))?
    }

    /// The last [`TREND_MONTHS`] months up to the one of `last`.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn trend(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        last: NaiveDate,
    ) -> Result<Arc<Trend>, Error> {
        let subject = Subject::of(commune, instrument)?;
        let (mut months, mut marks) = (Vec::new(), Marks::default());
        for back in (0..TREND_MONTHS).rev() {
            let Some(day) = last.checked_sub_months(chrono::Months::new(back)) else { continue };
            months.push(self.published(subject, &Period::month_of(day), &mut marks).await?);
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

    /// The shipped instrument versions that have answers from `commune`, in
    /// the order in which instruments are offered.
    ///
    /// # Errors
    /// [`Error::Store`] when the store cannot be read.
    pub async fn answered(&self, commune: &CommuneCode) -> Result<Vec<&'static Instrument>, Error> {
        let mut answered = Vec::new();
        for instrument in catalog::instruments() {
            let (id, version) = (instrument.id.as_str(), instrument.version);
            if self.db.is_answered(commune.as_str(), id, version).await? {
                answered.push(instrument);
            }
        }
        Ok(answered)
    }
}
