//! Storing responses: once each, whole, and with a receipt that stays.

use std::sync::Arc;

use hailong::clock::Clock;
use hailong::staff::audit::Action;
use hailong::store::responses::{MAX_BATCH, NewResponse, Outcome};
use hailong::store::{Error, Writer};
use serde_json::json;

use crate::support::database::{Database, on_both_databases};
use crate::support::staff::by_operator;
use crate::support::submission::{good, good_but, parsed};

on_both_databases![
    a_new_response_is_stored_and_the_same_again_gets_the_same_receipt,
    another_content_under_the_same_id_is_a_conflict_and_the_first_stays,
    a_writer_that_ends_has_stored_what_it_took_and_takes_no_more,
    two_with_one_id_in_one_batch_are_stored_once,
    a_batch_mixes_new_same_and_conflicting_responses_in_order,
    a_full_batch_is_stored_whole,
    an_empty_batch_stores_nothing,
    a_queue_is_stored_whole_with_its_line_in_the_log_or_not_at_all,
    a_receipt_is_found_again_by_its_id_alone,
    text_comes_back_letter_for_letter,
    many_writers_at_once_each_get_their_own_outcome,
    two_servers_with_the_same_responses_in_another_order_both_get_their_outcomes,
];

async fn two_servers_with_the_same_responses_in_another_order_both_get_their_outcomes(
    database: Database,
) {
    let (one, other) = (database.open().await, database.open().await);
    for _ in 0..4 {
        let batch: Vec<NewResponse> = (0..MAX_BATCH).map(|_| new()).collect();
        let turned: Vec<NewResponse> = batch.iter().rev().cloned().collect();
        let both = futures_util::future::join(
            one.insert_responses(&batch),
            other.insert_responses(&turned),
        );
        let (first, second) = both.await;
        let (first, mut second) = (first.unwrap(), second.unwrap());
        second.reverse();
        for (first, second) in first.iter().zip(&second) {
            assert_eq!(receipt(first), receipt(second));
        }
    }
    assert_eq!(database.count("responses").await, 4 * i64::try_from(MAX_BATCH).unwrap());
}

fn new() -> NewResponse {
    parsed(Clock::System.new_id(), &good())
}

fn receipt(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Stored(receipt) | Outcome::Same(receipt) => receipt.to_string(),
        Outcome::Conflict => panic!("a conflict has no receipt"),
    }
}

async fn a_new_response_is_stored_and_the_same_again_gets_the_same_receipt(database: Database) {
    let db = database.open().await;
    let first = new();
    // The device asks again later: another salt was drawn and time has passed.
    let again =
        NewResponse { salt: [9; 16], received_at: first.received_at + 60_000, ..first.clone() };
    let stored = db.insert_responses(&[first]).await.unwrap();
    let same = db.insert_responses(&[again]).await.unwrap();
    assert!(matches!(stored[..], [Outcome::Stored(_)]), "{stored:?}");
    assert!(matches!(same[..], [Outcome::Same(_)]), "{same:?}");
    assert_eq!(receipt(&stored[0]), receipt(&same[0]));
    assert_eq!(database.count("responses").await, 1);
}

async fn a_queue_is_stored_whole_with_its_line_in_the_log_or_not_at_all(database: Database) {
    let db = database.open().await;
    let event = by_operator(1_000, Action::ImportQueue);
    let mut queue: Vec<NewResponse> = (0..2 * MAX_BATCH).map(|_| new()).collect();
    queue.push(queue[0].clone());
    queue.push(parsed(queue[1].response.id, &good_but("comment", json!("khác"))));
    let backdoor = database.backdoor().await;
    backdoor.execute("alter table staff_audit rename to away").await;
    assert!(db.insert_queue(&queue, &event).await.is_err());
    assert_eq!(database.count("responses").await, 0, "without its line nothing is stored");
    backdoor.execute("alter table away rename to staff_audit").await;
    backdoor.close().await;
    let stored = db.insert_queue(&queue, &event).await.unwrap();
    let (new, rest) = stored.split_at(2 * MAX_BATCH);
    assert!(new.iter().all(|outcome| matches!(outcome, Outcome::Stored(_))), "{new:?}");
    assert!(matches!(rest, [Outcome::Same(_), Outcome::Conflict]), "{rest:?}");
    let again = db.insert_queue(&queue[..3], &event).await.unwrap();
    assert!(again.iter().all(|outcome| matches!(outcome, Outcome::Same(_))), "{again:?}");
    assert!(db.insert_queue(&[], &event).await.unwrap().is_empty());
    assert_eq!(database.count("responses").await, i64::try_from(2 * MAX_BATCH).unwrap());
    assert_eq!(database.count("staff_audit").await, 3, "whoever takes a file in is noted");
    db.close().await;
}

async fn another_content_under_the_same_id_is_a_conflict_and_the_first_stays(database: Database) {
    let db = database.open().await;
    let id = Clock::System.new_id();
    let first = parsed(id, &good());
    let stored = db.insert_responses(std::slice::from_ref(&first)).await.unwrap();
    let other = parsed(id, &good_but("answers", json!({"A1": 1})));
    assert_eq!(db.insert_responses(&[other]).await.unwrap(), [Outcome::Conflict]);
    assert_eq!(db.receipt(id).await.unwrap().unwrap().to_string(), receipt(&stored[0]));
    assert_eq!(db.document(id).await.unwrap(), Some(first.document));
    assert_eq!(db.document(Clock::System.new_id()).await.unwrap(), None);
}

