//! The records of a CSV file, one at a time, whatever is in it.
//!
//! RFC 4180 with what files in the wild need: any of three delimiters, LF or
//! CRLF, a missing last line end, blank lines. A record that cannot be read costs
//! its first line and no more: reading goes on with the next line, so that one
//! stray quote does not swallow the rest of the file. Memory is bounded by
//! [`LONGEST`] whatever the file holds.

use std::borrow::Cow;
use std::io::{self, Read};

/// The longest record that is read, in bytes.
pub const LONGEST: usize = 256 * 1024;
const BLOCK: usize = 1024 * 1024;

/// A cell: its place in the record's bytes, and whether quotes in it are doubled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cell {
    start: usize,
    end: usize,
    doubled: bool,
}

/// Why a line is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// A quote was opened and never closed.
    OpenQuote,
    /// Something stands between a closing quote and the next delimiter.
    AfterQuote,
    /// It is longer than [`LONGEST`].
    TooLong,
}

/// What comes next in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// A record; its cells are those of [`Records::cell`].
    Record,
    /// A line that is no record.
    Broken(Broken),
    /// Nothing.
    End,
}

/// Reads records from a source of UTF-8 or of one-byte characters.
#[derive(Debug)]
pub struct Records<R> {
    source: R,
    buffer: Vec<u8>,
    /// Where the next record begins in `buffer`.
    start: usize,
    at_end: bool,
    delimiter: u8,
    /// The current record: where it begins and how long it is.
    record: (usize, usize),
    cells: Vec<Cell>,
    /// The line on which the current record begins, from 1.
    line: u64,
    lines_before_next: u64,
}

#[derive(Debug)]
enum Scan {
    /// A whole record: its length with its line end, and the line ends inside quotes.
    Complete(usize, u64),
    NeedsMore,
    Broken(Broken),
}

