//! The trend of a figure from what it is in each month, without its answers: for months
//! that are published one by one, of which no more may be told together.

use std::sync::Arc;

use super::{Direction, FEWEST_MONTHS, Trend, TrendModel};
use crate::against_target::FEWEST_FOR_VERDICT;
use crate::estimate::{Estimate, FEWEST_DF, Flag, Flags};
use crate::interval::Quantiles;

/// The line through the logits of the same figure in several months, each a simple sample
/// of its own, at the confidence `level`: what [`trends`](super::trends) makes of a mean
/// over all answers of these months. A month has its number, counted from any month on, and
/// how many respondents its sample has: those of the estimate, or those of whom it is a group.
/// A month in which everybody or nobody is satisfied has no logit, and then there is no
/// line. `None` without any month.
pub fn trend_of_months(months: &[(i32, u64, &Estimate)], level: f64) -> Option<Trend> {
    let (.., first) = months.first()?;
    let df = months.iter().map(|(.., e)| e.df + 1).sum::<u64>().saturating_sub(2);
    let line = Some(months).filter(|months| months.len() >= FEWEST_MONTHS).and_then(line);
    let (slope, se) = line.unzip();
    let half = se.zip(Quantiles::at(level).t(df)).map(|(se, t)| t * se);
    let limits = slope.zip(half).map(|(slope, half)| (slope - half, slope + half));
    let n_eff: f64 = months.iter().map(|(.., e)| e.n_eff).sum();
    let mut flags = Flags::default();
    if months.iter().map(|(.., e)| e.df).chain([df]).any(|df| df < FEWEST_DF) {
        flags.insert(Flag::FewDf);
    }
    if months.iter().any(|(.., e)| e.flags.contains(Flag::ComponentFew)) {
        flags.insert(Flag::ComponentFew);
    }
    let enough = n_eff >= FEWEST_FOR_VERDICT && flags.is_empty();
    Some(Trend {
        level: first.level,
        code: Arc::clone(&first.code),
        group: Arc::clone(&first.group),
        n: months.iter().map(|(.., e)| e.people).sum(),
        months: months.len(),
        model: TrendModel::MonthlyLogits,
        slope,
        se,
        low: limits.map(|l| l.0),
        upp: limits.map(|l| l.1),
        df,
        direction: Direction::of(limits, enough),
        flags,
    })
}

/// The slope and its standard error.
fn line(months: &[(i32, u64, &Estimate)]) -> Option<(f64, f64)> {
    let first = months.iter().map(|(month, ..)| *month).min()?;
    let at = |month: i32| f64::from(month - first);
    let middle = months.iter().map(|(month, ..)| at(*month)).sum::<f64>() / months.len() as f64;
    let apart: f64 = months.iter().map(|(month, ..)| (at(*month) - middle).powi(2)).sum();
    let (mut slope, mut squares, mut n) = (0.0, 0.0, 0.0);
    for (month, sampled, e) in months {
        let (rate, se) = e.rate.filter(|rate| *rate > 0.0 && *rate < 1.0).zip(e.se)?;
        let weight = (at(*month) - middle) / apart;
        let people = *sampled as f64;
        slope += weight * (rate / (1.0 - rate)).ln();
        // The sum of squared influence values of the month's respondents.
        squares += (weight / (rate * (1.0 - rate)) * se).powi(2) * (people - 1.0) / people;
        n += people;
    }
    // A line that no answer could have moved has no error that could be seen.
    (apart > 0.0 && squares > 0.0).then(|| (slope, (n / (n - 1.0) * squares).sqrt()))
}
