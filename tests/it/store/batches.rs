//! Batches: they count whole or not at all, and nothing of them is erased.

use hailong::clock::Clock;
use hailong::store::Db;
use hailong::store::batches::{Kept, NewBatch, Undone};
use hailong::store::paged::Pages;
use hailong::store::responses::{NewResponse, Selection};
use serde_json::json;
use surveys::Period;

use crate::support::database::{Database, on_both_databases};
use crate::support::staff::by_operator;
use crate::support::submission::{commune, good, good_but, parsed};
use hailong::staff::audit::Action;

on_both_databases![
    a_batch_counts_from_its_end_until_it_is_undone,
    an_undone_batch_keeps_its_rows_and_their_receipts,
    the_same_rows_come_back_with_the_next_batch,
    a_batch_that_was_broken_off_is_gone_on_with,
    a_mended_row_takes_the_place_of_the_one_that_was_undone,
    a_file_that_was_read_otherwise_is_found_as_long_as_it_counts,
    a_finished_batch_takes_the_place_of_one_that_was_broken_off,
    the_mark_changes_whenever_a_batch_comes_or_goes,
    an_undo_says_what_became_of_it,
    what_would_become_of_rows_is_what_becomes_of_them,
    whoever_asks_for_the_same_at_once_shares_one_batch,
];

fn file(sha256: &str) -> NewBatch {
    NewBatch {
        file_name: "phieu.csv".into(),
        sha256: sha256.into(),
        instrument: "quick-counter".into(),
        version: 1,
        channel: "paper".into(),
        point: String::new(),
        map: "limesurvey".into(),
        map_text: String::new(),
        imported_by: "Lê Thị Lan".into(),
    }
}

fn rows(n: usize) -> Vec<NewResponse> {
    (0..n).map(|_| parsed(Clock::System.new_id(), &good())).collect()
}

/// The batch of a whole file of these rows, and what became of them.
async fn import(db: &Db, sha256: &str, rows: &[NewResponse]) -> (i64, Vec<Kept>) {
    let batch = db.begin_batch(&file(sha256), &by_operator(1, Action::Import)).await.unwrap();
    let kept = db.store_in_batch(batch, rows).await.unwrap();
    let rejected = kept.iter().filter(|kept| **kept == Kept::Conflict).count();
    let (read, rejected) = (i64::try_from(rows.len()).unwrap(), i64::try_from(rejected).unwrap());
    db.finish_batch(batch, read, rejected, 2).await.unwrap();
    (batch, kept)
}

fn october() -> Selection {
    let period = Period::parse("2026-10").unwrap();
    Selection {
        commune_code: commune(),
        instrument: "quick-counter".into(),
        version: 1,
        from: period.start_millis(),
        until: period.end_millis(),
    }
}

/// How many responses each way of reading finds, which must be the same number.
async fn counted(db: &Db) -> usize {
    let rows = db.responses(&october()).await.unwrap().len();
    let (instrument, version, commune_code) = (None, None, None);
    let (from, until) = (i64::MIN, i64::MAX);
    let pages = Pages { instrument, version, commune_code, from, until, sample: None };
    let page = db.page(&pages, 0, 1_000).await.unwrap();
    assert_eq!(page.map_or(0, |page| page.responses().count()), rows);
    let answered = db.is_answered(&commune(), "quick-counter", 1).await.unwrap();
    assert_eq!(answered, rows > 0);
    let listed = db.instruments_between(None, from, until).await.unwrap();
    assert_eq!(listed.first().map_or(0, |(_, _, n)| *n), rows as u64);
    rows
}

