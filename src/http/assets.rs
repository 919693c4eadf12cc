//! Static files. Their addresses change with their content, so they may be kept
//! for ever.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};

use super::page;
use crate::pages::assets;
use crate::service::Service;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(page::resource(&["/assets/{file}"], web::route().to(asset)));
}

async fn asset(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let Some(asset) = assets::at(request.path()) else {
        return page::nothing_here(&page::shell(&request, &service));
    };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, asset.media_type))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"));
    if asset.media_type == "font/woff2" {
        // Compressed already.
        answer.insert_header((CONTENT_ENCODING, "identity"));
    }
    answer.body(asset.content.as_slice())
}
