//! Improvement actions (nhiệm vụ khắc phục): what a commune does so that a component of
//! satisfaction gets better, in the columns in which plans assign tasks.

mod columns;
mod note;
mod origin;
mod promised;
mod status;
mod table;

use chrono::NaiveDate;

use crate::code::CommuneCode;

pub use columns::{BadColumn, Column, Columns, MOST_TERM_CHARS, Moves, Typed, prose};
pub use note::{BadLink, MOST_NOTE_CHARS, Note, NoteKind, link};
pub use origin::{Origin, PlanLine, Seen};
pub use promised::FirstPromise;
pub use status::Status;
pub use table::TABLE_COLUMNS;

/// One improvement action as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ImprovementAction {
    /// Its number, from 1.
    pub id: i64,
    /// From 1; every change of what it says adds one.
    pub revision: i64,
    /// The commune that does it.
    pub commune: CommuneCode,
    /// What it was opened for.
    pub origin: Origin,
    /// What is to be done, by whom, until when.
    pub columns: Columns,
    /// How far it is.
    pub status: Status,
    /// When it was opened, in UTC milliseconds.
    pub opened_at: i64,
    /// When it was done or dropped, in UTC milliseconds.
    pub ended_at: Option<i64>,
    /// What everybody may read of it; `None` while it is for staff only.
    pub published: Option<Published>,
}

/// What the public reads of an action beside its task, lead, product and term.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    /// What citizens said or the figures showed.
    pub found: String,
    /// What was done; empty while it is not done.
    pub done: String,
}

/// How an action stands to its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is done or dropped.
    Ended,
    /// Its term names no day.
    NoDay,
    /// So many days are left; 0 on the day itself.
    Left(i64),
    /// It is late by so many days.
    Overdue(i64),
}

impl ImprovementAction {
    /// How the action stands to its day when it is `today`.
    pub fn standing(&self, today: NaiveDate) -> Standing {
        if !self.status.is_live() {
            return Standing::Ended;
        }
        match self.columns.due.map(|due| (due - today).num_days()) {
            None => Standing::NoDay,
            Some(left @ 0..) => Standing::Left(left),
            Some(late) => Standing::Overdue(-late),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn action() -> ImprovementAction {
        let typed = Typed {
            task: "Niêm yết thủ tục",
            lead: "Trung tâm Phục vụ hành chính công xã",
            due: "31/12/2026",
            ..Typed::default()
        };
        ImprovementAction {
            id: 7,
            revision: 1,
            commune: CommuneCode::parse("22651").unwrap(),
            origin: Origin::Own,
            columns: Columns::of(&typed).unwrap(),
            status: Status::Open,
            opened_at: 1_791_165_600_000,
            ended_at: None,
            published: None,
        }
    }

    #[test]
    fn an_action_is_late_from_the_day_after_its_day_until_it_is_done() {
        let mut action = action();
        let on = |action: &ImprovementAction, day: &str| action.standing(day.parse().unwrap());
        assert_eq!(on(&action, "2026-12-28"), Standing::Left(3));
        assert_eq!(on(&action, "2026-12-31"), Standing::Left(0));
        assert_eq!(on(&action, "2027-01-03"), Standing::Overdue(3));
        action.status = Status::Done;
        assert_eq!(on(&action, "2027-01-03"), Standing::Ended);
        action.status = Status::UnderWay;
        action.columns.due = None;
        assert_eq!(on(&action, "2027-01-03"), Standing::NoDay);
    }
}
