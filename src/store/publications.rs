//! Published results: added by decision, never changed; taken back by a decision as well.

use std::collections::BTreeSet;
use std::fmt::Write;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use surveys::CommuneCode;
use surveys::period::{date_of_millis, midnight_millis};

use super::batches::batch_counts;
use super::responses::Selection;
use super::staff::{full_name, note};
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// Results that are to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPublication {
    /// Whose results.
    pub commune: CommuneCode,
    /// Of which instrument.
    pub instrument: String,
    /// In which version.
    pub version: u32,
    /// What the period is called.
    pub period: String,
    /// The period's first day.
    pub start: NaiveDate,
    /// The day after its last.
    pub end: NaiveDate,
    /// 1, or one more than the publication that it corrects.
    pub number: i64,
    /// Why it corrects the one before, or publishes anew what was taken back; empty for the
    /// first.
    pub reason: String,
    /// The place of the last response that it was made of.
    pub last_seq: i64,
    /// Everything that is published.
    pub document: String,
    /// What [`Db::days_of_responses`] told of the period's days.
    pub made_of: Footprint,
}

/// How many responses count, and the sum of their places: with other responses it is
/// another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Footprint {
    /// How many.
    pub responses: i64,
    /// The sum of their places.
    pub places: i64,
}

impl Footprint {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            responses: self.responses.wrapping_add(other.responses),
            places: self.places.wrapping_add(other.places),
        }
    }

    /// As it is stored.
    fn text(self) -> String {
        format!("{}:{}", self.responses, self.places)
    }

    /// Reads what [`Footprint::text`] wrote; `None` where nobody noted it.
    fn read(text: &str) -> Option<Self> {
        let (responses, places) = text.split_once(':')?;
        Some(Self { responses: responses.parse().ok()?, places: places.parse().ok()? })
    }
}

/// A decision about the results of a period as it is stored, without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Its number among all of them.
    pub id: i64,
    /// Whether it takes back what was published, and publishes nothing.
    pub withdraws: bool,
    /// Of which instrument.
    pub instrument: String,
    /// In which version.
    pub version: i64,
    /// What the period was called.
    pub period: String,
    /// The period's first day.
    pub start: NaiveDate,
    /// The day after its last.
    pub end: NaiveDate,
    /// 1, or one more than the decision before it about the same period.
    pub number: i64,
    /// Who decided: a full name, or who it was that has no account.
    pub decided_by: String,
    /// When, in UTC milliseconds.
    pub decided_at: i64,
    /// Why it corrects the one before, takes it back or publishes anew; empty for the first.
    pub reason: String,
    /// Whether the decision before it took back what was published.
    pub is_anew: bool,
    /// The place of the last response that it was made of.
    pub last_seq: i64,
    /// What was told of the period's responses then; `None` where nobody noted it.
    pub made_of: Option<Footprint>,
}

#[derive(sqlx::FromRow)]
struct Row {
    publication_id: i64,
    instrument: String,
    version: i64,
    period: String,
    first_day: String,
    end_day: String,
    number: i64,
    decided_by: String,
    decided_at: i64,
    reason: String,
    is_anew: i32,
    last_seq: i64,
    withdraws: i32,
    made_of: String,
}

impl TryFrom<Row> for Publication {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let damaged = |_| Error::Damaged(format!("publication {}", row.publication_id));
        Ok(Self {
            start: row.first_day.parse().map_err(damaged)?,
            end: row.end_day.parse().map_err(damaged)?,
            id: row.publication_id,
            instrument: row.instrument,
            version: row.version,
            period: row.period,
            number: row.number,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            reason: row.reason,
            is_anew: row.is_anew != 0,
            last_seq: row.last_seq,
            withdraws: row.withdraws != 0,
            made_of: Footprint::read(&row.made_of),
        })
    }
}

