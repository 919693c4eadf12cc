//! Accounts: adding, looking, one-time links, disabling. An administrator sees and
//! changes those within their own scope, never a password, and never their own.

pub(super) mod resets;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::PointCode;

use super::super::page::{self, Keep, Stopped, settled};
use super::set_up_path;
use super::visit::Signed;
use crate::pages::staff::accounts::{Accounts, One};
use crate::pages::staff::form::{Choice, Field, Form};
use crate::pages::staff::role_name;
use crate::pages::staff::shown_once::ShownOnce;
use crate::staff::account::{department, full_name};
use crate::staff::audit::{Action, Event, Outcome};
use crate::staff::{Account, Role, Scope, SignInName, Token};
use crate::store::staff::links::Kind;

pub(super) async fn list(signed: Signed) -> HttpResponse {
    match signed.service.db.accounts(&signed.account.scope).await {
        Ok(accounts) => {
            let page = Accounts::new(&signed.shell, signed.nav(), &accounts, signed.now());
            page::show(StatusCode::OK, Keep::Never, &page)
        }
        Err(error) => signed.down(&error),
    }
}

/// What is to be mended in the form of a new account, by field.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wrong {
    full_name: Option<String>,
    name: Option<String>,
    role: Option<String>,
    unit: Option<String>,
    point: Option<String>,
    department: Option<String>,
}

pub(super) fn new(signed: &Signed) -> HttpResponse {
    form(signed, StatusCode::OK, Wrong::default())
}

