//! The gate: whether a request may pass to its handler. What the route table does not
//! allow is refused.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, REFERRER_POLICY};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::super::Flood;
use super::super::fields::Fields;
use super::super::page::{self, Keep, Stopped, settled};
use super::super::refused;
use super::upload::{self, Parts};
use super::visit::{Signed, Visit, token_of};
use super::{Carries, Handler, MAX_FORM_BYTES, ROUTES, StaffRoute, Verb, Who, again, once, origin};
use crate::pages::message::Message;
use crate::service::Service;
use crate::staff::Account;
use crate::staff::audit::Action;
use crate::staff::session::{REMEMBERED_MILLIS, Session, Stage};
use crate::store;

/// How old the note of when a session was last used may be, in milliseconds: not
/// every look at a page is worth a write.
const TOUCH_MILLIS: i64 = 60_000;

/// What the fields of a kept form are sealed for: nobody else, and no other page.
fn purpose(account: &Account, path: &str) -> String {
    format!("form of {} at {path}", account.id)
}

/// Answers a request to `route`.
pub(super) async fn pass(
    route: &'static StaffRoute,
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    payload: Payload,
) -> HttpResponse {
    let asked = request.clone();
    let answer = settled(check(route, request, Data::clone(&service), flood, payload).await);
    let mut answer = match note_refusal(&asked, &service, answer.status()).await {
        Ok(()) => answer,
        Err(error) => page::store_down(&page::shell(&asked, &service), "/staff", &error),
    };
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Without it a browser would call the origin of our own forms `null`.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    answer
}

/// Notes a refusal, with whoever was refused as far as a session tells.
async fn note_refusal(
    asked: &HttpRequest,
    service: &Service,
    status: StatusCode,
) -> Result<(), store::Error> {
    if !refused::refuses(status) {
        return Ok(());
    }
    let found = match token_of(asked) {
        Some(token) => service.db.session(&token).await?,
        None => None,
    };
    let who = found.as_ref().map(|(_, account)| account);
    refused::note(service, asked, status, who, asked.path()).await
}

async fn check(
    route: &'static StaffRoute,
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    payload: Payload,
) -> Stopped<HttpResponse> {
    let shell = page::shell(&request, &service);
    let mut visit = Visit {
        request,
        service,
        flood,
        shell,
        fields: Fields::default(),
        file: None,
        file_too_large: false,
        resumed: false,
    };
    if !origin::is_private(&visit.request, &visit.service.settings.trusted_proxies) {
        refused::because(&visit.request, Action::EnterPlainly);
        return Err(Box::new(not_private(&visit)));
    }
    if route.verb == Verb::Post {
        let Parts { fields, file, too_large } = read(route, &visit, payload).await?;
        (visit.fields, visit.file, visit.file_too_large) = (fields, file, too_large);
    }
    match route.handler {
        Handler::Open(answer) => {
            let token = token_of(&visit.request).map(|token| token.text());
            let host = visit.request.connection_info().host().to_owned();
            let sender = (visit.flood.sender(&visit.request), host, token);
            let mark = once::mark(&visit, &format!("{sender:?}"));
            Ok(once::once(route.once, mark, answer(visit)).await)
        }
        Handler::Signed(answer) => {
            if let Some(answer) = second_code(route, &visit) {
                return Ok(answer);
            }
            let mut signed = known(route, visit).await?;
            if route.verb == Verb::Get && route.kept {
                signed = resume(signed).await?;
            }
            let mark = once::mark(&signed, &signed.token.text());
            Ok(once::once(route.once, mark, answer(signed)).await)
        }
    }
}

/// The answer to a code that has just signed somebody in, sent once more: the token that
/// it came with is used up by then.
fn second_code(route: &StaffRoute, visit: &Visit) -> Option<HttpResponse> {
    let token = token_of(&visit.request).filter(|_| route.who == Who::Half)?;
    once::answered(&once::mark(visit, &token.text()))
}

