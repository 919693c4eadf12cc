//! Sessions of staff: known by the hash of a token that only the browser has.

use uuid::Uuid;

use super::super::{Db, Error, on_db};
use super::{accounts, note};
use crate::staff::audit::Event;
use crate::staff::session::{
    Device, HALF_MILLIS, IDLE_MILLIS, LONGEST_MILLIS, REMEMBERED_MILLIS, Session, Stage,
};
use crate::staff::{Account, Token};

const INSERT: &str = "insert into staff_sessions
    (token_hash, session_id, account_id, stage, begun_at, seen_at, proved_at, device)
    values ($1, $2, $3, $4, $5, $6, $7, $8)";
const DELETE: &str = "delete from staff_sessions where token_hash = $1";

type Row = (Uuid, Uuid, String, i64, i64, i64, String);

fn session(row: Row) -> Result<Session, Error> {
    let (id, account, stage, begun_at, seen_at, proved_at, device) = row;
    let stage = Stage::of_name(&stage).ok_or_else(|| Error::Damaged(format!("session {id}")))?;
    let device = Device::of_name(&device);
    Ok(Session { id, account, stage, device, begun_at, seen_at, proved_at })
}

/// Inserts `$session` under the hash `$hash` with `$executor`.
macro_rules! insert {
    ($executor:expr, $hash:expr, $session:expr) => {
        sqlx::query(INSERT)
            .bind($hash)
            .bind($session.id)
            .bind($session.account)
            .bind($session.stage.name())
            .bind($session.begun_at)
            .bind($session.seen_at)
            .bind($session.proved_at)
            .bind($session.device.name())
            .execute($executor)
            .await
    };
}

impl Db {
    /// Stores `session`, whose owner has `token`, and notes `event`. The session of
    /// the token `before` ends with it: a token is never carried over.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn begin_session(
        &self,
        token: &Token,
        session: &Session,
        before: Option<&Token>,
        event: &Event,
    ) -> Result<(), Error> {
        let hash = token.hash();
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            if let Some(before) = before {
                sqlx::query(DELETE).bind(&before.hash()[..]).execute(&mut *work).await?;
            }
            insert!(&mut *work, &hash[..], session)?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// The session of whoever has `token`, over or not, with its account.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn session(&self, token: &Token) -> Result<Option<(Session, Account)>, Error> {
        const SQL: &str = "select session_id, account_id, stage, begun_at, seen_at, proved_at,
            device from staff_sessions where token_hash = $1";
        let hash = token.hash();
        let row: Option<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(&hash[..]).fetch_optional(p).await)?;
        let Some(session) = row.map(session).transpose()? else { return Ok(None) };
        let account = accounts::by_id(self, session.account).await?;
        Ok(account.map(|account| (session, account)))
    }

    /// Notes that something was done in the session of `token`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn touch_session(&self, token: &Token, now: i64) -> Result<(), Error> {
        const SQL: &str = "update staff_sessions set seen_at = $2 where token_hash = $1";
        let hash = token.hash();
        on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(&hash[..])
            .bind(now)
            .execute(p)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Ends the session of `token` and notes `event`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn end_session(&self, token: &Token, event: &Event) -> Result<(), Error> {
        let hash = token.hash();
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(DELETE).bind(&hash[..]).execute(&mut *work).await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// The sessions of `account` that are signed in, the one begun last first.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn sessions_of(&self, account: Uuid) -> Result<Vec<Session>, Error> {
        const SQL: &str = "select session_id, account_id, stage, begun_at, seen_at, proved_at,
            device from staff_sessions where account_id = $1 and stage = 'whole' order by begun_at desc";
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(account).fetch_all(p).await)?;
        rows.into_iter().map(session).collect()
    }

    /// Ends sessions of `account` and notes `event`: the one called `id`, or with
    /// none named every one but that of the token `kept`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn end_sessions(
        &self,
        account: Uuid,
        id: Option<Uuid>,
        kept: &Token,
        event: &Event,
    ) -> Result<(), Error> {
        const ONE: &str = "delete from staff_sessions where account_id = $1 and session_id = $2";
        const OTHERS: &str =
            "delete from staff_sessions where account_id = $1 and token_hash <> $2";
        let kept = kept.hash();
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            match id {
                Some(id) => sqlx::query(ONE).bind(account).bind(id).execute(&mut *work).await?,
                None => {
                    sqlx::query(OTHERS).bind(account).bind(&kept[..]).execute(&mut *work).await?
                }
            };
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// Removes sessions that are remembered no longer, links that nobody used, and forms
    /// that nobody came back for in time.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be written.
    pub async fn purge_staff(&self, now: i64) -> Result<(), Error> {
        const SESSIONS: &str = "delete from staff_sessions
            where (stage = 'half' and begun_at < $1) or seen_at < $2 or begun_at < $3";
        const LINKS: &str = "delete from staff_links where expires_at < $1";
        const FORMS: &str = "delete from staff_kept_forms where kept_until <= $1";
        let over = now - REMEMBERED_MILLIS;
        on_db!(&self.write, |p| {
            sqlx::query(SESSIONS)
                .bind(now - HALF_MILLIS)
                .bind(over - IDLE_MILLIS)
                .bind(over - LONGEST_MILLIS)
                .execute(p)
                .await?;
            sqlx::query(LINKS).bind(now).execute(p).await?;
            sqlx::query(FORMS).bind(now).execute(p).await?;
        });
        Ok(())
    }
}
