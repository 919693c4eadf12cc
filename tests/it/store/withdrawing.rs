//! Taking a response back: by its receipt, whole, once, and for every server at once.

use hailong::clock::Clock;
use hailong::first_points;
use hailong::staff::audit::{Action, Event};
use hailong::store::Db;
use hailong::store::batches::{Kept, NewBatch};
use hailong::store::responses::{NewResponse, Outcome, Receipt, Selection};
use hailong::store::retention::Terms;
use hailong::store::withdrawing::Standing;
use surveys::paper::{Fate, Keyed};
use surveys::response::{Document, read_moment};

use super::paper_batches::{blank, close, counting, key};
use crate::support::app::NOW;
use crate::support::comments::{TWO_DAYS, everything, gather};
use crate::support::database::{Database, on_both_databases};
use crate::support::paper;
use crate::support::staff::by_operator;
use crate::support::staff::event;
use crate::support::submission::{good, good_at, parsed};

on_both_databases![
    a_response_is_found_by_its_receipt_and_taken_back_once,
    two_with_one_receipt_are_both_told,
    a_response_that_was_taken_back_is_not_brought_back,
    receipts_of_before_are_written_down,
    a_sheet_forgets_with_its_response_and_with_its_term,
];

fn now() -> i64 {
    read_moment(NOW).unwrap()
}

fn by_citizen() -> Event {
    event(now(), "(citizen)", Action::WithdrawResponse)
}

async fn open(database: &Database) -> Db {
    let db = database.open().await;
    first_points::add(&db, 0).await.unwrap();
    db
}

async fn stored(db: &Db, new: &NewResponse) -> Receipt {
    match &db.insert_responses(std::slice::from_ref(new)).await.unwrap()[..] {
        [Outcome::Stored(receipt)] => receipt.clone(),
        other => panic!("{other:?}"),
    }
}

fn month() -> Selection {
    Selection {
        commune_code: "22651".into(),
        instrument: "quick-counter".into(),
        version: 1,
        from: read_moment("2026-10-01").unwrap(),
        until: read_moment("2026-11-01").unwrap(),
    }
}

