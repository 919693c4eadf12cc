//! Petitions for staff: the list, one petition with its history.

mod act_kind;

use askama::Template;
use chrono::NaiveDate;
use surveys::petition::{Contact, Standing, State};
use surveys::{Petition, WorkingDays, unit};

use super::Nav;
use crate::pages::message::Link;
use crate::pages::petition::words::{self, Line};
use crate::pages::staff::form::Choice;
use crate::pages::{Shell, Words, day};
use crate::store::petitions::PetitionEvent;

pub use act_kind::ActKind;

/// A petition on the list.
#[derive(Debug)]
struct Row {
    address: String,
    code: String,
    subject: String,
    state: String,
    standing: String,
    overdue: bool,
    received: String,
    assigned_to: String,
    commune: &'static str,
}

/// When the next step of the petitions on the list is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Before today.
    Overdue,
    /// Today.
    Today,
    /// Within two working days.
    Soon,
}

impl Due {
    const ALL: [Self; 3] = [Self::Overdue, Self::Today, Self::Soon];

    /// What an address calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Soon => "soon",
        }
    }

    /// Reads what [`Due::name`] wrote.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|due| due.name() == name)
    }

    fn said(self, t: Words) -> String {
        let key = match self {
            Self::Overdue => "petitions-due-overdue",
            Self::Today => "petitions-due-today",
            Self::Soon => "petitions-due-soon",
        };
        t.get(key).into_owned()
    }
}

/// What is chosen of the list.
#[derive(Debug)]
pub struct Chosen {
    /// In this state only.
    pub state: Option<State>,
    /// Only what is due then.
    pub due: Option<Due>,
    /// Only what is assigned to whom these words name; empty for all.
    pub assigned_to: String,
    /// Of this commune only; empty for all within reach.
    pub commune: String,
    /// With these words.
    pub words: String,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "staff/petitions.html")]
pub struct List<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    rows: Vec<Row>,
    pressing: String,
    states: Vec<Choice>,
    state: &'static str,
    dues: Vec<Choice>,
    due: &'static str,
    /// Whom petitions are assigned to.
    assignees: Vec<String>,
    assigned_to: String,
    /// The commune that is chosen; `None` for whoever has one only.
    commune: Option<String>,
    words: String,
    cut: String,
    enter: String,
}

impl<'a> List<'a> {
    /// The list of `petitions` on a day of a calendar.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        petitions: &[Petition],
        now: (NaiveDate, &WorkingDays),
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let standing =
            |petition: &Petition| petition.due().map(|due| Standing::of(due, now.0, now.1));
        let row = |petition: &Petition| Row {
            address: shell.link(&format!("/staff/petitions/{}", petition.code)),
            code: petition.code.to_string(),
            subject: petition.subject.clone(),
            state: words::state(shell, petition.state),
            standing: words::standing(shell, petition, now),
            overdue: matches!(standing(petition), Some(Standing::Overdue(_))),
            received: day(petition.received_on, language),
            assigned_to: petition.assigned_to.clone(),
            commune: unit::commune(petition.commune.as_str()).map_or("", |commune| commune.name),
        };
        let count = |wanted: fn(Standing) -> bool| {
            shell.number(petitions.iter().filter_map(standing).filter(|s| wanted(*s)).count())
        };
        let pressing = t.with(
            "petitions-pressing",
            &[
                ("overdue", &count(|s| matches!(s, Standing::Overdue(_)))),
                ("today", &count(|s| s == Standing::Today)),
            ],
        );
        let any = Choice { value: String::new(), label: t.get("petitions-any-state").into() };
        let state = |state: &State| Choice {
            value: state.name().to_owned(),
            label: words::state(shell, *state),
        };
        let any_due = Choice { value: String::new(), label: t.get("petitions-any-due").into() };
        let due = |due: Due| Choice { value: due.name().to_owned(), label: due.said(t) };
        Self {
            shell,
            t,
            nav: Some(nav),
            rows: petitions.iter().map(row).collect(),
            pressing,
            states: std::iter::once(any).chain(State::ALL.iter().map(state)).collect(),
            state: "",
            dues: std::iter::once(any_due).chain(Due::ALL.map(due)).collect(),
            due: "",
            assignees: Vec::new(),
            assigned_to: String::new(),
            commune: None,
            words: String::new(),
            cut: String::new(),
            enter: String::new(),
        }
    }

    /// The same, saying what was chosen; `wide` when a commune can be, and one of
    /// `assignees`.
    #[must_use]
    pub fn chosen_by(mut self, chosen: &Chosen, wide: bool, assignees: Vec<String>) -> Self {
        self.state = chosen.state.map_or("", State::name);
        self.due = chosen.due.map_or("", Due::name);
        self.assignees = assignees;
        self.assigned_to.clone_from(&chosen.assigned_to);
        self.commune = wide.then(|| chosen.commune.clone());
        self.words.clone_from(&chosen.words);
        self
    }

    /// The same, saying that it stops at `most` when it does.
    #[must_use]
    pub fn cut_at(mut self, most: u32) -> Self {
        if self.rows.len() >= most as usize {
            self.cut = self.t.with("petitions-cut", &[("most", &self.shell.number(most))]);
        }
        self
    }

    /// The same with the way to enter one, for whoever may.
    #[must_use]
    pub fn entering(mut self, may: bool) -> Self {
        if may {
            self.enter = self.shell.link("/staff/petitions/new");
        }
        self
    }
}

