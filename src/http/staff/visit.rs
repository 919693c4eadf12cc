//! A request that the gate let through, and whoever makes it.

use std::ops::Deref;

use actix_web::http::StatusCode;
use actix_web::http::header::{HOST, HeaderValue, SET_COOKIE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use surveys::PointCode;
use surveys::collection_point::CollectionPoint;
use uuid::Uuid;

use super::super::Flood;
use super::super::fields::Fields;
use super::super::page::{self, Keep};
use super::origin::is_this_machine;
use super::upload::Upload;
use super::{gate, navigation};
use crate::pages::Shell;
use crate::pages::message::Message;
use crate::pages::staff::{Nav, role_name};
use crate::problem::Problem;
use crate::service::Service;
use crate::staff::audit::{Action, Event, Outcome};
use crate::staff::session::Session;
use crate::staff::{Account, Token};
use crate::store;
use crate::store::collection_points::scope_of;

/// The cookie of a session. Its name makes browsers refuse it over a connection that
/// others can read, and from any other host.
const COOKIE: &str = "__Host-sid";

/// How long to wait when too many passwords are waiting to be checked, in milliseconds.
const BUSY_MILLIS: i64 = 10_000;

/// A request to a page of staff's, and what came with it.
pub(super) struct Visit {
    pub(super) request: HttpRequest,
    pub(super) service: Data<Service>,
    pub(super) flood: Data<Flood>,
    pub(super) shell: Shell,
    /// What was typed: now, or before a session ended.
    pub(super) fields: Fields,
    /// The file that came with it. It is not kept when a session ends.
    pub(super) file: Option<Upload>,
    /// Whether a file came that was larger than it may be.
    pub(super) file_too_large: bool,
    /// Whether it was typed before.
    pub(super) resumed: bool,
}

/// A visit of somebody known. Only the gate makes one.
pub(super) struct Signed {
    visit: Visit,
    pub(super) account: Account,
    pub(super) session: Session,
    pub(super) token: Token,
}

impl Deref for Signed {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

/// The token that `request` carries.
pub(super) fn token_of(request: &HttpRequest) -> Option<Token> {
    let cookies = request.headers().get_all("cookie").filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';'));
    pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then(|| Token::parse(value))?
    })
}

/// `answer`, after which the browser has `token`; or no token any more.
pub(super) fn with_token(mut answer: HttpResponse, token: Option<&Token>) -> HttpResponse {
    let (value, age) = token.map_or((String::new(), "; Max-Age=0"), |token| (token.text(), ""));
    let cookie = format!("{COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{age}");
    let cookie = HeaderValue::try_from(cookie).expect("letters, digits and signs");
    answer.headers_mut().append(SET_COOKIE, cookie);
    answer
}

/// `next` as far as it is a page of staff's.
pub(super) fn way_on(next: &str) -> &str {
    let ours = next == "/staff" || next.starts_with("/staff/") || next.starts_with("/staff?");
    let plain = next.len() <= 500 && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let path = next.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    // A browser goes up by these, also when they are written as `%2e%2e`.
    let up = path.replace("%2e", ".").split('/').any(|part| part == "..");
    if ours && plain && !up { next } else { "/staff" }
}

impl Visit {
    /// Now, in UTC milliseconds.
    pub(super) fn now(&self) -> i64 {
        self.service.clock.now()
    }

    /// The text `key`.
    pub(super) fn said(&self, key: &str) -> String {
        self.shell.t.get(key).into_owned()
    }

    /// The part of the address that the route calls `name`.
    pub(super) fn part(&self, name: &str) -> &str {
        self.request.match_info().get(name).unwrap_or("")
    }

    /// The address of this page, with what was chosen on it.
    pub(super) fn here(&self) -> String {
        let path = self.request.path();
        self.request.uri().path_and_query().map_or_else(|| path.to_owned(), ToString::to_string)
    }

    /// The address under which this person reaches the service.
    pub(super) fn reached_at(&self) -> String {
        let host = self.request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let host = host.unwrap_or("");
        let scheme = if is_this_machine(host) { "http" } else { "https" };
        format!("{scheme}://{host}")
    }

    /// Where to go on afterwards.
    pub(super) fn next(&self) -> String {
        let asked = self.shell.asked("next").unwrap_or_else(|| self.fields.first("next"));
        way_on(asked).to_owned()
    }

    /// The page for when the store cannot be used.
    pub(super) fn down(&self, error: &store::Error) -> HttpResponse {
        page::store_down(&self.shell, "/staff", error)
    }

