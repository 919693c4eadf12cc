//! The page goes away in the middle of an interview: reloaded, killed with its tab, or with
//! the battery. What was answered is there afterwards.

use surveys::response::{Document, Raw};

use super::{begin, enrol, go_online, path, service, there, told};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK};
use crate::support::kiosk::{
    Change, NEXT, QUESTIONS, SKIP, Tablet, at, documents, kept, press, question, queue,
};
use crate::support::proxy::{Proxy, Weather};

/// A tablet that does not keep what is answered before it is finished.
const FORGETFUL: Change =
    ("write('facts', store => store.put(interview, 'under-way'), 'relaxed')", "Promise.resolve()");

/// "Quay lại", behind "Đưa máy" and "Ngừng".
const BACK: &str = ".bar button:nth-child(3)";

/// Asks the first household two questions and leaves it at the third.
async fn ask_two(browser: &Browser) {
    begin(browser).await;
    for (n, value) in [(1, 4), (2, 2)] {
        question(browser, n).await;
        press(browser, &format!("label[for=answer-{value}]")).await;
        press(browser, NEXT).await;
    }
    question(browser, 3).await;
}

/// An interview whose tablet dies at the third question, without a network.
struct Killed {
    app: App,
    network: Proxy,
    tablet: Tablet,
}

impl Killed {
    async fn new(chromium: &Chromium, changes: &[Change]) -> Self {
        let app = service().await;
        let network = Proxy::rewriting(&app, changes).await;
        let tablet = Tablet::in_a_hurry(KIOSK);
        let browser = tablet.on(chromium).await;
        enrol(&browser, &app, &network, changes.is_empty()).await;
        if changes.is_empty() {
            network.turn(Weather::Down);
        }
        ask_two(&browser).await;
        drop(browser);
        tablet.kill();
        Self { app, network, tablet }
    }

    /// The tablet is switched on again.
    async fn again(&self, chromium: &Chromium) -> Browser {
        let browser = self.tablet.on(chromium).await;
        browser.goto(&self.network.url(&path())).await;
        browser
    }

    /// What arrives, once there is a network.
    async fn stored(&self, browser: &Browser) -> Vec<String> {
        go_online(browser, &self.network).await;
        told(browser).await;
        documents(&self.app).await
    }
}

#[tokio::test]
async fn an_interview_goes_on_where_it_was_when_the_tablet_died() {
    let Some(chromium) = Chromium::shared() else { return };
    let killed = Killed::new(chromium, &[]).await;
    let browser = killed.again(chromium).await;
    at(&browser, "interrupted").await;
    assert_eq!(browser.text("h1").await, "Cuộc phỏng vấn hộ số 3 chưa xong");
    assert!(!browser.text("#kiosk").await.contains("lòng"), "no answer is shown");
    press(&browser, NEXT).await;
    question(&browser, 3).await;
    // What was chosen before is there, and may be changed.
    press(&browser, BACK).await;
    question(&browser, 2).await;
    browser.until("document.querySelector('#answer-2').checked").await;
    press(&browser, "label[for=answer-5]").await;
    for n in 2..=QUESTIONS {
        question(&browser, n).await;
        press(&browser, if n == 2 { NEXT } else { SKIP }).await;
    }
    at(&browser, "saved").await;
    assert!(!kept(&browser).await.contains("under-way"));
    press(&browser, NEXT).await;
    at(&browser, "list").await;
    browser.reload().await;
    at(&browser, "list").await;
    let stored = killed.stored(&browser).await;
    assert_eq!(there(&killed.app).await, [1, 1, 0]);
    let stored = Document::read(&stored[0]).unwrap();
    assert!(!stored.partial);
    assert_eq!(stored.answers, [("A1", Raw::Value(4)), ("A2", Raw::Value(5))]);
    browser.close().await;
}

#[tokio::test]
async fn an_interview_that_is_not_gone_on_with_counts_as_far_as_it_came() {
    let Some(chromium) = Chromium::shared() else { return };
    let killed = Killed::new(chromium, &[]).await;
    let browser = killed.again(chromium).await;
    at(&browser, "interrupted").await;
    press(&browser, ".stop").await;
    at(&browser, "saved").await;
    press(&browser, NEXT).await;
    at(&browser, "list").await;
    let stored = killed.stored(&browser).await;
    assert_eq!(there(&killed.app).await, [1, 1, 0]);
    let stored = Document::read(&stored[0]).unwrap();
    assert!(stored.partial);
    assert_eq!(stored.answers, [("A1", Raw::Value(4)), ("A2", Raw::Value(2))]);
    browser.close().await;
}

#[tokio::test]
async fn control_a_tablet_that_keeps_only_what_is_finished_loses_the_interview() {
    let Some(chromium) = Chromium::shared() else { return };
    let killed = Killed::new(chromium, &[FORGETFUL]).await;
    let browser = killed.again(chromium).await;
    at(&browser, "list").await;
    assert_eq!(queue(&browser).await.0, Vec::<String>::new());
    assert!(browser.text(".list").await.contains("Đã xong 0 trên 40 hộ"), "the test sees it");
    browser.close().await;
}

#[tokio::test]
async fn an_interview_of_other_questions_counts_as_far_as_it_came() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network, true).await;
    network.turn(Weather::Down);
    ask_two(&browser).await;
    let newer = "const done = arguments[arguments.length - 1];
        const asked = indexedDB.open('hailong-kiosk');
        asked.onsuccess = () => {
            const transaction = asked.result.transaction('facts', 'readwrite');
            const facts = transaction.objectStore('facts');
            facts.get('content').onsuccess = event => {
                const content = event.target.result;
                content.instrument.version += 1;
                facts.put(content, 'content');
            };
            transaction.oncomplete = () => { asked.result.close(); done(true); };
        };";
    assert_eq!(browser.run_until_done(newer).await, true);
    browser.reload().await;
    at(&browser, "list").await;
    assert!(browser.text(".list").await.contains("Đã xong 1 trên 40 hộ"));
    go_online(&browser, &network).await;
    told(&browser).await;
    assert_eq!(there(&app).await, [1, 1, 0]);
    browser.close().await;
}

#[tokio::test]
async fn what_is_taken_back_before_the_page_goes_away_is_not_kept() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let browser = Tablet::new(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network, true).await;
    begin(&browser).await;
    press(&browser, "label[for=answer-4]").await;
    press(&browser, SKIP).await;
    question(&browser, 2).await;
    browser.reload().await;
    at(&browser, "list").await;
    assert!(!kept(&browser).await.contains("answered_at"));
    browser.close().await;
}
