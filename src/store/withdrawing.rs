//! What is held of one response for whoever has its receipt, and taking it back: nothing
//! but that there was one stays, and it counts no more.

use surveys::response::Document;
use surveys::{CommuneCode, PointCode};
use uuid::Uuid;

use super::batches::batch_counts;
use super::responses::{Receipt, day_of, receipt_of};
use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::Scope;
use crate::staff::audit::Event;

/// How many responses get their receipt between two commits.
const AT_ONCE: i64 = 500;

/// What the batch is called into which a response goes that was taken back.
macro_rules! withdrawn {
    () => {
        "(withdrawn)"
    };
}

/// Whether a response counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts in figures.
    Counts,
    /// It does not: its batch was undone, or it was set aside.
    Aside,
    /// It was taken back before.
    Withdrawn,
}

/// A response that somebody has the receipt of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its id.
    pub id: Uuid,
    /// Its commune.
    pub commune_code: CommuneCode,
    /// Its collection point.
    pub collection_point: PointCode,
    /// The moment it counts by, in UTC milliseconds.
    pub answered_at: i64,
    /// Its document.
    pub document: String,
    /// Whether it came with the token of a visit.
    pub verified_visit: bool,
    /// Whether it counts.
    pub standing: Standing,
    /// Whether its time of day is gone already.
    pub to_the_day: bool,
    /// The state of its comment, once it was gathered.
    pub comment: Option<String>,
}

impl Held {
    /// Whether it was taken back before.
    pub fn is_withdrawn(&self) -> bool {
        self.standing == Standing::Withdrawn
    }

    /// Where it was given, as a scope.
    pub fn scope(&self) -> Scope {
        let (commune, point) = (self.commune_code.clone(), self.collection_point.clone());
        Scope::Point { commune, point }
    }
}

type Row = (Uuid, String, String, i64, String, i64, i32, i32, i32, Option<String>);

fn held(row: Row) -> Result<Held, Error> {
    let (id, commune, point, answered_at, document, verified, counts, day, withdrawn, comment) =
        row;
    let damaged = |e: surveys::code::BadCode| Error::Damaged(e.to_string());
    Ok(Held {
        id,
        commune_code: CommuneCode::parse(&commune).map_err(damaged)?,
        collection_point: PointCode::parse(&point).map_err(damaged)?,
        answered_at,
        document,
        verified_visit: verified == 1,
        standing: match (counts, withdrawn) {
            (_, 1) => Standing::Withdrawn,
            (1, _) => Standing::Counts,
            _ => Standing::Aside,
        },
        to_the_day: day == 1,
        comment,
    })
}

impl Db {
    /// The responses with this receipt: none, one, or, once in a million, two.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn held_by(&self, receipt: &Receipt) -> Result<Vec<Held>, Error> {
        const SQL: &str = concat!(
            "select response_id, commune_code, collection_point, answered_at, document,
                verified_visit, case when ",
            batch_counts!(),
            " then 1 else 0 end, case when length(salt) = 0 then 1 else 0 end,
                (select cast(count(*) as integer) from batches
                 where batches.batch_id = responses.batch_id and sha256 = '' and file_name = '",
            withdrawn!(),
            "'), (select state from comments where comments.response_id = responses.response_id)
             from responses where receipt = $1 order by seq limit 2"
        );
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(receipt.as_str()).fetch_all(p).await)?;
        rows.into_iter().map(held).collect()
    }

    /// Takes the response `id` back and notes `event`: its answers, its free text and what
    /// staff made of it, and the time of day are gone, and it counts no more. That there
    /// was one, where and on which day, stays. False when it was taken back before.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing is changed then.
    pub async fn withdraw_response(&self, id: Uuid, event: &Event) -> Result<bool, Error> {
        // A batch that is undone tells every server that figures are to be made anew.
        const BATCH: &str = concat!(
            "insert into batches (file_name, sha256, instrument, version, channel, point, map,
                begun_at, rows_read, stored, known, rejected, undone_at, undone_why)
             select '",
            withdrawn!(),
            "', '', instrument, version, channel, collection_point, '', $2, 0, 0, 0, 0, $2, ''
             from responses where response_id = $1 and not exists (select 1 from batches as own
                where own.batch_id = responses.batch_id and own.sha256 = '' and own.file_name = '",
            withdrawn!(),
            "') returning batch_id"
        );
        const READ: &str = "select salt, document, receipt, answered_at, received_at
            from responses where response_id = $1";
        const LEFT: &str = "update responses set document = $2, answered_at = $3,
            received_at = $4, receipt = $5, salt = $6, batch_id = $7, device_id = null,
            clock = null, verified_visit = 0 where response_id = $1";
        const COMMENT: &str = "delete from comments where response_id = $1";
        const PLACE: &str = "delete from sample_places where response_id = $1";
        const SHEETS: &str = "update paper_keyings set document = $2
            where document is not null and exists (select 1 from paper_keyings as own
                where own.response_id = $1 and own.batch_id = paper_keyings.batch_id
                and own.serial = paper_keyings.serial)";
        type Whole = (Vec<u8>, String, Option<String>, i64, i64);
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let batch = sqlx::query_as(BATCH).bind(id).bind(day_of(event.at));
            let batch: Option<(i64,)> = batch.fetch_optional(&mut *work).await?;
            let Some((batch,)) = batch else { return Ok(false) };
            let whole = sqlx::query_as(READ).bind(id).fetch_one(&mut *work).await?;
            let (salt, document, receipt, answered_at, received_at): Whole = whole;
            let left = Document::read(&document).map_err(|e| Error::Damaged(e.to_string()))?;
            let left = left.withdrawn().written();
            let receipt = receipt_of(&(salt, document, receipt));
            sqlx::query(LEFT)
                .bind(id)
                .bind(&left)
                .bind(day_of(answered_at))
                .bind(day_of(received_at))
                .bind(receipt.as_str())
                .bind(Vec::<u8>::new())
                .bind(batch)
                .execute(&mut *work)
                .await?;
            for sql in [COMMENT, PLACE] {
                sqlx::query(sql).bind(id).execute(&mut *work).await?;
            }
            sqlx::query(SHEETS).bind(id).bind(&left).execute(&mut *work).await?;
            note!(&mut *work, event)?;
            work.commit().await?;
            Ok(true)
        })
    }

    /// Writes down the receipts of responses from before receipts were written down; how
    /// many.
    ///
    /// # Errors
    /// [`Error`] when it could not go on; what was done before stays done.
    pub async fn fill_receipts(&self) -> Result<u64, Error> {
        const SOME: &str = "select response_id, salt, document from responses
            where receipt is null limit $1";
        const FILL: &str = "update responses set receipt = $2
            where response_id = $1 and receipt is null";
        let mut all = 0;
        loop {
            let rows: Vec<(Uuid, Vec<u8>, String)> =
                on_db!(&self.read, |p| sqlx::query_as(SOME).bind(AT_ONCE).fetch_all(p).await)?;
            if rows.is_empty() {
                return Ok(all);
            }
            on_db!(&self.write, |p| {
                let mut work = p.begin().await?;
                for (id, salt, document) in rows {
                    let receipt = receipt_of(&(salt, document, None));
                    let fill = sqlx::query(FILL).bind(id).bind(receipt.as_str());
                    all += fill.execute(&mut *work).await?.rows_affected();
                }
                work.commit().await?;
            });
        }
    }
}
