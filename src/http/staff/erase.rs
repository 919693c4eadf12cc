//! Somebody asks staff to take their response back, and says its receipt; or to erase what
//! leads to them of a petition, and says its code.

pub(super) mod petition;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::super::page::{self, Keep, Stopped, settled};
use super::visit::Signed;
use crate::pages::staff::form::{Field, Form};
use crate::staff::audit::{Action, Outcome};
use crate::store::responses::Receipt;
use crate::store::withdrawing::Held;

const ADDRESS: &str = "/staff/erase";
/// What is said where nothing within reach has the code.
const NOT_FOUND: &str = "staff-erase-unknown";

pub(super) fn show(signed: &Signed) -> HttpResponse {
    form(signed, StatusCode::OK, [None, None])
}

fn form(
    signed: &Signed,
    status: StatusCode,
    [receipt, asked]: [Option<String>; 2],
) -> HttpResponse {
    let typed = |name| signed.fields.first(name);
    let page = Form::new(
        &signed.shell,
        signed.said("staff-erase-heading"),
        ADDRESS,
        signed.said("staff-erase-button"),
    );
    let page = page.signed(signed.nav()).saying(signed.said("staff-erase-about"));
    let page = if signed.resumed { page.noticing(signed.said("resumed")) } else { page };
    let page = page
        .saying(signed.said("staff-erase-final"))
        .saying(signed.said("staff-erase-petition-about"))
        .asking(
            Field::spelled("receipt", signed.said("staff-erase-receipt"))
                .hint(signed.said("staff-erase-receipt-hint"))
                .value(typed("receipt"))
                .wrong(receipt),
        )
        .asking(
            Field::tick("asked", signed.said("staff-erase-asked"))
                .value(typed("asked"))
                .wrong(asked),
        );
    page::show(status, Keep::Never, &page)
}

pub(super) async fn take(signed: Signed) -> HttpResponse {
    settled(taken(&signed).await)
}

async fn taken(signed: &Signed) -> Stopped<HttpResponse> {
    let typed = signed.fields.first("receipt");
    let held = match Receipt::typed(typed) {
        Some(receipt) => within_scope(signed, &receipt).await?,
        None => Err(NOT_FOUND),
    };
    if let Some(found) = petition::within_scope(signed, typed).await? {
        if held == Err(NOT_FOUND) {
            return Ok(petition::asked_for(signed, &found));
        }
        // A response and a petition of the same eight characters: neither is guessed.
        let said = [Some(signed.said("staff-erase-twice")), None];
        return Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, said));
    }
    let asked = signed.fields.first("asked") == "yes";
    let held = match held {
        Ok(held) if asked => held,
        held => {
            let receipt = held.err().map(|key| signed.said(key));
            let asked = (!asked).then(|| signed.said("staff-erase-asked-wrong"));
            return Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, [receipt, asked]));
        }
    };
    let event = signed.event(Action::WithdrawResponse, Outcome::Done).at_place(&held.scope());
    let done = signed.service.db.withdraw_response(held.id, &event).await;
    done.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    let said = ("privacy-withdrawn-heading", "privacy-withdrawn");
    Ok(signed.message(StatusCode::OK, said, ("/staff", "staff-home")))
}

/// The response with this receipt that this person may take back, or what is to be said.
/// That it is somebody else's is told as if there were none.
async fn within_scope(signed: &Signed, receipt: &Receipt) -> Stopped<Result<Held, &'static str>> {
    let held = signed.service.db.held_by(receipt).await.map_err(|error| signed.down(&error))?;
    let scope = &signed.account.scope;
    let mut own = held.into_iter().filter(|held| scope.covers(&held.scope()));
    Ok(match (own.next(), own.next()) {
        (None, _) => Err(NOT_FOUND),
        (Some(held), _) if held.is_withdrawn() => Err("staff-erase-before"),
        (Some(held), None) => Ok(held),
        (Some(_), Some(_)) => Err("staff-erase-twice"),
    })
}
