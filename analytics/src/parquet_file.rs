//! Tallies of responses in Parquet files, without holding the responses.
//!
//! Each of the threads begins at row groups of its own and then helps the others; it
//! reads the columns side by side, a few thousand rows at a time, into a [`Counter`] of
//! its own.

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use chrono::NaiveDate;
use parquet::file::reader::{FileReader, SerializedFileReader};
use surveys::instrument::Instrument;

use crate::frame::csv_file::{CsvOptions, CsvResponses, Reject, SIMULATED};
use crate::frame::{FrameError, asked_items};
use crate::tally::{Kept, Purpose, Tallies, merged};

mod column;
mod error;
mod groups;
mod hybrid;
mod meaning;
mod reading;
#[cfg(test)]
mod tests;
mod wanted;

pub use error::{ParquetError, Problem};

use reading::{Job, Piece, Reading};
use wanted::{Wanted, has_days, place};

/// How many bytes of groups a thread keeps at most.
const ROOM: usize = 256 << 20;
/// Threads that read at the same time, at most.
const THREADS: usize = 16;

/// The tallies of Parquet files and what became of their rows: `rows` =
/// respondents tallied + `outside` + `rejected`.
#[derive(Debug, Clone, PartialEq)]
pub struct ParquetTallies {
    /// The tallies by the columns asked for.
    pub tallies: Tallies,
    /// The first [`CsvResponses::MOST_REJECTS`] mistakes, each with the place of its
    /// file.
    pub rejects: Vec<(usize, Reject)>,
    /// Rows in the files.
    pub rows: u64,
    /// Good rows outside the dates asked for.
    pub outside: u64,
    /// Rows left out for a mistake.
    pub rejected: u64,
    /// Whether a file says of itself that its responses are made up: then it has
    /// the column `simulated`.
    pub simulated: bool,
    /// Where it was asked for and every file has days, the last one of a row that counts.
    pub last_day: Option<NaiveDate>,
}

/// Tallies the responses to `instrument` in `files`: a column of whole numbers per
/// item, empty where unanswered, and the columns of `options.keys`, of which `day`
/// and `month` are made from `answered_at` where there are no such columns. Each
/// row is taken as a response of its own.
///
/// # Errors
/// [`ParquetError`]. Bad rows are no error: they are in [`ParquetTallies::rejects`].
pub fn tally(
    files: &[PathBuf],
    instrument: &Instrument,
    options: &CsvOptions,
    purpose: Purpose,
) -> Result<ParquetTallies, ParquetError> {
    tally_from(files, instrument, options, purpose, |pieces| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = threads.min(THREADS).min(pieces).max(1);
        (0..threads).map(|thread| thread * pieces / threads).collect()
    })
}

/// The same by one thread for each of the `starts` among so many row groups.
fn tally_from(
    files: &[PathBuf],
    instrument: &Instrument,
    options: &CsvOptions,
    purpose: Purpose,
    starts: impl FnOnce(usize) -> Vec<usize>,
) -> Result<ParquetTallies, ParquetError> {
    if asked_items(instrument).next().is_none() {
        let error = FrameError::NoItems { instrument: instrument.id.to_string() };
        return Err(ParquetError { file: 0, problem: error.into() });
    }
    let kept = Kept::of_purpose(instrument, purpose);
    let mut pieces = Vec::new();
    let (mut simulated, mut days) = (false, options.last_day);
    for (file, path) in files.iter().enumerate() {
        let said = |problem| ParquetError { file, problem };
        let open = open(path).map_err(said)?;
        let schema = open.metadata().file_metadata().schema_descr();
        Wanted::find(schema, instrument, options).map_err(said)?;
        simulated |= place(schema, SIMULATED).is_some();
        days &= has_days(schema);
        let mut first = 0;
        for (group, about) in open.metadata().row_groups().iter().enumerate() {
            let rows = u64::try_from(about.num_rows()).unwrap_or_default();
            let taken = AtomicBool::new(false);
            pieces.push(Piece { file, group, first, rows, taken });
            first += rows;
        }
    }
    let options = &CsvOptions { last_day: days, ..options.clone() };
    let job = Job { files, instrument, options, kept: &kept, pieces: &pieces };
    let starts = starts(pieces.len());
    let read: Vec<_> = std::thread::scope(|scope| {
        let read = |start| Reading::of(&job, start).map(Reading::finish);
        let threads: Vec<_> =
            starts.iter().map(|start| scope.spawn(move || read(*start))).collect();
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut all = ParquetTallies {
        tallies: Tallies::none(instrument, &options.keys, kept.clone()),
        rejects: Vec::new(),
        rows: pieces.iter().map(|piece| piece.rows).sum(),
        outside: 0,
        rejected: 0,
        simulated,
        last_day: None,
    };
    let mut groups = Vec::new();
    for read in read {
        let panicked =
            |_| ParquetError { file: 0, problem: Problem::Damaged("it has no sense".into()) };
        let read = read.map_err(panicked)??;
        all.outside += read.outside;
        all.rejected += read.rejected;
        all.rejects.extend(read.rejects);
        all.last_day = all.last_day.max(read.last_day);
        groups = merged(groups, read.groups).map_err(|error| ParquetError {
            file: 0,
            problem: Problem::Sums(error.to_string(), error.text()),
        })?;
    }
    all.tallies.take(groups);
    all.rejects.sort_by_key(|(file, reject)| (*file, reject.line));
    all.rejects.truncate(CsvResponses::MOST_REJECTS);
    Ok(all)
}

fn open(path: &PathBuf) -> Result<SerializedFileReader<File>, Problem> {
    Ok(SerializedFileReader::new(File::open(path)?)?)
}
