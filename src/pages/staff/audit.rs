//! The audit log, the newest first.

mod subject;
mod taken;

use askama::Template;
use surveys::text::unaccented;

use super::{Nav, moment};
use crate::pages::{Shell, Words};
use crate::staff::audit::{Action, Event, OPERATOR, Outcome, UNKNOWN};
use crate::store::petitions::PROGRAM;

/// The value of the choice of refusals only.
pub const REFUSED: &str = "1";

/// Which lines are asked for, as it was typed; empty for any.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chosen<'a> {
    /// The day.
    pub day: &'a str,
    /// Who acted.
    pub who: &'a str,
    /// The name of the kind of act.
    pub action: &'a str,
    /// Whether refusals only.
    pub refused: bool,
}

/// How what a line tells of ended, as people see it.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Done,
    Refused,
    /// A new code was due first; nobody was refused anything.
    Unproved,
}

impl Ended {
    fn of(event: &Event) -> Self {
        match (event.action, event.outcome) {
            (Action::Unproved, _) => Self::Unproved,
            (_, Outcome::Refused) => Self::Refused,
            (_, Outcome::Done) => Self::Done,
        }
    }
}

/// A line of the log.
#[derive(Debug)]
struct Row {
    at: String,
    who: String,
    action: String,
    subject: String,
    place: String,
    ended: Ended,
}

/// A page of the log.
#[derive(Debug, Template)]
#[template(path = "staff/audit.html")]
pub struct Audit<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    rows: Vec<Row>,
    chosen: Chosen<'a>,
    /// Every kind of act: its name and its words.
    actions: Vec<(&'static str, String)>,
    wrong_day: bool,
    /// What is to be noticed; may be empty.
    notice: String,
    older: String,
    newest: String,
}

impl<'a> Audit<'a> {
    /// These `lines`, which are `chosen`; `older` is the place before which the next page
    /// begins.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        lines: &[(i64, Event)],
        chosen: Chosen<'a>,
        wrong_day: bool,
        older: Option<i64>,
    ) -> Self {
        let t = shell.t;
        let row = |(_, event): &(i64, Event)| Row {
            at: moment(shell, event.at),
            who: match event.who.as_str() {
                OPERATOR => t.get("audit-operator").into_owned(),
                UNKNOWN => t.get("audit-unknown").into_owned(),
                PROGRAM => t.get("petition-by-program").into_owned(),
                who => who.to_owned(),
            },
            action: event.action.text().get(shell.language()).to_owned(),
            subject: subject::said(shell, event),
            place: event.scope.name().get(shell.language()).to_owned(),
            ended: Ended::of(event),
        };
        let act = |act: &Action| (act.name(), act.text().get(shell.language()).to_owned());
        let mut actions: Vec<_> = Action::ALL.iter().map(act).collect();
        actions.sort_by_cached_key(|(_, text)| unaccented(text));
        Self {
            shell,
            t,
            nav: Some(nav),
            rows: lines.iter().map(row).collect(),
            chosen,
            actions,
            wrong_day,
            notice: String::new(),
            older: older
                .map(|before| shell.here_with("before", &before.to_string()))
                .unwrap_or_default(),
            newest: shell.asked("before").map(|_| shell.link("/staff/audit")).unwrap_or_default(),
        }
    }

    /// The same with something to notice.
    #[must_use]
    pub fn noticing(mut self, notice: String) -> Self {
        self.notice = notice;
        self
    }
}