/// The SHA-256 of `document` in hexadecimal digits.
pub fn checksum(document: &str) -> String {
    Sha256::digest(document).iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

/// Read from an index alone, which has no samples in it: their responses are among these.
const BY_DAY: &str = concat!(
    "select (answered_at - $6) / 86400000, count(*), cast(sum(seq) as bigint)
    from responses where commune_code = $1 and instrument = $2 and version = $3
    and answered_at >= $4 and answered_at < $5 and ",
    batch_counts!(),
    " group by 1"
);

/// Follows an index from the newest period and ends with the first that stands.
const PUBLISHED_BEFORE: &str = "select period, end_day, first_day from publications
    where instrument = $1 and withdraws = 0 and (end_day, first_day) < ($2, $3)
    and $4 like '%' || commune_code || ',%' and not exists (select 1
        from publications later where later.commune_code = publications.commune_code
        and later.instrument = publications.instrument
        and later.version = publications.version
        and later.first_day = publications.first_day
        and later.end_day = publications.end_day
        and later.number > publications.number)
    order by end_day desc, first_day desc limit 1";

impl Db {
    /// Publishes `new`, decided by whoever did `event`, and notes it; false when somebody
    /// else published that number first.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn publish(&self, new: &NewPublication, event: &Event) -> Result<bool, Error> {
        const SQL: &str = "insert into publications (commune_code, instrument, version, period,
            first_day, end_day, number, decided_by, decided_at, reason, last_seq, document,
            sha256, made_of)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            on conflict (commune_code, instrument, version, first_day, end_day, number)
            do nothing";
        let stored = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let stored = sqlx::query(SQL)
                .bind(new.commune.as_str())
                .bind(&new.instrument)
                .bind(i64::from(new.version))
                .bind(&new.period)
                .bind(new.start.to_string())
                .bind(new.end.to_string())
                .bind(new.number)
                .bind(&event.who)
                .bind(event.at)
                .bind(&new.reason)
                .bind(new.last_seq)
                .bind(&new.document)
                .bind(checksum(&new.document))
                .bind(new.made_of.text())
                .execute(&mut *work)
                .await?
                .rows_affected();
            if stored == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            stored
        });
        Ok(stored == 1)
    }

    /// Takes back for `reason` what was published last of the period of `newest`, decided
    /// by whoever did `event`, and notes it; false when somebody else has decided about the
    /// period since.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn withdraw_publication(
        &self,
        newest: &Publication,
        reason: &str,
        event: &Event,
    ) -> Result<bool, Error> {
        const SQL: &str = "insert into publications (commune_code, instrument, version, period,
            first_day, end_day, number, decided_by, decided_at, reason, last_seq, document,
            sha256, withdraws)
            select commune_code, instrument, version, period, first_day, end_day, number + 1,
            $2, $3, $4, last_seq, '', '', 1
            from publications where publication_id = $1 and withdraws = 0
            on conflict (commune_code, instrument, version, first_day, end_day, number)
            do nothing";
        let stored = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let stored = sqlx::query(SQL)
                .bind(newest.id)
                .bind(&event.who)
                .bind(event.at)
                .bind(reason)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if stored == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            stored
        });
        Ok(stored == 1)
    }

    /// Everything that was decided about results of `commune`, in the order in which it was.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn publications(&self, commune: &CommuneCode) -> Result<Vec<Publication>, Error> {
        const SQL: &str = concat!(
            "select publication_id, instrument, version, period, first_day, end_day, number, ",
            full_name!("decided_by"),
            " as decided_by, decided_at, reason, last_seq, withdraws, made_of,
            case when withdraws = 0 and exists (select 1 from publications former
                where former.commune_code = publications.commune_code
                and former.instrument = publications.instrument
                and former.version = publications.version
                and former.first_day = publications.first_day
                and former.end_day = publications.end_day
                and former.number = publications.number - 1 and former.withdraws = 1)
            then 1 else 0 end as is_anew
            from publications where commune_code = $1 order by publication_id"
        );
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(commune.as_str()).fetch_all(p).await)?;
        rows.into_iter().map(Publication::try_from).collect()
    }

    /// What counts of the responses of `selection`, by day in Vietnam; days without any are
    /// left out.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn days_of_responses(
        &self,
        selection: &Selection,
    ) -> Result<Vec<(NaiveDate, Footprint)>, Error> {
        let first = midnight_millis(NaiveDate::default());
        let rows: Vec<(i64, i64, i64)> = on_db!(&self.read, |p| sqlx::query_as(BY_DAY)
            .bind(&selection.commune_code)
            .bind(&selection.instrument)
            .bind(i64::from(selection.version))
            .bind(selection.from)
            .bind(selection.until)
            .bind(first)
            .fetch_all(p)
            .await)?;
        let day = |(day, responses, places): (i64, i64, i64)| {
            (date_of_millis(first + day * DAY), Footprint { responses, places })
        };
        Ok(rows.into_iter().map(day).collect())
    }

    /// The codes of at most `most` periods of which results by `instrument` stand published
    /// of any of `communes`: what ended last comes first, the shorter before the longer.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn published_periods(
        &self,
        instrument: &str,
        communes: &BTreeSet<CommuneCode>,
        most: usize,
    ) -> Result<Vec<String>, Error> {
        let mut periods: Vec<String> = Vec::new();
        let mut before = ("9999-12-31".to_owned(), String::new());
        while periods.len() < most
            && let Some((period, days)) =
                self.published_before(instrument, communes, before).await?
        {
            // Calendars may have other days for a period of the same name.
            if !periods.contains(&period) {
                periods.push(period);
            }
            before = days;
        }
        Ok(periods)
    }

    /// The first such period before the one of these days, end and beginning, with its own.
    async fn published_before(
        &self,
        instrument: &str,
        communes: &BTreeSet<CommuneCode>,
        (end, first): (String, String),
    ) -> Result<Option<(String, (String, String))>, Error> {
        let codes = communes.iter().fold(String::new(), |codes, code| codes + code.as_str() + ",");
        let found: Option<(String, String, String)> =
            on_db!(&self.read, |p| sqlx::query_as(PUBLISHED_BEFORE)
                .bind(instrument)
                .bind(end)
                .bind(first)
                .bind(codes)
                .fetch_optional(p)
                .await)?;
        Ok(found.map(|(period, end, first)| (period, (end, first))))
    }

    /// The document of the publication with this `id`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is not what was published, and as for any reading.
    pub async fn published_document(&self, id: i64) -> Result<String, Error> {
        const SQL: &str = "select document, sha256 from publications where publication_id = $1";
        let row: Option<(String, String)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(id).fetch_optional(p).await)?;
        match row {
            Some((document, sha256)) if checksum(&document) == sha256 => Ok(document),
            _ => Err(Error::Damaged(format!("the document of publication {id}"))),
        }
    }
}
