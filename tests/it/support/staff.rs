//! Staff for tests: accounts in any role and scope, and somebody signed in.

use hailong::clock::Clock;
use hailong::staff::audit::{Action, Event, OPERATOR, Outcome};
use hailong::staff::session::{Device, Session, Stage};
use hailong::staff::totp::{STEP_MILLIS, Secret};
use hailong::staff::{Account, Key, Role, Scope, SignInName, Token, password};
use hailong::store::Db;
use hailong::store::staff::links::{Chosen, Kind};
use reqwest::{Method, RequestBuilder, Response};

use super::app::App;
use super::database::Database;

/// A password that may be chosen.
pub(crate) const PASSWORD: &str = "con mèo ngủ trên mái";
/// The secret of everybody's second factor.
const SECRET: Secret = Secret::of([42; 20]);

/// The key of every service under test.
pub(crate) fn key() -> Key {
    Key::of([7; 32])
}

/// The code that everybody's phone shows at `now`.
pub(crate) fn code(now: i64) -> String {
    format!("{:06}", SECRET.code(now.div_euclid(STEP_MILLIS)))
}

/// The secret that a page shows for typing it into a phone.
pub(crate) fn secret(typed: &str) -> Secret {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bits = 0u64;
    let mut bytes = Vec::new();
    for (at, letter) in typed.chars().filter(|c| !c.is_whitespace()).enumerate() {
        bits = bits << 5 | LETTERS.find(letter).expect("base32") as u64;
        if at % 8 == 7 {
            bytes.extend_from_slice(&bits.to_be_bytes()[3..]);
            bits = 0;
        }
    }
    Secret::of(bytes.try_into().expect("twenty bytes"))
}

/// An account called `name` that is not stored.
pub(crate) fn account(name: &str, role: Role, scope: &str) -> Account {
    Account {
        id: Clock::System.new_id(),
        name: SignInName::parse(name).expect("a usable name"),
        full_name: format!("Cán bộ {name}"),
        department: String::new(),
        role,
        scope: Scope::parse(scope).expect("a scope"),
        is_set_up: false,
        disabled_at: None,
        reset_asked: None,
    }
}

/// A line of the log that `who` leaves at `at`.
pub(crate) fn event(at: i64, who: &str, action: Action) -> Event {
    Event::new(at, who, action, Outcome::Done)
}

/// A line of the log that the operator leaves at `at`.
pub(crate) fn by_operator(at: i64, action: Action) -> Event {
    event(at, OPERATOR, action)
}

/// Adds an account that is set up: [`PASSWORD`], [`code`], the recovery codes given.
pub(crate) async fn set_up(db: &Db, account: &Account, at: i64, recovery: Vec<[u8; 32]>) {
    static HASH: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| password::hash(PASSWORD, [5; 16]));
    let event = event(at, OPERATOR, Action::SetUp);
    assert!(db.add_account(account, &event).await.unwrap());
    let link = Token::of(Clock::System.secret());
    db.make_link(&link, Kind::SetUp, Some(account.id), &event).await.unwrap();
    let purpose = format!("second factor of {}", account.id);
    let sealed = key().seal(Clock::System.secret(), &purpose, SECRET.bytes());
    let chosen = Chosen {
        account: account.clone(),
        password_hash: HASH.clone(),
        second_factor: Some((sealed, 0, recovery)),
    };
    assert!(db.use_link(&link, &chosen, &event).await.unwrap());
}

/// A service on `database` in which `lan.nguyen` has `role` for the commune 22651
/// and one recovery code left.
pub(crate) async fn service(database: Database, role: Role) -> App {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let lan = account("lan.nguyen", role, "/56/22651/");
    set_up(&db, &lan, app.now(), vec![[1; 32]]).await;
    db.close().await;
    app
}

/// Somebody who is signed in to a service under test.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    app: &'a App,
    /// Their account.
    pub(crate) account: Account,
    /// Their session.
    pub(crate) token: Token,
}

impl<'a> Member<'a> {
    /// Makes an account in `role` and `scope` (a path such as `/56/22651/`) and signs
    /// its owner in, without the work of a password.
    pub(crate) async fn signed_in(app: &'a App, name: &str, role: Role, scope: &str) -> Self {
        let account = account(name, role, scope);
        let db = app.database().open().await;
        set_up(&db, &account, app.now(), Vec::new()).await;
        let token = session(&db, &account, app.now()).await;
        db.close().await;
        Self { app, account, token }
    }

    /// The same person in another session.
    pub(crate) fn with(&self, token: Token) -> Self {
        Self { app: self.app, account: self.account.clone(), token }
    }

    /// A request of theirs, as one of our pages would send it.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.app
            .request(method, path)
            .header("cookie", format!("__Host-sid={}", self.token.text()))
            .header("accept", "text/html")
            .header("sec-fetch-site", "same-origin")
    }

    /// What they see at `path`.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.expect("an answer")
    }

    /// What comes of sending `fields` to `path`, with the mark of their session.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let mark = self.token.form_mark();
        let fields = [&[("mark", mark.as_str())], fields].concat();
        send(self.request(Method::POST, path), &fields).await
    }

    /// What comes of sending `fields` and a file called `name` to `path`.
    pub(crate) async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (name, content): (&str, &[u8]),
    ) -> Response {
        let mark = self.token.form_mark();
        let mut body = Vec::new();
        for (field, value) in [&[("mark", mark.as_str())], fields].concat() {
            let part = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend(part.into_bytes());
        }
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(part.into_bytes());
        body.extend_from_slice(content);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
        let request = self.request(Method::POST, path);
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        request.header("content-type", kind).body(body).send().await.expect("an answer")
    }
}

/// What stands between the parts of an upload.
const BOUNDARY: &str = "----hailong-test";

/// Sends `fields` as a form.
pub(crate) async fn send(request: RequestBuilder, fields: &[(&str, &str)]) -> Response {
    let body = serde_urlencoded::to_string(fields).expect("texts");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.body(body).send().await.expect("an answer")
}

/// A session in which `account` is signed in since `now`.
pub(crate) async fn session(db: &Db, account: &Account, now: i64) -> Token {
    let token = Token::of(Clock::System.secret());
    let session = Session {
        id: Clock::System.new_id(),
        account: account.id,
        stage: Stage::Whole,
        device: Device::Unknown,
        begun_at: now,
        seen_at: now,
        proved_at: now,
    };
    let event = Event::of(now, account, Action::SecondFactor, Outcome::Done);
    db.begin_session(&token, &session, None, &event).await.unwrap();
    token
}
