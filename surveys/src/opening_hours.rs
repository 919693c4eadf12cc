//! When a collection point takes answers on its tablet.

use std::fmt;

use serde::Serialize;

use crate::text::Text;

/// The names of the days, Monday first.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// The same as a Vietnamese calendar has them.
const VIETNAMESE_DAYS: [&str; 7] = ["T2", "T3", "T4", "T5", "T6", "T7", "CN"];
/// The most spans of time in a week.
const MOST_SPANS: usize = 28;
/// The day of the empty span that a point has which is never open.
const NO_DAY: u8 = 7;
const DAY_MILLIS: i64 = 24 * 3_600_000;
const MINUTE_MILLIS: i64 = 60_000;
/// How far ahead of UTC Vietnam's clocks are.
const AHEAD_MILLIS: i64 = 7 * 3_600_000;
/// The most days that are looked through; who waits longer has waited long enough.
const MOST_DAYS: i64 = 60;

/// One span of time on one day of the week, in minutes of Vietnam's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// 0 for Monday to 6 for Sunday.
    pub day: u8,
    /// The first minute in it.
    pub from: u16,
    /// The first minute after it; at most 1440.
    pub until: u16,
}

/// Opening hours of a week. Without any span the point is always open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpeningHours(Vec<Span>);

/// Opening hours that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "cannot read the opening hours at `{0}`: write them like `Mon-Fri 07:00-11:30,13:30-17:00; Sat 07:30-11:00`, or `always`"
)]
pub struct BadHours(String);

impl BadHours {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        Text::new(
            format!(
                "Không đọc được giờ làm việc ở chỗ `{}`: hãy viết như `Mon-Fri 07:00-11:30,13:30-17:00; Sat 07:30-11:00`, hoặc `always`",
                self.0
            ),
            self.to_string(),
        )
    }
}

/// What is wrong with the times of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongTimes {
    /// They cannot be read, or are more than 4 spans.
    Form,
    /// A span ends before it begins, as one over midnight does.
    Backwards,
    /// Two spans overlap.
    Overlap,
}

impl OpeningHours {
    /// Reads `Mon-Fri 07:00-11:30,13:30-17:00; Sat 07:30-11:00`, or `always`.
    ///
    /// # Errors
    /// [`BadHours`] with the part that cannot be read.
    pub fn parse(text: &str) -> Result<Self, BadHours> {
        let text = text.trim();
        if text == "always" {
            return Ok(Self::default());
        }
        let mut spans = Vec::new();
        for part in text.split(';').map(str::trim) {
            let bad = || BadHours(part.to_owned());
            let (days, times) = part.split_once(' ').ok_or_else(bad)?;
            for day in days_of(days).ok_or_else(bad)? {
                spans.extend(spans_of(day, times).map_err(|_| bad())?);
            }
            if spans.len() > MOST_SPANS {
                return Err(bad());
            }
        }
        Self::of(spans)
    }

    /// Reads the times of each day, Monday first: `07:00-11:30, 13:30-17:00`, or nothing
    /// where the day is off. With no time at all the point is always open.
    ///
    /// # Errors
    /// The days, from 0 for Monday, with what is wrong with their times.
    pub fn of_days(times: [&str; 7]) -> Result<Self, Vec<(u8, WrongTimes)>> {
        let (mut spans, mut wrong) = (Vec::new(), Vec::new());
        for (day, times) in (0u8..).zip(times) {
            if times.trim().is_empty() {
                continue;
            }
            match spans_of(day, times) {
                Ok(of_day) if of_day.len() > MOST_SPANS / 7 => wrong.push((day, WrongTimes::Form)),
                Ok(of_day) => match Self::of(of_day) {
                    Ok(Self(of_day)) => spans.extend(of_day),
                    Err(_) => wrong.push((day, WrongTimes::Overlap)),
                },
                Err(what) => wrong.push((day, what)),
            }
        }
        if wrong.is_empty() { Ok(Self(spans)) } else { Err(wrong) }
    }

    /// No moment of any week: one empty span on an eighth day, which whoever reads
    /// spans takes for closed. The hours of a point that is retired.
    pub fn never() -> Self {
        Self(vec![Span { day: NO_DAY, from: 0, until: 0 }])
    }

    fn of(mut spans: Vec<Span>) -> Result<Self, BadHours> {
        spans.sort_unstable();
        match spans.windows(2).find(|two| two[0].day == two[1].day && two[0].until > two[1].from) {
            Some(two) => Err(BadHours(format!("{} {}", DAYS[usize::from(two[1].day)], two[1]))),
            None => Ok(Self(spans)),
        }
    }

