//! A tablet's storage that is full, or taken away.

use serde_json::json;

use super::seldom::TOLD;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::device::{self, PIN};
use crate::support::kiosk::{
    Change, NEXT, QUESTIONS, Step, Tablet, answer, at, documents, drained, enrol,
    enrol_without_worker, press, question, queue, visit,
};
use crate::support::maintenance::{knock, type_pin};
use crate::support::proxy::{Proxy, Weather};

const FILL: &str = "const done = arguments[arguments.length - 1];
    const asked = indexedDB.open('hailong-kiosk');
    asked.onsuccess = async () => {
        let kept = 0;
        for (let size = 1 << 20; size > 500; ) {
            const transaction = asked.result.transaction('recordings', 'readwrite');
            transaction.objectStore('recordings').put(crypto.getRandomValues(new Uint8Array(Math.min(size, 65536))), `junk-${kept}`);
            const stored = await new Promise(end => {
                transaction.oncomplete = () => end(true);
                transaction.onabort = () => end(false);
            });
            if (stored) kept += 1; else size >>= 1;
            if (kept > 5000) break;
        }
        asked.result.close();
        done(kept);
    };";

const EMPTY: &str = "const done = arguments[arguments.length - 1];
    const asked = indexedDB.open('hailong-kiosk');
    asked.onsuccess = () => {
        const transaction = asked.result.transaction('recordings', 'readwrite');
        transaction.objectStore('recordings').clear();
        transaction.oncomplete = () => { asked.result.close(); done('empty'); };
    };";

/// Fills the tablet's storage to the last kilobyte.
pub(in crate::browser) async fn fill(browser: &Browser) {
    let junk = browser.run_until_done(FILL).await;
    assert!(junk.as_u64().is_some_and(|n| (1..5_000).contains(&n)), "there is a bound: {junk}");
}

/// Makes room again.
pub(in crate::browser) async fn empty(browser: &Browser) {
    browser.run_until_done(EMPTY).await;
}

/// Lets somebody answer on a tablet without room; gives the state it ended in and how
/// many answers it kept.
async fn without_room(chromium: &Chromium, changes: &[Change]) -> (Vec<String>, usize) {
    let app = App::spawn(Database::sqlite());
    let network = Proxy::rewriting(&app, changes).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    let quota = json!({"origin": network.url(""), "quotaSize": 24_000_000});
    browser.command("Storage.overrideQuotaForOrigin", quota).await;
    enrol_without_worker(&browser, &app, &network).await;
    network.turn(Weather::Down);
    fill(&browser).await;
    let ended = answer(&browser, 1, 4).await;
    let (waiting, _) = queue(&browser).await;
    if ended == ["broken"] {
        assert!(!browser.text("h1").await.contains("Đã ghi nhận"));
        empty(&browser).await;
        at(&browser, "attract").await;
        assert_eq!(answer(&browser, 1, 4).await, ["saved"], "with room it takes answers again");
    }
    browser.close().await;
    (ended, waiting.len())
}

#[tokio::test]
async fn a_tablet_without_room_says_so_and_does_not_thank() {
    let Some(chromium) = Chromium::shared() else { return };
    assert_eq!(without_room(chromium, &[]).await, (vec!["broken".to_owned()], 0));
}

#[tokio::test]
async fn control_a_tablet_that_does_not_look_thanks_for_what_it_has_not() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes = [("machine.send('broke');\n    return;", "")];
    assert_eq!(without_room(chromium, &changes).await, (vec!["saved".to_owned()], 0));
}

/// Has the browser take away everything that the tablet keeps, while it runs.
pub(in crate::browser) async fn clear(browser: &Browser, network: &Proxy) {
    let everything = json!({"origin": network.url(""), "storageTypes": "all"});
    browser.command("Storage.clearDataForOrigin", everything).await;
}

/// Somebody of the staff types a new code into the tablet that is out of use.
async fn enrol_again(browser: &Browser, app: &App) {
    at(browser, "off").await;
    assert_eq!(browser.text("h1").await, "Máy tạm nghỉ");
    browser.enter("#code", &device::code(app).await).await;
    press(browser, ".enrol button").await;
    at(browser, "attract").await;
}

