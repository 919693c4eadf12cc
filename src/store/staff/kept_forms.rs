//! Forms that were being filled in when a session ended.

use uuid::Uuid;

use super::super::{Db, Error, on_db};

impl Db {
    /// Keeps the sealed `fields` of the form at `path` for `account` up to the moment
    /// `until`, in place of what was kept before.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be written.
    pub async fn keep_form(
        &self,
        account: Uuid,
        path: &str,
        fields: &[u8],
        until: i64,
    ) -> Result<(), Error> {
        const SQL: &str = "insert into staff_kept_forms (account_id, path, fields, kept_until)
            values ($1, $2, $3, $4) on conflict (account_id, path)
            do update set fields = excluded.fields, kept_until = excluded.kept_until";
        on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(account)
            .bind(path)
            .bind(fields)
            .bind(until)
            .execute(p)
            .await
            .map(drop))?;
        Ok(())
    }

    /// The sealed fields that are still kept for `account` at `path` at the moment `now`.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn kept_form(
        &self,
        account: Uuid,
        path: &str,
        now: i64,
    ) -> Result<Option<Vec<u8>>, Error> {
        const SQL: &str = "select fields from staff_kept_forms
            where account_id = $1 and path = $2 and kept_until > $3";
        let row: Option<(Vec<u8>,)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(account)
            .bind(path)
            .bind(now)
            .fetch_optional(p)
            .await)?;
        Ok(row.map(|(fields,)| fields))
    }

    /// Forgets what is kept for `account` at `path`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn forget_form(&self, account: Uuid, path: &str) -> Result<(), Error> {
        const SQL: &str = "delete from staff_kept_forms where account_id = $1 and path = $2";
        on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(account)
            .bind(path)
            .execute(p)
            .await
            .map(drop))?;
        Ok(())
    }
}
