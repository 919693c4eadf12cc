//! Pages as they travel: what may be kept, how heavy they are, and what hostile
//! hands get.

use std::collections::BTreeSet;

use reqwest::Method;

use crate::support::answers;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::province;
use crate::support::submission::{commune, new_id, point};

on_both_databases![whatever_is_sent_to_a_survey_gets_a_page_and_stores_nothing];

/// The largest first view, in bytes on the wire.
const FIRST_VIEW: usize = 60 * 1024;

/// What a browser asks for.
const PAGE: (&str, &str) = ("accept", "text/html,application/xhtml+xml");

/// Begins a survey; gives the address of its first question without the number.
async fn begin(app: &App) -> String {
    let answer = app.request(Method::POST, &format!("/s/{}", point())).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    let first = answer.headers()["location"].to_str().unwrap().to_owned();
    first.strip_suffix('1').unwrap_or_else(|| panic!("{first}")).to_owned()
}

async fn post(app: &App, path: &str, form: impl Into<reqwest::Body>) -> (u16, String) {
    let request = app
        .request(Method::POST, path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header(PAGE.0, PAGE.1);
    let answer = request.body(form).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.text().await.unwrap())
}

fn is_a_helpful_page(what: &str, status: u16, page: &str) {
    assert!((400..500).contains(&status), "{what}: {status}");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<h1"), "{what}: {page}");
    for inner in ["panicked", "sqlx", "select ", "Internal"] {
        assert!(!page.contains(inner), "{what} shows our insides: {page}");
    }
}

async fn whatever_is_sent_to_a_survey_gets_a_page_and_stores_nothing(database: Database) {
    let app = App::spawn(database);
    let draft = begin(&app).await;
    let long = "ă".repeat(2_001);
    let typed = format!("answer={}&press=next", "%C4%83".repeat(2_001));
    for (what, step, form) in [
        ("a value off the scale", "1", "answer=6&press=next".to_owned()),
        ("no number", "1", "answer=abc&press=next".to_owned()),
        ("two values for one choice", "1", "answer=4&answer=5&press=next".to_owned()),
        ("a NUL", "1", "answer=%00&press=next".to_owned()),
        ("nothing chosen", "1", "press=next".to_owned()),
        ("no form at all", "1", "{\"answer\":5}".to_owned()),
        ("a comment with a NUL", "7", "answer=t%E1%BB%91t%00&press=next".to_owned()),
        ("a comment that is too long", "7", typed),
        ("bytes that are no text", "1", "answer=%ff%fe&press=next".to_owned()),
        ("question 0", "0", "answer=5&press=next".to_owned()),
        ("question 8", "8", "answer=5&press=next".to_owned()),
        ("a huge question", "99999999999999999999", "answer=5&press=next".to_owned()),
        ("a negative question", "-1", "answer=5&press=next".to_owned()),
    ] {
        let (status, page) = post(&app, &format!("{draft}{step}"), form).await;
        is_a_helpful_page(what, status, &page);
        if what.contains("too long") {
            assert!(page.contains(&long), "what was typed is kept");
        }
    }
    let (status, page) = post(&app, &format!("{draft}1"), vec![b'a'; 20 * 1024 * 1024]).await;
    is_a_helpful_page("a form of 20 MB", status, &page);
    for (what, path) in [
        ("an unknown point", "/s/nowhere".to_owned()),
        ("a point with a NUL", "/s/a%00b".to_owned()),
        ("an unknown draft", format!("/s/{}/{}/1", point(), new_id())),
        ("a draft that is no id", format!("/s/{}/x/1", point())),
        ("a receipt of nobody", format!("/s/{}/{}/done", point(), new_id())),
        ("an unknown commune", "/c/99999".to_owned()),
        ("a commune with a NUL", "/c/%00".to_owned()),
        ("an unknown figure", format!("/c/{}/how/item/%00", commune())),
        ("a period that is none", format!("/c/{}?period=%00", commune())),
        ("a province with a NUL", "/province/%00".to_owned()),
        ("an order that is none", format!("/province/{}?sort=%00", province::code())),
        ("an instrument that is none", format!("/c/{}?instrument=x%00", commune())),
    ] {
        let answer = app.request(Method::GET, &path).header(PAGE.0, PAGE.1).send().await.unwrap();
        is_a_helpful_page(what, answer.status().as_u16(), &answer.text().await.unwrap());
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        for path in
            ["/", &format!("/c/{}", commune()), &format!("/s/{}", point()), &format!("{draft}1")]
        {
            let answer = app.request(method.clone(), path).send().await.unwrap();
            assert!((400..500).contains(&answer.status().as_u16()), "{method} {path}");
        }
    }
    assert_eq!(app.database().count("responses").await, 0);
}

#[tokio::test]
async fn no_get_changes_anything() {
    let database = Database::sqlite();
    answers::month(&database, &point(), 12).await;
    let app = App::spawn(database);
    let draft = begin(&app).await;
    let before = (app.database().count("responses").await, app.database().count("drafts").await);
    for path in [
        "/",
        "/?q=a",
        &format!("/c/{}", commune()),
        &format!("/c/{}/how/index/quick-counter", commune()),
        &format!("/province/{}", province::code()),
        &format!("/province/{}/communes.csv", province::code()),
        &format!("/s/{}", point()),
        &format!("{draft}1"),
        &format!("{draft}7"),
        &format!("{draft}done"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let answer = app.request(method.clone(), path).send().await.unwrap();
            assert!(answer.status().as_u16() < 400, "{method} {path}: {}", answer.status());
        }
    }
    let after = (app.database().count("responses").await, app.database().count("drafts").await);
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_page_of_one_person_is_kept_nowhere_and_results_for_a_minute_at_most() {
    let app = App::spawn(Database::sqlite());
    let draft = begin(&app).await;
    let kept = async |path: &str| {
        let answer = app.get(path).await;
        assert!(answer.headers().get("set-cookie").is_none(), "{path}");
        answer.headers()["cache-control"].to_str().unwrap().to_owned()
    };
    assert_eq!(kept(&format!("{draft}1")).await, "no-store");
    assert_eq!(kept(&format!("/s/{}", point())).await, "no-store");
    let results = kept(&format!("/c/{}", commune())).await;
    let seconds = results.strip_prefix("public, max-age=").and_then(|s| s.parse::<u32>().ok());
    assert!(seconds.is_some_and(|s| s <= 60), "{results}");
}

#[tokio::test]
async fn a_first_view_is_light_and_its_parts_are_kept_for_good() {
    let database = Database::sqlite();
    answers::month(&database, &point(), 150).await;
    let app = App::spawn(database);
    let fetch = async |path: &str| {
        let request = app.request(Method::GET, path).header("accept-encoding", "br, gzip");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let kept = answer.headers().get("cache-control").map(|v| v.to_str().unwrap().to_owned());
        (answer.bytes().await.unwrap(), kept.unwrap_or_default())
    };
    let draft = begin(&app).await;
    for path in ["/", &format!("/s/{}", point()), &format!("{draft}1")] {
        let page = app.get(path).await.text().await.unwrap();
        let parts: BTreeSet<&str> =
            page.split('"').filter(|part| part.starts_with("/assets/")).collect();
        assert!(parts.len() >= 2, "{path} has a style and a font: {parts:?}");
        let mut weight = fetch(path).await.0.len();
        for part in parts {
            let (bytes, kept) = fetch(part).await;
            assert!(kept.contains("immutable"), "{part}: {kept}");
            weight += bytes.len();
        }
        assert!(weight <= FIRST_VIEW, "{path} weighs {weight} bytes");
    }
}
