//! The reports that the plan of a commune asks for, and which of them were sent.

use askama::Template;
use chrono::NaiveDate;
use surveys::catalog;
use surveys::period::Deadline;
use surveys::text::count;
use surveys::unit::Commune;

use super::Nav;
use crate::pages::message::Link;
use crate::pages::{Shell, Words, day};
use crate::store::sent_reports::SentReport;

/// A report, and what is noted of it.
#[derive(Debug, Clone)]
pub struct OneReport {
    /// What the calendar asks for.
    pub deadline: Deadline,
    /// That it was sent, if somebody noted that.
    pub sent: Option<SentReport>,
}

/// Where it is noted that the report of `deadline` was sent.
pub fn address(commune: &Commune, deadline: &Deadline) -> String {
    format!("/staff/reports/{}/{}", commune.code, deadline.code())
}

/// Who reports what to whom, and where the plan says so.
pub fn about(shell: &Shell, deadline: &Deadline) -> String {
    let title = deadline.period.title.get(shell.language());
    format!("{title}: {}", between(shell, deadline))
}

/// Who reports to whom, and where the plan says so.
pub(super) fn between(shell: &Shell, deadline: &Deadline) -> String {
    let language = shell.language();
    let Deadline { from, to, clause, .. } = deadline;
    format!("{} → {} ({clause})", from.get(language), to.get(language))
}

/// How it stands with `report` on `today`, in words; and whether it is late.
pub fn state(shell: &Shell, report: &OneReport, today: NaiveDate) -> (String, bool) {
    let (t, language) = (shell.t, shell.language());
    let last_day = report.deadline.last_day;
    let in_words = |days: i64| count(days.unsigned_abs(), language);
    if let Some(sent) = &report.sent {
        let late = (sent.sent_on - last_day).num_days();
        let (on, days) = (day(sent.sent_on, language), in_words(late));
        let said = [("day", &*on), ("who", &sent.noted_by), ("days", &days)];
        return if late > 0 {
            (t.with("report-sent-late", &said), false)
        } else {
            (t.with("report-sent", &said[..2]), false)
        };
    }
    let days = (last_day - today).num_days();
    let key = match days {
        ..0 => "today-report-late",
        0 => "today-report-today",
        _ => "today-report-in",
    };
    (t.with(key, &[("day", &day(last_day, language)), ("days", &in_words(days))]), days < 0)
}

/// The same where the last day stands beside it.
fn state_beside_its_day(shell: &Shell, report: &OneReport, today: NaiveDate) -> (String, bool) {
    if report.sent.is_some() {
        return state(shell, report, today);
    }
    let days = (report.deadline.last_day - today).num_days();
    let in_words = count(days.unsigned_abs(), shell.language());
    let key = match days {
        ..0 => "report-over",
        0 => "report-today",
        _ => "report-left",
    };
    (shell.t.with(key, &[("days", &in_words)]), days < 0)
}

/// A report on the list.
#[derive(Debug)]
struct Row {
    /// Its period, with the way to the results.
    period: Link,
    between: String,
    due: String,
    state: String,
    late: bool,
    /// Where whoever may notes that it was sent, or takes that back.
    noting: Option<Link>,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "staff/reports.html")]
pub struct Reports<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    commune: &'static str,
    /// That the plan has ended and there is no newer one; empty when it is in force.
    out_of_force: String,
    rows: Vec<Row>,
}

impl<'a> Reports<'a> {
    /// The `reports` of `commune` as they stand on a day, for whoever may or may not note
    /// that they were sent.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        commune: &'static Commune,
        reports: &[OneReport],
        (today, may_note): (NaiveDate, bool),
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let noting = |report: &OneReport| {
            let key = if report.sent.is_some() { "report-take-back" } else { "report-note" };
            let has_begun = report.deadline.period.start <= today;
            (may_note && has_begun).then(|| Link {
                address: shell.link(&address(commune, &report.deadline)),
                label: t.get(key).into_owned(),
            })
        };
        let row = |report: &OneReport| {
            let period = &report.deadline.period;
            let (state, late) = state_beside_its_day(shell, report, today);
            Row {
                period: Link {
                    address: shell.link(&format!(
                        "/staff/results?unit={}&period={}",
                        commune.code, period.code
                    )),
                    label: period.title.get(language).to_owned(),
                },
                between: between(shell, &report.deadline),
                due: day(report.deadline.last_day, language),
                state,
                late,
                noting: noting(report),
            }
        };
        let rows = reports.iter().map(row).collect();
        let plan = catalog::plan_of(&commune.code).filter(|plan| !plan.in_force(today));
        let out_of_force = plan.map(|plan| {
            let [from, to] = [plan.valid_from, plan.valid_to].map(|date| day(date, language));
            t.with("reports-out-of-force", &[("from", &from), ("to", &to)])
        });
        let out_of_force = out_of_force.unwrap_or_default();
        Self { shell, t, nav: Some(nav), commune: commune.name, out_of_force, rows }
    }
}
