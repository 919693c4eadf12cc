//! Survey links for closed dossiers: made from a pasted list, with a file for the gateway
//! on the page that tells what was made, or mailed; how those made so far stand.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use surveys::collection_point::CollectionPoint;
use surveys::{PointCode, unit};

use super::super::page::{self, Keep, Stopped, settled};
use super::super::posters;
use super::visit::Signed;
use crate::links::{self, DELAY_MILLIS, Desk, Link};
use crate::pages::message::{self, Message};
use crate::pages::staff::form::{Choice, Field, Form};
use crate::pages::staff::links::Links;
use crate::pages::staff::shown_once::ShownOnce;
use crate::staff::audit::Action;

pub(super) async fn list(signed: Signed) -> HttpResponse {
    let listed = async {
        let down = |error| signed.down(&error);
        let db = &signed.service.db;
        let points = db.collection_points_within(&signed.account.scope).await.map_err(down)?;
        let mut batches = db.link_batches().await.map_err(down)?;
        batches.retain(|b| points.iter().any(|p| *p.code.as_str() == *b.collection_point));
        let reasons = db.reasons_of_mails().await.map_err(down)?;
        let mut told = Vec::new();
        for reason in &reasons {
            let Some(point) = points.iter().find(|p| *p.code.as_str() == *reason.collection_point)
            else {
                continue;
            };
            let key = if reason.given_up == 1 { "links-given-up" } else { "links-waiting-why" };
            let why = links::reason(&reason.why);
            let values = [
                ("point", &*point.name),
                ("count", &*reason.mails.to_string()),
                ("why", why.get(signed.shell.language())),
            ];
            told.push(signed.shell.t.with(key, &values));
        }
        let page = Links::new(&signed.shell, signed.nav(), &batches, told);
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
        links::Error::Key(error) => {
            tracing::error!(%error, "survey links could not be made");
            Box::new(key_unusable(signed, &error))
        }
        error => {
            tracing::error!(%error, "survey links could not be made");
            let way = ("/staff/links", "links-heading");
            let said = ("fault-heading", "fault");
            Box::new(signed.message(StatusCode::INTERNAL_SERVER_ERROR, said, way))
        }
    };
    let folder = links::key_folder(&service.settings);
    let key = links::key_in(&folder, &service.db, &service.clock);
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
    Ok(result(signed, point, &fresh, dossiers.len(), &csv))
}

/// The page that says what the operator has to do about the key.
fn key_unusable(signed: &Signed, error: &links::KeyError) -> HttpResponse {
    let page = Message::new(&signed.shell, signed.said("links-key-heading"))
        .saying(signed.said("links-key"))
        .saying(error.text().get(signed.shell.language()).to_owned())
        .leading("/staff/links", signed.said("links-heading"));
    page::show(StatusCode::SERVICE_UNAVAILABLE, Keep::Never, &page)
}

/// What was made of the list, with the file for the gateway where it has any row. It is
/// in the page itself: nothing of it is kept here.
fn result(
    signed: &Signed,
    point: &CollectionPoint,
    fresh: &[Link<'_>],
    given: usize,
    csv: &[u8],
) -> HttpResponse {
    let mailed = fresh.iter().filter(|link| link.mailed).count();
    let counts = [
        ("links-made-count", fresh.len()),
        ("links-known-count", given - fresh.len()),
        ("links-mail-count", mailed),
    ];
    let said =
        |(key, count): (&str, usize)| signed.shell.t.with(key, &[("count", &count.to_string())]);
    let paragraphs = counts.into_iter().filter(|(_, count)| *count > 0).map(said).collect();
    let file = (fresh.len() > mailed).then(|| message::Link {
        address: format!("data:text/csv;charset=utf-8;base64,{}", STANDARD.encode(csv)),
        label: format!("{}-links.csv", point.code),
    });
    let page = ShownOnce::file(
        &signed.shell,
        signed.nav(),
        signed.said("links-result-heading"),
        (paragraphs, file),
        ("/staff/links", signed.said("links-heading")),
    );
    page::show(StatusCode::OK, Keep::Never, &page)
}
