//! What there is to look after within somebody's scope, as far as they may see it.

use chrono::{Days, NaiveDate};
use surveys::unit::Commune;
use surveys::{OpeningHours, catalog, unit};

use super::super::super::page::Stopped;
use super::super::visit::Signed;
use super::super::{accounts, actions, indicators, points, reports, results};
use crate::pages::staff::due::{Due, Troubled};
use crate::pages::staff::reports::OneReport;
use crate::reporting::publishing::{self, State};
use crate::staff::{Permission, Scope};
use crate::store::actions::Wanted;
use crate::store::devices::Device;
use crate::store::petitions::Listed;

/// How many working days ahead a petition is told to be due.
const PETITION_DAYS: u32 = 2;
/// How many days ahead an action is told to be due.
const ACTION_DAYS: u64 = 7;
/// How many days ahead a report is told to be due; how many after its last day it is told
/// by itself to be late, and no longer together with others; and how many to have been sent.
const REPORT_DAYS: u64 = 60;
const LATE_DAYS: i64 = 60;
const SENT_DAYS: i64 = 14;
/// How many days after its end a period is told to wait for a decision.
const PUBLISHING_DAYS: i64 = 60;
/// The most petitions or actions that are counted.
const MOST_COUNTED: u32 = 1_000;

/// What whoever makes this visit has to look after.
pub(super) async fn due(signed: &Signed, today: NaiveDate) -> Stopped<Vec<Due>> {
    let may = |permission| signed.account.may(permission);
    let scope = &signed.account.scope;
    let mut due = Vec::new();
    if may(Permission::ManageStaff) {
        let waiting = accounts::resets::waiting(signed).await?;
        // It is seldom, and nothing to be told of when there is none.
        due.extend((!waiting.is_empty()).then(|| Due::resets(&signed.shell, &waiting)));
    }
    // Petitions and actions are a commune's; none is of one collection point.
    let whole = !matches!(scope, Scope::Point { .. });
    if whole && may(Permission::ReadPetitions) {
        due.push(petitions(signed, today).await?);
    }
    let commune = match scope {
        Scope::Commune(code) | Scope::Point { commune: code, .. } => unit::commune(code.as_str()),
        Scope::Province(_) | Scope::Everywhere => None,
    };
    if whole && may(Permission::ReadActions) {
        due.push(live_actions(signed, today).await?);
        if let Some(commune) = commune {
            let below = actions::unanswered(signed, &commune.code).await?;
            let may_manage = may(Permission::ManageActions);
            due.push(Due::below(&signed.shell, commune, &below, may_manage));
        } else {
            due.push(below_of_units(signed).await?);
        }
    }
    let reporting = &signed.service.reporting;
    if whole
        && may(Permission::PublishResults)
        && reporting.is_by_decision()
        && let Some(commune) = commune
    {
        let listed = reporting.publishing(&commune.code).await;
        let mut listed = listed.map_err(|error| results::failed(signed, error))?;
        listed.retain(|one| one.state == State::Waiting && is_fresh(one, today));
        due.push(Due::publishing(&signed.shell, commune, &listed, today));
    }
    if may(Permission::ReadComments) {
        let waiting = signed.service.db.comments_waiting(scope, MOST_COUNTED).await;
        let waiting = waiting.map_err(|error| signed.down(&error))?;
        due.push(Due::comments(&signed.shell, waiting, waiting >= u64::from(MOST_COUNTED)));
    }
    if may(Permission::ReadPoints) {
        due.push(devices(signed).await?);
    }
    if let Some(commune) = commune.filter(|commune| catalog::plan_of(&commune.code).is_some()) {
        due.push(due_reports(signed, commune, today).await?);
    }
    if commune.is_none() {
        due.push(reports_of_units(signed, today).await?);
    }
    Ok(due)
}

/// Whether whoever makes this visit looks after several communes.
fn is_wide(signed: &Signed) -> bool {
    matches!(signed.account.scope, Scope::Everywhere | Scope::Province(_))
}

