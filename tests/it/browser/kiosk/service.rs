//! The tablet in service: its hours, its PIN, its right to submit, a new version of it.

use hailong::staff::audit::Action;
use surveys::{OpeningHours, PointCode};

use crate::support::app::App;
use crate::support::browser::{Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::device::{PIN, code};
use crate::support::kiosk::{
    NEXT, QUESTIONS, SKIP, Step, Tablet, answer, at, drained, enrol, open, path, press, queue,
    visit,
};
use crate::support::maintenance::{knock, type_pin};
use crate::support::proxy::{Proxy, Weather};
use crate::support::staff::by_operator;
use crate::support::submission::point;

#[tokio::test]
async fn outside_opening_hours_the_tablet_says_when_it_is_open() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let at_point = PointCode::parse(&point()).unwrap();
    // It is ten o'clock on a Thursday.
    let hours = OpeningHours::parse("Mon-Wed 07:00-17:00; Thu 13:30-17:00").unwrap();
    let set = by_operator(1, Action::SetHours);
    app.database().open().await.set_opening_hours(&at_point, &hours, &set).await.unwrap();
    let mut tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    let code = code(&app).await;
    browser.goto(&network.url(&format!("{}#enrol={code}", path()))).await;
    browser.reload().await;
    press(&browser, ".enrol button").await;
    at(&browser, "closed").await;
    let said = browser.texts(".hours li").await;
    assert_eq!(said, ["Thứ Hai – Thứ Tư: 07:00–17:00", "Thứ Năm: 13:30–17:00"]);
    browser.close().await;
    // Four hours later it opens without a network.
    network.turn(Weather::Down);
    tablet.lead = 4 * 3_600_000;
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    browser.close().await;
}

#[tokio::test]
async fn a_wrong_pin_has_to_wait_also_after_a_cold_start() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let mut tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    knock(&browser).await;
    for _ in 0..5 {
        type_pin(&browser, "0000").await;
        browser.until("document.querySelector('.error').textContent.includes('chưa đúng') && document.querySelector('.digits').textContent === ''").await;
    }
    type_pin(&browser, PIN).await;
    browser.until("document.querySelector('.error').textContent.includes('Xin chờ')").await;
    browser.close().await;
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    knock(&browser).await;
    type_pin(&browser, PIN).await;
    browser.until("document.querySelector('.error').textContent.includes('Xin chờ')").await;
    browser.close().await;
    tablet.lead = 120_000;
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    knock(&browser).await;
    type_pin(&browser, PIN).await;
    at(&browser, "maintenance").await;
    browser.close().await;
}

#[tokio::test]
async fn a_revoked_tablet_keeps_its_answers_and_rests_after_a_day() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let mut tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    let db = app.database().open().await;
    let device = db.devices().await.unwrap().remove(0);
    db.revoke_device(device.id, &by_operator(1, Action::RevokeDevice)).await.unwrap();
    assert_eq!(answer(&browser, 2, 4).await, ["saved", "saved"]);
    browser.close().await;
    tablet.lead = 25 * 3_600_000;
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "off").await;
    assert_eq!(queue(&browser).await.0.len(), 2, "kept, not dropped");
    assert_eq!(app.database().count("responses").await, 0);
    // A new code takes it up again, and what was kept comes in.
    let code = code(&app).await;
    browser.run("document.querySelector('#code').value = ''").await;
    browser.enter("#code", &code).await;
    press(&browser, ".enrol button").await;
    at(&browser, "attract").await;
    drained(&browser).await;
    assert_eq!(app.database().count("responses").await, 2);
    browser.close().await;
}

#[tokio::test]
async fn a_new_version_is_taken_up_on_the_first_screen_only() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    visit(&browser, &[Step::Touch(4)]).await;
    // The same shell under another version, as after an update of the server.
    network.rewrite(&[("const VERSION = \"", "const VERSION = \"next-")]);
    browser.run("window.before = true; navigator.serviceWorker.getRegistration().then(r => r.update());").await;
    let waiting = "const done = arguments[arguments.length - 1];
        const look = () => navigator.serviceWorker.getRegistration().then(r => r.waiting ? done('waiting') : setTimeout(look, 50));
        look();";
    assert_eq!(browser.run_until_done(waiting).await, "waiting");
    assert!(browser.run("return document.querySelector('#answer-4').checked").await == true);
    assert_eq!(browser.run("return window.before").await, true);
    for _ in 0..QUESTIONS {
        press(&browser, SKIP).await;
    }
    at(&browser, "saved").await;
    press(&browser, NEXT).await;
    browser.until("window.before === undefined && document.querySelector('#kiosk')?.dataset.state === 'attract'").await;
    let versions = "const done = arguments[arguments.length - 1]; caches.keys().then(done);";
    let versions = browser.run_until_done(versions).await.to_string();
    assert!(versions.contains("kiosk-next-") && !versions.contains(','), "{versions}");
    browser.close().await;
}

/// Notes in a page the locks that the browser gives, on their way.
pub(in crate::browser) const LOCKS_NOTED: &str = "const real = WakeLock.prototype.request;
    window.locks = [];
    WakeLock.prototype.request = async function (kind) {
        const lock = await real.call(this, kind);
        window.locks.push(lock);
        return lock;
    };";

#[tokio::test]
async fn the_screen_stays_on_and_is_asked_for_again_when_the_system_lets_it_go() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let browser = Tablet::in_a_hurry(KIOSK).on(chromium).await;
    browser
        .command(
            "Page.addScriptToEvaluateOnNewDocument",
            serde_json::json!({"source": LOCKS_NOTED}),
        )
        .await;
    enrol(&browser, &app, &network).await;
    browser.until("window.locks.length === 1 && !window.locks[0].released").await;
    browser.run("window.locks[0].release()").await;
    browser.until("window.locks.length === 2 && !window.locks[1].released").await;
    browser.close().await;
}