async fn a_writer_that_ends_has_stored_what_it_took_and_takes_no_more(database: Database) {
    let db = database.open().await;
    let writer = Writer::start(db.clone());
    let mut hung_up = futures_util::stream::FuturesUnordered::new();
    for _ in 0..20 {
        hung_up.push(Box::pin(writer.store(parsed(Clock::System.new_id(), &good()))));
    }
    // Each is asked once, so that it is in the queue; then its device goes away.
    let none = futures_util::FutureExt::now_or_never(futures_util::StreamExt::next(&mut hung_up));
    assert!(none.is_none(), "nothing is stored before the disk is sure");
    drop(hung_up);
    writer.finish().await;
    writer.finish().await;
    assert_eq!(database.count("responses").await, 20);
    let late = writer.store(parsed(Clock::System.new_id(), &good())).await;
    assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
}

async fn two_with_one_id_in_one_batch_are_stored_once(database: Database) {
    let db = database.open().await;
    let (one, id) = (new(), Clock::System.new_id());
    let (this, that) = (parsed(id, &good()), parsed(id, &good_but("comment", json!("Khác"))));
    let outcomes = db.insert_responses(&[one.clone(), one, this, that]).await.unwrap();
    assert!(
        matches!(
            outcomes[..],
            [Outcome::Stored(_), Outcome::Same(_), Outcome::Stored(_), Outcome::Conflict]
        ),
        "{outcomes:?}"
    );
    assert_eq!(receipt(&outcomes[0]), receipt(&outcomes[1]));
    assert_eq!(database.count("responses").await, 2);
}

async fn a_batch_mixes_new_same_and_conflicting_responses_in_order(database: Database) {
    let db = database.open().await;
    let (known, fresh) = (new(), new());
    db.insert_responses(std::slice::from_ref(&known)).await.unwrap();
    let changed = parsed(known.response.id, &good_but("channel", json!("kiosk")));
    let outcomes = db.insert_responses(&[changed, fresh, known]).await.unwrap();
    assert!(
        matches!(outcomes[..], [Outcome::Conflict, Outcome::Stored(_), Outcome::Same(_)]),
        "{outcomes:?}"
    );
}

async fn a_full_batch_is_stored_whole(database: Database) {
    let db = database.open().await;
    let batch: Vec<NewResponse> = std::iter::repeat_with(new).take(MAX_BATCH).collect();
    let outcomes = db.insert_responses(&batch).await.unwrap();
    assert_eq!(outcomes.len(), MAX_BATCH);
    assert!(outcomes.iter().all(|o| matches!(o, Outcome::Stored(_))));
    assert_eq!(database.count("responses").await, i64::try_from(MAX_BATCH).unwrap());
}

async fn an_empty_batch_stores_nothing(database: Database) {
    let db = database.open().await;
    assert_eq!(db.insert_responses(&[]).await.unwrap(), []);
    assert_eq!(database.count("responses").await, 0);
}

async fn a_receipt_is_found_again_by_its_id_alone(database: Database) {
    let db = database.open().await;
    let response = new();
    let id = response.response.id;
    assert_eq!(db.receipt(id).await.unwrap(), None);
    let stored = db.insert_responses(&[response]).await.unwrap();
    assert_eq!(db.receipt(id).await.unwrap().unwrap().to_string(), receipt(&stored[0]));
    assert_eq!(db.receipt(Clock::System.new_id()).await.unwrap(), None);
}

async fn text_comes_back_letter_for_letter(database: Database) {
    let db = database.open().await;
    let said = "Ẩ Ễ Ỗ Ặ Ự ₫ “trích”\n'; drop table responses; --\t😀 \u{10ffff}";
    let new = parsed(Clock::System.new_id(), &good_but("comment", json!(said)));
    db.insert_responses(&[new]).await.unwrap();
    let documents = database.backdoor().await.texts("select document from responses").await;
    let kept = surveys::response::Document::read(&documents[0]).unwrap();
    assert_eq!(kept.comment.as_deref(), Some(said));
}

async fn many_writers_at_once_each_get_their_own_outcome(database: Database) {
    let writer = Arc::new(Writer::start(database.open().await));
    let shared = new();
    let tasks: Vec<_> = (0..200)
        .map(|i| {
            let writer = Arc::clone(&writer);
            // Every fourth device sends the same response.
            let (new, is_shared) = if i % 4 == 0 { (shared.clone(), true) } else { (new(), false) };
            tokio::spawn(async move { (is_shared, writer.store(new).await.unwrap()) })
        })
        .collect();
    let mut stored_shared = 0;
    for task in tasks {
        match task.await.unwrap() {
            (false, outcome) => assert!(matches!(outcome, Outcome::Stored(_)), "{outcome:?}"),
            (true, Outcome::Stored(_)) => stored_shared += 1,
            (true, outcome) => assert!(matches!(outcome, Outcome::Same(_)), "{outcome:?}"),
        }
    }
    assert_eq!(stored_shared, 1);
    assert_eq!(database.count("responses").await, 151);
}
