//! Reporting periods: half-open spans of local days, their codes, and the
//! calendars that say which periods a unit reports on.
//!
//! Local time is Vietnam's, UTC+7 all year round without daylight saving time,
//! so that no time zone data base is needed.

use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime};
use serde::Serialize;

use crate::text::Text;

mod calendar;
mod comparison;
mod course;
mod together;

pub use calendar::{
    Deadline, DeadlineRule, Due, PeriodKind, PeriodRule, ReportingCalendar, YearDay,
};
pub use comparison::Comparison;
pub use course::kind_of;

/// Milliseconds by which local time is ahead of UTC.
const AHEAD_MILLIS: i64 = 7 * 3600 * 1000;

/// The years in which periods may lie.
pub const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// The local days from `start` up to, but without, `end`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Period {
    /// Names it in files and addresses, such as `2026-10` or `2025-Q1`.
    pub code: String,
    /// What it is called.
    pub title: Text,
    /// The first day.
    pub start: NaiveDate,
    /// The day after the last day.
    pub end: NaiveDate,
}

/// A text or a pair of days that is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.explanation().en)]
pub struct BadPeriod {
    /// What was given, cut off after 40 characters.
    pub given: String,
    /// What is wrong with it.
    pub reason: BadPeriodReason,
}

/// What is wrong with a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPeriodReason {
    /// It has none of the accepted forms.
    Form,
    /// A day in it does not exist, or a month, quarter or half beyond the last.
    NoSuchDay,
    /// It lies outside [`YEARS`].
    Year,
    /// Its last day lies before its first.
    Order,
    /// The unit's reporting year begins on another day, and its plan has no such part.
    NotOfCalendar,
}

impl BadPeriod {
    fn new(given: &str, reason: BadPeriodReason) -> Self {
        Self { given: given.chars().take(40).collect(), reason }
    }

    /// What is wrong and what to write instead, in both languages.
    pub fn explanation(&self) -> Text {
        let given = &self.given;
        let (first, last) = (YEARS.start(), YEARS.end());
        match self.reason {
            BadPeriodReason::Form => Text::new(
                format!(
                    "“{given}” không phải là kỳ báo cáo: hãy viết tháng 2026-10, quý 2026-Q1, \
                     nửa năm 2026-H1, chín tháng 2026-9M, hoặc năm 2026"
                ),
                format!(
                    "“{given}” is not a reporting period: write a month 2026-10, a quarter \
                     2026-Q1, a half 2026-H1, nine months 2026-9M, or a year 2026"
                ),
            ),
            BadPeriodReason::NoSuchDay => Text::new(
                format!(
                    "“{given}” có ngày, tháng, quý hoặc nửa năm không tồn tại: tháng từ 01 đến 12, \
                     quý từ Q1 đến Q4, nửa năm H1 hoặc H2"
                ),
                format!(
                    "“{given}” has a day, month, quarter or half that does not exist: months are \
                     01 to 12, quarters Q1 to Q4, halves H1 or H2"
                ),
            ),
            BadPeriodReason::Year => Text::new(
                format!(
                    "“{given}” nằm ngoài các năm {first}–{last}: hãy chọn năm trong khoảng này"
                ),
                format!(
                    "“{given}” lies outside the years {first} to {last}: choose a year between"
                ),
            ),
            BadPeriodReason::NotOfCalendar => Text::new(
                format!(
                    "“{given}” không có trong lịch báo cáo của đơn vị, vì năm báo cáo không bắt đầu \
                     ngày 01/01: hãy chọn tháng, năm, hoặc kỳ có trong kế hoạch"
                ),
                format!(
                    "“{given}” is not in the unit's reporting calendar, whose year does not begin \
                     on 1 January: choose a month, a year, or a period of its plan"
                ),
            ),
            BadPeriodReason::Order => Text::new(
                format!("“{given}” có ngày cuối trước ngày đầu: hãy đổi chỗ hai ngày"),
                format!("“{given}” ends before it begins: swap the two days"),
            ),
        }
    }
}

impl Period {
    /// The calendar period of `code`: a month `2026-10`, a quarter `2026-Q1`, a
    /// half `2026-H1`, the first nine months `2026-9M`, a year `2026`, or any
    /// days `2026-10-05..2026-11-04`, both included. Small letters are accepted.
    ///
    /// A unit whose reports do not follow the calendar year has its own periods
    /// under some of these codes: ask [`ReportingCalendar::period`] first.
    ///
    /// # Errors
    /// [`BadPeriod`] with the accepted forms when `code` is none of these.
    pub fn parse(code: &str) -> Result<Self, BadPeriod> {
        let given = code.trim();
        let code = given.to_ascii_uppercase();
        let bad = |reason| BadPeriod::new(given, reason);
        if let Some((first, last)) = code.split_once("..") {
            return Self::between(day(first).map_err(bad)?, day(last).map_err(bad)?);
        }
        let (year, rest) = match code.split_once('-') {
            Some((_, "")) => return Err(bad(BadPeriodReason::Form)),
            Some(parts) => parts,
            None => (code.as_str(), ""),
        };
        let year: i32 = number(year, 4).ok_or_else(|| bad(BadPeriodReason::Form))?;
        let kind = PeriodKind::of_suffix(rest).map_err(bad)?;
        if !YEARS.contains(&year) {
            return Err(bad(BadPeriodReason::Year));
        }
        kind.in_year(year).ok_or_else(|| bad(BadPeriodReason::NoSuchDay))
    }

