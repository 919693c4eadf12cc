//! What browsers tell of pages that tried what the content security policy forbids: counted
//! and logged by directive and kind, so many a minute, and kept nowhere. Of which page it
//! was nothing is said, as an address may be a secret; nor by whom.

use actix_web::http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use tokio::time::timeout;

use super::{Flood, LONGEST_READ};
use crate::service::Service;

/// Where browsers send them, as the policy says.
const ADDRESS: &str = "/csp-reports";
/// The largest body that is read, in bytes.
const MAX_BYTES: usize = 8 * 1024;
/// The most reports of one body.
const MOST_REPORTS: usize = 20;

/// The directives of our policy that can be broken.
const DIRECTIVES: [&str; 15] = [
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "img-src",
    "font-src",
    "connect-src",
    "media-src",
    "form-action",
    "base-uri",
    "frame-ancestors",
    "worker-src",
];

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(
        web::resource(ADDRESS).route(web::post().to(take)).default_service(web::to(wrong_method)),
    );
}

async fn wrong_method() -> HttpResponse {
    HttpResponse::MethodNotAllowed()
        .insert_header((ALLOW, HeaderValue::from_static("POST")))
        .finish()
}

async fn take(
    request: HttpRequest,
    service: Data<Service>,
    flood: Data<Flood>,
    payload: Payload,
) -> HttpResponse {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or("").trim();
    if !["application/csp-report", "application/reports+json"].contains(&kind) {
        return HttpResponse::UnsupportedMediaType().finish();
    }
    if !flood.admits_report() {
        service.metrics.count_policy_report("unread", "unread");
        return HttpResponse::NoContent().finish();
    }
    let body = timeout(LONGEST_READ, payload.to_bytes_limited(MAX_BYTES)).await;
    let Ok(Ok(Ok(body))) = body else { return HttpResponse::PayloadTooLarge().finish() };
    let Ok(told) = serde_json::from_slice::<Value>(&body) else {
        return HttpResponse::BadRequest().finish();
    };
    for (directive, blocked) in breaches(&told) {
        service.metrics.count_policy_report(directive, blocked);
        tracing::info!(directive, blocked, "a browser told of what a page's policy forbids");
    }
    HttpResponse::NoContent().finish()
}

/// The directive that was broken and the kind of what was blocked, of each report that a
/// browser has `told`, old and new way.
fn breaches(told: &Value) -> Vec<(&'static str, &'static str)> {
    let text = |of: &Value, names: [&str; 2]| {
        let found = names.iter().find_map(|name| of.get(name)?.as_str());
        found.unwrap_or("").to_owned()
    };
    let old = told.get("csp-report").map(|report| {
        let names = ["effective-directive", "violated-directive"];
        (text(report, names), text(report, ["blocked-uri", "blocked-url"]))
    });
    let is_ours =
        |report: &&Value| report.get("type").and_then(Value::as_str) == Some("csp-violation");
    let new = told.as_array().into_iter().flatten().filter(is_ours).filter_map(|report| {
        let body = report.get("body")?;
        let names = ["effectiveDirective", "violatedDirective"];
        Some((text(body, names), text(body, ["blockedURL", "blockedURI"])))
    });
    let all = old.into_iter().chain(new).take(MOST_REPORTS);
    all.map(|(directive, blocked)| (known(&directive), sort(&blocked))).collect()
}

/// `directive` as it is counted.
fn known(directive: &str) -> &'static str {
    let name = directive.split(' ').next().unwrap_or("");
    DIRECTIVES.into_iter().find(|known| *known == name).unwrap_or("other")
}

/// What kind of thing `blocked` is: no address is counted or logged.
fn sort(blocked: &str) -> &'static str {
    match blocked.split(':').next().unwrap_or("") {
        "inline" => "inline",
        "eval" | "wasm-eval" => "eval",
        "data" => "data",
        "blob" => "blob",
        "http" | "https" | "ws" | "wss" => "address",
        extension if extension.ends_with("-extension") => "extension",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_is_a_directive_and_a_kind_whatever_else_it_says() {
        let page = "https://x.vn/staff/set-up/secret";
        for (told, read) in [
            (
                json!({ "csp-report": {
                    "document-uri": page, "effective-directive": "script-src-elem",
                    "blocked-uri": "https://evil.example/?secret" } }),
                vec![("script-src-elem", "address")],
            ),
            (
                json!({ "csp-report": {
                    "violated-directive": "img-src 'self'", "blocked-uri": "data" } }),
                vec![("img-src", "data")],
            ),
            (
                json!([
                    { "type": "csp-violation", "url": page, "body": {
                        "effectiveDirective": "style-src-attr", "blockedURL": "inline" } },
                    { "type": "deprecation", "body": {} },
                    { "type": "csp-violation", "body": {
                        "effectiveDirective": "made-up", "blockedURL": "moz-extension://1" } },
                ]),
                vec![("style-src-attr", "inline"), ("other", "extension")],
            ),
            (json!({ "csp-report": 1 }), vec![("other", "other")]),
            (json!([1, "x", { "type": "csp-violation" }]), vec![]),
            (json!(null), vec![]),
        ] {
            assert_eq!(breaches(&told), read, "{told}");
        }
        let many = vec![json!({ "type": "csp-violation", "body": {} }); 50];
        assert_eq!(breaches(&json!(many)).len(), MOST_REPORTS);
    }

    #[test]
    fn every_directive_of_our_policy_is_known_by_name() {
        for directive in ["script-src", "connect-src", "form-action", "base-uri"] {
            assert_eq!(known(directive), directive);
        }
        assert_eq!(known("script-src https://secret"), "script-src");
        assert_eq!(known(""), "other");
    }
}
