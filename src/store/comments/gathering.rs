//! Gathering: comments are taken out of the documents the day after they came in, so
//! that nobody at the counter can tell by the minute whose they are. It goes on where it
//! stopped, and what it does twice is done once.

use surveys::comment::{State, words};
use surveys::period::{date_of_millis, midnight_millis};
use surveys::response::Document;
use surveys::{CommuneCode, Period, PointCode};
use uuid::Uuid;

use super::super::{Db, Error, Pool, on_db};
use super::{RANDOM_BITS, first_number, search};
use crate::staff::Scope;

/// How many responses are looked at between two commits.
const AT_ONCE: i64 = 500;
/// How long after midnight the day before is taken to be stored whole, in milliseconds:
/// a response may become visible later than its place says.
const SETTLING_MILLIS: i64 = 3_600_000;

/// A response whose comment, if it has one, is to be taken.
type Row = (i64, Uuid, String, String, i64, i64, Option<String>);

/// A comment that is new.
struct Gathered {
    id: i64,
    response: Uuid,
    commune: String,
    point: String,
    scope: String,
    month: String,
    text: String,
    words: Vec<String>,
}

/// The comment in `row`; `None` when it has none.
fn gathered(row: &Row, random: [u8; 8]) -> Result<Option<Gathered>, Error> {
    let (_, response, commune, point, at, _, Some(document)) = row else { return Ok(None) };
    let damaged = |error: &dyn std::error::Error| Error::Damaged(error.to_string());
    let document = Document::read(document).map_err(|e| damaged(&e))?;
    let Some(text) = document.comment else { return Ok(None) };
    let code = CommuneCode::parse(commune).map_err(|e| damaged(&e))?;
    let place = PointCode::parse(point).map_err(|e| damaged(&e))?;
    let day = date_of_millis(*at);
    let lot = i64::from_be_bytes(random) & ((1 << RANDOM_BITS) - 1);
    Ok(Some(Gathered {
        id: first_number(day) | lot,
        response: *response,
        commune: commune.clone(),
        point: point.clone(),
        scope: Scope::Point { commune: code, point: place }.to_string(),
        month: Period::month_of(day).code,
        words: words(&text),
        text: text.into_owned(),
    }))
}

impl Db {
    /// Gathers the comments of all days before today that were not gathered yet, and says
    /// how many there were. Their numbers are drawn with `random`.
    ///
    /// # Errors
    /// [`Error`] when it could not go on; what was gathered before is kept.
    pub async fn gather_comments(
        &self,
        now: i64,
        random: impl Fn() -> [u8; 8],
    ) -> Result<u64, Error> {
        let today = midnight_millis(date_of_millis(now - SETTLING_MILLIS));
        // One from the future, of a clock that was wrong, must not hold up the others.
        let waits = |received_at: i64| (today..=now).contains(&received_at);
        let mut place = self.gathered_to().await?;
        let mut all = 0;
        loop {
            let rows: Vec<Row> = self.after(place).await?;
            let whole = rows.len();
            let ready: Vec<Row> = rows.into_iter().take_while(|row| !waits(row.5)).collect();
            let Some((last, ..)) = ready.last() else { return Ok(all) };
            place = *last;
            let mut found = Vec::new();
            for row in &ready {
                if let Ok(comment) = gathered(row, random()) {
                    found.extend(comment);
                } else {
                    // What is wrong with it could quote what somebody wrote.
                    tracing::error!(place = row.0, "a damaged response was not gathered");
                }
            }
            all += self.keep(&found, place).await?;
            if ready.len() < whole {
                return Ok(all);
            }
        }
    }

    async fn gathered_to(&self) -> Result<i64, Error> {
        const SQL: &str = "select value from facts where name = 'comments_gathered_to'";
        let row: Option<(String,)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_optional(p).await)?;
        Ok(row.and_then(|(place,)| place.parse().ok()).unwrap_or(0))
    }

    async fn after(&self, place: i64) -> Result<Vec<Row>, Error> {
        const SQL: &str = "select seq, response_id, commune_code, collection_point, answered_at,
                received_at, case when document like '%\"comment\":\"%' then document end
            from responses where seq > $1 order by seq limit $2";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(place)
            .bind(AT_ONCE)
            .fetch_all(p)
            .await)?)
    }

    /// Stores what was found up to `place`; how many were new.
    async fn keep(&self, found: &[Gathered], place: i64) -> Result<u64, Error> {
        const PLACE: &str = "insert into facts (name, value) values ('comments_gathered_to', $1)
            on conflict (name) do update set value = excluded.value";
        macro_rules! insert {
            ($words:literal) => {
                concat!(
                    "insert into comments (comment_id, response_id, commune_code,
                        collection_point, scope, month, text, state, changes, words)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, 0, ",
                    $words,
                    ") on conflict (response_id) do nothing"
                )
            };
        }
        let (sql, joined): (_, fn(&[String]) -> String) = match self.write {
            Pool::Sqlite(_) => (insert!("$9"), |words| words.join(" ")),
            Pool::Postgres(_) => (insert!("cast($9 as tsvector)"), search::tsvector),
        };
        let mut fresh = 0;
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            // First, and not what opens the table of words: that reads, and a transaction of
            // SQLite that has read does not wait for another writer but fails.
            sqlx::query(PLACE).bind(place.to_string()).execute(&mut *work).await?;
            for comment in found {
                fresh += sqlx::query(sql)
                    .bind(comment.id)
                    .bind(comment.response)
                    .bind(&comment.commune)
                    .bind(&comment.point)
                    .bind(&comment.scope)
                    .bind(&comment.month)
                    .bind(&comment.text)
                    .bind(State::New.name())
                    .bind(joined(&comment.words))
                    .execute(&mut *work)
                    .await?
                    .rows_affected();
            }
            work.commit().await?;
        });
        Ok(fresh)
    }
}
