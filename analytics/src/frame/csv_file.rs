//! Responses from a CSV file.
//!
//! The good rows go in; of the bad ones it is said where they are, what is wrong
//! and what to do. A row with any mistake is left out as a whole.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::Read;

use chrono::NaiveDate;
use surveys::ItemCode;
use surveys::instrument::Instrument;

pub use super::encoding::Encoding;
use super::encoding::{cell_text, opened};
use super::local_date::local_date;
use super::records::{Broken, Next, Records};
use super::{Frame, FrameBuilder, UNANSWERED};
use crate::design::positive;

mod error;
mod reject;

#[cfg(test)]
mod tests;

pub use error::CsvError;
pub use reject::{Reason, Reject};

/// The column by which a file says that its responses are made up.
pub const SIMULATED: &str = "simulated";
/// The column with the id of a response; a row may leave it empty.
pub const RESPONSE_ID: &str = "response_id";
/// The column with the day or time of a response.
pub(crate) const ANSWERED_AT: &str = "answered_at";
/// The day and the month of a response, made from [`ANSWERED_AT`] where the file has
/// no such column.
pub(crate) const DAY: &str = "day";
pub(crate) const MONTH: &str = "month";
/// The span in which a response lies, where spans were asked for.
pub const PERIOD: &str = "period";

/// How the key `name` is made from a day, if it is.
pub(crate) fn made_from_day(name: &str) -> Option<&'static str> {
    match name {
        DAY => Some("%Y-%m-%d"),
        MONTH => Some("%Y-%m"),
        _ => None,
    }
}

/// What to read of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CsvOptions {
    /// Text columns to keep, to group by. `day` and `month` are made from
    /// `answered_at` (`2026-10-08`, `2026-10`) if the file has no column of that name.
    pub keys: Vec<String>,
    /// Those of `keys` in which every cell must be a positive number, such as weights.
    pub positive: Vec<String>,
    /// The first day that counts, in Vietnamese time.
    pub from: Option<NaiveDate>,
    /// The first day that counts no more.
    pub before: Option<NaiveDate>,
    /// Spans of days that alone count; each row then has the name of its span as the
    /// key [`PERIOD`]. They do not share days.
    pub spans: Vec<Span>,
    /// Whether to keep the ids of the responses as the key [`RESPONSE_ID`], empty where
    /// the file has none.
    pub ids: bool,
    /// Whether to look for the last day, where the file has days.
    pub last_day: bool,
}

/// Some days in a row, under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its name, such as `2026-Q3`.
    pub name: String,
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub before: NaiveDate,
}

/// A file's responses and what became of its rows:
/// `rows` = rows of `frame` + `outside` + `rejected`.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvResponses {
    /// The good rows.
    pub frame: Frame,
    /// Rows with a mistake, the first [`CsvResponses::MOST_REJECTS`] mistakes of them.
    pub rejects: Vec<Reject>,
    /// Rows in the file, without its header.
    pub rows: u64,
    /// Good rows outside the dates asked for.
    pub outside: u64,
    /// Rows left out for a mistake.
    pub rejected: u64,
    /// The characters the file was written in.
    pub encoding: Encoding,
    /// Whether the file says of itself that its responses are made up: it has the
    /// column [`SIMULATED`].
    pub simulated: bool,
    /// Where it was asked for, the last day of a good row.
    pub last_day: Option<NaiveDate>,
}

impl CsvResponses {
    /// How many mistakes are kept; `rejected` counts on.
    pub const MOST_REJECTS: usize = 10_000;
}

