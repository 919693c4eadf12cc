//! Survey links of closed dossiers: that a dossier has one, never which dossier.

use surveys::{PointCode, VisitToken};
use uuid::Uuid;

use super::staff::note;
use super::visits::token_hash;
use super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// A link to be made.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// The keyed hash of the dossier's code.
    pub dossier: [u8; 32],
    /// The token in the link.
    pub token: VisitToken,
    /// Before this moment it must not be sent, in UTC milliseconds.
    pub send_after: i64,
    /// Mailbox and token, sealed, when this program is to mail it.
    pub mail: Option<Vec<u8>>,
}

/// What is kept of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SurveyLink {
    /// Before this moment it must not be sent, in UTC milliseconds.
    pub send_after: i64,
    /// Whether a reminder was made.
    pub reminded: bool,
    /// Whether a response was sent with it.
    pub used: bool,
    /// Whether it is for this program to mail.
    pub mailed: bool,
}

/// Links that were made together.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LinkBatch {
    /// The point they lead to.
    pub collection_point: String,
    /// When they were made, in UTC milliseconds.
    pub made_at: i64,
    /// How many there are.
    pub links: i64,
    /// How many were used.
    pub used: i64,
    /// Of how many a reminder was made.
    pub reminded: i64,
    /// How many this program mailed.
    pub mailed: i64,
    /// How many mails wait to be sent for the first time.
    pub waiting: i64,
    /// How many mails were given up.
    pub failed: i64,
}

impl Db {
    /// The batches of links, the newest first.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn link_batches(&self) -> Result<Vec<LinkBatch>, Error> {
        const SQL: &str = "select token.collection_point, token.made_at, count(*) as links,
            cast(sum(token.used) as bigint) as used, count(link.reminded_at) as reminded,
            count(mail.sent_at) as mailed, count(mail.failed_at) as failed,
            count(case when mail.reminder = 0 then mail.sealed end) as waiting
            from survey_links link
            join visit_tokens token on token.token_hash = link.token_hash
            left join link_mails mail on mail.dossier = link.dossier
            group by token.batch, token.collection_point, token.made_at
            order by token.made_at desc, token.collection_point";
        Ok(on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_all(p).await)?)
    }

    /// Stores `links`, whose tokens are good at `point`, and notes `event`: all or nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be written, also when a dossier among
    /// them has a link already.
    pub async fn add_survey_links(
        &self,
        point: &PointCode,
        batch: Uuid,
        links: &[NewLink],
        event: &Event,
    ) -> Result<(), Error> {
        const TOKEN: &str = "insert into visit_tokens
            (token_hash, collection_point, batch, made_at) values ($1, $2, $3, $4)";
        const LINK: &str = "insert into survey_links
            (dossier, token_hash, made_at, send_after) values ($1, $2, $3, $4)";
        const MAIL: &str = "insert into link_mails
            (dossier, collection_point, sealed, made_at, due_at, reminder, attempts)
            values ($1, $2, $3, $4, $5, 0, 0)";
        let now = event.at;
        on_db!(&self.write, |p| {
            let mut all = p.begin().await?;
            for link in links {
                let hash = token_hash(&link.token);
                sqlx::query(TOKEN)
                    .bind(hash.as_slice())
                    .bind(point.as_str())
                    .bind(batch)
                    .bind(now)
                    .execute(&mut *all)
                    .await?;
                sqlx::query(LINK)
                    .bind(link.dossier.as_slice())
                    .bind(hash.as_slice())
                    .bind(now)
                    .bind(link.send_after)
                    .execute(&mut *all)
                    .await?;
                if let Some(sealed) = &link.mail {
                    sqlx::query(MAIL)
                        .bind(link.dossier.as_slice())
                        .bind(point.as_str())
                        .bind(sealed)
                        .bind(now)
                        .bind(link.send_after)
                        .execute(&mut *all)
                        .await?;
                }
            }
            note!(&mut *all, event)?;
            all.commit().await?;
        });
        Ok(())
    }

    /// The link of the dossier with this keyed hash.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn survey_link(&self, dossier: &[u8; 32]) -> Result<Option<SurveyLink>, Error> {
        const SQL: &str = "select link.send_after, link.reminded_at, token.used, mail.made_at
            from survey_links link join visit_tokens token on token.token_hash = link.token_hash
            left join link_mails mail on mail.dossier = link.dossier
            where link.dossier = $1";
        let row: Option<(i64, Option<i64>, i64, Option<i64>)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL)
                .bind(dossier.as_slice())
                .fetch_optional(p)
                .await)?;
        Ok(row.map(|(send_after, reminded_at, used, mail)| SurveyLink {
            send_after,
            reminded: reminded_at.is_some(),
            used: used == 1,
            mailed: mail.is_some(),
        }))
    }

    /// Whether any dossier has a link.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn has_survey_links(&self) -> Result<bool, Error> {
        const SQL: &str = "select 1 from survey_links limit 1";
        let row: Option<(i32,)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).fetch_optional(p).await)?;
        Ok(row.is_some())
    }

    /// Marks the links of these dossiers as reminded and notes `event`: all of it, or nothing
    /// and false when one of them has no link or was reminded of meanwhile.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be written; then none is marked.
    pub async fn mark_reminded(&self, dossiers: &[[u8; 32]], event: &Event) -> Result<bool, Error> {
        const SQL: &str = "update survey_links set reminded_at = $2
            where dossier = $1 and reminded_at is null";
        let mut marked = true;
        on_db!(&self.write, |p| {
            let mut all = p.begin().await?;
            for dossier in dossiers {
                let mark = sqlx::query(SQL).bind(dossier.as_slice()).bind(event.at);
                let done = mark.execute(&mut *all).await?;
                marked &= done.rows_affected() == 1;
            }
            if marked {
                note!(&mut *all, event)?;
                all.commit().await?;
            }
        });
        Ok(marked)
    }
}
