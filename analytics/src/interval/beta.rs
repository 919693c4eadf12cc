//! The regularised incomplete beta function, to about fourteen digits for any
//! size of its parameters.
//!
//! Taking it from logarithms of gamma functions loses a digit for every factor of
//! ten in the parameters, and a million respondents make parameters of a million.
//! Here the factor in front is taken from deviances (Loader 2000, "Fast and
//! accurate computation of binomial probabilities"), in which nothing large cancels.

#![expect(clippy::many_single_char_names, reason = "a, b, x, y are the names the formulas have")]

use std::f64::consts::PI;

/// Iₓ(a, b) for a, b > 0, with x and y = 1 − x both given, so that neither need be
/// found by subtraction. Returns the lower tail and the upper tail.
pub(super) fn tails(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    // The continued fraction converges fast on the side of the mean where x is small.
    if x * (b + 1.0) <= y * (a + 1.0) {
        let lower = (power_term(a, b, x, y) * continued_fraction(a, b, x, y)).clamp(0.0, 1.0);
        (lower, 1.0 - lower)
    } else {
        let upper = (power_term(a, b, x, y) * continued_fraction(b, a, y, x)).clamp(0.0, 1.0);
        (1.0 - upper, upper)
    }
}

/// xᵃ yᵇ / B(a, b), by way of the binomial probability of a in a + b.
pub(super) fn power_term(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let exponent = stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * x)
        - deviance(b, n * y);
    (a / n * b / (2.0 * PI)).sqrt() * exponent.exp()
}

/// ln Γ(z+1) less Stirling's approximation of it, for z > 0.
fn stirling_error(mut z: f64) -> f64 {
    let mut error = 0.0;
    while z < 16.0 {
        error += (z + 0.5) * (1.0 / z).ln_1p() - 1.0;
        z += 1.0;
    }
    let s = 1.0 / (z * z);
    let series = 1.0 / 12.0
        - s * (1.0 / 360.0
            - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s * (1.0 / 1188.0 - s * 691.0 / 360_360.0))));
    error + series / z
}

/// x·ln(x/m) + m − x, exact where x and m are close.
fn deviance(x: f64, m: f64) -> f64 {
    let difference = x - m;
    if difference.abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() - difference;
    }
    // With v = (x−m)/(x+m): ln(x/m) = 2·artanh(v), a series in v².
    let v = difference / (x + m);
    let mut sum = difference * v;
    let mut power = 2.0 * x * v;
    for odd in (3..).step_by(2) {
        power *= v * v;
        let term = power / f64::from(odd);
        sum += term;
        if term.abs() <= f64::EPSILON * sum.abs() {
            break;
        }
    }
    sum
}

/// The continued fraction of Didonato and Morris (1992, "Significant digit
/// computation of the incomplete beta function ratios", equation 9), by the
/// modified Lentz method. Its λ = a − (a+b)·x = (a+b)·y − b is taken from the smaller of x and
/// y: x is very close to 1 for Student's t with many degrees of freedom.
fn continued_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let lambda = if x < y { a - (a + b) * x } else { (a + b) * y - b };
    let mut fraction = away_from_zero(a / (a + 1.0) * (lambda + 1.0));
    let (mut c, mut d) = (fraction, 0.0);
    // Some √max(a, b) steps are needed; this is far beyond any sample's need.
    for step in 1..200_000 {
        let n = f64::from(step);
        let odd = a + 2.0 * n - 1.0;
        let numerator = (a + n - 1.0) / odd * ((a + b + n - 1.0) / odd) * n * (b - n) * x * x;
        let denominator =
            n + n * (b - n) * x / odd + (a + n) / (odd + 2.0) * (lambda + 1.0 + n * (1.0 + y));
        d = 1.0 / away_from_zero(denominator + numerator * d);
        c = away_from_zero(denominator + numerator / c);
        fraction *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    1.0 / fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64) {
        assert!((found / wanted - 1.0).abs() < 1e-13, "{found:e} is not {wanted:e}");
    }

    #[test]
    fn it_agrees_with_its_closed_forms() {
        for x in [1e-9_f64, 0.1, 0.5, 0.75, 0.999] {
            near(tails(1.0, 1.0, x, 1.0 - x).0, x);
            near(tails(7.0, 1.0, x, 1.0 - x).0, x.powi(7));
            near(tails(1.0, 4.0, x, 1.0 - x).1, (1.0 - x).powi(4));
            near(tails(0.5, 0.5, x, 1.0 - x).0, 2.0 / PI * x.sqrt().asin());
        }
    }

    #[test]
    fn the_two_tails_swap_with_the_parameters() {
        let (lower, upper) = tails(900_000.5, 100_000.25, 0.9001, 0.0999);
        let (other_lower, other_upper) = tails(100_000.25, 900_000.5, 0.0999, 0.9001);
        near(lower, other_upper);
        near(upper, other_lower);
    }

    #[test]
    fn the_ends_are_certain() {
        assert_eq!(tails(2.0, 3.0, 0.0, 1.0), (0.0, 1.0));
        assert_eq!(tails(2.0, 3.0, 1.0, 0.0), (1.0, 0.0));
    }
}
