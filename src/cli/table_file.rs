//! Small tables on the command line, in any form that a spreadsheet writes.

use std::io::{Cursor, Read};
use std::path::Path;

use analytics::frame::csv_file::CsvError;
use analytics::frame::encoding::opened;

use super::{Failure, choice, input};

/// Reads a CSV file in any form that a spreadsheet writes.
pub(super) fn open(path: &Path) -> Result<csv::Reader<Cursor<Vec<u8>>>, Failure> {
    let bytes = text(path)?.into_bytes();
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let cells = |delimiter: &u8| header.split(|byte| byte == delimiter).count();
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(cells).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new();
    Ok(reader.trim(csv::Trim::All).delimiter(delimiter).from_reader(Cursor::new(bytes)))
}

/// The whole file as text, whichever characters a spreadsheet wrote.
pub(super) fn text(path: &Path) -> Result<String, Failure> {
    let failed = |error| choice::cannot_read(path, &error);
    let (mut source, _) =
        opened(input::open(path)?).map_err(failed)?.ok_or_else(|| CsvError::NotText.text())?;
    let mut text = String::new();
    source.read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

pub(super) fn bad_row(path: &Path, line: u64, what: &impl std::fmt::Display) -> Failure {
    let path = path.display();
    Failure::new(
        format!("{path}:{line}: không dùng được dòng này ({what}); hãy sửa rồi chạy lại"),
        format!("{path}:{line}: this row cannot be used ({what}); correct it and run again"),
    )
}

/// The line of a row that could not be read, from 1.
pub(super) fn line_of(error: &csv::Error) -> u64 {
    error.position().map_or(1, csv::Position::line)
}

/// That a table has no column `name`.
pub(super) fn no_column(path: &Path, name: &str, header: &csv::StringRecord) -> Failure {
    let (path, known) = (path.display(), header.iter().collect::<Vec<_>>().join(", "));
    Failure::new(
        format!("{path}: không có cột {name}; tệp có các cột: {known}"),
        format!("{path}: there is no column {name}; its columns are: {known}"),
    )
}
