//! What a commune promised before it moved the term of an action that everybody reads.

use std::collections::BTreeMap;

use super::{Column, Columns, NoteKind};

/// The term of an action as everybody first read it.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstPromise {
    /// The columns as they are, with the day and term of that time.
    pub columns: Columns,
    /// How often the term was moved since, at least once.
    pub moved: usize,
}

impl FirstPromise {
    /// What was promised when the action first became public, from what its columns are
    /// `now` and its `notes` in the order of time; `None` when its term is still that one.
    ///
    /// A note of an edit has what stood in each changed column before, as JSON.
    pub fn of<'a>(
        now: &Columns,
        notes: impl DoubleEndedIterator<Item = (NoteKind, &'a str)>,
    ) -> Option<Self> {
        let since: Vec<(NoteKind, &str)> =
            notes.skip_while(|(kind, _)| *kind != NoteKind::Published).collect();
        let mut columns = now.clone();
        let mut moved = 0;
        for (_, text) in since.iter().rev().filter(|(kind, _)| *kind == NoteKind::Edited) {
            let former: BTreeMap<String, String> = serde_json::from_str(text).unwrap_or_default();
            let (due, term) = (former.get(Column::Due.name()), former.get(Column::Term.name()));
            if let Some(due) = due {
                columns.due = due.parse().ok();
            }
            if let Some(term) = term {
                columns.term.clone_from(term);
            }
            moved += usize::from(due.is_some() || term.is_some());
        }
        let differs = columns.due != now.due || columns.term != now.term;
        (moved > 0 && differs).then_some(Self { columns, moved })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Typed;

    fn columns(due: &str, term: &str) -> Columns {
        Columns::of(&Typed {
            task: "Niêm yết", lead: "Trung tâm", due, term, ..Typed::default()
        })
        .unwrap()
    }

    #[test]
    fn what_was_promised_first_is_told_with_how_often_it_was_moved() {
        use NoteKind::{Edited, Evidence, Opened, Published, Withdrawn};
        let now = columns("31/12/2028", "");
        let notes = [
            (Opened, ""),
            (Edited, r#"{"due":"2020-01-01"}"#),
            (Published, ""),
            (Evidence, "x"),
            (Edited, r#"{"due":"2026-12-31"}"#),
            (Withdrawn, ""),
            (Edited, r#"{"task":"Dán"}"#),
            (Published, ""),
            (Edited, r#"{"due":"2027-12-31","term":"quý IV"}"#),
        ];
        let first = FirstPromise::of(&now, notes.into_iter()).unwrap();
        assert_eq!((first.columns.due, first.moved), ("2026-12-31".parse().ok(), 2));
        assert_eq!((first.columns.term.as_str(), &first.columns.task), ("quý IV", &now.task));
        assert_eq!(FirstPromise::of(&now, notes[..4].iter().copied()), None);
    }

    #[test]
    fn a_term_that_was_moved_and_moved_back_is_the_one_that_was_promised() {
        let now = columns("31/12/2026", "");
        let notes = [
            (NoteKind::Published, ""),
            (NoteKind::Edited, r#"{"due":"2026-12-31"}"#),
            (NoteKind::Edited, r#"{"due":"2027-12-31"}"#),
        ];
        assert_eq!(FirstPromise::of(&now, notes.into_iter()), None);
    }
}
