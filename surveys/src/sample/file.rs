//! Reads the list of a sample as a spreadsheet writes it, and tells every mistake
//! with its line and the number of its cell.

use std::collections::{HashMap, HashSet};

use super::{Household, Psu, SampleList};
use crate::mistake::Mistake;
use crate::text::{Text, fold, nfc};

/// The most households of one sample.
pub const MAX_HOUSEHOLDS: usize = 2_000;
/// The longest name of a stratum or a primary sampling unit, in characters.
pub const MAX_NAME_CHARS: usize = 60;
/// The largest number of a household, of units and of households in the population.
const MAX_NUMBER: u32 = 1_000_000;
/// So many digits in a row are a telephone number or somebody's identity.
const DIGITS_OF_A_PERSON: usize = 9;
/// The most mistakes that are told at once.
const MOST_MISTAKES: usize = 50;

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

/// The names of a column; the first is the one that is written.
const COLUMNS: [(Column, &[&str]); 7] = [
    (Column::Stratum, &["stratum", "tang"]),
    (Column::Psu, &["psu", "village", "thon", "to dan pho", "khu pho"]),
    (Column::Household, &["household", "ho", "ho so", "stt ho"]),
    (Column::Reserve, &["reserve", "du phong"]),
    (Column::PsusInStratum, &["psus_in_stratum", "so thon cua tang"]),
    (Column::HouseholdsInPsu, &["households_in_psu", "so ho cua thon"]),
    (Column::Weight, &["weight", "quyen so"]),
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
    pub(super) fn name(self) -> &'static str {
        COLUMNS.iter().find(|(column, _)| *column == self).map_or("", |(_, names)| names[0])
    }
}

/// A file as rows of cells, and where its columns are.
pub(super) struct Rows {
    pub(super) places: HashMap<Column, usize>,
    /// The line of each row and its cells.
    pub(super) rows: Vec<(usize, Vec<String>)>,
}

/// A cell that is wrong.
pub(super) fn mistake(line: usize, cell: usize, text: Text) -> Mistake {
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
            rows.push((line, record.iter().map(nfc).collect::<Vec<String>>()));
        }
    }
    if rows.is_empty() {
        let text = Text::new(
            "Chưa có dòng nào. Hãy dán cả dòng tiêu đề: stratum, psu, household, psus_in_stratum, households_in_psu.",
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
                format!("Có hai cột {}. Hãy giữ một cột.", column.name()),
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
                    names()
                ),
                format!(
                    "A sample has no column “{name}”. Delete it; the columns are: {}.",
                    names()
                ),
            ),
        };
        mistakes.push(mistake(line, cell, text));
    }
    for column in needed.iter().filter(|column| !places.contains_key(column)) {
        let name = column.name();
        let text = Text::new(
            format!("Thiếu cột {name}. Hãy thêm cột này vào dòng tiêu đề."),
            format!("There is no column {name}. Add it to the heading."),
        );
        mistakes.push(mistake(line, header.len(), text));
    }
    if mistakes.is_empty() { Ok(Rows { places, rows }) } else { Err(mistakes) }
}

