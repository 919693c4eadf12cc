//! Improvement actions: the list with what could be opened, the file, one action.

pub(super) mod change;
pub(super) mod evidence;
pub(super) mod new;
pub(super) mod plan;
pub(super) mod publication;
pub(super) mod status;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use analytics::export::sheet::{Cell, Sheet, SheetFormat};
use chrono::NaiveDate;
use surveys::action::{Columns, ImprovementAction, Origin, Status, TABLE_COLUMNS};
use surveys::{CommuneCode, ComponentCode};

use super::super::page::{self, Keep, Stopped, settled};
use super::attached;
use super::comments::linked;
use super::visit::Signed;
use crate::pages::staff::actions::{ALL, Actions, Listed, One, Quoted, address};
use crate::reporting;
use crate::reporting::below::Below;
use crate::staff::audit::{Action, Event, Outcome};
use crate::staff::{Permission, Scope};
use crate::store::actions::Wanted;

/// How many actions one page lists.
const LISTED: u32 = 50;

/// What is done to `action`, for the audit log.
fn about(signed: &Signed, what: Action, action: &ImprovementAction) -> Event {
    let place = Scope::Commune(action.commune.clone());
    signed.event(what, Outcome::Done).at_place(&place).about(&action.id.to_string())
}

/// The columns that everybody reads of an action that is public.
fn columns_read_by_all(columns: &Columns) -> [&str; 3] {
    [&columns.task, &columns.lead, &columns.term]
}

fn may_manage(signed: &Signed) -> bool {
    signed.account.may(Permission::ManageActions)
}

/// Why figures could not be had, as a page.
fn failed(signed: &Signed, error: reporting::Error) -> HttpResponse {
    signed.refused("/staff/actions", &error.into())
}

/// The commune that this visit is about: the one that was asked for, or the only one
/// that it can be.
fn commune(signed: &Signed) -> Option<CommuneCode> {
    let asked = signed.fields.first("unit").trim();
    let asked = if asked.is_empty() { signed.shell.asked("unit").unwrap_or("") } else { asked };
    let scope = &signed.account.scope;
    match (scope, Scope::of_code(asked)) {
        (_, Some(Scope::Commune(code))) => scope.covers_commune(&code).then_some(code),
        (Scope::Commune(code), Some(Scope::Everywhere)) => Some(code.clone()),
        _ => None,
    }
}

/// The day on which this visit is made, in Vietnam.
fn today(signed: &Signed) -> NaiveDate {
    signed.service.reporting.today()
}

pub(super) async fn list(signed: Signed) -> HttpResponse {
    settled(listed(&signed).await)
}

