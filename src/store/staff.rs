//! Staff: accounts, one-time links, sessions, forms kept from them, the audit log.
//! Whatever is done to an account is stored together with its line in the log, or
//! not at all; what staff ask for takes the scope in which they may.

pub mod accounts;
pub mod audit;
pub mod kept_forms;
pub mod links;
pub mod sessions;

use super::{Db, Error, on_db};
use crate::staff::Key;
use crate::staff::audit::Event;

/// Writes the line of `$event` with `$executor`, as part of what goes on there.
macro_rules! note {
    ($executor:expr, $event:expr) => {
        sqlx::query($crate::store::staff::audit::INSERT)
            .bind($event.at)
            .bind(&$event.who)
            .bind($event.action.name())
            .bind($event.scope.to_string())
            .bind(&$event.subject)
            .bind($event.outcome.name())
            .execute($executor)
            .await
    };
}
pub(super) use note;

/// The full name of whoever signs in as the column `$who` says; what stands there where
/// nobody does.
macro_rules! full_name {
    ($who:literal) => {
        concat!(
            "coalesce((select full_name from staff_accounts where staff_accounts.name = ",
            $who,
            "), ",
            $who,
            ")"
        )
    };
}
pub(super) use full_name;

impl Db {
    /// Whether secrets of this database are sealed with some key.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database cannot be used.
    pub async fn has_sealing_key(&self) -> Result<bool, Error> {
        const SQL: &str = "select value from facts where name = 'staff_key'";
        let row: Option<(String,)> =
            on_db!(&self.write, |p| sqlx::query_as(SQL).fetch_optional(p).await)?;
        Ok(row.is_some())
    }

    /// Forgets everything that is sealed, and with which key, and notes `event`: whoever
    /// has an account sets it up anew through a link, contacts of petitions are gone, and
    /// mails that wait are not sent.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; then nothing is forgotten.
    pub async fn forget_sealed(&self, event: &Event) -> Result<(), Error> {
        const ALL: [&str; 7] = [
            "update staff_accounts set password_hash = null, totp_secret = null",
            "delete from staff_recovery_codes",
            "delete from staff_sessions",
            "delete from staff_kept_forms",
            "delete from petition_contacts",
            "update link_mails set due_at = null, claimed_at = null, sealed = null",
            "delete from facts where name = 'staff_key'",
        ];
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            for sql in ALL {
                sqlx::query(sql).execute(&mut *work).await?;
            }
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// Whether `key` is the one this database's secrets are sealed with; the first
    /// key that is asked about becomes it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database cannot be used.
    pub async fn is_sealed_with(&self, key: &Key) -> Result<bool, Error> {
        const MARK: &str = "insert into facts (name, value) values ('staff_key', $1)
            on conflict (name) do nothing";
        const MARKED: &str = "select value from facts where name = 'staff_key'";
        let mark = key.mark("which key", b"");
        let half = mark.first_chunk().copied().expect("a mark has 32 bytes");
        let mark = format!("{:032x}", u128::from_be_bytes(half));
        on_db!(&self.write, |p| sqlx::query(MARK).bind(&mark).execute(p).await.map(drop))?;
        let (marked,): (String,) =
            on_db!(&self.write, |p| sqlx::query_as(MARKED).fetch_one(p).await)?;
        Ok(marked == mark)
    }
}
