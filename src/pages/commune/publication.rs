//! How the results that are shown stand: published when, corrected how and why, or still
//! waiting for a decision.

use std::sync::Arc;

use analytics::Level;
use chrono::NaiveDate;
use surveys::period::date_of_millis;
use surveys::text::count;
use surveys::{Period, catalog};

use super::super::{Shell, Words, numbers};
use super::Contents;
use super::figures::Row;
use crate::pages::message::Link;
use crate::reporting::Report;
use crate::reporting::since::inside_a_sentence;

/// What else was published of the period, and what is not.
#[derive(Debug, Default)]
pub struct Published {
    /// The publication that the one shown corrects.
    pub before: Option<Arc<Report>>,
    /// The number of the newest; 0 when there is none.
    pub newest: i64,
    /// The period that was asked for, if nothing of it is published yet and another is
    /// shown in its place.
    pub awaited: Option<Period>,
}

/// The same as it stands on the page.
#[derive(Debug)]
pub(super) struct Said {
    /// By which decision; empty without one.
    pub(super) line: String,
    /// That something is not published yet; may be empty.
    pub(super) awaited: String,
    /// Why it was corrected; empty when it was not.
    pub(super) reason: String,
    /// What is another figure now: what, before, after.
    pub(super) changes: Vec<Changed>,
    /// Where it is shown as it was before.
    pub(super) earlier: Option<Link>,
    /// That this is not the newest, and where that is.
    pub(super) newer: Option<Link>,
}

/// A figure that was corrected.
#[derive(Debug)]
pub(in crate::pages) struct Changed {
    pub(in crate::pages) title: String,
    pub(in crate::pages) before: String,
    pub(in crate::pages) after: String,
}

impl Said {
    pub(super) fn of(shell: &Shell, contents: &Contents) -> Self {
        let t = shell.t;
        let (report, published) = (&*contents.report, &contents.published);
        let waiting = match &published.awaited {
            Some(period) => Some(period),
            None => report.is_awaited().then_some(&report.period),
        };
        let awaited = waiting.map(|period| awaited(t, report, period, contents.today));
        let Some(release) = report.release() else {
            let (line, reason, changes) = (String::new(), String::new(), Vec::new());
            let awaited = awaited.unwrap_or_default();
            return Self { line, awaited, reason, changes, earlier: None, newer: None };
        };
        let day = numbers::day(date_of_millis(release.decided_at), t.0);
        let number = release.number.to_string();
        let version = |number: i64| Link {
            address: here(shell, report, Some(number)),
            label: t.with("published-earlier", &[("number", &number.to_string())]),
        };
        let newest = || Link {
            address: here(shell, report, None),
            label: t.get("published-newest").into_owned(),
        };
        Self {
            line: t.with("published-line", &[("number", &number), ("day", &day)]),
            awaited: awaited.unwrap_or_default(),
            reason: release.reason.clone(),
            changes: published
                .before
                .as_ref()
                .map(|b| changes(shell, b, report))
                .unwrap_or_default(),
            earlier: (release.number > 1).then(|| version(release.number - 1)),
            newer: (release.number < published.newest).then(newest),
        }
    }
}

/// That `period` is not published yet, and by when it is expected.
fn awaited(t: Words, shown: &Report, period: &Period, today: NaiveDate) -> String {
    let title = inside_a_sentence(period.title.get(t.0), t.0);
    if period.end > today {
        return t.with("published-running", &[("period", &title)]);
    }
    let year = period.code.get(..4).and_then(|year| year.parse().ok());
    let deadlines = catalog::plan_of(&shown.commune.code)
        .zip(year)
        .map(|(plan, year)| plan.calendar.deadlines_of(year))
        .unwrap_or_default();
    let due = deadlines.iter().find(|due| due.period.code == period.code && due.last_day >= today);
    match due {
        Some(due) => {
            let day = numbers::day(due.last_day, t.0);
            t.with("published-awaited-until", &[("period", &title), ("day", &day)])
        }
        None => t.with("published-awaited", &[("period", &title)]),
    }
}

/// Where the period of `report` is shown, as it was published for the `number`th time.
fn here(shell: &Shell, report: &Report, number: Option<i64>) -> String {
    let Report { commune, instrument, period, .. } = report;
    let place = format!("/c/{}?instrument={}&period={}", commune.code, instrument.id, period.code);
    match number {
        Some(number) => shell.link(&format!("{place}&publication={number}")),
        None => shell.link(&place),
    }
}

/// What reads otherwise in `now` than in `before`: how many responses, the index, the
/// parts and the components.
pub(in crate::pages) fn changes(shell: &Shell, before: &Report, now: &Report) -> Vec<Changed> {
    let t = shell.t;
    let received = |report: &Report| match report.told_received() {
        Some(n) => count(n, t.0),
        None => t.get("not-told").into_owned(),
    };
    let figure = |report: &Report, level, code: &str| {
        let row = report.finding(level, code).map(|finding| Row::of(shell, report, finding))?;
        Some(match (row.rate.is_empty(), row.limits.is_empty()) {
            (true, _) => format!("– ({})", row.withheld),
            (false, true) => row.rate,
            (false, false) => format!("{} ({})", row.rate, row.limits),
        })
    };
    let forms = Changed {
        title: t.get("received").trim_end_matches(':').to_owned(),
        before: received(before),
        after: received(now),
    };
    let shown = now.findings.iter().filter(|finding| finding.estimate.level != Level::Item);
    let figures = shown.filter_map(|finding| {
        let (level, code) = (finding.estimate.level, &*finding.estimate.code);
        Some(Changed {
            title: finding.title.get(t.0).to_owned(),
            before: figure(before, level, code)?,
            after: figure(now, level, code)?,
        })
    });
    let all = [forms].into_iter().chain(figures);
    all.filter(|changed| changed.before != changed.after).collect()
}
