//! Reminders of survey links: once more the links of a pasted list that were not used, as
//! a file for the gateway.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::collection_point::CollectionPoint;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::points::about;
use super::super::visit::Signed;
use super::{
    Counter, Wrong, failed, file, filled_in, language_field, list_field, open_points, point_field,
    sms_said,
};
use crate::links::REMIND_MILLIS;
use crate::pages::staff::form::Form;
use crate::pages::staff::shown_once::ShownOnce;
use crate::staff::audit::Action;

pub(in super::super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let points = open_points(&signed).await?;
        Ok(form(&signed, StatusCode::OK, &points, Wrong::default()))
    };
    settled(shown.await)
}

fn form(
    signed: &Signed,
    status: StatusCode,
    points: &[CollectionPoint],
    wrong: Wrong,
) -> HttpResponse {
    let said = |key| signed.said(key);
    let days = (REMIND_MILLIS / 86_400_000).to_string();
    let (heading, button) = (said("remind-links-heading"), said("remind-links-button"));
    let mut page = Form::new(&signed.shell, heading, "/staff/links/remind", button)
        .signed(signed.nav())
        .saying(signed.shell.t.with("remind-links-about", &[("days", &days)]));
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let page = page
        .asking(point_field(signed, points, wrong.point))
        .asking(list_field(signed, wrong.list))
        .asking(language_field(signed, points, wrong.language))
        .leading("/staff/links", said("links-heading"));
    page::show(status, Keep::Never, &page)
}

/// Writes the links that are due, each at most once.
pub(in super::super) async fn take(signed: Signed) -> HttpResponse {
    settled(taken(&signed).await)
}

async fn taken(signed: &Signed) -> Stopped<HttpResponse> {
    let points = open_points(signed).await?;
    let again = |wrong| Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, &points, wrong));
    let filled_in = match filled_in(signed, &points) {
        Ok(filled_in) => filled_in,
        Err(wrong) => return again(wrong),
    };
    let (counter, dossiers) = (Counter::of(signed, &filled_in).await?, &filled_in.dossiers);
    let (desk, down) = (counter.desk(signed), |error| signed.down(&error));
    let due = desk.to_remind(dossiers, REMIND_MILLIS).await.map_err(down)?;
    let csv = desk.csv(&due).map_err(|error| failed(signed, &error))?;
    let hashes: Vec<[u8; 32]> = due.iter().map(|link| link.hash).collect();
    let code = &counter.point.code;
    let event = about(signed, &counter.point, Action::RemindOfLinks);
    let event = event.about(&format!("{code} {}", due.len()));
    if !signed.service.db.mark_reminded(&hashes, &event).await.map_err(down)? {
        let wrong = Some(signed.said("remind-links-other"));
        return again(Wrong { list: wrong, ..Wrong::default() });
    }
    signed.form_is_done().await;
    let counts =
        [("remind-links-count", due.len()), ("remind-links-rest", dossiers.len() - due.len())];
    let said =
        |(key, count): (&str, usize)| signed.shell.t.with(key, &[("count", &count.to_string())]);
    let csv = (!due.is_empty()).then(|| file(&format!("{code}-reminders.csv"), &csv));
    let page = ShownOnce::file(
        &signed.shell,
        signed.nav(),
        signed.said("remind-links-heading"),
        (counts.map(said).into_iter().chain(sms_said(signed, &desk, &due)).collect(), csv),
        ("/staff/links", signed.said("links-heading")),
    );
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}
