//! What can go wrong around a tablet. Each promise has a control: the same test with
//! the safeguard taken out of the scripts, which must see what the safeguard prevents.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::kiosk::{
    Change, FORGETFUL, Tablet, answer, at, drained, enrol, enrol_without_worker, open, queue,
};
use crate::support::proxy::{Proxy, Weather};

const HOUR: i64 = 3_600_000;

/// The ids of everything that is stored, in the order in which it came.
async fn stored(app: &App) -> Vec<String> {
    let sql = "select lower(hex(response_id)) from responses order by seq";
    app.database().backdoor().await.texts(sql).await
}

fn plain(ids: &[String]) -> Vec<String> {
    ids.iter().map(|id| id.replace('-', "")).collect()
}

/// Puts `count` responses into the queue of the tablet, by the kiosk's own scripts.
async fn fill(browser: &Browser, count: u32) {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         const folder = document.querySelector('script[type=module]').src.replace('main.js', '');
         const all = async () => {{
             const queue = await import(folder + 'queue.js');
             const {{ Visit }} = await import(folder + 'visit.js');
             const {{ kept }} = await import(folder + 'content.js');
             const content = await kept();
             for (let n = 0; n < {count}; n += 1) {{
                 const visit = new Visit(content);
                 for (const item of visit.items) visit.answer(item, [1 + n % 5]);
                 const {{ id, body }} = visit.response(false);
                 await queue.add(id, body);
             }}
             return 'done';
         }};
         all().then(done, error => done(String(error)));"
    );
    assert_eq!(browser.run_until_done(&script).await, "done");
}

/// In what time a full queue is sent.
const DRAINED_IN: Duration = Duration::from_mins(2);
/// How many submissions one stretch has.
const STRETCH: usize = 100;
/// What a tablet may send at once, and how long every further one takes at least.
const AT_ONCE: usize = 1_200;
const FURTHER: Duration = Duration::from_millis(50);

/// How long a queue took whose submissions came at `moments`, and how long by the tablet's own
/// pace: what else runs on the machine can only make it slower, so that is the pace of its
/// fastest stretch. No tablet is faster than the server's limit lets it be.
fn paces(moments: &[Instant]) -> (Duration, Duration) {
    let count = u32::try_from(moments.len()).expect("a few thousand");
    let stretches = moments.windows(STRETCH + 1).map(|some| some[STRETCH] - some[0]);
    let fastest = stretches.min().expect("many stretches") / u32::try_from(STRETCH).expect("100");
    let further = count.saturating_sub(u32::try_from(AT_ONCE).expect("1,200"));
    let took = moments[moments.len() - 1] - moments[0];
    (took, (fastest * count).max(FURTHER * further))
}

/// How long a tablet with work to do and a network may send nothing.
const LONGEST_GAP: Duration = Duration::from_secs(5);

/// How long the processor was away, noted by somebody who wanted to wake up every so often.
struct Watch {
    stop: Arc<AtomicBool>,
    noted: JoinHandle<Vec<(Instant, Duration)>>,
}

impl Watch {
    fn begin() -> Self {
        const EVERY: Duration = Duration::from_millis(50);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let noted = std::thread::spawn(move || {
            let mut away = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                let began = Instant::now();
                std::thread::sleep(EVERY);
                away.push((began, began.elapsed().saturating_sub(EVERY)));
            }
            away
        });
        Self { stop, noted }
    }

    fn end(self) -> Vec<(Instant, Duration)> {
        self.stop.store(true, Ordering::Relaxed);
        self.noted.join().expect("it only sleeps")
    }
}

/// What is amiss with a queue whose submissions came at `moments`, on a machine whose
/// processor was `away` from each moment for so long: the tablet's own pace is too slow, all
/// of it took longer than other work on the machine can explain, or it paused.
fn amiss(moments: &[Instant], away: &[(Instant, Duration)]) -> Vec<String> {
    let (took, own) = paces(moments);
    let absent = |from: Instant, until: Instant| -> Duration {
        away.iter().filter(|(at, _)| (from..until).contains(at)).map(|(_, long)| *long).sum()
    };
    let [first, last] = [moments[0], moments[moments.len() - 1]];
    let mut amiss = Vec::new();
    if own > DRAINED_IN {
        amiss.push(format!("{own:.0?} by its own pace"));
    }
    if took > DRAINED_IN * 2 + absent(first, last) {
        amiss.push(format!("{took:.0?} in all"));
    }
    let gaps = moments.windows(2).map(|two| (two[1] - two[0], absent(two[0], two[1])));
    let paused = gaps.filter(|(gap, absent)| *gap > LONGEST_GAP + *absent);
    amiss.extend(paused.map(|(gap, _)| format!("a pause of {gap:.0?}")));
    amiss
}

