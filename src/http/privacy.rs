//! What is kept of people: the notice, where to write about a security hole, and what is
//! held of a response for whoever has its receipt, who may take it back.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, web};
use surveys::period::{date_of_millis, midnight_millis};
use surveys::response::Document;
use surveys::{PointCode, catalog};

use super::fields::Fields;
use super::page::{self, Keep, Stopped, settled};
use super::posters::home;
use super::{Flood, MAX_SUBMISSION_BYTES};
use crate::pages::Shell;
use crate::pages::message::Message;
use crate::pages::privacy::{Ask, ERASE, Held, NOTICE, Notice, Terms, held_json};
use crate::service::Service;
use crate::staff::audit::{Action, Event, Outcome};
use crate::store;
use crate::store::petitions::CITIZEN;
use crate::store::responses::Receipt;

/// How long what `security.txt` says may be believed, in days; it is made anew when asked.
const BELIEVED_DAYS: i64 = 180;
const DAY_MILLIS: i64 = 24 * 3_600_000;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(page::resource(&[NOTICE], web::route().to(notice)))
        .service(page::resource(&[ERASE], web::route().to(ask)).route(web::post().to(take)))
        .service(page::resource(&["/.well-known/security.txt"], web::route().to(security)));
}

/// The surroundings of a page about what is kept, in whichever language it can be said.
fn surroundings(request: &HttpRequest, service: &Service) -> Shell {
    page::shell(request, service).offered_in(service.languages.complete_pages())
}

/// Those of the page about what is `held` of one response: the title of the form that was
/// answered has to be said too.
fn surroundings_of(
    held: &store::withdrawing::Held,
    request: &HttpRequest,
    service: &Service,
) -> Shell {
    let answered = Document::read(&held.document).ok();
    let form = answered.and_then(|it| catalog::instrument(&it.instrument, Some(it.version)));
    let mut languages = service.languages.complete_pages();
    languages.retain(|it| form.is_none_or(|form| it.wording(&form.title).is_some()));
    page::shell(request, service).offered_in(languages)
}

/// The notice; `?point=` names the collection point whose centre it tells how to reach.
async fn notice(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let mut shell = surroundings(&request, &service);
    if let Some(code) = shell.asked("point").and_then(|code| PointCode::parse(code).ok())
        && let Ok(Some(point)) = service.collection_point(code.as_str()).await
    {
        shell = shell.at_centre(service.contact_at(&point.code));
    }
    let kept = &service.settings.retention;
    let terms = Terms {
        exact_days: kept.exact_days,
        text_months: kept.text_months.count(),
        link_months: kept.link_months.count(),
        audit_months: kept.audit_months.count(),
        contact_days: service.settings.petitions.contact_days,
    };
    let security = service.settings.security_contact.as_ref().map_or("", |to| to.as_str());
    page::show(StatusCode::OK, Keep::Briefly, &Notice::new(&shell, &terms, security))
}

/// Where somebody who found a security hole writes (RFC 9116).
async fn security(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let home = home(&request, &service).ok();
    let set = service.settings.security_contact.as_ref().map(ToString::to_string);
    let contact = set.or_else(|| home.as_ref().map(|home| format!("{home}{NOTICE}#security")));
    let Some(contact) = contact else {
        return page::nothing_here(&page::shell(&request, &service));
    };
    let until = midnight_millis(date_of_millis(service.clock.now() + BELIEVED_DAYS * DAY_MILLIS));
    let until = date_of_millis(until);
    let canonical = service.settings.public_address.as_ref();
    let canonical = canonical.map(|home| format!("Canonical: {home}/.well-known/security.txt\n"));
    let text = format!(
        "Contact: {contact}\nExpires: {until}T00:00:00+07:00\nPreferred-Languages: vi, en\n{}",
        canonical.unwrap_or_default()
    );
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}

async fn ask(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shell = surroundings(&request, &service);
    page::show(StatusCode::OK, Keep::Never, &Ask::new(&shell, "", None))
}

