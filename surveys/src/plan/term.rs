//! The day that a task's deadline names, if it names one.

use chrono::{Datelike, NaiveDate};

use super::{Plan, Task};
use crate::period::PeriodKind;

impl Plan {
    /// The last day that the deadline of `task` names: "Quý I/2025" ends on 31 March,
    /// "trong năm" with the year in which the plan ends. `None` when it names none, such
    /// as "Thường xuyên".
    pub fn last_day_of(&self, task: &Task) -> Option<NaiveDate> {
        last_day(&task.deadline, self.valid_to.year())
    }
}

/// The last day named by `deadline` in a plan for `plan_year`.
fn last_day(deadline: &str, plan_year: i32) -> Option<NaiveDate> {
    let deadline = deadline.to_lowercase();
    let words: Vec<&str> =
        deadline.split([' ', ';', ',', '/', '\u{a0}']).filter(|word| !word.is_empty()).collect();
    let after = |place: usize| words.get(place).and_then(|word| word.parse::<i32>().ok());
    let year = |place: usize| PeriodKind::Year.in_year(after(place).unwrap_or(plan_year));
    let named = words.iter().enumerate().filter_map(|(place, word)| match *word {
        "năm" => year(place + 1),
        "quý" => {
            let quarter = 1 + ["i", "ii", "iii", "iv"]
                .iter()
                .position(|roman| words.get(place + 1) == Some(roman))?;
            let year = after(place + 2).unwrap_or(plan_year);
            PeriodKind::Quarter(u32::try_from(quarter).ok()?).in_year(year)
        }
        _ => None,
    });
    named.map(|period| period.last_day()).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Columns, Moves, Typed};
    use crate::catalog;

    #[test]
    fn a_deadline_is_understood_as_plans_write_it() {
        for (deadline, last) in [
            ("Trong năm 2025", Some("2025-12-31")),
            ("Năm 2024", Some("2024-12-31")),
            ("Trong năm", Some("2025-12-31")),
            ("Quý I/2025", Some("2025-03-31")),
            ("Quý III", Some("2025-09-30")),
            ("Quý III và năm", Some("2025-12-31")),
            ("Thường xuyên; quý III và năm", Some("2025-12-31")),
            ("Thường xuyên", None),
            ("Hằng tháng", None),
            ("Quý V/2025", None),
            ("năm 9999999999", Some("2025-12-31")),
            ("", None),
        ] {
            let told = last_day(deadline, 2025).map(|day| day.to_string());
            assert_eq!(told.as_deref(), last, "{deadline}");
        }
    }

    #[test]
    fn every_task_of_the_plans_has_a_source_and_a_term_that_is_understood_and_can_be_an_action() {
        let without_a_day = ["Thường xuyên", "Thường xuyên và theo Kế hoạch", "Hằng tháng"];
        let mut tasks = 0;
        for plan in catalog::plans() {
            for component in &plan.components {
                let measured = Moves::first(&component.code).is_some();
                assert!(measured, "{}: nothing measures {}", plan.id, component.code);
                for task in &component.tasks {
                    tasks += 1;
                    let what = format!("{}: {}", plan.id, task.text);
                    assert!(task.clause.contains("mục"), "{what}");
                    let typed = Typed {
                        task: &task.text,
                        lead: &task.lead,
                        partners: &task.coordinating.join("; "),
                        product: &task.products.join("\n"),
                        term: &task.deadline,
                        ..Typed::default()
                    };
                    let columns = Columns::of(&typed);
                    assert!(
                        columns.is_ok_and(|c| c.task == task.text),
                        "{what} cannot be an action"
                    );
                    let no_day = without_a_day.contains(&task.deadline.as_str());
                    match plan.last_day_of(task) {
                        Some(day) => assert_eq!(day.year(), 2025, "{what}"),
                        None => assert!(no_day, "{what}: {}", task.deadline),
                    }
                }
            }
        }
        assert_eq!(tasks, 119, "23 + 12 + 47 + 9 + 28 lines of the five plans");
    }
}
