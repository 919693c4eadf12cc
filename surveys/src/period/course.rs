//! The periods of a calendar one after the other: which have ended, which follow.

use std::mem::discriminant;

use chrono::{Datelike, NaiveDate};

use super::Period;
use super::calendar::{PeriodKind, ReportingCalendar};

/// How many days back a period may have ended to count as one of the last.
const LAST_DAYS: i64 = 366;

/// Every kind of period that a calendar may have.
fn kinds() -> impl Iterator<Item = PeriodKind> {
    let months = (1..=12).map(PeriodKind::Month);
    let quarters = (1..=4).map(PeriodKind::Quarter);
    let halves = (1..=2).map(PeriodKind::Half);
    months.chain(quarters).chain(halves).chain([PeriodKind::NineMonths, PeriodKind::Year])
}

/// The kind of a period with this code; `None` for days of one's own choice.
pub fn kind_of(code: &str) -> Option<PeriodKind> {
    let suffix = code.split_once('-').map_or("", |(_, suffix)| suffix);
    PeriodKind::of_suffix(suffix).ok().filter(|_| !code.contains(".."))
}

impl ReportingCalendar {
    /// The periods of this calendar that ended within a year before `today`, the last
    /// one first, the shorter first where two ended together.
    pub fn finished(&self, today: NaiveDate) -> Vec<Period> {
        let of_year =
            |year: i32| kinds().filter_map(move |kind| self.period(&kind.code(year)).ok());
        let ended = |period: &Period| (0..LAST_DAYS).contains(&(today - period.end).num_days());
        let years = (today.year() - 1)..=(today.year() + 1);
        let mut periods: Vec<Period> = years.flat_map(of_year).filter(ended).collect();
        periods.sort_by_key(|p| (p.end, p.start));
        periods.reverse();
        periods
    }

    /// The periods of the same kind that begin after `period` and not after `today`, in
    /// the order of time.
    pub fn following(&self, period: &Period, today: NaiveDate) -> Vec<Period> {
        let Some(kind) = kind_of(&period.code) else { return Vec::new() };
        let same = move |other: &PeriodKind| discriminant(other) == discriminant(&kind);
        let of_year = |year: i32| {
            kinds().filter(same).filter_map(move |kind| self.period(&kind.code(year)).ok())
        };
        let years = period.start.year()..=(today.year() + 1);
        let begun = |p: &Period| p.start >= period.end && p.start <= today;
        let mut periods: Vec<Period> = years.flat_map(of_year).filter(begun).collect();
        periods.sort_by_key(|p| p.start);
        periods
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn codes(periods: &[Period]) -> Vec<&str> {
        periods.iter().map(|p| p.code.as_str()).collect()
    }

    #[test]
    fn the_last_period_stands_first_and_the_shorter_of_two() {
        let plain = ReportingCalendar::default();
        let finished = plain.finished(day("2026-10-05"));
        assert_eq!(codes(&finished)[..3], ["2026-09", "2026-Q3", "2026-9M"]);
        assert!(finished.iter().all(|p| p.end <= day("2026-10-05")));
        assert!(codes(&finished).contains(&"2025"), "the last year ended within a year");
        assert_eq!(codes(&plain.finished(day("2026-09-30")))[0], "2026-08", "today is not over");
        assert_eq!(codes(&plain.finished(day("2026-10-01")))[0], "2026-09");
    }

    #[test]
    fn what_follows_is_of_the_same_kind_and_has_begun() {
        let plain = ReportingCalendar::default();
        let of = |code: &str| plain.period(code).unwrap();
        let today = day("2027-02-01");
        assert_eq!(
            codes(&plain.following(&of("2026-11"), today)),
            ["2026-12", "2027-01", "2027-02"]
        );
        assert_eq!(codes(&plain.following(&of("2026-Q3"), today)), ["2026-Q4", "2027-Q1"]);
        assert_eq!(codes(&plain.following(&of("2026"), today)), ["2027"]);
        assert_eq!(plain.following(&of("2027-02"), today), []);
        assert_eq!(plain.following(&of("2026-10-01..2026-10-05"), today), []);
    }

    #[test]
    fn a_unit_with_a_year_of_its_own_has_only_its_own_quarters() {
        let calendar = &catalog::plan("long-xuyen-2025").unwrap().calendar;
        let finished = calendar.finished(day("2026-10-05"));
        assert!(codes(&finished).contains(&"2026-Q3") && !codes(&finished).contains(&"2026-Q2"));
        let quarter = calendar.period("2026-Q1").unwrap();
        assert_eq!(codes(&calendar.following(&quarter, day("2026-10-05"))), ["2026-Q3"]);
    }
}
