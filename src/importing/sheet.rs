//! A sheet of a spreadsheet (XLSX) as records: what stands in its cells, written
//! to a file without a name, one row a record, its number in front. So memory
//! does not grow with the number of rows, and all that is known of CSV holds for
//! spreadsheets.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use analytics::frame::records::LONGEST;
use calamine::{DataRef, ExcelDateTime, Reader, SheetVisible, Xlsx, XlsxError};
use surveys::Text;
use zip::ZipArchive;

use super::Error;

/// The most bytes that are unpacked of a spreadsheet: some 300,000 rows of ten columns.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// The most cells that are read, those left out before another one in a row included.
const MOST_CELLS: u64 = 10_000_000;
/// The most columns of a row.
const MOST_COLUMNS: usize = 1_000;

/// Whether a file that begins with `head` is a spreadsheet we read.
///
/// # Errors
/// When it is one that we do not read.
pub(super) fn is_one(head: &[u8]) -> Result<bool, Text> {
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(Text::new(
            "Đây là tệp Excel đời cũ (.xls) hoặc có mật khẩu: hãy mở trong bảng tính, bỏ mật khẩu, lưu thành “Excel Workbook (.xlsx)” rồi dùng tệp đó",
            "this is an old Excel file (.xls) or one with a password: open it in the spreadsheet, take the password off, save it as “Excel Workbook (.xlsx)” and give that file",
        ));
    }
    Ok(head.starts_with(b"PK\x03\x04"))
}

/// That a CSV file has no sheets.
pub(super) fn no_sheets() -> Text {
    Text::new(
        "Tệp này không phải bảng tính XLSX nên không có trang tính; hãy bỏ --sheet",
        "this is no XLSX spreadsheet and has no sheets; leave --sheet out",
    )
}

/// The names of the sheets that are not hidden.
pub(super) fn names(mut source: impl Read + Seek) -> Result<Vec<String>, Error> {
    check_size(&mut source)?;
    let named = AssertUnwindSafe(|| {
        let book = Xlsx::new(io::BufReader::new(source)).map_err(told)?;
        let shown = book.sheets_metadata().iter().filter(|s| s.visible == SheetVisible::Visible);
        Ok(shown.map(|sheet| sheet.name.clone()).collect())
    });
    catch_unwind(named).unwrap_or_else(|_| Err(broken().into()))
}

/// What stands before a formula in place of its result, when the file has none: it was
/// written by a program that computes nothing.
pub(super) const NO_RESULT: &str = "\u{1a}=";

/// A sheet as records.
pub(super) struct Copied {
    pub(super) records: File,
    /// Whether its days are counted from 1904, as Excel for Macintosh once did.
    pub(super) from_1904: bool,
}

/// The records of the sheet `name`, or of the first one that is not hidden.
pub(super) fn as_records(
    mut source: impl Read + Seek,
    name: Option<&str>,
) -> Result<Copied, Error> {
    check_size(&mut source)?;
    // The library may meet in a damaged file what it did not think of.
    catch_unwind(AssertUnwindSafe(|| copied(source, name))).unwrap_or_else(|_| Err(broken().into()))
}

/// Unpacks everything once, keeping nothing: sizes that a file claims may be wrong.
fn check_size(source: &mut (impl Read + Seek)) -> Result<(), Error> {
    let mut zip = ZipArchive::new(&mut *source).map_err(|_| broken())?;
    let mut left = MOST_BYTES;
    for place in 0..zip.len() {
        let part = zip.by_index(place).map_err(|_| broken())?;
        let read = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| broken())?;
        left = left.checked_sub(read).ok_or_else(too_large)?;
    }
    source.rewind()?;
    Ok(())
}

fn copied(source: impl Read + Seek, name: Option<&str>) -> Result<Copied, Error> {
    // The library asks for a buffered source.
    let mut book = Xlsx::new(io::BufReader::new(source)).map_err(told)?;
    let sheets = &book.sheets_metadata();
    let shown = || sheets.iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let sheet = match name {
        Some(name) => sheets.iter().find(|sheet| sheet.name == name),
        None => shown().next().or(sheets.first()),
    };
    let Some(sheet) = sheet.map(|sheet| sheet.name.clone()) else {
        let names: Vec<&str> = shown().take(20).map(|sheet| sheet.name.as_str()).collect();
        return Err(no_sheet(name.unwrap_or_default(), &names.join(", ")).into());
    };
    let from_1904 = book.has_1904_epoch();
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(told)?;
    let mut rows = Rows::new()?;
    while let Some(cell) = cells.next_cell_with_formula().map_err(told)? {
        let text = match (&cell.value, &cell.formula) {
            (DataRef::Empty, Some(formula)) => format!("{NO_RESULT}{formula}"),
            (value, _) => text(value),
        };
        if !text.is_empty() {
            let (row, column) = cell.pos;
            rows.put(row, column as usize, text)?;
        }
    }
    Ok(Copied { records: rows.end()?, from_1904 })
}