    /// The days from `first` to `last`, both included.
    ///
    /// # Errors
    /// [`BadPeriod`] when `last` lies before `first` or a day lies outside [`YEARS`].
    pub fn between(first: NaiveDate, last: NaiveDate) -> Result<Self, BadPeriod> {
        let code = format!("{first}..{last}");
        if !YEARS.contains(&first.year()) || !YEARS.contains(&last.year()) {
            return Err(BadPeriod::new(&code, BadPeriodReason::Year));
        }
        if last < first {
            return Err(BadPeriod::new(&code, BadPeriodReason::Order));
        }
        let title = Text::new(
            format!("Từ {} đến {}", first.format("%d/%m/%Y"), last.format("%d/%m/%Y")),
            format!("{first} to {last}"),
        );
        Ok(Self::spanning(code, title, first, last))
    }

    /// The calendar month that holds `date`. The last month of chrono's own
    /// calendar (in the year 262142) lacks its last day.
    pub fn month_of(date: NaiveDate) -> Self {
        let start = date.with_day(1).unwrap_or(date);
        let end = start.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
        let (year, month) = (start.year(), start.month());
        Self { code: format!("{year:04}-{month:02}"), title: month_title(year, month), start, end }
    }

    /// A period with a last day instead of an end.
    fn spanning(code: String, title: Text, start: NaiveDate, last: NaiveDate) -> Self {
        Self { code, title, start, end: last + Days::new(1) }
    }

    /// The last day that belongs to the period.
    pub fn last_day(&self) -> NaiveDate {
        self.end.pred_opt().unwrap_or(self.end)
    }

    /// How many days it has.
    pub fn days(&self) -> i64 {
        (self.end - self.start).num_days()
    }

    /// Its first moment, in UTC milliseconds since 1970.
    pub fn start_millis(&self) -> i64 {
        midnight_millis(self.start)
    }

    /// The first moment after it, in UTC milliseconds since 1970.
    pub fn end_millis(&self) -> i64 {
        midnight_millis(self.end)
    }

    /// Whether the moment `millis` (UTC, since 1970) belongs to it.
    pub fn contains_millis(&self, millis: i64) -> bool {
        (self.start_millis()..self.end_millis()).contains(&millis)
    }

    /// Whether the local day `date` belongs to it.
    pub fn contains(&self, date: NaiveDate) -> bool {
        (self.start..self.end).contains(&date)
    }
}

/// The local day of the moment `millis` (UTC, since 1970). Moments beyond
/// chrono's calendar give its first or last day.
pub fn date_of_millis(millis: i64) -> NaiveDate {
    let beyond = if millis < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    millis
        .checked_add(AHEAD_MILLIS)
        .and_then(DateTime::from_timestamp_millis)
        .map_or(beyond, |moment| moment.date_naive())
}

/// The first moment of the local day `date`, in UTC milliseconds since 1970.
pub fn midnight_millis(date: NaiveDate) -> i64 {
    date.and_time(NaiveTime::MIN).and_utc().timestamp_millis() - AHEAD_MILLIS
}

/// `text` as a number of exactly `count` digits.
fn number<T: FromStr>(text: &str, count: usize) -> Option<T> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn day(text: &str) -> Result<NaiveDate, BadPeriodReason> {
    let mut parts = text.trim().splitn(3, '-');
    let mut next = || parts.next().unwrap_or("");
    let (year, month, day) = (number(next(), 4), number(next(), 2), number(next(), 2));
    let (Some(year), Some(month), Some(day)) = (year, month, day) else {
        return Err(BadPeriodReason::Form);
    };
    NaiveDate::from_ymd_opt(year, month, day).ok_or(BadPeriodReason::NoSuchDay)
}

