//! What a one-time link leads to: choosing a password, and with it the second factor.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::super::page::{self, Keep, Stopped, settled};
use super::prove::{self, Proof};
use super::set_up_path;
use super::visit::Visit;
use crate::pages::staff::form::{Code, Field, Form};
use crate::pages::staff::shown_once::ShownOnce;
use crate::printing::qr_picture;
use crate::service::Service;
use crate::staff::account::full_name;
use crate::staff::audit::{Action, Event, Outcome};
use crate::staff::entrance::Busy;
use crate::staff::password::{self, LENGTH, Weak};
use crate::staff::totp::Secret;
use crate::staff::{Account, Role, Scope, SignInName, Token, recovery};
use crate::store::staff::links::{Chosen, Kind, Link};

/// Recovery codes: what is shown once, and what the store keeps.
pub(super) struct Codes {
    pub(super) texts: Vec<String>,
    pub(super) hashes: Vec<[u8; 32]>,
}

impl Codes {
    /// Codes that nobody has had.
    pub(super) fn new(service: &Service) -> Self {
        let texts: Vec<String> =
            (0..recovery::CODES).map(|_| recovery::code(service.clock.secret())).collect();
        let hash = |text: &String| recovery::hash(text, &service.entrance.key);
        Self { hashes: texts.iter().filter_map(hash).collect(), texts }
    }
}

/// What is wrong with the password that was chosen and with its repetition.
pub(super) fn wrong_password(visit: &Visit, account: &Account) -> [Option<String>; 2] {
    let chosen = visit.fields.first("password");
    let (least, most) = (LENGTH.0.to_string(), LENGTH.1.to_string());
    let t = visit.shell.t;
    let about = account.known();
    let weak = password::check(chosen, &about.each_ref().map(String::as_str)).err();
    let weak = weak.map(|weak| match weak {
        Weak::TooShort => t.with("password-too-short", &[("least", &least)]),
        Weak::TooLong => t.with("password-too-long", &[("most", &most)]),
        Weak::WellKnown => t.get("password-well-known").into_owned(),
    });
    let differs = weak.is_none() && chosen != visit.fields.first("repeated");
    [weak, differs.then(|| visit.said("password-differs"))]
}

/// The hash of the password that was chosen.
pub(super) async fn hash(visit: &Visit) -> Stopped<String> {
    let (service, chosen) = (&visit.service, visit.fields.first("password").to_owned());
    let hash = service.entrance.hash(chosen, service.clock.salt()).await;
    Ok(hash.map_err(|Busy| visit.busy())?)
}

/// The link that the address names, and its token.
async fn link(visit: &Visit) -> Stopped<(Token, Link)> {
    let gone = || {
        let (page, on) =
            (("link-gone-heading", "link-gone"), ("/staff/sign-in", "sign-in-heading"));
        Box::new(visit.message(StatusCode::GONE, page, on))
    };
    let token = Token::parse(visit.part("token")).ok_or_else(gone)?;
    let link = visit.service.db.link(&token, visit.now()).await;
    let link = link.map_err(|error| visit.down(&error))?.ok_or_else(gone)?;
    Ok((token, link))
}

/// What the secret on the page of `token` is sealed for until it is confirmed.
fn purpose(token: &Token) -> String {
    format!("second factor to be set up by {}", URL_SAFE_NO_PAD.encode(token.hash()))
}

/// What is to be mended, by field.
#[derive(Debug, Default)]
struct Wrong {
    name: Option<String>,
    full_name: Option<String>,
    password: [Option<String>; 2],
    code: Option<String>,
}

pub(super) async fn show(visit: Visit) -> HttpResponse {
    let shown = async {
        let (token, link) = link(&visit).await?;
        let secret = Secret::of(visit.service.clock.secret());
        Ok(form(&visit, StatusCode::OK, &token, &link, &secret, Wrong::default()))
    };
    settled(shown.await)
}

fn form(
    visit: &Visit,
    status: StatusCode,
    token: &Token,
    link: &Link,
    secret: &Secret,
    wrong: Wrong,
) -> HttpResponse {
    let action = set_up_path(token);
    let said = |key| visit.said(key);
    let heading = match link.kind {
        Kind::First => "first-heading",
        Kind::SetUp => "set-up-heading",
        Kind::Password => "reset-page-heading",
    };
    let mut page = Form::new(&visit.shell, said(heading), &action, said("set-up-button"));
    page = match &link.account {
        None => page
            .saying(said("first-about"))
            .asking(
                Field::text("full_name", said("account-full-name"))
                    .value(visit.fields.first("full_name"))
                    .wrong(wrong.full_name),
            )
            .asking(
                Field::sign_in_name("name", said("account-name"))
                    .hint(said("account-name-hint"))
                    .value(visit.fields.first("name"))
                    .wrong(wrong.name),
            ),
        Some(account) => page.saying(said("set-up-about")).asking(
            Field::sign_in_name("name", said("account-name")).value(account.name.as_str()).fixed(),
        ),
    };
    let [chosen, repeated] = wrong.password;
    page = page
        .asking(
            Field::new_password("password", said("password-new"))
                .hint(said("password-rules"))
                .wrong(chosen),
        )
        .asking(Field::new_password("repeated", said("password-repeated")).wrong(repeated));
    let code = if link.kind == Kind::Password {
        Field::code("code", said("code-label")).hint(said("code-hint"))
    } else {
        let key = &visit.service.entrance.key;
        let sealed = key.seal(visit.service.clock.secret(), &purpose(token), secret.bytes());
        page =
            page.showing(picture(secret, link)).carrying("secret", &URL_SAFE_NO_PAD.encode(sealed));
        Field::code("code", said("code-label")).hint(said("set-up-code-hint"))
    };
    page::show(status, Keep::Never, &page.asking(code.wrong(wrong.code)))
}

