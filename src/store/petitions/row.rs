//! A petition and its history as they lie in the database.

use chrono::NaiveDate;
use surveys::petition::{Act, AnswerRating, PetitionChannel, Published, State};
use surveys::{CommuneCode, Petition, PetitionCode};

use super::super::Error;
use super::PetitionEvent;

#[derive(Debug, sqlx::FromRow)]
pub(super) struct Row {
    code: String,
    commune_code: String,
    channel: String,
    subject: String,
    body: String,
    received_on: String,
    state: String,
    acknowledge_by: String,
    answer_by: String,
    assigned_to: String,
    extended: i64,
    answer: String,
    answered_on: Option<String>,
    late: i64,
    reopened: i64,
    rating: Option<String>,
    public_question: Option<String>,
    public_answer: Option<String>,
    version: i64,
}

impl Row {
    /// The petition that the row holds.
    pub(super) fn petition(self) -> Result<Petition, Error> {
        let damaged = || Error::Damaged(format!("petition {}", self.code));
        let day = |text: &str| text.parse::<NaiveDate>().map_err(|_| damaged());
        let rating = self.rating.as_deref();
        let rating = rating.map(|name| AnswerRating::of_name(name).ok_or_else(damaged));
        let published = self.public_question.clone().zip(self.public_answer.clone());
        Ok(Petition {
            code: self.code.parse().map_err(|_| damaged())?,
            commune: CommuneCode::parse(&self.commune_code).map_err(|_| damaged())?,
            channel: PetitionChannel::of_name(&self.channel).ok_or_else(damaged)?,
            received_on: day(&self.received_on)?,
            state: State::of_name(&self.state).ok_or_else(damaged)?,
            acknowledge_by: day(&self.acknowledge_by)?,
            answer_by: day(&self.answer_by)?,
            answered_on: self.answered_on.as_deref().map(day).transpose()?,
            extended: self.extended != 0,
            late: self.late != 0,
            reopened: self.reopened != 0,
            rating: rating.transpose()?,
            published: published.map(|(question, answer)| Published { question, answer }),
            version: u32::try_from(self.version).map_err(|_| damaged())?,
            subject: self.subject,
            text: self.body,
            assigned_to: self.assigned_to,
            answer: self.answer,
        })
    }
}

/// `act` as it is stored.
pub(super) fn written(act: &Act) -> String {
    serde_json::to_string(act).expect("texts can be written as JSON")
}

/// The event that a row of the history holds.
pub(super) fn event(
    code: &PetitionCode,
    (version, on, who, act): (i64, String, String, String),
) -> Result<PetitionEvent, Error> {
    let damaged = || Error::Damaged(format!("event {version} of petition {code}"));
    Ok(PetitionEvent {
        version: u32::try_from(version).map_err(|_| damaged())?,
        on: on.parse().map_err(|_| damaged())?,
        act: serde_json::from_str(&act).map_err(|_| damaged())?,
        who,
    })
}
