//! Bad rows: where they are, what is wrong, and what stood in them.

use analytics::frame::csv_file::Reason;
use analytics::frame::records::Broken;
use surveys::response::Fault;
use surveys::{Language, Text};

use super::header::{Header, Holds};
use super::table::Table;

/// The most characters of a value that are kept.
const LONGEST: usize = 200;

/// A row as it stood in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// The line or row of the file on which it begins, from 1.
    pub line: u64,
    /// Its cells, control characters made visible.
    pub cells: Vec<String>,
}

impl Original {
    /// The current row of `table`, in as many cells as the header has or more.
    pub(super) fn of(table: &Table, columns: usize) -> Self {
        let shown = |place| {
            let text = table.text(place);
            visible(&text.unwrap_or_else(|| String::from_utf8_lossy(&table.cell(place)).into()))
        };
        Self { line: table.line(), cells: (0..table.width().max(columns)).map(shown).collect() }
    }
}

fn visible(text: &str) -> String {
    text.replace(|c: char| c.is_control() && !matches!(c, '\n' | '\t'), "␣")
}

/// A row that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The row.
    pub original: Original,
    /// The columns in which something is wrong, `; ` between them; empty for the whole row.
    pub column: String,
    /// What stands there, cut after some characters.
    pub value: String,
    /// What is wrong and what to do.
    pub reason: Text,
}

impl Rejected {
    pub(super) fn new(original: Original, column: &str, value: &str, reason: Text) -> Self {
        let value = value.chars().take(LONGEST).collect();
        Self { original, column: column.to_owned(), value, reason }
    }

    /// A line that is no record.
    pub(super) fn broken(table: &Table, broken: Broken) -> Self {
        let original = Original { line: table.line(), cells: Vec::new() };
        let line = visible(&String::from_utf8_lossy(table.bytes()));
        Self::new(original, "", &line, Reason::from(broken).text())
    }

    /// A row with another number of cells than the header.
    pub(super) fn ragged(table: &mut Table, expected: usize) -> Self {
        let reason = Reason::Cells { expected, found: table.width() };
        // A record of several lines is given up but for its first.
        let one_line = table.is_sheet() || !table.bytes().contains(&b'\n');
        let cells = if one_line { Original::of(table, 0).cells } else { Vec::new() };
        let original = Original { line: table.line(), cells };
        if !table.is_sheet() {
            table.take_first_line_only();
        }
        let line = visible(&String::from_utf8_lossy(table.bytes()));
        Self::new(original, "", &line, reason.text())
    }

    /// A row with faults.
    pub(super) fn faulty(
        table: &Table,
        header: &Header,
        faults: &[(Option<Holds>, Fault)],
    ) -> Self {
        let original = Original::of(table, header.names().len());
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
        Self::new(original, &columns, &values, reason)
    }

    /// A row whose id belongs to another response.
    pub(super) fn conflict(original: Original, header: &Header) -> Self {
        let reason = Text::new(
            "Mã phản hồi này đã lưu một câu trả lời khác; câu trả lời đó vẫn giữ nguyên. Hãy dùng mã khác, hoặc rút lại đợt nhập có câu trả lời đó (xem hailong batch list).",
            "Another response is stored under this id and stays as it is. Use another id, or undo the batch with that response (see hailong batch list).",
        );
        Self::by_its_id(original, header, reason)
    }

    /// A row whose response was set aside by people.
    pub(super) fn set_aside(original: Original, header: &Header) -> Self {
        let reason = Text::new(
            "Phản hồi có mã này đã được để riêng: tờ phiếu giấy của nó đã sửa hoặc thuộc đợt đã rút lại, hoặc nó không thuộc mẫu. Nhập tệp không đưa nó trở lại; nếu tờ phiếu phải được tính, hãy nhập tờ phiếu trong một đợt phiếu giấy.",
            "The response with this id was set aside: its sheet was corrected or is of a batch that was given up, or it does not belong to its sample. A file does not bring it back; if the sheet has to count, key it in a batch of paper forms.",
        );
        Self::by_its_id(original, header, reason)
    }

    fn by_its_id(original: Original, header: &Header, reason: Text) -> Self {
        let place = header.place(Holds::ResponseId);
        let column = place.map_or("", |p| header.names()[p].as_str());
        let value = place.and_then(|p| original.cells.get(p)).cloned().unwrap_or_default();
        Self::new(original, column, &value, reason)
    }
}
