//! The server: takes bound listeners and a shutdown future, serves until told
//! to stop, and finishes what it has begun.

use std::future::{Future, poll_fn};
use std::net::TcpListener;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Service as _;
use actix_web::middleware::Compress;
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use tokio::runtime::Handle;

use crate::http::{Flood, ops, routes, security_headers};
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
    let housekeeping = tokio::spawn(keep_house(Arc::clone(&service), Arc::clone(&flood)));
    let log = tracing::dispatcher::get_default(Clone::clone);
    let public = {
        let (service, log, runtime) = (Arc::clone(&service), log.clone(), Handle::current());
        HttpServer::new(move || {
            log_to(&log);
            App::new()
                .wrap(Compress::default())
                .wrap(security_headers())
                .wrap_fn({
                    let runtime = runtime.clone();
                    move |request, service| within(runtime.clone(), service.call(request))
                })
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
            App::new().app_data(Data::from(Arc::clone(&service))).configure(ops::routes)
        })
        .workers(1)
        .listen(listeners.ops)?
        .disable_signals()
        .run()
    };
    let (stop_public, stop_operations) = (public.handle(), operations.handle());
    let (public, operations) = (tokio::spawn(public), tokio::spawn(operations));
    shutdown.await;
    stop_public.stop(true).await;
    stop_operations.stop(true).await;
    housekeeping.abort();
    // Over before the database closes, or it would meet a closed one and complain.
    drop(housekeeping.await);
    let outcome = public.await.unwrap_or(Ok(()));
    let also = operations.await.unwrap_or(Ok(()));
    service.writer.finish().await;
    service.db.close().await;
    outcome.and(also)
}

/// Runs `work` as if it were begun on `runtime`. A connection to the database belongs to
/// the runtime on which it is opened; of a worker's, it would end with that worker, in the
/// hands of whoever has it then.
async fn within<T>(runtime: Handle, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        let _entered = runtime.enter();
        work.as_mut().poll(context)
    })
    .await
}

/// Sends what the calling thread logs, from now on, to the log of whoever
/// started the server: workers are threads of their own.
fn log_to(log: &tracing::Dispatch) {
    std::mem::forget(tracing::dispatcher::set_default(log));
}

async fn keep_house(service: Arc<Service>, flood: Arc<Flood>) {
    let mut hourly = tokio::time::interval(Duration::from_hours(1));
    loop {
        hourly.tick().await;
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
        if let Err(error) = service.db.forget_what_was_removed().await {
            tracing::warn!(%error, "removed rows may still be in the log; trying again in an hour");
        }
        let now = service.clock.now();
        service.entrance.passwords.forget(now);
        service.entrance.pins.forget(now);
        if let Err(error) = service.db.purge_staff(now).await {
            tracing::warn!(%error, "old sessions could not be purged; trying again in an hour");
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;
    use tokio::runtime::{Builder, Runtime};

    use super::*;

    /// Opens a connection in the hands of a worker that then ends; whether it still serves.
    fn outlives_the_worker(open: impl FnOnce(&Runtime, &str) -> Worked) -> bool {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let main = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let worker = Builder::new_current_thread().enable_all().build().unwrap();
        let connection = worker.block_on(open(&main, &server.local_addr().unwrap().to_string()));
        drop(worker);
        main.block_on(async { connection.writable().await.is_ok() })
    }

    type Worked = std::pin::Pin<Box<dyn Future<Output = TcpStream>>>;

    #[test]
    fn what_a_request_opens_outlives_the_worker_that_took_it() {
        async fn connect(address: String) -> TcpStream {
            TcpStream::connect(address).await.unwrap()
        }
        assert!(outlives_the_worker(|main, address| {
            Box::pin(within(main.handle().clone(), connect(address.to_owned())))
        }));
        assert!(!outlives_the_worker(|_, address| Box::pin(connect(address.to_owned()))));
    }
}
