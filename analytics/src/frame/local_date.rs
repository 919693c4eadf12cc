//! The local day of a written date or time.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime};

/// Hours that Vietnamese time is ahead of UTC, without summer time.
const HOURS_AHEAD: i64 = 7;

/// The day in Vietnam of an ISO 8601 date (`2026-10-08`) or date-time. A time
/// without an offset is local already.
pub(crate) fn local_date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let day = text.get(..10)?;
    if text.len() == 10 {
        return NaiveDate::parse_from_str(day, "%Y-%m-%d").ok();
    }
    let time = text[10..].strip_prefix(['T', 't', ' '])?;
    let joined = format!("{day}T{time}");
    if let Ok(at) = DateTime::parse_from_rfc3339(&joined) {
        return Some(at.naive_utc().checked_add_signed(Duration::hours(HOURS_AHEAD))?.date());
    }
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&joined, format).ok())
        .map(|at| at.date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(y, m, d)
    }

    #[test]
    fn a_time_with_an_offset_is_brought_to_vietnam() {
        assert_eq!(local_date("2026-10-31T17:00:00Z"), day(2026, 11, 1));
        assert_eq!(local_date("2026-10-31T16:59:59.999Z"), day(2026, 10, 31));
        assert_eq!(local_date("2026-11-01T00:30:00+07:00"), day(2026, 11, 1));
        assert_eq!(local_date("2026-10-31 23:59:59"), day(2026, 10, 31));
        assert_eq!(local_date("2026-10-31T08:15"), day(2026, 10, 31));
        assert_eq!(local_date(" 2024-02-29 "), day(2024, 2, 29));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "31/10/2026",
            "2026-02-30",
            "2026-1-5",
            "2026-10-31T",
            "2026-10-31x",
            "ngày mai hôm nay",
            "+999999999-01-01T00:00:00Z",
        ] {
            assert_eq!(local_date(text), None, "{text}");
        }
    }
}
