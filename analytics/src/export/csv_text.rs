//! CSV as office spreadsheets open it without asking: UTF-8 with a byte order
//! mark, commas, CRLF, a dot as decimal mark, texts made [`harmless`].

use std::fmt::Display;
use std::io::{self, Write};

use super::harmless;

/// The mark at the beginning of the file by which a spreadsheet knows UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes such a CSV file cell by cell.
#[derive(Debug)]
pub struct CsvText<W: Write> {
    csv: csv::Writer<W>,
    number: String,
}

impl<W: Write> CsvText<W> {
    /// Begins a file with its column names.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn new<N: AsRef<str>>(mut out: W, names: impl IntoIterator<Item = N>) -> io::Result<Self> {
        out.write_all(BYTE_ORDER_MARK.as_bytes())?;
        let csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        let mut file = Self { csv, number: String::new() };
        for name in names {
            file.text(name.as_ref())?;
        }
        file.end_row()?;
        Ok(file)
    }

    /// Adds a text cell, made harmless.
    ///
    /// # Errors
    /// When the file cannot be written to.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        Ok(self.csv.write_field(harmless(text).as_bytes())?)
    }

    /// Adds a number, a truth value or another cell that is no text of people, as
    /// it is; empty for `None`. A float is written in its shortest form that reads
    /// back to the same value.
    ///
    /// # Errors
    /// When the file cannot be written to.
    pub fn plain(&mut self, value: Option<impl Display>) -> io::Result<()> {
        use std::fmt::Write as _;
        self.number.clear();
        if let Some(value) = value {
            write!(self.number, "{value}").map_err(io::Error::other)?;
        }
        Ok(self.csv.write_field(&self.number)?)
    }

    /// Ends the row.
    ///
    /// # Errors
    /// When the file cannot be written to.
    pub fn end_row(&mut self) -> io::Result<()> {
        Ok(self.csv.write_record(None::<&[u8]>)?)
    }

    /// Writes out what is left and gives `out` back.
    ///
    /// # Errors
    /// When the file cannot be written to.
    pub fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(|e| io::Error::other(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_mark_its_line_ends_and_harmless_texts() {
        let mut file = CsvText::new(Vec::new(), ["ten", "ty_le"]).unwrap();
        file.text("=1+1, \"hai\"").unwrap();
        file.plain(Some(-0.1)).unwrap();
        file.end_row().unwrap();
        file.text("").unwrap();
        file.plain(None::<f64>).unwrap();
        file.end_row().unwrap();
        let text = String::from_utf8(file.finish().unwrap()).unwrap();
        assert_eq!(text, "\u{feff}ten,ty_le\r\n\"'=1+1, \"\"hai\"\"\",-0.1\r\n,\r\n");
    }

    #[test]
    fn a_float_reads_back_to_the_same_value() {
        for value in [0.1 + 0.2, 1.0 / 3.0, 1e-9, 0.0, 1.0, f64::MIN_POSITIVE] {
            let mut file = CsvText::new(Vec::new(), ["x"]).unwrap();
            file.plain(Some(value)).unwrap();
            file.end_row().unwrap();
            let text = String::from_utf8(file.finish().unwrap()).unwrap();
            let cell = text.lines().nth(1).unwrap();
            assert_eq!(cell.parse::<f64>().unwrap().to_bits(), value.to_bits(), "{cell}");
        }
    }
}
