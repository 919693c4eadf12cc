//! The server: takes bound listeners and a shutdown future, serves until told
//! to stop, and finishes what it has begun.

use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::http::{Flood, floods, ops, routes, security_headers, survive};
use crate::links;
use crate::mail::Mailer;
use crate::service::Service;

/// How long requests in flight may take to finish once the server is told to stop.
const DRAIN_SECONDS: u64 = 10;
/// How long a begun draft is kept, and which response used a visit token.
const DAY_MILLIS: i64 = 24 * 3_600_000;

/// Where a server listens.
#[derive(Debug)]
pub struct Listeners {
    /// For citizens, staff and programs.
    pub public: TcpListener,
    /// For operators.
    pub ops: TcpListener,
}

/// Serves `service` on `listeners` until `shutdown` resolves.
///
/// # Errors
/// When a listener cannot be used.
pub async fn run(
    service: Arc<Service>,
    listeners: Listeners,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let flood = Arc::new(Flood::new(&service.settings));
    let (going_on, stop) = watch::channel(());
    let mut housekeeping =
        tokio::spawn(keep_house(Arc::clone(&service), Arc::clone(&flood), stop.clone()));
    let log = tracing::dispatcher::get_default(Clone::clone);
    let public = {
        let (service, log) = (Arc::clone(&service), log.clone());
        HttpServer::new(move || {
            log_to(&log);
            App::new()
                .wrap(Compress::default())
                .wrap(from_fn(floods))
                .wrap(security_headers())
                .wrap(from_fn(survive))
                .configure(routes(Arc::clone(&service), Arc::clone(&flood)))
        })
        // A compressed answer leaves in pieces; held back, the last one waits 40 ms for an
        // acknowledgement that the client delays.
        .tcp_nodelay(true)
        .listen(listeners.public)?
        .shutdown_timeout(DRAIN_SECONDS)
        .client_request_timeout(Duration::from_secs(5))
        .disable_signals()
        .run()
    };
    let operations = {
        let service = Arc::clone(&service);
        HttpServer::new(move || {
            log_to(&log);
            App::new()
                .app_data(Data::from(Arc::clone(&service)))
                .wrap(from_fn(survive))
                .configure(ops::routes)
        })
        .workers(1)
        .listen(listeners.ops)?
        .disable_signals()
        .run()
    };
    let (stop_public, stop_operations) = (public.handle(), operations.handle());
    let (public, operations) = (tokio::spawn(public), tokio::spawn(operations));
    let sending = match &service.settings.smtp {
        Some(smtp) => {
            let password = smtp.password().map_err(std::io::Error::other)?;
            let mailer = Arc::new(Mailer::new(smtp.clone(), password));
            Some(tokio::spawn(links::keep_sending(Arc::clone(&service), mailer, stop)))
        }
        None => None,
    };
    shutdown.await;
    drop(going_on);
    stop_public.stop(true).await;
    stop_operations.stop(true).await;
    if let Some(sending) = sending {
        // A mail that is being handed over is settled; one that takes longer is told as unclear.
        drop(timeout(Duration::from_secs(DRAIN_SECONDS), sending).await);
    }
    // Over before the database closes, or it would meet a closed one and complain. Let go in the
    // middle of a query, a connection would outlive the pool, and the log be left unfolded.
    if timeout(Duration::from_secs(DRAIN_SECONDS), &mut housekeeping).await.is_err() {
        housekeeping.abort();
        drop(housekeeping.await);
    }
    let outcome = public.await.unwrap_or(Ok(()));
    let also = operations.await.unwrap_or(Ok(()));
    service.writer.finish().await;
    service.db.close().await;
    outcome.and(also)
}

/// Sends what the calling thread logs, from now on, to the log of whoever
/// started the server: workers are threads of their own.
fn log_to(log: &tracing::Dispatch) {
    std::mem::forget(tracing::dispatcher::set_default(log));
}

/// Once an hour until `stop` is closed; what is begun is finished.
async fn keep_house(service: Arc<Service>, flood: Arc<Flood>, mut stop: watch::Receiver<()>) {
    let mut hourly = tokio::time::interval(Duration::from_hours(1));
    loop {
        tokio::select! {
            _ = hourly.tick() => {}
            _ = stop.changed() => return,
        }
        flood.forget();
        let moment = service.clock.now() - DAY_MILLIS;
        if let Err(error) = service.db.purge_drafts(moment).await {
            tracing::warn!(%error, "old drafts could not be purged; trying again in an hour");
        }
        if let Err(error) = service.db.forget_claims(moment - DAY_MILLIS).await {
            tracing::warn!(%error, "old claims could not be forgotten; trying again in an hour");
        }
        if let Err(error) = service.erase_old_contacts().await {
            tracing::warn!(%error, "old contacts could not be erased; trying again in an hour");
        }
        let random = || service.clock.secret();
        if let Err(error) = service.db.gather_comments(service.clock.now(), random).await {
            tracing::warn!(%error, "comments could not be gathered; trying again in an hour");
        }
        if let Err(error) = service.end_terms().await {
            tracing::warn!(%error, "what is over was not all removed; trying again in an hour");
        }
        if let Err(error) = service.db.forget_what_was_removed().await {
            tracing::warn!(%error, "removed rows may still be in the log; trying again in an hour");
        }
        if let Err(error) = links::give_up_old(&service).await {
            tracing::warn!(%error, "old mailboxes could not be forgotten; trying again in an hour");
        }
        let now = service.clock.now();
        service.entrance.passwords.forget(now);
        service.entrance.pins.forget(now);
        service.entrance.receipts.forget(now);
        if let Err(error) = service.db.purge_staff(now).await {
            tracing::warn!(%error, "old sessions could not be purged; trying again in an hour");
        }
    }
}
