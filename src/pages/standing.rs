//! Where a target stands by what was entered of its indicator, in words.

use chrono::NaiveDate;
use surveys::indicator::{Decimal, Entered, Entry, Standing, Value, Verdict, standing};
use surveys::petition::figures::FEWEST_PUBLISHED;
use surveys::plan::{Measure, Plan, Target, TargetUnit, TargetValue};
use surveys::text::{count, decimal, rate};
use surveys::{Language, Period};

use super::{Words, numbers};
use crate::reporting::petitions::Counted;
use crate::store::indicators::StoredEntry;

/// How many sources are named; more are counted.
const NAMED_SOURCES: usize = 3;

/// A source, and where it can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) name: String,
    /// Empty for nowhere.
    pub(super) link: String,
}

impl Source {
    /// The petitions that this program has.
    pub(super) fn petitions(t: Words) -> Self {
        Self { name: t.get("standing-from-petitions").into_owned(), link: String::new() }
    }

    /// The source of what was entered.
    pub(super) fn of(stored: &StoredEntry) -> Self {
        Self { name: stored.entry.source.clone(), link: stored.entry.link.clone() }
    }
}

/// Where a target stands.
#[derive(Debug)]
pub(super) struct Told {
    /// The result; empty when there is none.
    pub(super) value: String,
    /// The verdict.
    pub(super) verdict: String,
    /// The mark beside the verdict; empty for none.
    pub(super) symbol: &'static str,
    /// Of which months or which year it is, and how many months there are; empty when
    /// nothing was entered.
    pub(super) span: String,
    /// Where it is from; of many sources the last line counts those not named.
    pub(super) sources: Vec<Source>,
    /// Who entered it, by sign-in name. Not for the public.
    pub(super) by: Vec<String>,
    /// What was entered and does not count, because petitions themselves say it; empty
    /// for nothing.
    pub(super) beside: String,
    /// How many petitions it is counted from; `None` where it is not.
    petitions: Option<u64>,
}

/// What a target is held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// What was entered and holds.
    pub(super) entered: &'a [&'a StoredEntry],
    /// What petitions themselves say.
    pub(super) counted: &'a Counted,
}

impl Told {
    /// Where `target` of `plan` stands in `period`, seen on the day `today`, by what is
    /// known. A month that petitions say is counted from them, whatever was entered.
    pub(super) fn of(
        t: Words,
        (plan, target): (&Plan, &Target),
        period: &Period,
        today: NaiveDate,
        known: &Known<'_>,
    ) -> Self {
        let counted = known.counted.of(target);
        let is_counted = |entry: &Entry| counted.iter().any(|own| own.period == entry.period);
        let own = known.entered.iter().copied().filter(|stored| stored.entry.is_for(target));
        let (beside, holding): (Vec<&StoredEntry>, Vec<&StoredEntry>) =
            own.partition(|stored| is_counted(&stored.entry));
        let by_entries = |entries: &[&Entry]| {
            standing(target, &plan.calendar, period, today, entries.iter().copied())
        };
        let entries = holding.iter().map(|stored| &stored.entry).chain(counted);
        let standing = by_entries(&entries.collect::<Vec<_>>());
        let used = |stored: &&&StoredEntry| standing.used.contains(&stored.entry.period);
        let used: Vec<&StoredEntry> = holding.iter().filter(used).copied().collect();
        let (mut sources, mut by) = (Vec::new(), Vec::new());
        let counts = |entry: &Entry| match entry.entered {
            Entered::Counts { denominator, .. } => denominator,
            _ => 0,
        };
        let from = counted.iter().filter(|entry| standing.used.contains(&entry.period));
        let petitions = from.map(counts).reduce(|all, more| all + more);
        if petitions.is_some() {
            sources.push(Source::petitions(t));
        }
        for stored in &used {
            let (source, who) = (Source::of(stored), &stored.entered_by);
            if !sources.contains(&source) {
                sources.push(source);
            }
            if !by.contains(who) {
                by.push(who.clone());
            }
        }
        let more = sources.len().saturating_sub(NAMED_SOURCES);
        if more > 0 {
            sources.truncate(NAMED_SOURCES);
            let name = t.with("standing-more-sources", &[("n", &more.to_string())]);
            sources.push(Source { name, link: String::new() });
        }
        let value = standing.value.as_ref().map(|value| value_of(t, target, value));
        Self {
            value: value.unwrap_or_default(),
            verdict: verdict(t, target, standing.verdict),
            symbol: match standing.verdict {
                Verdict::Met => "met",
                Verdict::NotMet => "not-met",
                Verdict::MonthsMissing => "too-few",
                Verdict::NoBase | Verdict::NoRanks => "undetermined",
                _ => "",
            },
            span: span(t, &standing, &used),
            sources,
            by,
            beside: entered_beside(t, target, &by_entries, &beside),
            petitions,
        }
    }

