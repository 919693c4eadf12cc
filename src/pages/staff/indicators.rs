//! One indicator of a commune: what holds of each month, and everything that was entered.

use askama::Template;
use chrono::NaiveDate;
use surveys::indicator::{Entered, Entry, months_of};
use surveys::plan::{Measure, Plan, Target};
use surveys::unit::Commune;
use surveys::{Language, Period};

use super::super::commune::Choice;
use super::super::commune::plan::{conflict, measured, value};
use super::super::standing::{Known, Source, Told, entered};
use super::super::{Shell, Words, day};
use super::{Nav, moment};
use crate::pages::message::Link;
use crate::reporting::petitions::Counted;
use crate::store::indicators::{Ledger, StoredEntry};

/// A commune's plan, a period, and what was entered.
#[derive(Debug, Clone, Copy)]
pub struct Board<'a> {
    /// The commune.
    pub commune: &'static Commune,
    /// Its plan.
    pub plan: &'static Plan,
    /// The period that is looked at.
    pub period: &'a Period,
    /// Today in Vietnam.
    pub today: NaiveDate,
    /// What was entered.
    pub entries: &'a Ledger,
    /// What petitions themselves say of its targets.
    pub petitions: &'a Counted,
    /// Whether the reader may enter.
    pub may_enter: bool,
}

impl Board<'_> {
    /// Where `target`, which no survey measures, stands by the entries that hold and by
    /// petitions.
    pub(super) fn told(&self, t: Words, target: &Target, holding: &[&StoredEntry]) -> Told {
        let known = Known { entered: holding, counted: self.petitions };
        Told::of(t, (self.plan, target), self.period, self.today, &known)
    }

    pub(super) fn address(&self, shell: &Shell, target: &Target, rest: &str) -> String {
        let (commune, target) = (&self.commune.code, &target.code);
        shell.link(&format!("/staff/indicators/{commune}/{target}{rest}"))
    }
}

/// What was just done to an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Nothing.
    Nothing,
    /// A result was entered.
    Entered,
    /// A result was withdrawn.
    Withdrawn,
}

/// A target that an indicator is measured for.
#[derive(Debug)]
struct Set {
    value: String,
    clause: &'static str,
    quote: &'static str,
    conflict: String,
    note: &'static str,
}

/// A month, a year or a day with what holds of it.
#[derive(Debug)]
struct Held {
    period: String,
    what: String,
    /// What was entered and does not count; empty for nothing.
    beside: String,
    source: Option<Source>,
    by: String,
    at: String,
    /// Where it is entered or corrected; empty for whoever may not.
    enter: String,
    /// Where it is withdrawn.
    withdraw: String,
}

/// Something that was entered, once.
#[derive(Debug)]
struct Past {
    at: String,
    by: String,
    period: String,
    what: String,
    source: Source,
    state: String,
}

/// One indicator: what holds of each month, and everything that was entered.
#[derive(Debug, Template)]
#[template(path = "staff/indicator.html")]
pub struct OneIndicator<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    back: Link,
    heading: &'a str,
    notice: String,
    sets: Vec<Set>,
    measured: Vec<String>,
    /// Where the figures of petitions are; empty where they say nothing.
    petitions: String,
    caption: String,
    result_head: String,
    years: Vec<Choice>,
    held: Vec<Held>,
    sentence: String,
    enter: String,
    history: Vec<Past>,
}

impl<'a> OneIndicator<'a> {
    /// The page of the indicator of `target`, with the months of the year of `board`.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        board: &Board<'a>,
        target: &'static Target,
        seen: Seen,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let of = |other: &&'static Target| {
            let both_duties =
                (other.measured_by == Measure::Duty) == (target.measured_by == Measure::Duty);
            other.indicator == target.indicator && both_duties
        };
        let set = |target: &'static Target| Set {
            value: value(t, target),
            clause: &target.clause,
            quote: &target.quote,
            conflict: conflict(t, board.plan, target),
            note: target.note.as_ref().map_or("", |note| note.get(t.0)),
        };
        let counted = matches!(target.measured_by, Measure::Indicator { .. });
        let told = board.told(t, target, &board.entries.holding());
        let year = board.period.title.get(language);
        let key = if counted { "indicator-months-caption" } else { "indicator-results-caption" };
        Self {
            shell,
            t,
            nav: Some(nav),
            back: Link {
                address: shell.link(&format!("/staff/indicators/{}", board.commune.code)),
                label: t.with("indicator-to-board", &[("commune", board.commune.name)]),
            },
            heading: target.title.get(language),
            notice: match seen {
                Seen::Nothing => String::new(),
                Seen::Entered => t.get("indicator-entered").into_owned(),
                Seen::Withdrawn => t.get("indicator-withdrawn-done").into_owned(),
            },
            sets: board.plan.targets.iter().filter(of).map(set).collect(),
            measured: measured(t, target),
            petitions: if target.petitions().is_some() {
                shell.link(&format!("/staff/petitions/figures/{}", board.commune.code))
            } else {
                String::new()
            },
            caption: t.with(key, &[("year", year)]),
            result_head: t.get("indicator-what").into_owned(),
            years: if counted { years(shell, board) } else { Vec::new() },
            held: if counted {
                months(shell, board, target)
            } else {
                results(shell, board, target)
            },
            sentence: format!("{} {} {}", told.sentence(t), told.span, told.beside)
                .trim()
                .to_owned(),
            enter: if board.may_enter && !counted {
                board.address(shell, target, "/enter")
            } else {
                String::new()
            },
            history: history(shell, board, target),
        }
    }
}

