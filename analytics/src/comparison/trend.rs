//! The trend of a rate over months.

use std::collections::BTreeMap;
use std::sync::Arc;

use surveys::instrument::Instrument;

use super::{Direction, not_reserved, unless_rounding};
use crate::against_target::FEWEST_FOR_VERDICT;
use crate::design::Part;
use crate::estimate::figure::Figure;
use crate::estimate::influence::{Answers, one_by_one};
use crate::estimate::{EstimateError, EstimateOptions, FEWEST_DF, Flag, Flags, Level, Prepared};
use crate::frame::Frame;
use crate::interval::Quantiles;

/// Fewer months than this have no trend.
pub const FEWEST_MONTHS: usize = 3;
/// How many steps the fit may take; it needs about six.
const STEPS: usize = 50;

/// How a line over the months is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrendModel {
    /// A logistic regression of the answers on the month's number (R: `svyglm` with
    /// `quasibinomial`): of a figure that is one pooled rate.
    Logistic,
    /// Least squares through the logits of the monthly figures, every month the same: of
    /// a mean of several rates, whose answers have no one probability. It is a contrast
    /// of the months' influence values (R: `svycontrast`).
    MonthlyLogits,
}

impl TrendModel {
    /// The name used in files, such as `logistic`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Logistic => "logistic",
            Self::MonthlyLogits => "monthly_logits",
        }
    }
}

/// How the odds of a satisfied answer go with the months, with design-based standard
/// errors.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// What it is about.
    pub level: Level,
    /// The code of the item, component or part; the instrument's id for the index.
    pub code: Arc<str>,
    /// The group: one value per column grouped by.
    pub group: Arc<[String]>,
    /// Respondents with a valid answer.
    pub n: u64,
    /// Months with a valid answer, for a mean to each of its terms.
    pub months: usize,
    /// How the line is fitted.
    pub model: TrendModel,
    /// Change of the logit of the rate from one month to the next.
    pub slope: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Lower limit of its interval, slope ± t·SE.
    pub low: Option<f64>,
    /// Upper limit of its interval.
    pub upp: Option<f64>,
    /// Degrees of freedom: sampling units less strata less one.
    pub df: u64,
    /// What can be said of it.
    pub direction: Direction,
    /// What must be known of it: too few degrees of freedom, altogether or in one of its
    /// months, no variance to be seen, or a month in which few people answered a component.
    pub flags: Flags,
}

impl Trend {
    /// The columns of a table of trends, beside those grouped by.
    pub const COLUMNS: [&str; 12] = [
        "level",
        "code",
        "n",
        "months",
        "model",
        "slope",
        "se",
        "low",
        "upp",
        "df",
        "direction",
        "flags",
    ];
}

/// The trend of every figure over the months that `column` holds as `2026-10`.
///
/// # Errors
/// [`EstimateError`] as for an estimate, and [`EstimateError::NotMonth`].
pub fn trends(
    frame: &Frame,
    instrument: &Instrument,
    options: &EstimateOptions,
    column: &str,
) -> Result<Vec<Trend>, EstimateError> {
    not_reserved(&options.by, &Trend::COLUMNS)?;
    let (texts, codes) = frame.key(column).ok_or_else(|| EstimateError::NoColumn {
        name: column.to_owned(),
        known: frame.keys().collect::<Vec<_>>().join(", "),
    })?;
    let numbers: Vec<Option<i32>> = texts.iter().map(|text| month_number(text)).collect();
    if let Some(row) = codes.iter().position(|code| numbers[*code as usize].is_none()) {
        return Err(EstimateError::NotMonth {
            row: frame.line(row),
            column: column.to_owned(),
            value: texts[codes[row] as usize].clone(),
        });
    }
    let Prepared { plan, groups, sample, classes } = Prepared::of(frame, instrument, options)?;
    let design = sample.designed();
    let mut quantiles = Quantiles::at(options.level);
    let mut trends = Vec::new();
    for group in groups {
        let every = || (0..codes.len()).filter_map(|row| row.try_into().ok()).collect();
        let mut part = design.part(group.rows.unwrap_or_else(every));
        let answers = Answers::of(&plan, &classes, &part);
        let month = |row: &u32| numbers[codes[*row as usize] as usize].unwrap_or_default();
        let months: Vec<i32> = part.rows().iter().map(month).collect();
        let group: Arc<[String]> = group.values.into();
        for figure in &plan.figures {
            let ratios = answers.ratios[figure.scope];
            let (model, fit) = match figure.terms[..] {
                [(_, ratio)] => {
                    (TrendModel::Logistic, Fit::of(&mut part, &answers.of[ratio], &months))
                }
                _ => {
                    (TrendModel::MonthlyLogits, Fit::of_mean(&mut part, figure, &answers, &months))
                }
            };
            let df = part.degrees_of_freedom().saturating_sub(1);
            let (slope, se) = (fit.slope.map(|s| s.0), fit.slope.and_then(|s| s.1));
            let seen = se.filter(|se| *se > 0.0);
            let half = seen.zip(quantiles.t(df)).map(|(se, t)| t * se);
            let limits = slope.zip(half).map(|(slope, half)| (slope - half, slope + half));
            // A month of few units has its place in the line and hardly a variance.
            let counted = &answers.of[figure.scope];
            let of_month = |place: usize| (counted[place].1 > 0).then_some(months[place]);
            let fewest = part.fewest_degrees_of_freedom(of_month).unwrap_or_default();
            let flags: Flags = [
                (df < FEWEST_DF || fewest < FEWEST_DF, Flag::FewDf),
                (has_few(&part, figure, &answers, &months), Flag::ComponentFew),
                (se == Some(0.0), Flag::NoVariance),
            ]
            .into_iter()
            .filter_map(|(holds, flag)| holds.then_some(flag))
            .collect();
            let hindered = [Flag::FewDf, Flag::ComponentFew].map(|flag| flags.contains(flag));
            let enough = ratios.n_eff() >= FEWEST_FOR_VERDICT && hindered == [false; 2];
            trends.push(Trend {
                level: figure.level,
                code: Arc::clone(&figure.code),
                group: Arc::clone(&group),
                n: ratios.people,
                months: fit.months,
                model,
                slope,
                se,
                low: limits.map(|l| l.0),
                upp: limits.map(|l| l.1),
                df,
                direction: Direction::of(limits, enough),
                flags,
            });
        }
    }
    Ok(trends)
}

