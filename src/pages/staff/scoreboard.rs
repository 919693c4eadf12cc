//! The plan scoreboard of a commune.

use std::sync::Arc;

use askama::Template;
use surveys::plan::Target;
use surveys::text::count;

use super::super::commune::plan::{conflict, held, value};
use super::super::commune::{Choice, periods};
use super::super::standing::Source;
use super::super::{Shell, Words, day, numbers};
use super::Nav;
use super::indicators::Board;
use crate::pages::message::Link;
use crate::reporting::Report;
use crate::store::indicators::StoredEntry;

/// Where a file is entered; empty for whoever may not.
pub(super) fn file_address(shell: &Shell, may_enter: bool) -> String {
    if may_enter { shell.link("/staff/indicators/file") } else { String::new() }
}

/// A result and what is said of it.
#[derive(Debug)]
struct Line {
    /// What it is of; empty where the target says it.
    about: String,
    value: String,
    verdict: String,
    symbol: &'static str,
}

/// A target of the plan.
#[derive(Debug)]
struct Row {
    title: String,
    /// Its own page; empty for what surveys measure.
    address: String,
    clause: &'static str,
    set: String,
    conflict: String,
    lines: Vec<Line>,
    span: String,
    /// What was entered and does not count; empty for nothing.
    beside: String,
    sources: Vec<Source>,
    by: String,
}

/// The plan scoreboard.
#[derive(Debug, Template)]
#[template(path = "staff/scoreboard.html")]
pub struct Scoreboard<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    name: &'static str,
    plan: &'a str,
    period: &'a str,
    days: String,
    out_of_force: String,
    periods: Vec<Choice>,
    rows: Vec<Row>,
    file: String,
    links: Vec<Link>,
}

impl<'a> Scoreboard<'a> {
    /// The scoreboard of `board`, with the `reports` of the surveys that measure targets.
    pub fn new(shell: &'a Shell, nav: Nav, board: &Board<'a>, reports: &[Arc<Report>]) -> Self {
        let (t, language) = (shell.t, shell.language());
        let Board { commune, plan, period, today, may_enter, .. } = *board;
        let own = format!("/staff/indicators/{}", commune.code);
        let mut links = vec![
            (format!("{own}/entries"), "indicator-entries-file"),
            (format!("{own}/entries?format=xlsx"), "indicator-entries-workbook"),
            (format!("/c/{}?period={}", commune.code, period.code), "indicator-public"),
            (format!("/staff/reports/{}", commune.code), "today-reports"),
        ];
        if may_enter {
            links.insert(
                0,
                (format!("{own}/template?period={}", period.code), "indicator-template"),
            );
        }
        let link = |(address, key): (String, &str)| Link {
            address: shell.link(&address),
            label: t.get(key).into_owned(),
        };
        let holding = board.entries.holding();
        let in_force = plan.in_force(period.last_day());
        let [from, to] = [plan.valid_from, plan.valid_to].map(|date| day(date, language));
        Self {
            shell,
            t,
            nav: Some(nav),
            name: commune.name,
            plan: plan.title.get(language),
            period: period.title.get(language),
            days: numbers::days(period, language),
            out_of_force: if in_force {
                String::new()
            } else {
                t.with("indicator-out-of-force", &[("from", &from), ("to", &to)])
            },
            periods: periods::choices(shell, Some(plan), period, today),
            rows: plan.targets.iter().map(|t| row(shell, board, t, &holding, reports)).collect(),
            file: file_address(shell, may_enter),
            links: links.into_iter().map(link).collect(),
        }
    }
}

fn row(
    shell: &Shell,
    board: &Board<'_>,
    target: &'static Target,
    holding: &[&StoredEntry],
    reports: &[Arc<Report>],
) -> Row {
    let (t, language) = (shell.t, shell.language());
    let row = Row {
        title: target.title.get(language).to_owned(),
        address: String::new(),
        clause: &target.clause,
        set: value(t, target),
        conflict: conflict(t, board.plan, target),
        lines: Vec::new(),
        span: String::new(),
        beside: String::new(),
        sources: Vec::new(),
        by: String::new(),
    };
    if !target.scopes().is_empty() {
        return surveyed(shell, row, target, reports);
    }
    let told = board.told(t, target, holding);
    Row {
        address: board.address(shell, target, ""),
        lines: vec![Line {
            about: String::new(),
            value: told.value,
            verdict: told.verdict,
            symbol: told.symbol,
        }],
        span: told.span,
        beside: told.beside,
        sources: told.sources,
        by: told.by.join(", "),
        ..row
    }
}

/// The row of a target that surveys measure.
fn surveyed(shell: &Shell, mut row: Row, target: &Target, reports: &[Arc<Report>]) -> Row {
    let (t, language) = (shell.t, shell.language());
    let measures = |report: &&Arc<Report>| {
        target.scopes().iter().any(|scope| scope.instrument == report.instrument.id)
    };
    for report in reports.iter().filter(measures) {
        let instrument = report.instrument.title.get(language);
        let held = held(shell, target, report);
        if held.is_empty() {
            continue;
        }
        for held in held {
            let mut about = held.title;
            if held.yardstick {
                about = format!("{about} ({})", t.get("yardstick"));
            }
            let (verdict, symbol) = (held.verdict.word, held.verdict.symbol);
            row.lines.push(Line { about, value: held.rate, verdict, symbol });
        }
        let received = report
            .told_received()
            .map_or_else(|| t.get("not-told").into_owned(), |received| count(received, language));
        let values = [("instrument", instrument), ("received", &*received)];
        row.sources.push(Source { name: t.with("indicator-survey", &values), link: String::new() });
    }
    if row.lines.is_empty() {
        let key = if target.binding { "indicator-no-responses" } else { "standing-not-binding" };
        let (about, value) = (String::new(), String::new());
        row.lines.push(Line { about, value, verdict: t.get(key).into_owned(), symbol: "" });
    }
    row
}
