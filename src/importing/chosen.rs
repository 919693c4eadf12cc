//! What somebody chooses about the columns of a file: what each holds, which option a
//! text means, how dates are written. It begins as a suggestion and ends as a map.

use std::fmt::Write;

use surveys::instrument::{Item, ResponseOption};
use surveys::response::Raw;
use surveys::{Instrument, Text};

use super::Error;
use super::answer::answer;
use super::date_order::Shown;
use super::header::Holds;
use super::map::Map;
use super::moment::First;
use super::personal::is_personal;
use super::suggestion::{Match, look, matched, quoted};
use super::table::Table;

/// The most columns of a file whose columns somebody chooses.
pub const MOST_COLUMNS: usize = 200;
/// The most texts of a column that are asked about.
const MOST_TEXTS: usize = 30;
/// How many texts of a column are shown.
const EXAMPLES: usize = 3;

/// What a text in a column of answers means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// The text.
    pub text: String,
    /// Its place among the texts of its column.
    pub id: usize,
    /// The value of the option it means; `None` when nobody has said.
    pub value: Option<u8>,
    /// The value that it is taken for when nobody says anything.
    own: Option<u8>,
}

impl Meaning {
    /// Whether it may mean nothing, so that its rows are left out.
    pub fn is_open(&self) -> bool {
        self.own.is_none()
    }
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What the file calls it.
    pub name: String,
    /// What it holds, as a map calls it; empty when it is left aside.
    pub holds: String,
    /// How surely that was suggested.
    pub matched: Match,
    /// Some of its texts.
    pub examples: Vec<String>,
    /// What the texts in it mean, if it holds answers.
    pub meanings: Vec<Meaning>,
    texts: Vec<String>,
}

/// Everything that is chosen about a file.
#[derive(Debug)]
pub struct Chosen<'a> {
    /// Its columns in their order.
    pub columns: Vec<Column>,
    /// How its dates are written: empty, `dd/mm/yyyy` or `mm/dd/yyyy`.
    pub dates: String,
    /// What the dates in its first rows show.
    pub shown: Shown,
    instrument: &'a Instrument,
    map: Map,
}

/// The ways of writing dates that can be chosen.
pub const DATES: [&str; 2] = ["dd/mm/yyyy", "mm/dd/yyyy"];

impl<'a> Chosen<'a> {
    /// What is suggested for a file of responses to `instrument`, to begin with what
    /// `map` says.
    ///
    /// # Errors
    /// When the file cannot be read, has no header or too many columns.
    pub fn suggested(table: Table, instrument: &'a Instrument, map: Map) -> Result<Self, Error> {
        let looked = look(table, instrument)?;
        if looked.names.len() > MOST_COLUMNS {
            return Err(too_wide(looked.names.len()).into());
        }
        let columns = matched(&looked, instrument, &map);
        let mut chosen = Self {
            columns: Vec::new(),
            dates: String::new(),
            shown: Shown::default(),
            instrument,
            map,
        };
        for (column, seen) in columns.into_iter().zip(&looked.cells) {
            if column.ours == "answered_at" {
                for cell in seen.keys() {
                    chosen.shown.note(cell);
                }
            }
            let texts: Vec<String> = seen.keys().cloned().collect();
            let meanings = chosen.meanings(&column.ours, &texts);
            chosen.columns.push(Column {
                name: column.name,
                holds: column.ours,
                matched: column.matched,
                examples: texts.iter().take(EXAMPLES).cloned().collect(),
                meanings,
                texts,
            });
        }
        let dates = match chosen.map.moments.first {
            First::Day => DATES[0],
            First::Month => DATES[1],
            First::Unsaid => match chosen.shown.first(First::Unsaid) {
                Ok(First::Day) => DATES[0],
                Ok(First::Month) => DATES[1],
                _ => "",
            },
        };
        dates.clone_into(&mut chosen.dates);
        Ok(chosen)
    }

