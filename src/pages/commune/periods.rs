//! Which periods a reader is offered beside the one shown.

use chrono::{Datelike, Months, NaiveDate};
use surveys::period::{PeriodKind, ReportingCalendar};
use surveys::{Language, Period, Plan};

use super::super::Shell;
use super::Choice;

/// The periods offered beside `shown` to readers of a commune with this `plan`, the shown
/// one without a link.
pub(in crate::pages) fn choices(
    shell: &Shell,
    plan: Option<&Plan>,
    shown: &Period,
    today: NaiveDate,
) -> Vec<Choice> {
    among(shell, offered(plan.map(|p| &p.calendar), shown, today), shown)
}

/// The title of `period` where there is little room, as for two side by side on a phone:
/// Tháng 10/2026.
pub(in crate::pages) fn short_title(period: &Period, language: Language) -> String {
    period.title.get(language).replace(" năm ", "/")
}

/// The `periods` and the one `shown`, that without a link.
pub(in crate::pages) fn among(
    shell: &Shell,
    mut periods: Vec<Period>,
    shown: &Period,
) -> Vec<Choice> {
    if periods.iter().all(|p| p.code != shown.code) {
        periods.insert(0, shown.clone());
    }
    let choice = |period: Period| Choice {
        label: short_title(&period, shell.language()),
        address: if period.code == shown.code {
            String::new()
        } else {
            shell.here_with("period", &period.code)
        },
    };
    periods.into_iter().map(choice).collect()
}

/// This month and the last, the parts of the shown period's year that have begun,
/// this year and the last: by the unit's own calendar where it has one.
fn offered(calendar: Option<&ReportingCalendar>, shown: &Period, today: NaiveDate) -> Vec<Period> {
    let plain = ReportingCalendar::default();
    let calendar = calendar.unwrap_or(&plain);
    let this_year = year_of(&calendar.year_containing(today)).unwrap_or(today.year());
    let shown_year = year_of(shown).unwrap_or(this_year);
    let mut periods = vec![Period::month_of(today)];
    periods.extend(today.checked_sub_months(Months::new(1)).map(Period::month_of));
    let mut parts: Vec<Period> =
        calendar.periods_of(shown_year).into_iter().filter(is_part_of_year).collect();
    // Quarters of the calendar beside a year that begins on another day would not add up.
    let plain_year = PeriodKind::Year.in_year(shown_year);
    if plain_year.is_some_and(|year| calendar.year_containing(year.start).start == year.start) {
        let quarters = (1..=4).filter_map(|n| PeriodKind::Quarter(n).in_year(shown_year));
        parts.extend(
            quarters.filter(|q| parts.iter().all(|p| p.code != q.code)).collect::<Vec<_>>(),
        );
        parts.sort_by_key(|p| (p.end, std::cmp::Reverse(p.start)));
    }
    periods.extend(parts.into_iter().filter(|p| p.start <= today));
    periods.extend(
        [this_year, this_year - 1].iter().filter_map(|y| Period::parse(&format!("{y:04}")).ok()),
    );
    periods
}

/// The year in a period's code. Spans of free days have none.
fn year_of(period: &Period) -> Option<i32> {
    period.code.split('-').next()?.parse().ok().filter(|_| !period.code.contains(".."))
}

fn is_part_of_year(period: &Period) -> bool {
    let suffix = period.code.split_once('-').map_or("", |(_, suffix)| suffix);
    suffix.starts_with(['Q', 'H']) || suffix == "9M"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(shown: &str, today: &str) -> Vec<String> {
        let shown = Period::parse(shown).unwrap();
        offered(None, &shown, today.parse().unwrap()).into_iter().map(|p| p.code).collect()
    }

    #[test]
    fn only_what_has_begun_is_offered() {
        assert_eq!(
            codes("2026", "2026-05-31"),
            ["2026-05", "2026-04", "2026-Q1", "2026-Q2", "2026", "2025"]
        );
    }

    #[test]
    fn a_past_year_offers_its_own_quarters() {
        let offered = codes("2025", "2026-01-10");
        assert_eq!(
            offered,
            ["2026-01", "2025-12", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026", "2025"]
        );
    }

    #[test]
    fn free_days_offer_the_parts_of_this_year() {
        assert!(codes("2024-01-05..2024-02-01", "2026-02-01").contains(&"2026-Q1".to_owned()));
    }
}
