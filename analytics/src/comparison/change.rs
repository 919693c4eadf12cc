//! The change of a rate from one period to another.

use std::collections::HashMap;
use std::sync::Arc;

use polars::prelude::IdxSize;
use surveys::instrument::Instrument;

use super::{Direction, not_reserved, unless_rounding};
use crate::against_target::FEWEST_FOR_VERDICT;
use crate::design::Designed;
use crate::estimate::figure::Figure;
use crate::estimate::influence::{Answers, one_by_one};
use crate::estimate::{Estimate, EstimateError, EstimateOptions, FEWEST_DF, Flag, Flags, Prepared};
use crate::frame::{Frame, Group};
use crate::interval::{Interval, Quantiles, wilson};

/// How the interval of a change is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeMethod {
    /// From the intervals of the two rates, squared and added (Newcombe 1998, method
    /// 10): Wilson's for single items, and what consists of one, without a design; the printed ones where one
    /// of the rates is without a spread, as at 100 %.
    Newcombe,
    /// Change ± t·SE with Student's t on the degrees of freedom of both periods
    /// together.
    Student,
}

impl ChangeMethod {
    /// The name used in files, such as `newcombe`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Newcombe => "newcombe",
            Self::Student => "student",
        }
    }
}

/// A figure in two periods and what changed. Proportions are in [0, 1], changes in
/// [-1, 1]; what is undefined is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The figure in the period before.
    pub before: Estimate,
    /// The figure now.
    pub now: Estimate,
    /// The rate now less the rate before.
    pub change: Option<f64>,
    /// Its standard error, with the covariance of sampling units that are in both.
    pub se: Option<f64>,
    /// Lower limit of its interval.
    pub low: Option<f64>,
    /// Upper limit of its interval.
    pub upp: Option<f64>,
    /// Degrees of freedom of both periods together.
    pub df: u64,
    /// How the interval was made.
    pub method: Option<ChangeMethod>,
    /// What can be said of it.
    pub direction: Direction,
    /// What must be known of it: too few degrees of freedom in one of the periods, no
    /// variance to be seen, rates that were fitted to known totals, a component of few people.
    pub flags: Flags,
}

impl Change {
    /// The columns of a table of changes, beside those grouped by.
    pub const COLUMNS: [&str; 14] = [
        "level",
        "code",
        "n_before",
        "before",
        "n",
        "rate",
        "change",
        "se",
        "low",
        "upp",
        "df",
        "interval",
        "direction",
        "flags",
    ];
}

/// The change of every figure of `instrument` in every group that has responses in
/// both periods: from the rows whose `column` is `before` to those whose is `now`.
/// Other rows of the frame stay in the sample.
///
/// # Errors
/// [`EstimateError`] as for an estimate.
pub fn changes(
    frame: &Frame,
    instrument: &Instrument,
    options: &EstimateOptions,
    column: &str,
    (before, now): (&str, &str),
) -> Result<Vec<Change>, EstimateError> {
    not_reserved(&options.by, &Change::COLUMNS)?;
    let mut options = options.clone();
    options.by.push(column.to_owned());
    let prepared = Prepared::of(frame, instrument, &options)?;
    let table = prepared.estimate(&options);
    let Prepared { plan, groups, sample, classes } = prepared;
    let design = sample.designed();
    let mut quantiles = Quantiles::at(options.level);
    let plain = options.design.is_none();
    let figures = plan.figures.len();
    let mut changes = Vec::new();
    // The groups of the period before, by their other values.
    let mut earlier: HashMap<&[String], usize> = HashMap::new();
    for (place, group) in groups.iter().enumerate() {
        if let Some((period, values)) = group.values.split_last()
            && period == before
        {
            earlier.insert(values, place);
        }
    }
    for (place, group) in groups.iter().enumerate() {
        let Some((period, values)) = group.values.split_last() else { continue };
        let Some(&other) = earlier.get(values).filter(|_| period == now) else { continue };
        let rows = |group: &Group| group.rows.clone().unwrap_or_default();
        let difference =
            Difference::of(&plan, &classes, &design, rows(&groups[other]), rows(group));
        for (number, figure) in plan.figures.iter().enumerate() {
            let [before, now] = [other, place].map(|g| {
                let mut row = table.rows[g * figures + number].clone();
                row.group = Arc::from(values);
                row
            });
            let (se, df) = difference.measure(&design, figure);
            changes.push(Change::of(before, now, se, df, plain, &mut quantiles, options.level));
        }
    }
    Ok(changes)
}

/// The change from `before` to `now`, two estimates of the same figure without a
/// design from different respondents, at the confidence `level` of their intervals.
/// Each is of a sample of so many respondents as `sampled` says: those of the estimate,
/// or those of whom it is a group. It is what [`changes`] says of a frame that holds both
/// samples: with n respondents in all and nₖ in a period, SE² = n/(n−1)·Σ (nₖ−1)/nₖ·SEₖ².
pub fn change_between(
    (before, now): (&Estimate, &Estimate),
    sampled: [u64; 2],
    level: f64,
) -> Change {
    let squares = [before, now].into_iter().zip(sampled).map(|(e, sampled)| {
        let sampled = sampled as f64;
        e.se.map(|se| (sampled - 1.0) / sampled * se * se)
    });
    let df = before.df + now.df + 1;
    let n = sampled.iter().sum::<u64>() as f64;
    let se = squares.sum::<Option<f64>>().map(|sum| (n / (n - 1.0) * sum).sqrt());
    let mut quantiles = Quantiles::at(level);
    Change::of(before.clone(), now.clone(), se, df, true, &mut quantiles, level)
}

/// Two groups of one sample.
struct Difference {
    rows: [Vec<IdxSize>; 2],
    answers: [Answers; 2],
}

