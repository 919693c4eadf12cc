//! Mails with survey links: claimed before they are handed over, each at most once, and
//! the mailbox forgotten as soon as nothing more is to be sent.

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// How long after it was made a mail's address is kept at most, in milliseconds: 14 days.
pub const KEPT_MILLIS: i64 = 14 * 24 * 3_600_000;

/// Which mails are due at `$1`: those of a retired point wait until it is reopened.
macro_rules! due {
    () => {
        "claimed_at is null and sealed is not null and due_at <= $1
        and collection_point not in (
            select code from collection_points where retired_at is not null)"
    };
}

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
    /// When its link was made, in UTC milliseconds.
    pub made_at: i64,
}

/// What became of a claimed mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server took it; its reminder is due at the moment given, if at all.
    Sent(Option<i64>),
    /// It certainly was not taken and is due again.
    Later(Later),
    /// It is not needed any more.
    Needless,
    /// It is given up, or whether it was taken is not known; for which reason.
    Failed(String),
}

/// When and why a mail is due again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    /// From this moment on, in UTC milliseconds.
    pub due_at: i64,
    /// How many attempts it has used up.
    pub attempts: i64,
    /// Why it was not taken.
    pub why: String,
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
    /// Those that still wait to be sent for the first time.
    pub waiting: i64,
    /// Those that are sent and may yet be reminded of.
    pub to_remind: i64,
    /// Those that were given up.
    pub failed: i64,
}

/// Why mails of a point wait or were given up.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Reason {
    /// The point.
    pub collection_point: String,
    /// Why, as [`Outcome`] says it.
    pub why: String,
    /// 1 where they were given up, 0 where they wait.
    pub given_up: i32,
    /// How many mails.
    pub mails: i64,
}

type Row = (Vec<u8>, String, Vec<u8>, i64, i64, i64);

