//! What becomes of a petition, for whoever has its code and PIN.

use askama::Template;
use chrono::NaiveDate;
use serde_json::{Value, json};
use surveys::petition::{AnswerRating, Contact, State};
use surveys::unit::{self, Commune};
use surveys::{Petition, WorkingDays};

use super::words::{self, Line};
use crate::pages::field::Field;
use crate::pages::{Shell, Words, day};
use crate::staff::petition_secrets::Pin;
use crate::store::petitions::PetitionEvent;

/// The page that asks for code and PIN.
#[derive(Debug, Template)]
#[template(path = "petition/ask.html")]
pub struct Ask<'a> {
    shell: &'a Shell,
    t: Words,
    fields: Vec<Field>,
    wrong: String,
    action: String,
    write: String,
}

impl<'a> Ask<'a> {
    /// The page at `commune` with the `code` that was typed and what was wrong.
    pub fn new(
        shell: &'a Shell,
        commune: &'static Commune,
        code: &str,
        wrong: Option<String>,
    ) -> Self {
        let t = shell.t;
        let code: String = code.chars().filter(|c| !c.is_control()).take(20).collect();
        let fields = vec![
            Field::spelled("code", t.get("petition-code"))
                .hint(t.get("petition-code-hint"))
                .value(&code)
                .wrong(wrong.clone()),
            Field::digits("pin", t.get("petition-pin")).hint(t.get("petition-pin-hint")),
        ];
        Self {
            shell,
            t,
            fields,
            wrong: wrong.unwrap_or_default(),
            action: shell.link(&format!("/p/{}/status", commune.code)),
            write: shell.link(&format!("/p/{}", commune.code)),
        }
    }
}

/// What came of what a citizen asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Nothing was asked.
    Nothing,
    /// It was done.
    Done(String),
    /// It is to be mended, or cannot be done.
    Wrong(String),
}

/// A petition, with what its sender can do now.
#[derive(Debug, Template)]
#[template(path = "petition/status.html")]
pub struct Status<'a> {
    shell: &'a Shell,
    t: Words,
    petition: &'a Petition,
    commune: &'static str,
    code: String,
    pin: String,
    state: String,
    standing: String,
    received: String,
    came: String,
    due: String,
    answered: String,
    rating: String,
    lines: Vec<Line>,
    wrong: String,
    done: String,
    reason: String,
    has_contact: bool,
    action: String,
}

impl<'a> Status<'a> {
    /// The page of `petition` with its `history`, on a day of a calendar.
    pub fn new(
        shell: &'a Shell,
        petition: &'a Petition,
        history: &[PetitionEvent],
        now: (NaiveDate, &WorkingDays),
    ) -> Self {
        let language = shell.language();
        let told = |date: Option<NaiveDate>| date.map(|d| day(d, language)).unwrap_or_default();
        let rating = petition.rating.map(|rating| words::rating(shell, rating));
        Self {
            shell,
            t: shell.t,
            petition,
            commune: unit::commune(petition.commune.as_str()).map_or("", |commune| commune.name),
            code: petition.code.to_string(),
            pin: String::new(),
            state: words::state(shell, petition.state),
            standing: words::standing(shell, petition, now),
            received: day(petition.received_on, language),
            came: words::came(shell, petition.channel),
            due: told(petition.state.is_open().then_some(petition.answer_by)),
            answered: told(petition.answered_on.filter(|_| !petition.state.is_open())),
            rating: rating.unwrap_or_default(),
            lines: history.iter().map(|event| words::line(shell, event, false)).collect(),
            wrong: String::new(),
            done: String::new(),
            reason: String::new(),
            has_contact: false,
            action: shell.link(&format!("/p/{}/status", petition.commune)),
        }
    }

    /// The same with the PIN that opened it: its forms carry it on.
    #[must_use]
    pub fn opened_with(mut self, pin: &Pin) -> Self {
        pin.as_str().clone_into(&mut self.pin);
        self
    }

    /// The same with what came of what was asked; what was typed stays when it is to be
    /// mended.
    #[must_use]
    pub fn saying(mut self, said: Said, typed: &str) -> Self {
        match said {
            Said::Nothing => {}
            Said::Done(said) => self.done = said,
            Said::Wrong(said) => {
                self.wrong = said;
                typed.clone_into(&mut self.reason);
            }
        }
        self
    }

    /// The same, saying whether a contact is kept.
    #[must_use]
    pub fn with_contact(mut self, there: bool) -> Self {
        self.has_contact = there;
        self
    }

    /// Everything that is held of the petition, with how to reach whoever sent it.
    pub fn held(&self, contact: Option<&Contact>) -> Value {
        let line = |line: &Line| json!({ "on": line.on, "what": line.what, "said": line.said });
        let petition = self.petition;
        json!({
            "code": self.code,
            "commune_code": petition.commune,
            "channel": petition.channel.name(),
            "received_on": petition.received_on,
            "state": petition.state.name(),
            "subject": petition.subject,
            "text": petition.text,
            "answer": petition.answer,
            "answered_on": petition.answered_on,
            "rating": petition.rating.map(AnswerRating::name),
            "published_question": petition.published.as_ref().map(|p| &p.question),
            "published_answer": petition.published.as_ref().map(|p| &p.answer),
            "contact": contact,
            "history": self.lines.iter().map(line).collect::<Vec<_>>(),
        })
    }

    fn is_answered(&self) -> bool {
        matches!(self.petition.state, State::Answered | State::Closed)
    }

    fn may_rate(&self) -> bool {
        self.is_answered() && self.petition.rating.is_none()
    }

    fn may_ask_again(&self) -> bool {
        let unsatisfied = self.petition.rating == Some(AnswerRating::NotSatisfied);
        self.is_answered() && unsatisfied && !self.petition.reopened
    }
}
