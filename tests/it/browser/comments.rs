//! Comments in a real browser: from the queue to the public page without a script, every
//! state on every screen, and hostile texts that stay texts.

use hailong::staff::audit::Action;
use hailong::staff::{Role, Scope};
use hailong::store::comments::{Comment, Decision};

use super::every_page::{faults, in_language};
use crate::support::answers;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, PHONE, Scripts};
use crate::support::comments::left;
use crate::support::database::{Database, on_both_databases};
use crate::support::hostile;
use crate::support::staff::{PASSWORD, account, by_operator, code, set_up};

const BUTTON: &str = "main form button:not([type=button])";
const SAID: &str = "Chị Lan ở quầy số 3 rất nhiệt tình, hướng dẫn rõ ràng.\n\
    Chỗ ngồi chờ còn ít, nhà tôi 0912 345 678 gọi mãi mới gặp.";

async fn service(database: Database, texts: &[&str]) -> (App, Vec<Comment>) {
    answers::month(&database, "22651", 40).await;
    let app = App::spawn(database);
    let db = app.database().open().await;
    let lan = account("lan.nguyen", Role::CentreStaff, "/56/22651/");
    set_up(&db, &lan, app.now(), Vec::new()).await;
    let said = left(&db, texts).await;
    db.close().await;
    (app, said)
}

/// Signs in on the way to `path`.
async fn sign_in(browser: &Browser, app: &App, path: &str) {
    browser.goto(&app.url(path)).await;
    browser.enter("#name", "lan.nguyen").await;
    browser.enter("#password", PASSWORD).await;
    browser.follow(BUTTON).await;
    browser.enter("#code", &code(app.now())).await;
    browser.follow(BUTTON).await;
}

on_both_databases![
    a_comment_is_found_covered_and_published_without_a_script,
    a_comment_is_tagged_acted_upon_hidden_and_brought_back_without_a_script,
];

async fn a_comment_is_found_covered_and_published_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, _) = service(database, &[SAID, "Nhanh"]).await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            sign_in(browser, &app, "/staff/comments").await;
            browser.enter("#q", "cho ngoi").await;
            browser.follow("form.chosen button").await;
            assert_eq!(browser.all("a.comment").await.len(), 1);
            browser.follow("a.comment").await;
            assert_eq!(browser.all("#text mark").await.len(), 2);
            browser.follow(".actions a.button:not(.second)").await;
            let covered = browser.one("#covered").await.prop("value").await.unwrap().unwrap();
            assert!(covered.starts_with("[…] ở quầy số 3") && covered.contains("nhà tôi […] gọi"));
            browser.follow(BUTTON).await;
            assert_eq!(browser.text("#state").await, "Đã công bố");
            browser.goto(&app.url("/c/22651")).await;
            browser.follow("main a[href$='/comments']").await;
            assert_eq!(browser.text(".targets blockquote").await, covered);
        })
        .await;
}

async fn a_comment_is_tagged_acted_upon_hidden_and_brought_back_without_a_script(
    database: Database,
) {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, said) = service(database, &["Chỗ ngồi chờ còn ít", "Nhanh"]).await;
    let one = format!("/staff/comments/{}", said[0].id);
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            sign_in(browser, &app, &one).await;
            browser.enter("#tags", "chỗ ngồi, quầy 3").await;
            browser.follow("form[action$='/tags'] button").await;
            assert!(browser.text("dl.facts").await.contains("chỗ ngồi, quầy 3"));
            browser.follow("main a[href*='/staff/actions/new']").await;
            browser.enter("#task", "Thêm mười ghế chờ").await;
            browser.enter("#lead", "Trung tâm").await;
            browser.enter("#due", "30/10/2026").await;
            browser.follow("main form.asked button[type=submit]").await;
            let action = browser.place().await;
            assert!(browser.text("main").await.contains("Chỗ ngồi chờ còn ít"), "why it is done");
            assert_eq!(faults(browser).await, Vec::<String>::new());
            browser.goto(&app.url(&one)).await;
            let link = format!("#actions-opened a[href='{action}']");
            assert_eq!(browser.text(&link).await, "Thêm mười ghế chờ");
            assert_eq!(faults(browser).await, Vec::<String>::new());

            browser.follow(".actions a[href$='/hide']").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".errors a").await.len(), 1, "a reason");
            browser.enter("#reason", "Trùng với góp ý khác").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.text("#state").await, "Đã ẩn");
            assert!(browser.text("#decided").await.contains("Trùng với góp ý khác"));
            assert_eq!(faults(browser).await, Vec::<String>::new());
            browser.goto(&app.url("/staff/comments?state=hidden")).await;
            assert_eq!(browser.all("a.comment").await.len(), 1);
            browser.follow("a.comment").await;
            browser.follow("form[action$='/return'] button").await;
            assert_eq!(browser.text("#state").await, "Chờ xem");
            assert_eq!(browser.all("#decided tbody tr").await.len(), 2);
        })
        .await;
}

