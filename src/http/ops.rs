//! Health, readiness and metrics, on a listener of their own.

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Route};

use super::page;
use crate::service::Service;

/// Every route of the operations listener.
pub fn routes(config: &mut ServiceConfig) {
    let read = |path: &str, route: Route| web::resource(path).route(route.guard(page::readers()));
    config
        .service(read("/healthz", web::route().to(healthz)))
        .service(read("/readyz", web::route().to(readyz)))
        .service(read("/metrics", web::route().to(metrics)));
}

/// Says that the process runs.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Says that responses can be stored: the database was just written.
async fn readyz(service: Data<Service>) -> HttpResponse {
    match service.db.probe(service.clock.now()).await {
        Ok(()) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"),
        Err(error) => HttpResponse::ServiceUnavailable()
            .content_type("text/plain; charset=utf-8")
            .body(format!("not ready: {error}\n")),
    }
}

/// What is counted, in the text format of Prometheus.
async fn metrics(service: Data<Service>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(service.metrics.text())
}
