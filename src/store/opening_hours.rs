//! Opening hours of collection points.

use std::collections::HashMap;

use surveys::{OpeningHours, PointCode};

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

impl Db {
    /// Sets when the tablets of `point` take answers, and notes `event`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn set_opening_hours(
        &self,
        point: &PointCode,
        hours: &OpeningHours,
        event: &Event,
    ) -> Result<(), Error> {
        const SQL: &str = "insert into opening_hours (collection_point, hours) values ($1, $2)
            on conflict (collection_point) do update set hours = excluded.hours";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(SQL)
                .bind(point.as_str())
                .bind(hours.to_string())
                .execute(&mut *work)
                .await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// When the tablets of `point` take answers: always, unless it was set.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn opening_hours(&self, point: &PointCode) -> Result<OpeningHours, Error> {
        const SQL: &str = "select hours from opening_hours where collection_point = $1";
        let row: Option<(String,)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(point.as_str())
            .fetch_optional(p)
            .await)?;
        row.map_or(Ok(OpeningHours::default()), |(hours,)| read(&hours))
    }

    /// When the tablets of each point take answers for which it was set.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn opening_hours_set(&self) -> Result<HashMap<PointCode, OpeningHours>, Error> {
        const SQL: &str = "select collection_point, hours from opening_hours";
        let rows: Vec<(String, String)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?;
        let set = |(point, hours): (String, String)| {
            let point = PointCode::parse(&point).map_err(|e| Error::Damaged(e.to_string()))?;
            Ok((point, read(&hours)?))
        };
        rows.into_iter().map(set).collect()
    }
}

fn read(hours: &str) -> Result<OpeningHours, Error> {
    OpeningHours::parse(hours).map_err(|e| Error::Damaged(e.to_string()))
}
