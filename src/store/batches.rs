//! Batches: the files that were imported. A batch counts whole or not at all:
//! from the moment it is finished until it is undone, each of them one row
//! written. Its responses stay in any case.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::responses::{MAX_BATCH, NewResponse, Outcome};
use super::{Db, Error, on_db};

/// The condition that a response counts, for every query that reads responses for
/// figures or files. The batches that do not count are few and looked up once a
/// query; 0 is no batch.
macro_rules! counts {
    () => {
        "coalesce(batch_id, 0) not in
            (select batch_id from batches where finished_at is null or undone_at is not null)"
    };
}
pub(super) use counts;

/// A file as it is when its import begins. Importing the same file in the same
/// way again goes on with a batch that was never finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBatch {
    /// What the file is called, and its sheet if one was named.
    pub file_name: String,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// The instrument that was answered.
    pub instrument: String,
    /// Its version.
    pub version: u32,
    /// The channel of rows that do not say.
    pub channel: String,
    /// The collection point of rows that do not say; empty when there is none.
    pub point: String,
    /// The map's name; empty when there is none.
    pub map: String,
}

/// A batch as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Batch {
    /// Its number, from 1.
    pub batch_id: i64,
    /// What the file was called, and its sheet if one was named.
    pub file_name: String,
    /// The SHA-256 of the file's bytes, in hexadecimal digits.
    pub sha256: String,
    /// The instrument that was answered.
    pub instrument: String,
    /// Its version.
    pub version: i64,
    /// The channel of rows that did not say.
    pub channel: String,
    /// The collection point of rows that did not say; empty when there was none.
    pub point: String,
    /// The map's name; empty when there was none.
    pub map: String,
    /// When the import began, in UTC milliseconds.
    pub begun_at: i64,
    /// When it was finished; `None` while it runs, or when it was broken off.
    pub finished_at: Option<i64>,
    /// How many rows the file has, empty ones aside.
    pub rows_read: i64,
    /// How many of them were stored, or came back, by this batch.
    pub stored: i64,
    /// How many were there before.
    pub known: i64,
    /// How many were left out.
    pub rejected: i64,
    /// When it was undone.
    pub undone_at: Option<i64>,
    /// Why it was undone.
    pub undone_why: Option<String>,
    /// How many responses are its own now: after an undo, those that came back in a
    /// later batch are that one's.
    pub holds: i64,
}

/// What became of a row of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is this batch's: stored now, or stored before in a batch that does not count.
    Own,
    /// It was there before.
    Known,
    /// Another response that counts has its id.
    Conflict,
}

/// What became of an undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// The batch no longer counts.
    Now,
    /// It was undone before.
    Before,
    /// There is no such batch.
    Unknown,
}

/// `$2, $3, …`: room for the ids of a whole batch of responses.
fn ids() -> String {
    (2..2 + MAX_BATCH).map(|n| format!("${n}")).collect::<Vec<_>>().join(",")
}

/// `ids` and as many times the first of them as are missing to [`MAX_BATCH`].
fn padded(ids: &[Uuid]) -> impl Iterator<Item = Uuid> {
    ids.iter().chain(std::iter::repeat(&ids[0])).take(MAX_BATCH).copied()
}

/// Makes responses that do not count, and are not the batch's, its own.
static ADOPT: LazyLock<String> = LazyLock::new(|| {
    let (ids, counts) = (ids(), counts!());
    format!(
        "update responses set batch_id = $1 where response_id in ({ids})
         and batch_id <> $1 and not ({counts}) returning response_id"
    )
});

/// Which of the ids belong to responses of other batches that do not count.
static SUPERSEDED: LazyLock<String> = LazyLock::new(|| {
    let (ids, counts) = (ids(), counts!());
    format!(
        "select response_id from responses where response_id in ({ids})
         and batch_id <> $1 and not ({counts})"
    )
});

/// What stands in place of responses with these ids.
static CORRECTIONS: LazyLock<String> = LazyLock::new(|| {
    let (ids, counts) = (ids(), counts!());
    format!(
        "select corrects, document from responses where corrects in ({ids})
         and (batch_id = $1 or {counts})"
    )
});

