//! Drafts: what a citizen has answered so far on a page.

use surveys::{Language, PointCode};
use uuid::Uuid;

use super::{Db, Error, on_db};

/// Answers that are not submitted yet. Its id becomes the response's id, so
/// that submitting twice stores once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The response id to be.
    pub id: Uuid,
    /// Where it was begun.
    pub collection_point: PointCode,
    /// The instrument it answers.
    pub instrument: String,
    /// The version it was begun on.
    pub version: u32,
    /// The language in which it is read.
    pub language: Language,
    /// What was answered so far, as the page that asks writes it in JSON.
    pub answers: String,
    /// When it was begun, in UTC milliseconds.
    pub started_at: i64,
}

impl Db {
    /// Stores `draft`, replacing what was stored under its id.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn save_draft(&self, draft: &Draft) -> Result<(), Error> {
        const SQL: &str = "insert into drafts
            (draft_id, collection_point, instrument, version, language, answers, started_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (draft_id) do update
            set language = excluded.language, answers = excluded.answers";
        on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(draft.id)
            .bind(draft.collection_point.as_str())
            .bind(&draft.instrument)
            .bind(i64::from(draft.version))
            .bind(draft.language.tag())
            .bind(&draft.answers)
            .bind(draft.started_at)
            .execute(p)
            .await
            .map(drop))?;
        Ok(())
    }

    /// The draft `id`, if it is not submitted or purged.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn draft(&self, id: Uuid) -> Result<Option<Draft>, Error> {
        const SQL: &str =
            "select collection_point, instrument, version, language, answers, started_at
            from drafts where draft_id = $1";
        type Row = (String, String, i64, String, String, i64);
        let row: Option<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(id).fetch_optional(p).await)?;
        row.map(|(point, instrument, version, language, answers, started_at)| {
            Ok(Draft {
                id,
                collection_point: PointCode::parse(&point)
                    .map_err(|e| Error::Damaged(e.to_string()))?,
                instrument,
                version: u32::try_from(version).map_err(|e| Error::Damaged(e.to_string()))?,
                language: Language::of_tag(&language).unwrap_or_default(),
                answers,
                started_at,
            })
        })
        .transpose()
    }

    /// Removes the draft `id`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn remove_draft(&self, id: Uuid) -> Result<(), Error> {
        const SQL: &str = "delete from drafts where draft_id = $1";
        on_db!(&self.write, |p| sqlx::query(SQL).bind(id).execute(p).await.map(drop))?;
        Ok(())
    }

    /// Removes every draft begun before `moment`; gives how many.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn purge_drafts(&self, moment: i64) -> Result<u64, Error> {
        const SQL: &str = "delete from drafts where started_at < $1";
        let rows = on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(moment)
            .execute(p)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(rows)
    }
}
