//! The pages of staff. Every route is a row of one table that says who may take it;
//! `gate.rs` lets nobody else through, and a handler cannot be reached around it.

mod accounts;
mod actions;
mod again;
mod aside;
mod attached;
mod audit;
mod comments;
mod gate;
mod handing_out;
mod home;
mod hours;
mod import;
mod indicators;
mod kept;
mod links;
mod me;
mod once;
mod origin;
mod paper;
mod petitions;
mod points;
mod prove;
mod results;
mod samples;
mod second_factor;
mod set_up;
mod sign_in;
mod upload;
mod visit;

use std::future::ready;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

pub use self::once::Once;
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

use Permission::{
    DecideComments, EnterIndicators, HandlePetitions, Import, KeyPaper, ManageActions,
    ManagePoints, ManageStaff, OwnAccount, ReadActions, ReadAudit, ReadComments, ReadIndicators,
    ReadPetitions, ReadPoints, ReadSamples, RunPaper, RunSamples, SeeResults,
};
use Verb::{Get, Post};

/// Every route of staff's.
pub static ROUTES: &[StaffRoute] = &[
    StaffRoute::open(Get, "/staff/sign-in", |v| Box::pin(ready(sign_in::show(&v)))),
    StaffRoute::open(Post, "/staff/sign-in", |v| Box::pin(sign_in::take(v))).once_under_way(),
    StaffRoute::half(Get, "/staff/second-factor", |s| Box::pin(ready(second_factor::show(&s)))),
    StaffRoute::half(Post, "/staff/second-factor", |s| Box::pin(second_factor::take(s))).once(),
    StaffRoute::open(Get, "/staff/set-up/{token}", |v| Box::pin(set_up::show(v))),
    StaffRoute::open(Post, "/staff/set-up/{token}", |v| Box::pin(set_up::take(v))).once(),
    StaffRoute::may(OwnAccount, Get, "/staff", |s| Box::pin(home::show(s))),
    StaffRoute::may(SeeResults, Get, "/staff/results", |s| Box::pin(results::show(s)))
        .listed("results-heading"),
    StaffRoute::may(SeeResults, Post, "/staff/results/export", |s| Box::pin(results::export(s))),
    StaffRoute::may(ReadActions, Get, "/staff/actions", |s| Box::pin(actions::list(s)))
        .listed("actions-heading"),
    StaffRoute::may(ReadActions, Get, "/staff/actions/actions.csv", |s| Box::pin(actions::file(s))),
    StaffRoute::may(ManageActions, Get, "/staff/actions/new", |s| Box::pin(actions::new::show(s)))
        .kept(),
    StaffRoute::may(ManageActions, Post, "/staff/actions/new", |s| Box::pin(actions::new::add(s)))
        .kept()
        .once(),
    StaffRoute::may(ReadActions, Get, "/staff/actions/{action}", |s| Box::pin(actions::show(s))),
    StaffRoute::may(ManageActions, Get, "/staff/actions/{action}/edit", |s| {
        Box::pin(actions::change::show(s))
    })
    .kept(),
    StaffRoute::may(ManageActions, Post, "/staff/actions/{action}/edit", |s| {
        Box::pin(actions::change::save(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ManageActions, Get, "/staff/actions/{action}/note", |s| {
        Box::pin(actions::evidence::show(s))
    })
    .kept(),
    StaffRoute::may(ManageActions, Post, "/staff/actions/{action}/note", |s| {
        Box::pin(actions::evidence::add(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ManageActions, Get, "/staff/actions/{action}/status", |s| {
        Box::pin(actions::status::show(s))
    })
    .kept(),
    StaffRoute::may(ManageActions, Post, "/staff/actions/{action}/status", |s| {
        Box::pin(actions::status::save(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ManageActions, Get, "/staff/actions/{action}/public", |s| {
        Box::pin(actions::publication::show(s))
    })
    .kept(),
    StaffRoute::may(ManageActions, Post, "/staff/actions/{action}/public", |s| {
        Box::pin(actions::publication::save(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ReadPoints, Get, "/staff/points", |s| Box::pin(points::list(s)))
        .listed("points-heading"),
    StaffRoute::may(ManagePoints, Get, "/staff/points/new", |s| Box::pin(points::new(s))).kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/new", |s| Box::pin(points::add(s))).kept(),
    StaffRoute::may(ReadPoints, Get, "/staff/points/{point}", |s| Box::pin(points::show(s))),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/name", |s| Box::pin(points::name(s)))
        .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/name", |s| {
        Box::pin(points::rename(s))
    })
    .kept(),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/hours", |s| Box::pin(hours::show(s)))
        .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/hours", |s| Box::pin(hours::set(s)))
        .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/retire", |s| {
        Box::pin(points::retire(s))
    }),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/reopen", |s| {
        Box::pin(points::reopen(s))
    }),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/devices", |s| {
        Box::pin(handing_out::tablet(s))
    })
    .kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/devices", |s| {
        Box::pin(handing_out::enrol(s))
    })
    .kept()
    .once(),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/devices/{device}/revoke", |s| {
        Box::pin(handing_out::revoke(s))
    }),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/slips", |s| {
        Box::pin(handing_out::slips(s))
    }),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/slips", |s| {
        Box::pin(handing_out::make_slips(s))
    })
    .once(),
    StaffRoute::may(ManagePoints, Get, "/staff/points/{point}/paper", |s| {
        Box::pin(handing_out::paper(s))
    }),
    StaffRoute::may(ManagePoints, Post, "/staff/points/{point}/paper", |s| {
        Box::pin(handing_out::make_paper(s))
    })
    .once(),
    StaffRoute::may(ManagePoints, Get, "/staff/links", |s| Box::pin(links::list(s)))
        .listed("links-heading"),
    StaffRoute::may(ManagePoints, Get, "/staff/links/new", |s| Box::pin(links::new(s))).kept(),
    StaffRoute::may(ManagePoints, Post, "/staff/links/new", |s| Box::pin(links::make(s)))
        .kept()
        .once(),
    StaffRoute::may(ManageStaff, Get, "/staff/accounts", |s| Box::pin(accounts::list(s)))
        .listed("accounts-heading"),
    StaffRoute::may(ManageStaff, Get, "/staff/accounts/new", |s| {
        Box::pin(ready(accounts::new(&s)))
    })
    .grave()
    .kept(),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/new", |s| Box::pin(accounts::add(s)))
        .grave()
        .kept()
        .once(),
    StaffRoute::may(ManageStaff, Get, "/staff/accounts/{account}", |s| Box::pin(accounts::show(s))),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/{account}/link", |s| {
        Box::pin(accounts::link(s))
    })
    .grave()
    .once(),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/{account}/second-factor", |s| {
        Box::pin(accounts::second_factor(s))
    })
    .grave()
    .once(),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/{account}/disable", |s| {
        Box::pin(accounts::disable(s))
    })
    .grave(),
    StaffRoute::may(ManageStaff, Post, "/staff/accounts/{account}/enable", |s| {
        Box::pin(accounts::enable(s))
    })
    .grave(),
    StaffRoute::may(ReadSamples, Get, "/staff/samples", |s| Box::pin(samples::list(s)))
        .listed("samples-heading"),
    StaffRoute::may(RunSamples, Get, "/staff/samples/new", |s| Box::pin(samples::new::show(s)))
        .kept(),
    StaffRoute::may(RunSamples, Post, "/staff/samples/new", |s| Box::pin(samples::new::add(s)))
        .kept(),
    StaffRoute::may(ReadSamples, Get, "/staff/samples/{sample}", |s| Box::pin(samples::show(s))),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/assign", |s| {
        Box::pin(samples::assign(s))
    }),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/interviewers", |s| {
        Box::pin(samples::add_interviewer(s))
    }),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/code", |s| {
        Box::pin(samples::code(s))
    }),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/revoke", |s| {
        Box::pin(samples::taking_back::revoke(s))
    }),
    StaffRoute::may(RunSamples, Get, "/staff/samples/{sample}/set-aside", |s| {
        Box::pin(samples::taking_back::set_aside_form(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/set-aside", |s| {
        Box::pin(samples::taking_back::set_aside(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(RunSamples, Get, "/staff/samples/{sample}/withdraw", |s| {
        Box::pin(samples::taking_back::withdraw_form(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(RunSamples, Post, "/staff/samples/{sample}/withdraw", |s| {
        Box::pin(samples::taking_back::withdraw(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(KeyPaper, Get, "/staff/paper", |s| Box::pin(paper::list(s)))
        .listed("paper-heading"),
    StaffRoute::may(RunPaper, Get, "/staff/paper/new", |s| Box::pin(paper::new(s))).kept(),
    StaffRoute::may(RunPaper, Post, "/staff/paper/new", |s| Box::pin(paper::add(s))).kept(),
    StaffRoute::may(KeyPaper, Get, "/staff/paper/{batch}", |s| Box::pin(paper::show(s))),
    StaffRoute::may(KeyPaper, Post, "/staff/paper/{batch}/count", |s| Box::pin(paper::count(s))),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/range", |s| {
        Box::pin(paper::add_range(s))
    }),
    StaffRoute::may(KeyPaper, Get, "/staff/paper/{batch}/key", |s| Box::pin(paper::keying(s)))
        .kept(),
    StaffRoute::may(KeyPaper, Post, "/staff/paper/{batch}/key", |s| Box::pin(paper::key(s))).kept(),
    StaffRoute::may(KeyPaper, Post, "/staff/paper/{batch}/key/undo", |s| {
        Box::pin(paper::take_back(s))
    }),
    StaffRoute::may(KeyPaper, Get, "/staff/paper/{batch}/missing", |s| Box::pin(paper::missing(s))),
    StaffRoute::may(KeyPaper, Post, "/staff/paper/{batch}/missing", |s| {
        Box::pin(paper::explain(s))
    }),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/draw", |s| Box::pin(paper::draw(s))),
    StaffRoute::may(KeyPaper, Get, "/staff/paper/{batch}/rekey", |s| Box::pin(paper::rekeying(s)))
        .kept(),
    StaffRoute::may(KeyPaper, Post, "/staff/paper/{batch}/rekey", |s| Box::pin(paper::rekey(s)))
        .kept(),
    StaffRoute::may(RunPaper, Get, "/staff/paper/{batch}/decide", |s| Box::pin(paper::deciding(s)))
        .kept(),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/decide", |s| Box::pin(paper::decide(s)))
        .kept(),
    StaffRoute::may(RunPaper, Get, "/staff/paper/{batch}/close", |s| Box::pin(paper::confirm(s))),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/close", |s| Box::pin(paper::close(s)))
        .grave(),
    StaffRoute::may(RunPaper, Get, "/staff/paper/{batch}/correct", |s| {
        Box::pin(paper::correcting(s))
    })
    .kept(),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/correct", |s| {
        Box::pin(paper::correct(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(RunPaper, Post, "/staff/paper/{batch}/give-up", |s| {
        Box::pin(paper::give_up(s))
    })
    .grave(),
    StaffRoute::may(ReadPetitions, Get, "/staff/petitions", |s| Box::pin(petitions::list(s)))
        .listed("petitions-staff"),
    StaffRoute::may(HandlePetitions, Get, "/staff/petitions/new", |s| {
        Box::pin(ready(petitions::entering::show(&s)))
    })
    .kept(),
    StaffRoute::may(HandlePetitions, Post, "/staff/petitions/new", |s| {
        Box::pin(petitions::entering::take(s))
    })
    .kept(),
    StaffRoute::may(ReadPetitions, Get, "/staff/petitions/{petition}", |s| {
        Box::pin(petitions::show(s))
    }),
    StaffRoute::may(HandlePetitions, Post, "/staff/petitions/{petition}/contact", |s| {
        Box::pin(petitions::contact(s))
    })
    .grave(),
    StaffRoute::may(HandlePetitions, Get, "/staff/petitions/{petition}/{act}", |s| {
        Box::pin(petitions::acting::show(s))
    })
    .kept(),
    StaffRoute::may(HandlePetitions, Post, "/staff/petitions/{petition}/{act}", |s| {
        Box::pin(petitions::acting::take(s))
    })
    .kept()
    .once(),
    StaffRoute::may(HandlePetitions, Get, "/staff/apology", |s| {
        Box::pin(petitions::apology::show(s))
    })
    .kept()
    .listed("apology-heading"),
    StaffRoute::may(HandlePetitions, Post, "/staff/apology", |s| {
        Box::pin(petitions::apology::take(s))
    })
    .kept(),
    StaffRoute::may(ReadComments, Get, "/staff/comments", |s| Box::pin(comments::list(s)))
        .listed("comments-heading"),
    StaffRoute::may(ReadComments, Post, "/staff/comments/export", |s| {
        Box::pin(comments::export(s))
    }),
    StaffRoute::may(ReadComments, Get, "/staff/comments/{comment}", |s| {
        Box::pin(comments::show(s))
    }),
    StaffRoute::may(DecideComments, Get, "/staff/comments/{comment}/publish", |s| {
        Box::pin(comments::publishing(s))
    })
    .kept(),
    StaffRoute::may(DecideComments, Post, "/staff/comments/{comment}/publish", |s| {
        Box::pin(comments::publish(s))
    })
    .kept()
    .once(),
    StaffRoute::may(DecideComments, Get, "/staff/comments/{comment}/hide", |s| {
        Box::pin(comments::hiding(s))
    })
    .kept(),
    StaffRoute::may(DecideComments, Post, "/staff/comments/{comment}/hide", |s| {
        Box::pin(comments::hide(s))
    })
    .kept()
    .once(),
    StaffRoute::may(DecideComments, Post, "/staff/comments/{comment}/set-aside", |s| {
        Box::pin(comments::set_aside(s))
    })
    .once(),
    StaffRoute::may(DecideComments, Post, "/staff/comments/{comment}/return", |s| {
        Box::pin(comments::return_to_queue(s))
    })
    .once(),
    StaffRoute::may(DecideComments, Post, "/staff/comments/{comment}/tags", |s| {
        Box::pin(comments::tag(s))
    })
    .once(),
    StaffRoute::may(ReadAudit, Get, "/staff/audit", |s| Box::pin(audit::show(s)))
        .listed("audit-heading"),
    StaffRoute::may(ReadAudit, Post, "/staff/audit/export", |s| Box::pin(audit::export(s))),
    StaffRoute::may(Import, Get, "/staff/import", |s| Box::pin(import::begin(s)))
        .kept()
        .listed("import-heading"),
    StaffRoute::may(Import, Post, "/staff/import", |s| Box::pin(import::take_file(s)))
        .kept()
        .uploads(),
    StaffRoute::may(Import, Get, "/staff/import/columns", |s| Box::pin(import::columns(s))).kept(),
    StaffRoute::may(Import, Post, "/staff/import/columns", |s| Box::pin(import::choose(s))).kept(),
    StaffRoute::may(Import, Get, "/staff/import/preview", |s| Box::pin(import::preview(s))),
    StaffRoute::may(Import, Post, "/staff/import/preview", |s| Box::pin(import::store(s))).once(),
    StaffRoute::may(Import, Post, "/staff/import/rejects", |s| Box::pin(import::rejects(s))),
    StaffRoute::may(Import, Get, "/staff/import/map", |s| Box::pin(import::map_file(s))),
    StaffRoute::may(Import, Get, "/staff/import/batches", |s| Box::pin(import::list(s))),
    StaffRoute::may(Import, Get, "/staff/import/batches/{batch}", |s| Box::pin(import::show(s))),
    StaffRoute::may(Import, Get, "/staff/import/batches/{batch}/undo", |s| {
        Box::pin(import::undo_form(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(Import, Post, "/staff/import/batches/{batch}/undo", |s| {
        Box::pin(import::undo(s))
    })
    .grave()
    .kept(),
    StaffRoute::may(ReadIndicators, Get, "/staff/indicators", |s| {
        Box::pin(ready(indicators::list(&s)))
    })
    .listed("indicators-heading"),
    StaffRoute::may(EnterIndicators, Get, "/staff/indicators/file", |s| {
        Box::pin(ready(indicators::file::begin(&s)))
    })
    .kept(),
    StaffRoute::may(EnterIndicators, Post, "/staff/indicators/file", |s| {
        Box::pin(indicators::file::take(s))
    })
    .kept()
    .uploads(),
    StaffRoute::may(EnterIndicators, Get, "/staff/indicators/file/preview", |s| {
        Box::pin(indicators::file::preview(s))
    }),
    StaffRoute::may(EnterIndicators, Post, "/staff/indicators/file/preview", |s| {
        Box::pin(indicators::file::store(s))
    }),
    StaffRoute::may(EnterIndicators, Post, "/staff/indicators/file/rejects", |s| {
        Box::pin(indicators::file::rejects(s))
    }),
    StaffRoute::may(ReadIndicators, Get, "/staff/indicators/{commune}", |s| {
        Box::pin(indicators::show(s))
    }),
    StaffRoute::may(EnterIndicators, Get, "/staff/indicators/{commune}/template", |s| {
        Box::pin(indicators::template(s))
    }),
    StaffRoute::may(ReadIndicators, Get, "/staff/indicators/{commune}/entries", |s| {
        Box::pin(indicators::entries(s))
    }),
    StaffRoute::may(ReadIndicators, Get, "/staff/indicators/{commune}/{target}", |s| {
        Box::pin(indicators::one(s))
    }),
    StaffRoute::may(EnterIndicators, Get, "/staff/indicators/{commune}/{target}/enter", |s| {
        Box::pin(indicators::entering::form(s))
    })
    .kept(),
    StaffRoute::may(EnterIndicators, Post, "/staff/indicators/{commune}/{target}/enter", |s| {
        Box::pin(indicators::entering::enter(s))
    })
    .kept(),
    StaffRoute::may(EnterIndicators, Get, "/staff/indicators/{commune}/{target}/withdraw", |s| {
        Box::pin(indicators::withdrawing::form(s))
    })
    .kept(),
    StaffRoute::may(EnterIndicators, Post, "/staff/indicators/{commune}/{target}/withdraw", |s| {
        Box::pin(indicators::withdrawing::withdraw(s))
    })
    .kept(),
    StaffRoute::may(OwnAccount, Get, "/staff/me", |s| Box::pin(me::show(s))).listed("me-heading"),
    StaffRoute::may(OwnAccount, Get, "/staff/me/password", |s| Box::pin(ready(me::password(&s)))),
    StaffRoute::may(OwnAccount, Post, "/staff/me/password", |s| Box::pin(me::change_password(s))),
    StaffRoute::may(OwnAccount, Post, "/staff/me/recovery-codes", |s| {
        Box::pin(me::recovery_codes(s))
    })
    .grave()
    .once(),
    StaffRoute::may(OwnAccount, Post, "/staff/me/sessions", |s| Box::pin(me::end_sessions(s))),
    StaffRoute::may(OwnAccount, Get, "/staff/again", |s| Box::pin(ready(again::show(&s)))),
    StaffRoute::may(OwnAccount, Post, "/staff/again", |s| Box::pin(again::take(s))),
    StaffRoute::may(OwnAccount, Post, "/staff/sign-out", |s| Box::pin(sign_in::sign_out(s))),
];

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
                Get => web::route().guard(page::readers()),
                Post => web::post(),
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
    let allowed = match (takes(Get), takes(Post)) {
        (true, true) => "GET, HEAD, POST",
        (true, false) => "GET, HEAD",
        _ => "POST",
    };
    let mut answer = page::show(StatusCode::METHOD_NOT_ALLOWED, Keep::Never, &page);
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    answer
}
