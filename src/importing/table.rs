//! The rows of a file, whether it is CSV or a spreadsheet.

use std::borrow::Cow;
use std::io::{Read, Seek};

use analytics::frame::encoding::{cell_text, opened};
use analytics::frame::records::{Next, Records};

use chrono::NaiveDate;

use super::{Error, sheet};

/// A file that is read row by row.
pub struct Table {
    records: Records<Box<dyn Read>>,
    /// Whether it was a spreadsheet; then the first cell of a record is its row's number.
    is_sheet: bool,
    /// Whether days that are numbers are counted from 1904.
    from_1904: bool,
}

impl Table {
    /// Opens `source`, which is told from its first bytes to be CSV or a
    /// spreadsheet. Of a spreadsheet the sheet of that name is read, or the first.
    ///
    /// # Errors
    /// When it cannot be read, is neither, or has no such sheet.
    pub fn open(
        mut source: impl Read + Seek + 'static,
        sheet: Option<&str>,
    ) -> Result<Self, Error> {
        let mut head = Vec::new();
        source.by_ref().take(8).read_to_end(&mut head)?;
        source.rewind()?;
        let is_sheet = sheet::is_one(&head)?;
        if !is_sheet && sheet.is_some() {
            return Err(sheet::no_sheets().into());
        }
        let mut from_1904 = false;
        let source: Box<dyn Read> = if is_sheet {
            let copied = sheet::as_records(source, sheet)?;
            from_1904 = copied.from_1904;
            Box::new(copied.records)
        } else {
            opened(source)?.ok_or_else(no_text)?.0
        };
        Ok(Self { records: Records::new(source), is_sheet, from_1904 })
    }

    /// The names of the sheets of `source`; none of CSV.
    ///
    /// # Errors
    /// When it cannot be read or is a spreadsheet that we do not read.
    pub fn sheets(mut source: impl Read + Seek) -> Result<Vec<String>, Error> {
        let mut head = Vec::new();
        source.by_ref().take(8).read_to_end(&mut head)?;
        source.rewind()?;
        if sheet::is_one(&head)? { sheet::names(source) } else { Ok(Vec::new()) }
    }

    /// Whether it was a spreadsheet, where numbers may be dates.
    pub fn is_sheet(&self) -> bool {
        self.is_sheet
    }

    /// On which day the numbers of its calendar begin, if numbers may be days.
    pub(super) fn day_zero(&self) -> Option<NaiveDate> {
        let (year, month, day) = if self.from_1904 { (1904, 1, 1) } else { (1899, 12, 30) };
        NaiveDate::from_ymd_opt(year, month, day).filter(|_| self.is_sheet)
    }

    /// Moves to the next row that is not blank.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn advance(&mut self) -> std::io::Result<Next> {
        self.records.advance()
    }

    /// The line or row of the file on which the current row begins, from 1.
    pub fn line(&self) -> u64 {
        if !self.is_sheet {
            return self.records.line();
        }
        let number = self.records.cell(0);
        std::str::from_utf8(&number).ok().and_then(|n| n.parse().ok()).unwrap_or(0)
    }

    /// How many cells the current row has.
    pub fn width(&self) -> usize {
        self.records.width() - usize::from(self.is_sheet)
    }

    /// Whether the current row can stand under a header of `columns` names. A
    /// spreadsheet does not write the empty cells at the end of a row.
    pub fn fits(&self, columns: usize) -> bool {
        if self.is_sheet { self.width() <= columns } else { self.width() == columns }
    }

    /// The bytes of a cell; none of one that is not written.
    pub fn cell(&self, place: usize) -> Cow<'_, [u8]> {
        let place = place + usize::from(self.is_sheet);
        if place < self.records.width() { self.records.cell(place) } else { Cow::Borrowed(b"") }
    }

    /// The text of a cell; `None` when it is none.
    pub fn text(&self, place: usize) -> Option<String> {
        cell_text(&self.cell(place)).map(|(text, _)| text)
    }

    /// Whether every cell of the current row is empty: spreadsheets leave rows of
    /// nothing but commas behind.
    pub fn is_blank(&self) -> bool {
        (0..self.width()).all(|place| self.cell(place).is_empty())
    }

    /// The current row, or the first line of what is none, as it stands in the file.
    pub fn bytes(&self) -> &[u8] {
        self.records.bytes()
    }

    /// By which characters the cells of a row may be separated.
    pub fn delimiters(&self) -> &'static [u8] {
        if self.is_sheet { b"," } else { b"\t;," }
    }

    /// Reads the current row again with another delimiter.
    pub fn reread(&mut self, delimiter: u8) -> Next {
        self.records.reread(delimiter)
    }

    /// Gives the current row up as broken: all but its first line is read again.
    pub fn take_first_line_only(&mut self) {
        self.records.take_first_line_only();
    }
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("is_sheet", &self.is_sheet).finish_non_exhaustive()
    }
}

/// That a file is no text we can read.
pub(super) fn no_text() -> surveys::Text {
    surveys::Text::new(
        "Đây không phải là văn bản CSV hay bảng tính XLSX: trong bảng tính, hãy lưu thành “CSV UTF-8 (Comma delimited)” hoặc “Excel Workbook (.xlsx)” rồi dùng tệp đó",
        "this is neither CSV text nor an XLSX spreadsheet: in the spreadsheet, save it as “CSV UTF-8 (comma delimited)” or “Excel Workbook (.xlsx)” and give that file",
    )
}
