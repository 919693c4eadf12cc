//! Reading every response, page by page: memory does not grow with their number.

use super::batches::{batch_counts, counts};
use super::{Db, Error, Pool, on_db};

/// Which responses are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// To this instrument; to any when `None`.
    pub instrument: Option<String>,
    /// In this version; in any when `None`.
    pub version: Option<u32>,
    /// Of this commune; of all when `None`.
    pub commune_code: Option<String>,
    /// Answered at or after, in UTC milliseconds.
    pub from: i64,
    /// Answered before, in UTC milliseconds.
    pub until: i64,
    /// Of this sample; of none when `None`.
    pub sample: Option<String>,
}

/// Some responses in the order in which they were stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The place of the last one.
    pub last: i64,
    lines: String,
}

/// A response on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PagedResponse<'a> {
    /// Its id as 32 hexadecimal digits.
    pub id: &'a str,
    /// Its commune.
    pub commune_code: &'a str,
    /// Whether it came with the token of a visit.
    pub verified_visit: bool,
    /// The moment that counts, in UTC milliseconds; that of the document may be of a wrong clock.
    pub answered_at: i64,
    /// Its document.
    pub document: &'a str,
}

/// The digits of an id, of a commune's code and of whether a visit is verified,
/// with which a line of a page begins; the moment and the document follow.
const ID: usize = 32;
const COMMUNE: usize = 5;
const VERIFIED: usize = 1;

impl Page {
    /// A page of these responses, as the database gives it.
    #[cfg(test)]
    pub(crate) fn of(responses: &[PagedResponse<'_>]) -> Self {
        let line = |r: &PagedResponse<'_>| {
            let verified = u8::from(r.verified_visit).to_string();
            [r.id, r.commune_code, &verified, &r.answered_at.to_string(), r.document].concat()
        };
        Self { last: 1, lines: responses.iter().map(line).collect::<Vec<_>>().join("\n") }
    }

    /// Its responses; `None` in place of one that is damaged.
    pub fn responses(&self) -> impl Iterator<Item = Option<PagedResponse<'_>>> {
        self.lines.split('\n').map(|line| {
            let (id, rest) = line.split_at_checked(ID)?;
            let (commune_code, rest) = rest.split_at_checked(COMMUNE)?;
            let (verified, rest) = rest.split_at_checked(VERIFIED)?;
            let (answered_at, document) = rest.split_at_checked(rest.find('{')?)?;
            Some(PagedResponse {
                id,
                commune_code,
                verified_visit: verified == "1",
                answered_at: answered_at.parse().ok()?,
                document,
            })
        })
    }
}

/// One row a page: crossing from the database row by row costs more than all
/// else. A document is JSON and holds no line end of its own. Sorting inside the
/// aggregate would double the time; both databases read an ordered subselect in
/// its order, and nothing but the look of a file depends on it. They have no
/// common function that writes an id in hexadecimal digits.
macro_rules! page_sql {
    ($hex:literal) => {
        concat!(
            "select max(seq), string_agg(",
            $hex,
            " || commune_code || cast(verified_visit as text) || cast(answered_at as text)
                || document, $1) from (
                select seq, response_id, commune_code, verified_visit, answered_at, document
                from responses
                where seq > $2 and ($3 = '' or instrument = $3) and ($4 = 0 or version = $4)
                and ($5 = '' or commune_code = $5) and answered_at >= $6 and answered_at < $7
                and coalesce(sample, '') = $9 and ",
            batch_counts!(),
            " order by seq limit $8
            ) as page"
        )
    };
}

impl Db {
    /// The first `most` responses of `pages` that count, stored after the place `after` (0 for
    /// the beginning); `None` when there are no more.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn page(&self, pages: &Pages, after: i64, most: u32) -> Result<Option<Page>, Error> {
        let sql = match self.read {
            Pool::Sqlite(_) => page_sql!("lower(hex(response_id))"),
            Pool::Postgres(_) => page_sql!("replace(cast(response_id as text), '-', '')"),
        };
        let (last, lines): (Option<i64>, Option<String>) =
            on_db!(&self.read, |p| sqlx::query_as(sql)
                .bind("\n")
                .bind(after)
                .bind(pages.instrument.as_deref().unwrap_or(""))
                .bind(pages.version.map_or(0, i64::from))
                .bind(pages.commune_code.as_deref().unwrap_or(""))
                .bind(pages.from)
                .bind(pages.until)
                .bind(i64::from(most))
                .bind(pages.sample.as_deref().unwrap_or(""))
                .fetch_one(p)
                .await)?;
        Ok(last.zip(lines).map(|(last, lines)| Page { last, lines }))
    }

    /// The place of the response stored last; 0 when there is none.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn last_place(&self) -> Result<i64, Error> {
        const SQL: &str = "select coalesce(max(seq), 0) from responses";
        let (last,): (i64,) = on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_one(p).await)?;
        Ok(last)
    }

    /// The instrument versions answered between two moments, in one commune or in
    /// all, with how many responses of each count. This looks at every response.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn instruments_between(
        &self,
        commune_code: Option<&str>,
        from: i64,
        until: i64,
    ) -> Result<Vec<(String, u32, u64)>, Error> {
        const SQL: &str = concat!(
            "select instrument, version, count(*) from responses
            where ($1 = '' or commune_code = $1) and answered_at >= $2 and answered_at < $3 and ",
            counts!(),
            " group by instrument, version order by instrument, version"
        );
        let rows: Vec<(String, i64, i64)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(commune_code.unwrap_or(""))
            .bind(from)
            .bind(until)
            .fetch_all(p)
            .await)?;
        let version = |v| u32::try_from(v).map_err(|_| Error::Damaged(format!("version {v}")));
        rows.into_iter().map(|(id, v, n)| Ok((id, version(v)?, n.unsigned_abs()))).collect()
    }
}
