//! Weights that meet known totals of the population.
//!
//! Every weight d becomes w = d·F(η) with one η per category, the sum of a
//! respondent's categories going in: F(u) = exp u is raking, F(u) = 1 + u linear
//! calibration (Deville and Särndal 1992). With the categories of one variable both
//! are post-stratification. The variance of an estimate is that of the residuals of
//! its influence values in a regression on the categories with the weights d, as in
//! `calibrate` of R's survey package.

use polars::prelude::IdxSize;

use super::DesignError;
use super::column::{Column, number};
use super::solve::Cholesky;
use super::stage::Stage;
use crate::frame::Frame;

mod error;
mod margins;
#[cfg(test)]
mod tests;

pub use error::CalibrationError;
pub use margins::{MOST_CATEGORIES, MarginTotal, Margins, MarginsError};

/// How far a total may be off, relative to it, when it counts as met.
pub const TOLERANCE: f64 = 1e-10;
/// How many rounds are tried before the totals count as out of reach.
const ROUNDS: usize = 1_000;
/// How far the largest weight may be above its bound, relative to it.
const TRIM_TOLERANCE: f64 = 1e-4;

/// How many times the smallest weight the largest may be: beyond, the rounding of sums
/// hides whoever has the smallest.
pub const MOST_APART: f64 = 1e9;

/// How weights are moved to meet totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CalibrationMethod {
    /// Factors that multiply: no weight becomes negative.
    #[default]
    Raking,
    /// Factors that add up.
    Linear,
}

impl CalibrationMethod {
    /// Every method.
    pub const ALL: [Self; 2] = [Self::Raking, Self::Linear];

    /// The name used on the command line, such as `raking`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raking => "raking",
            Self::Linear => "linear",
        }
    }

    /// F(u): what a weight is multiplied by.
    fn factor(self, u: f64) -> f64 {
        match self {
            Self::Raking => u.exp(),
            Self::Linear => 1.0 + u,
        }
    }
}

/// Which totals the weights are made to meet, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The totals.
    pub margins: Margins,
    /// How.
    pub method: CalibrationMethod,
}

impl Calibration {
    /// The columns of the frame it needs.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.margins.variables.iter().flat_map(|m| &m.columns).map(String::as_str)
    }
}

/// Weights that were made to meet totals, and what the margins explain of others.
#[derive(Debug, Clone)]
pub(super) struct Fitted {
    /// Per row and variable, the category: its place among those of all variables.
    cells: Vec<u32>,
    /// Variables.
    width: usize,
    /// Per row, the weight before.
    before: Vec<f64>,
    /// Σ d·x·x′ over the rows, x their categories as zeros and ones.
    gram: Cholesky,
    /// Per stage, the calibrated weight of each unit in each category.
    loads: Vec<Vec<Load>>,
}

#[derive(Debug, Clone, Copy)]
struct Load {
    unit: u32,
    category: u32,
    weight: f64,
}

impl Fitted {
    /// Moves `weights` so that they meet the totals, none above `trim` times the
    /// mean.
    pub(super) fn of(
        calibration: &Calibration,
        trim_at: Option<f64>,
        frame: &Frame,
        weights: &mut [f64],
        stages: &[Stage],
    ) -> Result<Self, DesignError> {
        let cells = Cells::of(&calibration.margins, frame)?;
        let mut before = weights.to_vec();
        let mut fitted = cells.meet(&before, calibration.method, frame)?;
        if let Some(times) = trim_at {
            let mut round = 0;
            while largest_over_mean(&fitted) > times * (1.0 + TRIM_TOLERANCE) {
                round += 1;
                if round > ROUNDS {
                    return Err(CalibrationError::TrimOutOfReach { times }.into());
                }
                before = fitted;
                trim(&mut before, trim_at);
                fitted = cells.meet(&before, calibration.method, frame)?;
            }
        }
        if let Some((largest, smallest)) = far_apart(&fitted) {
            return Err(CalibrationError::FarApart {
                row: frame.line(largest),
                weight: fitted[largest],
                smallest_row: frame.line(smallest),
                smallest: fitted[smallest],
            }
            .into());
        }
        weights.copy_from_slice(&fitted);
        let gram = cells.gram(&before);
        let loads = stages.iter().map(|stage| cells.loads(stage, weights)).collect();
        Ok(Self { cells: cells.of_row, width: cells.width, before, gram, loads })
    }

