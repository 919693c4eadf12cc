//! Changing an improvement action: only what somebody has seen is changed.

use std::collections::BTreeMap;

use surveys::action::{Columns, ImprovementAction, NoteKind, Published, Status};

use super::super::staff::note;
use super::super::{Db, Error, on_db};
use super::notes;
use crate::staff::audit::Event;

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It is stored.
    Stored,
    /// Somebody changed the action in the meantime; nothing is stored.
    ChangedMeanwhile,
    /// It cannot be done without evidence since it was opened; nothing is stored.
    WithoutEvidence,
}

impl Db {
    /// Gives the action that was read as `seen` other `columns` and notes `event`; false
    /// when somebody changed it in the meantime.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn edit_action(
        &self,
        seen: &ImprovementAction,
        columns: &Columns,
        event: &Event,
    ) -> Result<bool, Error> {
        const SQL: &str = "update actions set revision = revision + 1, task = $3, lead = $4,
            partners = $5, product = $6, due = $7, term = $8, instrument = $9, component = $10
            where action_id = $1 and revision = $2";
        let former: BTreeMap<&str, String> = seen
            .columns
            .differing(columns)
            .into_iter()
            .map(|column| (column.name(), seen.columns.cell(column)))
            .collect();
        let former =
            serde_json::to_string(&former).map_err(|error| Error::Damaged(error.to_string()))?;
        let changed = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let changed = sqlx::query(SQL)
                .bind(seen.id)
                .bind(seen.revision)
                .bind(&columns.task)
                .bind(&columns.lead)
                .bind(&columns.partners)
                .bind(&columns.product)
                .bind(columns.due.map(|due| due.to_string()))
                .bind(&columns.term)
                .bind(columns.moves.as_ref().map(|m| m.instrument.as_str()))
                .bind(columns.moves.as_ref().map(|m| m.component.as_str()))
                .execute(&mut *work)
                .await?
                .rows_affected();
            if changed == 1 {
                notes::add!(&mut *work, seen.id, event, NoteKind::Edited, &former, "");
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            changed
        });
        Ok(changed == 1)
    }

    /// Lets the action that was read as `seen` become `next`, with `why`, and notes
    /// `event`. To be done it needs evidence given since it was opened or reopened.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn move_action(
        &self,
        seen: &ImprovementAction,
        next: Status,
        why: &str,
        event: &Event,
    ) -> Result<Moved, Error> {
        const SQL: &str = "update actions set revision = revision + 1, status = $3, ended_at = $4
            where action_id = $1 and revision = $2 and ($5 = 0 or exists (
                select 1 from action_notes given where given.action_id = $1
                and given.kind = 'evidence' and given.seq > (
                    select coalesce(max(seq), 0) from action_notes
                    where action_id = $1 and kind = 'reopened')))";
        const REVISION: &str = "select revision from actions where action_id = $1";
        let kind = match (seen.status.is_live(), next) {
            (_, Status::Done) => NoteKind::Done,
            (_, Status::Dropped) => NoteKind::Dropped,
            (true, _) => NoteKind::Begun,
            (false, _) => NoteKind::Reopened,
        };
        let ended_at = (!next.is_live()).then_some(event.at);
        let (changed, revision) = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let changed = sqlx::query(SQL)
                .bind(seen.id)
                .bind(seen.revision)
                .bind(next.name())
                .bind(ended_at)
                .bind(i64::from(next == Status::Done))
                .execute(&mut *work)
                .await?
                .rows_affected();
            if changed == 1 {
                notes::add!(&mut *work, seen.id, event, kind, why, "");
                note!(&mut *work, event)?;
            }
            let now: Option<(i64,)> =
                sqlx::query_as(REVISION).bind(seen.id).fetch_optional(&mut *work).await?;
            work.commit().await?;
            (changed, now.map(|(revision,)| revision))
        });
        Ok(match (changed, revision) {
            (1, _) => Moved::Stored,
            (_, Some(revision)) if revision == seen.revision => Moved::WithoutEvidence,
            _ => Moved::ChangedMeanwhile,
        })
    }

    /// Lets everybody read `published` of the action that was read as `seen`, or staff
    /// only, and notes `event`; false when somebody changed it in the meantime.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn publish_action(
        &self,
        seen: &ImprovementAction,
        published: Option<&Published>,
        event: &Event,
    ) -> Result<bool, Error> {
        const SQL: &str = "update actions set revision = revision + 1, found = $3, done = $4
            where action_id = $1 and revision = $2";
        let kind = if published.is_some() { NoteKind::Published } else { NoteKind::Withdrawn };
        let said = published.map_or_else(String::new, |published| {
            let texts = [published.found.as_str(), published.done.as_str()];
            texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
        });
        let changed = on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            let changed = sqlx::query(SQL)
                .bind(seen.id)
                .bind(seen.revision)
                .bind(published.map(|published| published.found.as_str()))
                .bind(published.map(|published| published.done.as_str()))
                .execute(&mut *work)
                .await?
                .rows_affected();
            if changed == 1 {
                notes::add!(&mut *work, seen.id, event, kind, &said, "");
                note!(&mut *work, event)?;
            }
            work.commit().await?;
            changed
        });
        Ok(changed == 1)
    }
}
