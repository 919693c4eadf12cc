//! The responses of a sample: each takes the place of a household of its village, and
//! those that do not belong are set aside.

use surveys::SampleCode;
use surveys::sample::SampleUnit;
use uuid::Uuid;

use super::super::batches::batch_counts;
use super::super::staff::note;
use super::super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// A response of a sample that counts.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SampleResponse {
    /// Its id.
    pub response_id: Uuid,
    /// The first moment of the day on which it was answered, in UTC milliseconds.
    pub answered_at: i64,
    /// The first moment of the day on which it reached us, in UTC milliseconds.
    pub received_at: i64,
    /// The tablet that sent it.
    pub device_id: Option<Uuid>,
    /// Its document.
    pub document: String,
}

/// What became of asking for a household's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is the response's own, now or since before.
    Own,
    /// Each of so many households to visit has its response.
    AllTaken(u32),
    /// The sample was withdrawn.
    Withdrawn,
}

/// Which responses of a sample are set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aside {
    /// Those of a tablet, of one primary sampling unit or of all.
    OfDevice(Uuid, Option<String>),
    /// One.
    Response(Uuid),
}

/// What one batch for responses set aside holds.
type Answered = (String, i64, String);

impl Db {
    /// Takes a place in `unit` for the response `id`. There are as many as households to
    /// visit; responses that were set aside have given theirs back. Of two that ask at
    /// once for the last one, one gets it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; no place is taken then.
    pub async fn take_place(&self, unit: &SampleUnit, id: Uuid) -> Result<Place, Error> {
        // Whoever changes the row first lets the others wait.
        const HOLD: &str = "update samples set sample = sample
            where sample = $1 and withdrawn_at is null";
        const OWN: &str = "select count(*) from sample_places
            where response_id = $1 and sample = $2 and psu = $3";
        const ISSUED: &str = "select count(*) from sample_households where sample = $1
            and psu = $2 and (reserve = 0 or stands_for is not null)";
        const TAKEN: &str = concat!(
            "select count(*) from sample_places as place where sample = $1 and psu = $2
            and not exists (select 1 from responses where responses.response_id = place.response_id
                and not (",
            batch_counts!(),
            "))"
        );
        const TAKE: &str = "insert into sample_places (response_id, sample, psu)
            values ($1, $2, $3) on conflict (response_id) do nothing";
        let code = unit.code.as_str();
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let held = sqlx::query(HOLD).bind(code).execute(&mut *work).await?.rows_affected();
            if held == 0 {
                return Ok(Place::Withdrawn);
            }
            let own = sqlx::query_as(OWN).bind(id).bind(code).bind(&unit.psu);
            let (own,): (i64,) = own.fetch_one(&mut *work).await?;
            if own == 1 {
                return Ok(Place::Own);
            }
            let issued = sqlx::query_as(ISSUED).bind(code).bind(&unit.psu);
            let (issued,): (i64,) = issued.fetch_one(&mut *work).await?;
            let taken = sqlx::query_as(TAKEN).bind(code).bind(&unit.psu);
            let (taken,): (i64,) = taken.fetch_one(&mut *work).await?;
            if taken >= issued {
                return Ok(Place::AllTaken(super::number(issued)?));
            }
            let take = sqlx::query(TAKE).bind(id).bind(code).bind(&unit.psu);
            let took = take.execute(&mut *work).await?.rows_affected();
            work.commit().await?;
            // The id is another unit's: its response is stored, and this one will be refused.
            Ok(if took == 1 { Place::Own } else { Place::AllTaken(super::number(issued)?) })
        })
    }

