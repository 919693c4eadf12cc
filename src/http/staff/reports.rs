//! Reports that a plan's calendar asks for: which are due, which were sent on what day, as
//! somebody noted it, and taking that back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{Datelike, Days, NaiveDate};
use surveys::period::Deadline;
use surveys::unit::Commune;
use surveys::{CommuneCode, Language, catalog, typed_day, unit};

use super::super::page::{self, Keep, Stopped, settled};
use super::visit::Signed;
use crate::pages::day;
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::reports::{OneReport, Reports, about, address, state};
use crate::staff::audit::{Action, Event, Outcome};
use crate::staff::{Permission, Scope};
use crate::store::sent_reports::SentReport;

/// How many days ahead reports are listed.
const LISTED_DAYS: u64 = 200;

/// The reports of `commune` whose last day is from `first` to `last`, with what is noted
/// of each; none where its plan has no calendar.
async fn between(
    signed: &Signed,
    commune: &Commune,
    (first, last): (NaiveDate, NaiveDate),
) -> Stopped<Vec<OneReport>> {
    let Some(plan) = catalog::plan_of(&commune.code) else { return Ok(Vec::new()) };
    // A year of one's own begins in the year before.
    let years = first.year() - 1..=last.year() + 1;
    let mut deadlines: Vec<Deadline> =
        years.flat_map(|year| plan.calendar.deadlines_of(year)).collect();
    deadlines.retain(|deadline| (first..=last).contains(&deadline.last_day));
    let noted = signed.service.db.sent_reports(&commune.code).await;
    let noted = noted.map_err(|error| signed.down(&error))?;
    let of = |deadline: Deadline| {
        let code = deadline.code();
        let sent = noted.iter().find(|sent| sent.report == code).cloned();
        OneReport { deadline, sent }
    };
    Ok(deadlines.into_iter().map(of).collect())
}

/// The reports of `commune` since its plan began, up to those that are due in `days` days.
pub(super) async fn listed(
    signed: &Signed,
    commune: &Commune,
    days: u64,
) -> Stopped<Vec<OneReport>> {
    let today = signed.service.reporting.today();
    let first = catalog::plan_of(&commune.code).map_or(today, |plan| plan.valid_from);
    let last = today.checked_add_days(Days::new(days)).unwrap_or(today);
    between(signed, commune, (first, last)).await
}

/// The commune that the address names, if it has a plan and is within this person's scope.
fn named(signed: &Signed) -> Stopped<&'static Commune> {
    let code = CommuneCode::parse(signed.part("commune")).ok();
    let code = code.filter(|code| {
        signed.account.scope.covers_commune(code) && catalog::plan_of(code).is_some()
    });
    let commune = code.and_then(|code| unit::commune(code.as_str()));
    commune.ok_or_else(|| Box::new(signed.nothing_here()))
}

/// The report that the address names, once its period has begun.
async fn report(signed: &Signed, commune: &Commune) -> Stopped<OneReport> {
    let (code, today) = (signed.part("report"), signed.service.reporting.today());
    let found = listed(signed, commune, LISTED_DAYS)
        .await?
        .into_iter()
        .find(|report| report.deadline.code() == code && report.deadline.period.start <= today);
    found.ok_or_else(|| Box::new(signed.nothing_here()))
}

