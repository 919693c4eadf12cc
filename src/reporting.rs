//! Reporting: rows from the store → analytics → one [`Report`]. Pages, charts,
//! files and the API all ask here, so that screen, picture and file cannot differ.

pub mod below;
pub mod charts;
pub mod comments;
pub mod continuing;
pub mod explanation;
mod fewest;
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
pub mod publishing;
mod report;
mod rows;
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
use publishing::{Cut, Withdrawal};
pub use publishing::{Release, Standing};
pub use report::{ChannelCount, Finding, HeldAgainst, NotAsked, OptionCount, Report};
use rows::Rows;
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
    /// Which responses came too late to be among them.
    cuts: Vec<Cut>,
}

/// Of whom and about what there are reports.
#[derive(Debug, Clone, Copy)]
struct Subject<'a> {
    commune: &'static Commune,
    instrument: &'static Instrument,
    cuts: &'a [Cut],
    /// The first day that is not over: figures that changed with each response would
    /// tell whoever sits at the counter how the person before them answered.
    today: NaiveDate,
}

impl Subject<'_> {
    /// Those of `rows` that are not too late.
    fn in_time(self, mut rows: Vec<StoredResponse>) -> Vec<StoredResponse> {
        rows.retain(|row| self.cuts.iter().all(|cut| !cut.leaves_out(row)));
        rows
    }

    /// The plan whose targets and calendar count.
    fn plan(self) -> Option<&'static Plan> {
        catalog::plan_of(&self.commune.code)
    }

    /// What is asked about the days from `start` to before `end`.
    fn question(self, (start, end): (NaiveDate, NaiveDate)) -> Question {
        let instrument = &self.instrument.id;
        let (commune, version) = (self.commune.code.clone(), self.instrument.version);
        let cuts = self.cuts.to_vec();
        Question { commune, instrument: instrument.clone(), version, start, end, cuts }
    }

    /// The responses of the days from `start` to before `end` that are over.
    fn selection(self, (start, end): (NaiveDate, NaiveDate)) -> Selection {
        Selection {
            commune_code: self.commune.code.to_string(),
            instrument: self.instrument.id.to_string(),
            version: self.instrument.version,
            from: midnight_millis(start),
            until: midnight_millis(end.min(self.today)),
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
    /// It was published and taken back.
    #[error(
        "the results of {period} were withdrawn on {day}: {reason}; what is published again has a new number",
        period = .0.code, day = date_of_millis(.1.decided_at), reason = .1.reason
    )]
    Withdrawn(Period, Withdrawal),
    /// What was published by the decision of this number cannot be read.
    #[error(
        "what was published by decision {0} cannot be read; the operator restores the database from a backup"
    )]
    Damaged(i64),
    /// The figures could not be made; a fault of ours.
    #[error("the figures could not be computed: {0}")]
    Computation(String),
}

impl Error {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::UnknownCommune(code) => {
                format!("Không có xã, phường, đặc khu mã {code}; hãy tìm theo tên ở trang chủ")
            }
            Self::UnknownInstrument(id, version) => {
                format!("Không có mẫu phiếu {id} phiên bản {version}")
            }
            Self::Store(error) => return error.text(),
            Self::Withdrawn(period, withdrawal) => format!(
                "Kết quả kỳ {} đã được thu hồi ngày {}: {}; kết quả công bố lại sẽ mang số lần mới",
                period.code,
                date_of_millis(withdrawal.decided_at).format("%d/%m/%Y"),
                withdrawal.reason
            ),
            Self::Damaged(id) => {
                format!(
                    "Máy chủ không đọc lại được bản đã công bố (lần {id}); người quản trị máy chủ cần khôi phục cơ sở dữ liệu từ bản sao lưu"
                )
            }
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
    rows: Memory<Question, (Mark, Arc<Rows>)>,
    reports: Memory<Question, (Vec<Mark>, Arc<Report>)>,
    /// Under the question of the last month.
    trends: Memory<Question, Arc<Trend>>,
    slices: slices::Remembered,
    overviews: overview::Remembered,
    provinces: province::Remembered,
    at_once: bool,
    releases: publishing::Remembered,
}

