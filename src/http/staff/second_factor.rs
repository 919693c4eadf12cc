//! The second factor, after the password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::super::page::{self, Keep, Stopped, settled};
use super::prove::{self, Proof};
use super::visit::{Signed, with_token};
use crate::pages::staff::form::{Field, Form};
use crate::staff::Token;
use crate::staff::audit::{Action, Outcome};
use crate::staff::session::{Session, Stage};

pub(super) fn show(signed: &Signed) -> HttpResponse {
    form(signed, StatusCode::OK, None)
}

fn form(signed: &Signed, status: StatusCode, wrong: Option<&str>) -> HttpResponse {
    let code = Field::code("code", signed.said("code-label"))
        .hint(signed.said("code-hint"))
        .wrong(wrong.map(|key| signed.said(key)));
    let page = Form::new(
        &signed.shell,
        signed.said("second-factor-heading"),
        "/staff/second-factor",
        signed.said("second-factor-button"),
    )
    .saying(signed.said("second-factor-about"))
    .asking(code)
    .carrying("mark", &signed.token.form_mark())
    .carrying("next", &signed.next())
    .leading("/staff/sign-in", signed.said("second-factor-other"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn take(signed: Signed) -> HttpResponse {
    settled(try_code(&signed).await)
}

async fn try_code(signed: &Signed) -> Stopped<HttpResponse> {
    let down = |error| signed.down(&error);
    match prove::by_code(signed, &signed.account, signed.fields.first("code")).await? {
        Proof::Wait(millis) => Ok(signed.wait(millis, "/staff/second-factor")),
        proof @ (Proof::Wrong | Proof::Used) => {
            let refused = signed.event(Action::SecondFactor, Outcome::Refused);
            signed.service.db.note(&refused).await.map_err(down)?;
            Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, Some(proof.wrong())))
        }
        Proof::Right => {
            let now = signed.now();
            let session = Session {
                id: signed.service.clock.new_id(),
                stage: Stage::Whole,
                begun_at: now,
                seen_at: now,
                proved_at: now,
                ..signed.session.clone()
            };
            let token = Token::of(signed.service.clock.secret());
            let event = signed.event(Action::SecondFactor, Outcome::Done);
            let half = Some(&signed.token);
            let begun = signed.service.db.begin_session(&token, &session, half, &event).await;
            begun.map_err(down)?;
            let on = page::see_other(&signed.shell.link(&signed.next()));
            Ok(with_token(on, Some(&token)))
        }
    }
}