pub(super) async fn list(signed: Signed) -> HttpResponse {
    let shown = async {
        let commune = named(&signed)?;
        let mut reports = listed(&signed, commune, LISTED_DAYS).await?;
        let today = signed.service.reporting.today();
        // What is due next stands first; what is over follows, the newest first.
        reports.sort_by_key(|report| {
            let left = (report.deadline.last_day - today).num_days();
            (left < 0, left.abs())
        });
        let may_note = signed.account.may(Permission::NoteReports);
        let page = Reports::new(&signed.shell, signed.nav(), commune, &reports, (today, may_note));
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

/// The form of `report`: the day on which it was sent, or the way to take that back.
fn form(
    signed: &Signed,
    (commune, report): (&Commune, &OneReport),
    status: StatusCode,
    (wrong, notice): (Option<String>, String),
) -> HttpResponse {
    let (shell, said) = (&signed.shell, |key| signed.said(key));
    let at = address(commune, &report.deadline);
    let (heading, to) = match report.sent {
        None => ("report-note", at),
        Some(_) => ("report-take-back", format!("{at}/undo")),
    };
    let today = signed.service.reporting.today();
    let mut page = Form::new(shell, said(heading), &to, said(heading))
        .signed(signed.nav())
        .saying(about(shell, &report.deadline))
        .saying(state(shell, report, today).0);
    if !notice.is_empty() {
        page = page.noticing(notice);
    }
    let page = match &report.sent {
        None => {
            let typed = signed.fields.values("sent").next().map(str::to_owned);
            let typed = typed.unwrap_or_else(|| day(today, Language::Vi));
            let field = Field::text("sent", said("report-sent-on"));
            page.asking(field.hint(said("report-sent-on-hint")).value(&typed).wrong(wrong))
        }
        Some(sent) => {
            page.saying(said("report-take-back-then")).carrying("seen", &sent.sent_on.to_string())
        }
    };
    let list = format!("/staff/reports/{}", commune.code);
    page::show(status, Keep::Never, &page.leading(&list, said("today-reports")))
}

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let commune = named(&signed)?;
        let report = report(&signed, commune).await?;
        let notice = if signed.resumed { signed.said("resumed") } else { String::new() };
        Ok(form(&signed, (commune, &report), StatusCode::OK, (None, notice)))
    };
    settled(shown.await)
}

/// That `what` was done about `report` of `commune`, which is or was sent on `day`.
fn event(
    signed: &Signed,
    what: Action,
    (commune, report): (&Commune, &OneReport),
    day: NaiveDate,
) -> Event {
    let place = Scope::Commune(commune.code.clone());
    let about = format!("{} {day}", report.deadline.code());
    signed.event(what, Outcome::Done).at_place(&place).about(&about)
}

/// Back to the list when it was `done`; else the form as it is now, with the notice that
/// somebody else was first.
async fn settled_with(
    signed: &Signed,
    commune: &'static Commune,
    done: bool,
) -> Stopped<HttpResponse> {
    if done {
        signed.form_is_done().await;
        return Ok(page::see_other(
            &signed.shell.link(&format!("/staff/reports/{}", commune.code)),
        ));
    }
    let now = report(signed, commune).await?;
    let told = (None, signed.said("report-meanwhile"));
    Ok(form(signed, (commune, &now), StatusCode::CONFLICT, told))
}

pub(super) async fn note(signed: Signed) -> HttpResponse {
    let noted = async {
        let commune = named(&signed)?;
        let report = report(&signed, commune).await?;
        if report.sent.is_some() {
            return settled_with(&signed, commune, false).await;
        }
        let (first, today) = (report.deadline.period.start, signed.service.reporting.today());
        let typed = typed_day(signed.fields.first("sent"));
        let Some(sent_on) = typed.filter(|sent| (first..=today).contains(sent)) else {
            let first = day(first, signed.shell.language());
            let wrong = signed.shell.t.with("report-sent-on-wrong", &[("first", &first)]);
            let told = (Some(wrong), String::new());
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(form(&signed, (commune, &report), status, told));
        };
        let (code, of) = (report.deadline.code(), (commune, &report));
        let event = event(&signed, Action::NoteReport, of, sent_on);
        let noted = signed.service.db.note_report_sent(&commune.code, &code, sent_on, &event).await;
        let noted = noted.map_err(|error| signed.down(&error))?;
        settled_with(&signed, commune, noted).await
    };
    settled(noted.await)
}

pub(super) async fn take_back(signed: Signed) -> HttpResponse {
    let taken = async {
        let commune = named(&signed)?;
        let report = report(&signed, commune).await?;
        let seen = signed.fields.first("seen");
        let taken = match &report.sent {
            Some(SentReport { report: code, sent_on, .. }) if sent_on.to_string() == seen => {
                let event = event(&signed, Action::TakeReportBack, (commune, &report), *sent_on);
                let db = &signed.service.db;
                let taken = db.take_report_back(&commune.code, code, *sent_on, &event).await;
                taken.map_err(|error| signed.down(&error))?
            }
            _ => false,
        };
        settled_with(&signed, commune, taken).await
    };
    settled(taken.await)
}
