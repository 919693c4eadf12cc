//! Beginning, closing, dropping and reopening an action.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::action::{ImprovementAction, MOST_NOTE_CHARS, Status, prose};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::{about, done_with, named, revision};
use crate::pages::staff::actions::address;
use crate::pages::staff::form::{Choice, Field, Form};
use crate::staff::audit::Action;
use crate::store::actions::Moved;

/// What is to be mended in the form, by field.
#[derive(Debug, Default)]
struct Wrong {
    next: Option<String>,
    why: Option<String>,
}

pub(in crate::http::staff) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let action = named(&signed).await?;
        let changed = signed.resumed && revision(&signed) != Some(action.revision);
        Ok(form(&signed, &action, StatusCode::OK, Wrong::default(), changed))
    };
    settled(shown.await)
}

fn form(
    signed: &Signed,
    action: &ImprovementAction,
    status: StatusCode,
    wrong: Wrong,
    changed: bool,
) -> HttpResponse {
    let (said, fields) = (|key| signed.said(key), &signed.fields);
    let in_words = |status: Status| status.text().get(signed.shell.language()).to_owned();
    let choice =
        |status: &Status| Choice { value: status.name().to_owned(), label: in_words(*status) };
    let choices = action.status.next().iter().map(choice).collect();
    let at = format!("{}/status", address(action.id));
    let heading = said("action-status-heading");
    let mut page = Form::new(&signed.shell, heading, &at, said("action-status-button"))
        .signed(signed.nav())
        .carrying("revision", &action.revision.to_string())
        .saying(action.columns.task.as_str())
        .saying(format!("{}: {}", said("action-status"), in_words(action.status)))
        .saying(said("action-status-about"));
    if changed {
        page = page.noticing(said("action-status-changed"));
    } else if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let page = page
        .asking(
            Field::choice("next", said("action-status-next"), choices)
                .value(fields.first("next"))
                .wrong(wrong.next),
        )
        .asking(
            Field::long("why", said("action-status-why"), 4)
                .hint(said("action-status-why-hint"))
                .value(fields.first("why"))
                .wrong(wrong.why),
        )
        .leading(
            &format!("{}/note?kind=evidence", address(action.id)),
            said("action-evidence-heading"),
        )
        .leading(&address(action.id), said("action-back"));
    page::show(status, Keep::Never, &page)
}

pub(in crate::http::staff) async fn save(signed: Signed) -> HttpResponse {
    settled(saved(&signed).await)
}

async fn saved(signed: &Signed) -> Stopped<HttpResponse> {
    let action = named(signed).await?;
    let language = signed.shell.language();
    let again = |wrong| Ok(form(signed, &action, StatusCode::UNPROCESSABLE_ENTITY, wrong, false));
    let Some(next) = Status::named(signed.fields.first("next")) else {
        let next = Some(signed.said("action-status-wrong"));
        return again(Wrong { next, ..Wrong::default() });
    };
    let why = match prose(signed.fields.first("why"), MOST_NOTE_CHARS) {
        Ok(why) => why,
        Err(bad) => {
            let why = Some(bad.text().get(language).to_owned());
            return again(Wrong { why, ..Wrong::default() });
        }
    };
    let changed = |now: &ImprovementAction| {
        Ok(form(signed, now, StatusCode::CONFLICT, Wrong::default(), true))
    };
    if revision(signed) != Some(action.revision) {
        return changed(&action);
    }
    if !action.status.next().contains(&next) {
        let next = Some(signed.said("action-status-wrong"));
        return again(Wrong { next, ..Wrong::default() });
    }
    if why.is_empty() && action.status.asks_why(next) {
        let why = Some(signed.said("action-status-why-wrong"));
        return again(Wrong { why, ..Wrong::default() });
    }
    let event = about(signed, Action::MoveAction, &action);
    let moved = signed.service.db.move_action(&action, next, &why, &event).await;
    match moved.map_err(|error| signed.down(&error))? {
        Moved::Stored => Ok(done_with(signed, action.id).await),
        Moved::WithoutEvidence => {
            let next = Some(signed.said("action-status-evidence"));
            again(Wrong { next, ..Wrong::default() })
        }
        Moved::ChangedMeanwhile => changed(&named(signed).await?),
    }
}
