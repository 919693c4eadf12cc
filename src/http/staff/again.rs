//! Proving again who one is, before something grave.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::super::page::{self, Keep, Stopped, settled};
use super::prove::{self, Proof};
use super::visit::{Signed, with_token};
use crate::pages::staff::form::{Field, Form};
use crate::staff::Token;
use crate::staff::audit::{Action, Outcome};
use crate::staff::session::Session;

pub(super) fn show(signed: &Signed) -> HttpResponse {
    ask(signed, StatusCode::OK, &signed.next(), None)
}

/// Asks for a code, before going on to `next`.
pub(super) fn ask(
    signed: &Signed,
    status: StatusCode,
    next: &str,
    wrong: Option<&str>,
) -> HttpResponse {
    let code = Field::code("code", signed.said("code-label"))
        .hint(signed.said("code-hint"))
        .wrong(wrong.map(|key| signed.said(key)));
    let page = Form::new(
        &signed.shell,
        signed.said("again-heading"),
        "/staff/again",
        signed.said("second-factor-button"),
    )
    .signed(signed.nav())
    .saying(signed.said("again-about"))
    .asking(code)
    .carrying("next", next);
    page::show(status, Keep::Never, &page)
}

pub(super) async fn take(signed: Signed) -> HttpResponse {
    settled(try_code(&signed).await)
}

async fn try_code(signed: &Signed) -> Stopped<HttpResponse> {
    let down = |error| signed.down(&error);
    let next = signed.next();
    match prove::by_code(signed, &signed.account, signed.fields.first("code")).await? {
        Proof::Wait(millis) => Ok(signed.wait(millis, "/staff/again")),
        proof @ (Proof::Wrong | Proof::Used) => {
            let refused = signed.event(Action::ProvedAgain, Outcome::Refused);
            signed.service.db.note(&refused).await.map_err(down)?;
            Ok(ask(signed, StatusCode::UNPROCESSABLE_ENTITY, &next, Some(proof.wrong())))
        }
        Proof::Right => {
            let now = signed.now();
            let session = Session { seen_at: now, proved_at: now, ..signed.session.clone() };
            let token = Token::of(signed.service.clock.secret());
            let event = signed.event(Action::ProvedAgain, Outcome::Done);
            let before = Some(&signed.token);
            let begun = signed.service.db.begin_session(&token, &session, before, &event).await;
            begun.map_err(down)?;
            let on = page::see_other(&signed.shell.link(&next));
            Ok(with_token(on, Some(&token)))
        }
    }
}
