//! The comment while the keyboard of the tablet is open.

use super::screens::{CROWDED, Length, faults};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK, Screen};
use crate::support::database::Database;
use crate::support::kiosk::{self, NEXT, QUESTIONS, Tablet, at, enrol, press, question};
use crate::support::proxy::Proxy;

/// What the keyboard leaves of a tablet of 1280 × 800 that lies, and of one that stands.
const LEFT: [Screen; 2] = [Screen { width: 1280, height: 440 }, Screen { width: 800, height: 760 }];

/// What is wrong with the comment on the screen while the keyboard is open.
pub(in crate::browser) async fn faults_above_it(browser: &Browser) -> Vec<String> {
    let mut found = Vec::new();
    for screen in LEFT {
        browser.resize(screen).await;
        for large in [false, true] {
            let choose = format!("document.documentElement.classList.toggle('large', {large})");
            browser.run(&choose).await;
            let seen = faults(browser, Length::Fits).await;
            found.extend(seen.into_iter().map(|fault| {
                format!("{} × {}, large {large}: {fault}", screen.width, screen.height)
            }));
        }
    }
    browser.run("document.documentElement.classList.remove('large')").await;
    browser.resize(KIOSK).await;
    found
}

#[tokio::test]
async fn the_keyboard_covers_neither_the_comment_nor_what_it_is_sent_with() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let browser = Tablet::that_waits(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network).await;
    // With a voice there is one button more.
    browser.run_until_done(CROWDED).await;
    for language in ["vi", "en"] {
        at(&browser, "attract").await;
        if language != "vi" {
            press(&browser, &format!(".choices button[lang={language}]")).await;
        }
        press(&browser, ".begin").await;
        for number in 1..=QUESTIONS {
            question(&browser, number).await;
            press(&browser, "label[for=answer-1]").await;
            press(&browser, NEXT).await;
        }
        at(&browser, "reason").await;
        press(&browser, kiosk::SKIP).await;
        at(&browser, "comment").await;
        browser.until("!('guarded' in document.getElementById('kiosk').dataset)").await;
        assert_eq!(browser.all(".bar button").await.len(), 4);
        assert_eq!(faults_above_it(&browser).await, Vec::<String>::new(), "{language}");
        press(&browser, NEXT).await;
        at(&browser, "saved").await;
        press(&browser, NEXT).await;
    }
    browser.close().await;
}
