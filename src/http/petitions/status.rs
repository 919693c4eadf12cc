//! Following a petition with its code and PIN: how far it is, its answer, rating the
//! answer, asking for another look, having the contact erased.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use surveys::petition::{Act, AnswerRating, MAX_REASON_CHARS, cleaned};
use surveys::{Petition, PetitionCode};

use super::super::Flood;
use super::super::page::{self, Keep, Stopped, settled};
use super::Visit;
use crate::pages::petition::status::{Ask, Said, Status};
use crate::pages::petition::words;
use crate::service::Service;
use crate::service::petitions::Acted;
use crate::staff::Scope;
use crate::staff::petition_secrets::Pin;
use crate::store::petitions::CITIZEN;

pub(super) async fn show(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = Visit::in_any_language(request, service).map(|visit| {
        let code = visit.shell.asked("code").unwrap_or("").to_owned();
        ask(&visit, StatusCode::OK, &code, None)
    });
    settled(shown)
}

fn ask(visit: &Visit, status: StatusCode, code: &str, wrong: Option<String>) -> HttpResponse {
    page::show(status, Keep::Never, &Ask::new(&visit.shell, visit.commune, code, wrong))
}

pub(super) async fn take(
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    payload: Payload,
) -> HttpResponse {
    let taken = async {
        let visit = Visit::in_any_language(request, service)?.with_form(payload, &flood).await?;
        let (petition, pin) = admitted(&visit, &flood).await?;
        let (petition, said) = match visit.fields.first("act") {
            "" => (petition, Said::Nothing),
            "json" => return held(&visit, &petition).await,
            asked => done(&visit, petition, asked).await?,
        };
        shown(&visit, &petition, &pin, said).await
    };
    settled(taken.await)
}

/// The petition whose code and PIN were typed. A wrong code and a wrong PIN are told in
/// the same words, so that nobody learns which codes there are.
async fn admitted(visit: &Visit, flood: &Flood) -> Stopped<(Petition, Pin)> {
    let typed: String = visit.fields.first("code").chars().take(20).collect();
    let wrong = || {
        let said = Some(visit.said("petition-pass-wrong"));
        Box::new(ask(visit, StatusCode::UNPROCESSABLE_ENTITY, &typed, said))
    };
    let code: PetitionCode = typed.parse().map_err(|_| wrong())?;
    let pin = Pin::typed(visit.fields.first("pin")).ok_or_else(wrong)?;
    let service = &visit.service;
    let tried = (code.clone(), flood.sender(&visit.request));
    let pins = &service.entrance.pins;
    pins.admit(&tried, service.clock.now()).map_err(|millis| Box::new(visit.wait(millis)))?;
    let down = |error| visit.down(&error);
    let known = service.db.petition_pin(&code).await.map_err(down)?;
    let mark = service.entrance.key.pin_mark(&code, &pin);
    if known.is_none_or(|known| known != mark) {
        return Err(wrong());
    }
    pins.succeeded(&tried);
    let petition = service.db.petition(&Scope::Everywhere, &code).await.map_err(down)?;
    Ok((petition.ok_or_else(wrong)?, pin))
}

/// Does what the citizen `asked` for.
async fn done(visit: &Visit, petition: Petition, asked: &str) -> Stopped<(Petition, Said)> {
    let reason = cleaned(visit.fields.first("reason"));
    if reason.chars().count() > MAX_REASON_CHARS {
        return Ok((petition, Said::Wrong(visit.said("petition-reason-long"))));
    }
    let wanted = match asked {
        "rate" => match AnswerRating::of_name(visit.fields.first("rating")) {
            Some(rating) => Act::Rate { rating, reason },
            None => return Ok((petition, Said::Wrong(visit.said("petition-rate-wrong")))),
        },
        "again" if reason.is_empty() => {
            return Ok((petition, Said::Wrong(visit.said("petition-again-wrong"))));
        }
        "again" => Act::AskAgain { reason },
        "erase" => Act::EraseContact,
        _ => return Ok((petition, Said::Nothing)),
    };
    let service = &visit.service;
    let acted = service.act_on_petition(&petition.code, CITIZEN, &wanted).await;
    Ok(match acted.map_err(|error| visit.down(&error))? {
        Acted::Done(petition) => (*petition, Said::Done(visit.said(thanks(&wanted)))),
        Acted::Refused(refused) => {
            let said = words::refused(&visit.shell, refused);
            (petition, Said::Wrong(said))
        }
        Acted::NotReached => (petition, Said::Wrong(visit.said("petition-busy"))),
    })
}

fn thanks(act: &Act) -> &'static str {
    match act {
        Act::Rate { .. } => "petition-rated",
        Act::AskAgain { .. } => "petition-asked-again",
        _ => "petition-erased",
    }
}

/// Everything that is held of `petition`, as a file.
async fn held(visit: &Visit, petition: &Petition) -> Stopped<HttpResponse> {
    let service = &visit.service;
    let down = |error| visit.down(&error);
    let code = &petition.code;
    let history = service.db.petition_history(code).await.map_err(down)?;
    let sealed = service.db.petition_contact(code).await.map_err(down)?;
    let contact = sealed.and_then(|sealed| service.entrance.key.open_contact(code, &sealed));
    let (today, days) = (service.today(), service.settings.petitions.working_days());
    let page = Status::new(&visit.shell, petition, &history, (today, &days));
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"pakn-{code}.json\"")))
        .body(format!("{:#}\n", page.held(contact.as_ref()))))
}

async fn shown(visit: &Visit, petition: &Petition, pin: &Pin, said: Said) -> Stopped<HttpResponse> {
    let service = &visit.service;
    let down = |error| visit.down(&error);
    let history = service.db.petition_history(&petition.code).await.map_err(down)?;
    let has_contact = service.db.petition_contact(&petition.code).await.map_err(down)?.is_some();
    let today = service.today();
    let days = service.settings.petitions.working_days();
    let status = match said {
        Said::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let reason = visit.fields.first("reason");
    let page = Status::new(&visit.shell, petition, &history, (today, &days))
        .opened_with(pin)
        .saying(said, reason)
        .with_contact(has_contact);
    Ok(page::show(status, Keep::Never, &page))
}