fn month_title(year: i32, month: u32) -> Text {
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let english = ENGLISH.get(month as usize - 1).copied().unwrap_or_default();
    Text::new(format!("Tháng {month} năm {year}"), format!("{english} {year}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn days(code: &str) -> (String, String) {
        let period = Period::parse(code).unwrap();
        (period.start.to_string(), period.last_day().to_string())
    }

    #[test]
    fn every_form_of_code_names_its_calendar_days() {
        for (code, first, last) in [
            ("2026-10", "2026-10-01", "2026-10-31"),
            ("2026-02", "2026-02-01", "2026-02-28"),
            ("2028-02", "2028-02-01", "2028-02-29"),
            ("2100-02", "2100-02-01", "2100-02-28"),
            ("2026-Q1", "2026-01-01", "2026-03-31"),
            ("2026-q4", "2026-10-01", "2026-12-31"),
            ("2026-H1", "2026-01-01", "2026-06-30"),
            ("2026-H2", "2026-07-01", "2026-12-31"),
            ("2026-9M", "2026-01-01", "2026-09-30"),
            ("2026", "2026-01-01", "2026-12-31"),
            ("2100", "2100-01-01", "2100-12-31"),
            (" 2026-10-05..2026-11-04 ", "2026-10-05", "2026-11-04"),
        ] {
            assert_eq!(days(code), (first.to_owned(), last.to_owned()), "{code}");
        }
    }

    #[test]
    fn a_code_that_was_printed_can_be_read_again() {
        for code in ["2026-10", "2026-Q3", "2026-H2", "2026-9M", "2026", "2026-01-31..2026-02-01"] {
            let period = Period::parse(code).unwrap();
            assert_eq!(period.code, code);
            assert_eq!(Period::parse(&period.code).unwrap(), period);
        }
    }

    #[test]
    fn what_is_not_a_period_is_refused_with_its_reason() {
        use BadPeriodReason::{Form, NoSuchDay, Order, Year};
        for (code, reason) in [
            ("", Form),
            ("26", Form),
            ("2026-", Form),
            ("2026-1", Form),
            ("2026-Q", Form),
            ("2026-Q12", Form),
            ("2026-9", Form),
            ("2026-6M", Form),
            ("2026-10-05", Form),
            ("2026-10-05..", Form),
            ("+026-10", Form),
            ("năm 2026", Form),
            ("2026-13", NoSuchDay),
            ("2026-00", NoSuchDay),
            ("2026-Q5", NoSuchDay),
            ("2026-Q0", NoSuchDay),
            ("2026-H3", NoSuchDay),
            ("2026-02-29..2026-03-01", NoSuchDay),
            ("1999", Year),
            ("2101-Q1", Year),
            ("9999-12-31..9999-12-31", Year),
            ("2026-10-05..2026-10-04", Order),
        ] {
            assert_eq!(Period::parse(code).map_err(|e| e.reason), Err(reason), "{code:?}");
        }
    }

    #[test]
    fn a_refusal_says_in_both_languages_what_to_write() {
        let bad = Period::parse("tháng mười").unwrap_err();
        let text = bad.explanation();
        assert!(text.vi.contains("2026-Q1") && text.en.contains("2026-Q1"), "{text:?}");
        assert_eq!(bad.to_string(), text.en);
        assert!(Period::parse(&"9".repeat(9999)).unwrap_err().to_string().len() < 400);
    }

    #[test]
    fn the_last_millisecond_of_the_last_day_is_inside_and_the_next_is_not() {
        let october = Period::parse("2026-10").unwrap();
        let last = DateTime::parse_from_rfc3339("2026-10-31T23:59:59.999+07:00").unwrap();
        let last = last.timestamp_millis();
        assert!(october.contains_millis(last) && !october.contains_millis(last + 1));
        let first = DateTime::parse_from_rfc3339("2026-10-01T00:00:00+07:00").unwrap();
        let first = first.timestamp_millis();
        assert!(october.contains_millis(first) && !october.contains_millis(first - 1));
        assert_eq!(date_of_millis(last), date("2026-10-31"));
        assert_eq!(date_of_millis(last + 1), date("2026-11-01"));
    }

    #[test]
    fn every_moment_of_a_leap_and_a_common_year_belongs_to_exactly_one_month() {
        let mut day = date("2027-12-30");
        while day < date("2029-01-02") {
            let month = Period::month_of(day);
            assert!(month.contains(day) && month.contains(month.last_day()));
            assert!(!month.contains(month.end));
            assert_eq!(Period::parse(&month.code).unwrap(), month);
            let (noon, next) = (midnight_millis(day) + 12 * 3_600_000, Period::month_of(month.end));
            assert!(month.contains_millis(noon) && !next.contains_millis(noon));
            assert_eq!(date_of_millis(noon), day);
            assert_eq!(month.end_millis(), next.start_millis());
            day = day + Days::new(1);
        }
    }

    #[test]
    fn the_months_of_a_year_add_up_to_its_quarters_halves_and_itself() {
        for year in [2000, 2024, 2026, 2100] {
            let of = |suffix: &str| Period::parse(&format!("{year}{suffix}")).unwrap();
            let months: i64 = (1..=12).map(|m| of(&format!("-{m:02}")).days()).sum();
            let quarters: i64 = (1..=4).map(|q| of(&format!("-Q{q}")).days()).sum();
            assert_eq!(months, of("").days());
            assert_eq!(quarters, months);
            assert_eq!(of("-H1").end, of("-H2").start);
            assert_eq!(of("-9M").end, of("-Q4").start);
        }
    }

    #[test]
    fn moments_beyond_any_calendar_do_not_panic() {
        assert_eq!(date_of_millis(i64::MAX), NaiveDate::MAX);
        assert_eq!(date_of_millis(i64::MIN), NaiveDate::MIN);
        assert!(Period::month_of(NaiveDate::MAX).start < NaiveDate::MAX);
        assert!(Period::month_of(NaiveDate::MIN).contains(NaiveDate::MIN));
    }
}
