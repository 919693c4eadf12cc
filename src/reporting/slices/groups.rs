//! Collection points, service fields and answers about oneself beside each other.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use analytics::comparison::associations;
use analytics::disclosure::withheld_of_groups;
use analytics::{
    Audience, Estimate, EstimateOptions, FEWEST_SHOWN, Frame, FrameBuilder, Publication, Withheld,
    estimate,
};
use chrono::NaiveDate;
use surveys::{Instrument, Period};

use super::super::memory::Memory;
use super::super::report::allowed;
use super::super::rows::{Figures, Rows};
use super::super::withheld::{Marks, Years, span};
use super::super::{Error, Finding, Mark, Question, Report, Reporting, Subject};
use super::{By, Group, Groups, in_order, of_some};

/// How many groups of a year stand for themselves, those with the most responses; the
/// rest are together. What a device writes as a service field is not bounded otherwise.
const MOST_GROUPS: usize = 30;

/// The group of those that do not stand for themselves. No text of a response has it.
const TOGETHER: &str = "\0";

/// What was made lately.
#[derive(Debug, Default)]
pub(in super::super) struct Remembered {
    years: Memory<(Question, By), (Vec<Mark>, Arc<Year>)>,
    groups: Memory<(Question, By), (Vec<Mark>, Arc<Groups>)>,
}

/// The groups of a reporting year.
#[derive(Debug)]
struct Year {
    /// The days at which a period begins or ends.
    days: Vec<NaiveDate>,
    /// What came in between two of them, by month.
    pieces: Vec<Vec<Arc<Rows>>>,
    periods: Vec<Period>,
    /// The groups' values.
    values: Vec<String>,
    /// Of each group, of each period.
    withheld: Vec<Vec<Withheld>>,
}

impl Reporting {
    /// The groups of `period`.
    pub(super) async fn told_apart(
        &self,
        subject: Subject<'static>,
        period: &Period,
        by: By,
        marks: &mut Marks,
    ) -> Result<Arc<Groups>, Error> {
        let years = self.years(subject, period, marks).await?;
        let key = (subject.question((period.start, period.end)), by);
        let now = years.marks();
        let make = async {
            let year = Box::pin(self.grouped_year(subject, &years, by)).await?;
            let period = period.clone();
            let made = tokio::task::spawn_blocking(move || year.groups(subject, &period, by)).await;
            let groups = made.map_err(|e| Error::Computation(e.to_string()))??;
            Ok::<_, Error>((now.clone(), Arc::new(groups)))
        };
        Ok(self.slices.groups.once(&key, |(kept, _)| *kept == now, make).await?.1)
    }

    /// The channels of `report`, with the tests between them.
    pub(super) async fn channels_tested(
        &self,
        subject: Subject<'static>,
        report: &Arc<Report>,
        marks: &mut Marks,
    ) -> Result<Arc<Groups>, Error> {
        let period = &report.period;
        let years = self.years(subject, period, marks).await?;
        let key = (subject.question((period.start, period.end)), By::Channel);
        let now = years.marks();
        let make = async {
            let year = Box::pin(self.grouped_year(subject, &years, By::Channel)).await?;
            let report = Arc::clone(report);
            let tested = tokio::task::spawn_blocking(move || {
                let (frame, _) = year.frame(subject.instrument, &report.period, By::Channel)?;
                let by = vec![By::Channel.name().into()];
                let options = EstimateOptions { by, ..Default::default() };
                let tests = associations(&frame, subject.instrument, &options)
                    .map_err(|e| Error::Computation(e.to_string()))?;
                Ok::<_, Error>(report.by_channel().tested(tests))
            });
            let groups = tested.await.map_err(|e| Error::Computation(e.to_string()))??;
            Ok::<_, Error>((now.clone(), Arc::new(groups)))
        };
        Ok(self.slices.groups.once(&key, |(kept, _)| *kept == now, make).await?.1)
    }

    async fn grouped_year(
        &self,
        subject: Subject<'static>,
        years: &Years,
        by: By,
    ) -> Result<Arc<Year>, Error> {
        let (periods, now) = (years.periods(), years.marks());
        let key = (subject.question(span(&periods)), by);
        let make = async {
            let days: BTreeSet<NaiveDate> = periods.iter().flat_map(|p| [p.start, p.end]).collect();
            let days: Vec<NaiveDate> = days.into_iter().collect();
            let mut pieces = Vec::new();
            for piece in days.windows(2) {
                pieces.push(self.rows(subject, (piece[0], piece[1])).await?);
            }
            let mut whole = Vec::new();
            for period in &periods {
                whole.push(self.withheld(subject, period, years).await?);
            }
            let year = tokio::task::spawn_blocking(move || {
                Year::of(subject.instrument, days, pieces, periods, &whole, by)
            });
            let year = year.await.map_err(|e| Error::Computation(e.to_string()))??;
            Ok::<_, Error>((now.clone(), Arc::new(year)))
        };
        Ok(self.slices.years.once(&key, |(kept, _)| *kept == now, make).await?.1)
    }
}