/// Shows what is held of a response, gives it as a file, or takes the response back.
async fn take(
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    payload: Payload,
) -> HttpResponse {
    let shell = surroundings(&request, &service);
    let taken = async {
        let fields = Fields::read(payload, MAX_SUBMISSION_BYTES).await;
        let fields = fields.map_err(|_| Box::new(wrong(&shell, "", "privacy-receipt-wrong")))?;
        let (receipt, held) = admitted(&request, &service, &flood, &shell, &fields).await?;
        match fields.first("act") {
            "json" => Ok(as_file(&receipt, &held)),
            "withdraw" => withdrawn(&service, &shell, &held).await,
            _ => {
                let shell = surroundings_of(&held, &request, &service);
                let page = Held::new(&shell, &receipt, &held);
                Ok(page::show(StatusCode::OK, Keep::Never, &page))
            }
        }
    };
    settled(taken.await)
}

/// The page that asks for a receipt, with the text `key` on what is wrong with `typed`.
fn wrong(shell: &Shell, typed: &str, key: &str) -> HttpResponse {
    let said = Some(shell.t.get(key).into_owned());
    let page = Ask::new(shell, typed, said);
    page::show(StatusCode::UNPROCESSABLE_ENTITY, Keep::Never, &page)
}

/// The response whose receipt was typed. One that is no receipt and one that nothing has
/// are told in the same words; whoever tries many has to wait.
async fn admitted(
    request: &HttpRequest,
    service: &Service,
    flood: &Flood,
    shell: &Shell,
    fields: &Fields,
) -> Stopped<(Receipt, store::withdrawing::Held)> {
    if let Err(problem) = flood.admit(request) {
        let seconds = problem.retry_after.unwrap_or(60);
        return Err(Box::new(wait(shell, i64::try_from(seconds).unwrap_or(60) * 1_000)));
    }
    let typed = fields.first("receipt");
    let receipt = Receipt::typed(typed);
    let unknown = || Box::new(wrong(shell, typed, "privacy-receipt-wrong"));
    let receipt = receipt.ok_or_else(unknown)?;
    let (tried, receipts) = (flood.sender(request), &service.entrance.receipts);
    receipts.admit(&tried, service.clock.now()).map_err(|millis| Box::new(wait(shell, millis)))?;
    let held = service.db.held_by(&receipt).await;
    let held = held.map_err(|error| Box::new(page::store_down(shell, ERASE, &error)))?;
    let mut held = held.into_iter();
    match (held.next(), held.next()) {
        (None, _) => Err(unknown()),
        (Some(_), Some(_)) => Err(Box::new(wrong(shell, typed, "privacy-receipt-twice"))),
        (Some(held), None) => {
            receipts.succeeded(&tried);
            Ok((receipt, held))
        }
    }
}

/// The page that asks to wait.
fn wait(shell: &Shell, millis: i64) -> HttpResponse {
    let seconds = u64::try_from(millis).unwrap_or(0).div_ceil(1_000);
    let t = shell.t;
    let said = if seconds > 3_600 {
        t.get("privacy-wait-tomorrow").into_owned()
    } else {
        t.with("petition-wait", &[("seconds", &seconds.to_string())])
    };
    let page =
        Message::new(shell, t.get("wait-heading")).saying(said).leading(ERASE, t.get("wait-again"));
    page::later(page::show(StatusCode::TOO_MANY_REQUESTS, Keep::Never, &page), seconds)
}

fn as_file(receipt: &Receipt, held: &store::withdrawing::Held) -> HttpResponse {
    let name = format!("hailong-{receipt}.json");
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(format!("{:#}\n", held_json(receipt, held)))
}

async fn withdrawn(
    service: &Service,
    shell: &Shell,
    held: &store::withdrawing::Held,
) -> Stopped<HttpResponse> {
    let event = Event::new(service.clock.now(), CITIZEN, Action::WithdrawResponse, Outcome::Done)
        .at_place(&held.scope());
    let done = service.db.withdraw_response(held.id, &event).await;
    done.map_err(|error| Box::new(page::store_down(shell, ERASE, &error)))?;
    let t = shell.t;
    let page = Message::new(shell, t.get("privacy-withdrawn-heading"))
        .saying(t.get("privacy-withdrawn"))
        .saying(t.get("privacy-withdraw-published"))
        .leading(NOTICE, t.get("privacy-heading"))
        .leading("/", t.get("to-home"));
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}
