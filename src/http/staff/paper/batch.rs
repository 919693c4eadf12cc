//! One batch: how it stands, what comes next, and the acts on the batch as a whole.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::Serial;
use surveys::paper::{Stage, Step, Totals, sample_size};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::sheet::Wrong;
use super::{Loaded, damaged, names, reason};
use crate::pages::staff::paper::batch::{Batch, Known};
use crate::pages::staff::paper::versions;
use crate::staff::Permission;
use crate::staff::audit::Action;
use crate::store::paper_batches::Purpose;

pub(crate) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let loaded = Loaded::of(&signed).await?;
        with_wrong(&signed, &loaded, Vec::new()).await
    };
    settled(shown.await)
}

/// The page of the batch, with what is to be mended on it.
pub(super) async fn with_wrong(
    signed: &Signed,
    loaded: &Loaded,
    wrong: Vec<Wrong>,
) -> Stopped<HttpResponse> {
    let down = |e| Box::new(signed.down(&damaged(&e)));
    let overview = loaded.overview(signed).await?;
    // A batch that was given up is read like one that counts: it must not be forgotten.
    let is_over = matches!(loaded.batch.stage, Stage::Closed | Stage::GivenUp);
    let held = || overview.sheets.in_box().map(|(_, keying)| &keying.keyed);
    let totals =
        if is_over { Some(Totals::of(loaded.instrument, held()).map_err(down)?) } else { None };
    let names = names(signed).await?;
    let mut corrections = Vec::new();
    for (serial, sheet) in &overview.sheets.all {
        let said = versions(&signed.shell, loaded.instrument, sheet, &names).map_err(down)?;
        corrections.extend(said.into_iter().map(|said| (*serial, said)));
    }
    let known = Known {
        batch: &loaded.batch,
        instrument: loaded.instrument,
        point: &loaded.point.name,
        standing: &overview.standing,
        counts: &overview.counts,
        ranges: &overview.ranges,
        fates: overview.fates(),
        totals: totals.as_ref(),
        corrections,
        corrected: overview.sheets.keyed(Purpose::Corrected).count(),
        work: overview.sheets.work(),
        names: &names,
        sha256: overview.sheets.sha256(),
        reader: signed.account.name.as_str(),
        is_keyer: overview.sheets.is_keyed_by(signed.account.name.as_str()),
        keys: signed.account.may(Permission::KeyPaper),
        runs: signed.account.may(Permission::RunPaper),
    };
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let typed = |name: &str| signed.fields.first(name).to_owned();
    let typed = ["sheets", "first", "last", "reason"].map(typed);
    let page = Batch::new(&signed.shell, signed.nav(), &known).wrong(wrong, typed);
    let page = page.resumed(signed.resumed);
    Ok(page::show(status, Keep::Never, &page))
}

/// Stores how many sheets the reader counted.
pub(crate) async fn count(signed: Signed) -> HttpResponse {
    settled(counted(&signed).await)
}

async fn counted(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    if loaded.batch.stage != Stage::Keying {
        return Ok(loaded.go(signed, ""));
    }
    let Some(sheets) = super::open::sheets(signed.fields.first("sheets")) else {
        let wrong = vec![("sheets".to_owned(), signed.said("paper-count-wrong"))];
        return with_wrong(signed, &loaded, wrong).await;
    };
    let event = loaded.event(signed, Action::CountSheets, &sheets.to_string());
    let counted = signed.service.db.count_sheets(loaded.batch.batch_id, sheets, &event).await;
    counted.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    Ok(loaded.go(signed, ""))
}

/// Draws the sheets that are keyed again: some, or all when too many of those differ.
pub(crate) async fn draw(signed: Signed) -> HttpResponse {
    settled(drawn(&signed).await)
}

async fn drawn(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    let overview = loaded.overview(signed).await?;
    let sheets: Vec<Serial> = overview.sheets.in_box().map(|(serial, _)| serial).collect();
    let (to, chosen) = match overview.standing.next() {
        Step::Draw => {
            let size = sample_size(u32::try_from(sheets.len()).unwrap_or(u32::MAX));
            let chosen = signed.service.clock.some_of(sheets.len(), size as usize);
            (Stage::Part, chosen.into_iter().map(|n| sheets[n]).collect())
        }
        Step::RekeyAll => (Stage::Whole, sheets),
        // Somebody else was quicker, or something changed meanwhile: the page tells.
        _ => return Ok(loaded.go(signed, "")),
    };
    let event = loaded.event(signed, Action::DrawSheets, &chosen.len().to_string());
    let drawn = signed.service.db.draw_sheets(&loaded.batch, to, &chosen, &event).await;
    drawn.map_err(|error| signed.down(&error))?;
    Ok(loaded.go(signed, ""))
}

/// Gives the batch up: none of it counts, and its sheets may be keyed in another one.
pub(crate) async fn give_up(signed: Signed) -> HttpResponse {
    settled(given_up(&signed).await)
}

async fn given_up(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    if loaded.batch.stage == Stage::GivenUp {
        return Ok(loaded.go(signed, ""));
    }
    let Some(why) = reason(signed.fields.first("reason")) else {
        let wrong = vec![("reason".to_owned(), signed.said("paper-reason-wrong"))];
        return with_wrong(signed, &loaded, wrong).await;
    };
    let event = loaded.event(signed, Action::GiveUpPaperBatch, &why);
    let (db, id) = (&signed.service.db, loaded.batch.batch_id);
    let undone = db.undo_batch(id, &why, signed.now(), Some(&event)).await;
    undone.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    Ok(loaded.go(signed, ""))
}