async fn listed(signed: &Signed) -> Stopped<HttpResponse> {
    let down = |error| signed.down(&error);
    let asked = |name| signed.shell.asked(name).unwrap_or("");
    let (status, component) = (asked("status"), asked("component"));
    let commune = commune(signed);
    let scope = commune.clone().map_or_else(|| signed.account.scope.clone(), Scope::Commune);
    let number: u32 = asked("page").parse().unwrap_or(1).max(1);
    let statuses = match Status::named(status) {
        Some(status) => vec![status],
        None if status == ALL => Vec::new(),
        None => Wanted::live().statuses,
    };
    let wanted = Wanted {
        statuses,
        component: ComponentCode::parse(component).ok(),
        skipped: (number - 1).saturating_mul(LISTED),
        most: LISTED + 1,
        ..Wanted::ALL
    };
    let mut actions = signed.service.db.actions(&scope, &wanted).await.map_err(down)?;
    let next = (actions.len() > LISTED as usize).then_some(number.saturating_add(1));
    actions.truncate(LISTED as usize);
    let (below, tasks) = match &commune {
        Some(commune) => (unanswered(signed, commune).await?, plan::tasks(signed, commune).await?),
        None => (Vec::new(), Vec::new()),
    };
    let listed = Listed {
        actions: &actions,
        next,
        status,
        component,
        commune: commune.as_ref(),
        below: &below,
        tasks: &tasks,
        wide: matches!(signed.account.scope, Scope::Everywhere | Scope::Province(_)),
        may_manage: may_manage(signed),
        today: today(signed),
    };
    let page = Actions::new(&signed.shell, signed.nav(), &listed);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// The components of `commune` that are below their target and that no action answers.
pub(super) async fn unanswered(signed: &Signed, commune: &CommuneCode) -> Stopped<Vec<Below>> {
    let mut below = signed
        .service
        .reporting
        .below_target(commune)
        .await
        .map_err(|error| failed(signed, error))?;
    let scope = Scope::Commune(commune.clone());
    let actions = signed.service.db.actions(&scope, &Wanted::ALL).await;
    let actions = actions.map_err(|error| signed.down(&error))?;
    below.retain(|below| !below.is_answered_by(&actions));
    Ok(below)
}

pub(super) async fn file(signed: Signed, format: SheetFormat) -> HttpResponse {
    let made = async {
        let read = signed.service.db.actions(&signed.account.scope, &Wanted::ALL).await;
        let actions = read.map_err(|error| signed.down(&error))?;
        signed.note_taken(Action::ExportActions, "").await?;
        Ok(attached::sheet(&sheet(&actions, today(&signed)), "viec-khac-phuc", format))
    };
    settled(made.await)
}

fn sheet(actions: &[ImprovementAction], today: NaiveDate) -> Sheet {
    let row = |action: &ImprovementAction| action.row(today).map(Cell::Text).into();
    Sheet {
        columns: TABLE_COLUMNS.map(str::to_owned).into(),
        rows: actions.iter().map(row).collect(),
    }
}

/// The action that the address names, if it is within this person's scope. That it is
/// not is told as if there were none.
async fn named(signed: &Signed) -> Stopped<ImprovementAction> {
    let found = match signed.part("action").parse() {
        Ok(id) => signed.service.db.action(&signed.account.scope, id).await,
        Err(_) => Ok(None),
    };
    match found.map_err(|error| signed.down(&error))? {
        Some(action) => Ok(action),
        None => Err(Box::new(signed.nothing_here())),
    }
}

/// The comment that `action` was opened for, if whoever makes this visit may read it.
async fn quoted(signed: &Signed, action: &ImprovementAction) -> Stopped<Option<Quoted>> {
    let Origin::Comment { id } = &action.origin else { return Ok(None) };
    match linked::readable(signed, &action.commune, id).await? {
        Some(comment) => Ok(Some(linked::quoted(signed, &comment).await?)),
        None => Ok(None),
    }
}

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let action = named(&signed).await?;
        let notes = signed.service.db.action_notes(action.id).await;
        let notes = notes.map_err(|error| signed.down(&error))?;
        let followed = signed.service.reporting.follow_up(&action).await;
        let followed = followed.map_err(|error| failed(&signed, error))?;
        let page = One::new(
            &signed.shell,
            signed.nav(),
            &action,
            &notes,
            followed.as_ref(),
            (today(&signed), may_manage(&signed)),
        )
        .quoting(quoted(&signed, &action).await?);
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

/// Back to the page of the action `id`, the form of this page being done with.
async fn done_with(signed: &Signed, id: i64) -> HttpResponse {
    signed.form_is_done().await;
    page::see_other(&signed.shell.link(&address(id)))
}

/// Says what is stored in a field that somebody else changed.
fn stored_said(signed: &Signed, stored: &str) -> String {
    if stored.is_empty() {
        return signed.said("action-stored-empty");
    }
    signed.shell.t.with("action-stored", &[("stored", stored)])
}

/// The revision that the form was filled in for; `None` when it says none.
fn revision(signed: &Signed) -> Option<i64> {
    signed.fields.first("revision").parse().ok()
}

#[cfg(test)]
mod tests;
