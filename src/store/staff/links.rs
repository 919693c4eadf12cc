//! One-time links: with which an account is set up or its password chosen anew.

use uuid::Uuid;

use super::super::{Db, Error, on_db};
use super::accounts::{self, replace_codes};
use super::note;
use crate::staff::audit::Event;
use crate::staff::{Account, Token};

/// How long a link can be used, in milliseconds.
pub const LINK_MILLIS: i64 = 24 * 3_600_000;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Making the first administrator's account.
    First,
    /// Choosing a password and a second factor.
    SetUp,
    /// Choosing a password; the second factor stays.
    Password,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::SetUp => "set-up",
            Self::Password => "password",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        [Self::First, Self::SetUp, Self::Password].into_iter().find(|kind| kind.name() == name)
    }
}

/// A link that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it is for.
    pub kind: Kind,
    /// Whose it is; nobody's when it is the first administrator's.
    pub account: Option<Account>,
}

/// What somebody has chosen through a link.
#[derive(Debug)]
pub struct Chosen {
    /// Whose it is; with the link of the first administrator, an account to be added.
    pub account: Account,
    /// The hash of the password.
    pub password_hash: String,
    /// The sealed secret of the second factor, the step that proved it, and the
    /// hashes of the recovery codes; `None` when the second factor stays.
    pub second_factor: Option<(Vec<u8>, i64, Vec<[u8; 32]>)>,
}

impl Db {
    /// Stores that whoever has `token` may do what `kind` says for `account`, in place
    /// of its former links, and notes `event`. That of the first administrator, which is
    /// nobody's, ends the former ones of its kind. With a link that sets an account up
    /// anew, its sessions end: somebody else may have what they were begun with.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn make_link(
        &self,
        token: &Token,
        kind: Kind,
        account: Option<Uuid>,
        event: &Event,
    ) -> Result<(), Error> {
        const FORMER: &str = "delete from staff_links where account_id is not distinct from $1";
        const SQL: &str = "insert into staff_links (token_hash, kind, account_id, expires_at)
            values ($1, $2, $3, $4)";
        const ASKED: &str = "update staff_accounts
            set reset_asked_by = null, reset_asked_at = null where account_id = $1";
        const SESSIONS: &str = "delete from staff_sessions where account_id = $1";
        let hash = token.hash();
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(FORMER).bind(account).execute(&mut *work).await?;
            sqlx::query(ASKED).bind(account).execute(&mut *work).await?;
            if kind == Kind::SetUp {
                sqlx::query(SESSIONS).bind(account).execute(&mut *work).await?;
            }
            sqlx::query(SQL)
                .bind(&hash[..])
                .bind(kind.name())
                .bind(account)
                .bind(event.at + LINK_MILLIS)
                .execute(&mut *work)
                .await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// The link of whoever has `token`, if it can still be used at `now`: that of the
    /// first administrator only as long as there is no account.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn link(&self, token: &Token, now: i64) -> Result<Option<Link>, Error> {
        const SQL: &str = "select kind, account_id from staff_links
            where token_hash = $1 and expires_at > $2";
        let hash = token.hash();
        let row: Option<(String, Option<Uuid>)> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(&hash[..])
            .bind(now)
            .fetch_optional(p)
            .await)?;
        let Some((kind, id)) = row else { return Ok(None) };
        let kind = Kind::of_name(&kind).ok_or_else(|| Error::Damaged(format!("link {kind}")))?;
        let account = match id {
            Some(id) => accounts::by_id(self, id).await?,
            None => None,
        };
        let usable = match kind {
            Kind::First => !self.has_staff().await?,
            Kind::SetUp | Kind::Password => account.is_some(),
        };
        Ok(usable.then_some(Link { kind, account }))
    }

    /// Uses the link of `token` up and stores what was `chosen`, with `event`; every
    /// session of the account ends. False when the link was used meanwhile.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn use_link(
        &self,
        token: &Token,
        chosen: &Chosen,
        event: &Event,
    ) -> Result<bool, Error> {
        const USE: &str = "delete from staff_links where token_hash = $1";
        const PASSWORD: &str = "update staff_accounts set password_hash = $2 where account_id = $1";
        const FACTOR: &str =
            "update staff_accounts set totp_secret = $2, totp_step = $3 where account_id = $1";
        const SESSIONS: &str = "delete from staff_sessions where account_id = $1";
        let (hash, account) = (token.hash(), &chosen.account);
        let used = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let used = sqlx::query(USE).bind(&hash[..]).execute(&mut *work).await?.rows_affected();
            if used > 0 {
                sqlx::query(accounts::INSERT)
                    .bind(account.id)
                    .bind(account.name.as_str())
                    .bind(&account.full_name)
                    .bind(account.role.name())
                    .bind(account.scope.to_string())
                    .bind(event.at)
                    .bind(&account.department)
                    .execute(&mut *work)
                    .await?;
                sqlx::query(PASSWORD)
                    .bind(account.id)
                    .bind(&chosen.password_hash)
                    .execute(&mut *work)
                    .await?;
                if let Some((secret, step, codes)) = &chosen.second_factor {
                    sqlx::query(FACTOR)
                        .bind(account.id)
                        .bind(secret)
                        .bind(step)
                        .execute(&mut *work)
                        .await?;
                    replace_codes!(work, account.id, codes);
                }
                sqlx::query(SESSIONS).bind(account.id).execute(&mut *work).await?;
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            used
        });
        Ok(used > 0)
    }
}
