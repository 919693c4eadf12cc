//! The total of influence values over a simple sample.

/// The total of one figure's influence values over a simple sample, and what its
/// variance needs. Respondents outside the figure's group have the influence 0:
/// they need not be added, they are counted in the sample.
#[derive(Debug, Clone)]
pub(crate) struct Total {
    /// Sampling units, those outside the group too.
    units: usize,
    sum: Sum,
    squares: Sum,
}

impl Total {
    /// Of a simple sample of `units` respondents.
    pub(crate) fn over(units: usize) -> Self {
        Self { units, sum: Sum::default(), squares: Sum::default() }
    }

    /// Adds the influence values of some respondents.
    pub(crate) fn add(&mut self, influences: &[f64]) {
        self.sum.add(influences.iter().sum());
        self.squares.add(influences.iter().map(|u| u * u).sum());
    }

    /// The design variance of the total, n/(n−1)·Σ(u−ū)²; `None` with fewer than
    /// two sampling units.
    pub(crate) fn variance(&self) -> Option<f64> {
        if self.units < 2 {
            return None;
        }
        let n = self.units as f64;
        let centred = self.squares.value() - self.sum.value() * self.sum.value() / n;
        Some((n / (n - 1.0) * centred).max(0.0))
    }
}

/// A sum that carries its rounding error along (Neumaier 1974), so that the
/// order of the rows does not show.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    value: f64,
    error: f64,
}

impl Sum {
    fn add(&mut self, term: f64) {
        let sum = self.value + term;
        self.error += if self.value.abs() >= term.abs() {
            (self.value - sum) + term
        } else {
            (term - sum) + self.value
        };
        self.value = sum;
    }

    fn value(self) -> f64 {
        self.value + self.error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variance_of_a_total_counts_those_outside_the_group() {
        let mut total = Total::over(4);
        total.add(&[0.5, -0.5]);
        assert!((total.variance().unwrap() - 4.0 / 3.0 * 0.5).abs() < 1e-16);
    }

    #[test]
    fn one_sampling_unit_has_no_variance() {
        let mut total = Total::over(1);
        total.add(&[0.0]);
        assert_eq!(total.variance(), None);
    }

    #[test]
    fn a_sum_does_not_lose_small_terms_beside_large_ones() {
        let mut sum = Sum::default();
        for term in [1e16, 1.0, -1e16, 1.0] {
            sum.add(term);
        }
        assert!((sum.value() - 2.0).abs() < 1e-12);
    }
}
