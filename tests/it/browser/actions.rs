//! Improvement actions in a real browser: the whole way without a script, and every page
//! on every screen.

use hailong::staff::Role;
use surveys::action::Origin;

use super::every_page::{faults, in_language};
use crate::support::action::{COMMUNE, PLACE, columns, opened};
use crate::support::answers;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{PASSWORD, account, code, set_up};

const BUTTON: &str = "main form.asked button[type=submit]";

async fn service(database: Database) -> App {
    answers::month(&database, COMMUNE, 150).await;
    let app = App::spawn(database);
    let db = app.database().open().await;
    let lan = account("lan.nguyen", Role::CentreStaff, PLACE);
    set_up(&db, &lan, app.now(), Vec::new()).await;
    db.close().await;
    app
}

async fn sign_in(browser: &Browser, app: &App, path: &str) {
    browser.goto(&app.url(path)).await;
    browser.enter("#name", "lan.nguyen").await;
    browser.enter("#password", PASSWORD).await;
    browser.follow("main form button[type=submit]").await;
    browser.enter("#code", &code(app.now())).await;
    browser.follow("main form button[type=submit]").await;
}

on_both_databases![
    an_action_is_opened_from_an_offer_done_with_evidence_and_published_without_a_script,
    the_tasks_of_the_plan_are_chosen_and_taken_over_without_a_script,
];

async fn an_action_is_opened_from_an_offer_done_with_evidence_and_published_without_a_script(
    database: Database,
) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            sign_in(browser, &app, "/staff/actions").await;
            let offered = browser.all(".offers a").await.len();
            assert!(offered >= 1);
            browser.follow(".offers li:last-child a").await;
            browser.enter("#task", "Cử một người trả lời phản ánh trong ngày").await;
            browser.enter("#lead", "Trung tâm Phục vụ hành chính công xã").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".errors a").await.len(), 1, "a term is missing");
            browser.enter("#due", "18/10/2026").await;
            browser.follow(BUTTON).await;
            assert!(browser.text(".lead").await.contains("Còn 3 ngày"));
            assert_eq!(browser.all("#followed tbody tr").await.len(), 2);
            let action = browser.place().await;
            browser.follow("a[href$='/status']").await;
            browser.one("#next option[value=done]").await.click().await.unwrap();
            browser.follow(BUTTON).await;
            assert!(browser.text(".errors").await.contains("chưa có minh chứng"));
            browser.follow("a[href$='kind=evidence']").await;
            browser.enter("#text", "Quyết định số 12 cử người trực").await;
            browser.follow(BUTTON).await;
            browser.follow("a[href$='/status']").await;
            browser.one("#next option[value=done]").await.click().await.unwrap();
            browser.follow(BUTTON).await;
            assert!(browser.text(".lead").await.contains("Đã xong"));
            browser.follow("main .choices a[href$='/public']").await;
            browser.one("#show option[value=yes]").await.click().await.unwrap();
            browser.enter("#done", "Mỗi ngày có một người trả lời phản ánh.").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.place().await, action);
            browser.goto(&app.url("/c/22651")).await;
            browser.follow("a[href='/c/22651/actions']").await;
            assert!(browser.text(".action").await.contains("Mỗi ngày có một người"));
            assert_eq!(browser.all(".action tbody tr").await.len(), 2, "before it, and since");
            browser.goto(&app.url("/staff/actions")).await;
            let again = browser.all(".offers a").await.len();
            assert_eq!(again, offered - 1, "what is done since is not offered again");
        })
        .await;
}

async fn the_tasks_of_the_plan_are_chosen_and_taken_over_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            sign_in(browser, &app, "/staff/actions").await;
            browser.follow("a[href*='/staff/actions/plan']").await;
            let (every, chosen) = (".tick input", ".tick input:checked");
            assert_eq!(browser.all(every).await.len(), 23);
            let service = browser.all(chosen).await.len();
            assert_eq!(browser.all("details[open] .tick input").await.len(), service);
            assert!((1..23).contains(&service), "{service}");
            // One component, without the one that is left out.
            let access = browser.all("details:has(#of-access) .tick input").await.len();
            browser.click("details:has(#of-access) tbody tr:first-child .tick").await;
            browser.follow("button[name=of][value=access]").await;
            let told = browser.text("main .note[role=status]").await;
            assert!(told.contains(&format!("Đã đưa {} nhiệm vụ", access - 1)), "{told}");
            assert_eq!(browser.all(chosen).await.len(), service - access);
            // What is folded is opened and chosen as well.
            browser.click("details:has(#of-participation) summary").await;
            browser.click("details:has(#of-participation) tbody tr:first-child .tick").await;
            browser.follow("main form.planned > .buttons button").await;
            let told = browser.text("main .note[role=status]").await;
            assert!(told.contains(&format!("Đã đưa {} nhiệm vụ", service - access + 1)), "{told}");
            browser.follow("main .back a[href*='/staff/actions']").await;
            assert_eq!(browser.all("#actions tbody tr").await.len(), service);
            browser.follow("a[href*='/staff/actions/plan']").await;
            assert_eq!(browser.all(chosen).await.len(), 1, "what was left out");
        })
        .await;
}

#[tokio::test]
async fn every_page_of_actions_in_vietnamese_is_accessible_and_fits_every_screen() {
    look_at_everything("").await;
}

#[tokio::test]
async fn every_page_of_actions_in_english_is_accessible_and_fits_every_screen() {
    look_at_everything("lang=en").await;
}

async fn look_at_everything(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    let db = app.database().open().await;
    let long = format!("{} {}", "Niêm yết".repeat(40), "x".repeat(200));
    let first = opened(&db, COMMUNE, columns(&long, "1/10/2026"), Origin::Own).await.id;
    opened(&db, COMMUNE, columns("Thêm ghế", ""), Origin::Comment { id: "k7".into() }).await;
    db.close().await;
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            sign_in(browser, &app, "/staff/actions").await;
            let one = format!("/staff/actions/{first}");
            let at = |path: &str| app.url(&in_language(path, language));
            let mut found = Vec::new();
            for (part, field, typed) in [
                ("edit", "#product", "Bảng niêm yết"),
                ("note?kind=evidence", "#text", "Biên bản số 3"),
                ("public", "#found", "Bảng niêm yết khó đọc"),
            ] {
                browser.goto(&at(&format!("{one}/{part}"))).await;
                found.extend(faults(browser).await);
                browser.enter(field, typed).await;
                if part == "public" {
                    browser.one("#show option[value=yes]").await.click().await.unwrap();
                }
                browser.follow(BUTTON).await;
                found.extend(faults(browser).await);
            }
            for path in [
                "/staff/actions",
                "/staff/actions?status=dropped",
                &one,
                "/staff/actions/plan",
                "/staff/actions/new",
                "/staff/actions/new?origin=plan/dien-khanh-2025/access/1",
                "/staff/actions/new?origin=verdict/quick-counter/feedback/2026-09",
                &format!("{one}/status"),
                "/c/22651/actions",
                "/c/00004/actions",
            ] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            browser.goto(&at("/staff/actions/new")).await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".errors a").await.len(), 3);
            found.extend(faults(browser).await);
            assert!(found.is_empty(), "{found:#?}");
        })
        .await;
}
