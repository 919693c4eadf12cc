//! The list of closed dossiers: whom a link goes to.

mod faults;

use std::collections::HashSet;

use surveys::response::read_moment;
use surveys::text::{fold, typed_text};

pub use faults::Faults;
use faults::Wrong;

/// The most dossiers of one list.
const MOST: usize = 20_000;
/// The longest dossier code, in characters.
const LONGEST_CODE: usize = 64;
/// The longest address of a mailbox, in bytes (RFC 5321).
const LONGEST_EMAIL: usize = 254;
/// The longest part before the `@`, in bytes (RFC 5321).
const LONGEST_LOCAL: usize = 64;
/// How far ahead a clock may be: a closing this far in the future is still one of now.
const AHEAD_MILLIS: i64 = 3_600_000;
/// What may stand between the cells of a list; the last one when nothing else does.
const DELIMITERS: [u8; 3] = [b'\t', b';', b','];
/// The columns that are read; the first must be there.
const COLUMNS: [&str; 4] = ["dossier", "phone", "email", "closed_at"];
/// What else officials call them, folded as `surveys::text::fold` does.
const ALSO: [&[&str]; 4] = [
    &["ma ho so", "so ho so"],
    &["so dien thoai", "dien thoai", "sdt"],
    &["e mail", "thu dien tu", "dia chi email"],
    &["closed at", "ngay dong", "ngay tra ket qua"],
];

/// One closed dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// Its code.
    pub code: String,
    /// Digits, with a plus before them or not; empty when there is none.
    pub phone: String,
    /// Empty when there is none.
    pub email: String,
    /// When it was closed, in UTC milliseconds, where the hour is known.
    pub closed_at: Option<i64>,
}

/// What a list says.
#[derive(Debug, Default)]
pub struct Listed {
    /// Its dossiers, each once.
    pub dossiers: Vec<Dossier>,
    /// The telephone numbers and mailboxes that cannot be used: they are left empty.
    pub left_empty: Faults,
}

/// Reads a list at `now`: the column `dossier`, and `phone`, `email` and `closed_at`
/// where there are such. A code that comes twice is kept once.
///
/// # Errors
/// [`Faults`] when rows cannot be used: all of them at once.
pub fn read(text: &str, now: i64) -> Result<Listed, Faults> {
    let text = text.trim_start_matches('\u{feff}');
    let table = text.trim_start_matches([' ', '\r', '\n']);
    let above = text.len() - table.len();
    let line_at = |byte: u64| {
        let byte = above + usize::try_from(byte).unwrap_or(usize::MAX - above);
        // Ends of lines before a row are counted to it by its reader.
        let ends = text.get(byte..).unwrap_or_default().bytes();
        let ends = ends.take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let before = text.get(..byte + ends).unwrap_or_default().matches('\n').count();
        u64::try_from(before + 1).unwrap_or(u64::MAX)
    };
    let mut reader = csv::ReaderBuilder::new();
    reader.trim(csv::Trim::All).flexible(true).delimiter(delimiter(table));
    let mut reader = reader.from_reader(table.as_bytes());
    let line = line_at(0);
    let unreadable = |_| Faults::one(line, "", Wrong::Row);
    let header = reader.headers().map_err(unreadable)?.clone();
    let mut places = [None; 4];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        let mut named = (0..header.len()).filter(|n| column_of(&header[*n]) == Some(column));
        *place = named.next();
        if let Some(second) = named.next() {
            return Err(Faults::one(line, &header[second], Wrong::Twice));
        }
    }
    if places[0].is_none() {
        let known = header.iter().collect::<Vec<_>>().join(", ");
        return Err(Faults::one(line, "", Wrong::NoColumn(known)));
    }
    let names = places.map(|place| place.map_or("", |place| &header[place]));
    let mut list = List::new(names, now);
    for row in reader.records() {
        let row = row.map_err(unreadable)?;
        if row.iter().all(str::is_empty) {
            continue;
        }
        let line = line_at(row.position().map_or(0, csv::Position::byte));
        if row.len() == header.len() {
            let cells = places.map(|place| place.and_then(|place| row.get(place)).unwrap_or(""));
            list.add(line, cells);
        } else {
            list.faults.add(line, "", Wrong::Cells(row.len(), header.len()));
        }
    }
    list.end()
}

/// What stands between the cells of `table`: what its first line has the most of.
fn delimiter(table: &str) -> u8 {
    let first = table.lines().next().unwrap_or("");
    let cells = |delimiter: &u8| first.split(char::from(*delimiter)).count();
    DELIMITERS.into_iter().max_by_key(cells).unwrap_or(b',')
}

/// Which of the columns that are read the header cell `name` heads.
fn column_of(name: &str) -> Option<&'static str> {
    let folded = fold(name);
    let heads = |n: &usize| folded == COLUMNS[*n] || ALSO[*n].contains(&folded.as_str());
    (0..COLUMNS.len()).find(heads).map(|n| COLUMNS[n])
}

