//! Closing: what the batch comes to, and from then on it counts.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::paper::{Step, Totals};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::sheet::response_of;
use super::{Loaded, Overview, damaged, names};
use crate::pages::staff::paper::closing::Closing as ClosingPage;
use crate::staff::audit::Action;
use crate::store::paper_batches::Closing;
use crate::store::responses::NewResponse;

/// Whether the batch can be closed, and by whoever asks.
fn can_close(signed: &Signed, overview: &Overview) -> bool {
    match overview.standing.next() {
        Step::Close => true,
        Step::CloseByAnother => !overview.sheets.is_keyed_by(signed.account.name.as_str()),
        _ => false,
    }
}

/// What the batch will come to, before it is closed.
pub(crate) async fn confirm(signed: Signed) -> HttpResponse {
    settled(shown(&signed).await)
}

async fn shown(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    let overview = loaded.overview(signed).await?;
    if !can_close(signed, &overview) {
        return Ok(loaded.go(signed, ""));
    }
    let held = overview.sheets.in_box().map(|(_, keying)| &keying.keyed);
    let totals = Totals::of(loaded.instrument, held);
    let totals = totals.map_err(|e| Box::new(signed.down(&damaged(&e))))?;
    let page = ClosingPage::new(
        &signed.shell,
        signed.nav(),
        (loaded.batch.batch_id, &loaded.point.name),
        (loaded.instrument, &totals),
        &overview.fates(),
        &overview.standing,
    )
    .done_by(&overview.sheets.work(), &names(signed).await?);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

pub(crate) async fn close(signed: Signed) -> HttpResponse {
    settled(closed(&signed).await)
}

async fn closed(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    let overview = loaded.overview(signed).await?;
    if !can_close(signed, &overview) {
        return Ok(loaded.go(signed, ""));
    }
    let mut responses = Vec::new();
    for (_, keying) in overview.sheets.in_box() {
        let Some(response) = response_of(signed, &loaded, &keying.keyed)? else { continue };
        let new = NewResponse::new(response, signed.service.clock.salt(), signed.now());
        let batch_id = Some(loaded.batch.batch_id);
        responses.push((keying.keying_id, NewResponse { batch_id, ..new }));
    }
    let sha256 = overview.sheets.sha256();
    let closing = Closing { responses, in_box: overview.standing.in_box, sha256 };
    let event = loaded.event(signed, Action::ClosePaperBatch, &closing.sha256);
    let held = signed.service.db.close_paper_batch(&loaded.batch, &closing, &event).await;
    // Somebody changed something since the totals were made: they are shown anew.
    let page = if held.map_err(|error| signed.down(&error))? { "" } else { "close" };
    Ok(loaded.go(signed, page))
}
