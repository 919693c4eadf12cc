//! A table as a spreadsheet opens it, as CSV and as XLSX: the same cells in both.

use std::io;

use super::csv_text::CsvText;

mod xlsx;

/// A workbook of several tables, each with the name of its sheet. The same tables give
/// the same bytes.
///
/// # Errors
/// When memory cannot be written to.
pub fn workbook(sheets: &[(&str, &Sheet)]) -> io::Result<Vec<u8>> {
    xlsx::workbook(sheets)
}

/// A table with its column names.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Its column names.
    pub columns: Vec<String>,
    /// Its rows, each with a cell per column.
    pub rows: Vec<Vec<Cell>>,
}

/// How many rows a sheet of a workbook has, the column names among them.
const MOST_ROWS: usize = 1 << 20;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A text or a code; a code such as `00004` keeps its zeros.
    Text(String),
    /// A count.
    Count(u64),
    /// A number; empty where it is undefined.
    Number(Option<f64>),
    /// A truth value, `true` or `false`.
    Truth(bool),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetFormat {
    /// CSV as office spreadsheets open it ([`CsvText`]).
    Csv,
    /// A workbook with one sheet (Office Open XML).
    Xlsx,
}

impl SheetFormat {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];

    /// The ending of the file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl Sheet {
    /// The file of this table. The same table gives the same bytes.
    ///
    /// # Errors
    /// When memory cannot be written to.
    pub fn file(&self, format: SheetFormat) -> io::Result<Vec<u8>> {
        match format {
            SheetFormat::Csv => self.csv(),
            SheetFormat::Xlsx => xlsx::workbook(&[("hailong", self)]),
        }
    }

    /// Whether a sheet of a workbook has room for it.
    pub fn fits_workbook(&self) -> bool {
        self.rows.len() < MOST_ROWS
    }

    fn csv(&self) -> io::Result<Vec<u8>> {
        let mut file = CsvText::new(Vec::new(), &self.columns)?;
        for row in &self.rows {
            for cell in row {
                match cell {
                    Cell::Text(text) => file.text(text)?,
                    Cell::Count(count) => file.plain(Some(count))?,
                    Cell::Number(number) => file.plain(*number)?,
                    Cell::Truth(truth) => file.plain(Some(truth))?,
                }
            }
            file.end_row()?;
        }
        file.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_csv_file_keeps_codes_and_digits_and_runs_no_formula() {
        let sheet = Sheet {
            columns: ["code", "n", "rate", "name"].map(str::to_owned).to_vec(),
            rows: vec![
                vec!["00004".into(), Cell::Count(12), Cell::Number(Some(0.1 + 0.2)), "=1+1".into()],
                vec!["x".into(), Cell::Count(0), Cell::Number(None), Cell::Truth(true)],
            ],
        };
        let text = String::from_utf8(sheet.file(SheetFormat::Csv).unwrap()).unwrap();
        assert_eq!(
            text,
            "\u{feff}code,n,rate,name\r\n00004,12,0.30000000000000004,'=1+1\r\nx,0,,true\r\n"
        );
    }
}