#[tokio::test]
async fn a_tablet_whose_storage_is_cleared_rests_until_it_is_enrolled_again() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    network.turn(Weather::Down);
    assert_eq!(answer(&browser, 2, 5).await, ["saved"; 2]);
    at(&browser, "attract").await;
    clear(&browser, &network).await;
    browser.until("document.querySelector('.cleared')?.textContent.includes('2 phiếu')").await;
    assert_eq!(browser.violations().await, Vec::<String>::new());
    network.turn(Weather::Closed);
    enrol_again(&browser, &app).await;
    knock(&browser).await;
    type_pin(&browser, PIN).await;
    at(&browser, "maintenance").await;
    let said = browser.text(".maintenance").await;
    assert!(said.contains("Phiếu chờ gửi\n2\n"), "all of it is there again: {said}");
    press(&browser, ".maintenance > .bar .next").await;
    network.turn(Weather::Fair);
    assert_eq!(answer(&browser, 1, 4).await, ["saved"]);
    drained(&browser).await;
    let documents = documents(&app).await;
    assert_eq!(documents.len(), 3, "what nobody had sent yet was put back: {documents:?}");
    // What was kept anew is kept: also after a look at the tablet in the morning.
    browser.reload().await;
    at(&browser, "attract").await;
    browser.close().await;
}

/// Whether a tablet that was cleared without a network, and enrolled again with one, has a
/// worker again, although its page was never loaded anew.
async fn has_its_worker_again(chromium: &Chromium, changes: &[Change]) -> bool {
    let app = App::spawn(Database::sqlite());
    let network = Proxy::rewriting(&app, changes).await;
    let browser = Tablet::new(KIOSK).on(chromium).await;
    enrol_without_worker(&browser, &app, &network).await;
    // The first worker is there, or has come to nothing: it takes nothing that was changed on
    // the way.
    let settled = "const done = arguments[arguments.length - 1];
        const look = async () => {
            const one = await navigator.serviceWorker.getRegistration();
            if (one === undefined || one.active) done('settled'); else setTimeout(look, 20);
        };
        look();";
    browser.run_until_done(settled).await;
    network.rewrite(&[]);
    network.turn(Weather::Down);
    let watched = "const real = ServiceWorkerContainer.prototype.register;
        ServiceWorkerContainer.prototype.register = function (...of) {
            const going = real.apply(this, of);
            going.catch(() => { window.inVain = true; });
            return going;
        };";
    browser.run(watched).await;
    clear(&browser, &network).await;
    browser.until("window.inVain").await;
    at(&browser, "off").await;
    network.turn(Weather::Fair);
    enrol_again(&browser, &app).await;
    browser.run_until_done(TOLD).await;
    let registered = "const done = arguments[arguments.length - 1];
        navigator.serviceWorker.getRegistration().then(one => done(one !== undefined));";
    let is_registered = browser.run_until_done(registered).await == true;
    if is_registered {
        browser.until("navigator.serviceWorker.controller").await;
        at(&browser, "attract").await;
        network.turn(Weather::Down);
        browser.reload().await;
        at(&browser, "attract").await;
    }
    browser.close().await;
    is_registered
}

#[tokio::test]
async fn a_tablet_cleared_without_a_network_starts_without_one_once_it_is_enrolled_again() {
    let Some(chromium) = Chromium::shared() else { return };
    assert!(has_its_worker_again(chromium, &[]).await);
}

#[tokio::test]
async fn control_a_tablet_that_registers_no_worker_again_is_seen() {
    let Some(chromium) = Chromium::shared() else { return };
    assert!(!has_its_worker_again(chromium, &[("await register(own);", "")]).await);
}

