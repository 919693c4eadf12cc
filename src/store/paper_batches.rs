//! Batches of paper forms, beside their rows in `batches`, by which they count or do
//! not. Whoever changes a batch holds its row first and says in which stage it must
//! be; so of two who change it at once, one comes after the other.

mod agreeing;
mod closing;
mod keying;
mod keyings;

use surveys::Serial;
use surveys::paper::{Count, Stage};

use super::paper_ranges::{PaperRange, serial};
use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::Scope;
use crate::staff::audit::Event;

pub use closing::Closing;
pub use keying::{Kept, Keying, NewKeying, Purpose, Settled};

/// A batch as it is opened.
#[derive(Debug, Clone)]
pub struct NewPaperBatch {
    /// The collection point where the box stood, as a scope.
    pub scope: Scope,
    /// Its code.
    pub point: String,
    /// The instrument on the sheets.
    pub instrument: String,
    /// Its version.
    pub version: u32,
    /// The first moment of the day on which the box was emptied, in UTC milliseconds.
    pub emptied_at: i64,
    /// The serial numbers it has to account for.
    pub range: PaperRange,
}

/// A batch as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperBatch {
    /// Its number among all batches.
    pub batch_id: i64,
    /// The collection point where the box stood, as a scope.
    pub scope: Scope,
    /// Its code.
    pub point: String,
    /// The instrument on the sheets.
    pub instrument: String,
    /// Its version.
    pub version: u32,
    /// The first moment of the day on which the box was emptied, in UTC milliseconds.
    pub emptied_at: i64,
    /// Who opened it.
    pub opened_by: String,
    /// When, in UTC milliseconds.
    pub opened_at: i64,
    /// How far it is.
    pub stage: Stage,
    /// How often it was changed.
    pub changes: i64,
    /// How many sheets that were in the box are keyed.
    pub in_box: u32,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// When, in UTC milliseconds.
    pub closed_at: Option<i64>,
    /// The SHA-256 of its documents when it was closed, in hexadecimal digits.
    pub sha256: String,
    /// Why it was given up.
    pub given_up_why: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    batch_id: i64,
    scope: String,
    point: String,
    instrument: String,
    version: i64,
    emptied_at: i64,
    opened_by: String,
    begun_at: i64,
    stage: String,
    changes: i64,
    in_box: i64,
    closed_by: Option<String>,
    finished_at: Option<i64>,
    sha256: String,
    undone_why: Option<String>,
}

impl Row {
    fn batch(self) -> Result<PaperBatch, Error> {
        let damaged = || Error::Damaged(format!("batch {} of paper forms", self.batch_id));
        let small = |n: i64| u32::try_from(n).map_err(|_| damaged());
        Ok(PaperBatch {
            batch_id: self.batch_id,
            scope: Scope::parse(&self.scope).ok_or_else(damaged)?,
            version: small(self.version)?,
            stage: Stage::named(&self.stage).ok_or_else(damaged)?,
            in_box: small(self.in_box)?,
            point: self.point,
            instrument: self.instrument,
            emptied_at: self.emptied_at,
            opened_by: self.opened_by,
            opened_at: self.begun_at,
            changes: self.changes,
            closed_by: self.closed_by,
            closed_at: self.finished_at,
            sha256: self.sha256,
            given_up_why: self.undone_why,
        })
    }
}

macro_rules! select {
    ($which:literal) => {
        concat!(
            "select batch_id, scope, point, instrument, version, emptied_at, opened_by, begun_at,
                stage, changes, closed_by, finished_at, sha256, undone_why,
                (select count(*) from paper_keyings where paper_keyings.batch_id = batches.batch_id
                    and purpose = 'first' and replaced_at is null
                    and fate in ('answered', 'blank', 'void')) as in_box
             from batches join paper_batches using (batch_id)
             where substr(scope, 1, length($1)) = $1 ",
            $which
        )
    };
}

/// Holds the row of the batch `$1` for the work that goes on, if it is in one of the
/// stages `$2`, `$3` and `$4`.
const HOLD: &str = "update paper_batches set changes = changes + 1
    where batch_id = $1 and stage in ($2, $3, $4)";
const ADD_RANGE: &str = "insert into paper_batch_ranges (batch_id, first, last)
    values ($1, $2, $3) on conflict do nothing";

