//! HTTP: the route table and what all routes share. One file per resource.

pub mod asked;
mod assets;
mod catalogue;
#[cfg(test)]
mod centre;
mod charts;
mod commune;
mod estimates;
mod exports;
mod flood;
mod headers;
mod home;
pub mod openapi;
pub mod ops;
mod page;
mod responses;
mod survey;

use std::sync::Arc;

use actix_web::error::QueryPayloadError;
use actix_web::web::{self, Data, QueryConfig, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use surveys::Text;

use crate::problem::{Code, Problem};
use crate::service::Service;

pub use flood::Flood;
pub use headers::security_headers;

/// The largest body of one submission, in bytes.
pub const MAX_SUBMISSION_BYTES: usize = 16 * 1024;
/// The largest body of a batch, in bytes.
pub const MAX_BATCH_BYTES: usize = 5 * 1024 * 1024;
/// The most lines of a batch.
pub const MAX_BATCH_LINES: usize = 2_000;

/// Every public route.
pub fn routes(service: Arc<Service>, flood: Arc<Flood>) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config
            .app_data(Data::from(service))
            .app_data(Data::from(flood))
            .app_data(QueryConfig::default().error_handler(unreadable_query))
            .service(responses::put)
            .service(responses::batch)
            .service(estimates::estimates)
            .service(charts::chart)
            .service(exports::package)
            .service(catalogue::instruments)
            .service(catalogue::instrument)
            .service(catalogue::instrument_version)
            .service(catalogue::plans)
            .service(catalogue::plan)
            .service(catalogue::units)
            .service(catalogue::collection_points)
            .service(openapi::description)
            .configure(assets::routes)
            .configure(home::routes)
            .configure(commune::routes)
            .configure(survey::routes)
            .default_service(web::to(nothing_here));
    }
}

async fn nothing_here(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    if page::wants_page(&request) {
        return page::nothing_here(&page::shell(&request, &service));
    }
    Problem::new(
        Code::NotFound,
        Text::new(
            "Hãy xem lại địa chỉ, hoặc bắt đầu từ trang chủ.",
            "Check the address, or start from the home page.",
        ),
    )
    .told_to(&request)
    .error_response()
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that actix-web asks for")]
fn unreadable_query(error: QueryPayloadError, request: &HttpRequest) -> actix_web::Error {
    Problem::new(
        Code::BadParameter,
        Text::new(
            format!("Hãy xem lại các tham số sau dấu hỏi của địa chỉ: {error}."),
            format!("Check the parameters after the question mark: {error}."),
        ),
    )
    .told_to(request)
    .into()
}
