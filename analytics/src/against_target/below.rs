//! How surely an estimate is below a target.

use crate::estimate::{Estimate, Flag};
use crate::interval::tail::{beta_above, normal_below, student_t_below};
use crate::interval::{IntervalMethod, divergence};

/// The one-sided p-value of "the rate is below `target`", a proportion: the
/// smallest error at which the upper limit of this estimate's own interval is below
/// the target. So at half the error of a two-sided interval (0.025 for 95 %) it says
/// what [`super::against`] says: below that p-value the target is not met.
///
/// - Wilson: the score test, Φ((R − R₀)/√(R₀(1−R₀)/n));
/// - Clopper–Pearson, and the exact interval where the sample shows no spread: the
///   binomial probability of so many satisfied or fewer, `I_{1−R₀}(n−x, x+1)`;
/// - Jeffreys: the part of `Beta(x+½, n−x+½)` above the target;
/// - logit, asin, mean, likelihood: Student's t of the distance to the target on
///   that scale.
///
/// A rate that is known is below the target, 0, or not, 1.
///
/// `None` without an interval, for a target that is no number, and for Agresti–Coull
/// and Korn–Graubard, whose limits at different errors are those of no one
/// distribution.
pub fn p_below(estimate: &Estimate, target: f64) -> Option<f64> {
    let Estimate { upp: Some(_), rate: Some(rate), interval, .. } = *estimate else {
        return None;
    };
    if target.is_nan() {
        return None;
    }
    if target > 1.0 {
        return Some(0.0);
    }
    if estimate.flags.contains(Flag::Census) {
        return Some(if rate < target { 0.0 } else { 1.0 });
    }
    if target <= 0.0 || rate >= 1.0 {
        return Some(1.0);
    }
    let spread = (rate * (1.0 - rate)).sqrt();
    let student = |distance: f64, width: f64| {
        let se = estimate.se.filter(|se| *se > 0.0 && estimate.df > 0)?;
        Some(student_t_below(distance / (se * width), estimate.df as f64))
    };
    match interval? {
        IntervalMethod::Wilson => {
            let error = (target * (1.0 - target) / estimate.valid as f64).sqrt();
            Some(normal_below((rate - target) / error))
        }
        IntervalMethod::ClopperPearson => {
            Some(so_few(estimate.satisfied as f64, estimate.people as f64, target))
        }
        IntervalMethod::Beta if estimate.n_exact.is_some() => {
            estimate.n_exact.map(|n| so_few(rate * n, n, target))
        }
        IntervalMethod::Jeffreys => {
            let (yes, n) = (estimate.satisfied as f64, estimate.valid as f64);
            Some(beta_above(target, yes + 0.5, n - yes + 0.5))
        }
        IntervalMethod::Logit => {
            let logit = |p: f64| (p / (1.0 - p)).ln();
            student(logit(rate) - logit(target), 1.0 / (spread * spread))
        }
        IntervalMethod::Asin => student(rate.sqrt().asin() - target.sqrt().asin(), 0.5 / spread),
        IntervalMethod::Mean => student(rate - target, 1.0),
        IntervalMethod::Likelihood => {
            let n = estimate.people as f64;
            let distance = (2.0 * divergence(rate, target) * (n - 1.0) / n).sqrt();
            student(distance.copysign(rate - target), 1.0 / spread)
        }
        IntervalMethod::AgrestiCoull | IntervalMethod::Beta | IntervalMethod::BetaCapped => None,
    }
}

/// The probability of `satisfied` or fewer among `n` respondents of a population in
/// which the share of the satisfied is `target`.
fn so_few(satisfied: f64, n: f64, target: f64) -> f64 {
    beta_above(target, satisfied + 1.0, n - satisfied)
}

#[cfg(test)]
mod tests {
    use surveys::plan::Operator;

    use super::*;
    use crate::against_target::{Verdict, against};
    use crate::estimate::{EstimateOptions, EstimateTable, Level, estimate};
    use crate::test_form::{frame, instrument};

