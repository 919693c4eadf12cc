//! Paper forms: batches are opened, counted, keyed, checked and closed. Here is what
//! the pages of a batch share.

mod agree;
mod batch;
mod close;
mod correct;
mod decide;
mod key;
mod missing;
mod open;
mod rekey;
mod sheet;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::collection_point::CollectionPoint;
use surveys::paper::{Counted, Standing};
use surveys::text::typed_text;
use surveys::{Instrument, Serial, catalog};

use super::super::page::{self, Keep, Stopped, settled};
use super::visit::Signed;
use crate::pages::staff::paper::batches::Batches;
use crate::reporting::paper::Sheets;
use crate::staff::audit::{Action, Event, Outcome};
use crate::staff::{Names, Permission};
use crate::store;
use crate::store::paper_batches::{PaperBatch, Purpose, Settled};
use crate::store::paper_ranges::PaperRange;

pub(super) use agree::{agree, agreeing};
pub(super) use batch::{count, draw, give_up, show};
pub(super) use close::{close, confirm};
pub(super) use correct::{correct, correcting};
pub(super) use decide::{decide, deciding};
pub(super) use key::{key, keying, take_back};
pub(super) use missing::{explain, missing};
pub(super) use open::{add, add_range, new};
pub(super) use rekey::{rekey, rekeying};

/// The most characters of a reason.
const LONGEST_REASON: usize = 300;

/// A batch that the address names, within the scope of whoever asks.
struct Loaded {
    batch: PaperBatch,
    instrument: &'static Instrument,
    point: Arc<CollectionPoint>,
}

/// Everything that is known of how a batch stands.
struct Overview {
    standing: Standing,
    counts: Vec<surveys::paper::Count>,
    ranges: Vec<PaperRange>,
    settled: Vec<Settled>,
    /// The serial numbers nobody has said anything about.
    missing: Vec<Serial>,
    sheets: Sheets,
}

impl Loaded {
    /// The batch that the address names; as if there were none when it is elsewhere.
    async fn of(signed: &Signed) -> Stopped<Self> {
        let Ok(id) = signed.part("batch").parse::<i64>() else {
            return Err(Box::new(signed.nothing_here()));
        };
        let found = signed.service.db.paper_batch(&signed.account.scope, id).await;
        let Some(batch) = found.map_err(|error| signed.down(&error))? else {
            return Err(Box::new(signed.nothing_here()));
        };
        let point = signed.service.collection_point(&batch.point).await;
        let point = point.map_err(|error| signed.down(&error))?;
        let instrument = catalog::instrument(&batch.instrument, Some(batch.version));
        point
            .zip(instrument)
            .map(|(point, instrument)| Self { batch, instrument, point })
            .ok_or_else(|| {
                Box::new(signed.down(&store::Error::Damaged(format!("paper batch {id}"))))
            })
    }

    /// The address of the page `page` of this batch; of its first one when empty.
    fn at(&self, page: &str) -> String {
        let slash = if page.is_empty() { "" } else { "/" };
        format!("/staff/paper/{}{slash}{page}", self.batch.batch_id)
    }

    /// Sends the reader to the page `page`.
    fn go(&self, signed: &Signed, page: &str) -> HttpResponse {
        page::see_other(&signed.shell.link(&self.at(page)))
    }

    /// What whoever asks does to this batch, about `subject`.
    fn event(&self, signed: &Signed, action: Action, subject: &str) -> Event {
        let about = if subject.is_empty() {
            self.batch.batch_id.to_string()
        } else {
            format!("{}: {subject}", self.batch.batch_id)
        };
        signed.event(action, Outcome::Done).at_place(&self.batch.scope).about(&about)
    }

