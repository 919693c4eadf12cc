//! The plan scoreboard in a real browser: every page on every screen, without a script.

use hailong::staff::Role;
use surveys::indicator::Entered;

use super::every_page::{faults, in_language};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::downloads::Downloads;
use crate::support::indicators::{counts, entering, entry, new, ten_thousand};
use crate::support::staff::{PASSWORD, account, code, set_up};

const BUTTON: &str = "main form button[type=submit]";
const FILE: &str = "commune,indicator,month,numerator,denominator,source\n\
    22651,DIGITISED,2026-08,180,200,Hệ thống một cửa\n\
    22651,DIGITISED,2026-09,198,200,Hệ thống một cửa\n\
    22651,DIGITISED,2026-13,198,200,Hệ thống một cửa\n\
    21409,ONTIME_DOSSIERS,2026-09,198,200,Hệ thống một cửa\n";

async fn service(database: Database) -> App {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let lan = account("lan.nguyen", Role::CentreStaff, "/56/22651/");
    set_up(&db, &lan, app.now(), Vec::new()).await;
    let done = Entered::Done { on: "2026-10-05".parse().unwrap() };
    let entries = [
        new(counts("2026-09", 190, 200), 0),
        new(entry("QUICK_SURVEY", "2026-10-05", done), 0),
        new(
            entry("ONLINE_PAYMENT", "2026-09", Entered::Counts { numerator: 0, denominator: 0 }),
            0,
        ),
    ];
    db.enter(&entries, &entering("lan.nguyen", app.now())).await.unwrap();
    db.close().await;
    app
}

async fn sign_in(browser: &Browser, app: &App) {
    browser.enter("#name", "lan.nguyen").await;
    browser.enter("#password", PASSWORD).await;
    browser.follow(BUTTON).await;
    browser.enter("#code", &code(app.now())).await;
    browser.follow(BUTTON).await;
}

async fn every_page(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chỉ tiêu.csv");
    std::fs::write(&file, FILE).unwrap();
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut found = Vec::new();
            let at = |path: &str| app.url(&in_language(path, language));
            browser.goto(&at("/staff/indicators")).await;
            sign_in(browser, &app).await;
            assert!(browser.place().await.starts_with("/staff/indicators/22651"));
            found.extend(faults(browser).await);
            for path in [
                "/staff/indicators/22651?period=2026-09",
                "/staff/indicators/22651/digitised",
                "/staff/indicators/22651/quick-survey",
                "/staff/indicators/22651/quick-survey/enter",
                "/staff/indicators/22651/digitised/withdraw?period=2026-09",
                "/c/22651?period=2026-09",
            ] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            browser.goto(&at("/staff/indicators/22651/digitised/enter?period=2026-08")).await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".errors a").await.len(), 2, "both numbers");
            found.extend(faults(browser).await);
            browser.goto(&at("/staff/indicators/file")).await;
            found.extend(faults(browser).await);
            browser.enter("#file", file.to_str().unwrap()).await;
            browser.follow(BUTTON).await;
            assert!(browser.place().await.starts_with("/staff/indicators/file/preview"));
            found.extend(faults(browser).await);
            browser.follow("form.asked button").await;
            assert_eq!(browser.all("[role=status]").await.len(), 1);
            found.extend(faults(browser).await);
            assert!(found.is_empty(), "{found:#?}");
        })
        .await;
    assert_eq!(app.database().count("indicator_entries").await, 5);
}

#[tokio::test]
async fn every_page_of_indicators_in_vietnamese_is_accessible_and_fits_every_screen() {
    every_page("").await;
}

#[tokio::test]
async fn every_page_of_indicators_in_english_is_accessible_and_fits_every_screen() {
    every_page("lang=en").await;
}

on_both_databases![
    a_month_is_entered_on_a_phone_without_a_script,
    a_file_of_months_is_looked_at_and_entered_without_a_script,
    of_ten_thousand_rows_the_good_go_in_and_the_bad_come_back,
];