/// Petitions that are overdue or due soon.
async fn petitions(signed: &Signed, today: NaiveDate) -> Stopped<Due> {
    let days = signed.service.settings.petitions.working_days();
    let due_by = Some(days.after(today, PETITION_DAYS));
    let listed = Listed { due_by, most: MOST_COUNTED, ..Listed::default() };
    let found = signed.service.db.petitions(&signed.account.scope, &listed).await;
    let mut found = found.map_err(|error| signed.down(&error))?;
    // What is for the reader stands first, however little is late of it.
    found.sort_by_key(|petition| !signed.account.is_meant_by(&petition.assigned_to));
    Ok(Due::petitions(&signed.shell, &found, (today, &days), is_wide(signed)))
}

/// Actions that are late or due soon.
async fn live_actions(signed: &Signed, today: NaiveDate) -> Stopped<Due> {
    let due_by = today.checked_add_days(Days::new(ACTION_DAYS));
    let wanted = Wanted { due_by, most: MOST_COUNTED, ..Wanted::live() };
    let found = signed.service.db.actions(&signed.account.scope, &wanted).await;
    let found = found.map_err(|error| signed.down(&error))?;
    Ok(Due::actions(&signed.shell, &found, today, is_wide(signed)))
}

/// The reports that are due soon, late, or were sent lately.
async fn due_reports(signed: &Signed, commune: &'static Commune, today: NaiveDate) -> Stopped<Due> {
    let mut found = reports::listed(signed, commune, REPORT_DAYS).await?;
    let over = |report: &OneReport| (today - report.deadline.last_day).num_days();
    let old = found.iter().filter(|r| r.sent.is_none() && over(r) > LATE_DAYS).count();
    found.retain(|report| match report.sent {
        Some(_) => over(report) <= SENT_DAYS,
        None => over(report) <= LATE_DAYS,
    });
    // What was sent is told, below what is still to be sent.
    found.sort_by_key(|report| (report.sent.is_some(), report.deadline.last_day));
    let may_note = signed.account.may(Permission::NoteReports);
    let due = Due::reports(&signed.shell, commune, &found, (today, may_note));
    Ok(due.with_old_reports(&signed.shell, commune, old, LATE_DAYS))
}

/// How it stands with the reports of each commune within reach.
async fn reports_of_units(signed: &Signed, today: NaiveDate) -> Stopped<Due> {
    let mut found = Vec::new();
    for commune in indicators::with_plans(signed) {
        found.push((commune, reports::listed(signed, commune, REPORT_DAYS).await?));
    }
    Ok(Due::reports_of_units(&signed.shell, &found, today))
}

/// In which communes within reach components stand below their target.
async fn below_of_units(signed: &Signed) -> Stopped<Due> {
    let mut found = Vec::new();
    for commune in indicators::with_plans(signed) {
        found.push((commune, actions::unanswered(signed, &commune.code).await?.len()));
    }
    Ok(Due::below_of_units(&signed.shell, &found))
}

/// Whether `one` ended lately, or its report is due soon or was so lately: nobody is
/// reminded every morning of what is long over.
fn is_fresh(one: &publishing::Listed, today: NaiveDate) -> bool {
    let near = |day: NaiveDate| (today - day).num_days().abs() <= PUBLISHING_DAYS;
    near(one.period.last_day()) || one.due.is_some_and(near)
}

/// The tablets that are silent, have responses waiting, or need looking after otherwise.
async fn devices(signed: &Signed) -> Stopped<Due> {
    let down = |error| signed.down(&error);
    let db = &signed.service.db;
    let found = db.devices_within(&signed.account.scope).await.map_err(down)?;
    let set = db.opening_hours_set().await.map_err(down)?;
    let (always, never) = (OpeningHours::default(), OpeningHours::never());
    let all: Vec<Device> = found.iter().map(|(device, _)| device.clone()).collect();
    let troubled = found.into_iter().filter_map(|(device, point)| {
        // Nobody waits for a tablet where answers no longer begin.
        let hours = if point.retired { &never } else { set.get(&point.code).unwrap_or(&always) };
        let tablet = points::tablet(&device, &all, hours, signed.now());
        let waits = tablet.queued.is_some_and(|queued| queued > 0);
        let troubled = device.revoked_at.is_none() && (!tablet.alarms.is_empty() || waits);
        troubled.then_some(Troubled { tablet, point })
    });
    Ok(Due::devices(&signed.shell, &troubled.collect::<Vec<_>>()))
}
