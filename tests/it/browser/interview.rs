//! Interview mode in a real browser: a day without a network, cold starts, a killed
//! browser, lost and repeated messages. What the tablet says was saved is stored once,
//! and every status agrees; a control shows that the tests would see it otherwise.

mod absence;
mod interrupted;
mod pages;
mod screens;
mod storage;
mod windows;

use serde_json::Value;

use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::kiosk::{Change, NEXT, Tablet, at, drained, press, queue};
use crate::support::proxy::{Proxy, Weather};
use crate::support::sample;
use crate::support::submission::point;

/// The first household on the list.
const FIRST: &str = ".village:nth-of-type(1) li:nth-child(1) .household";

fn path() -> String {
    format!("/interview/{}", point())
}

/// A service with a sample of 40 households for one interviewer.
async fn service() -> App {
    let app = App::spawn(Database::sqlite());
    let db = app.database().open().await;
    sample::add(&db, 1).await;
    db.close().await;
    app
}

/// Enrols the tablet; with its worker, unless a control has changed scripts.
async fn enrol(browser: &Browser, app: &App, network: &Proxy, with_worker: bool) {
    let code = sample::code(app, 1).await;
    browser.goto(&network.url(&format!("{}#enrol={code}", path()))).await;
    press(browser, ".enrol button").await;
    at(browser, "list").await;
    if with_worker {
        browser.until("navigator.serviceWorker.controller").await;
    }
}

/// Visits the households that nobody visited yet, `count` of them, by the buttons of the
/// page: each third one declines, the others answer. Gives how each ended.
async fn visit(browser: &Browser, count: u32) -> Vec<String> {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         const frame = () => new Promise(next => requestAnimationFrame(next));
         const root = document.getElementById('kiosk');
         const failures = [];
         addEventListener('unhandledrejection', event => failures.push(String(event.reason?.stack ?? event.reason)));
         const seen = () => root.dataset.state + (root.querySelector('.progress')?.textContent ?? '') + (root.querySelector('.lead')?.textContent ?? '');
         const go = async css => {{
             const before = seen();
             const end = performance.now() + 60000;
             while (seen() === before) {{
                 if (performance.now() > end) throw new Error([css, 'in', before, ...Object.keys(root.dataset), ...failures].join(' '));
                 root.querySelector(css)?.click();
                 await frame();
             }}
         }};
         const all = async () => {{
             const ended = [];
             for (let n = 0; n < {count}; n += 1) {{
                 await go('.household.waiting');
                 if (n % 3 === 2) {{
                     await go('.refused');
                     ended.push('refused');
                     await go('.to-list');
                     continue;
                 }}
                 await go('.ask');
                 await go('.next');
                 while (root.dataset.state === 'question') {{
                     const tile = root.querySelector('#answer-4');
                     while (tile.isConnected && !tile.checked) {{ tile.click(); if (!tile.checked) await frame(); }}
                     await go('.next');
                 }}
                 if (root.dataset.state === 'comment') await go('.next');
                 ended.push(root.dataset.state);
                 await go('.next');
             }}
             return ended;
         }};
         all().then(done, error => done([String(error)]));"
    );
    let ended = browser.run_until_done(&script).await;
    serde_json::from_value(ended).expect("a list of states")
}

/// Asks the first household, up to the first question.
async fn begin(browser: &Browser) {
    for (css, state) in [(FIRST, "household"), (".ask", "consent"), (NEXT, "question")] {
        press(browser, css).await;
        at(browser, state).await;
    }
}

/// The network is there again, and the tablet hears of it.
async fn go_online(browser: &Browser, network: &Proxy) {
    network.turn(Weather::Fair);
    browser.run("dispatchEvent(new Event('online'))").await;
}

/// Waits until nothing is left to tell.
async fn told(browser: &Browser) {
    drained(browser).await;
    let script = "const done = arguments[arguments.length - 1];
        const asked = indexedDB.open('hailong-kiosk');
        asked.onsuccess = () => {
            const end = performance.now() + 60000;
            const look = () => {
                const kept = asked.result.transaction('facts').objectStore('facts').get('assignment');
                kept.onsuccess = () => {
                    const untold = kept.result.households.filter(one => one.untold).length;
                    if (untold > 0 && performance.now() < end) return setTimeout(look, 50);
                    asked.result.close();
                    done(untold);
                };
            };
            look();
        };";
    assert_eq!(browser.run_until_done(script).await, 0, "the server was not told everything");
}

/// What the server has: responses, households that answered, households that declined.
async fn there(app: &App) -> [i64; 3] {
    let backdoor = app.database().backdoor().await;
    let mut numbers = [0; 3];
    let queries = [
        "select count(*) from responses where sample is not null",
        "select count(*) from sample_households where status = 'answered'",
        "select count(*) from sample_households where status = 'refused'",
    ];
    for (number, query) in numbers.iter_mut().zip(queries) {
        *number = backdoor.number(query).await;
    }
    backdoor.close().await;
    numbers
}

fn count(ended: &[String], how: &str) -> i64 {
    i64::try_from(ended.iter().filter(|state| *state == how).count()).expect("a few")
}