impl Year {
    fn of(
        instrument: &'static Instrument,
        days: Vec<NaiveDate>,
        pieces: Vec<Vec<Arc<Rows>>>,
        periods: Vec<Period>,
        whole: &[Withheld],
        by: By,
    ) -> Result<Self, Error> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for value in pieces.iter().flatten().flat_map(|rows| rows.texts(by)) {
            *counts.entry(value).or_default() += 1;
        }
        let mut most: Vec<(&str, u64)> = counts.into_iter().collect();
        most.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let mut values: Vec<String> =
            most.iter().take(MOST_GROUPS).map(|(value, _)| (*value).to_owned()).collect();
        values.sort_unstable();
        if most.len() > MOST_GROUPS {
            values.push(TOGETHER.to_owned());
        }
        let figures = Figures::of(instrument)?;
        let mut people = vec![Vec::with_capacity(pieces.len()); values.len()];
        for months in &pieces {
            let counted = figures.people(months, values.len(), |rows| {
                rows.texts(by).map(|value| place_of(&values, value)).collect()
            });
            for (group, people_of_piece) in people.iter_mut().zip(counted) {
                group.push(people_of_piece);
            }
        }
        let mut year = Self { days, pieces, periods, values, withheld: Vec::new() };
        let ranges: Vec<Range<usize>> = year.periods.iter().map(|p| year.pieces_of(p)).collect();
        year.withheld = withheld_of_groups(instrument, &people, whole, &ranges);
        Ok(year)
    }

    fn pieces_of(&self, period: &Period) -> Range<usize> {
        let place = |day| self.days.iter().position(|known| *known == day).unwrap_or_default();
        place(period.start)..place(period.end)
    }

    fn groups(&self, subject: Subject<'static>, period: &Period, by: By) -> Result<Groups, Error> {
        let failed = |e: &dyn std::fmt::Display| Error::Computation(e.to_string());
        let instrument = subject.instrument;
        let (frame, responses) = self.frame(instrument, period, by)?;
        let options = EstimateOptions { by: vec![by.name().into()], ..Default::default() };
        let table = estimate(&frame, instrument, &options).map_err(|e| failed(&e))?;
        let same = |p: &Period| (p.start, p.end) == (period.start, period.end);
        let place = self.periods.iter().position(same);
        let mut groups = Groups::default();
        for (at, value) in self.values.iter().enumerate().filter(|(at, _)| responses[*at] > 0) {
            // What few people wrote or said about themselves may say who they are.
            let tells = matches!(by, By::Field | By::Item(_));
            let is_few = tells && responses[at] < FEWEST_SHOWN;
            if is_few || value == TOGETHER {
                groups.others += responses[at];
                continue;
            }
            let of_it = |e: &&Estimate| e.group[..] == [value.as_str()];
            let finding = |e: &Estimate| Finding {
                publication: place.map_or(Publication::Nothing, |period| {
                    allowed(e, Audience::Staff, &self.withheld[at][period], None)
                }),
                ..of_some(e, instrument, subject.plan(), period)
            };
            let findings = in_order(table.rows.iter().filter(of_it).map(finding));
            groups.groups.push(Group { value: value.clone(), responses: responses[at], findings });
        }
        if let Some(asked) = by.asked(instrument) {
            // Who gave none of the answers is last.
            let place = |group: &Group| {
                asked.options.iter().position(|o| o.value.to_string() == group.value)
            };
            groups.groups.sort_by_key(|group| place(group).unwrap_or(usize::MAX));
        }
        if groups.groups.len() < 2 || groups.others > 0 {
            return Ok(groups);
        }
        let tests = associations(&frame, instrument, &options).map_err(|e| failed(&e))?;
        Ok(groups.tested(tests))
    }

    /// The respondents of `period` and how many of them each group has.
    fn frame(
        &self,
        instrument: &'static Instrument,
        period: &Period,
        by: By,
    ) -> Result<(Frame, Vec<u64>), Error> {
        let failed = |e: &dyn std::fmt::Display| Error::Computation(e.to_string());
        let mut frame = FrameBuilder::new(instrument, &[by.name()]).map_err(|e| failed(&e))?;
        let mut responses = vec![0; self.values.len()];
        for rows in self.pieces[self.pieces_of(period)].iter().flatten() {
            for (value, answers) in rows.texts(by).zip(rows.answers()) {
                let group = place_of(&self.values, value);
                responses[group] += 1;
                frame.push(&[&self.values[group]], answers).map_err(|e| failed(&e))?;
            }
        }
        Ok((frame.finish(), responses))
    }
}

/// The place of `value` among the sorted `values`; the last one is of all others.
fn place_of(values: &[String], value: &str) -> usize {
    let together = values.last().is_some_and(|last| last == TOGETHER);
    let own = &values[..values.len() - usize::from(together)];
    own.binary_search_by(|known| known.as_str().cmp(value)).unwrap_or(values.len() - 1)
}
