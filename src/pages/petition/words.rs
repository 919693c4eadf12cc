//! How petitions are told: their states, their history, their deadlines.

use chrono::NaiveDate;
use surveys::petition::{Act, AnswerRating, PetitionChannel, Refused, Standing, State};
use surveys::{Petition, WorkingDays};

use crate::pages::{Shell, day};
use crate::store::petitions::{CITIZEN, PROGRAM, PetitionEvent};

/// How far a petition is.
pub fn state(shell: &Shell, state: State) -> String {
    let key = match state {
        State::Received => "petition-state-received",
        State::Acknowledged => "petition-state-acknowledged",
        State::Assigned => "petition-state-assigned",
        State::Answered => "petition-state-answered",
        State::Closed => "petition-state-closed",
        State::Duplicate => "petition-state-duplicate",
        State::Refused => "petition-state-refused",
    };
    shell.t.get(key).into_owned()
}

/// How a petition came.
pub fn channel(shell: &Shell, channel: PetitionChannel) -> String {
    let key = match channel {
        PetitionChannel::Online => "petition-channel-online",
        PetitionChannel::Counter => "petition-channel-counter",
        PetitionChannel::Telephone => "petition-channel-telephone",
        PetitionChannel::Paper => "petition-channel-paper",
    };
    shell.t.get(key).into_owned()
}

/// How a petition came, and who typed it in.
pub fn came(shell: &Shell, by: PetitionChannel) -> String {
    let who = if by.is_entered_by_staff() { "petition-by-staff" } else { "petition-by-sender" };
    format!("{}, {}", channel(shell, by), shell.t.get(who))
}

/// What a citizen says of an answer.
pub fn rating(shell: &Shell, rating: AnswerRating) -> String {
    let key = match rating {
        AnswerRating::Satisfied => "petition-satisfied",
        AnswerRating::NotSatisfied => "petition-not-satisfied",
    };
    shell.t.get(key).into_owned()
}

/// How the deadline of `petition` stands on a day of a calendar; for what is answered,
/// whether it came in time.
pub fn standing(
    shell: &Shell,
    petition: &Petition,
    (today, days): (NaiveDate, &WorkingDays),
) -> String {
    match (petition.due(), petition.answered_on) {
        (Some(due), _) => deadline(shell, Standing::of(due, today, days)),
        (None, Some(_)) if petition.late => shell.t.get("petition-late").into_owned(),
        (None, Some(_)) => shell.t.get("petition-on-time").into_owned(),
        (None, None) => String::new(),
    }
}

/// How a deadline stands, in the words of [`Standing::text`].
fn deadline(shell: &Shell, standing: Standing) -> String {
    let counted = |key, n: u32| shell.t.with(key, &[("n", &n.to_string())]);
    let said = |key| shell.t.get(key).into_owned();
    match standing {
        Standing::Left(1) => said("petition-left-one"),
        Standing::Left(n) => counted("petition-left", n),
        Standing::Today => said("petition-due-today"),
        Standing::Overdue(0) => said("petition-over-less"),
        Standing::Overdue(1) => said("petition-over-one"),
        Standing::Overdue(n) => counted("petition-over", n),
    }
}

/// Why what its sender asked for cannot be done, in the words of [`Refused::text`].
pub fn refused(shell: &Shell, refused: Refused) -> String {
    let key = match refused {
        Refused::RatedAlready => "petition-rated-already",
        Refused::NotDissatisfied => "petition-rate-first",
        Refused::ReopenedAlready => "petition-reopened-already",
        // The others are met by staff alone.
        Refused::NotNow
        | Refused::ExtendedAlready
        | Refused::TooLateToExtend
        | Refused::OfItself => "petition-not-now",
    };
    shell.t.get(key).into_owned()
}

/// A line of a history.
#[derive(Debug)]
pub struct Line {
    /// On which day.
    pub on: String,
    /// What was done.
    pub what: String,
    /// What was said with it; may be empty.
    pub said: String,
    /// Who did it; empty on citizens' pages.
    pub who: String,
}

/// `event` as it is told to staff; to citizens without who it was.
pub fn line(shell: &Shell, event: &PetitionEvent, staff: bool) -> Line {
    let t = shell.t;
    let (key, said) = match &event.act {
        Act::Receive => ("petition-act-receive", ""),
        Act::Acknowledge => ("petition-act-acknowledge", ""),
        Act::Assign { to } => ("petition-act-assign", to.as_str()),
        Act::Extend { reason } => ("petition-act-extend", reason.as_str()),
        Act::Answer { text } => ("petition-act-answer", text.as_str()),
        Act::Close => ("petition-act-close", ""),
        Act::Reopen { reason } => ("petition-act-reopen", reason.as_str()),
        Act::Duplicate { reason, .. } => ("petition-act-duplicate", reason.as_str()),
        Act::Refuse { reason } => ("petition-act-refuse", reason.as_str()),
        Act::Rate { rating: AnswerRating::Satisfied, reason } => {
            ("petition-act-satisfied", reason.as_str())
        }
        Act::Rate { rating: AnswerRating::NotSatisfied, reason } => {
            ("petition-act-not-satisfied", reason.as_str())
        }
        Act::AskAgain { reason } => ("petition-act-ask-again", reason.as_str()),
        Act::Publish { .. } => ("petition-act-publish", ""),
        Act::Withdraw => ("petition-act-withdraw", ""),
        Act::EraseContact => ("petition-act-erase", ""),
        Act::Cover => ("petition-act-cover", ""),
    };
    let said = match &event.act {
        // The other petition is its sender's alone.
        Act::Duplicate { of, .. } if staff => format!("{of}. {said}"),
        Act::Publish { question, answer } => {
            let [asked, answered] = ["petitions-question", "petition-answer"].map(|key| t.get(key));
            format!("{asked}: {question}\n{answered}: {answer}")
        }
        _ => said.to_owned(),
    };
    let who = match event.who.as_str() {
        _ if !staff => String::new(),
        CITIZEN => t.get("petition-by-citizen").into_owned(),
        PROGRAM => t.get("petition-by-program").into_owned(),
        who => who.to_owned(),
    };
    Line { on: day(event.on, shell.language()), what: t.get(key).into_owned(), said, who }
}

#[cfg(test)]
mod tests {
    use surveys::Language;

    use super::*;

    #[test]
    fn citizens_read_of_deadlines_and_refusals_what_everybody_else_does() {
        for language in Language::ALL {
            let shell = Shell::new("/", &format!("lang={language}"), false);
            for n in [0, 1, 2, 15] {
                for standing in [Standing::Left(n), Standing::Today, Standing::Overdue(n)] {
                    assert_eq!(deadline(&shell, standing), standing.text().get(language));
                }
            }
            for why in [
                Refused::NotNow,
                Refused::RatedAlready,
                Refused::NotDissatisfied,
                Refused::ReopenedAlready,
            ] {
                assert_eq!(refused(&shell, why), why.text().get(language));
            }
        }
    }
}
