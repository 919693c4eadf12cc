//! What the kiosk is made of, as it comes over HTTP.

use hailong::staff::audit::Action;
use hailong::store::recordings::Spoken;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use surveys::{InstrumentId, ItemCode, Language, OpeningHours, PointCode, ServiceFields, catalog};

use crate::support::app::App;
use crate::support::database::Database;
use crate::support::staff::by_operator;
use crate::support::submission::{commune, point};

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

/// The labels of the field of the procedure on the phone's first page.
fn offered_on_the_phone(page: &str) -> Vec<String> {
    let values = page.split("name=\"field\" value=\"").skip(1);
    values.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn tablet_and_phone_ask_for_the_same_fields_in_the_same_order() {
    let app = App::spawn(Database::sqlite());
    let content = format!("/kiosk/{}/content.json", point());
    let start = format!("/s/{}", point());
    assert_eq!(json_at(&app, &content).await["service_field"], Value::Null);
    let page = app.get(&start).await.text().await.unwrap();
    assert_eq!(offered_on_the_phone(&page), Vec::<String>::new());
    let at = PointCode::parse(&point()).unwrap();
    let fields = ServiceFields::new(&["Hộ tịch", "Đất đai"]).unwrap();
    let db = app.database().open().await;
    db.set_service_fields(&at, &fields, &by_operator(1, Action::SetFields)).await.unwrap();
    db.set_auto_advance(&at, true, &by_operator(1, Action::SetAdvance)).await.unwrap();
    let told = json_at(&app, &content).await;
    assert_eq!(told["auto_advance"], true);
    let options = told["service_field"]["options"].as_array().unwrap();
    let labels: Vec<&str> = options.iter().map(|o| o["vi"].as_str().unwrap()).collect();
    assert_eq!(labels, ["Hộ tịch", "Đất đai", "Khác"]);
    let page = app.get(&start).await.text().await.unwrap();
    assert_eq!(offered_on_the_phone(&page), labels);
}

#[tokio::test]
async fn the_field_chosen_on_the_phone_is_in_the_response_and_another_one_is_not() {
    let app = App::spawn(Database::sqlite());
    let at = PointCode::parse(&point()).unwrap();
    let fields = ServiceFields::new(&["Hộ tịch"]).unwrap();
    let db = app.database().open().await;
    db.set_service_fields(&at, &fields, &by_operator(1, Action::SetFields)).await.unwrap();
    let post = async |path: &str, body: &'static str| {
        let request = app.request(Method::POST, path);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(body).send().await.unwrap();
        answer.headers()["location"].to_str().unwrap().to_owned()
    };
    for body in ["field=H%E1%BB%99+t%E1%BB%8Bch", "field=%3Cscript%3E", "field=", ""] {
        let mut page = post(&format!("/s/{}", point()), body).await;
        while !page.contains("/done") {
            page = post(&page, "press=skip").await;
        }
    }
    let stored = "select document from responses order by seq";
    let stored = app.database().backdoor().await.texts(stored).await;
    let chosen: Vec<bool> =
        stored.iter().map(|text| text.contains("\"service_field\":\"Hộ tịch\"")).collect();
    assert_eq!(chosen, [true, false, false, false]);
    assert!(stored[1..].iter().all(|text| !text.contains("service_field")), "{stored:?}");
}

#[tokio::test]
async fn the_page_has_the_code_of_the_results_where_the_address_is_known() {
    let app = App::spawn(Database::sqlite());
    let page = app.get(&format!("/kiosk/{}", point())).await.text().await.unwrap();
    let address = app.url(&format!("/c/{}", commune()));
    let drawn = hailong::printing::qr_picture(&address).unwrap();
    let outline = drawn.split(" d=").last().unwrap().split('\"').nth(1).unwrap();
    assert!(page.contains(address.trim_start_matches("http://")), "{address}");
    assert!(page.contains(outline), "the code is drawn on the server");
    // A stranger's name is put on no tablet.
    let request = app.request(Method::GET, &format!("/kiosk/{}", point()));
    let page = request.header("host", "elsewhere.example").send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(!page.contains("elsewhere.example") && !page.contains("svg xmlns"));
}

#[tokio::test]
async fn a_recording_is_named_and_served() {
    let app = App::spawn(Database::sqlite());
    let spoken = Spoken {
        point: None,
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        item: ItemCode::parse("A1").unwrap(),
        language: Language::Vi.tag().to_owned(),
    };
    let db = app.database().open().await;
    let added = by_operator(1, Action::AddRecording);
    db.add_recording(&spoken, "audio/ogg", b"OggS...", &added).await.unwrap();
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
