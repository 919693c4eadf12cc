//! Comments: read by staff within their scope, decided, tagged, published. A comment is
//! there as long as its response counts; what of the response is joined says no more than
//! that, and which instrument it answered.

mod gathering;
mod published;
mod search;

use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use surveys::comment::State;
use surveys::{CommuneCode, Period, PointCode};

use super::batches::batch_counts;
use super::staff::{full_name, note};
use super::{Db, Error, on_db};
use crate::staff::Scope;
use crate::staff::audit::Event;

pub use published::{PublishedComment, PublishedMonth};
pub use search::Listing;

/// How many bits of a comment's number are random; those above are its month.
const RANDOM_BITS: u32 = 40;

/// The first number that a comment of the month of `day` can have.
fn first_number(day: NaiveDate) -> i64 {
    (i64::from(day.year()) * 12 + i64::from(day.month0())) << RANDOM_BITS
}

/// The numbers that comments of the months of `period` have.
pub fn numbers_in(period: &Period) -> Range<i64> {
    first_number(period.start)..first_number(period.last_day()) + (1 << RANDOM_BITS)
}

/// A comment as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its number: drawn by lot among those of its month.
    pub id: i64,
    /// Its commune.
    pub commune_code: CommuneCode,
    /// Where it was left.
    pub collection_point: PointCode,
    /// What that is called.
    pub point_name: String,
    /// The month of the response, such as `2026-10`; nothing finer is kept.
    pub month: String,
    /// What was written.
    pub text: String,
    /// What was decided last.
    pub state: State,
    /// What anybody may read, when it is published.
    pub published_text: Option<String>,
    /// Under which words the office keeps it, in order.
    pub tags: Vec<String>,
    /// How often it was changed: whoever changes it says what they saw.
    pub changes: i64,
}

impl Comment {
    /// Where it was left, as a scope.
    pub fn scope(&self) -> Scope {
        let (commune, point) = (self.commune_code.clone(), self.collection_point.clone());
        Scope::Point { commune, point }
    }
}

/// What is decided about a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision<'a> {
    /// To publish this text of it.
    Publish(&'a str),
    /// To hide it, for this reason.
    Hide(&'a str),
    /// To keep it without publishing it.
    SetAside,
    /// To let it wait again.
    Return,
}

impl<'a> Decision<'a> {
    /// The state that follows.
    pub const fn state(self) -> State {
        match self {
            Self::Publish(_) => State::Published,
            Self::Hide(_) => State::Hidden,
            Self::SetAside => State::SetAside,
            Self::Return => State::New,
        }
    }

    const fn text(self) -> Option<&'a str> {
        match self {
            Self::Publish(text) => Some(text),
            _ => None,
        }
    }

    const fn reason(self) -> Option<&'a str> {
        match self {
            Self::Hide(reason) => Some(reason),
            _ => None,
        }
    }
}

/// A decision that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// When, in UTC milliseconds.
    pub at: i64,
    /// The full name of whoever decided.
    pub who: String,
    /// What followed.
    pub state: State,
    /// Why, when it was hidden.
    pub reason: Option<String>,
}

type Row =
    (i64, String, String, String, String, String, String, Option<String>, i64, Option<String>);

fn comment(row: Row) -> Result<Comment, Error> {
    let (id, commune, point, point_name, month, text, state, published_text, changes, tags) = row;
    let damaged = |e: surveys::code::BadCode| Error::Damaged(e.to_string());
    let mut tags: Vec<String> =
        tags.map(|tags| tags.lines().map(str::to_owned).collect()).unwrap_or_default();
    tags.sort_unstable();
    Ok(Comment {
        id,
        commune_code: CommuneCode::parse(&commune).map_err(damaged)?,
        collection_point: PointCode::parse(&point).map_err(damaged)?,
        point_name,
        month,
        text,
        state: state_named(&state)?,
        published_text,
        tags,
        changes,
    })
}

fn state_named(name: &str) -> Result<State, Error> {
    State::named(name).ok_or_else(|| Error::Damaged(format!("the state {name} of a comment")))
}

/// Comments from `$from` that count and for which what is added holds; `$1` is the scope,
/// `$2` a line end.
macro_rules! comments_sql {
    ($from:literal) => {
        concat!(
            "select comments.comment_id, comments.commune_code, comments.collection_point,
                coalesce((select name from collection_points
                    where code = comments.collection_point), comments.collection_point),
                month, text, state, published_text, changes,
                (select string_agg(tag, $2) from comment_tags
                    where comment_tags.comment_id = comments.comment_id)
             from ",
            $from,
            " join responses on responses.response_id = comments.response_id
             where substr(scope, 1, length($1)) = $1 and ",
            $crate::store::batches::batch_counts!(),
            " and "
        )
    };
}
use comments_sql;