#[tokio::test]
async fn a_day_of_forty_households_without_a_network_arrives_once_and_agrees() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network, true).await;
    browser.close().await;
    network.turn(Weather::Down);
    let mut ended = Vec::new();
    for start in 0..4 {
        let browser = tablet.on(chromium).await;
        browser.be_patient(std::time::Duration::from_mins(3)).await;
        browser.goto(&network.url(&path())).await;
        at(&browser, "list").await;
        ended.extend(visit(&browser, 10).await);
        assert_eq!(ended.len(), 10 * (start + 1), "{ended:?}");
        // The battery gives out once in the middle of the day.
        if start == 1 {
            drop(browser);
            tablet.kill();
        } else {
            browser.close().await;
        }
    }
    assert_eq!(there(&app).await, [0, 0, 0], "nothing has left the tablet");
    let browser = tablet.on(chromium).await;
    browser.goto(&network.url(&path())).await;
    at(&browser, "list").await;
    let answered = count(&ended, "saved");
    assert_eq!(queue(&browser).await.0.len(), usize::try_from(answered).unwrap());
    go_online(&browser, &network).await;
    told(&browser).await;
    assert_eq!((answered, count(&ended, "refused")), (28, 12), "{ended:?}");
    assert_eq!(there(&app).await, [28, 28, 12], "lost 0, doubled 0, statuses agree");
    assert!(browser.text(".list").await.contains("Đã xong 40 trên 40 hộ"));
    browser.close().await;
}

/// Lets one interviewer visit twelve households in `weather`; gives what was said to be
/// saved and what the server has in the end.
async fn through(
    chromium: &Chromium,
    weather: Weather,
    changes: &[Change],
    until_told: bool,
) -> (i64, [i64; 3]) {
    let app = service().await;
    let network = Proxy::rewriting(&app, changes).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network, changes.is_empty()).await;
    browser.be_patient(std::time::Duration::from_mins(3)).await;
    network.turn(weather);
    let ended = visit(&browser, 12).await;
    go_online(&browser, &network).await;
    if until_told {
        told(&browser).await;
    } else {
        drained(&browser).await;
    }
    let there = there(&app).await;
    browser.close().await;
    (count(&ended, "saved"), there)
}

#[tokio::test]
async fn lost_and_repeated_messages_neither_lose_nor_double() {
    let Some(chromium) = Chromium::shared() else { return };
    for weather in [Weather::Rough, Weather::Deaf, Weather::Portal] {
        assert_eq!(through(chromium, weather, &[], true).await, (8, [8, 8, 4]), "{weather:?}");
    }
}

#[tokio::test]
async fn control_a_status_without_its_response_is_seen() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes = [("if (item) queue.add(item);", "")];
    let (saved, there) = through(chromium, Weather::Fair, &changes, true).await;
    assert_eq!((saved, there), (8, [0, 8, 4]), "the test sees what is lost");
}

#[tokio::test]
async fn control_a_status_that_is_told_once_only_is_seen_as_lost() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes = [(
        "const sent = (own?.households ?? []).filter(one => one.untold).slice(0, MOST);",
        "globalThis.once ??= new Set();
         const name = one => JSON.stringify([one.psu, one.household]);
         const sent = (own?.households ?? []).filter(one => one.untold && !once.has(name(one)));
         sent.forEach(one => once.add(name(one)));",
    )];
    let (saved, there) = through(chromium, Weather::Portal, &changes, false).await;
    assert_eq!((saved, there), (8, [8, 0, 0]), "the test sees statuses that are lost");
}

#[tokio::test]
async fn what_was_said_to_be_saved_outlives_a_killed_browser() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network, true).await;
    network.turn(Weather::Down);
    let mut saved = 0;
    drop(browser);
    tablet.kill();
    for _ in 0..4 {
        let browser = tablet.on(chromium).await;
        browser.goto(&network.url(&path())).await;
        at(&browser, "list").await;
        saved += count(&visit(&browser, 1).await, "saved");
        drop(browser);
        tablet.kill();
    }
    let browser = tablet.on(chromium).await;
    browser.goto(&network.url(&path())).await;
    at(&browser, "list").await;
    go_online(&browser, &network).await;
    told(&browser).await;
    assert_eq!((saved, there(&app).await), (4, [4, 4, 0]));
    browser.close().await;
}

#[tokio::test]
async fn ids_and_answers_tell_the_day_and_nobodys_time_of_day() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let network = Proxy::before(&app).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network, true).await;
    assert_eq!(visit(&browser, 1).await, ["saved"]);
    told(&browser).await;
    let backdoor = app.database().backdoor().await;
    let id = backdoor.texts("select lower(hex(response_id)) from responses").await.remove(0);
    // 2026-10-15T00:00+07:00 in milliseconds, as an id of version 7 begins with them.
    assert_eq!(&id[..12], &format!("{:012x}", 1_791_997_200_000_u64));
    let kept: Value = browser.run("return document.body.innerText").await;
    assert!(!kept.to_string().contains("10:0"), "no time of day is shown: {kept}");
    backdoor.close().await;
    browser.close().await;
}
