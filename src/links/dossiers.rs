//! The list of closed dossiers: whom a link goes to.

use std::collections::HashSet;
use std::io::Read;

use surveys::Text;
use surveys::response::read_moment;
use surveys::text::{fold, typed_text};

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

/// What is wrong with a list, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct BadList {
    /// The line, from 1.
    pub line: u64,
    /// The column's name.
    pub column: &'static str,
    what: Wrong,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Wrong {
    #[error("there is no such column; the list has: {0}")]
    NoColumn(String),
    #[error("there are two of it; keep one")]
    Twice,
    #[error("the row has {0} cells and the header {1}; each row needs as many as the header")]
    Cells(u64, u64),
    #[error("the row cannot be read; save the list as UTF-8")]
    Row,
    #[error(
        "there are several cells and no header; write column names in the first line, such as dossier and email"
    )]
    NoHeader,
    #[error("`{0}` is no dossier code; write 1 to 64 characters")]
    Code(String),
    #[error("`{0}` is no phone number; write 8 to 15 digits")]
    Phone(String),
    #[error("`{0}` is no mail address; write Latin letters, a domain with marks in its xn-- form")]
    Email(String),
    #[error("`{0}` is no moment; write it like 15/10/2026 09:30 or 2026-10-15T09:30")]
    Moment(String),
    #[error("`{0}` is in the future; a dossier is closed when its result is given")]
    Future(String),
    #[error("a list has at most {MOST} dossiers; make two of it")]
    TooMany,
}

impl BadList {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let what = match &self.what {
            Wrong::NoColumn(known) => format!("không có cột này; danh sách có: {known}"),
            Wrong::Twice => "có hai cột cùng tên; hãy giữ một".to_owned(),
            Wrong::Cells(row, header) => format!(
                "dòng có {row} ô còn tiêu đề có {header}; mỗi dòng cần đủ số ô như tiêu đề"
            ),
            Wrong::Row => "không đọc được dòng; hãy lưu danh sách ở dạng UTF-8".to_owned(),
            Wrong::NoHeader => {
                "có nhiều ô mà không có dòng tiêu đề; hãy ghi tên cột ở dòng đầu, như mã hồ sơ và email"
                    .to_owned()
            }
            Wrong::Code(code) => {
                format!("`{code}` không phải là mã hồ sơ; hãy viết 1 đến 64 ký tự")
            }
            Wrong::Phone(phone) => {
                format!("`{phone}` không phải là số điện thoại; hãy viết 8 đến 15 chữ số")
            }
            Wrong::Email(email) => format!(
                "`{email}` không phải là địa chỉ thư; hãy viết bằng chữ Latinh, tên miền có dấu viết dạng xn--"
            ),
            Wrong::Moment(text) => {
                format!(
                    "`{text}` không phải là thời điểm; hãy viết như 15/10/2026 09:30 hoặc 2026-10-15T09:30"
                )
            }
            Wrong::Future(text) => {
                format!("`{text}` ở tương lai; hồ sơ chỉ đóng khi đã trả kết quả")
            }
            Wrong::TooMany => format!("một danh sách có nhiều nhất {MOST} hồ sơ; hãy chia đôi"),
        };
        let Self { line, column, .. } = self;
        Text::new(format!("dòng {line}, cột {column}: {what}"), self.to_string())
    }
}

/// Reads a list at `now`: the column `dossier`, and `phone`, `email` and `closed_at`
/// where there are such. A code that comes twice is kept once.
///
/// # Errors
/// [`BadList`] with the first row that cannot be used.
pub fn read<R: Read>(reader: &mut csv::Reader<R>, now: i64) -> Result<Vec<Dossier>, BadList> {
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        let what = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                Wrong::Cells(*len, *expected_len)
            }
            _ => Wrong::Row,
        };
        BadList { line, column: COLUMNS[0], what }
    };
    let header = reader.headers().map_err(unreadable)?.clone();
    let mut places = [None; 4];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        let mut named = (0..header.len()).filter(|n| column_of(&header[*n]) == Some(column));
        *place = named.next();
        if named.next().is_some() {
            return Err(BadList { line: 1, column, what: Wrong::Twice });
        }
    }
    if places[0].is_none() {
        let known = header.iter().collect::<Vec<_>>().join(", ");
        return Err(BadList { line: 1, column: COLUMNS[0], what: Wrong::NoColumn(known) });
    }
    let mut list = List::default();
    for row in reader.records() {
        let row = row.map_err(unreadable)?;
        let line = row.position().map_or(1, csv::Position::line);
        let cells = places.map(|place| place.and_then(|place| row.get(place)).unwrap_or(""));
        list.add(line, cells, now)?;
    }
    Ok(list.dossiers)
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
/// [`BadList`] with the first row that cannot be used.
pub fn pasted(text: &str, now: i64) -> Result<Vec<Dossier>, BadList> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or("");
    let delimiters = ['\t', ';', ','];
    if first.split(delimiters).any(|cell| column_of(bare(cell)) == Some(COLUMNS[0])) {
        let cells = |delimiter: &char| first.split(*delimiter).count();
        let delimiter = delimiters.into_iter().rev().max_by_key(cells).unwrap_or(',');
        let mut reader = csv::ReaderBuilder::new();
        reader.trim(csv::Trim::All).delimiter(u8::try_from(delimiter).unwrap_or(b','));
        return read(&mut reader.from_reader(text.as_bytes()), now);
    }
    let mut list = List::default();
    for (line, typed) in (1..).zip(text.lines()) {
        if typed.contains(delimiters) || typed.contains('@') {
            return Err(BadList { line, column: COLUMNS[0], what: Wrong::NoHeader });
        }
        if !typed.trim().is_empty() {
            list.add(line, [bare(typed), "", "", ""], now)?;
        }
    }
    Ok(list.dossiers)
}