impl Db {
    /// The comment `id`, if it is within `scope` and its response counts.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn comment(&self, scope: &Scope, id: i64) -> Result<Option<Comment>, Error> {
        const SQL: &str = concat!(comments_sql!("comments"), "comments.comment_id = $3");
        let row: Option<Row> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(scope.to_string())
            .bind("\n")
            .bind(id)
            .fetch_optional(p)
            .await)?;
        row.map(comment).transpose()
    }

    /// How many comments of `scope` nobody has decided about, counted up to `most`.
    ///
    /// # Errors
    /// [`Error`] when they cannot be counted.
    pub async fn comments_waiting(&self, scope: &Scope, most: u32) -> Result<u64, Error> {
        const SQL: &str = concat!(
            "select count(*) from (select 1 from comments
             join responses on responses.response_id = comments.response_id
             where state = 'new' and substr(scope, 1, length($1)) = $1 and ",
            batch_counts!(),
            " limit $2) as waiting"
        );
        let (waiting,): (i64,) = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(scope.to_string())
            .bind(i64::from(most))
            .fetch_one(p)
            .await)?;
        Ok(waiting.unsigned_abs())
    }

    /// The tags in use in `scope`, in order.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn comment_tags(&self, scope: &Scope) -> Result<Vec<String>, Error> {
        const SQL: &str = "select distinct tag from comment_tags
            join comments on comments.comment_id = comment_tags.comment_id
            where substr(scope, 1, length($1)) = $1 order by tag";
        let rows: Vec<(String,)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(scope.to_string()).fetch_all(p).await)?;
        Ok(rows.into_iter().map(|(tag,)| tag).collect())
    }

    /// What was decided about the comment `id`, the latest last.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn comment_decisions(&self, id: i64) -> Result<Vec<Decided>, Error> {
        const SQL: &str = concat!(
            "select at, ",
            full_name!("who"),
            ", state, reason from comment_decisions where comment_id = $1 order by decision_id"
        );
        let rows: Vec<(i64, String, String, Option<String>)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(id).fetch_all(p).await)?;
        let decided = |(at, who, state, reason): (i64, String, String, Option<String>)| {
            Ok(Decided { at, who, state: state_named(&state)?, reason })
        };
        rows.into_iter().map(decided).collect()
    }

    /// Decides about `comment` as it was read and notes `event`; false when somebody
    /// changed it since.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nothing was decided.
    pub async fn decide_comment(
        &self,
        comment: &Comment,
        decision: Decision<'_>,
        event: &Event,
    ) -> Result<bool, Error> {
        const STATE: &str = "update comments
            set state = $3, published_text = $4, changes = changes + 1
            where comment_id = $1 and changes = $2";
        const DECISION: &str = "insert into comment_decisions (comment_id, at, who, state, reason)
            values ($1, $2, $3, $4, $5)";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let held = sqlx::query(STATE)
                .bind(comment.id)
                .bind(comment.changes)
                .bind(decision.state().name())
                .bind(decision.text())
                .execute(&mut *work)
                .await?
                .rows_affected();
            if held == 0 {
                return Ok(false);
            }
            sqlx::query(DECISION)
                .bind(comment.id)
                .bind(event.at)
                .bind(&event.who)
                .bind(decision.state().name())
                .bind(decision.reason())
                .execute(&mut *work)
                .await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(true)
    }

    /// Gives `comment` as it was read these tags and no others, and notes `event`; false
    /// when somebody changed it since.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nothing was changed.
    pub async fn tag_comment(
        &self,
        comment: &Comment,
        tags: &[String],
        event: &Event,
    ) -> Result<bool, Error> {
        const HOLD: &str = "update comments set changes = changes + 1
            where comment_id = $1 and changes = $2";
        const FORGET: &str = "delete from comment_tags where comment_id = $1";
        const TAG: &str = "insert into comment_tags (comment_id, tag) values ($1, $2)";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let held = sqlx::query(HOLD).bind(comment.id).bind(comment.changes);
            if held.execute(&mut *work).await?.rows_affected() == 0 {
                return Ok(false);
            }
            sqlx::query(FORGET).bind(comment.id).execute(&mut *work).await?;
            for tag in tags {
                sqlx::query(TAG).bind(comment.id).bind(tag).execute(&mut *work).await?;
            }
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_period_are_those_of_its_months() {
        let month = |code| numbers_in(&Period::parse(code).unwrap());
        assert_eq!(month("2026-12").end, month("2027-01").start);
        assert_eq!(month("2026-Q4"), month("2026-10").start..month("2026-12").end);
        assert_eq!(month("2026-10").end - month("2026-10").start, 1 << RANDOM_BITS);
    }
}
