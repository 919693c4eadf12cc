//! Reporting calendars: which periods a unit reports on, and by when.

use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;

use super::comparison::Comparison;
use super::{BadPeriod, BadPeriodReason, Period, YEARS, month_title, number};
use crate::text::Text;

/// Which part of a year a period is. What is left of a period's code when its
/// year is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// A month, 1 to 12.
    Month(u32),
    /// A quarter, 1 to 4.
    Quarter(u32),
    /// A half, 1 or 2.
    Half(u32),
    /// The first nine months.
    NineMonths,
    /// The whole year.
    Year,
}

impl PeriodKind {
    /// The kind whose [`suffix`](Self::suffix) is `text`, in capitals.
    pub(super) fn of_suffix(text: &str) -> Result<Self, BadPeriodReason> {
        let (kind, most): (fn(u32) -> Self, _) = match text {
            "" => return Ok(Self::Year),
            "9M" => return Ok(Self::NineMonths),
            _ if text.starts_with('Q') => (Self::Quarter, 4),
            _ if text.starts_with('H') => (Self::Half, 2),
            _ => (Self::Month, 12),
        };
        let count = if most == 12 { 2 } else { 1 };
        let digits = text.trim_start_matches(['Q', 'H']);
        match number(digits, count) {
            Some(n) if text.len() <= 2 && (1..=most).contains(&n) => Ok(kind(n)),
            Some(_) if text.len() <= 2 => Err(BadPeriodReason::NoSuchDay),
            _ => Err(BadPeriodReason::Form),
        }
    }

    /// The end of its code: `10`, `Q1`, `H1`, `9M`, or nothing for a year.
    pub fn suffix(self) -> String {
        match self {
            Self::Month(n) => format!("{n:02}"),
            Self::Quarter(n) => format!("Q{n}"),
            Self::Half(n) => format!("H{n}"),
            Self::NineMonths => "9M".to_owned(),
            Self::Year => String::new(),
        }
    }

    /// The code of this part of `year`.
    pub fn code(self, year: i32) -> String {
        let suffix = self.suffix();
        let dash = if suffix.is_empty() { "" } else { "-" };
        format!("{year:04}{dash}{suffix}")
    }

    /// What this part of `year` is called.
    pub fn title(self, year: i32) -> Text {
        const ROMAN: [&str; 4] = ["I", "II", "III", "IV"];
        match self {
            Self::Month(n) => month_title(year, n),
            Self::Quarter(n) => {
                let roman = n.checked_sub(1).and_then(|i| ROMAN.get(i as usize)).unwrap_or(&"?");
                Text::new(format!("Quý {roman} năm {year}"), format!("Quarter {n} of {year}"))
            }
            Self::Half(1) => {
                Text::new(format!("6 tháng đầu năm {year}"), format!("First half of {year}"))
            }
            Self::Half(_) => {
                Text::new(format!("6 tháng cuối năm {year}"), format!("Second half of {year}"))
            }
            Self::NineMonths => {
                Text::new(format!("9 tháng đầu năm {year}"), format!("First nine months of {year}"))
            }
            Self::Year => Text::new(format!("Năm {year}"), format!("Year {year}")),
        }
    }

    /// The calendar period of this part of `year`; `None` when there is no such
    /// month, quarter or half, or chrono has no such year.
    pub fn in_year(self, year: i32) -> Option<Period> {
        let (first, months) = match self {
            Self::Month(n) => (n, 1),
            Self::Quarter(n) => (n.checked_mul(3)?.checked_sub(2)?, 3),
            Self::Half(n) => (n.checked_mul(6)?.checked_sub(5)?, 6),
            Self::NineMonths => (1, 9),
            Self::Year => (1, 12),
        };
        let start = NaiveDate::from_ymd_opt(year, first, 1)?;
        let end = start.checked_add_months(chrono::Months::new(months))?;
        Some(Period { code: self.code(year), title: self.title(year), start, end })
    }
}