    /// Groups of 40 to 160 people from nearly all to nearly none satisfied, one of
    /// them all, one none, one all alike.
    fn groups(interval: Option<IntervalMethod>, level: f64) -> EstimateTable {
        let sizes = (1..=12).map(|group| (format!("g{group:02}"), 40 + 10 * group, 13 - group));
        let mut rows: Vec<(String, String)> = Vec::new();
        for (group, n, share) in sizes {
            for person in 0..n {
                let answer = |item: usize| {
                    let satisfied = (person * 7 + item * 5 + person / 3) % 13 < share;
                    if satisfied { '5' } else { '2' }
                };
                let answers = (0..7).map(answer).collect::<String>() + "2";
                rows.push((group.clone(), answers));
            }
        }
        for (group, answers) in [("all", "55555552"), ("none", "22222220"), ("alike", "55255220")] {
            rows.extend((0..50).map(|_| (group.to_owned(), answers.to_owned())));
        }
        let rows: Vec<(&str, &str)> = rows.iter().map(|(g, a)| (&**g, &**a)).collect();
        let by = vec!["group".to_owned()];
        let options = EstimateOptions { by, level, interval, ..Default::default() };
        estimate(&frame(&rows), &instrument(), &options).unwrap()
    }

    #[test]
    fn half_the_error_of_the_interval_is_where_the_verdict_turns() {
        let mut turned = [0, 0];
        for method in [None].into_iter().chain(IntervalMethod::CHOICES.map(Some)) {
            for level in [0.8, 0.95, 0.99] {
                for row in groups(method, level).rows {
                    let around = row.upp.map_or(0.5, |upp| upp - 1e-9);
                    let beyond = row.upp.map_or(0.5, |upp| upp + 1e-9);
                    for target in [around, beyond, 0.0, 0.05, 0.3, 0.5, 0.85, 0.9, 0.95, 1.0] {
                        let verdict = against(&row, Operator::AtLeast, target).unwrap();
                        let Some(p) = p_below(&row, target) else { continue };
                        assert!((0.0..=1.0).contains(&p), "{p} of {row:?} at {target}");
                        let is_below = p < (1.0 - level) / 2.0;
                        let not_met = verdict == Verdict::NotMet;
                        assert_eq!(is_below, not_met, "{p} of {row:?} at {target}");
                        turned[usize::from(not_met)] += 1;
                    }
                }
            }
        }
        assert!(turned.iter().all(|times| *times > 1000), "{turned:?}");
    }

    #[test]
    fn only_limits_of_no_one_distribution_have_no_p_value() {
        use IntervalMethod::{AgrestiCoull, Beta, BetaCapped};

        for method in IntervalMethod::CHOICES {
            let without = groups(Some(method), 0.95).rows.into_iter().find(|row| {
                row.interval == Some(method)
                    && !row.flags.contains(Flag::NoSpread)
                    && p_below(row, 0.9).is_none()
            });
            let none = matches!(method, AgrestiCoull | Beta | BetaCapped);
            assert_eq!(without.is_some(), none, "{method:?}: {without:?}");
        }
    }

    #[test]
    fn the_ends_are_certain() {
        let table = groups(None, 0.95);
        let find = |group| table.find(Level::Component, "a", &[group]).unwrap();
        let (all, none) = (find("all"), find("none"));
        assert_eq!([0.5, 1.0, 1.1].map(|t| p_below(all, t)), [1.0, 1.0, 0.0].map(Some));
        assert_eq!([0.0, 1.0, 1.1].map(|t| p_below(none, t)), [1.0, 0.0, 0.0].map(Some));
        // Fifty people, not their hundred and fifty answers.
        let found = p_below(none, 0.1).unwrap();
        assert!((found - 0.9_f64.powi(50)).abs() < 1e-15, "{found}");
        assert_eq!(p_below(none, f64::NAN), None);
    }

    #[test]
    fn nobody_asked_has_no_p_value() {
        let by = EstimateOptions::default();
        let table = estimate(&frame(&[]), &instrument(), &by).unwrap();
        assert!(table.rows.iter().all(|row| p_below(row, 0.9).is_none()));
    }
}