    /// Every span, by day and time; none when the point is always open.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// For how much of the time between two moments (UTC milliseconds) the point is
    /// open, in milliseconds; of more than 60 days the first 60 are looked at.
    pub fn open_millis(&self, from: i64, until: i64) -> i64 {
        let until = until.min(from.saturating_add(MOST_DAYS * DAY_MILLIS));
        if self.0.is_empty() {
            return (until - from).max(0);
        }
        let day_of = |at: i64| (at + AHEAD_MILLIS).div_euclid(DAY_MILLIS);
        (day_of(from)..=day_of(until)).map(|day| self.open_on(day, from, until)).sum()
    }

    /// The same on one day, counted in local days since 1970.
    fn open_on(&self, day: i64, from: i64, until: i64) -> i64 {
        let midnight = day * DAY_MILLIS - AHEAD_MILLIS;
        // 1 January 1970 was a Thursday, the fourth day from Monday.
        let weekday = (day + 3).rem_euclid(7);
        let spans = self.0.iter().filter(|span| i64::from(span.day) == weekday);
        let open = spans.map(|span| {
            let begins = (midnight + i64::from(span.from) * MINUTE_MILLIS).max(from);
            let ends = (midnight + i64::from(span.until) * MINUTE_MILLIS).min(until);
            (ends - begins).max(0)
        });
        open.sum()
    }

    /// How long the point is open on its longest day, in milliseconds: a working day.
    pub fn working_day_millis(&self) -> i64 {
        let days = self.0.chunk_by(|a, b| a.day == b.day);
        let lengths = days.map(|day| {
            day.iter().map(|span| i64::from(span.until - span.from) * MINUTE_MILLIS).sum()
        });
        lengths.max().unwrap_or(DAY_MILLIS)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, until) = (self.from, self.until);
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60)
    }
}

impl fmt::Display for OpeningHours {
    /// Writes them day by day, in the form that is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("always");
        }
        if *self == Self::never() {
            return f.write_str("never");
        }
        for (n, spans) in self.0.chunk_by(|a, b| a.day == b.day).enumerate() {
            let times: Vec<String> = spans.iter().map(Span::to_string).collect();
            let gap = if n == 0 { "" } else { "; " };
            write!(f, "{gap}{} {}", DAYS[usize::from(spans[0].day)], times.join(","))?;
        }
        Ok(())
    }
}

fn days_of(text: &str) -> Option<Vec<u8>> {
    let day = |name: &str| {
        let named = |days: [&str; 7]| days.iter().position(|d| d.eq_ignore_ascii_case(name));
        named(DAYS).or_else(|| named(VIETNAMESE_DAYS))
    };
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (day(first)?, day(last)?),
        None => (day(text)?, day(text)?),
    };
    (first <= last).then(|| (first..=last).filter_map(|d| u8::try_from(d).ok()).collect())
}

/// The spans of `day` whose times are written as `07:00-11:30,13:30-17:00`. A dash of any
/// length will do, and a comma, a semicolon or a space between spans.
fn spans_of(day: u8, times: &str) -> Result<Vec<Span>, WrongTimes> {
    let span = |time: &str| {
        let (from, until) = time.split_once('-').ok_or(WrongTimes::Form)?;
        let minutes = minute(from).zip(minute(until));
        let (from, until) = minutes.ok_or(WrongTimes::Form)?;
        if from < until { Ok(Span { day, from, until }) } else { Err(WrongTimes::Backwards) }
    };
    let ends: Vec<&str> = times.split(['-', '–', '—']).map(str::trim).collect();
    let times = ends.join("-");
    let between = |c: char| c == ',' || c == ';' || c.is_whitespace();
    let spans: Vec<Span> =
        times.split(between).filter(|time| !time.is_empty()).map(span).collect::<Result<_, _>>()?;
    if spans.is_empty() { Err(WrongTimes::Form) } else { Ok(spans) }
}