    /// The same as everybody may read it: of few petitions no share is told.
    pub(super) fn published(mut self, t: Words) -> Self {
        if self.petitions.is_some_and(|all| (1..FEWEST_PUBLISHED).contains(&all)) {
            self.value.clear();
            self.symbol = "too-few";
            let fewest = FEWEST_PUBLISHED.to_string();
            self.verdict = t.with("petitions-too-few", &[("fewest", &fewest)]);
        }
        self
    }

    /// Result and verdict as one sentence.
    pub(super) fn sentence(&self, t: Words) -> String {
        if self.value.is_empty() {
            return format!("{}.", self.verdict);
        }
        t.with("standing-result", &[("value", &self.value), ("verdict", &self.verdict)])
    }
}

/// What was entered of months that are counted from petitions, as what it is.
fn entered_beside(
    t: Words,
    target: &Target,
    by_entries: &impl Fn(&[&Entry]) -> Standing,
    beside: &[&StoredEntry],
) -> String {
    let entries: Vec<&Entry> = beside.iter().map(|stored| &stored.entry).collect();
    let Standing { value: Some(value), months: Some(months), .. } = by_entries(&entries) else {
        return String::new();
    };
    let (value, months) = (value_of(t, target, &value), months.entered.to_string());
    t.with("standing-entered-beside", &[("value", &value), ("months", &months)])
}

fn verdict(t: Words, target: &Target, verdict: Verdict) -> String {
    let key = match verdict {
        Verdict::Met => "standing-met",
        Verdict::NotMet => "standing-not-met",
        Verdict::MonthsMissing => "standing-months-missing",
        Verdict::StillRunning => "standing-still-running",
        Verdict::NothingEntered if target.measured_by == Measure::Duty => "standing-not-recorded",
        Verdict::NothingEntered => "standing-nothing-entered",
        Verdict::NothingToCount => "standing-nothing-to-count",
        Verdict::NoBase => "standing-no-base",
        Verdict::NoRanks => "standing-no-ranks",
        Verdict::Recorded => "standing-recorded",
        Verdict::OtherTime => "standing-other-time",
        Verdict::NotBinding => "standing-not-binding",
    };
    t.get(key).into_owned()
}

/// Of which months or which year it is.
fn span(t: Words, standing: &Standing, used: &[&StoredEntry]) -> String {
    if let Some(months) = &standing.months {
        let [first, last] = [&months.first, &months.last].map(|m| m.start.format("%m/%Y"));
        let span = if months.first == months.last {
            first.to_string()
        } else {
            format!("{first}–{last}")
        };
        let [entered, due] = [months.entered, months.due].map(|months| months.to_string());
        let key = if months.due == 1 { "standing-month" } else { "standing-months" };
        return t.with(key, &[("months", &span), ("entered", &entered), ("due", &due)]);
    }
    let published = used.iter().find_map(|stored| match stored.entry.entered {
        Entered::Number { published_on, .. } | Entered::Rank { published_on, .. } => {
            Some((&stored.entry.period, numbers::day(published_on, t.0)))
        }
        _ => None,
    });
    published
        .map(|(year, day)| t.with("standing-published", &[("year", year), ("day", &day)]))
        .unwrap_or_default()
}

/// A result with its unit and what it was made of.
pub(super) fn value_of(t: Words, target: &Target, value: &Value) -> String {
    let language = t.0;
    match value {
        Value::Counts { numerator, denominator } => {
            let mean = counted(t, target, *numerator, *denominator);
            let [numerator, denominator] = [*numerator, *denominator].map(|n| count(n, language));
            format!("{mean} ({numerator}/{denominator})")
        }
        Value::Number(value) => number(*value, target.unit, language),
        Value::Rank(rank) => format!("“{rank}”"),
        Value::Day(day) => t.with("standing-day", &[("day", &numbers::day(*day, language))]),
    }
}