    /// How the batch stands.
    async fn overview(&self, signed: &Signed) -> Stopped<Overview> {
        let down = |error| signed.down(&error);
        let (db, id) = (&signed.service.db, self.batch.batch_id);
        let counts = db.sheet_counts(id).await.map_err(down)?;
        let ranges = db.paper_batch_ranges(id).await.map_err(down)?;
        let settled = db.settled_serials(id).await.map_err(down)?;
        let drawn = db.drawn_sheets(id).await.map_err(down)?;
        let sheets = Sheets::of(db.every_keying(id).await.map_err(down)?, drawn);
        let missing = unsettled(&ranges, &settled);
        let sample = sheets.sample(self.instrument).map_err(|e| down(damaged(&e)))?;
        let standing = Standing {
            stage: self.batch.stage,
            counted: Counted::of(&counts),
            in_box: self.batch.in_box,
            missing: u32::try_from(missing.len()).unwrap_or(u32::MAX),
            sample,
            waiting: u32::try_from(sheets.keyed(Purpose::Proposed).count()).unwrap_or(u32::MAX),
        };
        Ok(Overview { standing, counts, ranges, settled, missing, sheets })
    }
}

/// What those are called who did something in a batch.
async fn names(signed: &Signed) -> Stopped<Names> {
    let names = signed.service.db.staff_names().await;
    names.map_err(|error| Box::new(signed.down(&error)))
}

/// The numbers of `ranges`, in order, of which nothing is settled.
fn unsettled(ranges: &[PaperRange], settled: &[Settled]) -> Vec<Serial> {
    let mut left: Vec<Serial> = ranges.iter().flat_map(|range| range.serials()).collect();
    left.sort_unstable();
    left.dedup();
    let known: std::collections::HashSet<Serial> = settled.iter().map(|s| s.serial).collect();
    left.retain(|serial| !known.contains(serial));
    left
}

fn damaged(error: &surveys::response::BadDocument) -> store::Error {
    store::Error::Damaged(error.to_string())
}

/// A reason as it may be stored: 1 to 300 characters on one line.
fn reason(typed: &str) -> Option<String> {
    let reason = typed_text(typed.trim());
    let usable = !reason.is_empty()
        && reason.chars().count() <= LONGEST_REASON
        && !reason.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER);
    usable.then_some(reason)
}

/// Every batch that the reader looks after.
pub(super) async fn list(signed: Signed) -> HttpResponse {
    settled(listed(&signed).await)
}

async fn listed(signed: &Signed) -> Stopped<HttpResponse> {
    let found = signed.service.db.paper_batches(&signed.account.scope).await;
    let mut batches = Vec::new();
    for batch in found.map_err(|error| signed.down(&error))? {
        let point = signed.service.collection_point(&batch.point).await;
        let point = point.map_err(|error| signed.down(&error))?;
        let name = point.map_or_else(|| batch.point.clone(), |point| point.name.clone());
        batches.push((batch, name));
    }
    let runs = signed.account.may(Permission::RunPaper);
    let page = Batches::new(&signed.shell, signed.nav(), &batches, runs);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

#[cfg(test)]
mod tests {
    use surveys::paper::Fate;

    use super::*;

    #[test]
    fn numbers_without_a_word_are_left_and_ranges_that_overlap_count_once() {
        let serial = |n| Serial::new(n).unwrap();
        let range = |first, last| PaperRange { first: serial(first), last: serial(last) };
        let settled = [2, 5].map(|n| Settled { serial: serial(n), fate: Fate::Lost, batch_id: 1 });
        let left = unsettled(&[range(4, 7), range(1, 5)], &settled);
        assert_eq!(left, [1, 3, 4, 6, 7].map(serial));
        assert_eq!(PaperRange::runs(&left), [range(1, 1), range(3, 4), range(6, 7)]);
        assert_eq!(range(3, 4).to_string(), format!("{} – {}", serial(3), serial(4)));
    }

    #[test]
    fn a_reason_is_one_line_with_something_on_it() {
        assert_eq!(reason(" Đọc nhầm "), Some("Đọc nhầm".into()));
        for wrong in ["", "  ", "a\nb", "a\0", &"x".repeat(301)] {
            assert_eq!(reason(wrong), None, "{wrong:?}");
        }
    }
}
