//! The audit log. Rows are added; the databases themselves refuse to change them.

use super::super::{Db, Error, on_db};
use super::note;
use crate::staff::Scope;
use crate::staff::audit::{Action, Event, Outcome};

pub(in crate::store) const INSERT: &str =
    "insert into staff_audit (at, who, action, scope, subject, outcome)
    values ($1, $2, $3, $4, $5, $6)";

/// Which lines are read, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// Before this place in the log; `i64::MAX` for the newest.
    pub before: i64,
    /// At or after, in UTC milliseconds.
    pub from: i64,
    /// Before, in UTC milliseconds.
    pub until: i64,
    /// Of whoever has this sign-in name; of anybody when empty.
    pub who: String,
    /// Of this kind; of any when there is none.
    pub action: Option<Action>,
    /// Whether refusals only. To be asked for a new code first is none.
    pub refused: bool,
    /// How many at most.
    pub most: u32,
}

impl Db {
    /// Adds `event` to the log.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written.
    pub async fn note(&self, event: &Event) -> Result<(), Error> {
        on_db!(&self.write, |p| note!(p, event).map(drop))?;
        Ok(())
    }

    /// The lines of the log that may be read in `scope`, each with its place.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn audit(&self, scope: &Scope, lines: &Lines) -> Result<Vec<(i64, Event)>, Error> {
        const SQL: &str = "select seq, at, who, action, scope, subject, outcome from staff_audit
            where substr(scope, 1, length($1)) = $1 and seq < $2 and at >= $3 and at < $4
            and ($5 = '' or who = $5) and ($6 = '' or action = $6)
            and ($7 = '' or (outcome = $7 and action <> $9))
            order by seq desc limit $8";
        type Row = (i64, i64, String, String, String, String, String);
        let rows: Vec<Row> = on_db!(&self.read, |p| sqlx::query_as(SQL)
            .bind(scope.to_string())
            .bind(lines.before)
            .bind(lines.from)
            .bind(lines.until)
            .bind(&lines.who)
            .bind(lines.action.map_or("", Action::name))
            .bind(if lines.refused { Outcome::Refused.name() } else { "" })
            .bind(i64::from(lines.most))
            .bind(Action::Unproved.name())
            .fetch_all(p)
            .await)?;
        let event = |(seq, at, who, action, scope, subject, outcome): Row| {
            let damaged = || Error::Damaged(format!("line {seq} of the audit log"));
            let action = Action::of_name(&action).ok_or_else(damaged)?;
            let scope = Scope::parse(&scope).ok_or_else(damaged)?;
            let outcome = Outcome::of_name(&outcome).ok_or_else(damaged)?;
            Ok((seq, Event { at, who, action, scope, subject, outcome }))
        };
        rows.into_iter().map(event).collect()
    }
}
