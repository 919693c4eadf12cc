//! How the respondents were sampled, and the variance that follows from it.
//!
//! Names and meaning are those of R's survey package (Lumley 2004); the formula is
//! that of the ultimate cluster: the variance of a total is, stratum by stratum,
//! (1−f)·n/(n−1)·Σ(t−t̄)² over the totals t of its n primary sampling units.

use surveys::Text;

use crate::frame::Frame;

mod lonely;
mod sample;

pub use lonely::LonelyPsu;
pub(crate) use sample::{Designed, Sample, Total, positive};

/// How the respondents were sampled, by the names of the frame's columns. Without
/// any of them every respondent is a sampling unit of one stratum and of the same
/// weight.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SurveyDesign {
    /// Primary sampling units (PSU), such as villages; each respondent when `None`.
    pub ids: Option<String>,
    /// Strata; one when `None`.
    pub strata: Option<String>,
    /// Sampling weights, positive numbers; all the same when `None`.
    pub weights: Option<String>,
    /// How many primary sampling units the stratum has in the population: the
    /// finite population correction. None is made when `None`.
    pub fpc: Option<String>,
    /// What becomes of a stratum of which only one primary sampling unit was drawn.
    pub lonely: LonelyPsu,
}

impl SurveyDesign {
    /// No design: one stratum, every respondent a sampling unit.
    pub const fn none() -> Self {
        Self { ids: None, strata: None, weights: None, fpc: None, lonely: LonelyPsu::Fail }
    }

    /// Whether it says nothing.
    pub fn is_none(&self) -> bool {
        self.columns().next().is_none()
    }

    /// The columns it names.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let named = [&self.ids, &self.strata, &self.weights, &self.fpc];
        named.into_iter().filter_map(Option::as_deref)
    }

    /// The columns it names that hold positive numbers.
    pub fn number_columns(&self) -> impl Iterator<Item = &str> {
        [&self.weights, &self.fpc].into_iter().filter_map(Option::as_deref)
    }

    /// The design of the rows of `frame`.
    pub(crate) fn of(&self, frame: &Frame) -> Result<Sample, DesignError> {
        if self.is_none() { Ok(Sample::simple(frame.len())) } else { Sample::read(self, frame) }
    }
}

/// Why a design does not fit its rows.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DesignError {
    /// A column it names is not in the frame.
    #[error("there is no column `{name}` for the sampling design: use one of {known}")]
    NoColumn {
        /// The column.
        name: String,
        /// The columns there are, separated by commas.
        known: String,
    },
    /// A cell that should be a positive number is not.
    #[error(
        "row {row}, column `{column}`: `{value}` is no positive number: write one such as 12.5, with a dot"
    )]
    NotPositive {
        /// The row, from 1, of those that were read.
        row: usize,
        /// The column.
        column: String,
        /// The cell.
        value: String,
    },
    /// A primary sampling unit has rows in two strata.
    #[error(
        "row {row}, column `{column}`: the sampling unit `{unit}` is in the strata `{first}` and `{second}`: give units of different strata different names"
    )]
    TwoStrata {
        /// A row in the second stratum, from 1.
        row: usize,
        /// The column of the units.
        column: String,
        /// The unit.
        unit: String,
        /// The stratum in which it was first.
        first: String,
        /// The other one.
        second: String,
    },
    /// The population counts of one stratum differ.
    #[error(
        "row {row}, column `{column}`: the stratum `{stratum}` has {first} and {second} units in the population: give each stratum one number"
    )]
    TwoCounts {
        /// A row with the second count, from 1.
        row: usize,
        /// The column of the counts.
        column: String,
        /// The stratum.
        stratum: String,
        /// The first count.
        first: f64,
        /// The other one.
        second: f64,
    },
    /// More units were drawn than there are.
    #[error(
        "column `{column}`: {drawn} sampling units of the stratum `{stratum}` were drawn and it has {population} in the population: correct the count"
    )]
    TooFewInPopulation {
        /// The column of the counts.
        column: String,
        /// The stratum.
        stratum: String,
        /// Units drawn.
        drawn: u32,
        /// Units there are.
        population: f64,
    },
    /// A stratum has one unit, and nothing was said about it.
    #[error(
        "the stratum `{stratum}` has only one sampling unit, so its variance is unknown: join it with another stratum, or choose remove, adjust or average for such strata"
    )]
    Lonely {
        /// The stratum.
        stratum: String,
    },
}

impl DesignError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::NoColumn { name, known } => {
                format!(
                    "Không có cột `{name}` cho thiết kế mẫu: hãy dùng một trong các cột {known}"
                )
            }
            Self::NotPositive { row, column, value } => format!(
                "Dòng {row}, cột `{column}`: `{value}` không phải là số dương: hãy viết như 12.5, dùng dấu chấm"
            ),
            Self::TwoStrata { row, column, unit, first, second } => format!(
                "Dòng {row}, cột `{column}`: đơn vị mẫu `{unit}` nằm ở cả tầng `{first}` và tầng `{second}`: hãy đặt tên khác nhau cho đơn vị của các tầng khác nhau"
            ),
            Self::TwoCounts { row, column, stratum, first, second } => format!(
                "Dòng {row}, cột `{column}`: tầng `{stratum}` có {first} rồi {second} đơn vị trong tổng thể: hãy cho mỗi tầng một con số"
            ),
            Self::TooFewInPopulation { column, stratum, drawn, population } => format!(
                "Cột `{column}`: tầng `{stratum}` đã chọn {drawn} đơn vị mẫu trong khi tổng thể có {population}: hãy sửa con số"
            ),
            Self::Lonely { stratum } => format!(
                "Tầng `{stratum}` chỉ có một đơn vị mẫu nên không tính được phương sai: hãy gộp với tầng khác, hoặc chọn remove, adjust hay average cho những tầng như vậy"
            ),
        };
        Text::new(vi, self.to_string())
    }
}
