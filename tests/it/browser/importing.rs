//! Importing a file in a real browser: every step on every screen.

use hailong::staff::Role;

use super::every_page::{faults, in_language};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, Scripts};
use crate::support::database::Database;
use crate::support::staff::{PASSWORD, account, code, set_up};

const FILE: &str = "Lúc trả lời;Nơi chờ;A2;A3;A4;A5;Người nhập;N1\n\
    05/10/2026;tốt;5;4;3;4;lan;1\n\
    13/10/2026;tệ;4;4;4;4;lan;Thời gian chờ đợi\n\
    ;tốt;4;4;4;4;hoa;9\n";

async fn service() -> App {
    let app = App::spawn(Database::sqlite());
    let db = app.database().open().await;
    let lan = account("lan.nguyen", Role::CentreStaff, "/56/22651/");
    set_up(&db, &lan, app.now(), Vec::new()).await;
    db.close().await;
    app
}

/// Chooses `value` in the list `name`, as a finger would.
async fn choose(browser: &Browser, name: &str, value: &str) {
    browser.click(&format!("#{name} option[value='{value}']")).await;
}

async fn every_step(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("phiếu giấy.csv");
    std::fs::write(&file, FILE).unwrap();
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut found = Vec::new();
            browser.goto(&app.url(&in_language("/staff/import", language))).await;
            browser.enter("#name", "lan.nguyen").await;
            browser.enter("#password", PASSWORD).await;
            browser.follow("main form button:not([type=button])").await;
            browser.enter("#code", &code(app.now())).await;
            browser.follow("main form button:not([type=button])").await;
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
    assert_eq!(app.database().count("responses").await, 2);
}

#[tokio::test]
async fn every_step_of_an_import_in_vietnamese_is_accessible_and_fits_every_screen() {
    every_step("").await;
}

#[tokio::test]
async fn every_step_of_an_import_in_english_is_accessible_and_fits_every_screen() {
    every_step("lang=en").await;
}
