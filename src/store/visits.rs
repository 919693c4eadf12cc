//! Visit tokens: which were given away, and which were used.

use sha2::{Digest, Sha256};
use surveys::{PointCode, VisitToken};
use uuid::Uuid;

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// What is kept of `token`.
pub(super) fn token_hash(token: &VisitToken) -> [u8; 32] {
    Sha256::digest(token.bits()).into()
}

/// Tokens that were made together.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct VisitBatch {
    /// Its id.
    pub batch: Uuid,
    /// Where they are good.
    pub collection_point: String,
    /// When they were made, in UTC milliseconds.
    pub made_at: i64,
    /// How many there are.
    pub tokens: i64,
    /// How many were used.
    pub used: i64,
}

/// A day, in milliseconds.
const DAY_MILLIS: i64 = 24 * 3_600_000;

impl Db {
    /// Stores the hashes of `tokens`, good at `point`, and notes `event`: all or nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be written.
    pub async fn add_visits(
        &self,
        point: &PointCode,
        batch: Uuid,
        tokens: &[VisitToken],
        event: &Event,
    ) -> Result<(), Error> {
        const SQL: &str = "insert into visit_tokens
            (token_hash, collection_point, batch, made_at) values ($1, $2, $3, $4)";
        on_db!(&self.write, |p| {
            let mut all = p.begin().await?;
            for token in tokens {
                sqlx::query(SQL)
                    .bind(token_hash(token).as_slice())
                    .bind(point.as_str())
                    .bind(batch)
                    .bind(event.at)
                    .execute(&mut *all)
                    .await?;
            }
            note!(&mut *all, event)?;
            all.commit().await?;
        });
        Ok(())
    }

    /// Takes `token` for the response `response_id` at `point`; says whether it is
    /// that response's now. It is when the token was given away for this point and
    /// no other response has it; so of two that want it, one gets it, and the one
    /// that has it may ask again for as long as the claim is kept.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn claim_visit(
        &self,
        token: &VisitToken,
        point: &PointCode,
        response_id: Uuid,
        now: i64,
    ) -> Result<bool, Error> {
        const SQL: &str = "update visit_tokens set used = 1, claim = $3, claimed_at = $4
            where token_hash = $1 and collection_point = $2 and (used = 0 or claim = $3)";
        // Made with the token, which is not kept: the database alone cannot say
        // which response a token was used for.
        let claim: [u8; 32] =
            Sha256::new().chain_update(token.bits()).chain_update(response_id).finalize().into();
        let rows = on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(token_hash(token).as_slice())
            .bind(point.as_str())
            .bind(claim.as_slice())
            // Only the day: the moment would be that of the response's row.
            .bind(now - now.rem_euclid(DAY_MILLIS))
            .execute(p)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(rows == 1)
    }

    /// Whether `token` was given away for `point` and is used.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn visit_is_used(
        &self,
        token: &VisitToken,
        point: &PointCode,
    ) -> Result<bool, Error> {
        const SQL: &str = "select 1 from visit_tokens
            where token_hash = $1 and collection_point = $2 and used = 1";
        let row: Option<(i32,)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(token_hash(token).as_slice())
            .bind(point.as_str())
            .fetch_optional(p)
            .await)?;
        Ok(row.is_some())
    }

    /// Forgets which response used a token, where that was before `moment`; gives
    /// how many. That the tokens are used stays.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn forget_claims(&self, moment: i64) -> Result<u64, Error> {
        const SQL: &str = "update visit_tokens set claim = null, claimed_at = null
            where claimed_at < $1";
        let rows = on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(moment)
            .execute(p)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(rows)
    }

    /// The batches of tokens, in the order in which they were made.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn visit_batches(&self) -> Result<Vec<VisitBatch>, Error> {
        const SQL: &str = "select batch, collection_point, made_at, count(*) as tokens,
            cast(sum(used) as bigint) as used
            from visit_tokens group by batch, collection_point, made_at order by made_at, batch";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?)
    }
}
