//! Somebody leaves in the middle, or the tablet does; and what a point may ask beforehand.

use hailong::staff::audit::Action;
use serde_json::json;
use surveys::response::{Document, Raw};
use surveys::{PointCode, ServiceFields};

use crate::support::app::App;
use crate::support::browser::{Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::kiosk::{
    BACK, Change, FORGETFUL, NEXT, QUESTIONS, SKIP, Step, Tablet, at, documents, drained, enrol,
    enrol_without_worker, kept, open, press, question, queue, visit,
};
use crate::support::proxy::{Proxy, Weather};
use crate::support::staff::by_operator;
use crate::support::submission::{commune, point};

fn here() -> PointCode {
    PointCode::parse(&point()).unwrap()
}

#[tokio::test]
async fn a_tablet_that_is_put_away_keeps_what_was_answered_and_shows_none_of_it() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    visit(&browser, &[Step::Choose(4), Step::Touch(2)]).await;
    // The browser says of a page that is hidden what it says of one that is left.
    browser.goto("about:blank").await;
    browser.back().await;
    at(&browser, "attract").await;
    drained(&browser).await;
    let stored = documents(&app).await;
    assert_eq!(stored.len(), 1);
    let document = Document::read(&stored[0]).unwrap();
    assert!(document.partial);
    assert_eq!(document.answers, [("A1", Raw::Value(4)), ("A2", Raw::Value(2))]);
    let left = kept(&browser).await;
    for trace in ["answer-", "responseId", "answered_at", "unfinished"] {
        assert!(!left.contains(trace), "{trace} is left in {left}");
    }
    // Hidden without being left: the screen is cleared at once.
    visit(&browser, &[Step::Touch(5)]).await;
    let hide = "Object.defineProperty(document, 'visibilityState', {get: () => 'hidden', configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
        delete document.visibilityState;";
    browser.run(hide).await;
    at(&browser, "attract").await;
    drained(&browser).await;
    assert_eq!(documents(&app).await.len(), 2);
    browser.close().await;
}

/// Kills a tablet in the middle of a visit; gives what the next one stores of it.
async fn killed_in_the_middle(chromium: &Chromium, changes: &[Change]) -> Vec<String> {
    let app = App::spawn(Database::sqlite());
    let network = Proxy::rewriting(&app, changes).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol_without_worker(&browser, &app, &network).await;
    visit(&browser, &[Step::Choose(4), Step::Choose(2)]).await;
    question(&browser, 3).await;
    drop(browser);
    tablet.kill();
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    drained(&browser).await;
    let stored = documents(&app).await;
    browser.close().await;
    stored
}

#[tokio::test]
async fn a_tablet_that_dies_in_the_middle_of_a_visit_has_what_was_answered() {
    let Some(chromium) = Chromium::shared() else { return };
    let stored = killed_in_the_middle(chromium, &[]).await;
    assert_eq!(stored.len(), 1);
    let document = Document::read(&stored[0]).unwrap();
    assert!(document.partial);
    assert_eq!(document.answers, [("A1", Raw::Value(4)), ("A2", Raw::Value(2))]);
}

#[tokio::test]
async fn control_a_tablet_that_keeps_only_what_is_finished_loses_it() {
    let Some(chromium) = Chromium::shared() else { return };
    let stored = killed_in_the_middle(chromium, &[FORGETFUL]).await;
    assert_eq!(stored, Vec::<String>::new(), "the test sees what is lost");
}

#[tokio::test]
async fn who_goes_back_to_the_first_screen_takes_everything_back() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    visit(&browser, &[Step::Choose(4)]).await;
    question(&browser, 2).await;
    press(&browser, BACK).await;
    question(&browser, 1).await;
    press(&browser, BACK).await;
    at(&browser, "attract").await;
    browser.reload().await;
    at(&browser, "attract").await;
    assert_eq!(queue(&browser).await, (vec![], vec![]));
    assert!(!kept(&browser).await.contains("answered_at"));
    assert_eq!(documents(&app).await.len(), 0);
    browser.close().await;
}