/// Rows on their way into a file.
struct Rows {
    csv: csv::Writer<io::BufWriter<File>>,
    row: u32,
    cells: Vec<String>,
    left: u64,
}

impl Rows {
    fn new() -> Result<Self, Error> {
        let file = io::BufWriter::new(tempfile::tempfile()?);
        let csv = csv::WriterBuilder::new().flexible(true).from_writer(file);
        Ok(Self { csv, row: 0, cells: Vec::new(), left: MOST_CELLS })
    }

    fn put(&mut self, row: u32, column: usize, text: String) -> Result<(), Error> {
        if row != self.row {
            self.end_row()?;
            self.row = row;
        }
        if column >= MOST_COLUMNS {
            return Err(too_large().into());
        }
        if column >= self.cells.len() {
            let more = column + 1 - self.cells.len();
            self.left = self.left.checked_sub(more as u64).ok_or_else(too_large)?;
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Error> {
        if self.cells.is_empty() {
            return Ok(());
        }
        let number = self.row.saturating_add(1);
        // Quotes may be doubled, and each cell needs two and a comma.
        let length: usize = self.cells.iter().map(|cell| 2 * cell.len() + 3).sum();
        if length + 16 > LONGEST {
            return Err(long_row(number).into());
        }
        self.csv.write_field(number.to_string()).map_err(io::Error::from)?;
        self.csv.write_record(&self.cells).map_err(io::Error::from)?;
        self.cells.clear();
        Ok(())
    }

    fn end(mut self) -> Result<File, Error> {
        self.end_row()?;
        let file = self.csv.into_inner().map_err(csv::IntoInnerError::into_error)?;
        let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.flush()?;
        file.rewind()?;
        Ok(file)
    }
}

/// What a cell says: of a formula what it came to, of a number no more digits than
/// it has, of a date its ISO form.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(moment) => date(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A serial number of Excel as a day, with its time when it is not midnight. Halves
/// of a second come from fractions of a day that no float holds exactly.
fn date(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let day = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => day,
        (_, _, _, 0) => format!("{day}T{hour:02}:{minute:02}:{second:02}"),
        _ => format!("{day}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}

fn told(error: XlsxError) -> Error {
    match error {
        XlsxError::Io(error) => Error::Read(error),
        _ => broken().into(),
    }
}

fn broken() -> Text {
    Text::new(
        "Bảng tính bị hỏng, có mật khẩu hoặc không phải XLSX: hãy mở trong bảng tính, lưu lại thành “Excel Workbook (.xlsx)” hoặc “CSV UTF-8” rồi dùng tệp đó",
        "the spreadsheet is damaged, has a password or is no XLSX: open it in the spreadsheet, save it as “Excel Workbook (.xlsx)” or “CSV UTF-8” and give that file",
    )
}

fn too_large() -> Text {
    Text::new(
        "Bảng tính quá lớn (tối đa 256 MB sau khi giải nén, 10 triệu ô, 1 000 cột): hãy lưu thành CSV UTF-8 rồi dùng tệp đó",
        "the spreadsheet is too large (at most 256 MB unpacked, 10 million cells, 1,000 columns): save it as CSV UTF-8 and give that file",
    )
}

fn long_row(row: u32) -> Text {
    Text::new(
        format!("Dòng {row} của bảng tính dài quá 128 KB: hãy rút ngắn các ô của dòng đó"),
        format!("row {row} of the spreadsheet is longer than 128 KB: shorten its cells"),
    )
}

fn no_sheet(name: &str, names: &str) -> Text {
    Text::new(
        format!("Bảng tính không có trang `{name}`; các trang là: {names}"),
        format!("the spreadsheet has no sheet `{name}`; its sheets are: {names}"),
    )
}
