//! The kiosk in a real browser: its tablet, whose time the test sets, and whose
//! storage outlives a cold start.

use std::path::PathBuf;
use std::time::Duration;

use hailong::clock::Clock;
use serde_json::{Value, json};
use surveys::response::read_moment;
use tempfile::TempDir;

use super::app::{App, NOW};
use super::browser::{Browser, Chromium, Screen};
use super::device;
use super::proxy::Proxy;
use super::submission::point;

/// How many times as fast the tablet's timers run where a test would have to wait.
const HURRY: u32 = 100;
/// A step of what counts down before a person, in milliseconds.
const SECOND: u32 = 1_000;
/// How long nobody may touch the tablet, in milliseconds.
const SILENCE: u32 = 45_000;

/// The address of the kiosk on its server.
pub(crate) fn path() -> String {
    format!("/kiosk/{}", point())
}

/// A tablet: what it keeps, and how far its clock is from the server's.
#[derive(Debug)]
pub(crate) struct Tablet {
    /// Where it keeps everything.
    profile: PathBuf,
    _folder: Option<TempDir>,
    screen: Screen,
    hurry: u32,
    /// How many times as fast the timers run that watch a person.
    impatient: u32,
    waits: bool,
    /// Whether its timers of a second and more run only as far as a test lets time pass.
    stands: bool,
    /// By how many milliseconds its clock is ahead of [`NOW`] when it is switched on.
    pub(crate) lead: i64,
}

impl Tablet {
    /// One whose timers run at their own pace.
    pub(crate) fn new(screen: Screen) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let profile = folder.path().to_owned();
        Self {
            profile,
            _folder: Some(folder),
            screen,
            hurry: 1,
            impatient: 1,
            waits: false,
            stands: false,
            lead: 0,
        }
    }

    /// One whose storage is the folder `profile`.
    pub(crate) fn kept_in(profile: PathBuf, screen: Screen) -> Self {
        Self { profile, _folder: None, ..Self::new(screen) }
    }

    /// One that does nothing by itself, not even count seconds down, so that each of its
    /// screens can be looked at for as long as a busy machine needs.
    pub(crate) fn that_waits(screen: Screen) -> Self {
        Self { waits: true, ..Self::new(screen) }
    }

    /// One for which time passes only when a test says so, by `pass(milliseconds)` in its
    /// page, and then at once; what takes less than a second goes by itself.
    pub(crate) fn whose_time_stands(screen: Screen) -> Self {
        Self { stands: true, ..Self::new(screen) }
    }

    /// One whose timers run fast, but for those that watch a person: who answers by a script
    /// on a busy machine is not gone.
    pub(crate) fn in_a_hurry(screen: Screen) -> Self {
        Self { hurry: HURRY, ..Self::new(screen) }
    }

    /// One in a hurry that gives a person up a hundred times as fast, too.
    pub(crate) fn that_is_impatient(screen: Screen) -> Self {
        Self { impatient: HURRY, ..Self::in_a_hurry(screen) }
    }

    /// Switches it on: a browser that knows only what the tablet keeps.
    pub(crate) async fn on(&self, chromium: &Chromium) -> Browser {
        let shift = read_moment(NOW).expect("a moment") - Clock::System.now() + self.lead;
        let (hurry, impatient) = (self.hurry, self.impatient);
        let (waits, stands) = (self.waits, self.stands);
        let before = format!(
            "{{
                const later = window.setTimeout;
                const watches = [{SECOND}, {SILENCE}];
                const paced = wait => wait / (watches.includes(wait) ? {impatient} : {hurry});
                window.setTimeout = (work, wait, ...more) =>
                    later(work, {waits} && wait >= {SECOND} ? 2 ** 30 : paced(wait), ...more);
                if ({stands}) {{
                    const cancel = window.clearTimeout;
                    const kept = new Map();
                    // No timer of the browser's own has such a number.
                    let now = 0, last = 2 ** 40;
                    window.setTimeout = (work, wait = 0, ...more) => {{
                        if (wait < {SECOND}) return later(work, wait, ...more);
                        last += 1;
                        kept.set(last, {{ due: now + wait, work: () => work(...more) }});
                        return last;
                    }};
                    window.clearTimeout = id => kept.delete(id) || cancel(id);
                    window.pass = time => {{
                        const end = now + time;
                        for (;;) {{
                            const due = [...kept].filter(([, one]) => one.due <= end);
                            const [next] = due.sort(([, a], [, b]) => a.due - b.due);
                            if (next === undefined) break;
                            kept.delete(next[0]);
                            now = next[1].due;
                            next[1].work();
                        }}
                        now = end;
                    }};
                }}
                const Real = Date;
                window.Date = class extends Real {{
                    constructor(...of) {{ if (of.length) super(...of); else super(Real.now() + {shift}); }}
                    static now() {{ return Real.now() + {shift}; }}
                }};
            }}"
        );
        chromium.open(self.screen, &self.profile, &before).await
    }

    /// Kills every process of its browser without a warning.
    pub(crate) fn kill(&self) {
        let profile = self.profile.display().to_string();
        let mut killed = 0;
        for entry in std::fs::read_dir("/proc").expect("processes").flatten() {
            let Ok(process) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
            let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            if String::from_utf8_lossy(&command).contains(&profile) {
                let sent =
                    std::process::Command::new("kill").args(["-9", &process.to_string()]).status();
                killed += u32::from(sent.is_ok_and(|status| status.success()));
            }
        }
        assert!(killed > 0, "no browser had the profile {profile}");
        // The locks of a browser that is gone would keep the next one out.
        for lock in ["SingletonLock", "SingletonCookie", "SingletonSocket"] {
            drop(std::fs::remove_file(self.profile.join(lock)));
        }
    }
}

