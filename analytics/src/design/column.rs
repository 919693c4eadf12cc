//! A column of the frame that says how respondents were drawn.

use std::collections::HashMap;

use super::DesignError;
use crate::frame::Frame;

/// A column of the frame.
pub(super) struct Column {
    pub(super) name: String,
    /// Its texts; empty where only the rows' numbers tell them apart.
    pub(super) values: Vec<String>,
    /// Per row, the place of its text.
    pub(super) codes: Vec<u32>,
    /// How many different ones there are.
    pub(super) size: usize,
}

impl Column {
    pub(super) fn of(frame: &Frame, name: &str) -> Result<Self, DesignError> {
        let (values, codes) = frame.key(name).ok_or_else(|| DesignError::NoColumn {
            name: name.to_owned(),
            known: frame.keys().collect::<Vec<_>>().join(", "),
        })?;
        Ok(Self { name: name.to_owned(), size: values.len(), values: values.to_vec(), codes })
    }

    /// The same with a text in every row.
    pub(super) fn filled(frame: &Frame, name: &str) -> Result<Self, DesignError> {
        let column = Self::of(frame, name)?;
        let empty = |code: &u32| column.values[*code as usize].trim().is_empty();
        match column.codes.iter().position(empty) {
            Some(row) => Err(DesignError::Empty { row: frame.line(row), column: column.name }),
            None => Ok(column),
        }
    }

    /// The same for all rows.
    pub(super) fn constant(rows: usize) -> Self {
        Self { name: String::new(), values: vec![String::new()], codes: vec![0; rows], size: 1 }
    }

    /// Another one in every row.
    pub(super) fn row_by_row(rows: usize) -> Self {
        let codes = (0..rows).map(number).collect();
        Self { name: String::new(), values: Vec::new(), codes, size: rows }
    }

    /// Its values inside those of `outer`: the same text in two of them is two
    /// values.
    pub(super) fn within(self, outer: &Self) -> Self {
        let mut places: HashMap<(u32, u32), u32> = HashMap::new();
        let pairs = outer.codes.iter().zip(&self.codes);
        let codes: Vec<u32> = pairs
            .map(|(outer, inner)| {
                let next = number(places.len());
                *places.entry((*outer, *inner)).or_insert(next)
            })
            .collect();
        Self { name: self.name, values: Vec::new(), codes, size: places.len() }
    }

    pub(super) fn positive_numbers(&self, frame: &Frame) -> Result<Vec<f64>, DesignError> {
        let numbers: Vec<Option<f64>> = self.values.iter().map(|text| positive(text)).collect();
        let number = |(row, code): (usize, &u32)| {
            numbers[*code as usize].ok_or_else(|| DesignError::NotPositive {
                row: frame.line(row),
                column: self.name.clone(),
                value: self.values[*code as usize].clone(),
            })
        };
        self.codes.iter().enumerate().map(number).collect()
    }
}

/// A place in a list that is no longer than a frame has rows.
pub(super) fn number(place: usize) -> u32 {
    u32::try_from(place).expect("a frame has fewer rows than 2³²")
}

/// The positive number that `text` is, of a size whose squares and sums have room:
/// from 1e-100 to 1e100.
pub(crate) fn positive(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number| (1e-100..=1e100).contains(number))
}
