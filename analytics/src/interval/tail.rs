//! Tail probabilities of the normal, Student's t and beta distributions: what their
//! quantiles are the inverse of.

use std::f64::consts::SQRT_2;

use libm::erfc;

use super::beta::tails;

/// The probability that a standard normal variable is below `z`.
pub(crate) fn normal_below(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// The probability that Student's t with `df` > 0 degrees of freedom is below `t`.
pub(crate) fn student_t_below(t: f64, df: f64) -> f64 {
    let ratio = t * t / df;
    let outside = 0.5 * tails(0.5 * df, 0.5, 1.0 / (1.0 + ratio), ratio / (1.0 + ratio)).0;
    if t < 0.0 { outside } else { 1.0 - outside }
}

/// The probability that a beta variable with parameters `a`, `b` > 0 is above `x`
/// in [0, 1].
pub(crate) fn beta_above(x: f64, a: f64, b: f64) -> f64 {
    tails(a, b, x, 1.0 - x).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::{beta_quantile, normal_quantile, student_t_quantile};

    fn near(found: f64, wanted: f64) {
        assert!((found / wanted - 1.0).abs() < 1e-12, "{found:e} is not {wanted:e}");
    }

    #[test]
    fn a_tail_undoes_its_quantile() {
        for p in [1e-12, 0.001, 0.025, 0.3, 0.5, 0.8, 0.975] {
            near(normal_below(normal_quantile(p)), p);
            for df in [1.0, 8.0, 29.5, 1e6] {
                near(student_t_below(student_t_quantile(p, df), df), p);
            }
            for (a, b) in [(0.5, 0.5), (27.0, 4.0), (1.0, 300.0)] {
                near(1.0 - beta_above(beta_quantile(p.max(0.001), a, b), a, b), p.max(0.001));
            }
        }
    }

    #[test]
    fn nothing_lies_beyond_the_ends() {
        let none = [
            normal_below(f64::NEG_INFINITY),
            student_t_below(f64::NEG_INFINITY, 9.0),
            beta_above(1.0, 2.0, 3.0),
        ];
        let all = [
            normal_below(f64::INFINITY),
            student_t_below(f64::INFINITY, 9.0),
            beta_above(0.0, 2.0, 3.0),
        ];
        assert!(none.iter().all(|p| p.abs() <= 0.0), "{none:?}");
        assert!(all.iter().all(|p| (p - 1.0).abs() <= 0.0), "{all:?}");
    }
}
