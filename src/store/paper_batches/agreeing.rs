//! Agreeing to what another person says of a sheet, and refusing it: a proposal becomes a
//! decision, or a correction that counts.

use surveys::paper::Stage;
use uuid::Uuid;

use super::super::responses::{NewResponse, bind_response, insert_one};
use super::super::staff::note;
use super::super::{Db, Error, on_db};
use super::closing::NOT_STORED;
use super::keyings::REPLACE;
use super::{Keying, PaperBatch, Purpose, hold};
use crate::staff::audit::Event;

impl Db {
    /// Makes `proposal` the decision on its sheet; of a closed batch, the correction that
    /// counts, as `response`, or as none when the sheet says nothing. The response that
    /// counted before stays, in a batch of its own that is undone for the reason given.
    /// False when somebody was quicker, or the one who does this has proposed it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nothing was stored.
    pub async fn agree_to_sheet(
        &self,
        batch: &PaperBatch,
        proposal: &Keying,
        response: Option<&NewResponse>,
        event: &Event,
    ) -> Result<bool, Error> {
        const AGREE: &str = "update paper_keyings
            set purpose = $2, agreed_by = $3, agreed_at = $4, response_id = $5
            where keying_id = $1 and purpose = 'proposed' and replaced_at is null
            and keyed_by <> $3";
        const SET_ASIDE: &str = "insert into batches
            (file_name, sha256, instrument, version, channel, point, map, begun_at,
             rows_read, stored, known, rejected, undone_at, undone_why)
            values ($1, '', $2, $3, 'paper', $4, '', $5, 1, 1, 0, 0, $5, $6) returning batch_id";
        // What a sheet was before, also when it was called void meanwhile.
        const FIRST: &str = "select response_id from paper_keyings
            where batch_id = $1 and serial = $2 and response_id is not null
            order by keying_id limit 1";
        const FORMER: &str = "select response_id from responses where batch_id = $1
            and response_id in (select response_id from paper_keyings
                where batch_id = $1 and serial = $2)";
        const MOVE: &str = "update responses set batch_id = $2 where response_id = $1";
        let number = i64::from(proposal.serial.number());
        let purpose = match batch.stage {
            Stage::Closed => Purpose::Corrected,
            _ => Purpose::Decided,
        };
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            if !(hold!(work, batch.batch_id, [batch.stage; 3])) {
                return Ok(false);
            }
            let first: Option<(Uuid,)> = sqlx::query_as(FIRST)
                .bind(batch.batch_id)
                .bind(number)
                .fetch_optional(&mut *work)
                .await?;
            sqlx::query(REPLACE)
                .bind(batch.batch_id)
                .bind(number)
                .bind(purpose.name())
                .bind(event.at)
                .execute(&mut *work)
                .await?;
            let agreed = sqlx::query(AGREE)
                .bind(proposal.keying_id)
                .bind(purpose.name())
                .bind(&event.who)
                .bind(event.at)
                .bind(response.map(|new| new.response.id))
                .execute(&mut *work)
                .await?
                .rows_affected();
            if agreed == 0 {
                return Ok(false);
            }
            let former: Option<(Uuid,)> = sqlx::query_as(FORMER)
                .bind(batch.batch_id)
                .bind(number)
                .fetch_optional(&mut *work)
                .await?;
            if let Some((former,)) = former {
                let (aside,): (i64,) = sqlx::query_as(SET_ASIDE)
                    .bind(format!("paper {}: {}", batch.batch_id, proposal.serial))
                    .bind(&batch.instrument)
                    .bind(i64::from(batch.version))
                    .bind(&batch.point)
                    .bind(event.at)
                    .bind(&proposal.reason)
                    .fetch_one(&mut *work)
                    .await?;
                sqlx::query(MOVE).bind(former).bind(aside).execute(&mut *work).await?;
            }
            if let Some(new) = response {
                let corrects = first.map(|(id,)| id);
                let new = NewResponse { corrects, ..new.clone() };
                let insert = bind_response!(sqlx::query(insert_one()), &new);
                if insert.execute(&mut *work).await?.rows_affected() == 0 {
                    return Err(Error::Unavailable(NOT_STORED.into()));
                }
            }
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(true)
    }

    /// Lets a proposal hold no more: somebody does not agree, or takes their own back.
    /// False when it held no more.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn refuse_sheet(
        &self,
        batch: &PaperBatch,
        proposal: &Keying,
        event: &Event,
    ) -> Result<bool, Error> {
        const SQL: &str = "update paper_keyings set replaced_at = $2
            where keying_id = $1 and purpose = 'proposed' and replaced_at is null";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            if !(hold!(work, batch.batch_id, [batch.stage; 3])) {
                return Ok(false);
            }
            let rows = sqlx::query(SQL)
                .bind(proposal.keying_id)
                .bind(event.at)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if rows == 0 {
                return Ok(false);
            }
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(true)
    }
}
