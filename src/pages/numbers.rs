//! Numbers, days and spans as people read them.

use chrono::NaiveDate;
use surveys::text::percent;
use surveys::{Language, Period};

/// A proportion with one decimal.
pub(super) fn rate(value: f64, language: Language) -> String {
    percent(value, 1, language)
}

/// The limits of an interval, short: `88,0–95,2 %`.
pub(super) fn limits(low: f64, upp: f64, language: Language) -> String {
    let upp = percent(upp, 1, language);
    let low = percent(low, 1, language);
    format!("{}–{upp}", low.trim_end_matches(['%', '\u{a0}']))
}

/// A day: `05/10/2026` or `5 Oct 2026`.
pub fn day(date: NaiveDate, language: Language) -> String {
    match language {
        Language::Vi => date.format("%d/%m/%Y").to_string(),
        Language::En => date.format("%-d %b %Y").to_string(),
    }
}

/// The first and the last day of a period.
pub(super) fn days(period: &Period, language: Language) -> String {
    format!("{}\u{a0}– {}", day(period.start, language), day(period.last_day(), language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_says_percent_once() {
        assert_eq!(limits(0.88, 0.952, Language::Vi), "88,0–95,2\u{a0}%");
        assert_eq!(limits(0.88, 1.0, Language::En), "88.0–100.0%");
    }

    #[test]
    fn days_are_written_as_the_language_writes_them() {
        let period = Period::parse("2026-10").unwrap();
        assert_eq!(days(&period, Language::Vi), "01/10/2026\u{a0}– 31/10/2026");
        assert_eq!(days(&period, Language::En), "1 Oct 2026\u{a0}– 31 Oct 2026");
    }
}
