//! The survey on a citizen's own phone: one question a page, no script needed.
//! What was answered so far is a draft in the store; its id becomes the response's
//! id, so that however often "Gửi" is pressed, one response is stored.

mod form;
mod open;
mod place;
mod progress;
#[cfg(test)]
mod tests;

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, LOCATION};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use surveys::response::Document;
use surveys::{VisitToken, catalog};
use uuid::Uuid;

use self::form::{Form, Press};
use self::open::{CHECK, Open, Shut};
pub(super) use self::place::Place;
use self::progress::Progress;
use super::page::{self, Keep, Stopped, settled};
use super::{Flood, responses};
use crate::pages::survey::{Again, Done, Given, Opened, Start};
use crate::problem::Code;
use crate::service::Service;
use crate::store::drafts::Draft;

/// The largest form that is read, in bytes: far more than the longest comment, so
/// that whoever pastes too much gets it back to shorten it.
const MAX_FORM_BYTES: usize = 1024 * 1024;

/// The last parts of the addresses of receipts: for a response just stored, and
/// for one that had been stored before with other answers.
const DONE: &str = "done";
const SENT_BEFORE: &str = "sent-before";

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            page::resource(&["/s/{point}", "/s/{point}/"], web::route().to(start))
                .route(web::post().to(begin)),
        )
        .service(page::resource(&["/s/{point}/{draft}/done"], web::route().to(done)))
        .service(page::resource(&["/s/{point}/{draft}/sent-before"], web::route().to(sent_before)))
        .service(
            page::resource(&["/s/{point}/{draft}/check"], web::route().to(check))
                .route(web::post().to(send)),
        )
        .service(
            page::resource(&["/s/{point}/{draft}/{n}"], web::route().to(question))
                .route(web::post().to(answer)),
        );
}