/// Reads a list that was pasted: a table with a header, or one dossier code a line.
///
/// # Errors
/// [`Faults`] when rows cannot be used: all of them at once.
pub fn pasted(text: &str, now: i64) -> Result<Listed, Faults> {
    let codes = text.trim_start_matches('\u{feff}');
    let is_between = |c: char| DELIMITERS.iter().any(|d| char::from(*d) == c);
    let first = codes.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    if first.split(is_between).any(|cell| column_of(bare(cell)) == Some(COLUMNS[0])) {
        return read(text, now);
    }
    let mut list = List::new([""; 4], now);
    for (line, typed) in (1..).zip(codes.lines()) {
        if typed.contains(is_between) || typed.contains('@') {
            return Err(Faults::one(line, "", Wrong::NoHeader));
        }
        if !typed.trim().is_empty() {
            list.add(line, [bare(typed), "", "", ""]);
        }
    }
    list.end()
}

/// `cell` without the spaces and quotation marks around it.
fn bare(cell: &str) -> &str {
    cell.trim().trim_matches('"').trim()
}

/// What is read so far.
#[derive(Debug)]
struct List<'a> {
    /// What the list calls the columns that are read.
    names: [&'a str; 4],
    now: i64,
    seen: HashSet<String>,
    listed: Listed,
    faults: Faults,
}

impl<'a> List<'a> {
    fn new(names: [&'a str; 4], now: i64) -> Self {
        let (seen, listed, faults) = (HashSet::new(), Listed::default(), Faults::default());
        Self { names, now, seen, listed, faults }
    }

    /// Adds the row in `line`, or what is wrong with it.
    fn add(&mut self, line: u64, [code, phone, email, closed]: [&str; 4]) {
        let code = match code_of(code) {
            Ok(code) => code,
            Err(wrong) => return self.faults.add(line, self.names[0], wrong),
        };
        let closed_at = match closing(closed, self.now) {
            Ok(closed_at) => closed_at,
            Err(wrong) => return self.faults.add(line, self.names[3], wrong),
        };
        if !self.seen.insert(code.clone()) {
            return;
        }
        let [phone, email] =
            [(1, phone_of(phone)), (2, email_of(email))].map(|(column, contact)| {
                contact.unwrap_or_else(|wrong| {
                    self.listed.left_empty.add(line, self.names[column], wrong);
                    String::new()
                })
            });
        self.listed.dossiers.push(Dossier { code, phone, email, closed_at });
        if self.listed.dossiers.len() == MOST + 1 {
            self.faults.add(line, "", Wrong::TooMany(MOST));
        }
    }

    fn end(self) -> Result<Listed, Faults> {
        if self.faults.all() == 0 { Ok(self.listed) } else { Err(self.faults) }
    }
}

fn code_of(cell: &str) -> Result<String, Wrong> {
    let code = typed_text(cell);
    let usable = (1..=LONGEST_CODE).contains(&code.chars().count());
    if usable && !code.chars().any(char::is_control) { Ok(code) } else { Err(Wrong::Code(code)) }
}

fn phone_of(cell: &str) -> Result<String, Wrong> {
    let bare: String = cell.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    let is_phone = (8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if bare.is_empty() || is_phone { Ok(bare) } else { Err(Wrong::Phone(cell.to_owned())) }
}

fn email_of(cell: &str) -> Result<String, Wrong> {
    let usable = cell.is_empty() || is_email(cell);
    if usable { Ok(cell.to_owned()) } else { Err(Wrong::Email(cell.to_owned())) }
}

/// When a dossier was closed, where the hour is known.
fn closing(cell: &str, now: i64) -> Result<Option<i64>, Wrong> {
    if cell.is_empty() {
        return Ok(None);
    }
    let moment = read_moment(cell).or_else(|| read_moment(&day_first(cell)?));
    let moment = moment.ok_or_else(|| Wrong::Moment(cell.to_owned()))?;
    if moment > now + AHEAD_MILLIS {
        return Err(Wrong::Future(cell.to_owned()));
    }
    // Of a day alone the hour is not known.
    Ok(cell.contains(':').then_some(moment))
}

/// A moment as one-stop systems write it, `dd/mm/yyyy` or `dd/mm/yyyy hh:mm[:ss]`, in the
/// form that programs use. The day is first in every list made in Vietnam.
fn day_first(text: &str) -> Option<String> {
    if !text.bytes().all(|b| b.is_ascii_digit() || b"/: ".contains(&b)) {
        return None;
    }
    let (day, time) = text.split_once(' ').map_or((text, ""), |(day, time)| (day, time.trim()));
    let mut parts = day.split('/').map(|part| part.parse::<u16>().ok().zip(Some(part.len())));
    let [(day, 1..=2), (month, 1..=2), (year, 4)] =
        [parts.next()??, parts.next()??, parts.next()??]
    else {
        return None;
    };
    if parts.next().is_some() {
        return None;
    }
    let hour = match time.find(':') {
        None if time.is_empty() => String::new(),
        Some(1) => format!("T0{time}"),
        Some(2) => format!("T{time}"),
        _ => return None,
    };
    Some(format!("{year:04}-{month:02}-{day:02}{hour}"))
}

/// Whether a mail server or a gateway can do something with `email`, and a spreadsheet
/// or a mail's head nothing.
fn is_email(email: &str) -> bool {
    let Some((name, host)) = email.split_once('@') else { return false };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    email.len() <= LONGEST_EMAIL
        && name.len() <= LONGEST_LOCAL
        && email.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(plain)
        && !name.ends_with('.')
        && !name.contains("..")
        && host.contains('.')
        && host.split('.').all(label)
}

#[cfg(test)]
mod tests;
