//! Which figures a command makes of a file of responses.

use analytics::EstimateOptions;
use analytics::frame::csv_file::RESPONSE_ID;
use clap::Args;
use surveys::instrument::Aggregation;

use super::Failure;
use super::choice::named;
use super::design::Design;

/// What to make of the responses.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Columns to group by; month is made from the day of the answer
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    pub(super) by: Vec<String>,
    /// Another rule than the instrument's own for adding items up
    #[arg(long, value_name = "RULE", value_parser = named(&Aggregation::ALL, Aggregation::name))]
    aggregation: Option<Aggregation>,
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    #[command(flatten)]
    pub(super) design: Design,
}

/// The columns of a file that a request needs.
pub(super) struct Needed {
    /// All of them.
    pub(super) keys: Vec<String>,
    /// Those that hold positive numbers.
    pub(super) positive: Vec<String>,
    /// Whether the responses' ids are needed too.
    pub(super) ids: bool,
}

impl Needed {
    /// These columns, whatever is in them.
    pub(super) fn texts(keys: Vec<String>) -> Self {
        Self { keys, positive: Vec::new(), ids: false }
    }
}

impl Asked {
    /// The request, with the margins read from their file.
    pub(super) fn options(&self) -> Result<EstimateOptions, Failure> {
        Ok(EstimateOptions {
            by: self.by.clone(),
            aggregation: self.aggregation,
            level: self.level,
            interval: None,
            design: self.design.read()?,
        })
    }
}

/// The columns that `options` and `more` name, and what is written of the `design`.
pub(super) fn needed(options: &EstimateOptions, design: &Design, more: Option<&str>) -> Needed {
    let mut keys = options.by.clone();
    for column in options.design.columns().chain(more).map(str::to_owned) {
        if !keys.contains(&column) {
            keys.push(column);
        }
    }
    let positive = options.design.number_columns().map(str::to_owned).collect();
    let ids = design.written_to().is_some() && !keys.iter().any(|key| key == RESPONSE_ID);
    Needed { keys, positive, ids }
}
