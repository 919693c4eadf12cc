//! Responses: stored once, never changed.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use surveys::Response;
use surveys::crockford::eight_digits;
use surveys::period::{date_of_millis, midnight_millis};
use surveys::response::Document;
use uuid::Uuid;

use super::batches::counts;
use super::devices::Sent;
use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// How many responses one commit can take.
pub const MAX_BATCH: usize = 64;

/// The eight characters a citizen may keep: they prove that the response is
/// there and tell nothing of what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt(String);

impl Receipt {
    /// The receipt of a stored document: the first 40 bits of
    /// SHA-256(0x00 ‖ salt ‖ document) in Crockford's base 32. The salt keeps
    /// anyone from trying out all possible answers.
    fn of(salt: &[u8], document: &str) -> Self {
        let hash =
            Sha256::new().chain_update([0]).chain_update(salt).chain_update(document).finalize();
        Self(eight_digits(&hash))
    }

    /// The receipt that somebody typed; `None` when it is no eight characters of this kind.
    pub fn typed(text: &str) -> Option<Self> {
        surveys::crockford::read(text).map(Self)
    }

    /// The eight characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Receipt {
    /// Writes the receipt in two groups of four, as people read it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", &self.0[..4], &self.0[4..])
    }
}

/// What a row says of its response: salt, document, and the receipt where it is written
/// down. The salt goes when the row is reduced.
type Kept = (Vec<u8>, String, Option<String>);

/// The receipt of a row.
pub(super) fn receipt_of((salt, document, receipt): &Kept) -> Receipt {
    receipt.clone().map_or_else(|| Receipt::of(salt, document), Receipt)
}

/// Whether `new`, a document, is what the document `stored` was. One that was reduced is
/// compared by what is left of it; of one that was taken back nothing is left to compare.
pub(super) fn is_same(stored: &str, is_reduced: bool, new: &str) -> bool {
    if !is_reduced {
        return stored == new;
    }
    let (Ok(left), Ok(new)) = (Document::read(stored), Document::read(new)) else { return false };
    let new = new.to_the_day();
    let new = if left.comment.is_none() { new.without_text() } else { new };
    left.answers.is_empty() || left == new
}

/// A response on its way into the store.
#[derive(Debug, Clone)]
pub struct NewResponse {
    /// The parsed response.
    pub response: Response,
    /// Its document, made once.
    pub document: String,
    /// Random bytes for its receipt.
    pub salt: [u8; 16],
    /// When it reached us, in UTC milliseconds.
    pub received_at: i64,
    /// The batch it came in; `None` for one that was sent by itself.
    pub batch_id: Option<i64>,
    /// The id that it came under, when that names another document.
    pub corrects: Option<Uuid>,
    /// Which device sent it and which time counts, when an enrolled one did.
    pub sent: Option<Sent>,
    /// Whether it came with the token of a visit.
    pub verified_visit: bool,
}

impl NewResponse {
    /// `response`, received at `received_at`. Of a response of a sample the days are
    /// kept and no time of day: it would tell which household was visited then.
    pub fn new(mut response: Response, salt: [u8; 16], mut received_at: i64) -> Self {
        if response.sample.is_some() {
            response.answered_at = day_of(response.answered_at);
            received_at = day_of(received_at);
        }
        let document = response.document();
        Self {
            response,
            document,
            salt,
            received_at,
            batch_id: None,
            corrects: None,
            sent: None,
            verified_visit: false,
        }
    }

    /// The same, sent by an enrolled device.
    #[must_use]
    pub fn sent(self, sent: Option<Sent>) -> Self {
        Self { sent, ..self }
    }

    /// Its receipt.
    pub(super) fn receipt(&self) -> Receipt {
        Receipt::of(&self.salt, &self.document)
    }

    /// The moment that counts for periods, in UTC milliseconds.
    pub fn counted_at(&self) -> i64 {
        let at = self.sent.map_or(self.response.answered_at, |sent| sent.counted_at);
        if self.response.sample.is_some() { day_of(at) } else { at }
    }
}

/// The first moment of the day of the moment `millis`, in Vietnam.
pub(super) fn day_of(millis: i64) -> i64 {
    midnight_millis(date_of_millis(millis))
}

/// What became of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Stored now.
    Stored(Receipt),
    /// Stored before with the same content.
    Same(Receipt),
    /// Another response has this id.
    Conflict,
}

/// A stored response as it is read back for figures and files.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredResponse {
    /// Its id.
    pub response_id: Uuid,
    /// Its commune.
    pub commune_code: String,
    /// Its document.
    pub document: String,
    /// Its place in the order in which responses were stored.
    pub seq: i64,
    /// The moment that counts for periods, in UTC milliseconds.
    pub answered_at: i64,
}

/// Which responses are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Selection {
    /// Of this commune.
    pub commune_code: String,
    /// To this instrument.
    pub instrument: String,
    /// In this version.
    pub version: u32,
    /// Answered at or after, in UTC milliseconds.
    pub from: i64,
    /// Answered before, in UTC milliseconds.
    pub until: i64,
}

