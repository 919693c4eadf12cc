//! Health, readiness and metrics, on a listener of their own.

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};

use crate::service::Service;

/// Every route of the operations listener.
pub fn routes(config: &mut ServiceConfig) {
    config.service(healthz).service(readyz).service(metrics);
}

/// Says that the process runs.
#[get("/healthz")]
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// Says that responses can be stored: the database was just written.
#[get("/readyz")]
async fn readyz(service: Data<Service>) -> HttpResponse {
    match service.db.probe(service.clock.now()).await {
        Ok(()) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n"),
        Err(error) => HttpResponse::ServiceUnavailable()
            .content_type("text/plain; charset=utf-8")
            .body(format!("not ready: {error}\n")),
    }
}

/// What is counted, in the text format of Prometheus.
#[get("/metrics")]
async fn metrics(service: Data<Service>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(service.metrics.text())
}