fn names() -> String {
    COLUMNS.map(|(_, names)| names[0]).join(", ")
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
        let name = column.name();
        let digits = text.chars().filter(|c| !" .-".contains(*c)).collect::<String>();
        let run = digits.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
        if text.is_empty()
            || text.chars().count() > MAX_NAME_CHARS
            || text.contains(char::is_control)
        {
            self.wrong(
                column,
                format!("{name} cần có từ 1 đến {MAX_NAME_CHARS} ký tự trên một dòng."),
                format!("{name} needs 1 to {MAX_NAME_CHARS} characters on one line."),
            );
        } else if run >= DIGITS_OF_A_PERSON {
            self.wrong(
                column,
                format!("{name} “{text}” giống số điện thoại hoặc số căn cước. Hãy ghi tên thôn hoặc mã thôn."),
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
            let name = column.name();
            self.wrong(
                column,
                format!("{name} “{text}” cần là số nguyên từ 1 đến {MAX_NUMBER}, viết liền, không có chữ."),
                format!("{name} “{text}” must be a whole number from 1 to {MAX_NUMBER}, without words or separators."),
            );
        }
        number.unwrap_or(1)
    }

    fn weight(&mut self) -> Option<f64> {
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

    fn reserve(&mut self) -> bool {
        match fold(self.cell(Column::Reserve)).as_str() {
            "" | "0" | "no" | "khong" => false,
            "1" | "x" | "yes" | "co" => true,
            _ => {
                self.wrong(
                    Column::Reserve,
                    "Cột reserve: ghi 1 cho hộ dự phòng, để trống cho hộ chính.".into(),
                    "Column reserve: write 1 for a reserve household, leave it empty for others."
                        .into(),
                );
                false
            }
        }
    }
}

/// Reads the list of a sample: a heading and one line for each household, with commas,
/// semicolons or tabs between cells. The column of a mistake is the number of the cell.
///
/// # Errors
/// Every mistake there is, up to fifty.
pub fn read(source: &str) -> Result<SampleList, Vec<Mistake>> {
    let needed = [
        Column::Stratum,
        Column::Psu,
        Column::Household,
        Column::PsusInStratum,
        Column::HouseholdsInPsu,
    ];
    let rows = rows(source, &needed)?;
    let (mut list, mut mistakes) = (SampleList::default(), Vec::new());
    let mut seen: HashSet<(String, u32)> = HashSet::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for index in 0..rows.rows.len() {
        let mut row = Row::new(&rows, index);
        let psu = Psu {
            name: row.name(Column::Psu),
            stratum: row.name(Column::Stratum),
            psus_in_stratum: row.number(Column::PsusInStratum),
            households_in_psu: row.number(Column::HouseholdsInPsu),
            weight: row.weight(),
        };
        let number = row.number(Column::Household);
        let household = Household { psu: psu.name.clone(), number, reserve: row.reserve() };
        if index == MAX_HOUSEHOLDS {
            row.wrong(
                Column::Household,
                format!("Mỗi mẫu có nhiều nhất {MAX_HOUSEHOLDS} hộ. Hãy chia thành nhiều mẫu."),
                format!("A sample has at most {MAX_HOUSEHOLDS} households. Make several samples."),
            );
        }
        if row.mistakes.is_empty() && !seen.insert((psu.name.clone(), number)) {
            row.wrong(
                Column::Household,
                format!("Hộ {number} của {} đã có ở dòng trên. Hãy xóa một dòng.", psu.name),
                format!("Household {number} of {} is in a line above. Delete one.", psu.name),
            );
        }
        match places.get(&psu.name) {
            Some(place) if list.psus[*place] != psu => {
                row.wrong(
                    Column::Psu,
                    format!("Các dòng của {} nói khác nhau về tầng, số thôn, số hộ hoặc quyền số. Hãy ghi giống nhau ở mọi dòng.", psu.name),
                    format!("The lines of {} say different things of its stratum, counts or weight. Write the same in each.", psu.name),
                );
            }
            Some(_) => {}
            None => {
                places.insert(psu.name.clone(), list.psus.len());
                list.psus.push(psu);
            }
        }
        list.households.push(household);
        mistakes.append(&mut row.mistakes);
        if mistakes.len() >= MOST_MISTAKES || index == MAX_HOUSEHOLDS {
            break;
        }
    }
    if mistakes.is_empty() {
        check_counts(&rows, &list, &mut mistakes);
    }
    mistakes.truncate(MOST_MISTAKES);
    if mistakes.is_empty() { Ok(list) } else { Err(mistakes) }
}

/// Population counts that are smaller than what was drawn from them.
fn check_counts(rows: &Rows, list: &SampleList, mistakes: &mut Vec<Mistake>) {
    let line_of = |psu: &Psu| {
        (0..rows.rows.len()).find(|i| Row::new(rows, *i).cell(Column::Psu) == psu.name).unwrap_or(0)
    };
    for psu in &list.psus {
        let mut row = Row::new(rows, line_of(psu));
        let of_psu = || list.households.iter().filter(|h| h.psu == psu.name);
        let same = || list.psus.iter().filter(|other| other.stratum == psu.stratum);
        let (households, units) = (of_psu().count(), same().count());
        if !of_psu().any(|household| !household.reserve) {
            row.wrong(
                Column::Reserve,
                format!(
                    "{} chỉ có hộ dự phòng. Hãy để trống cột reserve ở ít nhất một hộ.",
                    psu.name
                ),
                format!(
                    "{} has reserve households only. Leave reserve empty for one at least.",
                    psu.name
                ),
            );
        }
        if households > psu.households_in_psu as usize {
            row.wrong(
                Column::HouseholdsInPsu,
                format!("{} có {households} hộ trong mẫu nhưng households_in_psu là {}. Hãy ghi tổng số hộ của thôn.", psu.name, psu.households_in_psu),
                format!("{} has {households} households in the sample, but households_in_psu is {}. Write how many the village has in all.", psu.name, psu.households_in_psu),
            );
        }
        if units > psu.psus_in_stratum as usize
            || same().any(|o| o.psus_in_stratum != psu.psus_in_stratum)
        {
            row.wrong(
                Column::PsusInStratum,
                format!("Tầng {} có {units} thôn trong mẫu; psus_in_stratum phải giống nhau ở mọi thôn của tầng và không nhỏ hơn {units}.", psu.stratum),
                format!("The stratum {} has {units} units in the sample; psus_in_stratum must be the same in all of them and no less than {units}.", psu.stratum),
            );
        }
        mistakes.append(&mut row.mistakes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "stratum,psu,household,reserve,psus_in_stratum,households_in_psu\n\
        a,Thôn Đông,3,,4,120\na,Thôn Đông,17,1,4,120\nb,Thôn Tây,5,,2,60\n";

    #[test]
    fn a_list_is_read_with_commas_semicolons_or_tabs() {
        let list = read(GOOD).unwrap();
        assert_eq!((list.psus.len(), list.households.len()), (2, 3));
        assert_eq!(
            list.households[1],
            Household { psu: "Thôn Đông".into(), number: 17, reserve: true }
        );
        assert_eq!(list.psus[0].weight, None);
        for other in [";", "\t"] {
            assert_eq!(read(&format!("\u{feff}{}", GOOD.replace(',', other))).unwrap(), list);
        }
    }

    #[test]
    fn headings_may_be_vietnamese_and_a_weight_may_be_given() {
        let list = read(
            "Tầng\tThôn\tHộ\tSố thôn của tầng\tSố hộ của thôn\tQuyền số\na\tĐông\t1\t2\t10\t12,5\n",
        );
        assert_eq!(list.unwrap().psus[0].weight, Some(12.5));
    }

    #[test]
    fn a_column_that_tells_who_lives_there_is_refused() {
        for name in
            ["Họ và tên chủ hộ", "name", "Số điện thoại", "SĐT", "CCCD", "Địa chỉ", "so_nha"]
        {
            let file = GOOD.replacen("reserve", name, 1);
            let mistakes = read(&file).unwrap_err();
            assert!(mistakes[0].text.en.contains("who lives there"), "{name}: {mistakes:?}");
            assert_eq!((mistakes[0].line, mistakes[0].column), (1, 4));
        }
        let phone = GOOD.replace("Thôn Tây", "0912 345 678");
        assert!(read(&phone).unwrap_err()[0].text.en.contains("telephone"));
    }

    #[test]
    fn every_mistake_is_told_with_its_line_and_cell() {
        let file = "stratum,psu,household,psus_in_stratum,households_in_psu\na,,x,2,10\na,B,1,2,10\na,B,1,2,10\n";
        let mistakes = read(file).unwrap_err();
        let places: Vec<_> = mistakes.iter().map(|m| (m.line, m.column)).collect();
        assert_eq!(places, [(2, 2), (2, 3), (4, 3)]);
    }

    #[test]
    fn counts_smaller_than_what_was_drawn_are_mistakes() {
        for (from, to, cell) in
            [(",4,120", ",4,1", 6), (",2,60", ",0,60", 5), (",5,,2", ",5,1,2", 4)]
        {
            let mistakes = read(&GOOD.replace(from, to)).unwrap_err();
            assert!(mistakes.iter().any(|m| m.column == cell), "{from}: {mistakes:?}");
        }
        let differ = GOOD.replacen("a,Thôn Đông,3,,4,120", "a,Thôn Đông,3,,4,121", 1);
        assert!(read(&differ).unwrap_err()[0].text.en.contains("different"));
    }

    #[test]
    fn the_bounds_are_where_they_are_said_to_be() {
        let line = |n: usize| format!("a,P,{n},1,900000\n");
        let file = |n: usize| {
            let lines: String = (1..=n).map(line).collect();
            format!("stratum,psu,household,psus_in_stratum,households_in_psu\n{lines}")
        };
        assert_eq!(read(&file(MAX_HOUSEHOLDS)).unwrap().households.len(), MAX_HOUSEHOLDS);
        assert!(read(&file(MAX_HOUSEHOLDS + 1)).unwrap_err()[0].text.en.contains("at most"));
        let long = GOOD.replace("Thôn Tây", &"x".repeat(MAX_NAME_CHARS));
        assert!(read(&long).is_ok());
        let longer = GOOD.replace("Thôn Tây", &"x".repeat(MAX_NAME_CHARS + 1));
        assert!(read(&longer).is_err());
    }

    #[test]
    fn nothing_and_nonsense_are_mistakes_and_never_a_panic() {
        for file in ["", "\n\n", "\"", "a,b\n1,2,3,4\n", "\0\u{feff}", "stratum"] {
            assert!(read(file).is_err(), "{file:?}");
        }
    }
}
