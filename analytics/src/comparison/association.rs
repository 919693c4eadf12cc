//! Whether groups differ: Rao and Scott's test.

use std::sync::Arc;

use polars::prelude::IdxSize;
use surveys::Text;
use surveys::instrument::Instrument;

use crate::design::{Cholesky, Part};
use crate::estimate::influence::Answers;
use crate::estimate::{EstimateError, EstimateOptions, FEWEST_DF, Level, Prepared};
use crate::frame::{Frame, Group};
use crate::interval::f_upper_tail;

/// How many groups can be compared at a time.
pub const MOST_GROUPS: usize = 100;

/// A smaller sum of design effects than this is rounding.
const LEAST_TRACE: f64 = 1e-9;

/// Why a figure is not tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Untested {
    /// It is a mean of several rates, and the test is one of counted answers.
    MeanOfRates,
    /// The groups are made of answers that it counts.
    OwnGroups,
    /// There is one group, or no difference between answers to hold against the design.
    NoSpread,
}

impl Untested {
    /// The code used in files. Codes are stable.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MeanOfRates => "mean_of_rates",
            Self::OwnGroups => "own_groups",
            Self::NoSpread => "no_spread",
        }
    }

    /// What it says to a reader, and what to do.
    pub fn text(self) -> Text {
        let (vi, en) = match self {
            Self::MeanOfRates => (
                "Số này là trung bình của nhiều tỷ lệ, còn phép thử Rao–Scott là của số câu trả lời đếm được: hãy xem phép thử của các thành phần, hoặc dùng --aggregation pooled.",
                "The figure is a mean of several rates, and Rao and Scott's test is one of counted answers: look at the tests of its components, or use --aggregation pooled.",
            ),
            Self::OwnGroups => (
                "Các nhóm được chia theo chính câu trả lời có trong số này nên không thử được: hãy chia nhóm theo cột khác.",
                "The groups are made of answers that the figure itself counts, so there is nothing to test: group by another column.",
            ),
            Self::NoSpread => (
                "Chỉ có một nhóm, hoặc các câu trả lời không khác nhau đủ để đối chiếu.",
                "There is one group, or the answers do not differ so that groups could be held against them.",
            ),
        };
        Text::new(vi, en)
    }
}

/// Pearson's test of satisfied and other answers by group, corrected for the
/// design to second order (Rao and Scott 1984; R: `svychisq(statistic = "F")`).
/// Every answer is an observation, and the respondent, or the sampling unit, is the
/// cluster of his answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Association {
    /// What it is about.
    pub level: Level,
    /// The code of the item, component or part; the instrument's id for the index.
    pub code: Arc<str>,
    /// The groups with a valid answer.
    pub groups: usize,
    /// Valid answers.
    pub valid: u64,
    /// Pearson's statistic of the weighted table, scaled to the number of answers.
    pub pearson: Option<f64>,
    /// The corrected statistic, to be held against F.
    pub f: Option<f64>,
    /// Its degrees of freedom: of the groups.
    pub df_groups: Option<f64>,
    /// Its degrees of freedom: of the design.
    pub df_design: Option<f64>,
    /// The probability of such differences if all groups were alike.
    pub p: Option<f64>,
    /// Degrees of freedom of the answers: sampling units with an answer less strata.
    pub df: u64,
    /// Why there is no test.
    pub untested: Option<Untested>,
}

impl Association {
    /// Whether it was tested on fewer degrees of freedom than any verdict asks for.
    pub fn has_few_df(&self) -> bool {
        self.p.is_some() && self.df < FEWEST_DF
    }
}