async fn a_batch_counts_from_its_end_until_it_is_undone(database: Database) {
    let db = database.open().await;
    db.insert_responses(&rows(1)).await.unwrap();
    let batch = db.begin_batch(&file("a"), &by_operator(1, Action::Import)).await.unwrap();
    let kept = db.store_in_batch(batch, &rows(64)).await.unwrap();
    assert_eq!(kept, [Kept::Own; 64]);
    assert_eq!(db.store_in_batch(batch, &[]).await.unwrap(), []);
    assert_eq!(counted(&db).await, 1, "not before it is whole");
    let begun = db.batch(batch).await.unwrap().unwrap();
    assert_eq!((begun.finished_at, begun.holds, begun.stored), (None, 64, 0));
    db.finish_batch(batch, 70, 4, 2).await.unwrap();
    assert_eq!(counted(&db).await, 65);
    let done = db.batch(batch).await.unwrap().unwrap();
    let numbers = (done.finished_at, done.rows_read, done.stored, done.known, done.rejected);
    assert_eq!(numbers, (Some(2), 70, 64, 2, 4));
    assert_eq!((done.file_name.as_str(), done.map.as_str()), ("phieu.csv", "limesurvey"));
    assert_eq!(db.undo_batch(batch, "nhầm xã", 3, None).await.unwrap(), Undone::Now);
    assert_eq!(counted(&db).await, 1);
}

async fn an_undone_batch_keeps_its_rows_and_their_receipts(database: Database) {
    let db = database.open().await;
    let rows = rows(3);
    let (batch, _) = import(&db, "a", &rows).await;
    let id = rows[0].response.id;
    let receipt = db.receipt(id).await.unwrap();
    db.undo_batch(batch, "nhầm xã", 3, None).await.unwrap();
    assert!(receipt.is_some());
    assert_eq!(db.receipt(id).await.unwrap(), receipt);
    assert_eq!(db.document(id).await.unwrap().as_ref(), Some(&rows[0].document));
    assert_eq!(database.count("responses").await, 3);
    let undone = db.batch(batch).await.unwrap().unwrap();
    assert_eq!((undone.undone_at, undone.undone_why.as_deref()), (Some(3), Some("nhầm xã")));
    assert_eq!((undone.holds, undone.stored), (3, 3));
}

async fn the_same_rows_come_back_with_the_next_batch(database: Database) {
    let db = database.open().await;
    let rows = rows(3);
    let (first, _) = import(&db, "a", &rows).await;
    let (second, kept) = import(&db, "b", &rows).await;
    assert_eq!(kept, [Kept::Known; 3], "they are there and count");
    db.undo_batch(first, "nhầm xã", 3, None).await.unwrap();
    assert_eq!(counted(&db).await, 0);
    let (third, kept) = import(&db, "a", &rows).await;
    assert!(third > second && second > first);
    assert_eq!(kept, [Kept::Own; 3]);
    assert_eq!((counted(&db).await, database.count("responses").await), (3, 3));
    let holds: Vec<i64> = db.batches().await.unwrap().iter().map(|b| b.holds).collect();
    assert_eq!(holds, [3, 0, 0], "the newest first");
}

async fn a_batch_that_was_broken_off_is_gone_on_with(database: Database) {
    let db = database.open().await;
    let rows = rows(3);
    let broken_off = db.begin_batch(&file("a"), &by_operator(1, Action::Import)).await.unwrap();
    db.store_in_batch(broken_off, &rows[..2]).await.unwrap();
    let (other, kept) = import(&db, "b", &rows[..1]).await;
    assert_ne!(other, broken_off, "another file is another batch");
    assert_eq!(kept, [Kept::Own], "a row that nobody finished waits for nobody");
    let (again, kept) = import(&db, "a", &rows).await;
    assert_eq!(again, broken_off);
    assert_eq!(kept, [Kept::Known, Kept::Known, Kept::Own]);
    let batch = db.batch(again).await.unwrap().unwrap();
    assert_eq!((batch.stored, batch.known, batch.rejected), (2, 1, 0));
    assert_eq!(counted(&db).await, 3);
}

