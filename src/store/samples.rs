//! Samples of households: what was drawn, who visits whom, what became of it. Nothing
//! here leads to a response.

pub mod places;
pub mod visits;

use chrono::NaiveDate;
use surveys::code::BadCode;
use surveys::collection_point::CollectionPoint;
use surveys::sample::{HouseholdStatus, Psu, SampleList};
use surveys::{CommuneCode, PointCode, SampleCode, Text};

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::Scope;
use crate::staff::audit::Event;

/// The most interviewers of one sample.
pub const MAX_INTERVIEWERS: u32 = 50;

/// The longest title, in characters.
pub const MAX_TITLE_CHARS: usize = 120;

/// A sample without its households.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its code.
    pub code: SampleCode,
    /// The collection point its responses are of.
    pub collection_point: PointCode,
    /// Where it is, for staff.
    pub scope: Scope,
    /// What people call it.
    pub title: String,
    /// The first day on which households are visited.
    pub first_day: NaiveDate,
    /// The last one.
    pub last_day: NaiveDate,
}

/// Why a sample cannot be so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSample {
    /// The title is empty, too long, or of several lines.
    #[error("a sample needs a title on one line, of at most {MAX_TITLE_CHARS} characters")]
    Title,
    /// The last day is before the first.
    #[error("the last day is before the first; exchange them or choose other days")]
    Days,
}

impl BadSample {
    /// What is wrong and what to do, in both languages.
    pub fn text(self) -> Text {
        let vi = match self {
            Self::Title => {
                format!("Tên mẫu cần có chữ, trên một dòng, nhiều nhất {MAX_TITLE_CHARS} ký tự")
            }
            Self::Days => "Ngày cuối đứng trước ngày đầu; hãy đổi lại hoặc chọn ngày khác".into(),
        };
        Text::new(vi, self.to_string())
    }
}

impl Sample {
    /// The sample `code` at `point`, called `title`, from `first` to `last`.
    ///
    /// # Errors
    /// [`BadSample`] when it cannot be so.
    pub fn at(
        point: &CollectionPoint,
        code: SampleCode,
        title: &str,
        (first_day, last_day): (NaiveDate, NaiveDate),
    ) -> Result<Self, BadSample> {
        let title = surveys::text::typed_text(title.trim());
        let fits = (1..=MAX_TITLE_CHARS).contains(&title.chars().count());
        if !fits || title.contains(char::is_control) {
            return Err(BadSample::Title);
        }
        if last_day < first_day {
            return Err(BadSample::Days);
        }
        let (commune, point) = (point.commune_code.clone(), point.code.clone());
        let scope = Scope::Point { commune, point: point.clone() };
        Ok(Self { code, collection_point: point, scope, title, first_day, last_day })
    }

    /// The commune whose households were drawn.
    pub fn commune(&self) -> Option<&CommuneCode> {
        match &self.scope {
            Scope::Commune(commune) | Scope::Point { commune, .. } => Some(commune),
            Scope::Everywhere | Scope::Province(_) => None,
        }
    }
}

/// Somebody who visits households.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interviewer {
    /// From 1.
    pub number: u32,
    /// What staff call them, such as `Người phỏng vấn 3`; nobody's name.
    pub name: String,
}

impl Interviewer {
    /// The interviewer `number`, called by the number.
    pub fn numbered(number: u32) -> Self {
        Self { number, name: format!("Người phỏng vấn {number}") }
    }
}

/// A household of a sample and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampledHousehold {
    /// The name of its primary sampling unit.
    pub psu: String,
    /// Its number there.
    pub number: u32,
    /// Whether it is visited only in place of another.
    pub reserve: bool,
    /// The number of the household that it stands for, when it was called in.
    pub stands_for: Option<u32>,
    /// Who visits it.
    pub interviewer: Option<u32>,
    /// What has become of it.
    pub status: HouseholdStatus,
    /// How often it was visited.
    pub visits: u32,
    /// The day of the last visit, unless it answered.
    pub visited_on: Option<NaiveDate>,
    /// The day of the first visit, unless it answered or the tablet did not say.
    pub first_visit_on: Option<NaiveDate>,
}

