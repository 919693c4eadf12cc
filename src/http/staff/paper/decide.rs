//! What a sheet says of which two keyings differ: somebody looks at it once more. It holds
//! when two people say the same of it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::Serial;
use surveys::instrument::Item;
use surveys::paper::{Fate, Keyed, Step, differing};
use surveys::response::{BadDocument, Raw};
use uuid::Uuid;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::sheet::{self, Wrong};
use super::{Loaded, Overview, damaged, reason};
use crate::pages::staff::paper::sheet::{Sheet, item_field};
use crate::reporting::paper::OfSheet;
use crate::staff::audit::Action;
use crate::store::paper_batches::{Keying, NewKeying, Purpose};

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

/// Two keyings of a sheet, and what there is to decide.
struct Both<'s> {
    first: &'s Keying,
    second: &'s Keying,
    /// The items in which they differ.
    items: Vec<&'static Item>,
}

impl<'s> Both<'s> {
    fn of(signed: &Signed, loaded: &Loaded, sheet: Option<&'s OfSheet>) -> Stopped<Option<Self>> {
        let Some((first, second)) = sheet.and_then(OfSheet::both) else { return Ok(None) };
        let items = differing(loaded.instrument, &first.keyed, &second.keyed);
        let items = items.map_err(|e| Box::new(signed.down(&damaged(&e))))?;
        Ok(Some(Self { first, second, items }))
    }

    /// Whether they differ in what became of the sheet; then its comment is asked too.
    fn has_two_fates(&self) -> bool {
        self.first.keyed.fate != self.second.keyed.fate
    }

    /// The comment that was keyed, by whichever of the two.
    fn comment(&self) -> Result<Option<String>, BadDocument> {
        Ok(self.first.keyed.comment()?.or(self.second.keyed.comment()?))
    }

    /// Whether `keyed` says something that neither of them does.
    fn is_neither(&self, loaded: &Loaded, keyed: &Keyed) -> Result<bool, BadDocument> {
        let one = differing(loaded.instrument, &self.first.keyed, keyed)?;
        let other = differing(loaded.instrument, &self.second.keyed, keyed)?;
        Ok(one.iter().any(|item| other.iter().any(|o| o.code == item.code)))
    }

    /// Who, other than `reader`, has keyed what `keyed` says.
    fn who_says(
        &self,
        loaded: &Loaded,
        keyed: &Keyed,
        reader: &str,
    ) -> Result<Option<String>, BadDocument> {
        for keying in [self.first, self.second] {
            let same = keying.keyed.fate == keyed.fate
                && differing(loaded.instrument, &keying.keyed, keyed)?.is_empty();
            if same && keying.keyed_by != reader {
                return Ok(Some(keying.keyed_by.clone()));
            }
        }
        Ok(None)
    }
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
    let Some(both) = Both::of(signed, loaded, sheet)? else {
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
    .saying(signed.said("paper-two-say"))
    .asking(loaded.instrument, &both.items, value)
    .asking_reason(signed.said("paper-third-reason"), signed.fields.first("reason"));
    if both.has_two_fates() {
        let typed = signed.fields.values("comment").next().map(ToOwned::to_owned);
        let comment = match typed {
            Some(typed) => typed,
            None => both.comment().map_err(down)?.unwrap_or_default(),
        };
        page = page.with_fates().asking_comment(loaded.instrument, &comment);
    }
    let page = page
        .saying_of(loaded.instrument, &both.first.keyed, &signed.said("paper-first-keying"))
        .map_err(down)?
        .saying_of(loaded.instrument, &both.second.keyed, &signed.said("paper-second-keying"))
        .map_err(down)?
        .wrong(wrong);
    let page = sheet::asked_once(page, signed, loaded, &both.items);
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
    let Some(both) = Both::of(signed, &loaded, overview.sheets.all.get(&serial))? else {
        return Ok(loaded.go(signed, "decide"));
    };
    let again = |wrong| form(signed, &loaded, &overview, serial, left.len(), wrong);
    let keyed = if both.has_two_fates() && sheet::fate(signed) != Fate::Answered {
        sheet::nothing_said(signed, &loaded, &both.items)
    } else {
        settle(signed, &loaded, &both)?
    };
    let keyed = match keyed {
        Ok(keyed) => keyed,
        Err(wrong) => return again(wrong),
    };
    let down = |e| Box::new(signed.down(&damaged(&e)));
    let given = reason(signed.fields.first("reason"));
    let needed = both.is_neither(&loaded, &keyed).map_err(down)?;
    let is_unusable = given.is_none() && !signed.fields.first("reason").trim().is_empty();
    if is_unusable || (needed && given.is_none()) {
        let key = if needed { "paper-third-needs-reason" } else { "paper-reason-wrong" };
        return again(vec![("reason".to_owned(), signed.said(key))]);
    }
    let reader = signed.account.name.as_str();
    let agreed_by = both.who_says(&loaded, &keyed, reader).map_err(down)?;
    let purpose = if agreed_by.is_some() { Purpose::Decided } else { Purpose::Proposed };
    let event = loaded.event(signed, Action::DecideSheet, &serial.to_string());
    let new = NewKeying { reason: given, agreed_by, ..NewKeying::new(serial, purpose, keyed) };
    let kept = signed.service.db.key_sheet(loaded.batch.batch_id, &new, false, &event).await;
    kept.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    Ok(loaded.go(signed, "decide"))
}

/// The first keying with what was typed now where the two differ.
fn settle(signed: &Signed, loaded: &Loaded, both: &Both<'_>) -> Stopped<Result<Keyed, Vec<Wrong>>> {
    let down = |e| Box::new(signed.down(&damaged(&e)));
    let typed = match sheet::typed(signed, loaded, &both.items) {
        Ok(typed) => typed,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let agreed = both.first.keyed.answers(loaded.instrument).map_err(down)?;
    let agreed = agreed.into_iter().filter_map(|(item, raw)| {
        let differs = both.items.iter().any(|one| one.code == item.code);
        (!differs).then_some((item.code.to_string(), raw.unwrap_or(Raw::Null)))
    });
    let answers = agreed.chain(typed).collect();
    let comment =
        if both.has_two_fates() { sheet::comment(signed) } else { both.comment().map_err(down)? };
    let response = sheet::response(signed, loaded, Uuid::nil(), answers, comment);
    Ok(response.map(|response| Keyed { fate: Fate::Answered, document: Some(response.document()) }))
}
