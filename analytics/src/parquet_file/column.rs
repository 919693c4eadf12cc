//! One column of a Parquet file, a few thousand rows at a time.
//!
//! What a value means is worked out once for each entry of a dictionary, and the
//! rows then take it from there.

use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};

use super::error::Problem;
use super::hybrid::{Cut, Hybrid};

/// A value as it stands in the file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Whole(i64),
    Text(&'a [u8]),
}

/// What the values of a column mean.
pub(super) trait Meaning {
    /// What becomes of a value.
    type Code: Copy + Default;
    /// Of a place that the dictionary does not have: the file is damaged.
    const DAMAGED: Self::Code;
    /// What an empty cell means.
    fn empty(&self) -> Self::Code;
    /// What `value` means.
    fn of(&mut self, value: Value<'_>) -> Self::Code;
}

/// How a value is written where it is not in a dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    /// In four bytes, and whether a first bit of 1 means a negative number.
    Four {
        signed: bool,
    },
    Eight,
    Text,
}

/// Where the reading of a column stands.
pub(super) struct Column<M: Meaning> {
    pages: Box<dyn PageReader>,
    plain: Plain,
    /// Whether cells can be empty.
    optional: bool,
    /// What the entries of the dictionary mean.
    table: Vec<M::Code>,
    page: Current,
    /// Values of rows that are not empty, one after the other, and which rows are not.
    values: Vec<M::Code>,
    there: Vec<u8>,
}

/// Rows that are looked at together.
const FEW: usize = 8;

/// Puts the first of `values` where rows are there, in order, and `empty` elsewhere; says
/// how many. What is read is so chosen that nothing has to be guessed: which rows are there
/// cannot be.
fn spread<C: Copy>(values: &[C; FEW], out: &mut [C], there: &[u8], empty: C) -> usize {
    let mut next = 0;
    for (out, there) in out.iter_mut().zip(there) {
        let value = values[next % FEW];
        *out = if *there == 1 { value } else { empty };
        next += usize::from(*there);
    }
    next
}

/// How many of `bits` are 1; the others are 0.
fn ones(bits: &[u8]) -> usize {
    let (eights, rest) = bits.as_chunks::<8>();
    // A byte of the sum has room for so many.
    let many = eights.chunks(usize::from(u8::MAX)).map(|some| {
        let sum: u64 = some.iter().map(|eight| u64::from_le_bytes(*eight)).sum();
        sum.to_le_bytes().into_iter().map(usize::from).sum::<usize>()
    });
    many.sum::<usize>() + rest.iter().map(|bit| usize::from(*bit)).sum::<usize>()
}

/// The page that is being read.
#[derive(Default)]
struct Current {
    page: Option<Page>,
    /// Rows that are still to come.
    rows: usize,
    /// Which of them are not empty.
    levels: Hybrid,
    /// Places in the dictionary, or where plain values go on.
    values: Values,
}

enum Values {
    Dictionary(Hybrid),
    Plain(usize),
}

impl Default for Values {
    fn default() -> Self {
        Self::Plain(0)
    }
}

impl<M: Meaning> Column<M> {
    pub(super) fn new(pages: Box<dyn PageReader>, plain: Plain, optional: bool) -> Self {
        let (table, page, values, there) = Default::default();
        Self { pages, plain, optional, table, page, values, there }
    }

    /// Fills `out` with the meanings of the next rows.
    pub(super) fn read(&mut self, meaning: &mut M, mut out: &mut [M::Code]) -> Result<(), Problem> {
        while !out.is_empty() {
            if self.page.rows == 0 {
                self.turn(meaning)?;
                continue;
            }
            let (now, later) = out.split_at_mut(self.page.rows.min(out.len()));
            self.page.rows -= now.len();
            self.rows(meaning, now)?;
            out = later;
        }
        Ok(())
    }