#[tokio::test]
async fn the_field_of_the_procedure_is_asked_first_and_may_be_skipped() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let db = app.database().open().await;
    let fields = ServiceFields::new(&["Đất đai", "Hộ tịch"]).unwrap();
    db.set_service_fields(&here(), &fields, &by_operator(1, Action::SetFields)).await.unwrap();
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    for field in [Some("Hộ tịch"), Some("Khác"), None] {
        press(&browser, ".begin").await;
        browser.until("document.querySelector('legend h1')?.textContent === 'Hôm nay ông/bà làm thủ tục gì?'").await;
        assert_eq!(browser.texts(".words").await, ["Đất đai", "Hộ tịch", "Khác"]);
        assert_eq!(browser.all(".tile input:checked").await.len(), 0, "nothing is preselected");
        if let Some(field) = field {
            let tile = fields.options().iter().position(|option| option.vi == field).unwrap() + 1;
            press(&browser, &format!("label[for=answer-{tile}]")).await;
            press(&browser, NEXT).await;
            // Back shows what was chosen.
            question(&browser, 1).await;
            press(&browser, BACK).await;
            browser.until(&format!("document.querySelector('#answer-{tile}')?.checked")).await;
            press(&browser, NEXT).await;
        } else {
            press(&browser, SKIP).await;
        }
        question(&browser, 1).await;
        press(&browser, "label[for=answer-5]").await;
        press(&browser, NEXT).await;
        for _ in 2..=QUESTIONS {
            press(&browser, SKIP).await;
        }
        at(&browser, "saved").await;
        press(&browser, NEXT).await;
    }
    drained(&browser).await;
    let stored = documents(&app).await;
    let chosen: Vec<_> =
        stored.iter().map(|text| Document::read(text).unwrap().service_field).collect();
    let chosen: Vec<_> = chosen.iter().map(Option::as_deref).collect();
    assert_eq!(chosen, [Some("Hộ tịch"), Some("Khác"), None]);
    browser.close().await;
}

#[tokio::test]
async fn only_where_it_was_set_the_next_question_comes_by_itself() {
    let Some(chromium) = Chromium::shared() else { return };
    for on in [false, true] {
        let app = App::spawn(Database::sqlite());
        let set = by_operator(1, Action::SetAdvance);
        app.database().open().await.set_auto_advance(&here(), on, &set).await.unwrap();
        let network = Proxy::before(&app).await;
        let tablet = Tablet::new(KIOSK);
        let browser = tablet.on(chromium).await;
        enrol(&browser, &app, &network).await;
        visit(&browser, &[]).await;
        question(&browser, 1).await;
        let watch = "addEventListener('change', () => { window.chosen = performance.now(); }, {capture: true});
            new MutationObserver(() => { window.drawn = performance.now(); })
                .observe(document.getElementById('kiosk'), {childList: true});";
        browser.run(watch).await;
        press(&browser, "label[for=answer-4]").await;
        if on {
            question(&browser, 2).await;
            let seen = browser.run("return window.drawn - window.chosen").await;
            assert!(seen.as_f64().is_some_and(|seen| seen >= 600.0), "seen for {seen} ms");
            press(&browser, BACK).await;
            browser.until("document.querySelector('#answer-4')?.checked").await;
            // What is chosen with the arrow keys is not yet meant.
            browser.until("!('guarded' in document.getElementById('kiosk').dataset)").await;
            browser.one("#answer-4").await.send_keys("\u{e015}").await.unwrap();
            browser.until("document.querySelector('#answer-5').checked").await;
        }
        browser.until("performance.now() - window.chosen > 1500").await;
        question(&browser, 1).await;
        browser.close().await;
    }
}

#[tokio::test]
async fn the_way_to_the_results_is_shown_also_without_a_network() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    browser.close().await;
    network.turn(Weather::Down);
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    visit(&browser, &[Step::Skip; QUESTIONS]).await;
    at(&browser, "saved").await;
    browser.until("document.querySelector('img.qr').complete").await;
    let shown =
        "const code = document.querySelector('img.qr'); return [code.naturalWidth > 0, code.alt];";
    assert_eq!(browser.run(shown).await, json!([true, "Mã QR dẫn đến trang kết quả"]));
    assert!(browser.text(".results").await.contains(&format!("/c/{}", commune())));
    browser.close().await;
}
