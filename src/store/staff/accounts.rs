//! Accounts of staff and their secrets.

use uuid::Uuid;

use super::super::{Db, Error, on_db};
use super::note;
use crate::staff::audit::{Event, OPERATOR};
use crate::staff::{Account, Names, Scope, SignInName, Token};

macro_rules! select {
    ($which:literal) => {
        concat!(
            "select account_id, name, full_name, department, role, scope,
            case when password_hash is null then 0 else 1 end,
            disabled_at, reset_asked_by, reset_asked_at from staff_accounts where ",
            $which
        )
    };
}

type Row =
    (Uuid, String, String, String, String, String, i32, Option<i64>, Option<String>, Option<i64>);

fn account(row: Row) -> Result<Account, Error> {
    let (id, name, full_name, department, role, scope, set_up, disabled_at, asked_by, asked_at) =
        row;
    let damaged = || Error::Damaged(format!("account {id}"));
    Ok(Account {
        id,
        name: SignInName::parse(&name).ok_or_else(damaged)?,
        full_name,
        department,
        role: role.parse().map_err(|_| damaged())?,
        scope: Scope::parse(&scope).ok_or_else(damaged)?,
        is_set_up: set_up == 1,
        disabled_at,
        reset_asked: asked_by.zip(asked_at),
    })
}

pub(super) async fn by_id(db: &Db, id: Uuid) -> Result<Option<Account>, Error> {
    const SQL: &str = select!("account_id = $1");
    let row: Option<Row> =
        on_db!(&db.read, |p| sqlx::query_as(SQL).bind(id).fetch_optional(p).await)?;
    row.map(account).transpose()
}

pub(super) const INSERT: &str = "insert into staff_accounts
    (account_id, name, full_name, role, scope, totp_step, created_at, department)
    values ($1, $2, $3, $4, $5, 0, $6, $7) on conflict do nothing";

/// Gives `$id` the recovery codes `$hashes` as part of `$work`.
macro_rules! replace_codes {
    ($work:expr, $id:expr, $hashes:expr) => {{
        const CLEAR: &str = "delete from staff_recovery_codes where account_id = $1";
        const ADD: &str =
            "insert into staff_recovery_codes (account_id, code_hash) values ($1, $2)";
        sqlx::query(CLEAR).bind($id).execute(&mut *$work).await?;
        for hash in $hashes {
            sqlx::query(ADD).bind($id).bind(&hash[..]).execute(&mut *$work).await?;
        }
    }};
}
pub(super) use replace_codes;

/// What is held against what somebody types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The hash of the password; `None` before it is set up.
    pub password_hash: Option<String>,
    /// The sealed secret of the second factor; `None` before it is set up.
    pub totp_secret: Option<Vec<u8>>,
    /// The last step of the second factor that was used.
    pub totp_step: i64,
}

