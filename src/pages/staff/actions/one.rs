//! One improvement action: what it says, what can be done with it, what its component
//! did since, its history.

use askama::Template;
use chrono::NaiveDate;
use surveys::action::{Column, ImprovementAction, Note, NoteKind};
use surveys::{typed_day, unit};

use super::super::{Nav, moment};
use super::address;
use crate::pages::actions::followed::{self, Period};
use crate::pages::actions::words;
use crate::pages::message::Link;
use crate::pages::{Shell, Words, day};
use crate::reporting::follow_up::FollowUp;

/// A line of the history.
#[derive(Debug)]
struct Line {
    at: String,
    who: String,
    kind: String,
    text: String,
    link: String,
    /// Of an edit: the columns with what stood there before.
    former: Vec<(String, String)>,
}

/// The comment that an action was opened for.
#[derive(Debug)]
pub struct Quoted {
    /// Where it is.
    pub address: String,
    /// What it says, with nothing that may be about a person.
    pub text: String,
}

/// One action.
#[derive(Debug, Template)]
#[template(path = "staff/action.html")]
pub struct One<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    heading: String,
    commune: String,
    status: String,
    standing: String,
    late: bool,
    origin: String,
    quoted: Option<Quoted>,
    facts: Vec<(String, String)>,
    found: String,
    done: String,
    is_public: bool,
    public: String,
    links: Vec<Link>,
    periods: Vec<Period>,
    measured: String,
    history: Vec<Line>,
    back: String,
}

/// What a column is called.
pub fn column_title(t: Words, column: Column) -> String {
    let key = match column {
        Column::Task => "action-task",
        Column::Lead => "action-lead",
        Column::Partners => "action-partners",
        Column::Product => "action-product",
        Column::Due => "action-due",
        Column::Term => "action-term",
        Column::Moves => "action-component",
    };
    t.get(key).into_owned()
}

fn line(shell: &Shell, note: &Note) -> Line {
    let is_edit = note.kind == NoteKind::Edited;
    let former: std::collections::BTreeMap<String, String> =
        if is_edit { serde_json::from_str(&note.text).unwrap_or_default() } else { [].into() };
    let titled = |(name, was): (String, String)| {
        let column = Column::named(&name);
        let title = column.map_or(name, |column| column_title(shell.t, column));
        let was = match typed_day(&was).filter(|_| column == Some(Column::Due)) {
            Some(due) => day(due, shell.language()),
            None if was.is_empty() => shell.t.get("action-was-empty").into_owned(),
            None => was,
        };
        (title, was)
    };
    Line {
        at: moment(shell, note.at),
        who: note.who.clone(),
        kind: note.kind.text().get(shell.language()).to_owned(),
        text: if is_edit { String::new() } else { note.text.clone() },
        link: note.link.clone(),
        former: former.into_iter().map(titled).collect(),
    }
}

impl<'a> One<'a> {
    /// The page of `action` with its `notes` and what is `followed`, for somebody who may
    /// change it or not.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        action: &ImprovementAction,
        notes: &[Note],
        followed: Option<&FollowUp>,
        (today, may_manage): (NaiveDate, bool),
    ) -> Self {
        let t = shell.t;
        let columns = &action.columns;
        let (opened, ended) = followed::days(shell, action);
        let measured = columns.moves.as_ref().map(|moves| words::measured(shell, moves));
        let measured = measured.unwrap_or_default();
        let facts = [
            (column_title(t, Column::Lead), columns.lead.clone()),
            (column_title(t, Column::Partners), columns.partners.clone()),
            (column_title(t, Column::Product), columns.product.clone()),
            (t.get("action-until").into_owned(), words::term(shell, columns)),
            (column_title(t, Column::Moves), measured.clone()),
            (t.get("action-opened").into_owned(), opened),
            (t.get("action-ended").into_owned(), ended),
        ];
        let at = |part: &str, key: &str| Link {
            address: shell.link(&format!("{}/{part}", address(action.id))),
            label: t.get(key).into(),
        };
        let mut links = Vec::new();
        if may_manage {
            links.push(at("note?kind=evidence", "action-evidence-heading"));
            links.push(at("status", "action-status-heading"));
            links.push(at("edit", "action-edit-heading"));
            links.push(at("note", "action-note-heading"));
            links.push(at("public", "action-public-heading"));
        }
        let published = action.published.clone();
        let is_public = published.is_some();
        let published = published.unwrap_or_default();
        let commune = unit::commune(action.commune.as_str()).map_or("", |commune| commune.name);
        Self {
            shell,
            t,
            nav: Some(nav),
            heading: t.with("action-heading", &[("number", &action.id.to_string())]),
            commune: commune.to_owned(),
            status: action.status.text().get(shell.language()).to_owned(),
            standing: words::standing(shell, action.standing(today)),
            late: words::is_late(action, today),
            origin: words::origin_said(shell, &action.commune, &action.origin),
            quoted: None,
            facts: [(column_title(t, Column::Task), columns.task.clone())]
                .into_iter()
                .chain(facts)
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            found: published.found,
            done: published.done,
            is_public,
            public: shell.link(&format!("/c/{}/actions", action.commune)),
            links,
            periods: followed
                .map(|followed| followed::rows(shell, action, followed, today))
                .unwrap_or_default(),
            measured,
            history: notes.iter().map(|note| line(shell, note)).collect(),
            back: shell.link("/staff/actions"),
        }
    }

    /// The same with the comment that it was opened for.
    #[must_use]
    pub fn quoting(mut self, quoted: Option<Quoted>) -> Self {
        self.quoted = quoted;
        self
    }
}