    /// Everything that a column may hold, as a map calls it, with the item it is of.
    pub fn holdable(&self) -> Vec<(String, Option<&'a Item>)> {
        let own = ["answered_at", "response_id", "collection_point", "channel", "service_field"];
        let own = own.map(|name| (name.to_owned(), None));
        let of_item = |item: &'a Item| {
            let apart = self
                .options(item)
                .filter(|_| item.multiple)
                .map(move |o| (format!("{}/{}", item.code, o.value), Some(item)));
            std::iter::once((item.code.to_string(), Some(item))).chain(apart)
        };
        own.into_iter().chain(self.instrument.asked().flat_map(of_item)).collect()
    }

    /// The column at `place` holds `holds`; other names than those of
    /// [`Chosen::holdable`] leave it aside. Whether that asks for something new.
    pub fn hold(&mut self, place: usize, holds: &str) -> bool {
        if self.columns[place].holds == holds {
            return false;
        }
        let known = Holds::named(holds, self.instrument).is_some();
        let holds = if known { holds } else { "" };
        let meanings = self.meanings(holds, &self.columns[place].texts);
        let asks = meanings.iter().any(|meaning| meaning.value.is_none());
        let column = &mut self.columns[place];
        holds.clone_into(&mut column.holds);
        column.meanings = meanings;
        column.matched = match holds {
            "" if is_personal(&column.name) => Match::Personal,
            "" => Match::None,
            _ => Match::Certain,
        };
        asks
    }

    /// The options of `item`.
    pub fn options(&self, item: &Item) -> impl Iterator<Item = &'a ResponseOption> {
        let scale = self.instrument.scale_of(item);
        scale.into_iter().flat_map(|s| s.options.iter().chain(&s.no_opinion))
    }

    /// The item whose answers the column at `place` holds whole.
    pub fn item(&self, place: usize) -> Option<&'a Item> {
        match Holds::named(&self.columns[place].holds, self.instrument)? {
            Holds::Item(item) => Some(&self.instrument.items[item]),
            _ => None,
        }
    }

    /// What the texts of a column that holds `holds` mean.
    fn meanings(&self, holds: &str, texts: &[String]) -> Vec<Meaning> {
        let Some(Holds::Item(item)) = Holds::named(holds, self.instrument) else {
            return Vec::new();
        };
        let item = &self.instrument.items[item];
        let mut meanings: Vec<Meaning> = Vec::new();
        for (id, text) in texts.iter().flat_map(|text| pieces(text, item)).enumerate() {
            let raw =
                |map: &Map| answer(text, item, self.instrument, map).map(|answered| answered.raw);
            let says = |map: &Map| match raw(map) {
                Some(Raw::Value(value)) => {
                    let offered =
                        |v: &u8| self.instrument.scale_of(item).is_some_and(|s| s.offers(*v));
                    Some(u8::try_from(value).ok().filter(offered))
                }
                Some(_) => None,
                None => Some(None),
            };
            // Several answers that are all understood need no word.
            let Some(value) = says(&self.map) else { continue };
            let own = says(&Map::default()).flatten();
            if meanings.iter().all(|meaning| meaning.text != text) && meanings.len() < MOST_TEXTS {
                meanings.push(Meaning { text: text.to_owned(), id, value, own });
            }
        }
        // What needs a choice comes first.
        meanings.sort_by_key(|meaning| meaning.value.is_some());
        meanings
    }

    /// The map that says all of this (TOML).
    pub fn map(&self) -> String {
        let instrument = self.instrument;
        let mut map = format!("# {}@{}\n", instrument.id, instrument.version);
        if self.map.codes {
            map.push_str("codes = true\n");
        }
        map.push_str("\n[columns]\n");
        let mut named: Vec<&str> = Vec::new();
        for column in self.columns.iter().filter(|column| !column.name.is_empty()) {
            // A map cannot tell two columns with one name apart.
            if !named.contains(&column.name.as_str()) {
                let _ = writeln!(map, "{} = {}", quoted(&column.name), quoted(&column.holds));
                named.push(&column.name);
            }
        }
        for item in instrument.asked() {
            let texts = self.texts_of(item);
            if !texts.is_empty() {
                let _ = writeln!(map, "\n[options.{}]", item.code);
                for (text, value) in texts {
                    let _ = writeln!(map, "{} = {value}", quoted(&text));
                }
            }
        }
        map.push_str("\n[dates]\n");
        if !self.dates.is_empty() {
            let _ = writeln!(map, "form = {}", quoted(&self.dates));
        }
        if self.map.moments.utc {
            map.push_str("zone = \"UTC\"\n");
        }
        map
    }

    /// The texts of `item` that mean something else than they say, and their values:
    /// what was chosen, then what the map that it began with knows besides.
    fn texts_of(&self, item: &Item) -> Vec<(String, i64)> {
        let mut texts: Vec<(String, i64)> = Vec::new();
        let columns = self.columns.iter().filter(|column| column.holds == item.code.as_str());
        for meaning in columns.flat_map(|column| &column.meanings) {
            if let Some(value) = meaning.value.filter(|_| meaning.value != meaning.own) {
                texts.push((meaning.text.clone(), value.into()));
            }
        }
        let code = item.code.as_str();
        for ((of, text), value) in &self.map.options {
            let chosen = |(t, _): &(String, i64)| super::matching::folded(t) == *text;
            if (of == code || of.is_empty()) && !texts.iter().any(chosen) {
                texts.push((text.clone(), *value));
            }
        }
        texts.dedup_by(|a, b| super::matching::folded(&a.0) == super::matching::folded(&b.0));
        texts
    }
}

