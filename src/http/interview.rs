//! Interview mode: the page that an interviewer's tablet keeps, and what it tells the
//! server of its households.

pub mod misplaced;
pub mod sync;

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::only;
use super::page::{self, Keep, Stopped, settled};
use super::survey::Place;
use crate::pages::interview::{self, Interview};
use crate::pages::kiosk::files;
use crate::service::Service;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(only("POST", "/interviews:sync", web::post().to(sync::sync)))
        .service(page::resource(
            &["/interview/{point}", "/interview/{point}/"],
            web::route().to(shell),
        ))
        .service(page::resource(
            &["/interview/{point}/manifest.webmanifest"],
            web::route().to(manifest),
        ))
        .service(page::resource(&["/interview/{point}/worker.js"], web::route().to(worker)));
}

/// The page, which is the same for everyone who opens it.
fn html(place: &Place) -> Stopped<String> {
    let page = Interview::new(&place.point, place.commune, &place.shell);
    page.render().map_err(|error| {
        tracing::error!(%error, "a page could not be made");
        Box::new(HttpResponse::InternalServerError().finish())
    })
}

async fn shell(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = async {
        let place = Place::of(&request, &service).await?;
        Ok(page::html_answer(StatusCode::OK, Keep::Never, html(&place)?))
    };
    settled(shown.await)
}

async fn worker(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = async {
        let place = Place::of(&request, &service).await?;
        let path = format!("/interview/{}", place.point.code);
        let script = files::INTERVIEW.worker(&path, &html(&place)?);
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
            .body(interview::manifest(&place.point, place.commune).to_string()))
    };
    settled(shown.await)
}
