//! When something was answered: reading the moment and holding it against the clock.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use super::Fault;
use crate::text::Text;

/// How far a device's clock may run ahead of ours: one day.
pub const MAX_CLOCK_LEAD_MILLIS: i64 = 86_400_000;

/// The first moment an answer can have been given: 1 January 2015 in Vietnam.
pub fn earliest_millis() -> i64 {
    let day = NaiveDate::from_ymd_opt(2015, 1, 1).expect("a real date");
    local(day.and_time(NaiveTime::MIN))
}

fn local(at: NaiveDateTime) -> i64 {
    let zone = FixedOffset::east_opt(7 * 3600).expect("a real offset");
    zone.from_local_datetime(&at).single().expect("a fixed offset has no gaps").timestamp_millis()
}

/// Reads an ISO 8601 date-time, with or without seconds, with an offset or without one (then
/// it is Vietnam's), or a date (its first moment); gives UTC milliseconds.
pub fn read_moment(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.timestamp_millis());
    }
    if let Ok(at) = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z") {
        return Some(at.timestamp_millis());
    }
    for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(text, form) {
            return Some(local(at));
        }
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| local(day.and_time(NaiveTime::MIN)))
}

/// Reads when it was answered; a fault when that cannot be read.
pub(super) fn check_readable(text: &str, faults: &mut Vec<Fault>) -> Option<i64> {
    let at = read_moment(text);
    if at.is_none() {
        faults.push(Fault::new(
            "/answered_at",
            "unreadable-date",
            Text::new(
                "Ghi ngày giờ theo mẫu 2026-10-05T09:30:00+07:00 hoặc 2026-10-05.",
                "Write the date like 2026-10-05T09:30:00+07:00 or 2026-10-05.",
            ),
        ));
    }
    at
}

/// The same; a fault too when it cannot be right at the moment `now`.
pub(super) fn check_moment(text: &str, now: i64, faults: &mut Vec<Fault>) -> Option<i64> {
    let fault = |code, vi: &str, en: &str| Fault::new("/answered_at", code, Text::new(vi, en));
    match check_readable(text, faults)? {
        at if at > now.saturating_add(MAX_CLOCK_LEAD_MILLIS) => faults.push(fault(
            "answered-in-future",
            "Ngày trả lời nằm ở tương lai. Hãy chỉnh lại ngày giờ của máy.",
            "The answer lies in the future. Set the device's clock right.",
        )),
        at if at < earliest_millis() => faults.push(fault(
            "answered-too-early",
            "Ngày trả lời trước năm 2015. Hãy chỉnh lại ngày giờ của máy.",
            "The answer lies before 2015. Set the device's clock right.",
        )),
        at => return Some(at),
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 20 November 2026, 10:00 in Vietnam.
    const NOW: i64 = 1_795_143_600_000;

    #[test]
    fn a_moment_without_an_offset_is_vietnams() {
        assert_eq!(read_moment("2026-11-20T10:00:00"), Some(NOW));
        assert_eq!(read_moment("2026-11-20T03:00:00Z"), Some(NOW));
        assert_eq!(read_moment("2026-11-20T10:00+07:00"), Some(NOW));
        assert_eq!(read_moment("2026-11-20T04:00+01:00"), Some(NOW));
        assert_eq!(read_moment("2026-11-20"), Some(NOW - 10 * 3_600_000));
        for bad in ["", "20/11/2026", "2026-13-01", "2026-11-20T25:00:00", "9999999999"] {
            assert_eq!(read_moment(bad), None, "{bad}");
        }
    }
}
