//! A file as an answer.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;

/// The file `name` with `content`, which a browser stores and does not open.
pub(super) fn attached(media_type: &str, name: &str, content: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(content)
}
