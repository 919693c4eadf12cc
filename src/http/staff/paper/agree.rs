//! Agreeing to what another person says of a sheet: only then does it hold.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::paper::Stage;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::sheet::response_of;
use super::{Loaded, damaged, names};
use crate::pages::staff::paper::agreeing::{Agreeing, Proposed};
use crate::reporting::paper::OfSheet;
use crate::staff::audit::Action;
use crate::store::paper_batches::{Keying, Purpose};
use crate::store::responses::NewResponse;

/// The most proposals on one page.
const MOST_SHOWN: usize = 20;

pub(crate) async fn agreeing(signed: Signed) -> HttpResponse {
    settled(shown(&signed).await)
}

async fn shown(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    let overview = loaded.overview(signed).await?;
    let reader = signed.account.name.as_str();
    let mut waiting: Vec<&Keying> = overview.sheets.keyed(Purpose::Proposed).collect();
    if waiting.is_empty() || loaded.batch.stage == Stage::GivenUp {
        return Ok(loaded.go(signed, ""));
    }
    // Those that the reader can agree to come first.
    waiting.sort_by_key(|keying| keying.keyed_by == reader);
    let (left, names) = (waiting.len(), names(signed).await?);
    let mut page = Agreeing::new(
        &signed.shell,
        signed.nav(),
        (loaded.batch.batch_id, &loaded.point.name),
        left,
    );
    for keying in waiting.into_iter().take(MOST_SHOWN) {
        let sheet = overview.sheets.all.get(&keying.serial);
        let beside: Vec<&Keying> = if loaded.batch.stage == Stage::Closed {
            sheet.and_then(OfSheet::holds).into_iter().collect()
        } else {
            let both = sheet.and_then(OfSheet::both);
            both.into_iter().flat_map(|(first, second)| [first, second]).collect()
        };
        let proposed = Proposed { keying, beside, is_own: keying.keyed_by == reader };
        page = page
            .showing(loaded.instrument, &proposed, &names)
            .map_err(|e| Box::new(signed.down(&damaged(&e))))?;
    }
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

pub(crate) async fn agree(signed: Signed) -> HttpResponse {
    settled(agreed(&signed).await)
}

async fn agreed(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    let overview = loaded.overview(signed).await?;
    let asked = signed.fields.first("keying").parse::<i64>().ok();
    let mut waiting = overview.sheets.keyed(Purpose::Proposed);
    // Nothing waits under this number: somebody was quicker, and the page tells.
    let Some(proposal) = waiting.find(|keying| Some(keying.keying_id) == asked) else {
        return Ok(loaded.go(signed, "agree"));
    };
    let (db, serial) = (&signed.service.db, proposal.serial.to_string());
    let done = match signed.fields.first("agrees") {
        "yes" => {
            let response = match loaded.batch.stage {
                Stage::Closed => response_of(signed, &loaded, &proposal.keyed)?,
                _ => None,
            };
            let new = response.map(|response| {
                let new = NewResponse::new(response, signed.service.clock.salt(), signed.now());
                NewResponse { batch_id: Some(loaded.batch.batch_id), ..new }
            });
            let event = loaded.event(signed, Action::AgreeToSheet, &serial);
            db.agree_to_sheet(&loaded.batch, proposal, new.as_ref(), &event).await
        }
        "no" => {
            let event = loaded.event(signed, Action::RefuseSheet, &serial);
            db.refuse_sheet(&loaded.batch, proposal, &event).await
        }
        _ => Ok(false),
    };
    done.map_err(|error| signed.down(&error))?;
    Ok(loaded.go(signed, "agree"))
}
