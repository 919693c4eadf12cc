//! What browsers tell of pages that tried what their policy forbids: counted, and kept by
//! nobody.

use hailong::config::Settings;
use reqwest::Method;
use serde_json::json;

use crate::support::app::App;
use crate::support::database::{Contents, Database, on_both_databases};

on_both_databases![
    a_broken_policy_is_counted_and_leaves_no_trace_of_who_and_where,
    what_is_no_report_is_refused_and_a_flood_is_only_counted,
];

const ADDRESS: &str = "/csp-reports";

async fn report(app: &App, kind: &str, body: String) -> u16 {
    let request = app.request(Method::POST, ADDRESS).header("content-type", kind);
    request.body(body).send().await.unwrap().status().as_u16()
}

async fn counted(app: &App) -> String {
    let metrics = reqwest::get(app.operations_url("/metrics")).await.unwrap().text().await.unwrap();
    let lines = metrics.lines().filter(|line| line.starts_with("hailong_policy_reports_total"));
    lines.collect::<Vec<_>>().join("\n")
}

async fn a_broken_policy_is_counted_and_leaves_no_trace_of_who_and_where(database: Database) {
    let app = App::telling_all(database, Settings::default());
    let page = app.get("/").await;
    let header = |name: &str| page.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("reporting-endpoints"), "csp=\"/csp-reports\"");
    let policy = header("content-security-policy");
    assert!(policy.ends_with("; report-uri /csp-reports; report-to csp"), "{policy}");
    let contents = Contents::of(app.database(), &[]).await;
    let before = contents.now().await;
    let secret = "https://x.vn/staff/set-up/planted-secret";
    let old = json!({ "csp-report": {
        "document-uri": secret, "referrer": secret, "script-sample": "planted-secret",
        "effective-directive": "script-src-elem", "blocked-uri": secret } });
    assert_eq!(report(&app, "application/csp-report", old.to_string()).await, 204);
    let new = json!([{ "type": "csp-violation", "url": secret, "user_agent": "planted-secret",
        "body": { "documentURL": secret, "effectiveDirective": "planted-secret",
            "blockedURL": "inline" } }]);
    let kind = "application/reports+json; charset=utf-8";
    assert_eq!(report(&app, kind, new.to_string()).await, 204);
    let told = counted(&app).await;
    assert!(told.contains("{blocked=\"address\",directive=\"script-src-elem\"} 1"), "{told}");
    assert!(told.contains("{blocked=\"inline\",directive=\"other\"} 1"), "{told}");
    contents.are_as(&before, "a report").await;
    contents.close().await;
    let log = app.logged().join("\n");
    assert!(log.contains("a browser told of") && log.contains("script-src-elem"), "{log}");
    assert!(!log.contains("planted-secret") && !told.contains("planted-secret"), "{log}");
}

async fn what_is_no_report_is_refused_and_a_flood_is_only_counted(database: Database) {
    let app = App::spawn(database);
    let kind = "application/csp-report";
    for (kind, body, status) in [
        ("text/plain", "{}".to_owned(), 415),
        ("application/x-www-form-urlencoded", "a=b".to_owned(), 415),
        (kind, "{".to_owned(), 400),
        (kind, "\u{0}".to_owned(), 400),
        (kind, "[".repeat(4_000), 400),
        (kind, format!("\"{}\"", "x".repeat(8 * 1024 - 1)), 413),
        (kind, format!("\"{}\"", "x".repeat(8 * 1024 - 2)), 204),
        (kind, "{}".to_owned(), 204),
    ] {
        assert_eq!(report(&app, kind, body).await, status);
    }
    let answer = app.get(ADDRESS).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["allow"]),
        (405, &"POST".parse().unwrap())
    );
    assert_eq!(counted(&app).await, "", "none of it is a report");
    let one = json!({ "csp-report": { "effective-directive": "img-src", "blocked-uri": "data" } });
    for _ in 0..100 {
        assert_eq!(report(&app, kind, one.to_string()).await, 204);
    }
    let told = counted(&app).await;
    let count = |labels: &str| {
        let line =
            told.lines().find_map(|line| line.split_once(labels)?.1.trim().parse::<u32>().ok());
        line.unwrap_or_else(|| panic!("{labels}: {told}"))
    };
    let read = count("{blocked=\"data\",directive=\"img-src\"}");
    assert!((50..70).contains(&read), "a minute's worth, and what the seconds gave back: {told}");
    assert_eq!(read + count("{blocked=\"unread\",directive=\"unread\"}"), 100);
}
