//! Petitions (phản ánh, kiến nghị): what a citizen puts to a commune, what is done
//! about it by when, and what becomes of it.

mod about_sender;
pub mod act;
pub mod contact;
pub mod covering;
pub mod figures;
pub mod reply;
mod share;
mod standing;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use about_sender::AboutSender;
pub use act::{Act, Refused};
pub use contact::Contact;
pub use covering::{BadCovering, Covering};
pub use figures::Figures;
pub use share::PetitionShare;
pub use standing::Standing;

use crate::code::CommuneCode;
use crate::comment::check_blackout;
use crate::crockford;
use crate::text::typed_text;

/// The most characters of a subject.
pub const MAX_SUBJECT_CHARS: usize = 150;
/// The most characters of what a citizen writes.
pub const MAX_TEXT_CHARS: usize = 2_000;
/// The most characters of an answer.
pub const MAX_ANSWER_CHARS: usize = 4_000;
/// The most characters of a reason, or of whom a petition is assigned to.
pub const MAX_REASON_CHARS: usize = 600;
/// An extension is asked for at least so many working days before the deadline.
pub const EXTENSION_NOTICE_DAYS: u32 = 2;

/// The code of a petition: eight letters and digits that can be read out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PetitionCode(String);

/// A text that is no code of a petition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the code of a petition has eight letters and digits, such as 07KQ-2M41")]
pub struct BadPetitionCode;

impl PetitionCode {
    /// The code of these bits.
    pub fn of(bits: [u8; 5]) -> Self {
        Self(crockford::eight_digits(&bits))
    }

    /// The code as it is stored: without its hyphen.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PetitionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", &self.0[..4], &self.0[4..])
    }
}

impl FromStr for PetitionCode {
    type Err = BadPetitionCode;

    fn from_str(typed: &str) -> Result<Self, BadPetitionCode> {
        crockford::read(typed).map(Self).ok_or(BadPetitionCode)
    }
}

/// Makes an enumeration whose members have names that are stored.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $member:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$about])* #[serde(rename = $text)] $member),+ }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The name as it is stored and written in files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$member => $text),+ }
            }

            /// Reads what `name` wrote.
            pub fn of_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

named!(
    /// How far a petition is.
    State {
        /// It came in; nobody has told the citizen yet.
        Received = "received",
        /// It is accepted for handling.
        Acknowledged = "acknowledged",
        /// A person or a unit has it.
        Assigned = "assigned",
        /// It is answered; the citizen may rate the answer.
        Answered = "answered",
        /// It is done with.
        Closed = "closed",
        /// It is about the same as another one.
        Duplicate = "duplicate",
        /// It is not for this commune to handle.
        Refused = "refused",
    }
);

named!(
    /// How a petition reached the commune.
    PetitionChannel {
        /// Typed on a page by the citizen.
        Online = "online",
        /// Told at the counter.
        Counter = "counter",
        /// Told on the telephone.
        Telephone = "telephone",
        /// Written on paper.
        Paper = "paper",
    }
);

named!(
    /// What a citizen says of the answer.
    AnswerRating {
        /// Satisfied.
        Satisfied = "satisfied",
        /// Not satisfied.
        NotSatisfied = "not-satisfied",
    }
);

impl PetitionChannel {
    /// Whether staff typed it in. They then had its PIN in their hands, so what is rated
    /// with it may be their own word.
    pub const fn is_entered_by_staff(self) -> bool {
        !matches!(self, Self::Online)
    }
}

impl State {
    /// Whether the commune still has to answer.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Acknowledged | Self::Assigned)
    }
}

/// How many working days each step may take: settings of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// From the day of receipt until it is acknowledged.
    pub acknowledge: u32,
    /// From the day of receipt, or of reopening, until it is answered.
    pub answer: u32,
    /// What an extension adds.
    pub extension: u32,
}

/// A petition as it is now. No time in it is finer than the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Petition {
    /// Its code.
    pub code: PetitionCode,
    /// The commune it was put to.
    pub commune: CommuneCode,
    /// How it came.
    pub channel: PetitionChannel,
    /// What it is about, on one line.
    pub subject: String,
    /// What the citizen wrote.
    pub text: String,
    /// The day on which it came.
    pub received_on: NaiveDate,
    /// How far it is.
    pub state: State,
    /// The last day for acknowledging it.
    pub acknowledge_by: NaiveDate,
    /// The last day for answering it.
    pub answer_by: NaiveDate,
    /// Whom it is assigned to, in words; empty before.
    pub assigned_to: String,
    /// Whether its deadline was extended.
    pub extended: bool,
    /// The last answer; empty before.
    pub answer: String,
    /// The day of the last answer.
    pub answered_on: Option<NaiveDate>,
    /// Whether an answer, or the word that there will be none, came after its deadline.
    pub late: bool,
    /// Whether it was opened again after an end.
    pub reopened: bool,
    /// What the citizen said of the last answer.
    pub rating: Option<AnswerRating>,
    /// What everybody may read of it, once that was decided.
    pub published: Option<Published>,
    /// How many acts it has seen; whoever acts names the one they saw last.
    pub version: u32,
}

/// What everybody may read of a petition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// What was asked, with parts covered.
    pub question: String,
    /// What was answered, with parts covered.
    pub answer: String,
}

impl Petition {
    /// A petition that comes in on `today`.
    pub fn received(
        code: PetitionCode,
        commune: CommuneCode,
        (channel, subject, text): (PetitionChannel, String, String),
        today: NaiveDate,
        terms: &Terms,
        days: &crate::WorkingDays,
    ) -> Self {
        Self {
            code,
            commune,
            channel,
            subject,
            text,
            received_on: today,
            state: State::Received,
            acknowledge_by: days.after(today, terms.acknowledge),
            answer_by: days.after(today, terms.answer),
            assigned_to: String::new(),
            extended: false,
            answer: String::new(),
            answered_on: None,
            late: false,
            reopened: false,
            rating: None,
            published: None,
            version: 1,
        }
    }

    /// Whether what everybody may read of it is what was written and answered, with parts
    /// covered at most. What was published before this was asked for may be in other words.
    pub fn is_public_as_written(&self) -> bool {
        self.published.as_ref().is_some_and(|Published { question, answer }| {
            check_blackout(&self.text, question).is_ok()
                && check_blackout(&self.answer, answer).is_ok()
        })
    }

    /// What stands in it for somebody to read.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts: Vec<&str> = vec![&self.subject, &self.text, &self.answer];
        if let Some(Published { question, answer }) = &self.published {
            texts.extend([question.as_str(), answer]);
        }
        texts
    }

    /// The day by which the commune's next step is due; none when it waits for none.
    pub fn due(&self) -> Option<NaiveDate> {
        match self.state {
            State::Received => Some(self.acknowledge_by.min(self.answer_by)),
            State::Acknowledged | State::Assigned => Some(self.answer_by),
            _ => None,
        }
    }

    /// Whether the commune should have answered before `today` and has not.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state.is_open() && today > self.answer_by
    }
}

/// `typed` as it is stored: in normal form C, with plain line ends, without the
/// characters that nobody types, and without space around it.
pub fn cleaned(typed: &str) -> String {
    let text = typed_text(&typed.replace("\r\n", "\n").replace('\r', "\n"));
    let kept: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    kept.trim().to_owned()
}

/// The same on one line.
pub fn cleaned_line(typed: &str) -> String {
    cleaned(typed).split_whitespace().collect::<Vec<_>>().join(" ")
}
