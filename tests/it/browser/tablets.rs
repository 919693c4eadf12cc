//! A point and its tablet in real browsers: staff make the point and enrol the tablet by the
//! address that their page shows once, without a script; the tablet is a browser of its own.

use hailong::staff::Role;

use super::every_page::faults;
use super::staff::sign_in;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, KIOSK, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::kiosk::{Tablet, answer, at, press};
use crate::support::staff::service;

const BUTTON: &str = "main form .buttons button";
const HERE: &str = "/staff/points/mot-cua-2";
const DAYS: i64 = 86_400_000;

on_both_databases![
    a_point_is_made_named_opened_retired_and_reopened_without_a_script,
    a_tablet_is_enrolled_by_the_address_on_the_page_watched_and_revoked,
];

/// Fails unless the page that is open is accessible and fits every screen.
async fn in_order(browser: &Browser) {
    let found = faults(browser).await;
    assert!(found.is_empty(), "{found:#?}");
}

/// Signs in on the way to the list of points and makes one.
async fn made(browser: &Browser, app: &App) {
    browser.goto(&app.url("/staff/points")).await;
    sign_in(browser, app).await;
    browser.follow("main > p a.button").await;
    browser.enter("#name", "Quầy số 2 – Đất đai").await;
    browser.enter("#code", "mot-cua-2").await;
    browser.follow(BUTTON).await;
    assert_eq!(browser.place().await, HERE);
    assert_eq!(browser.text("h1").await, "Quầy số 2 – Đất đai");
}

async fn a_point_is_made_named_opened_retired_and_reopened_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database, Role::CentreStaff).await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            made(browser, &app).await;
            in_order(browser).await;
            browser.follow("a[href$='/name']").await;
            browser.one("#name").await.clear().await.unwrap();
            browser.enter("#name", "Quầy số 2").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.text("h1").await, "Quầy số 2");
            browser.follow("a[href$='/hours']").await;
            browser.enter("#week", "22h-6h").await;
            browser.follow(BUTTON).await;
            assert_eq!(browser.all(".errors a").await.len(), 1);
            in_order(browser).await;
            // The look at it unfolds everything; now it is as it comes.
            browser.follow(BUTTON).await;
            browser.one("#week").await.clear().await.unwrap();
            browser.enter("#week", "7h-11h30; 13h30-17h").await;
            browser.one("details.folded summary").await.click().await.unwrap();
            browser.enter("#tue", "07:00-11:00").await;
            in_order(browser).await;
            browser.follow(BUTTON).await;
            let hours = browser.text("main").await;
            for line in ["Thứ Hai: 07:00–11:30, 13:30–17:00", "Thứ Ba: 07:00–11:00"] {
                assert!(hours.contains(line), "{line}: {hours}");
            }

            // Whoever asks now is told; what was printed is good again afterwards.
            browser.follow("section.act form[action$='/retire'] button").await;
            assert!(browser.text("main").await.contains("đã ngừng"));
            in_order(browser).await;
            browser.goto(&app.url("/s/mot-cua-2")).await;
            assert!(browser.all("main form button").await.is_empty(), "nobody begins here");
            assert!(browser.text("main").await.contains("ngừng"));
            browser.goto(&app.url(HERE)).await;
            browser.follow("section.act form[action$='/reopen'] button").await;
            assert!(browser.text("main").await.contains("đang mở"));
            browser.goto(&app.url("/s/mot-cua-2")).await;
            assert_eq!(browser.all("main form button").await.len(), 1);
            browser.goto(&app.url("/staff/points")).await;
            assert!(browser.text("main tbody").await.contains("Quầy số 2"));
        })
        .await;
}

async fn a_tablet_is_enrolled_by_the_address_on_the_page_watched_and_revoked(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database, Role::CentreStaff).await;
    let row = "main table:has(form[action$='/revoke']) tbody tr";
    let mut tablet = Tablet::in_a_hurry(KIOSK);
    chromium
        .journey(DESKTOP, Scripts::Off, async |desk| {
            made(desk, &app).await;
            desk.follow("a[href$='/devices']").await;
            desk.follow(BUTTON).await;
            assert_eq!(desk.all(".errors a").await.len(), 1, "it needs a name");
            in_order(desk).await;
            desk.enter("#name", "Máy ở quầy số 2").await;
            desk.enter("#pin", "2468").await;
            desk.follow(BUTTON).await;
            in_order(desk).await;
            assert_eq!(desk.all("img.qr").await.len(), 1);
            let address = desk.text(".shown-once code").await;
            assert!(address.starts_with(&app.url("/kiosk/mot-cua-2#enrol=")), "{address}");

            let screen = tablet.on(chromium).await;
            screen.goto(&address).await;
            press(&screen, ".enrol button").await;
            at(&screen, "attract").await;
            desk.follow("main a.button").await;
            let shown = desk.text(row).await;
            assert!(shown.contains("Máy ở quầy số 2"), "{shown}");
            assert!(shown.contains("10:00"), "when it was last heard of: {shown}");
            assert!(!shown.contains("Mất liên lạc"), "{shown}");
            in_order(desk).await;
            // It is switched off, and nobody notices for four days.
            screen.close().await;
            app.set_clock("2026-10-19T10:00:00+07:00");
            desk.goto(&app.url(HERE)).await;
            sign_in(desk, &app).await;
            let shown = desk.text(row).await;
            assert!(shown.contains("Mất liên lạc hơn một ngày làm việc"), "{shown}");
            in_order(desk).await;
            desk.goto(&app.url("/staff")).await;
            assert!(desk.text("main").await.contains("Máy ở quầy số 2"));
            desk.goto(&app.url(HERE)).await;
            desk.follow("form[action$='/revoke'] button").await;
            assert!(desk.text("main tbody").await.contains("đã thu hồi"));
            assert!(desk.all("form[action$='/revoke']").await.is_empty());
            in_order(desk).await;
        })
        .await;
    tablet.lead = 4 * DAYS;
    let screen = tablet.on(chromium).await;
    screen.goto(&app.url("/kiosk/mot-cua-2")).await;
    assert_eq!(answer(&screen, 1, 4).await, ["saved"], "what is answered now is kept");
    screen.close().await;
    tablet.lead = 5 * DAYS + DAYS / 24;
    let screen = tablet.on(chromium).await;
    screen.goto(&app.url("/kiosk/mot-cua-2")).await;
    at(&screen, "off").await;
    assert!(screen.text("#kiosk").await.contains("Máy tạm nghỉ"));
    assert_eq!(app.database().count("responses").await, 0);
    screen.close().await;
}
