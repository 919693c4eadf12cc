//! A tablet is enrolled, submits, tells how it is, and is revoked.

use hailong::config::Settings;
use hailong::staff::audit::Action;
use reqwest::Method;
use serde_json::{Value, json};
use surveys::response::read_moment;
use uuid::Uuid;

use crate::support::app::{Answer, App, NOW};
use crate::support::database::{Database, on_both_databases};
use crate::support::device::{Tablet, code, enrol, enrol_with, report};
use crate::support::signer::Signer;
use crate::support::staff::by_operator;
use crate::support::submission::{good, good_but, new_id};

on_both_databases![
    a_code_is_changed_for_a_token_once,
    a_key_that_is_none_is_told_and_the_code_still_works,
    a_revoked_tablet_is_refused_at_once_and_nothing_is_stored,
    a_tablet_submits_for_its_own_point_only,
    a_wrong_clock_is_flagged_and_never_refused,
    a_tablet_tells_how_it_is_and_learns_the_time,
    what_a_tablet_told_of_and_neither_sent_nor_has_is_told_as_lost,
    a_tablet_that_comes_back_without_a_memory_is_told_what_it_lost,
];

async fn a_code_is_changed_for_a_token_once(database: Database) {
    let app = App::spawn(database);
    let code = code(&app).await;
    let enrolled = enrol(&app, &format!(" {} ", code.to_lowercase())).await;
    assert_eq!(enrolled.status, 201, "{enrolled:?}");
    assert_eq!(enrolled.body["token"].as_str().unwrap().len(), 64, "256 bits");
    assert_eq!(enrolled.body["pin"]["hash"].as_str().unwrap().len(), 64);
    for unknown in [code.as_str(), "0000-0000", "nonsense", ""] {
        enrol(&app, unknown).await.problem(401, "unknown-device");
    }
    let request = app.request(Method::POST, "/api/v1/devices:enrol").body("[1]");
    Answer::of(request.send().await.unwrap()).await.problem(400, "malformed-body");
    let request = app.request(Method::POST, "/api/v1/devices:enrol").body("x".repeat(5_000));
    Answer::of(request.send().await.unwrap()).await.problem(413, "body-too-large");
}

async fn a_key_that_is_none_is_told_and_the_code_still_works(database: Database) {
    let app = App::spawn(database);
    let code = code(&app).await;
    for key in ["", "no Base64", "BGD+1LolWp0xyWHrdMY1bWjASbiSO2H6bOZpYi5g8p+2"] {
        let asked = json!({"code": code, "signing_key": key});
        let told = enrol_with(&app, asked).await;
        told.problem(400, "malformed-body");
        assert!(told.body["detail"].as_str().unwrap().contains("signing_key"), "{told:?}");
    }
    let asked = json!({"code": code, "signing_key": Signer::new().told()});
    assert_eq!(enrol_with(&app, asked).await.status, 201);
}

async fn a_revoked_tablet_is_refused_at_once_and_nothing_is_stored(database: Database) {
    let app = App::spawn(database);
    let tablet = Tablet::enrolled(&app).await;
    let id = new_id();
    let stored = tablet.put(&app, &id, &good(), NOW).await;
    assert_eq!((stored.status, &stored.body["response_id"]), (201, &json!(id)));
    let db = app.database().open().await;
    let revoked = by_operator(1, Action::RevokeDevice);
    db.revoke_device(tablet.id.parse().unwrap(), &revoked).await.unwrap();
    tablet.put(&app, &new_id(), &good(), NOW).await.problem(401, "unknown-device");
    tablet.report(&app, &report()).await.problem(401, "unknown-device");
    assert_eq!(app.database().count("responses").await, 1);
    assert_eq!(app.put(&new_id(), &good()).await.status, 201, "anyone else sends without a token");
}

async fn a_tablet_submits_for_its_own_point_only(database: Database) {
    let app = App::spawn(database);
    let tablet = Tablet::enrolled(&app).await;
    let elsewhere = good_but("collection_point", json!("00385"));
    let faults = tablet.put(&app, &new_id(), &elsewhere, NOW).await;
    let faults = faults.problem(422, "submission-rejected");
    assert_eq!(faults, [("other-point".to_owned(), "/collection_point".to_owned())]);
    assert_eq!(app.database().count("responses").await, 0);
}

