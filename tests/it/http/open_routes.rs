//! Every address outside `/staff`: which there are is read from the source, so that a new one
//! is found, and who gets what at it is tried. The addresses of staff have a table of their
//! own (`tests/it/staff/routes.rs`).

use std::collections::BTreeSet;
use std::path::Path;

use hailong::first_points;
use hailong::staff::Role;
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use surveys::catalog;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::device::{Tablet, code_at, enrol, report};
use crate::support::staff::Member;
use crate::support::submission::{commune, good, new_id, point};

on_both_databases![whoever_asks_outside_staff_gets_what_the_table_says];

/// What everybody reads alike, whoever they are: address, an example of it, status.
pub(crate) const READ: [(&str, &str, u16); 49] = [
    ("/", "/", 200),
    ("/.well-known/security.txt", "/.well-known/security.txt", 200),
    ("/api/v1/charts/{file}", "/api/v1/charts/none.svg", 404),
    ("/api/v1/collection-points", "/api/v1/collection-points", 200),
    (
        "/api/v1/collection-points/{code}/{file}",
        "/api/v1/collection-points/{point}/poster.pdf",
        200,
    ),
    ("/api/v1/estimates", "/api/v1/estimates?commune={commune}&period=2026-09", 200),
    ("/api/v1/estimates/{level}/{code}", "/api/v1/estimates/index/none", 400),
    ("/api/v1/exports/{file}", "/api/v1/exports/none.zip", 404),
    ("/api/v1/instruments", "/api/v1/instruments", 200),
    ("/api/v1/instruments/{id}", "/api/v1/instruments/quick-counter", 200),
    ("/api/v1/instruments/{id}/{version}", "/api/v1/instruments/quick-counter/1", 200),
    ("/api/v1/openapi.json", "/api/v1/openapi.json", 200),
    ("/api/v1/plans", "/api/v1/plans", 200),
    ("/api/v1/plans/{id}", "/api/v1/plans/none", 404),
    ("/api/v1/units", "/api/v1/units?q=hue", 200),
    ("/assets/{file}", "/assets/none.css", 404),
    ("/assets/{version}/{file}", "/assets/none/none.js", 404),
    ("/c/{code}", "/c/{commune}", 200),
    ("/c/{code}/", "/c/{commune}/", 200),
    ("/c/{code}/actions", "/c/{commune}/actions", 200),
    ("/c/{code}/comments", "/c/{commune}/comments", 200),
    ("/c/{code}/how/{level}/{figure}", "/c/{commune}/how/none/none", 404),
    ("/c/{code}/samples/{sample}", "/c/{commune}/samples/none", 404),
    ("/c/{code}/samples/{sample}/how/{level}/{figure}", "/c/{commune}/samples/none/how/a/b", 404),
    ("/c/{commune}/petitions", "/c/{commune}/petitions", 200),
    ("/c/{commune}/petitions.csv", "/c/{commune}/petitions.csv", 200),
    ("/interview/{point}", "/interview/{point}", 200),
    ("/interview/{point}/", "/interview/{point}/", 200),
    ("/interview/{point}/manifest.webmanifest", "/interview/{point}/manifest.webmanifest", 200),
    ("/interview/{point}/worker.js", "/interview/{point}/worker.js", 200),
    ("/kiosk/{point}", "/kiosk/{point}", 200),
    ("/kiosk/{point}/", "/kiosk/{point}/", 200),
    ("/kiosk/{point}/content.json", "/kiosk/{point}/content.json", 200),
    ("/kiosk/{point}/manifest.webmanifest", "/kiosk/{point}/manifest.webmanifest", 200),
    ("/kiosk/{point}/recordings/{item}/{language}", "/kiosk/{point}/recordings/A1/vi", 404),
    ("/kiosk/{point}/worker.js", "/kiosk/{point}/worker.js", 200),
    ("/p/{commune}", "/p/{commune}", 200),
    ("/p/{commune}/status", "/p/{commune}/status", 200),
    ("/privacy", "/privacy", 200),
    ("/privacy/erase", "/privacy/erase", 200),
    ("/province/{code}", "/province/56", 200),
    ("/province/{code}/", "/province/56/", 200),
    ("/province/{code}/communes.{format}", "/province/56/communes.csv", 200),
    ("/s/{point}", "/s/{point}", 200),
    ("/s/{point}/", "/s/{point}/", 200),
    ("/s/{point}/{draft}/check", "/s/{point}/{id}/check", 410),
    ("/s/{point}/{draft}/done", "/s/{point}/{id}/done", 410),
    ("/s/{point}/{draft}/sent-before", "/s/{point}/{id}/sent-before", 410),
    ("/s/{point}/{draft}/{n}", "/s/{point}/{id}/1", 410),
];

/// On the operator's listener: nobody finds them on the public one.
const OPERATOR: [&str; 3] = ["/healthz", "/metrics", "/readyz"];

