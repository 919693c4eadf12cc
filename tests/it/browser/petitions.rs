//! Petitions in a real browser: the whole way without a script, and every page and
//! state in both languages on every screen.

use hailong::staff::Role;

use super::every_page::{faults, in_language};
use super::staff::sign_in;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::{COMMUNE, Pass};
use crate::support::staff::{Member, account, set_up};

const BUTTON: &str = "main form button";

/// A service with somebody who can sign in, and somebody who is.
async fn service(database: Database) -> App {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let lan = account("lan.nguyen", Role::CentreStaff, "/56/22651/");
    set_up(&db, &lan, app.now(), vec![[1; 32]; 1]).await;
    db.close().await;
    app
}

async fn write(browser: &Browser, text: &str) {
    browser.enter("#subject", "Chờ lâu ở quầy đất đai").await;
    browser.enter("#text", text).await;
}

on_both_databases![
    a_petition_goes_its_whole_way_without_a_script,
    a_template_is_changed_put_into_an_answer_and_sent_without_a_script,
];

async fn a_petition_goes_its_whole_way_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, "/56/22651/").await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url(&format!("/p/{COMMUNE}"))).await;
            browser.follow(BUTTON).await;
            assert!(browser.title().await.starts_with("Lỗi:"));
            assert_eq!(browser.all(".errors a").await.len(), 2);
            assert_eq!(
                browser.text(".errors p:first-of-type a").await,
                browser.text("#subject-error").await
            );
            write(browser, "Tôi chờ 45 phút.").await;
            browser.follow(BUTTON).await;
            assert!(browser.text(".answers").await.contains("Tôi chờ 45 phút."));
            browser.follow("button[value=change]").await;
            browser.enter("#text", " Thêm quầy nhé.").await;
            browser.follow(BUTTON).await;
            browser.follow("button[value=send]").await;
            let pass = Pass { code: browser.text("#code").await, pin: browser.text("#pin").await };
            browser.follow("a.button:not(.second)").await;
            assert_eq!(browser.place().await, format!("/p/{COMMUNE}/status?code={}", pass.code));
            browser.enter("#pin", &pass.pin).await;
            browser.follow(BUTTON).await;
            assert!(browser.text(".headline").await.contains("Còn 2 ngày làm việc"));
            assert!(browser.text("main").await.contains("Thêm quầy nhé."));

            hoa.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
            let answer = [("version", "2"), ("answer", "Đã thêm một quầy.")];
            hoa.post(&pass.staff("answer"), &answer).await;
            browser.goto(&app.url(&format!("/p/{COMMUNE}/status?code={}", pass.code))).await;
            browser.enter("#pin", &pass.pin).await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.text("#answer").await, "Đã thêm một quầy.");
            browser.click("label[for=not-satisfied]").await;
            browser.follow("#acts button").await;
            assert!(browser.text("[role=status]").await.contains("Đã ghi nhận"));
            browser.enter("#why", "Quầy ở đâu").await;
            browser.follow("#acts button").await;
            assert!(browser.text(".headline").await.contains("Còn 10 ngày làm việc"));
        })
        .await;
}

async fn a_template_is_changed_put_into_an_answer_and_sent_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, "/56/22651/").await;
    let pass = Pass::sent(&app, &[]).await;
    hoa.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff/petitions")).await;
            sign_in(browser, &app).await;
            browser.goto(&app.url("/staff/petitions")).await;
            browser.follow("a[href='/staff/replies']").await;
            browser.follow("a[href$='replaces=fixed']").await;
            browser.one("#text").await.clear().await.expect("a field");
            browser.enter("#text", "Kính gửi ông/bà, [đơn vị] đã làm: [ghi việc].").await;
            browser.follow("main form .buttons button").await;
            assert_eq!(browser.place().await, "/staff/replies");
            assert!(browser.text("#replies tbody tr:first-child").await.contains("Xã Diên Khánh"));
            browser.follow("#replies tbody tr:first-child a").await;
            browser.goto(&app.url(&pass.staff("answer"))).await;
            browser.enter("#answer", "Chào ông Bưởi.").await;
            browser.one("#template option:nth-child(2)").await.click().await.unwrap();
            browser.follow("button[name=insert]").await;
            let wanted = "Chào ông Bưởi.\n\nKính gửi ông/bà, Xã Diên Khánh đã làm: [ghi việc].";
            let put = browser.one("#answer").await.prop("value").await.unwrap();
            assert_eq!(put.as_deref(), Some(wanted));
            browser.follow("main form .buttons button").await;
            assert!(browser.text(".errors").await.contains("[ghi việc]"));
            browser.one("#answer").await.clear().await.expect("a field");
            browser.enter("#answer", "Đã thêm một quầy.").await;
            browser.follow("main form .buttons button").await;
            assert!(browser.text("main").await.contains("Đã thêm một quầy."));
        })
        .await;
}

#[tokio::test]
async fn every_page_of_petitions_in_vietnamese_is_accessible_and_fits_every_screen() {
    look_at_everything("").await;
}

#[tokio::test]
async fn every_page_of_petitions_in_english_is_accessible_and_fits_every_screen() {
    look_at_everything("lang=en").await;
}