async fn a_wrong_clock_is_flagged_and_never_refused(database: Database) {
    let app = App::spawn(database);
    let tablet = Tablet::enrolled(&app).await;
    app.set_clock("2026-10-15T12:00:00+07:00");
    // What the clock showed at the answer and at sending; the time that counts; the flag.
    let cases = [
        ("2026-10-15T11:00:00+07:00", "2026-10-15T12:00:00+07:00", "2026-10-15T11:00:00+07:00", ""),
        (
            "2026-11-14T11:00:00+07:00",
            "2026-11-14T12:00:00+07:00",
            "2026-10-15T11:00:00+07:00",
            "shifted",
        ),
        (
            "2026-09-15T11:00:00+07:00",
            "2026-09-15T12:00:00+07:00",
            "2026-10-15T11:00:00+07:00",
            "shifted",
        ),
        (
            "1970-01-01T00:00:00Z",
            "2026-10-15T12:00:00+07:00",
            "2026-10-15T12:00:00+07:00",
            "replaced",
        ),
        ("2026-10-15T11:00:00+07:00", "nonsense", "2026-10-15T11:00:00+07:00", ""),
        ("2036-01-01T00:00:00Z", "nonsense", "2026-10-15T12:00:00+07:00", "replaced"),
    ];
    for (answered, clock, counted, flag) in cases {
        let id = new_id();
        let submission = good_but("answered_at", json!(answered));
        let first = tablet.put(&app, &id, &submission, clock).await;
        assert_eq!(first.status, 201, "{answered} {first:?}");
        let again = tablet.put(&app, &id, &submission, NOW).await;
        assert_eq!((again.status, again.receipt()), (200, first.receipt()), "sent again later");
        let document = app.database().open().await.document(id.parse().unwrap()).await.unwrap();
        let said = read_moment(answered).unwrap().to_string();
        assert!(document.unwrap().contains(&said), "the document holds what the device said");
        let counted = read_moment(counted).unwrap();
        let sql = format!(
            "select count(*) from responses where answered_at = {counted}
             and coalesce(clock, '') = '{flag}' and seq = (select max(seq) from responses)"
        );
        assert_eq!(app.database().backdoor().await.number(&sql).await, 1, "{answered} {clock}");
    }
    app.put(&new_id(), &good_but("answered_at", json!("2036-01-01")))
        .await
        .problem(422, "submission-rejected");
}

async fn a_tablet_tells_how_it_is_and_learns_the_time(database: Database) {
    let app = App::spawn(database);
    let tablet = Tablet::enrolled(&app).await;
    let told = tablet.report(&app, &report()).await;
    assert_eq!(told.status, 200, "{told:?}");
    assert_eq!(read_moment(told.body["now"].as_str().unwrap()), read_moment(NOW));
    assert_eq!(told.body["opening_hours"], json!([]));
    let kept = app.database().open().await.devices().await.unwrap();
    let kept: Value = serde_json::from_str(kept[0].report.as_deref().unwrap()).unwrap();
    assert_eq!(kept, json!({"report": report(), "clock_lead_seconds": 600, "lost": 0}));
    for (field, value) in [
        ("queued", json!(-1)),
        ("version", json!("x".repeat(41))),
        ("device_clock", json!("noon")),
        ("comment", json!("more than is asked")),
    ] {
        let mut bad = report();
        bad[field] = value;
        tablet.report(&app, &bad).await.problem(400, "malformed-body");
    }
    let metrics = reqwest::get(app.operations_url("/metrics")).await.unwrap().text().await.unwrap();
    let id = &tablet.id;
    assert!(metrics.contains(&format!("hailong_device_queued{{device=\"{id}\"}} 3")), "{metrics}");
    assert!(metrics.contains("hailong_device_last_seen_timestamp_seconds"), "{metrics}");
}

/// What a tablet tells that holds `queued` responses and has sent `sent`.
fn holding(queued: u32, sent: u32) -> Value {
    let mut told = report();
    (told["queued"], told["sent"]) = (json!(queued), json!(sent));
    told
}

async fn lost(tablet: &Tablet, app: &App, told: &Value) -> Value {
    let answer = tablet.report(app, told).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["lost"].clone()
}

