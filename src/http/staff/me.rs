//! One's own account: password, recovery codes, sessions.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use uuid::Uuid;

use super::super::page::{self, Keep, Stopped, settled};
use super::set_up::{self, Codes};
use super::visit::Signed;
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::me::Me;
use crate::pages::staff::shown_once::ShownOnce;
use crate::staff::audit::{Action, Outcome};
use crate::staff::entrance::Busy;

pub(super) async fn show(signed: Signed) -> HttpResponse {
    settled(shown(&signed).await)
}

async fn shown(signed: &Signed) -> Stopped<HttpResponse> {
    let (db, id) = (&signed.service.db, signed.account.id);
    let mut sessions = db.sessions_of(id).await.map_err(|error| signed.down(&error))?;
    let now = signed.now();
    sessions.retain(|session| now < session.ends_at());
    let left = db.recovery_codes_left(id).await.map_err(|error| signed.down(&error))?;
    let (nav, here) = (signed.nav(), signed.session.id);
    let page = Me::new(&signed.shell, nav, &signed.account, &sessions, here, left);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

pub(super) fn password(signed: &Signed) -> HttpResponse {
    password_form(signed, StatusCode::OK, None, [None, None])
}

fn password_form(
    signed: &Signed,
    status: StatusCode,
    current: Option<String>,
    [chosen, repeated]: [Option<String>; 2],
) -> HttpResponse {
    let page = Form::new(
        &signed.shell,
        signed.said("password-change"),
        "/staff/me/password",
        signed.said("password-change"),
    )
    .signed(signed.nav())
    .saying(signed.said("password-rules"))
    .asking(Field::password("current", signed.said("password-current")).wrong(current))
    .asking(Field::new_password("password", signed.said("password-new")).wrong(chosen))
    .asking(Field::new_password("repeated", signed.said("password-repeated")).wrong(repeated))
    .leading("/staff/me", signed.said("staff-to-me"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn change_password(signed: Signed) -> HttpResponse {
    settled(changed(&signed).await)
}

async fn changed(signed: &Signed) -> Stopped<HttpResponse> {
    let down = |error| signed.down(&error);
    let (service, account) = (&signed.service, &signed.account);
    let wrong = set_up::wrong_password(signed, account);
    if wrong.iter().any(Option::is_some) {
        return Ok(password_form(signed, StatusCode::UNPROCESSABLE_ENTITY, None, wrong));
    }
    let tried = (account.name.to_string(), signed.flood.sender(&signed.request));
    if let Err(millis) = service.entrance.passwords.admit(&tried, signed.now()) {
        return Ok(signed.wait(millis, "/staff/me/password"));
    }
    let stored = service.db.secrets(account.id).await.map_err(down)?;
    let stored = stored.and_then(|secrets| secrets.password_hash);
    let current = signed.fields.first("current").to_owned();
    let is_right = service.entrance.verify(current, stored).await;
    if !is_right.map_err(|Busy| signed.busy())? {
        let refused = signed.event(Action::ChangePassword, Outcome::Refused);
        service.db.note(&refused).await.map_err(down)?;
        let current = Some(signed.said("password-current-wrong"));
        let again = password_form(signed, StatusCode::UNPROCESSABLE_ENTITY, current, [None, None]);
        return Ok(again);
    }
    service.entrance.passwords.succeeded(&tried);
    let hash = set_up::hash(signed).await?;
    let event = signed.event(Action::ChangePassword, Outcome::Done);
    let changed = service.db.change_password(account.id, &hash, &signed.token, &event).await;
    changed.map_err(down)?;
    Ok(page::see_other(&signed.shell.link("/staff/me?done=password")))
}

pub(super) async fn recovery_codes(signed: Signed) -> HttpResponse {
    let Codes { texts, hashes } = Codes::new(&signed.service);
    let event = signed.event(Action::NewRecoveryCodes, Outcome::Done);
    let db = &signed.service.db;
    match db.replace_recovery_codes(signed.account.id, &hashes, &event).await {
        Ok(()) => {
            let page = ShownOnce::codes(&signed.shell, Some(signed.nav()), texts);
            page::show(StatusCode::OK, Keep::Never, &page)
        }
        Err(error) => signed.down(&error),
    }
}

/// Ends the session that the form names, or with none named all but this one.
pub(super) async fn end_sessions(signed: Signed) -> HttpResponse {
    let named = signed.fields.values("session").next();
    let id = named.map(|id| Uuid::parse_str(id).unwrap_or_default());
    let event = signed.event(Action::EndSessions, Outcome::Done);
    let db = &signed.service.db;
    match db.end_sessions(signed.account.id, id, &signed.token, &event).await {
        Ok(()) => page::see_other(&signed.shell.link("/staff/me")),
        Err(error) => signed.down(&error),
    }
}
