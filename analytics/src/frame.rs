//! Responses to one instrument version, one row per respondent.

use std::collections::HashMap;

use polars::prelude::{
    Column, DataFrame, IntoColumn, NewChunkedArray, UInt8Chunked, UInt32Chunked,
};
use surveys::instrument::{Instrument, Item, Scale, ScoredBy};
use surveys::{InstrumentId, ItemCode, Text};

pub mod answer;
pub mod csv_file;
pub mod encoding;
mod groups;
pub(crate) mod local_date;
pub mod records;

pub use answer::AnswerClass;
pub(crate) use groups::{Group, is_group};

/// What a cell holds inside while a frame is being built and nobody has answered.
const UNANSWERED: u8 = u8::MAX;

/// Responses to one instrument version: one row per respondent, one column per
/// satisfaction item a citizen is asked, and text columns ("keys") to group by.
#[derive(Debug, Clone)]
pub struct Frame {
    instrument: InstrumentId,
    version: u32,
    items: Vec<ItemCode>,
    keys: Vec<Key>,
    cells: DataFrame,
    /// Where rows stand in the file they came from: the first row of each run of
    /// consecutive lines, and its line. Empty without a file.
    lines: Vec<(usize, u64)>,
}

/// A text column: each row holds a place in `values`.
#[derive(Debug, Clone)]
struct Key {
    name: String,
    values: Vec<String>,
}

/// Why rows could not be put into a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The instrument puts no satisfaction item to citizens.
    #[error(
        "instrument `{instrument}` asks no satisfaction item, so there is nothing to estimate: add an [[item]] with a component"
    )]
    NoItems {
        /// The instrument.
        instrument: String,
    },
    /// A row came with a wrong number of key values or answers.
    #[error("a row has {found} {what}, the frame has {expected}: give one value for each column")]
    WrongLength {
        /// `keys` or `answers`.
        what: &'static str,
        /// How many the frame takes.
        expected: usize,
        /// How many came.
        found: usize,
    },
    /// An answer that the item's scale does not offer.
    #[error("{value} is not an option of item `{item}`: use a value of its scale, or none")]
    OffScale {
        /// The item.
        item: String,
        /// The answer.
        value: u8,
    },
    /// The same key column was named twice.
    #[error("column `{name}` is named twice: name each column once")]
    RepeatedKey {
        /// The column.
        name: String,
    },
    /// More rows than row numbers.
    #[error("a frame holds at most {} rows: estimate in smaller pieces", u32::MAX)]
    TooManyRows,
}

impl FrameError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::NoItems { instrument } => format!(
                "Phiếu `{instrument}` không có câu hỏi hài lòng nào nên không có gì để ước lượng: hãy thêm [[item]] có component"
            ),
            Self::WrongLength { what, expected, found } => format!(
                "Một dòng có {found} giá trị ({what}), cần {expected}: hãy cho mỗi cột một giá trị"
            ),
            Self::OffScale { item, value } => format!(
                "{value} không phải là phương án của câu `{item}`: hãy dùng giá trị của thang đo, hoặc để trống"
            ),
            Self::RepeatedKey { name } => {
                format!("Cột `{name}` được nêu hai lần: hãy nêu mỗi cột một lần")
            }
            Self::TooManyRows => {
                format!("Bảng chứa nhiều nhất {} dòng: hãy ước lượng từng phần", u32::MAX)
            }
        };
        Text::new(vi, self.to_string())
    }
}

impl Frame {
    /// The number of respondents.
    pub fn len(&self) -> usize {
        self.cells.height()
    }

    /// Whether nobody has responded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names of the columns it can be grouped by, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|k| k.name.as_str())
    }

    /// The items it has answers to, in order.
    pub fn items(&self) -> &[ItemCode] {
        &self.items
    }

    /// Whether these are responses to this version of this instrument.
    pub fn is_of(&self, instrument: &Instrument) -> bool {
        self.instrument == instrument.id
            && self.version == instrument.version
            && self.items.iter().eq(asked_items(instrument).map(|i| &i.code))
    }

    /// Where `row` stands in the file it was read from, counted from 1 and with the
    /// header; its number among the rows when there was no file.
    pub fn line(&self, row: usize) -> u64 {
        let run = self.lines.partition_point(|(first, _)| *first <= row);
        let (first, line) = run.checked_sub(1).map_or((0, 1), |run| self.lines[run]);
        line + (row - first) as u64
    }

    /// The text of the key column `name` in `row`.
    pub fn key_text(&self, name: &str, row: usize) -> Option<&str> {
        let place = self.keys.iter().position(|key| key.name == name)?;
        let code = self.codes(place).get(row)?;
        Some(&self.keys[place].values[code as usize])
    }

    /// The texts of the key column `name` and, per row, the place of its text among
    /// them.
    pub(crate) fn key(&self, name: &str) -> Option<(&[String], Vec<u32>)> {
        let place = self.keys.iter().position(|key| key.name == name)?;
        let codes = self.codes(place).iter().map(Option::unwrap_or_default).collect();
        Some((&self.keys[place].values, codes))
    }

    /// The answers to the item at `place`, in row order.
    fn answers(&self, place: usize) -> &UInt8Chunked {
        self.cells.columns()[self.keys.len() + place].u8().expect("item columns hold u8")
    }

    /// The places in `values` of the key at `place`, in row order.
    fn codes(&self, place: usize) -> &UInt32Chunked {
        self.cells.columns()[place].u32().expect("key columns hold u32")
    }
}

