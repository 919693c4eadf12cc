//! The kiosk: its page, what it asks, the recordings, and the worker that keeps all of
//! it on the device.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use surveys::{ItemCode, OpeningHours};

use super::page::{self, Keep};
use super::page::{Stopped, settled};
use super::posters;
use super::survey::Place;
use crate::pages::kiosk::{self, Kiosk, Recording, Results, Settings, files};
use crate::printing::qr_picture;
use crate::service::Service;
use crate::store::recordings::Spoken;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(page::resource(&["/kiosk/{point}", "/kiosk/{point}/"], web::route().to(shell)))
        .service(page::resource(&["/kiosk/{point}/content.json"], web::route().to(content)))
        .service(page::resource(
            &["/kiosk/{point}/manifest.webmanifest"],
            web::route().to(manifest),
        ))
        .service(page::resource(&["/kiosk/{point}/worker.js"], web::route().to(worker)))
        .service(page::resource(
            &["/kiosk/{point}/recordings/{item}/{language}"],
            web::route().to(recording),
        ))
        .service(page::resource(&["/assets/{version}/{file}"], web::route().to(file)));
}

/// The page, which is the same for everyone who opens it.
fn html(place: &Place, request: &HttpRequest, service: &Service) -> Stopped<String> {
    let results = posters::home(request, service).ok().and_then(|home| {
        let address = home.results(&place.commune.code);
        let picture = qr_picture(&address).ok()?;
        let address = address.split_once("://").map_or(&*address, |(_, rest)| rest).to_owned();
        Some(Results { address, picture })
    });
    let page = Kiosk::new(&place.point, place.commune, results.as_ref(), &place.shell);
    page.render().map_err(|error| {
        tracing::error!(%error, "a page could not be made");
        Box::new(HttpResponse::InternalServerError().finish())
    })
}

async fn shell(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = async {
        let place = Place::of(&request, &service).await?;
        Ok(page::html_answer(StatusCode::OK, Keep::Never, html(&place, &request, &service)?))
    };
    settled(shown.await)
}

async fn worker(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = async {
        let place = Place::of(&request, &service).await?;
        let path = format!("/kiosk/{}", place.point.code);
        let script = files::KIOSK.worker(&path, &html(&place, &request, &service)?);
        Ok(HttpResponse::Ok()
            .content_type("text/javascript; charset=utf-8")
            .insert_header((CACHE_CONTROL, "no-cache"))
            // The page stands above the worker's own folder.
            .insert_header(("Service-Worker-Allowed", path))
            .body(script))
    };
    settled(shown.await)
}

async fn manifest(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = async {
        let place = Place::of(&request, &service).await?;
        Ok(HttpResponse::Ok()
            .content_type("application/manifest+json")
            .insert_header((CACHE_CONTROL, "no-cache"))
            .body(kiosk::manifest(&place.point, place.commune).to_string()))
    };
    settled(shown.await)
}

async fn content(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = async {
        let place = Place::of(&request, &service).await?;
        let instrument = place.instrument()?;
        let down = |error| Box::new(page::store_down(&place.shell, request.path(), &error));
        let (db, at) = (&service.db, &place.point.code);
        let settings = Settings {
            hours: if place.point.retired {
                OpeningHours::never()
            } else {
                db.opening_hours(at).await.map_err(down)?
            },
            fields: db.service_fields(at).await.map_err(down)?,
            auto_advance: db.auto_advance(at).await.map_err(down)?,
        };
        let recorded = db.recordings_heard(at, &instrument.id).await.map_err(down)?;
        let offered = service.languages.all_words(instrument);
        let recordings: Vec<Recording> = recorded
            .into_iter()
            .filter(|r| offered.iter().any(|t| t.tag() == r.language))
            .map(|r| Recording {
                address: format!(
                    "/kiosk/{}/recordings/{}/{}?v={}",
                    place.point.code, r.item, r.language, r.hash
                ),
                hash: r.hash,
                item: r.item,
                language: r.language,
            })
            .collect();
        let further = place.shell.further();
        let told = kiosk::content(&place.point, instrument, &settings, &recordings, further);
        Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(told))
    };
    settled(shown.await)
}

async fn recording(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = async {
        let place = Place::of(&request, &service).await?;
        let instrument = place.instrument()?;
        let part = |name| request.match_info().get(name).unwrap_or("");
        // One of a language that is not offered any more is heard by nobody.
        let language = service.languages.words(part("language"), instrument);
        let spoken = ItemCode::parse(part("item")).ok().zip(language);
        let Some((item, t)) = spoken else { return Ok(page::nothing_here(&place.shell)) };
        let language = t.tag().to_owned();
        let point = Some(place.point.code.clone());
        let spoken = Spoken { point, instrument: instrument.id.clone(), item, language };
        let found = service.db.recording(&spoken).await;
        let found = found
            .map_err(|error| Box::new(page::store_down(&place.shell, request.path(), &error)))?;
        let Some((media_type, sound)) = found else { return Ok(page::nothing_here(&place.shell)) };
        Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, media_type))
            .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(sound))
    };
    settled(shown.await)
}

async fn file(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let Some(file) = files::at(request.path()) else {
        return page::nothing_here(&page::shell(&request, &service));
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, file.media_type))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(file.content.as_slice())
}