fn not_private(visit: &Visit) -> HttpResponse {
    let t = visit.shell.t;
    let page = Message::new(&visit.shell, t.get("plain-heading"))
        .saying(t.get("plain"))
        .saying(t.get("plain-operator"))
        .leading("/", t.get("to-home"));
    page::show(StatusCode::FORBIDDEN, Keep::Never, &page)
}

/// The form that was sent, if it came from one of our pages.
async fn read(route: &StaffRoute, visit: &Visit, payload: Payload) -> Stopped<Parts> {
    let refuse = |status, key| {
        let back = visit.request.path();
        Box::new(visit.message(status, ("form-refused-heading", key), (back, "to-form")))
    };
    if !origin::is_ours(&visit.request) {
        refused::because(&visit.request, Action::SendForeign);
        return Err(refuse(StatusCode::FORBIDDEN, "form-foreign"));
    }
    let kind = visit.request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or("").trim();
    let read = if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let fields = Fields::read(payload, MAX_FORM_BYTES).await;
        fields.map(|fields| Parts { fields, ..Parts::default() })
    } else if route.carries == Carries::File && kind.eq_ignore_ascii_case("multipart/form-data") {
        if !has_session(visit).await? {
            return Err(Box::new(to_sign_in(route, visit)));
        }
        upload::read(visit.request.headers(), payload).await
    } else {
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "form-unread"));
    };
    read.map_err(|_| refuse(StatusCode::PAYLOAD_TOO_LARGE, "form-too-large"))
}

/// Whether `visit` comes with a session, over or not: of nobody else a file is read.
async fn has_session(visit: &Visit) -> Stopped<bool> {
    let Some(token) = token_of(&visit.request) else { return Ok(false) };
    let found = visit.service.db.session(&token).await.map_err(|error| visit.down(&error))?;
    Ok(found.is_some())
}

/// Whoever makes `visit`, if they may take `route`.
async fn known(route: &StaffRoute, visit: Visit) -> Stopped<Signed> {
    let token = token_of(&visit.request);
    let found = match &token {
        Some(token) => visit.service.db.session(token).await.map_err(|e| visit.down(&e))?,
        None => None,
    };
    let Some((token, (session, account))) = token.zip(found) else {
        return Err(Box::new(to_sign_in(route, &visit)));
    };
    let now = visit.now();
    let marked = visit.fields.first("mark") == token.form_mark();
    if session.ends_at() <= now {
        if route.verb == Verb::Post && marked && session.stage == Stage::Whole {
            keep(route, &visit, &account).await?;
        }
        return Err(Box::new(to_sign_in(route, &visit)));
    }
    let wanted = if route.who == Who::Half { Stage::Half } else { Stage::Whole };
    if account.disabled_at.is_some() || session.stage != wanted {
        return Err(Box::new(to_sign_in(route, &visit)));
    }
    let signed = Signed::new(visit, token, session, account);
    if route.verb == Verb::Post && !marked {
        // It may be a page that was opened before a new token; what was typed is offered
        // again, and never sent by itself.
        keep(route, &signed, &signed.account).await?;
        refused::because(&signed.request, Action::SendUnmarked);
        let back = back_from(&signed);
        let page = ("form-refused-heading", "form-foreign");
        return Err(Box::new(signed.message(StatusCode::FORBIDDEN, page, (&back, "to-form"))));
    }
    allowed(route, signed).await
}

/// Whether whoever is signed in may take `route`, now.
async fn allowed(route: &StaffRoute, signed: Signed) -> Stopped<Signed> {
    let Who::May(permission) = route.who else { return Ok(signed) };
    if !signed.account.may(permission) {
        return Err(Box::new(signed.not_allowed()));
    }
    if route.grave {
        proved(route, &signed).await?;
    }
    let now = signed.now();
    if touches(&signed.session, now) {
        let touched = signed.service.db.touch_session(&signed.token, now).await;
        touched.map_err(|error| signed.down(&error))?;
    }
    Ok(signed)
}

