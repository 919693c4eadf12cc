//! Importing a file in a real browser: every step on every screen.

use hailong::staff::Role;

use super::every_page::{faults, in_language};
use super::staff::sign_in;
use crate::support::browser::{Browser, Chromium, DESKTOP, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::downloads::Downloads;
use crate::support::staff::service;

const FILE: &str = "Lúc trả lời;Nơi chờ;A2;A3;A4;A5;Số điện thoại;N1;Ông/bà muốn góp ý thêm điều gì?\n\
    05/10/2026;tốt;5;4;3;4;0912345678;1;Chờ lâu\n\
    13/10/2026;tệ;4;4;4;4;0912345679;Thời gian chờ đợi;\n\
    ;tốt;4;4;4;4;;9;\n";

/// Chooses `value` in the list `name`, as a finger would.
async fn choose(browser: &Browser, name: &str, value: &str) {
    browser.click(&format!("#{name} option[value='{value}']")).await;
}

on_both_databases![a_file_is_matched_imported_and_taken_back_without_a_script];

async fn a_file_is_matched_imported_and_taken_back_without_a_script(database: Database) {
    const GO_ON: &str = "main form .buttons button";
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database, Role::CentreStaff).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("phiếu giấy.csv");
    std::fs::write(&file, FILE).unwrap();
    chromium
        .journey(DESKTOP, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff/import")).await;
            sign_in(browser, &app).await;
            choose(browser, "channel", "online").await;
            browser.enter("#file", file.to_str().unwrap()).await;
            browser.follow(GO_ON).await;
            assert_eq!(browser.place().await, "/staff/import/columns");
            choose(browser, "c1", "A1").await;
            browser.follow(GO_ON).await;
            // What the words of the column mean is asked on the page that comes back.
            assert_eq!(browser.all(".errors").await.len(), 1);
            choose(browser, "o1-A1-0", "1").await;
            choose(browser, "o1-A1-1", "5").await;
            browser.follow(GO_ON).await;
            assert_eq!(browser.place().await, "/staff/import/preview");
            assert_eq!(faults(browser).await, Vec::<String>::new());
            let downloads = Downloads::of(browser).await;
            let (_, rejects) = downloads.taken(browser, "form[action$='/rejects'] button").await;
            let rejects = String::from_utf8(rejects).unwrap();
            assert!(rejects.contains("tốt") && !rejects.contains("13/10/2026"), "{rejects}");
            let (name, map) = downloads.taken(browser, "main a[href$='/import/map']").await;
            let map = String::from_utf8(map).unwrap();
            assert!(name == "ban-do-cot.toml" && map.contains("\"Nơi chờ\" = \"A1\""), "{name}");
            assert_eq!(app.database().count("responses").await, 0, "nothing by looking");
            browser.follow("form.asked button").await;
            assert_eq!(browser.place().await, "/staff/import/batches/1?done=1");
            assert_eq!(app.database().count("responses").await, 2);
            browser.follow("main a.button").await;
            browser.follow(GO_ON).await;
            assert_eq!(browser.all(".errors a").await.len(), 1, "a reason");
            browser.enter("#reason", "nhầm điểm").await;
            browser.follow(GO_ON).await;
            assert_eq!(browser.place().await, "/staff/import/batches/1");
            assert!(browser.text("main").await.contains("nhầm điểm"));
        })
        .await;
}

async fn every_step(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite(), Role::CentreStaff).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("phiếu giấy.csv");
    std::fs::write(&file, FILE).unwrap();
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut found = Vec::new();
            browser.goto(&app.url(&in_language("/staff/import", language))).await;
            sign_in(browser, &app).await;
            // Without a file: what was chosen stays, and it is said what is missing.
            choose(browser, "channel", "online").await;
            browser.follow("main form button:not([type=button])").await;
            assert_eq!(browser.all(".errors a").await.len(), 1);
            found.extend(faults(browser).await);
            browser.enter("#file", file.to_str().unwrap()).await;
            browser.follow("main form button:not([type=button])").await;
            assert!(browser.place().await.starts_with("/staff/import/columns"));
            found.extend(faults(browser).await);
            choose(browser, "c1", "A1").await;
            browser.follow("main form button:not([type=button])").await;
            assert_eq!(browser.all(".errors").await.len(), 1);
            choose(browser, "o1-A1-0", "1").await;
            choose(browser, "o1-A1-1", "5").await;
            found.extend(faults(browser).await);
            browser.follow("main form button:not([type=button])").await;
            assert!(browser.place().await.starts_with("/staff/import/preview"));
            found.extend(faults(browser).await);
            browser.follow("form.asked button").await;
            assert!(browser.place().await.starts_with("/staff/import/batches/1"));
            found.extend(faults(browser).await);
            browser.follow("main a.button").await;
            found.extend(faults(browser).await);
            browser.enter("#reason", "nhầm điểm").await;
            browser.follow("main form button:not([type=button])").await;
            browser.goto(&app.url(&in_language("/staff/import/batches", language))).await;
            found.extend(faults(browser).await);
            assert!(found.is_empty(), "{found:#?}");
        })
        .await;
    let backdoor = app.database().backdoor().await;
    let stored = backdoor.texts("select document from responses order by seq").await;
    backdoor.close().await;
    assert_eq!(stored.len(), 2);
    assert!(stored[0].contains(r#""comment":"Chờ lâu""#), "{stored:?}");
    assert!(stored.iter().all(|document| !document.contains("091234567")), "{stored:?}");
}

#[tokio::test]
async fn every_step_of_an_import_in_vietnamese_is_accessible_and_fits_every_screen() {
    every_step("").await;
}

#[tokio::test]
async fn every_step_of_an_import_in_english_is_accessible_and_fits_every_screen() {
    every_step("lang=en").await;
}