    fn rows(&mut self, meaning: &mut M, out: &mut [M::Code]) -> Result<(), Problem> {
        let Self { plain, table, page, values, there, .. } = self;
        let bytes: &[u8] = page.page.as_ref().map_or(&[], |page| page.buffer());
        if !self.optional {
            return Ok(page.values.fill(bytes, *plain, table, meaning, out)?);
        }
        there.resize(out.len(), 0);
        page.levels.bits(bytes, there)?;
        let count = ones(there);
        if count == out.len() {
            return Ok(page.values.fill(bytes, *plain, table, meaning, out)?);
        }
        // A few more than there are, so that the last rows can look at as many too.
        let empty = meaning.empty();
        values.resize(count + FEW, empty);
        page.values.fill(bytes, *plain, table, meaning, &mut values[..count])?;
        let mut next = 0;
        for (out, there) in out.chunks_mut(FEW).zip(there.chunks(FEW)) {
            let values = values[next..].first_chunk().ok_or(Cut)?;
            // Most rows are not empty.
            if there == [1; FEW] {
                out.copy_from_slice(values);
                next += FEW;
            } else {
                next += spread(values, out, there, empty);
            }
        }
        Ok(())
    }

    /// Turns to the next page.
    fn turn(&mut self, meaning: &mut M) -> Result<(), Problem> {
        let page = self.pages.get_next_page()?.ok_or(Cut)?;
        let bytes = page.buffer();
        let (rows, levels) = match &page {
            Page::DictionaryPage { num_values, .. } => {
                self.table.clear();
                let mut start = 0;
                for _ in 0..*num_values {
                    self.table.push(meaning.of(self.plain.next(bytes, &mut start)?));
                }
                return Ok(());
            }
            Page::DataPage { num_values, def_level_encoding, .. } => {
                if self.optional && *def_level_encoding != Encoding::RLE {
                    return Err(Problem::Encoding { encoding: def_level_encoding.to_string() });
                }
                let length = bytes.first_chunk().filter(|_| self.optional);
                let levels = length.map(|length| (4, u32::from_le_bytes(*length) as usize));
                (*num_values, levels.unwrap_or_default())
            }
            Page::DataPageV2 { num_values, def_levels_byte_len, .. } => {
                (*num_values, (0, *def_levels_byte_len as usize))
            }
        };
        let start = levels.0 + levels.1;
        let values = match page.encoding() {
            Encoding::PLAIN => Values::Plain(start),
            Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY => {
                // A page of empty cells alone may end here.
                let width = usize::from(bytes.get(start).copied().unwrap_or_default());
                if width > 24 {
                    return Err(Cut.into());
                }
                self.table.resize(self.table.len().max(1 << width), M::DAMAGED);
                Values::Dictionary(Hybrid::new(width, start + 1))
            }
            other => return Err(Problem::Encoding { encoding: other.to_string() }),
        };
        let levels = Hybrid::new(1, levels.0);
        self.page = Current { page: Some(page), rows: rows as usize, levels, values };
        Ok(())
    }
}

impl Values {
    fn fill<M: Meaning>(
        &mut self,
        bytes: &[u8],
        plain: Plain,
        table: &[M::Code],
        meaning: &mut M,
        out: &mut [M::Code],
    ) -> Result<(), Cut> {
        match self {
            Self::Dictionary(places) => places.fill(bytes, out, table),
            Self::Plain(start) => {
                for out in out {
                    *out = meaning.of(plain.next(bytes, start)?);
                }
                Ok(())
            }
        }
    }
}

impl Plain {
    /// The value that begins at the byte `start`, which moves on to the next.
    fn next<'a>(self, bytes: &'a [u8], start: &mut usize) -> Result<Value<'a>, Cut> {
        let rest = bytes.get(*start..).ok_or(Cut)?;
        let (length, value) = match self {
            Self::Four { signed } => {
                let four = *rest.first_chunk().ok_or(Cut)?;
                let unsigned = i64::from(u32::from_le_bytes(four));
                let value = if signed { i64::from(i32::from_le_bytes(four)) } else { unsigned };
                (4, Value::Whole(value))
            }
            Self::Eight => (8, Value::Whole(i64::from_le_bytes(*rest.first_chunk().ok_or(Cut)?))),
            Self::Text => {
                let length = u32::from_le_bytes(*rest.first_chunk().ok_or(Cut)?) as usize;
                (4 + length, Value::Text(rest[4..].get(..length).ok_or(Cut)?))
            }
        };
        *start += length;
        Ok(value)
    }
}
