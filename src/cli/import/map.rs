//! The map file: how a file's columns, option texts and dates become ours.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime};
use serde::Deserialize;
use surveys::response::COLUMNS;
use surveys::text::nfc;
use surveys::{Instrument, Text};

use super::super::{Failure, choice};
use super::header;

/// A map, ready to use.
#[derive(Debug, Default)]
pub(super) struct Map {
    /// Our name of a column, by the file's.
    pub(super) columns: HashMap<String, String>,
    /// Values by item (empty for all) and folded option text.
    options: HashMap<(String, String), i64>,
    /// Whether dates are written day first.
    day_first: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    columns: BTreeMap<String, String>,
    #[serde(default)]
    options: BTreeMap<String, Options>,
    #[serde(default)]
    dates: Dates,
}

/// The values of one option text, or of all texts of one item.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a value, or a table of texts and values of one item")]
enum Options {
    Value(i64),
    OfItem(BTreeMap<String, i64>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dates {
    #[serde(default)]
    form: DateForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
enum DateForm {
    #[default]
    #[serde(rename = "iso")]
    Iso,
    #[serde(rename = "dd/mm/yyyy")]
    DayFirst,
}

impl Map {
    /// Reads a map for responses to `instrument`.
    pub(super) fn read(path: &Path, instrument: &Instrument) -> Result<Self, Failure> {
        let text =
            std::fs::read_to_string(path).map_err(|error| choice::cannot_read(path, &error))?;
        let path = path.display();
        Self::parse(&text, instrument).map_err(|Text { vi, en }| {
            Failure::new(
                format!("Tệp --map {path} có lỗi: {vi}"),
                format!("the map {path} has a mistake: {en}"),
            )
        })
    }

    fn parse(text: &str, instrument: &Instrument) -> Result<Self, Text> {
        let file: File = toml::from_str(text).map_err(|e| {
            let told = e.to_string();
            Text::new(told.trim_end(), told.trim_end())
        })?;
        let mut map = Self { day_first: file.dates.form == DateForm::DayFirst, ..Self::default() };
        for (theirs, ours) in file.columns {
            if header::Holds::named(&ours, instrument).is_none() {
                let known = COLUMNS.join(", ");
                return Err(Text::new(
                    format!(
                        "[columns] không có cột `{ours}`; hãy dùng mã câu hỏi hoặc một trong {known}"
                    ),
                    format!(
                        "[columns] `{ours}` is no column of ours; use an item's code or one of {known}"
                    ),
                ));
            }
            map.columns.insert(nfc(theirs.trim()), ours);
        }
        for (key, options) in file.options {
            match options {
                Options::Value(value) => {
                    map.options.insert((String::new(), folded(&key)), value);
                }
                Options::OfItem(texts) => {
                    if instrument.item(&key).is_none() {
                        let id = &instrument.id;
                        return Err(Text::new(
                            format!("[options.{key}] mẫu phiếu {id} không có câu này"),
                            format!("[options.{key}] {id} has no such item"),
                        ));
                    }
                    for (text, value) in texts {
                        map.options.insert((key.clone(), folded(&text)), value);
                    }
                }
            }
        }
        Ok(map)
    }

    /// The value of an option text of `item`, if the map has it.
    pub(super) fn value(&self, item: &str, folded: &str) -> Option<i64> {
        let of = |item: &str| self.options.get(&(item.to_owned(), folded.to_owned())).copied();
        if self.options.is_empty() { None } else { of(item).or_else(|| of("")) }
    }

    /// A date cell in ISO 8601; the cell itself when it is not of the map's form.
    pub(super) fn iso(&self, cell: &str) -> String {
        if !self.day_first {
            return cell.to_owned();
        }
        let at = ["%d/%m/%Y %H:%M:%S%.f", "%d/%m/%Y %H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(cell, form).ok());
        match (at, NaiveDate::parse_from_str(cell, "%d/%m/%Y")) {
            (Some(at), _) => at.format("%Y-%m-%dT%H:%M:%S").to_string(),
            (None, Ok(day)) => day.format("%Y-%m-%d").to_string(),
            (None, Err(_)) => cell.to_owned(),
        }
    }
}

/// The form in which option texts are compared: NFC, without regard to capitals.
pub(super) fn folded(text: &str) -> String {
    nfc(text.trim()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use surveys::catalog;

    use super::*;

    fn parse(text: &str) -> Result<Map, Text> {
        Map::parse(text, catalog::instrument("quick-counter", Some(1)).unwrap())
    }

    #[test]
    fn the_example_of_the_documentation_is_read() {
        let documented = include_str!("../../../docs/API.md");
        let example =
            documented.split("```toml map\n").nth(1).unwrap().split("```").next().unwrap();
        let map = parse(example).unwrap();
        assert_eq!(map.columns.get("Dấu thời gian").map(String::as_str), Some("answered_at"));
        assert_eq!(map.value("A1", &folded("TỐT")), Some(5));
        assert_eq!(map.value("A4", &folded("Chưa có kết quả")), Some(9));
        assert_eq!(map.value("A1", &folded("Chưa có kết quả")), None);
        assert_eq!(map.iso("05/10/2026 9:30:00"), "2026-10-05T09:30:00");
    }

    #[test]
    fn a_day_first_date_is_only_read_when_the_map_says_so() {
        let map = parse("[dates]\nform = \"dd/mm/yyyy\"").unwrap();
        assert_eq!(map.iso("31/01/2026"), "2026-01-31");
        assert_eq!(map.iso("2026-01-31"), "2026-01-31");
        assert_eq!(map.iso("01/31/2026"), "01/31/2026");
        assert_eq!(Map::default().iso("31/01/2026"), "31/01/2026");
    }

    #[test]
    fn a_mistake_in_a_map_is_told() {
        for (text, part) in [
            ("[columns]\n\"x\" = \"A99\"", "A99"),
            ("[options.A99]\n\"x\" = 1", "A99"),
            ("[options]\n\"x\" = \"five\"", "a value, or"),
            ("[column]\n", "column"),
            ("[dates]\nform = \"mm/dd/yyyy\"", "mm/dd/yyyy"),
            ("[columns", "TOML"),
        ] {
            let told = parse(text).unwrap_err().vi;
            assert!(told.contains(part), "{text}: {told}");
        }
    }
}
