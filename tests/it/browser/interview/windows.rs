//! Two windows of one tablet, and a tablet that changes its sample.

use serde_json::{Value, json};

use super::super::kiosk::service::LOCKS_NOTED;
use super::{FIRST, begin, count, enrol, go_online, path, service, there, told, visit};
use crate::support::browser::{Browser, Chromium, KIOSK};
use crate::support::kiosk::{Tablet, at, press, queue};
use crate::support::proxy::{Proxy, Weather};
use crate::support::sample;

/// Answers the first question of the first household and is about to break off.
async fn ask(browser: &Browser) {
    begin(browser).await;
    press(browser, "#answer-4").await;
    press(browser, ".stop").await;
    at(browser, "leaving").await;
}

#[tokio::test]
async fn a_second_window_waits_until_the_first_is_closed() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network, true).await;
    let first = browser.window().await;
    let second = browser.another_window().await;
    browser.goto(&network.url(&path())).await;
    at(&browser, "second").await;
    assert!(browser.text("h1").await.contains("đang mở ở cửa sổ khác"));
    assert_eq!(browser.all("button").await.len(), 0, "nothing can be pressed");
    assert_eq!(browser.violations().await, Vec::<String>::new());
    browser.switch_to(&first).await;
    assert_eq!(browser.text(".fieldwork h1").await, "Các hộ cần đến");
    browser.close_window().await;
    browser.switch_to(&second).await;
    at(&browser, "list").await;
    browser.close().await;
}

/// Has two windows interview the same household, without locks; gives what is queued and
/// how the second ended.
async fn twice(changes: &[(&'static str, &'static str)]) -> Option<(usize, String)> {
    let chromium = Chromium::shared()?;
    let app = service().await;
    let unlocked = ("if (!navigator.locks) return work();", "return work();");
    let network = Proxy::rewriting(&app, &[&[unlocked], changes].concat()).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network, false).await;
    let first = browser.window().await;
    browser.another_window().await;
    browser.goto(&network.url(&path())).await;
    at(&browser, "list").await;
    network.turn(Weather::Down);
    ask(&browser).await;
    let second = browser.window().await;
    browser.switch_to(&first).await;
    ask(&browser).await;
    press(&browser, ".next").await;
    at(&browser, "saved").await;
    browser.switch_to(&second).await;
    press(&browser, ".next").await;
    browser.until("document.querySelector('#kiosk').dataset.state !== 'leaving'").await;
    let state = browser.run("return document.querySelector('#kiosk').dataset.state").await;
    let queued = queue(&browser).await.0.len();
    browser.close().await;
    Some((queued, state.as_str().unwrap_or_default().to_owned()))
}

#[tokio::test]
async fn a_household_that_answered_in_one_window_does_not_answer_in_another() {
    let Some(ended) = twice(&[]).await else { return };
    assert_eq!(ended, (1, "household".to_owned()));
}

#[tokio::test]
async fn control_a_household_that_answers_twice_is_seen() {
    let careless = [("if (here.status === 'answered') return undefined;", "")];
    let Some(ended) = twice(&careless).await else { return };
    assert_eq!(ended, (2, "saved".to_owned()));
}

#[tokio::test]
async fn what_was_not_told_keeps_a_tablet_with_its_sample() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let db = app.database().open().await;
    sample::add_other(&db).await;
    db.close().await;
    let network = Proxy::before(&app).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network, true).await;
    network.turn(Weather::Down);
    assert_eq!(count(&visit(&browser, 3).await, "saved"), 2);
    let backdoor = app.database().backdoor().await;
    backdoor.execute("update devices set revoked_at = 1").await;
    go_online(&browser, &network).await;
    refused(&browser).await;
    let code = sample::code_of(&app, sample::OTHER, 1).await;
    browser.goto(&network.url(&format!("{}#enrol={code}", path()))).await;
    browser.reload().await;
    at(&browser, "off").await;
    press(&browser, ".enrol button").await;
    browser
        .until("document.querySelector('.enrol .error')?.textContent.includes('chưa gửi')")
        .await;
    let own = sample::code(&app, 1).await;
    browser.goto(&network.url(&format!("{}#enrol={own}", path()))).await;
    browser.reload().await;
    at(&browser, "off").await;
    press(&browser, ".enrol button").await;
    at(&browser, "list").await;
    told(&browser).await;
    assert_eq!(there(&app).await, [2, 2, 1]);
    // Now nothing is left: the other code still works.
    backdoor.execute("update devices set revoked_at = 1").await;
    backdoor.close().await;
    browser.goto(&network.url(&format!("{}#enrol={code}", path()))).await;
    browser.reload().await;
    refused(&browser).await;
    browser.reload().await;
    at(&browser, "off").await;
    press(&browser, ".enrol button").await;
    at(&browser, "list").await;
    browser
        .until("document.querySelector('.list')?.textContent.includes('Đã xong 0 trên 40 hộ')")
        .await;
    assert_eq!(there(&app).await, [2, 2, 1], "the other sample heard nothing");
    browser.close().await;
}

