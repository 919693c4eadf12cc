//! Notes on improvement actions. Rows are added; the databases themselves refuse to
//! change them.

use std::collections::BTreeMap;

use surveys::CommuneCode;
use surveys::action::{FirstPromise, ImprovementAction, Note, NoteKind};

use super::super::staff::{full_name, note};
use super::super::{Db, Error, on_db};
use crate::staff::audit::Event;

/// The most notes that are read of one action, the newest.
pub const MOST_NOTES: u32 = 500;

pub(super) const INSERT: &str = "insert into action_notes (action_id, at, who, kind, text, link) values ($1, $2, $3, $4, $5, $6)";

/// Adds a note to the action `$id` with `$executor`, by whoever `$event` is of.
macro_rules! add {
    ($executor:expr, $id:expr, $event:expr, $kind:expr, $text:expr, $link:expr) => {
        sqlx::query($crate::store::actions::notes::INSERT)
            .bind($id)
            .bind($event.at)
            .bind(&$event.who)
            .bind($kind.name())
            .bind($text)
            .bind($link)
            .execute($executor)
            .await?
    };
}
pub(super) use add;

impl Db {
    /// Adds something that was said or shown about the action `id`, and notes `event`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it cannot be written; nothing of it is stored then.
    pub async fn note_on_action(
        &self,
        id: i64,
        kind: NoteKind,
        (text, link): (&str, &str),
        event: &Event,
    ) -> Result<(), Error> {
        on_db!(&self.write, |p| {
            let mut work = p.begin().await?;
            add!(&mut *work, id, event, kind, text, link);
            note!(&mut *work, event)?;
            work.commit().await?;
        });
        Ok(())
    }

    /// Which of the `public` actions of `commune` had another term when they first became
    /// public, by their number.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn first_promises(
        &self,
        commune: &CommuneCode,
        public: &[ImprovementAction],
    ) -> Result<BTreeMap<i64, FirstPromise>, Error> {
        const SQL: &str = "select n.action_id, n.kind, n.text from action_notes n
            join actions a on a.action_id = n.action_id
            where a.commune_code = $1 and a.found is not null
            and n.kind in ('edited', 'published') order by n.seq";
        let rows: Vec<(i64, String, String)> =
            on_db!(&self.read, |p| sqlx::query_as(SQL).bind(commune.as_str()).fetch_all(p).await)?;
        let mut notes: BTreeMap<i64, Vec<(NoteKind, &str)>> = BTreeMap::new();
        for (id, kind, text) in &rows {
            let kind = NoteKind::named(kind)
                .ok_or_else(|| Error::Damaged(format!("a note on the improvement action {id}")))?;
            notes.entry(*id).or_default().push((kind, text));
        }
        let first = |action: &ImprovementAction| {
            let notes = notes.get(&action.id)?;
            Some((action.id, FirstPromise::of(&action.columns, notes.iter().copied())?))
        };
        Ok(public.iter().filter_map(first).collect())
    }

    /// The notes on the action `id`, in the order of time; of more than [`MOST_NOTES`]
    /// the newest.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read.
    pub async fn action_notes(&self, id: i64) -> Result<Vec<Note>, Error> {
        const SQL: &str = concat!(
            "select at, ",
            full_name!("who"),
            ", kind, text, link from action_notes
            where action_id = $1 order by seq desc limit $2"
        );
        type Row = (i64, String, String, String, String);
        let rows: Vec<Row> = on_db!(&self.write, |p| sqlx::query_as(SQL)
            .bind(id)
            .bind(i64::from(MOST_NOTES))
            .fetch_all(p)
            .await)?;
        let read = |(at, who, kind, text, link): Row| {
            let damaged = || Error::Damaged(format!("a note on the improvement action {id}"));
            Ok(Note { at, who, kind: NoteKind::named(&kind).ok_or_else(damaged)?, text, link })
        };
        rows.into_iter().rev().map(read).collect()
    }
}
