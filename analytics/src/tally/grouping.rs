//! By what the lines of a file of tallies are grouped.

use chrono::NaiveDate;

use super::{Mistake, TallyError};
use crate::frame::csv_file::{CsvOptions, DAY, MONTH};
use crate::frame::local_date::local_date;

/// The values of a group, and its day where days were looked for.
pub(super) type Place = (Vec<String>, Option<NaiveDate>);

/// Where the values come from by which the tallies are grouped.
pub(super) struct Grouping {
    /// Per column asked for, its place in the file; none for the month of the day.
    columns: Vec<Option<usize>>,
    day: Option<usize>,
    /// Whether a group without a readable day is a mistake.
    needs_day: bool,
}

impl Grouping {
    pub(super) fn find(header: &[String], options: &CsvOptions) -> Result<Self, TallyError> {
        let find = |name: &str| {
            header.iter().position(|column| column == name).ok_or_else(|| no_column(name, header))
        };
        let mut needs_day = options.from.is_some() || options.before.is_some();
        let mut columns = Vec::with_capacity(options.keys.len());
        for name in &options.keys {
            let column = find(name);
            let made = name == MONTH && column.is_err();
            needs_day |= made;
            columns.push(if made { None } else { Some(column?) });
        }
        let day =
            if needs_day { Some(find(DAY)?) } else { find(DAY).ok().filter(|_| options.last_day) };
        Ok(Self { columns, day, needs_day })
    }

    /// The values of a group with these `keys`, and its day where days were looked for;
    /// `None` outside those asked for.
    pub(super) fn of(
        &self,
        keys: &[String],
        places: &[usize],
        line: u64,
        options: &CsvOptions,
    ) -> Result<Option<Place>, TallyError> {
        let value = |column: usize| {
            let key = places.iter().position(|place| *place == column);
            key.map(|key| keys[key].clone()).unwrap_or_default()
        };
        let day = match self.day.map(value) {
            None => None,
            Some(text) => match local_date(&text) {
                None if self.needs_day => {
                    let mistake = Mistake::NoDate;
                    return Err(TallyError::Line { line, column: Some(DAY), value: text, mistake });
                }
                day => day,
            },
        };
        let inside = |day: NaiveDate| {
            options.from.is_none_or(|from| day >= from)
                && options.before.is_none_or(|before| day < before)
        };
        if day.is_some_and(|day| !inside(day)) {
            return Ok(None);
        }
        let month = || day.map(|day| day.format("%Y-%m").to_string()).unwrap_or_default();
        let values = self.columns.iter().map(|c| c.map_or_else(month, value)).collect();
        Ok(Some((values, day)))
    }
}

pub(super) fn no_column(name: &str, header: &[String]) -> TallyError {
    TallyError::NoColumn { name: name.to_owned(), found: header.join(", ") }
}
