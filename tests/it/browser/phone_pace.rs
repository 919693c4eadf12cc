//! How long a visit on a phone takes, by the model of a person that the kiosk's is told by,
//! and how long it takes on a slow network until it can begin.

use serde_json::json;

use super::kiosk::pace::{DECIDED_TAP, PLAIN_TAP};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, PHONE, Scripts};
use crate::support::database::Database;
use crate::support::submission::point;

/// What a visit took.
#[derive(Debug, Default)]
struct Visit {
    screens: usize,
    /// Touches of an answer, which is thought about.
    decided: u32,
    /// Touches of the button beside it.
    plain: u32,
}

impl Visit {
    async fn choose(&mut self, browser: &Browser, value: u32) {
        browser.click(&format!("label[for=answer-{value}]")).await;
        self.decided += 1;
    }

    /// Presses what leads to the next screen.
    async fn go(&mut self, browser: &Browser, css: &str) {
        browser.follow(css).await;
        self.plain += 1;
        self.screens += 1;
    }

    fn seconds(&self) -> f64 {
        f64::from(self.decided) * DECIDED_TAP + f64::from(self.plain) * PLAIN_TAP
    }
}

/// Somebody answers every question with `value`, ticks one reason where that is asked, and
/// writes nothing.
async fn visit(browser: &Browser, app: &App, value: u32) -> Visit {
    browser.goto(&app.url(&format!("/s/{}", point()))).await;
    let mut visit = Visit { screens: 1, ..Visit::default() };
    visit.go(browser, "main form button").await;
    while browser.all("textarea").await.is_empty() {
        visit.choose(browser, value).await;
        visit.go(browser, "button[value=next]").await;
    }
    visit.go(browser, "button[value=skip]").await;
    assert_eq!(browser.all(".receipt").await.len(), 1, "it is thanked for");
    visit
}

#[tokio::test]
async fn a_visit_on_a_phone_is_over_within_a_minute() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            // Six screens are asked, a seventh after a low answer; one stands before and one
            // behind them. No screen takes more than an answer and the button beside it.
            for (value, asked) in [(4, 6), (2, 7)] {
                let visit = visit(browser, &app, value).await;
                eprintln!("{visit:?}: {:.0} s", visit.seconds());
                assert_eq!(visit.screens, asked + 2, "{visit:?}");
                assert_eq!(visit.decided as usize, asked - 1, "{visit:?}");
                assert_eq!(visit.plain as usize, asked + 1, "{visit:?}");
                assert!(visit.seconds() <= 60.0, "{visit:?}");
            }
        })
        .await;
    assert_eq!(app.database().count("responses").await, 2);
}

/// What opening the survey costs on a network of `bits` a second, with a cold memory.
struct Opened {
    /// When the largest thing on it stood there and all of it was read, in milliseconds.
    usable: f64,
    /// How many bytes came over the network until all of it was there.
    bytes: f64,
    /// What came, by its name without its version.
    parts: Vec<String>,
}

async fn opened_on(chromium: &Chromium, app: &App, bits: u32) -> Opened {
    let opened = std::cell::RefCell::new(None);
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            let slow = json!({
                "offline": false, "latency": 400,
                "downloadThroughput": bits / 8, "uploadThroughput": bits / 8,
            });
            browser.command("Network.enable", json!({})).await;
            browser.command("Network.emulateNetworkConditions", slow).await;
            browser.goto(&app.url(&format!("/s/{}", point()))).await;
            // Letters are asked for once there is something to be written with them.
            browser
                .until("document.readyState === 'complete' && document.fonts.status === 'loaded'")
                .await;
            let measured = browser
                .run_until_done(
                    "const done = arguments[arguments.length - 1];
                    new PerformanceObserver(seen => {
                        const [page] = performance.getEntriesByType('navigation');
                        const all = [page, ...performance.getEntriesByType('resource')];
                        const usable = Math.max(seen.getEntries().at(-1).startTime, page.domContentLoadedEventEnd);
                        done([usable, all.reduce((sum, e) => sum + e.transferSize, 0), all.map(e => new URL(e.name).pathname.split('/').at(-1))]);
                    }).observe({ type: 'largest-contentful-paint', buffered: true });",
                )
                .await;
            let parts = serde_json::from_value(measured[2].clone()).unwrap();
            let [usable, bytes] = [0, 1].map(|n| measured[n].as_f64().unwrap());
            opened.replace(Some(Opened { usable, bytes, parts }));
        })
        .await;
    opened.into_inner().expect("it is opened")
}

#[tokio::test]
async fn the_first_page_is_light_and_soon_usable_on_a_slow_network() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let Opened { usable, bytes, parts } = opened_on(chromium, &app, 400_000).await;
    eprintln!("usable after {usable:.0} ms, {bytes} bytes: {parts:?}");
    for name in ["style.", "regular.", "semibold."] {
        let there = parts.iter().filter(|part| part.starts_with(name)).count();
        assert!(there >= 1, "{name} is not counted: {parts:?}");
    }
    assert!(bytes > 20_000.0 && bytes <= 60_000.0, "{bytes} bytes of {parts:?}");
    assert!(usable > 400.0 && usable <= 3_000.0, "usable after {usable} ms");
    // The measure itself: a network that is too slow is seen.
    let slower = opened_on(chromium, &app, 40_000).await;
    assert!(slower.usable > 3_000.0, "usable after {} ms", slower.usable);
    assert!((slower.bytes - bytes).abs() < 2_000.0, "{} bytes", slower.bytes);
}