impl Frame {
    /// Reads responses to `instrument` from a CSV file: a header with one column
    /// per item code, then one row per respondent with option values, empty where
    /// unanswered. UTF-8 with or without a mark, UTF-16 with a mark, and cells in
    /// Windows-1258; comma, semicolon or tab.
    ///
    /// # Errors
    /// [`CsvError`] when the file or its header cannot be used. Bad rows are no
    /// error: they are in [`CsvResponses::rejects`].
    pub fn read_csv(
        source: impl Read,
        instrument: &Instrument,
        options: &CsvOptions,
    ) -> Result<CsvResponses, CsvError> {
        let (source, encoding) = opened(source)?.ok_or(CsvError::NotText)?;
        let mut records = Records::new(source);
        let by_span = (!options.spans.is_empty()).then_some(PERIOD);
        let names: Vec<&str> = options.keys.iter().map(String::as_str).chain(by_span).collect();
        let names: Vec<&str> =
            names.into_iter().chain(options.ids.then_some(RESPONSE_ID)).collect();
        let mut builder = FrameBuilder::new(instrument, &names)?;
        let header = read_header(&mut records, &builder)?;
        let columns = Columns::find(&header, &builder, options, instrument)?;
        let mut reading = Reading {
            columns: &columns,
            header: &header,
            places: vec![0; names.len()],
            answers: vec![UNANSWERED; builder.items().len()],
            seen: vec![Seen::default(); options.keys.len()],
            read_day: None,
            last_day: None,
            ids: Ids::default(),
            rejects: Vec::new(),
            foreign: false,
        };
        let (mut rows, mut outside, mut rejected) = (0, 0, 0);
        loop {
            let outcome = match records.advance()? {
                Next::End => break,
                Next::Broken(broken) => reading.broken(&records, broken),
                Next::Record => reading.row(&mut records, &mut builder, options),
            };
            rows += 1;
            match outcome {
                Outcome::Good => {
                    builder.push_checked(&reading.places, &reading.answers, records.line())?;
                }
                Outcome::Outside => outside += 1,
                Outcome::Bad => rejected += 1,
            }
        }
        let encoding = if reading.foreign { Encoding::Windows1258 } else { encoding };
        let rejects = reading.rejects;
        let simulated = header.iter().any(|name| name == SIMULATED);
        let frame = builder.finish();
        let last_day = reading.last_day.filter(|_| options.last_day);
        Ok(CsvResponses { frame, rejects, rows, outside, rejected, encoding, simulated, last_day })
    }
}

/// The column names, read with the delimiter that finds the most items.
fn read_header<R: Read>(
    records: &mut Records<R>,
    builder: &FrameBuilder,
) -> Result<Vec<String>, CsvError> {
    match records.advance()? {
        Next::End => {
            return Err(CsvError::Empty { example: builder.items()[0].to_string() });
        }
        Next::Broken(Broken::TooLong) => return Err(CsvError::NotText),
        Next::Broken(_) | Next::Record => {}
    }
    let mut best: Option<((usize, usize), u8)> = None;
    for delimiter in [b',', b';', b'\t'] {
        if records.reread(delimiter) == Next::Record {
            let is_item = |i: &usize| {
                let cell = records.cell(*i);
                builder.items().iter().any(|item| item.as_str().as_bytes() == cell.trim_ascii())
            };
            let score = ((0..records.width()).filter(is_item).count(), records.width());
            if best.is_none_or(|(other, _)| score > other) {
                best = Some((score, delimiter));
            }
        }
    }
    let (_, delimiter) = best.ok_or(CsvError::NotText)?;
    records.reread(delimiter);
    let name = |i| cell_text(&records.cell(i)).map(|(text, _)| text).ok_or(CsvError::NotText);
    (0..records.width()).map(name).collect()
}

/// Where the columns that are read stand in the file.
struct Columns {
    /// Per column of the file, the item whose answers it holds.
    item: Vec<Option<usize>>,
    /// Per key, its column, or `None` where it is made from the date.
    keys: Vec<Option<usize>>,
    /// Per key, whether it holds positive numbers.
    positive: Vec<bool>,
    /// The date, if it is asked for, and whether every row needs it.
    answered_at: Option<usize>,
    needs_date: bool,
    /// The response id, if there is one.
    response_id: Option<usize>,
}