#[tokio::test]
async fn staff_are_told_that_the_page_still_holds_responses_until_all_are_sent() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let browser = Tablet::new(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network).await;
    network.turn(Weather::Down);
    assert_eq!(answer(&browser, 2, 5).await, ["saved"; 2]);
    at(&browser, "attract").await;
    clear(&browser, &network).await;
    network.turn(Weather::Closed);
    enrol_again(&browser, &app).await;
    let alarms = async || {
        knock(&browser).await;
        type_pin(&browser, PIN).await;
        at(&browser, "maintenance").await;
        let said = browser.texts(".alarms li").await.join("\n");
        press(&browser, ".maintenance > .bar .next").await;
        at(&browser, "attract").await;
        said
    };
    let said = alarms().await;
    assert!(said.contains("Trang còn giữ 2 phiếu chưa gửi: xin đừng đóng trang"), "{said}");
    network.turn(Weather::Fair);
    knock(&browser).await;
    type_pin(&browser, PIN).await;
    press(&browser, ".maintenance > .bar button:nth-child(2)").await;
    drained(&browser).await;
    press(&browser, ".maintenance > .bar .next").await;
    at(&browser, "attract").await;
    let said = alarms().await;
    assert!(!said.contains("Trang còn giữ"), "{said}");
    browser.close().await;
}

#[tokio::test]
async fn who_is_answering_when_the_storage_is_cleared_is_thanked_once_it_is_kept_and_counts() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    visit(&browser, &[Step::Choose(4), Step::Choose(4), Step::Touch(4)]).await;
    clear(&browser, &network).await;
    press(&browser, NEXT).await;
    for number in 4..=QUESTIONS {
        question(&browser, number).await;
        press(&browser, "label[for=answer-4]").await;
        press(&browser, NEXT).await;
    }
    at(&browser, "saved").await;
    assert_eq!(queue(&browser).await.0.len(), 1, "it is thanked for what is kept");
    press(&browser, NEXT).await;
    enrol_again(&browser, &app).await;
    drained(&browser).await;
    let documents = documents(&app).await;
    assert_eq!(documents.len(), 1, "{documents:?}");
    assert!(!documents[0].contains("partial"), "{documents:?}");
    browser.close().await;
}

/// Clears the storage of a tablet that was switched on with two responses waiting; gives how
/// many arrive once it is enrolled again.
async fn cleared_after_a_cold_start(chromium: &Chromium, changes: &[Change]) -> usize {
    let app = App::spawn(Database::sqlite());
    let network = Proxy::rewriting(&app, changes).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol_without_worker(&browser, &app, &network).await;
    network.turn(Weather::Closed);
    assert_eq!(answer(&browser, 2, 5).await, ["saved"; 2]);
    browser.reload().await;
    at(&browser, "attract").await;
    clear(&browser, &network).await;
    at(&browser, "off").await;
    network.turn(Weather::Fair);
    enrol_again(&browser, &app).await;
    drained(&browser).await;
    browser.close().await;
    documents(&app).await.len()
}

#[tokio::test]
async fn what_waited_before_the_page_was_opened_outlives_a_cleared_storage() {
    let Some(chromium) = Chromium::shared() else { return };
    assert_eq!(cleared_after_a_cold_start(chromium, &[]).await, 2);
}

#[tokio::test]
async fn control_a_tablet_that_does_not_read_its_queue_loses_it_when_it_is_cleared() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes = [("await queue.load().catch(() => {});", "")];
    assert_eq!(cleared_after_a_cold_start(chromium, &changes).await, 0);
}

#[tokio::test]
async fn a_tablet_cleared_while_nobody_looked_says_how_many_responses_it_lost() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let browser = Tablet::in_a_hurry(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network).await;
    network.turn(Weather::Closed);
    assert_eq!(answer(&browser, 3, 5).await, ["saved"; 3]);
    // It tells the server how much waits; then it is put away and its storage is cleared.
    let told = "select count(*) from devices where report like '%\"queued\":3%'";
    let backdoor = app.database().backdoor().await;
    while backdoor.number(told).await == 0 {
        tokio::task::yield_now().await;
    }
    backdoor.close().await;
    browser.goto("about:blank").await;
    clear(&browser, &network).await;
    network.turn(Weather::Fair);
    app.pass_minutes(1);
    enrol(&browser, &app, &network).await;
    knock(&browser).await;
    type_pin(&browser, PIN).await;
    at(&browser, "maintenance").await;
    browser.until("document.querySelector('.alarms')?.textContent.includes('3 phiếu')").await;
    assert_eq!(documents(&app).await.len(), 0);
    browser.close().await;
}

