//! Changing the columns of an action. Whoever saves after somebody else sees both texts
//! and decides.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::action::{BadColumn, Column, ImprovementAction};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::gate;
use super::super::sure::unsure;
use super::super::visit::Signed;
use super::new::{Cells, asking_columns, cells, read, typed};
use super::{about, columns_read_by_all, done_with, named, revision, today};
use crate::pages::staff::actions::address;
use crate::pages::staff::form::Form;
use crate::pages::staff::sure::Unsure;
use crate::staff::audit::Action;

pub(in crate::http::staff) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let action = named(&signed).await?;
        if action.published.is_some() {
            gate::grave_now(&signed).await?;
        }
        let stored = cells(&action.columns);
        if !signed.resumed {
            return Ok(form(&signed, &action, StatusCode::OK, &stored, (&[], None, Vec::new())));
        }
        let meanwhile = revision(&signed) != Some(action.revision);
        let stored = meanwhile.then_some(&stored);
        Ok(form(&signed, &action, StatusCode::OK, &typed(&signed), (&[], stored, Vec::new())))
    };
    settled(shown.await)
}

/// The form with `typed` in it; `stored` when somebody else has saved that meanwhile;
/// what of it nobody is sure of, when everybody would read it.
fn form(
    signed: &Signed,
    action: &ImprovementAction,
    status: StatusCode,
    typed: &Cells,
    (wrong, stored, unsure): (&[(Column, BadColumn)], Option<&Cells>, Vec<Unsure>),
) -> HttpResponse {
    let said = |key| signed.said(key);
    let at = format!("{}/edit", address(action.id));
    let heading = said("action-edit-heading");
    let mut page = Form::new(&signed.shell, heading, &at, said("action-edit-button"))
        .signed(signed.nav())
        .carrying("revision", &action.revision.to_string());
    if action.published.is_some() {
        page = page.saying(said("action-edit-public"));
    }
    if stored.is_some() {
        page = page.noticing(said("action-changed"));
    } else if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let page = asking_columns(signed, page, typed, wrong, stored);
    let page = page.confirming(unsure).leading(&address(action.id), said("action-back"));
    page::show(status, Keep::Never, &page)
}

pub(in crate::http::staff) async fn save(signed: Signed) -> HttpResponse {
    settled(saved(&signed).await)
}

async fn saved(signed: &Signed) -> Stopped<HttpResponse> {
    let action = named(signed).await?;
    if action.published.is_some() {
        // What is typed here is what everybody reads at once.
        gate::grave_now(signed).await?;
    }
    let typed = typed(signed);
    let read = read(&typed).and_then(|columns| {
        columns.to_come(action.columns.due, today(signed))?;
        Ok(columns)
    });
    let columns = match read {
        Ok(columns) => columns,
        Err(wrong) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            // The form still says which revision it was filled in for.
            let seen = ImprovementAction { revision: revision(signed).unwrap_or(0), ..action };
            return Ok(form(signed, &seen, status, &typed, (&wrong, None, Vec::new())));
        }
    };
    if columns == action.columns {
        return Ok(done_with(signed, action.id).await);
    }
    let seen = revision(signed) == Some(action.revision);
    if seen && action.published.is_some() {
        let read = columns_read_by_all(&columns);
        let unsure = unsure(signed, &action.commune, &read).await?;
        if !unsure.is_empty() {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(form(signed, &action, status, &typed, (&[], None, unsure)));
        }
    }
    let what =
        if action.published.is_some() { Action::EditPublicAction } else { Action::EditAction };
    let event = about(signed, what, &action);
    let saved = seen && {
        let saved = signed.service.db.edit_action(&action, &columns, &event).await;
        saved.map_err(|error| signed.down(&error))?
    };
    if saved {
        return Ok(done_with(signed, action.id).await);
    }
    let now = named(signed).await?;
    let stored = cells(&now.columns);
    Ok(form(signed, &now, StatusCode::CONFLICT, &typed, (&[], Some(&stored), Vec::new())))
}
