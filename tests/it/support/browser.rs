//! A real Chromium, driven the way a person would: one driver for the whole
//! run, a fresh profile for each journey.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use futures_util::FutureExt;
use hailong::staff::Token;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::attended::Attended;
use super::{on_path, skip_without};

/// Ends the driver and every browser it started, all in one process group, and
/// removes the files they leave behind.
const SCRIPT: &str = r#"
trap '' TERM INT HUP
TMPDIR=$(mktemp -d)
export TMPDIR
chromedriver --port=0 &
cat >/dev/null
kill -TERM 0
kill -KILL $!
wait
rm -rf "$TMPDIR"
"#;

/// The browser that journeys are made in.
#[derive(Debug)]
pub(crate) struct Chromium {
    /// Where its driver listens.
    port: u16,
    _attended: Attended,
}

impl Chromium {
    /// The one of this test run; `None` where browser tests may be skipped.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Chromium>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    fn start() -> Option<Self> {
        if !(on_path("chromedriver") && on_path("chromium")) {
            skip_without("Chromium", "chromium chromium-driver");
            return None;
        }
        let mut attended = Attended::start(SCRIPT, &[], None);
        let port = |line: &str| {
            line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
        };
        let port = attended
            .wait_for(port)
            .unwrap_or_else(|said| panic!("chromedriver did not start: {said}"));
        Some(Self { port, _attended: attended })
    }

    /// Opens a window with a fresh profile, takes `steps` in it and closes it,
    /// also when a step fails.
    pub(crate) async fn journey(
        &self,
        screen: Screen,
        scripts: Scripts,
        steps: impl AsyncFnOnce(&Browser),
    ) {
        let browser = Browser::open(self.port, scripts, None).await;
        browser.resize(screen).await;
        let outcome = AssertUnwindSafe(steps(&browser)).catch_unwind().await;
        if outcome.is_err() {
            eprintln!("the browser stood at {}", browser.place().await);
            browser.client.close().await.expect("the browser closes");
        } else {
            browser.close().await;
        }
        if let Err(panic) = outcome {
            resume_unwind(panic);
        }
    }
}

impl Chromium {
    /// Opens a window with the profile in the folder `profile`, which outlives it.
    /// `before` runs in every page before the page's own scripts.
    pub(crate) async fn open(&self, screen: Screen, profile: &Path, before: &str) -> Browser {
        let browser = Browser::open(self.port, Scripts::On, Some(profile)).await;
        browser.resize(screen).await;
        browser.command("Page.addScriptToEvaluateOnNewDocument", json!({"source": before})).await;
        browser
    }
}

/// How big a screen is, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// A phone in the hand.
pub(crate) const PHONE: Screen = Screen { width: 360, height: 640 };
/// The narrowest screen that must do.
pub(crate) const NARROW: Screen = Screen { width: 320, height: 640 };
/// A tablet held upright.
pub(crate) const TABLET: Screen = Screen { width: 768, height: 1024 };
/// A small laptop.
pub(crate) const DESKTOP: Screen = Screen { width: 1366, height: 768 };

/// The kiosk's tablet, lying and upright.
pub(crate) const KIOSK: Screen = Screen { width: 1280, height: 800 };
pub(crate) const KIOSK_UPRIGHT: Screen = Screen { width: 800, height: 1280 };

/// Whether pages may run scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    On,
    Off,
}

/// A browser with one window.
#[derive(Debug)]
pub(crate) struct Browser {
    client: Client,
    session: String,
    scripts: Scripts,
}