async fn a_mended_row_takes_the_place_of_the_one_that_was_undone(database: Database) {
    let db = database.open().await;
    let wrong = rows(1);
    let id = wrong[0].response.id;
    let mended = [parsed(id, &good_but("comment", json!("đã sửa")))];
    let (first, _) = import(&db, "wrong", &wrong).await;
    let (_, kept) = import(&db, "mended", &mended).await;
    assert_eq!(kept, [Kept::Conflict], "as long as the first one counts");
    db.undo_batch(first, "nhầm cột", 3, None).await.unwrap();
    let twice = [mended[0].clone(), wrong[0].clone()];
    let (second, kept) = import(&db, "mended and wrong", &twice).await;
    assert_eq!(kept, [Kept::Conflict, Kept::Own], "the second row is the undone one itself");
    db.undo_batch(second, "cùng một mã hai lần", 4, None).await.unwrap();
    let (third, kept) = import(&db, "mended, later", &mended).await;
    assert_eq!(kept, [Kept::Own]);
    let (_, kept) = import(&db, "mended, again", &mended).await;
    assert_eq!(kept, [Kept::Known]);
    let (_, kept) = import(&db, "wrong, again", &wrong).await;
    assert_eq!(kept, [Kept::Conflict], "the mended one stands in its place");
    let stored = db.responses(&october()).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert!(stored[0].document.contains("đã sửa") && stored[0].response_id != id);
    assert_eq!(db.document(id).await.unwrap().as_ref(), Some(&wrong[0].document));
    db.undo_batch(third, "thôi", 5, None).await.unwrap();
    assert_eq!((counted(&db).await, database.count("responses").await), (0, 2));
}

async fn the_mark_changes_whenever_a_batch_comes_or_goes(database: Database) {
    let db = database.open().await;
    let rows = rows(2);
    let mut marks = vec![db.responses_mark(&october()).await.unwrap()];
    for round in 1..=3 {
        let (batch, _) = import(&db, "a", &rows).await;
        marks.push(db.responses_mark(&october()).await.unwrap());
        db.undo_batch(batch, "x", round, None).await.unwrap();
        marks.push(db.responses_mark(&october()).await.unwrap());
    }
    let different: std::collections::HashSet<_> = marks.iter().collect();
    assert_eq!(different.len(), marks.len(), "{marks:?}");
}

async fn an_undo_says_what_became_of_it(database: Database) {
    let db = database.open().await;
    assert_eq!(db.undo_batch(1, "x", 3, None).await.unwrap(), Undone::Unknown);
    assert_eq!(db.batch(1).await.unwrap(), None);
    let (batch, _) = import(&db, "a", &rows(1)).await;
    assert_eq!(db.undo_batch(batch, "x", 3, None).await.unwrap(), Undone::Now);
    assert_eq!(db.undo_batch(batch, "y", 4, None).await.unwrap(), Undone::Before);
    let undone = db.batch(batch).await.unwrap().unwrap();
    assert_eq!((undone.undone_at, undone.undone_why.as_deref()), (Some(3), Some("x")));
}

async fn a_file_that_was_read_otherwise_is_found_as_long_as_it_counts(database: Database) {
    let db = database.open().await;
    let rows = rows(3);
    let (batch, _) = import(&db, "a", &rows).await;
    let other = NewBatch { channel: "interview".to_owned(), ..file("a") };
    let found = db.read_otherwise(&other, 0).await.unwrap().map(|batch| batch.batch_id);
    assert_eq!(found, Some(batch));
    assert_eq!(
        db.read_otherwise(&file("a"), 0).await.unwrap(),
        None,
        "the same channel adds nothing"
    );
    assert_eq!(
        db.read_otherwise(&NewBatch { sha256: "b".into(), ..other.clone() }, 0).await.unwrap(),
        None
    );
    let sheet = NewBatch { file_name: "phiếu.xlsx [Trang 2]".into(), ..other.clone() };
    assert_eq!(db.read_otherwise(&sheet, 0).await.unwrap(), None, "another sheet is another file");
    for otherwise in [
        NewBatch { map: "kobo".into(), ..file("a") },
        NewBatch { point: "22651".into(), ..file("a") },
        NewBatch { instrument: "sipas".into(), ..file("a") },
        NewBatch { version: file("a").version + 1, ..file("a") },
    ] {
        let found = db.read_otherwise(&otherwise, 2).await.unwrap().map(|batch| batch.batch_id);
        assert_eq!(found, Some(batch), "{otherwise:?}");
        let found = db.read_otherwise(&otherwise, 3).await.unwrap();
        assert_eq!(found, None, "all of them are found again");
    }
    let communes = db.communes_of_batch(batch).await.unwrap();
    assert_eq!(communes, [rows[0].response.commune_code.to_string()]);
    db.undo_batch(batch, "x", 3, None).await.unwrap();
    assert_eq!(db.read_otherwise(&other, 0).await.unwrap(), None);
    db.close().await;
}

