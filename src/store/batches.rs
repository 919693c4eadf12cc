//! Batches: the files that were imported, and the boxes of paper forms (their sheets are
//! in `paper_batches.rs`). A batch counts whole or not at all:
//! from the moment it is finished until it is undone, each of them one row
//! written. Its responses stay in any case.

mod rows;

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

pub use rows::Kept;

/// The condition that the batch of a response counts. The batches that do not are few
/// and looked up once a query; 0 is no batch.
macro_rules! batch_counts {
    () => {
        "coalesce(batch_id, 0) not in
            (select batch_id from batches where finished_at is null or undone_at is not null)"
    };
}
pub(super) use batch_counts;

/// The condition that a response counts for plain figures and files. A response of a
/// sample does not: it stands for others, and is never pooled with those who came by.
macro_rules! counts {
    () => {
        concat!($crate::store::batches::batch_counts!(), " and sample is null")
    };
}
pub(super) use counts;

/// The condition that a response was set aside by people: it is of a sheet that was
/// corrected or whose batch was given up, or does not belong to its sample. Such a batch
/// came out of no file, and no file brings its responses back.
macro_rules! set_aside {
    () => {
        "coalesce(batch_id, 0) in (select batch_id from batches where undone_at is not null
            and (sha256 = '' or batch_id in (select batch_id from paper_batches)))"
    };
}
use set_aside;

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
    /// The map itself (TOML); empty when there is none, or it is a shipped one.
    pub map_text: String,
    /// Who imports it, as they are called; empty for the command line.
    pub imported_by: String,
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
    /// The map itself (TOML); empty when there was none, or it was a shipped one.
    pub map_text: String,
    /// Who imported it, as they were called then; empty for the command line.
    pub imported_by: String,
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
    /// 1 when it is a box of paper forms and 0 otherwise.
    of_paper: i64,
}

