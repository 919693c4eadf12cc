//! One person after the other at the tablet.

use serde_json::json;
use surveys::catalog;
use surveys::response::{Document, Raw};

use crate::support::app::App;
use crate::support::browser::{Chromium, KIOSK};
use crate::support::database::{Database, on_both_databases};
use crate::support::kiosk::{
    BACK, NEXT, QUESTIONS, SKIP, Step, Tablet, answer, at, documents, drained, enrol, kept, open,
    press, question, queue, visit,
};
use crate::support::process::hailong;
use crate::support::proxy::{Proxy, Weather};
use crate::support::submission::point;

on_both_databases![what_is_answered_at_the_tablet_is_counted_and_leaves_nothing_behind];

async fn what_is_answered_at_the_tablet_is_counted_and_leaves_nothing_behind(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(database);
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    let pages_before = browser.run("return history.length").await;

    press(&browser, ".begin").await;
    for number in 1..=QUESTIONS {
        at(&browser, "question").await;
        let progress = format!("Câu {number}/{QUESTIONS}");
        browser.until(&format!("document.title.startsWith('{progress} – ')")).await;
        let checked = browser.run("return document.querySelectorAll(':checked').length").await;
        assert_eq!(checked, 0, "nothing is preselected");
        assert_eq!(browser.all("fieldset legend h1").await.len(), 1);
        match number {
            1 => press(&browser, "label[for=answer-1]").await,
            2 => {
                // Back shows what was chosen, and it can be changed.
                press(&browser, BACK).await;
                browser.until("document.title.startsWith('Câu 1/') && document.querySelector('#answer-1').checked").await;
                press(&browser, "label[for=answer-2]").await;
                press(&browser, NEXT).await;
                browser.until("document.title.startsWith('Câu 2/')").await;
                press(&browser, "label[for=answer-9]").await;
            }
            3 => {
                press(&browser, SKIP).await;
                continue;
            }
            _ => press(&browser, "label[for=answer-5]").await,
        }
        press(&browser, NEXT).await;
    }
    at(&browser, "reason").await;
    assert!(browser.title().await.starts_with("Câu hỏi thêm – Điều gì chưa tốt?"));
    for value in [3, 1] {
        press(&browser, &format!("label[for=answer-{value}]")).await;
    }
    assert_eq!(browser.text(NEXT).await, "Tiếp tục", "the comment is still to come");
    press(&browser, NEXT).await;
    at(&browser, "comment").await;
    press(&browser, BACK).await;
    at(&browser, "reason").await;
    let checked = browser.run("return document.querySelectorAll(':checked').length").await;
    assert_eq!(checked, 2, "Back shows what was chosen");
    press(&browser, NEXT).await;
    at(&browser, "comment").await;
    browser.enter("#comment", "Đông người quá").await;
    press(&browser, NEXT).await;
    at(&browser, "saved").await;
    assert_eq!(browser.text("h1").await, "Đã ghi nhận ý kiến. Cảm ơn ông/bà.");
    browser
        .until("/[0-9A-Z]{4}-[0-9A-Z]{4}/.test(document.querySelector('.receipt').textContent)")
        .await;
    press(&browser, NEXT).await;
    at(&browser, "attract").await;

    let stored = documents(&app).await;
    assert_eq!(stored.len(), 1);
    let document = Document::read(&stored[0]).unwrap();
    let wanted = [
        ("A1", Raw::Value(2)),
        ("A2", Raw::Value(9)),
        ("A4", Raw::Value(5)),
        ("A5", Raw::Value(5)),
        ("L1", Raw::Values(vec![1, 3])),
    ];
    assert_eq!(document.answers, wanted);
    assert_eq!((&*document.channel, document.partial), ("kiosk", false));
    assert_eq!(document.comment.as_deref(), Some("Đông người quá"));
    let sql = "select count(*) from responses where device_id is not null and clock is null";
    assert_eq!(app.database().backdoor().await.number(sql).await, 1);

    let left = kept(&browser).await;
    for trace in ["Đông người", "answer-", "responseId", "answered_at"] {
        assert!(!left.contains(trace), "{trace} is left in {left}");
    }
    assert_eq!(queue(&browser).await, (vec![], vec![]));
    assert_eq!(browser.run("return history.length").await, pages_before, "Back leads nowhere");
    browser.close().await;
}

#[tokio::test]
async fn good_and_bad_cost_the_same_taps_and_the_reason_can_be_skipped() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    browser.run("window.taps = []; addEventListener('change', () => taps.push(1), true)").await;
    let mut taps = Vec::new();
    for value in [5, 1] {
        browser.run("taps.length = 0").await;
        assert_eq!(answer(&browser, 1, value).await, ["saved"]);
        taps.push(browser.run("return taps.length").await);
    }
    assert_eq!(taps, [json!(QUESTIONS), json!(QUESTIONS)], "one tap an answer, good or bad");
    drained(&browser).await;
    let stored = documents(&app).await;
    assert_eq!(stored.len(), 2);
    assert!(stored.iter().all(|document| !document.contains("comment")), "{stored:?}");
    browser.close().await;
}