#[test]
fn control_pauses_are_seen_however_quick_the_tablet_is_between_them() {
    let began = Instant::now();
    // A hundred in a second, and then `pause`, every `every` submissions.
    let with = |every: u32, pause: Duration| -> Vec<Instant> {
        (0..2_000).map(|n| began + Duration::from_millis(10) * n + pause * (n / every)).collect()
    };
    assert_eq!(amiss(&with(200, Duration::ZERO), &[]), [] as [String; 0]);
    let long = with(200, Duration::from_secs(15));
    assert_eq!(amiss(&long, &[]), vec!["a pause of 15s"; 9], "ten stretches, each quick");
    let half: Vec<Instant> = (0..2_000)
        .map(|n| began + Duration::from_millis(10) * n + Duration::from_millis(290) * n.min(1_000))
        .collect();
    assert_eq!(amiss(&half, &[]), ["310s in all"], "one half is quick");
    // Who was away himself cannot tell that the tablet rested.
    let away: Vec<_> = (1..10).map(|n| (long[200 * n - 1], Duration::from_secs(14))).collect();
    assert_eq!(amiss(&long, &away), [] as [String; 0]);
}

#[test]
fn control_a_slow_tablet_is_seen_and_none_is_faster_than_it_is_let() {
    let began = Instant::now();
    let each = |millis: u64| move |n: u32| began + Duration::from_millis(millis) * n;
    let slow: Vec<Instant> = (0..2_000).map(each(70)).collect();
    assert_eq!(amiss(&slow, &[]), ["140s by its own pace"]);
    let quick: Vec<Instant> = (0..2_000).map(each(10)).collect();
    assert_eq!(paces(&quick).1, Duration::from_secs(40), "no faster than it is let");
}

#[tokio::test]
async fn two_thousand_answers_of_three_days_without_a_network_arrive_once_and_in_order() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let mut tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    browser.close().await;
    network.turn(Weather::Down);
    // A cold start every twelve hours: some answers by the buttons, the rest by the
    // scripts behind them.
    for start in 0..6 {
        tablet.lead = start * 12 * HOUR;
        let browser = tablet.on(chromium).await;
        browser.be_patient(Duration::from_mins(3)).await;
        open(&browser, &network).await;
        at(&browser, "attract").await;
        assert_eq!(answer(&browser, 5, 4).await, ["saved"; 5]);
        fill(&browser, if start == 5 { 325 } else { 329 }).await;
        assert_eq!(app.database().count("responses").await, 0);
        browser.close().await;
    }
    tablet.lead = 72 * HOUR;
    app.set_clock("2026-10-18T10:00:00+07:00");
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    let (waiting, apart) = queue(&browser).await;
    assert_eq!((waiting.len(), apart.len()), (2_000, 0));
    network.turn(Weather::Fair);
    let watch = Watch::begin();
    browser.run("dispatchEvent(new Event('online'))").await;
    drained(&browser).await;
    let (moments, away) = (network.moments(2_000), watch.end());
    assert_eq!(stored(&app).await, plain(&waiting), "none lost, none twice, none out of order");
    let sql = "select count(*) from responses where clock is null
        and answered_at between received_at - 73 * 3600000 and received_at - 11 * 3600000";
    assert_eq!(app.database().backdoor().await.number(sql).await, 2_000, "each has its own time");
    let (took, own) = paces(&moments);
    eprintln!(
        "2,000 queued answers were drained in {took:.0?}, by the tablet's own pace {own:.0?}"
    );
    assert_eq!(amiss(&moments, &away), [] as [String; 0]);
    browser.close().await;
}

#[tokio::test]
async fn pauses_double_up_to_five_minutes_and_differ_by_a_fifth() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "off").await;
    let script = "const done = arguments[arguments.length - 1];
        const folder = document.querySelector('script[type=module]').src.replace('main.js', '');
        import(folder + 'upload.js').then(({ pause }) => done(
            [[0, 0.5], [1, 0.5], [2, 0.5], [8, 0.5], [9, 0.5], [1000, 0.5], [0, 0], [0, 1]]
                .map(([failures, random]) => Math.round(pause(failures, random)))));";
    let pauses = browser.run_until_done(script).await;
    assert_eq!(pauses, json!([1_000, 2_000, 4_000, 256_000, 300_000, 300_000, 800, 1_200]));
    browser.close().await;
}

/// How a tablet in `weather` ended: what was thanked for, what is stored, what still waits.
struct Ended {
    thanked: usize,
    stored: Vec<String>,
    waiting: Vec<String>,
    apart: Vec<String>,
}

impl Ended {
    /// Thanked for, and nowhere.
    fn lost(&self) -> usize {
        let kept = self.stored.len() + self.waiting.len() + self.apart.len();
        self.thanked.saturating_sub(kept)
    }

    /// Stored more often than answered.
    fn twice(&self) -> usize {
        self.stored.len().saturating_sub(self.thanked)
    }
}

