//! Few people who answered alike: a rate of 100 % tells what each of them said.

use surveys::Language;
use surveys::text::set_percent;

use crate::estimate::{Estimate, Flag, Level};

/// From this many people on a rate near an end of the scale is told as it is.
const MANY: u64 = 30;
/// Rates up to this one are near the lower end; from as far below 1, near the upper.
const NEAR: f64 = 0.05;

/// An end of the scale near which the rate of fewer than 30 people
/// is: all that may be told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// 95 % or more are satisfied.
    Upper,
    /// 5 % or fewer are.
    Lower,
}

impl End {
    /// The end near which `estimate` is; `None` for many people, or for another rate.
    /// Not the ends alone: "95 % or more" would be another word for all of them.
    pub fn of(estimate: &Estimate) -> Option<Self> {
        if estimate.valid == 0 {
            return None;
        }
        let rate = estimate.rate.unwrap_or(estimate.satisfied as f64 / estimate.valid as f64);
        Self::near(estimate.people, rate)
    }

    /// The end near which the `rate` of so many `people` is; `None` for many people, or for
    /// another rate.
    pub fn near(people: u64, rate: f64) -> Option<Self> {
        if people >= MANY {
            None
        } else if rate >= 1.0 - NEAR {
            Some(Self::Upper)
        } else if rate <= NEAR {
            Some(Self::Lower)
        } else {
            None
        }
    }

    /// Its flag.
    pub const fn flag(self) -> Flag {
        match self {
            Self::Upper => Flag::AtLeast95,
            Self::Lower => Flag::AtMost5,
        }
    }

    /// What stands in place of the rate: `≥ 95 %`.
    pub fn said(self, language: Language) -> String {
        let (sign, rate) = match self {
            Self::Upper => ('≥', 1.0 - NEAR),
            Self::Lower => ('≤', NEAR),
        };
        format!("{sign}\u{a0}{}", set_percent(rate, language))
    }
}

impl Estimate {
    /// Whether it adds components up: then its count of satisfied answers, without a rate,
    /// would give back that of a component which is told by its end alone.
    pub(crate) fn is_of_components(&self) -> bool {
        matches!(self.level, Level::Part | Level::Index)
    }

    /// Whether the count of satisfied answers may stand in its row.
    pub(crate) fn tells_satisfied(&self) -> bool {
        let withheld = self.flags.contains(Flag::Suppressed) && self.is_of_components();
        self.flags.tells_satisfied() && !withheld
    }

    /// Leaves no more told of its answers than their `end`: neither the rate nor what it
    /// could be worked out from.
    pub fn at_an_end(&mut self, end: End) {
        (self.rate, self.se, self.low, self.upp) = (None, None, None, None);
        (self.deff, self.interval) = (None, None);
        self.flags = self.flags.without_answers();
        self.flags.insert(end.flag());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::{EstimateOptions, estimate};
    use crate::test_form::{frame, instrument};

    /// The first item, answered by so many satisfied and other people.
    fn item(satisfied: usize, others: usize) -> Estimate {
        let mut rows = vec![("all", "55555552"); satisfied];
        rows.extend(vec![("all", "15555552"); others]);
        let table = estimate(&frame(&rows), &instrument(), &EstimateOptions::default()).unwrap();
        table.rows.into_iter().find(|r| &*r.code == "A1" && r.level == Level::Item).unwrap()
    }

    #[test]
    fn below_thirty_people_only_the_end_is_told_and_from_thirty_on_the_rate() {
        for (satisfied, others, end) in [
            (1, 0, Some(End::Upper)),
            (11, 0, Some(End::Upper)),
            (29, 0, Some(End::Upper)),
            (30, 0, None),
            (0, 11, Some(End::Lower)),
            (0, 29, Some(End::Lower)),
            (0, 30, None),
            (19, 1, Some(End::Upper)),
            (18, 1, None),
            (1, 19, Some(End::Lower)),
            (1, 18, None),
        ] {
            assert_eq!(End::of(&item(satisfied, others)), end, "{satisfied} and {others}");
        }
    }

    #[test]
    fn an_end_in_words_has_the_sign_of_the_language() {
        assert_eq!(End::Upper.said(Language::Vi), "≥\u{a0}95\u{a0}%");
        assert_eq!(End::Lower.said(Language::En), "≤\u{a0}5%");
    }

    #[test]
    fn nothing_of_the_answers_is_left_beside_an_end() {
        let mut all = item(11, 0);
        all.at_an_end(End::Upper);
        assert_eq!((all.rate, all.low, all.upp, all.se, all.deff), (None, None, None, None, None));
        assert!(!all.flags.contains(Flag::AllSatisfied) && all.flags.contains(Flag::AtLeast95));
        assert!(!all.flags.tells_satisfied(), "nor is the count");
    }
}
