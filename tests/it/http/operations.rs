//! Health, readiness and metrics, on their own listener only.

use hailong::http::staff::Verb;
use serde_json::Value;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::submission::{good, new_id};

on_both_databases![a_healthy_service_says_so_and_counts_what_it_takes];

async fn a_healthy_service_says_so_and_counts_what_it_takes(database: Database) {
    let app = App::spawn(database);
    let ask = async |path: &str| {
        let answer = app.client().get(app.operations_url(path)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(ask("/healthz").await, (200, "ok\n".into()));
    assert_eq!(ask("/readyz").await, (200, "ready\n".into()));
    let id = new_id();
    app.put(&id, &good()).await;
    app.put(&id, &good()).await;
    app.put_body(&id, "{").await;
    let (status, metrics) = ask("/metrics").await;
    assert_eq!(status, 200);
    for line in [
        r#"hailong_submissions_total{channel="qr",outcome="stored"} 1"#,
        r#"hailong_submissions_total{channel="qr",outcome="same"} 1"#,
        r#"hailong_submissions_total{channel="none",outcome="malformed-body"} 1"#,
    ] {
        assert!(metrics.contains(line), "{line} is not in {metrics}");
    }
    for path in ["/healthz", "/readyz", "/metrics"] {
        let asked = async |method: reqwest::Method| {
            app.client().request(method, app.operations_url(path)).send().await.unwrap().status()
        };
        assert_eq!(asked(reqwest::Method::HEAD).await, 200, "{path}");
        assert_eq!(asked(reqwest::Method::POST).await, 405, "{path}");
    }
    for (path, secret) in [("/metrics", "Nhanh"), ("/metrics", id.as_str())] {
        assert!(!ask(path).await.1.contains(secret), "{path} tells {secret}");
    }
}

#[tokio::test]
async fn the_public_listener_does_not_tell_operators_things() {
    let app = App::spawn(Database::sqlite());
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(app.get(path).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = App::spawn(Database::sqlite());
    let described: Value = app.get("/api/v1/openapi.json").await.json().await.unwrap();
    let of_the_api = described["paths"].as_object().unwrap().keys().cloned();
    // Those of staff's that only take forms are in the matrix of roles and routes.
    let of_staff = hailong::http::staff::ROUTES.iter().filter(|route| route.verb == Verb::Get);
    let of_staff = of_staff.map(|route| route.path.to_owned());
    let pages = [
        "/",
        "/nothing",
        "/api/v1/nothing",
        "/api/v1/openapi.json",
        "/c/22651",
        "/c/22651/actions",
        "/c/22651/comments",
        "/c/22651/petitions",
        "/c/22651/how/index/quick-counter",
        "/x.css",
        "/c/22651/x.css",
        "/s/22651",
        "/s/nowhere",
        "/kiosk/22651",
        "/p/22651",
        "/p/22651/status",
        "/?q=%FF",
    ];
    let paths: Vec<String> =
        pages.map(str::to_owned).into_iter().chain(of_the_api).chain(of_staff).collect();
    assert!(paths.len() > 90, "only {} addresses", paths.len());
    for path in &paths {
        let answer = app.get(path).await;
        if path.ends_with("/x.css") {
            assert_eq!(answer.status(), 404, "{path} is no page under another name");
        }
        let headers = answer.headers();
        let value = |name: &str| headers.get(name).map(|v| v.to_str().unwrap()).unwrap_or_default();
        assert!(value("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(!value("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(value("x-content-type-options"), "nosniff", "{path}");
        // Staff's own forms name the page they come from.
        let referrer = if path.starts_with("/staff") { "same-origin" } else { "no-referrer" };
        assert_eq!(value("referrer-policy"), referrer, "{path}");
        let year = value("strict-transport-security").strip_prefix("max-age=");
        assert!(year.is_some_and(|s| s.parse::<u32>().unwrap() >= 31_536_000), "{path}");
        assert_eq!(value("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(value("cross-origin-resource-policy"), "same-origin", "{path}");
        for denied in ["camera=()", "microphone=()", "geolocation=()", "payment=()"] {
            assert!(value("permissions-policy").contains(denied), "{denied} at {path}");
        }
        if path.starts_with("/staff") {
            assert_eq!(value("cache-control"), "no-store", "{path}");
        }
        assert!(headers.get("set-cookie").is_none() && headers.get("server").is_none(), "{path}");
    }
}