/// The months since the year 0 of a text such as `2026-10`.
fn month_number(text: &str) -> Option<i32> {
    let (year, month) = text.trim().split_once('-')?;
    let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    let (year, month): (i32, i32) = (digits(year, 4) && digits(month, 2))
        .then(|| (year.parse().ok(), month.parse().ok()))
        .and_then(|(year, month)| year.zip(month))?;
    (1..=12).contains(&month).then_some(year * 12 + month)
}

/// Whether in a month of the line a term of `figure`, a mean, has fewer effective people
/// than a verdict needs, and than the figure has in all: few who are all alike add
/// nothing to the variance that is seen.
fn has_few(part: &Part<'_>, figure: &Figure, answers: &Answers, months: &[i32]) -> bool {
    if figure.terms.len() < 2 {
        return false;
    }
    let ratios = [figure.scope].into_iter().chain(figure.terms.iter().map(|(_, ratio)| *ratio));
    // Per month, of all and of each term, the sums of weights and of their squares.
    let mut sums: BTreeMap<i32, Vec<(f64, f64)>> = BTreeMap::new();
    for (place, (month, w)) in months.iter().zip(part.weights()).enumerate() {
        let sums = sums.entry(*month).or_insert_with(|| vec![(0.0, 0.0); figure.terms.len() + 1]);
        for (sum, ratio) in sums.iter_mut().zip(ratios.clone()) {
            if answers.of[ratio][place].1 > 0 {
                *sum = (sum.0 + w, sum.1 + w * w);
            }
        }
    }
    // A month without an answer to a term has no place in the line.
    sums.retain(|_, sums| sums.iter().all(|(_, squares)| *squares > 0.0));
    sums.values().any(|sums| {
        let n_eff = |(sum, squares): &(f64, f64)| sum * sum / squares;
        let least = sums.iter().map(n_eff).fold(f64::INFINITY, f64::min);
        least < FEWEST_FOR_VERDICT.min(n_eff(&sums[0]))
    })
}

/// A fitted line.
struct Fit {
    months: usize,
    /// The slope and its standard error.
    slope: Option<(f64, Option<f64>)>,
}

impl Fit {
    fn of(part: &mut Part<'_>, answers: &[(u16, u16)], months: &[i32]) -> Self {
        let mut seen: Vec<i32> = answers
            .iter()
            .zip(months)
            .filter(|((_, den), _)| *den > 0)
            .map(|(_, month)| *month)
            .collect();
        seen.sort_unstable();
        seen.dedup();
        let (Some(first), months_seen) = (seen.first().copied(), seen.len()) else {
            return Self { months: 0, slope: None };
        };
        if months_seen < FEWEST_MONTHS {
            return Self { months: months_seen, slope: None };
        }
        let at: Vec<f64> = months.iter().map(|month| f64::from(month - first)).collect();
        let slope = Line::fit(part.weights(), answers, &at).map(|line| {
            let influences: Vec<f64> = answers
                .iter()
                .zip(&at)
                .map(|(&(num, den), t)| {
                    line.slope_per_score(*t) * (f64::from(num) - f64::from(den) * line.rate(*t))
                })
                .collect();
            (line.slope, error(part, &influences))
        });
        Self { months: months_seen, slope }
    }

