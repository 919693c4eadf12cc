//! Improvement actions: what communes do about a component. Each change is stored with
//! its note and its line in the audit log, or not at all, and only by whoever has seen
//! the change before it.

mod changing;
pub mod notes;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use surveys::action::{Columns, ImprovementAction, Moves, Origin, PlanLine, Published, Status};
use surveys::{CommuneCode, ComponentCode, InstrumentId};

use super::staff::note;
use super::{Db, Error, on_db};
use crate::staff::Scope;
use crate::staff::audit::Event;

pub use changing::Moved;

/// The most actions of one answer.
pub const MOST_LISTED: u32 = 10_000;

/// An action to be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAction {
    /// The commune that does it.
    pub commune: CommuneCode,
    /// What it is opened for.
    pub origin: Origin,
    /// What is to be done.
    pub columns: Columns,
}

/// Which actions are read, in the order of their days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Of these statuses; of every status when empty.
    pub statuses: Vec<Status>,
    /// For this component; for any when `None`.
    pub component: Option<ComponentCode>,
    /// Opened for the comment of this number; for whatever when `None`.
    pub comment: Option<i64>,
    /// Those with a day that is this one or before it.
    pub due_by: Option<NaiveDate>,
    /// Only those that the public may read.
    pub public_only: bool,
    /// How many come before, in that order.
    pub skipped: u32,
    /// How many at most.
    pub most: u32,
}

impl Wanted {
    /// Every action.
    pub const ALL: Self = Self {
        statuses: Vec::new(),
        component: None,
        comment: None,
        due_by: None,
        public_only: false,
        skipped: 0,
        most: MOST_LISTED,
    };

    /// The actions of which something is still to be done.
    pub fn live() -> Self {
        Self { statuses: vec![Status::Open, Status::UnderWay], ..Self::ALL }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    action_id: i64,
    revision: i64,
    commune_code: String,
    origin: String,
    task: String,
    lead: String,
    partners: String,
    product: String,
    due: Option<String>,
    term: String,
    instrument: Option<String>,
    component: Option<String>,
    status: String,
    opened_at: i64,
    ended_at: Option<i64>,
    found: Option<String>,
    done: Option<String>,
}

impl TryFrom<Row> for ImprovementAction {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let id = row.action_id;
        let damaged = || Error::Damaged(format!("the improvement action {id}"));
        let moves = match row.instrument.zip(row.component) {
            Some((instrument, component)) => Some(Moves {
                instrument: InstrumentId::parse(&instrument).map_err(|_| damaged())?,
                component: ComponentCode::parse(&component).map_err(|_| damaged())?,
            }),
            None => None,
        };
        let due = row.due.map(|due| due.parse().map_err(|_| damaged())).transpose()?;
        Ok(Self {
            id,
            revision: row.revision,
            commune: CommuneCode::parse(&row.commune_code).map_err(|_| damaged())?,
            origin: serde_json::from_str(&row.origin).map_err(|_| damaged())?,
            columns: Columns {
                task: row.task,
                lead: row.lead,
                partners: row.partners,
                product: row.product,
                due,
                term: row.term,
                moves,
            },
            status: Status::named(&row.status).ok_or_else(damaged)?,
            opened_at: row.opened_at,
            ended_at: row.ended_at,
            published: row
                .found
                .map(|found| Published { found, done: row.done.unwrap_or_default() }),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select action_id, revision, commune_code, origin, task, lead, partners, product,
                due, term, instrument, component, status, opened_at, ended_at, found, done
                from actions where substr(scope, 1, length($1)) = $1 and ",
            $rest
        )
    };
}

/// `origin` as it lies in the database.
fn stored(origin: &Origin) -> Result<String, Error> {
    serde_json::to_string(origin).map_err(|error| Error::Damaged(error.to_string()))
}

/// What tells the line of a plan from every other, whichever version it is of.
fn plan_line(origin: &Origin) -> Option<String> {
    let Origin::Plan(PlanLine { plan, clause, quote, .. }) = origin else { return None };
    let parts = [plan.as_str(), clause, quote];
    let hash = parts.iter().fold(Sha256::new(), |hash, part| {
        hash.chain_update(part.len().to_le_bytes()).chain_update(part)
    });
    let hash = hash.finalize();
    let half = hash.first_chunk().copied().expect("a hash has 32 bytes");
    Some(format!("{:032x}", u128::from_be_bytes(half)))
}

impl Db {
    /// Opens `new` and notes `event`, about its number; `None` when its line of the plan
    /// was taken over before.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn open_action(&self, new: &NewAction, event: &Event) -> Result<Option<i64>, Error> {
        let opened = self.open_actions(std::slice::from_ref(new), event).await?;
        Ok(opened.into_iter().next().flatten())
    }

