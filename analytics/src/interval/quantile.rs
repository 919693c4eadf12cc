//! Quantiles of the normal, Student's t and beta distributions.

use std::f64::consts::{PI, SQRT_2};

use libm::erfc;

use super::beta::{power_term, tails};

/// The standard normal quantile of `p` in (0, 1).
pub fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    let below = |z: f64| {
        let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
        (0.5 * erfc(-z / SQRT_2) - p, density)
    };
    increasing_root(below, 0.0)
}

/// The quantile of `p` in (0, 1) of Student's t with `df` > 0 degrees of freedom.
pub fn student_t_quantile(p: f64, df: f64) -> f64 {
    if p > 0.5 {
        return -student_t_quantile(1.0 - p, df);
    }
    if p >= 0.5 {
        return 0.0;
    }
    // Solved for u = ln(t²/df): there the tail is smooth from the centre to any
    // distance, and a rounding of u is a relative rounding of t.
    let below = |u: f64| {
        let (x, y) = (expit(-u), expit(u));
        let tail = 0.5 * tails(0.5 * df, 0.5, x, y).0;
        (p - tail, 0.5 * power_term(0.5 * df, 0.5, x, y))
    };
    let z = normal_quantile(p);
    let u = increasing_root(below, (z * z / df).ln());
    -(df * u.exp()).sqrt()
}

/// The quantile of `p` in (0, 1) of the beta distribution with parameters
/// `a`, `b` > 0.
#[expect(clippy::many_single_char_names, reason = "the names the formulas have")]
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    // Solved for u = logit x, where both ends of [0, 1] have room.
    let below = |u: f64| {
        let (x, y) = (expit(u), expit(-u));
        let (lower, upper) = tails(a, b, x, y);
        let miss = if lower < upper { lower - p } else { (1.0 - p) - upper };
        (miss, power_term(a, b, x, y))
    };
    expit(increasing_root(below, (a / b).ln()))
}

fn expit(u: f64) -> f64 {
    if u >= 0.0 { 1.0 / (1.0 + (-u).exp()) } else { u.exp() / (1.0 + u.exp()) }
}

/// The root of an increasing function given with its derivative: Newton's method
/// inside a bracket, with bisection where it would leave it.
fn increasing_root(function: impl Fn(f64) -> (f64, f64), start: f64) -> f64 {
    let (mut low, mut high) = (start - 1.0, start + 1.0);
    while function(low).0 > 0.0 && low > -700.0 {
        low -= 2.0 * (high - low);
    }
    while function(high).0 < 0.0 && high < 700.0 {
        high += 2.0 * (high - low);
    }
    let mut u = start;
    for _ in 0..200 {
        let (value, slope) = function(u);
        if value == 0.0 {
            break;
        }
        if value < 0.0 {
            low = u;
        } else {
            high = u;
        }
        let newton = u - value / slope;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - u).abs() <= 4.0 * f64::EPSILON * u.abs().max(1.0) {
            return next;
        }
        u = next;
    }
    u
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64) {
        assert!((found / wanted - 1.0).abs() < 1e-13, "{found:e} is not {wanted:e}");
    }

    #[test]
    fn student_t_has_closed_forms_for_one_and_two_degrees() {
        for p in [1e-9_f64, 0.001, 0.025, 0.3, 0.8, 0.975] {
            near(student_t_quantile(p, 1.0), -1.0 / (PI * p).tan());
            near(student_t_quantile(p, 2.0), (2.0 * p - 1.0) / (2.0 * p * (1.0 - p)).sqrt());
        }
    }

    #[test]
    fn student_t_becomes_normal_with_many_degrees() {
        near(student_t_quantile(0.025, 1e15), normal_quantile(0.025));
        assert!(normal_quantile(0.5).abs() < 1e-15);
        assert!(student_t_quantile(0.5, 3.0).abs() < 1e-15);
    }

    #[test]
    fn beta_has_closed_forms_with_a_parameter_of_one() {
        for p in [1e-9_f64, 0.025, 0.5, 0.975] {
            near(beta_quantile(p, 1.0, 1.0), p);
            near(beta_quantile(p, 30.0, 1.0), p.powf(1.0 / 30.0));
            near(beta_quantile(p, 1.0, 30.0), -((-p).ln_1p() / 30.0).exp_m1());
        }
    }
}
