//! What a collection point asks beforehand, and whether its tablets go on by themselves.

use surveys::{PointCode, ServiceFields};

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

impl Db {
    /// Sets which fields of procedures `point` offers, and notes `event`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn set_service_fields(
        &self,
        point: &PointCode,
        fields: &ServiceFields,
        event: &Event,
    ) -> Result<(), Error> {
        const SQL: &str = "insert into service_fields (collection_point, names) values ($1, $2)
            on conflict (collection_point) do update set names = excluded.names";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(SQL)
                .bind(point.as_str())
                .bind(fields.to_string())
                .execute(&mut *work)
                .await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// The fields of procedures that `point` offers: none, unless they were set.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn service_fields(&self, point: &PointCode) -> Result<ServiceFields, Error> {
        const SQL: &str = "select names from service_fields where collection_point = $1";
        let row: Option<(String,)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(point.as_str())
            .fetch_optional(p)
            .await)?;
        row.map_or(Ok(ServiceFields::default()), |(names,)| {
            ServiceFields::parse(&names).map_err(|e| Error::Damaged(e.to_string()))
        })
    }

    /// Sets whether the tablets of `point` go on by themselves once an option was touched,
    /// and notes `event`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn set_auto_advance(
        &self,
        point: &PointCode,
        on: bool,
        event: &Event,
    ) -> Result<(), Error> {
        const ON: &str = "insert into auto_advance (collection_point) values ($1)
            on conflict (collection_point) do nothing";
        const OFF: &str = "delete from auto_advance where collection_point = $1";
        let sql = if on { ON } else { OFF };
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(sql).bind(point.as_str()).execute(&mut *work).await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// Whether the tablets of `point` go on by themselves once an option was touched.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn auto_advance(&self, point: &PointCode) -> Result<bool, Error> {
        const SQL: &str = "select collection_point from auto_advance where collection_point = $1";
        let row: Option<(String,)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(point.as_str())
            .fetch_optional(p)
            .await)?;
        Ok(row.is_some())
    }
}
