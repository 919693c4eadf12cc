//! A map made by matching a file's columns and cells with an instrument: what is
//! certain, what is guessed, and what somebody has to say.

use std::collections::BTreeMap;
use std::fmt::Write;

use analytics::frame::records::Next;
use surveys::instrument::ScoredBy;
use surveys::text::fold;
use surveys::{Instrument, Text};

use super::Error;
use super::answer::option_value;
use super::date_order::{self, Shown};
use super::header::{Holds, SEARCHED, settled};
use super::map::Map;
use super::matching::{self, Surety, folded};
use super::moment::First;
use super::personal::is_personal;
use super::table::{Table, no_text};

/// The most cells of a title above the names of the columns.
const WIDEST_TITLE: usize = 2;
/// How many rows are looked at.
const LOOKED_AT: usize = 1_000;
/// How many texts of a column are listed that mean no option.
const LISTED: usize = 20;
/// The least share of a name's words that a text has to have in common with it.
const ENOUGH: f64 = 0.6;

/// How a column was matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// By its name or words; it needs no map.
    Certain,
    /// By similar words or by what stands in it: somebody must look at it.
    Guessed,
    /// Not at all: it is left aside.
    None,
    /// By no certain name, and it may be about a person: it is left aside.
    Personal,
}

impl Match {
    /// In words.
    pub fn text(self) -> Text {
        match self {
            Self::Certain => Text::new("chắc chắn", "certain"),
            Self::Guessed => Text::new("đoán, hãy kiểm tra", "guessed, please check"),
            Self::None => Text::new("bỏ qua", "left aside"),
            Self::Personal => Text::new(
                "bỏ qua vì có thể là dữ liệu cá nhân",
                "left aside, as it may be personal data",
            ),
        }
    }
}

/// A column and what it seems to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name in the file.
    pub name: String,
    /// Our name; empty when it matches nothing.
    pub ours: String,
    /// How it was matched.
    pub matched: Match,
    /// The texts in it that mean no option of the item.
    pub unknown: Vec<String>,
}

/// What was found of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Our columns that are needed and that nothing in the file matches.
    pub missing: Vec<String>,
    /// The map (TOML), to be looked over.
    pub map: String,
}

/// The first rows of a file.
pub(super) struct Looked {
    /// The names of its columns.
    pub(super) names: Vec<String>,
    /// The texts in each column and how often they were met.
    pub(super) cells: Vec<BTreeMap<String, u64>>,
}

/// Suggests a map for a file of responses to `instrument`.
///
/// # Errors
/// When the file cannot be read or has no header.
pub fn suggest(table: Table, instrument: &Instrument) -> Result<Suggestion, Error> {
    let looked = look(table, instrument)?;
    let columns = matched(&looked, instrument, &Map::default());
    let missing = missing(&columns, instrument);
    let map = written(&columns, &looked.cells, instrument);
    Ok(Suggestion { columns, missing, map })
}

/// Reads the names of the columns and what stands in the first rows.
pub(super) fn look(mut table: Table, instrument: &Instrument) -> Result<Looked, Error> {
    let names = header(&mut table, instrument)?;
    let mut cells: Vec<BTreeMap<String, u64>> = vec![BTreeMap::new(); names.len()];
    for _ in 0..LOOKED_AT {
        match table.advance()? {
            Next::End => break,
            Next::Broken(_) => {}
            Next::Record => {
                for (place, seen) in cells.iter_mut().enumerate().take(table.width()) {
                    let text = table.text(place).filter(|text| !text.is_empty());
                    // A column of free text need not be kept whole to be told from options.
                    if let Some(text) = text.filter(|t| seen.len() < 200 || seen.contains_key(t)) {
                        *seen.entry(text).or_default() += 1;
                    }
                }
            }
        }
    }
    Ok(Looked { names, cells })
}

