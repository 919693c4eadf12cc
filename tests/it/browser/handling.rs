//! A petition from its sender to the public list and back, handled by staff in a browser,
//! without a script: each act pressed, each rule met on its page.

use std::io::{Cursor, Read};

use hailong::staff::Role;

use super::every_page::faults_on;
use super::staff::sign_in;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::downloads::Downloads;
use crate::support::petition::{COMMUNE, Pass};
use crate::support::staff::{self, Member, code};

const BUTTON: &str = "main form .buttons button";
const SAID: &str = "Chị Bưởi ở quầy số 2 bảo tôi chờ, tôi chờ 45 phút.";
const COVERED: &str = "[…] ở quầy số 2 bảo tôi chờ, tôi chờ 45 phút.";
const ANSWER: &str = "Đã thêm một quầy. Hỏi thêm xin gọi 0905 123 456.";

on_both_databases![
    a_petition_is_handled_answered_and_published_without_a_script,
    nobody_extends_later_than_two_working_days_before_the_deadline_without_a_script,
];

/// A service where nine petitions of the month were answered, so that a tenth makes a rate.
async fn service(database: Database) -> App {
    let app = staff::service(database, Role::CentreStaff).await;
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, "/56/22651/").await;
    for _ in 0..9 {
        let pass = Pass::sent(&app, &[]).await;
        hoa.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
        let answer = [("version", "2"), ("answer", "Đã thêm quầy.")];
        assert_eq!(hoa.post(&pass.staff("answer"), &answer).await.status(), 303);
    }
    app
}

/// Fails unless the page that is open is accessible and fits the screen of a phone and a desk.
async fn in_order(browser: &Browser) {
    let found = faults_on(browser, &[PHONE, DESKTOP], &[PHONE]).await;
    assert!(found.is_empty(), "{found:#?}");
}

/// Goes by the link to `act` and presses its button, with `typed` in its fields.
async fn act(browser: &Browser, act: &str, typed: &[(&str, &str)]) {
    browser.follow(&format!(".acts a[href$='/{act}']")).await;
    for (field, text) in typed {
        browser.enter(field, text).await;
    }
    in_order(browser).await;
    browser.follow(BUTTON).await;
}

/// A citizen writes, looks at it and sends it, with a way to be reached.
async fn sent(browser: &Browser, app: &App) -> Pass {
    browser.goto(&app.url(&format!("/p/{COMMUNE}"))).await;
    for (field, text) in [
        ("#subject", "Chờ lâu ở quầy đất đai"),
        ("#text", SAID),
        ("#person", "Lê Thị Bưởi"),
        ("#phone", "0905 765 432"),
    ] {
        browser.enter(field, text).await;
    }
    browser.click("label[for=consent]").await;
    browser.follow(BUTTON).await;
    browser.follow("button[value=send]").await;
    in_order(browser).await;
    Pass { code: browser.text("#code").await, pin: browser.text("#pin").await }
}

/// Its sender opens it by code and PIN.
async fn opened(browser: &Browser, app: &App, pass: &Pass) {
    browser.goto(&app.url(&format!("/p/{COMMUNE}/status?code={}", pass.code))).await;
    browser.enter("#pin", &pass.pin).await;
    browser.follow(BUTTON).await;
}

