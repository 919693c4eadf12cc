//! Working days in Vietnam: Monday to Friday without the days off, and the Saturdays
//! that are worked for one.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Deserialize;

/// Which days are worked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WorkingDays {
    known_until: NaiveDate,
    off: BTreeSet<NaiveDate>,
    worked: BTreeSet<NaiveDate>,
}

static SHIPPED: LazyLock<WorkingDays> = LazyLock::new(|| {
    toml::from_str(include_str!("../holidays/vietnam.toml"))
        .unwrap_or_else(|mistake| panic!("shipped holidays: {mistake}"))
});

impl WorkingDays {
    /// The shipped calendar, in `surveys/holidays/vietnam.toml`.
    pub fn shipped() -> Self {
        SHIPPED.clone()
    }

    /// The same with more days `off` and more days `worked`; what is given here wins
    /// over what was there.
    #[must_use]
    pub fn with(mut self, off: &[NaiveDate], worked: &[NaiveDate]) -> Self {
        for day in off {
            self.worked.remove(day);
            self.off.insert(*day);
        }
        for day in worked {
            self.off.remove(day);
            self.worked.insert(*day);
        }
        self
    }

    /// Whether everything that was announced for `day` is in this calendar.
    pub fn knows(&self, day: NaiveDate) -> bool {
        day <= self.known_until
    }

    /// Whether `day` is a working day.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.worked.contains(&day) || (!weekend && !self.off.contains(&day))
    }

    /// How many working days there are after `day`, up to and with `last`: the day on
    /// which something begins does not count. None when `last` is not later.
    pub fn between(&self, day: NaiveDate, last: NaiveDate) -> u32 {
        let days = day.iter_days().skip(1).take_while(|day| *day <= last);
        u32::try_from(days.filter(|day| self.is_working(*day)).count()).unwrap_or(u32::MAX)
    }

    /// The `n`th working day after `day`; with 0, `day` itself.
    pub fn after(&self, day: NaiveDate, n: u32) -> NaiveDate {
        let nth = usize::try_from(n).unwrap_or(usize::MAX).checked_sub(1);
        let mut days = day.iter_days().skip(1).filter(|day| self.is_working(*day));
        nth.map_or(day, |nth| days.nth(nth).unwrap_or(NaiveDate::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weekends_and_holidays_are_not_counted_and_worked_saturdays_are() {
        let days = WorkingDays::shipped();
        for (from, n, to) in [
            ("2026-10-15", 1, "2026-10-16"),
            // A Thursday, then a weekend.
            ("2026-10-15", 2, "2026-10-19"),
            // From a Saturday.
            ("2026-10-17", 1, "2026-10-19"),
            // Before Tết of 2026: Friday 13 February, then Monday 23.
            ("2026-02-13", 1, "2026-02-23"),
            // Saturday 10 January 2026 is worked.
            ("2026-01-09", 1, "2026-01-10"),
            // The Saturday worked for Monday 31 August, and 2 September with its days.
            ("2026-08-21", 1, "2026-08-22"),
            ("2026-08-28", 1, "2026-09-03"),
            // 10 March of the lunar year 2027 is Friday 16 April.
            ("2027-04-15", 1, "2027-04-19"),
            ("2026-10-15", 0, "2026-10-15"),
        ] {
            assert_eq!(days.after(day(from), n), day(to), "{n} after {from}");
            assert_eq!(days.between(day(from), day(to)), n, "{from} to {to}");
        }
        assert!(days.knows(day("2026-12-31")) && !days.knows(day("2027-02-08")));
    }

    #[test]
    fn the_listed_days_off_are_no_weekends_and_the_worked_ones_are() {
        let days = WorkingDays::shipped();
        let weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        assert!(days.off.len() > 25 && !days.off.iter().any(weekend));
        assert!(!days.worked.is_empty() && days.worked.iter().all(weekend));
    }

    #[test]
    fn spans_add_up_and_counting_on_and_back_agree_over_three_years() {
        let days = WorkingDays::shipped();
        let all: Vec<NaiveDate> = day("2025-01-01").iter_days().take(3 * 365).collect();
        for (i, from) in all.iter().enumerate().step_by(3) {
            let (middle, last) =
                (all[(i + 11).min(all.len() - 1)], all[(i + 40).min(all.len() - 1)]);
            let whole = days.between(*from, last);
            assert_eq!(whole, days.between(*from, middle) + days.between(middle, last));
            for n in 1..=whole {
                let reached = days.after(*from, n);
                assert!(days.is_working(reached) && reached <= last);
                assert_eq!(days.between(*from, reached), n);
            }
            assert_eq!(days.between(last, *from), 0);
        }
    }

    #[test]
    fn an_installation_adds_days_and_takes_them_back() {
        let days = WorkingDays::shipped();
        let (tet, worked) = (day("2027-02-08"), day("2026-09-01"));
        assert!(days.is_working(tet) && !days.is_working(worked));
        let days = days.with(&[tet], &[worked]);
        assert!(!days.is_working(tet) && days.is_working(worked));
        assert!(!days.with(&[worked], &[]).is_working(worked));
    }
}