#[tokio::test]
async fn what_the_server_refused_is_sent_again_when_staff_say_so() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let browser = Tablet::new(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network).await;
    network.turn(Weather::Closed);
    assert_eq!(answer(&browser, 1, 5).await, ["saved"]);
    let refused = "const done = arguments[arguments.length - 1];
        const main = document.querySelector('script[type=module]').src;
        import(main.replace('main.js', 'queue.js'))
            .then(async queue => queue.quarantine(await queue.oldest(), 'unknown-instrument'))
            .then(done, error => done(String(error)));";
    browser.run_until_done(refused).await;
    assert_eq!(queue(&browser).await.1.len(), 1, "it is set apart");
    network.turn(Weather::Fair);
    knock(&browser).await;
    type_pin(&browser, PIN).await;
    browser.until("document.querySelector('.alarms')?.textContent.includes('Gửi ngay')").await;
    assert_eq!(documents(&app).await.len(), 0);
    press(&browser, ".maintenance > .bar button:nth-child(2)").await;
    drained(&browser).await;
    let backdoor = app.database().backdoor().await;
    while backdoor.number("select count(*) from responses").await == 0 {
        tokio::task::yield_now().await;
    }
    backdoor.close().await;
    browser.close().await;
}

/// Has an answer about a response come late, when the storage was cleared and gave its place
/// to another one; gives how many wait then.
async fn a_late_answer(chromium: &Chromium, changes: &[Change]) -> usize {
    let app = App::spawn(Database::sqlite());
    let network = Proxy::rewriting(&app, changes).await;
    let browser = Tablet::new(KIOSK).on(chromium).await;
    enrol_without_worker(&browser, &app, &network).await;
    network.turn(Weather::Closed);
    assert_eq!(answer(&browser, 2, 5).await, ["saved"; 2]);
    let with_queue = |work: &str| {
        format!(
            "const done = arguments[arguments.length - 1];
             const main = document.querySelector('script[type=module]').src;
             import(main.replace('main.js', 'queue.js')).then({work}).then(done, error => done(String(error)));"
        )
    };
    let first = "async queue => { window.late = await queue.oldest(); await queue.remove(late); }";
    browser.run_until_done(&with_queue(first)).await;
    clear(&browser, &network).await;
    at(&browser, "off").await;
    let again = "async queue => { await queue.restore(); await queue.remove(late); }";
    browser.run_until_done(&with_queue(again)).await;
    let waiting = queue(&browser).await.0.len();
    browser.close().await;
    waiting
}

#[tokio::test]
async fn an_answer_that_comes_late_takes_no_other_response_out_of_a_cleared_queue() {
    let Some(chromium) = Chromium::shared() else { return };
    assert_eq!(a_late_answer(chromium, &[]).await, 1);
}

#[tokio::test]
async fn control_a_queue_that_goes_by_places_loses_a_response_to_a_late_answer() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes = [("found.result?.responseId === item.responseId && work(", "work(")];
    assert_eq!(a_late_answer(chromium, &changes).await, 0);
}

#[tokio::test]
async fn control_a_tablet_that_does_not_hear_of_it_asks_as_if_it_were_enrolled() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let changes = [("asked.result.onclose = () => {", "asked.result.onunheard = () => {")];
    let network = Proxy::rewriting(&app, &changes).await;
    let browser = Tablet::new(KIOSK).on(chromium).await;
    enrol_without_worker(&browser, &app, &network).await;
    clear(&browser, &network).await;
    assert_eq!(answer(&browser, 1, 4).await, ["saved"]);
    at(&browser, "attract").await;
    browser.close().await;
}
