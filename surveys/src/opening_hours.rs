//! When a collection point takes answers on its tablet.

use std::fmt;

use serde::Serialize;

use crate::text::Text;

/// The names of the days, Monday first.
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// The most spans of time in a week.
const MOST_SPANS: usize = 28;

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
            let days = days_of(days).ok_or_else(bad)?;
            for time in times.split(',') {
                let (from, until) = time.trim().split_once('-').ok_or_else(bad)?;
                let (from, until) = (minute(from).ok_or_else(bad)?, minute(until).ok_or_else(bad)?);
                if from >= until || spans.len() + days.len() > MOST_SPANS {
                    return Err(bad());
                }
                spans.extend(days.iter().map(|day| Span { day: *day, from, until }));
            }
        }
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
        for (n, spans) in self.0.chunk_by(|a, b| a.day == b.day).enumerate() {
            let times: Vec<String> = spans.iter().map(Span::to_string).collect();
            let gap = if n == 0 { "" } else { "; " };
            write!(f, "{gap}{} {}", DAYS[usize::from(spans[0].day)], times.join(","))?;
        }
        Ok(())
    }
}

fn days_of(text: &str) -> Option<Vec<u8>> {
    let day = |name: &str| DAYS.iter().position(|d| d.eq_ignore_ascii_case(name));
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (day(first)?, day(last)?),
        None => (day(text)?, day(text)?),
    };
    (first <= last).then(|| (first..=last).filter_map(|d| u8::try_from(d).ok()).collect())
}

fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
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
