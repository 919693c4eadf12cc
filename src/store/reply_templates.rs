//! Reply templates of communes. Each change is stored with its line in the audit log, and
//! only by whoever has seen the change before it.

use surveys::CommuneCode;
use surveys::petition::reply::{MOST_TEMPLATES, ReplyTemplate, ShippedReply};

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::Scope;
use crate::staff::audit::Event;

/// The most templates of one answer.
const MOST_LISTED: i64 = 10_000;

/// A template that a commune keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReply {
    /// Its number.
    pub id: i64,
    /// How often it was saved.
    pub revision: i64,
    /// Whose it is.
    pub commune: CommuneCode,
    /// The shipped template in whose place it stands, if it does.
    pub replaces: Option<&'static ShippedReply>,
    /// What it says.
    pub template: ReplyTemplate,
}

/// A template to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReply {
    /// Whose it is.
    pub commune: CommuneCode,
    /// The shipped template in whose place it stands, if it does.
    pub replaces: Option<&'static ShippedReply>,
    /// What it says.
    pub template: ReplyTemplate,
}

#[derive(sqlx::FromRow)]
struct Row {
    template_id: i64,
    revision: i64,
    commune_code: String,
    replaces: Option<String>,
    title: String,
    body: String,
}

impl TryFrom<Row> for KeptReply {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let damaged = || Error::Damaged(format!("the reply template {}", row.template_id));
        Ok(Self {
            id: row.template_id,
            revision: row.revision,
            commune: CommuneCode::parse(&row.commune_code).map_err(|_| damaged())?,
            // One that is no longer shipped leaves the commune's own.
            replaces: row.replaces.as_deref().and_then(ShippedReply::named),
            template: ReplyTemplate { title: row.title, text: row.body },
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select template_id, revision, commune_code, replaces, title, body
                from reply_templates where substr(scope, 1, length($1)) = $1 ",
            $rest
        )
    };
}

impl Db {
    /// The templates that are kept within `scope`, by commune and title.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn reply_templates(&self, scope: &Scope) -> Result<Vec<KeptReply>, Error> {
        const SQL: &str = select!("order by commune_code, title, template_id limit $2");
        let rows: Vec<Row> = on_db!(&self.write, |p| sqlx::query_as(SQL)
            .bind(scope.to_string())
            .bind(MOST_LISTED)
            .fetch_all(p)
            .await)?;
        rows.into_iter().map(KeptReply::try_from).collect()
    }

    /// The template `id`, if it is within `scope`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn reply_template(&self, scope: &Scope, id: i64) -> Result<Option<KeptReply>, Error> {
        const SQL: &str = select!("and template_id = $2");
        let row: Option<Row> = on_db!(&self.write, |p| sqlx::query_as(SQL)
            .bind(scope.to_string())
            .bind(id)
            .fetch_optional(p)
            .await)?;
        row.map(KeptReply::try_from).transpose()
    }

    /// Keeps `new` and notes `event`, about its number; `None` when its commune has
    /// [`MOST_TEMPLATES`] already, or one in the place of the same shipped template.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn add_reply_template(
        &self,
        new: &NewReply,
        event: &Event,
    ) -> Result<Option<i64>, Error> {
        const SQL: &str = "insert into reply_templates
            (revision, scope, commune_code, replaces, title, body)
            select 1, $1, $2, $3, $4, $5 where
                (select count(*) from reply_templates where commune_code = $2) < $6
            on conflict (commune_code, replaces) do nothing returning template_id";
        let added = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let added: Option<(i64,)> = sqlx::query_as(SQL)
                .bind(Scope::Commune(new.commune.clone()).to_string())
                .bind(new.commune.as_str())
                .bind(new.replaces.map(|shipped| shipped.name))
                .bind(&new.template.title)
                .bind(&new.template.text)
                .bind(i64::from(MOST_TEMPLATES))
                .fetch_optional(&mut *work)
                .await?;
            if let Some((id,)) = added {
                note!(&mut *work, event.clone().about(&id.to_string()))?;
            }
            work.commit().await?;
            added
        });
        Ok(added.map(|(id,)| id))
    }

    /// Lets the template that was read as `seen` say `template` and notes `event`; false
    /// when somebody changed or removed it in the meantime.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn change_reply_template(
        &self,
        seen: &KeptReply,
        template: &ReplyTemplate,
        event: &Event,
    ) -> Result<bool, Error> {
        const SQL: &str = "update reply_templates set revision = revision + 1, title = $3,
            body = $4 where template_id = $1 and revision = $2";
        let changed = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let changed = sqlx::query(SQL)
                .bind(seen.id)
                .bind(seen.revision)
                .bind(&template.title)
                .bind(&template.text)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if changed == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            changed
        });
        Ok(changed == 1)
    }

    /// Removes the template that was read as `seen` and notes `event`; false when
    /// somebody changed or removed it in the meantime.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn remove_reply_template(
        &self,
        seen: &KeptReply,
        event: &Event,
    ) -> Result<bool, Error> {
        const SQL: &str = "delete from reply_templates where template_id = $1 and revision = $2";
        let removed = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let removed = sqlx::query(SQL)
                .bind(seen.id)
                .bind(seen.revision)
                .execute(&mut *work)
                .await?
                .rows_affected();
            if removed == 1 {
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            removed
        });
        Ok(removed == 1)
    }
}
