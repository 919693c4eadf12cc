//! What the kiosk is made of, as it comes over HTTP.

use hailong::staff::audit::Action;
use hailong::store::recordings::Spoken;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use surveys::{InstrumentId, ItemCode, Language, OpeningHours, PointCode, catalog};

use crate::support::app::App;
use crate::support::database::Database;
use crate::support::staff::by_operator;
use crate::support::submission::point;

async fn json_at(app: &App, path: &str) -> Value {
    app.get(path).await.json().await.unwrap()
}

#[tokio::test]
async fn the_worker_keeps_exactly_what_the_server_has() {
    let app = App::spawn(Database::sqlite());
    let page = format!("/kiosk/{}", point());
    let worker = app.get(&format!("{page}/worker.js")).await;
    assert_eq!(worker.headers()["service-worker-allowed"], page.as_str());
    assert!(worker.headers()["content-type"].to_str().unwrap().starts_with("text/javascript"));
    let script = worker.text().await.unwrap();
    let shell = script.lines().find_map(|line| line.strip_prefix("const SHELL = ")).unwrap();
    let shell: Value = serde_json::from_str(shell.trim_end_matches(';')).unwrap();
    let shell = shell.as_object().unwrap();
    assert!(shell.len() > 15 && shell.contains_key(&page), "{shell:?}");
    for (address, hash) in shell {
        let content = app.get(address).await.bytes().await.unwrap();
        let found = Sha256::digest(&content);
        let found = found.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert_eq!(json!(found), *hash, "{address}");
    }
}

#[tokio::test]
async fn the_kiosk_asks_what_every_channel_asks_in_the_hours_of_its_point() {
    let app = App::spawn(Database::sqlite());
    let address = format!("/kiosk/{}/content.json", point());
    let content = json_at(&app, &address).await;
    let quick = catalog::instrument("quick-counter", None).unwrap();
    assert_eq!(content["instrument"]["version"], quick.version);
    assert_eq!(content["opening_hours"], json!([]));
    let first = &content["instrument"]["items"][0];
    assert_eq!(
        (&first["code"], &first["low"], &first["apart"]["value"]),
        (&json!("A1"), &json!([1, 2]), &json!(9))
    );
    let db = app.database().open().await;
    let at = PointCode::parse(&point()).unwrap();
    let hours = OpeningHours::parse("Sun 08:00-09:30").unwrap();
    db.set_opening_hours(&at, &hours, &by_operator(1, Action::SetHours)).await.unwrap();
    let content = json_at(&app, &address).await;
    assert_eq!(content["opening_hours"], json!([{"day": 6, "from": 480, "until": 570}]));
}

#[tokio::test]
async fn a_recording_is_named_and_served() {
    let app = App::spawn(Database::sqlite());
    let spoken = Spoken {
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        item: ItemCode::parse("A1").unwrap(),
        language: Language::Vi,
    };
    let db = app.database().open().await;
    db.add_recording(&spoken, "audio/ogg", b"OggS...", 1).await.unwrap();
    let content = json_at(&app, &format!("/kiosk/{}/content.json", point())).await;
    let address = content["instrument"]["items"][0]["recordings"]["vi"]["address"].clone();
    let sound = app.get(address.as_str().unwrap()).await;
    assert_eq!(sound.headers()["content-type"], "audio/ogg");
    assert_eq!(sound.bytes().await.unwrap(), "OggS...");
    for nothing in ["A2/vi", "A1/en", "A1/fr", "%00/vi"] {
        let path = format!("/kiosk/{}/recordings/{nothing}", point());
        assert_eq!(app.get(&path).await.status(), 404, "{nothing}");
    }
}

#[tokio::test]
async fn the_manifest_lets_the_kiosk_be_installed() {
    let app = App::spawn(Database::sqlite());
    let manifest = json_at(&app, &format!("/kiosk/{}/manifest.webmanifest", point())).await;
    assert_eq!(manifest["start_url"], format!("/kiosk/{}", point()));
    assert_eq!(manifest["scope"], manifest["start_url"]);
    for (icon, size) in manifest["icons"].as_array().unwrap().iter().zip([192_u32, 512]) {
        let picture = app.get(icon["src"].as_str().unwrap()).await.bytes().await.unwrap();
        assert!(picture.starts_with(b"\x89PNG"), "{icon}");
        assert_eq!(picture[16..20], size.to_be_bytes(), "as wide as the manifest says");
    }
}

#[tokio::test]
async fn an_unknown_point_has_no_kiosk() {
    let app = App::spawn(Database::sqlite());
    for part in ["", "/content.json", "/worker.js", "/manifest.webmanifest", "/recordings/A1/vi"] {
        assert_eq!(app.get(&format!("/kiosk/nowhere{part}")).await.status(), 404, "{part}");
    }
    assert_eq!(app.get("/assets/kiosk-000000000000/main.js").await.status(), 404);
}
