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
use super::figures;
use crate::pages::message::Link;
use crate::reporting::Report;
use crate::reporting::publishing::{Decided, Withdrawal};
use crate::reporting::since::inside_a_sentence;

/// What else was published of the period, and what is not.
#[derive(Debug, Default)]
pub struct Published {
    /// The publication that the one shown corrects.
    pub before: Option<Arc<Report>>,
    /// Everything that was decided about the period, the newest first.
    pub decisions: Vec<Decided>,
    /// Periods of the same time whose results were taken back.
    pub withdrawn: Vec<(Period, Withdrawal)>,
    /// The period that was asked for, if nothing of it is published yet and another is
    /// shown in its place.
    pub awaited: Option<Period>,
    /// The newest periods of which results stand published; `None` where nobody decides.
    pub offered: Option<Vec<Period>>,
}

impl Published {
    /// The number of the newest decision; 0 when there is none.
    pub(super) fn newest(&self) -> i64 {
        self.decisions.first().map_or(0, |newest| newest.number)
    }
}

/// The same as it stands on the page.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// By which decision; empty without one.
    pub(super) line: String,
    /// That something is not published yet; may be empty.
    pub(super) awaited: String,
    /// That it, or what it corrects, was published after a withdrawal.
    pub(super) again: Option<Again>,
    /// Why it was corrected; empty when it was not.
    pub(super) reason: String,
    /// What is another figure now: what, before, after.
    pub(super) changes: Vec<Changed>,
    /// Where it is shown as it was before.
    pub(super) earlier: Option<Link>,
    /// What was taken back: this period, and others of the same time.
    pub(super) withdrawn: Vec<Gone>,
    /// Every decision about the period; empty when there was one.
    pub(super) decisions: Vec<Row>,
    /// That this is not the newest, and where that is.
    pub(super) newer: Option<Link>,
}

/// Results that were taken back.
#[derive(Debug)]
pub(super) struct Gone {
    pub(super) line: String,
    pub(super) reason: String,
    /// Where it is said; `None` on that page itself.
    pub(super) page: Option<Link>,
}

/// What was taken back before the results that are shown were published.
#[derive(Debug)]
pub(super) struct Again {
    pub(super) line: String,
    /// Why it was taken back.
    pub(super) withdrawn: String,
    /// Why it was published anew; empty where nobody had to say.
    pub(super) reason: String,
}

/// A decision about the period.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: String,
    pub(super) day: String,
    pub(super) what: String,
    pub(super) reason: String,
    /// Where its figures are shown, and its files; none of what was taken back.
    pub(super) links: Vec<Link>,
    /// Whether it is the one that is shown.
    pub(super) shown: bool,
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
        let withdrawn = gone(shell, report, &published.withdrawn);
        let decisions = decisions(shell, report, &published.decisions);
        let Some(release) = report.release() else {
            let awaited = awaited.unwrap_or_default();
            return Self { awaited, withdrawn, decisions, ..Self::default() };
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
            again: again(t, report, release.number, &published.decisions),
            reason: release.corrects().map(|_| release.reason.clone()).unwrap_or_default(),
            changes: published
                .before
                .as_ref()
                .map(|b| changes(shell, b, report))
                .unwrap_or_default(),
            earlier: published.before.as_ref().map(|_| version(release.number - 1)),
            newer: (release.number < published.newest()).then(newest),
            withdrawn,
            decisions,
        }
    }
}

/// `reason` with a stop, for what is said behind it.
pub(in crate::pages) fn closed(reason: &str) -> String {
    let reason = reason.trim_end();
    let stop = if reason.ends_with(['.', '!', '?', '…', ';', ':']) { "" } else { "." };
    format!("{reason}{stop}")
}

