//! Responses that come with the token of a visit.

use futures_util::future::join_all;
use hailong::clock::Clock;
use hailong::store::Db;
use reqwest::{Method, Response};
use serde_json::json;
use surveys::{PointCode, VisitToken};

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::by_operator;
use crate::support::submission::{good, good_but, new_id, point};
use hailong::staff::audit::Action;

on_both_databases![
    a_response_with_a_token_is_verified_and_stays_so_when_it_is_sent_again,
    fifty_responses_with_one_token_are_all_stored_and_one_is_verified,
    a_token_that_is_used_or_strange_takes_nothing_from_a_response,
    a_token_goes_through_the_pages_and_leaves_nothing_behind,
];

async fn given(database: &Database, at: &str) -> VisitToken {
    let db: Db = database.open().await;
    let token = VisitToken::new(Clock::System.salt());
    let point = PointCode::parse(at).unwrap();
    db.add_visits(
        &point,
        Clock::System.new_id(),
        std::slice::from_ref(&token),
        &by_operator(crate::support::app::now(), Action::MakeSlips),
    )
    .await
    .unwrap();
    db.close().await;
    token
}

async fn verified(app: &App) -> i64 {
    let backdoor = app.database().backdoor().await;
    let count = backdoor.number("select count(*) from responses where verified_visit = 1").await;
    backdoor.close().await;
    count
}

async fn a_response_with_a_token_is_verified_and_stays_so_when_it_is_sent_again(
    database: Database,
) {
    let token = given(&database, &point()).await;
    let app = App::spawn(database);
    let (id, with_token) = (new_id(), good_but("visit_token", json!(token.to_string())));
    let first = app.put(&id, &with_token).await;
    assert_eq!((first.status, verified(&app).await), (201, 1));
    let again = app.put(&id, &with_token).await;
    assert_eq!((again.status, again.receipt()), (200, first.receipt()));
    assert_eq!(app.put(&id, &good()).await.status, 200, "the token is no part of the content");
    assert_eq!(verified(&app).await, 1);
    let documents = app.database().backdoor().await.texts("select document from responses").await;
    assert!(!documents.concat().contains("token"), "{documents:?}");
}

async fn fifty_responses_with_one_token_are_all_stored_and_one_is_verified(database: Database) {
    let token = given(&database, &point()).await;
    let app = App::spawn(database);
    let body = good_but("visit_token", json!(token.to_string()));
    let ids: Vec<String> = (0..50).map(|_| new_id()).collect();
    let answers = join_all(ids.iter().map(|id| app.put(id, &body))).await;
    assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
    assert_eq!((app.database().count("responses").await, verified(&app).await), (50, 1));
}

async fn a_token_that_is_used_or_strange_takes_nothing_from_a_response(database: Database) {
    let used = given(&database, &point()).await.to_string();
    let elsewhere = given(&database, "somewhere-else").await.to_string();
    let app = App::spawn(database);
    app.put(&new_id(), &good_but("visit_token", json!(used))).await;
    let never = VisitToken::new([9; 16]).to_string();
    let long = "x".repeat(5_000);
    for token in [&*used, &elsewhere, &never, "", "nonsense", "' or 1=1 --", "\0", &long] {
        let sent = app.put(&new_id(), &good_but("visit_token", json!(token))).await;
        assert_eq!(sent.status, 201, "{token}");
    }
    assert_eq!(app.put(&new_id(), &good_but("visit_token", json!(null))).await.status, 201);
    let number = app.put(&new_id(), &good_but("visit_token", json!(5))).await;
    number.problem(400, "malformed-body");
    assert_eq!(verified(&app).await, 1);
}

async fn post(app: &App, path: &str, body: String) -> Response {
    let request = app.request(Method::POST, path);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.body(body).send().await.unwrap()
}

async fn a_token_goes_through_the_pages_and_leaves_nothing_behind(database: Database) {
    let token = given(&database, &point()).await.to_string();
    let app = App::spawn(database);
    let opened = format!("/s/{}?v={token}&via=online", point());
    let start = app.get(&opened).await;
    assert_eq!(start.headers()["referrer-policy"], "no-referrer");
    assert_eq!(start.headers()["cache-control"], "no-store");
    let page = start.text().await.unwrap();
    assert!(page.contains(&format!("name=\"v\" value=\"{token}\"")), "{page}");
    assert!(!page.contains("Phiếu này đã được gửi"), "{page}");

    let begun = post(&app, &format!("/s/{}", point()), format!("v={token}&via=online")).await;
    let first = begun.headers()["location"].to_str().unwrap().to_owned();
    assert!(!first.contains(&token), "{first}");
    let question = app.get(&first).await.text().await.unwrap();
    assert_eq!(question.matches(&token).count(), 1, "only the way back has it: {question}");
    let last = first.strip_suffix("/1").unwrap().to_owned() + "/7";
    let done = post(&app, &last, "press=next&answer=".to_owned()).await;
    assert!(done.headers()["location"].to_str().unwrap().ends_with("/done"));
    assert_eq!(verified(&app).await, 1);
    let backdoor = app.database().backdoor().await;
    assert_eq!(backdoor.number("select count(*) from drafts").await, 0);
    let channel = backdoor.texts("select channel from responses").await;
    assert_eq!(channel, ["online"]);
    backdoor.close().await;

    // The same slip again: told kindly, and taken as any other response.
    let page = app.get(&opened).await.text().await.unwrap();
    assert!(page.contains("Phiếu này đã được gửi. Ông/bà vẫn có thể gửi góp ý khác."), "{page}");
    let begun = post(&app, &format!("/s/{}", point()), format!("v={token}")).await;
    let first = begun.headers()["location"].to_str().unwrap().to_owned();
    let last = first.strip_suffix("/1").unwrap().to_owned() + "/7";
    let done = post(&app, &last, "press=next&answer=".to_owned()).await;
    assert!(done.headers()["location"].to_str().unwrap().ends_with("/done"));
    assert_eq!((app.database().count("responses").await, verified(&app).await), (2, 1));
}