impl Columns {
    fn find(
        header: &[String],
        builder: &FrameBuilder,
        options: &CsvOptions,
        instrument: &Instrument,
    ) -> Result<Self, CsvError> {
        let find = |name: &str| header.iter().position(|h| h == name);
        let missing: Vec<&str> =
            builder.items().iter().map(ItemCode::as_str).filter(|i| find(i).is_none()).collect();
        if !missing.is_empty() {
            return Err(CsvError::MissingItems {
                instrument: instrument.id.to_string(),
                missing: missing.join(", "),
                found: listed(header),
            });
        }
        // A spreadsheet leaves columns without a name behind; nobody asks for those.
        let repeated =
            |(i, name): &(usize, &String)| !name.is_empty() && header[..*i].contains(name);
        if let Some((_, name)) = header.iter().enumerate().find(repeated) {
            return Err(CsvError::RepeatedColumn { name: name.clone() });
        }
        let missing =
            |name: &str| CsvError::MissingColumn { name: name.to_owned(), found: listed(header) };
        let mut needs_date =
            options.from.is_some() || options.before.is_some() || !options.spans.is_empty();
        let mut keys = Vec::with_capacity(options.keys.len());
        for name in &options.keys {
            let column = find(name);
            if column.is_none() && made_from_day(name).is_none() {
                return Err(missing(name));
            }
            needs_date |= column.is_none();
            keys.push(column);
        }
        let answered_at = if needs_date {
            Some(find(ANSWERED_AT).ok_or_else(|| missing(ANSWERED_AT))?)
        } else {
            find(ANSWERED_AT).filter(|_| options.last_day)
        };
        let item = |name: &String| builder.items().iter().position(|i| i.as_str() == name);
        let (item, response_id) = (header.iter().map(item).collect(), find(RESPONSE_ID));
        let positive = options.keys.iter().map(|key| options.positive.contains(key)).collect();
        Ok(Self { item, keys, positive, answered_at, needs_date, response_id })
    }
}

/// The first columns of a header, separated by commas.
fn listed(header: &[String]) -> String {
    const MOST: usize = 60;
    let mut names: Vec<&str> = header.iter().take(MOST).map(String::as_str).collect();
    if header.len() > MOST {
        names.push("…");
    }
    names.join(", ").chars().take(2_000).collect()
}

/// A key's cells as they are written, with their places in its dictionary.
#[derive(Clone, Default)]
struct Seen {
    places: HashMap<Box<[u8]>, u32>,
    last: Option<(Box<[u8]>, u32)>,
}

/// The response ids of the good rows so far, as 128 bits of keyed hash each: of a
/// million ids, two would meet by chance once in 10²⁶ files.
#[derive(Default)]
struct Ids {
    seen: HashSet<[u64; 2]>,
    keys: [RandomState; 2],
}

impl Ids {
    /// Whether `id` is empty or was not there before; it is from now on.
    fn is_new(&mut self, id: &[u8]) -> bool {
        id.is_empty() || self.seen.insert(self.keys.each_ref().map(|key| key.hash_one(id)))
    }
}

enum Outcome {
    Good,
    Outside,
    Bad,
}

struct Reading<'a> {
    columns: &'a Columns,
    header: &'a [String],
    /// The current row: places of its key values, and its answers.
    places: Vec<u32>,
    answers: Vec<u8>,
    seen: Vec<Seen>,
    /// The date cell read last and its day: most rows repeat it.
    read_day: Option<(Box<[u8]>, NaiveDate)>,
    /// The last day of a good row.
    last_day: Option<NaiveDate>,
    ids: Ids,
    rejects: Vec<Reject>,
    /// Whether a cell had to be read as Windows-1258.
    foreign: bool,
}

