//! Listing and finding comments, the newest month first. The databases look up words in
//! ways of their own: `SQLite` in an FTS5 table, `PostgreSQL` in a GIN index over a
//! vector of words. What they look up is the same.

use surveys::comment::{State, Wanted};

use super::super::{Db, Error, Pool, on_db};
use super::{Comment, Row, comment, comments_sql};
use crate::staff::Scope;

/// Which comments are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// In this scope.
    pub scope: Scope,
    /// In this state; in any when `None`.
    pub state: Option<State>,
    /// With this tag; with any or none when empty.
    pub tag: String,
    /// With these words; all when `None`.
    pub wanted: Option<Wanted>,
    /// With at least this number.
    pub from: i64,
    /// With a smaller number than this.
    pub before: i64,
    /// How many at most.
    pub most: u32,
}

/// What is wanted as FTS5 reads it. The words consist of letters and digits, so that
/// nothing in them means anything to it.
fn fts5(wanted: &Wanted) -> String {
    let phrases = wanted.phrases().iter().map(|phrase| format!("\"{}\"", phrase.join(" ")));
    phrases.collect::<Vec<_>>().join(" AND ")
}

/// What is wanted as a `tsquery` is written.
fn tsquery(wanted: &Wanted) -> String {
    let phrase = |phrase: &Vec<String>| {
        let words: Vec<String> = phrase.iter().map(|word| format!("'{word}'")).collect();
        format!("({})", words.join(" <-> "))
    };
    wanted.phrases().iter().map(phrase).collect::<Vec<_>>().join(" & ")
}

/// `words` as a `tsvector` is written, each with its place.
pub(super) fn tsvector(words: &[String]) -> String {
    let words = words.iter().zip(1..).map(|(word, place): (_, u32)| format!("'{word}':{place}"));
    words.collect::<Vec<_>>().join(" ")
}

/// The listing from `$from`, whose number is `$number`, of comments for which `$found`
/// holds; `$3` is what is wanted.
macro_rules! listing_sql {
    ($from:literal, $number:literal, $found:literal) => {
        concat!(
            comments_sql!($from),
            $found,
            " and ",
            $number,
            " >= $4 and ",
            $number,
            " < $5 and ($6 = '' or state = $6)
             and ($7 = '' or exists (select 1 from comment_tags
                where comment_tags.comment_id = comments.comment_id and tag = $7))
             order by ",
            $number,
            " desc limit $8"
        )
    };
}

const ALL: &str = listing_sql!("comments", "comments.comment_id", "$3 = ''");
const IN_FTS5: &str = listing_sql!(
    "comment_words join comments on comments.comment_id = comment_words.rowid",
    "comment_words.rowid",
    "comment_words match $3"
);
const IN_TSVECTOR: &str =
    listing_sql!("comments", "comments.comment_id", "comments.words @@ cast($3 as tsquery)");

impl Db {
    /// The comments of `listing` that count, the newest month first, in an order within
    /// it that says nothing.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn comments(&self, listing: &Listing) -> Result<Vec<Comment>, Error> {
        let (sql, wanted) = match (&listing.wanted, &self.read) {
            (None, _) => (ALL, String::new()),
            (Some(wanted), Pool::Sqlite(_)) => (IN_FTS5, fts5(wanted)),
            (Some(wanted), Pool::Postgres(_)) => (IN_TSVECTOR, tsquery(wanted)),
        };
        // Planned anew each time: how PostgreSQL finds a word best depends on how many
        // comments have it, and a plan that it keeps is made for a word of few.
        let rows: Vec<Row> = on_db!(&self.read, |p| sqlx::query_as(sql)
            .persistent(matches!(self.read, Pool::Sqlite(_)))
            .bind(listing.scope.to_string())
            .bind("\n")
            .bind(&wanted)
            .bind(listing.from)
            .bind(listing.before)
            .bind(listing.state.map_or("", State::name))
            .bind(&listing.tag)
            .bind(i64::from(listing.most))
            .fetch_all(p)
            .await)?;
        rows.into_iter().map(comment).collect()
    }
}