/// A day of a reporting year, which may lie in the calendar year before or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct YearDay {
    /// Calendar years between the reporting year and the day: -1, 0 or 1.
    pub year_offset: i32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month.
    pub day: u32,
}

impl YearDay {
    /// The day in the reporting year `year`; `None` when it does not exist there.
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year.checked_add(self.year_offset)?, self.month, self.day)
    }
}

/// The day before which a report must have arrived: that day itself is too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Before this day, 1 to 28, of the month in which the period's last day lies
    /// ("trước ngày … của tháng cuối kỳ báo cáo").
    BeforeDayOfLastMonth(u32),
    /// Before this day of the reporting year.
    Before(YearDay),
}

/// Who must have reported to whom, and by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeadlineRule {
    /// Who reports.
    pub from: Text,
    /// Who receives the report.
    pub to: Text,
    /// By when.
    pub due: Due,
    /// The place in the plan.
    pub clause: String,
    /// The plan's own words.
    pub quote: String,
}

/// Makes one period of every reporting year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodRule {
    /// Which part of the reporting year it is.
    pub kind: PeriodKind,
    /// Its first and last day, both included; `None` for the calendar's own days.
    pub window: Option<(YearDay, YearDay)>,
    /// Whether it counts from the beginning of the reporting year and so covers
    /// earlier periods once more.
    pub cumulative: bool,
    /// When its reports are due.
    pub deadlines: Vec<DeadlineRule>,
    /// The place in the plan.
    pub clause: String,
    /// The plan's own words.
    pub quote: String,
}

impl PeriodRule {
    /// The rule's period in the reporting year `year`; `None` when one of its
    /// days does not exist in it.
    pub fn in_year(&self, year: i32) -> Option<Period> {
        let Some((first, last)) = self.window else { return self.kind.in_year(year) };
        let (start, last) = (first.in_year(year)?, last.in_year(year)?);
        let end = last.checked_add_days(Days::new(1))?;
        let (code, title) = (self.kind.code(year), self.kind.title(year));
        (start < end).then_some(Period { code, title, start, end })
    }
}

/// A report that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// What the report is about.
    pub period: Period,
    /// Its place among the reports about the period, from 1.
    pub number: usize,
    /// Who reports.
    pub from: Text,
    /// Who receives the report.
    pub to: Text,
    /// The last day on which it is in time.
    pub last_day: NaiveDate,
    /// The place in the plan.
    pub clause: String,
    /// The plan's own words.
    pub quote: String,
}

impl Deadline {
    /// What the report is called among those of its calendar: `2026-Q1.2` is the second
    /// about the first quarter.
    pub fn code(&self) -> String {
        format!("{}.{}", self.period.code, self.number)
    }
}

/// The periods a unit reports on, year after year. Without rules it is the plain
/// calendar.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ReportingCalendar {
    /// One per period of a reporting year; no two of the same kind.
    pub rules: Vec<PeriodRule>,
    /// What a period is compared with; `None` where the unit declares nothing, and then it
    /// is the period before.
    pub comparison: Option<Comparison>,
}

impl ReportingCalendar {
    fn rule(&self, kind: PeriodKind) -> Option<&PeriodRule> {
        self.rules.iter().find(|r| r.kind == kind)
    }

    /// The reporting period named `code`. Codes for which the unit has no rule of
    /// its own, such as months, mean the plain calendar. Only for a unit whose year
    /// begins on another day, quarters and longer parts of the plain year mean
    /// nothing: beside its own they would overlap or leave days out.
    ///
    /// # Errors
    /// [`BadPeriod`] when `code` names no period of this calendar.
    pub fn period(&self, code: &str) -> Result<Period, BadPeriod> {
        let plain = Period::parse(code)?;
        let (year, suffix) = plain.code.split_once('-').unwrap_or((&plain.code, ""));
        let Ok(kind) = PeriodKind::of_suffix(suffix) else { return Ok(plain) };
        let bad = |reason| BadPeriod::new(&plain.code, reason);
        if let Some(rule) = self.rule(kind) {
            let own = year.parse().ok().and_then(|year| rule.in_year(year));
            return own.ok_or_else(|| bad(BadPeriodReason::NoSuchDay));
        }
        let own_year = self.rule(PeriodKind::Year).is_some_and(|rule| rule.window.is_some());
        match kind {
            PeriodKind::Quarter(_) | PeriodKind::Half(_) | PeriodKind::NineMonths if own_year => {
                Err(bad(BadPeriodReason::NotOfCalendar))
            }
            _ => Ok(plain),
        }
    }

