//! Survey links for closed dossiers: made from a pasted list, downloaded once for the
//! gateway or mailed; how those made so far stand.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use surveys::collection_point::CollectionPoint;
use surveys::{PointCode, unit};

use super::super::page::{self, Keep, Stopped, settled};
use super::super::posters;
use super::visit::Signed;
use crate::links::{self, DELAY_MILLIS, Desk};
use crate::pages::staff::form::{Choice, Field, Form};
use crate::pages::staff::links::Links;
use crate::staff::audit::Action;

pub(super) async fn list(signed: Signed) -> HttpResponse {
    let listed = async {
        let down = |error| signed.down(&error);
        let db = &signed.service.db;
        let points = db.collection_points_within(&signed.account.scope).await.map_err(down)?;
        let mut batches = db.link_batches().await.map_err(down)?;
        batches.retain(|b| points.iter().any(|p| *p.code.as_str() == *b.collection_point));
        let page = Links::new(&signed.shell, signed.nav(), &batches);
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(listed.await)
}

/// The points that links can lead to.
async fn open_points(signed: &Signed) -> Stopped<Vec<CollectionPoint>> {
    let points = signed.service.db.collection_points_within(&signed.account.scope).await;
    let mut points = points.map_err(|error| signed.down(&error))?;
    points.retain(|point| !point.retired);
    Ok(points)
}

pub(super) async fn new(signed: Signed) -> HttpResponse {
    let shown = async {
        let points = open_points(&signed).await?;
        Ok(form(&signed, StatusCode::OK, &points, [None, None]))
    };
    settled(shown.await)
}

fn form(
    signed: &Signed,
    status: StatusCode,
    points: &[CollectionPoint],
    [point, list]: [Option<String>; 2],
) -> HttpResponse {
    let choice = |point: &CollectionPoint| Choice {
        value: point.code.to_string(),
        label: format!("{} ({})", point.name, point.code),
    };
    let mut page = Form::new(
        &signed.shell,
        signed.said("make-links-heading"),
        "/staff/links/new",
        signed.said("make-links-button"),
    )
    .signed(signed.nav())
    .saying(signed.said("make-links-about"));
    if signed.resumed {
        page = page.noticing(signed.said("resumed"));
    }
    page = page
        .asking(
            Field::choice("point", signed.said("links-point"), points.iter().map(choice).collect())
                .value(signed.fields.first("point"))
                .wrong(point),
        )
        .asking(
            Field::pasted("list", signed.said("links-list"))
                .hint(signed.said("links-list-hint"))
                .value(signed.fields.first("list"))
                .wrong(list),
        );
    if signed.service.settings.smtp.is_some() {
        let ways = [("file", "links-by-file"), ("mail", "links-by-mail")];
        let ways =
            ways.map(|(value, key)| Choice { value: value.to_owned(), label: signed.said(key) });
        page = page.asking(
            Field::choice("way", signed.said("links-way"), ways.into())
                .value(signed.fields.first("way")),
        );
    }
    let page = page.leading("/staff/links", signed.said("links-heading"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn make(signed: Signed) -> HttpResponse {
    settled(made(&signed).await)
}

async fn made(signed: &Signed) -> Stopped<HttpResponse> {
    let points = open_points(signed).await?;
    let again = |wrong| Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, &points, wrong));
    let chosen = PointCode::parse(signed.fields.first("point")).ok();
    let point = points.iter().find(|point| Some(&point.code) == chosen.as_ref());
    let commune = point.and_then(|point| unit::commune(point.commune_code.as_str()));
    let Some((point, commune)) = point.zip(commune) else {
        return again([Some(signed.said("links-point-wrong")), None]);
    };
    let typed = signed.fields.first("list");
    let dossiers = match links::pasted(typed, signed.now()) {
        Ok(dossiers) if !dossiers.is_empty() => dossiers,
        Ok(_) => return again([None, Some(signed.said("links-list-wrong"))]),
        Err(bad) => {
            let told = bad.text().get(signed.shell.language()).to_owned();
            return again([None, Some(signed.shell.t.with("links-list-bad", &[("what", &told)]))]);
        }
    };
    let service = &signed.service;
    let home = posters::home(&signed.request, service);
    let home =
        home.map_err(|problem| Box::new(page::problem(&signed.shell, "/staff/links", &problem)))?;
    let failed = |error: links::Error| match error {
        links::Error::Store(error) => Box::new(signed.down(&error)),
        error => {
            tracing::error!(%error, "survey links could not be made");
            let way = ("/staff/links", "links-heading");
            let said = ("fault-heading", "fault");
            Box::new(signed.message(StatusCode::INTERNAL_SERVER_ERROR, said, way))
        }
    };
    let key = links::key_in(&service.settings.data_dir, &service.db, &service.clock);
    let key = key.await.map_err(failed)?;
    let (db, clock) = (&service.db, &service.clock);
    let desk = Desk { db, point, commune, home: &home, key, clock };
    let mail = service.settings.smtp.is_some() && signed.fields.first("way") == "mail";
    let fresh = desk.fresh(&dossiers, DELAY_MILLIS, mail).await;
    let fresh = fresh.map_err(|error| signed.down(&error))?;
    let csv = desk.csv(&fresh).map_err(failed)?;
    let sealing = mail.then_some(&service.entrance.key);
    desk.store(&fresh, sealing).await.map_err(|error| signed.down(&error))?;
    let event = super::points::about(signed, point, Action::MakeSurveyLinks);
    let event = event.about(&format!("{} {}", point.code, fresh.len()));
    service.db.note(&event).await.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    let name = format!("attachment; filename=\"{}-links.csv\"", point.code);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, name))
        .body(csv))
}
