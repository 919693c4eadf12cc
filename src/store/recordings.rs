//! Recordings: items read aloud, in the store so that every server has them. A collection
//! point may have its own; where it has none, one that every point shares is heard.

use sha2::{Digest, Sha256};
use surveys::{InstrumentId, ItemCode, PointCode};

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// Which item is read aloud, in which language, and where it is heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// The point whose own recording it is; `None` for the one that every point shares.
    pub point: Option<PointCode>,
    /// The instrument, in all its versions.
    pub instrument: InstrumentId,
    /// The item.
    pub item: ItemCode,
    /// The tag of the language: of any in which citizens are asked, also a further one.
    pub language: String,
}

impl Spoken {
    /// The point as it is stored: empty where every point shares the recording.
    fn at(&self) -> &str {
        self.point.as_ref().map_or("", PointCode::as_str)
    }
}

/// What is known of a recording without its sound.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Recorded {
    /// The point whose own it is; empty where every point shares it.
    pub collection_point: String,
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

macro_rules! select {
    ($which:literal) => {
        concat!(
            "select collection_point, instrument, item, language, media_type,
            cast(length(content) as bigint) as bytes, hash from recordings ",
            $which,
            " order by instrument, item, language, collection_point"
        )
    };
}

impl Db {
    /// Keeps a recording from the moment of `event` on, which is noted; it takes the place
    /// of an earlier one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn add_recording(
        &self,
        spoken: &Spoken,
        media_type: &str,
        content: &[u8],
        event: &Event,
    ) -> Result<(), Error> {
        const SQL: &str = "insert into recordings
            (collection_point, instrument, item, language, media_type, content, hash, added_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (collection_point, instrument, item, language) do update set
            media_type = excluded.media_type, content = excluded.content,
            hash = excluded.hash, added_at = excluded.added_at";
        let hash = Sha256::digest(content);
        let hash = hash[..6].iter().fold(0u64, |mark, byte| mark << 8 | u64::from(*byte));
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(SQL)
                .bind(spoken.at())
                .bind(spoken.instrument.as_str())
                .bind(spoken.item.as_str())
                .bind(&spoken.language)
                .bind(media_type)
                .bind(content)
                .bind(format!("{hash:012x}"))
                .bind(event.at)
                .execute(&mut *work)
                .await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// Every recording, without its sound.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn recordings(&self) -> Result<Vec<Recorded>, Error> {
        const SQL: &str = select!("");
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?)
    }

    /// What is heard of `instrument` at `point`, without its sound: the point's own
    /// recordings, and for the other items and languages those that every point shares.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn recordings_heard(
        &self,
        point: &PointCode,
        instrument: &InstrumentId,
    ) -> Result<Vec<Recorded>, Error> {
        const SQL: &str = select!(
            "where instrument = $2 and (collection_point = $1 or (collection_point = ''
            and not exists (
                select 1 from recordings own
                where own.collection_point = $1 and own.instrument = recordings.instrument
                and own.item = recordings.item and own.language = recordings.language)))"
        );
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(point.as_str())
            .bind(instrument.as_str())
            .fetch_all(p)
            .await)?)
    }

    /// The media type and sound of what is heard at the point of `spoken`: its own
    /// recording, or else the one that every point shares.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn recording(&self, spoken: &Spoken) -> Result<Option<(String, Vec<u8>)>, Error> {
        const SQL: &str = "select media_type, content from recordings
            where collection_point in ($1, '') and instrument = $2 and item = $3
            and language = $4 order by collection_point desc limit 1";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(spoken.at())
            .bind(spoken.instrument.as_str())
            .bind(spoken.item.as_str())
            .bind(&spoken.language)
            .fetch_optional(p)
            .await)?)
    }

    /// Removes a recording and notes `event`; false when there is none.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn remove_recording(&self, spoken: &Spoken, event: &Event) -> Result<bool, Error> {
        const SQL: &str = "delete from recordings where collection_point = $1
            and instrument = $2 and item = $3 and language = $4";
        let rows = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let rows = sqlx::query(SQL)
                .bind(spoken.at())
                .bind(spoken.instrument.as_str())
                .bind(spoken.item.as_str())
                .bind(&spoken.language)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if rows == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            rows
        });
        Ok(rows == 1)
    }
}
