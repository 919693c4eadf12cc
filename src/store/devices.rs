//! Enrolled devices: the tablets that may submit for one collection point.

use surveys::collection_point::CollectionPoint;
use surveys::response::ClockFlag;
use surveys::{PointCode, SampleCode};
use uuid::Uuid;

use super::enrolment::Token;
use super::staff::note;
use super::tablet_key::TabletKey;
use super::{Db, Error, on_db};
use crate::staff::Scope;
use crate::staff::audit::Event;

/// A tablet that was enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: Uuid,
    /// The collection point it submits for.
    pub collection_point: PointCode,
    /// What staff call it.
    pub name: String,
    /// When it was enrolled, in UTC milliseconds.
    pub enrolled_at: i64,
    /// When its token was revoked, if it was.
    pub revoked_at: Option<i64>,
    /// When it last sent anything.
    pub last_seen_at: i64,
    /// What it last told of itself, as JSON.
    pub report: Option<String>,
    /// What it interviews for; `None` for a tablet at the counter.
    pub interviews: Option<Interviews>,
    /// The key by which it signs files; `None` when it was enrolled without one.
    pub key: Option<TabletKey>,
}

/// For which sample and as whom a tablet interviews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interviews {
    /// The sample.
    pub sample: SampleCode,
    /// The interviewer's number in it.
    pub interviewer: u32,
}

impl Interviews {
    /// What the columns `sample` and `interviewer` of one row say.
    pub(super) fn of_row(
        sample: Option<&str>,
        interviewer: Option<i64>,
    ) -> Result<Option<Self>, Error> {
        let Some((sample, interviewer)) = sample.zip(interviewer) else { return Ok(None) };
        let damaged = || Error::Damaged(format!("interviewer {interviewer} of {sample}"));
        let code = SampleCode::parse(sample).map_err(|_| damaged())?;
        let interviewer = u32::try_from(interviewer).map_err(|_| damaged())?;
        Ok(Some(Self { sample: code, interviewer }))
    }
}

/// Which device sent a response and which time counts for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// The device's id.
    pub device: Uuid,
    /// The moment that counts for periods, in UTC milliseconds.
    pub counted_at: i64,
    /// What was done about the device's clock, when it was wrong.
    pub flag: Option<ClockFlag>,
}

macro_rules! select {
    ($which:literal) => {
        concat!(
            "select device_id, collection_point, name, enrolled_at, revoked_at,
            last_seen_at, report, sample, interviewer, signing_key from devices ",
            $which
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    device_id: Uuid,
    collection_point: String,
    name: String,
    enrolled_at: i64,
    revoked_at: Option<i64>,
    last_seen_at: i64,
    report: Option<String>,
    sample: Option<String>,
    interviewer: Option<i64>,
    signing_key: Option<Vec<u8>>,
}

impl TryFrom<Row> for Device {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let code = PointCode::parse(&row.collection_point);
        let damaged = || Error::Damaged(format!("the key of the device {}", row.device_id));
        let key = |bytes| TabletKey::kept(bytes).ok_or_else(damaged);
        Ok(Self {
            id: row.device_id,
            collection_point: code.map_err(|e| Error::Damaged(e.to_string()))?,
            name: row.name,
            enrolled_at: row.enrolled_at,
            revoked_at: row.revoked_at,
            last_seen_at: row.last_seen_at,
            report: row.report,
            interviews: Interviews::of_row(row.sample.as_deref(), row.interviewer)?,
            key: row.signing_key.map(key).transpose()?,
        })
    }
}

impl Db {
    /// The device with `token`, unless it was revoked.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn device_with(&self, token: &Token) -> Result<Option<Device>, Error> {
        const SQL: &str = select!("where token_hash = $1 and revoked_at is null");
        let row: Option<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(token.hash()).fetch_optional(p).await)?;
        row.map(Device::try_from).transpose()
    }

    /// The device `id`, revoked or not.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn device(&self, id: Uuid) -> Result<Option<Device>, Error> {
        const SQL: &str = select!("where device_id = $1");
        let row: Option<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(id).fetch_optional(p).await)?;
        row.map(Device::try_from).transpose()
    }

    /// Every device, in the order in which they were enrolled.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn devices(&self) -> Result<Vec<Device>, Error> {
        const SQL: &str = select!("order by enrolled_at, device_id");
        let rows: Vec<Row> = on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?;
        rows.into_iter().map(Device::try_from).collect()
    }

    /// The devices at the collection points within `scope`, each with its point, in the
    /// order in which they were enrolled.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn devices_within(
        &self,
        scope: &Scope,
    ) -> Result<Vec<(Device, CollectionPoint)>, Error> {
        let points = self.collection_points_within(scope).await?;
        let at = |device: Device| {
            let point = points.iter().find(|point| point.code == device.collection_point)?;
            Some((device, point.clone()))
        };
        Ok(self.devices().await?.into_iter().filter_map(at).collect())
    }

    /// The devices of `point`, in the order in which they were enrolled.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn devices_of(&self, point: &PointCode) -> Result<Vec<Device>, Error> {
        const SQL: &str = select!("where collection_point = $1 order by enrolled_at, device_id");
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(point.as_str()).fetch_all(p).await)?;
        rows.into_iter().map(Device::try_from).collect()
    }

    /// Notes that the device `id` was seen at `now`, and its report if it told one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn device_seen(&self, id: Uuid, now: i64, report: Option<&str>) -> Result<(), Error> {
        const SQL: &str = "update devices set last_seen_at = $2, report = coalesce($3, report)
            where device_id = $1";
        on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(id)
            .bind(now)
            .bind(report)
            .execute(p)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Revokes the token of the device `id` at the moment of `event` and notes it; false
    /// when there is no such device or it was revoked before.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn revoke_device(&self, id: Uuid, event: &Event) -> Result<bool, Error> {
        const SQL: &str =
            "update devices set revoked_at = $2 where device_id = $1 and revoked_at is null";
        let rows = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let revoked = sqlx::query(SQL).bind(id).bind(event.at).execute(&mut *work).await?;
            if revoked.rows_affected() == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            revoked.rows_affected()
        });
        Ok(rows == 1)
    }
}
