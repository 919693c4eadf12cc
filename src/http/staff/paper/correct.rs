//! Correcting a sheet of a closed batch: a new version, with a reason. It counts when
//! another person agrees to it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::Serial;
use surveys::paper::Stage;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::sheet::{self, with_keyed, with_typed};
use super::{Loaded, damaged, names, reason};
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::paper::sheet::Sheet;
use crate::pages::staff::paper::versions;
use crate::reporting::paper::OfSheet;
use crate::staff::audit::Action;
use crate::store::paper_batches::{Kept, NewKeying, Purpose};

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
    let Some((sheet, holds)) = sheet.as_ref().and_then(|sheet| Some((sheet, sheet.holds()?)))
    else {
        let said = Some(signed.said("paper-not-in-batch"));
        return Ok(which(signed, &loaded, StatusCode::UNPROCESSABLE_ENTITY, asked, said));
    };
    let page = form(signed, &loaded, serial);
    let page = if signed.resumed {
        // What they had seen comes along; if it is stale by now, sending it tells.
        with_typed(page, signed, &loaded, true)
            .carrying("seen", signed.fields.first("seen").to_owned())
            .noticing(signed.said("resumed"))
    } else {
        with_keyed(page, signed, &loaded, &holds.keyed)?.carrying("seen", seen(sheet))
    };
    let page = with_history(page, signed, &loaded, sheet).await?;
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// The sheet, if it was in the box of this batch.
async fn of_box(signed: &Signed, loaded: &Loaded, serial: Serial) -> Stopped<Option<OfSheet>> {
    let found = signed.service.db.every_keying_of(loaded.batch.batch_id, serial).await;
    let sheet = OfSheet::of(found.map_err(|error| signed.down(&error))?);
    let first = sheet.keyed(Purpose::First);
    let was_in_box = first.is_some_and(|first| first.keyed.fate.is_in_box());
    Ok(was_in_box.then_some(sheet))
}

/// The state of `sheet` that its form shows, as the form carries it.
fn seen(sheet: &OfSheet) -> String {
    let newest = sheet.newest();
    newest.map_or_else(String::new, |(id, purpose)| format!("{id} {}", purpose.name()))
}

/// `page` with every version of `sheet`, and what waits for another person beside it.
async fn with_history<'a>(
    mut page: Sheet<'a>,
    signed: &Signed,
    loaded: &Loaded,
    sheet: &OfSheet,
) -> Stopped<Sheet<'a>> {
    let down = |e| Box::new(signed.down(&damaged(&e)));
    let names = names(signed).await?;
    let versions = versions(&signed.shell, loaded.instrument, sheet, &names).map_err(down)?;
    page = page.listing(signed.said("paper-corrections-heading"), versions);
    if let Some(waiting) = sheet.keyed(Purpose::Proposed) {
        let label =
            signed.shell.t.with("paper-proposed-by", &[("who", names.of(&waiting.keyed_by))]);
        page = page.saying_of(loaded.instrument, &waiting.keyed, &label).map_err(down)?;
    }
    Ok(page)
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
        Field::spelled("serial", signed.said("paper-serial"))
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
        .saying(signed.said("paper-two-say"))
        .with_fates()
        .asking_reason(signed.said("paper-correct-reason"), signed.fields.first("reason"))
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
    let Some((sheet, holds)) = sheet.as_ref().and_then(|sheet| Some((sheet, sheet.holds()?)))
    else {
        return Ok(loaded.go(signed, "correct"));
    };
    if signed.fields.first("seen") != seen(sheet) {
        return stale(signed, &loaded, serial, sheet).await;
    }
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
        let page = with_typed(form(signed, &loaded, serial), signed, &loaded, true)
            .carrying("seen", seen(sheet))
            .wrong(wrong);
        let page = with_history(page, signed, &loaded, sheet).await?;
        return Ok(page::show(StatusCode::UNPROCESSABLE_ENTITY, Keep::Never, &page));
    };
    let event = loaded.event(signed, Action::CorrectSheet, &format!("{serial}: {why}"));
    let new = NewKeying::new(serial, Purpose::Proposed, keyed);
    let new = NewKeying { reason: Some(why), seen: sheet.newest(), ..new };
    let kept = signed.service.db.key_sheet(loaded.batch.batch_id, &new, true, &event).await;
    match kept.map_err(|error| signed.down(&error))? {
        Kept::Stored => {
            signed.form_is_done().await;
            Ok(loaded.go(signed, ""))
        }
        // Somebody corrected the sheet in the same moment.
        Kept::Taken => match of_box(signed, &loaded, serial).await? {
            Some(sheet) => stale(signed, &loaded, serial, &sheet).await,
            None => Ok(loaded.go(signed, "correct")),
        },
        Kept::Over => Ok(loaded.go(signed, "")),
    }
}

/// The form as it was sent, beside what somebody else has made of the sheet meanwhile:
/// nothing is stored, and nothing typed is lost.
async fn stale(
    signed: &Signed,
    loaded: &Loaded,
    serial: Serial,
    sheet: &OfSheet,
) -> Stopped<HttpResponse> {
    let Some(holds) = sheet.holds() else { return Ok(loaded.go(signed, "correct")) };
    let mut wrong = vec![("serial".to_owned(), signed.said("paper-stale"))];
    // Whatever else is asked about what was typed is asked now.
    wrong.extend(sheet::keyed(signed, loaded, true).err().into_iter().flatten());
    let page = with_typed(form(signed, loaded, serial), signed, loaded, true)
        .carrying("seen", seen(sheet))
        .saying_of(loaded.instrument, &holds.keyed, &signed.said("paper-counts-now"))
        .map_err(|e| Box::new(signed.down(&damaged(&e))))?
        .wrong(wrong);
    let page = with_history(page, signed, loaded, sheet).await?;
    Ok(page::show(StatusCode::CONFLICT, Keep::Never, &page))
}