/// The columns of a [`Batch`].
macro_rules! batch_sql {
    ($which:literal) => {
        concat!(
            "select batch_id, file_name, sha256, instrument, version, channel, point, map,
                begun_at, finished_at, rows_read, stored, known, rejected, undone_at, undone_why,
                (select count(*) from responses where responses.batch_id = batches.batch_id)
                    as holds
             from batches ",
            $which
        )
    };
}

impl Db {
    /// Begins a batch, or goes on with one of the same file that was never finished;
    /// its number.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn begin_batch(&self, new: &NewBatch, now: i64) -> Result<i64, Error> {
        const UNFINISHED: &str = "select max(batch_id) from batches
            where sha256 = $1 and instrument = $2 and version = $3 and channel = $4
            and point = $5 and map = $6 and file_name = $7 and finished_at is null and undone_at is null";
        const BEGIN: &str = "insert into batches
            (sha256, instrument, version, channel, point, map, file_name, begun_at,
             rows_read, stored, known, rejected)
            values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0) returning batch_id";
        let (unfinished,): (Option<i64>,) = on_db!(&self.read, |p| sqlx::query_as(UNFINISHED)
            .bind(&new.sha256)
            .bind(&new.instrument)
            .bind(i64::from(new.version))
            .bind(&new.channel)
            .bind(&new.point)
            .bind(&new.map)
            .bind(&new.file_name)
            .fetch_one(p)
            .await)?;
        if let Some(batch_id) = unfinished {
            return Ok(batch_id);
        }
        let (batch_id,): (i64,) = on_db!(&self.write, |p| sqlx::query_as(BEGIN)
            .bind(&new.sha256)
            .bind(&new.instrument)
            .bind(i64::from(new.version))
            .bind(&new.channel)
            .bind(&new.point)
            .bind(&new.map)
            .bind(&new.file_name)
            .bind(now)
            .fetch_one(p)
            .await)?;
        Ok(batch_id)
    }

    /// Stores up to [`MAX_BATCH`] responses as part of a batch that is not finished;
    /// what became of each, in order.
    ///
    /// An id names one document for ever. When it names one that no longer counts,
    /// a response with another document is stored under an id made of both and says
    /// which id it corrects, so that a file can be undone, mended and imported again.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nothing was stored, or the first part of them.
    pub async fn store_in_batch(
        &self,
        batch_id: i64,
        responses: &[NewResponse],
    ) -> Result<Vec<Kept>, Error> {
        if responses.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = responses.iter().map(|new| new.response.id).collect();
        let corrections: Vec<(Uuid, String)> = self.about(&CORRECTIONS, batch_id, &ids).await?;
        let corrections: HashMap<Uuid, String> = corrections.into_iter().collect();
        let mut kept = vec![Kept::Conflict; responses.len()];
        let mut places = Vec::with_capacity(responses.len());
        let mut rest = Vec::with_capacity(responses.len());
        for (place, new) in responses.iter().enumerate() {
            match corrections.get(&new.response.id) {
                Some(document) if *document == new.document => kept[place] = Kept::Known,
                Some(_) => {}
                None => {
                    places.push(place);
                    rest.push(NewResponse { batch_id: Some(batch_id), ..new.clone() });
                }
            }
        }
        let first = self.insert_or_adopt(batch_id, &rest).await?;
        let refused: Vec<(usize, NewResponse)> = first
            .iter()
            .zip(places.iter().zip(rest))
            .filter(|(outcome, _)| **outcome == Kept::Conflict)
            .map(|(_, (place, new))| (*place, new))
            .collect();
        for (place, outcome) in places.iter().zip(&first) {
            kept[*place] = *outcome;
        }
        if refused.is_empty() {
            return Ok(kept);
        }
        let ids: Vec<Uuid> = refused.iter().map(|(_, new)| new.response.id).collect();
        let superseded: Vec<(Uuid,)> = self.about(&SUPERSEDED, batch_id, &ids).await?;
        let mut superseded: HashSet<Uuid> = superseded.into_iter().map(|(id,)| id).collect();
        // Of two rows with one id the first corrects; the second is another response.
        let (places, corrections): (Vec<usize>, Vec<NewResponse>) = refused
            .into_iter()
            .filter(|(_, new)| superseded.remove(&new.response.id))
            .map(|(place, new)| (place, correction(new)))
            .unzip();
        let second = self.insert_or_adopt(batch_id, &corrections).await?;
        for (place, outcome) in places.into_iter().zip(second) {
            kept[place] = outcome;
        }
        Ok(kept)
    }

    /// Stores responses; those that are there with the same content and do not
    /// count become the batch's own.
    async fn insert_or_adopt(
        &self,
        batch_id: i64,
        responses: &[NewResponse],
    ) -> Result<Vec<Kept>, Error> {
        let outcomes = self.insert_responses(responses).await?;
        let same = |(new, outcome): (&NewResponse, &Outcome)| {
            matches!(outcome, Outcome::Same(_)).then_some(new.response.id)
        };
        let same: Vec<Uuid> = responses.iter().zip(&outcomes).filter_map(same).collect();
        let mut adopted = HashSet::new();
        if !same.is_empty() {
            let sql: &'static str = &ADOPT;
            let rows: Vec<(Uuid,)> = on_db!(&self.write, |p| {
                let mut query = sqlx::query_as(AssertSqlSafe(sql)).bind(batch_id);
                for id in padded(&same) {
                    query = query.bind(id);
                }
                query.fetch_all(p).await
            })?;
            adopted.extend(rows.into_iter().map(|(id,)| id));
        }
        let kept = responses.iter().zip(outcomes).map(|(new, outcome)| match outcome {
            Outcome::Stored(_) => Kept::Own,
            Outcome::Same(_) if adopted.remove(&new.response.id) => Kept::Own,
            Outcome::Same(_) => Kept::Known,
            Outcome::Conflict => Kept::Conflict,
        });
        Ok(kept.collect())
    }

    async fn about<T>(
        &self,
        sql: &'static LazyLock<String>,
        batch_id: i64,
        ids: &[Uuid],
    ) -> Result<Vec<T>, Error>
    where
        T: Send + Unpin,
        T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>,
        T: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
    {
        let sql: &'static str = sql;
        Ok(on_db!(&self.read, |p| {
            let mut query = sqlx::query_as(AssertSqlSafe(sql)).bind(batch_id);
            for id in padded(ids) {
                query = query.bind(id);
            }
            query.fetch_all(p).await
        })?)
    }

    /// Finishes a batch of a file with `rows_read` rows of which `rejected` were left
    /// out: from now on it counts.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn finish_batch(
        &self,
        batch_id: i64,
        rows_read: i64,
        rejected: i64,
        now: i64,
    ) -> Result<(), Error> {
        const SQL: &str = "update batches set finished_at = $2, rows_read = $3, rejected = $4,
            stored = own.n, known = $3 - $4 - own.n
            from (select count(*) as n from responses where batch_id = $1) as own
            where batch_id = $1 and finished_at is null";
        on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(batch_id)
            .bind(now)
            .bind(rows_read)
            .bind(rejected)
            .execute(p)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Every batch, the newest first.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn batches(&self) -> Result<Vec<Batch>, Error> {
        const SQL: &str = batch_sql!("order by batch_id desc");
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?)
    }

    /// The batch with this number.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn batch(&self, batch_id: i64) -> Result<Option<Batch>, Error> {
        const SQL: &str = batch_sql!("where batch_id = $1");
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).bind(batch_id).fetch_optional(p).await)?)
    }

    /// Undoes a batch: none of its responses counts any more, and all of them stay.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn undo_batch(&self, batch_id: i64, why: &str, now: i64) -> Result<Undone, Error> {
        const SQL: &str = "update batches set undone_at = $2, undone_why = $3
            where batch_id = $1 and undone_at is null";
        let rows = on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(batch_id)
            .bind(now)
            .bind(why)
            .execute(p)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(match (rows, self.batch(batch_id).await?) {
            (1.., _) => Undone::Now,
            (0, Some(_)) => Undone::Before,
            (0, None) => Undone::Unknown,
        })
    }
}

/// `new` under an id made of its own and its document.
fn correction(mut new: NewResponse) -> NewResponse {
    let id = new.response.id;
    let hash = Sha256::new()
        .chain_update(b"hailong correction 1\n")
        .chain_update(id.as_bytes())
        .chain_update(&new.document)
        .finalize();
    let bytes: [u8; 16] = hash[..16].try_into().expect("a hash has 32 bytes");
    new.response.id = uuid::Builder::from_custom_bytes(bytes).into_uuid();
    new.corrects = Some(id);
    new
}
