//! Batches of paper forms: a sheet is keyed once, a batch counts when it is closed, and
//! what is replaced stays.

use futures_util::future::join_all;
use hailong::staff::Scope;
use hailong::staff::audit::{Action, Event};
use hailong::store::Db;
use hailong::store::batches::Undone;
use hailong::store::paper_batches::{Closing, Kept, NewKeying, PaperBatch, Purpose};
use hailong::store::paper_ranges::PaperRange;
use hailong::store::responses::{NewResponse, Selection};
use surveys::paper::{Count, Fate, Keyed, Stage};
use surveys::{Serial, Submission, catalog};

use crate::support::database::{Database, on_both_databases};
use crate::support::paper::{foreign_point, opened, point, printed, serial, sheet};
use crate::support::staff::event;

on_both_databases![
    a_batch_is_seen_within_its_scope_with_its_ranges_and_counts,
    a_sheet_is_keyed_once_and_what_is_replaced_stays,
    of_many_who_key_one_sheet_at_once_one_does,
    a_sheet_is_checked_by_somebody_else_and_only_if_it_was_drawn,
    missing_numbers_are_explained_and_explained_again,
    a_batch_counts_from_its_closing_until_it_is_undone,
    it_is_the_row_of_the_batch_that_keeps_a_response_out_and_nothing_else,
    nothing_is_written_to_a_batch_that_is_not_in_the_stage_for_it,
];

pub(super) fn by(who: &str, action: Action) -> Event {
    event(5_000, who, action)
}

fn first(n: u32, keyed: Keyed) -> NewKeying {
    NewKeying::new(serial(n), Purpose::First, keyed)
}

pub(super) async fn key(db: &Db, batch: i64, n: u32, who: &str, keyed: Keyed) -> Kept {
    db.key_sheet(batch, &first(n, keyed), false, &by(who, Action::KeySheet)).await.unwrap()
}

pub(super) async fn read(db: &Db, batch: i64) -> PaperBatch {
    db.paper_batch(&Scope::Everywhere, batch).await.unwrap().unwrap()
}

pub(super) fn blank() -> Keyed {
    Keyed { fate: Fate::Blank, document: None }
}

/// The response that a keyed sheet becomes.
pub(super) fn response(batch: i64, keyed: &Keyed) -> NewResponse {
    let mut submission: serde_json::Value =
        serde_json::from_str(keyed.document.as_ref().unwrap()).unwrap();
    submission["answered_at"] = crate::support::paper::DAY.into();
    let submission: Submission = serde_json::from_value(submission).unwrap();
    let id = hailong::clock::Clock::System.new_id();
    let point = point();
    let now = 1_795_143_600_000;
    let at = surveys::response::Admission { id, point: Some(&point), now };
    let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
    let new = NewResponse::new(quick.parse(submission, &at).unwrap(), [1; 16], now);
    NewResponse { batch_id: Some(batch), ..new }
}

/// What counts of October.
pub(super) async fn counting(db: &Db) -> Vec<String> {
    let october = surveys::Period::parse("2026-10").unwrap();
    let selection = Selection {
        commune_code: "22651".into(),
        instrument: "quick-counter".into(),
        version: 1,
        from: october.start_millis(),
        until: october.end_millis(),
    };
    let found = db.responses(&selection).await.unwrap();
    found.into_iter().map(|response| response.document).collect()
}

pub(super) async fn close(db: &Db, batch: i64) -> bool {
    let keyings = db.keyings(batch).await.unwrap();
    let answered = keyings.iter().filter(|keying| keying.keyed.fate == Fate::Answered);
    let responses = answered.map(|k| (k.keying_id, response(batch, &k.keyed))).collect();
    let closing = Closing { responses, in_box: 3, sha256: "0".repeat(64) };
    let batch = read(db, batch).await;
    db.close_paper_batch(&batch, &closing, &by("lan", Action::ClosePaperBatch)).await.unwrap()
}

