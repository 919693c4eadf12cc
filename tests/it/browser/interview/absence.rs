//! Nobody is at home.

use super::{FIRST, enrol, path, service, told};
use crate::support::browser::{Browser, Chromium, KIOSK};
use crate::support::kiosk::{Tablet, at, press};
use crate::support::proxy::{Proxy, Weather};

/// An hour in milliseconds.
const HOUR: i64 = 3_600_000;

/// Says without the screen that nobody is at home, as a script would or a screen that was
/// drawn before noon.
const SAID: &str = "const done = arguments[arguments.length - 1];
    const visiting = document.querySelector('script[type=module]').src.replace('interview.js', 'visiting.js');
    import(visiting).then(({ act }) => act.settle('absent')).then(() => done('said'), error => done(String(error)));";

/// Opens the first household.
async fn open(browser: &Browser) {
    at(browser, "list").await;
    press(browser, FIRST).await;
    at(browser, "household").await;
}

/// Notes that nobody is at home and gives from when on the next visit counts.
async fn nobody(browser: &Browser) -> String {
    press(browser, ".absent").await;
    browser.until("document.querySelector('.next-visit')").await;
    assert!(browser.all(".absent, .later, .reserve").await.is_empty(), "it counts once");
    assert_eq!(browser.all(".ask, .refused, .vacant").await.len(), 3, "the rest is still there");
    browser.text(".next-visit").await
}

#[tokio::test]
async fn nobody_at_home_counts_at_another_time_and_calls_a_reserve_on_another_day() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let mut tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network, true).await;
    network.turn(Weather::Down);
    open(&browser).await;
    let said = nobody(&browser).await;
    assert!(said.contains("từ 12 giờ trưa nay"), "{said}");
    assert_eq!(browser.violations().await, Vec::<String>::new());
    for _ in 0..2 {
        assert_eq!(browser.run_until_done(SAID).await, "said");
    }
    assert!(browser.text(".fieldwork").await.contains("đã đến 1 lần"));
    browser.close().await;
    // Half past one, evening, and the morning after; the tablet has no network all the while.
    let mut later = async |hours: i64| {
        tablet.lead = hours * HOUR;
        let browser = tablet.on(chromium).await;
        browser.goto(&network.url(&path())).await;
        open(&browser).await;
        browser
    };
    let browser = later(4).await;
    let said = nobody(&browser).await;
    assert!(said.contains("từ ngày mai"), "the third needs another day: {said}");
    browser.close().await;
    let browser = later(9).await;
    assert!(browser.text(".next-visit").await.contains("từ ngày mai"));
    assert!(browser.all(".absent").await.is_empty(), "evening of the same day");
    browser.close().await;
    let browser = later(24).await;
    press(&browser, ".absent").await;
    browser.until("document.querySelector('.reserve')").await;
    assert!(browser.text(".fieldwork").await.contains("Vắng 3 lần"));
    app.pass_minutes(24 * 60);
    network.turn(Weather::Fair);
    browser.run("dispatchEvent(new Event('online'))").await;
    told(&browser).await;
    browser.close().await;
    let backdoor = app.database().backdoor().await;
    let sql = "select status || ' ' || visits || ' ' || first_visit_on || ' ' || visited_on
        from sample_households where status <> 'waiting'";
    assert_eq!(backdoor.texts(sql).await, ["absent 3 2026-10-15 2026-10-16"]);
    backdoor.close().await;
}

#[tokio::test]
async fn a_visit_in_the_evening_counts_after_one_in_the_afternoon() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let mut tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network, true).await;
    browser.close().await;
    app.pass_minutes(4 * 60);
    tablet.lead = 4 * HOUR;
    let browser = tablet.on(chromium).await;
    browser.goto(&network.url(&path())).await;
    open(&browser).await;
    let said = nobody(&browser).await;
    assert!(said.contains("từ 18 giờ hôm nay"), "{said}");
    // What the server says of it takes the part of the day away from nobody.
    told(&browser).await;
    browser.reload().await;
    open(&browser).await;
    assert!(browser.text(".next-visit").await.contains("từ 18 giờ hôm nay"));
    browser.close().await;
}
