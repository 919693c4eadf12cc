//! Bad rows: where they are, what is wrong, and what stood in them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use analytics::export::csv_text::CsvText;
use analytics::frame::csv_file::Reason;
use analytics::frame::encoding::cell_text;
use analytics::frame::records::{Broken, Records};
use surveys::response::Fault;
use surveys::{Language, Text};

use super::super::responses_file::TOLD;
use super::super::{Failure, output};
use super::header::{Header, Holds};

/// The most characters of a cell or line that are shown.
const LONGEST: usize = 200;

/// A row as it stood in the file.
#[derive(Debug)]
pub(super) struct Original {
    line: u64,
    cells: Vec<String>,
}

impl Original {
    /// The current record.
    pub(super) fn of<R: Read>(records: &Records<R>) -> Self {
        let cells = (0..records.width()).map(|place| text(&records.cell(place))).collect();
        Self { line: records.line(), cells }
    }
}

fn text(bytes: &[u8]) -> String {
    let text = cell_text(bytes)
        .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |(text, _)| text);
    text.replace(|c: char| c.is_control() && !matches!(c, '\n' | '\t'), "␣")
}

/// Tells the first bad rows on standard error and writes all of them to a file.
pub(super) struct Rejects {
    source: PathBuf,
    language: Language,
    columns: usize,
    file: Option<(output::Pending, CsvText<File>)>,
    count: u64,
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
            count: 0,
        })
    }

    /// A line that is no record.
    pub(super) fn broken<R: Read>(
        &mut self,
        records: &Records<R>,
        broken: Broken,
    ) -> Result<(), Failure> {
        let line = Original { line: records.line(), cells: Vec::new() };
        self.add(&line, "", &text(records.bytes()), &Reason::from(broken).text())
    }

    /// A record with another number of cells than the header.
    pub(super) fn ragged<R: Read>(
        &mut self,
        records: &mut Records<R>,
        expected: usize,
    ) -> Result<(), Failure> {
        let reason = Reason::Cells { expected, found: records.width() };
        // A record of several lines is given up but for its first.
        let one_line = !records.bytes().contains(&b'\n');
        let cells = if one_line { Original::of(records).cells } else { Vec::new() };
        records.take_first_line_only();
        let line = Original { line: records.line(), cells };
        self.add(&line, "", &text(records.bytes()), &reason.text())
    }

    /// A record with faults.
    pub(super) fn faulty<R: Read>(
        &mut self,
        records: &Records<R>,
        header: &Header,
        faults: &[(Option<Holds>, Fault)],
    ) -> Result<(), Failure> {
        let original = Original::of(records);
        let place = |(holds, _): &(Option<Holds>, Fault)| holds.and_then(|h| header.place(h));
        let columns = faults.iter().map(|f| place(f).map_or("", |p| &header.names()[p]));
        let columns = columns.collect::<Vec<_>>().join("; ");
        let values = faults.iter().map(|f| place(f).map_or("", |p| &original.cells[p]));
        let values = values.collect::<Vec<_>>().join("; ");
        let join = |language| {
            let texts: Vec<&str> = faults.iter().map(|(_, f)| f.detail.get(language)).collect();
            texts.join(" ")
        };
        let reason = Text::new(join(Language::Vi), join(Language::En));
        self.add(&original, &columns, &values, &reason)
    }

    /// A row whose id belongs to another response.
    pub(super) fn conflict(&mut self, original: &Original, header: &Header) -> Result<(), Failure> {
        let reason = Text::new(
            "Mã phản hồi này đã lưu một câu trả lời khác; câu trả lời đó vẫn giữ nguyên. Hãy dùng mã khác.",
            "Another response is stored under this id and stays as it is. Use another id.",
        );
        let place = header.place(Holds::ResponseId);
        let column = place.map_or("", |p| header.names()[p].as_str());
        let value = place.and_then(|p| original.cells.get(p)).map_or("", String::as_str);
        self.add(original, column, value, &reason)
    }

    fn add(
        &mut self,
        original: &Original,
        column: &str,
        value: &str,
        reason: &Text,
    ) -> Result<(), Failure> {
        self.count += 1;
        let value: String = value.chars().take(LONGEST).collect();
        let reason = reason.get(self.language);
        if self.count <= TOLD as u64 {
            tell!("{}:{}: {column} [{value}] {reason}", self.source.display(), original.line);
        }
        let columns = self.columns;
        let Some((pending, csv)) = &mut self.file else { return Ok(()) };
        let mut write = || -> io::Result<()> {
            csv.plain(Some(original.line))?;
            csv.text(column)?;
            csv.text(&value)?;
            csv.text(reason)?;
            for place in 0..columns {
                csv.text(original.cells.get(place).map_or("", String::as_str))?;
            }
            csv.end_row()
        };
        write().map_err(|error| output::cannot_write(pending.path(), &error))
    }

    /// Finishes the file and gives how many rows were bad.
    pub(super) fn finish(self) -> Result<u64, Failure> {
        if let Some((pending, csv)) = self.file {
            csv.finish().map_err(|error| output::cannot_write(pending.path(), &error))?;
            pending.finish()?;
        }
        Ok(self.count)
    }
}
