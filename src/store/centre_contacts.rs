//! How citizens reach the centres of collection points.

use surveys::{CentreContact, PointCode};

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

impl Db {
    /// Sets the contact that citizens at `point` are told, and notes `event`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn set_centre_contact(
        &self,
        point: &PointCode,
        contact: &CentreContact,
        event: &Event,
    ) -> Result<(), Error> {
        const SQL: &str = "insert into centre_contacts (collection_point, telephone, address, note)
            values ($1, $2, $3, $4)
            on conflict (collection_point) do update set telephone = excluded.telephone,
            address = excluded.address, note = excluded.note";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(SQL)
                .bind(point.as_str())
                .bind(contact.telephone())
                .bind(contact.address())
                .bind(contact.note())
                .execute(&mut *work)
                .await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// The contact that citizens at `point` are told: an empty one, unless it was set.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn centre_contact(&self, point: &PointCode) -> Result<CentreContact, Error> {
        const SQL: &str = "select telephone, address, note from centre_contacts
            where collection_point = $1";
        let row: Option<(String, String, String)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(point.as_str())
            .fetch_optional(p)
            .await)?;
        row.map_or(Ok(CentreContact::default()), |(telephone, address, note)| {
            CentreContact::parse(&telephone, &address, &note)
                .map_err(|wrong| Error::Damaged(format!("the contact of {point}: {wrong:?}")))
        })
    }
}
