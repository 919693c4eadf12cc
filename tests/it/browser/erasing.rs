//! Staff take a response back for whoever asks, and the audit log tells it: read, narrowed
//! and taken along, in a real browser without a script.

use hailong::staff::Role;

use super::every_page::faults;
use super::staff::sign_in;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::downloads::Downloads;
use crate::support::spreadsheet::both;
use crate::support::staff::{account, code, set_up};
use crate::support::submission::{commune, good, new_id};

const BUTTON: &str = "main form .buttons button";

on_both_databases![staff_take_a_response_back_and_the_log_tells_it_without_a_script];

/// Fails unless the page that is open is accessible and fits every screen.
async fn in_order(browser: &Browser) {
    let found = faults(browser).await;
    assert!(found.is_empty(), "{found:#?}");
}

async fn staff_take_a_response_back_and_the_log_tells_it_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(database);
    let here = surveys::unit::commune(&commune()).unwrap();
    let scope = format!("/{}/{}/", here.province, here.code);
    let db = app.database().open().await;
    let admin = account("lan.nguyen", Role::Administrator, &scope);
    set_up(&db, &admin, app.now(), Vec::new()).await;
    db.close().await;
    let receipt = app.put(&new_id(), &good()).await.receipt();
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff")).await;
            sign_in(browser, &app).await;
            app.pass_minutes(6);
            browser.goto(&app.url("/staff/erase")).await;
            // It concerns somebody else: a code first.
            browser.enter("#code", &code(app.now())).await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.place().await, "/staff/erase");
            in_order(browser).await;
            browser.enter("#receipt", &receipt).await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all("#asked-error").await.len(), 1, "did they ask for it?");
            let kept = browser.one("#receipt").await.prop("value").await.unwrap();
            assert_eq!(kept.as_deref(), Some(receipt.as_str()));
            in_order(browser).await;
            browser.click("label[for=asked]").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.text("h1").await, "Đã rút phiếu");
            in_order(browser).await;
            // Whoever asked sees it by themselves.
            browser.goto(&app.url("/privacy/erase")).await;
            browser.enter("#receipt", &receipt).await;
            browser.follow("main form button").await;
            assert!(browser.text("[role=status]").await.contains("đã được rút"));

            read_the_log(browser, &app).await;
        })
        .await;
    let backdoor = app.database().backdoor().await;
    let kept = "select document from responses where document like '%\"A1\"%'";
    assert_eq!(backdoor.texts(kept).await, Vec::<String>::new(), "nothing answered is left");
    backdoor.close().await;
}

/// The log as somebody reads it who looks for what was done about a response.
async fn read_the_log(browser: &Browser, app: &App) {
    browser.goto(&app.url("/staff/audit")).await;
    let newest = browser.text("main tbody tr:first-child").await;
    assert!(newest.contains("Rút một phiếu theo yêu cầu người gửi"), "{newest}");
    let choose = async |day: &str, who: &str| {
        for (field, text) in [("#day", day), ("#who", who)] {
            browser.one(field).await.clear().await.unwrap();
            browser.enter(field, text).await;
        }
        browser.follow("form.chosen button").await;
    };
    choose("mai", "").await;
    assert_eq!(browser.all("#day-error").await.len(), 1);
    in_order(browser).await;
    choose("15/10/2026", "khong.ai").await;
    assert!(browser.all("main table").await.is_empty());
    in_order(browser).await;
    choose("15/10/2026", "lan.nguyen").await;
    let shown = browser.texts("main tbody tr th").await;
    assert!(shown.len() >= 4, "{shown:?}");
    assert!(browser.texts("main tbody tr td:nth-child(2)").await.iter().all(|who| !who.is_empty()));
    let downloads = Downloads::of(browser).await;
    let mut files = Vec::new();
    for format in ["csv", "xlsx"] {
        let button = format!("form[action$='/audit/export'] button[value={format}]");
        let (name, content) = downloads.taken(browser, &button).await;
        assert!(name.ends_with(&format!(".{format}")), "{name}");
        files.push(content);
    }
    let book = files.pop().expect("two files");
    let [csv, book] = both(&files[0], book);
    assert_eq!(csv.len(), 1 + shown.len() + 1, "a head, the lines, and that they are taken");
    assert!(csv.iter().any(|row| row.iter().any(|cell| cell == "withdraw-response")), "{csv:?}");
    assert_eq!(book.len(), csv.len() + 1, "and once more");
}
