//! HTTP: the route table and what all routes share. One file per resource.

mod actions;
pub mod asked;
mod assets;
mod catalogue;
#[cfg(test)]
mod centre;
mod charts;
mod comments;
mod commune;
pub mod devices;
mod estimates;
mod explanation;
mod exports;
mod fields;
mod flood;
mod headers;
mod home;
pub mod interview;
mod kiosk;
pub mod openapi;
pub mod ops;
mod page;
mod panics;
mod petitions;
mod policy_reports;
mod posters;
mod privacy;
mod province;
mod refused;
mod responses;
mod sampled;
pub mod staff;
mod survey;

use std::sync::Arc;
use std::time::Duration;

use actix_web::error::QueryPayloadError;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::{self, Data, QueryConfig, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, ResponseError, Route};
use surveys::Text;

use crate::problem::{Code, Problem};
use crate::service::Service;

pub use flood::Flood;
pub use headers::security_headers;
pub use panics::survive;
pub use refused::floods;

/// The largest body of one submission, in bytes.
pub const MAX_SUBMISSION_BYTES: usize = 16 * 1024;
/// The largest body of a batch, in bytes.
pub const MAX_BATCH_BYTES: usize = 5 * 1024 * 1024;
/// How long a body may take to arrive; a slow line needs a few seconds for 16 KB.
const LONGEST_READ: Duration = Duration::from_mins(1);
/// The most lines of a batch.
pub const MAX_BATCH_LINES: usize = 2_000;

/// Every public route.
pub fn routes(service: Arc<Service>, flood: Arc<Flood>) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config
            .app_data(Data::from(service))
            .app_data(Data::from(flood))
            .app_data(QueryConfig::default().error_handler(unreadable_query))
            .service(only("PUT", "/responses/{response_id}", web::put().to(responses::put)))
            .service(only("POST", "/responses:batch", web::post().to(responses::batch)))
            .service(only("POST", "/devices:enrol", web::post().to(devices::enrol)))
            .service(only("POST", "/devices:report", web::post().to(devices::report)))
            .service(read("/estimates", web::route().to(estimates::estimates)))
            .service(read("/estimates/{level}/{code}", web::route().to(explanation::explanation)))
            .service(read("/charts/{file}", web::route().to(charts::chart)))
            .service(read("/exports/{file}", web::route().to(exports::package)))
            .service(read("/instruments", web::route().to(catalogue::instruments)))
            .service(read("/instruments/{id}", web::route().to(catalogue::instrument)))
            .service(read(
                "/instruments/{id}/{version}",
                web::route().to(catalogue::instrument_version),
            ))
            .service(read("/plans", web::route().to(catalogue::plans)))
            .service(read("/plans/{id}", web::route().to(catalogue::plan)))
            .service(read("/units", web::route().to(catalogue::units)))
            .service(read("/collection-points", web::route().to(catalogue::collection_points)))
            .service(read("/collection-points/{code}/{file}", web::route().to(posters::poster)))
            .service(read("/openapi.json", web::route().to(openapi::description)))
            .configure(assets::routes)
            .configure(policy_reports::routes)
            .configure(home::routes)
            .configure(commune::routes)
            .configure(province::routes)
            .configure(actions::routes)
            .configure(sampled::routes)
            .configure(comments::routes)
            .configure(explanation::routes)
            .configure(staff::routes)
            .configure(survey::routes)
            .configure(kiosk::routes)
            .configure(interview::routes)
            .configure(petitions::routes)
            .configure(privacy::routes)
            .default_service(web::to(nothing_here));
    }
}

/// A resource of the API that is only read.
fn read(path: &str, route: Route) -> Resource {
    only("GET, HEAD", path, route.guard(page::readers()))
}

/// A resource of the API that takes no other methods than those of `route`.
fn only(allowed: &'static str, path: &str, route: Route) -> Resource {
    let refuse = move |request: HttpRequest| async move {
        let text = Text::new(
            format!("Địa chỉ này nhận: {allowed}."),
            format!("This address takes: {allowed}."),
        );
        let mut answer =
            Problem::new(Code::MethodNotAllowed, text).told_to(&request).error_response();
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
        answer
    };
    web::resource(format!("/api/v1{path}")).route(route).default_service(web::to(refuse))
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