/// Tests every figure of `instrument` for differences between the groups of
/// `options.by`. The groups together are a domain: rows without a group take no part
/// and stay in the sample.
///
/// # Errors
/// [`EstimateError`] as for an estimate, and [`EstimateError::TooManyGroups`].
pub fn associations(
    frame: &Frame,
    instrument: &Instrument,
    options: &EstimateOptions,
) -> Result<Vec<Association>, EstimateError> {
    let Prepared { plan, groups, sample, classes } = Prepared::of(frame, instrument, options)?;
    if groups.len() > MOST_GROUPS {
        return Err(EstimateError::TooManyGroups { groups: groups.len(), most: MOST_GROUPS });
    }
    let design = sample.designed();
    let mut group_of = vec![0_usize; frame.len()];
    for (place, group) in groups.iter().enumerate() {
        for row in group.rows.iter().flatten() {
            group_of[*row as usize] = place;
        }
    }
    let every = (0..frame.len()).filter_map(|row| row.try_into().ok());
    let grouped: Vec<IdxSize> = match &groups[..] {
        [Group { rows: None, .. }] => every.collect(),
        groups => groups.iter().flat_map(|group| group.rows.iter().flatten().copied()).collect(),
    };
    let mut whole = design.part(grouped);
    let answers = Answers::of(&plan, &classes, &whole);
    let mut found = Vec::new();
    for figure in &plan.figures {
        let ratio = figure.scope;
        let counts_own =
            |item: &usize| options.by.iter().any(|by| *by == *plan.figures[*item].code);
        let untested = if figure.terms.len() > 1 {
            Some(Untested::MeanOfRates)
        } else {
            // The figures of items come first.
            plan.ratios[ratio].iter().any(counts_own).then_some(Untested::OwnGroups)
        };
        let answered: Vec<(usize, (u16, u16))> = whole
            .rows()
            .iter()
            .zip(&answers.of[ratio])
            .map(|(row, answer)| (group_of[*row as usize], *answer))
            .collect();
        let has_answer = |(row, (_, (_, den)))| (den > 0).then_some(row);
        let counted = whole.rows().iter().copied().zip(answered.iter().copied());
        let df = design.part(counted.filter_map(has_answer).collect()).degrees_of_freedom();
        let test = match untested {
            None => Test::of(&mut whole, &answered, groups.len(), df as f64),
            Some(_) => None,
        };
        let valid = answers.ratios[ratio].counts.valid();
        let result = test.as_ref().and_then(|test| test.result(valid as f64));
        found.push(Association {
            level: figure.level,
            code: Arc::clone(&figure.code),
            groups: answering(&answered, groups.len()),
            valid,
            pearson: result.map(|r| r.pearson),
            f: result.map(|r| r.f),
            df_groups: result.map(|r| r.df.0),
            df_design: result.map(|r| r.df.1),
            p: result.map(|r| r.p),
            df,
            untested: untested.or_else(|| result.is_none().then_some(Untested::NoSpread)),
        });
    }
    Ok(found)
}

/// How many of `groups` have a valid answer.
fn answering(answered: &[(usize, (u16, u16))], groups: usize) -> usize {
    let mut seen = vec![false; groups];
    answered.iter().filter(|(_, (_, den))| *den > 0).for_each(|(group, _)| seen[*group] = true);
    seen.into_iter().filter(|seen| *seen).count()
}

/// A two by many table.
struct Test {
    /// Per group with answers, the shares of all answers that are satisfied and not.
    groups: Vec<[f64; 2]>,
    /// The covariance of the contrasts between each group and the last.
    covariance: Vec<f64>,
    /// Sampling units with answers less strata.
    df: f64,
}

#[derive(Clone, Copy)]
struct Outcome {
    pearson: f64,
    f: f64,
    df: (f64, f64),
    p: f64,
}

/// The reciprocal, or 0 of 0: an empty cell says nothing.
fn inverse(share: f64) -> f64 {
    if share > 0.0 { 1.0 / share } else { 0.0 }
}