async fn what_a_tablet_told_of_and_neither_sent_nor_has_is_told_as_lost(database: Database) {
    let app = App::spawn(database);
    let tablet = Tablet::enrolled(&app).await;
    assert_eq!(lost(&tablet, &app, &holding(7, 0)).await, 0);
    assert_eq!(lost(&tablet, &app, &holding(2, 5)).await, 0, "five were sent");
    assert_eq!(lost(&tablet, &app, &report()).await, 0, "an older page does not count");
    assert_eq!(lost(&tablet, &app, &holding(4, 5)).await, 0, "two came");
    assert_eq!(lost(&tablet, &app, &holding(1, 5)).await, 3);
    assert_eq!(lost(&tablet, &app, &holding(0, 6)).await, 3, "it is not forgotten");
    // Enrolled anew with less than it had, it has lost the rest.
    assert_eq!(lost(&tablet, &app, &holding(4, 6)).await, 3);
    app.pass_minutes(1);
    let former = json!({"device_id": tablet.id, "queued": 2, "quarantined": 1, "sent": 6});
    let body = json!({"code": code(&app).await, "former": former});
    let anew = Tablet::of(&enrol_with(&app, body).await);
    assert_eq!(lost(&anew, &app, &holding(2, 6)).await, 4);
}

async fn a_tablet_that_comes_back_without_a_memory_is_told_what_it_lost(database: Database) {
    let app = App::spawn(database);
    let tablet = Tablet::enrolled(&app).await;
    assert_eq!(lost(&tablet, &app, &holding(12, 3)).await, 0);
    let kept = json!({"device_id": tablet.id, "queued": 12, "quarantined": 0, "sent": 3});
    app.pass_minutes(1);
    let body = json!({"code": code(&app).await, "former": kept});
    let second = Tablet::of(&enrol_with(&app, body).await);
    assert_eq!(lost(&second, &app, &holding(12, 3)).await, 0, "it took all of it along");
    app.pass_minutes(1);
    let third = Tablet::enrolled(&app).await;
    assert_eq!(lost(&third, &app, &holding(0, 0)).await, 12, "it came back with nothing");
    let db = app.database().open().await;
    let looked_into = by_operator(1, Action::RevokeDevice);
    db.revoke_device(second.id.parse().unwrap(), &looked_into).await.unwrap();
    assert_eq!(lost(&third, &app, &holding(0, 0)).await, 0, "staff have seen to it");
    // Whoever names a device of elsewhere, or none, is enrolled and changes nothing.
    for id in [new_id(), third.id.clone()] {
        let former = json!({"device_id": id, "queued": 0, "quarantined": 0, "sent": 0});
        let body = json!({"code": code(&app).await, "former": former});
        assert_eq!(enrol_with(&app, body).await.status, 201);
    }
}

#[tokio::test]
async fn a_token_reads_nothing_and_a_missing_one_reports_nothing() {
    let app = App::spawn(Database::sqlite());
    let tablet = Tablet::enrolled(&app).await;
    let without = app.request(Method::POST, "/api/v1/devices:report").body(report().to_string());
    Answer::of(without.send().await.unwrap()).await.problem(401, "unknown-device");
    for scheme in ["Basic", "bearer", ""] {
        let request = app
            .request(Method::PUT, &format!("/api/v1/responses/{}", new_id()))
            .header("authorization", format!("{scheme} {}", tablet.token))
            .body(good().to_string());
        Answer::of(request.send().await.unwrap()).await.problem(401, "unknown-device");
    }
    let path = format!("/api/v1/responses/{}", Uuid::from_u128(1));
    let read = app.request(Method::GET, &path).bearer_auth(&tablet.token);
    Answer::of(read.send().await.unwrap()).await.problem(405, "method-not-allowed");
}

#[tokio::test]
async fn the_flood_limit_of_an_address_does_not_hold_a_tablet_up() {
    let settings = Settings { submissions_per_minute: 3, ..Settings::default() };
    let app = App::with(Database::sqlite(), settings);
    let tablet = Tablet::enrolled(&app).await;
    for _ in 0..20 {
        assert_eq!(tablet.put(&app, &new_id(), &good(), NOW).await.status, 201);
    }
    let statuses: Vec<u16> = {
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(app.put(&new_id(), &good()).await.status);
        }
        statuses
    };
    assert_eq!(statuses, [201, 201, 429], "enrolling took one of the three of this address");
    let stranger = Tablet { id: String::new(), token: "0".repeat(64) };
    stranger.put(&app, &new_id(), &good(), NOW).await.problem(429, "too-many-submissions");
}