impl SampledHousehold {
    /// Whether it is to be visited: of the first draw, or called in.
    pub fn is_issued(&self) -> bool {
        !self.reserve || self.stands_for.is_some()
    }

    /// Whether it was given up as absent although every visit was on one day.
    pub fn is_hurried(&self) -> bool {
        self.status == HouseholdStatus::Absent
            && self.first_visit_on.is_some()
            && self.first_visit_on == self.visited_on
    }
}

type SampleRow = (String, String, String, String, String, String);

fn sample(row: SampleRow) -> Result<Sample, Error> {
    let (code, point, scope, title, first_day, last_day) = row;
    let damaged = |e: BadCode| Error::Damaged(e.to_string());
    let lost = |what: &str| Error::Damaged(format!("{what} of the sample {code}"));
    Ok(Sample {
        collection_point: PointCode::parse(&point).map_err(damaged)?,
        scope: Scope::parse(&scope).ok_or_else(|| lost("the scope"))?,
        first_day: first_day.parse().map_err(|_| lost("a day"))?,
        last_day: last_day.parse().map_err(|_| lost("a day"))?,
        title,
        code: SampleCode::parse(&code).map_err(damaged)?,
    })
}

/// A number that is stored, as it was before.
fn number(stored: i64) -> Result<u32, Error> {
    u32::try_from(stored).map_err(|_| Error::Damaged(format!("the number {stored}")))
}

#[derive(sqlx::FromRow)]
struct HouseholdRow {
    psu: String,
    household: i64,
    reserve: i64,
    stands_for: Option<i64>,
    interviewer: Option<i64>,
    status: String,
    visits: i64,
    visited_on: Option<String>,
    first_visit_on: Option<String>,
}

impl TryFrom<HouseholdRow> for SampledHousehold {
    type Error = Error;

    fn try_from(row: HouseholdRow) -> Result<Self, Error> {
        let damaged = || Error::Damaged(format!("household {} of {}", row.household, row.psu));
        let day =
            |stored: Option<&str>| stored.map(|day| day.parse().map_err(|_| damaged())).transpose();
        Ok(Self {
            number: number(row.household)?,
            reserve: row.reserve == 1,
            stands_for: row.stands_for.map(number).transpose()?,
            interviewer: row.interviewer.map(number).transpose()?,
            status: HouseholdStatus::named(&row.status).ok_or_else(damaged)?,
            visits: number(row.visits)?,
            visited_on: day(row.visited_on.as_deref())?,
            first_visit_on: day(row.first_visit_on.as_deref())?,
            psu: row.psu,
        })
    }
}

