//! Bad rows as a CSV file: line, column, value and reason, then the row as it stood.

use std::io::{self, Write};

use analytics::export::csv_text::CsvText;
use surveys::Language;

use super::rejected::Rejected;

/// Writes bad rows.
pub struct RejectsFile<W: Write> {
    csv: CsvText<W>,
    columns: usize,
    language: Language,
}

impl<W: Write> RejectsFile<W> {
    /// Begins a file of rows with these `columns`, whose reasons are in `language`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(out: W, columns: &[String], language: Language) -> io::Result<Self> {
        let own = ["line", "column", "value", "reason"];
        let names = own.into_iter().chain(columns.iter().map(String::as_str));
        Ok(Self { csv: CsvText::new(out, names)?, columns: columns.len(), language })
    }

    /// Writes one row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, row: &Rejected) -> io::Result<()> {
        let Rejected { original, column, value, reason } = row;
        self.csv.plain(Some(original.line))?;
        self.csv.text(column)?;
        self.csv.text(value)?;
        self.csv.text(reason.get(self.language))?;
        for place in 0..self.columns {
            self.csv.text(original.cells.get(place).map_or("", String::as_str))?;
        }
        self.csv.end_row()
    }

    /// Finishes the file and gives back where it went.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.csv.finish()
    }
}
