//! Rows that share their key values.

use polars::prelude::{GroupsType, IdxSize, UInt8Chunked};
use surveys::instrument::Instrument;

use super::{AnswerClass, Frame, asked_items};

/// Whether rows with these values in the columns grouped by are a group. Those without a
/// value in one of them belong to none, and stay in the sample.
pub(crate) fn is_group(values: &[String]) -> bool {
    !values.iter().any(String::is_empty)
}

/// The rows that share their values in the columns grouped by.
pub(crate) struct Group {
    /// One value per column grouped by.
    pub(crate) values: Vec<String>,
    /// The rows, by number; `None` for all.
    pub(crate) rows: Option<Vec<IdxSize>>,
}

impl Frame {
    /// The rows by their values in the columns `by`, sorted by those values, those
    /// that are no group ([`is_group`]) too: all rows as one group when `by` is empty. `Err` names a column the frame has not.
    pub(crate) fn groups(&self, by: &[String]) -> Result<Vec<Group>, String> {
        let find = |name: &String| {
            self.keys.iter().position(|k| k.name == *name).ok_or_else(|| name.clone())
        };
        let places = by.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        if places.is_empty() {
            return Ok(vec![Group { values: Vec::new(), rows: None }]);
        }
        let names = places.iter().map(|&p| self.cells.columns()[p].name().clone());
        let grouped = self.cells.group_by_stable(names).expect("the columns are in the frame");
        let values_at = |row: IdxSize| -> Vec<String> {
            let text = |&p: &usize| {
                let code = self.codes(p).get(row as usize).unwrap_or(0);
                self.keys[p].values[code as usize].clone()
            };
            places.iter().map(text).collect()
        };
        let mut groups: Vec<Group> = match &**grouped.get_groups() {
            GroupsType::Idx(groups) => groups
                .iter()
                .map(|(first, rows)| Group { values: values_at(first), rows: Some(rows.to_vec()) })
                .collect(),
            GroupsType::Slice { groups, .. } => groups
                .iter()
                .map(|&[first, len]| Group {
                    values: values_at(first),
                    rows: Some((first..first + len).collect()),
                })
                .collect(),
        };
        groups.sort_by(|a, b| a.values.cmp(&b.values));
        Ok(groups)
    }

    /// How many rows have no value in one of the columns `by`, and so no group.
    pub fn ungrouped(&self, by: &[String]) -> u64 {
        let empty = |key: &super::Key| key.values.iter().position(String::is_empty);
        let columns: Vec<(usize, u32)> = (0..)
            .zip(&self.keys)
            .filter(|(_, key)| by.contains(&key.name))
            .filter_map(|(place, key)| Some((place, empty(key)?.try_into().ok()?)))
            .collect();
        let codes: Vec<_> =
            columns.iter().map(|(place, empty)| (self.codes(*place), *empty)).collect();
        let ungrouped = |row: &usize| codes.iter().any(|(c, empty)| c.get(*row) == Some(*empty));
        (0..self.len()).filter(ungrouped).count() as u64
    }

    /// The answers in `rows`, or all: one list per item.
    pub(crate) fn answers_of(&self, rows: Option<&[IdxSize]>) -> Vec<Vec<Option<u8>>> {
        let column = |place: usize| -> Vec<Option<u8>> {
            let answers = self.answers(place);
            match rows {
                Some(rows) => rows.iter().map(|&row| answers.get(row as usize)).collect(),
                None => answers.iter().collect(),
            }
        };
        (0..self.items.len()).map(column).collect()
    }

    /// What every answer counts as: per item, one class per row.
    pub(crate) fn classes(&self, instrument: &Instrument) -> Vec<Vec<u8>> {
        let class_of = |scale, answer| AnswerClass::of(scale, answer) as u8;
        let column = |(place, item)| {
            let scale = instrument.scale_of(item).expect("a satisfaction item has a scale");
            let mut classes = [0; 256];
            for (value, class) in (0..=u8::MAX).zip(&mut classes) {
                *class = class_of(scale, Some(value));
            }
            let answers: &UInt8Chunked = self.answers(place);
            let class = |a: Option<u8>| {
                a.map_or(AnswerClass::Unanswered as u8, |v| classes[usize::from(v)])
            };
            answers.iter().map(class).collect()
        };
        asked_items(instrument).enumerate().map(column).collect()
    }
}
