//! What can be done with a petition, and when.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{AnswerRating, EXTENSION_NOTICE_DAYS, Petition, PetitionCode, Published, State, Terms};
use crate::text::Text;
use crate::working_days::WorkingDays;

/// One thing done with a petition; its history is a list of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// It came in.
    Receive,
    /// It is accepted for handling.
    Acknowledge,
    /// Somebody, or a unit, has it from now on.
    Assign {
        /// Who, in words.
        to: String,
    },
    /// Its deadline is extended, once.
    Extend {
        /// Why.
        reason: String,
    },
    /// It is answered.
    Answer {
        /// What the citizen reads.
        text: String,
    },
    /// It is done with.
    Close,
    /// The commune takes it up again.
    Reopen {
        /// Why.
        reason: String,
    },
    /// It is about the same as another one.
    Duplicate {
        /// The other one.
        of: String,
        /// Why.
        reason: String,
    },
    /// It is not for this commune.
    Refuse {
        /// Why, and who it is for.
        reason: String,
    },
    /// The citizen rates the answer.
    Rate {
        /// What they say.
        rating: AnswerRating,
        /// Why; may be empty.
        reason: String,
    },
    /// The citizen, not satisfied, asks for it to be looked at again.
    AskAgain {
        /// Why.
        reason: String,
    },
    /// Everybody may read it from now on.
    Publish {
        /// What was asked, as everybody reads it.
        question: String,
        /// What was answered, as everybody reads it.
        answer: String,
    },
    /// Nobody else may read it any more.
    Withdraw,
    /// The contact is erased.
    EraseContact,
    /// Parts of what it says that lead to a person are covered, its history among it.
    Cover,
}

/// Why something cannot be done with a petition now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().en)]
pub enum Refused {
    /// It is not in a state for this.
    NotNow,
    /// Its deadline was extended already.
    ExtendedAlready,
    /// Fewer than [`EXTENSION_NOTICE_DAYS`] working days are left.
    TooLateToExtend,
    /// The citizen has rated this answer already.
    RatedAlready,
    /// The citizen has not said that they are not satisfied.
    NotDissatisfied,
    /// It was opened again already.
    ReopenedAlready,
    /// A petition cannot be a duplicate of itself.
    OfItself,
}

impl Refused {
    /// What is the matter and what to do, in both languages.
    pub fn text(self) -> Text {
        let (vi, en) = match self {
            Self::NotNow => (
                "Phản ánh này đã chuyển sang bước khác. Hãy mở lại phản ánh để xem các bước có thể làm.",
                "This petition has moved on to another step. Open it again to see what can be done.",
            ),
            Self::ExtendedAlready => (
                "Hạn trả lời đã được gia hạn một lần. Hãy trả lời trong hạn hiện tại.",
                "The deadline was extended once already. Answer it within the present one.",
            ),
            Self::TooLateToExtend => (
                "Chỉ gia hạn được khi còn ít nhất 2 ngày làm việc. Hãy trả lời, và gửi thư xin lỗi nếu trễ hạn.",
                "It can be extended only while 2 working days or more are left. Answer it, and send a letter of apology if it is late.",
            ),
            Self::RatedAlready => (
                "Ông/bà đã đánh giá câu trả lời này. Đánh giá được giữ nguyên.",
                "You have rated this answer already. The rating stays as it is.",
            ),
            Self::NotDissatisfied => (
                "Hãy đánh giá câu trả lời trước. Nếu không hài lòng, ông/bà có thể đề nghị xem xét lại.",
                "Rate the answer first. If you are not satisfied, you can ask for it to be looked at again.",
            ),
            Self::ReopenedAlready => (
                "Phản ánh này đã được xem xét lại một lần. Ông/bà có thể gửi phản ánh mới.",
                "This petition was looked at again once already. You can send a new one.",
            ),
            Self::OfItself => (
                "Hãy ghi mã của phản ánh khác, không phải mã của chính phản ánh này.",
                "Enter the code of another petition, not that of this one.",
            ),
        };
        Text::new(vi, en)
    }
}

