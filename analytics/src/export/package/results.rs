//! `ket-qua.csv`: every figure, one row each.

use surveys::instrument::Aggregation;

use super::columns::RESULTS;
use super::{ALL_CHANNELS, Answered, Figure, Package};
use crate::against_target::Verdict;
use crate::estimate::Flags;
use crate::export::sheet::{Cell, Sheet};
use crate::interval::IntervalMethod;

/// Every figure of the package.
pub(super) fn sheet(package: &Package<'_>) -> Sheet {
    let rows = package.answered.iter().flat_map(|answered| {
        answered.figures.iter().map(move |figure| row(package, answered, figure))
    });
    Sheet {
        columns: RESULTS.iter().map(|column| column.name.to_owned()).collect(),
        rows: rows.collect(),
    }
}

fn row(package: &Package<'_>, answered: &Answered<'_>, figure: &Figure<'_>) -> Vec<Cell> {
    let e = figure.estimate;
    let told = answered.told(figure);
    let count = |count: u64, told: bool| if told { Cell::Count(count) } else { Cell::Number(None) };
    let rate = |value: Option<f64>| Cell::Number(value.filter(|v| told.rate && v.is_finite()));
    let said = figure.against.and_then(|a| a.verdict).filter(|_| told.counts);
    let verdict = said.map(|verdict| if told.rate { verdict } else { Verdict::TooFew });
    vec![
        package.period.code.as_str().into(),
        package.period.start.to_string().as_str().into(),
        package.period.last_day().to_string().as_str().into(),
        package.commune.province.as_str().into(),
        package.commune.code.as_str().into(),
        package.commune.name.into(),
        answered.instrument.id.as_str().into(),
        Cell::Count(answered.instrument.version.into()),
        figure.channel.map_or(ALL_CHANNELS, |c| c.name()).into(),
        e.level.name().into(),
        (&*e.code).into(),
        figure.title.into(),
        count(answered.responses(figure.channel), told.counts),
        count(e.valid, told.counts),
        count(e.satisfied, told.satisfied),
        count(e.no_opinion, told.counts),
        count(e.unanswered, told.counts),
        rate(e.rate),
        rate(e.low),
        rate(e.upp),
        e.interval.filter(|_| told.rate).map_or("", IntervalMethod::name).into(),
        e.aggregation.map_or("", Aggregation::name).into(),
        Cell::Number(figure.against.map(|a| a.target)),
        figure.against.map_or("", |a| a.operator.name()).into(),
        verdict.map_or("", Verdict::name).into(),
        Cell::Truth(!told.counts || (!told.rate && e.rate.is_some())),
        Cell::Truth(package.simulated),
        notes(figure, told.rate).codes().as_str().into(),
        count(e.asked, told.counts),
    ]
}

/// What must be known of a figure. Where its rate is withheld its flags would
/// tell of it; those of its target stay.
fn notes(figure: &Figure<'_>, rate: bool) -> Flags {
    let notes = if rate { figure.estimate.flags } else { Flags::default() };
    figure.against.map_or(notes, |against| notes.with_target(against.in_force, against.yardstick))
}