/// What is sent: verb, address, an example of it, who may, and the statuses for nobody known,
/// for staff, for a tablet of the collection point and for one of another commune's.
const SENT: [(&str, &str, &str, &str, [u16; 4]); 14] = [
    (
        "PUT",
        "/api/v1/responses/{response_id}",
        "/api/v1/responses/{id}",
        "anybody; a tablet for its own point",
        [201, 201, 201, 422],
    ),
    (
        "POST",
        "/api/v1/responses:batch",
        "/api/v1/responses:batch",
        "anybody; a token is not looked at",
        [200; 4],
    ),
    (
        "POST",
        "/api/v1/devices:enrol",
        "/api/v1/devices:enrol",
        "who has a code of enrolment",
        [401; 4],
    ),
    (
        "POST",
        "/api/v1/devices:report",
        "/api/v1/devices:report",
        "a tablet, of itself",
        [401, 401, 200, 200],
    ),
    (
        "POST",
        "/api/v1/interviews:sync",
        "/api/v1/interviews:sync",
        "a tablet of an interviewer",
        [401, 401, 422, 422],
    ),
    ("POST", "/csp-reports", "/csp-reports", "a browser", [204; 4]),
    ("POST", "/p/{commune}", "/p/{commune}", "anybody", [422; 4]),
    ("POST", "/p/{commune}/status", "/p/{commune}/status", "who has code and PIN", [422; 4]),
    ("POST", "/privacy/erase", "/privacy/erase", "who has the receipt", [422; 4]),
    ("POST", "/s/{point}", "/s/{point}", "anybody", [303; 4]),
    ("POST", "/s/{point}/", "/s/{point}/", "anybody", [303; 4]),
    ("POST", "/s/{point}/{draft}/check", "/s/{point}/{id}/check", "who began it", [410; 4]),
    ("POST", "/s/{point}/{draft}/{n}", "/s/{point}/{id}/1", "who began it", [410; 4]),
    ("POST", "/staff/", "/staff/", "nobody", [405; 4]),
];

/// A text without spaces and the ends of lists that only the formatter puts there.
fn squeezed(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    text.replace(",]", "]").replace(",)", ")")
}

/// What stands between the parenthesis with which `text` begins and its end.
fn inside(text: &str) -> &str {
    let mut depth = 0_i32;
    let end = text.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        depth == 0
    });
    &text[1..end.expect("parentheses that close").0]
}

/// The texts in quotation marks in `part`, or what the names in it stand for.
fn paths(part: &str, all: &str) -> Vec<String> {
    if part.contains('"') {
        return part.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    }
    let name = part.trim_matches(['&', '[', ']']);
    let meant = [format!("const{name}:&str="), format!("let{name}=")];
    let after = meant.iter().find_map(|meant| all.split_once(meant.as_str()));
    let (_, after) = after.unwrap_or_else(|| panic!("what {name} stands for is not found"));
    paths(after.split_once(';').expect("an end").0, all)
}

/// Verb and address of everything that the sources of the public listener register.
fn registered() -> BTreeSet<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut waiting = vec![root.join("http.rs"), root.join("http")];
    let constants = std::fs::read_to_string(root.join("pages/privacy.rs")).unwrap();
    let mut found = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        if name.starts_with("http/staff") {
            continue;
        }
        let text = squeezed(&std::fs::read_to_string(&path).unwrap());
        let elsewhere = ["web::scope(", ".route(\"", "#[get(", "#[post(", ".configure(|"];
        assert!(elsewhere.iter().all(|way| !text.contains(way)), "{name} has routes of its own");
        let all = text.clone() + &squeezed(&constants);
        let services = text.match_indices(".service(");
        for (at, word) in services {
            let service = inside(&text[at + word.len() - 1..]);
            let (kind, rest) = service.split_once('(').expect("a call");
            let first = || rest.split_once(",web::").map_or(rest, |(first, _)| first);
            let prefix = if name == "http/ops.rs" { "" } else { "/api/v1" };
            let (verbs, addresses): (Vec<&str>, Vec<String>) = match kind {
                "only" => {
                    let told = paths(first(), &all);
                    assert_eq!(told.len(), 2, "{service}");
                    let verb = if told[0] == "PUT" { "PUT" } else { "POST" };
                    assert_eq!(verb, told[0]);
                    (vec![verb], vec![format!("{prefix}{}", told[1])])
                }
                "read" => {
                    let told = paths(first(), &all);
                    (vec!["GET"], told.iter().map(|path| format!("{prefix}{path}")).collect())
                }
                "page::resource" => (vec!["GET"], paths(first(), &all)),
                "web::resource" => {
                    (Vec::new(), paths(rest.split_once(')').expect("an end").0, &all))
                }
                _ => panic!("{name} registers in a way that is not known here: {service}"),
            };
            assert!(!addresses.is_empty(), "{service}");
            let sent = [("PUT", "web::put("), ("POST", "web::post("), ("PATCH", "web::patch(")];
            let more = [("DELETE", "web::delete("), ("*", "web::method(")];
            let sent = sent.into_iter().chain(more);
            let written = sent.filter(|(_, way)| service.contains(way)).map(|(verb, _)| verb);
            for verb in verbs.iter().copied().chain(written) {
                found.extend(addresses.iter().map(|path| (verb.to_owned(), path.clone())));
            }
        }
    }
    found
}

