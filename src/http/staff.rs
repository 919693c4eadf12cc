//! The pages of staff. Every route is a row of one table that says who may take it;
//! `gate.rs` lets nobody else through, and a handler cannot be reached around it.

mod accounts;
mod actions;
mod again;
mod aside;
mod asking;
mod attached;
mod audit;
mod comments;
mod contact;
mod erase;
mod gate;
mod handing_out;
mod home;
mod hours;
mod import;
mod indicators;
mod kept;
mod links;
mod lists;
mod me;
mod navigation;
mod once;
mod origin;
mod paper;
mod petitions;
mod points;
mod prove;
mod publishing;
mod queue_file;
mod recordings;
mod replies;
mod reports;
mod results;
mod samples;
mod second_factor;
mod set_up;
mod sign_in;
mod sure;
mod table;
mod upload;
mod visit;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, HeaderValue};
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

pub use self::once::Once;
pub use self::table::ROUTES;
use self::visit::{Signed, Visit};
use super::Flood;
use super::page::{self, Keep};
use crate::pages::message::Message;
use crate::service::Service;
use crate::staff::{Permission, Token};

/// The largest form that is read, in bytes.
pub const MAX_FORM_BYTES: usize = 64 * 1024;

/// How a route is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// It shows.
    Get,
    /// It does.
    Post,
}

/// Who may take a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anyone,
    /// Whoever has given the right password and not yet the code.
    Half,
    /// Whoever is signed in and whose role has the permission.
    May(Permission),
}

type Answering = LocalBoxFuture<'static, HttpResponse>;

#[derive(Debug, Clone, Copy)]
enum Handler {
    Open(fn(Visit) -> Answering),
    Signed(fn(Signed) -> Answering),
}

/// What a form may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carries {
    /// What is typed and chosen.
    Fields,
    /// The same and a file.
    File,
}

/// A route of staff's.
#[derive(Debug)]
pub struct StaffRoute {
    /// How it is taken.
    pub verb: Verb,
    /// Its path, as patterns are written.
    pub path: &'static str,
    /// Who may take it.
    pub who: Who,
    /// Whether they must just have proved who they are.
    pub grave: bool,
    /// Whether what is typed in it is kept when the session has ended.
    pub kept: bool,
    /// What its form may carry.
    pub carries: Carries,
    /// What it is called in the list of what one may do; empty for what is not listed.
    pub listed: &'static str,
    /// Whether a second click on its button gets the answer of the first.
    pub once: Once,
    handler: Handler,
}

impl StaffRoute {
    const fn open(verb: Verb, path: &'static str, answer: fn(Visit) -> Answering) -> Self {
        Self::new(verb, path, Who::Anyone, Handler::Open(answer))
    }

    const fn half(verb: Verb, path: &'static str, answer: fn(Signed) -> Answering) -> Self {
        Self::new(verb, path, Who::Half, Handler::Signed(answer))
    }

    const fn may(
        permission: Permission,
        verb: Verb,
        path: &'static str,
        answer: fn(Signed) -> Answering,
    ) -> Self {
        Self::new(verb, path, Who::May(permission), Handler::Signed(answer))
    }

    const fn new(verb: Verb, path: &'static str, who: Who, handler: Handler) -> Self {
        Self {
            verb,
            path,
            who,
            grave: false,
            kept: false,
            carries: Carries::Fields,
            listed: "",
            once: Once::Never,
            handler,
        }
    }

    const fn grave(mut self) -> Self {
        self.grave = true;
        self
    }

    const fn kept(mut self) -> Self {
        self.kept = true;
        self
    }

    const fn uploads(mut self) -> Self {
        self.carries = Carries::File;
        self
    }

    const fn once(mut self) -> Self {
        self.once = Once::Seconds;
        self
    }

    const fn once_under_way(mut self) -> Self {
        self.once = Once::UnderWay;
        self
    }

    const fn listed(mut self, key: &'static str) -> Self {
        self.listed = key;
        self
    }
}

/// Where the account of whoever has `token` is set up.
pub fn set_up_path(token: &Token) -> String {
    format!("/staff/set-up/{}", token.text())
}

pub(super) fn routes(config: &mut ServiceConfig) {
    let mut done: Vec<&str> = Vec::new();
    for StaffRoute { path, .. } in ROUTES {
        if done.contains(path) {
            continue;
        }
        done.push(path);
        let mut resource = web::resource(*path);
        for route in ROUTES.iter().filter(|route| route.path == *path) {
            let guarded = match route.verb {
                Verb::Get => web::route().guard(page::readers()),
                Verb::Post => web::post(),
            };
            let pass = move |request: HttpRequest,
                             service: Data<Service>,
                             flood: Data<Flood>,
                             payload: Payload| {
                gate::pass(route, request, service, flood, payload)
            };
            resource = resource.route(guarded.to(pass));
        }
        config.service(resource.default_service(web::to(wrong_method)));
    }
    config.service(page::resource(&["/staff/"], web::route().to(to_home)));
}

/// The first page under an address that people type with a stroke behind it.
async fn to_home(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let mut answer = page::see_other(&page::shell(&request, &service).link("/staff"));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// The page for a method that a route does not take.
async fn wrong_method(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shell = page::shell(&request, &service);
    let t = shell.t;
    let page = Message::new(&shell, t.get("method-wrong-heading"))
        .saying(t.get("method-wrong"))
        .leading("/staff", t.get("staff-home"));
    let pattern = request.match_pattern().unwrap_or_default();
    let takes = |verb| ROUTES.iter().any(|r| r.path == pattern && r.verb == verb);
    let allowed = match (takes(Verb::Get), takes(Verb::Post)) {
        (true, true) => "GET, HEAD, POST",
        (true, false) => "GET, HEAD",
        _ => "POST",
    };
    let mut answer = page::show(StatusCode::METHOD_NOT_ALLOWED, Keep::Never, &page);
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    answer
}
