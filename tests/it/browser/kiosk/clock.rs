//! A tablet's clock and time zone: wrong ones neither lose an answer nor move it to
//! another month.

use hailong::staff::audit::Action;
use serde_json::json;
use surveys::period::date_of_millis;
use surveys::response::read_moment;
use surveys::{OpeningHours, PointCode};

use crate::support::app::{App, NOW};
use crate::support::browser::{Browser, Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::kiosk::{
    Change, Tablet, answer, at, drained, enrol, enrol_without_worker, open,
};
use crate::support::proxy::Proxy;
use crate::support::staff::by_operator;
use crate::support::submission::point;

const HOUR: i64 = 3_600_000;

/// How many answers of a tablet whose clock is `off` are stored, and how many of them are
/// counted when they were given and flagged.
async fn counted(chromium: &Chromium, off: i64, changes: &[Change]) -> (i64, i64) {
    let app = App::spawn(Database::sqlite());
    let network = Proxy::rewriting(&app, changes).await;
    let mut tablet = Tablet::in_a_hurry(KIOSK);
    tablet.lead = off;
    let browser = tablet.on(chromium).await;
    // The worker would refuse scripts that are not the server's, so a control has none.
    if changes.is_empty() {
        enrol(&browser, &app, &network).await;
    } else {
        enrol_without_worker(&browser, &app, &network).await;
    }
    assert_eq!(answer(&browser, 1, 4).await, ["saved"]);
    drained(&browser).await;
    let sql = "select count(*) from responses where clock = 'shifted'
        and abs(answered_at - received_at) < 600000";
    let right = app.database().backdoor().await.number(sql).await;
    let stored = app.database().count("responses").await;
    browser.close().await;
    (stored, right)
}

#[tokio::test]
async fn a_tablet_whose_clock_is_a_month_off_is_counted_in_the_right_month() {
    let Some(chromium) = Chromium::shared() else { return };
    for off in [-30 * 24 * HOUR, 30 * 24 * HOUR] {
        assert_eq!(counted(chromium, off, &[]).await, (1, 1), "{off}");
    }
}

/// A tablet that does not tell what its clock shows: the server takes its time as it is.
const TIMELESS: Change = ("'Device-Clock': new Date().toISOString(),", "");

#[tokio::test]
async fn control_a_time_that_is_taken_as_the_tablet_has_it_is_in_the_wrong_month() {
    let Some(chromium) = Chromium::shared() else { return };
    assert_eq!(counted(chromium, -30 * 24 * HOUR, &[TIMELESS]).await, (1, 0));
}

/// Sets the tablet's time zone.
async fn move_to(browser: &Browser, zone: &str) {
    browser.command("Emulation.setTimezoneOverride", json!({"timezoneId": zone})).await;
}

#[tokio::test]
async fn a_tablet_set_to_another_zone_opens_by_the_hours_of_vietnam() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let here = PointCode::parse(&point()).unwrap();
    // In Vietnam it is ten o'clock on a Thursday; in New York still Wednesday.
    let hours = OpeningHours::parse("Thu 09:30-10:30").unwrap();
    let set = by_operator(1, Action::SetHours);
    app.database().open().await.set_opening_hours(&here, &hours, &set).await.unwrap();
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    move_to(&browser, "America/New_York").await;
    enrol(&browser, &app, &network).await;
    assert_eq!(browser.run("return new Date().getHours()").await, 23, "the tablet is elsewhere");
    assert_eq!(answer(&browser, 1, 4).await, ["saved"]);
    drained(&browser).await;
    let sql = "select count(*) from responses where clock is null
        and abs(answered_at - received_at) < 600000";
    assert_eq!(app.database().backdoor().await.number(sql).await, 1, "its clock is right");
    browser.close().await;
}

#[tokio::test]
async fn half_a_minute_before_and_after_midnight_count_in_two_months_in_any_zone() {
    let Some(chromium) = Chromium::shared() else { return };
    for zone in ["Pacific/Kiritimati", "America/New_York"] {
        let app = App::spawn(Database::sqlite());
        let network = Proxy::before(&app).await;
        let mut tablet = Tablet::in_a_hurry(KIOSK);
        let browser = tablet.on(chromium).await;
        enrol(&browser, &app, &network).await;
        browser.close().await;
        for moment in ["2026-10-31T23:59:00+07:00", "2026-11-01T00:00:30+07:00"] {
            app.set_clock(moment);
            tablet.lead = read_moment(moment).unwrap() - read_moment(NOW).unwrap();
            let browser = tablet.on(chromium).await;
            move_to(&browser, zone).await;
            open(&browser, &network).await;
            at(&browser, "attract").await;
            assert_eq!(answer(&browser, 1, 4).await, ["saved"]);
            drained(&browser).await;
            browser.close().await;
        }
        let sql = "select cast(answered_at as text) from responses order by seq";
        let days: Vec<String> = (app.database().backdoor().await.texts(sql).await.iter())
            .map(|millis| date_of_millis(millis.parse().unwrap()).to_string())
            .collect();
        assert_eq!(days, ["2026-10-31", "2026-11-01"], "{zone}");
    }
}
