//! Closing a batch of paper forms, from when on it counts.

use super::super::responses::{NewResponse, bind_response, insert_one};
use super::super::staff::note;
use super::super::{Db, Error, on_db};
use super::PaperBatch;
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

/// Why a response was not stored.
pub(super) const NOT_STORED: &str = "a response of the batch has an id that is taken; try again";

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
}