/// What [`Db::responses_mark`] gives: compared, never read.
pub type Mark = (i64, i64, i64);

/// The insert statement for 1, 2, … [`MAX_BATCH`] rows: one commit is one statement.
static INSERTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    const COLUMNS: usize = 17;
    (1..=MAX_BATCH)
        .map(|rows| {
            let rows: Vec<String> = (0..rows)
                .map(|row| {
                    let binds: Vec<String> =
                        (1..=COLUMNS).map(|c| format!("${}", row * COLUMNS + c)).collect();
                    format!("({})", binds.join(","))
                })
                .collect();
            format!(
                "insert into responses (response_id, commune_code, instrument, version,
                 collection_point, channel, answered_at, received_at, salt, document,
                 batch_id, corrects, device_id, clock, verified_visit, sample, receipt)
                 values {} on conflict (response_id) do nothing returning response_id",
                rows.join(",")
            )
        })
        .collect()
});

/// How often an insert is tried again that the server ended so that another may go on.
const MAX_CIRCLES: usize = 5;

/// Whether two servers that were sent the same responses in another order waited for each
/// other, and this one was chosen to give way: nothing of it was stored, and the other has
/// gone on by now.
fn waited_in_a_circle(error: &sqlx::Error) -> bool {
    const DEADLOCK_DETECTED: &str = "40P01";
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == DEADLOCK_DETECTED)
}

/// Stores one response as part of other work.
pub(super) fn insert_one() -> &'static str {
    &INSERTS[0]
}

/// Binds the columns of `$new`, a [`NewResponse`], to `$query`.
macro_rules! bind_response {
    ($query:expr, $new:expr) => {{
        let (new, response) = ($new, &$new.response);
        $query
            .bind(response.id)
            .bind(response.commune_code.as_str())
            .bind(response.instrument.as_str())
            .bind(i64::from(response.version))
            .bind(response.collection_point.as_str())
            .bind(response.channel.name())
            .bind(new.counted_at())
            .bind(new.received_at)
            .bind(new.salt.as_slice())
            .bind(new.document.as_str())
            .bind(new.batch_id)
            .bind(new.corrects)
            .bind(new.sent.map(|sent| sent.device))
            .bind(new.sent.and_then(|sent| sent.flag).map(surveys::response::ClockFlag::name))
            .bind(i64::from(new.verified_visit))
            .bind(response.sample.as_ref().map(|of| of.code.as_str()))
            .bind(new.receipt().as_str().to_owned())
    }};
}
pub(super) use bind_response;

