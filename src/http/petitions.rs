//! Petitions on citizens' pages: sending one, following it with code and PIN, the list
//! of published ones. No page needs a script.

mod published;
mod send;
mod status;
pub(super) mod typed;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, web};
use surveys::unit::Commune;

use super::Flood;
use super::asked;
use super::fields::Fields;
use super::page::{self, Keep, Stopped};
use crate::pages::Shell;
use crate::pages::message::Message;
use crate::service::Service;
use crate::store;

/// The largest form that is read, in bytes: far more than the longest text, so that
/// whoever pastes too much gets it back to shorten it.
const MAX_FORM_BYTES: usize = 256 * 1024;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            page::resource(&["/p/{commune}"], web::route().to(send::show))
                .route(web::post().to(send::take)),
        )
        .service(
            page::resource(&["/p/{commune}/status"], web::route().to(status::show))
                .route(web::post().to(status::take)),
        )
        .service(page::resource(&["/c/{commune}/petitions"], web::route().to(published::page)))
        .service(page::resource(&["/c/{commune}/petitions.csv"], web::route().to(published::csv)));
}

/// A request to a page of petitions.
struct Visit {
    request: HttpRequest,
    service: Data<Service>,
    shell: Shell,
    commune: &'static Commune,
    fields: Fields,
}

impl Visit {
    /// The visit that `request` makes, when its address names a commune.
    fn of(request: HttpRequest, service: Data<Service>) -> Stopped<Self> {
        let shell = page::shell(&request, &service);
        let code = request.match_info().get("commune").unwrap_or("").to_owned();
        let commune =
            asked::commune(&code).map_err(|wrong| Box::new(page::problem(&shell, "/", &wrong)))?;
        Ok(Self { request, service, shell, commune, fields: Fields::default() })
    }

    /// The same to a page that is offered in further languages too.
    fn in_any_language(request: HttpRequest, service: Data<Service>) -> Stopped<Self> {
        let mut visit = Self::of(request, service)?;
        visit.shell = visit.shell.offered_in(visit.service.languages.complete_pages());
        Ok(visit)
    }

    /// The same with the form that came with it. A form is a submission: it passes the
    /// flood limit.
    async fn with_form(mut self, payload: Payload, flood: &Flood) -> Stopped<Self> {
        let fields = Fields::read(payload, MAX_FORM_BYTES).await;
        self.fields = fields.map_err(|_| {
            let page = Message::new(&self.shell, self.said("petition-too-large-heading"))
                .saying(self.said("petition-too-large"))
                .leading(&self.address(), self.said("petition-heading"));
            Box::new(page::show(StatusCode::PAYLOAD_TOO_LARGE, Keep::Never, &page))
        })?;
        if let Err(problem) = flood.admit(&self.request) {
            let seconds = problem.retry_after.unwrap_or(60);
            return Err(Box::new(self.wait(i64::try_from(seconds).unwrap_or(60) * 1_000)));
        }
        Ok(self)
    }

    /// The text `key`.
    fn said(&self, key: &str) -> String {
        self.shell.t.get(key).into_owned()
    }

    /// Where the petition of this commune is written.
    fn address(&self) -> String {
        format!("/p/{}", self.commune.code)
    }

    fn down(&self, error: &store::Error) -> HttpResponse {
        page::store_down(&self.shell, self.request.path(), error)
    }

    /// The page that asks to wait, with what was typed to be copied.
    fn wait(&self, millis: i64) -> HttpResponse {
        let seconds = u64::try_from(millis).unwrap_or(0).div_ceil(1_000);
        let t = self.shell.t;
        let said = if seconds > 3_600 {
            t.get("petition-wait-tomorrow").into_owned()
        } else {
            t.with("petition-wait", &[("seconds", &seconds.to_string())])
        };
        let page = Message::new(&self.shell, t.get("wait-heading"))
            .saying(said)
            .keeping(self.fields.first("text"))
            .leading(self.request.path(), t.get("wait-again"));
        page::later(page::show(StatusCode::TOO_MANY_REQUESTS, Keep::Never, &page), seconds)
    }
}