async fn a_petition_is_handled_answered_and_published_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    chromium
        .journey(PHONE, Scripts::Off, async |citizen| {
            let pass = sent(citizen, &app).await;
            chromium
                .journey(DESKTOP, Scripts::Off, async |desk| {
                    taken_on(desk, &app, &pass).await;
                    answered(desk, &app, &pass).await;
                    published(desk, &app, &pass).await;
                })
                .await;
            citizen.goto(&app.url(&format!("/c/{COMMUNE}/petitions?period=2026-10"))).await;
            assert!(citizen.text("main tbody").await.contains(COVERED));
            assert!(!citizen.text("main").await.contains("Bưởi"));
            let rate = citizen.text(".headline").await;
            assert!(rate.contains("90,0 % trả lời đúng hạn (9 trên 10"), "{rate}");
            in_order(citizen).await;
            opened(citizen, &app, &pass).await;
            assert_eq!(citizen.text("#answer").await, ANSWER);
            citizen.click("label[for=not-satisfied]").await;
            citizen.follow("#acts button").await;
            in_order(citizen).await;
            chromium
                .journey(DESKTOP, Scripts::Off, async |desk| {
                    desk.goto(&app.url(&pass.staff(""))).await;
                    app.pass_minutes(1);
                    sign_in(desk, &app).await;
                    assert!(desk.text("main").await.contains("không hài lòng"));
                    act(desk, "reopen", &[("#reason", "Người gửi chưa hài lòng")]).await;
                    assert!(desk.text(".headline").await.contains("Còn 10 ngày làm việc"));
                })
                .await;
            opened(citizen, &app, &pass).await;
            let history = citizen.text("ol.history").await;
            assert!(history.contains("Người gửi chưa hài lòng"), "{history}");
        })
        .await;
}

/// The petition is found, taken on and given to somebody; its sender is reached.
async fn taken_on(desk: &Browser, app: &App, pass: &Pass) {
    desk.goto(&app.url("/staff/petitions")).await;
    sign_in(desk, app).await;
    in_order(desk).await;
    desk.follow(&format!("main tbody a[href='{}']", pass.staff(""))).await;
    act(desk, "acknowledge", &[]).await;
    desk.follow(".acts a[href$='/assign']").await;
    desk.one("#whom").await.select_by_value("Cán bộ lan.nguyen").await.unwrap();
    desk.follow(BUTTON).await;
    assert!(desk.text(".headline").await.contains("Cán bộ lan.nguyen"));
    in_order(desk).await;
    assert!(!desk.text("main").await.contains("0905 765 432"), "the contact is closed");
    // A code of five minutes ago is not enough.
    app.pass_minutes(6);
    desk.follow("form[action$='/contact'] button").await;
    assert_eq!(desk.all("#code").await.len(), 1);
    in_order(desk).await;
    desk.enter("#code", &code(app.now())).await;
    desk.follow(BUTTON).await;
    assert_eq!(desk.place().await, pass.staff(""));
    desk.follow("form[action$='/contact'] button").await;
    let contact = desk.text("main").await;
    assert!(contact.contains("Lê Thị Bưởi") && contact.contains("0905 765 432"), "{contact}");
    in_order(desk).await;
}

