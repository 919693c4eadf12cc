//! What an answer counts as.

use surveys::instrument::Scale;

/// What an answer counts as in a rate. Answers that are not valid are counted
/// and printed, but enter neither side of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum AnswerClass {
    /// No answer.
    Unanswered = 0,
    /// The option "no opinion".
    NoOpinion = 1,
    /// A valid answer that is not a satisfied one.
    NotSatisfied = 2,
    /// A valid answer that counts as satisfied.
    Satisfied = 3,
}

impl AnswerClass {
    /// What `answer` counts as on `scale`. A value that the scale does not offer
    /// counts as unanswered; a frame never holds one.
    pub fn of(scale: &Scale, answer: Option<u8>) -> Self {
        let Some(value) = answer else { return Self::Unanswered };
        if scale.no_opinion.as_ref().is_some_and(|o| o.value == value) {
            Self::NoOpinion
        } else if !scale.offers(value) {
            Self::Unanswered
        } else if scale.satisfied.contains(&value) {
            Self::Satisfied
        } else {
            Self::NotSatisfied
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_form::instrument;

    #[test]
    fn the_scale_says_what_an_answer_counts_as() {
        let instrument = instrument();
        let [five, three] = &instrument.scales[..] else { panic!("two scales") };
        for (scale, answer, class) in [
            (five, None, AnswerClass::Unanswered),
            (five, Some(9), AnswerClass::NoOpinion),
            (five, Some(3), AnswerClass::NotSatisfied),
            (five, Some(4), AnswerClass::Satisfied),
            (five, Some(0), AnswerClass::Unanswered),
            (three, Some(0), AnswerClass::NotSatisfied),
            (three, Some(2), AnswerClass::Satisfied),
        ] {
            assert_eq!(AnswerClass::of(scale, answer), class, "{answer:?} on {}", scale.code);
        }
    }
}
