//! A centre's officer at a phone and at a desk: a recording put in, a tablet's file taken
//! in, a contact given, without a script.

use hailong::staff::Role;
use serde_json::json;

use super::every_page::{faults, in_language};
use super::kiosk::sound::silence;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::device::Tablet;
use crate::support::staff::{PASSWORD, account, code, set_up};
use crate::support::submission::{commune, good, new_id, point};

const BUTTON: &str = "main form button[type=submit]";

async fn service(database: Database) -> App {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let here = surveys::unit::commune(&commune()).unwrap();
    let scope = format!("/{}/{}/", here.province, here.code);
    let lan = account("lan.nguyen", Role::CentreStaff, &scope);
    set_up(&db, &lan, app.now(), Vec::new()).await;
    db.close().await;
    app
}

async fn sign_in(browser: &Browser, app: &App, path: &str) {
    browser.goto(&app.url(path)).await;
    browser.enter("#name", "lan.nguyen").await;
    browser.enter("#password", PASSWORD).await;
    browser.follow(BUTTON).await;
    browser.enter("#code", &code(app.now())).await;
    browser.follow(BUTTON).await;
}

on_both_databases![an_officer_with_a_phone_equips_a_point_without_a_script];

async fn an_officer_with_a_phone_equips_a_point_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("cau-1.wav");
    std::fs::write(&sound, silence()).unwrap();
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            let here = format!("/staff/points/{}", point());
            sign_in(browser, &app, &here).await;
            browser.follow("a[href$='/recordings']").await;
            browser.follow("a[href$='/recordings/A1/vi']").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".errors a").await.len(), 1, "no file was chosen");
            browser.enter("#file", sound.to_str().unwrap()).await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.place().await, format!("{here}/recordings"));
            assert_eq!(browser.all("audio[controls]").await.len(), 1);
            browser.follow("form[action$='/A1/vi/remove'] button").await;
            assert_eq!(browser.all("audio").await.len(), 0);
            browser.follow("p.back a").await;
            browser.follow("a[href$='/contact']").await;
            browser.enter("#telephone", "0258 3 811 234").await;
            browser.follow(BUTTON).await;
            assert!(browser.text("main").await.contains("0258 3 811 234"));
        })
        .await;
}

async fn look_at_everything(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    let tablet = Tablet::enrolled(&app).await;
    let folder = tempfile::tempdir().unwrap();
    let (sound, queue) = (folder.path().join("cau-1.wav"), folder.path().join("queue.ndjson"));
    std::fs::write(&sound, silence()).unwrap();
    let mut line = good();
    line["response_id"] = json!(new_id());
    let head = json!({"device_id": tablet.id, "clock_lead_seconds": 0});
    std::fs::write(&queue, format!("{head}\n{line}\n{}\n", "x".repeat(200))).unwrap();
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut found = Vec::new();
            let at = |path: &str| app.url(&in_language(path, language));
            let here = format!("/staff/points/{}", point());
            sign_in(browser, &app, &in_language(&here, language)).await;
            found.extend(faults(browser).await);
            for (path, css, typed) in [
                ("recordings/A1/vi", "#file", sound.to_str().unwrap()),
                ("devices/import", "#file", queue.to_str().unwrap()),
                ("contact", "#telephone", "gọi bà Lan"),
                ("asking", "#fields", "Thuế\nThuế"),
            ] {
                browser.goto(&at(&format!("{here}/{path}"))).await;
                found.extend(faults(browser).await);
                browser.enter(css, typed).await;
                browser.follow(BUTTON).await;
                found.extend(faults(browser).await);
            }
            browser.goto(&at(&format!("{here}/recordings"))).await;
            assert_eq!(browser.all("audio[controls]").await.len(), 1);
            found.extend(faults(browser).await);
            browser.goto(&at("/staff/links/stop")).await;
            browser.follow(BUTTON).await;
            found.extend(faults(browser).await);
            assert!(found.is_empty(), "{found:#?}");
        })
        .await;
    assert_eq!(app.database().count("responses").await, 1);
}

#[tokio::test]
async fn a_points_equipment_in_vietnamese_is_accessible_and_fits_every_screen() {
    look_at_everything("").await;
}

#[tokio::test]
async fn a_points_equipment_in_english_is_accessible_and_fits_every_screen() {
    look_at_everything("lang=en").await;
}