    /// The line through the logits of what `figure`, a mean, is in each month. A month in
    /// which a term has no valid answer is left out; one in which everybody or nobody is
    /// satisfied has no logit, and then there is no line.
    fn of_mean(part: &mut Part<'_>, figure: &Figure, answers: &Answers, months: &[i32]) -> Self {
        // Per month and term, the weighted sums of satisfied and of valid answers.
        let mut sums: BTreeMap<i32, Vec<(f64, f64)>> = BTreeMap::new();
        for (place, (month, w)) in months.iter().zip(part.weights()).enumerate() {
            let sums = sums.entry(*month).or_insert_with(|| vec![(0.0, 0.0); figure.terms.len()]);
            for ((num, den), (_, ratio)) in sums.iter_mut().zip(&figure.terms) {
                let answer = answers.of[*ratio][place];
                *num += w * f64::from(answer.0);
                *den += w * f64::from(answer.1);
            }
        }
        sums.retain(|_, terms| terms.iter().all(|(_, den)| *den > 0.0));
        let none = Self { months: sums.len(), slope: None };
        let Some(first) = sums.keys().next().copied().filter(|_| sums.len() >= FEWEST_MONTHS)
        else {
            return none;
        };
        let at = |month: &i32| f64::from(month - first);
        let middle = sums.keys().map(at).sum::<f64>() / sums.len() as f64;
        let apart: f64 = sums.keys().map(|month| (at(month) - middle).powi(2)).sum();
        let mut slope = 0.0;
        // Per month and term, the rate, and what a unit of num − R·den moves the slope by.
        let mut moves: BTreeMap<i32, Vec<(f64, f64)>> = BTreeMap::new();
        for (month, terms) in &sums {
            #[expect(clippy::float_cmp, reason = "sums of the same numbers in the same order")]
            let all = terms.iter().all(|(num, den)| num == den);
            if all || terms.iter().all(|(num, _)| *num == 0.0) {
                return none;
            }
            let parts = || figure.terms.iter().zip(terms);
            let rate: f64 = parts().map(|((share, _), (num, den))| share * num / den).sum();
            let weight = (at(month) - middle) / apart;
            slope += weight * (rate / (1.0 - rate)).ln();
            let per_rate = weight / (rate * (1.0 - rate));
            let of = |((share, _), (num, den)): (&(f64, usize), &(f64, f64))| {
                (num / den, per_rate * share / den)
            };
            moves.insert(*month, parts().map(of).collect());
        }
        let influence = |(place, month): (usize, &i32)| -> f64 {
            let terms = moves.get(month).into_iter().flatten().zip(&figure.terms);
            let of = |((rate, moved), (_, ratio)): (&(f64, f64), &(f64, usize))| {
                let (num, den) = answers.of[*ratio][place];
                moved * (f64::from(num) - rate * f64::from(den))
            };
            terms.map(of).sum()
        };
        let influences: Vec<f64> = months.iter().enumerate().map(influence).collect();
        Self { slope: Some((slope, error(part, &influences))), ..none }
    }
}

/// The standard error of the total of `influences`, 0 where it is but rounding.
fn error(part: &mut Part<'_>, influences: &[f64]) -> Option<f64> {
    let variance = part.variance(influences);
    unless_rounding(variance, one_by_one(part.weights(), influences)).map(f64::sqrt)
}

/// A line on the logit scale, and the information it was fitted with: the sums of
/// w·den·R(1−R), times t, times t².
struct Line {
    start: f64,
    slope: f64,
    information: [f64; 3],
}

impl Line {
    /// The maximum of the weighted binomial likelihood by Newton's method; `None`
    /// where it has none, as when all later answers are satisfied and no earlier one.
    fn fit(weights: &[f64], answers: &[(u16, u16)], at: &[f64]) -> Option<Self> {
        let mut line = Self { start: 0.0, slope: 0.0, information: [0.0; 3] };
        for _ in 0..STEPS {
            let mut score = [0.0; 2];
            line.information = [0.0; 3];
            for ((w, &(num, den)), t) in weights.iter().zip(answers).zip(at) {
                let rate = line.rate(*t);
                let off = w * (f64::from(num) - f64::from(den) * rate);
                let known = w * f64::from(den) * rate * (1.0 - rate);
                score[0] += off;
                score[1] += off * t;
                line.information[0] += known;
                line.information[1] += known * t;
                line.information[2] += known * t * t;
            }
            let [a, b, c] = line.information;
            let determinant = a * c - b * b;
            let start = (c * score[0] - b * score[1]) / determinant;
            let slope = (a * score[1] - b * score[0]) / determinant;
            if !(start.is_finite() && slope.is_finite()) {
                return None;
            }
            line.start += start;
            line.slope += slope;
            if slope.abs() <= 1e-14 * (1.0 + line.slope.abs())
                && start.abs() <= 1e-14 * (1.0 + line.start.abs())
            {
                return Some(line);
            }
        }
        None
    }

    fn rate(&self, t: f64) -> f64 {
        crate::interval::expit(self.start + self.slope * t)
    }

    /// What a unit of the score at `t` moves the slope by.
    fn slope_per_score(&self, t: f64) -> f64 {
        let [a, b, c] = self.information;
        (a * t - b) / (a * c - b * b)
    }
}
