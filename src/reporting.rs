//! Reporting: rows from the store → analytics → one [`Report`]. Pages, charts,
//! files and the API all ask here, so that screen, picture and file cannot differ.

pub mod charts;
pub mod explanation;
mod memory;
pub mod package;
pub mod published;
mod report;
pub mod sentence;
pub mod since;

use std::sync::Arc;

use chrono::NaiveDate;
use surveys::period::date_of_millis;
use surveys::{CommuneCode, Instrument, InstrumentId, Period, Text, catalog, unit};

use crate::clock::Clock;
use crate::store::responses::{Mark, Selection};
use crate::store::{self, Db};

use memory::{Drawn, Memory};
pub use report::{ChannelCount, Finding, HeldAgainst, OptionCount, Report};

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

impl Question {
    fn of(commune: &CommuneCode, instrument: &Instrument, period: &Period) -> Self {
        Self {
            commune: commune.clone(),
            instrument: instrument.id.clone(),
            version: instrument.version,
            start: period.start,
            end: period.end,
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
    reports: Memory<Question, (Mark, Arc<Report>)>,
    /// Under the question of the last month.
    trends: Memory<Question, Arc<Trend>>,
}

impl Reporting {
    /// Reporting over `db`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock, reports: Memory::default(), trends: Memory::default() }
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
        let commune_unit = unit::commune(commune.as_str())
            .ok_or_else(|| Error::UnknownCommune(commune.to_string()))?;
        let question = Question::of(commune, instrument, period);
        let selection = Selection {
            commune_code: commune.to_string(),
            instrument: instrument.id.to_string(),
            version: instrument.version,
            from: period.start_millis(),
            until: period.end_millis(),
        };
        let mark = self.db.responses_mark(&selection).await?;
        if let Some((_, report)) = self.reports.recall(&question, |(kept, _)| *kept == mark) {
            return Ok(report);
        }
        let rows = self.db.responses(&selection).await?;
        let (simulated, period) = (self.db.is_simulated(), period.clone());
        // Polars must not run on an asynchronous thread.
        let report = tokio::task::spawn_blocking(move || {
            Report::of(commune_unit, instrument, period, &rows, simulated)
        })
        .await
        .map_err(|e| Error::Computation(e.to_string()))??;
        let report = Arc::new(report);
        self.reports.keep(question, (mark, Arc::clone(&report)));
        Ok(report)
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
        let mut months = Vec::new();
        for back in (0..TREND_MONTHS).rev() {
            let Some(day) = last.checked_sub_months(chrono::Months::new(back)) else { continue };
            months.push(self.report(commune, instrument, &Period::month_of(day)).await?);
        }
        let question = Question::of(commune, instrument, &Period::month_of(last));
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
