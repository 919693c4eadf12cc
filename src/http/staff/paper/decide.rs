//! What a sheet says of which two keyings differ: somebody looks at it once more.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::Serial;
use surveys::instrument::Item;
use surveys::paper::{Fate, Keyed, Step, differing};
use surveys::response::Raw;
use uuid::Uuid;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::sheet::{self, Wrong};
use super::sheets::OfSheet;
use super::{Loaded, Overview, damaged};
use crate::pages::staff::paper::sheet::{Sheet, item_field};
use crate::staff::audit::Action;
use crate::store::paper_batches::{NewKeying, Purpose};

/// The sheets that wait for a decision, in order, when the batch has come so far.
fn undecided(signed: &Signed, loaded: &Loaded, overview: &Overview) -> Stopped<Vec<Serial>> {
    if !matches!(overview.standing.next(), Step::Decide(_)) {
        return Ok(Vec::new());
    }
    let mut serials = Vec::new();
    for (serial, sheet) in overview.sheets.drawn() {
        let waits = sheet.is_undecided(loaded.instrument);
        if waits.map_err(|e| Box::new(signed.down(&damaged(&e))))? {
            serials.push(serial);
        }
    }
    Ok(serials)
}

pub(crate) async fn deciding(signed: Signed) -> HttpResponse {
    let shown = async {
        let loaded = Loaded::of(&signed).await?;
        let overview = loaded.overview(&signed).await?;
        let left = undecided(&signed, &loaded, &overview)?;
        let Some(serial) = left.first() else { return Ok(loaded.go(&signed, "")) };
        form(&signed, &loaded, &overview, *serial, left.len(), Vec::new())
    };
    settled(shown.await)
}

/// Two keyings of a sheet, and the items in which they differ.
type Both<'s> = (&'s Keyed, &'s Keyed, Vec<&'static Item>);

/// What there is to decide of a sheet.
fn both<'s>(
    signed: &Signed,
    loaded: &Loaded,
    sheet: Option<&'s OfSheet>,
) -> Stopped<Option<Both<'s>>> {
    let Some((first, second)) = sheet.and_then(OfSheet::both) else { return Ok(None) };
    let items = differing(loaded.instrument, first, second);
    let items = items.map_err(|e| Box::new(signed.down(&damaged(&e))))?;
    Ok(Some((first, second, items)))
}

fn form(
    signed: &Signed,
    loaded: &Loaded,
    overview: &Overview,
    serial: Serial,
    left: usize,
    wrong: Vec<Wrong>,
) -> Stopped<HttpResponse> {
    let sheet = overview.sheets.all.get(&serial);
    let Some((first, second, items)) = both(signed, loaded, sheet)? else {
        return Ok(loaded.go(signed, ""));
    };
    let down = |e| Box::new(signed.down(&damaged(&e)));
    let said = signed.shell.t.with("paper-decide-find", &[("left", &left.to_string())]);
    let value = |item: &Item| signed.fields.first(&item_field(item)).to_owned();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut page = Sheet::new(
        &signed.shell,
        signed.nav(),
        signed.said("paper-decide-heading"),
        &loaded.at("decide"),
    )
    .of_batch(loaded.batch.batch_id, &loaded.point.name)
    .numbered(&serial.to_string())
    .fixed()
    .saying(said)
    .asking(loaded.instrument, &items, value)
    .saying_of(loaded.instrument, first, &signed.said("paper-first-keying"))
    .map_err(down)?
    .saying_of(loaded.instrument, second, &signed.said("paper-second-keying"))
    .map_err(down)?
    .wrong(wrong);
    if first.fate != second.fate {
        page = page.with_fates();
    }
    Ok(page::show(status, Keep::Never, &page))
}

pub(crate) async fn decide(signed: Signed) -> HttpResponse {
    settled(decided(&signed).await)
}

async fn decided(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    let overview = loaded.overview(signed).await?;
    let left = undecided(signed, &loaded, &overview)?;
    let serial = signed.fields.first("serial").parse::<Serial>().ok();
    let Some(serial) = serial.filter(|serial| left.contains(serial)) else {
        return Ok(loaded.go(signed, "decide"));
    };
    let sheet = overview.sheets.all.get(&serial);
    let Some((first, second, items)) = both(signed, &loaded, sheet)? else {
        return Ok(loaded.go(signed, "decide"));
    };
    let keyed = if first.fate != second.fate && sheet::fate(signed) != Fate::Answered {
        Ok(Keyed { fate: sheet::fate(signed), document: None })
    } else {
        settle(signed, &loaded, first, &items)?
    };
    let keyed = match keyed {
        Ok(keyed) => keyed,
        Err(wrong) => return form(signed, &loaded, &overview, serial, left.len(), wrong),
    };
    let event = loaded.event(signed, Action::DecideSheet, &serial.to_string());
    let new = NewKeying { serial, purpose: Purpose::Decided, keyed };
    let kept = signed.service.db.key_sheet(loaded.batch.batch_id, &new, false, &event).await;
    kept.map_err(|error| signed.down(&error))?;
    Ok(loaded.go(signed, "decide"))
}

/// The first keying with what was typed now where the two differ.
fn settle(
    signed: &Signed,
    loaded: &Loaded,
    first: &Keyed,
    items: &[&'static Item],
) -> Stopped<Result<Keyed, Vec<Wrong>>> {
    let down = |e| Box::new(signed.down(&damaged(&e)));
    let typed = match sheet::typed(signed, loaded, items) {
        Ok(typed) => typed,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let agreed = first.answers(loaded.instrument).map_err(down)?;
    let agreed = agreed.into_iter().filter_map(|(item, raw)| {
        let differs = items.iter().any(|one| one.code == item.code);
        (!differs).then_some((item.code.to_string(), raw.unwrap_or(Raw::Null)))
    });
    let answers = agreed.chain(typed).collect();
    let comment = first.comment().map_err(down)?;
    let response = sheet::response(signed, loaded, Uuid::nil(), answers, comment);
    Ok(response.map(|response| Keyed { fate: Fate::Answered, document: Some(response.document()) }))
}
