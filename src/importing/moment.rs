//! The moments that other tools write, as ISO 8601, and ours as people read them.

use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta,
};

/// A moment in UTC milliseconds in Vietnam's time, to the second.
pub fn in_vietnam(millis: i64) -> String {
    let at = DateTime::from_timestamp_millis(millis);
    let zone = FixedOffset::east_opt(7 * 3600).expect("seven hours");
    at.map_or_else(String::new, |at| at.with_timezone(&zone).format("%FT%T%:z").to_string())
}

/// What comes first in dates such as `05/10/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum First {
    /// Nobody has said; then such a date is not read.
    #[default]
    Unsaid,
    /// The day.
    Day,
    /// The month.
    Month,
}

/// How a file writes moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Form {
    /// What comes first in a date written with strokes that does not begin with its year.
    pub(super) first: First,
    /// Whether a moment that names no offset is in UTC; otherwise it is in Vietnam's time.
    pub(super) utc: bool,
    /// From which day a number counts days, if it may.
    pub(super) day_zero: Option<NaiveDate>,
}

/// The years of the days that a number may mean.
const YEARS: std::ops::Range<i32> = 2000..2100;

impl Form {
    /// `cell` in ISO 8601; the cell itself when it has another form.
    pub(super) fn iso(self, cell: &str) -> String {
        let moment = self.with_strokes(cell).or_else(|| self.of_serial(cell));
        let moment = moment.or_else(|| {
            let cell = cell.replacen(' ', "T", 1);
            let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
            let read = |form: &&str| NaiveDateTime::parse_from_str(&cell, form).ok();
            self.utc.then(|| forms.iter().find_map(read))?
        });
        match moment {
            Some(at) if self.utc => at.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string(),
            Some(at) => at.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
            None => cell.to_owned(),
        }
    }

    fn of_serial(self, cell: &str) -> Option<NaiveDateTime> {
        let days: f64 = cell.parse().ok().filter(|days| (0.0..1e6).contains(days))?;
        let day = self.day_zero?.checked_add_days(whole(days.floor())?)?;
        if !YEARS.contains(&day.year()) {
            return None;
        }
        // To the second: a float does not hold fractions of a day exactly.
        #[expect(clippy::cast_possible_truncation, reason = "at most 86,400")]
        let seconds = ((days - days.floor()) * 86_400.0).round() as i64;
        Some(day.and_time(NaiveTime::MIN) + TimeDelta::seconds(seconds))
    }

    /// `05/10/2026`, `5/10/2026 9:30:00`, `2026/10/05 9:30:00 SA GMT+7`.
    fn with_strokes(self, cell: &str) -> Option<NaiveDateTime> {
        let mut words = cell.split([' ', '\u{a0}', '\u{202f}']).filter(|word| !word.is_empty());
        let date = words.next()?;
        let year_first = date.split('/').next()?.len() == 4;
        let form = match (year_first, self.first) {
            (true, _) => "%Y/%m/%d",
            (false, First::Day) => "%d/%m/%Y",
            (false, First::Month) => "%m/%d/%Y",
            (false, First::Unsaid) => return None,
        };
        let day = NaiveDate::parse_from_str(date, form).ok()?;
        let Some(time) = words.next() else { return Some(day.and_time(NaiveTime::MIN)) };
        let clock = ["%H:%M:%S%.f", "%H:%M"];
        let mut time = clock.iter().find_map(|form| NaiveTime::parse_from_str(time, form).ok())?;
        let mut rest = words.peekable();
        let afternoon = match rest.peek().copied() {
            Some("SA" | "AM") => Some(false),
            Some("CH" | "PM") => Some(true),
            _ => None,
        };
        if let Some(afternoon) = afternoon {
            rest.next();
            time = of_half_day(time, afternoon)?;
        }
        let mut at = day.and_time(time);
        if let Some(zone) = rest.next() {
            at =
                at - offset(zone)? + if self.utc { TimeDelta::zero() } else { TimeDelta::hours(7) };
        }
        rest.next().is_none().then_some(at)
    }
}

fn whole(days: f64) -> Option<Days> {
    format!("{days}").parse().ok().map(Days::new)
}

/// Twelve hours of the half day: 12:30 SA is half past midnight.
fn of_half_day(time: NaiveTime, afternoon: bool) -> Option<NaiveTime> {
    use chrono::Timelike;
    let hour = time.hour();
    (1..=12).contains(&hour).then(|| time.with_hour(hour % 12 + if afternoon { 12 } else { 0 }))?
}