/// `cell` without the spaces and quotation marks around it.
fn bare(cell: &str) -> &str {
    cell.trim().trim_matches('"').trim()
}

/// The dossiers read so far, each once.
#[derive(Debug, Default)]
struct List {
    seen: HashSet<String>,
    dossiers: Vec<Dossier>,
}

impl List {
    fn add(&mut self, line: u64, cells: [&str; 4], now: i64) -> Result<(), BadList> {
        let at = |column: usize, what| BadList { line, column: COLUMNS[column], what };
        let dossier = dossier(cells, now).map_err(|(column, what)| at(column, what))?;
        if self.seen.insert(dossier.code.clone()) {
            self.dossiers.push(dossier);
        }
        if self.dossiers.len() > MOST { Err(at(0, Wrong::TooMany)) } else { Ok(()) }
    }
}

/// What stands in one row, or the column that is wrong and why.
fn dossier([code, phone, email, closed]: [&str; 4], now: i64) -> Result<Dossier, (usize, Wrong)> {
    let code = typed_text(code);
    let usable = (1..=LONGEST_CODE).contains(&code.chars().count());
    if !usable || code.chars().any(char::is_control) {
        return Err((0, Wrong::Code(code)));
    }
    let bare: String = phone.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    let is_phone = (8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !bare.is_empty() && !is_phone {
        return Err((1, Wrong::Phone(phone.to_owned())));
    }
    if !email.is_empty() && !is_email(email) {
        return Err((2, Wrong::Email(email.to_owned())));
    }
    let closed_at = match closed {
        "" => None,
        closed => {
            let moment = read_moment(closed).or_else(|| read_moment(&day_first(closed)?));
            let moment = moment.ok_or_else(|| (3, Wrong::Moment(closed.to_owned())))?;
            // Of a day alone the hour is not known.
            let known = closed.contains(':').then_some(moment);
            if moment > now + AHEAD_MILLIS {
                return Err((3, Wrong::Future(closed.to_owned())));
            }
            known
        }
    };
    Ok(Dossier { code, phone: bare, email: email.to_owned(), closed_at })
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
mod tests {
    use super::*;

    fn now() -> i64 {
        read_moment("2026-11-20T10:00:00+07:00").unwrap()
    }

    fn of(text: &str) -> Result<Vec<Dossier>, BadList> {
        let mut reader = csv::ReaderBuilder::new();
        read(&mut reader.trim(csv::Trim::All).from_reader(text.as_bytes()), now())
    }

    #[test]
    fn codes_contacts_and_closing_times_are_read() {
        let read = of("Dossier,phone,email,closed_at,tên\n\
             H19.1,+84 912.345-678,,2026-10-15T09:30,A\n\
             H19.2,,a.b+c@xn--example-q1a.vn,2026-10-15,B\n\
             H19.1,0912345678,,,C\n")
        .unwrap();
        assert_eq!(read.len(), 2, "{read:?}");
        assert_eq!(read[0].phone, "+84912345678");
        assert_eq!(read[0].closed_at, read_moment("2026-10-15T09:30:00+07:00"));
        assert_eq!(read[1].email, "a.b+c@xn--example-q1a.vn");
        assert_eq!(read[1].closed_at, None);
    }

    #[test]
    fn a_closing_is_read_as_one_stop_systems_write_it() {
        for (written, moment) in [
            ("15/10/2026 09:30", Some("2026-10-15T09:30:00+07:00")),
            ("15/10/2026 9:30", Some("2026-10-15T09:30:00+07:00")),
            ("5/1/2026 23:59:58", Some("2026-01-05T23:59:58+07:00")),
            ("15/10/2026  09:30", Some("2026-10-15T09:30:00+07:00")),
            // Of a day alone the hour is not known.
            ("15/10/2026", None),
            ("5/1/2026", None),
        ] {
            let read = of(&format!("Mã hồ sơ,Ngày đóng\nH1,{written}\n")).unwrap();
            assert_eq!(read[0].closed_at, moment.and_then(read_moment), "{written}");
        }
    }

    #[test]
    fn what_is_pasted_is_codes_or_a_table() {
        let codes = |text| pasted(text, now()).map(|all| all.into_iter().map(|d| d.code).collect());
        let wanted: Result<Vec<String>, BadList> = Ok(vec!["H1".into(), "H2".into()]);
        for text in [
            "H1\r\nH2\r\n\r\nH1",
            "\u{feff}\"H1\"\n H2 ",
            "dossier\temail\nH1\ta@b.vn\nH2\t",
            "Dossier;phone\nH1;\nH2;0912345678",
            "Mã hồ sơ;Email\nH1;a@b.vn\nH2;",
            "\u{feff}\"Mã hồ sơ\",\"Số điện thoại\"\n\"H1\",\"0912345678\"\nH2,",
            "STT\tMÃ HỒ SƠ\n1\tH1\n2\tH2",
        ] {
            assert_eq!(codes(text), wanted, "{text}");
        }
        assert_eq!(pasted("Mã hồ sơ;E-mail\nH1;a@b.vn", now()).unwrap()[0].email, "a@b.vn");
        assert_eq!(pasted("", now()), Ok(Vec::new()));
        let long = format!("H1\n{}", "x".repeat(65));
        assert_eq!(pasted(&long, now()).unwrap_err().line, 2);
        for (text, line, said) in [
            ("H1;a@b.vn\nH2;c@d.vn", 1, "không có dòng tiêu đề"),
            ("H1\na@b.vn", 2, "không có dòng tiêu đề"),
            ("H1\tA\nH2\tB", 1, "không có dòng tiêu đề"),
            ("mã hồ sơ;email\nH1;a@b.vn\nH2", 3, "dòng có 1 ô còn tiêu đề có 2"),
        ] {
            let bad = pasted(text, now()).unwrap_err();
            assert_eq!(bad.line, line, "{text}");
            assert!(bad.text().vi.contains(said), "{bad}");
        }
    }

    #[test]
    fn a_row_that_cannot_be_used_is_told_with_line_and_column() {
        let long = format!("{}@a.vn", "x".repeat(65));
        let long_host = format!("a@{}.vn", "x".repeat(64));
        for (row, column) in [
            (",,,", "dossier"),
            ("H1,12,,", "phone"),
            ("H1,=1+1,,", "phone"),
            ("H1,,x,", "email"),
            ("H1,,=x@a.vn,", "email"),
            ("H1,,a@b,", "email"),
            ("H1,,a@b..vn,", "email"),
            ("H1,,a..b@c.vn,", "email"),
            ("H1,,a@-b.vn,", "email"),
            ("H1,,a@tên-miền.vn,", "email"),
            ("H1,,\"a@b.vn\r\nBcc: c@d.vn\",", "email"),
            ("H1,,\"a@b.vn, c@d.vn\",", "email"),
            ("H1,,<a@b.vn>,", "email"),
            (&format!("H1,,{long},"), "email"),
            (&format!("H1,,{long_host},"), "email"),
            ("H1,,,yesterday", "closed_at"),
            ("H1,,,9999-12-31", "closed_at"),
            ("H1,,,2026-11-21T09:00", "closed_at"),
            ("H1,,,21/11/2026 09:00", "closed_at"),
            ("H1,,,10/15/2026", "closed_at"),
            ("H1,,,31/02/2026", "closed_at"),
            ("H1,,,15/10/26", "closed_at"),
            ("H1,,,15/10/2026/1", "closed_at"),
            ("H1,,,+5/10/2026", "closed_at"),
            ("H1,,,15/10/2026 9h30", "closed_at"),
            ("H1,,,15/10/2026 24:30", "closed_at"),
            ("H1,,,15/10/2026 09:30Z", "closed_at"),
            (&format!("{},,,", "x".repeat(65)), "dossier"),
        ] {
            let told = of(&format!("dossier,phone,email,closed_at\nOK,,,\n{row}\n")).unwrap_err();
            assert_eq!((told.line, told.column), (3, column), "{told}");
            assert!(told.text().vi.starts_with(&format!("dòng 3, cột {column}: ")), "{row}");
        }
    }

    #[test]
    fn a_column_that_is_missing_or_there_twice_is_told() {
        assert!(of("code,phone\n1,\n").unwrap_err().text().vi.contains("không có cột này"));
        let twice = of("dossier,phone,Dossier\n1,,2\n").unwrap_err();
        assert_eq!((twice.line, twice.column, twice.what), (1, "dossier", Wrong::Twice));
    }
}