async fn start(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = async {
        let place = Place::of(&request, &service).await?;
        if let Some(closed) = place.closed(&service).await? {
            return Ok(closed);
        }
        let instrument = place.instrument()?;
        let online = place.shell.asked("via") == Some("online");
        let token = place.shell.asked("v").and_then(|v| v.parse::<VisitToken>().ok());
        let used = match &token {
            Some(token) => place.visit_is_used(token, &service).await,
            None => false,
        };
        let opened = Opened { online, visit_token: token.map(|t| t.to_string()), used };
        let fields = place.service_fields(&service).await;
        let page =
            Start::new(&place.shell, &place.point, instrument, place.commune, opened, &fields);
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

/// Begins a draft and leads to its first question.
async fn begin(
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    payload: Payload,
) -> HttpResponse {
    let begun = async {
        let form = Form::read(payload, MAX_FORM_BYTES).await.unwrap_or_default();
        let place = Place::of(&request, &service).await?;
        if let Some(closed) = place.closed(&service).await? {
            return Ok(closed);
        }
        let instrument = place.instrument()?;
        flood.admit(&request).map_err(|problem| Box::new(place.too_many(problem.retry_after)))?;
        let field = match form.field() {
            Some(name) => place.service_fields(&service).await.chosen(&name),
            None => None,
        };
        let progress = Progress::begun(form.online(), form.visit_token(), field);
        let draft = Draft {
            id: service.clock.new_id(),
            collection_point: place.point.code.clone(),
            instrument: instrument.id.to_string(),
            version: instrument.version,
            language: place.shell.language(),
            answers: progress.document(),
            started_at: service.clock.now(),
        };
        service.db.save_draft(&draft).await.map_err(|error| {
            let again = format!("/s/{}", place.point.code);
            Box::new(page::store_down(&place.shell, &again, &error))
        })?;
        Ok(page::see_other(&place.address(draft.id, 1)))
    };
    settled(begun.await)
}

/// The survey that `request` is about.
async fn opened(request: &HttpRequest, service: &Service) -> Stopped<Open> {
    let place = Place::of(request, service).await?;
    Open::of(place, request, service).await.map_err(|shut| match shut {
        Shut::Elsewhere(answer) => answer,
        Shut::Unread(place, error) => Box::new(open::draft_unread(&place, request, &error)),
    })
}

async fn question(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = opened(&request, &service).await.map(|open| {
        let given = open.progress.given(open.item());
        match open.elsewhere() {
            // It is not asked, or not any more.
            Some(number) => page::see_other(&open.address(number)),
            None => open.page(StatusCode::OK, &given, None),
        }
    });
    settled(shown)
}

/// Keeps the answer to one question; after the last one, stores the response.
async fn answer(request: HttpRequest, service: Data<Service>, payload: Payload) -> HttpResponse {
    let answered = async {
        let form = Form::read(payload, MAX_FORM_BYTES).await;
        let place = Place::of(&request, &service).await?;
        let open = match Open::of(place, &request, &service).await {
            Ok(open) => open,
            Err(Shut::Elsewhere(answer)) => {
                return Err(not_kept(&request, &service, form).await.unwrap_or(answer));
            }
            Err(Shut::Unread(place, error)) => {
                tracing::error!(%error, "an answer could not be kept");
                let open = Open::unread(*place, &request)?;
                let given = form.unwrap_or_default().given(open.item(), open.instrument);
                return Ok(open.not_saved(&given));
            }
        };
        Ok(keep(open, form, &service).await)
    };
    for_script(&request, settled(answered.await))
}

/// What a page's script needs to know of `answer`: where to go next, or that it is to
/// send the form as a browser does and show what comes.
fn for_script(request: &HttpRequest, answer: HttpResponse) -> HttpResponse {
    let asks = request.headers().get(ACCEPT).is_some_and(|types| types == "application/json");
    if !asks {
        return answer;
    }
    let next = match answer.status() {
        StatusCode::NO_CONTENT => Some(request.path()),
        _ => answer.headers().get(LOCATION).and_then(|next| next.to_str().ok()),
    };
    let told = match next {
        Some(next) => json!({ "next": next }),
        None => json!({ "again": true }),
    };
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(told)
}

/// Shows everything answered before it is sent.
async fn check(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    settled(opened(&request, &service).await.map(|open| open.check()))
}

/// Stores the response as it was looked at.
async fn send(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let sent = async {
        let open = opened(&request, &service).await?;
        let given = open.progress.given(open.item());
        Ok(submit(&open, &service, &given).await)
    };
    for_script(&request, settled(sent.await))
}

async fn keep(mut open: Open, form: Result<Form, form::Unread>, service: &Service) -> HttpResponse {
    let item = open.item();
    let before = open.progress.clone();
    let Ok(form) = form else {
        let given = open.progress.given(item);
        return open.page(StatusCode::PAYLOAD_TOO_LARGE, &given, Some(Again::TooLong));
    };
    let (mut given, press) = (Given::default(), form.press());
    if press != Press::Skip {
        given = form.given(item, open.instrument);
    }
    let turns_away = press == Press::Keep && given == Given::default();
    if turns_away && !item.is_comment() && !item.multiple {
        return HttpResponse::NoContent().finish();
    }
    // Turning away from an empty text or no tick at all takes back what was there.
    if press == Press::Skip || turns_away {
        open.progress.skip(item);
    } else {
        if let Err(again) = form.check(item, open.instrument) {
            return open.page(StatusCode::UNPROCESSABLE_ENTITY, &given, Some(again));
        }
        open.progress.keep(item, &given);
    }
    // What was typed is looked at once more; ticks alone are sent at once.
    let looks = open.returns_to_check() || (open.is_last() && open.progress.has_comment());
    if open.is_last() && !looks && press != Press::Keep {
        return submit(&open, service, &given).await;
    }
    let newly = open.first_where(|item| {
        !before.is_asked(open.instrument, item) && open.progress.is_asked(open.instrument, item)
    });
    let language = open.place.shell.language();
    let draft = Draft { answers: open.progress.document(), language, ..open.draft.clone() };
    match service.db.save_draft(&draft).await {
        Ok(()) => page::see_other(&match (looks, newly) {
            (true, Some(number)) => open.address(number),
            (true, None) => open.place.address(open.draft.id, CHECK),
            (false, _) => {
                open.place.address(open.draft.id, open.following().unwrap_or(open.number))
            }
        }),
        Err(error) => {
            tracing::error!(%error, "an answer could not be kept");
            open.not_saved(&given)
        }
    }
}

/// What to say of an answer that comes too late to be kept. When its draft has
/// become a response with another answer, that it is not added, and no thanks;
/// when the draft is gone, what was typed, to be copied.
async fn not_kept(
    request: &HttpRequest,
    service: &Service,
    form: Result<Form, form::Unread>,
) -> Option<Box<HttpResponse>> {
    let place = Place::of(request, service).await.ok()?;
    let id = Uuid::parse_str(request.match_info().get("draft")?).ok()?;
    let number: usize = request.match_info().get("n")?.parse().ok()?;
    let Some(document) = service.db.document(id).await.ok()? else {
        let item = place.instrument().ok()?.asked().nth(number.checked_sub(1)?)?;
        let gone = service.db.draft(id).await.ok()?.is_none() && item.is_comment();
        let typed = form.ok().filter(|_| gone)?.text().0;
        let page = || place.restart("draft-gone-heading", "draft-gone", &typed);
        return (!typed.is_empty()).then(|| Box::new(page()));
    };
    let sent = Document::read(&document).ok()?;
    let instrument = catalog::instrument(&sent.instrument, Some(sent.version))?;
    let item = instrument.asked().nth(number.checked_sub(1)?)?;
    let given = match form {
        Ok(form) if form.press() == Press::Skip => Given::default(),
        Ok(form) => form.given(item, instrument),
        Err(form::Unread) => {
            return Some(Box::new(page::see_other(&place.address(id, SENT_BEFORE))));
        }
    };
    // Of a choice nobody is told whether it is the one that was sent: that would be a way
    // to find out what somebody answered, from the address in a shared phone.
    let same = item.is_comment() && given == Progress::of(&sent).given(item);
    (!same).then(|| Box::new(page::see_other(&place.address(id, SENT_BEFORE))))
}

/// Stores the response. Only once that is done the reader comes to the receipt.
async fn submit(open: &Open, service: &Service, given: &Given) -> HttpResponse {
    let id = open.draft.id;
    let submission = open.progress.submission(&open.draft, open.instrument);
    let receipt = match responses::take(service, &id.to_string(), submission, None).await {
        Ok(_) => DONE,
        // It was stored before; a changed answer makes no second one, and is not thanked for.
        Err(problem) if problem.code == Code::ResponseConflict => SENT_BEFORE,
        Err(problem) => {
            service.metrics.count_submission(problem.code.name(), "none");
            if problem.code == Code::StoreUnavailable {
                return open.not_saved(given);
            }
            tracing::error!(%problem, "a draft does not make a response");
            return open.place.restart("draft-changed-heading", "draft-changed", "");
        }
    };
    if let Err(error) = service.db.remove_draft(id).await {
        tracing::warn!(%error, "a submitted draft stays until it is purged");
    }
    page::see_other(&open.place.address(id, receipt))
}

async fn done(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    receipt(&request, &service, false).await
}

async fn sent_before(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    receipt(&request, &service, true).await
}

/// The receipt of a response; `before` says that what came last is not in it.
async fn receipt(request: &HttpRequest, service: &Service, before: bool) -> HttpResponse {
    let shown = async {
        let place = Place::of(request, service).await?;
        let down = |error| Box::new(open::draft_unread(&place, request, &error));
        let id = request.match_info().get("draft").and_then(|id| Uuid::parse_str(id).ok());
        if let Some(id) = id
            && let Some(receipt) = place.receipt(id, service).await.map_err(down)?
        {
            let receipt = receipt.to_string();
            let again = before.then(|| place.start(&Progress::default()));
            let page = Done::new(&place.shell, &receipt, place.commune, again);
            return Ok(page::show(StatusCode::OK, Keep::Never, &page));
        }
        // Not sent yet, perhaps: then its first question is the place to be.
        let draft = open::draft(&place, request, service).await.map_err(down)??;
        Ok(page::see_other(&place.address(draft.id, 1)))
    };
    settled(shown.await)
}