#[tokio::test]
async fn a_reason_is_asked_and_kept_only_as_long_as_an_answer_is_low() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    let first = [Step::Choose(4), Step::Skip, Step::Choose(9), Step::Choose(3)];
    visit(&browser, &first).await;
    question(&browser, QUESTIONS).await;
    press(&browser, "label[for=answer-3]").await;
    assert_eq!(browser.text(NEXT).await, "Gửi", "nothing was low, nothing more is asked");
    press(&browser, "label[for=answer-2]").await;
    assert_eq!(browser.text(NEXT).await, "Tiếp tục");
    press(&browser, NEXT).await;
    at(&browser, "reason").await;
    for value in [6, 8] {
        press(&browser, &format!("label[for=answer-{value}]")).await;
    }
    press(&browser, BACK).await;
    question(&browser, QUESTIONS).await;
    press(&browser, "label[for=answer-4]").await;
    let kept = "const done = arguments[arguments.length - 1];
        const folder = document.querySelector('script[type=module]').src.replace('main.js', '');
        import(folder + 'kiosk.js').then(({ now }) => done(now.visit.response(true).body));";
    let body = browser.run_until_done(kept).await.to_string();
    assert!(body.contains("A5") && !body.contains("L1"), "nor if the tablet died now: {body}");
    assert_eq!(browser.text(NEXT).await, "Gửi");
    press(&browser, NEXT).await;
    at(&browser, "saved").await;
    drained(&browser).await;
    let stored = documents(&app).await;
    let wanted = [
        ("A1", Raw::Value(4)),
        ("A3", Raw::Value(9)),
        ("A4", Raw::Value(3)),
        ("A5", Raw::Value(4)),
    ];
    assert_eq!(Document::read(&stored[0]).unwrap().answers, wanted);
    browser.close().await;
}

#[tokio::test]
async fn a_tablet_that_waits_with_answers_to_the_former_version_sends_them_and_asks_the_new_one() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    network.turn(Weather::Down);
    // What a tablet kept that was last in touch before the new version.
    let former = catalog::instrument("quick-counter", Some(1)).unwrap();
    let answers = json!({"A1": 2, "N1": [3]});
    let body = json!({
        "instrument": former.id, "version": former.version, "collection_point": point(),
        "channel": "kiosk", "answered_at": "2026-09-20T08:30:00+07:00", "answers": answers,
    });
    let add = format!(
        "const done = arguments[arguments.length - 1];
         const folder = document.querySelector('script[type=module]').src.replace('main.js', '');
         Promise.all([import(folder + 'queue.js'), import(folder + 'visit.js')])
             .then(([queue, visit]) => queue.add(visit.newId(), JSON.stringify({body})))
             .then(() => done(true), error => done(String(error)));"
    );
    assert_eq!(browser.run_until_done(&add).await, true);
    assert_eq!(answer(&browser, 1, 2).await, ["saved"]);
    network.turn(Weather::Fair);
    drained(&browser).await;
    assert_eq!(queue(&browser).await, (vec![], vec![]), "nothing was refused");
    let mut versions: Vec<u32> =
        documents(&app).await.iter().map(|one| Document::read(one).unwrap().version).collect();
    versions.sort_unstable();
    assert_eq!(versions, [1, 2]);
    browser.close().await;
}

#[tokio::test]
async fn who_skips_everything_reaches_the_end_and_who_presses_twice_answers_once() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    // The second tap of the same finger, in the same moment, falls on a screen that is not ready.
    visit(&browser, &[Step::Touch(4)]).await;
    browser
        .run(
            "document.querySelector('.next').click();
             document.elementFromPoint(640, 400)?.click();
             document.querySelector('.next').click();",
        )
        .await;
    question(&browser, 2).await;
    let tapped =
        "document.querySelector('#answer-3').click(); document.querySelector('.next').click();";
    browser.run(tapped).await;
    assert!(browser.title().await.starts_with("Câu 2/"), "a fresh screen takes no touch");
    assert_eq!(browser.run("return document.querySelectorAll(':checked').length").await, 0);
    press(&browser, NEXT).await;
    browser.until("document.querySelector('#error')").await;
    assert!(browser.text("#error").await.starts_with("Mời ông/bà chọn"));
    press(&browser, "label[for=answer-9]").await;
    browser.until("!document.querySelector('#error')").await;
    for _ in 2..=QUESTIONS {
        press(&browser, SKIP).await;
    }
    at(&browser, "saved").await;
    drained(&browser).await;
    let stored = documents(&app).await;
    assert_eq!(stored.len(), 1);
    assert_eq!(Document::read(&stored[0]).unwrap().answers, [("A1", Raw::Value(4))]);
    browser.close().await;
}