    /// The responses of the sample `code` that count, in the order in which they were
    /// stored.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn sample_responses(&self, code: &SampleCode) -> Result<Vec<SampleResponse>, Error> {
        const SQL: &str = concat!(
            "select response_id, answered_at, received_at, device_id, document from responses
            where sample = $1 and ",
            batch_counts!(),
            " order by seq"
        );
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).bind(code.as_str()).fetch_all(p).await)?)
    }

    /// Sets responses of the sample `code` aside: they stay stored, in batches that are
    /// undone for the reason `why`, count no more and give their places back. Gives how
    /// many, and notes `event` when there are any.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing is changed then.
    pub async fn set_aside(
        &self,
        code: &SampleCode,
        which: &Aside,
        why: &str,
        event: &Event,
    ) -> Result<u64, Error> {
        // The place of a response knows its unit; the condition is true of all when none is named.
        macro_rules! meant {
            () => {
                concat!(
                    "sample = $1 and (device_id = $2 or response_id = $3) and ($4 = '' or
                    response_id in (select response_id from sample_places
                        where sample = $1 and psu = $4)) and ",
                    batch_counts!()
                )
            };
        }
        const KINDS: &str = concat!(
            "select distinct instrument, version, collection_point from responses where ",
            meant!()
        );
        const BATCH: &str = "insert into batches
            (file_name, sha256, instrument, version, channel, point, map, begun_at,
             rows_read, stored, known, rejected, undone_at, undone_why)
            values ($1, '', $2, $3, 'interview', $4, '', $5, 0, 0, 0, 0, $5, $6) returning batch_id";
        const MOVE: &str = concat!(
            "update responses set batch_id = $5 where instrument = $6 and version = $7
             and collection_point = $8 and ",
            meant!()
        );
        let (device, psu, response) = match which {
            Aside::OfDevice(device, psu) => (Some(*device), psu.as_deref().unwrap_or(""), None),
            Aside::Response(id) => (None, "", Some(*id)),
        };
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let kinds = sqlx::query_as(KINDS).bind(code.as_str()).bind(device).bind(response);
            let kinds: Vec<Answered> = kinds.bind(psu).fetch_all(&mut *work).await?;
            let mut aside = 0;
            for (instrument, version, point) in kinds {
                let (batch,): (i64,) = sqlx::query_as(BATCH)
                    .bind(format!("sample {code}"))
                    .bind(&instrument)
                    .bind(version)
                    .bind(&point)
                    .bind(event.at)
                    .bind(why)
                    .fetch_one(&mut *work)
                    .await?;
                aside += sqlx::query(MOVE)
                    .bind(code.as_str())
                    .bind(device)
                    .bind(response)
                    .bind(psu)
                    .bind(batch)
                    .bind(&instrument)
                    .bind(version)
                    .bind(&point)
                    .execute(&mut *work)
                    .await?
                    .rows_affected();
            }
            if aside > 0 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            Ok(aside)
        })
    }

    /// Withdraws the sample `code`, unless it has responses, for the reason `why`: nothing
    /// shows it any more, and its tablets and codes are good for nothing. Notes `event`;
    /// false when there are responses.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing is changed then.
    pub async fn withdraw_sample(
        &self,
        code: &SampleCode,
        why: &str,
        event: &Event,
    ) -> Result<bool, Error> {
        const SAMPLE: &str = "update samples set withdrawn_at = $2, withdrawn_why = $3
            where sample = $1 and withdrawn_at is null
            and not exists (select 1 from sample_places where sample_places.sample = $1)";
        const CODES: &str = "delete from enrolment_codes where sample = $1";
        const DEVICES: &str = "update devices set revoked_at = $2
            where sample = $1 and revoked_at is null";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let sample = sqlx::query(SAMPLE).bind(code.as_str()).bind(event.at).bind(why);
            if sample.execute(&mut *work).await?.rows_affected() == 0 {
                return Ok(false);
            }
            sqlx::query(CODES).bind(code.as_str()).execute(&mut *work).await?;
            sqlx::query(DEVICES).bind(code.as_str()).bind(event.at).execute(&mut *work).await?;
            note!(&mut *work, event)?;
            work.commit().await?;
            Ok(true)
        })
    }
}