impl Test {
    fn of(
        part: &mut Part<'_>,
        answered: &[(usize, (u16, u16))],
        groups: usize,
        df: f64,
    ) -> Option<Self> {
        let mut sums = vec![[0.0; 2]; groups];
        for ((group, (num, den)), w) in answered.iter().zip(part.weights()) {
            sums[*group][0] += w * f64::from(*num);
            sums[*group][1] += w * f64::from(den - num);
        }
        let total: f64 = sums.iter().flatten().sum();
        let kept: Vec<usize> =
            (0..groups).filter(|group| sums[*group][0] + sums[*group][1] > 0.0).collect();
        let shares: Vec<[f64; 2]> =
            kept.iter().map(|group| sums[*group].map(|sum| sum / total)).collect();
        let place_of = |group: usize| kept.iter().position(|kept| *kept == group);
        let last = kept.len().checked_sub(1)?;
        // The influence of a respondent on the contrast of `group` with the last one:
        // each cell's part of it is weighted by the reciprocal of its share, so that
        // the shares' own sums drop out.
        let scores: Vec<[f64; 2]> = shares.iter().map(|cells| cells.map(inverse)).collect();
        let contrast = |group: usize| -> Vec<f64> {
            let middle = |at: usize, sign: f64| {
                let cells = [1.0, -1.0].into_iter().zip(&shares[at]);
                cells.map(|(side, share)| sign * side * share * inverse(*share)).sum::<f64>()
            };
            let mean = middle(group, 1.0) + middle(last, -1.0);
            answered
                .iter()
                .map(|(own, (num, den))| {
                    let sign = match place_of(*own) {
                        Some(own) if own == group => 1.0,
                        Some(own) if own == last => -1.0,
                        _ => 0.0,
                    };
                    let at = if sign > 0.0 { group } else { last };
                    let cell =
                        f64::from(*num) * scores[at][0] - f64::from(den - num) * scores[at][1];
                    (sign * cell - mean * f64::from(*den)) / total
                })
                .collect()
        };
        let contrasts: Vec<Vec<f64>> = (0..last).map(contrast).collect();
        let size = contrasts.len();
        let mut covariance = vec![0.0; size * size];
        let alone: Vec<f64> = contrasts.iter().map(|c| part.variance(c)).collect::<Option<_>>()?;
        for i in 0..size {
            covariance[i * size + i] = alone[i];
            for j in 0..i {
                let both: Vec<f64> =
                    contrasts[i].iter().zip(&contrasts[j]).map(|(a, b)| a + b).collect();
                let joint = (part.variance(&both)? - alone[i] - alone[j]) / 2.0;
                covariance[i * size + j] = joint;
                covariance[j * size + i] = joint;
            }
        }
        Some(Self { groups: shares, covariance, df })
    }

    /// The test on `n` answers; `None` where there is nothing to compare.
    fn result(&self, n: f64) -> Option<Outcome> {
        let size = self.groups.len() - 1;
        let rows = [0, 1].map(|side| self.groups.iter().map(|cells| cells[side]).sum::<f64>());
        if size == 0 || rows.contains(&0.0) || self.df <= 0.0 {
            return None;
        }
        let mut pearson = 0.0;
        for cells in &self.groups {
            for (cell, row) in cells.iter().zip(rows) {
                let expected = row * (cells[0] + cells[1]);
                pearson += n * (cell - expected).powi(2) / expected;
            }
        }
        // What the covariance would be if the answers had been drawn one by one.
        let reciprocal = |cells: &[f64; 2]| cells.iter().map(|share| inverse(*share)).sum::<f64>();
        let shared = reciprocal(&self.groups[size]) / n;
        let mut simple = vec![shared; size * size];
        for (place, cells) in self.groups[..size].iter().enumerate() {
            simple[place * size + place] += reciprocal(cells) / n;
        }
        let simple = Cholesky::of(size, simple);
        let columns: Vec<Vec<f64>> =
            self.covariance.chunks(size).map(|column| simple.solve(column)).collect();
        let trace: f64 = (0..size).map(|i| columns[i][i]).sum();
        let square: f64 =
            (0..size).map(|i| (0..size).map(|j| columns[j][i] * columns[i][j]).sum::<f64>()).sum();
        // Where everyone in a group, or in its one sampling unit, answers alike, the design
        // has no variance to hold the differences against: what is left of it is rounding.
        if trace.is_nan() || trace <= LEAST_TRACE {
            return None;
        }
        let (f, df) = (pearson / trace, trace * trace / square);
        let df = (df, df * self.df);
        let p = f_upper_tail(f, df.0, df.1);
        [f, df.0, df.1, p].iter().all(|v| v.is_finite()).then_some(Outcome { pearson, f, df, p })
    }
}