#[test]
fn every_address_outside_staff_is_in_the_table() {
    let read = READ.map(|(path, ..)| ("GET", path));
    let operator = OPERATOR.map(|path| ("GET", path));
    let sent = SENT.map(|(verb, path, ..)| (verb, path));
    let told: BTreeSet<_> = [&read[..], &operator, &sent].concat().into_iter().collect();
    // What staff.rs registers beside its table.
    let told: BTreeSet<_> = told.into_iter().filter(|(_, path)| *path != "/staff/").collect();
    let found = registered();
    let found: BTreeSet<_> = found.iter().map(|(verb, path)| (&**verb, &**path)).collect();
    let new: Vec<_> = found.difference(&told).collect();
    let gone: Vec<_> = told.difference(&found).collect();
    assert!(new.is_empty(), "who may use these? {new:?}");
    assert!(gone.is_empty(), "these are registered nowhere: {gone:?}");
}

#[test]
fn a_route_that_is_added_would_be_found() {
    let added = squeezed(
        "config.service(\n page::resource(&[\"/new\"], web::route().to(a))\n .route(web::post().to(b)),\n)",
    );
    let (_, rest) = added.split_once(".service").unwrap();
    let service = inside(rest);
    assert!(service.starts_with("page::resource(") && service.contains("web::post("));
    assert_eq!(paths("&[\"/new\"]", ""), ["/new"]);
    assert_eq!(paths("&[NEW]", "constNEW:&str=\"/new\";"), ["/new"]);
}

/// What is sent to `path` when it is tried.
fn body(path: &str) -> (&'static str, String) {
    let json = "application/json";
    match path.rsplit('/').next().unwrap_or_default() {
        "{response_id}" => (json, good().to_string()),
        "responses:batch" => {
            let mut line = good();
            line["response_id"] = new_id().into();
            ("application/x-ndjson", format!("{line}\n"))
        }
        "devices:enrol" => (json, json!({"code": "0000-0000"}).to_string()),
        "devices:report" => (json, report().to_string()),
        "interviews:sync" => (json, json!({"sample": "sipas-2026", "households": []}).to_string()),
        "csp-reports" => ("application/csp-report", "{}".to_owned()),
        _ => ("application/x-www-form-urlencoded", String::new()),
    }
}

async fn whoever_asks_outside_staff_gets_what_the_table_says(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let own = Tablet::enrolled(&app).await;
    let elsewhere = first_points::code_of(&catalog::plans()[1]);
    let foreign = Tablet::of(&enrol(&app, &code_at(&app, &elsewhere).await).await);
    let with_token = |tablet: &Tablet, request: RequestBuilder| {
        let clock = "2026-10-15T10:00:00+07:00";
        let bearer = format!("Bearer {}", tablet.token);
        request.header("authorization", bearer).header("device-clock", clock)
    };
    let filled = |path: &str| {
        let path = path.replace("{point}", &point()).replace("{commune}", &commune());
        path.replace("{id}", &new_id())
    };
    let asked = async |method: &Method, example: &str, sent: Option<(&str, String)>| {
        let mut statuses = Vec::new();
        for caller in 0..4 {
            let path = filled(example);
            let plain = || app.request(method.clone(), &path).header("accept", "text/html");
            let mut request = match caller {
                0 => plain(),
                1 => lan.request(method.clone(), &path),
                2 => with_token(&own, plain()),
                _ => with_token(&foreign, plain()),
            };
            if let Some((kind, body)) = &sent {
                let fresh = body.contains("response_id");
                let body = if fresh { self::body("responses:batch").1 } else { body.clone() };
                request = request.header("content-type", *kind).body(body);
            }
            statuses.push(request.send().await.expect("an answer").status().as_u16());
        }
        statuses
    };
    let mut wrong = Vec::new();
    for (path, example, status) in READ {
        let found = asked(&Method::GET, example, None).await;
        if found != [status; 4] {
            wrong.push(format!("GET {path}: {found:?}, not {status}"));
        }
    }
    for path in OPERATOR {
        let found = asked(&Method::GET, path, None).await;
        if found != [404; 4] {
            wrong.push(format!("GET {path}: {found:?} on the public listener"));
        }
    }
    for (verb, path, example, who, statuses) in SENT {
        let method = Method::from_bytes(verb.as_bytes()).expect("a verb");
        let found = asked(&method, example, Some(body(path))).await;
        if found != statuses {
            wrong.push(format!("{verb} {path} ({who}): {found:?}, not {statuses:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