/// Lets `count` people answer in `weather`, gives the tablet a while, and then fair weather.
async fn through(chromium: &Chromium, weather: Weather, count: u32, changes: &[Change]) -> Ended {
    let app = App::spawn(Database::sqlite());
    let network = Proxy::rewriting(&app, changes).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    // The worker would refuse scripts that are not the server's, so a control has none.
    if changes.is_empty() {
        enrol(&browser, &app, &network).await;
    } else {
        enrol_without_worker(&browser, &app, &network).await;
    }
    network.turn(weather);
    let thanked = answer(&browser, count, 4).await;
    let thanked = thanked.iter().filter(|state| *state == "saved").count();
    let goal = network.submissions() + 12;
    let began = Instant::now();
    while network.submissions() < goal && !queue(&browser).await.0.is_empty() {
        assert!(began.elapsed().as_secs() < 60, "the tablet has given up");
    }
    network.turn(Weather::Fair);
    drained(&browser).await;
    let (waiting, apart) = queue(&browser).await;
    let stored = stored(&app).await;
    browser.close().await;
    Ended { thanked, stored, waiting, apart }
}

#[tokio::test]
async fn neither_a_page_to_sign_in_on_nor_a_strange_receipt_takes_an_answer_away() {
    let Some(chromium) = Chromium::shared() else { return };
    for weather in [Weather::Portal, Weather::Strange] {
        let ended = through(chromium, weather, 3, &[]).await;
        assert_eq!(
            (ended.thanked, ended.stored.len(), ended.apart.len()),
            (3, 3, 0),
            "{weather:?}"
        );
        assert_eq!((ended.lost(), ended.twice()), (0, 0), "{weather:?}");
    }
}

#[tokio::test]
async fn control_a_tablet_that_takes_any_200_for_a_receipt_loses_answers_to_a_sign_in_page() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes = [
        ("return stored?.response_id === item.responseId && stored.receipt", "return true"),
        ("receipt: stored.receipt", "receipt: ''"),
    ];
    let ended = through(chromium, Weather::Portal, 3, &changes).await;
    assert_eq!(ended.lost(), 3, "the test sees what is lost");
}

#[tokio::test]
async fn lost_requests_lost_answers_and_repeats_neither_lose_nor_double() {
    let Some(chromium) = Chromium::shared() else { return };
    for weather in [Weather::Rough, Weather::Deaf] {
        let ended = through(chromium, weather, 10, &[]).await;
        assert_eq!(
            (ended.thanked, ended.stored.len(), ended.apart.len()),
            (10, 10, 0),
            "{weather:?}"
        );
        assert_eq!((ended.lost(), ended.twice()), (0, 0), "{weather:?}");
    }
}

#[tokio::test]
async fn control_an_id_of_its_own_for_each_attempt_doubles_answers() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes = [
        ("/responses/${item.responseId}`", "/responses/${crypto.randomUUID()}`"),
        ("stored?.response_id === item.responseId", "stored?.response_id"),
    ];
    let ended = through(chromium, Weather::Deaf, 3, &changes).await;
    assert!(ended.stored.len() > 3, "the test sees what is doubled: {}", ended.stored.len());
}

#[tokio::test]
async fn control_a_tablet_that_forgets_before_it_is_acknowledged_loses_answers() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes = [(
        "const outcome = await attempt(item)",
        "await queue.remove(item); const outcome = await attempt(item)",
    )];
    let ended = through(chromium, Weather::Rough, 10, &changes).await;
    assert!(ended.lost() > 0, "the test sees what is lost");
}

/// Kills the browser in the moment in which it thanks; gives what it thanked for and
/// what the next browser finds.
async fn killed(chromium: &Chromium, changes: &[Change]) -> (usize, usize) {
    let app = App::spawn(Database::sqlite());
    let network = Proxy::rewriting(&app, changes).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol_without_worker(&browser, &app, &network).await;
    drop(browser);
    tablet.kill();
    let mut thanked = 0;
    for _ in 0..5 {
        let browser = tablet.on(chromium).await;
        network.turn(Weather::Fair);
        open(&browser, &network).await;
        at(&browser, "attract").await;
        network.turn(Weather::Down);
        thanked += answer(&browser, 1, 4).await.iter().filter(|state| *state == "saved").count();
        tablet.kill();
    }
    let browser = tablet.on(chromium).await;
    network.turn(Weather::Fair);
    open(&browser, &network).await;
    at(&browser, "attract").await;
    drained(&browser).await;
    let found = stored(&app).await.len();
    browser.close().await;
    (thanked, found)
}

#[tokio::test]
async fn a_killed_browser_has_what_it_thanked_for() {
    let Some(chromium) = Chromium::shared() else { return };
    assert_eq!(killed(chromium, &[]).await, (5, 5));
}

#[tokio::test]
async fn control_thanks_before_the_answer_is_stored_are_seen_as_lost() {
    let Some(chromium) = Chromium::shared() else { return };
    let changes =
        [("await queue.add(response.id, response.body);", "window.later = response;"), FORGETFUL];
    assert_eq!(killed(chromium, &changes).await, (5, 0));
}