/// Enrols the tablet that `browser` is, through `network`.
pub(crate) async fn enrol(browser: &Browser, app: &App, network: &Proxy) {
    let code = device::code(app).await;
    browser.goto(&network.url(&format!("{}#enrol={code}", path()))).await;
    browser.until("document.querySelector('.enrol button')").await;
    press(browser, ".enrol button").await;
    at(browser, "attract").await;
    browser.until("navigator.serviceWorker.controller").await;
}

/// A text of a script and what it is changed to.
pub(crate) type Change = (&'static str, &'static str);

/// A tablet that does not keep what is answered before it is finished.
pub(crate) const FORGETFUL: Change =
    ("write('facts', store => store.put(response, 'unfinished'), 'relaxed')", "Promise.resolve()");

/// Enrols a tablet that has no service worker, which would refuse changed scripts.
pub(crate) async fn enrol_without_worker(browser: &Browser, app: &App, network: &Proxy) {
    let code = device::code(app).await;
    browser.goto(&network.url(&format!("{}#enrol={code}", path()))).await;
    press(browser, ".enrol button").await;
    at(browser, "attract").await;
}

/// Opens the kiosk.
pub(crate) async fn open(browser: &Browser, network: &Proxy) {
    browser.goto(&network.url(&path())).await;
}

/// Waits until the kiosk is in `state`.
pub(crate) async fn at(browser: &Browser, state: &str) {
    browser.until(&format!("document.querySelector('#kiosk')?.dataset.state === '{state}'")).await;
}

/// Presses what `css` selects as soon as the screen takes a touch.
pub(crate) async fn press(browser: &Browser, css: &str) {
    let ready = "!('guarded' in document.getElementById('kiosk').dataset)";
    browser.until(&format!("{ready} && document.querySelector('{css}')")).await;
    browser.click(css).await;
}

/// "Tiếp tục", "Gửi" or "Xong".
pub(crate) const NEXT: &str = ".bar .next";
/// "Quay lại".
pub(crate) const BACK: &str = ".bar button:first-child";
/// "Bỏ qua".
pub(crate) const SKIP: &str = ".bar button:nth-last-child(2)";

/// How many questions everyone is asked; what was not good, and the comment, only after a
/// low answer.
pub(crate) const QUESTIONS: usize = 5;

/// What a person does with one question.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// Touches the option of this value and goes on.
    Choose(u32),
    /// Skips it.
    Skip,
    /// Touches the option and does nothing more.
    Touch(u32),
}

/// Somebody comes to the first screen and takes one step a question, each once the
/// question stands there.
pub(crate) async fn visit(browser: &Browser, steps: &[Step]) {
    press(browser, ".begin").await;
    for (n, step) in steps.iter().enumerate() {
        question(browser, n + 1).await;
        match step {
            Step::Choose(value) => {
                press(browser, &format!("label[for=answer-{value}]")).await;
                press(browser, NEXT).await;
            }
            Step::Skip => press(browser, SKIP).await,
            Step::Touch(value) => press(browser, &format!("label[for=answer-{value}]")).await,
        }
    }
}

/// Waits until question `number` stands on the screen.
pub(crate) async fn question(browser: &Browser, number: usize) {
    let progress = format!(" {number}/{QUESTIONS}");
    browser
        .until(&format!(
            "document.querySelector('#kiosk .progress')?.textContent.endsWith('{progress}')"
        ))
        .await;
}

