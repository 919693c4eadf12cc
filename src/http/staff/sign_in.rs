//! Signing in with name and password, and signing out.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, USER_AGENT};

use super::super::page::{self, Keep, Stopped, settled};
use super::visit::{Signed, Visit, token_of, with_token};
use crate::pages::staff::form::{Field, Form};
use crate::staff::audit::{self, Action, Event, Outcome};
use crate::staff::entrance::Busy;
use crate::staff::session::{Device, Session, Stage};
use crate::staff::{Account, SignInName, Token, password};

pub(super) fn show(visit: &Visit) -> HttpResponse {
    form(visit, StatusCode::OK, None)
}

fn form(visit: &Visit, status: StatusCode, wrong: Option<&str>) -> HttpResponse {
    let name = Field::sign_in_name("name", visit.said("account-name"))
        .value(visit.fields.first("name"))
        .wrong(wrong.map(|key| visit.said(key)));
    let page = Form::new(
        &visit.shell,
        visit.said("sign-in-heading"),
        "/staff/sign-in",
        visit.said("sign-in-button"),
    )
    .saying(visit.said("sign-in-about"))
    .asking(name)
    .asking(Field::password("password", visit.said("password-label")))
    .carrying("next", &visit.next());
    page::show(status, Keep::Never, &page)
}

pub(super) async fn take(visit: Visit) -> HttpResponse {
    settled(try_in(&visit).await)
}

async fn try_in(visit: &Visit) -> Stopped<HttpResponse> {
    let (service, now) = (&visit.service, visit.now());
    if let Err(problem) = visit.flood.admit(&visit.request) {
        let seconds = i64::try_from(problem.retry_after.unwrap_or(60)).unwrap_or(60);
        return Ok(visit.wait(seconds * 1_000, "/staff/sign-in"));
    }
    let typed = visit.fields.first("name").trim().to_ascii_lowercase();
    let name: String = typed.chars().take(64).collect();
    let tried = (name, visit.flood.sender(&visit.request));
    let passwords = &service.entrance.passwords;
    if let Err(millis) = passwords.admit(&tried, now) {
        return Ok(visit.wait(millis, "/staff/sign-in"));
    }
    let strangers = &service.entrance.strangers;
    if let Err(millis) = strangers.admit(&tried.0, &tried.1, now) {
        return Ok(visit.wait(millis, "/staff/sign-in"));
    }
    let down = |error| visit.down(&error);
    let account = match SignInName::parse(&tried.0) {
        Some(name) => service.db.account_named(&name).await.map_err(down)?,
        None => None,
    };
    let open = account.as_ref().filter(|account| account.disabled_at.is_none());
    let stored = match open {
        Some(account) => service.db.secrets(account.id).await.map_err(down)?,
        None => None,
    };
    let stored = stored.and_then(|secrets| secrets.password_hash);
    let given = visit.fields.first("password").to_owned();
    let is_right = service.entrance.verify(given.clone(), stored.clone()).await;
    let is_right = is_right.map_err(|Busy| visit.busy())?;
    let Some((account, stored)) = account.as_ref().zip(stored).filter(|_| is_right) else {
        let refused = match &account {
            Some(account) => Event::of(now, account, Action::Password, Outcome::Refused),
            None => Event::new(now, audit::UNKNOWN, Action::Password, Outcome::Refused),
        };
        service.db.note(&refused).await.map_err(down)?;
        let wrong = Some("sign-in-wrong");
        return Ok(form(visit, StatusCode::UNPROCESSABLE_ENTITY, wrong));
    };
    passwords.succeeded(&tried);
    strangers.succeeded(&tried.0, &tried.1, now);
    strengthen(visit, account, given, &stored).await?;
    let token = begin(visit, account).await?;
    let query = serde_urlencoded::to_string([("next", visit.next())]).unwrap_or_default();
    let on = page::see_other(&visit.shell.link(&format!("/staff/second-factor?{query}")));
    Ok(with_token(on, Some(&token)))
}

/// Hashes the password anew when it was hashed with less work than is asked for now.
async fn strengthen(visit: &Visit, account: &Account, given: String, stored: &str) -> Stopped<()> {
    if !password::is_outdated(stored) {
        return Ok(());
    }
    let service = &visit.service;
    // It can wait until the next sign-in.
    if let Ok(hash) = service.entrance.hash(given, service.clock.salt()).await {
        let done = service.db.strengthen_password(account.id, stored, &hash).await;
        done.map_err(|error| visit.down(&error))?;
    }
    Ok(())
}

/// The kind of device that `visit` comes from; of what its browser says nothing else is kept.
fn device(visit: &Visit) -> Device {
    let agent = visit.request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    Device::of_agent(agent.unwrap_or(""))
}

/// Begins a session that still lacks the second factor.
async fn begin(visit: &Visit, account: &Account) -> Stopped<Token> {
    let (service, now) = (&visit.service, visit.now());
    let token = Token::of(service.clock.secret());
    let session = Session {
        id: service.clock.new_id(),
        account: account.id,
        stage: Stage::Half,
        device: device(visit),
        begun_at: now,
        seen_at: now,
        proved_at: now,
    };
    let event = Event::of(now, account, Action::Password, Outcome::Done);
    let before = token_of(&visit.request);
    let begun = service.db.begin_session(&token, &session, before.as_ref(), &event).await;
    begun.map_err(|error| visit.down(&error))?;
    Ok(token)
}

pub(super) async fn sign_out(signed: Signed) -> HttpResponse {
    let event = signed.event(Action::SignOut, Outcome::Done);
    if let Err(error) = signed.service.db.end_session(&signed.token, &event).await {
        return signed.down(&error);
    }
    let mut answer = page::see_other(&signed.shell.link("/staff/sign-in"));
    // The cache only: a kiosk on the same device keeps answers in its storage that are
    // not sent yet.
    let cleared = HeaderValue::from_static("\"cache\"");
    answer.headers_mut().insert(HeaderName::from_static("clear-site-data"), cleared);
    with_token(answer, None)
}