/// Waits until the tablet has noted that its token is refused.
async fn refused(browser: &Browser) {
    let script = "const done = arguments[arguments.length - 1];
        const asked = indexedDB.open('hailong-kiosk');
        asked.onsuccess = () => {
            const end = performance.now() + 20000;
            const look = () => {
                const kept = asked.result.transaction('facts').objectStore('facts').get('device');
                kept.onsuccess = () => {
                    const isRefused = kept.result.refusedAt !== undefined;
                    if (!isRefused && performance.now() < end) return setTimeout(look, 50);
                    asked.result.close();
                    done(isRefused);
                };
            };
            look();
        };";
    assert_eq!(browser.run_until_done(script).await, true, "the token is not refused");
}

/// How large letters are, in CSS pixels.
async fn letters(browser: &Browser, css: &str) -> f64 {
    let script =
        format!("return parseFloat(getComputedStyle(document.querySelector('{css}')).fontSize)");
    browser.run(&script).await.as_f64().unwrap_or_else(|| panic!("{css} is there"))
}

#[tokio::test]
async fn what_is_asked_is_larger_than_what_is_said_beside_it() {
    use crate::support::browser::{KIOSK_UPRIGHT, PHONE};
    let Some(chromium) = Chromium::shared() else { return };
    for screen in [PHONE, KIOSK_UPRIGHT, KIOSK] {
        let app = service().await;
        let network = Proxy::before(&app).await;
        let tablet = Tablet::new(screen);
        let browser = tablet.on(chromium).await;
        enrol(&browser, &app, &network, true).await;
        assert!(letters(&browser, "h1").await > letters(&browser, "h2").await, "{screen:?}");
        press(&browser, FIRST).await;
        at(&browser, "household").await;
        assert!(letters(&browser, "h1").await > letters(&browser, "h2").await, "{screen:?}");
        press(&browser, ".ask").await;
        at(&browser, "consent").await;
        press(&browser, ".next").await;
        at(&browser, "question").await;
        let asked = letters(&browser, "h1").await;
        assert!(asked >= letters(&browser, ".progress").await, "{screen:?}");
        assert!(asked > letters(&browser, ".tile").await, "{screen:?}");
        if screen.width == PHONE.width {
            let wide = "return document.querySelector('.tiles').getBoundingClientRect().width";
            let wide: Value = browser.run(wide).await;
            assert!(wide.as_f64() > Some(300.0), "options have the whole width: {wide}");
        }
        browser.close().await;
    }
}

#[tokio::test]
async fn the_screen_stays_on_while_somebody_is_asked_and_not_on_the_way() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let browser = Tablet::new(KIOSK).on(chromium).await;
    let noted = json!({"source": LOCKS_NOTED});
    browser.command("Page.addScriptToEvaluateOnNewDocument", noted).await;
    enrol(&browser, &app, &network, true).await;
    press(&browser, FIRST).await;
    at(&browser, "household").await;
    assert_eq!(browser.run("return window.locks.length").await, 0, "nobody is asked");
    press(&browser, ".ask").await;
    at(&browser, "consent").await;
    browser.until("window.locks.length === 1 && !window.locks[0].released").await;
    press(&browser, ".next").await;
    at(&browser, "question").await;
    // The system lets it go when it is low on power; the next screen asks again.
    browser.run("window.locks[0].release()").await;
    press(&browser, ".stop").await;
    browser.until("window.locks.length === 2 && !window.locks[1].released").await;
    press(&browser, ".next").await;
    at(&browser, "household").await;
    browser.until("window.locks[1].released").await;
    browser.close().await;
}