    /// Opens all of `new` in one transaction and notes `event` about each: its number, or
    /// `None` for what is a line of a plan that was taken over before. To be given in the
    /// plan's order, so that two who do this at once do not wait for each other.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when they cannot be written; none of them is stored then.
    pub async fn open_actions(
        &self,
        new: &[NewAction],
        event: &Event,
    ) -> Result<Vec<Option<i64>>, Error> {
        const SQL: &str = "insert into actions (revision, scope, commune_code, origin, plan_line,
            task, lead, partners, product, due, term, instrument, component, status, opened_at)
            values (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            on conflict (plan_line) do nothing returning action_id";
        let origins: Vec<String> =
            new.iter().map(|new| stored(&new.origin)).collect::<Result<_, Error>>()?;
        Ok(on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let mut numbers = Vec::with_capacity(new.len());
            for (new, origin) in new.iter().zip(&origins) {
                let columns = &new.columns;
                let opened: Option<(i64,)> = sqlx::query_as(SQL)
                    .bind(Scope::Commune(new.commune.clone()).to_string())
                    .bind(new.commune.as_str())
                    .bind(origin)
                    .bind(plan_line(&new.origin))
                    .bind(&columns.task)
                    .bind(&columns.lead)
                    .bind(&columns.partners)
                    .bind(&columns.product)
                    .bind(columns.due.map(|due| due.to_string()))
                    .bind(&columns.term)
                    .bind(columns.moves.as_ref().map(|m| m.instrument.as_str()))
                    .bind(columns.moves.as_ref().map(|m| m.component.as_str()))
                    .bind(Status::Open.name())
                    .bind(event.at)
                    .fetch_optional(&mut *work)
                    .await?;
                if let Some((id,)) = opened {
                    let kind = surveys::action::NoteKind::Opened;
                    notes::add!(&mut *work, id, event, kind, "", "");
                    note!(&mut *work, event.clone().about(&id.to_string()))?;
                }
                numbers.push(opened.map(|(id,)| id));
            }
            work.commit().await?;
            numbers
        }))
    }

    /// The actions within `scope` that are `wanted`: by day, those without a day last.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn actions(
        &self,
        scope: &Scope,
        wanted: &Wanted,
    ) -> Result<Vec<ImprovementAction>, Error> {
        const SQL: &str = select!(
            "($2 = '' or $2 like '%,' || status || ',%')
            and ($3 = '' or component = $3) and ($4 = 0 or found is not null)
            and ($7 = '' or origin = $7) and ($8 = '' or due <= $8)
            order by case when due is null then 1 else 0 end, due, action_id
            limit $5 offset $6"
        );
        let names: Vec<&str> = wanted.statuses.iter().map(|status| status.name()).collect();
        let statuses =
            if names.is_empty() { String::new() } else { format!(",{},", names.join(",")) };
        let origin = wanted.comment.map(|id| stored(&Origin::Comment { id: id.to_string() }));
        let origin = origin.transpose()?.unwrap_or_default();
        let rows: Vec<Row> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(scope.to_string())
            .bind(&statuses)
            .bind(wanted.component.as_ref().map_or("", ComponentCode::as_str))
            .bind(i64::from(wanted.public_only))
            .bind(i64::from(wanted.most))
            .bind(i64::from(wanted.skipped))
            .bind(&origin)
            .bind(wanted.due_by.map(|day| day.to_string()).unwrap_or_default())
            .fetch_all(p)
            .await)?;
        rows.into_iter().map(ImprovementAction::try_from).collect()
    }

    /// The action `id`, if it is within `scope`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read.
    pub async fn action(&self, scope: &Scope, id: i64) -> Result<Option<ImprovementAction>, Error> {
        const SQL: &str = select!("action_id = $2");
        let row: Option<Row> = on_db!(&self.write, |p| sqlx::query_as(SQL)
            .bind(scope.to_string())
            .bind(id)
            .fetch_optional(p)
            .await)?;
        row.map(ImprovementAction::try_from).transpose()
    }

    /// The lines of plans that are taken over within `scope`.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn plan_lines_taken_over(&self, scope: &Scope) -> Result<Vec<PlanLine>, Error> {
        const SQL: &str = select!("plan_line is not null order by action_id limit 10000");
        let rows: Vec<Row> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(scope.to_string()).fetch_all(p).await)?;
        let mut lines = Vec::new();
        for row in rows {
            if let Origin::Plan(line) = ImprovementAction::try_from(row)?.origin {
                lines.push(line);
            }
        }
        Ok(lines)
    }
}
