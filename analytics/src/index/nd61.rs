//! The one-stop rating of Decree 61/2018/NĐ-CP (Circular 01/2018/TT-VPCP): a form has
//! nine indicators of 0, 1 or 2 points. Six are answered by the person whose case was
//! settled, three are scored by the office once, at the end of the period, and belong
//! to every form of that period.
//!
//! Points are counted in whole numbers: a unit's total is the sum of its indicators'
//! points, whatever its means look like once they are rounded.

use std::collections::BTreeMap;

use surveys::instrument::{Instrument, Item, Rank, ScoredBy};
use surveys::{ItemCode, Text};

use crate::estimate::{EstimateError, checked_groups};
use crate::frame::{AnswerClass, Frame, Group, asked_items};

/// The names that the columns of a rating have in files, after the column of the units;
/// that one cannot have such a name.
pub const COLUMNS: [&str; 7] =
    ["indicator", "complete", "incomplete", "points", "mean", "rank_from", "rank"];

/// The points of one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Its item.
    pub code: ItemCode,
    /// Its points in all complete forms of the unit together; `None` when the office
    /// has not scored it.
    pub points: Option<u64>,
}

/// The rating of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRating {
    /// The unit.
    pub unit: String,
    /// Forms with a valid answer to every indicator that citizens answer.
    pub complete: u64,
    /// The other forms. They have no total, and are in no mean.
    pub incomplete: u64,
    /// Every indicator, in the order of the form.
    pub indicators: Vec<Indicator>,
}

impl UnitRating {
    /// All points of the complete forms together; `None` when the office has left out
    /// an indicator.
    pub fn points(&self) -> Option<u64> {
        self.indicators.iter().map(|indicator| indicator.points).sum()
    }

    /// So many points per complete form; `None` without one.
    pub fn per_form(&self, points: Option<u64>) -> Option<f64> {
        points.filter(|_| self.complete > 0).map(|points| points as f64 / self.complete as f64)
    }

    /// The rank that its points per complete form earn. Bounds of ranks are whole
    /// points, so what is beyond a whole number does not matter and nothing is rounded.
    pub fn rank<'a>(&self, instrument: &'a Instrument) -> Option<&'a Rank> {
        let whole = self.points()?.checked_div(self.complete)?;
        instrument.rank(u32::try_from(whole).ok()?)
    }
}

/// Why forms could not be rated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RatingError {
    /// The instrument gives no points.
    #[error(
        "instrument `{instrument}` gives no points: use one with a [rating], such as one-stop-rating"
    )]
    NoRating {
        /// The instrument.
        instrument: String,
    },
    /// The office has scored an indicator with points that it does not have.
    #[error("`{points}` are no points of indicator `{item}`: write one of {offered}")]
    NoSuchPoints {
        /// The indicator.
        item: String,
        /// What was written.
        points: String,
        /// What may be written.
        offered: String,
    },
    /// The column of the units cannot be used.
    #[error(transparent)]
    Column(#[from] EstimateError),
}

impl RatingError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::NoRating { instrument } => format!(
                "Mẫu phiếu `{instrument}` không chấm điểm: hãy dùng mẫu có [rating], ví dụ one-stop-rating"
            ),
            Self::NoSuchPoints { item, points, offered } => format!(
                "Chỉ số `{item}` không có mức `{points}` điểm: hãy ghi một trong các mức {offered}"
            ),
            Self::Column(error) => return error.text(),
        };
        Text::new(vi, self.to_string())
    }
}

/// What the office scored for one unit and period: points per indicator.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfficeScores(BTreeMap<ItemCode, u8>);

impl OfficeScores {
    /// Adds the points of `item`, as they were written.
    ///
    /// # Errors
    /// [`RatingError::NoSuchPoints`] when the item's scale has no such points.
    pub fn score(
        &mut self,
        instrument: &Instrument,
        item: &Item,
        points: &str,
    ) -> Result<(), RatingError> {
        let scale = instrument.scale_of(item);
        let mut offered = scale.into_iter().flat_map(|s| &s.options).map(|o| o.value);
        if let Some(value) = points.parse().ok().filter(|points| offered.any(|o| o == *points)) {
            self.0.insert(item.code.clone(), value);
            return Ok(());
        }
        let offered = scale.into_iter().flat_map(|s| &s.options).map(|o| o.value.to_string());
        Err(RatingError::NoSuchPoints {
            item: item.code.to_string(),
            points: points.to_owned(),
            offered: offered.collect::<Vec<_>>().join(", "),
        })
    }
}

/// The indicators that the office scores.
pub fn office_items(instrument: &Instrument) -> impl Iterator<Item = &Item> {
    indicators(instrument).filter(|item| item.scored_by == ScoredBy::Office)
}

fn indicators(instrument: &Instrument) -> impl Iterator<Item = &Item> {
    instrument.items.iter().filter(|item| item.component().is_some())
}

/// Rates every unit that `frame` names in the column `unit`, with what the office
/// scored for it.
///
/// # Errors
/// [`RatingError`] when the instrument gives no points or the column cannot be used.
pub fn ratings(
    frame: &Frame,
    instrument: &Instrument,
    unit: &str,
    office: &BTreeMap<String, OfficeScores>,
) -> Result<Vec<UnitRating>, RatingError> {
    if instrument.rating.is_none() {
        return Err(RatingError::NoRating { instrument: instrument.id.to_string() });
    }
    let groups =
        checked_groups(frame, instrument, &[unit.to_owned()], |name| COLUMNS.contains(&name))?;
    let of_unit = |mut group: Group| {
        let answers = frame.answers_of(group.rows.as_deref());
        let unit = group.values.remove(0);
        let scores = office.get(&unit);
        rating(unit, instrument, &answers, scores)
    };
    Ok(groups.into_iter().map(of_unit).collect())
}

fn rating(
    unit: String,
    instrument: &Instrument,
    answers: &[Vec<Option<u8>>],
    office: Option<&OfficeScores>,
) -> UnitRating {
    let asked: Vec<&Item> = asked_items(instrument).collect();
    let valid = |place: usize, answer: Option<u8>| {
        let scale = instrument.scale_of(asked[place])?;
        let class = AnswerClass::of(scale, answer);
        answer.filter(|_| matches!(class, AnswerClass::Satisfied | AnswerClass::NotSatisfied))
    };
    let forms = answers.first().map_or(0, Vec::len);
    let (mut complete, mut sums) = (0, vec![0; asked.len()]);
    let mut points = Vec::with_capacity(asked.len());
    for form in 0..forms {
        points.clear();
        points.extend(
            answers.iter().enumerate().map_while(|(place, column)| valid(place, column[form])),
        );
        if points.len() == asked.len() {
            complete += 1;
            sums.iter_mut().zip(&points).for_each(|(sum, points)| *sum += u64::from(*points));
        }
    }
    let points_of = |item: &Item| match asked.iter().position(|asked| asked.code == item.code) {
        Some(place) => Some(sums[place]),
        None => office?.0.get(&item.code).map(|points| u64::from(*points) * complete),
    };
    let indicators = indicators(instrument)
        .map(|item| Indicator { code: item.code.clone(), points: points_of(item) })
        .collect();
    UnitRating { unit, complete, incomplete: forms as u64 - complete, indicators }
}

#[cfg(test)]
mod tests;