/// `GMT+7` or `GMT+5:30` as time ahead of UTC.
fn offset(zone: &str) -> Option<TimeDelta> {
    let hours = zone.strip_prefix("GMT")?;
    if hours.is_empty() {
        return Some(TimeDelta::zero());
    }
    let (hours, minutes) = hours.split_once(':').unwrap_or((hours, "0"));
    let (whole, part): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let sign = if hours.starts_with('-') { -1 } else { 1 };
    (whole.abs() <= 14 && (0..60).contains(&part))
        .then(|| TimeDelta::hours(whole) + TimeDelta::minutes(sign * part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_FIRST: Form = Form { first: First::Day, utc: false, day_zero: None };

    #[test]
    fn a_day_first_date_is_only_read_when_the_map_says_so() {
        assert_eq!(DAY_FIRST.iso("31/01/2026"), "2026-01-31T00:00:00");
        assert_eq!(DAY_FIRST.iso("05/10/2026 9:30:00"), "2026-10-05T09:30:00");
        assert_eq!(DAY_FIRST.iso("5/1/2026 9:30"), "2026-01-05T09:30:00");
        assert_eq!(DAY_FIRST.iso("2026-01-31"), "2026-01-31");
        assert_eq!(DAY_FIRST.iso("01/31/2026"), "01/31/2026");
        assert_eq!(Form::default().iso("31/01/2026"), "31/01/2026");
        let month_first = Form { first: First::Month, ..DAY_FIRST };
        assert_eq!(month_first.iso("01/31/2026 9:30"), "2026-01-31T09:30:00");
    }

    #[test]
    fn a_form_downloaded_from_google_tells_half_days_and_its_zone() {
        for (cell, iso) in [
            ("2026/10/05 9:30:00 SA GMT+7", "2026-10-05T09:30:00"),
            ("2026/10/05 2:30:00 CH GMT+7", "2026-10-05T14:30:00"),
            ("2026/10/05 12:05:00 SA GMT+7", "2026-10-05T00:05:00"),
            ("2026/10/05 12:05:00 PM GMT+7", "2026-10-05T12:05:00"),
            ("2026/10/05 9:30:00 PM GMT-5", "2026-10-06T09:30:00"),
            ("2026/10/05 9:30:00 PM GMT+5:30", "2026-10-05T23:00:00"),
            ("2026/10/05 13:05:00 PM GMT+7", "2026/10/05 13:05:00 PM GMT+7"),
            ("2026/10/05 9:30:00 GMT+99", "2026/10/05 9:30:00 GMT+99"),
            ("2026/10/05 9:30:00 SA GMT+7 x", "2026/10/05 9:30:00 SA GMT+7 x"),
            ("2026/13/05", "2026/13/05"),
        ] {
            assert_eq!(Form::default().iso(cell), iso);
        }
    }

    #[test]
    fn a_number_is_a_day_of_excel_only_in_a_spreadsheet() {
        let sheet = Form { day_zero: NaiveDate::from_ymd_opt(1899, 12, 30), ..Form::default() };
        assert_eq!(sheet.iso("46300"), "2026-10-05T00:00:00");
        assert_eq!(sheet.iso("46300.395833333336"), "2026-10-05T09:30:00");
        let old = Form { day_zero: NaiveDate::from_ymd_opt(1904, 1, 1), ..sheet };
        assert_eq!(old.iso("44838"), "2026-10-05T00:00:00", "1,462 days fewer");
        assert_eq!(sheet.iso("5"), "5");
        assert_eq!(sheet.iso("NaN"), "NaN");
        assert_eq!(Form::default().iso("46300"), "46300");
    }

    #[test]
    fn a_moment_without_an_offset_is_in_utc_when_the_map_says_so() {
        let utc = Form { utc: true, ..Form::default() };
        assert_eq!(utc.iso("2026-10-05T02:30:00"), "2026-10-05T02:30:00Z");
        assert_eq!(utc.iso("2026-10-05 02:30:00.5"), "2026-10-05T02:30:00.500Z");
        assert_eq!(utc.iso("2026-10-05T09:30:00.000+07:00"), "2026-10-05T09:30:00.000+07:00");
        assert_eq!(Form::default().iso("2026-10-05T02:30:00"), "2026-10-05T02:30:00");
    }
}
