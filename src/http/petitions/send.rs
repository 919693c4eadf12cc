//! Sending a petition: the form, a look at everything before it is sent, and the code
//! and PIN once it is stored.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use surveys::petition::PetitionChannel;

use super::super::Flood;
use super::super::page::{self, Keep, settled};
use super::Visit;
use super::typed::{Typed, Wrong};
use crate::pages::petition::{Check, Sent, Write};
use crate::service::Service;
use crate::store::petitions::CITIZEN;

pub(super) async fn show(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = Visit::in_any_language(request, service).map(|visit| {
        let typed = Typed::of(&visit.fields, visit.service.clock.secret());
        form(&visit, StatusCode::OK, &typed, &Wrong::new())
    });
    settled(shown)
}

fn form(visit: &Visit, status: StatusCode, typed: &Typed, wrong: &Wrong) -> HttpResponse {
    let shell = &visit.shell;
    let consent = visit.said("petition-consent");
    let fields = (typed.about(shell, wrong), typed.reach(shell, wrong, consent));
    let days = visit.service.settings.petitions.contact_days;
    let page = Write::new(shell, visit.commune, fields, &typed.form, days);
    page::show(status, Keep::Never, &page)
}

pub(super) async fn take(
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    payload: Payload,
) -> HttpResponse {
    let taken = async {
        let visit = Visit::in_any_language(request, service)?.with_form(payload, &flood).await?;
        let typed = Typed::of(&visit.fields, visit.service.clock.secret());
        let wrong = typed.wrong(visit.shell.t);
        if !wrong.is_empty() {
            return Ok(form(&visit, StatusCode::UNPROCESSABLE_ENTITY, &typed, &wrong));
        }
        Ok(match visit.fields.first("press") {
            "send" => send(&visit, &typed).await,
            "change" => form(&visit, StatusCode::OK, &typed, &wrong),
            _ => {
                let page = Check::new(&visit.shell, visit.commune, typed.hidden());
                page::show(StatusCode::OK, Keep::Never, &page)
            }
        })
    };
    settled(taken.await)
}

async fn send(visit: &Visit, typed: &Typed) -> HttpResponse {
    let came = (PetitionChannel::Online, visit.service.today());
    let written = typed.written(&visit.commune.code, came, CITIZEN);
    match visit.service.receive_petition(&written, |_| None).await {
        Ok((code, pin)) => {
            let page = Sent::new(&visit.shell, visit.commune, &code, &pin);
            page::show(StatusCode::OK, Keep::Never, &page)
        }
        Err(error) => {
            tracing::error!(%error, "a petition could not be stored");
            let unsaved = vec![("text", visit.said("petition-not-saved"))];
            let answer = form(visit, StatusCode::SERVICE_UNAVAILABLE, typed, &unsaved);
            page::later(answer, 5)
        }
    }
}