fn form(signed: &Signed, status: StatusCode, wrong: Wrong) -> HttpResponse {
    let said = |key| signed.said(key);
    let fields = &signed.fields;
    let at_commune = matches!(signed.account.scope, Scope::Commune(_));
    let roles =
        Role::ALL.into_iter().filter(|role| !at_commune || role.fits(&signed.account.scope));
    let roles = roles.map(|role| Choice {
        value: role.name().to_owned(),
        label: role_name(&signed.shell, role),
    });
    let role = Some(fields.first("role")).filter(|role| !role.is_empty());
    let own = match &signed.account.scope {
        Scope::Everywhere => String::new(),
        Scope::Province(code) => code.to_string(),
        Scope::Commune(code) | Scope::Point { commune: code, .. } => code.to_string(),
    };
    let unit = fields.values("unit").next().unwrap_or(&own);
    let mut page = Form::new(
        &signed.shell,
        said("add-account-heading"),
        "/staff/accounts/new",
        said("add-account-button"),
    )
    .signed(signed.nav());
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let page = page
        .asking(
            Field::text("full_name", said("account-full-name"))
                .value(fields.first("full_name"))
                .wrong(wrong.full_name),
        )
        .asking(
            Field::spelled("name", said("account-name"))
                .hint(said("account-name-hint"))
                .value(fields.first("name"))
                .wrong(wrong.name),
        )
        .asking(
            Field::choice("role", said("account-role"), roles.collect())
                .hint(said("account-role-hint"))
                .value(role.unwrap_or(Role::DataEntry.name()))
                .wrong(wrong.role),
        )
        .asking(
            Field::spelled("unit", said("account-unit"))
                .hint(said("account-unit-hint"))
                .value(unit)
                .wrong(wrong.unit),
        )
        .asking(
            Field::spelled("point", said("account-point"))
                .hint(said("account-point-hint"))
                .value(fields.first("point"))
                .wrong(wrong.point),
        )
        .asking(
            Field::text("department", said("account-department"))
                .hint(said("account-department-hint"))
                .value(fields.first("department"))
                .wrong(wrong.department),
        )
        .leading("/staff/accounts", said("accounts-heading"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn add(signed: Signed) -> HttpResponse {
    settled(added(&signed).await)
}

async fn added(signed: &Signed) -> Stopped<HttpResponse> {
    let again = |wrong| Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, wrong));
    let account = match asked_for(signed).await? {
        Ok(account) => account,
        Err(wrong) => return again(wrong),
    };
    let event = signed
        .event(Action::AddAccount, Outcome::Done)
        .at_place(&account.scope)
        .about(account.name.as_str());
    let added = signed.service.db.add_account(&account, &event).await;
    if !added.map_err(|error| signed.down(&error))? {
        let name = Some(signed.said("account-name-taken"));
        return again(Wrong { name, ..Wrong::default() });
    }
    signed.form_is_done().await;
    give_link(signed, &account, Kind::SetUp).await
}

/// The account that the form asks for, or everything that is to be mended in it.
async fn asked_for(signed: &Signed) -> Stopped<Result<Account, Wrong>> {
    let said = |key| Some(signed.said(key));
    let fields = &signed.fields;
    let mut wrong = Wrong::default();
    let called = full_name(fields.first("full_name"));
    if called.is_none() {
        wrong.full_name = said("account-full-name-wrong");
    }
    let name = SignInName::parse(fields.first("name"));
    if name.is_none() {
        wrong.name = said("account-name-wrong");
    }
    let role: Option<Role> = fields.first("role").parse().ok();
    if role.is_none() {
        wrong.role = said("account-role-wrong");
    }
    let mut scope = Scope::of_code(fields.first("unit").trim())
        .filter(|scope| signed.account.scope.covers(scope));
    if scope.is_none() {
        wrong.unit = said("account-unit-wrong");
    }
    let point = fields.first("point").trim();
    if !point.is_empty() {
        scope = at_point(signed, scope.as_ref(), point).await?;
        if scope.is_none() && wrong.unit.is_none() {
            wrong.point = said("account-point-wrong");
        }
    }
    let works_in = department(fields.first("department"));
    if works_in.is_none() {
        wrong.department = said("account-department-wrong");
    }
    if let (Some(role), Some(scope)) = (role, &scope)
        && !role.fits(scope)
    {
        wrong.role = said("account-role-elsewhere");
    }
    let (Some(full_name), Some(name), Some(role), Some(scope)) = (called, name, role, scope) else {
        return Ok(Err(wrong));
    };
    if wrong != Wrong::default() {
        return Ok(Err(wrong));
    }
    Ok(Ok(Account {
        id: signed.service.clock.new_id(),
        name,
        full_name,
        department: works_in.unwrap_or_default(),
        role,
        scope,
        is_set_up: false,
        disabled_at: None,
        reset_asked: None,
    }))
}

/// The collection point `code` of the commune `scope`.
async fn at_point(signed: &Signed, scope: Option<&Scope>, code: &str) -> Stopped<Option<Scope>> {
    let Some(Scope::Commune(commune)) = scope else { return Ok(None) };
    let Ok(point) = PointCode::parse(code) else { return Ok(None) };
    let found = signed.service.collection_point(code).await;
    let found = found.map_err(|error| signed.down(&error))?;
    let here = found.is_some_and(|point| point.commune_code == *commune);
    Ok(here.then(|| Scope::Point { commune: commune.clone(), point }))
}

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let account = signed.account_named().await?;
        let page = One::new(&signed.shell, signed.nav(), &account, &signed.account, signed.now());
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

/// The account that the address names, unless it is one's own.
async fn other(signed: &Signed) -> Stopped<Account> {
    let account = signed.account_named().await?;
    if account.id == signed.account.id {
        let page = ("not-allowed-heading", "account-own");
        let on = ("/staff/accounts", "accounts-heading");
        return Err(Box::new(signed.message(StatusCode::FORBIDDEN, page, on)));
    }
    Ok(account)
}

/// The form of the department in which somebody works.
fn department_form(
    signed: &Signed,
    account: &Account,
    status: StatusCode,
    wrong: Option<String>,
) -> HttpResponse {
    let said = |key| signed.said(key);
    let typed = signed.fields.values("department").next().unwrap_or(&account.department);
    let at = format!("{}/department", address(account));
    let mut page =
        Form::new(&signed.shell, said("department-heading"), &at, said("department-save"))
            .signed(signed.nav())
            .saying(account.full_name.clone());
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let field = Field::text("department", said("account-department"));
    let field = field.hint(said("account-department-hint")).value(typed).wrong(wrong);
    let page = page.asking(field).leading(&address(account), said("link-back"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn department_of(signed: Signed) -> HttpResponse {
    let shown = async {
        let account = other(&signed).await?;
        Ok(department_form(&signed, &account, StatusCode::OK, None))
    };
    settled(shown.await)
}

pub(super) async fn set_department(signed: Signed) -> HttpResponse {
    let set = async {
        let account = other(&signed).await?;
        let Some(department) = department(signed.fields.first("department")) else {
            let wrong = Some(signed.said("account-department-wrong"));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(department_form(&signed, &account, status, wrong));
        };
        let event = about(&signed, &account, Action::SetDepartment);
        let set = signed.service.db.set_department(account.id, &department, &event).await;
        set.map_err(|error| signed.down(&error))?;
        signed.form_is_done().await;
        Ok(page::see_other(&signed.shell.link(&address(&account))))
    };
    settled(set.await)
}

fn address(account: &Account) -> String {
    format!("/staff/accounts/{}", account.id)
}

fn about(signed: &Signed, account: &Account, action: Action) -> Event {
    let event = signed.event(action, Outcome::Done);
    event.at_place(&account.scope).about(account.name.as_str())
}

/// Makes a one-time link for `account` and shows it to whoever asked.
async fn give_link(signed: &Signed, account: &Account, kind: Kind) -> Stopped<HttpResponse> {
    let token = Token::of(signed.service.clock.secret());
    let event = about(signed, account, Action::MakeLink);
    let made = signed.service.db.make_link(&token, kind, Some(account.id), &event).await;
    made.map_err(|error| signed.down(&error))?;
    let link = format!("{}{}", signed.reached_at(), set_up_path(&token));
    let (nav, back) = (signed.nav(), address(account));
    let page = ShownOnce::link(&signed.shell, nav, link, &account.full_name, &back);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// A link with which a new account is set up, or a password chosen anew.
pub(super) async fn link(signed: Signed) -> HttpResponse {
    let given = async {
        let account = enabled(&signed).await?;
        let kind = if account.is_set_up { Kind::Password } else { Kind::SetUp };
        give_link(&signed, &account, kind).await
    };
    settled(given.await)
}

/// Somebody else's account that is not disabled.
async fn enabled(signed: &Signed) -> Stopped<Account> {
    let account = other(signed).await?;
    if account.disabled_at.is_some() {
        return Err(Box::new(page::see_other(&signed.shell.link(&address(&account)))));
    }
    Ok(account)
}

/// Setting a second factor up anew takes two administrators: one asks, another agrees
/// within a day and is given the link.
pub(super) async fn second_factor(signed: Signed) -> HttpResponse {
    let given = async {
        let account = enabled(&signed).await?;
        if let Some(asker) = resets::asked_by_another(&signed, &account) {
            if resets::are_same_eyes(&signed, asker).await? {
                let refused = signed.event(Action::AskReset, Outcome::Refused);
                let refused = refused.at_place(&account.scope).about(account.name.as_str());
                let noted = signed.service.db.note(&refused).await;
                noted.map_err(|error| signed.down(&error))?;
                let page = ("not-allowed-heading", "factor-same-eyes");
                let on = (&*address(&account), "link-back");
                return Ok(signed.message(StatusCode::FORBIDDEN, page, on));
            }
            return give_link(&signed, &account, Kind::SetUp).await;
        }
        let event = about(&signed, &account, Action::AskReset);
        let asked = signed.service.db.ask_reset(account.id, &event).await;
        asked.map_err(|error| signed.down(&error))?;
        Ok(page::see_other(&signed.shell.link(&address(&account))))
    };
    settled(given.await)
}

pub(super) async fn disable(signed: Signed) -> HttpResponse {
    let now = signed.now();
    settled(set_disabled(&signed, Some(now), Action::Disable).await)
}

pub(super) async fn enable(signed: Signed) -> HttpResponse {
    settled(set_disabled(&signed, None, Action::Enable).await)
}

async fn set_disabled(
    signed: &Signed,
    disabled_at: Option<i64>,
    action: Action,
) -> Stopped<HttpResponse> {
    let account = other(signed).await?;
    let event = about(signed, &account, action);
    let set = signed.service.db.set_disabled(account.id, disabled_at, &event).await;
    set.map_err(|error| signed.down(&error))?;
    Ok(page::see_other(&signed.shell.link(&address(&account))))
}