impl Db {
    /// Claims the mail that has been due longest at `now`. No other server gets it, and
    /// it is not due again unless [`Db::settle_mail`] says so: what is claimed when a
    /// server breaks down is not sent twice but told by [`Db::give_up_mails`].
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn claim_mail(&self, now: i64) -> Result<Option<Claimed>, Error> {
        const SQL: &str = concat!(
            "update link_mails set claimed_at = $1, attempts = attempts + 1
            where claimed_at is null and sealed is not null and due_at <= $1 and dossier = (
                select dossier from link_mails where ",
            due!(),
            " order by due_at, dossier limit 1)
            returning dossier, collection_point, sealed, reminder, attempts, made_at"
        );
        let row: Option<Row> =
            on_db!(&self.write, |p| sqlx::query_as(SQL).bind(now).fetch_optional(p).await)?;
        Ok(row.map(|(dossier, collection_point, sealed, reminder, attempts, made_at)| Claimed {
            dossier,
            collection_point,
            sealed,
            reminder: reminder > 0,
            attempts,
            made_at,
        }))
    }

    /// Whether any mail is due at `now`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn mail_is_due(&self, now: i64) -> Result<bool, Error> {
        const SQL: &str = concat!("select 1 from link_mails where ", due!(), " limit 1");
        let row: Option<(i32,)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(now).fetch_optional(p).await)?;
        Ok(row.is_some())
    }

    /// Whether a reminder may be sent for the link of `dossier`: it was not used, and no
    /// reminder was made but by an earlier attempt at this mail, which has the state 2
    /// from then on. From then on the link counts as reminded.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn begin_reminder(&self, dossier: &[u8], now: i64) -> Result<bool, Error> {
        const LINK: &str = "update survey_links set reminded_at = coalesce(reminded_at, $2)
            where dossier = $1 and exists (
                select 1 from visit_tokens token
                where token.token_hash = survey_links.token_hash and token.used = 0)
            and (reminded_at is null or exists (
                select 1 from link_mails mail
                where mail.dossier = survey_links.dossier and mail.reminder = 2))";
        const BEGUN: &str = "update link_mails set reminder = 2 where dossier = $1";
        let rows = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let link = sqlx::query(LINK).bind(dossier).bind(now).execute(&mut *work).await?;
            if link.rows_affected() == 1 {
                sqlx::query(BEGUN).bind(dossier).execute(&mut *work).await?;
            }
            work.commit().await?;
            link.rows_affected()
        });
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
            attempts = 0, claimed_at = null, failure = null,
            sealed = case when $3 is null then null else sealed end where dossier = $1";
        const REMINDER: &str = "update link_mails set reminded_at = $2, due_at = $3,
            claimed_at = null, failure = null, sealed = null where dossier = $1";
        const LATER: &str = "update link_mails set due_at = $2, attempts = $3, failure = $4,
            claimed_at = null where dossier = $1";
        const NEEDLESS: &str = "update link_mails set due_at = null, claimed_at = null,
            failure = null, sealed = null where dossier = $1";
        const FAILED: &str = "update link_mails set failed_at = $2, failure = $3, due_at = null,
            claimed_at = null, sealed = null where dossier = $1";
        let dossier = mail.dossier.as_slice();
        on_db!(&self.write, |p| match outcome {
            Outcome::Sent(next) => {
                let (sql, next) = if mail.reminder { (REMINDER, None) } else { (FIRST, *next) };
                sqlx::query(sql).bind(dossier).bind(now).bind(next).execute(p).await.map(drop)
            }
            Outcome::Later(later) => sqlx::query(LATER)
                .bind(dossier)
                .bind(later.due_at)
                .bind(later.attempts)
                .bind(&later.why)
                .execute(p)
                .await
                .map(drop),
            Outcome::Needless => sqlx::query(NEEDLESS).bind(dossier).execute(p).await.map(drop),
            Outcome::Failed(why) =>
                sqlx::query(FAILED).bind(dossier).bind(now).bind(why).execute(p).await.map(drop),
        })?;
        Ok(())
    }

    /// Sends nothing more for the link of `dossier`, forgets its mailbox and notes `event`;
    /// false when nothing was to be sent.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn stop_mail(&self, dossier: &[u8], event: &Event) -> Result<bool, Error> {
        const SQL: &str = "update link_mails set due_at = null, failure = null, sealed = null
            where dossier = $1 and sealed is not null";
        let rows = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let done = sqlx::query(SQL).bind(dossier).execute(&mut *work).await?;
            if done.rows_affected() == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            done.rows_affected()
        });
        Ok(rows == 1)
    }

    /// Gives up the mails that were claimed before `claimed`: a server broke down over
    /// them, and whether they were taken is not known. Forgets every mailbox that came in
    /// before `made`; why a mail was not sent until then is told. Gives how many were
    /// given up.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn give_up_mails(&self, claimed: i64, made: i64, now: i64) -> Result<u64, Error> {
        const BROKEN: &str = "update link_mails set failed_at = $2, failure = 'unclear',
            due_at = null, claimed_at = null, sealed = null where claimed_at < $1";
        const NEVER_SENT: &str = "update link_mails set failed_at = $2,
            failure = case when collection_point in (
                select code from collection_points where retired_at is not null)
                then 'retired' else coalesce(failure, 'too-old') end,
            due_at = null, sealed = null
            where made_at < $1 and sealed is not null and claimed_at is null and reminder = 0";
        const OLD: &str = "update link_mails set due_at = null, failure = null, sealed = null
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
            count(reminded_at) as reminded, count(failed_at) as failed,
            count(case when reminder = 0 then sealed end) as waiting,
            count(case when reminder > 0 then sealed end) as to_remind
            from link_mails group by collection_point order by collection_point";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?)
    }

    /// Why mails wait although they were tried, or were given up, and how many at each
    /// point for each reason. A retired point is a reason to wait.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn reasons_of_mails(&self) -> Result<Vec<Reason>, Error> {
        const SQL: &str = "select collection_point, why, given_up, count(*) as mails from (
                select collection_point, case when failed_at is null then 0 else 1 end as given_up,
                    case when failed_at is null and collection_point in (
                        select code from collection_points where retired_at is not null)
                    then 'retired' else failure end as why
                from link_mails where failed_at is not null or sealed is not null) as each_mail
            where why is not null group by collection_point, given_up, why
            order by collection_point, given_up, why";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?)
    }
}
