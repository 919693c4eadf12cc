//! Bad rows told on standard error and written to a file.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use analytics::export::csv_text::CsvText;
use surveys::Language;

use super::super::responses_file::TOLD;
use super::super::{Failure, output};
use crate::importing::rejected::Rejected;

/// Tells the first bad rows on standard error and writes all of them to a file.
pub(super) struct Rejects {
    source: PathBuf,
    language: Language,
    columns: usize,
    file: Option<(output::Pending, CsvText<File>)>,
    told: usize,
}

impl Rejects {
    /// Begins the file at `path`, if there is to be one: line, column, value and
    /// reason, then the columns of the file `source`.
    pub(super) fn begin(
        path: Option<&Path>,
        source: &Path,
        columns: &[String],
        language: Language,
    ) -> Result<Self, Failure> {
        let own = ["line", "column", "value", "reason"];
        let begin = |path: &Path| {
            let pending = output::Pending::begin(path)?;
            let names = own.into_iter().chain(columns.iter().map(String::as_str));
            let csv = pending
                .file()
                .and_then(|file| CsvText::new(file, names))
                .map_err(|error| output::cannot_write(path, &error))?;
            Ok::<_, Failure>((pending, csv))
        };
        Ok(Self {
            source: source.to_owned(),
            language,
            columns: columns.len(),
            file: path.map(begin).transpose()?,
            told: 0,
        })
    }

    pub(super) fn add(&mut self, row: &Rejected) -> Result<(), Failure> {
        let Rejected { original, column, value, reason } = row;
        let reason = reason.get(self.language);
        if self.told < TOLD {
            self.told += 1;
            tell!("{}:{}: {column} [{value}] {reason}", self.source.display(), original.line);
        }
        let columns = self.columns;
        let Some((pending, csv)) = &mut self.file else { return Ok(()) };
        let mut write = || -> io::Result<()> {
            csv.plain(Some(original.line))?;
            csv.text(column)?;
            csv.text(value)?;
            csv.text(reason)?;
            for place in 0..columns {
                csv.text(original.cells.get(place).map_or("", String::as_str))?;
            }
            csv.end_row()
        };
        write().map_err(|error| output::cannot_write(pending.path(), &error))
    }

    /// Finishes the file.
    pub(super) fn finish(self) -> Result<(), Failure> {
        if let Some((pending, csv)) = self.file {
            csv.finish().map_err(|error| output::cannot_write(pending.path(), &error))?;
            pending.finish()?;
        }
        Ok(())
    }
}
