//! With which period another one is compared.

use chrono::{Days, Months};
use serde::Serialize;

use super::Period;
use super::calendar::{PeriodKind, ReportingCalendar};

/// What a reporting period is compared with when a change is told. A unit declares
/// it before there are figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The period of the same length before it (kỳ trước).
    #[default]
    PreviousPeriod,
    /// The same part of the year before (cùng kỳ năm trước).
    SamePeriodLastYear,
}

impl Comparison {
    /// Every comparison.
    pub const ALL: [Self; 2] = [Self::PreviousPeriod, Self::SamePeriodLastYear];

    /// The name used in plan files, such as `previous_period`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreviousPeriod => "previous_period",
            Self::SamePeriodLastYear => "same_period_last_year",
        }
    }
}

impl ReportingCalendar {
    /// The period with which this unit compares `period`. Before the first nine
    /// months and before a year lies a year earlier; days chosen freely are compared
    /// with as many days before, or with the same days of the year before. `None`
    /// when it would lie outside [`YEARS`](super::YEARS).
    pub fn compared_with(&self, period: &Period) -> Option<Period> {
        let (year, suffix) = period.code.split_once('-').unwrap_or((&period.code, ""));
        let parts = year.parse::<i32>().ok().zip(PeriodKind::of_suffix(suffix).ok());
        let Some((year, kind)) = parts.filter(|_| !period.code.contains("..")) else {
            return self.days_compared_with(period);
        };
        let last_year = (kind, year - 1);
        let (kind, year) = match (self.comparison.unwrap_or_default(), kind) {
            (Comparison::SamePeriodLastYear, _)
            | (_, PeriodKind::NineMonths | PeriodKind::Year) => last_year,
            (_, PeriodKind::Month(1)) => (PeriodKind::Month(12), year - 1),
            (_, PeriodKind::Quarter(1)) => (PeriodKind::Quarter(4), year - 1),
            (_, PeriodKind::Half(1)) => (PeriodKind::Half(2), year - 1),
            (_, PeriodKind::Month(n)) => (PeriodKind::Month(n - 1), year),
            (_, PeriodKind::Quarter(n)) => (PeriodKind::Quarter(n - 1), year),
            (_, PeriodKind::Half(n)) => (PeriodKind::Half(n - 1), year),
        };
        self.period(&kind.code(year)).ok()
    }

    fn days_compared_with(&self, period: &Period) -> Option<Period> {
        let (first, last) = match self.comparison.unwrap_or_default() {
            Comparison::PreviousPeriod => {
                let days = Days::new(u64::try_from(period.days()).ok()?);
                (period.start.checked_sub_days(days)?, period.start.pred_opt()?)
            }
            Comparison::SamePeriodLastYear => {
                let year = Months::new(12);
                let last = period.last_day();
                (period.start.checked_sub_months(year)?, last.checked_sub_months(year)?)
            }
        };
        Period::between(first, last).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::YEARS;
    use super::*;

    fn compared(comparison: Comparison, code: &str) -> Option<String> {
        let comparison = Some(comparison);
        let calendar = ReportingCalendar { comparison, ..ReportingCalendar::default() };
        calendar.compared_with(&Period::parse(code).unwrap()).map(|period| period.code)
    }

    #[test]
    fn a_period_is_compared_with_the_one_before_it() {
        for (code, before) in [
            ("2026-10", "2026-09"),
            ("2026-01", "2025-12"),
            ("2026-Q3", "2026-Q2"),
            ("2026-Q1", "2025-Q4"),
            ("2026-H2", "2026-H1"),
            ("2026-H1", "2025-H2"),
            ("2026-9M", "2025-9M"),
            ("2026", "2025"),
            ("2026-03-10..2026-03-19", "2026-02-28..2026-03-09"),
        ] {
            let found = compared(Comparison::PreviousPeriod, code);
            assert_eq!(found.as_deref(), Some(before), "{code}");
        }
    }

    #[test]
    fn or_with_the_same_part_of_the_year_before() {
        for (code, before) in [
            ("2026-10", "2025-10"),
            ("2026-Q1", "2025-Q1"),
            ("2026", "2025"),
            ("2024-02-29..2024-03-10", "2023-02-28..2023-03-10"),
        ] {
            let found = compared(Comparison::SamePeriodLastYear, code);
            assert_eq!(found.as_deref(), Some(before), "{code}");
        }
    }

    #[test]
    fn nothing_lies_before_the_first_year() {
        assert_eq!(*YEARS.start(), 2000);
        for code in ["2000", "2000-01", "2000-Q1", "2000-01-01..2000-01-05"] {
            for comparison in Comparison::ALL {
                assert_eq!(compared(comparison, code), None, "{code}");
            }
        }
    }
}
