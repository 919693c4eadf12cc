//! Collection points.

use surveys::collection_point::CollectionPoint;
use surveys::{CommuneCode, InstrumentId, PointCode};

use super::{Db, Error, on_db};
use crate::staff::Scope;

type Row = (String, String, String, String);

fn point((code, commune, name, instrument): Row) -> Result<CollectionPoint, Error> {
    let damaged = |e: surveys::code::BadCode| Error::Damaged(e.to_string());
    Ok(CollectionPoint {
        code: PointCode::parse(&code).map_err(damaged)?,
        commune_code: CommuneCode::parse(&commune).map_err(damaged)?,
        name,
        instrument: InstrumentId::parse(&instrument).map_err(damaged)?,
    })
}

impl Db {
    /// Adds `point`; false when its code is taken already.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn add_collection_point(
        &self,
        point: &CollectionPoint,
        now: i64,
    ) -> Result<bool, Error> {
        const SQL: &str = "insert into collection_points
            (code, commune_code, name, instrument, created_at) values ($1, $2, $3, $4, $5)
            on conflict (code) do nothing";
        let rows = on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(point.code.as_str())
            .bind(point.commune_code.as_str())
            .bind(&point.name)
            .bind(point.instrument.as_str())
            .bind(now)
            .execute(p)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(rows == 1)
    }

    /// The collection point `code`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn collection_point(&self, code: &str) -> Result<Option<CollectionPoint>, Error> {
        const SQL: &str =
            "select code, commune_code, name, instrument from collection_points where code = $1";
        let row: Option<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(code).fetch_optional(p).await)?;
        row.map(point).transpose()
    }

    /// Every collection point, by code.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn collection_points(&self) -> Result<Vec<CollectionPoint>, Error> {
        const SQL: &str =
            "select code, commune_code, name, instrument from collection_points order by code";
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
        points.retain(|point| {
            let (commune, point) = (point.commune_code.clone(), point.code.clone());
            scope.covers(&Scope::Point { commune, point })
        });
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
        const SQL: &str = "select code, commune_code, name, instrument from collection_points
            where commune_code = $1 order by code";
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(commune.as_str()).fetch_all(p).await)?;
        rows.into_iter().map(point).collect()
    }
}