    /// The page for what cannot be chosen or made, with the way `back`. Whatever was chosen
    /// wrongly has the same status on every page of staff's.
    pub(super) fn refused(&self, back: &str, problem: &Problem) -> HttpResponse {
        let mut answer = page::problem(&self.shell, back, problem);
        if answer.status() == StatusCode::BAD_REQUEST {
            *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        answer
    }

    /// A page with a sentence, and a way on.
    pub(super) fn message(
        &self,
        status: StatusCode,
        (heading, said): (&str, &str),
        (address, label): (&str, &str),
    ) -> HttpResponse {
        let page = Message::new(&self.shell, self.said(heading))
            .saying(self.said(said))
            .leading(address, self.said(label));
        page::show(status, Keep::Never, &page)
    }

    /// The page for when too many passwords are waiting to be checked.
    pub(super) fn busy(&self) -> HttpResponse {
        self.wait(BUSY_MILLIS, self.request.path())
    }

    /// The page that asks to wait for so many milliseconds, with a way back.
    pub(super) fn wait(&self, millis: i64, back: &str) -> HttpResponse {
        let seconds = u64::try_from(millis).unwrap_or(0).div_ceil(1_000);
        let t = self.shell.t;
        let said = if seconds > 3_600 {
            t.get("wait-until-tomorrow").into_owned()
        } else {
            t.with("wait", &[("seconds", &seconds.to_string())])
        };
        let page = Message::new(&self.shell, t.get("wait-heading"))
            .saying(said)
            .leading(back, t.get("wait-again"));
        page::later(page::show(StatusCode::TOO_MANY_REQUESTS, Keep::Never, &page), seconds)
    }
}

impl Signed {
    /// `visit` as one of whoever has `token`. Only the gate calls it.
    pub(super) fn new(visit: Visit, token: Token, session: Session, account: Account) -> Self {
        Self { visit, account, session, token }
    }

    /// Takes up what was typed before the session ended.
    pub(super) fn resume(&mut self, typed: Fields) {
        self.visit.fields = typed;
        self.visit.resumed = true;
    }

    /// What stands above each page.
    pub(super) fn nav(&self) -> Nav {
        Nav {
            full_name: self.account.full_name.clone(),
            role: role_name(&self.shell, self.account.role),
            groups: navigation::groups(self),
            mark: self.token.form_mark(),
        }
    }

    /// What whoever makes this visit does or tries.
    pub(super) fn event(&self, action: Action, outcome: Outcome) -> Event {
        Event::of(self.now(), &self.account, action, outcome)
    }

    /// The account that the address names, if it is within this person's scope. That
    /// it is not is told as if there were none.
    pub(super) async fn account_named(&self) -> page::Stopped<Account> {
        let Ok(id) = Uuid::parse_str(self.part("account")) else {
            return Err(Box::new(self.nothing_here()));
        };
        let found = self.service.db.account(&self.account.scope, id).await;
        match found.map_err(|error| self.down(&error))? {
            Some(account) => Ok(account),
            None => Err(Box::new(self.nothing_here())),
        }
    }

    /// The collection point that the address names, if it is within this person's scope.
    pub(super) async fn point_named(&self) -> page::Stopped<CollectionPoint> {
        let Ok(code) = PointCode::parse(self.part("point")) else {
            return Err(Box::new(self.nothing_here()));
        };
        let found = self.service.db.collection_point(code.as_str()).await;
        let found = found.map_err(|error| self.down(&error))?;
        match found.filter(|point| self.account.scope.covers(&scope_of(point))) {
            Some(point) => Ok(point),
            None => Err(Box::new(self.nothing_here())),
        }
    }

    /// Notes that this person takes `what` along as a file, before they have it.
    pub(super) async fn note_taken(&self, action: Action, what: &str) -> page::Stopped<()> {
        let event = self.event(action, Outcome::Done).about(what);
        Ok(self.service.db.note(&event).await.map_err(|error| self.down(&error))?)
    }

    /// The page for what this person may not do.
    pub(super) fn not_allowed(&self) -> HttpResponse {
        let page = ("not-allowed-heading", "not-allowed");
        self.message(StatusCode::FORBIDDEN, page, ("/staff", "staff-home"))
    }

    /// The page for what is not there, or not for this person.
    pub(super) fn nothing_here(&self) -> HttpResponse {
        self.message(
            StatusCode::NOT_FOUND,
            ("nothing-heading", "staff-nothing"),
            ("/staff", "staff-home"),
        )
    }

    /// The form of this page was sent and is done with.
    pub(super) async fn form_is_done(&self) {
        let page = gate::back_from(self);
        if let Err(error) = self.service.db.forget_form(self.account.id, &page).await {
            tracing::warn!(%error, "a kept form stays until it is purged");
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_way_on_never_leaves_the_pages_of_staff() {
        for (asked, taken) in [
            ("/staff/audit?day=2026-10-05", "/staff/audit?day=2026-10-05"),
            ("/staff", "/staff"),
            ("https://evil.example/staff", "/staff"),
            ("//evil.example/staff", "/staff"),
            ("/staff\\evil", "/staff"),
            ("/staff/\r\nSet-Cookie: x", "/staff"),
            ("/staffette", "/staff"),
            ("/staff/../../evil", "/staff"),
            ("/staff/a/%2E./x", "/staff"),
            ("/staff/audit?day=..", "/staff/audit?day=.."),
            ("", "/staff"),
        ] {
            assert_eq!(way_on(asked), taken, "{asked:?}");
        }
    }

    #[test]
    fn the_token_is_found_among_other_cookies_and_nothing_else_is_taken_for_it() {
        let token = Token::of([3; 32]);
        let with = |cookies: String| {
            token_of(&TestRequest::default().insert_header(("cookie", cookies)).to_http_request())
        };
        assert_eq!(with(format!("a=b; {COOKIE}={}; c=d", token.text())), Some(token.clone()));
        for wrong in [format!("sid={}", token.text()), format!("{COOKIE}=x"), "=;;=".to_owned()] {
            assert_eq!(with(wrong), None);
        }
    }
}