async fn every_state(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, said) =
        service(Database::sqlite(), &[SAID, "Nhanh, gọn, cảm ơn", "Xin thêm ghế"]).await;
    let one = format!("/staff/comments/{}", said[0].id);
    let at = |path: &str| app.url(&in_language(path, language));
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut found = Vec::new();
            sign_in(browser, &app, &in_language("/staff/comments", language)).await;
            for path in [
                "/staff/comments",
                "/staff/comments?state=hidden",
                "/staff/comments?period=x",
                &one,
                &format!("{one}/hide"),
                &format!("{one}/publish"),
                "/c/22651/comments",
            ] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            browser.goto(&at(&format!("{one}/hide"))).await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".errors a").await.len(), 1);
            found.extend(faults(browser).await);
            browser.goto(&at(&format!("{one}/publish"))).await;
            browser.run("document.querySelector('#covered').value = 'Xin thêm ghế'").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all("#covered-error").await.len(), 1);
            found.extend(faults(browser).await);
            let original = serde_json::to_string(SAID).unwrap();
            browser.run(&format!("document.querySelector('#covered').value = {original}")).await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".tile input").await.len(), 2);
            found.extend(faults(browser).await);
            // Meanwhile somebody else decides.
            let db = app.database().open().await;
            let there = db.comment(&Scope::Everywhere, said[0].id).await.unwrap().unwrap();
            let event = by_operator(app.now(), Action::HideComment);
            assert!(db.decide_comment(&there, Decision::Hide("nêu tên"), &event).await.unwrap());
            browser.follow(BUTTON).await;
            assert_eq!(browser.all("#overtaken").await.len(), 1);
            assert!(browser.text("#decided").await.contains("nêu tên"));
            found.extend(faults(browser).await);
            browser.enter("#tags", "a,b,c,d,e,f,g,h,i").await;
            browser.follow("form[action*=tags] button").await;
            assert_eq!(browser.all("#tags-error").await.len(), 1);
            found.extend(faults(browser).await);
            for comment in &said[1..] {
                let text = Decision::Publish(&comment.text);
                let event = by_operator(app.now(), Action::PublishComment);
                assert!(db.decide_comment(comment, text, &event).await.unwrap());
            }
            db.close().await;
            // The page without comments may still be in the browser's memory.
            browser.goto(&at("/c/22651/comments?month=2026-09")).await;
            assert_eq!(browser.all(".targets blockquote").await.len(), 2);
            found.extend(faults(browser).await);
            for path in ["/c/22651", "/staff/comments?state=published"] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            assert!(found.is_empty(), "{found:#?}");
        })
        .await;
}

#[tokio::test]
async fn every_state_of_comments_in_vietnamese_is_accessible_and_fits_every_screen() {
    every_state("").await;
}

#[tokio::test]
async fn every_state_of_comments_in_english_is_accessible_and_fits_every_screen() {
    every_state("lang=en").await;
}

#[tokio::test]
async fn sixty_hostile_comments_are_read_as_texts_and_do_nothing() {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, said) = service(Database::sqlite(), &hostile::STRINGS).await;
    let db = app.database().open().await;
    for comment in &said {
        let event = by_operator(app.now(), Action::PublishComment);
        let decision = Decision::Publish(&comment.text);
        assert!(db.decide_comment(comment, decision, &event).await.unwrap());
    }
    db.close().await;
    let mut written: Vec<String> = said.iter().map(|comment| comment.text.clone()).collect();
    written.sort();
    let read = "return [...document.querySelectorAll('.targets blockquote')]
        .map(said => said.textContent)";
    let listed = "return [...document.querySelectorAll('a.comment')].map(said => said.textContent)";
    let inert = "return window.hacked === undefined
        && document.querySelectorAll('main script, main img, main svg, main iframe').length === 0
        && document.querySelectorAll('main style, main link, main base').length === 0";
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            browser.goto(&app.url("/c/22651/comments")).await;
            let mut shown: Vec<String> = serde_json::from_value(browser.run(read).await).unwrap();
            shown.sort();
            assert_eq!(shown, written);
            assert_eq!(browser.run(inert).await, true, "on the public page");
            sign_in(browser, &app, "/staff/comments?state=all").await;
            let shown: Vec<String> = serde_json::from_value(browser.run(listed).await).unwrap();
            assert_eq!(shown.len(), 50);
            assert!(shown.iter().all(|text| written.contains(text)), "{shown:?}");
            assert_eq!(browser.run(inert).await, true, "in the queue");
            for comment in said.iter().step_by(7) {
                browser.goto(&app.url(&format!("/staff/comments/{}", comment.id))).await;
                assert_eq!(browser.run(inert).await, true, "{}", comment.text);
            }
        })
        .await;
}
