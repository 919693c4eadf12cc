//! The map file: how a file's columns, option texts and dates become ours.

use std::collections::BTreeMap;

use serde::Deserialize;
use surveys::response::COLUMNS;
use surveys::text::nfc;
use surveys::{Instrument, Text};

use super::header::Holds;
use super::matching::folded;
use super::moment::{self, First};

/// The maps that are shipped, each with its name.
pub const SHIPPED: [(&str, &str); 4] = [
    ("google-forms-vi", include_str!("maps/google-forms-vi.toml")),
    ("limesurvey", include_str!("maps/limesurvey.toml")),
    ("kobo", include_str!("maps/kobo.toml")),
    ("odk", include_str!("maps/odk.toml")),
];

/// A map, ready to use.
#[derive(Debug, Default)]
pub struct Map {
    /// The file's name of a column, and ours.
    columns: Vec<(String, String)>,
    /// For our name of a column, theirs, of which the first that is there counts.
    first_of: BTreeMap<String, Vec<String>>,
    /// Values by item (empty for all) and folded option text.
    pub(super) options: BTreeMap<(String, String), i64>,
    /// Whether answers may be codes that end in the option's value.
    pub(super) codes: bool,
    /// How moments are written.
    pub(super) moments: moment::Form,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    codes: bool,
    #[serde(default)]
    columns: BTreeMap<String, String>,
    #[serde(default)]
    first_of: BTreeMap<String, Vec<String>>,
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
    #[serde(default)]
    zone: Zone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
enum DateForm {
    #[default]
    #[serde(rename = "iso")]
    Iso,
    #[serde(rename = "dd/mm/yyyy")]
    DayFirst,
    #[serde(rename = "mm/dd/yyyy")]
    MonthFirst,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
enum Zone {
    #[default]
    #[serde(rename = "Asia/Ho_Chi_Minh")]
    Vietnam,
    #[serde(rename = "UTC")]
    Utc,
}

impl Map {
    /// The shipped map `name` for responses to `instrument`.
    pub fn shipped(name: &str, instrument: &Instrument) -> Option<Self> {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Some(Self::parse(text, instrument).expect("shipped maps are read by a test"))
    }

    /// Reads the text of a map for responses to `instrument`.
    ///
    /// # Errors
    /// The first mistake.
    pub fn parse(text: &str, instrument: &Instrument) -> Result<Self, Text> {
        let file: File = toml::from_str(text).map_err(|e| {
            let told = e.to_string();
            Text::new(told.trim_end(), told.trim_end())
        })?;
        let moments = moment::Form {
            first: match file.dates.form {
                DateForm::Iso => First::Unsaid,
                DateForm::DayFirst => First::Day,
                DateForm::MonthFirst => First::Month,
            },
            utc: file.dates.zone == Zone::Utc,
            day_zero: None,
        };
        let mut map = Self { codes: file.codes, moments, ..Self::default() };
        for (theirs, ours) in file.columns {
            if !ours.is_empty() {
                known("columns", &ours, instrument)?;
            }
            map.columns.push((nfc(theirs.trim()), ours));
        }
        for (ours, theirs) in file.first_of {
            known("first_of", &ours, instrument)?;
            let theirs = theirs.iter().map(|name| nfc(name.trim())).collect();
            map.first_of.insert(ours, theirs);
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

    /// What the map says of the column `name` of a file with the columns `all`.
    pub(super) fn column(&self, name: &str, all: &[String], to: &Instrument) -> Option<Holds> {
        if let Some((_, ours)) = self.columns.iter().find(|(theirs, _)| calls(theirs, name, all)) {
            return if ours.is_empty() { Some(Holds::Nothing) } else { Holds::named(ours, to) };
        }
        let (ours, _) = self.first_of.iter().find(|(_, theirs)| {
            let there = |wanted: &&String| all.iter().any(|column| means(column, wanted));
            theirs.iter().find(there).is_some_and(|first| means(name, first))
        })?;
        Holds::named(ours, to)
    }

    /// The names in `[columns]` that no column of a file with the columns `all` has.
    pub fn unused(&self, all: &[String]) -> Vec<&str> {
        let found = |theirs: &str| all.iter().any(|name| calls(theirs, name, all));
        let names = self.columns.iter().map(|(theirs, _)| theirs.as_str());
        names.filter(|theirs| !found(theirs)).collect()
    }

    /// What the map says, a pair a line: what stands in the file, and what it is to us.
    pub fn told(&self, instrument: &Instrument) -> Vec<(String, String)> {
        let columns = self.columns.iter().filter(|(_, ours)| !ours.is_empty()).cloned();
        let first = self.first_of.iter().map(|(ours, theirs)| (theirs.join(" / "), ours.clone()));
        let options = self.options.iter().map(|((item, text), value)| {
            let scale = instrument.item(item).and_then(|item| instrument.scale_of(item));
            let options = scale.into_iter().flat_map(|s| s.options.iter().chain(&s.no_opinion));
            let option = options.into_iter().find(|option| i64::from(option.value) == *value);
            let says = option.map_or_else(String::new, |option| format!(" – {}", option.text.vi));
            let item = if item.is_empty() { String::new() } else { format!("{item}: ") };
            (format!("{item}“{text}”"), format!("{value}{says}"))
        });
        columns.chain(first).chain(options).collect()
    }

    /// The value of an option text of `item`, if the map has it.
    pub(super) fn value(&self, item: &str, folded: &str) -> Option<i64> {
        let of = |item: &str| self.options.get(&(item.to_owned(), folded.to_owned())).copied();
        if self.options.is_empty() { None } else { of(item).or_else(|| of("")) }
    }
}

/// Whether the column `name` of a file with the columns `all` is the one that a map
/// calls `theirs`: exactly that, or, if there is none, without regard to capitals,
/// blanks and what ends a question.
fn calls(theirs: &str, name: &str, all: &[String]) -> bool {
    theirs == name || folded(theirs) == folded(name) && !all.iter().any(|other| other == theirs)
}

/// Whether `column` is the one that a map calls `wanted`: `LimeSurvey` may put its
/// text behind the code, as in `submitdate. Date submitted`.
fn means(column: &str, wanted: &str) -> bool {
    column.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with(". "))
}

fn known(section: &str, ours: &str, instrument: &Instrument) -> Result<(), Text> {
    if Holds::named(ours, instrument).is_some() {
        return Ok(());
    }
    let known = COLUMNS.join(", ");
    Err(Text::new(
        format!("[{section}] không có cột `{ours}`; hãy dùng mã câu hỏi hoặc một trong {known}"),
        format!("[{section}] `{ours}` is no column of ours; use an item's code or one of {known}"),
    ))
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
        let documented = include_str!("../../docs/API.md");
        let examples = documented.split("```toml map\n").skip(1);
        let examples: Vec<&str> = examples.map(|e| e.split("```").next().unwrap()).collect();
        let more = parse(examples[1]).unwrap();
        assert!(more.codes && more.moments.utc && more.first_of.contains_key("answered_at"));
        let map = parse(examples[0]).unwrap();
        assert!(map.columns.contains(&("Dấu thời gian".into(), "answered_at".into())));
        assert_eq!(map.value("A1", &folded("TỐT")), Some(5));
        assert_eq!(map.value("A4", &folded("Chưa có kết quả")), Some(9));
        assert_eq!(map.value("A1", &folded("Chưa có kết quả")), None);
        assert_eq!(map.moments.iso("05/10/2026 9:30:00"), "2026-10-05T09:30:00");
    }