    /// The periods on which the unit reports in the reporting year `year`, by
    /// their last day, the shorter first where two end together.
    pub fn periods_of(&self, year: i32) -> Vec<Period> {
        let mut periods: Vec<_> = self.rules.iter().filter_map(|r| r.in_year(year)).collect();
        periods.sort_by_key(|p| (p.end, std::cmp::Reverse(p.start)));
        periods
    }

    /// The reporting year that holds `date`: the unit's own where it has one,
    /// else the calendar year.
    pub fn year_containing(&self, date: NaiveDate) -> Period {
        let own = |rule: &PeriodRule| {
            let years = (date.year() - 1)..=(date.year() + 1);
            years.filter_map(|y| rule.in_year(y)).find(|p| p.contains(date))
        };
        self.rule(PeriodKind::Year)
            .and_then(own)
            .or_else(|| PeriodKind::Year.in_year(date.year()))
            .unwrap_or_else(|| Period::month_of(date))
    }

    /// Every report due in the reporting year `year`, by day.
    pub fn deadlines_of(&self, year: i32) -> Vec<Deadline> {
        let mut deadlines = Vec::new();
        for rule in &self.rules {
            let Some(period) = rule.in_year(year) else { continue };
            for (number, deadline) in (1..).zip(&rule.deadlines) {
                let before = match deadline.due {
                    Due::BeforeDayOfLastMonth(day) => period.last_day().with_day(day),
                    Due::Before(day) => day.in_year(year),
                };
                let Some(last_day) = before.and_then(|day| day.pred_opt()) else { continue };
                deadlines.push(Deadline {
                    period: period.clone(),
                    number,
                    from: deadline.from.clone(),
                    to: deadline.to.clone(),
                    last_day,
                    clause: deadline.clause.clone(),
                    quote: deadline.quote.clone(),
                });
            }
        }
        deadlines.sort_by_key(|d| d.last_day);
        deadlines
    }

