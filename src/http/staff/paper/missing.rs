//! Serial numbers that nobody has keyed, and what became of their sheets.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::Serial;
use surveys::paper::{Fate, Stage};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::sheet::Wrong;
use super::{Loaded, Overview};
use crate::pages::staff::paper::missing::Missing;
use crate::reporting::paper::OfSheet;
use crate::staff::audit::Action;
use crate::store::paper_ranges::PaperRange;

impl Overview {
    /// How many numbers of the batch came to each fate, here, in order.
    pub(super) fn fates(&self) -> Vec<(Fate, usize)> {
        let here = |fate: Fate| {
            let all = self.sheets.all.values();
            all.filter_map(OfSheet::holds).filter(|k| k.keyed.fate == fate).count()
        };
        Fate::ALL.into_iter().map(|fate| (fate, here(fate))).collect()
    }
}

pub(crate) async fn missing(signed: Signed) -> HttpResponse {
    let shown = async {
        let loaded = Loaded::of(&signed).await?;
        if loaded.batch.stage != Stage::Keying {
            return Ok(loaded.go(&signed, ""));
        }
        with_wrong(&signed, &loaded, Vec::new()).await
    };
    settled(shown.await)
}

async fn with_wrong(signed: &Signed, loaded: &Loaded, wrong: Vec<Wrong>) -> Stopped<HttpResponse> {
    let overview = loaded.overview(signed).await?;
    let left = PaperRange::runs(&overview.missing);
    let mut explained = Vec::new();
    for fate in Fate::ALL.into_iter().filter(|fate| *fate != Fate::Answered) {
        let of_fate = |s: &&crate::store::paper_batches::Settled| {
            s.fate == fate && s.batch_id == loaded.batch.batch_id
        };
        let serials: Vec<Serial> =
            overview.settled.iter().filter(of_fate).map(|s| s.serial).collect();
        explained.extend(PaperRange::runs(&serials).into_iter().map(|run| (run, fate)));
    }
    explained.sort_by_key(|(run, _)| run.first);
    let typed = ["first", "last", "fate"].map(|name| signed.fields.first(name).to_owned());
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Missing::new(&signed.shell, signed.nav(), loaded.batch.batch_id, &loaded.point.name)
        .listing(&left, &explained)
        .resumed(signed.resumed)
        .typed(typed, wrong);
    Ok(page::show(status, Keep::Never, &page))
}

pub(crate) async fn explain(signed: Signed) -> HttpResponse {
    settled(explained(&signed).await)
}

async fn explained(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    if loaded.batch.stage != Stage::Keying {
        return Ok(loaded.go(signed, ""));
    }
    let language = signed.shell.language();
    let mut wrong: Vec<Wrong> = Vec::new();
    let mut read = |name: &str| {
        let read = signed.fields.first(name).parse::<Serial>();
        read.map_err(|bad| wrong.push((name.to_owned(), bad.text().get(language).to_owned()))).ok()
    };
    let ends = (read("first"), read("last"));
    let fate = Fate::named(signed.fields.first("fate")).filter(|f| Fate::OF_MISSING.contains(f));
    if fate.is_none() {
        wrong.push(("fate".to_owned(), signed.said("paper-fate-wrong")));
    }
    let ((Some(first), Some(last)), Some(fate)) = (ends, fate) else {
        return with_wrong(signed, &loaded, wrong).await;
    };
    let overview = loaded.overview(signed).await?;
    let run = PaperRange { first, last };
    // What was explained before may be explained in another way.
    let mended = overview
        .settled
        .iter()
        .filter(|settled| settled.batch_id == loaded.batch.batch_id && !settled.fate.is_in_box());
    let mut serials: Vec<Serial> =
        overview.missing.iter().copied().chain(mended.map(|settled| settled.serial)).collect();
    serials.retain(|serial| run.has(*serial));
    serials.sort_unstable();
    if serials.is_empty() {
        let wrong = vec![("first".to_owned(), signed.said("paper-none-missing-there"))];
        return with_wrong(signed, &loaded, wrong).await;
    }
    let about = format!("{run}: {} {}", serials.len(), fate.name());
    let event = loaded.event(signed, Action::ExplainSerials, &about);
    let (db, id) = (&signed.service.db, loaded.batch.batch_id);
    let held = db.explain_serials(id, &serials, fate, &event).await;
    held.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    Ok(loaded.go(signed, "missing"))
}
