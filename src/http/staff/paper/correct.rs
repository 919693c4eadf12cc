//! Correcting a sheet of a closed batch: a new version, with a reason.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::Serial;
use surveys::paper::Stage;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::sheet::{self, response_of, with_keyed, with_typed};
use super::sheets::OfSheet;
use super::{Loaded, reason};
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::paper::sheet::Sheet;
use crate::staff::audit::Action;
use crate::store::paper_batches::{Correction, Keying};
use crate::store::responses::NewResponse;

pub(crate) async fn correcting(signed: Signed) -> HttpResponse {
    settled(shown(&signed).await)
}

async fn shown(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    if loaded.batch.stage != Stage::Closed {
        return Ok(loaded.go(signed, ""));
    }
    let asked = match signed.shell.asked("serial").unwrap_or("") {
        "" => signed.fields.first("serial"),
        asked => asked,
    };
    if asked.is_empty() {
        return Ok(which(signed, &loaded, StatusCode::OK, "", None));
    }
    let serial = match asked.parse::<Serial>() {
        Ok(serial) => serial,
        Err(bad) => {
            let said = bad.text().get(signed.shell.language()).to_owned();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(which(signed, &loaded, status, asked, Some(said)));
        }
    };
    let sheet = of_box(signed, &loaded, serial).await?;
    let Some(holds) = sheet.as_ref().and_then(OfSheet::holds) else {
        let said = Some(signed.said("paper-not-in-batch"));
        return Ok(which(signed, &loaded, StatusCode::UNPROCESSABLE_ENTITY, asked, said));
    };
    let page = form(signed, &loaded, serial);
    let page = if signed.resumed {
        with_typed(page, signed, &loaded, true).noticing(signed.said("resumed"))
    } else {
        with_keyed(page, signed, &loaded, &holds.keyed)?
    };
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// The sheet, if it was in the box of this batch.
async fn of_box(signed: &Signed, loaded: &Loaded, serial: Serial) -> Stopped<Option<OfSheet>> {
    let found = signed.service.db.keyings_of(loaded.batch.batch_id, serial).await;
    let sheet = OfSheet::of(found.map_err(|error| signed.down(&error))?);
    let first = sheet.keyed(crate::store::paper_batches::Purpose::First);
    let was_in_box = first.is_some_and(|first| first.keyed.fate.is_in_box());
    Ok(was_in_box.then_some(sheet))
}

/// Asks which sheet is meant.
fn which(
    signed: &Signed,
    loaded: &Loaded,
    status: StatusCode,
    typed: &str,
    wrong: Option<String>,
) -> HttpResponse {
    let page = Form::new(
        &signed.shell,
        signed.said("paper-correct-heading"),
        &loaded.at("correct"),
        signed.said("paper-correct-find"),
    )
    .signed(signed.nav())
    .saying(signed.said("paper-correct-about"))
    .asking(
        Field::text("serial", signed.said("paper-serial"))
            .hint(signed.said("paper-serial-hint"))
            .value(typed)
            .wrong(wrong),
    )
    .carrying("find", "yes")
    .leading(&loaded.at(""), signed.said("paper-back-to-batch"));
    page::show(status, Keep::Never, &page)
}

fn form<'a>(signed: &'a Signed, loaded: &Loaded, serial: Serial) -> Sheet<'a> {
    let heading = signed.said("paper-correct-heading");
    Sheet::new(&signed.shell, signed.nav(), heading, &loaded.at("correct"))
        .of_batch(loaded.batch.batch_id, &loaded.point.name)
        .numbered(&serial.to_string())
        .fixed()
        .saying(signed.said("paper-correct-about"))
        .with_fates()
        .asking_reason(signed.fields.first("reason"))
}

pub(crate) async fn correct(signed: Signed) -> HttpResponse {
    settled(corrected(&signed).await)
}

async fn corrected(signed: &Signed) -> Stopped<HttpResponse> {
    if signed.fields.first("find") == "yes" {
        return shown(signed).await;
    }
    let loaded = Loaded::of(signed).await?;
    let serial = signed.fields.first("serial").parse::<Serial>();
    let (Ok(serial), Stage::Closed) = (serial, loaded.batch.stage) else {
        return Ok(loaded.go(signed, ""));
    };
    let sheet = of_box(signed, &loaded, serial).await?;
    let Some(holds) = sheet.as_ref().and_then(OfSheet::holds) else {
        return Ok(loaded.go(signed, "correct"));
    };
    let why = reason(signed.fields.first("reason"));
    let mut wrong = Vec::new();
    if why.is_none() {
        wrong.push(("reason".to_owned(), signed.said("paper-reason-wrong")));
    }
    let keyed = sheet::keyed(signed, &loaded, true).map_err(|more| wrong.extend(more)).ok();
    if keyed.as_ref() == Some(&holds.keyed) {
        wrong.push(("serial".to_owned(), signed.said("paper-nothing-changed")));
    }
    let (Some(why), Some(keyed), true) = (why, keyed, wrong.is_empty()) else {
        let page = with_typed(form(signed, &loaded, serial), signed, &loaded, true).wrong(wrong);
        return Ok(page::show(StatusCode::UNPROCESSABLE_ENTITY, Keep::Never, &page));
    };
    store(signed, &loaded, holds, serial, keyed, why).await
}

async fn store(
    signed: &Signed,
    loaded: &Loaded,
    holds: &Keying,
    serial: Serial,
    keyed: surveys::paper::Keyed,
    reason: String,
) -> Stopped<HttpResponse> {
    let response = response_of(signed, loaded, &keyed)?.map(|response| {
        let new = NewResponse::new(response, signed.service.clock.salt(), signed.now());
        NewResponse { batch_id: Some(loaded.batch.batch_id), ..new }
    });
    let event = loaded.event(signed, Action::CorrectSheet, &format!("{serial}: {reason}"));
    let former = holds.response_id;
    let correction = Correction { serial, keyed, reason, former, response };
    let held = signed.service.db.correct_sheet(&loaded.batch, &correction, &event).await;
    if held.map_err(|error| signed.down(&error))? {
        signed.form_is_done().await;
        return Ok(loaded.go(signed, ""));
    }
    // Somebody corrected a sheet in the same moment; nothing typed is lost.
    let wrong = vec![("serial".to_owned(), signed.said("paper-try-again"))];
    let page = with_typed(form(signed, loaded, serial), signed, loaded, true).wrong(wrong);
    Ok(page::show(StatusCode::CONFLICT, Keep::Never, &page))
}
