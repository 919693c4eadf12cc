//! What was kept long enough: moments become days, free texts, tokens, links and old lines
//! of the audit log go. Answers stay, because figures are made of them.

use surveys::response::Document;
use uuid::Uuid;

use super::responses::{day_of, receipt_of};
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// How many rows are changed between two commits.
const AT_ONCE: i64 = 500;

/// Until when what is over was kept. Moments are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Responses from before this moment keep their day only.
    pub exact_from: i64,
    /// Free texts of months before this one go, such as `2024-10`.
    pub texts_from: String,
    /// What was keyed of paper forms before this moment keeps no free text.
    pub keyed_from: i64,
    /// Tokens of visits and survey links that were made before this moment go.
    pub links_from: i64,
    /// Lines of the audit log from before this moment go.
    pub audit_from: i64,
}

/// How much is over, or went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Over {
    /// Responses whose time of day is over.
    pub moments: u64,
    /// Comments, and keyed sheets with one.
    pub texts: u64,
    /// Tokens of visits, those of survey links among them.
    pub links: u64,
    /// Lines of the audit log.
    pub audit: u64,
}

impl Over {
    /// Whether there is nothing.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A row whose time of day is over: its id, document, the moments it counts by and came
/// in, its salt and receipt.
type Exact = (Uuid, String, i64, i64, Vec<u8>, Option<String>);

/// `document` as `change` leaves it. One that is damaged stays as it is: what is wrong with
/// it could quote what somebody wrote, and the rest of its row is reduced all the same.
fn left_of<'a>(id: Uuid, document: &'a str, change: fn(Document<'a>) -> Document<'a>) -> String {
    if let Ok(read) = Document::read(document) {
        change(read).written()
    } else {
        tracing::error!(%id, "a damaged response was not reduced");
        document.to_owned()
    }
}

/// What is left of a row goes with its salt, or the moment could be tried out.
macro_rules! reduce {
    () => {
        "update responses set document = $2, answered_at = $3, received_at = $4, receipt = $5,
            salt = $6 where response_id = $1"
    };
}

/// The statement `$sql`, which begins as [`reduce`], for `$row` of which `$change` leaves
/// the document.
macro_rules! reduced {
    ($sql:expr, $row:expr, $change:expr) => {{
        let (id, document, answered_at, received_at, salt, receipt) = $row;
        let left = left_of(id, &document, $change);
        let receipt = receipt_of(&(salt, document, receipt));
        sqlx::query($sql)
            .bind(id)
            .bind(left)
            .bind(day_of(answered_at))
            .bind(day_of(received_at))
            .bind(receipt.as_str().to_owned())
            .bind(Vec::<u8>::new())
    }};
}

/// The documents of paper forms that have free text.
macro_rules! keyed_text {
    () => {
        "document like '%\"comment\":\"%'"
    };
}

/// Keyings with free text that is over.
const KEYED: &str = concat!(
    "select keying_id, document from paper_keyings where keyed_at < $1 and ",
    keyed_text!(),
    " order by keyed_at, keying_id limit $2 offset $3"
);

/// Responses whose time of day is over.
const EXACT: &str = "select response_id, document, answered_at, received_at, salt, receipt
    from responses where length(salt) > 0 and answered_at < $1
    order by answered_at limit $2";

/// Responses with a comment that is over.
const WITH_TEXT: &str = "select response_id, document, answered_at, received_at, salt, receipt
    from responses where response_id in
    (select response_id from comments where month < $1 limit $2)";

/// What goes with the links that are over.
const ENDED_LINKS: [&str; 3] = [
    "delete from link_mails where dossier in
        (select dossier from survey_links where made_at < $1)",
    "delete from survey_links where made_at < $1",
    "delete from visit_tokens where made_at < $1",
];

/// Whether lines of the audit log are over.
const ANY_LINE: &str = "select 1 from staff_audit where at < $1 limit 1";

impl Db {
    /// How much is over by `terms`; changes nothing.
    ///
    /// # Errors
    /// [`Error`] when it cannot be counted.
    pub async fn what_is_over(&self, terms: &Terms) -> Result<Over, Error> {
        const SQL: &str = concat!(
            "select (select count(*) from responses where length(salt) > 0 and answered_at < $1),
                (select count(*) from comments where month < $2)
                + (select count(*) from paper_keyings where keyed_at < $3 and ",
            keyed_text!(),
            "), (select count(*) from visit_tokens where made_at < $4),
                (select count(*) from staff_audit where at < $5)"
        );
        let counts: (i64, i64, i64, i64) = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(terms.exact_from)
            .bind(&terms.texts_from)
            .bind(terms.keyed_from)
            .bind(terms.links_from)
            .bind(terms.audit_from)
            .fetch_one(p)
            .await)?;
        let [moments, texts, links, audit] =
            [counts.0, counts.1, counts.2, counts.3].map(i64::unsigned_abs);
        Ok(Over { moments, texts, links, audit })
    }

    /// Reduces and removes what is over by `terms`; how much. What `noted` makes of it goes
    /// into the audit log, if there was anything.
    ///
    /// # Errors
    /// [`Error`] when it could not go on; what was done before stays done.
    pub async fn end_terms(
        &self,
        terms: &Terms,
        noted: impl Fn(&Over) -> Event,
    ) -> Result<Over, Error> {
        let mut over = Over::default();
        let ended = self.end_each(terms, &mut over).await;
        // It is many transactions; what went before one of them failed went all the same.
        if !over.is_nothing() {
            self.note(&noted(&over)).await?;
        }
        ended.map(|()| over)
    }