impl Act {
    /// What is said with it, for somebody to read.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Receive
            | Self::Acknowledge
            | Self::Assign { .. }
            | Self::Close
            | Self::Withdraw
            | Self::EraseContact
            | Self::Cover => Vec::new(),
            Self::Extend { reason }
            | Self::Reopen { reason }
            | Self::Duplicate { reason, .. }
            | Self::Refuse { reason }
            | Self::Rate { reason, .. }
            | Self::AskAgain { reason }
            | Self::Answer { text: reason } => vec![reason],
            Self::Publish { question, answer } => vec![question, answer],
        }
    }
}

impl Petition {
    /// The petition after `act` on `today`.
    ///
    /// # Errors
    /// [`Refused`] when that cannot be done now.
    pub fn after(
        &self,
        act: &Act,
        today: NaiveDate,
        terms: &Terms,
        days: &WorkingDays,
    ) -> Result<Self, Refused> {
        self.allows(act, today, days)?;
        let mut next = self.clone();
        next.version += 1;
        match act {
            Act::Receive | Act::EraseContact | Act::Cover => {}
            Act::Acknowledge => next.state = State::Acknowledged,
            Act::Assign { to } => {
                next.state = State::Assigned;
                next.assigned_to.clone_from(to);
            }
            Act::Extend { .. } => {
                next.extended = true;
                next.answer_by = days.after(self.answer_by, terms.extension);
            }
            Act::Answer { text } => {
                next.state = State::Answered;
                next.answer.clone_from(text);
                next.answered_on = Some(today);
                next.late |= self.is_overdue(today);
            }
            Act::Close => next.state = State::Closed,
            Act::Reopen { .. } | Act::AskAgain { .. } => {
                let assigned = !self.assigned_to.is_empty();
                next.state = if assigned { State::Assigned } else { State::Acknowledged };
                next.answer_by = days.after(today, terms.answer);
                (next.extended, next.reopened) = (false, true);
                (next.rating, next.published) = (None, None);
            }
            Act::Duplicate { .. } | Act::Refuse { .. } => {
                let duplicate = matches!(act, Act::Duplicate { .. });
                next.state = if duplicate { State::Duplicate } else { State::Refused };
                // Whoever let the deadline pass does not undo that by refusing it.
                next.late |= self.is_overdue(today);
            }
            Act::Rate { rating, .. } => next.rating = Some(*rating),
            Act::Publish { question, answer } => {
                next.published =
                    Some(Published { question: question.clone(), answer: answer.clone() });
            }
            Act::Withdraw => next.published = None,
        }
        Ok(next)
    }

    /// Whether `act` can be done on `today`.
    ///
    /// # Errors
    /// [`Refused`] says why not.
    pub fn allows(&self, act: &Act, today: NaiveDate, days: &WorkingDays) -> Result<(), Refused> {
        let state = self.state;
        let answered = matches!(state, State::Answered | State::Closed);
        let now = match act {
            Act::Receive => false,
            Act::EraseContact | Act::Cover => true,
            Act::Acknowledge => state == State::Received,
            Act::Assign { .. } | Act::Answer { .. } => {
                matches!(state, State::Acknowledged | State::Assigned)
            }
            Act::Extend { .. } | Act::Refuse { .. } | Act::Duplicate { .. } => state.is_open(),
            Act::Close => state == State::Answered,
            Act::Reopen { .. } => !state.is_open(),
            Act::Rate { .. } | Act::AskAgain { .. } | Act::Publish { .. } => answered,
            Act::Withdraw => self.published.is_some(),
        };
        if !now {
            return Err(Refused::NotNow);
        }
        match act {
            Act::Extend { .. } if self.extended => Err(Refused::ExtendedAlready),
            Act::Extend { .. } if days.between(today, self.answer_by) < EXTENSION_NOTICE_DAYS => {
                Err(Refused::TooLateToExtend)
            }
            Act::Rate { .. } if self.rating.is_some() => Err(Refused::RatedAlready),
            Act::AskAgain { .. } if self.reopened => Err(Refused::ReopenedAlready),
            Act::AskAgain { .. } if self.rating != Some(AnswerRating::NotSatisfied) => {
                Err(Refused::NotDissatisfied)
            }
            Act::Duplicate { of, .. } if of.parse::<PetitionCode>().as_ref() == Ok(&self.code) => {
                Err(Refused::OfItself)
            }
            _ => Ok(()),
        }
    }
}
