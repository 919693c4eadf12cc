//! Deciding whether everybody may read an action, and in which words.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::action::{ImprovementAction, MOST_NOTE_CHARS, Origin, Published, prose};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::sure::unsure;
use super::super::visit::Signed;
use super::{about, columns_read_by_all, done_with, named, revision, stored_said};
use crate::pages::staff::actions::{address, found_at_first};
use crate::pages::staff::form::{Choice, Field, Form};
use crate::pages::staff::sure::Unsure;
use crate::staff::audit::Action;

/// What stands in the form.
#[derive(Debug, Clone, Default)]
struct Typed {
    show: String,
    found: String,
    done: String,
}

/// What is to be mended in the form, by field.
#[derive(Debug, Default)]
struct Wrong {
    show: Option<String>,
    found: Option<String>,
    done: Option<String>,
    unsure: Vec<Unsure>,
}

fn typed(signed: &Signed) -> Typed {
    let of = |name| signed.fields.first(name).to_owned();
    Typed { show: of("show"), found: of("found"), done: of("done") }
}

/// What is stored of `action`, as the form says it.
fn stored(action: &ImprovementAction) -> Typed {
    let show = if action.published.is_some() { "yes" } else { "no" };
    let Published { found, done } = action.published.clone().unwrap_or_default();
    Typed { show: show.to_owned(), found, done }
}

pub(in crate::http::staff) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let action = named(&signed).await?;
        if signed.resumed {
            let changed = revision(&signed) != Some(action.revision);
            let filled = typed(&signed);
            return Ok(form(
                &signed,
                &action,
                StatusCode::OK,
                (&filled, Wrong::default()),
                changed,
            ));
        }
        let mut filled = stored(&action);
        if let (None, Origin::Verdict(seen)) = (&action.published, &action.origin) {
            filled.found = found_at_first(&signed.shell, &action.commune, seen);
        }
        Ok(form(&signed, &action, StatusCode::OK, (&filled, Wrong::default()), false))
    };
    settled(shown.await)
}

fn form(
    signed: &Signed,
    action: &ImprovementAction,
    status: StatusCode,
    (typed, wrong): (&Typed, Wrong),
    changed: bool,
) -> HttpResponse {
    let said = |key| signed.said(key);
    let choice = |value: &str, key| Choice { value: value.to_owned(), label: said(key) };
    let choices =
        vec![choice("no", "action-public-show-no"), choice("yes", "action-public-show-yes")];
    let at = format!("{}/public", address(action.id));
    let heading = said("action-public-heading");
    let mut page = Form::new(&signed.shell, heading, &at, said("action-public-button"))
        .signed(signed.nav())
        .carrying("revision", &action.revision.to_string())
        .saying(said("action-public-about"))
        .saying(action.columns.task.as_str());
    if changed {
        page = page.noticing(said("action-public-changed"));
    } else if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let now = stored(action);
    let hint = |key, typed: &str, stored: &str| {
        if changed && typed != stored { stored_said(signed, stored) } else { said(key) }
    };
    let page = page
        .asking(
            Field::choice("show", said("action-public-show"), choices)
                .value(&typed.show)
                .wrong(wrong.show),
        )
        .asking(
            Field::long("found", said("public-action-found"), 4)
                .hint(hint("action-public-found-hint", &typed.found, &now.found))
                .value(&typed.found)
                .wrong(wrong.found),
        )
        .asking(
            Field::long("done", said("public-action-done"), 4)
                .hint(hint("action-public-done-hint", &typed.done, &now.done))
                .value(&typed.done)
                .wrong(wrong.done),
        )
        .confirming(wrong.unsure)
        .leading(&address(action.id), said("action-back"));
    page::show(status, Keep::Never, &page)
}

pub(in crate::http::staff) async fn save(signed: Signed) -> HttpResponse {
    settled(saved(&signed).await)
}

/// What the public is to read, `None` for nothing; or everything that is to be mended.
fn decided(signed: &Signed, typed: &Typed) -> Result<Option<Published>, Wrong> {
    let language = signed.shell.language();
    let read = |text: &str| {
        prose(text, MOST_NOTE_CHARS).map_err(|bad| bad.text().get(language).to_owned())
    };
    let (found, done) = (read(&typed.found), read(&typed.done));
    let shows = match typed.show.as_str() {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(signed.said("action-public-show-wrong")),
    };
    match (shows, found, done) {
        (Ok(true), Ok(found), Ok(_)) if found.is_empty() => {
            let found = Some(signed.said("action-public-found-wrong"));
            Err(Wrong { found, ..Wrong::default() })
        }
        (Ok(true), Ok(found), Ok(done)) => Ok(Some(Published { found, done })),
        (Ok(false), ..) => Ok(None),
        (shows, found, done) => {
            let (show, found, done) = (shows.err(), found.err(), done.err());
            Err(Wrong { show, found, done, ..Wrong::default() })
        }
    }
}

/// The texts of `action` that everybody reads, with what of it is `published`.
fn read_by_all<'a>(action: &'a ImprovementAction, published: &'a Published) -> [&'a str; 5] {
    let [task, lead, term] = columns_read_by_all(&action.columns);
    [&published.found, &published.done, task, lead, term]
}

async fn saved(signed: &Signed) -> Stopped<HttpResponse> {
    let action = named(signed).await?;
    let typed = typed(signed);
    let published = match decided(signed, &typed) {
        Ok(published) => published,
        Err(wrong) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(form(signed, &action, status, (&typed, wrong), false));
        }
    };
    if published == action.published {
        return Ok(done_with(signed, action.id).await);
    }
    let changed = |now: &ImprovementAction| {
        Ok(form(signed, now, StatusCode::CONFLICT, (&typed, Wrong::default()), true))
    };
    if revision(signed) != Some(action.revision) {
        return changed(&action);
    }
    if let Some(published) = &published {
        let unsure = unsure(signed, &action.commune, &read_by_all(&action, published)).await?;
        if !unsure.is_empty() {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let wrong = Wrong { unsure, ..Wrong::default() };
            return Ok(form(signed, &action, status, (&typed, wrong), false));
        }
    }
    let what = if published.is_some() { Action::PublishAction } else { Action::WithdrawAction };
    let event = about(signed, what, &action);
    let saved = signed.service.db.publish_action(&action, published.as_ref(), &event).await;
    if saved.map_err(|error| signed.down(&error))? {
        return Ok(done_with(signed, action.id).await);
    }
    changed(&named(signed).await?)
}
