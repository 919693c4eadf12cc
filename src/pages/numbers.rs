//! Numbers, days and spans as people read them.

use chrono::NaiveDate;
use surveys::text::rate;
use surveys::{Language, Period};

/// The limits of an interval, short: `88,0–95,2 %`.
pub(super) fn limits(low: f64, upp: f64, target: Option<f64>, language: Language) -> String {
    let upp = rate(upp, target, language);
    let low = rate(low, target, language);
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
        assert_eq!(limits(0.88, 0.952, None, Language::Vi), "88,0–95,2\u{a0}%");
        assert_eq!(limits(0.88, 1.0, Some(0.9), Language::En), "88.0–100.0%");
        assert_eq!(limits(0.88, 0.8999, Some(0.9), Language::En), "88.0–89.99%");
    }

    #[test]
    fn days_are_written_as_the_language_writes_them() {
        let period = Period::parse("2026-10").unwrap();
        assert_eq!(days(&period, Language::Vi), "01/10/2026\u{a0}– 31/10/2026");
        assert_eq!(days(&period, Language::En), "1 Oct 2026\u{a0}– 31 Oct 2026");
    }
}
