//! What its sender asks to have erased of a petition: the contact, and parts of what it
//! says, in its history and in what everybody reads of it too.

use surveys::Petition;
use surveys::petition::{Act, Covering};

use super::super::staff::note;
use super::super::{Db, Error, on_db};
use super::{ADD_EVENT, PetitionEvent, add_event, row, searched};
use crate::staff::audit::Event;

impl Db {
    /// Makes `before` what it is `after` these `acts`, erases its contact if one of them
    /// says so, covers its history by `covering`, and notes `audited`. What was covered is
    /// gone. False, and nothing is done, when somebody else acted since `before` was read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing is changed then.
    pub async fn erase_of_petition(
        &self,
        before: &Petition,
        after: &Petition,
        acts: &[PetitionEvent],
        covering: Option<&Covering>,
        audited: &Event,
    ) -> Result<bool, Error> {
        const SQL: &str = "update petitions set subject = $3, body = $4, searched = $5,
            answer = $6, public_question = $7, public_answer = $8, version = $9
            where code = $1 and version = $2";
        const CONTACT: &str = "delete from petition_contacts where code = $1";
        const HISTORY: &str = "select version, on_day, who, act from petition_events
            where code = $1 order by version";
        // The history refuses every change but that of texts, while this is noted.
        const OPEN: &str = "insert into facts (name, value) values ($1, '')";
        const COVER: &str = "update petition_events set act = $3 where code = $1 and version = $2";
        const SHUT: &str = "delete from facts where name = $1";
        let (code, public) = (before.code.as_str(), after.published.as_ref());
        let covered = format!("covered_petition {code}");
        let changed = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let changed = sqlx::query(SQL)
                .bind(code)
                .bind(i64::from(before.version))
                .bind(&after.subject)
                .bind(&after.text)
                .bind(searched(after))
                .bind(&after.answer)
                .bind(public.map(|public| public.question.as_str()))
                .bind(public.map(|public| public.answer.as_str()))
                .bind(i64::from(after.version))
                .execute(&mut *work)
                .await?
                .rows_affected();
            if changed == 0 {
                return Ok(false);
            }
            if acts.iter().any(|done| done.act == Act::EraseContact) {
                sqlx::query(CONTACT).bind(code).execute(&mut *work).await?;
            }
            if let Some(covering) = covering {
                let history: Vec<(i64, String, String, String)> =
                    sqlx::query_as(HISTORY).bind(code).fetch_all(&mut *work).await?;
                sqlx::query(OPEN).bind(&covered).execute(&mut *work).await?;
                for line in history {
                    let done = row::event(&before.code, line)?;
                    let left = covering.of_act(&done.act);
                    if left != done.act {
                        sqlx::query(COVER)
                            .bind(code)
                            .bind(i64::from(done.version))
                            .bind(row::written(&left))
                            .execute(&mut *work)
                            .await?;
                    }
                }
                sqlx::query(SHUT).bind(&covered).execute(&mut *work).await?;
            }
            for done in acts {
                add_event!(work, before.code, done)?;
            }
            note!(&mut *work, audited)?;
            work.commit().await?;
            changed
        });
        Ok(changed == 1)
    }
}