impl Browser {
    async fn open(port: u16, scripts: Scripts, profile: Option<&Path>) -> Self {
        let mut options = json!({
            "binary": "/usr/bin/chromium",
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-breakpad", "--disable-dev-shm-usage", "--hide-scrollbars",
            ],
        });
        if let (Some(profile), Some(args)) = (profile, options["args"].as_array_mut()) {
            args.push(format!("--user-data-dir={}", profile.display()).into());
        }
        let mut wanted = serde_json::Map::new();
        wanted.insert("goog:chromeOptions".into(), options);
        wanted.insert("goog:loggingPrefs".into(), json!({"browser": "ALL"}));
        let driver = format!("http://127.0.0.1:{port}");
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&driver)
            .await
            .expect("the browser opens");
        let id = client.session_id().await.expect("a session").expect("a session");
        let browser = Self { client, session: format!("{driver}/session/{id}"), scripts };
        if scripts == Scripts::Off {
            browser.let_scripts_run(false).await;
        }
        browser
    }

    /// Lets pages run scripts from now on, or not; a test's own are run in any case, but
    /// those that wait for something only where scripts may run.
    async fn let_scripts_run(&self, run: bool) {
        self.command("Emulation.setScriptExecutionDisabled", json!({"value": !run})).await;
    }

    /// Makes the screen as big as `screen`.
    pub(crate) async fn resize(&self, screen: Screen) {
        let params = json!({
            "width": screen.width, "height": screen.height,
            "deviceScaleFactor": 1, "mobile": screen.width < 600,
        });
        self.command("Emulation.setDeviceMetricsOverride", params).await;
    }

    /// Lets the browser be signed in where `address` is: it has this `token` as if it had been
    /// given there.
    pub(crate) async fn carry(&self, address: &str, token: &Token) {
        let cookie = json!({
            "name": "__Host-sid", "value": token.text(), "url": address, "path": "/",
            "secure": true, "httpOnly": true, "sameSite": "Lax",
        });
        assert_eq!(self.command("Network.setCookie", cookie).await["success"], true);
    }

    /// Gives the browser's own tools an order.
    pub(crate) async fn command(&self, name: &str, params: Value) -> Value {
        self.ask("goog/cdp/execute", json!({"cmd": name, "params": params})).await
    }

    /// What the pages of this browser tried that their policy forbids, in every window,
    /// since this was last asked.
    pub(crate) async fn breaches(&self) -> Vec<String> {
        let noted = self.ask("se/log", json!({"type": "browser"})).await;
        let noted: Vec<Value> = serde_json::from_value(noted).expect("a list of entries");
        let of_policy = noted.into_iter().filter(|entry| entry["source"] == "security");
        of_policy.map(|entry| entry["message"].to_string()).collect()
    }

    /// What the driver answers to an order beyond the standard.
    async fn ask(&self, order: &str, body: Value) -> Value {
        let url = format!("{}/{order}", self.session);
        let answer = reqwest::Client::new().post(url).json(&body).send().await;
        let answer = answer.expect("the driver answers");
        let status = answer.status();
        let mut answer: Value = answer.json().await.expect("JSON");
        assert_eq!(status, 200, "{order} {body}: {answer}");
        answer["value"].take()
    }

    /// Runs a script that calls its last argument when it is done; gives what it gave.
    pub(crate) async fn run_until_done(&self, script: &str) -> Value {
        self.client.execute_async(script, Vec::new()).await.expect("the script ends")
    }

    /// The same of a script whose page may load itself anew meanwhile; then it gives nothing.
    pub(crate) async fn attempt(&self, script: &str) -> Option<Value> {
        self.client.execute_async(script, Vec::new()).await.ok()
    }

    /// Waits until the expression `condition` is true in the page.
    pub(crate) async fn until(&self, condition: &str) {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const end = performance.now() + 20000;
             // What it looks at may not be there yet.
             const holds = () => {{ try {{ return {condition}; }} catch {{ return false; }} }};
             const look = () => {{
                 if (holds()) done('yes');
                 else if (performance.now() > end) done(document.body.innerText);
                 else setTimeout(look, 20);
             }};
             look();"
        );
        // A script whose page is left while it looks never ends.
        let found = match self.attempt(&script).await {
            Some(found) => found,
            None => self.run_until_done(&script).await,
        };
        assert_eq!(found, "yes", "waited in vain for {condition}");
    }

    /// Lets scripts that are waited for take so long.
    pub(crate) async fn be_patient(&self, limit: Duration) {
        let timeouts = fantoccini::wd::TimeoutConfiguration::new(Some(limit), None, None);
        self.client.update_timeouts(timeouts).await.expect("a time-out");
    }

    /// The window that is looked at.
    pub(crate) async fn window(&self) -> WindowHandle {
        self.client.window().await.expect("a window")
    }

    /// Opens another window beside it, which is looked at from now on.
    pub(crate) async fn another_window(&self) -> WindowHandle {
        let opened = self.client.new_window(true).await.expect("a window");
        let window = opened.handle;
        self.switch_to(&window).await;
        window
    }

    /// Looks at `window` from now on.
    pub(crate) async fn switch_to(&self, window: &WindowHandle) {
        self.client.switch_to_window(window.clone()).await.expect("the window is there");
    }

    /// Closes the window that is looked at, and no other.
    pub(crate) async fn close_window(&self) {
        self.client.close_window().await.expect("the window closes");
    }

    /// Closes the browser in good order; fails when a page broke its policy.
    pub(crate) async fn close(self) {
        let breaches = self.breaches().await;
        self.client.close().await.expect("the browser closes");
        assert!(breaches.is_empty(), "a page tried what its policy forbids: {breaches:#?}");
    }

    /// Opens `url`.
    pub(crate) async fn goto(&self, url: &str) {
        self.client.goto(url).await.expect("the page opens");
    }

    /// Presses the browser's own Back.
    pub(crate) async fn back(&self) {
        self.client.back().await.expect("there is a page before");
    }

    /// Loads the page again.
    pub(crate) async fn reload(&self) {
        self.client.refresh().await.expect("the page opens again");
    }

    /// The path and query of the page.
    pub(crate) async fn place(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// What stands on the tab.
    pub(crate) async fn title(&self) -> String {
        self.client.title().await.expect("a title")
    }

    /// The one element that `css` selects.
    pub(crate) async fn one(&self, css: &str) -> Element {
        let mut found = self.all(css).await;
        assert_eq!(found.len(), 1, "{css} on {}", self.place().await);
        found.remove(0)
    }

    /// Every element that `css` selects.
    pub(crate) async fn all(&self, css: &str) -> Vec<Element> {
        self.client.find_all(Locator::Css(css)).await.expect("a selector")
    }

    /// The text of the one element that `css` selects; of a new one when the screen was drawn
    /// anew between looking and reading.
    pub(crate) async fn text(&self, css: &str) -> String {
        for _ in 0..5 {
            match self.one(css).await.text().await {
                Err(error) if error.is_stale_element_reference() => {}
                read => return read.expect("a text"),
            }
        }
        panic!("{css} is drawn anew all the time");
    }

    /// The texts of every element that `css` selects.
    pub(crate) async fn texts(&self, css: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.all(css).await {
            texts.push(element.text().await.expect("a text"));
        }
        texts
    }

    /// Clicks the one element that `css` selects and waits until another page
    /// has taken the place of this one.
    pub(crate) async fn follow(&self, css: &str) {
        let old = self.one("html").await;
        if self.scripts == Scripts::On {
            // A survey takes no tap that comes too soon to be meant.
            self.until("!document.querySelector('form[data-survey=\"\"]')").await;
        }
        self.click(css).await;
        let gone = async { while old.tag_name().await.is_ok() {} };
        let place = self.place().await;
        let waited = tokio::time::timeout(Duration::from_secs(30), gone).await;
        assert!(waited.is_ok(), "{css} on {place} leads nowhere");
    }

    /// Clicks the one element that `css` selects; a new one when the screen was drawn anew
    /// between looking and clicking.
    pub(crate) async fn click(&self, css: &str) {
        for _ in 0..5 {
            match self.one(css).await.click().await {
                Err(error) if error.is_stale_element_reference() => {}
                clicked => return clicked.expect("it can be clicked"),
            }
        }
        panic!("{css} is drawn anew all the time");
    }

    /// Types into the one element that `css` selects.
    pub(crate) async fn enter(&self, css: &str, text: &str) {
        self.one(css).await.send_keys(text).await.expect("it takes text");
    }

    /// Presses keys where the focus is, one after the other.
    pub(crate) async fn press(&self, keys: &str) {
        for key in keys.chars() {
            let focused = self.client.active_element().await.expect("something has the focus");
            focused.send_keys(&key.to_string()).await.expect("it takes keys");
        }
    }

    /// Runs a script in the page.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("the script runs")
    }

    /// By how many pixels the page is wider than its screen, and what sticks out. A phone shows
    /// a page that is too wide from further away: its `innerWidth` grows with the page.
    pub(crate) async fn overflow(&self) -> (i64, Value) {
        let script = "const wide = document.documentElement.clientWidth;
            const out = [...document.querySelectorAll('body *')].filter(e => {
                const box = e.getBoundingClientRect();
                return box.width > 0 && box.right > wide + 0.5 && getComputedStyle(e).position !== 'absolute';
            }).slice(0, 5).map(e => e.outerHTML.slice(0, 120));
            return [document.documentElement.scrollWidth - wide, out];";
        let found = self.run(script).await;
        (found[0].as_i64().expect("a number"), found[1].clone())
    }

    /// Every violation that axe-core finds: rule, help, and the first places. So is what it
    /// cannot decide, unless somebody has looked at it ([`LOOKED_AT`]).
    pub(crate) async fn violations(&self) -> Vec<String> {
        self.run_axe(&LOOKED_AT).await
    }

    /// What axe-core cannot decide and somebody has looked at.
    pub(crate) async fn undecided(&self) -> Vec<String> {
        let found = self.run_axe(&[]).await;
        found.into_iter().filter(|found| found.starts_with("undecided")).collect()
    }

    async fn run_axe(&self, looked_at: &[LookedAt]) -> Vec<String> {
        // It waits for itself. A script of the page's own that was passed over is not run later.
        if self.scripts == Scripts::Off {
            self.let_scripts_run(true).await;
        }
        self.run(axe()).await;
        let places: Vec<_> = looked_at.iter().map(|one| [one.rule, one.place]).collect();
        let script = "const [places, done] = arguments;
            const said = (what, v, nodes) => what + v.id + ': ' + v.help + ' ' + JSON.stringify(nodes.slice(0, 3).map(n => n.html.slice(0, 200)));
            const unseen = (v, n) => !places.some(([rule, place]) => v.id === rule && n.element?.matches(place));
            axe.run(document, {
                runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
                resultTypes: ['violations', 'incomplete'], elementRef: true,
            }).then(r => done([
                ...r.violations.map(v => said('', v, v.nodes)),
                ...r.incomplete.map(v => [v, v.nodes.filter(n => unseen(v, n))]).filter(([, nodes]) => nodes.length > 0)
                    .map(([v, nodes]) => said('undecided, look at it: ', v, nodes)),
            ]), e => done(['axe itself failed: ' + e]));";
        let found = self.client.execute_async(script, vec![json!(places)]).await;
        if self.scripts == Scripts::Off {
            self.let_scripts_run(false).await;
        }
        serde_json::from_value(found.expect("axe runs")).expect("a list of texts")
    }
}

