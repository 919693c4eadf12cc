//! Recordings: items read aloud, in the store so that every server has them.

use sha2::{Digest, Sha256};
use surveys::{InstrumentId, ItemCode, Language};

use super::{Db, Error, on_db};

/// Which item is read aloud, in which language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// The instrument, in all its versions.
    pub instrument: InstrumentId,
    /// The item.
    pub item: ItemCode,
    /// The language.
    pub language: Language,
}

/// What is known of a recording without its sound.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Recorded {
    /// The instrument's id.
    pub instrument: String,
    /// The item's code.
    pub item: String,
    /// The language's tag.
    pub language: String,
    /// Its media type.
    pub media_type: String,
    /// How many bytes it has.
    pub bytes: i64,
    /// A mark of its content.
    pub hash: String,
}

impl Db {
    /// Keeps a recording; it takes the place of an earlier one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn add_recording(
        &self,
        spoken: &Spoken,
        media_type: &str,
        content: &[u8],
        now: i64,
    ) -> Result<(), Error> {
        const SQL: &str = "insert into recordings
            (instrument, item, language, media_type, content, hash, added_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (instrument, item, language) do update set
            media_type = excluded.media_type, content = excluded.content,
            hash = excluded.hash, added_at = excluded.added_at";
        let hash = Sha256::digest(content);
        let hash = hash[..6].iter().fold(0u64, |mark, byte| mark << 8 | u64::from(*byte));
        on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(spoken.instrument.as_str())
            .bind(spoken.item.as_str())
            .bind(spoken.language.tag())
            .bind(media_type)
            .bind(content)
            .bind(format!("{hash:012x}"))
            .bind(now)
            .execute(p)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Every recording, without its sound.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn recordings(&self) -> Result<Vec<Recorded>, Error> {
        const SQL: &str = "select instrument, item, language, media_type,
            cast(length(content) as bigint) as bytes, hash from recordings
            order by instrument, item, language";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?)
    }

    /// The media type and sound of one recording.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn recording(&self, spoken: &Spoken) -> Result<Option<(String, Vec<u8>)>, Error> {
        const SQL: &str = "select media_type, content from recordings
            where instrument = $1 and item = $2 and language = $3";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(spoken.instrument.as_str())
            .bind(spoken.item.as_str())
            .bind(spoken.language.tag())
            .fetch_optional(p)
            .await)?)
    }

    /// Removes a recording; false when there is none.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn remove_recording(&self, spoken: &Spoken) -> Result<bool, Error> {
        const SQL: &str =
            "delete from recordings where instrument = $1 and item = $2 and language = $3";
        let rows = on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(spoken.instrument.as_str())
            .bind(spoken.item.as_str())
            .bind(spoken.language.tag())
            .execute(p)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(rows == 1)
    }
}