/// The texts of a cell that each mean one option.
fn pieces<'t>(text: &'t str, item: &Item) -> Vec<&'t str> {
    if !item.multiple {
        return vec![text];
    }
    text.split([';', '|', '\n']).map(str::trim).filter(|piece| !piece.is_empty()).collect()
}

fn too_wide(columns: usize) -> Text {
    Text::new(
        format!(
            "Tệp có {columns} cột, nhiều hơn {MOST_COLUMNS}: hãy xóa các cột không dùng rồi nhập lại"
        ),
        format!(
            "the file has {columns} columns, more than {MOST_COLUMNS}: delete those that are not needed"
        ),
    )
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use surveys::catalog;

    use super::*;

    const FILE: &str = "Lúc trả lời,Nơi chờ có tốt không,Ghi chú,A2,A3,A4,A5\n\
        05/10/2026,tốt,x,5,4,4,3\n31/01/2026,tệ,y,5,4,4,3\n";

    fn quick() -> &'static Instrument {
        catalog::instrument("quick-counter", None).unwrap()
    }

    fn table(text: &'static str) -> Table {
        Table::open(Cursor::new(text), None).unwrap()
    }

    #[test]
    fn what_is_chosen_becomes_a_map_that_says_the_same() {
        let mut chosen = Chosen::suggested(table(FILE), quick(), Map::default()).unwrap();
        assert_eq!(
            (chosen.columns[0].holds.as_str(), chosen.dates.as_str()),
            ("answered_at", DATES[0])
        );
        assert_eq!(chosen.columns[3].holds, "A2");
        assert!(chosen.hold(1, "A1"), "words that nobody knows are asked about");
        assert!(!chosen.hold(2, "no such column"));
        assert_eq!(chosen.columns[1].meanings.len(), 2);
        chosen.columns[1].meanings[0].value = Some(1);
        chosen.columns[1].meanings[1].value = Some(5);
        let text = chosen.map();
        let map = Map::parse(&text, quick()).unwrap_or_else(|e| panic!("{}: {text}", e.en));
        let again = Chosen::suggested(table(FILE), quick(), map).unwrap();
        assert_eq!(again.map(), text);
        assert_eq!(again.columns[1].meanings[1].value, chosen.columns[1].meanings[1].value);
    }

    #[test]
    fn a_map_to_begin_with_stays_in_what_is_chosen() {
        let shipped = || Map::shipped("google-forms-vi", quick()).unwrap();
        let chosen = Chosen::suggested(table(FILE), quick(), shipped()).unwrap();
        let again = Map::parse(&chosen.map(), quick()).unwrap();
        for ((item, text), value) in &shipped().options {
            let items = quick().asked().map(|i| i.code.as_str());
            let mut items = items.filter(|code| item.is_empty() || item == code);
            assert!(items.all(|code| again.value(code, text) == Some(*value)), "{item} {text}");
        }
    }

    #[test]
    fn a_file_that_is_too_wide_is_refused_in_a_sentence() {
        let wide = vec!["cột"; MOST_COLUMNS + 1].join(",");
        let table = Table::open(Cursor::new(wide), None).unwrap();
        let error = Chosen::suggested(table, quick(), Map::default()).unwrap_err();
        assert!(error.text().vi.contains("cột"));
    }
}
