//! The periods that staff choose from: those of which there can be answers, by year, the
//! newest first. Any other is reached by its address.

use chrono::NaiveDate;
use surveys::Period;
use surveys::period::ReportingCalendar;

use super::form::Choice;
use crate::pages::Shell;

/// The most reporting years that are offered.
const YEARS: i32 = 10;

/// The periods of a year.
#[derive(Debug)]
pub(super) struct Year {
    pub(super) year: String,
    pub(super) choices: Vec<Choice>,
}

/// The parts of the years of `calendar` from the day of the `first` answer to `today`; the
/// period `shown` also when it is none of them.
pub(super) fn years(
    shell: &Shell,
    calendar: &ReportingCalendar,
    first: Option<NaiveDate>,
    shown: &Period,
    today: NaiveDate,
) -> Vec<Year> {
    let year_of = |day| calendar.year_containing(day).code.parse::<i32>().unwrap_or_default();
    let (first, newest) = (first.unwrap_or(today).min(today), year_of(today));
    let oldest = year_of(first).max(newest - YEARS + 1);
    let mut known: Vec<String> = Vec::new();
    let choice = |period: &Period| Choice {
        value: period.code.clone(),
        label: period.title.get(shell.language()).to_owned(),
    };
    let mut years = Vec::new();
    for year in (oldest..=newest).rev() {
        let mut periods = calendar.parts_of_year(year);
        periods.retain(|period| {
            let new = period.start <= today && period.end > first && !known.contains(&period.code);
            if new {
                known.push(period.code.clone());
            }
            new
        });
        // The whole year first, then what is newest.
        periods.sort_by_key(|p| (p.code.len() > 4, std::cmp::Reverse(p.end), p.start));
        years.push(Year { year: year.to_string(), choices: periods.iter().map(choice).collect() });
    }
    if !known.contains(&shown.code) {
        let choices = vec![choice(shown)];
        years.push(Year { year: shown.start.format("%Y").to_string(), choices });
    }
    years
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(first: Option<&str>, shown: &str) -> Vec<(String, Vec<String>)> {
        let (shell, calendar) = (Shell::new("/", "", false), ReportingCalendar::default());
        let first = first.map(|day| day.parse().unwrap());
        let (shown, today) = (Period::parse(shown).unwrap(), "2026-02-10".parse().unwrap());
        let years = years(&shell, &calendar, first, &shown, today).into_iter();
        let codes = |choices: Vec<Choice>| choices.into_iter().map(|c| c.value).collect();
        years.map(|year| (year.year, codes(year.choices))).collect()
    }

    #[test]
    fn the_years_of_answers_are_offered_and_no_period_before_them() {
        let found = codes(Some("2025-11-20"), "2026");
        let years: Vec<&str> = found.iter().map(|(year, _)| year.as_str()).collect();
        assert_eq!(years, ["2026", "2025"]);
        assert_eq!(found[0].1[0], "2026");
        assert!(found[0].1.contains(&"2026-02".to_owned()), "{found:?}");
        assert!(!found[0].1.contains(&"2026-03".to_owned()), "it has not begun: {found:?}");
        let before = ["2025", "2025-12", "2025-Q4", "2025-11"];
        assert!(before.iter().all(|code| found[1].1.contains(&(*code).to_owned())), "{found:?}");
        for empty in ["2025-10", "2025-Q3", "2025-9M", "2025-H1"] {
            assert!(!found[1].1.contains(&empty.to_owned()), "{empty}: {found:?}");
        }
    }

    #[test]
    fn what_is_shown_can_be_chosen_also_where_nobody_answered() {
        let found = codes(None, "2019-05");
        assert_eq!(found.len(), 2);
        assert_eq!(found[1], ("2019".to_owned(), vec!["2019-05".to_owned()]));
    }
}
