//! The list of closed dossiers: whom a link goes to.

use std::path::Path;

use surveys::response::read_moment;
use surveys::text::nfc;

use super::super::Failure;
use super::super::table_file::{bad_row, line_of, no_column, open};

/// The most dossiers of one file.
pub(super) const MOST: usize = 20_000;
/// The longest dossier code, in characters.
const LONGEST_CODE: usize = 64;
/// The longest address of a mailbox, in bytes (RFC 5321).
const LONGEST_EMAIL: usize = 254;

/// One closed dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dossier {
    pub(super) code: String,
    /// Digits, with a plus before them or not; empty when there is none.
    pub(super) phone: String,
    /// Empty when there is none.
    pub(super) email: String,
    /// When it was closed, in UTC milliseconds, where the hour is known.
    pub(super) closed_at: Option<i64>,
}

/// Reads the dossiers of the file `path`: the column `dossier`, and `phone`, `email`
/// and `closed_at` where there are such. A code that comes twice is kept once.
pub(super) fn read(path: &Path) -> Result<Vec<Dossier>, Failure> {
    let mut reader = open(path)?;
    let unreadable = |error: csv::Error| bad_row(path, line_of(&error), &error);
    let header = reader.headers().map_err(unreadable)?.clone();
    let column = |name: &str| header.iter().position(|n| n.eq_ignore_ascii_case(name));
    let code = column("dossier").ok_or_else(|| no_column(path, "dossier", &header))?;
    let others = ["phone", "email", "closed_at"].map(column);
    let mut seen = std::collections::HashSet::new();
    let mut dossiers = Vec::new();
    for row in reader.records() {
        let row = row.map_err(unreadable)?;
        let [phone, email, closed] =
            others.map(|place| place.and_then(|place| row.get(place)).unwrap_or(""));
        let line = row.position().map_or(1, csv::Position::line);
        let dossier = dossier(row.get(code).unwrap_or(""), phone, email, closed)
            .map_err(|what| bad_row(path, line, &what))?;
        if seen.insert(dossier.code.clone()) {
            dossiers.push(dossier);
        }
        if dossiers.len() > MOST {
            return Err(bad_row(path, line, &format!("> {MOST}")));
        }
    }
    Ok(dossiers)
}

fn dossier(code: &str, phone: &str, email: &str, closed: &str) -> Result<Dossier, String> {
    let code = nfc(code);
    let usable = (1..=LONGEST_CODE).contains(&code.chars().count());
    if !usable || code.chars().any(char::is_control) {
        return Err(format!("dossier `{code}`"));
    }
    let bare: String = phone.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    let is_phone = (8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !bare.is_empty() && !is_phone {
        return Err(format!("phone `{phone}`"));
    }
    let closed_at = match closed {
        "" => None,
        closed => {
            let moment = read_moment(closed).ok_or_else(|| format!("closed_at `{closed}`"))?;
            // Of a day alone the hour is not known.
            closed.contains(':').then_some(moment)
        }
    };
    if !email.is_empty() && !is_email(email) {
        return Err(format!("email `{email}`"));
    }
    Ok(Dossier { code, phone: bare, email: email.to_owned(), closed_at })
}

/// Whether a gateway can do something with `email`, and a spreadsheet nothing.
fn is_email(email: &str) -> bool {
    let Some((name, host)) = email.split_once('@') else { return false };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
    email.len() <= LONGEST_EMAIL
        && email.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(plain)
        && host.contains('.')
        && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
        && !host.starts_with('.')
        && !host.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<Dossier>, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dossiers.csv");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn codes_contacts_and_closing_times_are_read_from_any_spreadsheet() {
        let read = of("\u{feff}Dossier;phone;email;closed_at;tên\n\
             H19.1;+84 912.345-678;;2026-10-15T09:30;A\n\
             H19.2;;a.b+c@example.vn;2026-10-15;B\n\
             H19.1;0912345678;;;C\n")
        .unwrap();
        assert_eq!(read.len(), 2, "{read:?}");
        assert_eq!(read[0].phone, "+84912345678");
        assert_eq!(read[0].closed_at, read_moment("2026-10-15T09:30:00+07:00"));
        assert_eq!((read[1].email.as_str(), read[1].closed_at), ("a.b+c@example.vn", None));
    }

    #[test]
    fn a_row_that_cannot_be_used_is_told_with_its_line() {
        for (row, said) in [
            (",,,", "dossier"),
            ("H1,12,,", "phone"),
            ("H1,=1+1,,", "phone"),
            ("H1,,x,", "email"),
            ("H1,,=x@a.vn,", "email"),
            ("H1,,a@b,", "email"),
            ("H1,,,yesterday", "closed_at"),
            (&format!("{},,,", "x".repeat(65)), "dossier"),
        ] {
            let told = of(&format!("dossier,phone,email,closed_at\nOK,,,\n{row}\n"));
            let told = told.unwrap_err().0.en;
            assert!(told.contains("dossiers.csv:3") && told.contains(said), "{told}");
        }
        assert!(of("code,phone\n1,\n").unwrap_err().0.vi.contains("không có cột dossier"));
    }
}