impl PartialEq for Frame {
    /// Two frames are equal when they hold the same rows in the same order.
    fn eq(&self, other: &Self) -> bool {
        let texts = |f: &Self, k: usize| -> Vec<String> {
            let code = |c: Option<u32>| f.keys[k].values[c.unwrap_or(0) as usize].clone();
            f.codes(k).iter().map(code).collect()
        };
        self.instrument == other.instrument
            && self.version == other.version
            && self.items == other.items
            && self.len() == other.len()
            && self.keys().eq(other.keys())
            && (0..self.keys.len()).all(|k| texts(self, k) == texts(other, k))
            && (0..self.items.len()).all(|i| self.answers(i).iter().eq(other.answers(i).iter()))
    }
}

/// The satisfaction items put to a citizen, in order: the columns of a frame.
pub(crate) fn asked_items(instrument: &Instrument) -> impl Iterator<Item = &Item> {
    instrument.items.iter().filter(|i| i.scored_by == ScoredBy::Citizen && i.component().is_some())
}

/// Takes responses row by row and makes a [`Frame`] of them.
#[derive(Debug)]
pub struct FrameBuilder {
    instrument: InstrumentId,
    version: u32,
    items: Vec<ItemCode>,
    /// Per item, which values its scale offers.
    offered: Vec<[bool; 256]>,
    keys: Vec<KeyColumn>,
    answers: Vec<Vec<u8>>,
    rows: usize,
    lines: Vec<(usize, u64)>,
}

#[derive(Debug)]
struct KeyColumn {
    key: Key,
    codes: Vec<u32>,
    places: HashMap<Box<str>, u32>,
}

impl KeyColumn {
    /// The place of `value` in the column's dictionary, entered there if it is new.
    fn place(&mut self, value: &str) -> u32 {
        if let Some(&place) = self.places.get(value) {
            return place;
        }
        let place = u32::try_from(self.key.values.len()).expect("rows are bounded by u32");
        self.key.values.push(value.to_owned());
        self.places.insert(value.into(), place);
        place
    }
}

impl FrameBuilder {
    /// A builder for responses to `instrument` with the text columns `key_names`.
    ///
    /// # Errors
    /// [`FrameError::NoItems`] and [`FrameError::RepeatedKey`].
    pub fn new(instrument: &Instrument, key_names: &[&str]) -> Result<Self, FrameError> {
        let items: Vec<_> = asked_items(instrument).map(|i| i.code.clone()).collect();
        if items.is_empty() {
            return Err(FrameError::NoItems { instrument: instrument.id.to_string() });
        }
        if let Some((_, name)) =
            key_names.iter().enumerate().find(|(i, name)| key_names[..*i].contains(name))
        {
            return Err(FrameError::RepeatedKey { name: (*name).to_owned() });
        }
        let column = |name: &&str| KeyColumn {
            key: Key { name: (*name).to_owned(), values: Vec::new() },
            codes: Vec::new(),
            places: HashMap::new(),
        };
        Ok(Self {
            instrument: instrument.id.clone(),
            version: instrument.version,
            offered: asked_items(instrument).map(|i| offered(instrument.scale_of(i))).collect(),
            keys: key_names.iter().map(column).collect(),
            answers: vec![Vec::new(); items.len()],
            items,
            rows: 0,
            lines: Vec::new(),
        })
    }

    /// The items whose answers a row takes, in order.
    pub fn items(&self) -> &[ItemCode] {
        &self.items
    }

    /// Adds one respondent: one text per key, one answer per item of
    /// [`FrameBuilder::items`], `None` where unanswered.
    ///
    /// # Errors
    /// [`FrameError::WrongLength`], [`FrameError::OffScale`] and
    /// [`FrameError::TooManyRows`]; the row is then left out as a whole.
    pub fn push(&mut self, keys: &[&str], answers: &[Option<u8>]) -> Result<(), FrameError> {
        let wrong = |what, expected, found| FrameError::WrongLength { what, expected, found };
        if keys.len() != self.keys.len() {
            return Err(wrong("keys", self.keys.len(), keys.len()));
        }
        if answers.len() != self.items.len() {
            return Err(wrong("answers", self.items.len(), answers.len()));
        }
        for (place, value) in answers.iter().enumerate() {
            if let Some(value) = value
                && !self.offered[place][usize::from(*value)]
            {
                let item = self.items[place].to_string();
                return Err(FrameError::OffScale { item, value: *value });
            }
        }
        self.room_for_one()?;
        for (column, value) in self.keys.iter_mut().zip(keys) {
            let place = column.place(value);
            column.codes.push(place);
        }
        for (column, value) in self.answers.iter_mut().zip(answers) {
            column.push(value.unwrap_or(UNANSWERED));
        }
        Ok(())
    }