impl Db {
    /// Whether there is any account.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn has_staff(&self) -> Result<bool, Error> {
        const SQL: &str = "select count(*) from (select 1 from staff_accounts limit 1) as any_one";
        let (count,): (i64,) = on_db!(&self.write, |p| sqlx::query_as(SQL).fetch_one(p).await)?;
        Ok(count > 0)
    }

    /// What staff are called, everywhere.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn staff_names(&self) -> Result<Names, Error> {
        const SQL: &str = "select name, full_name from staff_accounts";
        let all: Vec<(String, String)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?;
        Ok(Names::new(&all))
    }

    /// Adds `account`, not set up yet, and notes `event`; false when its name is taken.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn add_account(&self, account: &Account, event: &Event) -> Result<bool, Error> {
        let added = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let added = sqlx::query(INSERT)
                .bind(account.id)
                .bind(account.name.as_str())
                .bind(&account.full_name)
                .bind(account.role.name())
                .bind(account.scope.to_string())
                .bind(event.at)
                .bind(&account.department)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if added == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            added
        });
        Ok(added == 1)
    }

    /// The account `id`, if it is within `scope`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn account(&self, scope: &Scope, id: Uuid) -> Result<Option<Account>, Error> {
        Ok(by_id(self, id).await?.filter(|account| scope.covers(&account.scope)))
    }

    /// The accounts within `scope`, by name.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn accounts(&self, scope: &Scope) -> Result<Vec<Account>, Error> {
        const SQL: &str = select!("substr(scope, 1, length($1)) = $1 order by name");
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(scope.to_string()).fetch_all(p).await)?;
        rows.into_iter().map(account).collect()
    }

    /// The account whose owner signs in as `name`: for signing in and the operator.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn account_named(&self, name: &SignInName) -> Result<Option<Account>, Error> {
        const SQL: &str = select!("name = $1");
        let row: Option<Row> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(name.as_str())
            .fetch_optional(p)
            .await)?;
        row.map(account).transpose()
    }

    /// The secrets of the account `id`.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn secrets(&self, id: Uuid) -> Result<Option<Secrets>, Error> {
        const SQL: &str = "select password_hash, totp_secret, totp_step from staff_accounts
            where account_id = $1";
        type Row = (Option<String>, Option<Vec<u8>>, i64);
        let row: Option<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(id).fetch_optional(p).await)?;
        let secrets = |(password_hash, totp_secret, totp_step)| Secrets {
            password_hash,
            totp_secret,
            totp_step,
        };
        Ok(row.map(secrets))
    }

    /// Uses the step `step` of the second factor of `id` up; false when it or a later
    /// one is used already.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn use_step(&self, id: Uuid, step: i64) -> Result<bool, Error> {
        const SQL: &str = "update staff_accounts set totp_step = $2
            where account_id = $1 and totp_step < $2";
        let rows = on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(id)
            .bind(step)
            .execute(p)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(rows == 1)
    }

    /// Uses a recovery code of `id` up; false when there is no such code.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn use_recovery_code(&self, id: Uuid, hash: [u8; 32]) -> Result<bool, Error> {
        const SQL: &str =
            "delete from staff_recovery_codes where account_id = $1 and code_hash = $2";
        let rows = on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(id)
            .bind(&hash[..])
            .execute(p)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(rows == 1)
    }

    /// How many recovery codes `id` has left.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn recovery_codes_left(&self, id: Uuid) -> Result<u64, Error> {
        const SQL: &str = "select count(*) from staff_recovery_codes where account_id = $1";
        let (count,): (i64,) =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(id).fetch_one(p).await)?;
        Ok(count.unsigned_abs())
    }

    /// Gives `id` these recovery codes in place of all former ones and notes `event`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be written.
    pub async fn replace_recovery_codes(
        &self,
        id: Uuid,
        hashes: &[[u8; 32]],
        event: &Event,
    ) -> Result<(), Error> {
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            replace_codes!(work, id, hashes);
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// Stores another hash of the same password, made with more work.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn strengthen_password(&self, id: Uuid, old: &str, new: &str) -> Result<(), Error> {
        const SQL: &str = "update staff_accounts set password_hash = $3
            where account_id = $1 and password_hash = $2";
        on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(id)
            .bind(old)
            .bind(new)
            .execute(p)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Stores a new password of `id`, ends every session but that of the token `kept`,
    /// and notes `event`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn change_password(
        &self,
        id: Uuid,
        hash: &str,
        kept: &Token,
        event: &Event,
    ) -> Result<(), Error> {
        const SQL: &str = "update staff_accounts set password_hash = $2 where account_id = $1";
        const OTHERS: &str =
            "delete from staff_sessions where account_id = $1 and token_hash <> $2";
        let kept = kept.hash();
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(SQL).bind(id).bind(hash).execute(&mut *work).await?;
            sqlx::query(OTHERS).bind(id).bind(&kept[..]).execute(&mut *work).await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// Disables the account `id` at `disabled_at`, or enables it again with none, and
    /// notes `event`. Its sessions, links and what was asked for it end at once.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn set_disabled(
        &self,
        id: Uuid,
        disabled_at: Option<i64>,
        event: &Event,
    ) -> Result<(), Error> {
        const SQL: &str = "update staff_accounts
            set disabled_at = $2, reset_asked_by = null, reset_asked_at = null
            where account_id = $1";
        const SESSIONS: &str = "delete from staff_sessions where account_id = $1";
        const LINKS: &str = "delete from staff_links where account_id = $1";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(SQL).bind(id).bind(disabled_at).execute(&mut *work).await?;
            for also in [SESSIONS, LINKS] {
                sqlx::query(also).bind(id).execute(&mut *work).await?;
            }
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// Writes down that the owner of `id` works in `department`, none when empty, and notes
    /// `event`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn set_department(
        &self,
        id: Uuid,
        department: &str,
        event: &Event,
    ) -> Result<(), Error> {
        const SQL: &str = "update staff_accounts set department = $2 where account_id = $1";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(SQL).bind(id).bind(department).execute(&mut *work).await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// Whether anybody but the operator added the account of `one` or `other`, or made a
    /// link for it, since `moment`: then somebody else may be behind it.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn is_in_other_hands(
        &self,
        one: &SignInName,
        other: &str,
        moment: i64,
    ) -> Result<bool, Error> {
        const SQL: &str = "select count(*) from staff_audit
            where at >= $3 and action in ('add-account', 'make-link')
            and subject in ($1, $2) and who <> $4";
        let (count,): (i64,) = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(one.as_str())
            .bind(other)
            .bind(moment)
            .bind(OPERATOR)
            .fetch_one(p)
            .await)?;
        Ok(count > 0)
    }

    /// Notes that `event.who` asks for the second factor of `id` to be set up anew.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn ask_reset(&self, id: Uuid, event: &Event) -> Result<(), Error> {
        const SQL: &str = "update staff_accounts set reset_asked_by = $2, reset_asked_at = $3
            where account_id = $1";
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            sqlx::query(SQL).bind(id).bind(&event.who).bind(event.at).execute(&mut *work).await?;
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }
}
