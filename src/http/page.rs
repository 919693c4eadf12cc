//! Answering people with a page, also when something is not as it should be.

use actix_web::guard::{Any, Get, Guard, Head};
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, LOCATION, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, Resource, ResponseError, Route, web};
use askama::Template;

use crate::pages::Shell;
use crate::pages::message::Message;
use crate::problem::{Code, Problem};
use crate::service::Service;
use crate::store;

/// A handler that stops early says with which answer.
pub(super) type Stopped<T> = Result<T, Box<HttpResponse>>;

/// What a handler has come to, stopped early or not.
pub(super) fn settled(outcome: Stopped<HttpResponse>) -> HttpResponse {
    outcome.unwrap_or_else(|stopped| *stopped)
}

/// How long a page may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// Not at all: it belongs to one person.
    Never,
    /// For some seconds, by anyone: long enough for a crowd, short enough to see
    /// one's own answer counted.
    Briefly,
}

impl Keep {
    pub(super) const fn header(self) -> &'static str {
        match self {
            Self::Never => "no-store",
            Self::Briefly => "public, max-age=10",
        }
    }
}

/// The surroundings of the page that `request` asks for.
pub(super) fn shell(request: &HttpRequest, service: &Service) -> Shell {
    Shell::new(request.path(), request.query_string(), service.db.is_simulated())
}

/// `page` as an answer.
pub(super) fn show(status: StatusCode, keep: Keep, page: &impl Template) -> HttpResponse {
    rendered(status, keep, page.render())
}

/// A page that was made, or could not be.
pub(super) fn rendered(
    status: StatusCode,
    keep: Keep,
    html: askama::Result<String>,
) -> HttpResponse {
    match html {
        Ok(html) => html_answer(status, keep, html),
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// A page that is made already.
pub(super) fn html_answer(status: StatusCode, keep: Keep, html: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, keep.header()))
        .body(html)
}

/// Sends the reader on to `address` with a GET.
pub(super) fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, address))
        .insert_header((CACHE_CONTROL, Keep::Never.header()))
        .finish()
}

/// A resource whose pages are read with `read`; other methods get a page too.
pub(super) fn resource(paths: &[&str], read: Route) -> Resource {
    web::resource(paths.to_vec())
        .route(read.guard(readers()))
        .default_service(web::to(wrong_method))
}

pub(super) fn readers() -> impl Guard {
    Any(Get()).or(Head())
}

/// Whether `request` comes from somebody who reads pages.
pub(super) fn wants_page(request: &HttpRequest) -> bool {
    let accepts = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    !request.path().starts_with("/api/") && accepts.is_some_and(|types| types.contains("text/html"))
}

/// The page for an address where nothing is.
pub(super) fn nothing_here(shell: &Shell) -> HttpResponse {
    let t = shell.t;
    let page = Message::new(shell, t.get("nothing-heading"))
        .saying(t.get("nothing"))
        .leading("/", t.get("to-home"))
        .with_search();
    show(StatusCode::NOT_FOUND, Keep::Never, &page)
}

async fn wrong_method(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let shell = shell(&request, &service);
    let t = shell.t;
    // A survey is taken up again where it begins.
    let mut parts = request.path().split('/').skip(1);
    let (begin, allowed) = match (parts.next(), parts.next(), request.path().ends_with("/done")) {
        (Some("s"), Some(point), false) => (format!("/s/{point}"), "GET, HEAD, POST"),
        (Some("s"), Some(point), true) => (format!("/s/{point}"), "GET, HEAD"),
        _ => (request.path().to_owned(), "GET, HEAD"),
    };
    let page = Message::new(&shell, t.get("method-wrong-heading"))
        .saying(t.get("method-wrong"))
        .leading(&begin, t.get("to-start"))
        .leading("/", t.get("to-home"));
    let mut answer = show(StatusCode::METHOD_NOT_ALLOWED, Keep::Never, &page);
    let allowed = actix_web::http::header::HeaderValue::from_static(allowed);
    answer.headers_mut().insert(actix_web::http::header::ALLOW, allowed);
    answer
}

/// The page for when the store cannot be read; it says that nothing is lost.
pub(super) fn store_down(shell: &Shell, again: &str, error: &store::Error) -> HttpResponse {
    tracing::error!(%error, "a page could not be made: the store cannot be used");
    let t = shell.t;
    let page = Message::new(shell, t.get("store-down-heading"))
        .saying(t.get("store-down"))
        .leading(again, t.get("store-down-again"));
    later(show(StatusCode::SERVICE_UNAVAILABLE, Keep::Never, &page), 5)
}

/// The page for `problem`, with a way on to `again`.
pub(super) fn problem(shell: &Shell, again: &str, problem: &Problem) -> HttpResponse {
    let t = shell.t;
    let (heading, key) = match problem.code {
        Code::StoreUnavailable => ("store-down-heading", "store-down-again"),
        Code::BadParameter => ("parameter-heading", "parameter-current"),
        Code::NotFound => ("nothing-heading", "to-home"),
        _ => ("fault-heading", "store-down-again"),
    };
    let detail = match problem.code {
        Code::StoreUnavailable => t.get("store-down"),
        Code::BadParameter | Code::NotFound => {
            problem.detail.get(shell.language()).to_owned().into()
        }
        _ => t.get("fault"),
    };
    let page = Message::new(shell, t.get(heading)).saying(detail).leading(again, t.get(key));
    let answer = show(problem.status_code(), Keep::Never, &page);
    match problem.retry_after {
        Some(seconds) => later(answer, seconds),
        None => answer,
    }
}

/// `answer`, to be asked again after `seconds`.
pub(super) fn later(mut answer: HttpResponse, seconds: u64) -> HttpResponse {
    answer.headers_mut().insert(RETRY_AFTER, seconds.into());
    answer
}