impl Db {
    /// Stores up to [`MAX_BATCH`] responses in one durable commit; one outcome
    /// each, in order.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nothing was stored.
    pub async fn insert_responses(&self, batch: &[NewResponse]) -> Result<Vec<Outcome>, Error> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let mut stored = self.insert_what_is_new(batch).await;
        for _ in 0..MAX_CIRCLES {
            match &stored {
                Err(error) if waited_in_a_circle(error) => {
                    stored = self.insert_what_is_new(batch).await;
                }
                _ => break,
            }
        }
        self.outcomes(batch, stored?).await
    }

    /// Stores any number of responses in one durable commit, with `event`; one outcome each,
    /// in order.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nothing of it was stored.
    pub async fn insert_queue(
        &self,
        queue: &[NewResponse],
        event: &Event,
    ) -> Result<Vec<Outcome>, Error> {
        let mut stored = self.insert_and_note(queue, event).await;
        for _ in 0..MAX_CIRCLES {
            match &stored {
                Err(error) if waited_in_a_circle(error) => {
                    stored = self.insert_and_note(queue, event).await;
                }
                _ => break,
            }
        }
        self.outcomes(queue, stored?).await
    }

    /// Inserts those of `queue` whose ids are new, and notes `event`; gives these ids.
    async fn insert_and_note(
        &self,
        queue: &[NewResponse],
        event: &Event,
    ) -> Result<Vec<(Uuid,)>, sqlx::Error> {
        on_db!(&self.write, |p| {
            let (mut work, mut stored) = (p.begin().await?, Vec::new());
            for some in queue.chunks(MAX_BATCH) {
                let sql: &'static str = &INSERTS[some.len() - 1];
                let mut query = sqlx::query_as(AssertSqlSafe(sql));
                for new in some {
                    query = bind_response!(query, new);
                }
                let mut new: Vec<(Uuid,)> = query.fetch_all(&mut *work).await?;
                stored.append(&mut new);
            }
            note!(&mut *work, event)?;
            work.commit().await?;
            Ok(stored)
        })
    }

    /// What became of each of `batch`, of which these ids were `stored` just now.
    async fn outcomes(
        &self,
        batch: &[NewResponse],
        stored: Vec<(Uuid,)>,
    ) -> Result<Vec<Outcome>, Error> {
        if stored.len() == batch.len() {
            return Ok(batch.iter().map(|new| Outcome::Stored(new.receipt())).collect());
        }
        let mut fresh: HashSet<Uuid> = stored.into_iter().map(|(id,)| id).collect();
        let mut outcomes = Vec::with_capacity(batch.len());
        for new in batch {
            // The first of two in one batch was the one stored; the second finds it.
            let outcome = if fresh.remove(&new.response.id) {
                Outcome::Stored(new.receipt())
            } else {
                match self.find(new.response.id).await? {
                    Some(kept) if is_same(&kept.1, kept.0.is_empty(), &new.document) => {
                        Outcome::Same(receipt_of(&kept))
                    }
                    _ => Outcome::Conflict,
                }
            };
            outcomes.push(outcome);
        }
        Ok(outcomes)
    }

    /// Inserts those of `batch` whose ids are new; gives these ids.
    async fn insert_what_is_new(&self, batch: &[NewResponse]) -> Result<Vec<(Uuid,)>, sqlx::Error> {
        let sql: &'static str = &INSERTS[batch.len() - 1];
        on_db!(&self.write, |p| {
            let mut query = sqlx::query_as(AssertSqlSafe(sql));
            for new in batch {
                query = bind_response!(query, new);
            }
            query.fetch_all(p).await
        })
    }

    async fn find(&self, id: Uuid) -> Result<Option<Kept>, Error> {
        const SQL: &str = "select salt, document, receipt from responses where response_id = $1";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).bind(id).fetch_optional(p).await)?)
    }

    /// The receipt of the response `id`, if it is stored.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn receipt(&self, id: Uuid) -> Result<Option<Receipt>, Error> {
        Ok(self.find(id).await?.as_ref().map(receipt_of))
    }

    /// The document of the response `id`, if it is stored.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn document(&self, id: Uuid) -> Result<Option<String>, Error> {
        Ok(self.find(id).await?.map(|(_, document, _)| document))
    }

    /// The selected responses that count, in the order in which they were stored.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn responses(&self, selection: &Selection) -> Result<Vec<StoredResponse>, Error> {
        const SQL: &str = concat!(
            "select response_id, commune_code, document, seq, answered_at from responses
            where commune_code = $1 and instrument = $2 and version = $3
            and answered_at >= $4 and answered_at < $5 and ",
            counts!(),
            " order by seq"
        );
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(&selection.commune_code)
            .bind(&selection.instrument)
            .bind(i64::from(selection.version))
            .bind(selection.from)
            .bind(selection.until)
            .fetch_all(p)
            .await)?)
    }

    /// Whether `commune_code` has a response to this version of the instrument that counts.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn is_answered(
        &self,
        commune_code: &str,
        instrument: &str,
        version: u32,
    ) -> Result<bool, Error> {
        const SQL: &str = concat!(
            "select 1 from responses
            where commune_code = $1 and instrument = $2 and version = $3 and ",
            counts!(),
            " limit 1"
        );
        let row: Option<(i32,)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(commune_code)
            .bind(instrument)
            .bind(i64::from(version))
            .fetch_optional(p)
            .await)?;
        Ok(row.is_some())
    }

    /// A mark that changes whenever the responses of the selection that count do: how
    /// many there are, counting or not, the last one's place, and how often any batch
    /// was finished or undone.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn responses_mark(&self, selection: &Selection) -> Result<Mark, Error> {
        Ok(on_db!(&self.read, |p| sqlx::query_as(MARK)
            .bind(&selection.commune_code)
            .bind(&selection.instrument)
            .bind(i64::from(selection.version))
            .bind(selection.from)
            .bind(selection.until)
            .fetch_one(p)
            .await)?)
    }
}

const MARK: &str = "select count(*), coalesce(max(seq), 0),
        (select count(finished_at) + count(undone_at) from batches)
    from responses
    where commune_code = $1 and instrument = $2 and version = $3
    and answered_at >= $4 and answered_at < $5";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Options, Pool};

    #[tokio::test]
    async fn the_mark_is_read_from_the_index_alone() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("hailong.db").display());
        let db = Db::open(&Options { url, simulated: false, readers: 1 }).await.unwrap();
        let Pool::Sqlite(pool) = &db.read else { panic!("an embedded database") };
        let explain = format!("explain query plan {MARK}");
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(AssertSqlSafe(explain)).fetch_all(pool).await.unwrap();
        let steps = plan.iter().map(|(.., step)| step.as_str()).collect::<Vec<_>>().join("\n");
        assert!(steps.contains("SEARCH responses USING COVERING INDEX"), "{steps}");
        assert!(steps.contains("answered_at>? AND answered_at<?"), "{steps}");
    }

    #[test]
    fn a_receipt_has_eight_characters_without_lookalikes() {
        let receipt = Receipt::of(&[7; 16], "{}");
        assert_eq!(receipt.as_str().len(), 8);
        assert!(receipt.as_str().chars().all(|c| c.is_ascii_alphanumeric() && !"ILOU".contains(c)));
        assert_eq!(receipt.to_string().len(), 9);
        assert_ne!(receipt, Receipt::of(&[8; 16], "{}"));
    }
}