async fn a_batch_is_seen_within_its_scope_with_its_ranges_and_counts(database: Database) {
    let db = database.open().await;
    let range = printed(&db, 10).await;
    let here = opened(&db, &point(), range, 1).await;
    let there = opened(&db, &foreign_point(), range, 2).await;
    let commune = Scope::parse("/56/22651/").unwrap();
    let seen = db.paper_batches(&commune).await.unwrap();
    assert_eq!(seen.iter().map(|b| b.batch_id).collect::<Vec<_>>(), [here]);
    assert_eq!(db.paper_batches(&Scope::Everywhere).await.unwrap().len(), 2);
    assert_eq!(db.paper_batch(&commune, there).await.unwrap(), None);
    let batch = read(&db, here).await;
    assert_eq!((batch.stage, batch.in_box, batch.opened_by.as_str()), (Stage::Keying, 0, "lan"));
    assert_eq!(db.paper_batch_ranges(here).await.unwrap(), [range]);
    let more = PaperRange { first: serial(20), last: serial(21) };
    assert!(db.add_paper_range(here, more, &by("lan", Action::AddPaperRange)).await.unwrap());
    assert_eq!(db.paper_batch_ranges(here).await.unwrap(), [range, more]);

    for (who, sheets) in [("lan", 9), ("hoa", 10), ("lan", 10)] {
        let event = event(i64::from(sheets) * 10, who, Action::CountSheets);
        assert!(db.count_sheets(here, sheets, &event).await.unwrap());
    }
    let mut counts = db.sheet_counts(here).await.unwrap();
    counts.sort_by(|a, b| a.by.cmp(&b.by));
    let count = |by: &str| Count { by: by.into(), sheets: 10 };
    assert_eq!(counts, [count("hoa"), count("lan")], "a person's last count is theirs");

    let of = |n| db.paper_range_of(serial(n));
    assert_eq!(of(10).await.unwrap().unwrap().range().unwrap(), range);
    assert_eq!(of(11).await.unwrap(), None);
}

async fn a_sheet_is_keyed_once_and_what_is_replaced_stays(database: Database) {
    let db = database.open().await;
    let range = printed(&db, 3).await;
    let batch = opened(&db, &point(), range, 1).await;
    let other = opened(&db, &point(), range, 1).await;
    assert_eq!(key(&db, batch, 1, "lan", sheet("555551")).await, Kept::Stored);
    assert_eq!(key(&db, batch, 1, "hoa", sheet("111111")).await, Kept::Taken);
    assert_eq!(key(&db, other, 1, "hoa", sheet("111111")).await, Kept::Taken, "in any batch");
    assert_eq!(db.batch_of_sheet(serial(1)).await.unwrap(), Some(batch));
    assert_eq!(db.batch_of_sheet(serial(2)).await.unwrap(), None);
    let replaced = by("hoa", Action::ReplaceSheet);
    let kept = db.key_sheet(batch, &first(1, blank()), true, &replaced).await.unwrap();
    assert_eq!(kept, Kept::Stored);
    let held = db.keyings_of(batch, serial(1)).await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].keyed.clone(), held[0].keyed_by.as_str()), (blank(), "hoa"));
    assert_eq!(database.count("paper_keyings").await, 2, "what is replaced stays");

    let back = |who| by(who, Action::TakeBackSheet);
    assert!(!db.take_back_sheet(batch, serial(1), &back("lan")).await.unwrap(), "not her own");
    assert!(db.take_back_sheet(batch, serial(1), &back("hoa")).await.unwrap());
    assert!(!db.take_back_sheet(batch, serial(1), &back("hoa")).await.unwrap(), "once");
    assert_eq!(read(&db, batch).await.in_box, 0);
    assert_eq!(key(&db, other, 1, "hoa", sheet("111111")).await, Kept::Stored);
    let settled = db.settled_serials(batch).await.unwrap();
    assert_eq!(settled.len(), 1, "{settled:?}");
    assert_eq!((settled[0].serial, settled[0].batch_id), (serial(1), other));
}

