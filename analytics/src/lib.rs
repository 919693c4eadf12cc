//! The numbers of Hài Lòng: from responses to rates, intervals, verdicts and files.
//!
//! A [`Frame`] holds the answers to one instrument version; [`estimate()`] makes an
//! [`EstimateTable`] of it, in which every figure comes with its standard error
//! and interval; [`against()`] holds an estimate against a target. Nothing here
//! reads a clock, a database or the network, and no type of the data-frame
//! library appears in a signature. Large frames keep a processor busy for a
//! while: an asynchronous caller runs these functions on a blocking thread.

pub mod against_target;
pub mod chart;
pub mod comparison;
pub mod design;
pub mod disclosure;
pub mod estimate;
pub mod export;
pub mod frame;
pub mod index;
pub mod interval;
pub mod multiplicity;
pub mod parquet_file;
pub mod planning;
pub mod reliability;
pub mod tally;
#[cfg(test)]
mod test_form;

pub use against_target::{
    Audience, FEWEST_SHOWN, Publication, Verdict, against, publication_floor,
};
pub use design::{DesignError, LonelyPsu, SurveyDesign, WeightCost};
pub use disclosure::{People, Withheld};
pub use estimate::{
    Estimate, EstimateError, EstimateOptions, EstimateTable, FigureTerms, Flag, Flags, Level, Term,
    estimate, terms,
};
pub use frame::{Frame, FrameBuilder, FrameError};
pub use interval::IntervalMethod;
pub use tally::{Tallies, estimate_tallies};
