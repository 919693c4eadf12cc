//! The API's own description is the contract: what it says can be asked for.

use reqwest::Method;
use serde_json::Value;

use crate::support::answers;
use crate::support::app::{Answer, App};
use crate::support::database::Database;
use crate::support::submission::{commune, good_but, new_id, point};

async fn description(app: &App) -> Value {
    let answer = app.get("/api/v1/openapi.json").await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn the_description_is_openapi_3_1_and_names_every_kind_of_outcome() {
    let app = App::spawn(Database::sqlite());
    let described = description(&app).await;
    assert!(described["openapi"].as_str().unwrap().starts_with("3.1"), "{}", described["openapi"]);
    let put = &described["paths"]["/api/v1/responses/{response_id}"]["put"]["responses"];
    for status in ["200", "201", "409", "413", "422", "429", "503"] {
        assert!(put[status]["description"].is_string(), "{status} is not described: {put}");
    }
}

#[tokio::test]
async fn every_address_that_is_described_can_be_read_as_in_its_example() {
    let database = Database::sqlite();
    answers::month(&database, &point(), 40).await;
    let app = App::spawn(database);
    let described = description(&app).await;
    let mut read = 0;
    for (path, methods) in described["paths"].as_object().unwrap() {
        let Some(get) = methods.get("get") else { continue };
        let (mut address, mut query) = (path.clone(), Vec::new());
        for parameter in get["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let example = match name {
                "commune" => commune().into(),
                _ => parameter.get("example").cloned().unwrap_or_default(),
            };
            let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
            if parameter["in"] == "path" {
                assert_ne!(example, "null", "{name} of {path} has no example");
                address = address.replace(&format!("{{{name}}}"), &example);
            } else if parameter["required"] == true || name == "commune" {
                query.push(format!("{name}={example}"));
            }
        }
        let address = format!("{address}?{}", query.join("&"));
        let answer = app.get(&address).await;
        assert_eq!(answer.status(), 200, "{address}");
        let head = app.request(Method::HEAD, &address).send().await.unwrap();
        let header = |a: &reqwest::Response, name| a.headers().get(name).cloned();
        assert_eq!(head.status(), 200, "HEAD {address}");
        assert_eq!(header(&head, "content-type"), header(&answer, "content-type"), "{address}");
        assert!(head.bytes().await.unwrap().is_empty(), "HEAD {address}");
        read += 1;
    }
    assert!(read >= 8, "{read} addresses are described");
}

#[tokio::test]
async fn what_the_description_lets_be_null_may_be_null() {
    let app = App::spawn(Database::sqlite());
    let described = description(&app).await;
    let fields = &described["components"]["schemas"]["Submission"]["properties"];
    let (mut nullable, mut not) = (0, 0);
    for (field, schema) in fields.as_object().unwrap() {
        let kinds = schema["type"].as_array();
        let may = kinds.is_some_and(|kinds| kinds.contains(&"null".into()));
        let answer = app.put(&new_id(), &good_but(field, Value::Null)).await;
        assert_eq!(answer.status == 201, may, "{field}: {answer:?}");
        nullable += usize::from(may);
        not += usize::from(!may);
    }
    assert!(nullable >= 4 && not >= 6, "{nullable} may be null, {not} may not");
    let empty = app.request(Method::POST, "/api/v1/responses:batch").send().await.unwrap();
    assert_eq!(empty.status(), 200, "a batch of no lines");
    let batch = &described["paths"]["/api/v1/responses:batch"]["post"]["requestBody"];
    assert_ne!(batch["required"], true, "and the description says so");
}