impl Reporting {
    /// Reporting over `db`; the public sees what was published by decision.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            db,
            clock,
            at_once: false,
            releases: publishing::Remembered::default(),
            computed: Memory::default(),
            years: Memory::default(),
            rows: Memory::default(),
            reports: Memory::default(),
            trends: Memory::default(),
            slices: slices::Remembered::default(),
            overviews: overview::Remembered::default(),
            provinces: province::Remembered::default(),
        }
    }

    /// The same where the public also sees what nobody has decided about yet.
    #[must_use]
    pub fn showing_at_once(self) -> Self {
        Self { at_once: true, ..self }
    }

    /// Today in Vietnam.
    pub fn today(&self) -> NaiveDate {
        date_of_millis(self.clock.now())
    }

    fn subject(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
    ) -> Result<Subject<'static>, Error> {
        let unknown = || Error::UnknownCommune(commune.to_string());
        let commune = unit::commune(commune.as_str()).ok_or_else(unknown)?;
        Ok(Subject { commune, instrument, cuts: &[], today: self.today() })
    }

    /// The report on `instrument` in `commune` over `period` as it would be published now:
    /// for staff.
    ///
    /// # Errors
    /// [`Error`] when there is no such thing to report on or the store cannot be read.
    pub async fn live(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
    ) -> Result<Arc<Report>, Error> {
        let subject = self.subject(commune, instrument)?;
        self.as_it_stands(subject, period, &mut Marks::default()).await
    }

    /// The report of what may be shown of `period` by the responses that are there now;
    /// `marks` are remembered for the next.
    async fn as_it_stands(
        &self,
        subject: Subject<'_>,
        period: &Period,
        marks: &mut Marks,
    ) -> Result<Arc<Report>, Error> {
        let years = self.years(subject, period, marks).await?;
        let days = (period.start, period.end);
        let (question, marks) = (subject.question(days), years.marks());
        let make = async {
            let withheld = Box::pin(self.withheld(subject, period, &years)).await?;
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
        subject: Subject<'_>,
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
            let rows = self.rows(subject, days).await?;
            Ok::<_, Error>((mark, Arc::new(self.compute(subject, period, rows).await?)))
        };
        Ok(Some(self.computed.once(&question, |(kept, _)| *kept == mark, make).await?.1))
    }

    async fn compute(
        &self,
        subject: Subject<'_>,
        period: Period,
        rows: Vec<Arc<Rows>>,
    ) -> Result<Report, Error> {
        let simulated = self.db.is_simulated();
        let Subject { commune, instrument, .. } = subject;
        // Polars must not run on an asynchronous thread.
        let report = tokio::task::spawn_blocking(move || {
            Report::of((commune, instrument), period, &rows, simulated)
        });
        report.await.map_err(|e| Error::Computation(e.to_string()))?
    }

    /// The shipped instrument versions that have answers or published results from
    /// `commune`, in the order in which instruments are offered.
    ///
    /// # Errors
    /// [`Error::Store`] when the store cannot be read.
    pub async fn answered(&self, commune: &CommuneCode) -> Result<Vec<&'static Instrument>, Error> {
        let mut answered = Vec::new();
        let published = self.db.publications(commune).await?;
        for instrument in catalog::instruments() {
            let (id, version) = (instrument.id.as_str(), instrument.version);
            if published.iter().any(|publication| publishing::is_of(publication, instrument))
                || self.db.is_answered(commune.as_str(), id, version).await?
            {
                answered.push(instrument);
            }
        }
        Ok(answered)
    }

    /// The day of the first answer from any of `communes` to any shipped instrument.
    ///
    /// # Errors
    /// [`Error::Store`] when the store cannot be read.
    pub async fn first_day(&self, communes: &[&CommuneCode]) -> Result<Option<NaiveDate>, Error> {
        let mut first = None;
        for instrument in catalog::instruments() {
            let answers = self.db.first_answers(communes, instrument).await?;
            first = answers.into_iter().chain(first).min();
        }
        Ok(first.map(date_of_millis))
    }

    /// `instrument`, or where it is the newest version the one whose results `commune` has in
    /// `period`.
    async fn or_former(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
    ) -> Result<&'static Instrument, Error> {
        if !catalog::newest().any(|newest| newest == instrument) {
            return Ok(instrument);
        }
        let found = self.version_in(commune, instrument.id.as_str(), Some(period)).await?;
        Ok(found.unwrap_or(instrument))
    }

    /// The version of the instrument `id` whose results `commune` has: of `period` the newest
    /// with published results or answers of its days; without a period, or where it has none,
    /// the newest with published results, or else with answers; or else the newest there is.
    ///
    /// # Errors
    /// [`Error::Store`] when the store cannot be read.
    pub async fn version_in(
        &self,
        commune: &CommuneCode,
        id: &str,
        period: Option<&Period>,
    ) -> Result<Option<&'static Instrument>, Error> {
        let versions = || catalog::instruments().iter().filter(|i| i.id.as_str() == id);
        if versions().count() < 2 {
            return Ok(versions().next());
        }
        let published = self.db.publications(commune).await?;
        if let Some(period) = period {
            let days = (period.start, period.end);
            for instrument in versions() {
                let subject = self.subject(commune, instrument)?;
                let is_published = published.iter().any(|publication| {
                    (publication.start, publication.end) == days
                        && publishing::is_of(publication, instrument)
                });
                // Responses of an undone batch are there and do not count.
                let counts = async || {
                    let report = self.computed(subject, days).await?;
                    Ok::<_, Error>(report.is_some_and(|report| report.received > 0))
                };
                if is_published || counts().await? {
                    return Ok(Some(instrument));
                }
            }
        }
        for instrument in versions() {
            if published.iter().any(|publication| publishing::is_of(publication, instrument)) {
                return Ok(Some(instrument));
            }
        }
        for instrument in versions() {
            if self.db.is_answered(commune.as_str(), id, instrument.version).await? {
                return Ok(Some(instrument));
            }
        }
        Ok(versions().next())
    }
}
