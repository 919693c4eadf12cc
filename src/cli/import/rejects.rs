//! Bad rows told on standard error and written to a file.

use std::fs::File;
use std::path::{Path, PathBuf};

use surveys::Language;

use super::super::responses_file::TOLD;
use super::super::{Failure, output};
use crate::importing::rejected::Rejected;
use crate::importing::rejects_file::RejectsFile;

/// Tells the first bad rows on standard error and writes all of them to a file.
pub(in crate::cli) struct Rejects {
    source: PathBuf,
    language: Language,
    file: Option<(output::Pending, RejectsFile<File>)>,
    told: usize,
}

impl Rejects {
    /// Begins the file at `path`, if there is to be one, with the `columns` of the file
    /// `source`.
    pub(in crate::cli) fn begin(
        path: Option<&Path>,
        source: &Path,
        columns: &[String],
        language: Language,
    ) -> Result<Self, Failure> {
        let begin = |path: &Path| {
            let pending = output::Pending::begin(path)?;
            let rejects = pending
                .file()
                .and_then(|file| RejectsFile::begin(file, columns, language))
                .map_err(|error| output::cannot_write(path, &error))?;
            Ok::<_, Failure>((pending, rejects))
        };
        Ok(Self {
            source: source.to_owned(),
            language,
            file: path.map(begin).transpose()?,
            told: 0,
        })
    }

    pub(in crate::cli) fn add(&mut self, row: &Rejected) -> Result<(), Failure> {
        let Rejected { original, column, value, reason } = row;
        let reason = reason.get(self.language);
        if self.told < TOLD {
            self.told += 1;
            tell!("{}:{}: {column} [{value}] {reason}", self.source.display(), original.line);
        }
        let Some((pending, file)) = &mut self.file else { return Ok(()) };
        file.add(row).map_err(|error| output::cannot_write(pending.path(), &error))
    }

    /// Finishes the file.
    pub(in crate::cli) fn finish(self) -> Result<(), Failure> {
        if let Some((pending, file)) = self.file {
            file.finish().map_err(|error| output::cannot_write(pending.path(), &error))?;
            pending.finish()?;
        }
        Ok(())
    }
}