/// One petition.
#[derive(Debug, Template)]
#[template(path = "staff/petition.html")]
pub struct One<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    petition: &'a Petition,
    code: String,
    commune: &'static str,
    state: String,
    standing: String,
    overdue: bool,
    known: bool,
    channel: String,
    received: String,
    acknowledge_by: String,
    answer_by: String,
    rating: String,
    lines: Vec<Line>,
    acts: Vec<Link>,
    letter: String,
    /// Where what its sender asks for is erased; empty for who may not.
    erasing: String,
    opening: String,
    has_contact: bool,
    contact: Option<Contact>,
}

impl<'a> One<'a> {
    /// The page of `petition` with its `history`, on a day of a calendar.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        petition: &'a Petition,
        history: &[PetitionEvent],
        now: (NaiveDate, &WorkingDays),
    ) -> Self {
        let language = shell.language();
        let due = petition.due();
        let rating = petition.rating.map(|rating| words::rating(shell, rating));
        Self {
            shell,
            t: shell.t,
            nav: Some(nav),
            petition,
            code: petition.code.to_string(),
            commune: unit::commune(petition.commune.as_str()).map_or("", |commune| commune.name),
            state: words::state(shell, petition.state),
            standing: words::standing(shell, petition, now),
            overdue: due.is_some_and(|due| now.0 > due),
            known: now.1.knows(petition.answer_by),
            channel: words::came(shell, petition.channel),
            received: day(petition.received_on, language),
            acknowledge_by: day(petition.acknowledge_by, language),
            answer_by: day(petition.answer_by, language),
            rating: rating.unwrap_or_default(),
            lines: history.iter().map(|event| words::line(shell, event, true)).collect(),
            acts: Vec::new(),
            letter: String::new(),
            erasing: String::new(),
            opening: String::new(),
            has_contact: false,
            contact: None,
        }
    }

    /// The same for somebody who may act: what can be done now, and whether there is a
    /// contact to open.
    #[must_use]
    pub fn acting(mut self, kinds: &[ActKind], has_contact: bool) -> Self {
        let at = |last: &str| {
            self.shell.link(&format!("/staff/petitions/{}/{last}", self.petition.code))
        };
        let link =
            |kind: &ActKind| Link { address: at(kind.name()), label: kind.heading(self.shell) };
        self.acts = kinds.iter().map(link).collect();
        if self.overdue {
            // The letter says that it is late and not done: untrue of any other.
            let letter = format!("/staff/apology?petition={}", self.petition.code);
            self.letter = self.shell.link(&letter);
        }
        self.opening = at("contact");
        self.erasing = self.shell.link(&format!("/staff/erase/{}", self.petition.code));
        self.has_contact = has_contact;
        self
    }

    /// The same with the contact, opened.
    #[must_use]
    pub fn reached_at(mut self, contact: Contact) -> Self {
        self.contact = Some(contact);
        self
    }
}
