//! How long what is kept of people is kept.

use chrono::{Days, Months, NaiveDate};
use serde::Deserialize;

/// The most months that anything may be kept for.
const MOST_MONTHS: u16 = 120;

/// The terms of what is kept. Each runs from midnight to midnight; what is over goes once
/// a day. Contacts of petitions have their own, in `[petitions]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Retention {
    /// Days for which the time of day of an answer is kept; then only its day is.
    pub exact_days: u16,
    /// Months after which comments go, published ones too.
    pub text_months: Term,
    /// Months after which tokens of visits and survey links go.
    pub link_months: Term,
    /// Months after which lines of the audit log go.
    pub audit_months: Term,
}

/// From 1 to 120 months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub struct Term(u16);

impl Term {
    /// How many.
    pub const fn count(self) -> u16 {
        self.0
    }

    /// The day so long before `today`.
    pub fn before(self, today: NaiveDate) -> NaiveDate {
        today.checked_sub_months(Months::new(self.0.into())).unwrap_or(NaiveDate::MIN)
    }
}

impl TryFrom<u16> for Term {
    type Error = String;

    fn try_from(months: u16) -> Result<Self, String> {
        let fits = (1..=MOST_MONTHS).contains(&months);
        fits.then_some(Self(months)).ok_or_else(|| format!("write 1 to {MOST_MONTHS} months"))
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            exact_days: 90,
            text_months: Term(24),
            link_months: Term(12),
            audit_months: Term(24),
        }
    }
}

impl Retention {
    /// The first day whose answers keep their time of day.
    pub fn exact_from(&self, today: NaiveDate) -> NaiveDate {
        today.checked_sub_days(Days::new(self.exact_days.into())).unwrap_or(NaiveDate::MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_at_least_a_month_and_at_most_ten_years() {
        let read = |text: &str| toml::from_str::<Retention>(text);
        assert_eq!(read("").unwrap(), Retention::default());
        assert_eq!(read("text-months = 120").unwrap().text_months.count(), 120);
        for bad in ["text-months = 0", "audit-months = 121", "link-months = -1", "exact-days = -1"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn terms_end_at_the_same_day_of_another_month() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let terms = Retention::default();
        assert_eq!(terms.exact_from(day("2026-10-15")), day("2026-07-17"));
        assert_eq!(terms.text_months.before(day("2026-02-28")), day("2024-02-28"));
        assert_eq!(Term(1).before(day("2026-03-31")), day("2026-02-28"));
    }
}