    /// The coefficients of the categories in a regression of `influences`, which are
    /// those of `rows` and 0 elsewhere.
    pub(super) fn explained(&self, rows: &[IdxSize], influences: &[f64]) -> Vec<f64> {
        let mut right = vec![0.0; self.gram.size()];
        for (row, influence) in rows.iter().zip(influences) {
            let row = *row as usize;
            for category in &self.cells[row * self.width..(row + 1) * self.width] {
                right[*category as usize] += self.before[row] * influence;
            }
        }
        self.gram.solve(&right)
    }

    /// Takes what `coefficients` explain off the totals of the units of a stage.
    pub(super) fn take_off(&self, stage: usize, coefficients: &[f64], totals: &mut [f64]) {
        for Load { unit, category, weight } in &self.loads[stage] {
            totals[*unit as usize] -= weight * coefficients[*category as usize];
        }
    }
}

/// Who is in which categories, and their totals.
struct Cells {
    of_row: Vec<u32>,
    width: usize,
    /// Per category, its total in the population.
    totals: Vec<f64>,
    /// Per category, the variable and its text.
    names: Vec<(String, String)>,
}

impl Cells {
    fn of(margins: &Margins, frame: &Frame) -> Result<Self, DesignError> {
        let width = margins.variables.len();
        let mut cells =
            Self { of_row: vec![0; frame.len() * width], width, totals: vec![], names: vec![] };
        for (place, margin) in margins.variables.iter().enumerate() {
            let columns: Vec<Column> = margin
                .columns
                .iter()
                .map(|name| Column::of(frame, name))
                .collect::<Result<_, _>>()?;
            let first = cells.totals.len();
            let mut people = vec![0_u32; margin.categories.len()];
            let found = margin.places();
            for row in 0..frame.len() {
                let texts: Vec<&str> =
                    columns.iter().map(|c| c.values[c.codes[row] as usize].trim()).collect();
                let missing = || {
                    let row = frame.line(row);
                    if let Some(empty) = texts.iter().position(|text| text.is_empty()) {
                        CalibrationError::Empty { row, column: margin.columns[empty].clone() }
                    } else {
                        let (variable, category) = (margin.name(), texts.join(":"));
                        CalibrationError::NoTotal { row, variable, category }
                    }
                };
                let category = *found.get(&texts).ok_or_else(missing)?;
                people[category] += 1;
                cells.of_row[row * width + place] = number(first + category);
            }
            for ((category, total), people) in margin.categories.iter().zip(people) {
                let name = (margin.name(), category.join(":"));
                if people == 0 {
                    let (variable, category) = name;
                    return Err(CalibrationError::NobodyIn { variable, category }.into());
                }
                cells.totals.push(*total);
                cells.names.push(name);
            }
        }
        Ok(cells)
    }

    fn row(&self, row: usize) -> &[u32] {
        &self.of_row[row * self.width..(row + 1) * self.width]
    }

    /// Σ w·x·x′.
    fn gram(&self, weights: &[f64]) -> Cholesky {
        let size = self.totals.len();
        let mut matrix = vec![0.0; size * size];
        for (row, weight) in weights.iter().enumerate() {
            for a in self.row(row) {
                for b in self.row(row) {
                    matrix[*a as usize * size + *b as usize] += weight;
                }
            }
        }
        Cholesky::of(size, matrix)
    }

