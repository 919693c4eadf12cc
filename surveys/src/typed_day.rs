//! A day as it is typed into a form or written in a file.

use chrono::{Datelike, NaiveDate};

use crate::period::YEARS;

/// The day that was `typed` as people here write it, 31/12/2026, or as files have it,
/// 2026-12-31, in one of [`YEARS`]; `None` when it is no such day.
pub fn typed_day(typed: &str) -> Option<NaiveDate> {
    let typed = typed.trim();
    let read = |form| NaiveDate::parse_from_str(typed, form).ok();
    let day = read("%d/%m/%Y").or_else(|| read("%Y-%m-%d"))?;
    YEARS.contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_and_as_files_write_it() {
        let day = NaiveDate::from_ymd_opt(2026, 10, 5);
        for typed in [" 05/10/2026 ", "5/10/2026", "2026-10-05"] {
            assert_eq!(typed_day(typed), day, "{typed}");
        }
        for typed in ["", "30/02/2026", "10/2026", "05/10/26", "05/10/1999", "05/10/2101", "nay"] {
            assert_eq!(typed_day(typed), None, "{typed}");
        }
    }
}