impl Difference {
    fn of(
        plan: &crate::estimate::figure::Plan,
        classes: &[Vec<u8>],
        design: &Designed,
        before: Vec<IdxSize>,
        now: Vec<IdxSize>,
    ) -> Self {
        let parts = [before, now].map(|rows| design.part(rows));
        let answers = [0, 1].map(|g| Answers::of(plan, classes, &parts[g]));
        Self { rows: parts.map(|part| part.rows().to_vec()), answers }
    }

    /// The standard error of the difference in `figure`, 0 where it is but rounding, and
    /// its degrees of freedom.
    fn measure(&self, design: &Designed, figure: &Figure) -> (Option<f64>, u64) {
        let mut part = design.part(self.rows.concat());
        let mut signed: Vec<(IdxSize, f64)> = Vec::with_capacity(part.rows().len());
        for (group, sign) in [(0, -1.0), (1, 1.0)] {
            let influence = |(place, row): (usize, &IdxSize)| {
                (*row, sign * self.answers[group].influence(figure, place))
            };
            signed.extend(self.rows[group].iter().enumerate().map(influence));
        }
        signed.sort_unstable_by_key(|(row, _)| *row);
        let influence = |row: &IdxSize| {
            signed.binary_search_by_key(row, |(row, _)| *row).map_or(0.0, |at| signed[at].1)
        };
        let influences: Vec<f64> = part.rows().iter().map(influence).collect();
        let variance = part.variance(&influences);
        let seen = unless_rounding(variance, one_by_one(part.weights(), &influences));
        (seen.map(f64::sqrt), part.degrees_of_freedom())
    }
}

impl Change {
    /// Whether it is one of plain counts: without a design Newcombe's interval is then
    /// made of Wilson's.
    pub fn is_of_counts(&self) -> bool {
        of_counts(&self.before, &self.now)
    }

    fn of(
        before: Estimate,
        now: Estimate,
        se: Option<f64>,
        df: u64,
        plain: bool,
        quantiles: &mut Quantiles,
        level: f64,
    ) -> Self {
        let change = before.rate.zip(now.rate).map(|(before, now)| now - before);
        let se = change.and(se);
        let no_spread = |e: &Estimate| {
            [Flag::AllSatisfied, Flag::NoneSatisfied, Flag::NoSpread]
                .into_iter()
                .any(|flag| e.flags.contains(flag))
        };
        let counted = |e: &Estimate| {
            wilson(e.satisfied, e.valid, level).map(|Interval { low, upp, .. }| (low, upp))
        };
        let both = |flag| before.flags.contains(flag) && now.flags.contains(flag);
        let either = |flag| before.flags.contains(flag) || now.flags.contains(flag);
        let printed = |e: &Estimate| e.low.zip(e.upp);
        let rates = before.rate.zip(now.rate);
        let mut flags = Flags::default();
        // A period of one sampling unit adds nothing to the variance that could be seen.
        let hidden = either(Flag::NoVariance);
        let fitted = both(Flag::Calibrated);
        // Two rates that are known differ by what they differ.
        let known = both(Flag::Census);
        let (limits, method) = if known {
            flags.insert(Flag::Census);
            (change.map(|change| (change, change)), ChangeMethod::Student)
        } else if hidden || fitted {
            flags.insert(if hidden { Flag::NoVariance } else { Flag::Calibrated });
            (None, ChangeMethod::Student)
        } else if plain && of_counts(&before, &now) {
            (combined(rates, counted(&before), counted(&now)), ChangeMethod::Newcombe)
        } else if no_spread(&before) || no_spread(&now) {
            (combined(rates, printed(&before), printed(&now)), ChangeMethod::Newcombe)
        } else if se == Some(0.0) {
            flags.insert(Flag::NoVariance);
            (None, ChangeMethod::Student)
        } else {
            let half = se.zip(quantiles.t(df)).map(|(se, t)| t * se);
            let limits = change.zip(half).map(|(change, half)| (change - half, change + half));
            (limits, ChangeMethod::Student)
        };
        let limits = limits.map(|(low, upp)| (low.clamp(-1.0, 1.0), upp.clamp(-1.0, 1.0)));
        // The degrees of freedom of each period, not those of both together: units of the
        // one say nothing of the spread in the other.
        if !known && [before.df, now.df, df].into_iter().any(|df| df < FEWEST_DF) {
            flags.insert(Flag::FewDf);
        }
        // Nor is the change of a mean surer than its smallest term in either period.
        if either(Flag::ComponentFew) {
            flags.insert(Flag::ComponentFew);
        }
        let people = [&before, &now].into_iter().all(|e| e.n_least >= FEWEST_FOR_VERDICT);
        let enough = known || people && !flags.contains(Flag::FewDf);
        Self {
            before,
            now,
            change,
            se,
            low: limits.map(|l| l.0),
            upp: limits.map(|l| l.1),
            df,
            method: limits.map(|_| method),
            direction: Direction::of(limits, enough),
            flags,
        }
    }
}

/// Whether each respondent was asked one question: then the rates are plain counts.
fn of_counts(before: &Estimate, now: &Estimate) -> bool {
    [before, now].into_iter().all(|e| e.asked == e.df + 1)
}

/// Newcombe's limits of a difference from those of its two rates.
fn combined(
    rates: Option<(f64, f64)>,
    before: Option<(f64, f64)>,
    now: Option<(f64, f64)>,
) -> Option<(f64, f64)> {
    let ((p, q), (p_low, p_upp), (q_low, q_upp)) = (rates?, before?, now?);
    let change = q - p;
    Some((change - (q - q_low).hypot(p_upp - p), change + (q_upp - q).hypot(p - p_low)))
}