/// What was entered, as people read it.
pub(super) fn entered(t: Words, target: &Target, entered: &Entered) -> String {
    let value = match entered {
        Entered::Counts { numerator, denominator: 0 } => {
            return format!("{numerator}/0");
        }
        Entered::Counts { numerator, denominator } => {
            Value::Counts { numerator: *numerator, denominator: *denominator }
        }
        Entered::Number { value, .. } => Value::Number(*value),
        Entered::Rank { rank, .. } => Value::Rank(rank.clone()),
        Entered::Done { on } => Value::Day(*on),
        Entered::Withdrawn => return t.get("indicator-withdrawn").into_owned(),
    };
    value_of(t, target, &value)
}

fn number(value: Decimal, unit: TargetUnit, language: Language) -> String {
    let figure = value.told(language);
    match (unit, language) {
        (TargetUnit::Percent, Language::Vi) => format!("{figure}\u{a0}%"),
        (TargetUnit::Percent, Language::En) => format!("{figure}%"),
        _ => figure,
    }
}

/// The ratio of two counts, with as many decimals as it takes not to look like the
/// target's value when it is another.
fn counted(t: Words, target: &Target, numerator: u64, denominator: u64) -> String {
    // Exact for what can be entered; nothing is decided by it.
    let ratio = numerator as f64 / denominator as f64;
    if target.unit == TargetUnit::Percent {
        return rate(ratio, target.proportion(), t.0);
    }
    let set = match target.value {
        Some(TargetValue::Number(set)) => set,
        _ => ratio,
    };
    let differs = |decimals: &usize| {
        (ratio - set).abs() < 1e-9 || decimal(ratio, *decimals, t.0) != decimal(set, *decimals, t.0)
    };
    let mean = decimal(ratio, (1..4).find(differs).unwrap_or(4), t.0);
    let key = match target.unit {
        TargetUnit::Minutes => "target-minutes",
        _ => "standing-mean",
    };
    t.with(key, &[("value", &mean)])
}

#[cfg(test)]
mod tests {
    use surveys::catalog;

    use super::*;

    fn target(code: &str) -> &'static Target {
        let plans = catalog::plans().iter();
        plans.flat_map(|plan| &plan.targets).find(|t| t.code.as_str() == code).unwrap()
    }

    fn said(code: &str, numerator: u64, denominator: u64, language: Language) -> String {
        value_of(Words::new(language), target(code), &Value::Counts { numerator, denominator })
    }

    #[test]
    fn a_result_never_looks_like_a_target_that_it_is_not() {
        for (code, numerator, denominator, vi, en) in [
            ("ontime", 195, 200, "97,5\u{a0}% (195/200)", "97.5% (195/200)"),
            (
                "ontime",
                97_999,
                100_000,
                "97,999\u{a0}% (97.999/100.000)",
                "97.999% (97,999/100,000)",
            ),
            (
                "apology-letters",
                9_999,
                10_000,
                "99,99\u{a0}% (9.999/10.000)",
                "99.99% (9,999/10,000)",
            ),
        ] {
            assert_eq!(said(code, numerator, denominator, Language::Vi), vi);
            assert_eq!(said(code, numerator, denominator, Language::En), en);
        }
        let waiting = catalog::plan("long-xuyen-2025").unwrap().target("waiting-time").unwrap();
        let value = |numerator| Value::Counts { numerator, denominator: 1_000 };
        let minutes = |n| value_of(Words::new(Language::Vi), waiting, &value(n));
        assert_eq!(minutes(15_001), "15,001 phút (15.001/1.000)");
        assert_eq!(minutes(15_000), "15,0 phút (15.000/1.000)");
        // Less than before is counted in something too.
        let waiting = catalog::plan("long-phung-2025").unwrap().target("waiting-time").unwrap();
        let value = Value::Counts { numerator: 2_449, denominator: 2_661 };
        assert_eq!(value_of(Words::new(Language::Vi), waiting, &value), "0,9 phút (2.449/2.661)");
    }

    #[test]
    fn a_published_result_is_told_as_it_was_published() {
        let t = Words::new(Language::Vi);
        let value = Value::Number(Decimal::parse("88.47").unwrap());
        assert_eq!(value_of(t, target("par-index"), &value), "88,47\u{a0}%");
        let rank = Value::Rank("Cao nhất".into());
        assert_eq!(value_of(t, target("papi-group"), &rank), "“Cao nhất”");
    }
}
