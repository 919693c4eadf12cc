//! Many responses in one request: one outcome a line, in order.

use hailong::staff::audit::Action;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, App};
use crate::support::database::{Database, on_both_databases};
use crate::support::device::Tablet;
use crate::support::staff::by_operator;
use crate::support::submission::{good, good_but, new_id};

on_both_databases![
    every_line_has_its_outcome_in_order,
    more_lines_than_one_commit_takes_are_all_stored,
    a_batch_beyond_its_bounds_stores_nothing,
    a_batch_with_a_token_is_of_that_tablet_alone,
];

async fn send(app: &App, body: impl Into<reqwest::Body>) -> Answer {
    let request = app
        .request(Method::POST, "/api/v1/responses:batch")
        .header("content-type", "application/x-ndjson")
        .body(body);
    Answer::of(request.send().await.unwrap()).await
}

fn outcomes(answer: &Answer) -> Vec<Value> {
    assert_eq!((answer.status, answer.kind.as_str()), (200, "application/x-ndjson"), "{answer:?}");
    match &answer.body {
        Value::String(lines) => lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect(),
        one => vec![one.clone()],
    }
}

fn line(id: &str, submission: &Value) -> String {
    let mut submission = submission.clone();
    submission["response_id"] = json!(id);
    submission.to_string()
}

async fn every_line_has_its_outcome_in_order(database: Database) {
    let app = App::spawn(database);
    let (known, fresh, wrong) = (new_id(), new_id(), new_id());
    let receipt = app.put(&known, &good()).await.receipt();
    let lines = [
        line(&fresh, &good()),
        line(&known, &good()),
        line(&known, &good_but("comment", json!("Khác"))),
        line(&wrong, &good_but("answers", json!({"A1": 6}))),
        "{broken".to_owned(),
        String::new(),
        good().to_string(),
        line(&new_id(), &good_but("comment", json!("x".repeat(17 * 1024)))),
        line(&fresh, &good()),
    ];
    let outcomes = outcomes(&send(&app, lines.join("\r\n")).await);
    let told: Vec<(u64, &Value, u64, &str)> = outcomes
        .iter()
        .map(|o| {
            let problem = o["problem"]["code"].as_str().unwrap_or("");
            (o["line"].as_u64().unwrap(), &o["response_id"], o["status"].as_u64().unwrap(), problem)
        })
        .collect();
    let (known, fresh, wrong) = (json!(known), json!(fresh), json!(wrong));
    let statuses: Vec<(u64, &str)> = told.iter().map(|t| (t.2, t.3)).collect();
    assert_eq!(
        statuses[1..7],
        [
            (200, ""),
            (409, "response-conflict"),
            (422, "submission-rejected"),
            (400, "malformed-body"),
            (422, "submission-rejected"),
            (413, "body-too-large")
        ],
        "{outcomes:?}"
    );
    // The same new response on two lines: one of them stored it.
    let mut twins = [told[0].2, told[7].2];
    twins.sort_unstable();
    assert_eq!(twins, [200, 201]);
    assert_eq!(outcomes[0]["receipt"], outcomes[7]["receipt"]);
    assert_eq!(outcomes[1]["receipt"], json!(receipt));
    assert_eq!([told[0].1, told[1].1, told[3].1], [&fresh, &known, &wrong]);
    let numbers: Vec<u64> = told.iter().map(|t| t.0).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 7, 8, 9], "the sixth line is empty");
    assert_eq!(outcomes[3]["problem"]["errors"][0]["pointer"], "/answers/A1");
    assert_eq!(app.database().count("responses").await, 2);
}

async fn more_lines_than_one_commit_takes_are_all_stored(database: Database) {
    let app = App::spawn(database);
    let ids: Vec<String> = (0..200).map(|_| new_id()).collect();
    let body: String = ids.iter().map(|id| line(id, &good()) + "\n").collect();
    let first = outcomes(&send(&app, body.clone()).await);
    assert_eq!(first.len(), ids.len());
    for (n, (outcome, id)) in first.iter().zip(&ids).enumerate() {
        assert_eq!((&outcome["line"], &outcome["status"]), (&json!(n + 1), &json!(201)));
        assert_eq!(outcome["response_id"], json!(id));
    }
    let again = outcomes(&send(&app, body).await);
    assert!(again.iter().all(|o| o["status"] == 200), "{again:?}");
    assert!(first.iter().zip(&again).all(|(a, b)| a["receipt"] == b["receipt"]));
    assert_eq!(app.database().count("responses").await, 200);
}

async fn a_batch_beyond_its_bounds_stores_nothing(database: Database) {
    let app = App::spawn(database);
    let too_many: String = (0..2_001).map(|_| line(&new_id(), &good()) + "\n").collect();
    send(&app, too_many).await.problem(413, "body-too-large");
    send(&app, vec![b'\n'; 20 * 1024 * 1024]).await.problem(413, "body-too-large");
    assert_eq!(app.database().count("responses").await, 0);
    assert_eq!(send(&app, "").await.status, 200, "nothing to do is done");
}

async fn a_batch_with_a_token_is_of_that_tablet_alone(database: Database) {
    let app = App::spawn(database);
    let tablet = Tablet::enrolled(&app).await;
    let (mine, elsewhere) = (new_id(), new_id());
    let at_the_tablet = good_but("channel", json!("kiosk"));
    let mut not_here = at_the_tablet.clone();
    not_here["collection_point"] = json!("25280");
    let body = [line(&mine, &at_the_tablet), line(&elsewhere, &not_here)].join("\n");
    let send_with = async |body: &str| {
        let request = app
            .request(Method::POST, "/api/v1/responses:batch")
            .header("authorization", format!("Bearer {}", tablet.token))
            .header("device-clock", "2026-10-15T10:00:00+07:00")
            .body(body.to_owned());
        Answer::of(request.send().await.unwrap()).await
    };
    // As one by one: what is of another point is refused, the other is the tablet's.
    let both = outcomes(&send_with(&body).await);
    assert_eq!((&both[0]["status"], &both[1]["status"]), (&json!(201), &json!(422)), "{both:?}");
    let single = tablet.put(&app, &elsewhere, &not_here, "2026-10-15T10:00:00+07:00").await;
    let single = single.body["errors"][0].clone();
    assert_eq!(both[1]["problem"]["errors"][0], single, "the same as one by one");
    let backdoor = app.database().backdoor().await;
    let of_it = "select count(*) from responses where device_id is not null";
    assert_eq!(backdoor.number(of_it).await, 1, "the tablet is noted");
    backdoor.close().await;
    let again = outcomes(&send_with(&line(&mine, &at_the_tablet)).await);
    assert_eq!(again[0]["status"], 200);
    // A revoked one sends nothing, in whatever way.
    let db = app.database().open().await;
    let revoked = by_operator(1, Action::RevokeDevice);
    db.revoke_device(tablet.id.parse().unwrap(), &revoked).await.unwrap();
    db.close().await;
    send_with(&line(&new_id(), &at_the_tablet)).await.problem(401, "unknown-device");
    assert_eq!(app.database().count("responses").await, 1);
    assert_eq!(outcomes(&send(&app, line(&new_id(), &good())).await)[0]["status"], 201);
}
