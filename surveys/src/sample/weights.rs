//! What a response of a sample stands for.
//!
//! The design weight of a household drawn with equal chances is (N/n)·(M/m): N primary
//! sampling units of the stratum in the population and n drawn, M households of the
//! unit in the population and m drawn. What happened in the field changes it in three
//! steps: households called in from the reserve share it with the first draw; inside
//! a unit, those who answered stand for the eligible who did not (eligible/answered);
//! inside a stratum, units with answers stand for those without any.

use std::collections::HashMap;

use super::Psu;
use crate::text::Text;

/// What was done in one primary sampling unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fieldwork {
    /// Households of the first draw.
    pub drawn: u32,
    /// Households of the first draw and those called in from the reserve.
    pub issued: u32,
    /// Of these, where nobody lives.
    pub vacant: u32,
    /// Responses.
    pub responses: u32,
}

/// More responses than households that could have answered: some are not of the sample,
/// and no weight can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the unit “{psu}” has {responses} responses and {eligible} households that could have answered: find out which do not belong and set them aside"
)]
pub struct TooManyResponses {
    /// The primary sampling unit.
    pub psu: String,
    /// Its responses.
    pub responses: u32,
    /// Its households that could have answered.
    pub eligible: u32,
}

impl TooManyResponses {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let Self { psu, responses, eligible } = self;
        let vi = format!(
            "{psu} có {responses} phiếu nhưng chỉ có {eligible} hộ trả lời được; hãy tìm phiếu không thuộc mẫu và để riêng"
        );
        Text::new(vi, self.to_string())
    }
}

impl Fieldwork {
    /// Households that could have answered.
    pub fn eligible(self) -> u32 {
        self.issued.saturating_sub(self.vacant)
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            drawn: self.drawn + other.drawn,
            issued: self.issued + other.issued,
            vacant: self.vacant + other.vacant,
            responses: self.responses + other.responses,
        }
    }
}

/// The share of eligible households that answered; a household of which nothing is
/// known counts as eligible (AAPOR's response rate 1). `None` without any, and with more responses than households.
pub fn response_rate(done: Fieldwork) -> Option<f64> {
    (done.eligible() > 0 && done.responses <= done.eligible())
        .then(|| f64::from(done.responses) / f64::from(done.eligible()))
}

/// The design facts of every response of one primary sampling unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted {
    /// Its stratum.
    pub stratum: String,
    /// The weight of a response, adjusted for those who did not answer.
    pub weight: f64,
    /// Primary sampling units of the stratum in the population.
    pub fpc1: u32,
    /// Households of the unit in the population.
    pub fpc2: u32,
}

