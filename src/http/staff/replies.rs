//! Reply templates: the list, adding one or putting one in the place of a shipped one,
//! changing, removing; and what of them stands in an answer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::petition::reply::{
    BadReply, CODE, DAY, ReplyField, ReplyTemplate, ShippedReply, UNIT,
};
use surveys::{Petition, unit};

use super::super::page::{self, Keep, Stopped, settled};
use super::petitions::commune;
use super::visit::Signed;
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::replies::{self, Replies};
use crate::staff::Scope;
use crate::staff::audit::{Action, Event, Outcome};
use crate::store::reply_templates::{KeptReply, NewReply};

const LIST: &str = "/staff/replies";
const NEW: &str = "/staff/replies/new";

fn is_wide(signed: &Signed) -> bool {
    !matches!(signed.account.scope, Scope::Commune(_))
}

async fn kept(signed: &Signed, scope: &Scope) -> Stopped<Vec<KeptReply>> {
    let read = signed.service.db.reply_templates(scope).await;
    Ok(read.map_err(|error| signed.down(&error))?)
}

pub(super) async fn list(signed: Signed) -> HttpResponse {
    let shown = async {
        let kept = kept(&signed, &signed.account.scope).await?;
        let page = Replies::new(&signed.shell, signed.nav(), &kept, is_wide(&signed));
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

/// The template that the address names, if it is within this person's scope.
async fn named(signed: &Signed) -> Stopped<KeptReply> {
    let found = match signed.part("reply").parse() {
        Ok(id) => signed.service.db.reply_template(&signed.account.scope, id).await,
        Err(_) => Ok(None),
    };
    match found.map_err(|error| signed.down(&error))? {
        Some(kept) => Ok(kept),
        None => Err(Box::new(signed.nothing_here())),
    }
}

/// The shipped template in whose place one is put, as the address or the form says.
fn replaced(signed: &Signed) -> Option<&'static ShippedReply> {
    let typed = signed.fields.first("replaces");
    let asked = if typed.is_empty() { signed.shell.asked("replaces")? } else { typed };
    ShippedReply::named(asked)
}

/// What is to be said on the form.
#[derive(Default)]
struct Told {
    wrong: Vec<(ReplyField, BadReply)>,
    unit: Option<String>,
    notice: String,
    /// What is stored by now, to be read beside what was typed.
    stored: Option<ReplyTemplate>,
}

/// Which template a form is for.
#[derive(Clone, Copy)]
enum For<'a> {
    /// One that is not kept yet.
    New(Option<&'static ShippedReply>),
    /// One that is.
    Kept(&'a KeptReply),
}

fn form(signed: &Signed, status: StatusCode, what: For<'_>, mut told: Told) -> HttpResponse {
    let said = |key| signed.said(key);
    let (at, heading, first) = match what {
        For::New(None) => (NEW.to_owned(), "reply-add", None),
        For::New(Some(shipped)) => (NEW.to_owned(), "reply-replace", Some(shipped.template())),
        For::Kept(kept) => {
            (format!("{LIST}/{}", kept.id), "reply-edit", Some(kept.template.clone()))
        }
    };
    let typed = signed.fields.values("title").next().is_some();
    if signed.resumed && told.notice.is_empty() {
        told.notice = said("resumed");
    }
    let value = |id: &str, first: Option<&str>| {
        if typed { signed.fields.first(id).to_owned() } else { first.unwrap_or("").to_owned() }
    };
    let wrong = |field: ReplyField| {
        let bad = told.wrong.iter().find(|(wrong, _)| *wrong == field);
        bad.map(|(_, bad)| bad.text().get(signed.shell.language()).to_owned())
    };
    let mut page = Form::new(&signed.shell, said(heading), &at, said("reply-save"))
        .signed(signed.nav())
        .saying(
            signed.shell.t.with("reply-about", &[("code", CODE), ("day", DAY), ("unit", UNIT)]),
        );
    match what {
        For::New(Some(shipped)) => page = page.carrying("replaces", shipped.name),
        For::New(None) => {}
        For::Kept(kept) => page = page.carrying("revision", &kept.revision.to_string()),
    }
    if !told.notice.is_empty() {
        page = page.noticing(told.notice.as_str());
    }
    if let Some(stored) = &told.stored {
        page = page.beside(stored.title.as_str(), &stored.text);
    }
    if is_wide(signed) && matches!(what, For::New(_)) {
        let field = Field::spelled("commune", said("petition-commune"));
        let field = field.hint(said("petition-commune-hint"));
        page = page.asking(field.value(signed.fields.first("commune")).wrong(told.unit.clone()));
    }
    let title = value("title", first.as_ref().map(|first| first.title.as_str()));
    let text = value("text", first.as_ref().map(|first| first.text.as_str()));
    let page = page
        .asking(
            Field::text("title", said("reply-title"))
                .hint(said("reply-title-hint"))
                .value(&title)
                .wrong(wrong(ReplyField::Title)),
        )
        .asking(
            Field::long("text", said("reply-text"), 14).value(&text).wrong(wrong(ReplyField::Text)),
        );
    let page = match what {
        For::Kept(kept) => {
            page.leading(&format!("{LIST}/{}/remove", kept.id), said("reply-remove"))
        }
        For::New(_) => page,
    };
    page::show(status, Keep::Never, &page.leading(LIST, said("replies-heading")))
}

pub(super) fn new(signed: &Signed) -> HttpResponse {
    form(signed, StatusCode::OK, For::New(replaced(signed)), Told::default())
}

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let kept = named(&signed).await?;
        Ok(form(&signed, StatusCode::OK, For::Kept(&kept), Told::default()))
    };
    settled(shown.await)
}