/// Finds the record at the start of `bytes` and its cells. `at_end` says that
/// nothing follows `bytes`.
fn scan(bytes: &[u8], at_end: bool, delimiter: u8, cells: &mut Vec<Cell>) -> Scan {
    cells.clear();
    let (mut at, mut inner_lines) = (0, 0);
    loop {
        if bytes.get(at) != Some(&b'"') {
            let ends = |b: &u8| *b == delimiter || *b == b'\n';
            let (end, last) = match bytes[at..].iter().position(ends) {
                Some(offset) => (at + offset, bytes[at + offset] == b'\n'),
                None if at_end => (bytes.len(), true),
                None => return Scan::NeedsMore,
            };
            let carriage_return = last && end > at && bytes[end - 1] == b'\r';
            let cell_end = end - usize::from(carriage_return);
            cells.push(Cell { start: at, end: cell_end, doubled: false });
            if last {
                return Scan::Complete(bytes.len().min(end + 1), inner_lines);
            }
            at = end + 1;
            continue;
        }
        let start = at + 1;
        let mut doubled = false;
        let mut from = start;
        let end = loop {
            match bytes[from..].iter().position(|b| *b == b'"') {
                Some(offset) if bytes.get(from + offset + 1) == Some(&b'"') => {
                    doubled = true;
                    from += offset + 2;
                }
                Some(offset) => break from + offset,
                None if at_end => return Scan::Broken(Broken::OpenQuote),
                None => return Scan::NeedsMore,
            }
        };
        cells.push(Cell { start, end, doubled });
        inner_lines += line_ends(&bytes[start..end]);
        at = end + 1;
        match bytes[at..] {
            [next, ..] if next == delimiter => at += 1,
            [b'\n', ..] => return Scan::Complete(at + 1, inner_lines),
            [b'\r', b'\n', ..] => return Scan::Complete(at + 2, inner_lines),
            [] | [b'\r'] if !at_end => return Scan::NeedsMore,
            [] | [b'\r'] => return Scan::Complete(bytes.len(), inner_lines),
            _ => return Scan::Broken(Broken::AfterQuote),
        }
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().map(|b| u64::from(*b == b'\n')).sum()
}

impl<R: Read> Records<R> {
    /// Reads records from `source`, cells separated by commas until
    /// [`Records::reread`] says otherwise.
    pub fn new(source: R) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            start: 0,
            at_end: false,
            delimiter: b',',
            record: (0, 0),
            cells: Vec::new(),
            line: 0,
            lines_before_next: 0,
        }
    }

    /// The line on which the current record begins, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many cells the current record has.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// The bytes of a cell of the current record, without its quotes.
    pub fn cell(&self, place: usize) -> Cow<'_, [u8]> {
        let Cell { start, end, doubled } = self.cells[place];
        let bytes = &self.buffer[self.record.0 + start..self.record.0 + end];
        if !doubled {
            return Cow::Borrowed(bytes);
        }
        let mut single = Vec::with_capacity(bytes.len());
        let mut after_quote = false;
        for &byte in bytes {
            after_quote = byte == b'"' && !after_quote;
            if byte != b'"' || after_quote {
                single.push(byte);
            }
        }
        Cow::Owned(single)
    }

    /// The bytes of the current record, or of the first line of what is no record,
    /// without the line end.
    pub fn bytes(&self) -> &[u8] {
        let (start, len) = self.record;
        let bytes = &self.buffer[start..start + len];
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        bytes.strip_suffix(b"\r").unwrap_or(bytes)
    }

    /// Reads the current record again with another delimiter; it must fit.
    pub fn reread(&mut self, delimiter: u8) -> Next {
        self.delimiter = delimiter;
        let (start, len) = self.record;
        match scan(&self.buffer[start..start + len], true, delimiter, &mut self.cells) {
            Scan::Complete(..) => Next::Record,
            Scan::Broken(broken) => Next::Broken(broken),
            Scan::NeedsMore => Next::Broken(Broken::OpenQuote),
        }
    }

    /// Gives the current record up as broken: all but its first line is read again.
    pub fn take_first_line_only(&mut self) {
        let (start, len) = self.record;
        if let Some(first) = self.buffer[start..start + len].iter().position(|b| *b == b'\n')
            && first + 1 < len
        {
            self.record.1 = first + 1;
            self.start = start + first + 1;
            self.lines_before_next = self.line;
        }
    }

    /// Moves to the next record that is not blank.
    ///
    /// # Errors
    /// When the source cannot be read.
    pub fn advance(&mut self) -> io::Result<Next> {
        loop {
            if self.start == self.buffer.len() && self.at_end {
                return Ok(Next::End);
            }
            self.line = self.lines_before_next + 1;
            let unread = &self.buffer[self.start..];
            match scan(unread, self.at_end, self.delimiter, &mut self.cells) {
                Scan::Complete(len, inner_lines) => {
                    self.record = (self.start, len);
                    self.start += len;
                    self.lines_before_next += 1 + inner_lines;
                    let blank = matches!(self.cells[..], [Cell { start, end, .. }] if start == end);
                    if !blank {
                        return Ok(Next::Record);
                    }
                }
                Scan::Broken(broken) => return self.skip_line(broken).map(Next::Broken),
                Scan::NeedsMore if unread.len() > LONGEST => {
                    let broken = if unread[..LONGEST].contains(&b'\n') {
                        Broken::OpenQuote
                    } else {
                        Broken::TooLong
                    };
                    return self.skip_line(broken).map(Next::Broken);
                }
                Scan::NeedsMore => self.fill()?,
            }
        }
    }

    /// Passes over the line that begins at `start`, however long it is. The bytes
    /// of an overlong line are not kept.
    fn skip_line(&mut self, broken: Broken) -> io::Result<Broken> {
        self.lines_before_next += 1;
        loop {
            let unread = &self.buffer[self.start..];
            if let Some(end) = unread.iter().position(|b| *b == b'\n') {
                self.record = (self.start, if broken == Broken::TooLong { 0 } else { end });
                self.start += end + 1;
                return Ok(broken);
            }
            self.record = (self.start, if broken == Broken::TooLong { 0 } else { unread.len() });
            self.start = self.buffer.len();
            if self.at_end {
                return Ok(broken);
            }
            self.fill()?;
        }
    }

    /// Drops what was read and reads on.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let before = self.buffer.len();
        self.source.by_ref().take(BLOCK as u64).read_to_end(&mut self.buffer)?;
        self.at_end = self.buffer.len() == before;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each record as its line and cells, each broken line as its line and reason.
    fn read(file: &[u8]) -> Vec<(u64, Result<Vec<String>, Broken>)> {
        let mut records = Records::new(file);
        let mut found = Vec::new();
        loop {
            match records.advance().unwrap() {
                Next::End => return found,
                Next::Broken(broken) => found.push((records.line(), Err(broken))),
                Next::Record => {
                    let cell = |i| String::from_utf8_lossy(&records.cell(i)).into_owned();
                    found.push((records.line(), Ok((0..records.width()).map(cell).collect())));
                }
            }
        }
    }

    fn record(line: u64, cells: &[&str]) -> (u64, Result<Vec<String>, Broken>) {
        (line, Ok(cells.iter().map(|c| (*c).to_owned()).collect()))
    }

    #[test]
    fn lines_quotes_and_blanks_are_read_as_rfc_4180_says() {
        let file = b"a,b\r\n1,\r\n\r\n\"x\"\"y\",\"p,\nq\"\n\n,\"\"\nlast,5\" wide";
        assert_eq!(
            read(file),
            [
                record(1, &["a", "b"]),
                record(2, &["1", ""]),
                record(4, &["x\"y", "p,\nq"]),
                record(7, &["", ""]),
                record(8, &["last", "5\" wide"]),
            ]
        );
        assert_eq!(read(b""), []);
        assert_eq!(read(b"\n\n"), []);
        assert_eq!(read(b"\"a\""), [record(1, &["a"])]);
        assert_eq!(read(b"\"a\"\r"), [record(1, &["a"])]);
        assert_eq!(read(b"a,"), [record(1, &["a", ""])]);
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        let file = b"a,b\n1,\"x\n2,y\n3,\"z\"w\n4,v\n";
        let found = read(file);
        assert_eq!(found[0], record(1, &["a", "b"]));
        assert_eq!(found[1], (2, Err(Broken::AfterQuote)));
        assert_eq!(found[2], record(3, &["2", "y"]));
        assert_eq!(found[3], (4, Err(Broken::AfterQuote)));
        assert_eq!(found[4], record(5, &["4", "v"]));
    }

    #[test]
    fn a_quote_that_never_closes_costs_one_line() {
        let found = read(b"a\n\"x\n2\n3");
        assert_eq!(found[1], (2, Err(Broken::OpenQuote)));
        assert_eq!(found[2..], [record(3, &["2"]), record(4, &["3"])]);
    }

    #[test]
    fn an_endless_line_is_passed_over_in_bounded_memory() {
        let endless = std::io::repeat(b'7').take(5_000_000);
        let file = b"a\n".chain(endless).chain(&b"\nb\n"[..]);
        let mut records = Records::new(file);
        let mut found = Vec::new();
        loop {
            let next = records.advance().unwrap();
            assert!(records.buffer.capacity() < 6 * BLOCK);
            if next == Next::End {
                break;
            }
            found.push((records.line(), next));
        }
        let broken = Next::Broken(Broken::TooLong);
        assert_eq!(found, [(1, Next::Record), (2, broken), (3, Next::Record)]);
    }

    #[test]
    fn a_record_across_two_blocks_is_whole() {
        let cell = "x".repeat(90_000);
        let rows: Vec<String> = (0..40).map(|i| format!("{i},{cell}\n")).collect();
        let file = rows.concat();
        let found = read(file.as_bytes());
        assert_eq!(found.len(), 40);
        assert_eq!(found[39], record(40, &["39", &cell]));
    }
}
