//! Published results: added by decision, never changed.

use std::fmt::Write;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use surveys::CommuneCode;

use super::staff::note;
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
    /// Why it corrects the one before; empty for the first.
    pub reason: String,
    /// The place of the last response that it was made of.
    pub last_seq: i64,
    /// Everything that is published.
    pub document: String,
}

/// A publication as it is stored, without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Its number among all of them.
    pub id: i64,
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
    /// 1, or one more than the publication that it corrects.
    pub number: i64,
    /// Who decided: a sign-in name.
    pub decided_by: String,
    /// When, in UTC milliseconds.
    pub decided_at: i64,
    /// Why it corrects the one before; empty for the first.
    pub reason: String,
    /// The place of the last response that it was made of.
    pub last_seq: i64,
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
    last_seq: i64,
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
            last_seq: row.last_seq,
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

impl Db {
    /// Publishes `new`, decided by whoever did `event`, and notes it; false when somebody
    /// else published that number first.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn publish(&self, new: &NewPublication, event: &Event) -> Result<bool, Error> {
        const SQL: &str = "insert into publications (commune_code, instrument, version, period,
            first_day, end_day, number, decided_by, decided_at, reason, last_seq, document,
            sha256) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
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

    /// Everything that was published of `commune`, in the order in which it was.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn publications(&self, commune: &CommuneCode) -> Result<Vec<Publication>, Error> {
        const SQL: &str = "select publication_id, instrument, version, period, first_day,
            end_day, number, decided_by, decided_at, reason, last_seq from publications
            where commune_code = $1 order by publication_id";
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(commune.as_str()).fetch_all(p).await)?;
        rows.into_iter().map(Publication::try_from).collect()
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
