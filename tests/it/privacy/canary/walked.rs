//! Every address that can be read, with something at it to be seen: those of the public from
//! the table of `tests/it/http/open_routes.rs`, those of staff from the table of their routes.
//! Where nothing is found, nothing was looked at, and the walk fails.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use hailong::http::staff::{ROUTES, Verb, Who};
use hailong::staff::Permission;
use hailong::staff::audit::Action;
use hailong::store::Db;
use hailong::store::recordings::Spoken;
use reqwest::{Method, Response};
use surveys::{InstrumentId, ItemCode, Language, PointCode, catalog};

use super::{COMMUNE, Planted};
use crate::http::open_routes::READ;
use crate::staff::routes::shown::addresses;
use crate::staff::routes::{Named, half};
use crate::support::answers::MONTH;
use crate::support::app::App;
use crate::support::sample;
use crate::support::staff::{Member, by_operator};
use crate::support::submission;

/// Something that somebody may look at: what it is called, and its bytes.
pub(super) type Seen = (String, Vec<u8>);

/// The bytes of `name`, and, if it is an archive, of every file in it.
pub(super) fn unpacked(name: &str, bytes: Vec<u8>) -> Vec<Seen> {
    let mut seen = Vec::new();
    if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).expect("an archive");
        for place in 0..archive.len() {
            let mut file = archive.by_index(place).expect("a file");
            let inside = format!("{name}: {}", file.name().expect("a name"));
            let mut content = Vec::new();
            file.read_to_end(&mut content).expect("it is unpacked");
            seen.push((inside, content));
        }
    }
    seen.push((name.to_owned(), bytes));
    seen
}

/// What `answer` says, in its headers too.
pub(super) async fn body(name: &str, answer: Response) -> Vec<Seen> {
    let headers = format!("{:?}", answer.headers()).into_bytes();
    let mut seen = unpacked(name, answer.bytes().await.unwrap().to_vec());
    seen.push((format!("{name}, headers"), headers));
    seen
}

/// The first address on the page at `path` that begins with `start` and has so many parts.
async fn linked(app: &App, path: &str, start: &str, parts: usize) -> String {
    let page = app.get(path).await.text().await.unwrap();
    let found = page.match_indices(start).map(|(at, _)| &page[at..]);
    let mut found = found.map(|rest| rest.split(['"', '\'', ')', '?']).next().unwrap());
    let found = found.find(|address| address.split('/').count() == parts + 1);
    found.unwrap_or_else(|| panic!("{path} has no {start}")).to_owned()
}

/// Where those public addresses have something to show whose example in the table is of
/// nothing.
async fn shown(app: &App, planted: &Planted) -> BTreeMap<&'static str, String> {
    let (commune, point, month) = (COMMUNE, COMMUNE, MONTH);
    let db = app.database().open().await;
    let spoken = Spoken {
        point: Some(PointCode::parse(point).unwrap()),
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        item: ItemCode::parse("A1").unwrap(),
        language: Language::Vi.tag().to_owned(),
    };
    let added = by_operator(app.now(), Action::AddRecording);
    db.add_recording(&spoken, "audio/ogg", b"OggS", &added).await.unwrap();
    db.close().await;
    let begun = app.request(Method::POST, &format!("/s/{point}")).send().await.unwrap();
    let first = begun.headers()["location"].to_str().unwrap().to_owned();
    let draft = first.strip_suffix("/1").expect("the first question").to_owned();
    let (own, query) = (&planted.response, format!("commune={commune}&period={month}"));
    let sampled = format!("/c/{}/samples/{}", submission::commune(), sample::CODE);
    BTreeMap::from([
        ("/api/v1/charts/{file}", format!("/api/v1/charts/components.svg?{query}")),
        (
            "/api/v1/estimates/{level}/{code}",
            format!("/api/v1/estimates/index/quick-counter?{query}"),
        ),
        ("/api/v1/exports/{file}", format!("/api/v1/exports/hailong_{commune}_{month}.zip")),
        ("/api/v1/plans/{id}", format!("/api/v1/plans/{}", catalog::plans()[0].id)),
        ("/assets/{file}", linked(app, "/", "/assets/", 2).await),
        ("/assets/{version}/{file}", linked(app, &format!("/kiosk/{point}"), "/assets/", 3).await),
        ("/c/{code}", format!("/c/{commune}?period={month}")),
        ("/c/{code}/how/{level}/{figure}", format!("/c/{commune}/how/item/A1?period={month}")),
        ("/c/{code}/samples/{sample}", sampled.clone()),
        (
            "/c/{code}/samples/{sample}/how/{level}/{figure}",
            format!("{sampled}/how/index/quick-counter"),
        ),
        ("/kiosk/{point}/recordings/{item}/{language}", format!("/kiosk/{point}/recordings/A1/vi")),
        ("/s/{point}/{draft}/{n}", first),
        ("/s/{point}/{draft}/check", format!("{draft}/check")),
        // Whoever sent the response sees its receipt.
        ("/s/{point}/{draft}/done", format!("/s/{point}/{own}/done")),
        ("/s/{point}/{draft}/sent-before", format!("/s/{point}/{own}/sent-before")),
    ])
}

/// Everything that anybody can ask for.
pub(super) async fn public(app: &App, planted: &Planted) -> Vec<Seen> {
    let shown = shown(app, planted).await;
    let more = [format!("/api/v1/estimates?commune={COMMUNE}&period={MONTH}&format=csv")];
    let of_table = READ.iter().map(|(path, example, _)| {
        let example = example.replace("{point}", COMMUNE).replace("{commune}", COMMUNE);
        shown.get(path).cloned().unwrap_or(example)
    });
    let mut seen = Vec::new();
    for path in of_table.chain(more) {
        let answer = app.get(&path).await;
        assert_eq!(answer.status(), 200, "{path} shows nothing: give an address that does");
        seen.extend(body(&path, answer).await);
    }
    for path in ["/metrics", "/readyz", "/healthz"] {
        let answer = app.client().get(app.operations_url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        seen.extend(body(path, answer).await);
    }
    seen
}

/// What each of `members` gets at every address of staff's that can be read, with the
/// permission it needs; whether they may or not.
pub(super) async fn staffs(
    app: &App,
    db: &Db,
    members: &[Member<'_>],
    (named, elsewhere): (&Named, &BTreeMap<&str, String>),
) -> Vec<(Option<Permission>, Seen)> {
    let mut seen = Vec::new();
    for route in ROUTES.iter().filter(|route| route.verb == Verb::Get) {
        let permission = match route.who {
            Who::May(permission) => Some(permission),
            _ => None,
        };
        let mut there = 0;
        for path in addresses(route, named, elsewhere) {
            for member in members {
                let answer = match route.who {
                    Who::Anyone => app.request(Method::GET, &path).send().await.unwrap(),
                    Who::Half => {
                        let half = half(db, &member.account, app.now()).await;
                        member.with(half).get(&path).await
                    }
                    Who::May(_) => member.get(&path).await,
                };
                there += usize::from(answer.status() == 200);
                let said = format!("{path} as {}", member.account.role.name());
                seen.extend(body(&said, answer).await.into_iter().map(|one| (permission, one)));
            }
        }
        assert!(there > 0, "nobody sees anything at {}: make there what it shows", route.path);
    }
    seen
}