/// What each column seems to hold: what `map` says, else its name, else a guess.
pub(super) fn matched(looked: &Looked, instrument: &Instrument, map: &Map) -> Vec<Column> {
    let settled = settled(&looked.names, instrument, map);
    let column = |(name, (surety, holds)): (&String, (Surety, Holds))| Column {
        name: name.clone(),
        ours: holds.in_map(instrument),
        matched: match (holds, surety) {
            (Holds::Nothing, _) if is_personal(name) => Match::Personal,
            (Holds::Nothing, _) => Match::None,
            (_, Surety::Grouped) => Match::Guessed,
            _ => Match::Certain,
        },
        unknown: Vec::new(),
    };
    let mut columns: Vec<Column> = looked.names.iter().zip(settled).map(column).collect();
    guess_moment(&mut columns, &looked.cells);
    guess_items(&mut columns, instrument);
    for (column, seen) in columns.iter_mut().zip(&looked.cells) {
        column.unknown = unknown(column, seen, instrument);
    }
    columns
}

/// The names of the columns: the first row with a name that is understood, or with
/// more cells than a title has; else the first row.
fn header(table: &mut Table, instrument: &Instrument) -> Result<Vec<String>, Error> {
    let mut first = None;
    for _ in 0..SEARCHED {
        if table.advance()? == Next::End {
            break;
        }
        let Some((known, names)) = names(table, instrument) else { continue };
        if known > 0 || names.iter().filter(|name| !name.is_empty()).count() > WIDEST_TITLE {
            return Ok(names);
        }
        first = first.or(Some(names));
    }
    Ok(first.ok_or_else(no_text)?)
}

/// The cells of the current row, with the delimiter that finds the most of our
/// columns, and how many of them are understood.
fn names(table: &mut Table, instrument: &Instrument) -> Option<(usize, Vec<String>)> {
    let mut best: Option<((usize, usize), u8, Vec<String>)> = None;
    for delimiter in table.delimiters() {
        if table.reread(*delimiter) != Next::Record {
            continue;
        }
        let names: Option<Vec<String>> =
            (0..table.width()).map(|place| table.text(place)).collect();
        let Some(names) = names else { continue };
        let known = names.iter().filter(|n| matching::understood(n, instrument).is_some()).count();
        let score = (known, names.len());
        if best.as_ref().is_none_or(|(most, ..)| score >= *most) {
            best = Some((score, *delimiter, names));
        }
    }
    let ((known, _), delimiter, names) = best?;
    table.reread(delimiter);
    Some((known, names))
}

/// The column with moments in it, when none is called so.
fn guess_moment(columns: &mut [Column], cells: &[BTreeMap<String, u64>]) {
    if columns.iter().any(|column| column.ours == "answered_at") {
        return;
    }
    let moments = |seen: &BTreeMap<String, u64>| {
        !seen.is_empty()
            && seen.keys().all(|cell| date_order::parts(cell).is_some() || is_iso(cell))
    };
    let place = columns
        .iter()
        .zip(cells)
        .position(|(column, seen)| column.matched == Match::None && moments(seen));
    if let Some(place) = place {
        "answered_at".clone_into(&mut columns[place].ours);
        columns[place].matched = Match::Guessed;
    }
}

fn is_iso(cell: &str) -> bool {
    surveys::response::read_moment(cell).is_some()
}

/// Items that no column is called after, by the words they have in common with one.
fn guess_items(columns: &mut [Column], instrument: &Instrument) {
    for item in instrument.asked() {
        let code = item.code.as_str();
        if columns.iter().any(|column| column.ours.split('/').next() == Some(code)) {
            continue;
        }
        let likeness = |name: &str| {
            // The hint of free text says what not to write.
            let hint = item.hint.as_ref().filter(|_| !item.is_comment());
            let texts = [Some(&item.text), hint];
            let texts = texts.into_iter().flatten().flat_map(|text| [&text.vi, &text.en]);
            texts.map(|text| shared(name, text)).fold(0.0, f64::max)
        };
        let open = columns.iter_mut().filter(|column| column.matched == Match::None);
        let mut likely: Vec<(f64, &mut Column)> = open
            .map(|column| (likeness(&column.name), column))
            .filter(|(like, _)| *like >= ENOUGH)
            .collect();
        likely.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let alone = likely.len() == 1 || likely.len() > 1 && likely[0].0 > likely[1].0;
        if let Some((_, column)) = likely.into_iter().next().filter(|_| alone) {
            code.clone_into(&mut column.ours);
            column.matched = Match::Guessed;
        }
    }
}

