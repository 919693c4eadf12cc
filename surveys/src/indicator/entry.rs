//! An entry: what somebody says of an indicator and a month, a year or a day, from what
//! they typed.

mod bad;
mod month;

use chrono::{Datelike, NaiveDate};

pub use self::bad::{BadEntry, EntryField};
use super::Decimal;
use crate::period::YEARS;
use crate::plan::{Measure, Target, TargetUnit};
use crate::text::typed_text;
use crate::typed_day;

/// The largest number that can be counted in a month.
pub const MAX_COUNT: u64 = 1_000_000_000;
/// The most characters that name where a result is from.
pub const LONGEST_SOURCE: usize = 300;
/// The most characters of a link, and of a rank.
pub const LONGEST_LINK: usize = 500;
const LONGEST_RANK: usize = 60;

/// What was entered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Entered {
    /// The two numbers of a month.
    Counts {
        /// What was counted, such as dossiers on time, or minutes waited in all.
        numerator: u64,
        /// Out of how many.
        denominator: u64,
    },
    /// A number that somebody else published, in the target's unit.
    Number {
        /// The number.
        value: Decimal,
        /// The day it was published.
        published_on: NaiveDate,
    },
    /// A rank that somebody else published.
    Rank {
        /// One of the target's ranks, or any word when the plan names none.
        rank: String,
        /// The day it was published.
        published_on: NaiveDate,
    },
    /// A duty that was done.
    Done {
        /// The day it was done.
        on: NaiveDate,
    },
    /// What was entered before does not hold.
    Withdrawn,
}

impl Entered {
    /// Its spelling in files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Counts { .. } => "counts",
            Self::Number { .. } => "number",
            Self::Rank { .. } => "rank",
            Self::Done { .. } => "done",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// What is said of an indicator for a span of time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The indicator.
    pub indicator: String,
    /// The month of counts (`2026-10`), the year of a published result (`2026`), the day
    /// of a duty (`2026-10-05`).
    pub period: String,
    /// What was entered.
    pub entered: Entered,
    /// Where it is from; the evidence of a duty; why an entry was withdrawn.
    pub source: String,
    /// Where the source can be read; empty for nowhere.
    pub link: String,
}

/// What was typed, not yet believed. Which of it is read depends on the target.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typed<'a> {
    /// The month or the year.
    pub period: &'a str,
    /// The numerator.
    pub numerator: &'a str,
    /// The denominator.
    pub denominator: &'a str,
    /// The published number or rank.
    pub result: &'a str,
    /// The day of publication, or of the duty.
    pub day: &'a str,
    /// The source.
    pub source: &'a str,
    /// The link.
    pub link: &'a str,
}

impl Entry {
    /// The entry that was typed for `target` on the day `today`.
    ///
    /// # Errors
    /// Everything that is to be mended. A target that surveys measure takes no entry: its
    /// result is refused.
    pub fn parse(
        target: &Target,
        typed: &Typed<'_>,
        today: NaiveDate,
    ) -> Result<Self, Vec<BadEntry>> {
        let mut bad = Vec::new();
        let mut keep = |result: Result<String, BadEntry>| result.map_err(|b| bad.push(b)).ok();
        let source = keep(source(typed.source).ok_or(BadEntry::Source));
        let link = keep(link(typed.link));
        let read = match &target.measured_by {
            Measure::Indicator { .. } => counted(target.unit, typed, today),
            Measure::External { .. } => published(target, typed, today),
            Measure::Duty => done(typed, today),
            Measure::Survey { .. } => Err(vec![BadEntry::Number]),
        };
        match (read, source, link) {
            (Ok((period, entered)), Some(source), Some(link)) => {
                Ok(Self { indicator: target.indicator.clone(), period, entered, source, link })
            }
            (read, ..) => {
                let mut all = read.err().unwrap_or_default();
                all.extend(bad);
                Err(all)
            }
        }
    }

    /// Whether it is about what `target` is held against. A plan may count an indicator in
    /// one target and make it a duty in another.
    pub fn is_for(&self, target: &Target) -> bool {
        let form = match target.measured_by {
            Measure::Indicator { .. } => "2026-10",
            Measure::External { .. } => "2026",
            Measure::Duty => "2026-10-05",
            Measure::Survey { .. } => return false,
        };
        self.indicator == target.indicator && self.period.len() == form.len()
    }

    /// The entry that takes back what was entered for `indicator` and `period`, with the
    /// reason that was typed.
    pub fn withdrawing(indicator: &str, period: &str, reason: &str) -> Option<Self> {
        Some(Self {
            indicator: indicator.to_owned(),
            period: period.to_owned(),
            entered: Entered::Withdrawn,
            source: source(reason)?,
            link: String::new(),
        })
    }
}

/// Where something is from, as it is stored: a line that is not empty.
pub fn source(typed: &str) -> Option<String> {
    line(typed, LONGEST_SOURCE)
}