    #[test]
    fn the_first_of_several_columns_that_is_there_counts() {
        let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
        let map = parse("[first_of]\nanswered_at = [\"end\", \"start\"]").unwrap();
        let holds = |name: &str, all: &[&str]| {
            let all: Vec<String> = all.iter().map(|n| (*n).to_owned()).collect();
            map.column(name, &all, quick)
        };
        assert_eq!(holds("end", &["start", "end"]), Some(Holds::AnsweredAt));
        assert_eq!(holds("start", &["start", "end"]), None);
        assert_eq!(holds("start", &["start", "A1"]), Some(Holds::AnsweredAt));
        assert_eq!(holds("start. Begun", &["start. Begun"]), Some(Holds::AnsweredAt));
        assert_eq!(holds("started", &["started"]), None);
    }

    #[test]
    fn a_column_is_found_like_a_header_and_an_entry_without_a_column_is_named() {
        let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
        let map =
            parse("[columns]\n\"Thời  gian\" = \"answered_at\"\n\"Mức 1\" = \"A1\"\n\"A2\" = \"\"");
        let map = map.unwrap();
        let all: Vec<String> = ["thời gian:", "A2", "Nơi chờ"].map(str::to_owned).to_vec();
        assert_eq!(map.column("thời gian:", &all, quick), Some(Holds::AnsweredAt));
        assert_eq!(map.column("A2", &all, quick), Some(Holds::Nothing), "left aside on purpose");
        assert_eq!(map.column("Nơi chờ", &all, quick), None);
        assert_eq!(map.unused(&all), ["Mức 1"]);
        // The exact name goes before one that is merely alike.
        let both: Vec<String> = ["thời gian", "Thời  gian"].map(str::to_owned).to_vec();
        assert_eq!(map.column("thời gian", &both, quick), None);
    }

    #[test]
    fn every_shipped_map_is_read_for_every_shipped_instrument() {
        for instrument in catalog::instruments() {
            for (name, _) in SHIPPED {
                assert!(Map::shipped(name, instrument).is_some());
            }
            assert!(Map::shipped("no-such-map", instrument).is_none());
        }
    }

    #[test]
    fn a_mistake_in_a_map_is_told() {
        for (text, part) in [
            ("[columns]\n\"x\" = \"A99\"", "A99"),
            ("[first_of]\nA99 = [\"x\"]", "A99"),
            ("codes = 5", "5"),
            ("[dates]\nzone = \"Asia/Bangkok\"", "Asia/Bangkok"),
            ("[options.A99]\n\"x\" = 1", "A99"),
            ("[options]\n\"x\" = \"five\"", "a value, or"),
            ("[column]\n", "column"),
            ("[dates]\nform = \"yyyy/dd/mm\"", "yyyy/dd/mm"),
            ("[columns", "TOML"),
        ] {
            let told = parse(text).unwrap_err().vi;
            assert!(told.contains(part), "{text}: {told}");
        }
    }
}