    /// Σ w·x.
    fn sums(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.totals.len()];
        for (row, weight) in weights.iter().enumerate() {
            for category in self.row(row) {
                sums[*category as usize] += weight;
            }
        }
        sums
    }

    /// The category that is furthest off its total, relative to it, and by how much.
    fn misfit(&self, weights: &[f64]) -> (usize, f64) {
        let sums = self.sums(weights);
        let off = sums.iter().zip(&self.totals).map(|(sum, total)| (sum - total).abs() / total);
        off.enumerate().fold((0, 0.0), |most, off| if off.1 > most.1 { off } else { most })
    }

    /// `before` moved so that all totals are met.
    fn meet(
        &self,
        before: &[f64],
        method: CalibrationMethod,
        frame: &Frame,
    ) -> Result<Vec<f64>, CalibrationError> {
        let mut eta = vec![0.0; self.totals.len()];
        let mut weights = before.to_vec();
        let mut misfit = self.misfit(&weights);
        for _ in 0..ROUNDS {
            // Beyond the tolerance as far as the arithmetic goes: two more digits are cheap.
            if misfit.1 <= TOLERANCE / 100.0 {
                break;
            }
            let next = self.newton(&weights, before, method, &eta);
            let moved = self.moved(before, method, &next);
            let off = self.misfit(&moved);
            if off.1 < misfit.1 {
                (eta, weights, misfit) = (next, moved, off);
            } else if method == CalibrationMethod::Raking && misfit.1 > TOLERANCE {
                self.sweep(&mut eta, &mut weights);
                misfit = self.misfit(&weights);
            } else {
                break;
            }
        }
        if misfit.1.is_nan() || misfit.1 > TOLERANCE {
            let (variable, category) = self.names[misfit.0].clone();
            let reached = self.sums(&weights)[misfit.0];
            let wanted = self.totals[misfit.0];
            return Err(CalibrationError::OutOfReach { variable, category, wanted, reached });
        }
        match weights.iter().position(|weight| *weight <= 0.0) {
            Some(row) => {
                Err(CalibrationError::NegativeWeight { row: frame.line(row), weight: weights[row] })
            }
            None => Ok(weights),
        }
    }

    fn moved(&self, before: &[f64], method: CalibrationMethod, eta: &[f64]) -> Vec<f64> {
        let factor = |row: usize| {
            method.factor(self.row(row).iter().map(|category| eta[*category as usize]).sum())
        };
        before.iter().enumerate().map(|(row, d)| d * factor(row)).collect()
    }

    /// One step of Newton's method towards the totals.
    fn newton(
        &self,
        weights: &[f64],
        before: &[f64],
        method: CalibrationMethod,
        eta: &[f64],
    ) -> Vec<f64> {
        let slope = match method {
            CalibrationMethod::Raking => self.gram(weights),
            CalibrationMethod::Linear => self.gram(before),
        };
        let sums = self.sums(weights);
        let missing: Vec<f64> = self.totals.iter().zip(&sums).map(|(t, s)| t - s).collect();
        eta.iter().zip(slope.solve(&missing)).map(|(eta, step)| eta + step).collect()
    }

    /// One round of iterative proportional fitting: each variable's totals in turn.
    fn sweep(&self, eta: &mut [f64], weights: &mut [f64]) {
        for variable in 0..self.width {
            let sums = self.sums(weights);
            for (row, weight) in weights.iter_mut().enumerate() {
                let category = self.of_row[row * self.width + variable] as usize;
                *weight *= self.totals[category] / sums[category];
            }
            let mut seen = vec![false; eta.len()];
            for row in self.of_row.chunks(self.width) {
                let category = row[variable] as usize;
                if !std::mem::replace(&mut seen[category], true) {
                    eta[category] += (self.totals[category] / sums[category]).ln();
                }
            }
        }
    }

    /// The weight of each unit of `stage` in each category.
    fn loads(&self, stage: &Stage, weights: &[f64]) -> Vec<Load> {
        let mut loads: Vec<Load> = Vec::with_capacity(self.of_row.len());
        for (row, weight) in weights.iter().enumerate() {
            let unit = stage.unit[row];
            loads.extend(self.row(row).iter().map(|&category| Load {
                unit,
                category,
                weight: *weight,
            }));
        }
        loads.sort_by_key(|load| (load.unit, load.category));
        loads.dedup_by(|next, kept| {
            let same = (next.unit, next.category) == (kept.unit, kept.category);
            if same {
                kept.weight += next.weight;
            }
            same
        });
        loads
    }
}

/// The places of the largest and the smallest of `weights` if they are more than
/// [`MOST_APART`].
pub(super) fn far_apart(weights: &[f64]) -> Option<(usize, usize)> {
    let places = || 0..weights.len();
    let by = |a: &usize, b: &usize| weights[*a].total_cmp(&weights[*b]);
    let (largest, smallest) = (places().max_by(by)?, places().min_by(by)?);
    (weights[largest] > MOST_APART * weights[smallest]).then_some((largest, smallest))
}

fn largest_over_mean(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    weights.iter().copied().fold(0.0, f64::max) * weights.len() as f64 / sum
}

/// Cuts weights off at `times` times their mean; what is cut off is spread evenly
/// over the others, until none is above (R: `trimWeights(strict = TRUE)`).
pub(super) fn trim(weights: &mut [f64], times: Option<f64>) {
    let Some(times) = times else { return };
    let bound = times * weights.iter().sum::<f64>() / weights.len() as f64;
    loop {
        let mut cut = 0.0;
        for weight in weights.iter_mut().filter(|weight| **weight > bound) {
            cut += *weight - bound;
            *weight = bound;
        }
        let below = weights.iter().filter(|weight| **weight < bound).count();
        if cut <= bound * f64::EPSILON || below == 0 {
            return;
        }
        for weight in weights.iter_mut().filter(|weight| **weight < bound) {
            *weight += cut / below as f64;
        }
    }
}
