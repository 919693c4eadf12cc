//! Closing a batch of paper forms, from when on it counts; and correcting one of its
//! sheets afterwards.

use surveys::Serial;
use surveys::paper::{Keyed, Stage};
use uuid::Uuid;

use super::super::responses::{NewResponse, bind_response, insert_one};
use super::super::staff::note;
use super::super::{Db, Error, on_db};
use super::PaperBatch;
use super::keyings::Purpose;
use crate::staff::audit::Event;

/// What a batch comes to.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Each keying that becomes a response, and the response.
    pub responses: Vec<(i64, NewResponse)>,
    /// How many sheets were in the box.
    pub in_box: u32,
    /// The SHA-256 of the documents, in hexadecimal digits.
    pub sha256: String,
}

/// What a sheet of a closed batch says instead.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The sheet.
    pub serial: Serial,
    /// What it says.
    pub keyed: Keyed,
    /// Why it is corrected.
    pub reason: String,
    /// The response that counts no more.
    pub former: Option<Uuid>,
    /// The one that counts instead; none when the sheet says nothing.
    pub response: Option<NewResponse>,
}

const NOT_STORED: &str = "a response of the batch has an id that is taken; try again";

impl Db {
    /// Stores the responses of a batch and lets it count, all at once; false when it was
    /// changed since `batch` was read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nothing was stored.
    pub async fn close_paper_batch(
        &self,
        batch: &PaperBatch,
        closing: &Closing,
        event: &Event,
    ) -> Result<bool, Error> {
        const CLOSE: &str = "update paper_batches
            set changes = changes + 1, stage = 'closed', closed_by = $4
            where batch_id = $1 and changes = $2 and stage = $3";
        const RESPONSE: &str = "update paper_keyings set response_id = $2 where keying_id = $1";
        const FINISH: &str = "update batches set finished_at = $2, sha256 = $3, rows_read = $4,
            stored = $5, rejected = $4 - $5 where batch_id = $1";
        let stored = i64::try_from(closing.responses.len()).unwrap_or(i64::MAX);
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let held = sqlx::query(CLOSE)
                .bind(batch.batch_id)
                .bind(batch.changes)
                .bind(batch.stage.name())
                .bind(&event.who)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if held == 0 {
                return Ok(false);
            }
            for (keying, new) in &closing.responses {
                let insert = bind_response!(sqlx::query(insert_one()), new);
                if insert.execute(&mut *work).await?.rows_affected() == 0 {
                    return Err(Error::Unavailable(NOT_STORED.into()));
                }
                sqlx::query(RESPONSE)
                    .bind(keying)
                    .bind(new.response.id)
                    .execute(&mut *work)
                    .await?;
            }
            sqlx::query(FINISH)
                .bind(batch.batch_id)
                .bind(event.at)
                .bind(&closing.sha256)
                .bind(i64::from(closing.in_box))
                .bind(stored)
                .execute(&mut *work)
                .await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(true)
    }

    /// Stores what a sheet of a closed batch says instead. The response it was stays, in
    /// a batch of its own that is undone for this reason, and so counts no more. False
    /// when the batch was changed since `batch` was read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nothing was stored.
    pub async fn correct_sheet(
        &self,
        batch: &PaperBatch,
        correction: &Correction,
        event: &Event,
    ) -> Result<bool, Error> {
        const HOLD: &str = "update paper_batches set changes = changes + 1
            where batch_id = $1 and changes = $2 and stage = $3";
        const REPLACE: &str = "update paper_keyings set replaced_at = $4
            where batch_id = $1 and serial = $2 and purpose = $3 and replaced_at is null";
        const INSERT: &str = "insert into paper_keyings
            (batch_id, serial, purpose, fate, document, keyed_by, keyed_at, reason, response_id)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        const SET_ASIDE: &str = "insert into batches
            (file_name, sha256, instrument, version, channel, point, map, begun_at,
             rows_read, stored, known, rejected, undone_at, undone_why)
            values ($1, '', $2, $3, 'paper', $4, '', $5, 1, 1, 0, 0, $5, $6) returning batch_id";
        const FORMER: &str = "update responses set batch_id = $2 where response_id = $1
            returning coalesce(corrects, response_id)";
        let number = i64::from(correction.serial.number());
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let held = sqlx::query(HOLD)
                .bind(batch.batch_id)
                .bind(batch.changes)
                .bind(Stage::Closed.name())
                .execute(&mut *work)
                .await?
                .rows_affected();
            if held == 0 {
                return Ok(false);
            }
            let mut corrects = None;
            if let Some(former) = correction.former {
                let (aside,): (i64,) = sqlx::query_as(SET_ASIDE)
                    .bind(format!("paper {}: {}", batch.batch_id, correction.serial))
                    .bind(&batch.instrument)
                    .bind(i64::from(batch.version))
                    .bind(&batch.point)
                    .bind(event.at)
                    .bind(&correction.reason)
                    .fetch_one(&mut *work)
                    .await?;
                let (first,): (Uuid,) =
                    sqlx::query_as(FORMER).bind(former).bind(aside).fetch_one(&mut *work).await?;
                corrects = Some(first);
            }
            if let Some(new) = &correction.response {
                let new = NewResponse { corrects, ..new.clone() };
                let insert = bind_response!(sqlx::query(insert_one()), &new);
                if insert.execute(&mut *work).await?.rows_affected() == 0 {
                    return Err(Error::Unavailable(NOT_STORED.into()));
                }
            }
            sqlx::query(REPLACE)
                .bind(batch.batch_id)
                .bind(number)
                .bind(Purpose::Corrected.name())
                .bind(event.at)
                .execute(&mut *work)
                .await?;
            sqlx::query(INSERT)
                .bind(batch.batch_id)
                .bind(number)
                .bind(Purpose::Corrected.name())
                .bind(correction.keyed.fate.name())
                .bind(&correction.keyed.document)
                .bind(&event.who)
                .bind(event.at)
                .bind(&correction.reason)
                .bind(correction.response.as_ref().map(|new| new.response.id))
                .execute(&mut *work)
                .await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(true)
    }
}
