//! What was keyed of each sheet. A keying that no longer holds stays and says so.

use surveys::Serial;
use surveys::paper::{Fate, Keyed, Stage};
use uuid::Uuid;

use super::super::paper_ranges::serial;
use super::super::staff::note;
use super::super::{Db, Error, on_db};
use super::hold;
use crate::staff::audit::Event;

/// What a keying is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To have the sheet, or to explain that there is none.
    First,
    /// To check the first one.
    Second,
    /// To settle what the two say.
    Decided,
    /// To correct what counts already.
    Corrected,
}

impl Purpose {
    /// Every purpose; a later one holds in place of an earlier one, but for the second.
    pub const ALL: [Self; 4] = [Self::First, Self::Second, Self::Decided, Self::Corrected];

    /// The purpose as it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Decided => "decided",
            Self::Corrected => "corrected",
        }
    }
}

/// A keying on its way into the store; whoever does it and when is in its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKeying {
    /// The sheet.
    pub serial: Serial,
    /// What it is for.
    pub purpose: Purpose,
    /// What the sheet says.
    pub keyed: Keyed,
}

/// A keying that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keying {
    /// Its number.
    pub keying_id: i64,
    /// The batch it is in.
    pub batch_id: i64,
    /// The sheet.
    pub serial: Serial,
    /// What it is for.
    pub purpose: Purpose,
    /// What the sheet says.
    pub keyed: Keyed,
    /// Who keyed it.
    pub keyed_by: String,
    /// When, in UTC milliseconds.
    pub keyed_at: i64,
    /// Why it was corrected.
    pub reason: Option<String>,
    /// The response it became.
    pub response_id: Option<Uuid>,
}

/// What became of a keying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is stored.
    Stored,
    /// There is one of this sheet already, or the one who does this may not check it.
    Taken,
    /// The batch is no longer in a stage for it.
    Over,
}

/// A serial number of which something is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The serial number.
    pub serial: Serial,
    /// What became of its sheet.
    pub fate: Fate,
    /// The batch that says so.
    pub batch_id: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    keying_id: i64,
    batch_id: i64,
    serial: i64,
    purpose: String,
    fate: String,
    document: Option<String>,
    keyed_by: String,
    keyed_at: i64,
    reason: Option<String>,
    response_id: Option<Uuid>,
}

impl Row {
    fn keying(self) -> Result<Keying, Error> {
        let damaged = || Error::Damaged(format!("keying {}", self.keying_id));
        let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.name() == self.purpose);
        Ok(Keying {
            serial: serial(self.serial)?,
            purpose: purpose.ok_or_else(damaged)?,
            keyed: Keyed {
                fate: Fate::named(&self.fate).ok_or_else(damaged)?,
                document: self.document,
            },
            keying_id: self.keying_id,
            batch_id: self.batch_id,
            keyed_by: self.keyed_by,
            keyed_at: self.keyed_at,
            reason: self.reason,
            response_id: self.response_id,
        })
    }
}

macro_rules! select {
    ($which:literal) => {
        concat!(
            "select keying_id, batch_id, serial, purpose, fate, document, keyed_by, keyed_at,
                reason, response_id from paper_keyings where replaced_at is null and ",
            $which
        )
    };
}

/// A second keying is of a sheet that was drawn, by somebody who did not key it first.
const INSERT: &str = "insert into paper_keyings
    (batch_id, serial, purpose, fate, document, keyed_by, keyed_at)
    select $1, $2, $3, $4, $5, $6, $7 where $3 <> 'second' or exists
        (select 1 from paper_samples join paper_keyings using (batch_id, serial)
         where batch_id = $1 and serial = $2 and purpose = 'first' and replaced_at is null
         and keyed_by <> $6)
    on conflict do nothing";
const REPLACE: &str = "update paper_keyings set replaced_at = $4
    where batch_id = $1 and serial = $2 and purpose = $3 and replaced_at is null";

