//! Which periods of a calendar share days, so that figures of one follow from those
//! of others.

use chrono::Datelike;

use super::calendar::{PeriodKind, ReportingCalendar};
use super::{Period, YEARS};

impl ReportingCalendar {
    /// Every period of the reporting year `year` that has a code, months that only
    /// partly lie in it included, by their first day, the longer first.
    pub fn parts_of_year(&self, year: i32) -> Vec<Period> {
        let longer = (1..=4)
            .map(PeriodKind::Quarter)
            .chain((1..=2).map(PeriodKind::Half))
            .chain([PeriodKind::NineMonths, PeriodKind::Year]);
        let of = |year: i32, kind: PeriodKind| self.period(&kind.code(year)).ok();
        let mut parts: Vec<Period> = longer.filter_map(|kind| of(year, kind)).collect();
        let start = parts.iter().map(|p| p.start).min();
        let end = parts.iter().map(|p| p.end).max();
        let months = (year - 1..=year + 1)
            .flat_map(|year| (1..=12).filter_map(move |n| of(year, PeriodKind::Month(n))));
        let within = |month: &Period| {
            start.zip(end).is_some_and(|(start, end)| start < month.end && month.start < end)
        };
        parts.extend(months.filter(within));
        parts.sort_by_key(|p| (p.start, std::cmp::Reverse(p.end)));
        parts
    }

    /// The periods of every reporting year that `period` belongs to: its own, and
    /// for a month that two years share both. Days that are no period of this
    /// calendar stand alone.
    pub fn years_around(&self, period: &Period) -> Vec<Vec<Period>> {
        let same = |part: &Period| (part.start, part.end) == (period.start, period.end);
        let years = (period.start.year() - 1)..=(period.end.year() + 1);
        let mut around: Vec<Vec<Period>> = years
            .filter(|year| YEARS.contains(year))
            .map(|year| self.parts_of_year(year))
            .filter(|parts| parts.iter().any(same))
            .collect();
        if around.is_empty() {
            around.push(vec![period.clone()]);
        }
        around
    }
}

#[cfg(test)]
mod tests {
    use super::super::calendar::{PeriodRule, YearDay};
    use super::*;

    fn codes(parts: &[Period]) -> Vec<&str> {
        parts.iter().map(|p| p.code.as_str()).collect()
    }

    fn from_10_december() -> ReportingCalendar {
        let day = |year_offset, month, day| YearDay { year_offset, month, day };
        let rule = |kind, first, last| PeriodRule {
            kind,
            window: Some((first, last)),
            cumulative: false,
            deadlines: Vec::new(),
            clause: String::new(),
            quote: String::new(),
        };
        let rules = vec![
            rule(PeriodKind::Quarter(1), day(-1, 12, 10), day(0, 3, 9)),
            rule(PeriodKind::Year, day(-1, 12, 10), day(0, 12, 9)),
        ];
        ReportingCalendar { rules, ..ReportingCalendar::default() }
    }

    #[test]
    fn a_plain_year_has_its_months_quarters_halves_and_nine_months() {
        let parts = ReportingCalendar::default().parts_of_year(2026);
        assert_eq!(parts.len(), 12 + 4 + 2 + 1 + 1);
        assert_eq!(
            codes(&parts)[..6],
            ["2026", "2026-9M", "2026-H1", "2026-Q1", "2026-01", "2026-02"]
        );
    }

    #[test]
    fn a_year_of_its_own_days_has_the_months_it_shares_with_its_neighbours() {
        let parts = from_10_december().parts_of_year(2026);
        let codes = codes(&parts);
        assert_eq!(codes[..4], ["2025-12", "2026", "2026-Q1", "2026-01"]);
        assert_eq!(codes.len(), 2 + 13);
        assert_eq!(codes.last(), Some(&"2026-12"));
    }

    #[test]
    fn a_shared_month_belongs_to_two_years_and_other_days_stand_alone() {
        let around = |calendar: &ReportingCalendar, code: &str| {
            calendar.years_around(&Period::parse(code).unwrap()).len()
        };
        assert_eq!(around(&from_10_december(), "2025-12"), 2);
        assert_eq!(around(&from_10_december(), "2026-01"), 1);
        let plain = ReportingCalendar::default();
        assert_eq!(around(&plain, "2025-12"), 1);
        let days = Period::parse("2026-10-03..2026-10-09").unwrap();
        assert_eq!(plain.years_around(&days), [vec![days]]);
    }
}
