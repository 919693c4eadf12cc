//! Two people change the same thing: the second reads what the first did beside what they
//! have typed, and decides, without a script.

use hailong::staff::audit::Action;
use hailong::staff::{Role, Scope};
use hailong::store::comments::Decision;
use surveys::action::Origin;

use super::staff::sign_in;
use crate::support::action::{self, columns};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, PHONE, Scripts};
use crate::support::comments::left;
use crate::support::database::{Database, on_both_databases};
use crate::support::indicators::{counts, entering, new};
use crate::support::petition::Pass;
use crate::support::staff::{Member, account, event, set_up};

const BUTTON: &str = "main form .buttons button";

on_both_databases![whoever_comes_second_reads_both_and_decides_without_a_script];

/// What stands in the field `css`.
async fn typed(browser: &Browser, css: &str) -> String {
    browser.one(css).await.prop("value").await.unwrap().unwrap_or_default()
}

/// Types `text` in place of what is in the field `css`.
async fn retype(browser: &Browser, css: &str, text: &str) {
    browser.one(css).await.clear().await.expect("a field");
    browser.enter(css, text).await;
}

async fn whoever_comes_second_reads_both_and_decides_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(database);
    let db = app.database().open().await;
    let lan = account("lan.nguyen", Role::CentreStaff, "/56/22651/");
    set_up(&db, &lan, app.now(), Vec::new()).await;
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, "/56/22651/").await;
    let pass = Pass::sent(&app, &[]).await;
    let opened = action::opened(&db, "22651", columns("Thêm ghế", ""), Origin::Own).await;
    let said = left(&db, &["Chờ lâu"]).await.remove(0);
    let by_hoa = |action| event(app.now(), "hoa", action);
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff")).await;
            sign_in(browser, &app).await;

            browser.goto(&app.url(&pass.staff("refuse"))).await;
            browser.enter("#reason", "Thuộc cơ quan khác").await;
            hoa.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
            browser.follow(BUTTON).await;
            assert!(browser.text(".beside").await.contains("hoa"), "who was first");
            assert_eq!(typed(browser, "#reason").await, "Thuộc cơ quan khác");
            browser.follow(BUTTON).await;
            assert_eq!(browser.place().await, pass.staff(""));
            assert!(browser.text("main").await.contains("Thuộc cơ quan khác"));

            let one = format!("/staff/actions/{}", opened.id);
            browser.goto(&app.url(&format!("{one}/edit"))).await;
            retype(browser, "#task", "Thêm quạt mát").await;
            let changed = columns("Thêm hai mươi ghế", "");
            assert!(db.edit_action(&opened, &changed, &by_hoa(Action::EditAction)).await.unwrap());
            browser.follow(BUTTON).await;
            assert!(browser.text("main").await.contains("Đang lưu: Thêm hai mươi ghế"));
            assert_eq!(typed(browser, "#task").await, "Thêm quạt mát");
            browser.follow(BUTTON).await;
            assert_eq!(browser.place().await, one);
            assert!(browser.text("main").await.contains("Trước đó: Thêm hai mươi ghế"));

            let month = "/staff/indicators/22651/digitised/enter?period=2026-09";
            browser.goto(&app.url(month)).await;
            browser.enter("#numerator", "192").await;
            browser.enter("#denominator", "200").await;
            browser.enter("#source", "Sổ theo dõi").await;
            let entered = [new(counts("2026-09", 191, 200), 0)];
            assert_eq!(db.enter(&entered, &entering("hoa", app.now())).await.unwrap(), 1);
            browser.follow(BUTTON).await;
            assert!(browser.text("main").await.contains("191/200"), "what hoa entered");
            assert_eq!(typed(browser, "#numerator").await, "192");
            browser.follow(BUTTON).await;
            assert!(browser.text("#held").await.contains("192/200"));

            let one = format!("/staff/comments/{}", said.id);
            browser.goto(&app.url(&format!("{one}/hide"))).await;
            browser.enter("#reason", "Không rõ").await;
            let there = db.comment(&Scope::Everywhere, said.id).await.unwrap().unwrap();
            let (text, act) = (Decision::Publish("Chờ lâu"), by_hoa(Action::PublishComment));
            assert!(db.decide_comment(&there, text, &act).await.unwrap());
            browser.follow(BUTTON).await;
            assert_eq!(browser.all("#overtaken").await.len(), 1);
            let both = browser.text("main").await;
            assert!(both.contains("Không rõ") && both.contains("Đã công bố"), "{both}");
        })
        .await;
    assert_eq!(app.database().count("indicator_entries").await, 2, "both entries stay");
    db.close().await;
}