impl Db {
    /// Adds `sample` with the households of `list` and the `interviewers`, and notes
    /// `event`; false when its code is taken.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn add_sample(
        &self,
        sample: &Sample,
        list: &SampleList,
        interviewers: &[Interviewer],
        event: &Event,
    ) -> Result<bool, Error> {
        const SAMPLE: &str = "insert into samples
            (sample, collection_point, scope, title, first_day, last_day, added_at)
            values ($1, $2, $3, $4, $5, $6, $7) on conflict (sample) do nothing";
        const PSU: &str = "insert into sample_psus (sample, place, psu, stratum, psus_in_stratum,
            households_in_psu, weight) values ($1, $2, $3, $4, $5, $6, $7)";
        const HOUSEHOLD: &str = "insert into sample_households
            (sample, psu, household, place, reserve, status, visits)
            values ($1, $2, $3, $4, $5, $6, 0)";
        let code = sample.code.as_str();
        let added = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let added = sqlx::query(SAMPLE)
                .bind(code)
                .bind(sample.collection_point.as_str())
                .bind(sample.scope.to_string())
                .bind(&sample.title)
                .bind(sample.first_day.to_string())
                .bind(sample.last_day.to_string())
                .bind(event.at)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if added == 1 {
                for (place, psu) in (1i64..).zip(&list.psus) {
                    sqlx::query(PSU)
                        .bind(code)
                        .bind(place)
                        .bind(&psu.name)
                        .bind(&psu.stratum)
                        .bind(i64::from(psu.psus_in_stratum))
                        .bind(i64::from(psu.households_in_psu))
                        .bind(psu.weight)
                        .execute(&mut *work)
                        .await?;
                }
                for (place, household) in (1i64..).zip(&list.households) {
                    sqlx::query(HOUSEHOLD)
                        .bind(code)
                        .bind(&household.psu)
                        .bind(i64::from(household.number))
                        .bind(place)
                        .bind(i64::from(household.reserve))
                        .bind(HouseholdStatus::Waiting.name())
                        .execute(&mut *work)
                        .await?;
                }
                for interviewer in interviewers {
                    sqlx::query(INTERVIEWER)
                        .bind(code)
                        .bind(i64::from(interviewer.number))
                        .bind(&interviewer.name)
                        .execute(&mut *work)
                        .await?;
                }
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            added
        });
        Ok(added == 1)
    }

    /// The sample `code`, unless it was withdrawn.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn sample(&self, code: &SampleCode) -> Result<Option<Sample>, Error> {
        const SQL: &str = "select sample, collection_point, scope, title, first_day, last_day
            from samples where sample = $1 and withdrawn_at is null";
        let row: Option<SampleRow> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(code.as_str())
            .fetch_optional(p)
            .await)?;
        row.map(sample).transpose()
    }

    /// The samples within `scope` that were not withdrawn, the last one first.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn samples(&self, scope: &Scope) -> Result<Vec<Sample>, Error> {
        const SQL: &str = "select sample, collection_point, scope, title, first_day, last_day
            from samples where withdrawn_at is null order by first_day desc, sample";
        let rows: Vec<SampleRow> = on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?;
        let all: Result<Vec<Sample>, Error> = rows.into_iter().map(sample).collect();
        Ok(all?.into_iter().filter(|sample| scope.covers(&sample.scope)).collect())
    }

    /// The primary sampling units of the sample `code`, in their order.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn sample_psus(&self, code: &SampleCode) -> Result<Vec<Psu>, Error> {
        const SQL: &str = "select psu, stratum, psus_in_stratum, households_in_psu, weight
            from sample_psus where sample = $1 order by place";
        let rows: Vec<(String, String, i64, i64, Option<f64>)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(code.as_str()).fetch_all(p).await)?;
        rows.into_iter()
            .map(|(name, stratum, psus, households, weight)| {
                let (psus_in_stratum, households_in_psu) = (number(psus)?, number(households)?);
                Ok(Psu { name, stratum, psus_in_stratum, households_in_psu, weight })
            })
            .collect()
    }

    /// The households of the sample `code`, in the order in which they are visited.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn sampled_households(
        &self,
        code: &SampleCode,
    ) -> Result<Vec<SampledHousehold>, Error> {
        const SQL: &str = "select psu, household, reserve, stands_for, interviewer, status, visits,
            visited_on, first_visit_on from sample_households where sample = $1 order by place";
        let rows: Vec<HouseholdRow> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(code.as_str()).fetch_all(p).await)?;
        rows.into_iter().map(SampledHousehold::try_from).collect()
    }

    /// The interviewers of the sample `code`, by number.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn interviewers(&self, code: &SampleCode) -> Result<Vec<Interviewer>, Error> {
        const SQL: &str =
            "select interviewer, name from interviewers where sample = $1 order by interviewer";
        let rows: Vec<(i64, String)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(code.as_str()).fetch_all(p).await)?;
        rows.into_iter().map(|(n, name)| Ok(Interviewer { number: number(n)?, name })).collect()
    }

    /// Adds an interviewer to the sample `code` and notes `event`; false when the
    /// number is taken.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn add_interviewer(
        &self,
        code: &SampleCode,
        interviewer: &Interviewer,
        event: &Event,
    ) -> Result<bool, Error> {
        let added = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let added = sqlx::query(INTERVIEWER)
                .bind(code.as_str())
                .bind(i64::from(interviewer.number))
                .bind(&interviewer.name)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if added == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            added
        });
        Ok(added == 1)
    }
}

const INTERVIEWER: &str = "insert into interviewers (sample, interviewer, name)
    values ($1, $2, $3) on conflict (sample, interviewer) do nothing";
