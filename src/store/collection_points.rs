//! Collection points. What staff change of one is stored together with its line in the
//! audit log.

use surveys::collection_point::CollectionPoint;
use surveys::{CommuneCode, Instrument, InstrumentId, PointCode};

use super::batches::counts;
use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::Scope;
use crate::staff::audit::Event;

type Row = (String, String, String, String, Option<i64>);

macro_rules! select {
    ($which:literal) => {
        concat!(
            "select code, commune_code, name, instrument, retired_at from collection_points ",
            $which
        )
    };
}

/// Inserts `$point`, made at `$now`, with `$executor`; nothing when its code is taken,
/// in whichever case: who types an address hears no difference.
macro_rules! insert {
    ($executor:expr, $point:expr, $now:expr) => {
        sqlx::query(
            "insert into collection_points (code, commune_code, name, instrument, created_at)
            select $1, $2, $3, $4, cast($5 as bigint)
            where not exists (
                select 1 from collection_points where lower(code) = lower($1))
            on conflict (code) do nothing",
        )
        .bind($point.code.as_str())
        .bind($point.commune_code.as_str())
        .bind(&$point.name)
        .bind($point.instrument.as_str())
        .bind($now)
        .execute($executor)
        .await
        .map(|done| done.rows_affected())
    };
}

/// The scope of `point` itself.
pub fn scope_of(point: &CollectionPoint) -> Scope {
    Scope::Point { commune: point.commune_code.clone(), point: point.code.clone() }
}

fn point((code, commune, name, instrument, retired_at): Row) -> Result<CollectionPoint, Error> {
    let damaged = |e: surveys::code::BadCode| Error::Damaged(e.to_string());
    Ok(CollectionPoint {
        code: PointCode::parse(&code).map_err(damaged)?,
        commune_code: CommuneCode::parse(&commune).map_err(damaged)?,
        name,
        instrument: InstrumentId::parse(&instrument).map_err(damaged)?,
        retired: retired_at.is_some(),
    })
}

impl Db {
    /// Adds `point`; false when its code is taken already, in whichever case.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn add_collection_point(
        &self,
        point: &CollectionPoint,
        now: i64,
    ) -> Result<bool, Error> {
        let rows = on_db!(&self.write, |p| insert!(p, point, now))?;
        Ok(rows == 1)
    }

    /// The same for staff, with `event` in the audit log.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn make_collection_point(
        &self,
        point: &CollectionPoint,
        event: &Event,
    ) -> Result<bool, Error> {
        let rows = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let rows = insert!(&mut *work, point, event.at)?;
            if rows == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            rows
        });
        Ok(rows == 1)
    }

    /// Gives the point `code` another name and notes `event`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn rename_point(
        &self,
        code: &PointCode,
        name: &str,
        event: &Event,
    ) -> Result<(), Error> {
        const SQL: &str = "update collection_points set name = $2 where code = $1";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(SQL).bind(code.as_str()).bind(name).execute(&mut *work).await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// Retires the point `code` at the moment of `event`, or with `retired` false takes
    /// it into use again, and notes `event`; false when it was so before.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn set_retired(
        &self,
        code: &PointCode,
        retired: bool,
        event: &Event,
    ) -> Result<bool, Error> {
        const RETIRE: &str = "update collection_points set retired_at = $2
            where code = $1 and retired_at is null";
        const REOPEN: &str = "update collection_points set retired_at = null
            where code = $1 and retired_at is not null";
        let rows = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let change = if retired {
                sqlx::query(RETIRE).bind(code.as_str()).bind(event.at)
            } else {
                sqlx::query(REOPEN).bind(code.as_str())
            };
            let rows = change.execute(&mut *work).await?.rows_affected();
            if rows == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            rows
        });
        Ok(rows == 1)
    }

    /// How many responses to `instrument` count that were given at each point of
    /// `commune` from `since` on; points without any are left out.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn responses_since(
        &self,
        commune: &CommuneCode,
        instrument: &Instrument,
        since: i64,
    ) -> Result<Vec<(String, i64)>, Error> {
        const SQL: &str = concat!(
            "select collection_point, count(*) from responses
            where commune_code = $1 and instrument = $2 and version = $3 and answered_at >= $4
            and ",
            counts!(),
            " group by collection_point"
        );
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(commune.as_str())
            .bind(instrument.id.as_str())
            .bind(i64::from(instrument.version))
            .bind(since)
            .fetch_all(p)
            .await)?)
    }

    /// The collection point `code`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn collection_point(&self, code: &str) -> Result<Option<CollectionPoint>, Error> {
        const SQL: &str = select!("where code = $1");
        let row: Option<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(code).fetch_optional(p).await)?;
        row.map(point).transpose()
    }

    /// Every collection point, by code.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn collection_points(&self) -> Result<Vec<CollectionPoint>, Error> {
        const SQL: &str = select!("order by code");
        let rows: Vec<Row> = on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?;
        rows.into_iter().map(point).collect()
    }

    /// The collection points within `scope`, by code.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn collection_points_within(
        &self,
        scope: &Scope,
    ) -> Result<Vec<CollectionPoint>, Error> {
        let mut points = self.collection_points().await?;
        points.retain(|point| scope.covers(&scope_of(point)));
        Ok(points)
    }

    /// The collection points of `commune`, by code.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn collection_points_of(
        &self,
        commune: &CommuneCode,
    ) -> Result<Vec<CollectionPoint>, Error> {
        const SQL: &str = select!("where commune_code = $1 order by code");
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(commune.as_str()).fetch_all(p).await)?;
        rows.into_iter().map(point).collect()
    }
}
