//! Where a target stands by what was entered.

use std::cmp::Ordering;

use chrono::{Datelike, Days, NaiveDate};

use super::{Decimal, Entered, Entry};
use crate::period::{Period, ReportingCalendar};
use crate::plan::{Measure, Operator, Target, TargetUnit, TargetValue};

/// Which day of a month says to which period the month belongs. So every month belongs
/// to one quarter only, also where quarters begin on the 10th, and a year has twelve.
const DECIDING_DAY: u32 = 15;

/// A result as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The counts of months, added up.
    Counts {
        /// The numerators together.
        numerator: u64,
        /// The denominators together.
        denominator: u64,
    },
    /// A published number, in the target's unit.
    Number(Decimal),
    /// A published rank.
    Rank(String),
    /// The day a duty was done: the first one when it has a deadline, else the last.
    Day(NaiveDate),
}

/// Which months a result is of. Of a longer period those that are over count: what was
/// entered of the first days of a month would else turn a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Months {
    /// The first month that was entered.
    pub first: Period,
    /// The last one.
    pub last: Period,
    /// How many were entered.
    pub entered: usize,
    /// How many there are to enter: those that are over, or the one month asked for.
    pub due: usize,
}

/// What is said of a target. Nothing here is sampled, so there is no doubt in it other
/// than what was not entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The result meets the target.
    Met,
    /// It does not.
    NotMet,
    /// Months that are over were not entered.
    MonthsMissing,
    /// The month is not over.
    StillRunning,
    /// Nothing was entered.
    NothingEntered,
    /// The months were entered, and there was nothing to count in them.
    NothingToCount,
    /// The target asks for less than before, and what was before is not known whole.
    NoBase,
    /// The plan does not list the ranks: a person has to judge.
    NoRanks,
    /// A duty is on record as done.
    Recorded,
    /// The deadline is of another time than the period.
    OtherTime,
    /// Another target on the same indicator binds.
    NotBinding,
}

impl Verdict {
    fn of(holds: Option<bool>) -> Self {
        match holds {
            Some(true) => Self::Met,
            Some(false) => Self::NotMet,
            None => Self::NoBase,
        }
    }
}

/// Where a target stands in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The result; none when nothing was entered, or nothing could be counted.
    pub value: Option<Value>,
    /// The months it is of; none for results that are not counted.
    pub months: Option<Months>,
    /// What is said of it.
    pub verdict: Verdict,
    /// Whether the plan sets the target for the period's last day.
    pub in_force: bool,
    /// The periods of the entries it was made of.
    pub used: Vec<String>,
}

/// The months that belong to `period`: those whose fifteenth day is in it.
pub fn months_of(period: &Period) -> Vec<Period> {
    let mut months = Vec::new();
    let mut month = Period::month_of(period.start);
    while month.start < period.end {
        if month.start.with_day(DECIDING_DAY).is_some_and(|day| period.contains(day)) {
            months.push(month.clone());
        }
        month = Period::month_of(month.end);
    }
    months
}

/// The months of `period` since `target` began; all of them when it began later. A target
/// that has ended goes on counting, as for the other figures of a period after its plan:
/// the one month that it still held for would else stand for a year.
fn months_since_it_began(target: &Target, period: &Period) -> Vec<Period> {
    let months = months_of(period);
    let begun = |month: &Period| {
        month.start.with_day(DECIDING_DAY).is_some_and(|day| target.valid_from <= day)
    };
    let held: Vec<Period> = months.iter().filter(|month| begun(month)).cloned().collect();
    if held.is_empty() { months } else { held }
}

/// Where `target` stands in `period`, seen on the day `today`, by the `entries` that hold:
/// one at most for an indicator and a period. `calendar` says what a period is compared
/// with.
pub fn standing<'a>(
    target: &Target,
    calendar: &ReportingCalendar,
    period: &Period,
    today: NaiveDate,
    entries: impl IntoIterator<Item = &'a Entry>,
) -> Standing {
    let own: Vec<&Entry> = entries.into_iter().filter(|entry| entry.is_for(target)).collect();
    let mut standing = match &target.measured_by {
        Measure::Indicator { .. } => counted(target, calendar, period, today, &own),
        Measure::External { .. } => published(target, period, &own),
        Measure::Duty => done(target, period, &own),
        Measure::Survey { .. } => nothing(),
    };
    standing.in_force = target.in_force(period.last_day());
    if !target.binding {
        standing.verdict = Verdict::NotBinding;
    }
    standing
}

fn nothing() -> Standing {
    Standing {
        value: None,
        months: None,
        verdict: Verdict::NothingEntered,
        in_force: true,
        used: Vec::new(),
    }
}

/// The counts of some months, added up.
#[derive(Debug, Default)]
struct Sum {
    numerator: u64,
    denominator: u64,
    entered: Vec<Period>,
    /// Months that are over and were not entered.
    missing: usize,
}

impl Sum {
    fn of(months: &[Period], today: NaiveDate, entries: &[&Entry]) -> Self {
        let mut sum = Self::default();
        for month in months {
            match entries.iter().find(|entry| entry.period == month.code).map(|e| &e.entered) {
                Some(Entered::Counts { numerator, denominator }) => {
                    sum.numerator += numerator;
                    sum.denominator += denominator;
                    sum.entered.push(month.clone());
                }
                _ if month.end <= today => sum.missing += 1,
                _ => {}
            }
        }
        sum
    }

    fn is_whole(&self) -> bool {
        self.missing == 0 && self.denominator > 0
    }
}

