//! Health, readiness and metrics, on their own listener only.

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
    for path in ["/", "/api/v1/openapi.json", "/api/v1/nothing", "/nothing"] {
        let answer = app.get(path).await;
        let headers = answer.headers();
        let value = |name: &str| headers.get(name).map(|v| v.to_str().unwrap()).unwrap_or_default();
        assert!(value("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(!value("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(value("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(value("referrer-policy"), "no-referrer", "{path}");
        assert!(headers.get("set-cookie").is_none() && headers.get("server").is_none(), "{path}");
    }
}
