//! Comparisons: with another period, over months, between groups.
//!
//! A difference is linear in influence values: those of the one group with a plus,
//! those of the other with a minus, so that sampling units with people in both
//! bring their covariance along. What is compared with what is declared before, in
//! the unit's reporting calendar, and not picked after the fact.

mod association;
mod change;
mod months;
#[cfg(test)]
mod tests;
mod trend;

pub use association::{Association, MOST_GROUPS, Untested, associations};
pub use change::{Change, ChangeMethod, change_between, changes};
pub use months::trend_of_months;
pub use trend::{FEWEST_MONTHS, Trend, TrendModel, trends};

use crate::estimate::EstimateError;

/// That none of the columns grouped by is called like one of a table's own.
fn not_reserved(by: &[String], own: &[&str]) -> Result<(), EstimateError> {
    match by.iter().find(|name| own.contains(&name.as_str())) {
        Some(name) => Err(EstimateError::ReservedColumn { name: name.clone() }),
        None => Ok(()),
    }
}

/// A variance, 0 where next to that of respondents drawn one by one it is but rounding.
fn unless_rounding(variance: Option<f64>, one_by_one: Option<f64>) -> Option<f64> {
    let nothing = variance.zip(one_by_one).is_some_and(|(seen, alone)| seen <= 1e-12 * alone);
    if nothing { Some(0.0) } else { variance }
}

/// What can be said of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Upwards: the whole interval is above 0.
    Higher,
    /// Downwards: the whole interval is below 0.
    Lower,
    /// The interval holds 0: the answers show no change.
    NotShown,
    /// There are too few responses to say anything.
    TooFew,
    /// There are enough, and yet no interval: fewer than three months, or answers that
    /// leave no variance.
    Undefined,
}

impl Direction {
    /// The name used in files, such as `not_shown`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::NotShown => "not_shown",
            Self::TooFew => "too_few",
            Self::Undefined => "undefined",
        }
    }

    /// By the limits of an interval, if there are enough responses for one.
    fn of(limits: Option<(f64, f64)>, enough: bool) -> Self {
        match limits {
            _ if !enough => Self::TooFew,
            None => Self::Undefined,
            Some((low, _)) if low > 0.0 => Self::Higher,
            Some((_, upp)) if upp < 0.0 => Self::Lower,
            Some(_) => Self::NotShown,
        }
    }
}