fn counted(
    target: &Target,
    calendar: &ReportingCalendar,
    period: &Period,
    today: NaiveDate,
    entries: &[&Entry],
) -> Standing {
    let months = months_since_it_began(target, period);
    let is_one = months.len() == 1;
    let counting: Vec<Period> =
        months.iter().filter(|month| is_one || month.end <= today).cloned().collect();
    let sum = Sum::of(&counting, today, entries);
    let (Some(first), Some(last)) = (sum.entered.first(), sum.entered.last()) else {
        return nothing();
    };
    let Sum { numerator, denominator, .. } = sum;
    let verdict = if last.end > today {
        Verdict::StillRunning
    } else if sum.missing > 0 {
        Verdict::MonthsMissing
    } else if denominator == 0 {
        Verdict::NothingToCount
    } else if target.operator == Operator::Decrease {
        // As many months as there are by now, so that nine are not held against twelve.
        let reached = months.iter().take_while(|month| month.start <= last.start).count();
        let base = calendar.compared_with(period).map(|before| months_of(&before));
        let base = base.map(|months| Sum::of(&months[..reached.min(months.len())], today, entries));
        base.filter(Sum::is_whole).map_or(Verdict::NoBase, |base| {
            let before = u128::from(base.numerator) * u128::from(denominator);
            let now = u128::from(numerator) * u128::from(base.denominator);
            Verdict::of(Some(now < before))
        })
    } else {
        let against = |value| against(numerator, denominator, target.unit, value);
        Verdict::of(number(target).and_then(|value| target.operator.admits(against(value))))
    };
    let (entered, due) = (sum.entered.len(), sum.entered.len() + sum.missing);
    Standing {
        value: (denominator > 0).then_some(Value::Counts { numerator, denominator }),
        months: Some(Months { first: first.clone(), last: last.clone(), entered, due }),
        verdict,
        used: sum.entered.into_iter().map(|month| month.code).collect(),
        ..nothing()
    }
}

/// The number that `target` sets.
fn number(target: &Target) -> Option<Decimal> {
    match target.value {
        Some(TargetValue::Number(value)) => Decimal::of_plan(value),
        _ => None,
    }
}

/// How the ratio of two counts compares with `value`, exactly: 19 of 20 are 95 %.
fn against(numerator: u64, denominator: u64, unit: TargetUnit, value: Decimal) -> Ordering {
    let parts: i128 = if unit == TargetUnit::Percent { 100_000_000 } else { 1_000_000 };
    let value = i128::from(value.millionths()) * i128::from(denominator);
    (i128::from(numerator) * parts).cmp(&value)
}

/// The newest result of a year that is not after the period's.
fn published(target: &Target, period: &Period, entries: &[&Entry]) -> Standing {
    let until = period.last_day().year();
    let of_year = |entry: &&&Entry| {
        let known = matches!(entry.entered, Entered::Number { .. } | Entered::Rank { .. });
        known && entry.period.parse().is_ok_and(|year: i32| year <= until)
    };
    let Some(entry) = entries.iter().filter(of_year).max_by_key(|entry| &entry.period) else {
        return nothing();
    };
    let (value, verdict) = match &entry.entered {
        Entered::Number { value, .. } => {
            let set = number(target);
            let holds = set.and_then(|set| target.operator.admits(value.cmp(&set)));
            (Value::Number(*value), Verdict::of(holds))
        }
        Entered::Rank { rank, .. } => (Value::Rank(rank.clone()), ranked(target, rank)),
        _ => return nothing(),
    };
    Standing { value: Some(value), verdict, used: vec![entry.period.clone()], ..nothing() }
}

fn ranked(target: &Target, rank: &str) -> Verdict {
    let place = |rank: &str| target.ranks.iter().position(|known| known == rank);
    let set = match &target.value {
        Some(TargetValue::Rank(set)) => place(set),
        _ => None,
    };
    match (place(rank), set) {
        (Some(rank), Some(set)) => Verdict::of(Some(rank <= set)),
        _ => Verdict::NoRanks,
    }
}

fn done(target: &Target, period: &Period, entries: &[&Entry]) -> Standing {
    let deadline = match target.value {
        Some(TargetValue::Date(day)) if target.operator == Operator::Before => Some(day),
        _ => None,
    };
    let day_of = |entry: &&Entry| match entry.entered {
        Entered::Done { on } => Some((on, entry.period.clone())),
        _ => None,
    };
    let days = entries.iter().filter_map(day_of);
    let Some(deadline) = deadline else {
        let days: Vec<_> = days.filter(|(on, _)| period.contains(*on)).collect();
        let last = days.iter().map(|(on, _)| *on).max();
        return Standing {
            value: last.map(Value::Day),
            verdict: last.map_or(Verdict::NothingEntered, |_| Verdict::Recorded),
            used: days.into_iter().map(|(_, period)| period).collect(),
            ..nothing()
        };
    };
    // The deadline is one day of one plan: what was done before that plan is not meant.
    if period.last_day() < target.valid_from || target.valid_to + Days::new(1) <= period.start {
        return Standing { verdict: Verdict::OtherTime, ..nothing() };
    }
    match days.filter(|(on, _)| *on >= target.valid_from).min() {
        None => nothing(),
        Some((on, entered)) => Standing {
            value: Some(Value::Day(on)),
            verdict: Verdict::of(Some(on < deadline)),
            used: vec![entered],
            ..nothing()
        },
    }
}

#[cfg(test)]
mod tests;