async fn of_many_who_key_one_sheet_at_once_one_does(database: Database) {
    let db = database.open().await;
    let range = printed(&db, 8).await;
    let batches = [opened(&db, &point(), range, 1).await, opened(&db, &point(), range, 1).await];
    let keyed = (0..64).map(|n| {
        let (db, batch) = (db.clone(), batches[n as usize % 2]);
        async move { key(&db, batch, n / 8 + 1, &format!("person{n}"), sheet("555551")).await }
    });
    let kept = join_all(keyed).await;
    assert_eq!(kept.iter().filter(|kept| **kept == Kept::Stored).count(), 8);
    assert_eq!(kept.iter().filter(|kept| **kept == Kept::Taken).count(), 56);
    assert_eq!(database.count("paper_keyings").await, 8);
}

pub(super) async fn draw(db: &Db, batch: i64, to: Stage, numbers: &[u32]) -> bool {
    let serials: Vec<Serial> = numbers.iter().map(|n| serial(*n)).collect();
    let batch = read(db, batch).await;
    db.draw_sheets(&batch, to, &serials, &by("lan", Action::DrawSheets)).await.unwrap()
}

async fn a_sheet_is_checked_by_somebody_else_and_only_if_it_was_drawn(database: Database) {
    let db = database.open().await;
    let range = printed(&db, 3).await;
    let batch = opened(&db, &point(), range, 1).await;
    for n in 1..=3 {
        key(&db, batch, n, "lan", sheet("555551")).await;
    }
    let before = read(&db, batch).await;
    assert!(draw(&db, batch, Stage::Part, &[2]).await);
    let event = by("lan", Action::DrawSheets);
    let again = db.draw_sheets(&before, Stage::Part, &[serial(3)], &event).await.unwrap();
    assert!(!again, "of two who draw at once, one does");
    assert_eq!(db.drawn_sheets(batch).await.unwrap(), [serial(2)]);
    let check = async |n, who: &str| {
        let new = NewKeying::new(serial(n), Purpose::Second, blank());
        db.key_sheet(batch, &new, false, &by(who, Action::RekeySheet)).await.unwrap()
    };
    assert_eq!(check(2, "lan").await, Kept::Taken, "she keyed it herself");
    assert_eq!(check(3, "hoa").await, Kept::Taken, "it was not drawn");
    assert_eq!(check(2, "hoa").await, Kept::Stored);
    assert_eq!(check(2, "minh").await, Kept::Taken, "it was checked");
    assert!(draw(&db, batch, Stage::Whole, &[1, 2, 3]).await);
    assert_eq!(db.drawn_sheets(batch).await.unwrap().len(), 3);
    assert_eq!(check(3, "hoa").await, Kept::Stored);
}

async fn missing_numbers_are_explained_and_explained_again(database: Database) {
    let db = database.open().await;
    let range = printed(&db, 5).await;
    let batch = opened(&db, &point(), range, 1).await;
    key(&db, batch, 2, "lan", sheet("555551")).await;
    let explain = async |fate| {
        let all: Vec<Serial> = range.serials().collect();
        db.explain_serials(batch, &all, fate, &by("lan", Action::ExplainSerials)).await.unwrap()
    };
    assert!(explain(Fate::Lost).await);
    assert!(explain(Fate::NotHandedOut).await);
    let fates: Vec<Fate> =
        db.settled_serials(batch).await.unwrap().iter().map(|settled| settled.fate).collect();
    let not = Fate::NotHandedOut;
    assert_eq!(fates, [not, Fate::Answered, not, not, not], "what was keyed is passed over");
    // A sheet that was never handed out may be in the next box.
    let next = opened(&db, &point(), range, 2).await;
    assert_eq!(key(&db, next, 3, "hoa", sheet("444441")).await, Kept::Stored);
}