fn typed(signed: &Signed) -> Result<ReplyTemplate, Vec<(ReplyField, BadReply)>> {
    ReplyTemplate::of(signed.fields.first("title"), signed.fields.first("text"))
}

/// The form is done with: back to the list.
async fn done(signed: &Signed) -> HttpResponse {
    signed.form_is_done().await;
    page::see_other(&signed.shell.link(LIST))
}

pub(super) async fn add(signed: Signed) -> HttpResponse {
    settled(added(&signed).await)
}

async fn added(signed: &Signed) -> Stopped<HttpResponse> {
    let replaces = replaced(signed);
    let again = |status, told| Ok(form(signed, status, For::New(replaces), told));
    let (commune, template) = match (commune(signed), typed(signed)) {
        (Some(commune), Ok(template)) => (commune, template),
        (commune, template) => {
            let unit = commune.is_none().then(|| signed.said("petition-commune-wrong"));
            let wrong = template.err().unwrap_or_default();
            return again(
                StatusCode::UNPROCESSABLE_ENTITY,
                Told { wrong, unit, ..Told::default() },
            );
        }
    };
    let new = NewReply { commune: commune.code.clone(), replaces, template };
    let place = Scope::Commune(commune.code.clone());
    let event = signed.event(Action::SaveReplyTemplate, Outcome::Done).at_place(&place);
    let added = signed.service.db.add_reply_template(&new, &event).await;
    if added.map_err(|error| signed.down(&error))?.is_some() {
        return Ok(done(signed).await);
    }
    let kept = kept(signed, &place).await?;
    let meanwhile = kept.iter().find(|kept| replaces.is_some() && kept.replaces == replaces);
    if let Some(kept) = meanwhile {
        // Somebody else was first: theirs is what is changed from now on.
        return Ok(changed_meanwhile(signed, kept));
    }
    let notice = signed.said("reply-too-many");
    again(StatusCode::UNPROCESSABLE_ENTITY, Told { notice, ..Told::default() })
}

/// The form again, with what somebody else has saved beside what was typed.
fn changed_meanwhile(signed: &Signed, kept: &KeptReply) -> HttpResponse {
    let notice = signed.said("reply-changed");
    let told = Told { notice, stored: Some(kept.template.clone()), ..Told::default() };
    form(signed, StatusCode::CONFLICT, For::Kept(kept), told)
}

