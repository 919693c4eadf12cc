//! How the respondents were sampled, and the variance that follows from it.

/// How the respondents were sampled: their sampling units, strata, weights and
/// population counts.
///
/// So far there is no design but the simple one, [`SurveyDesign::none`]. Every
/// variance and every number of degrees of freedom goes through here: a design
/// changes this file and no estimate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SurveyDesign {
    sampling: Sampling,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Sampling {
    /// One stratum, every respondent a sampling unit of the same weight.
    #[default]
    Simple,
}

impl SurveyDesign {
    /// No design: one stratum, every respondent a sampling unit.
    pub const fn none() -> Self {
        Self { sampling: Sampling::Simple }
    }

    /// Degrees of freedom of a group in which `present` respondents are:
    /// sampling units present less strata present.
    pub(crate) fn degrees_of_freedom(&self, present: u64) -> u64 {
        match self.sampling {
            Sampling::Simple => present.saturating_sub(1),
        }
    }

    /// Takes the influence values of one figure over a sample of `sampled` respondents.
    pub(crate) fn total(&self, sampled: usize) -> Total {
        match self.sampling {
            Sampling::Simple => {
                Total { units: sampled, sum: Sum::default(), squares: Sum::default() }
            }
        }
    }
}

/// The total of one figure's influence values, and what its variance needs.
/// Respondents outside the figure's group have the influence 0: they need not be
/// added, they are counted in the sample.
#[derive(Debug, Clone)]
pub(crate) struct Total {
    /// Sampling units, those outside the group too.
    units: usize,
    sum: Sum,
    squares: Sum,
}

impl Total {
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
        let mut total = SurveyDesign::none().total(4);
        total.add(&[0.5, -0.5]);
        assert!((total.variance().unwrap() - 4.0 / 3.0 * 0.5).abs() < 1e-16);
    }

    #[test]
    fn one_sampling_unit_has_no_variance() {
        let mut total = SurveyDesign::none().total(1);
        total.add(&[0.0]);
        assert_eq!(total.variance(), None);
        assert_eq!(SurveyDesign::none().degrees_of_freedom(0), 0);
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