impl Db {
    /// Stores what was keyed of a sheet, in place of an earlier keying for the same
    /// purpose when `replaces`, and notes `event`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn key_sheet(
        &self,
        batch_id: i64,
        new: &NewKeying,
        replaces: bool,
        event: &Event,
    ) -> Result<Kept, Error> {
        let number = i64::from(new.serial.number());
        let (one, other) = match new.purpose {
            Purpose::First => (Stage::Keying, Stage::Keying),
            Purpose::Second | Purpose::Decided => (Stage::Part, Stage::Whole),
            // What counts is corrected by `correct_sheet`, with its response.
            Purpose::Corrected => return Ok(Kept::Over),
        };
        let kept = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            if !(hold!(work, batch_id, one, other)) {
                return Ok(Kept::Over);
            }
            if replaces {
                sqlx::query(REPLACE)
                    .bind(batch_id)
                    .bind(number)
                    .bind(new.purpose.name())
                    .bind(event.at)
                    .execute(&mut *work)
                    .await?;
            }
            let rows = sqlx::query(INSERT)
                .bind(batch_id)
                .bind(number)
                .bind(new.purpose.name())
                .bind(new.keyed.fate.name())
                .bind(&new.keyed.document)
                .bind(&event.who)
                .bind(event.at)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if rows == 0 {
                return Ok(Kept::Taken);
            }
            note!(&mut *work, event)?;
            work.commit().await?;
            Kept::Stored
        });
        Ok(kept)
    }

    /// Takes back what the one who does this keyed first of a sheet, as long as the
    /// batch is being keyed; whether there was such a keying.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn take_back_sheet(
        &self,
        batch_id: i64,
        serial: Serial,
        event: &Event,
    ) -> Result<bool, Error> {
        const SQL: &str = "update paper_keyings set replaced_at = $4
            where batch_id = $1 and serial = $2 and purpose = 'first' and replaced_at is null
            and keyed_by = $3";
        let rows = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            if !(hold!(work, batch_id, Stage::Keying, Stage::Keying)) {
                return Ok(false);
            }
            let rows = sqlx::query(SQL)
                .bind(batch_id)
                .bind(i64::from(serial.number()))
                .bind(&event.who)
                .bind(event.at)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if rows == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            rows
        });
        Ok(rows == 1)
    }

    /// Stores what became of the sheets with `serials`, all at once, in place of an
    /// earlier explanation; sheets that were in a box are passed over. False when the
    /// batch is no longer being keyed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn explain_serials(
        &self,
        batch_id: i64,
        serials: &[Serial],
        fate: Fate,
        event: &Event,
    ) -> Result<bool, Error> {
        const FORMER: &str = "update paper_keyings set replaced_at = $3
            where batch_id = $1 and serial = $2 and purpose = 'first' and replaced_at is null
            and fate in ('not-handed-out', 'lost')";
        let held = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let held = hold!(work, batch_id, Stage::Keying, Stage::Keying);
            if held {
                for serial in serials {
                    sqlx::query(FORMER)
                        .bind(batch_id)
                        .bind(i64::from(serial.number()))
                        .bind(event.at)
                        .execute(&mut *work)
                        .await?;
                    sqlx::query(INSERT)
                        .bind(batch_id)
                        .bind(i64::from(serial.number()))
                        .bind(Purpose::First.name())
                        .bind(fate.name())
                        .bind(None::<String>)
                        .bind(&event.who)
                        .bind(event.at)
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

    /// Every keying of a batch that holds, by serial number.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn keyings(&self, batch_id: i64) -> Result<Vec<Keying>, Error> {
        const SQL: &str = select!("batch_id = $1 order by serial, keying_id");
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(batch_id).fetch_all(p).await)?;
        rows.into_iter().map(Row::keying).collect()
    }

    /// The keyings of one sheet of a batch that hold, in the order in which they were made.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn keyings_of(&self, batch_id: i64, serial: Serial) -> Result<Vec<Keying>, Error> {
        const SQL: &str = select!("batch_id = $1 and serial = $2 order by keying_id");
        let rows: Vec<Row> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(batch_id)
            .bind(i64::from(serial.number()))
            .fetch_all(p)
            .await)?;
        rows.into_iter().map(Row::keying).collect()
    }

    /// The batch in which the sheet `serial` was in the box.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn batch_of_sheet(&self, serial: Serial) -> Result<Option<i64>, Error> {
        const SQL: &str = "select batch_id from paper_keyings where serial = $1
            and replaced_at is null and purpose = 'first'
            and fate in ('answered', 'blank', 'void')";
        let row: Option<(i64,)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(i64::from(serial.number()))
            .fetch_optional(p)
            .await)?;
        Ok(row.map(|(batch_id,)| batch_id))
    }

    /// The serial numbers of a batch's ranges of which something is known: said in this
    /// batch, or that the sheet was in the box of another.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn settled_serials(&self, batch_id: i64) -> Result<Vec<Settled>, Error> {
        const SQL: &str = "select k.serial, k.fate, k.batch_id
            from paper_batch_ranges r join paper_keyings k on k.serial between r.first and r.last
            where r.batch_id = $1 and k.replaced_at is null and k.purpose = 'first'
            and (k.batch_id = $1 or k.fate in ('answered', 'blank', 'void')) order by k.serial";
        let rows: Vec<(i64, String, i64)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(batch_id).fetch_all(p).await)?;
        let settled = |(number, fate, batch_id): (i64, String, i64)| {
            let fate = Fate::named(&fate);
            let fate = fate.ok_or_else(|| Error::Damaged(format!("fate of serial {number}")))?;
            Ok(Settled { serial: serial(number)?, fate, batch_id })
        };
        rows.into_iter().map(settled).collect()
    }
}
