//! The notice, and taking a response back, in a real browser: without a script, on a
//! phone, in both languages.

use super::every_page::{faults, in_language};
use crate::support::app::App;
use crate::support::browser::{Chromium, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::submission::{good, new_id, point};

const BUTTON: &str = "main form button";

on_both_databases![somebody_takes_their_response_back_on_a_phone_without_a_script];

async fn somebody_takes_their_response_back_on_a_phone_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(database);
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url(&format!("/s/{}", point()))).await;
            browser.follow(".privacy a").await;
            assert_eq!(browser.place().await, format!("/privacy?point={}", point()));
            browser.goto(&app.url(&format!("/s/{}", point()))).await;
            browser.follow(BUTTON).await;
            while browser.all(".receipt").await.is_empty() {
                let skip = !browser.all("button[value=skip]").await.is_empty();
                browser.follow(if skip { "button[value=skip]" } else { BUTTON }).await;
            }
            let receipt = browser.text(".receipt").await;
            browser.follow(".done .hint a").await;
            assert_eq!(browser.place().await, "/privacy/erase");
            browser.follow(BUTTON).await;
            assert!(browser.title().await.starts_with("Lỗi:"));
            assert_eq!(browser.all(".errors a").await.len(), 1);
            browser.enter("#receipt", &receipt).await;
            browser.follow(BUTTON).await;
            assert!(browser.text("h1").await.contains(&receipt));
            assert!(browser.text(".answers").await.contains("Giờ phút trả lời"));
            browser.follow(".act button").await;
            assert_eq!(browser.text("h1").await, "Đã rút phiếu");
            browser.goto(&app.url("/privacy/erase")).await;
            browser.enter("#receipt", &receipt).await;
            browser.follow(BUTTON).await;
            assert!(browser.text("[role=status]").await.contains("đã được rút"));
        })
        .await;
}

#[tokio::test]
async fn every_page_about_data_is_accessible_and_fits_every_screen() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let mut receipts = Vec::new();
    for _ in 0..2 {
        receipts.push(app.put(&new_id(), &good()).await.receipt());
    }
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            let mut found = Vec::new();
            for (language, receipt) in ["", "lang=en"].into_iter().zip(&receipts) {
                let at = |path: &str| app.url(&in_language(path, language));
                browser.goto(&at("/privacy")).await;
                found.extend(faults(browser).await);
                browser.follow("main .button").await;
                found.extend(faults(browser).await);
                browser.follow(BUTTON).await;
                found.extend(faults(browser).await);
                browser.enter("#receipt", receipt).await;
                browser.follow(BUTTON).await;
                found.extend(faults(browser).await);
                browser.follow(".act button").await;
                found.extend(faults(browser).await);
                browser.goto(&at("/privacy/erase")).await;
                browser.enter("#receipt", receipt).await;
                browser.follow(BUTTON).await;
                assert_eq!(browser.all("[role=status]").await.len(), 1);
                found.extend(faults(browser).await);
            }
            assert!(found.is_empty(), "{found:#?}");
        })
        .await;
}
