//! `hailong tally`: additive tallies of a responses file.

use std::path::PathBuf;
use std::process::ExitCode;

use analytics::tally::{Purpose, is_own_column};
use analytics::{EstimateError, Tallies};
use clap::Args;
use surveys::Language;

use super::asked::Needed;
use super::responses_file::ResponsesFile;
use super::summed::Summed;
use super::{Done, output};

/// Tally responses: sums that add up, from which everything can be estimated
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong tally phieu.csv --instrument quick-counter --by commune_code,channel,day --out so-cong-don.csv
  hailong estimate --tallies so-cong-don.csv --instrument quick-counter --by commune_code,month

The exit status is 1 when rows were left out for a mistake.")]
pub(super) struct Tally {
    #[command(flatten)]
    responses: ResponsesFile,
    /// More Parquet files of the same responses
    #[arg(value_name = "MORE.parquet")]
    more: Vec<PathBuf>,
    /// Columns to tally by; day and month are made from the day of the answer
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    by: Vec<String>,
    /// Also what the mean of items needs: the products of every two items
    #[arg(long)]
    item_pairs: bool,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Tally {
    pub(super) fn run(self, language: Language) -> Done {
        let Self { responses, more, by, item_pairs, out } = self;
        if let Some(name) = by.iter().find(|name| is_own_column(name)) {
            return Err(EstimateError::ReservedColumn { name: name.clone() }.text().into());
        }
        let out = out.as_deref();
        let purpose = Purpose::File { item_pairs };
        let write = |tallies: &Tallies, simulated: bool| {
            let mark = simulated.then_some(("simulated", "true"));
            output::write(out, |out| tallies.write_csv(mark, out))
        };
        let summed = Summed::of_parquet(&responses, &more, by.clone(), purpose, out)?;
        let left_out = if let Some(summed) = summed {
            write(&summed.tallies, summed.simulated)?;
            summed.tell_rows(&responses, language)?
        } else {
            let held = responses.read(Needed::texts(by.clone()), out)?;
            let frame = &held.responses.frame;
            let tallies = Tallies::of_frame(frame, held.instrument, &by, item_pairs);
            write(&tallies.map_err(|e| e.text())?, held.responses.simulated)?;
            responses.tell(&held.responses, language)?
        };
        Ok(ExitCode::from(u8::from(left_out)))
    }
}