    async fn end_each(&self, terms: &Terms, over: &mut Over) -> Result<(), Error> {
        over.moments = self.reduce_to_days(terms.exact_from).await?;
        over.texts = self.end_texts(&terms.texts_from).await?;
        over.texts += self.end_keyed_texts(terms.keyed_from).await?;
        over.links = self.end_links(terms.links_from).await?;
        over.audit = self.end_audit(terms.audit_from).await?;
        Ok(())
    }

    async fn reduce_to_days(&self, from: i64) -> Result<u64, Error> {
        const REDUCE: &str = concat!(reduce!(), " and length(salt) > 0");
        let mut all = 0;
        loop {
            let rows: Vec<Exact> = on_db!(&self.read, |p| sqlx::query_as(EXACT)
                .bind(from)
                .bind(AT_ONCE)
                .fetch_all(p)
                .await)?;
            if rows.is_empty() {
                return Ok(all);
            }
            let mut reduced = 0;
            on_db!(&self.write, |p| {
                let mut work = p.begin().await?;
                for row in rows {
                    let done = reduced!(REDUCE, row, Document::to_the_day);
                    reduced += done.execute(&mut *work).await?.rows_affected();
                }
                work.commit().await?;
            });
            all += reduced;
            // Another server of this database is doing the same.
            if reduced == 0 {
                return Ok(all);
            }
        }
    }

    /// Ends the free texts of the months before `from`: in the documents, and the comments
    /// that were made of them.
    async fn end_texts(&self, from: &str) -> Result<u64, Error> {
        const COMMENT: &str = "delete from comments where response_id = $1";
        let mut all = 0;
        loop {
            let rows: Vec<Exact> = on_db!(&self.read, |p| sqlx::query_as(WITH_TEXT)
                .bind(from)
                .bind(AT_ONCE)
                .fetch_all(p)
                .await)?;
            if rows.is_empty() {
                return Ok(all);
            }
            on_db!(&self.write, |p| {
                let mut work = p.begin().await?;
                for row in rows {
                    let id = row.0;
                    let done = reduced!(reduce!(), row, |d| d.without_text().to_the_day());
                    done.execute(&mut *work).await?;
                    let comment = sqlx::query(COMMENT).bind(id);
                    all += comment.execute(&mut *work).await?.rows_affected();
                }
                work.commit().await?;
            });
        }
    }

    /// Ends the free texts that were keyed of paper forms before `from`. A keying that is
    /// damaged stays as it is, as a damaged response does, and stops nothing.
    async fn end_keyed_texts(&self, from: i64) -> Result<u64, Error> {
        const LEFT: &str = "update paper_keyings set document = $2 where keying_id = $1";
        let (mut all, mut damaged) = (0, 0_i64);
        loop {
            // The damaged ones come first again each time.
            let rows: Vec<(i64, String)> = on_db!(&self.read, |p| sqlx::query_as(KEYED)
                .bind(from)
                .bind(AT_ONCE)
                .bind(damaged)
                .fetch_all(p)
                .await)?;
            if rows.is_empty() {
                return Ok(all);
            }
            on_db!(&self.write, |p| {
                let mut work = p.begin().await?;
                for (id, document) in rows {
                    let Ok(read) = Document::read(&document) else {
                        tracing::error!(id, "a damaged keying was not reduced");
                        damaged += 1;
                        continue;
                    };
                    let left = read.without_text().written();
                    let left = sqlx::query(LEFT).bind(id).bind(left);
                    all += left.execute(&mut *work).await?.rows_affected();
                }
                work.commit().await?;
            });
        }
    }

    /// Removes tokens of visits and survey links that were made before `from`; how many
    /// tokens.
    async fn end_links(&self, from: i64) -> Result<u64, Error> {
        let mut tokens = 0;
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            for sql in ENDED_LINKS {
                tokens = sqlx::query(sql).bind(from).execute(&mut *work).await?.rows_affected();
            }
            work.commit().await?;
        });
        Ok(tokens)
    }

    /// Removes the lines of the audit log from before `from`; how many.
    async fn end_audit(&self, from: i64) -> Result<u64, Error> {
        const TERM: &str = "insert into facts (name, value) values ('audit_kept_from', $1)
            on conflict (name) do update set value = excluded.value";
        const LINES: &str = "delete from staff_audit where at < $1";
        let any: Option<(i32,)> =
            on_db!(&self.read, |p| sqlx::query_as(ANY_LINE).bind(from).fetch_optional(p).await)?;
        if any.is_none() {
            return Ok(0);
        }
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(TERM).bind(from.to_string()).execute(&mut *work).await?;
            let lines = sqlx::query(LINES).bind(from).execute(&mut *work).await?.rows_affected();
            work.commit().await?;
            Ok(lines)
        })
    }
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::store::{Options, Pool};

    /// A day's work must not grow with what was kept before.
    #[tokio::test]
    async fn what_is_over_is_found_by_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("hailong.db").display());
        let db = Db::open(&Options { url, simulated: false, readers: 1 }).await.unwrap();
        let Pool::Sqlite(pool) = &db.read else { panic!("an embedded database") };
        let all = [KEYED, EXACT, WITH_TEXT, ANY_LINE].into_iter().chain(ENDED_LINKS);
        for sql in all {
            let explain = format!("explain query plan {sql}");
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(AssertSqlSafe(explain)).fetch_all(pool).await.unwrap();
            let steps = plan.iter().map(|(.., step)| step.as_str()).collect::<Vec<_>>().join("\n");
            assert!(!steps.contains("SCAN"), "{sql}:\n{steps}");
        }
        db.close().await;
    }
}
