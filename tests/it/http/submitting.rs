//! One response: its outcomes, and many devices at once.

use futures_util::future::join_all;
use hailong::config::Settings;
use serde_json::json;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::submission::{good, good_but, new_id};

on_both_databases![
    a_new_response_is_created_and_the_same_again_is_only_confirmed,
    another_content_under_the_same_id_is_a_conflict,
    fifty_at_once_under_one_id_store_one_row,
    fifty_at_once_under_their_own_ids_store_fifty,
    fifty_different_ones_under_one_id_store_the_one_that_was_thanked,
    an_id_may_be_written_in_capital_letters,
];

async fn a_new_response_is_created_and_the_same_again_is_only_confirmed(database: Database) {
    let app = App::spawn(database);
    let id = new_id();
    let created = app.put(&id, &good()).await;
    assert_eq!(created.status, 201, "{created:?}");
    let receipt = created.receipt();
    assert!(
        receipt.len() == 9 && receipt.as_bytes()[4] == b'-',
        "two groups of four, as people read it: {receipt}"
    );
    // The clock goes on between two tries of a device.
    app.set_clock("2026-10-16T08:00:00+07:00");
    let again = app.put(&id, &good()).await;
    assert_eq!((again.status, again.receipt()), (200, receipt));
    // The same answers written another way are the same content.
    let mut other_way = good();
    other_way["response_id"] = json!(id);
    other_way["answers"]["A5"] = json!(null);
    other_way["answers"]["N1"] = json!([3, 1, 3]);
    other_way["answered_at"] = json!("2026-10-05T02:30:00Z");
    assert_eq!(app.put(&id, &other_way).await.status, 200);
    assert_eq!(app.database().count("responses").await, 1);
}

async fn another_content_under_the_same_id_is_a_conflict(database: Database) {
    let app = App::spawn(database);
    let id = new_id();
    let receipt = app.put(&id, &good()).await.receipt();
    let other = app.put(&id, &good_but("comment", json!("Lâu quá"))).await;
    assert_eq!(other.problem(409, "response-conflict"), []);
    assert!(!other.body.to_string().contains(&receipt), "the other's receipt is not given away");
    assert_eq!(app.put(&id, &good()).await.receipt(), receipt, "the first one stays");
    assert_eq!(app.database().count("responses").await, 1);
}

async fn fifty_at_once_under_one_id_store_one_row(database: Database) {
    let app = App::spawn(database);
    let (id, body) = (new_id(), good());
    let answers = join_all((0..50).map(|_| app.put(&id, &body))).await;
    let created = answers.iter().filter(|a| a.status == 201).count();
    let confirmed = answers.iter().filter(|a| a.status == 200).count();
    assert_eq!((created, confirmed), (1, 49), "{answers:?}");
    assert!(answers.iter().all(|a| a.receipt() == answers[0].receipt()));
    assert_eq!(app.database().count("responses").await, 1);
}

async fn fifty_at_once_under_their_own_ids_store_fifty(database: Database) {
    let app = App::spawn(database);
    let ids: Vec<String> = (0..50).map(|_| new_id()).collect();
    let body = good();
    let answers = join_all(ids.iter().map(|id| app.put(id, &body))).await;
    assert!(answers.iter().all(|a| a.status == 201), "{answers:?}");
    assert_eq!(app.database().count("responses").await, 50);
}

async fn fifty_different_ones_under_one_id_store_the_one_that_was_thanked(database: Database) {
    let app = App::spawn(database);
    let id = new_id();
    let bodies: Vec<_> = (0..50).map(|n| good_but("comment", json!(format!("Lần {n}")))).collect();
    let answers = join_all(bodies.iter().map(|body| app.put(&id, body))).await;
    let thanked: Vec<usize> = (0..50).filter(|&n| answers[n].status == 201).collect();
    assert_eq!(thanked.len(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|a| a.status == 409).count(), 49, "{answers:?}");
    let again = app.put(&id, &bodies[thanked[0]]).await;
    assert_eq!((again.status, again.receipt()), (200, answers[thanked[0]].receipt()));
}

async fn an_id_may_be_written_in_capital_letters(database: Database) {
    let app = App::spawn(database);
    let id = new_id();
    let created = app.put(&id, &good()).await;
    let shouted = app.put(&id.to_uppercase(), &good()).await;
    assert_eq!((shouted.status, shouted.receipt()), (200, created.receipt()));
}

#[tokio::test]
async fn a_flood_from_one_address_is_told_when_to_come_back() {
    let settings = Settings { submissions_per_minute: 3, ..Settings::default() };
    let app = App::with(Database::sqlite(), settings);
    for _ in 0..3 {
        assert_eq!(app.put(&new_id(), &good()).await.status, 201);
    }
    let fourth = app.put(&new_id(), &good()).await;
    assert_eq!(fourth.problem(429, "too-many-submissions"), []);
    assert!(fourth.retry_after.is_some_and(|s| (1..=60).contains(&s)), "{fourth:?}");
    assert_eq!(app.database().count("responses").await, 3);
    assert_eq!(app.get("/api/v1/instruments").await.status(), 200, "reading is not held up");
}

#[tokio::test]
async fn a_problem_is_told_in_the_language_that_was_asked_for() {
    let app = App::spawn(Database::sqlite());
    for (asked, word) in [
        ("vi", "câu này"),
        ("en-GB,en;q=0.8", "no such item"),
        ("fr", "câu này"),
        ("en;q=0.1, vi;q=0.9", "câu này"),
        ("en;q=0,vi", "câu này"),
    ] {
        let request = app
            .request(reqwest::Method::PUT, &format!("/api/v1/responses/{}", new_id()))
            .header("accept-language", asked)
            .json(&good_but("answers", json!({"Z9": 1})));
        let answer = crate::support::app::Answer::of(request.send().await.unwrap()).await;
        answer.problem(422, "submission-rejected");
        let told = answer.body["errors"][0]["detail"].as_str().unwrap();
        assert!(told.contains(word), "{asked}: {told}");
    }
}
