//! Publishing in a real browser: from the list to the public page and to a correction,
//! without a script; every state on every screen.

use hailong::staff::Role;

use super::every_page::{faults, in_language};
use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{PASSWORD, account, code, set_up};

const BUTTON: &str = "main form button:not([type=button])";
const ONE: &str = "/staff/publishing/22651/quick-counter@1/2026-09";

/// A service where nothing of the answers of September is published yet.
async fn service(database: Database) -> App {
    answers::month(&database, "22651", 150).await;
    let app = App::by_decision(database);
    let db = app.database().open().await;
    let hoa = account("hoa.tran", Role::Leader, "/56/22651/");
    set_up(&db, &hoa, app.now(), Vec::new()).await;
    db.close().await;
    app
}

async fn later(app: &App, from: u32, count: u32) {
    let db = app.database().open().await;
    answers::add(&db, "22651", from..from + count).await;
    db.close().await;
}

/// Signs in on the way to `path`.
async fn sign_in(browser: &Browser, app: &App, path: &str) {
    browser.goto(&app.url(path)).await;
    browser.enter("#name", "hoa.tran").await;
    browser.enter("#password", PASSWORD).await;
    browser.follow(BUTTON).await;
    browser.enter("#code", &code(app.now())).await;
    browser.follow(BUTTON).await;
}

on_both_databases![results_are_published_corrected_and_withdrawn_without_a_script];

async fn results_are_published_corrected_and_withdrawn_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    let public = app.url(&format!("/c/22651?period={MONTH}"));
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&public).await;
            assert!(browser.text("#awaited").await.contains("tháng 9 năm 2026 chưa được công bố"));
            assert!(browser.all("#components").await.is_empty());
            sign_in(browser, &app, "/staff").await;
            browser.goto(&app.url("/staff/publishing")).await;
            let heights = "
                const rows = [...document.querySelectorAll('#publishing tbody tr')];
                return Math.max(...rows.map(row => row.getBoundingClientRect().height));";
            let tallest = browser.run(heights).await.as_f64().unwrap();
            assert!((40.0..=100.0).contains(&tallest), "a period takes {tallest} px of a phone");
            browser.follow("main a[href*='publishing/22651/quick-counter@1/2026-09']").await;
            assert_eq!(browser.text("#received").await, "150");
            let seen = browser.texts("#figures td").await;
            browser.follow(BUTTON).await;
            assert!(browser.text("#held").await.contains("không có gì để đính chính"));
            browser.follow("main .links a[href*='/c/22651']").await;
            assert!(browser.text("#publication").await.starts_with("Công bố lần 1"));
            let shown = browser.texts("#components td").await;
            assert!(seen.iter().filter(|cell| cell.contains(" %")).all(|cell| {
                let rate = cell.split(' ').next().unwrap_or_default();
                shown.iter().any(|shown| shown.contains(rate))
            }));

            later(&app, 150, 400).await;
            browser.goto(&app.url(ONE)).await;
            assert!(browser.texts("#compare del").await.contains(&"150".to_owned()));
            browser.follow(BUTTON).await;
            assert_eq!(browser.all("#reason-error").await.len(), 1);
            browser.enter("#reason", "Nhập thiếu một đợt phiếu").await;
            browser.follow(BUTTON).await;
            // What the browser still has of the page is as old as it may be.
            browser.goto(&format!("{public}&lang=vi")).await;
            assert!(browser.text("#corrected").await.contains("Nhập thiếu một đợt phiếu"));
            assert_eq!(browser.text("#corrected li:first-child del").await, "150");
            assert_eq!(browser.text("#corrected li:first-child ins").await, "550");
            browser.follow("#corrected a").await;
            assert_eq!(browser.text("#received").await, "150");
            browser.follow("#publication a").await;
            let newest = "/c/22651?instrument=quick-counter@1&period=2026-09";
            assert_eq!(browser.place().await, newest);

            // Published by mistake: the reason is asked for, and what everybody reads.
            browser.goto(&app.url(ONE)).await;
            browser.follow("main .links a[href$='/withdraw']").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all("#reason-error").await.len(), 1);
            browser.enter("#reason", "Công bố nhầm kỳ").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.place().await, ONE);
            assert!(browser.text("#withdrawn").await.contains("Công bố nhầm kỳ"));
            browser.goto(&format!("{public}&lang=vi&x=2")).await;
            assert!(browser.text("#withdrawn").await.contains("Công bố nhầm kỳ"));
            assert!(browser.all("#components").await.is_empty());
            browser.goto(&app.url(ONE)).await;
            browser.enter("#reason", "Đã xem lại").await;
            browser.follow(BUTTON).await;
            browser.goto(&format!("{public}&lang=vi&x=3")).await;
            let again = browser.text("#again").await;
            assert!(again.contains("Công bố nhầm kỳ") && again.contains("Đã xem lại"), "{again}");
            assert!(browser.text("#publication").await.starts_with("Công bố lần 4"));
            assert_eq!(browser.all("#decisions tbody tr").await.len(), 4);
            assert_eq!(browser.text("#received").await, "550");
        })
        .await;
}

async fn every_state(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    let at = |path: &str| app.url(&in_language(path, language));
    let public = format!("/c/22651?period={MONTH}");
    let how = format!("/c/22651/how/index/quick-counter?instrument=quick-counter&period={MONTH}");
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut found = Vec::new();
            for path in [&*public, &*how, "/c/22651?period=2026"] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            sign_in(browser, &app, &in_language("/staff/publishing", language)).await;
            assert!(browser.all("#publishing tbody tr").await.len() > 2);
            for path in ["/staff/publishing", "/staff", ONE] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            browser.follow(BUTTON).await;
            assert_eq!(browser.all("#held").await.len(), 1);
            found.extend(faults(browser).await);
            later(&app, 150, 400).await;
            browser.goto(&at(ONE)).await;
            found.extend(faults(browser).await);
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".errors a").await.len(), 1);
            found.extend(faults(browser).await);
            browser.enter("#reason", "Nhập thiếu một đợt phiếu").await;
            // Meanwhile more came in.
            later(&app, 550, 40).await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all("main .note[role=status]").await.len(), 1);
            let kept = browser.one("#reason").await.prop("value").await.unwrap().unwrap();
            assert_eq!(kept, "Nhập thiếu một đợt phiếu");
            found.extend(faults(browser).await);
            browser.follow(BUTTON).await;
            let earlier = format!("{public}&publication=1");
            let awaited = "/c/22651?period=2026-Q3";
            let list = "/staff/publishing";
            for path in [&*format!("{public}&x=1"), &earlier, awaited, &how, list] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            let withdraw = format!("{ONE}/withdraw");
            browser.goto(&at(&withdraw)).await;
            found.extend(faults(browser).await);
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".errors a").await.len(), 1);
            found.extend(faults(browser).await);
            browser.enter("#reason", "Công bố nhầm kỳ").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all("#withdrawn").await.len(), 1);
            let gone = format!("{public}&x=2");
            let province = format!("/province/56?period={MONTH}");
            let first = format!("{public}&publication=1&x=2");
            for path in [&*withdraw, ONE, list, &gone, &first, &province, &how, "/c/22651?x=2"] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            assert!(found.is_empty(), "{found:#?}");
        })
        .await;
}

#[tokio::test]
async fn every_state_of_publishing_in_vietnamese_is_accessible_and_fits_every_screen() {
    every_state("").await;
}

#[tokio::test]
async fn every_state_of_publishing_in_english_is_accessible_and_fits_every_screen() {
    every_state("lang=en").await;
}
