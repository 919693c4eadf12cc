//! Keying again, by somebody who did not key the sheet before and does not see how.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::Serial;
use surveys::paper::Stage;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::Loaded;
use super::sheet::{self, Wrong, with_typed};
use crate::pages::message::Message;
use crate::pages::staff::paper::sheet::Sheet;
use crate::reporting::paper::Sheets;
use crate::staff::audit::Action;
use crate::store::paper_batches::{Kept, NewKeying, Purpose};

/// Whether sheets of the batch are keyed again.
pub(super) fn is_rekeyed(loaded: &Loaded) -> bool {
    matches!(loaded.batch.stage, Stage::Part | Stage::Whole)
}

/// The sheets left to key again, in order: those the reader may, and how many others.
fn left(signed: &Signed, sheets: &Sheets) -> (Vec<Serial>, usize) {
    let mut own = Vec::new();
    let mut of_others = 0;
    for (serial, sheet) in sheets.drawn().filter(|(_, s)| s.keyed(Purpose::Second).is_none()) {
        match sheet.keyed(Purpose::First) {
            Some(first) if first.keyed_by != signed.account.name.as_str() => own.push(serial),
            _ => of_others += 1,
        }
    }
    (own, of_others)
}

pub(crate) async fn rekeying(signed: Signed) -> HttpResponse {
    settled(ready(&signed).await)
}

async fn ready(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    if !is_rekeyed(&loaded) {
        return Ok(loaded.go(signed, ""));
    }
    let overview = loaded.overview(signed).await?;
    let (own, of_others) = left(signed, &overview.sheets);
    if signed.resumed
        && let Ok(serial) = signed.fields.first("serial").parse::<Serial>()
        && own.contains(&serial)
    {
        let sheet = form(signed, &loaded, serial, own.len()).noticing(signed.said("resumed"));
        return Ok(page::show(StatusCode::OK, Keep::Never, &sheet));
    }
    match (own.first(), of_others) {
        (Some(serial), _) => {
            let sheet = form(signed, &loaded, *serial, own.len());
            Ok(page::show(StatusCode::OK, Keep::Never, &sheet))
        }
        (None, 0) => Ok(loaded.go(signed, "")),
        (None, left) => {
            let said = signed.shell.t.with("paper-rekey-other", &[("left", &left.to_string())]);
            let page = Message::new(&signed.shell, signed.said("paper-rekey-heading"))
                .saying(said)
                .leading(&loaded.at(""), signed.said("paper-back-to-batch"));
            Ok(page::show(StatusCode::OK, Keep::Never, &page))
        }
    }
}

fn form<'a>(signed: &'a Signed, loaded: &Loaded, serial: Serial, left: usize) -> Sheet<'a> {
    let heading = signed.said("paper-rekey-heading");
    let said = signed.shell.t.with("paper-rekey-find", &[("left", &left.to_string())]);
    let sheet = Sheet::new(&signed.shell, signed.nav(), heading, &loaded.at("rekey"))
        .of_batch(loaded.batch.batch_id, &loaded.point.name)
        .numbered(&serial.to_string())
        .fixed()
        .saying(said)
        .with_fates();
    with_typed(sheet, signed, loaded, false)
}

pub(crate) async fn rekey(signed: Signed) -> HttpResponse {
    settled(taken(&signed).await)
}

async fn taken(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    let Ok(serial) = signed.fields.first("serial").parse::<Serial>() else {
        return Ok(loaded.go(signed, "rekey"));
    };
    if !is_rekeyed(&loaded) {
        return Ok(loaded.go(signed, ""));
    }
    let keyed = match sheet::keyed(signed, &loaded, false) {
        Ok(keyed) => keyed,
        Err(wrong) => return again(signed, &loaded, serial, wrong).await,
    };
    let event = loaded.event(signed, Action::RekeySheet, &serial.to_string());
    let new = NewKeying::new(serial, Purpose::Second, keyed);
    let kept = signed.service.db.key_sheet(loaded.batch.batch_id, &new, false, &event).await;
    let page = match kept.map_err(|error| signed.down(&error))? {
        // Whoever was quicker has keyed it, or it is the reader's own: on to the next.
        Kept::Stored | Kept::Taken => "rekey",
        Kept::Over => "",
    };
    signed.form_is_done().await;
    Ok(loaded.go(signed, page))
}

async fn again(
    signed: &Signed,
    loaded: &Loaded,
    serial: Serial,
    wrong: Vec<Wrong>,
) -> Stopped<HttpResponse> {
    let overview = loaded.overview(signed).await?;
    let (own, _) = left(signed, &overview.sheets);
    if !own.contains(&serial) {
        return Ok(loaded.go(signed, "rekey"));
    }
    let sheet = form(signed, loaded, serial, own.len()).wrong(wrong);
    Ok(page::show(StatusCode::UNPROCESSABLE_ENTITY, Keep::Never, &sheet))
}