/// What axe-core cannot decide at one kind of place.
#[derive(Debug)]
struct LookedAt {
    /// The rule.
    rule: &'static str,
    /// Which elements, as a selector.
    place: &'static str,
    /// What somebody saw there who looked at it.
    #[expect(dead_code, reason = "it is read by people: without it nothing is put on the list")]
    seen: &'static str,
}

/// All of what axe-core cannot decide on our pages. Whatever is not on this list is a fault:
/// look at it on every screen, mend it or say here what was seen.
const LOOKED_AT: [LookedAt; 4] = [
    LookedAt {
        rule: "color-contrast",
        place: ".chart svg[role=img] text",
        seen: "Letters of a chart stand on shapes, of which axe knows no colour: all of it is drawn \
           on white, in #1B1B1B (17:1), #595959 (7:1) and the colours of verdicts (over 6:1); \
           the strip on made-up data is white on #1B1B1B. Lines of a chart pass beside them.",
    },
    LookedAt {
        rule: "color-contrast",
        place: ".maintenance button[aria-label]",
        seen: "One sign alone, minus or plus: #073742 on white, white on black in high contrast.",
    },
    LookedAt {
        rule: "label-content-name-mismatch",
        place: ".maintenance button[aria-label]",
        seen: "A minus and a plus are no words; the name says what they do.",
    },
    LookedAt {
        rule: "color-contrast",
        place: "#kiosk .next, #kiosk .begin, button[name=press]",
        seen: "Only in colours that a person forces, where the system paints it; else axe decides.",
    },
];

/// The text of axe-core, which `tests/run` has fetched.
fn axe() -> &'static str {
    static AXE: OnceLock<String> = OnceLock::new();
    AXE.get_or_init(|| {
        let file = std::env::var_os("HAILONG_AXE").map_or_else(
            || concat!(env!("CARGO_MANIFEST_DIR"), "/target/axe-core-4.14.1/axe.min.js").into(),
            PathBuf::from,
        );
        std::fs::read_to_string(&file)
            .unwrap_or_else(|e| panic!("{}: {e}; tests/run fetches it", file.display()))
    })
}