/// What was taken back: what `report` is about, and the periods `beside`.
fn gone(shell: &Shell, report: &Report, beside: &[(Period, Withdrawal)]) -> Vec<Gone> {
    let t = shell.t;
    let own = report.withdrawal().map(|withdrawal| (&report.period, withdrawal, false));
    let others = beside.iter().map(|(period, withdrawal)| (period, withdrawal, true));
    own.into_iter()
        .chain(others)
        .map(|(period, withdrawal, elsewhere)| {
            let title = inside_a_sentence(period.title.get(t.0), t.0);
            let day = numbers::day(date_of_millis(withdrawal.decided_at), t.0);
            Gone {
                line: t.with("published-withdrawn", &[("period", &title), ("day", &day)]),
                reason: closed(&withdrawal.reason),
                page: elsewhere.then(|| Link {
                    address: shell.link(&place(report, period)),
                    label: period.title.get(t.0).to_owned(),
                }),
            }
        })
        .collect()
}

/// The last withdrawal among `all` before the decision of that `number`, and what followed.
fn again(t: Words, report: &Report, number: i64, all: &[Decided]) -> Option<Again> {
    let before = all.iter().filter(|one| one.withdraws && one.number < number);
    let withdrawal = before.max_by_key(|one| one.number)?;
    let anew = all.iter().find(|one| one.number == withdrawal.number + 1);
    let period = inside_a_sentence(report.period.title.get(t.0), t.0);
    let day = numbers::day(date_of_millis(withdrawal.decided_at), t.0);
    Some(Again {
        line: {
            let shown = all.iter().find(|one| one.number == number);
            let key = match shown.and_then(|one| one.is_as_before) {
                Some(true) => "published-again-same",
                Some(false) | None => "published-again-changed",
            };
            t.with(key, &[("period", &period), ("day", &day)])
        },
        withdrawn: withdrawal.reason.clone(),
        reason: anew.map(|one| one.reason.clone()).unwrap_or_default(),
    })
}

/// The decisions about the period of `report`, if there was more than one.
fn decisions(shell: &Shell, report: &Report, all: &[Decided]) -> Vec<Row> {
    if all.len() < 2 {
        return Vec::new();
    }
    let t = shell.t;
    let shown = match (report.release(), report.withdrawal()) {
        (Some(release), _) => release.number,
        (None, Some(withdrawal)) => withdrawal.number,
        (None, None) => report.unreadable().unwrap_or(0),
    };
    let Report { commune, instrument, period, .. } = report;
    let row = |one: &Decided| {
        let number = one.number.to_string();
        let of_it = format!("instrument={}&publication={number}", instrument.id);
        let (commune, period) = (&commune.code, &period.code);
        let file = |address: String, label: &str| Link { address, label: label.to_owned() };
        let links = vec![
            Link {
                address: here(shell, report, Some(one.number)),
                label: t.get("published-see").into_owned(),
            },
            file(format!("/api/v1/exports/hailong_{commune}_{period}.zip?{of_it}"), "ZIP"),
            file(
                format!("/api/v1/estimates?commune={commune}&period={period}&{of_it}&format=csv"),
                "CSV",
            ),
        ];
        let what = match (one.withdraws, one.stands, one.reason.is_empty()) {
            (true, ..) => "published-was-withdrawal",
            (_, false, _) => "published-was-withdrawn",
            _ if one.is_anew => "published-was-again",
            (_, _, true) => "published-was-published",
            (_, _, false) => "published-was-correction",
        };
        Row {
            number,
            day: numbers::day(date_of_millis(one.decided_at), t.0),
            what: t.get(what).into_owned(),
            reason: one.reason.clone(),
            links: if one.stands { links } else { Vec::new() },
            shown: one.number == shown,
        }
    };
    all.iter().map(row).collect()
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

/// Where `period` is shown by what `report` is made of otherwise.
fn place(report: &Report, period: &Period) -> String {
    let Report { commune, instrument, .. } = report;
    let name = catalog::name_of(instrument);
    format!("/c/{}?instrument={name}&period={}", commune.code, period.code)
}

/// Where the period of `report` is shown, as it was published for the `number`th time.
fn here(shell: &Shell, report: &Report, number: Option<i64>) -> String {
    let place = place(report, &report.period);
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
        let row =
            report.finding(level, code).map(|finding| figures::Row::of(shell, report, finding))?;
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
