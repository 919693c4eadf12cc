//! What was keyed of each sheet. A keying that no longer holds stays and says so.

use surveys::Serial;
use surveys::paper::{Fate, Stage};

use super::super::paper_ranges::serial;
use super::super::staff::note;
use super::super::{Db, Error, on_db};
use super::hold;
use super::keying::{Kept, Keying, NewKeying, Purpose, Row, Settled};
use crate::staff::audit::Event;

macro_rules! select {
    ($which:literal) => {
        concat!(
            "select keying_id, batch_id, serial, purpose, fate, document, keyed_by, keyed_at,
                reason, agreed_by, response_id, replaced_at from paper_keyings where ",
            $which
        )
    };
}

/// A second keying is of a sheet that was drawn, by somebody who did not key it first; of
/// a decision somebody else says the same.
const INSERT: &str = "insert into paper_keyings
    (batch_id, serial, purpose, fate, document, keyed_by, keyed_at, reason, agreed_by, agreed_at)
    select $1, $2, $3, $4, $5, $6, $7, $8, $9, case when $9 is null then null else $7 end
    where ($3 <> 'second' or exists
        (select 1 from paper_samples join paper_keyings using (batch_id, serial)
         where batch_id = $1 and serial = $2 and purpose = 'first' and replaced_at is null
         and keyed_by <> $6))
    and ($3 <> 'decided' or $9 <> $6)
    on conflict do nothing";
/// The keying `$3`, if it is for the purpose `$4` and the newest of its sheet that holds.
const NEWEST: &str = "select keying_id from paper_keyings
    where keying_id = $3 and purpose = $4 and replaced_at is null and not exists
        (select 1 from paper_keyings where batch_id = $1 and serial = $2
         and replaced_at is null and keying_id > $3)";
pub(super) const REPLACE: &str = "update paper_keyings set replaced_at = $4
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
        let stages = match new.purpose {
            Purpose::First => [Stage::Keying; 3],
            Purpose::Second | Purpose::Decided => [Stage::Part, Stage::Whole, Stage::Whole],
            Purpose::Proposed => [Stage::Part, Stage::Whole, Stage::Closed],
            // What counts is corrected by another's agreement, with its response.
            Purpose::Corrected => return Ok(Kept::Over),
        };
        let kept = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            if !(hold!(work, batch_id, stages)) {
                return Ok(Kept::Over);
            }
            if let Some((keying_id, purpose)) = new.seen {
                let newest: Option<(i64,)> = sqlx::query_as(NEWEST)
                    .bind(batch_id)
                    .bind(number)
                    .bind(keying_id)
                    .bind(purpose.name())
                    .fetch_optional(&mut *work)
                    .await?;
                if newest.is_none() {
                    return Ok(Kept::Taken);
                }
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
                .bind(&new.reason)
                .bind(&new.agreed_by)
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
            if !(hold!(work, batch_id, [Stage::Keying; 3])) {
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
            let held = hold!(work, batch_id, [Stage::Keying; 3]);
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
                        .bind(None::<String>)
                        .bind(None::<String>)
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
        const SQL: &str =
            select!("batch_id = $1 and replaced_at is null order by serial, keying_id");
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(batch_id).fetch_all(p).await)?;
        rows.into_iter().map(Row::keying).collect()
    }

    /// Every keying of a batch that was ever made, by serial number.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn every_keying(&self, batch_id: i64) -> Result<Vec<Keying>, Error> {
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
        const SQL: &str =
            select!("batch_id = $1 and serial = $2 and replaced_at is null order by keying_id");
        let rows: Vec<Row> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(batch_id)
            .bind(i64::from(serial.number()))
            .fetch_all(p)
            .await)?;
        rows.into_iter().map(Row::keying).collect()
    }

    /// Every keying of one sheet of a batch that was ever made, in that order.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn every_keying_of(
        &self,
        batch_id: i64,
        serial: Serial,
    ) -> Result<Vec<Keying>, Error> {
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
            and replaced_at is null and given_up_at is null and purpose = 'first'
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
            and (k.batch_id = $1
                or (k.given_up_at is null and k.fate in ('answered', 'blank', 'void')))
            order by k.serial";
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