/// Two shapes of one name are one in a description.
#[tokio::test]
async fn what_a_tablet_is_told_is_described_as_what_it_is() {
    let described = description(&App::spawn(Database::sqlite())).await;
    let of_report = &described["paths"]["/api/v1/devices:report"]["post"]["responses"]["200"];
    let named = of_report["content"]["application/json"]["schema"]["$ref"].as_str().unwrap();
    let shape = described.pointer(named.trim_start_matches('#')).expect("a shape");
    for field in ["now", "opening_hours", "lost", "lost_households"] {
        assert!(shape["properties"][field].is_object(), "{field} is not in {named}: {shape}");
    }
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_told_with_those_it_takes() {
    let app = App::spawn(Database::sqlite());
    for (path, methods) in description(&app).await["paths"].as_object().unwrap() {
        let taken = match methods.as_object().unwrap().keys().next().unwrap().as_str() {
            "get" => "GET, HEAD".to_owned(),
            other => other.to_uppercase(),
        };
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"] {
            if taken.contains(method) {
                continue;
            }
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = app.request(method, path).send().await.unwrap();
            assert_eq!(answer.headers()["allow"], taken, "{path}");
            Answer::of(answer).await.problem(405, "method-not-allowed");
        }
    }
}

#[tokio::test]
async fn a_parameter_that_names_nothing_is_a_problem_document() {
    let app = App::spawn(Database::sqlite());
    let code = commune();
    for (path, status, problem) in [
        ("/api/v1/estimates".to_owned(), 400, "bad-parameter"),
        ("/api/v1/estimates?commune=99999".into(), 404, "not-found"),
        (format!("/api/v1/estimates?commune={code}&period=2026-13"), 400, "bad-parameter"),
        (
            format!("/api/v1/estimates?commune={code}&period=2026-10-05..2026-11-04"),
            400,
            "bad-parameter",
        ),
        (
            format!("/api/v1/exports/hailong_{code}_2026-10-05..2026-11-04.zip"),
            400,
            "bad-parameter",
        ),
        ("/api/v1/estimates?commune=10675&period=2026-Q2".into(), 400, "bad-parameter"),
        (format!("/api/v1/estimates?commune={code}&instrument=x"), 400, "bad-parameter"),
        (format!("/api/v1/estimates?commune={code}&version=x"), 400, "bad-parameter"),
        (format!("/api/v1/estimates?commune={code}&format=xls"), 400, "bad-parameter"),
        (format!("/api/v1/charts/components.gif?commune={code}"), 404, "not-found"),
        (format!("/api/v1/charts/components.svg?commune={code}&size=9"), 400, "bad-parameter"),
        (format!("/api/v1/exports/hailong_{code}_2026-99.zip"), 400, "bad-parameter"),
        (
            format!("/api/v1/exports/hailong_{code}_2026-10.zip?instrument=quick-counter"),
            400,
            "bad-parameter",
        ),
        (format!("/api/v1/exports/hailong_{code}_2026-10.zip?version=1"), 400, "bad-parameter"),
        ("/api/v1/exports/x.zip".into(), 404, "not-found"),
        ("/api/v1/instruments/x".into(), 404, "not-found"),
        ("/api/v1/plans/x".into(), 404, "not-found"),
    ] {
        Answer::of(app.get(&path).await).await.problem(status, problem);
    }
}

#[tokio::test]
async fn charts_come_as_drawings_and_as_pictures() {
    let database = Database::sqlite();
    answers::month(&database, &point(), 120).await;
    let app = App::spawn(database);
    for chart in ["components", "trend", "heatmap"] {
        let query = format!("commune={}&period={}", commune(), answers::MONTH);
        let svg = app.get(&format!("/api/v1/charts/{chart}.svg?{query}")).await;
        assert!(svg.headers()["content-type"].to_str().unwrap().starts_with("image/svg+xml"));
        let svg = svg.text().await.unwrap();
        assert!(
            svg.contains("<svg") && svg.contains("role=\"img\"") && svg.contains("<desc"),
            "{chart}"
        );
        let png = app.get(&format!("/api/v1/charts/{chart}.png?{query}")).await;
        assert_eq!(png.headers()["content-type"], "image/png");
        assert!(png.bytes().await.unwrap().starts_with(b"\x89PNG"), "{chart}");
    }
}