/// The design facts by the unit's name; units without a response have none.
///
/// # Errors
/// [`TooManyResponses`] of the first unit that has more than households.
pub fn weigh(psus: &[(Psu, Fieldwork)]) -> Result<HashMap<String, Weighted>, TooManyResponses> {
    if let Some((psu, done)) = psus.iter().find(|(_, done)| done.responses > done.eligible()) {
        let (responses, eligible) = (done.responses, done.eligible());
        return Err(TooManyResponses { psu: psu.name.clone(), responses, eligible });
    }
    let units = |stratum: &str, with_responses: bool| {
        let there = psus.iter().filter(|(psu, done)| {
            psu.stratum == stratum && (!with_responses || done.responses > 0)
        });
        there.count() as f64
    };
    let answered = psus.iter().filter(|(_, done)| done.responses > 0);
    let weighted = answered
        .map(|(psu, done)| {
            let [drawn, issued, eligible, responses] =
                [done.drawn, done.issued, done.eligible(), done.responses].map(f64::from);
            let of_stratum = f64::from(psu.psus_in_stratum) / units(&psu.stratum, false);
            let of_psu = f64::from(psu.households_in_psu) / drawn;
            let design = psu.weight.unwrap_or(of_stratum * of_psu);
            let silent_units = units(&psu.stratum, false) / units(&psu.stratum, true);
            let weighted = Weighted {
                stratum: psu.stratum.clone(),
                weight: design * (drawn / issued) * (eligible / responses) * silent_units,
                fpc1: psu.psus_in_stratum,
                fpc2: psu.households_in_psu,
            };
            (psu.name.clone(), weighted)
        })
        .collect();
    Ok(weighted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn psu(name: &str, stratum: &str, households_in_psu: u32) -> Psu {
        let (name, stratum) = (name.to_owned(), stratum.to_owned());
        Psu { name, stratum, psus_in_stratum: 6, households_in_psu, weight: None }
    }

    fn done(drawn: u32, issued: u32, vacant: u32, responses: u32) -> Fieldwork {
        Fieldwork { drawn, issued, vacant, responses }
    }

    fn weigh(psus: &[(Psu, Fieldwork)]) -> HashMap<String, Weighted> {
        super::weigh(psus).expect("no more responses than households")
    }

    #[test]
    fn when_everybody_answers_the_weights_add_up_to_the_households_of_the_units_drawn() {
        let psus =
            [(psu("a", "x", 100), done(10, 10, 0, 10)), (psu("b", "x", 50), done(5, 5, 0, 5))];
        let weights = weigh(&psus);
        // 6 units, 2 drawn: each of their 150 households stands for three.
        let total = weights["a"].weight * 10.0 + weights["b"].weight * 5.0;
        assert!((total - 450.0).abs() < 1e-9, "{total}");
        assert_eq!((weights["a"].fpc1, weights["a"].fpc2), (6, 100));
    }

    #[test]
    fn those_who_answered_stand_for_the_eligible_who_did_not() {
        let full = weigh(&[(psu("a", "x", 100), done(10, 10, 0, 10))])["a"].weight;
        let half = weigh(&[(psu("a", "x", 100), done(10, 10, 0, 5))])["a"].weight;
        let vacant = weigh(&[(psu("a", "x", 100), done(10, 10, 2, 8))])["a"].weight;
        let reserve = weigh(&[(psu("a", "x", 100), done(10, 12, 0, 12))])["a"].weight;
        assert!((half - 2.0 * full).abs() < 1e-9);
        assert!((vacant - full).abs() < 1e-9, "a vacant house is stood for by nobody");
        assert!((reserve * 12.0 - full * 10.0).abs() < 1e-9, "the reserve shares the weight");
    }

    #[test]
    fn units_without_an_answer_are_stood_for_inside_their_stratum() {
        let silent = (psu("b", "x", 50), done(5, 5, 0, 0));
        let other = (psu("c", "y", 50), done(5, 5, 0, 5));
        let weights = weigh(&[(psu("a", "x", 100), done(10, 10, 0, 10)), silent, other]);
        assert!((weights["a"].weight - 60.0).abs() < 1e-9, "6 units × 100 of 10");
        assert!(!weights.contains_key("b"));
        assert!((weights["c"].weight - 60.0).abs() < 1e-9, "another stratum is another matter");
    }

    #[test]
    fn a_weight_of_the_design_is_taken_as_it_is() {
        let with = Psu { weight: Some(7.5), ..psu("a", "x", 100) };
        assert!((weigh(&[(with, done(4, 4, 0, 2))])["a"].weight - 15.0).abs() < 1e-9);
    }

    #[test]
    fn the_response_rate_counts_the_unknown_as_eligible() {
        assert_eq!(response_rate(done(10, 10, 2, 4)), Some(0.5));
        assert_eq!(response_rate(done(3, 3, 3, 0)), None);
    }

    #[test]
    fn more_responses_than_households_are_an_error_with_a_name_and_never_a_weight() {
        let (full, over) = (done(10, 12, 2, 10), done(10, 12, 2, 11));
        assert!(super::weigh(&[(psu("a", "x", 100), full)]).is_ok());
        let wrong = super::weigh(&[(psu("b", "x", 100), full), (psu("a", "x", 100), over)]);
        let wrong = wrong.unwrap_err();
        assert_eq!((wrong.psu.as_str(), wrong.responses, wrong.eligible), ("a", 11, 10));
        assert!(wrong.text().vi.contains("a có 11 phiếu") && wrong.text().en.contains("set them"));
        assert_eq!((response_rate(full), response_rate(over)), (Some(1.0), None));
    }
}
