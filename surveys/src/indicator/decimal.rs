//! Decimal numbers as people write them, compared without rounding.

use std::fmt;

use crate::text::Language;

/// How many decimals are kept.
const DECIMALS: usize = 6;
/// One, in the parts that are counted.
const ONE: i64 = 1_000_000;
/// The most digits before the mark.
const MOST_DIGITS: usize = 9;

/// A number from 0 to 999,999,999 with up to six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i64);

impl Decimal {
    /// The largest percentage.
    pub const HUNDRED: Self = Self(100 * ONE);

    /// Reads digits with a comma or a dot before the decimals, without other marks.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once([',', '.']).unwrap_or((text, "0"));
        let digits = |text: &str, most| {
            (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
        };
        if !digits(whole, MOST_DIGITS) || !digits(part, DECIMALS) {
            return None;
        }
        let part: i64 = format!("{part:0<DECIMALS$}").parse().ok()?;
        Some(Self(whole.parse::<i64>().ok()? * ONE + part))
    }

    /// The number that a plan's file has, as it is written there.
    pub fn of_plan(value: f64) -> Option<Self> {
        Self::parse(&format!("{value:.DECIMALS$}"))
    }

    /// Its millionths.
    pub(super) const fn millionths(self) -> i64 {
        self.0
    }

    /// The number as `language` writes it, with no more decimals than it has.
    pub fn told(self, language: Language) -> String {
        let text = self.to_string();
        if language == Language::Vi { text.replace('.', ",") } else { text }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:0DECIMALS$}", self.0 / ONE, self.0 % ONE);
        f.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_either_mark_and_written_as_short_as_it_is() {
        for (typed, written) in [
            ("88,5", "88.5"),
            ("88.50", "88.5"),
            ("100", "100"),
            ("0", "0"),
            ("0,000001", "0.000001"),
            ("999999999.999999", "999999999.999999"),
        ] {
            assert_eq!(Decimal::parse(typed).unwrap().to_string(), written, "{typed}");
        }
        assert_eq!(Decimal::parse("88.5").unwrap().told(Language::Vi), "88,5");
    }

    #[test]
    fn what_is_no_plain_number_is_refused() {
        for wrong in [
            "",
            ",",
            ".5",
            "5.",
            "-1",
            "+1",
            "1e3",
            "1.234.567",
            "1 000",
            "٣",
            "0,0000001",
            "1000000000",
            "NaN",
            "∞",
            "=1",
        ] {
            assert_eq!(Decimal::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_number_of_a_plan_is_the_one_that_is_written_there() {
        for (value, same) in [(88.5, "88.5"), (90.0, "90"), (0.1 + 0.2, "0.3"), (15.0, "15")] {
            assert_eq!(Decimal::of_plan(value), Decimal::parse(same));
        }
        assert_eq!(Decimal::of_plan(f64::NAN), None);
        assert_eq!(Decimal::of_plan(-1.0), None);
    }
}