#[tokio::test]
async fn who_walks_away_is_asked_can_come_back_and_is_counted_as_partial() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::that_is_impatient(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    visit(&browser, &[Step::Touch(4)]).await;
    for _ in 0..12 {
        at(&browser, "warning").await;
        browser.run("document.querySelector('h1').dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}))").await;
        at(&browser, "question").await;
        assert!(browser.run("return document.querySelector('#answer-4').checked").await == true);
    }
    assert_eq!(network.submissions(), 0, "nobody was gone");
    at(&browser, "attract").await;
    drained(&browser).await;
    let stored = documents(&app).await;
    let document = Document::read(&stored[0]).unwrap();
    assert_eq!((document.partial, &document.answers[..]), (true, &[("A1", Raw::Value(4))][..]));
    // Who answered nothing leaves nothing.
    press(&browser, ".begin").await;
    at(&browser, "warning").await;
    at(&browser, "attract").await;
    assert_eq!(queue(&browser).await.0.len() + documents(&app).await.len(), 1);
    assert!(!kept(&browser).await.contains("answer-"));
    browser.close().await;
}

#[tokio::test]
async fn nobody_is_asked_before_45_seconds_and_any_touch_within_30_more_gives_them_again() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::whose_time_stands(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    visit(&browser, &[Step::Touch(4)]).await;
    let state = async || browser.run("return document.querySelector('#kiosk').dataset.state").await;
    let pass = async |time: u32| {
        browser.run(&format!("pass({time})")).await;
    };
    let touch = async |x: u32, y: u32| {
        for kind in ["mousePressed", "mouseReleased"] {
            let at = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            browser.command("Input.dispatchMouseEvent", at).await;
        }
    };
    // Whoever touches anything after 44 seconds has another 45.
    pass(44_999).await;
    touch(5, 5).await;
    // Corners and the middle: where there is a button and where there is none.
    let places = [(5, 5), (1_270, 5), (5, 790), (1_270, 790), (640, 400), (640, 5)];
    for (x, y) in places.into_iter().chain(places) {
        pass(44_999).await;
        assert_eq!(state().await, "question", "it is still before 45 seconds");
        pass(1).await;
        at(&browser, "warning").await;
        assert!(browser.text(".left").await.contains("30"), "half a minute is left, and said");
        pass(29_999).await;
        assert_eq!(state().await, "warning", "there are 30 seconds to come back in");
        touch(x, y).await;
        at(&browser, "question").await;
        assert!(browser.run("return document.querySelector('#answer-4').checked").await == true);
    }
    assert_eq!(network.submissions(), 0, "nobody was gone");
    pass(45_000).await;
    at(&browser, "warning").await;
    pass(30_000).await;
    at(&browser, "attract").await;
    drained(&browser).await;
    let document = documents(&app).await.remove(0);
    assert!(Document::read(&document).unwrap().partial, "{document}");
    browser.close().await;
}

#[tokio::test]
async fn a_tablet_that_is_switched_on_without_a_network_asks_and_sends_later() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    browser.close().await;
    network.turn(Weather::Down);
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    assert_eq!(answer(&browser, 1, 3).await, ["saved"]);
    browser.until("document.querySelector('.offline')").await;
    assert_eq!(queue(&browser).await.0.len(), 1);
    assert_eq!(app.database().count("responses").await, 0);
    network.turn(Weather::Fair);
    drained(&browser).await;
    assert_eq!(app.database().count("responses").await, 1);
    browser.close().await;
}

#[tokio::test]
async fn the_queue_goes_to_the_server_as_a_file_when_there_is_no_network() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    network.turn(Weather::Down);
    assert_eq!(answer(&browser, 3, 4).await, ["saved"; 3]);
    let exported = "const done = arguments[arguments.length - 1];
        const folder = document.querySelector('script[type=module]').src.replace('main.js', '');
        Promise.all([import(folder + 'queue.js'), import(folder + 'device.js')])
            .then(([queue, device]) => queue.exported(device.id(), 0, device.sign))
            .then(done, error => done(String(error)));";
    let exported = browser.run_until_done(exported).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queue.ndjson");
    let (exported, database) = (exported.as_str().unwrap(), app.database().url());
    let import = || hailong(&["device", "import", file.to_str().unwrap(), "--database", database]);
    // Whoever carries it can change nothing.
    assert!(exported.contains("\"A1\":4"), "{exported}");
    std::fs::write(&file, exported.replacen("\"A1\":4", "\"A1\":1", 1)).unwrap();
    assert!(import().one_sentence().contains("không còn nguyên như máy đã lưu"));
    assert_eq!(app.database().count("responses").await, 0);
    std::fs::write(&file, exported).unwrap();
    // The service's clock stands still in tests and the command's does not, so the moments
    // of these answers lie before it; what counts here is that they go in.
    let done = import();
    assert_eq!(done.status, 0, "{done:?}");
    assert!(!done.err.contains("chữ ký"), "{done:?}");
    assert_eq!(app.database().count("responses").await, 3);
    // The network comes back: the same answers once more, and they are there already.
    network.turn(Weather::Fair);
    drained(&browser).await;
    assert_eq!(app.database().count("responses").await, 3);
    browser.close().await;
}