impl Batch {
    /// Whether it came out of a file that somebody imported: a box of paper forms did not,
    /// nor did what a correction set aside, which has no file.
    pub fn is_imported(&self) -> bool {
        self.of_paper == 0 && !self.sha256.is_empty()
    }
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

/// The longest reason of an undo, in characters.
pub const LONGEST_REASON: usize = 500;

/// Why a batch is undone, as it is stored: a line that is not empty.
pub fn reason(text: &str) -> Option<String> {
    let text = surveys::text::typed_text(text.trim());
    let fits =
        (1..=LONGEST_REASON).contains(&text.chars().count()) && !text.contains(char::is_control);
    fits.then_some(text)
}

/// The sheet that the name of a batch's file tells, if one was named.
fn sheet(file_name: &str) -> Option<&str> {
    file_name.strip_suffix(']')?.rsplit_once(" [").map(|(_, sheet)| sheet)
}

/// The columns of a [`Batch`].
macro_rules! batch_sql {
    ($which:literal) => {
        concat!(
            "select batch_id, file_name, sha256, instrument, version, channel, point, map,
                map_text, imported_by,
                begun_at, finished_at, rows_read, stored, known, rejected, undone_at, undone_why,
                (select count(*) from responses where responses.batch_id = batches.batch_id)
                    as holds,
                (select count(*) from paper_batches
                    where paper_batches.batch_id = batches.batch_id) as of_paper
             from batches ",
            $which
        )
    };
}

impl Db {
    /// Begins a batch, or goes on with one of the same file that was never finished, as
    /// somebody who asks for the same at the same time does, and notes `event` with its
    /// number and file, before any of its rows is stored; its number.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn begin_batch(&self, new: &NewBatch, event: &Event) -> Result<i64, Error> {
        const BEGIN: &str = "insert into batches
            (sha256, instrument, version, channel, point, map, file_name, begun_at,
             rows_read, stored, known, rejected, map_text, imported_by)
            values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, $9, $10)
            on conflict (sha256, instrument, version, channel, point, map, file_name)
            where finished_at is null and undone_at is null and sha256 <> ''
            do update set imported_by = excluded.imported_by returning batch_id";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let (batch_id,): (i64,) = sqlx::query_as(BEGIN)
                .bind(&new.sha256)
                .bind(&new.instrument)
                .bind(i64::from(new.version))
                .bind(&new.channel)
                .bind(&new.point)
                .bind(&new.map)
                .bind(&new.file_name)
                .bind(event.at)
                .bind(&new.map_text)
                .bind(&new.imported_by)
                .fetch_one(&mut *work)
                .await?;
            let about = format!("{batch_id}: {}", new.file_name);
            note!(&mut *work, event.clone().about(&about))?;
            work.commit().await?;
            Ok(batch_id)
        })
    }

    /// Finishes a batch of a file with `rows_read` rows of which `rejected` were left
    /// out: from now on it counts. Earlier ones of the same file that were never
    /// finished, such as of an import with another map that was killed, are undone.
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
        const REPLACED: &str = "update batches set undone_at = $2, undone_why = $3
            where batch_id < $1 and finished_at is null and undone_at is null and exists
            (select 1 from batches as own where own.batch_id = $1
             and own.sha256 = batches.sha256 and own.point = batches.point)";
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
        let why = format!("thay bằng đợt nhập {batch_id} của cùng tệp");
        on_db!(&self.write, |p| sqlx::query(REPLACED)
            .bind(batch_id)
            .bind(now)
            .bind(&why)
            .execute(p)
            .await
            .map(drop))?;
        Ok(())
    }

    /// The newest batch that counts of the same file as `new`, of the same sheet, but with
    /// another channel, collection point, map, instrument or version, and holds more responses than the `known`
    /// ones that the file would find again: some would count twice, under other ids.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn read_otherwise(&self, new: &NewBatch, known: i64) -> Result<Option<Batch>, Error> {
        const SQL: &str = batch_sql!(
            "where sha256 = $1 and (point <> $2 or channel <> $3 or map <> $4
                or instrument <> $5 or version <> $6)
             and finished_at is not null and undone_at is null order by batch_id desc"
        );
        let batches: Vec<Batch> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(&new.sha256)
            .bind(&new.point)
            .bind(&new.channel)
            .bind(&new.map)
            .bind(&new.instrument)
            .bind(i64::from(new.version))
            .fetch_all(p)
            .await)?;
        let sheet = sheet(&new.file_name);
        let twice = |batch: &Batch| batch.holds > known && self::sheet(&batch.file_name) == sheet;
        Ok(batches.into_iter().find(twice))
    }

    /// The communes whose responses a batch holds.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn communes_of_batch(&self, batch_id: i64) -> Result<Vec<String>, Error> {
        const SQL: &str = "select distinct commune_code from responses where batch_id = $1";
        let rows: Vec<(String,)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(batch_id).fetch_all(p).await)?;
        Ok(rows.into_iter().map(|(code,)| code).collect())
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
    /// The sheets of a batch of paper forms are free to be keyed in another one; what was
    /// keyed in it stays. Notes `event`, when somebody who is signed in undoes it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn undo_batch(
        &self,
        batch_id: i64,
        why: &str,
        now: i64,
        event: Option<&Event>,
    ) -> Result<Undone, Error> {
        const OF_PAPER: &str = "update paper_batches set stage = 'given-up', changes = changes + 1
            where batch_id = $1";
        const SQL: &str = "update batches set undone_at = $2, undone_why = $3
            where batch_id = $1 and undone_at is null";
        const SHEETS: &str = "update paper_keyings set given_up_at = $2
            where batch_id = $1 and replaced_at is null";
        let rows = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            // First, as whoever changes a batch of paper forms does: two never wait for each other.
            sqlx::query(OF_PAPER).bind(batch_id).execute(&mut *work).await?;
            let rows = sqlx::query(SQL)
                .bind(batch_id)
                .bind(now)
                .bind(why)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if rows == 1 {
                sqlx::query(SHEETS).bind(batch_id).bind(now).execute(&mut *work).await?;
                if let Some(event) = event {
                    note!(&mut *work, event)?;
                }
            }
            work.commit().await?;
            rows
        });
        Ok(match (rows, self.batch(batch_id).await?) {
            (1.., _) => Undone::Now,
            (0, Some(_)) => Undone::Before,
            (0, None) => Undone::Unknown,
        })
    }
}