async fn a_month_is_entered_on_a_phone_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff/indicators/22651/digitised")).await;
            sign_in(browser, &app).await;
            browser.follow("#held tbody tr:nth-child(8) a").await;
            let month = browser.one("#period").await.prop("value").await.unwrap();
            assert_eq!(month.as_deref(), Some("08/2026"));
            browser.enter("#numerator", "171").await;
            browser.enter("#denominator", "180").await;
            browser.follow(BUTTON).await;
            let row = browser.text("#held tbody tr:nth-child(8)").await;
            assert!(row.contains("95,0 % (171/180)"), "{row}");
            assert_eq!(browser.all("[role=status]").await.len(), 1);
        })
        .await;
}

async fn a_file_of_months_is_looked_at_and_entered_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chỉ tiêu.csv");
    std::fs::write(&file, FILE).unwrap();
    chromium
        .journey(DESKTOP, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff/indicators/22651?period=2026-09")).await;
            sign_in(browser, &app).await;
            let downloads = Downloads::of(browser).await;
            let (name, template) = downloads.taken(browser, "main a[href*='/template']").await;
            assert!(
                name.split('.').next_back() == Some("csv") && template.contains(&b','),
                "{name}"
            );
            browser.follow("main a.button[href$='/staff/indicators/file']").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".errors a").await.len(), 1, "no file was chosen");
            browser.enter("#file", file.to_str().unwrap()).await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.place().await, "/staff/indicators/file/preview");
            assert_eq!(faults(browser).await, Vec::<String>::new());
            assert_eq!(browser.all("#rows tbody tr").await.len(), 2, "the good ones");
            assert_eq!(browser.all("#kinds tbody tr").await.len(), 2, "no month, no such commune");
            let (_, rejects) = downloads.taken(browser, "form[action$='/rejects'] button").await;
            let rejects = String::from_utf8(rejects).unwrap();
            assert!(rejects.contains("2026-13") && rejects.contains("21409"), "{rejects}");
            assert!(!rejects.contains("2026-08"), "{rejects}");
            assert_eq!(app.database().count("indicator_entries").await, 3, "nothing by looking");
            browser.follow("form.asked button").await;
            assert_eq!(browser.all("[role=status]").await.len(), 1);
            assert_eq!(faults(browser).await, Vec::<String>::new());
            browser.goto(&app.url("/staff/indicators/22651/digitised")).await;
            assert!(browser.text("#held tbody tr:nth-child(8)").await.contains("180/200"));
            assert!(browser.text("#held tbody tr:nth-child(9)").await.contains("198/200"));
        })
        .await;
    assert_eq!(app.database().count("indicator_entries").await, 5);
}

async fn of_ten_thousand_rows_the_good_go_in_and_the_bad_come_back(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(database);
    let db = app.database().open().await;
    let lan = account("lan.nguyen", Role::Administrator, "/");
    set_up(&db, &lan, app.now(), Vec::new()).await;
    db.close().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chỉ tiêu.csv");
    std::fs::write(&file, ten_thousand()).unwrap();
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            browser.goto(&app.url("/staff/indicators/file")).await;
            sign_in(browser, &app).await;
            browser.enter("#file", file.to_str().unwrap()).await;
            browser.follow(BUTTON).await;
            assert!(browser.text(".answers").await.contains("10.000"));
            assert_eq!(browser.all("#kinds tbody tr").await.len(), 10, "every kind of mistake");
            // What its button takes along, read where it is.
            let taken =
                "const done = arguments[0], form = document.querySelector('form[action$=rejects]');
                const body = new URLSearchParams(new FormData(form));
                fetch(form.action, {method: 'POST', body}).then(told => told.text()).then(done);";
            let rejects = browser.run_until_done(taken).await;
            assert_eq!(rejects.as_str().unwrap().lines().count(), 1 + 1_000, "{rejects}");
            browser.follow("form.asked button").await;
            assert_eq!(browser.all("[role=status]").await.len(), 1);
        })
        .await;
    assert_eq!(app.database().count("indicator_entries").await, 9_000);
}