async fn a_batch_counts_from_its_closing_until_it_is_undone(database: Database) {
    let db = database.open().await;
    let range = printed(&db, 3).await;
    let batch = opened(&db, &point(), range, 1).await;
    key(&db, batch, 1, "lan", sheet("555551")).await;
    key(&db, batch, 2, "lan", sheet("111112")).await;
    key(&db, batch, 3, "lan", blank()).await;
    assert_eq!(counting(&db).await, Vec::<String>::new());
    let stale = read(&db, batch).await;
    assert!(close(&db, batch).await);
    assert_eq!(counting(&db).await, ["555551", "111112"].map(|k| sheet(k).document.unwrap()));
    let closing = Closing { responses: Vec::new(), in_box: 0, sha256: String::new() };
    let event = by("hoa", Action::ClosePaperBatch);
    assert!(!db.close_paper_batch(&stale, &closing, &event).await.unwrap(), "it changed");
    let whole = db.batch(batch).await.unwrap().unwrap();
    assert_eq!((whole.rows_read, whole.stored, whole.rejected, whole.holds), (3, 2, 1, 2));
    let closed = read(&db, batch).await;
    assert_eq!((closed.stage, closed.closed_by.as_deref()), (Stage::Closed, Some("lan")));

    let event = by("lan", Action::GiveUpPaperBatch);
    let undone = db.undo_batch(batch, "nhầm hộp", 9, Some(&event)).await.unwrap();
    assert_eq!(undone, Undone::Now);
    assert_eq!(counting(&db).await, Vec::<String>::new());
    assert_eq!(database.count("responses").await, 2, "they stay stored");
    assert_eq!(read(&db, batch).await.stage, Stage::GivenUp);
    let next = opened(&db, &point(), range, 2).await;
    assert_eq!(key(&db, next, 1, "hoa", sheet("444441")).await, Kept::Stored);
}

async fn it_is_the_row_of_the_batch_that_keeps_a_response_out_and_nothing_else(database: Database) {
    let db = database.open().await;
    let range = printed(&db, 3).await;
    let batch = opened(&db, &point(), range, 1).await;
    let other = opened(&db, &point(), range, 1).await;
    let responses = [response(batch, &sheet("555551"))];
    db.store_in_batch(batch, &responses).await.unwrap();
    assert_eq!(counting(&db).await, Vec::<String>::new());
    let backdoor = database.backdoor().await;
    let finish = |id| format!("update batches set finished_at = 1 where batch_id = {id}");
    backdoor.execute(&finish(other)).await;
    assert_eq!(counting(&db).await, Vec::<String>::new(), "another batch's row does nothing");
    // The control: without that one word in its row the response counts.
    backdoor.execute(&finish(batch)).await;
    assert_eq!(counting(&db).await.len(), 1);
    backdoor.close().await;
}

async fn nothing_is_written_to_a_batch_that_is_not_in_the_stage_for_it(database: Database) {
    let db = database.open().await;
    let range = printed(&db, 3).await;
    let batch = opened(&db, &point(), range, 1).await;
    let with = |purpose| NewKeying::new(serial(1), purpose, blank());
    let e = || by("hoa", Action::KeySheet);
    for purpose in [Purpose::Second, Purpose::Proposed, Purpose::Decided, Purpose::Corrected] {
        let kept = db.key_sheet(batch, &with(purpose), false, &e()).await.unwrap();
        assert_eq!(kept, Kept::Over, "{purpose:?} while keying");
    }
    key(&db, batch, 1, "lan", blank()).await;
    assert!(draw(&db, batch, Stage::Part, &[1]).await);
    assert_eq!(key(&db, batch, 2, "lan", blank()).await, Kept::Over);
    assert!(
        !db.take_back_sheet(batch, serial(1), &by("lan", Action::TakeBackSheet)).await.unwrap()
    );
    assert!(!db.add_paper_range(batch, range, &e()).await.unwrap());
    assert!(!db.count_sheets(batch, 1, &e()).await.unwrap());
    assert!(!db.explain_serials(batch, &[serial(2)], Fate::Lost, &e()).await.unwrap());
    assert!(close(&db, batch).await);
    assert_eq!(
        db.key_sheet(batch, &with(Purpose::Decided), false, &e()).await.unwrap(),
        Kept::Over
    );
    let lines = database.count("staff_audit").await;
    assert_eq!(lines, 5, "what was not done is not noted: printed, opened, keyed, drawn, closed");
}
