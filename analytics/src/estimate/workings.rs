//! The sums over respondents from which the figures of a survey without a design
//! follow: with them anyone computes a rate's standard error again.

use std::sync::Arc;

use surveys::instrument::{Aggregation, Instrument};

use super::figure::{Figure, Plan, plan};
use super::influence::answers;
use super::{EstimateError, Level};
use crate::frame::Frame;

/// What one figure is made of. A respondent has x satisfied among n valid answers
/// to the items of a ratio.
#[derive(Debug, Clone, PartialEq)]
pub struct Workings {
    /// What the figure is about.
    pub level: Level,
    /// The code of the item, component or part; the instrument's id for the index.
    pub code: Arc<str>,
    /// Respondents asked, those without a valid answer too.
    pub respondents: u64,
    /// The ratios it is a mean of; empty when it is one ratio.
    pub terms: Vec<Term>,
    /// Σu² over the respondents, from which SE² = N/(N−1)·Σu²: a respondent's
    /// influence u is (x − R·n)/Σn, in a mean the weighted sum of these. It says no more
    /// than the standard error does: sums of x², x·n and n² would tell how the answers
    /// are spread over people. A ratio without a valid answer, which leaves a mean
    /// undefined, pulls nobody.
    pub influence_squares: f64,
}

/// A ratio in a mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Its weight; the weights of a mean add up to 1.
    pub weight: f64,
    /// Item or component.
    pub level: Level,
    /// Its code.
    pub code: Arc<str>,
}

/// The workings of every figure of `instrument` over all of `frame`, under its own
/// aggregation rule and without a design.
///
/// # Errors
/// [`EstimateError`] as in [`super::estimate`].
pub fn workings(frame: &Frame, instrument: &Instrument) -> Result<Vec<Workings>, EstimateError> {
    if !frame.is_of(instrument) {
        return Err(EstimateError::OtherInstrument {
            instrument: instrument.id.to_string(),
            version: instrument.version,
        });
    }
    let plan = plan(instrument, instrument.aggregation)
        .ok_or_else(|| EstimateError::NoWeights { instrument: instrument.id.to_string() })?;
    let classes = frame.classes(instrument);
    let ratios: Vec<Vec<(u16, u16)>> =
        plan.ratios.iter().map(|places| answers(&classes, places, frame.len())).collect();
    let of = |figure: &Figure| Workings {
        level: figure.level,
        code: Arc::clone(&figure.code),
        respondents: frame.len() as u64,
        terms: match figure.terms[..] {
            // The weights of a figure add up to 1: a single term is the ratio itself.
            [_] => Vec::new(),
            _ => terms(figure, &plan, instrument.aggregation),
        },
        influence_squares: influence_squares(figure, &ratios),
    };
    Ok(plan.figures.iter().map(of).collect())
}

fn terms(figure: &Figure, plan: &Plan, rule: Aggregation) -> Vec<Term> {
    let level = if rule == Aggregation::MeanOfItems { Level::Item } else { Level::Component };
    // A component of one item is that item's ratio.
    let named = |ratio: usize| {
        plan.figures.iter().find(|f| f.level == level && f.terms[..] == [(1.0, ratio)])
    };
    let term = |&(weight, ratio): &(f64, usize)| {
        Some(Term { weight, level, code: Arc::clone(&named(ratio)?.code) })
    };
    figure.terms.iter().filter_map(term).collect()
}

fn influence_squares(figure: &Figure, ratios: &[Vec<(u16, u16)>]) -> f64 {
    let respondents = ratios.first().map_or(0, Vec::len);
    let mut influences = vec![0.0; respondents];
    for &(weight, ratio) in &figure.terms {
        let (x, n) = ratios[ratio].iter().fold((0_u64, 0_u64), |(x, n), answer| {
            (x + u64::from(answer.0), n + u64::from(answer.1))
        });
        if n == 0 {
            continue;
        }
        let (rate, each) = (x as f64 / n as f64, weight / n as f64);
        for (u, (x, n)) in influences.iter_mut().zip(&ratios[ratio]) {
            *u += (f64::from(*x) - rate * f64::from(*n)) * each;
        }
    }
    influences.iter().map(|u| u * u).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::{EstimateOptions, estimate};
    use crate::test_form::{frame, instrument};

    fn answered() -> Frame {
        let rows = ["55555552", "51525250", "9-455231", "--------", "44441119", "12345678"];
        let rows: Vec<_> = (0..90).map(|i| ("x", rows[i * i % 7 % rows.len()])).collect();
        frame(&rows)
    }

    #[test]
    fn every_standard_error_follows_from_the_sums_under_every_rule() {
        let frame = answered();
        let mut means = 0;
        for rule in Aggregation::ALL {
            let instrument = Instrument { aggregation: rule, ..instrument() };
            let table = estimate(&frame, &instrument, &EstimateOptions::default()).unwrap();
            let workings = workings(&frame, &instrument).unwrap();
            assert_eq!(workings.len(), table.rows.len());
            for (estimate, workings) in table.rows.iter().zip(workings) {
                let named = (workings.level, &*workings.code);
                assert_eq!(named, (estimate.level, &*estimate.code));
                if !workings.terms.is_empty() {
                    means += 1;
                    let of = |t: &Term| {
                        t.weight * table.find(t.level, &t.code, &[]).unwrap().rate.unwrap()
                    };
                    let mean: f64 = workings.terms.iter().map(of).sum();
                    assert!((mean - estimate.rate.unwrap()).abs() < 1e-12, "{named:?} {rule:?}");
                }
                let n = workings.respondents as f64;
                let se = (n / (n - 1.0) * workings.influence_squares).sqrt();
                assert!((se - estimate.se.unwrap()).abs() < 1e-12, "{named:?} {rule:?}");
            }
        }
        assert!(means >= 2, "only {means} means");
    }

    #[test]
    fn a_ratio_that_nobody_answered_pulls_nobody() {
        let instrument = Instrument { aggregation: Aggregation::MeanOfItems, ..instrument() };
        let workings =
            workings(&frame(&[("x", "5-------"), ("x", "1-------")]), &instrument).unwrap();
        let Workings { terms, influence_squares, .. } = workings.last().unwrap();
        // One of eight items: (½/2/8)² twice.
        assert_eq!(terms.len(), 8);
        assert!((influence_squares - 2.0 / 32.0 / 32.0).abs() < 1e-15, "{influence_squares}");
    }
}
