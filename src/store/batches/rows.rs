//! The rows of a batch: stored, found again, brought back, or put in another's place.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::super::responses::{MAX_BATCH, NewResponse, Outcome, is_same};
use super::super::{Db, Error, on_db};
use super::{counts, set_aside};

/// What became of a row of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is this batch's: stored now, or stored before in a batch that does not count.
    Own,
    /// It was there before.
    Known,
    /// Another response that counts has its id.
    Conflict,
    /// The response with its id was set aside by people, and no file brings it back.
    SetAside,
}

/// What a stored response says, and whether it was reduced.
struct Said(String, bool);

impl Said {
    /// Whether `new` says the same.
    fn is(&self, new: &NewResponse) -> bool {
        is_same(&self.0, self.1, &new.document)
    }
}

/// The number of no batch.
const NO_BATCH: i64 = 0;

/// `$2, $3, …`: room for the ids of a whole batch of responses.
fn ids() -> String {
    (2..2 + MAX_BATCH).map(|n| format!("${n}")).collect::<Vec<_>>().join(",")
}

/// `ids` and as many times the first of them as are missing to [`MAX_BATCH`].
fn padded(ids: &[Uuid]) -> impl Iterator<Item = Uuid> {
    ids.iter().chain(std::iter::repeat(&ids[0])).take(MAX_BATCH).copied()
}

/// Makes responses that do not count, and are not the batch's, its own.
static ADOPT: LazyLock<String> = LazyLock::new(|| {
    let (ids, counts) = (ids(), counts!());
    format!(
        "update responses set batch_id = $1 where response_id in ({ids})
         and batch_id <> $1 and not ({counts}) returning response_id"
    )
});

/// Which of the ids belong to responses that were set aside.
static SET_ASIDE: LazyLock<String> = LazyLock::new(|| {
    let (ids, set_aside) = (ids(), set_aside!());
    format!(
        "select response_id from responses where response_id in ({ids}) and {set_aside}
         and $1 = $1"
    )
});

/// Which of the ids belong to responses of other batches that do not count.
static SUPERSEDED: LazyLock<String> = LazyLock::new(|| {
    let (ids, counts) = (ids(), counts!());
    format!(
        "select response_id from responses where response_id in ({ids})
         and batch_id <> $1 and not ({counts})"
    )
});

/// What stands in place of responses with these ids.
static CORRECTIONS: LazyLock<String> = LazyLock::new(|| {
    let (ids, counts) = (ids(), counts!());
    format!(
        "select corrects, document, case when length(salt) = 0 then 1 else 0 end
         from responses where corrects in ({ids})
         and (batch_id = $1 or {counts})"
    )
});

/// The responses with these ids: what each says, whether it was reduced, and whether its id
/// is taken for good: it counts, or is of no batch that could be undone.
static THERE: LazyLock<String> = LazyLock::new(|| {
    let (ids, counts) = (ids(), counts!());
    format!(
        "select response_id, document, case when length(salt) = 0 then 1 else 0 end,
         case when batch_id is null or {counts} then 1 else 0 end
         from responses where response_id in ({ids}) and $1 = $1"
    )
});

impl Db {
    /// What would become of up to [`MAX_BATCH`] responses with different ids as part of a
    /// new batch, in order: what [`Db::store_in_batch`] would say, and nothing is stored.
    ///
    /// # Errors
    /// [`Error`] when they cannot be looked up.
    pub async fn try_in_batch(&self, responses: &[NewResponse]) -> Result<Vec<Kept>, Error> {
        if responses.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = responses.iter().map(|new| new.response.id).collect();
        let corrections = self.corrections(NO_BATCH, &ids).await?;
        let there: Vec<(Uuid, String, i32, i32)> = self.about(&THERE, NO_BATCH, &ids).await?;
        let there: HashMap<Uuid, (Said, i32)> = there
            .into_iter()
            .map(|(id, document, reduced, taken)| (id, (Said(document, reduced == 1), taken)))
            .collect();
        let aside = self.set_aside_among(&ids).await?;
        let kept = |new: &NewResponse| match corrections.get(&new.response.id) {
            _ if aside.contains(&new.response.id) => Kept::SetAside,
            Some(said) if said.is(new) => Kept::Known,
            Some(_) => Kept::Conflict,
            None => match there.get(&new.response.id) {
                None | Some((_, 0)) => Kept::Own,
                Some((said, _)) if said.is(new) => Kept::Known,
                Some(_) => Kept::Conflict,
            },
        };
        Ok(responses.iter().map(kept).collect())
    }

