//! What was imported, and taking it back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::CommuneCode;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::kept::covers;
use crate::pages::staff::batches::{Batches, OneBatch};
use crate::pages::staff::form::{Field, Form};
use crate::staff::Scope;
use crate::staff::audit::{Action, Outcome};
use crate::store::batches::{Batch, LONGEST_REASON, reason};

/// Whether `batch` was imported at a point of whoever is signed in. Paper forms have
/// their own pages, and two people who answer for them.
async fn is_here(signed: &Signed, batch: &Batch) -> Stopped<bool> {
    if !batch.is_imported() {
        return Ok(false);
    }
    let point = signed.service.collection_point(&batch.point).await;
    let point = point.map_err(|error| signed.down(&error))?;
    Ok(point.is_some_and(|point| covers(&signed.account.scope, &point)))
}

pub(in super::super) async fn list(signed: Signed) -> HttpResponse {
    settled(listed(&signed).await)
}

/// The batches that were imported where whoever is signed in looks after.
pub(in super::super) async fn here(signed: &Signed) -> Stopped<Vec<Batch>> {
    let mut here = Vec::new();
    for batch in signed.service.db.batches().await.map_err(|error| signed.down(&error))? {
        if is_here(signed, &batch).await? {
            here.push(batch);
        }
    }
    Ok(here)
}

async fn listed(signed: &Signed) -> Stopped<HttpResponse> {
    let here = here(signed).await?;
    let page = Batches::new(&signed.shell, signed.nav(), &here);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// The batch that the address names, if all of it is within this person's scope. That
/// it is not is told as if there were none.
async fn named(signed: &Signed) -> Stopped<Batch> {
    let down = |error| signed.down(&error);
    let db = &signed.service.db;
    let found = match signed.part("batch").parse() {
        Ok(number) => db.batch(number).await.map_err(down)?,
        Err(_) => None,
    };
    if let Some(batch) = found
        && is_here(signed, &batch).await?
    {
        let communes = db.communes_of_batch(batch.batch_id).await.map_err(down)?;
        let elsewhere = |code: &String| {
            let scope = &signed.account.scope;
            let at_point =
                matches!(scope, Scope::Point { commune, .. } if commune.as_str() == code);
            !at_point && !CommuneCode::parse(code).is_ok_and(|code| scope.covers_commune(&code))
        };
        if !communes.iter().any(elsewhere) {
            return Ok(batch);
        }
    }
    Err(Box::new(signed.nothing_here()))
}

pub(in super::super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let batch = named(&signed).await?;
        let done = signed.shell.asked("done").is_some();
        let page = OneBatch::new(&signed.shell, signed.nav(), &batch, done);
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

pub(in super::super) async fn undo_form(signed: Signed) -> HttpResponse {
    let shown = async { Ok(form(&signed, &named(&signed).await?, StatusCode::OK, None)) };
    settled(shown.await)
}

fn form(signed: &Signed, batch: &Batch, status: StatusCode, wrong: Option<String>) -> HttpResponse {
    let (said, number) = (|key| signed.said(key), batch.batch_id.to_string());
    let address = format!("/staff/import/batches/{number}");
    let values = [("batch", number.as_str()), ("file", batch.file_name.as_str())];
    let heading = signed.shell.t.with("batch-undo-heading", &values);
    let button = said("batch-undo-button");
    let mut page = Form::new(&signed.shell, heading, &format!("{address}/undo"), button)
        .signed(signed.nav())
        .saying(signed.shell.t.with("batch-undo-about", &[("holds", &batch.holds.to_string())]));
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let reason = Field::text("reason", said("batch-undo-reason"))
        .hint(most(signed, "batch-undo-reason-hint"))
        .value(signed.fields.first("reason"))
        .wrong(wrong);
    let page = page.asking(reason).leading(&address, said("batch-back"));
    page::show(status, Keep::Never, &page)
}

/// The text `key`, which says how long a reason may be.
fn most(signed: &Signed, key: &str) -> String {
    signed.shell.t.with(key, &[("most", &LONGEST_REASON.to_string())])
}

pub(in super::super) async fn undo(signed: Signed) -> HttpResponse {
    settled(undone(&signed).await)
}

async fn undone(signed: &Signed) -> Stopped<HttpResponse> {
    let batch = named(signed).await?;
    let Some(why) = reason(signed.fields.first("reason")) else {
        let wrong = Some(most(signed, "batch-undo-reason-wrong"));
        return Ok(form(signed, &batch, StatusCode::UNPROCESSABLE_ENTITY, wrong));
    };
    let down = |error| signed.down(&error);
    let service = &signed.service;
    let point = service.collection_point(&batch.point).await.map_err(down)?;
    let place = point.map(|point| Scope::Commune(point.commune_code.clone()));
    let event = signed
        .event(Action::UndoBatch, Outcome::Done)
        .at_place(place.as_ref().unwrap_or(&signed.account.scope))
        .about(&format!("{}: {why}", batch.batch_id));
    if batch.undone_at.is_none() {
        let undone = service.db.undo_batch(batch.batch_id, &why, signed.now(), Some(&event)).await;
        undone.map_err(down)?;
    }
    signed.form_is_done().await;
    Ok(page::see_other(&signed.shell.link(&format!("/staff/import/batches/{}", batch.batch_id))))
}
