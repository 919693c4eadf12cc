//! Mails with survey links: claimed before they are handed over, each at most once, and
//! the mailbox forgotten as soon as nothing more is to be sent.

use super::{Db, Error, on_db};

/// How long after it was made a mail's address is kept at most, in milliseconds: 14 days.
pub const KEPT_MILLIS: i64 = 14 * 24 * 3_600_000;

/// A mail that is claimed and now to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The keyed hash of the dossier's code.
    pub dossier: Vec<u8>,
    /// The point that its link leads to.
    pub collection_point: String,
    /// Mailbox and token, sealed.
    pub sealed: Vec<u8>,
    /// Whether it is the reminder.
    pub reminder: bool,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// What became of a claimed mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server took it; its reminder is due at the moment given, if at all.
    Sent(Option<i64>),
    /// It certainly was not taken and is due again at this moment.
    Later(i64),
    /// It is not needed any more.
    Needless,
    /// It is given up, or whether it was taken is not known; for which reason.
    Failed(String),
}

/// How the mails of one collection point stand.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MailsOfPoint {
    /// The point.
    pub collection_point: String,
    /// All that were ever to be sent.
    pub mails: i64,
    /// Those that the mail server took.
    pub sent: i64,
    /// Those whose reminder it took.
    pub reminded: i64,
    /// Those that still wait, a reminder included.
    pub waiting: i64,
    /// Those that were given up.
    pub failed: i64,
}

type Row = (Vec<u8>, String, Vec<u8>, i64, i64);

impl Db {
    /// Claims the mail that has been due longest at `now`. No other server gets it, and
    /// it is not due again unless [`Db::settle_mail`] says so: what is claimed when a
    /// server breaks down is not sent twice but told by [`Db::give_up_mails`].
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn claim_mail(&self, now: i64) -> Result<Option<Claimed>, Error> {
        const SQL: &str = "update link_mails set claimed_at = $1, attempts = attempts + 1
            where claimed_at is null and sealed is not null and due_at <= $1 and dossier = (
                select dossier from link_mails
                where claimed_at is null and sealed is not null and due_at <= $1
                order by due_at, dossier limit 1)
            returning dossier, collection_point, sealed, reminder, attempts";
        let row: Option<Row> =
            on_db!(&self.write, |p| sqlx::query_as(SQL).bind(now).fetch_optional(p).await)?;
        Ok(row.map(|(dossier, collection_point, sealed, reminder, attempts)| Claimed {
            dossier,
            collection_point,
            sealed,
            reminder: reminder == 1,
            attempts,
        }))
    }

    /// Whether any mail is due at `now`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn mail_is_due(&self, now: i64) -> Result<bool, Error> {
        const SQL: &str = "select 1 from link_mails
            where claimed_at is null and sealed is not null and due_at <= $1 limit 1";
        let row: Option<(i32,)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(now).fetch_optional(p).await)?;
        Ok(row.is_some())
    }

    /// Whether a reminder may be sent for the link of `dossier`: it was not used and no
    /// reminder was made. From then on it counts as reminded.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn begin_reminder(&self, dossier: &[u8], now: i64) -> Result<bool, Error> {
        const SQL: &str = "update survey_links set reminded_at = $2
            where dossier = $1 and reminded_at is null and exists (
                select 1 from visit_tokens token
                where token.token_hash = survey_links.token_hash and token.used = 0)";
        let rows = on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(dossier)
            .bind(now)
            .execute(p)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(rows == 1)
    }

    /// Stores what became of a claimed mail at `now`. Where nothing more is to be sent
    /// the mailbox is forgotten.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn settle_mail(
        &self,
        mail: &Claimed,
        outcome: &Outcome,
        now: i64,
    ) -> Result<(), Error> {
        const FIRST: &str = "update link_mails set sent_at = $2, due_at = $3, reminder = 1,
            attempts = 0, claimed_at = null,
            sealed = case when $3 is null then null else sealed end where dossier = $1";
        const REMINDER: &str = "update link_mails set reminded_at = $2, due_at = $3,
            claimed_at = null, sealed = null where dossier = $1";
        const LATER: &str = "update link_mails set due_at = $2, claimed_at = null
            where dossier = $1";
        const NEEDLESS: &str = "update link_mails set due_at = null, claimed_at = null,
            sealed = null where dossier = $1";
        const FAILED: &str = "update link_mails set failed_at = $2, failure = $3, due_at = null,
            claimed_at = null, sealed = null where dossier = $1";
        let dossier = mail.dossier.as_slice();
        on_db!(&self.write, |p| match outcome {
            Outcome::Sent(next) => {
                let (sql, next) = if mail.reminder { (REMINDER, None) } else { (FIRST, *next) };
                sqlx::query(sql).bind(dossier).bind(now).bind(next).execute(p).await.map(drop)
            }
            Outcome::Later(due) =>
                sqlx::query(LATER).bind(dossier).bind(due).execute(p).await.map(drop),
            Outcome::Needless => sqlx::query(NEEDLESS).bind(dossier).execute(p).await.map(drop),
            Outcome::Failed(why) =>
                sqlx::query(FAILED).bind(dossier).bind(now).bind(why).execute(p).await.map(drop),
        })?;
        Ok(())
    }

    /// Sends nothing more for the link of `dossier` and forgets its mailbox; false when
    /// nothing was to be sent.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn stop_mail(&self, dossier: &[u8]) -> Result<bool, Error> {
        const SQL: &str = "update link_mails set due_at = null, sealed = null
            where dossier = $1 and sealed is not null";
        let rows = on_db!(&self.write, |p| sqlx::query(SQL)
            .bind(dossier)
            .execute(p)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(rows == 1)
    }

    /// Gives up the mails that were claimed before `claimed`: a server broke down over
    /// them, and whether they were taken is not known. Forgets every mailbox that came in
    /// before `made`. Gives how many were given up.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn give_up_mails(&self, claimed: i64, made: i64, now: i64) -> Result<u64, Error> {
        const BROKEN: &str = "update link_mails set failed_at = $2, failure = 'unclear',
            due_at = null, claimed_at = null, sealed = null where claimed_at < $1";
        const NEVER_SENT: &str = "update link_mails set failed_at = $2, failure = 'too-old',
            due_at = null, sealed = null
            where made_at < $1 and sealed is not null and claimed_at is null and reminder = 0";
        const OLD: &str = "update link_mails set due_at = null, sealed = null
            where made_at < $1 and sealed is not null and claimed_at is null";
        let rows = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let broken = sqlx::query(BROKEN).bind(claimed).bind(now).execute(&mut *work).await?;
            let never = sqlx::query(NEVER_SENT).bind(made).bind(now).execute(&mut *work).await?;
            sqlx::query(OLD).bind(made).execute(&mut *work).await?;
            work.commit().await?;
            broken.rows_affected() + never.rows_affected()
        });
        Ok(rows)
    }

    /// How the mails of each collection point stand, by code.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn mails_by_point(&self) -> Result<Vec<MailsOfPoint>, Error> {
        const SQL: &str = "select collection_point, count(*) as mails, count(sent_at) as sent,
            count(reminded_at) as reminded, count(sealed) as waiting, count(failed_at) as failed
            from link_mails group by collection_point order by collection_point";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?)
    }

    /// Why mails were given up, and how many at each point for each reason.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn failed_mails(&self) -> Result<Vec<(String, String, i64)>, Error> {
        const SQL: &str = "select collection_point, failure, count(*) from link_mails
            where failed_at is not null group by collection_point, failure
            order by collection_point, failure";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?)
    }
}