/// Whether whoever is signed in has just proved who they are; else what was typed is kept
/// and they are asked to.
async fn proved(route: &StaffRoute, signed: &Signed) -> Stopped<()> {
    if signed.session.is_fresh(signed.now()) {
        return Ok(());
    }
    let next = if route.verb == Verb::Get {
        signed.here()
    } else {
        keep(route, signed, &signed.account).await?;
        back_from(signed)
    };
    refused::because(&signed.request, Action::Unproved);
    Err(Box::new(again::ask(signed, StatusCode::FORBIDDEN, &next, None)))
}

/// The same for what is grave only as things stand, asked by the handler that knows.
pub(super) async fn grave_now(signed: &Signed) -> Stopped<()> {
    let pattern = signed.request.match_pattern().unwrap_or_default();
    let verb = if signed.request.method() == Method::POST { Verb::Post } else { Verb::Get };
    match ROUTES.iter().find(|route| route.path == pattern && route.verb == verb) {
        Some(route) => proved(route, signed).await,
        None => Ok(()),
    }
}

fn touches(session: &Session, now: i64) -> bool {
    now - session.seen_at >= TOUCH_MILLIS
}

/// The page whose form was sent: the same address, or the one above it.
pub(super) fn back_from(visit: &Visit) -> String {
    let path = visit.request.path();
    let pattern = visit.request.match_pattern().unwrap_or_default();
    let is_page = ROUTES.iter().any(|route| route.verb == Verb::Get && route.path == pattern);
    let above = path.rsplit_once('/').map_or("/staff", |(above, _)| above);
    if is_page { path.to_owned() } else { above.to_owned() }
}

/// Sends whoever is not signed in to where they can, and back afterwards.
fn to_sign_in(route: &StaffRoute, visit: &Visit) -> HttpResponse {
    let next = match (route.who, route.verb) {
        (Who::Half, _) => visit.next(),
        (_, Verb::Get) => visit.here(),
        (_, Verb::Post) => back_from(visit),
    };
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    page::see_other(&visit.shell.link(&format!("/staff/sign-in?{query}")))
}

/// Keeps what was typed for `account`, which has to sign in or prove itself first, where
/// they are led back to.
async fn keep(route: &StaffRoute, visit: &Visit, account: &Account) -> Stopped<()> {
    if !route.kept {
        return Ok(());
    }
    let service = &visit.service;
    let typed = visit.fields.without(&["mark"]);
    let page = back_from(visit);
    let purpose = purpose(account, &page);
    let sealed = service.entrance.key.seal(service.clock.secret(), &purpose, typed.as_bytes());
    let until = visit.now() + REMEMBERED_MILLIS;
    let kept = service.db.keep_form(account.id, &page, &sealed, until).await;
    Ok(kept.map_err(|error| visit.down(&error))?)
}

/// The same visit with what was kept of its form.
async fn resume(mut signed: Signed) -> Stopped<Signed> {
    let db = &signed.service.db;
    let kept = db.kept_form(signed.account.id, signed.request.path(), signed.now()).await;
    let kept = kept.map_err(|error| signed.down(&error))?;
    let purpose = purpose(&signed.account, signed.request.path());
    let opened = kept.and_then(|sealed| signed.service.entrance.key.open(&purpose, &sealed));
    if let Some(typed) = opened {
        signed.resume(Fields::of(&String::from_utf8_lossy(&typed)));
    }
    Ok(signed)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::staff::session::Device;

    #[test]
    fn a_session_is_noted_as_used_once_a_minute() {
        let session = Session {
            id: Uuid::nil(),
            account: Uuid::nil(),
            stage: Stage::Whole,
            device: Device::Unknown,
            begun_at: 0,
            seen_at: 0,
            proved_at: 0,
        };
        assert!(!touches(&session, TOUCH_MILLIS - 1));
        assert!(touches(&session, TOUCH_MILLIS));
    }
}