/// The reporting years around the one that is shown.
fn years(shell: &Shell, board: &Board<'_>) -> Vec<Choice> {
    let calendar = &board.plan.calendar;
    let this = calendar.year_containing(board.today);
    let mut years = vec![this.clone()];
    years.extend(this.start.pred_opt().map(|day| calendar.year_containing(day)));
    if years.iter().all(|year| year.code != board.period.code) {
        years.push(board.period.clone());
    }
    let choice = |year: Period| Choice {
        label: year.title.get(shell.language()).to_owned(),
        address: if year.code == board.period.code {
            String::new()
        } else {
            shell.here_with("period", &year.code)
        },
    };
    years.into_iter().map(choice).collect()
}

fn held_row(shell: &Shell, board: &Board<'_>, target: &Target, stored: &StoredEntry) -> Held {
    let query = format!("?period={}", stored.entry.period);
    let act = |act: &str| {
        let address = board.address(shell, target, &format!("/{act}{query}"));
        if board.may_enter { address } else { String::new() }
    };
    Held {
        period: period_name(shell, &stored.entry),
        what: entered(shell.t, target, &stored.entry.entered),
        beside: String::new(),
        source: Some(Source::of(stored)),
        by: stored.entered_by.clone(),
        at: moment(shell, stored.entered_at),
        enter: act("enter"),
        withdraw: act("withdraw"),
    }
}

/// The months of the year that have begun, each with what holds of it.
fn months(shell: &Shell, board: &Board<'_>, target: &Target) -> Vec<Held> {
    let begun = months_of(board.period).into_iter().filter(|month| month.start <= board.today);
    let t = shell.t;
    let row = |month: Period| {
        let last = board.entries.last(&target.indicator, &month.code);
        let last = last.filter(|last| last.entry.entered != Entered::Withdrawn);
        let from_petitions = board.petitions.of(target).iter().find(|own| own.period == month.code);
        let period = month.start.format("%m/%Y").to_string();
        match (from_petitions, last) {
            // What is counted is not entered; what was entered can still be corrected.
            (Some(own), None) => Held {
                period,
                what: entered(t, target, &own.entered),
                beside: String::new(),
                source: Some(Source::petitions(t)),
                by: String::new(),
                at: String::new(),
                enter: String::new(),
                withdraw: String::new(),
            },
            (Some(own), Some(stored)) => {
                let row = held_row(shell, board, target, stored);
                Held {
                    what: entered(t, target, &own.entered),
                    beside: t.with(
                        "indicator-entered-beside",
                        &[("value", &row.what), ("source", &stored.entry.source)],
                    ),
                    source: Some(Source::petitions(t)),
                    ..row
                }
            }
            (None, Some(stored)) => held_row(shell, board, target, stored),
            (None, None) => Held {
                period,
                what: String::new(),
                beside: String::new(),
                source: None,
                by: String::new(),
                at: String::new(),
                enter: if board.may_enter {
                    board.address(shell, target, &format!("/enter?period={}", month.code))
                } else {
                    String::new()
                },
                withdraw: String::new(),
            },
        }
    };
    begun.map(row).collect()
}

/// What holds of an indicator that is not counted, the newest first.
fn results(shell: &Shell, board: &Board<'_>, target: &Target) -> Vec<Held> {
    let of = |stored: &&StoredEntry| stored.entry.is_for(target);
    let mut holding: Vec<&StoredEntry> = board.entries.holding().into_iter().filter(of).collect();
    holding.sort_by(|a, b| b.entry.period.cmp(&a.entry.period));
    holding.into_iter().map(|stored| held_row(shell, board, target, stored)).collect()
}

/// Everything that was entered, the newest first.
fn history(shell: &Shell, board: &Board<'_>, target: &Target) -> Vec<Past> {
    let lasts = board.entries.lasts();
    let of = |stored: &&StoredEntry| stored.entry.is_for(target);
    let told = |stored: &StoredEntry| {
        let key = (&*stored.entry.indicator, &*stored.entry.period);
        let is_last = lasts.get(&key).is_some_and(|last| last.number == stored.number);
        let state = match (is_last, &stored.entry.entered) {
            (_, Entered::Withdrawn) => "indicator-state-withdrawal",
            (true, _) => "indicator-state-holds",
            (false, _) => "indicator-state-replaced",
        };
        Past {
            at: moment(shell, stored.entered_at),
            by: stored.entered_by.clone(),
            period: period_name(shell, &stored.entry),
            what: entered(shell.t, target, &stored.entry.entered),
            source: Source::of(stored),
            state: shell.t.get(state).into_owned(),
        }
    };
    board.entries.all().iter().rev().filter(of).map(told).collect()
}

/// The month, the year or the day of an entry, as people write it.
pub fn period_name(shell: &Shell, entry: &Entry) -> String {
    let language = shell.language();
    match entry.period.split('-').collect::<Vec<_>>()[..] {
        [year] if language == Language::Vi => format!("năm {year}"),
        [year, month] => format!("{month}/{year}"),
        _ => entry.period.parse().map_or_else(|_| entry.period.clone(), |on| day(on, language)),
    }
}

/// What was entered, from where, by whom and when.
pub fn at_length(shell: &Shell, target: &Target, stored: &StoredEntry) -> String {
    let values = [
        ("what", entered(shell.t, target, &stored.entry.entered)),
        ("source", stored.entry.source.clone()),
        ("who", stored.entered_by.clone()),
        ("at", moment(shell, stored.entered_at)),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    shell.t.with("indicator-at-length", &values)
}
