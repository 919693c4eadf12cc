//! An improvement action as a row, the same in files and on the command line.

use chrono::NaiveDate;

use super::{Column, ImprovementAction, Standing};
use crate::period::date_of_millis;

/// The columns of a table of actions. Days are as files have them.
pub const TABLE_COLUMNS: [&str; 16] = [
    "id",
    "commune_code",
    "status",
    "due",
    "term",
    "overdue_days",
    "component",
    "task",
    "lead",
    "partners",
    "product",
    "origin",
    "source",
    "opened",
    "ended",
    "public",
];

impl ImprovementAction {
    /// The cells of its row on `today`, in the order of [`TABLE_COLUMNS`].
    pub fn row(&self, today: NaiveDate) -> [String; TABLE_COLUMNS.len()] {
        let cell = |column| self.columns.cell(column);
        let day = |millis: i64| date_of_millis(millis).to_string();
        let overdue = match self.standing(today) {
            Standing::Overdue(days) => days.to_string(),
            _ => String::new(),
        };
        [
            self.id.to_string(),
            self.commune.to_string(),
            self.status.name().to_owned(),
            cell(Column::Due),
            cell(Column::Term),
            overdue,
            cell(Column::Moves),
            cell(Column::Task),
            cell(Column::Lead),
            cell(Column::Partners),
            cell(Column::Product),
            self.origin.name().to_owned(),
            self.origin.source(),
            day(self.opened_at),
            self.ended_at.map(day).unwrap_or_default(),
            if self.published.is_some() { "yes" } else { "no" }.to_owned(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::action;
    use super::*;

    #[test]
    fn a_row_tells_how_late_an_action_is() {
        let row = action().row("2027-01-03".parse().unwrap());
        let told: Vec<(&str, &str)> =
            TABLE_COLUMNS.into_iter().zip(row.iter().map(String::as_str)).collect();
        for cell in [
            ("id", "7"),
            ("due", "2026-12-31"),
            ("overdue_days", "3"),
            ("task", "Niêm yết thủ tục"),
            ("opened", "2026-10-05"),
            ("ended", ""),
            ("public", "no"),
        ] {
            assert!(told.contains(&cell), "{told:?}");
        }
    }
}
