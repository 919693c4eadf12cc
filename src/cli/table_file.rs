//! Small tables on the command line, in any form that a spreadsheet writes.

use std::io::{Cursor, Read};
use std::path::Path;

use analytics::frame::csv_file::CsvError;
use analytics::frame::encoding::{opened, whole_text};
use surveys::Text;

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
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(failed)?;
    Ok(whole_text(bytes).ok_or_else(|| CsvError::NotText.text())?)
}

/// That a row cannot be read.
pub(super) fn bad_row(path: &Path, error: &csv::Error) -> Failure {
    let what = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => Text::new(
            format!("dòng có {len} ô, dòng tiêu đề có {expected_len}"),
            format!("it has {len} cells, the header has {expected_len}"),
        ),
        _ => Text::new("không đọc được dòng này", "it cannot be read"),
    };
    let (path, line) = (path.display(), error.position().map_or(1, csv::Position::line));
    Failure::new(
        format!("{path}:{line}: {}; hãy sửa rồi chạy lại", what.vi),
        format!("{path}:{line}: {}; correct the row and run again", what.en),
    )
}

/// That the cell of a row cannot be used, and what is wanted there.
pub(super) fn bad_cell(path: &Path, line: u64, column: &str, cell: &str, wanted: &Text) -> Failure {
    let (path, cell) = (path.display(), cell.replace(char::is_control, " "));
    Failure::new(
        format!("{path}:{line}: cột {column} [{cell}]: {}", wanted.vi),
        format!("{path}:{line}: column {column} [{cell}]: {}", wanted.en),
    )
}

/// That a table has no column `name`.
pub(super) fn no_column(path: &Path, name: &str, header: &csv::StringRecord) -> Failure {
    let (path, known) = (path.display(), header.iter().collect::<Vec<_>>().join(", "));
    Failure::new(
        format!("{path}: không có cột {name}; tệp có các cột: {known}"),
        format!("{path}: there is no column {name}; its columns are: {known}"),
    )
}
