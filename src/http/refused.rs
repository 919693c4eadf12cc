//! Every refusal becomes a line of the audit log, wherever it was refused: what says no
//! only answers with its status.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest};

use crate::service::Service;
use crate::staff::Account;
use crate::staff::audit::{Action, Event, Outcome, UNKNOWN};
use crate::store;

/// Why a request was refused, where its status does not say it.
struct Why(Action);

/// Has the refusal of `request` noted as `action`.
pub(super) fn because(request: &HttpRequest, action: Action) {
    request.extensions_mut().insert(Why(action));
}

/// What is noted of an answer with `status`; `None` for what refuses nobody.
fn action(request: &HttpRequest, status: StatusCode) -> Option<Action> {
    let why = || request.extensions().get::<Why>().map(|why| why.0);
    match status {
        StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Some(why().unwrap_or(Action::Enter)),
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Some(Action::SendUnread)
        }
        StatusCode::TOO_MANY_REQUESTS => Some(Action::TooOften),
        _ => None,
    }
}

/// Whether an answer with `status` refuses what was asked.
pub(super) fn refuses(status: StatusCode) -> bool {
    matches!(status.as_u16(), 403 | 404 | 413 | 415 | 429)
}

/// Notes that `request` was refused to `who`, or to nobody known, if `status` says so;
/// once a minute for each of them, route and reason.
///
/// # Errors
/// [`store::Error`] when it cannot be written.
pub(super) async fn note(
    service: &Service,
    request: &HttpRequest,
    status: StatusCode,
    who: Option<&Account>,
    subject: &str,
) -> Result<(), store::Error> {
    let Some(action) = action(request, status) else { return Ok(()) };
    let now = service.clock.now();
    let event = match who {
        Some(account) => Event::of(now, account, action, Outcome::Refused),
        None => Event::new(now, UNKNOWN, action, Outcome::Refused),
    };
    let route = format!("{} {}", request.method(), request.match_pattern().unwrap_or_default());
    match service.entrance.refusals.line(&event.who, &route, action, now) {
        None => Ok(()),
        Some(0) => service.db.note(&event.about(subject)).await,
        Some(more) => service.db.note(&event.about(&format!("{subject} (+{more})"))).await,
    }
}

/// Notes floods of what the public sends. The address of a route stands for what was
/// sent: a real one can name a response.
///
/// # Errors
/// Those of what answers.
pub async fn floods(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let answer = next.call(request).await?;
    let (asked, status) = (answer.request(), answer.status());
    // The gate notes what it refuses, with whom.
    let of_public = !asked.path().starts_with("/staff");
    if status == StatusCode::TOO_MANY_REQUESTS
        && of_public
        && let Some(service) = asked.app_data::<Data<Service>>()
    {
        let route = asked.match_pattern().unwrap_or_default();
        if let Err(error) = note(service, asked, status, None, &route).await {
            tracing::debug!(%error, "a flood is not in the audit log");
        }
    }
    Ok(answer)
}