/// What whoever makes this visit does with `kept`.
fn about(signed: &Signed, what: Action, kept: &KeptReply) -> Event {
    let place = Scope::Commune(kept.commune.clone());
    signed.event(what, Outcome::Done).at_place(&place).about(&kept.id.to_string())
}

pub(super) async fn save(signed: Signed) -> HttpResponse {
    settled(saved(&signed).await)
}

async fn saved(signed: &Signed) -> Stopped<HttpResponse> {
    let kept = named(signed).await?;
    if signed.fields.first("revision").parse() != Ok(kept.revision) {
        return Ok(changed_meanwhile(signed, &kept));
    }
    let template = match typed(signed) {
        Ok(template) => template,
        Err(wrong) => {
            let told = Told { wrong, ..Told::default() };
            return Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, For::Kept(&kept), told));
        }
    };
    let event = about(signed, Action::SaveReplyTemplate, &kept);
    let changed = signed.service.db.change_reply_template(&kept, &template, &event).await;
    if changed.map_err(|error| signed.down(&error))? {
        return Ok(done(signed).await);
    }
    Ok(changed_meanwhile(signed, &named(signed).await?))
}

fn removing(signed: &Signed, kept: &KeptReply, status: StatusCode) -> HttpResponse {
    let at = format!("{LIST}/{}", kept.id);
    let then = if kept.replaces.is_some() { "reply-removed-shipped" } else { "reply-removed" };
    let mut page = Form::new(
        &signed.shell,
        signed.said("reply-remove"),
        &format!("{at}/remove"),
        signed.said("reply-remove"),
    )
    .signed(signed.nav())
    .saying(signed.said(then))
    .carrying("revision", &kept.revision.to_string())
    .beside(kept.template.title.as_str(), &kept.template.text);
    if status == StatusCode::CONFLICT {
        page = page.noticing(signed.said("reply-changed"));
    }
    page::show(status, Keep::Never, &page.leading(LIST, signed.said("replies-heading")))
}

pub(super) async fn confirm(signed: Signed) -> HttpResponse {
    let shown = async {
        let kept = named(&signed).await?;
        Ok(removing(&signed, &kept, StatusCode::OK))
    };
    settled(shown.await)
}

pub(super) async fn remove(signed: Signed) -> HttpResponse {
    let removed = async {
        let kept = named(&signed).await?;
        if signed.fields.first("revision").parse() == Ok(kept.revision) {
            let event = about(&signed, Action::RemoveReplyTemplate, &kept);
            let removed = signed.service.db.remove_reply_template(&kept, &event).await;
            if removed.map_err(|error| signed.down(&error))? {
                return Ok(done(&signed).await);
            }
        }
        let now = named(&signed).await?;
        Ok(removing(&signed, &now, StatusCode::CONFLICT))
    };
    settled(removed.await)
}

/// The field that offers the templates for an answer to `petition`.
pub(super) async fn offered(signed: &Signed, petition: &Petition) -> Stopped<Field> {
    let kept = kept(signed, &Scope::Commune(petition.commune.clone())).await?;
    let field = Field::choice(
        "template",
        signed.said("reply-choose"),
        replies::offered(&signed.shell, &kept),
    );
    let field = field.hint(signed.said("reply-choose-hint"));
    Ok(field
        .value(signed.fields.first("template"))
        .with_button("insert", signed.said("reply-insert")))
}

/// The text of the template that was chosen for `petition`, filled in; `None` when none
/// was chosen, or one that is gone.
pub(super) async fn chosen(signed: &Signed, petition: &Petition) -> Stopped<Option<String>> {
    let name = signed.fields.first("template");
    let template = match (ShippedReply::named(name), name.parse()) {
        (Some(shipped), _) => Some(shipped.template()),
        (None, Ok(id)) => {
            let scope = Scope::Commune(petition.commune.clone());
            let found = signed.service.db.reply_template(&scope, id).await;
            found.map_err(|error| signed.down(&error))?.map(|kept| kept.template)
        }
        (None, Err(_)) => None,
    };
    let unit = unit::commune(petition.commune.as_str()).map_or("", |commune| commune.name);
    Ok(template.map(|template| template.filled(&petition.code, unit, signed.service.today())))
}