impl Reading<'_> {
    fn reject(&mut self, line: u64, column: Option<usize>, value: &[u8], reason: Reason) {
        if self.rejects.len() < CsvResponses::MOST_REJECTS {
            let column = column.map(|c| self.header[c].clone());
            self.rejects.push(Reject::new(line, column, value, reason));
        }
    }

    fn broken<R: Read>(&mut self, records: &Records<R>, broken: Broken) -> Outcome {
        self.reject(records.line(), None, records.bytes(), broken.into());
        Outcome::Bad
    }

    /// Reads the current record into `places` and `answers`.
    fn row<R: Read>(
        &mut self,
        records: &mut Records<R>,
        builder: &mut FrameBuilder,
        options: &CsvOptions,
    ) -> Outcome {
        if records.width() != self.header.len() {
            let reason = Reason::Cells { expected: self.header.len(), found: records.width() };
            records.take_first_line_only();
            self.reject(records.line(), None, records.bytes(), reason);
            return Outcome::Bad;
        }
        let mut good = true;
        let columns = self.columns;
        for (column, item) in columns.item.iter().enumerate() {
            let Some(item) = *item else { continue };
            let cell = records.cell(column);
            match answer(&cell, &builder.offered[item]) {
                Ok(answer) => self.answers[item] = answer,
                Err(reason) => {
                    good = false;
                    self.reject(records.line(), Some(column), &cell, reason);
                }
            }
        }
        let mut day = None;
        if let Some(column) = columns.answered_at {
            let cell = records.cell(column);
            day = self.day(&cell);
            if day.is_none() && columns.needs_date {
                good = false;
                self.reject(records.line(), Some(column), &cell, Reason::NoDate);
            }
        }
        for (key, column) in columns.keys.iter().enumerate() {
            let place = match (column, day) {
                (Some(column), _) => {
                    let cell = records.cell(*column);
                    let number = || std::str::from_utf8(&cell).ok().and_then(positive);
                    if columns.positive[key] && number().is_none() {
                        self.reject(records.line(), Some(*column), &cell, Reason::NotPositive);
                        None
                    } else {
                        let place = self.place(key, &cell, builder);
                        if place.is_none() {
                            self.reject(records.line(), Some(*column), &cell, Reason::NoText);
                        }
                        place
                    }
                }
                (None, Some(day)) => {
                    let form = made_from_day(&options.keys[key]).unwrap_or_default();
                    Some(builder.keys[key].place(&day.format(form).to_string()))
                }
                (None, None) => None,
            };
            match place {
                Some(place) => self.places[key] = place,
                None => good = false,
            }
        }
        if let Some(column) = columns.response_id.filter(|_| good) {
            let cell = records.cell(column);
            if !self.ids.is_new(cell.trim_ascii()) {
                self.reject(records.line(), Some(column), &cell, Reason::RepeatedId);
                return Outcome::Bad;
            }
        }
        if !good {
            return Outcome::Bad;
        }
        let too_early = options.from.zip(day).is_some_and(|(from, day)| day < from);
        let too_late = options.before.zip(day).is_some_and(|(before, day)| day >= before);
        let mut outside = too_early || too_late;
        if let Some(day) = day.filter(|_| !options.spans.is_empty()) {
            let span = options.spans.iter().find(|span| span.from <= day && day < span.before);
            match span {
                Some(span) => {
                    let key = options.keys.len();
                    self.places[key] = builder.keys[key].place(&span.name);
                }
                None => outside = true,
            }
        }
        if outside {
            return Outcome::Outside;
        }
        if options.ids {
            let cell = columns.response_id.map(|column| records.cell(column));
            let id = cell.and_then(|cell| cell_text(&cell)).map(|(text, _)| text);
            let key = builder.keys.len() - 1;
            self.places[key] = builder.keys[key].place(&id.unwrap_or_default());
        }
        self.last_day = self.last_day.max(day);
        Outcome::Good
    }

    fn day(&mut self, cell: &[u8]) -> Option<NaiveDate> {
        if let Some((last, day)) = &self.read_day
            && **last == *cell
        {
            return Some(*day);
        }
        let day = local_date(std::str::from_utf8(cell).ok()?)?;
        self.read_day = Some((cell.into(), day));
        Some(day)
    }

    /// The place of a cell's text in the dictionary of `key`.
    fn place(&mut self, key: usize, cell: &[u8], builder: &mut FrameBuilder) -> Option<u32> {
        let seen = &mut self.seen[key];
        if let Some((last, place)) = &seen.last
            && **last == *cell
        {
            return Some(*place);
        }
        let place = if let Some(&place) = seen.places.get(cell) {
            place
        } else {
            let (text, foreign) = cell_text(cell)?;
            self.foreign |= foreign;
            let place = builder.keys[key].place(&text);
            seen.places.insert(cell.into(), place);
            place
        };
        seen.last = Some((cell.into(), place));
        Some(place)
    }
}

/// The answer in a cell, [`UNANSWERED`] for an empty one.
fn answer(cell: &[u8], offered: &[bool; 256]) -> Result<u8, Reason> {
    let value = match cell {
        [] => return Ok(UNANSWERED),
        [digit @ b'0'..=b'9'] => digit - b'0',
        _ => {
            let text = std::str::from_utf8(cell).map_err(|_| Reason::NoNumber)?.trim();
            if text.is_empty() {
                return Ok(UNANSWERED);
            }
            // A table with gaps is often saved with every whole number as `5.0`.
            let whole = text.strip_suffix(".0").unwrap_or(text);
            if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
                return Err(Reason::NoNumber);
            }
            whole.parse::<u8>().map_err(|_| Reason::OffScale)?
        }
    };
    if offered[usize::from(value)] { Ok(value) } else { Err(Reason::OffScale) }
}