impl Db {
    /// Opens a batch of paper forms and notes `event`; its number.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn open_paper_batch(&self, new: &NewPaperBatch, event: &Event) -> Result<i64, Error> {
        const BATCH: &str = "insert into batches
            (file_name, sha256, instrument, version, channel, point, map, begun_at,
             rows_read, stored, known, rejected)
            values ('paper', '', $1, $2, 'paper', $3, '', $4, 0, 0, 0, 0) returning batch_id";
        const PAPER: &str = "insert into paper_batches
            (batch_id, scope, emptied_at, opened_by, stage, changes)
            values ($1, $2, $3, $4, 'keying', 0)";
        let batch_id = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let (batch_id,): (i64,) = sqlx::query_as(BATCH)
                .bind(&new.instrument)
                .bind(i64::from(new.version))
                .bind(&new.point)
                .bind(event.at)
                .fetch_one(&mut *work)
                .await?;
            sqlx::query(PAPER)
                .bind(batch_id)
                .bind(new.scope.to_string())
                .bind(new.emptied_at)
                .bind(&event.who)
                .execute(&mut *work)
                .await?;
            sqlx::query(ADD_RANGE)
                .bind(batch_id)
                .bind(i64::from(new.range.first.number()))
                .bind(i64::from(new.range.last.number()))
                .execute(&mut *work)
                .await?;
            let event = event.clone().about(&batch_id.to_string());
            note!(&mut *work, &event)?;
            work.commit().await?;
            batch_id
        });
        Ok(batch_id)
    }

    /// The batches of paper forms in `scope`, the newest first.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn paper_batches(&self, scope: &Scope) -> Result<Vec<PaperBatch>, Error> {
        const SQL: &str = select!("order by batch_id desc");
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(scope.to_string()).fetch_all(p).await)?;
        rows.into_iter().map(Row::batch).collect()
    }

    /// The batch with this number, if it is in `scope`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn paper_batch(
        &self,
        scope: &Scope,
        batch_id: i64,
    ) -> Result<Option<PaperBatch>, Error> {
        const SQL: &str = select!("and batch_id = $2");
        let row: Option<Row> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(scope.to_string())
            .bind(batch_id)
            .fetch_optional(p)
            .await)?;
        row.map(Row::batch).transpose()
    }

    /// The serial numbers that a batch has to account for.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn paper_batch_ranges(&self, batch_id: i64) -> Result<Vec<PaperRange>, Error> {
        const SQL: &str =
            "select first, last from paper_batch_ranges where batch_id = $1 order by first";
        let rows: Vec<(i64, i64)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(batch_id).fetch_all(p).await)?;
        let range = |(first, last)| Ok(PaperRange { first: serial(first)?, last: serial(last)? });
        rows.into_iter().map(range).collect()
    }

    /// Makes a batch that is being keyed account for `range` too; false when it is no
    /// longer being keyed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn add_paper_range(
        &self,
        batch_id: i64,
        range: PaperRange,
        event: &Event,
    ) -> Result<bool, Error> {
        let held = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let held = hold!(work, batch_id, [Stage::Keying; 3]);
            if held {
                sqlx::query(ADD_RANGE)
                    .bind(batch_id)
                    .bind(i64::from(range.first.number()))
                    .bind(i64::from(range.last.number()))
                    .execute(&mut *work)
                    .await?;
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            held
        });
        Ok(held)
    }

    /// Stores how many sheets the one who does this counted, in place of what they
    /// counted before; false when the batch is no longer being keyed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn count_sheets(
        &self,
        batch_id: i64,
        sheets: u32,
        event: &Event,
    ) -> Result<bool, Error> {
        const SQL: &str = "insert into paper_counts (batch_id, counted_by, sheets, counted_at)
            values ($1, $2, $3, $4) on conflict (batch_id, counted_by)
            do update set sheets = excluded.sheets, counted_at = excluded.counted_at";
        let held = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let held = hold!(work, batch_id, [Stage::Keying; 3]);
            if held {
                sqlx::query(SQL)
                    .bind(batch_id)
                    .bind(&event.who)
                    .bind(i64::from(sheets))
                    .bind(event.at)
                    .execute(&mut *work)
                    .await?;
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            held
        });
        Ok(held)
    }

    /// The last count of each person, in the order in which they were made.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn sheet_counts(&self, batch_id: i64) -> Result<Vec<Count>, Error> {
        const SQL: &str = "select counted_by, sheets from paper_counts where batch_id = $1
            order by counted_at, counted_by";
        let rows: Vec<(String, i64)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(batch_id).fetch_all(p).await)?;
        let count = |(by, sheets): (String, i64)| {
            let sheets = u32::try_from(sheets);
            Ok(Count { by, sheets: sheets.map_err(|e| Error::Damaged(e.to_string()))? })
        };
        rows.into_iter().map(count).collect()
    }

    /// Stores that `serials` are keyed again, and that the batch goes from one stage to
    /// the next; false when it is no longer in the first one, or was changed since
    /// `changes` was read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn draw_sheets(
        &self,
        batch: &PaperBatch,
        to: Stage,
        serials: &[Serial],
        event: &Event,
    ) -> Result<bool, Error> {
        const STEP: &str = "update paper_batches set changes = changes + 1, stage = $4
            where batch_id = $1 and changes = $2 and stage = $3";
        const SQL: &str = "insert into paper_samples (batch_id, serial) values ($1, $2)
            on conflict do nothing";
        let held = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let held = sqlx::query(STEP)
                .bind(batch.batch_id)
                .bind(batch.changes)
                .bind(batch.stage.name())
                .bind(to.name())
                .execute(&mut *work)
                .await?
                .rows_affected()
                == 1;
            if held {
                for serial in serials {
                    sqlx::query(SQL)
                        .bind(batch.batch_id)
                        .bind(i64::from(serial.number()))
                        .execute(&mut *work)
                        .await?;
                }
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            held
        });
        Ok(held)
    }

    /// The sheets of a batch that are keyed again, in order.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn drawn_sheets(&self, batch_id: i64) -> Result<Vec<Serial>, Error> {
        const SQL: &str = "select serial from paper_samples where batch_id = $1 order by serial";
        let rows: Vec<(i64,)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(batch_id).fetch_all(p).await)?;
        rows.into_iter().map(|(number,)| serial(number)).collect()
    }
}

/// Whether the batch `$id` is in one of three `$stages`; then its row is held.
macro_rules! hold {
    ($work:expr, $id:expr, $stages:expr) => {
        sqlx::query($crate::store::paper_batches::HOLD)
            .bind($id)
            .bind($stages[0].name())
            .bind($stages[1].name())
            .bind($stages[2].name())
            .execute(&mut *$work)
            .await?
            .rows_affected()
            == 1
    };
}
use hold;
