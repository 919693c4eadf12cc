//! Reporting: rows from the store → analytics → one [`Report`]. Pages, charts,
//! files and the API all ask here, so that screen, picture and file cannot differ.

pub mod charts;
pub mod package;
pub mod published;
mod report;
pub mod sentence;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::NaiveDate;
use surveys::period::date_of_millis;
use surveys::{CommuneCode, Instrument, InstrumentId, Period, catalog, unit};

use crate::clock::Clock;
use crate::store::responses::Selection;
use crate::store::{self, Db};

pub use report::{ChannelCount, Finding, HeldAgainst, OptionCount, Report};

/// How many reports are remembered; the oldest-asked goes first.
const REMEMBERED: usize = 512;
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

type Mark = (i64, i64);
/// The mark of the responses, when it was asked for last, and the report.
type Remembered = (Mark, u64, Arc<Report>);

/// Makes reports and remembers those whose responses have not changed.
#[derive(Debug)]
pub struct Reporting {
    db: Db,
    clock: Clock,
    remembered: Mutex<HashMap<Question, Remembered>>,
}

impl Reporting {
    /// Reporting over `db`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock, remembered: Mutex::default() }
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
        let question = Question {
            commune: commune.clone(),
            instrument: instrument.id.clone(),
            version: instrument.version,
            start: period.start,
            end: period.end,
        };
        let selection = Selection {
            commune_code: commune.to_string(),
            instrument: instrument.id.to_string(),
            version: instrument.version,
            from: period.start_millis(),
            until: period.end_millis(),
        };
        let mark = self.db.responses_mark(&selection).await?;
        if let Some(report) = self.recall(&question, mark) {
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
        self.remember(question, mark, &report);
        Ok(report)
    }

    /// One report a month: the last [`TREND_MONTHS`] months up to the one of `last`.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn months(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        last: NaiveDate,
    ) -> Result<Vec<Arc<Report>>, Error> {
        let mut reports = Vec::new();
        for back in (0..TREND_MONTHS).rev() {
            let Some(day) = last.checked_sub_months(chrono::Months::new(back)) else { continue };
            reports.push(self.report(commune, instrument, &Period::month_of(day)).await?);
        }
        Ok(reports)
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

    fn recall(&self, question: &Question, mark: Mark) -> Option<Arc<Report>> {
        let mut remembered = self.remembered.lock().ok()?;
        let newest = remembered.values().map(|(_, asked, _)| *asked).max().unwrap_or(0);
        let (kept, asked, report) = remembered.get_mut(question)?;
        if *kept != mark {
            return None;
        }
        *asked = newest + 1;
        Some(Arc::clone(report))
    }

    fn remember(&self, question: Question, mark: Mark, report: &Arc<Report>) {
        let Ok(mut remembered) = self.remembered.lock() else { return };
        let newest = remembered.values().map(|(_, asked, _)| *asked).max().unwrap_or(0);
        if remembered.len() >= REMEMBERED && !remembered.contains_key(&question) {
            let oldest =
                remembered.iter().min_by_key(|(_, (_, asked, _))| *asked).map(|(q, _)| q.clone());
            if let Some(oldest) = oldest {
                remembered.remove(&oldest);
            }
        }
        remembered.insert(question, (mark, newest + 1, Arc::clone(report)));
    }
}
