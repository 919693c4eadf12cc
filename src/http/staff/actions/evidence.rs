//! Notes and evidence: a text and a link, added and never changed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::action::{ImprovementAction, MOST_NOTE_CHARS, NoteKind, link, prose};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::{about, done_with, named};
use crate::pages::staff::actions::address;
use crate::pages::staff::form::{Choice, Field, Form};
use crate::staff::audit::Action;

/// What somebody adds by this form.
const KINDS: [NoteKind; 2] = [NoteKind::Said, NoteKind::Evidence];

/// What is to be mended in the form, by field.
#[derive(Debug, Default)]
struct Wrong {
    text: Option<String>,
    link: Option<String>,
}

pub(in crate::http::staff) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let action = named(&signed).await?;
        Ok(form(&signed, &action, StatusCode::OK, Wrong::default()))
    };
    settled(shown.await)
}

fn form(
    signed: &Signed,
    action: &ImprovementAction,
    status: StatusCode,
    wrong: Wrong,
) -> HttpResponse {
    let (said, fields) = (|key| signed.said(key), &signed.fields);
    let typed = fields.first("kind");
    let kind = if typed.is_empty() { signed.shell.asked("kind").unwrap_or("") } else { typed };
    let is_evidence = kind == NoteKind::Evidence.name();
    let heading = if is_evidence { "action-evidence-heading" } else { "action-note-heading" };
    let choices = KINDS.map(|kind| Choice {
        value: kind.name().to_owned(),
        label: kind.text().get(signed.shell.language()).to_owned(),
    });
    let at = format!("{}/note", address(action.id));
    let mut page = Form::new(&signed.shell, said(heading), &at, said("action-note-button"))
        .signed(signed.nav())
        .saying(action.columns.task.as_str())
        .saying(said("action-note-about"));
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let page = page
        .asking(Field::choice("kind", said("action-note-kind"), choices.into()).value(kind))
        .asking(
            Field::long("text", said("action-note-text"), 4)
                .hint(said("action-note-text-hint"))
                .value(fields.first("text"))
                .wrong(wrong.text),
        )
        .asking(
            Field::spelled("link", said("action-note-link"))
                .hint(said("action-note-link-hint"))
                .value(fields.first("link"))
                .wrong(wrong.link),
        )
        .leading(&address(action.id), said("action-back"));
    page::show(status, Keep::Never, &page)
}

pub(in crate::http::staff) async fn add(signed: Signed) -> HttpResponse {
    settled(added(&signed).await)
}

async fn added(signed: &Signed) -> Stopped<HttpResponse> {
    let action = named(signed).await?;
    let language = signed.shell.language();
    let kind = KINDS.into_iter().find(|kind| kind.name() == signed.fields.first("kind"));
    let kind = kind.unwrap_or(NoteKind::Said);
    let text = match prose(signed.fields.first("text"), MOST_NOTE_CHARS) {
        Ok(text) if text.is_empty() => Err(signed.said("action-note-text-wrong")),
        Ok(text) => Ok(text),
        Err(bad) => Err(bad.text().get(language).to_owned()),
    };
    let link = link(signed.fields.first("link"));
    let link = link.map_err(|bad| bad.text().get(language).to_owned());
    let (text, link) = match (text, link) {
        (Ok(text), Ok(link)) => (text, link),
        (text, link) => {
            let wrong = Wrong { text: text.err(), link: link.err() };
            return Ok(form(signed, &action, StatusCode::UNPROCESSABLE_ENTITY, wrong));
        }
    };
    let event = about(signed, Action::NoteAction, &action);
    let noted = signed.service.db.note_on_action(action.id, kind, (&text, &link), &event).await;
    noted.map_err(|error| signed.down(&error))?;
    Ok(done_with(signed, action.id).await)
}
