//! A form whose answer shows something once is done once: whoever clicks its button
//! twice within some seconds gets the same answer twice, also when the browser gave the
//! first one up. Signing in is shared only while it is under way: the attempt counts once
//! for both clicks, and a wrong password is never kept.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::body::to_bytes;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, rt};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::Answering;
use super::visit::Visit;

/// How long a second click is taken for the first.
const SECONDS: Duration = Duration::from_secs(10);

/// What was answered.
struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Answer {
    /// `response` as it can be given twice; as it is when nothing was done.
    async fn of(response: HttpResponse) -> Result<Self, HttpResponse> {
        let status = response.status();
        if !status.is_success() && !status.is_redirection() {
            return Err(response);
        }
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.clone(), value.clone())).collect();
        let body = to_bytes(response.into_body()).await;
        let body = body.map_err(|_| HttpResponse::InternalServerError().finish())?;
        Ok(Self { status, headers, body })
    }

    fn again(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        for header in &self.headers {
            response.append_header(header.clone());
        }
        response.body(self.body.clone())
    }
}

type Kept = HashMap<[u8; 32], (Instant, Arc<OnceCell<Answer>>)>;

static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);

/// How long a second click on a form gets the answer of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Once {
    /// It is a form of its own.
    Never,
    /// As long as the first is under way.
    UnderWay,
    /// Some seconds longer.
    Seconds,
}

/// What tells one form from every other: who sends it where with what in it.
pub(super) fn mark(visit: &Visit, token: &str) -> [u8; 32] {
    let parts = [visit.request.path(), token, &visit.fields.without(&[])];
    let hash = parts.iter().fold(Sha256::new(), |hash, part| {
        hash.chain_update(part.len().to_le_bytes()).chain_update(part)
    });
    hash.finalize().into()
}

/// What was answered to the form `mark` some seconds ago, if it was.
pub(super) fn answered(mark: &[u8; 32]) -> Option<HttpResponse> {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let (_, cell) = kept.get(mark).filter(|(since, _)| since.elapsed() < SECONDS)?;
    cell.get().map(Answer::again)
}

/// Does `work`, or gives what came of it when the same form was sent just before.
pub(super) async fn once(how: Once, mark: [u8; 32], work: Answering) -> HttpResponse {
    if how == Once::Never {
        return work.await;
    }
    let cell = {
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (since, _)| since.elapsed() < SECONDS);
        Arc::clone(&kept.entry(mark).or_insert_with(|| (Instant::now(), Arc::default())).1)
    };
    // Goes on when the browser hangs up, which a second click makes it do.
    let done = rt::spawn(async move {
        let answer = cell.get_or_try_init(|| async { Answer::of(work.await).await }).await;
        let answer = answer.map_or_else(|nothing_done| nothing_done, Answer::again);
        if how == Once::UnderWay {
            KEPT.lock().unwrap_or_else(PoisonError::into_inner).remove(&mark);
        }
        answer
    });
    done.await.unwrap_or_else(|_| HttpResponse::InternalServerError().finish())
}
