//! Of which ratios a figure is a mean.

use std::sync::Arc;

use surveys::instrument::{Aggregation, Instrument};

use super::figure::{Figure, Plan, plan};
use super::{EstimateError, Level};

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

/// A figure by level and code, and the ratios it is a mean of: none when it is a ratio
/// itself.
pub type FigureTerms = (Level, Arc<str>, Vec<Term>);

/// The terms of every figure of `instrument` under its own aggregation rule, in the
/// order of a table of estimates.
///
/// # Errors
/// [`EstimateError::NoWeights`].
pub fn terms(instrument: &Instrument) -> Result<Vec<FigureTerms>, EstimateError> {
    let plan = plan(instrument, instrument.aggregation)
        .ok_or_else(|| EstimateError::NoWeights { instrument: instrument.id.to_string() })?;
    let of = |figure: &Figure| {
        let terms = match figure.terms[..] {
            // The weights of a figure add up to 1: a single term is the ratio itself.
            [_] => Vec::new(),
            _ => named(figure, &plan, instrument.aggregation),
        };
        (figure.level, Arc::clone(&figure.code), terms)
    };
    Ok(plan.figures.iter().map(of).collect())
}

fn named(figure: &Figure, plan: &Plan, rule: Aggregation) -> Vec<Term> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::{EstimateOptions, estimate};
    use crate::test_form::{frame, instrument};

    #[test]
    fn every_mean_is_that_of_its_terms_under_every_rule() {
        let rows = ["55555552", "51525250", "9-455231", "--------", "44441119", "12345678"];
        let rows: Vec<_> = (0..90).map(|i| ("x", rows[i * i % 7 % rows.len()])).collect();
        let (frame, mut means) = (frame(&rows), 0);
        for rule in Aggregation::ALL {
            let instrument = Instrument { aggregation: rule, ..instrument() };
            let table = estimate(&frame, &instrument, &EstimateOptions::default()).unwrap();
            let all = terms(&instrument).unwrap();
            assert_eq!(all.len(), table.rows.len());
            for (estimate, (level, code, terms)) in table.rows.iter().zip(all) {
                assert_eq!((level, &code), (estimate.level, &estimate.code));
                if !terms.is_empty() {
                    means += 1;
                    let rate = |t: &Term| table.find(t.level, &t.code, &[]).unwrap().rate.unwrap();
                    let mean: f64 = terms.iter().map(|t| t.weight * rate(t)).sum();
                    assert!((mean - estimate.rate.unwrap()).abs() < 1e-12, "{code} {rule:?}");
                }
            }
        }
        assert!(means >= 2, "only {means} means");
    }
}