/// The minute of the day that `text` says: `7:30`, `7h30`, or `7h` and `7g` (giờ).
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = match text.split_once(':') {
        Some(both) => both,
        None => text
            .split_once(['h', 'H', 'g', 'G'])
            .map(|(hours, minutes)| (hours, if minutes.is_empty() { "00" } else { minutes }))?,
    };
    let number = |digits: &str| {
        let plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|_| plain)
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= 1440).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_and_written_back_day_by_day() {
        let hours =
            OpeningHours::parse("sat 7:30-11:00; Mon-Tue 13:30-17:00, 07:00-11:30").unwrap();
        let written = "Mon 07:00-11:30,13:30-17:00; Tue 07:00-11:30,13:30-17:00; Sat 07:30-11:00";
        assert_eq!(hours.to_string(), written);
        assert_eq!(OpeningHours::parse(written).unwrap(), hours);
        assert_eq!(hours.spans().len(), 5);
        assert_eq!(hours.spans()[4], Span { day: 5, from: 450, until: 660 });
    }

    #[test]
    fn days_may_be_named_as_a_vietnamese_calendar_has_them() {
        let named = OpeningHours::parse("T2-T6 07:00–11:30; CN 8:00-9:00").unwrap();
        assert_eq!(named, OpeningHours::parse("Mon-Fri 07:00-11:30; Sun 08:00-09:00").unwrap());
    }

    #[test]
    fn each_day_is_read_by_itself_and_told_by_itself() {
        use WrongTimes::{Backwards, Form, Overlap};
        let friday = "07:00 - 11:30, 13:30–16:30";
        let read = OpeningHours::of_days(["07:00-11:30", "", "", "", friday, " ", ""]).unwrap();
        assert_eq!(read.to_string(), "Mon 07:00-11:30; Fri 07:00-11:30,13:30-16:30");
        assert_eq!(OpeningHours::of_days([""; 7]).unwrap(), OpeningHours::default());
        let wrong =
            OpeningHours::of_days(["x", "07:00-11:30", "9-10", "", "", "", "8:00-9:00,8:30-10:00"]);
        assert_eq!(wrong, Err(vec![(0, Form), (2, Form), (6, Overlap)]));
        let wrong = OpeningHours::of_days(["22:00-06:00", "7h–7h", ",", "7h-", "", "", ""]);
        assert_eq!(wrong, Err(vec![(0, Backwards), (1, Backwards), (2, Form), (3, Form)]));
        let many = ["0h-1h 2h-3h 4h-5h 6h-7h 8h-9h", "0h-1h 2h-3h 4h-5h 6h-7h", "", "", "", "", ""];
        assert_eq!(OpeningHours::of_days(many), Err(vec![(0, Form)]));
    }

    #[test]
    fn times_are_read_as_officials_write_them() {
        let wanted = OpeningHours::parse("Mon 07:00-11:30,13:30-17:00").unwrap();
        for typed in [
            "7h-11h30, 13h30-17h",
            "07:00-11:30 13:30-17:00",
            "7:00 – 11:30; 13:30 — 17:00",
            " 7g - 11g30 ;13G30-17H00,",
        ] {
            let read = OpeningHours::of_days([typed, "", "", "", "", "", ""]);
            assert_eq!(read.as_ref(), Ok(&wanted), "{typed}");
        }
    }

    #[test]
    fn open_time_is_counted_between_two_moments_and_a_weekend_has_none() {
        // Friday 16 October 2026, 16:00, to Monday 08:00, in Vietnam.
        let friday = 1_792_141_200_000;
        let monday = friday + 64 * 3_600_000;
        let hours = OpeningHours::parse("Mon-Fri 07:00-11:30,13:30-17:00").unwrap();
        assert_eq!(hours.open_millis(friday, monday), 2 * 3_600_000);
        assert_eq!(hours.working_day_millis(), 8 * 3_600_000);
        assert_eq!(hours.open_millis(monday, friday), 0);
        let always = OpeningHours::default();
        assert_eq!(always.open_millis(friday, monday), 64 * 3_600_000);
        assert_eq!(always.working_day_millis(), 24 * 3_600_000);
        assert_eq!(hours.open_millis(0, i64::MAX), hours.open_millis(0, 60 * DAY_MILLIS));
    }

    #[test]
    fn what_is_never_open_is_closed_at_every_moment_and_is_not_always_open() {
        let never = OpeningHours::never();
        assert_eq!(never.open_millis(0, 30 * DAY_MILLIS), 0);
        assert_eq!((never.spans().len(), never.to_string().as_str()), (1, "never"));
    }

    #[test]
    fn always_has_no_span() {
        let always = OpeningHours::parse("always").unwrap();
        assert_eq!((always.spans().len(), always.to_string().as_str()), (0, "always"));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (bad, named) in [
            ("", ""),
            ("Mon", "Mon"),
            ("Mon 07:00", "Mon 07:00"),
            ("Mon-Fri 07:00-17:00; Xyz 1:00-2:00", "Xyz 1:00-2:00"),
            ("Fri-Mon 07:00-17:00", "Fri-Mon 07:00-17:00"),
            ("Mon 17:00-07:00", "Mon 17:00-07:00"),
            ("Mon 07:00-24:01", "Mon 07:00-24:01"),
            ("Mon 07:60-09:00", "Mon 07:60-09:00"),
            ("Mon +7:00-09:00", "Mon +7:00-09:00"),
            ("Mon 07:00-09:00,08:00-10:00", "Mon 08:00-10:00"),
        ] {
            assert_eq!(OpeningHours::parse(bad), Err(BadHours(named.to_owned())), "{bad}");
        }
        let many = "Mon-Sun 00:00-01:00,02:00-03:00,04:00-05:00,06:00-07:00,08:00-09:00";
        assert!(OpeningHours::parse(many).is_err(), "more than {MOST_SPANS} spans");
    }
}
