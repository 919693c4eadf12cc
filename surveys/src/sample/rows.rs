//! A list as a spreadsheet writes it: cut into cells, its columns found, each cell read
//! with what is wrong in it.

use std::collections::HashMap;

use super::file::MAX_NAME_CHARS;
use crate::mistake::Mistake;
use crate::text::{Text, fold, typed_text};

/// The largest number of a household, of units and of households in the population.
const MAX_NUMBER: u32 = 1_000_000;
/// So many digits in a row are a telephone number or somebody's identity.
const DIGITS_OF_A_PERSON: usize = 9;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Stratum,
    Psu,
    Household,
    Reserve,
    PsusInStratum,
    HouseholdsInPsu,
    Weight,
}

/// The names of a column, read without capitals and marks; the first is the one that is
/// written, the second the one that is said in Vietnamese.
const COLUMNS: [(Column, &[&str]); 7] = [
    (Column::Stratum, &["stratum", "Tầng"]),
    (Column::Psu, &["psu", "Thôn", "village", "to dan pho", "khu pho"]),
    (Column::Household, &["household", "Hộ", "ho so", "stt ho"]),
    (Column::Reserve, &["reserve", "Dự phòng"]),
    (Column::PsusInStratum, &["psus_in_stratum", "Số thôn của tầng"]),
    (Column::HouseholdsInPsu, &["households_in_psu", "Số hộ của thôn"]),
    (Column::Weight, &["weight", "Quyền số"]),
];

/// Words of a heading under which a person stands, folded.
const PERSONAL: [&str; 21] = [
    "ten",
    "name",
    "chu ho",
    "dien thoai",
    "dt",
    "sdt",
    "phone",
    "mobile",
    "cccd",
    "cmnd",
    "can cuoc",
    "dia chi",
    "address",
    "so nha",
    "email",
    "zalo",
    "ngay sinh",
    "birth",
    "dan toc",
    "nguoi",
    "person",
];

impl Column {
    /// What it is called in files and in English, and in Vietnamese.
    fn names(self) -> [&'static str; 2] {
        let of = COLUMNS.iter().find(|(column, _)| *column == self);
        of.map_or(["", ""], |(_, names)| [names[0], names[1]])
    }

    pub(super) fn name(self) -> &'static str {
        self.names()[0]
    }
}

/// A file as rows of cells, and where its columns are.
pub(super) struct Rows {
    places: HashMap<Column, usize>,
    /// The line of each row and its cells.
    pub(super) rows: Vec<(usize, Vec<String>)>,
}

/// A cell that is wrong.
fn mistake(line: usize, cell: usize, text: Text) -> Mistake {
    Mistake { line, column: cell + 1, text }
}

fn is_personal(folded: &str) -> bool {
    let padded = format!(" {folded} ");
    PERSONAL.iter().any(|word| padded.contains(&format!(" {word} ")))
}

/// Cuts `source` into cells and finds its columns, of which `needed` must be there.
pub(super) fn rows(source: &str, needed: &[Column]) -> Result<Rows, Vec<Mistake>> {
    let source = source.trim_start_matches('\u{feff}');
    let first = source.lines().next().unwrap_or_default();
    let cells = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(cells).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(delimiter).trim(csv::Trim::All);
    let mut rows = Vec::new();
    for record in reader.from_reader(source.as_bytes()).records() {
        let Ok(record) = record else { continue };
        let line = record.position().map_or(1, |p| usize::try_from(p.line()).unwrap_or(usize::MAX));
        if record.iter().any(|cell| !cell.is_empty()) {
            rows.push((line, record.iter().map(typed_text).collect::<Vec<String>>()));
        }
    }
    if rows.is_empty() {
        let text = Text::new(
            "Chưa có dòng nào. Hãy dán cả dòng tiêu đề: Tầng, Thôn, Hộ, Số thôn của tầng, Số hộ của thôn.",
            "There is no line. Paste the heading as well: stratum, psu, household, psus_in_stratum, households_in_psu.",
        );
        return Err(vec![mistake(1, 0, text)]);
    }
    let (line, header) = rows.remove(0);
    let (mut places, mut mistakes) = (HashMap::new(), Vec::new());
    for (cell, name) in header.iter().enumerate() {
        let folded = fold(name);
        let known = COLUMNS.iter().find(|(_, names)| names.iter().any(|name| fold(name) == folded));
        let text = match known {
            Some((column, _)) if places.insert(*column, cell).is_none() => continue,
            Some((column, _)) => Text::new(
                format!("Có hai cột {}. Hãy giữ một cột.", column.names()[1]),
                format!("There are two columns {}. Keep one.", column.name()),
            ),
            None if is_personal(&folded) => Text::new(
                format!(
                    "Cột “{name}” có thể cho biết ai sống ở đó. Mẫu chỉ chứa thôn và số thứ tự hộ; hãy xóa cột này."
                ),
                format!(
                    "The column “{name}” may tell who lives there. A sample holds villages and numbers of households only; delete this column."
                ),
            ),
            None => Text::new(
                format!(
                    "Mẫu không có cột “{name}”. Hãy xóa cột này; các cột được dùng: {}.",
                    names(1)
                ),
                format!(
                    "A sample has no column “{name}”. Delete it; the columns are: {}.",
                    names(0)
                ),
            ),
        };
        mistakes.push(mistake(line, cell, text));
    }
    for column in needed.iter().filter(|column| !places.contains_key(column)) {
        let [name, said] = column.names();
        let text = Text::new(
            format!("Thiếu cột {said} ({name}). Hãy thêm cột này vào dòng tiêu đề."),
            format!("There is no column {name}. Add it to the heading."),
        );
        mistakes.push(mistake(line, header.len(), text));
    }
    if mistakes.is_empty() && rows.is_empty() {
        let text = Text::new(
            "Dưới dòng tiêu đề chưa có dòng nào. Hãy dán cả các dòng dữ liệu.",
            "There is no line under the heading. Paste the lines as well.",
        );
        mistakes.push(mistake(line + 1, 0, text));
    }
    if mistakes.is_empty() { Ok(Rows { places, rows }) } else { Err(mistakes) }
}

