//! What of comments anybody may read, as far as it was decided. Whether it may be shown
//! is decided by who asks, with the figures of the month.

use super::super::batches::{batch_counts, counts};
use super::super::{Db, Error, on_db};

/// The most comments of a month that are read for the public.
const MOST: i64 = 500;

/// A month with published comments, and to which instrument version they belong.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct PublishedMonth {
    /// The month, such as `2026-10`.
    pub month: String,
    /// The instrument's id.
    pub instrument: String,
    /// Its version.
    pub version: i64,
}

/// A comment that anybody may read.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PublishedComment {
    /// The instrument that was answered.
    pub instrument: String,
    /// Its version.
    pub version: i64,
    /// What the place is called where it was left.
    pub point_name: String,
    /// What may be read.
    pub text: String,
}

impl Db {
    /// The months of `commune_code` with published comments that count, the newest first.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn published_months(&self, commune_code: &str) -> Result<Vec<PublishedMonth>, Error> {
        const SQL: &str = concat!(
            "select distinct month, instrument, version from comments
             join responses on responses.response_id = comments.response_id
             where comments.commune_code = $1 and state = 'published' and ",
            batch_counts!(),
            " order by month desc, instrument, version"
        );
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).bind(commune_code).fetch_all(p).await)?)
    }

    /// The published comments of `commune_code` in `month` that count, at most 500, in an
    /// order that says nothing.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn published_comments(
        &self,
        commune_code: &str,
        month: &str,
    ) -> Result<Vec<PublishedComment>, Error> {
        const SQL: &str = concat!(
            "select instrument, version, published_text as text,
                coalesce((select name from collection_points
                    where code = comments.collection_point), '') as point_name
             from comments
             join responses on responses.response_id = comments.response_id
             where comments.commune_code = $1 and month = $2 and state = 'published' and ",
            batch_counts!(),
            " order by comment_id limit $3"
        );
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(commune_code)
            .bind(month)
            .bind(MOST)
            .fetch_all(p)
            .await)?)
    }

    /// How many responses that count came from the collection point of `commune_code` with
    /// the fewest, of those with any, from the moment `from` to before `until`; 0 without any.
    ///
    /// # Errors
    /// [`Error`] when they cannot be counted.
    pub async fn fewest_at_a_point(
        &self,
        commune_code: &str,
        from: i64,
        until: i64,
    ) -> Result<u64, Error> {
        const SQL: &str = concat!(
            "select coalesce(min(n), 0) from (select count(*) as n from responses
             where commune_code = $1 and answered_at >= $2 and answered_at < $3 and ",
            counts!(),
            " group by collection_point) as at_points"
        );
        let (fewest,): (i64,) = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(commune_code)
            .bind(from)
            .bind(until)
            .fetch_one(p)
            .await)?;
        Ok(fewest.unsigned_abs())
    }
}
