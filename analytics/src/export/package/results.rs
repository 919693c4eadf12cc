//! `ket-qua.csv`: every figure, one row each.

use std::io;

use surveys::instrument::Aggregation;

use super::columns::RESULTS;
use super::{ALL_CHANNELS, Answered, Figure, Package};
use crate::against_target::{Audience, Publication, Verdict, publication_floor};
use crate::disclosure::End;
use crate::estimate::Flags;
use crate::export::csv_text::CsvText;
use crate::interval::IntervalMethod;

/// Every figure of the package.
pub(super) fn write(package: &Package<'_>) -> io::Result<Vec<u8>> {
    let mut csv = CsvText::new(Vec::new(), RESULTS.iter().map(|c| c.name))?;
    for answered in &package.answered {
        for figure in &answered.figures {
            row(&mut csv, package, answered, figure)?;
        }
    }
    csv.finish()
}

fn row(
    csv: &mut CsvText<Vec<u8>>,
    package: &Package<'_>,
    answered: &Answered<'_>,
    figure: &Figure<'_>,
) -> io::Result<()> {
    let e = figure.estimate;
    let shown = if answered.withheld.covers(figure.channel, e.level, &e.code) {
        Publication::Nothing
    } else {
        publication_floor(e, Audience::Public)
    };
    let counts = shown >= Publication::CountsOnly;
    let rate = shown >= Publication::RateWithWarning
        && !answered.withheld.covers_rate(figure.channel, e.level, &e.code);
    csv.text(&package.period.code)?;
    csv.plain(Some(package.period.start))?;
    csv.plain(Some(package.period.last_day()))?;
    csv.text(package.commune.province.as_str())?;
    csv.text(package.commune.code.as_str())?;
    csv.text(package.commune.name)?;
    csv.text(answered.instrument.id.as_str())?;
    csv.plain(Some(answered.instrument.version))?;
    csv.text(figure.channel.map_or(ALL_CHANNELS, |c| c.name()))?;
    csv.text(e.level.name())?;
    csv.text(&e.code)?;
    csv.text(figure.title)?;
    let (responses, alike) = (answered.responses(figure.channel), End::of(e).is_some());
    for (count, told) in [
        (responses, counts),
        (e.valid, counts),
        (e.satisfied, counts && !alike),
        (e.no_opinion, counts),
        (e.unanswered, counts),
    ] {
        csv.plain(told.then_some(count))?;
    }
    for value in [e.rate, e.low, e.upp] {
        csv.plain(value.filter(|v| rate && v.is_finite()))?;
    }
    csv.plain(e.interval.filter(|_| rate).map(IntervalMethod::name))?;
    csv.plain(e.aggregation.map(Aggregation::name))?;
    csv.plain(figure.against.map(|a| a.target))?;
    csv.text(figure.against.map_or("", |a| a.operator.name()))?;
    let said = figure.against.and_then(|a| a.verdict).filter(|_| counts);
    let verdict = said.map(|verdict| if rate { verdict } else { Verdict::TooFew });
    csv.plain(verdict.map(Verdict::name))?;
    csv.plain(Some(!counts || (!rate && e.rate.is_some())))?;
    csv.plain(Some(package.simulated))?;
    csv.text(&notes(figure, rate).codes())?;
    csv.end_row()
}

/// What must be known of a figure. Where its rate is withheld its flags would
/// tell of it; those of its target stay.
fn notes(figure: &Figure<'_>, rate: bool) -> Flags {
    let notes = if rate { figure.estimate.flags } else { Flags::default() };
    figure.against.map_or(notes, |against| notes.with_target(against.in_force, against.yardstick))
}