    /// Whether the unit's reporting years follow each other without a gap and
    /// without sharing a day, in every year of [`YEARS`].
    pub fn years_meet(&self) -> bool {
        let Some(rule) = self.rule(PeriodKind::Year) else { return true };
        let years: Option<Vec<_>> = YEARS.map(|y| rule.in_year(y)).collect();
        years.is_some_and(|years| years.windows(2).all(|w| w[0].end == w[1].start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year_offset: i32, month: u32, day: u32) -> YearDay {
        YearDay { year_offset, month, day }
    }

    fn rule(kind: PeriodKind, window: Option<(YearDay, YearDay)>, due: &[Due]) -> PeriodRule {
        let deadline = |due: &Due| DeadlineRule {
            from: Text::new("Văn phòng", "Office"),
            to: Text::new("Tỉnh", "Province"),
            due: *due,
            clause: "I".to_owned(),
            quote: "trước ngày".to_owned(),
        };
        PeriodRule {
            kind,
            window,
            cumulative: false,
            deadlines: due.iter().map(deadline).collect(),
            clause: "I".to_owned(),
            quote: "kỳ".to_owned(),
        }
    }

    /// A year from 10 December to 9 December, with one quarter of its own.
    fn december() -> ReportingCalendar {
        let year = (day(-1, 12, 10), day(0, 12, 9));
        let quarter = (day(-1, 12, 10), day(0, 3, 9));
        ReportingCalendar {
            rules: vec![
                rule(PeriodKind::Year, Some(year), &[Due::Before(day(0, 12, 15))]),
                rule(PeriodKind::Quarter(1), Some(quarter), &[Due::BeforeDayOfLastMonth(10)]),
                rule(PeriodKind::Month(2), None, &[Due::BeforeDayOfLastMonth(1)]),
            ],
            ..ReportingCalendar::default()
        }
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_unit_has_its_own_days_under_the_codes_it_defines_and_plain_ones_elsewhere() {
        let calendar = december();
        let quarter = calendar.period("2025-q1").unwrap();
        assert_eq!(quarter.start, date("2024-12-10"));
        assert_eq!(quarter.last_day(), date("2025-03-09"));
        assert_eq!(calendar.period("2025-04"), Period::parse("2025-04"));
        let span = "2025-01-05..2025-01-06";
        assert_eq!(calendar.period(span), Period::parse(span));
        let reason = |code| calendar.period(code).unwrap_err().reason;
        assert_eq!(reason("2025-Q5"), BadPeriodReason::NoSuchDay);
        for overlapping in ["2025-Q2", "2025-H2", "2025-9M"] {
            assert_eq!(reason(overlapping), BadPeriodReason::NotOfCalendar);
        }
        for plain in ["2025", "2025-Q2", "2025-9M"] {
            assert_eq!(ReportingCalendar::default().period(plain), Period::parse(plain));
        }
    }

    #[test]
    fn the_tenth_of_december_opens_the_next_reporting_year() {
        let calendar = december();
        for (day, code) in [
            ("2024-12-09", "2024"),
            ("2024-12-10", "2025"),
            ("2025-12-09", "2025"),
            ("2025-12-10", "2026"),
            ("2025-12-31", "2026"),
        ] {
            let year = calendar.year_containing(date(day));
            assert_eq!(year.code, code, "{day}");
            assert!(year.contains(date(day)));
        }
        let plain = ReportingCalendar::default().year_containing(date("2025-12-31"));
        assert_eq!(plain.code, "2025");
    }

    #[test]
    fn every_day_belongs_to_exactly_one_reporting_year() {
        let calendar = december();
        assert!(calendar.years_meet() && ReportingCalendar::default().years_meet());
        let mut torn = december();
        torn.rules[0].window = Some((day(-1, 12, 11), day(0, 12, 9)));
        assert!(!torn.years_meet());
        let mut missing = december();
        missing.rules[0].window = Some((day(0, 2, 29), day(1, 2, 28)));
        assert!(!missing.years_meet());
    }

    #[test]
    fn a_report_due_before_a_day_is_in_time_on_the_day_before() {
        let deadlines = december().deadlines_of(2025);
        let found: Vec<_> =
            deadlines.iter().map(|d| (d.period.code.as_str(), d.last_day.to_string())).collect();
        assert_eq!(
            found,
            [
                ("2025-02", "2025-01-31".to_owned()),
                ("2025-Q1", "2025-03-09".to_owned()),
                ("2025", "2025-12-14".to_owned()),
            ]
        );
    }

    #[test]
    fn each_report_of_a_calendar_has_a_code_of_its_own() {
        let mut calendar = december();
        let second = calendar.rules[0].deadlines[0].clone();
        calendar.rules[0].deadlines.push(second);
        let codes: Vec<_> = calendar.deadlines_of(2025).iter().map(Deadline::code).collect();
        assert_eq!(codes, ["2025-02.1", "2025-Q1.1", "2025.1", "2025.2"]);
    }

    #[test]
    fn the_periods_of_a_year_come_in_the_order_in_which_they_end() {
        let codes: Vec<_> = december().periods_of(2025).into_iter().map(|p| p.code).collect();
        assert_eq!(codes, ["2025-02", "2025-Q1", "2025"]);
    }
}