    /// Adds a row that was already checked: places in the keys' dictionaries,
    /// answers with [`UNANSWERED`] for none, and its line in the file.
    fn push_checked(
        &mut self,
        places: &[u32],
        answers: &[u8],
        line: u64,
    ) -> Result<(), FrameError> {
        let row = self.rows;
        self.room_for_one()?;
        let follows = |(first, start): &(usize, u64)| start + (row - first) as u64 == line;
        if !self.lines.last().is_some_and(follows) {
            self.lines.push((row, line));
        }
        for (column, place) in self.keys.iter_mut().zip(places) {
            column.codes.push(*place);
        }
        for (column, value) in self.answers.iter_mut().zip(answers) {
            column.push(*value);
        }
        Ok(())
    }

    fn room_for_one(&mut self) -> Result<(), FrameError> {
        if self.rows >= u32::MAX as usize {
            return Err(FrameError::TooManyRows);
        }
        self.rows += 1;
        Ok(())
    }

    /// The frame of all rows added.
    pub fn finish(self) -> Frame {
        let mut columns: Vec<Column> = Vec::with_capacity(self.keys.len() + self.items.len());
        let mut keys = Vec::with_capacity(self.keys.len());
        for column in self.keys {
            let name = format!("key {}", column.key.name);
            columns.push(UInt32Chunked::from_vec(name.into(), column.codes).into_column());
            keys.push(column.key);
        }
        for (item, answers) in self.items.iter().zip(self.answers) {
            let cells = answers.into_iter().map(|v| (v != UNANSWERED).then_some(v));
            let name = format!("item {item}");
            columns.push(UInt8Chunked::from_iter_options(name.into(), cells).into_column());
        }
        let cells = DataFrame::new(self.rows, columns)
            .expect("names are distinct and every column has one cell per row");
        Frame {
            instrument: self.instrument,
            version: self.version,
            items: self.items,
            keys,
            cells,
            lines: self.lines,
        }
    }
}

pub(crate) fn offered(scale: Option<&Scale>) -> [bool; 256] {
    let mut offered = [false; 256];
    for option in scale.iter().flat_map(|s| s.options.iter().chain(&s.no_opinion)) {
        offered[usize::from(option.value)] = true;
    }
    // This byte means "unanswered" inside, and no scale reaches it.
    offered[usize::from(UNANSWERED)] = false;
    offered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_form::{frame, instrument};

    #[test]
    fn a_row_that_does_not_fit_is_left_out_as_a_whole() {
        let mut builder = FrameBuilder::new(&instrument(), &["group"]).unwrap();
        let mut answers = vec![Some(5); 8];
        answers[7] = Some(2);
        builder.push(&["x"], &answers).unwrap();
        assert!(matches!(
            builder.push(&[], &answers),
            Err(FrameError::WrongLength { what: "keys", expected: 1, found: 0 })
        ));
        assert!(matches!(
            builder.push(&["x"], &answers[..7]),
            Err(FrameError::WrongLength { what: "answers", expected: 8, found: 7 })
        ));
        answers[7] = Some(5);
        assert_eq!(
            builder.push(&["x"], &answers),
            Err(FrameError::OffScale { item: "D2".into(), value: 5 })
        );
        answers[7] = Some(u8::MAX);
        assert!(builder.push(&["x"], &answers).is_err());
        assert_eq!(builder.finish().len(), 1);
    }

    #[test]
    fn a_frame_knows_its_instrument_version() {
        let mut instrument = instrument();
        let frame = frame(&[]);
        assert!(frame.is_empty() && frame.is_of(&instrument));
        instrument.version = 2;
        assert!(!frame.is_of(&instrument));
    }

    #[test]
    fn a_key_is_named_once() {
        let twice = FrameBuilder::new(&instrument(), &["a", "b", "a"]);
        assert_eq!(twice.unwrap_err(), FrameError::RepeatedKey { name: "a".into() });
    }

    #[test]
    fn an_instrument_without_satisfaction_items_has_no_frame() {
        let mut instrument = instrument();
        for item in &mut instrument.items {
            item.scored_by = ScoredBy::Office;
        }
        let error = FrameBuilder::new(&instrument, &[]).unwrap_err();
        assert_eq!(error, FrameError::NoItems { instrument: "reference".into() });
        assert!(error.text().vi.contains("[[item]]"));
    }

    #[test]
    fn equality_looks_at_texts_and_not_at_their_order_of_arrival() {
        let one = frame(&[("x", "55555552"), ("y", "1-------"), ("x", "9-------")]);
        assert_eq!(one, frame(&[("x", "55555552"), ("y", "1-------"), ("x", "9-------")]));
        assert_ne!(one, frame(&[("y", "55555552"), ("x", "1-------"), ("y", "9-------")]));
        assert_ne!(one, frame(&[("x", "55555552"), ("y", "1-------"), ("x", "1-------")]));
        assert_ne!(one, frame(&[("x", "55555552"), ("y", "1-------")]));
    }
}
