//! How the respondents were sampled, and the variance that follows from it.
//!
//! Names and meaning are those of R's survey package (Lumley 2004). The variance of
//! a total is, stratum by stratum, (1−f)·n/(n−1)·Σ(t−t̄)² over the totals t of its n
//! sampling units; with population counts for two stages, the variance inside
//! every first unit is added, times the share of first units that were drawn.
//! Calibrated weights replace every influence value by what the margins do not
//! explain of it.

use crate::frame::Frame;

pub mod calibration;
mod column;
mod error;
mod lonely;
mod part;
mod sample;
mod solve;
mod stage;
mod total;

pub use calibration::{
    Calibration, CalibrationError, CalibrationMethod, MarginTotal, Margins, MarginsError,
};
pub(crate) use column::positive;
pub use error::{DesignError, Inside};
pub use lonely::LonelyPsu;
pub(crate) use part::Part;
pub(crate) use sample::{Designed, Sample};
pub(crate) use solve::Cholesky;
pub(crate) use total::Total;

/// How the respondents were sampled, by the names of the frame's columns. Without
/// any of them every respondent is a sampling unit of one stratum and of the same
/// weight.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SurveyDesign {
    /// The columns of the sampling units: the primary ones (PSU), such as villages,
    /// and, where a second column is given, those drawn inside them, such as
    /// households. Each respondent is a unit when there are none.
    pub ids: Vec<String>,
    /// Strata of primary units; one when `None`. Second units have their primary
    /// unit as stratum.
    pub strata: Option<String>,
    /// Sampling weights, positive numbers; all the same when `None`.
    pub weights: Option<String>,
    /// Finite population corrections, one column per stage: how many primary units
    /// the row's stratum has in the population, then how many second units the
    /// row's primary unit has. Without them no correction is made, and a second
    /// stage adds nothing to the variance of the first.
    pub fpc: Vec<String>,
    /// What becomes of a stratum of which only one sampling unit was drawn.
    pub lonely: LonelyPsu,
    /// Known totals of the population that the weights are made to meet.
    pub calibration: Option<Calibration>,
    /// The largest weight allowed, in multiples of the mean weight.
    pub trim: Option<f64>,
}

impl SurveyDesign {
    /// No design: one stratum, every respondent a sampling unit.
    pub const fn none() -> Self {
        Self {
            ids: Vec::new(),
            strata: None,
            weights: None,
            fpc: Vec::new(),
            lonely: LonelyPsu::Fail,
            calibration: None,
            trim: None,
        }
    }

    /// Whether it says nothing.
    pub fn is_none(&self) -> bool {
        self.columns().next().is_none() && self.trim.is_none()
    }

    /// Whether it says how respondents were drawn. Weights alone make no random sample of
    /// volunteers.
    pub fn is_drawn(&self) -> bool {
        !self.ids.is_empty() || self.strata.is_some() || !self.fpc.is_empty()
    }

    /// The columns it names.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let drawn = self.ids.iter().chain(&self.strata).map(String::as_str);
        let margins = self.calibration.iter().flat_map(Calibration::columns);
        drawn.chain(self.number_columns()).chain(margins)
    }

    /// The columns it names that hold positive numbers.
    pub fn number_columns(&self) -> impl Iterator<Item = &str> {
        self.weights.iter().chain(&self.fpc).map(String::as_str)
    }

    /// The design of the rows of `frame`.
    pub(crate) fn of(&self, frame: &Frame) -> Result<Sample, DesignError> {
        if self.is_none() { Ok(Sample::simple(frame.len())) } else { Sample::read(self, frame) }
    }

    /// The weight of every row of `frame`, calibrated and trimmed as asked; 1 where
    /// nothing is said of weights.
    ///
    /// # Errors
    /// [`DesignError`] when the design does not fit the rows.
    pub fn weights_of(&self, frame: &Frame) -> Result<Vec<f64>, DesignError> {
        Ok(match self.of(frame)? {
            Sample::Simple(rows) => vec![1.0; rows],
            Sample::Designed(designed) => designed.into_weights(frame.len()),
        })
    }
}

/// What unequal weights cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightCost {
    /// Respondents.
    pub n: u64,
    /// Kish's effective number of them, (Σw)²/Σw².
    pub n_eff: f64,
    /// Kish's design effect, `n / n_eff`: how many times the variance of equal weights.
    pub deff: f64,
    /// The smallest weight over the mean.
    pub smallest: f64,
    /// The largest weight over the mean.
    pub largest: f64,
}

impl WeightCost {
    /// Of `weights`; `None` without any.
    pub fn of(weights: &[f64]) -> Option<Self> {
        let n = weights.len() as f64;
        let (sum, squares) = weights.iter().fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
        let largest = weights.iter().copied().reduce(f64::max)? * n / sum;
        let smallest = weights.iter().copied().reduce(f64::min)? * n / sum;
        let n_eff = sum * sum / squares;
        Some(Self { n: weights.len() as u64, n_eff, deff: n / n_eff, smallest, largest })
    }
}