async fn a_finished_batch_takes_the_place_of_one_that_was_broken_off(database: Database) {
    let db = database.open().await;
    let with_map = NewBatch { map: "own.toml".to_owned(), ..file("a") };
    let broken_off = db.begin_batch(&with_map, &by_operator(1, Action::Import)).await.unwrap();
    let elsewhere = db.begin_batch(&file("b"), &by_operator(1, Action::Import)).await.unwrap();
    let (batch, _) = import(&db, "a", &rows(2)).await;
    let replaced = db.batch(broken_off).await.unwrap().unwrap();
    assert_eq!(replaced.undone_at, Some(2));
    assert!(replaced.undone_why.unwrap().contains(&batch.to_string()));
    assert_eq!(db.batch(elsewhere).await.unwrap().unwrap().undone_at, None, "another file");
    db.close().await;
}

async fn what_would_become_of_rows_is_what_becomes_of_them(database: Database) {
    let db = database.open().await;
    let (online, rows) = (rows(1), rows(2));
    db.insert_responses(&online).await.unwrap();
    let (undone, _) = import(&db, "a", &rows).await;
    let otherwise = |id| parsed(id, &good_but("comment", json!("Khác")));
    let tried = [
        rows[0].clone(),
        otherwise(rows[1].response.id),
        online[0].clone(),
        parsed(Clock::System.new_id(), &good()),
    ];
    let expected = [Kept::Known, Kept::Conflict, Kept::Known, Kept::Own];
    assert_eq!(db.try_in_batch(&tried).await.unwrap(), expected);
    assert_eq!(db.try_in_batch(&[]).await.unwrap(), []);
    db.undo_batch(undone, "x", 3, None).await.unwrap();
    // What is of no batch keeps its id for good; what was undone gives it back.
    let tried = [&tried[..], &[otherwise(online[0].response.id)]].concat();
    let expected = [Kept::Own, Kept::Own, Kept::Known, Kept::Own, Kept::Conflict];
    assert_eq!(db.try_in_batch(&tried).await.unwrap(), expected);
    let (_, kept) = import(&db, "b", &tried).await;
    assert_eq!(kept, expected);
    assert_eq!(db.try_in_batch(&tried[1..2]).await.unwrap(), [Kept::Known], "it corrects");
    db.close().await;
}

async fn whoever_asks_for_the_same_at_once_shares_one_batch(database: Database) {
    let db = database.open().await;
    let begun = futures_util::future::join_all((0..8).map(|_| async {
        db.begin_batch(&file("a"), &by_operator(1, Action::Import)).await.unwrap()
    }));
    let mut begun = begun.await;
    begun.dedup();
    assert_eq!(begun.len(), 1, "{begun:?}");
    let otherwise = NewBatch { map: "kobo".into(), ..file("a") };
    assert_ne!(
        db.begin_batch(&otherwise, &by_operator(2, Action::Import)).await.unwrap(),
        begun[0]
    );
    db.finish_batch(begun[0], 0, 0, 3).await.unwrap();
    assert_ne!(
        db.begin_batch(&file("a"), &by_operator(4, Action::Import)).await.unwrap(),
        begun[0],
        "that one is finished"
    );
    db.close().await;
}
