//! How long a visit on a phone takes, by the model of a person that the kiosk's is told by.

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
