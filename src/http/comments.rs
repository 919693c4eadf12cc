//! What people said in a commune, as far as it was published.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use surveys::unit;

use super::commune::{given, no_commune};
use super::page::{self, Keep};
use crate::pages::comments::PublishedComments;
use crate::service::Service;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(page::resource(&["/c/{code}/comments"], web::route().to(comments)));
}

async fn comments(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let shell = page::shell(&request, &service);
    let code = request.match_info().get("code").unwrap_or("");
    let commune = match (unit::commune(code), no_commune(&shell, code)) {
        (Some(commune), None) => commune,
        (_, Some(answer)) => return answer,
        (None, None) => return page::nothing_here(&shell),
    };
    match service.reporting.comments(&commune.code, given(&shell, "month")).await {
        Ok(found) => {
            let page = PublishedComments::new(&shell, commune, &found);
            page::show(StatusCode::OK, Keep::Briefly, &page)
        }
        Err(error) => page::problem(&shell, &format!("/c/{code}"), &error.into()),
    }
}
