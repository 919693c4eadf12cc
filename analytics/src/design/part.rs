//! Some of the sampled rows, with what the variance of a total over them needs.

use polars::prelude::IdxSize;

use super::sample::Designed;
use super::stage::Stage;

/// The rows of a group, unit by unit.
pub(crate) struct Part<'a> {
    design: &'a Designed,
    rows: Vec<IdxSize>,
    weights: Vec<f64>,
    stages: Vec<Placed<'a>>,
    df: u64,
}

/// The units of one stage whose totals are made.
struct Placed<'a> {
    stage: &'a Stage,
    /// Per row of the part, the place of its unit among `units`.
    place: Vec<u32>,
    units: Vec<u32>,
    totals: Vec<f64>,
}

impl<'a> Part<'a> {
    /// The part of a sample that `rows` are.
    pub(super) fn new(design: &'a Designed, mut rows: Vec<IdxSize>) -> Self {
        let last = design.stages.last().expect("there is a stage");
        let first = &design.stages[0];
        rows.sort_by_key(|row| (first.unit[*row as usize], last.unit[*row as usize]));
        let weights = rows.iter().map(|row| design.weight(*row as usize)).collect();
        let calibrated = design.fitted.is_some();
        let mut df = 0;
        let stages = design.stages.iter().enumerate().map(|(number, stage)| {
            let (mut place, mut units) = present(stage, &rows);
            if number == 0 {
                df = (units.len() - stage.strata_of(&units)) as u64;
            }
            if calibrated {
                // What the margins explain reaches units outside the part.
                place = rows.iter().map(|row| stage.unit[*row as usize]).collect();
                units = (0..stage.stratum.len()).map(super::column::number).collect();
            }
            let totals = vec![0.0; units.len()];
            Placed { stage, place, units, totals }
        });
        let stages = stages.collect();
        Self { design, rows, weights, stages, df }
    }

    /// The rows, in the order in which influence values are given.
    pub(crate) fn rows(&self) -> &[IdxSize] {
        &self.rows
    }

    /// Their weights.
    pub(crate) fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Degrees of freedom: primary units present less strata present.
    pub(crate) fn degrees_of_freedom(&self) -> u64 {
        self.df
    }

    /// The same of those of its rows, by their places, that are `wanted`.
    pub(crate) fn degrees_of_freedom_where(&self, wanted: impl Fn(usize) -> bool) -> u64 {
        let first = &self.design.stages[0];
        let places = (0..self.rows.len()).filter(|place| wanted(*place));
        let mut units: Vec<u32> =
            places.map(|place| first.unit[self.rows[place] as usize]).collect();
        // Rows stand unit by unit.
        units.dedup();
        (units.len() - first.strata_of(&units)) as u64
    }

    /// The fewest degrees of freedom that any of the classes has into which its rows, by
    /// their places, fall; `None` when none falls into one.
    pub(crate) fn fewest_degrees_of_freedom(
        &self,
        class: impl Fn(usize) -> Option<i32>,
    ) -> Option<u64> {
        let first = &self.design.stages[0];
        let unit = |place: usize| first.unit[self.rows[place] as usize];
        let mut units: Vec<(i32, u32)> =
            (0..self.rows.len()).filter_map(|place| Some((class(place)?, unit(place)))).collect();
        units.sort_unstable();
        units.dedup();
        let df = |units: &[(i32, u32)]| {
            let units: Vec<u32> = units.iter().map(|(_, unit)| *unit).collect();
            (units.len() - first.strata_of(&units)) as u64
        };
        units.chunk_by(|a, b| a.0 == b.0).map(df).min()
    }

    /// Whether nobody was left out where its rows are, at any stage.
    pub(crate) fn is_complete(&self) -> bool {
        !self.rows.is_empty()
            && self.stages.iter().all(|placed| placed.stage.is_complete(&placed.units))
    }

    /// The design variance of the weighted total of `influences`, one per row of
    /// the part, 0 for all other rows. `None` when it cannot be seen.
    pub(crate) fn variance(&mut self, influences: &[f64]) -> Option<f64> {
        let explained =
            self.design.fitted.as_ref().map(|fitted| fitted.explained(&self.rows, influences));
        let mut sum = 0.0;
        for (number, placed) in self.stages.iter_mut().enumerate() {
            placed.totals.fill(0.0);
            for ((influence, weight), place) in
                influences.iter().zip(&self.weights).zip(&placed.place)
            {
                placed.totals[*place as usize] += weight * influence;
            }
            if let (Some(fitted), Some(explained)) = (&self.design.fitted, &explained) {
                fitted.take_off(number, explained, &mut placed.totals);
            }
            sum += placed.stage.variance(&placed.units, &placed.totals, self.design.lonely)?;
        }
        Some(sum)
    }
}

/// The unit of each of `rows`, which stand unit by unit, as a place in the list of
/// the units present, and that list.
fn present(stage: &Stage, rows: &[IdxSize]) -> (Vec<u32>, Vec<u32>) {
    let mut units: Vec<u32> = Vec::new();
    let mut places = Vec::with_capacity(rows.len());
    for row in rows {
        let unit = stage.unit[*row as usize];
        if units.last() != Some(&unit) {
            units.push(unit);
        }
        places.push(super::column::number(units.len() - 1));
    }
    (places, units)
}
