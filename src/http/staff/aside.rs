//! Work beside the threads that answer requests.

use actix_web::http::StatusCode;
use tokio::sync::Semaphore;

use super::super::page::Stopped;
use super::visit::Signed;

/// How many files are read at the same time; more wait, and citizens' pages do not.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Does `work`, which takes the processor or waits long, beside the threads that answer
/// requests; it goes on when the browser has gone.
pub(super) async fn aside<T: Send + 'static>(
    signed: &Signed,
    work: impl AsyncFnOnce() -> T + Send + 'static,
) -> Stopped<T> {
    let turn = AT_ONCE.acquire().await;
    let here = tokio::runtime::Handle::current();
    let done = tokio::task::spawn_blocking(move || {
        // Kept until the work is done: hanging up gives no turn back.
        let _turn = turn;
        here.block_on(work())
    });
    let done = done.await;
    done.map_err(|error| {
        tracing::error!(%error, "the reading of a file broke off");
        let page = ("fault-heading", "fault");
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Box::new(signed.message(status, page, ("/staff", "staff-home")))
    })
}