async fn a_response_is_found_by_its_receipt_and_taken_back_once(database: Database) {
    let db = open(&database).await;
    let (own, other) = (
        parsed(Clock::System.new_id(), &good_at("22651")),
        parsed(Clock::System.new_id(), &good_at("22651")),
    );
    let (receipt, others) = (stored(&db, &own).await, stored(&db, &other).await);
    gather(&db, now() + TWO_DAYS).await;
    let typed = Receipt::typed(&receipt.to_string().to_lowercase()).unwrap();
    let held = db.held_by(&typed).await.unwrap();
    let [held] = &held[..] else { panic!("{held:?}") };
    assert_eq!((held.id, held.document.as_str()), (own.response.id, own.document.as_str()));
    assert_eq!((held.standing, held.to_the_day), (Standing::Counts, false));
    assert_eq!(held.comment.as_deref(), Some("new"));
    assert_eq!(held.scope().to_string(), "/56/22651/22651/");
    assert_eq!(db.held_by(&Receipt::typed("0000-0000").unwrap()).await.unwrap(), []);
    let mark = db.responses_mark(&month()).await.unwrap();

    assert!(db.withdraw_response(held.id, &by_citizen()).await.unwrap());
    assert!(!db.withdraw_response(held.id, &by_citizen()).await.unwrap(), "once");
    assert!(!db.withdraw_response(Clock::System.new_id(), &by_citizen()).await.unwrap());
    let left = db.held_by(&receipt).await.unwrap().remove(0);
    assert_eq!((left.standing, left.to_the_day), (Standing::Withdrawn, true));
    assert_eq!(left.comment, None);
    assert!(left.document.contains(r#""answers":{}"#), "{}", left.document);
    assert!(!left.document.contains("comment"), "{}", left.document);
    assert_eq!(db.receipt(held.id).await.unwrap(), Some(receipt), "it was there");
    assert_ne!(db.responses_mark(&month()).await.unwrap(), mark, "figures are made anew");
    let counting = db.responses(&month()).await.unwrap();
    assert_eq!(counting.iter().map(|r| r.response_id).collect::<Vec<_>>(), [other.response.id]);
    assert_eq!(db.held_by(&others).await.unwrap()[0].document, other.document);
    assert_eq!(db.comments(&everything()).await.unwrap().len(), 1);
    let backdoor = database.backdoor().await;
    let log = backdoor.texts("select who || ' ' || action from staff_audit").await;
    assert_eq!(log, ["(citizen) withdraw-response"]);
    backdoor.close().await;
    db.close().await;
}

async fn two_with_one_receipt_are_both_told(database: Database) {
    let db = open(&database).await;
    let [one, two] = [(); 2].map(|()| parsed(Clock::System.new_id(), &good()));
    let receipt = stored(&db, &one).await;
    stored(&db, &two).await;
    let backdoor = database.backdoor().await;
    backdoor.execute(&format!("update responses set receipt = '{}'", receipt.as_str())).await;
    backdoor.close().await;
    assert_eq!(db.held_by(&receipt).await.unwrap().len(), 2);
    db.close().await;
}

async fn a_response_that_was_taken_back_is_not_brought_back(database: Database) {
    let db = open(&database).await;
    let new = parsed(Clock::System.new_id(), &good());
    let receipt = stored(&db, &new).await;
    assert!(db.withdraw_response(new.response.id, &by_citizen()).await.unwrap());
    // A tablet that never heard that it was stored sends it again, and a file has it.
    let again = db.insert_responses(std::slice::from_ref(&new)).await.unwrap();
    assert_eq!(again, [Outcome::Same(receipt)]);
    let file = NewBatch {
        file_name: "phiếu.csv".into(),
        sha256: "1".repeat(64),
        instrument: "quick-counter".into(),
        version: 1,
        channel: "paper".into(),
        point: String::new(),
        map: String::new(),
        map_text: String::new(),
        imported_by: String::new(),
    };
    let batch = db.begin_batch(&file, &by_operator(now(), Action::Import)).await.unwrap();
    let kept = db.store_in_batch(batch, std::slice::from_ref(&new)).await.unwrap();
    assert_eq!(kept, [Kept::SetAside]);
    db.finish_batch(batch, 1, 0, now()).await.unwrap();
    assert!(db.responses(&month()).await.unwrap().is_empty());
    assert!(!db.document(new.response.id).await.unwrap().unwrap().contains("Nhanh"));
    db.close().await;
}

async fn receipts_of_before_are_written_down(database: Database) {
    let db = open(&database).await;
    let new = parsed(Clock::System.new_id(), &good());
    let receipt = stored(&db, &new).await;
    let backdoor = database.backdoor().await;
    backdoor.execute("update responses set receipt = null").await;
    backdoor.close().await;
    assert_eq!(db.held_by(&receipt).await.unwrap(), []);
    assert_eq!(db.receipt(new.response.id).await.unwrap().as_ref(), Some(&receipt));
    assert_eq!(db.fill_receipts().await.unwrap(), 1);
    assert_eq!(db.fill_receipts().await.unwrap(), 0);
    assert_eq!(db.held_by(&receipt).await.unwrap().len(), 1);
    db.close().await;
}

/// A sheet with a comment on it.
fn commented(keys: &str) -> Keyed {
    let document = paper::sheet(keys).document.unwrap();
    let whole = document.strip_suffix('}').unwrap();
    let document = Some(format!(r#"{whole},"comment":"Cô Lan ở quầy 2"}}"#));
    Keyed { fate: Fate::Answered, document }
}

async fn a_sheet_forgets_with_its_response_and_with_its_term(database: Database) {
    let db = open(&database).await;
    let range = paper::printed(&db, 3).await;
    let batch = paper::opened(&db, &paper::point(), range, 1).await;
    key(&db, batch, 1, "lan", commented("555551")).await;
    key(&db, batch, 2, "lan", commented("111112")).await;
    key(&db, batch, 3, "lan", blank()).await;
    assert!(close(&db, batch).await);
    let backdoor = database.backdoor().await;
    let receipts = backdoor.texts("select receipt from responses order by seq").await;
    let keyed = async || {
        let sql = "select document from paper_keyings where document is not null order by serial";
        backdoor.texts(sql).await
    };
    let held = db.held_by(&Receipt::typed(&receipts[0]).unwrap()).await.unwrap().remove(0);
    assert!(db.withdraw_response(held.id, &by_citizen()).await.unwrap());
    let [one, two]: [String; 2] = keyed().await.try_into().unwrap();
    assert!(one.contains(r#""answers":{}"#) && !one.contains("comment"), "{one}");
    assert_eq!(Some(two), commented("111112").document, "another's sheet stays");
    assert_eq!(counting(&db).await.len(), 1);

    // Keyed at 5,000 in these tests.
    let terms = |keyed_from| Terms {
        exact_from: 0,
        texts_from: "0000-00".to_owned(),
        keyed_from,
        links_from: 0,
        audit_from: 0,
    };
    for (from, ends) in [(5_000, 0), (5_001, 1), (5_001, 0)] {
        assert_eq!(db.what_is_over(&terms(from)).await.unwrap().texts, ends);
        assert_eq!(db.end_terms(&terms(from), |_| by_citizen()).await.unwrap().texts, ends);
    }
    let two = keyed().await.remove(1);
    let (left, whole) = (Document::read(&two).unwrap(), paper::sheet("111112").document.unwrap());
    assert_eq!(left, Document::read(&whole).unwrap(), "all but the comment stays");
    backdoor.close().await;
    db.close().await;
}
