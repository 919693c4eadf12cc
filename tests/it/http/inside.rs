//! What nobody outside is told: what the program is made of, whatever it is asked; and that
//! a body may be as large as is said and no byte larger.

use hailong::http::staff::MAX_FORM_BYTES;
use hailong::http::{MAX_BATCH_BYTES, MAX_SUBMISSION_BYTES};
use hailong::staff::Role;
use reqwest::Method;
use serde_json::Value;

use crate::support::app::{Answer, App};
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::Member;
use crate::support::submission::{good, new_id};

on_both_databases![
    no_answer_tells_what_the_program_is_made_of,
    a_body_may_be_as_large_as_is_said_and_no_byte_larger,
];

/// What stands in the path of an address, or behind its question mark, that nobody meant.
const ODD: [&str; 14] = [
    "%00",
    "%FF%FE",
    "'%20or%20'1'='1",
    "1;drop%20table%20responses",
    "1%20union%20select%20null,null--",
    "%22%3E%3Cscript%3E",
    "..%2F..%2Fetc%2Fpasswd",
    "..",
    "-1",
    "99999999999999999999",
    "0.1e400",
    "{}",
    "%F0%9F%98%80",
    "a.b.c",
];

/// What is said inside the program and in its databases, and never outside.
const INSIDE: [&str; 14] = [
    "sqlx",
    "sqlite",
    "postgres",
    "panicked",
    "unwrap()",
    "backtrace",
    ".rs:",
    "src/",
    "target/debug",
    "/usr/",
    "no such table",
    "syntax error",
    "select *",
    "argument",
];

/// What of the inside `body` tells, if anything.
fn tells(body: &str) -> Option<&'static str> {
    let body = body.to_lowercase();
    INSIDE.into_iter().find(|word| body.contains(word))
}

/// Every address that is described, and pages, with `odd` wherever something is named.
fn addresses(described: &Value, odd: &str) -> Vec<String> {
    let api = described["paths"].as_object().expect("paths").keys().cloned();
    let pages = [
        "/c/{x}",
        "/c/{x}/how/{x}/{x}",
        "/c/{x}/actions",
        "/c/{x}/comments",
        "/c/{x}/petitions",
        "/province/{x}",
        "/s/{x}",
        "/s/{x}/{x}/{x}",
        "/p/{x}",
        "/p/{x}/status",
        "/kiosk/{x}",
        "/interview/{x}",
        "/privacy/erase",
        "/staff/{x}",
        "/staff/set-up/{x}",
        "/{x}",
    ];
    let filled = |path: String| {
        let parts = path.split('/').map(|part| match (part.find('{'), part.rfind('}')) {
            (Some(from), Some(to)) => format!("{}{odd}{}", &part[..from], &part[to + 1..]),
            _ => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    };
    let paths: Vec<String> = api.chain(pages.map(str::to_owned)).map(filled).collect();
    let query = format!("commune={odd}&period={odd}&instrument={odd}&lang={odd}&x[]={odd}");
    paths.iter().cloned().chain(paths.iter().map(|path| format!("{path}?{query}"))).collect()
}

async fn no_answer_tells_what_the_program_is_made_of(database: Database) {
    let app = App::spawn(database);
    let described: Value = app.get("/api/v1/openapi.json").await.json().await.unwrap();
    let mut asked = 0;
    for odd in ODD {
        for path in addresses(&described, odd) {
            for (method, accepts) in
                [(Method::GET, "text/html"), (Method::GET, "*/*"), (Method::POST, "*/*")]
            {
                let request = app.request(method.clone(), &path).header("accept", accepts);
                let request = request.header("content-type", "application/json").body(odd);
                let answer = request.send().await.unwrap_or_else(|e| panic!("{path}: {e}"));
                let status = answer.status().as_u16();
                assert!(status < 500, "{method} {path}: {status}");
                let kind = answer.headers().get("content-type").cloned();
                let kind = kind.map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
                // Not the descriptions that are asked for, which are the same for all.
                if (400..500).contains(&status) {
                    let body = answer.text().await.unwrap();
                    let told = tells(&body);
                    assert_eq!(told, None, "{method} {path}: {status} {kind}: {body}");
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 2_000, "only {asked} were asked");
    assert_eq!(tells("error at src/http.rs:12"), Some(".rs:"), "the look itself sees");
    assert_eq!(app.put(&new_id(), &good()).await.status, 201, "and all goes on");
}

async fn a_body_may_be_as_large_as_is_said_and_no_byte_larger(database: Database) {
    let app = App::spawn(database);
    let padded = |bytes: usize| {
        let body = good().to_string();
        format!("{body}{}", " ".repeat(bytes - body.len()))
    };
    assert_eq!(app.put_body(&new_id(), padded(MAX_SUBMISSION_BYTES)).await.status, 201);
    let over = app.put_body(&new_id(), padded(MAX_SUBMISSION_BYTES + 1)).await;
    over.problem(413, "body-too-large");
    let batch = async |bytes: usize| {
        let request = app.request(Method::POST, "/api/v1/responses:batch");
        let request = request.header("content-type", "application/x-ndjson");
        Answer::of(request.body(vec![b'\n'; bytes]).send().await.unwrap()).await
    };
    assert_ne!(batch(MAX_BATCH_BYTES).await.status, 413);
    batch(MAX_BATCH_BYTES + 1).await.problem(413, "body-too-large");
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let form = async |bytes: usize| {
        let mark = format!("mark={}&x=", lan.token.form_mark());
        let request = lan.request(Method::POST, "/staff/petitions/new");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let body = format!("{mark}{}", "x".repeat(bytes - mark.len()));
        request.body(body).send().await.unwrap().status().as_u16()
    };
    assert_eq!(form(MAX_FORM_BYTES).await, 422, "it is read, and lacks what is asked");
    assert_eq!(form(MAX_FORM_BYTES + 1).await, 413);
}