/// The share of the words of `name` that are in `text`, tone marks aside; 0 for names
/// of a single word, which say too little.
fn shared(name: &str, text: &str) -> f64 {
    let (name, text) = (fold(name), fold(text));
    let words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
    let of_text: Vec<&str> = text.split(' ').collect();
    if words.len() < 2 {
        return 0.0;
    }
    let common = words.iter().filter(|word| of_text.contains(word)).count();
    common as f64 / words.len() as f64
}

/// The texts in a column of answers that mean no option.
fn unknown(column: &Column, seen: &BTreeMap<String, u64>, instrument: &Instrument) -> Vec<String> {
    let Some(item) = instrument.item(&column.ours).filter(|item| !item.is_comment()) else {
        return Vec::new();
    };
    let means = |text: &str| {
        text.trim_end_matches(".0").parse::<i64>().is_ok()
            || option_value(text, item, instrument).is_some()
    };
    let several = |text: &str| {
        item.multiple
            && text.split([';', '|', ',', ' ']).all(|p| p.trim().is_empty() || means(p.trim()))
    };
    seen.keys().filter(|text| !means(text) && !several(text)).take(LISTED).cloned().collect()
}

fn missing(columns: &[Column], instrument: &Instrument) -> Vec<String> {
    let items = instrument.items.iter();
    let needed = items
        .filter(|item| item.component().is_some() && item.scored_by == ScoredBy::Citizen)
        .map(|item| item.code.as_str())
        .chain(["answered_at"]);
    let there = |name: &&str| columns.iter().any(|column| column.ours == *name);
    needed.filter(|name| !there(name)).map(str::to_owned).collect()
}

/// The map as TOML. What is guessed has a note; what nobody knows is a comment to
/// be filled in.
fn written(columns: &[Column], cells: &[BTreeMap<String, u64>], instrument: &Instrument) -> String {
    let mut map = format!("# {}@{}\n\n[columns]\n", instrument.id, instrument.version);
    for column in columns {
        let name = quoted(&column.name);
        let _ = match column.matched {
            Match::Certain => writeln!(map, "# {name} = {}", quoted(&column.ours)),
            Match::Guessed => {
                let check = "# hãy kiểm tra / please check";
                writeln!(map, "{name} = {} {check}", quoted(&column.ours))
            }
            Match::None | Match::Personal => writeln!(map, "# {name} = \"\""),
        };
    }
    for name in missing(columns, instrument) {
        let text = instrument.item(&name).map_or("", |item| item.text.vi.as_str());
        let _ = writeln!(map, "# thiếu / missing: {name} {}", text.replace(char::is_control, " "));
    }
    for column in columns.iter().filter(|column| !column.unknown.is_empty()) {
        let _ = writeln!(map, "\n[options.{}]", column.ours);
        if let Some(scale) = instrument.item(&column.ours).and_then(|i| instrument.scale_of(i)) {
            for option in scale.options.iter().chain(&scale.no_opinion) {
                let _ = writeln!(map, "# {} {}", option.value, option.text.vi);
            }
        }
        let mut told = Vec::new();
        for text in &column.unknown {
            if !told.contains(&folded(text)) {
                let _ = writeln!(map, "# {} = ", quoted(text));
                told.push(folded(text));
            }
        }
    }
    let moments = columns.iter().zip(cells).find(|(column, _)| column.ours == "answered_at");
    let mut shown = Shown::default();
    for cell in moments.into_iter().flat_map(|(_, seen)| seen.keys()) {
        shown.note(cell);
    }
    match shown.first(First::Unsaid) {
        Ok(First::Unsaid) => {}
        Ok(First::Day) => map.push_str("\n[dates]\nform = \"dd/mm/yyyy\"\n"),
        Ok(First::Month) => map.push_str("\n[dates]\nform = \"mm/dd/yyyy\"\n"),
        Err(_) => map.push_str(
            "\n[dates]\nform = \"dd/mm/yyyy\" # hãy kiểm tra: hay là / please check: or \"mm/dd/yyyy\"\n",
        ),
    }
    map
}

/// A text as TOML writes it, which is how JSON does.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