fn line(typed: &str, longest: usize) -> Option<String> {
    let text = typed_text(typed.trim());
    let fits = (1..=longest).contains(&text.chars().count());
    let clean = !text.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER);
    (fits && clean).then_some(text)
}

/// An address that a browser opens as a page, and nothing that it would run.
fn link(typed: &str) -> Result<String, BadEntry> {
    let text = typed.trim();
    let plain = text.len() <= LONGEST_LINK && text.bytes().all(|b| b.is_ascii_graphic());
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let named = host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()));
    if text.is_empty() || plain && named { Ok(text.to_owned()) } else { Err(BadEntry::Link) }
}

type Read = Result<(String, Entered), Vec<BadEntry>>;

fn counted(unit: TargetUnit, typed: &Typed<'_>, today: NaiveDate) -> Read {
    let mut bad = Vec::new();
    let month = month::parse(typed.period);
    let month = month.and_then(|m| if m.start > today { Err(BadEntry::MonthAhead) } else { Ok(m) });
    let month = month.map_err(|b| bad.push(b)).ok();
    let numerator = whole(typed.numerator).ok_or(BadEntry::Numerator);
    let numerator = numerator.map_err(|b| bad.push(b)).ok();
    let denominator = whole(typed.denominator).ok_or(BadEntry::Denominator);
    let denominator = denominator.map_err(|b| bad.push(b)).ok();
    if let Some((numerator, denominator)) = numerator.zip(denominator) {
        if denominator == 0 && numerator > 0 {
            bad.push(BadEntry::OfNothing);
        } else if unit == TargetUnit::Percent && numerator > denominator {
            bad.push(BadEntry::MoreThanAll);
        }
    }
    match (month, numerator, denominator) {
        (Some(month), Some(numerator), Some(denominator)) if bad.is_empty() => {
            Ok((month.code, Entered::Counts { numerator, denominator }))
        }
        _ => Err(bad),
    }
}

/// A count without marks or signs.
fn whole(typed: &str) -> Option<u64> {
    let text = typed.trim();
    let digits = (1..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|count| *count <= MAX_COUNT)
}

/// Whether `text` is digits with a dot before every three of them, as Vietnamese write
/// thousands: `1.234`.
fn is_grouped(text: &str) -> bool {
    let mut groups = text.split('.');
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    (1..=3).contains(&first.len())
        && digits(first)
        && !first.starts_with('0')
        && !rest.is_empty()
        && rest.iter().all(|group| group.len() == 3 && digits(group))
}

/// A count as a person types it into a form, without the marks of its thousands: `1.234`
/// is `1234`. Anything else stays as it is. Not for files: the cell of a spreadsheet that
/// says `1.234` may be a number with decimals.
pub fn ungrouped(typed: &str) -> String {
    let text = typed.trim();
    if is_grouped(text) { text.replace('.', "") } else { typed.to_owned() }
}

fn published(target: &Target, typed: &Typed<'_>, today: NaiveDate) -> Read {
    let mut bad = Vec::new();
    let year = typed.period.trim();
    let digits = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    let known = |year: &i32| YEARS.contains(year) && *year <= today.year();
    if !digits || !year.parse().is_ok_and(|year| known(&year)) {
        bad.push(BadEntry::Year);
    }
    let published_on = past_day(typed.day, today).map_err(|b| bad.push(b)).unwrap_or(today);
    let entered = if target.unit == TargetUnit::Rank {
        let rank = line(typed.result, LONGEST_RANK);
        let named = |rank: &String| target.ranks.is_empty() || target.ranks.contains(rank);
        let rank = rank.filter(named).ok_or(BadEntry::Rank);
        rank.map(|rank| Entered::Rank { rank, published_on })
    } else {
        let most =
            |value: &Decimal| target.unit != TargetUnit::Percent || *value <= Decimal::HUNDRED;
        let text = typed.result.trim().trim_end_matches('%').trim_end();
        let value = Decimal::parse(text).filter(most).ok_or(BadEntry::Number);
        let value = if is_grouped(text) { Err(BadEntry::TwoMeanings) } else { value };
        value.map(|value| Entered::Number { value, published_on })
    };
    match entered.map_err(|b| bad.push(b)) {
        Ok(entered) if bad.is_empty() => Ok((year.to_owned(), entered)),
        _ => Err(bad),
    }
}

fn done(typed: &Typed<'_>, today: NaiveDate) -> Read {
    let on = past_day(typed.day, today).map_err(|bad| vec![bad])?;
    Ok((on.to_string(), Entered::Done { on }))
}

/// A day as people write it, not after `today`.
fn past_day(typed: &str, today: NaiveDate) -> Result<NaiveDate, BadEntry> {
    typed_day(typed).filter(|day| *day <= today).ok_or(BadEntry::Day)
}

#[cfg(test)]
mod tests;