async fn look_at_everything(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, "/56/22651/").await;
    let contact = [("person", "Lê Thị Bưởi"), ("phone", "0905 123 456"), ("consent", "yes")];
    let pass = Pass::sent(&app, &contact).await;
    let at = |path: &str| app.url(&in_language(path, language));
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut found = Vec::new();
            found.extend(look_at_the_citizen(browser, &app, language, &pass).await);
            browser.goto(&at("/staff/petitions")).await;
            sign_in(browser, &app).await;
            for path in [
                "/staff/petitions",
                "/staff/petitions?state=closed&q=x",
                "/staff/petitions/figures/22651",
            ] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            for path in ["/staff/replies", "/staff/replies/new?replaces=fixed"] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            for path in ["/staff/petitions/new", "/staff/apology", "/staff/replies/new"] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
                browser.follow(BUTTON).await;
                assert!(browser.all(".errors a").await.len() >= 2);
                found.extend(faults(browser).await);
            }
            browser.goto(&at(&pass.staff(""))).await;
            found.extend(faults(browser).await);
            browser.follow("form[action*=contact] button").await;
            assert!(browser.text("main").await.contains("Lê Thị Bưởi"));
            found.extend(faults(browser).await);
            for act in ["acknowledge", "assign", "extend", "answer", "duplicate", "refuse"] {
                browser.goto(&at(&pass.staff(act))).await;
                found.extend(faults(browser).await);
            }
            hoa.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
            browser.enter("#reason", "Thuộc cơ quan khác").await;
            browser.follow("main form .buttons button").await;
            assert_eq!(browser.all(".beside").await.len(), 1, "somebody else acted");
            found.extend(faults(browser).await);
            let answer = [("version", "2"), ("answer", "Xong, gọi 0905 123 456.")];
            hoa.post(&pass.staff("answer"), &answer).await;
            browser.goto(&at(&pass.staff("publish"))).await;
            browser.enter("#question", " Rất tốt.").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".errors a").await.len(), 1, "nobody rewords it");
            found.extend(faults(browser).await);
            for (field, text) in
                [("#question", "Tôi chờ 45 phút."), ("#answer", "Xong, gọi 0905 123 456.")]
            {
                browser.one(field).await.clear().await.expect("a field");
                browser.enter(field, text).await;
            }
            browser.follow(BUTTON).await;
            assert_eq!(browser.all("input[name=sure]").await.len(), 1);
            found.extend(faults(browser).await);
            browser.click("label[for=sure-1]").await;
            browser.follow(BUTTON).await;
            assert!(browser.all(".errors").await.is_empty(), "it is published");
            found.extend(faults(browser).await);
            found.extend(look_at_the_answer(browser, &app, language, &pass).await);
            assert!(found.is_empty(), "{found:#?}");
        })
        .await;
}

/// The pages before anything is answered.
async fn look_at_the_citizen(
    browser: &Browser,
    app: &App,
    language: &str,
    pass: &Pass,
) -> Vec<String> {
    let mut found = Vec::new();
    let at = |path: &str| app.url(&in_language(path, language));
    browser.goto(&at(&format!("/c/{COMMUNE}/petitions"))).await;
    found.extend(faults(browser).await);
    browser.goto(&at(&format!("/p/{COMMUNE}"))).await;
    found.extend(faults(browser).await);
    browser.enter("#phone", "x").await;
    browser.follow(BUTTON).await;
    assert_eq!(browser.all(".errors a").await.len(), 4);
    found.extend(faults(browser).await);
    browser.one("#phone").await.clear().await.expect("a field");
    write(browser, "Tôi chờ 45 phút.").await;
    browser.follow(BUTTON).await;
    found.extend(faults(browser).await);
    browser.follow("button[value=send]").await;
    assert_eq!(browser.all(".receipt").await.len(), 2);
    found.extend(faults(browser).await);
    browser.follow("a.button:not(.second)").await;
    found.extend(faults(browser).await);
    browser.follow(BUTTON).await;
    assert_eq!(browser.all(".errors a").await.len(), 1);
    found.extend(faults(browser).await);
    open(browser, app, language, pass).await;
    found.extend(faults(browser).await);
    found
}

async fn open(browser: &Browser, app: &App, language: &str, pass: &Pass) {
    let path = format!("/p/{COMMUNE}/status?code={}", pass.code);
    browser.goto(&app.url(&in_language(&path, language))).await;
    browser.enter("#pin", &pass.pin).await;
    browser.follow(BUTTON).await;
}

/// The pages once it is answered and published.
async fn look_at_the_answer(
    browser: &Browser,
    app: &App,
    language: &str,
    pass: &Pass,
) -> Vec<String> {
    let mut found = Vec::new();
    open(browser, app, language, pass).await;
    found.extend(faults(browser).await);
    browser.follow("#acts button").await;
    assert_eq!(browser.all(".errors a").await.len(), 1, "nothing was chosen");
    found.extend(faults(browser).await);
    browser.click("label[for=not-satisfied]").await;
    browser.follow("#acts button").await;
    found.extend(faults(browser).await);
    browser.goto(&app.url(&in_language(&format!("/c/{COMMUNE}/petitions"), language))).await;
    assert_eq!(browser.all("tbody tr").await.len(), 1);
    found.extend(faults(browser).await);
    found
}
