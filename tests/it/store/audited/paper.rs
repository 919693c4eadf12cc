//! Batches of paper forms, from opening to a correction.

use hailong::staff::Scope;
use hailong::staff::audit::{Action, Event};
use hailong::store::paper_batches::{Closing, Keying, NewKeying, NewPaperBatch, Purpose};
use hailong::store::paper_ranges::PaperRange;
use surveys::paper::{Fate, Stage};
use surveys::response::read_moment;

use super::super::paper_batches::{blank, read, response};
use super::forced::{AT, Log, forced};
use crate::support::database::{Database, on_both_databases};
use crate::support::paper::{DAY, point, printed, serial, sheet};
use crate::support::staff::event;

on_both_databases![
    without_its_line_no_sheet_is_counted_keyed_or_explained,
    without_its_line_no_batch_is_closed_and_nothing_in_it_corrected,
];

fn by(who: &str, action: Action) -> Event {
    event(AT, who, action)
}

/// A new batch of `range` at the counter.
fn new(range: PaperRange) -> NewPaperBatch {
    let point = point();
    let (commune, code) = (point.commune_code.clone(), point.code.clone());
    NewPaperBatch {
        scope: Scope::Point { commune, point: code },
        point: point.code.to_string(),
        instrument: point.instrument.to_string(),
        version: 1,
        emptied_at: read_moment(DAY).unwrap(),
        range,
    }
}

async fn without_its_line_no_sheet_is_counted_keyed_or_explained(database: Database) {
    let log = Log::of(&database).await;
    let range = printed(&log.db, 3).await;
    let batch = forced!(log, open_paper_batch(&new(range), &by("lan", Action::OpenPaperBatch)));
    let more = PaperRange { first: serial(20), last: serial(21) };
    forced!(log, add_paper_range(batch, more, &by("lan", Action::AddPaperRange)));
    forced!(log, count_sheets(batch, 3, &by("lan", Action::CountSheets)));
    let first = NewKeying::new(serial(1), Purpose::First, sheet("555551"));
    let key = by("lan", Action::KeySheet);
    forced!(log, key_sheet(batch, &first, false, &key));
    forced!(log, take_back_sheet(batch, serial(1), &by("lan", Action::TakeBackSheet)));
    forced!(log, key_sheet(batch, &first, false, &key));
    let (lost, explain) = ([serial(2)], by("lan", Action::ExplainSerials));
    forced!(log, explain_serials(batch, &lost, Fate::Lost, &explain));
    let (seen, drawn) = (read(&log.db, batch).await, [serial(1)]);
    forced!(log, draw_sheets(&seen, Stage::Part, &drawn, &by("lan", Action::DrawSheets)));
    log.close().await;
}

/// What `lan` proposes of the first sheet of `batch`.
async fn proposed(log: &Log, batch: i64, keys: &str) -> Keying {
    let of_it = async || log.db.keyings_of(batch, serial(1)).await.unwrap();
    let newest = of_it().await.pop().unwrap();
    let new = NewKeying {
        reason: Some("đọc nhầm chữ".into()),
        seen: Some((newest.keying_id, newest.purpose)),
        ..NewKeying::new(serial(1), Purpose::Proposed, sheet(keys))
    };
    forced!(log, key_sheet(batch, &new, true, &by("lan", Action::CorrectSheet)));
    let proposal = of_it().await.into_iter().find(|keying| keying.purpose == Purpose::Proposed);
    proposal.expect("it waits")
}

async fn without_its_line_no_batch_is_closed_and_nothing_in_it_corrected(database: Database) {
    let log = Log::of(&database).await;
    let range = printed(&log.db, 2).await;
    let opened = by("lan", Action::OpenPaperBatch);
    let batch = log.db.open_paper_batch(&new(range), &opened).await.unwrap();
    for (n, keyed) in [(1, sheet("555551")), (2, blank())] {
        let new = NewKeying::new(serial(n), Purpose::First, keyed);
        log.db.key_sheet(batch, &new, false, &by("lan", Action::KeySheet)).await.unwrap();
    }
    let first = log.db.keyings_of(batch, serial(1)).await.unwrap().remove(0);
    let closing = Closing {
        responses: vec![(first.keying_id, response(batch, &first.keyed))],
        in_box: 2,
        sha256: "0".repeat(64),
    };
    let seen = read(&log.db, batch).await;
    forced!(log, close_paper_batch(&seen, &closing, &by("lan", Action::ClosePaperBatch)));

    let refused = proposed(&log, batch, "155551").await;
    let seen = read(&log.db, batch).await;
    forced!(log, refuse_sheet(&seen, &refused, &by("hoa", Action::RefuseSheet)));
    let agreed = proposed(&log, batch, "255551").await;
    let (seen, corrected) = (read(&log.db, batch).await, response(batch, &agreed.keyed));
    let agree = by("hoa", Action::AgreeToSheet);
    forced!(log, agree_to_sheet(&seen, &agreed, Some(&corrected), &agree));
    log.close().await;
}