    /// Stores up to [`MAX_BATCH`] responses as part of a batch that is not finished;
    /// what became of each, in order.
    ///
    /// An id names one document for ever. When it names one that no longer counts,
    /// a response with another document is stored under an id made of both and says
    /// which id it corrects, so that a file can be undone, mended and imported again.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nothing was stored, or the first part of them.
    pub async fn store_in_batch(
        &self,
        batch_id: i64,
        responses: &[NewResponse],
    ) -> Result<Vec<Kept>, Error> {
        if responses.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = responses.iter().map(|new| new.response.id).collect();
        let corrections = self.corrections(batch_id, &ids).await?;
        let aside = self.set_aside_among(&ids).await?;
        let mut kept = vec![Kept::Conflict; responses.len()];
        let mut places = Vec::with_capacity(responses.len());
        let mut rest = Vec::with_capacity(responses.len());
        for (place, new) in responses.iter().enumerate() {
            match corrections.get(&new.response.id) {
                _ if aside.contains(&new.response.id) => kept[place] = Kept::SetAside,
                Some(said) if said.is(new) => kept[place] = Kept::Known,
                Some(_) => {}
                None => {
                    places.push(place);
                    rest.push(NewResponse { batch_id: Some(batch_id), ..new.clone() });
                }
            }
        }
        let first = self.insert_or_adopt(batch_id, &rest).await?;
        let refused: Vec<(usize, NewResponse)> = first
            .iter()
            .zip(places.iter().zip(rest))
            .filter(|(outcome, _)| **outcome == Kept::Conflict)
            .map(|(_, (place, new))| (*place, new))
            .collect();
        for (place, outcome) in places.iter().zip(&first) {
            kept[*place] = *outcome;
        }
        if refused.is_empty() {
            return Ok(kept);
        }
        let ids: Vec<Uuid> = refused.iter().map(|(_, new)| new.response.id).collect();
        let superseded: Vec<(Uuid,)> = self.about(&SUPERSEDED, batch_id, &ids).await?;
        let mut superseded: HashSet<Uuid> = superseded.into_iter().map(|(id,)| id).collect();
        // Of two rows with one id the first corrects; the second is another response.
        let (places, corrections): (Vec<usize>, Vec<NewResponse>) = refused
            .into_iter()
            .filter(|(_, new)| superseded.remove(&new.response.id))
            .map(|(place, new)| (place, correction(new)))
            .unzip();
        let second = self.insert_or_adopt(batch_id, &corrections).await?;
        for (place, outcome) in places.into_iter().zip(second) {
            kept[place] = outcome;
        }
        Ok(kept)
    }

    /// Stores responses; those that are there with the same content and do not
    /// count become the batch's own.
    async fn insert_or_adopt(
        &self,
        batch_id: i64,
        responses: &[NewResponse],
    ) -> Result<Vec<Kept>, Error> {
        let outcomes = self.insert_responses(responses).await?;
        let same = |(new, outcome): (&NewResponse, &Outcome)| {
            matches!(outcome, Outcome::Same(_)).then_some(new.response.id)
        };
        let same: Vec<Uuid> = responses.iter().zip(&outcomes).filter_map(same).collect();
        let mut adopted = HashSet::new();
        if !same.is_empty() {
            let sql: &'static str = &ADOPT;
            let rows: Vec<(Uuid,)> = on_db!(&self.write, |p| {
                let mut query = sqlx::query_as(AssertSqlSafe(sql)).bind(batch_id);
                for id in padded(&same) {
                    query = query.bind(id);
                }
                query.fetch_all(p).await
            })?;
            adopted.extend(rows.into_iter().map(|(id,)| id));
        }
        let kept = responses.iter().zip(outcomes).map(|(new, outcome)| match outcome {
            Outcome::Stored(_) => Kept::Own,
            Outcome::Same(_) if adopted.remove(&new.response.id) => Kept::Own,
            Outcome::Same(_) => Kept::Known,
            Outcome::Conflict => Kept::Conflict,
        });
        Ok(kept.collect())
    }

    /// Those of `ids` that belong to responses that were set aside.
    async fn set_aside_among(&self, ids: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
        let rows: Vec<(Uuid,)> = self.about(&SET_ASIDE, NO_BATCH, ids).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// What stands in place of those of `ids` that were corrected.
    async fn corrections(&self, batch_id: i64, ids: &[Uuid]) -> Result<HashMap<Uuid, Said>, Error> {
        let rows: Vec<(Uuid, String, i32)> = self.about(&CORRECTIONS, batch_id, ids).await?;
        let said =
            rows.into_iter().map(|(id, document, reduced)| (id, Said(document, reduced == 1)));
        Ok(said.collect())
    }

    async fn about<T>(
        &self,
        sql: &'static LazyLock<String>,
        batch_id: i64,
        ids: &[Uuid],
    ) -> Result<Vec<T>, Error>
    where
        T: Send + Unpin,
        T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>,
        T: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
    {
        let sql: &'static str = sql;
        Ok(on_db!(&self.read, |p| {
            let mut query = sqlx::query_as(AssertSqlSafe(sql)).bind(batch_id);
            for id in padded(ids) {
                query = query.bind(id);
            }
            query.fetch_all(p).await
        })?)
    }
}

/// `new` under an id made of its own and its document.
fn correction(mut new: NewResponse) -> NewResponse {
    let id = new.response.id;
    let hash = Sha256::new()
        .chain_update(b"hailong correction 1\n")
        .chain_update(id.as_bytes())
        .chain_update(&new.document)
        .finalize();
    let bytes: [u8; 16] = hash[..16].try_into().expect("a hash has 32 bytes");
    new.response.id = uuid::Builder::from_custom_bytes(bytes).into_uuid();
    new.corrects = Some(id);
    new
}