/// What happens to the kiosk without anybody's doing, such as a silence or a full disk.
pub(crate) async fn happens(browser: &Browser, event: &str) {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         const kiosk = document.querySelector('script[type=module]').src.replace('main.js', 'kiosk.js');
         import(kiosk).then(({{ machine }}) => done(machine.send('{event}')), error => done(String(error)));"
    );
    assert_eq!(browser.run_until_done(&script).await, true, "{event} leads nowhere");
}

/// The documents that are stored, in the order in which they came.
pub(crate) async fn documents(app: &App) -> Vec<String> {
    app.database().backdoor().await.texts("select document from responses order by seq").await
}

/// The scripts by which `count` people answer, each `value` to every question, in the
/// page itself: faster than any finger, through the same buttons.
pub(crate) async fn answer(browser: &Browser, count: u32, value: u32) -> Vec<String> {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         const frame = () => new Promise(next => requestAnimationFrame(next));
         const root = document.getElementById('kiosk');
         const seen = () => root.dataset.state + (root.querySelector('.progress')?.textContent ?? '');
         const go = async css => {{
             const before = seen();
             const end = performance.now() + 15000;
             while (seen() === before) {{
                 if (performance.now() > end) throw new Error(css + ' in ' + before);
                 root.querySelector(css)?.click();
                 await frame();
             }}
         }};
         const all = async () => {{
             const ended = [];
             for (let n = 0; n < {count}; n += 1) {{
                 while (root.dataset.state !== 'attract') await frame();
                 await go('.begin');
                 while (root.dataset.state === 'question') {{
                     const tile = root.querySelector('#answer-{value}');
                     while (tile.isConnected && !tile.checked) {{ tile.click(); if (!tile.checked) await frame(); }}
                     await go('.next');
                 }}
                 if (root.dataset.state === 'reason') await go('{SKIP}');
                 if (root.dataset.state === 'comment') await go('.next');
                 ended.push(root.dataset.state);
                 if (root.dataset.state === 'saved') await go('.next');
             }}
             return ended;
         }};
         all().then(done, error => done([String(error)]));"
    );
    let ended = browser.run_until_done(&script).await;
    serde_json::from_value(ended).expect("a list of states")
}

/// What the tablet's queue holds: ids that wait, ids that are set apart.
pub(crate) async fn queue(browser: &Browser) -> (Vec<String>, Vec<String>) {
    let script = "const done = arguments[arguments.length - 1];
        const asked = indexedDB.open('hailong-kiosk');
        asked.onsuccess = () => {
            const all = asked.result.transaction('queue').objectStore('queue').getAll();
            all.onsuccess = () => {
                asked.result.close();
                done([all.result.filter(i => i.waiting).map(i => i.responseId),
                      all.result.filter(i => !i.waiting).map(i => i.responseId)]);
            };
        };";
    serde_json::from_value(browser.run_until_done(script).await).expect("two lists of ids")
}

/// Waits until nothing waits in the tablet's queue.
pub(crate) async fn drained(browser: &Browser) {
    browser.be_patient(Duration::from_mins(6)).await;
    let script = "const done = arguments[arguments.length - 1];
        const asked = indexedDB.open('hailong-kiosk');
        asked.onsuccess = () => {
            const end = performance.now() + 300000;
            const look = () => {
                const count = asked.result.transaction('queue').objectStore('queue').index('waiting').count();
                count.onsuccess = () => {
                    if (count.result > 0 && performance.now() < end) return setTimeout(look, 50);
                    asked.result.close();
                    done(count.result);
                };
            };
            look();
        };";
    assert_eq!(browser.run_until_done(script).await, 0, "the queue does not empty");
}

/// Everything that the tablet keeps, as text, to look for what must not be there.
pub(crate) async fn kept(browser: &Browser) -> String {
    let script = "const done = arguments[arguments.length - 1];
        const asked = indexedDB.open('hailong-kiosk');
        asked.onsuccess = () => {
            const stores = ['queue', 'facts'];
            const transaction = asked.result.transaction(stores);
            Promise.all(stores.map(name => new Promise(found => {
                const all = transaction.objectStore(name).getAll();
                all.onsuccess = () => found(all.result);
            }))).then(all => {
                asked.result.close();
                done(JSON.stringify([all, {...localStorage}, {...sessionStorage}, document.cookie, history.length, document.body.innerHTML]));
            });
        };";
    match browser.run_until_done(script).await {
        Value::String(text) => text,
        other => json!(other).to_string(),
    }
}