/// `secret` as a phone reads it.
fn picture(secret: &Secret, link: &Link) -> Code {
    let name = link.account.as_ref().map_or("staff", |account| account.name.as_str());
    let drawn = qr_picture(&secret.address(name)).expect("an address this short fits a code");
    let picture = format!("data:image/svg+xml;base64,{}", STANDARD.encode(drawn));
    Code { picture, text: secret.text() }
}

pub(super) async fn take(visit: Visit) -> HttpResponse {
    settled(taken(&visit).await)
}

async fn taken(visit: &Visit) -> Stopped<HttpResponse> {
    let (token, link) = link(visit).await?;
    let (service, now) = (&visit.service, visit.now());
    let mut wrong = Wrong::default();
    let account = account(visit, &link, &mut wrong);
    wrong.password = wrong_password(visit, &account);
    let sealed = URL_SAFE_NO_PAD.decode(visit.fields.first("secret")).ok();
    let opened = sealed.and_then(|sealed| service.entrance.key.open(&purpose(&token), &sealed));
    let secret = opened.and_then(|bytes| bytes.try_into().ok()).map(Secret::of);
    let secret = secret.unwrap_or_else(|| Secret::of(service.clock.secret()));
    let again =
        |wrong| Ok(form(visit, StatusCode::UNPROCESSABLE_ENTITY, &token, &link, &secret, wrong));
    // A code is used up by looking at it, so everything else comes first.
    let ready = wrong.name.is_none()
        && wrong.full_name.is_none()
        && wrong.password.iter().all(Option::is_none);
    let typed = visit.fields.first("code");
    let mut step = None;
    if link.kind == Kind::Password {
        if ready {
            match prove::by_code(visit, &account, typed).await? {
                Proof::Right => {}
                proof @ (Proof::Wrong | Proof::Used) => {
                    let refused = Event::of(now, &account, Action::SecondFactor, Outcome::Refused);
                    service.db.note(&refused).await.map_err(|error| visit.down(&error))?;
                    wrong.code = Some(visit.said(proof.wrong()));
                }
                Proof::Wait(millis) => return Ok(visit.wait(millis, &set_up_path(&token))),
            }
        }
    } else {
        step = secret.step_of(typed, now, 0);
        wrong.code = step.is_none().then(|| visit.said("set-up-code-wrong"));
    }
    if !ready || wrong.code.is_some() {
        return again(wrong);
    }
    let codes = Codes::new(service);
    let key = &service.entrance.key;
    let sealed = key.seal(service.clock.secret(), &prove::purpose(&account), secret.bytes());
    let event = Event::of(now, &account, Action::SetUp, Outcome::Done).about(account.name.as_str());
    let chosen = Chosen {
        password_hash: hash(visit).await?,
        second_factor: step.map(|step| (sealed, step, codes.hashes)),
        account,
    };
    let used = service.db.use_link(&token, &chosen, &event).await;
    if !used.map_err(|error| visit.down(&error))? {
        let (page, on) =
            (("link-gone-heading", "link-gone"), ("/staff/sign-in", "sign-in-heading"));
        return Ok(visit.message(StatusCode::GONE, page, on));
    }
    if step.is_none() {
        let (page, on) =
            (("reset-done-heading", "reset-done"), ("/staff/sign-in", "sign-in-heading"));
        return Ok(visit.message(StatusCode::OK, page, on));
    }
    let page = ShownOnce::codes(&visit.shell, None, codes.texts);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// The account that is set up; that of the first administrator as it was typed.
fn account(visit: &Visit, link: &Link, wrong: &mut Wrong) -> Account {
    if let Some(account) = &link.account {
        return account.clone();
    }
    let named = SignInName::parse(visit.fields.first("name"));
    let called = full_name(visit.fields.first("full_name"));
    wrong.name = named.is_none().then(|| visit.said("account-name-wrong"));
    wrong.full_name = called.is_none().then(|| visit.said("account-full-name-wrong"));
    Account {
        id: visit.service.clock.new_id(),
        name: named.or_else(|| SignInName::parse("unnamed")).expect("a usable name"),
        full_name: called.unwrap_or_default(),
        department: String::new(),
        role: Role::Administrator,
        scope: Scope::Everywhere,
        is_set_up: false,
        disabled_at: None,
        reset_asked: None,
    }
}
