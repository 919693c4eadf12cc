//! Results for staff: a page with filters, and its tables as files.

mod choice;
mod export;
mod how;
mod overview;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use surveys::unit::Commune;

use self::choice::{Choice, Place};
use super::super::asked::internal;
use super::super::fields::Fields;
use super::super::page::{self, Keep, Stopped, settled};
use super::home::provinces;
use super::visit::Signed;
use crate::pages::message::Message;
use crate::pages::staff::results::{Contents, Results};
use crate::problem::Problem;
use crate::reporting;
use crate::reporting::slices::{By, Groups, Slice};
use crate::staff::Scope;

/// Where the page is.
const PAGE: &str = "/staff/results";

pub(super) async fn show(signed: Signed) -> HttpResponse {
    settled(shown(&signed).await)
}

async fn shown(signed: &Signed) -> Stopped<HttpResponse> {
    let asked = &Fields::of(signed.request.query_string());
    match choice::place(signed, asked.first("unit"))? {
        Place::Everywhere => choose_province(signed).await,
        Place::Province(province) => overview::show(signed, province, asked).await,
        Place::Commune(commune) => {
            let choice = Choice::of(signed, commune, asked).await?;
            let contents = Box::pin(contents(signed, commune, &choice)).await?;
            let (shell, nav) = (signed.shell.clone(), signed.nav());
            // Charts are drawn with it: too much for an asynchronous thread.
            let made = tokio::task::spawn_blocking(move || {
                let page = Results::new(&shell, nav, &contents).map_err(|e| e.to_string())?;
                page.render().map_err(|e| e.to_string())
            });
            match made.await.unwrap_or_else(|e| Err(e.to_string())) {
                Ok(html) => Ok(page::html_answer(StatusCode::OK, Keep::Never, html)),
                Err(what) => Err(Box::new(refused(signed, &internal(&what)))),
            }
        }
    }
}

pub(super) async fn export(signed: Signed) -> HttpResponse {
    settled(export::exported(&signed).await)
}

pub(super) async fn how(signed: Signed) -> HttpResponse {
    settled(how::figure(&signed).await)
}

pub(super) async fn how_groups(signed: Signed) -> HttpResponse {
    settled(how::groups(&signed).await)
}

async fn contents(
    signed: &Signed,
    commune: &'static Commune,
    choice: &Choice,
) -> Stopped<Contents> {
    let (reporting, code) = (&signed.service.reporting, &commune.code);
    let failed = |error| failed(signed, error);
    let Choice { instrument, period, slice, by } = choice;
    let (instrument, by) = (*instrument, *by);
    let today = reporting.today();
    let last = period.last_day().min(today);
    let slice = slice.as_ref();
    let seen = reporting.seen(code, instrument, period, slice).await.map_err(failed)?;
    let months = reporting.seen_by_month(code, instrument, last, slice).await.map_err(failed)?;
    let bound = own_slice(signed).is_some();
    // Who sees one slice only sees no other beside it.
    let groups = async |by| {
        if bound {
            Ok(Arc::default())
        } else {
            reporting.groups(code, instrument, period, by).await
        }
    };
    let fields: Arc<Groups> = groups(By::Field).await.map_err(failed)?;
    let groups: Arc<Groups> = groups(by).await.map_err(failed)?;
    let answered = reporting.answered(code).await.map_err(failed)?;
    let points = signed.service.db.collection_points_of(code).await;
    let points = points.map_err(|error| signed.down(&error))?;
    let first = reporting.first_day(&[code]).await.map_err(failed)?;
    let slice = slice.cloned();
    Ok(Contents { seen, months, groups, by, slice, bound, fields, answered, points, first, today })
}

/// The slice that is all this person may see; `None` for who may see all of a commune.
pub(super) fn own_slice(signed: &Signed) -> Option<Slice> {
    match &signed.account.scope {
        Scope::Point { point, .. } => Some(Slice { by: By::Point, value: point.to_string() }),
        _ => None,
    }
}

async fn choose_province(signed: &Signed) -> Stopped<HttpResponse> {
    let t = signed.shell.t;
    let mut page = Message::new(&signed.shell, t.get("results-heading"))
        .saying(t.get("results-choose-province"));
    for link in provinces(signed).await? {
        page = page.leading(&link.address, link.label);
    }
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// The page for when figures cannot be made.
pub(super) fn failed(signed: &Signed, error: reporting::Error) -> HttpResponse {
    match error {
        reporting::Error::Store(error) => signed.down(&error),
        error => refused(signed, &error.into()),
    }
}

/// The page for what cannot be chosen.
fn refused(signed: &Signed, problem: &Problem) -> HttpResponse {
    signed.refused(PAGE, problem)
}
