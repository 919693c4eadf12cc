//! Health, readiness and metrics, on a listener of their own.

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Route};

use super::devices::report::Health;
use super::page;
use crate::service::Service;

/// The most devices that have metrics of their own.
const MAX_DEVICES: usize = 1_000;

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

/// What is counted, in the text format of Prometheus; devices as the store has them now.
async fn metrics(service: Data<Service>) -> HttpResponse {
    match service.db.devices().await {
        Ok(devices) => {
            service.metrics.forget_devices();
            for device in devices.iter().filter(|d| d.revoked_at.is_none()).take(MAX_DEVICES) {
                let queued = Health::told_by(device).map(|health| health.report.queued);
                let id = device.id.to_string();
                service.metrics.show_device(&id, queued, device.last_seen_at / 1000);
            }
        }
        Err(error) => tracing::warn!(%error, "the metrics of devices are those of before"),
    }
    service.metrics.show_password_hashes(service.entrance.hashed());
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(service.metrics.text())
}
