//! The storage of an interviewer's tablet is taken away while the page is open.

use serde_json::json;

use super::super::kiosk::storage::{clear, empty, fill};
use super::{FIRST, begin, enrol, go_online, path, service, there, told, visit};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK};
use crate::support::device::PIN;
use crate::support::kiosk::{Change, Tablet, at, press, queue};
use crate::support::maintenance::{knock, type_pin};
use crate::support::proxy::{Proxy, Weather};
use crate::support::sample;

/// Whoever is in charge gives the interviewer a new code.
async fn enrol_again(browser: &Browser, app: &App) {
    at(browser, "off").await;
    browser.enter("#code", &sample::code(app, 1).await).await;
    press(browser, ".enrol button").await;
    at(browser, "list").await;
}

#[tokio::test]
async fn the_interviewer_is_told_that_the_storage_was_cleared_and_nothing_is_lost() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let browser = Tablet::in_a_hurry(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network, true).await;
    network.turn(Weather::Down);
    visit(&browser, 3).await;
    clear(&browser, &network).await;
    at(&browser, "off").await;
    browser.until("document.querySelector('.cleared')").await;
    let said = browser.text(".cleared").await;
    assert!(said.contains("Trang này còn giữ 5 kết quả chưa gửi"), "{said}");
    assert_eq!(browser.violations().await, Vec::<String>::new());
    assert_eq!(there(&app).await, [0, 0, 0]);
    network.turn(Weather::Fair);
    enrol_again(&browser, &app).await;
    told(&browser).await;
    assert_eq!(there(&app).await, [2, 2, 1], "all of it has arrived");
    assert!(browser.text(".list").await.contains("Đã xong 3 trên 40 hộ"));
    browser.close().await;
}

#[tokio::test]
async fn households_that_the_server_has_not_heard_of_are_told_and_so_is_their_loss() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    // The network is there, and still the results of households do not come through.
    let stuck = ("if (untold() > 0 && own.sample !== sample)", "if (untold() > 0)");
    let network = Proxy::rewriting(&app, &[stuck]).await;
    let browser = Tablet::in_a_hurry(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network, false).await;
    visit(&browser, 3).await;
    let reported = "select count(*) from devices where report like '%\"untold\":3%'
        and report like '%\"untold_seconds\":%'";
    let backdoor = app.database().backdoor().await;
    while backdoor.number(reported).await == 0 {
        tokio::task::yield_now().await;
    }
    backdoor.close().await;
    let maintained = async || {
        knock(&browser).await;
        type_pin(&browser, PIN).await;
        at(&browser, "maintenance").await;
        browser.text(".maintenance").await
    };
    let said = maintained().await;
    assert!(said.contains("Hộ chưa báo được máy chủ") && !said.contains("đã mất"), "{said}");
    browser.goto("about:blank").await;
    clear(&browser, &network).await;
    app.pass_minutes(1);
    enrol(&browser, &app, &network, false).await;
    let told = "select count(*) from devices where report like '%\"untold\":0%'";
    let backdoor = app.database().backdoor().await;
    while backdoor.number(told).await == 0 {
        tokio::task::yield_now().await;
    }
    backdoor.close().await;
    let said = maintained().await;
    assert!(said.contains("Kết quả thăm của 3 hộ từng ghi trên máy này đã mất"), "{said}");
    browser.close().await;
}

/// Clears the storage in the middle of an interview; gives what waits when it is thanked for,
/// and what the server has in the end.
async fn while_asking(chromium: &Chromium, changes: &[Change]) -> (usize, [i64; 3]) {
    let app = service().await;
    let network = Proxy::rewriting(&app, changes).await;
    let browser = Tablet::new(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network, changes.is_empty()).await;
    begin(&browser).await;
    press(&browser, "#answer-4").await;
    clear(&browser, &network).await;
    press(&browser, ".stop").await;
    at(&browser, "leaving").await;
    press(&browser, ".next").await;
    at(&browser, "saved").await;
    let waiting = queue(&browser).await.0.len();
    press(&browser, ".next").await;
    enrol_again(&browser, &app).await;
    told(&browser).await;
    let there = there(&app).await;
    browser.close().await;
    (waiting, there)
}

#[tokio::test]
async fn an_interview_that_is_under_way_when_the_storage_is_cleared_is_kept_and_counts() {
    let Some(chromium) = Chromium::shared() else { return };
    assert_eq!(while_asking(chromium, &[]).await, (1, [1, 1, 0]));
}

#[tokio::test]
async fn control_a_tablet_that_does_not_hear_of_a_cleared_storage_goes_on_as_if_enrolled() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let changes = [("whenTakenAway(forget);", "")];
    let network = Proxy::rewriting(&app, &changes).await;
    let browser = Tablet::new(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network, false).await;
    clear(&browser, &network).await;
    press(&browser, FIRST).await;
    at(&browser, "household").await;
    press(&browser, ".ask").await;
    at(&browser, "consent").await;
    browser.close().await;
}

#[tokio::test]
async fn control_what_is_not_put_back_is_seen_as_lost() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let changes = [("await queue.restore().catch(() => {});", "")];
    let network = Proxy::rewriting(&app, &changes).await;
    let browser = Tablet::in_a_hurry(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network, false).await;
    network.turn(Weather::Closed);
    visit(&browser, 1).await;
    clear(&browser, &network).await;
    at(&browser, "off").await;
    network.turn(Weather::Fair);
    enrol_again(&browser, &app).await;
    told(&browser).await;
    assert_eq!(there(&app).await[0], 0, "the response is gone");
    browser.close().await;
}

#[tokio::test]
async fn a_tablet_without_room_says_so_and_stores_the_interview_once_there_is_some() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let browser = Tablet::in_a_hurry(KIOSK).on(chromium).await;
    let quota = json!({"origin": network.url(""), "quotaSize": 24_000_000});
    browser.command("Storage.overrideQuotaForOrigin", quota).await;
    enrol(&browser, &app, &network, true).await;
    network.turn(Weather::Down);
    begin(&browser).await;
    press(&browser, "#answer-4").await;
    fill(&browser).await;
    press(&browser, ".stop").await;
    at(&browser, "leaving").await;
    press(&browser, ".next").await;
    at(&browser, "broken").await;
    let said = browser.text("#kiosk").await;
    assert!(said.contains("xin không nhập lại từ giấy"), "{said}");
    assert_eq!(browser.violations().await, Vec::<String>::new());
    assert_eq!(queue(&browser).await.0.len(), 0, "nothing is said to be stored that is not");
    empty(&browser).await;
    at(&browser, "list").await;
    assert!(browser.text(".list").await.contains("Đã xong 1 trên 40 hộ"));
    go_online(&browser, &network).await;
    told(&browser).await;
    assert_eq!(there(&app).await, [1, 1, 0]);
    browser.close().await;
}

#[tokio::test]
async fn a_code_that_did_not_enrol_the_tablet_is_still_there() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let browser = Tablet::new(KIOSK).on(chromium).await;
    browser.goto(&network.url(&path())).await;
    at(&browser, "off").await;
    network.turn(Weather::Down);
    browser.enter("#code", "ABCD-1234").await;
    press(&browser, ".enrol button").await;
    browser.until("document.querySelector('.enrol .error')").await;
    let kept = browser.one("#code").await.prop("value").await.unwrap();
    assert_eq!(kept.as_deref(), Some("ABCD-1234"));
    browser.close().await;
}