/// It takes longer: extended in time, and late all the same, so that there is a letter of
/// apology; then answered. The session ends while the answer is being written, and nothing of
/// it is lost.
async fn answered(desk: &Browser, app: &App, pass: &Pass) {
    app.set_clock("2026-10-27T09:00:00+07:00");
    desk.goto(&app.url(&pass.staff(""))).await;
    sign_in(desk, app).await;
    act(desk, "extend", &[("#reason", "Chờ sở trả lời")]).await;
    let standing = desk.text(".headline").await;
    assert!(standing.contains("05/11/2026"), "five working days more: {standing}");
    assert!(desk.all("main a[href*='/staff/apology']").await.is_empty(), "not late yet");
    app.set_clock("2026-11-06T09:00:00+07:00");
    desk.goto(&app.url(&pass.staff(""))).await;
    sign_in(desk, app).await;
    assert!(desk.text(".headline").await.contains("Quá hạn 1 ngày làm việc"));
    desk.follow("main a[href*='/staff/apology']").await;
    let matter = desk.one("#matter").await.prop("value").await.unwrap().unwrap();
    assert!(matter.contains(&pass.code), "{matter}");
    for (field, text) in [
        ("#addressee", "bà Lê Thị Bưởi"),
        ("#reason", "Sở chưa trả lời"),
        ("#new_due", "10/11/2026"),
        ("#title", "Chủ tịch"),
        ("#signer", "Võ Minh"),
    ] {
        desk.enter(field, text).await;
    }
    let downloads = Downloads::of(desk).await;
    let (name, pdf) = downloads.taken(desk, BUTTON).await;
    assert!(name == "thu-xin-loi.pdf" && pdf.starts_with(b"%PDF-"), "{name}");
    desk.one("#kind").await.select_by_value("docx").await.unwrap();
    let (name, docx) = downloads.taken(desk, BUTTON).await;
    assert_eq!(name, "thu-xin-loi.docx");
    let mut xml = String::new();
    let mut docx = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    docx.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    assert!(xml.contains("bà Lê Thị Bưởi") && xml.contains("10/11/2026"), "{xml}");

    desk.goto(&app.url(&pass.staff("answer"))).await;
    desk.enter("#answer", ANSWER).await;
    app.pass_minutes(45);
    desk.follow(BUTTON).await;
    assert!(desk.place().await.starts_with("/staff/sign-in"));
    sign_in(desk, app).await;
    assert_eq!(desk.place().await, pass.staff("answer"));
    assert_eq!(desk.all("[role=status]").await.len(), 1);
    let kept = desk.one("#answer").await.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some(ANSWER));
    in_order(desk).await;
    desk.follow(BUTTON).await;
    act(desk, "close", &[]).await;
    assert!(desk.text(".headline").await.contains("Đã kết thúc"));
}

/// What may be about a person is covered, or ticked where it may stay; then everybody reads it.
async fn published(desk: &Browser, app: &App, pass: &Pass) {
    app.pass_minutes(6);
    desk.follow(".acts a[href$='/publish']").await;
    desk.enter("#code", &code(app.now())).await;
    desk.follow(BUTTON).await;
    assert_eq!(desk.place().await, pass.staff("publish"));
    let value = async |field: &str| desk.one(field).await.prop("value").await.unwrap().unwrap();
    assert_eq!(value("#question").await, COVERED);
    assert!(value("#answer").await.ends_with("xin gọi […]."));
    // The number is the office's own, and may stay.
    desk.one("#answer").await.clear().await.unwrap();
    desk.enter("#answer", ANSWER).await;
    desk.follow(BUTTON).await;
    assert_eq!(desk.all("input[name=sure]").await.len(), 1);
    in_order(desk).await;
    desk.click("label[for=sure-1]").await;
    desk.follow(BUTTON).await;
    assert_eq!(desk.place().await, pass.staff(""));
    in_order(desk).await;
}

async fn nobody_extends_later_than_two_working_days_before_the_deadline_without_a_script(
    database: Database,
) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    let pass = Pass::sent(&app, &[]).await;
    chromium
        .journey(PHONE, Scripts::Off, async |desk| {
            desk.goto(&app.url(&pass.staff(""))).await;
            sign_in(desk, &app).await;
            act(desk, "acknowledge", &[]).await;
            assert_eq!(desk.all(".acts a[href$='/extend']").await.len(), 1);
            // To be answered by the 29th: one working day is left.
            app.set_clock("2026-10-28T09:00:00+07:00");
            desk.goto(&app.url(&pass.staff(""))).await;
            sign_in(desk, &app).await;
            assert!(desk.text(".headline").await.contains("Còn 1 ngày làm việc"));
            assert_eq!(desk.all(".acts a[href$='/extend']").await.len(), 0, "not offered");
            // Whoever had the form open is told why.
            desk.goto(&app.url(&pass.staff("extend"))).await;
            desk.enter("#reason", "Chờ sở trả lời").await;
            desk.follow(BUTTON).await;
            assert!(desk.text(".errors").await.contains("ít nhất 2 ngày làm việc"));
            let kept = desk.one("#reason").await.prop("value").await.unwrap();
            assert_eq!(kept.as_deref(), Some("Chờ sở trả lời"));
            in_order(desk).await;
        })
        .await;
}