/// The first or the second name of every column.
fn names(which: usize) -> String {
    COLUMNS.map(|(_, names)| names[which]).join(", ")
}

/// One row with what is wrong in it.
pub(super) struct Row<'a> {
    line: usize,
    cells: &'a [String],
    places: &'a HashMap<Column, usize>,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'a> Row<'a> {
    pub(super) fn new(rows: &'a Rows, index: usize) -> Self {
        let (line, cells) = &rows.rows[index];
        Self { line: *line, cells, places: &rows.places, mistakes: Vec::new() }
    }

    pub(super) fn cell(&self, column: Column) -> &'a str {
        let place = self.places.get(&column);
        place.and_then(|place| self.cells.get(*place)).map_or("", String::as_str)
    }

    pub(super) fn wrong(&mut self, column: Column, vi: String, en: String) {
        let place = self.places.get(&column).copied().unwrap_or(0);
        self.mistakes.push(mistake(self.line, place, Text::new(vi, en)));
    }

    /// A name on one line, of bounded length, that is nobody's telephone.
    pub(super) fn name(&mut self, column: Column) -> String {
        let text = self.cell(column);
        let [name, vi] = column.names();
        let digits = text.chars().filter(|c| !" .-".contains(*c)).collect::<String>();
        let run = digits.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
        if text.is_empty()
            || text.chars().count() > MAX_NAME_CHARS
            || text.contains(char::is_control)
        {
            self.wrong(
                column,
                format!("{vi} cần có từ 1 đến {MAX_NAME_CHARS} ký tự trên một dòng."),
                format!("{name} needs 1 to {MAX_NAME_CHARS} characters on one line."),
            );
        } else if run >= DIGITS_OF_A_PERSON {
            self.wrong(
                column,
                format!("{vi} “{text}” giống số điện thoại hoặc số căn cước. Hãy ghi tên thôn hoặc mã thôn."),
                format!("{name} “{text}” looks like a telephone or identity number. Write the village's name or code."),
            );
        }
        text.to_owned()
    }

    /// A whole number from 1.
    pub(super) fn number(&mut self, column: Column) -> u32 {
        let text = self.cell(column);
        let number = text.parse().ok().filter(|number| (1..=MAX_NUMBER).contains(number));
        if number.is_none() {
            let [name, vi] = column.names();
            self.wrong(
                column,
                format!("{vi} “{text}” cần là số nguyên từ 1 đến {MAX_NUMBER}, viết liền, không có chữ."),
                format!("{name} “{text}” must be a whole number from 1 to {MAX_NUMBER}, without words or separators."),
            );
        }
        number.unwrap_or(1)
    }

    pub(super) fn weight(&mut self) -> Option<f64> {
        let text = self.cell(Column::Weight).replace(',', ".");
        if text.is_empty() {
            return None;
        }
        let weight = text.parse().ok().filter(|weight| (1e-6..=1e9).contains(weight));
        if weight.is_none() {
            self.wrong(
                Column::Weight,
                format!("Quyền số “{text}” cần là một số dương, như 12.5; hoặc để trống để máy tính."),
                format!("The weight “{text}” must be a positive number such as 12.5; or leave it empty to have it computed."),
            );
        }
        weight
    }

    pub(super) fn reserve(&mut self) -> bool {
        match fold(self.cell(Column::Reserve)).as_str() {
            "" | "0" | "no" | "khong" => false,
            "1" | "x" | "yes" | "co" => true,
            _ => {
                self.wrong(
                    Column::Reserve,
                    "Cột Dự phòng: ghi 1 cho hộ dự phòng, để trống cho hộ chính.".into(),
                    "Column reserve: write 1 for a reserve household, leave it empty for others."
                        .into(),
                );
                false
            }
        }
    }
}
