//! A month as people and spreadsheets write it.

use chrono::NaiveDate;

use super::BadEntry;
use crate::period::{Period, YEARS};
use crate::text::fold;

/// English months, which a spreadsheet writes for `2026-10` that it opened and saved.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The month in `2026-10`, `10/2026`, `Tháng 10 năm 2026`, `T10/2026`, `2026-10-01`,
/// `01/10/2026`, `Oct-26` or `Thg10-26`.
///
/// # Errors
/// [`BadEntry::Month`] for what is none, [`BadEntry::LongAgo`] for one before [`YEARS`].
pub(super) fn parse(typed: &str) -> Result<Period, BadEntry> {
    let (year, month) = year_and_month(typed).ok_or(BadEntry::Month)?;
    if (1_000..*YEARS.start()).contains(&year) && (1..=12).contains(&month) {
        return Err(BadEntry::LongAgo);
    }
    let first = YEARS.contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, 1)).flatten();
    first.map(Period::month_of).ok_or(BadEntry::Month)
}

fn year_and_month(typed: &str) -> Option<(i32, u32)> {
    if typed.len() > 40 {
        return None;
    }
    let text = fold(typed);
    // A spreadsheet's day has an hour.
    let text = text.trim().trim_end_matches("t00 00 00").trim_end();
    let text =
        ["thang", "thg", "t"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let parts: Vec<&str> =
        text.split(' ').filter(|part| !part.is_empty() && *part != "nam").collect();
    let (year, month) = match parts[..] {
        [year, month] | [year, month, "01" | "1"] if year.len() == 4 => (year, month),
        [month, year] | ["01" | "1", month, year] => (year, month),
        _ => return None,
    };
    let year = match (year.len(), digits(year)?) {
        (4, year) => year,
        (2, year) => 2000 + year,
        _ => return None,
    };
    let named =
        MONTHS.iter().position(|name| *name == month).and_then(|n| u32::try_from(n + 1).ok());
    let month = named.or_else(|| digits(month).filter(|_| month.len() <= 2))?;
    Some((i32::try_from(year).ok()?, month))
}

fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_people_and_spreadsheets_write_it() {
        for typed in [
            "2026-10",
            " 10/2026 ",
            "10-2026",
            "2026/10",
            "Tháng 10/2026",
            "tháng 10 năm 2026",
            "T10/2026",
            "Thg10-26",
            "Oct-26",
            "2026-10-01",
            "2026-10-01T00:00:00",
            "01/10/2026",
        ] {
            assert_eq!(parse(typed).unwrap().code, "2026-10", "{typed}");
        }
        assert_eq!(parse("1/2026").unwrap().code, "2026-01");
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for wrong in [
            "",
            "10",
            "2026",
            "13/2026",
            "0/2026",
            "2026-1-15",
            "15/10/2026",
            "2101-01",
            "10/20260",
            "10/026",
            "mười/2026",
            "٣/2026",
            "-",
            "10/2026/01",
        ] {
            assert_eq!(parse(wrong), Err(BadEntry::Month), "{wrong}");
        }
        assert_eq!(parse(&"1".repeat(10_000)), Err(BadEntry::Month));
        for old in ["1999-10", "01/1999", "Tháng 1 năm 1026"] {
            assert_eq!(parse(old), Err(BadEntry::LongAgo), "{old}");
        }
    }
}
