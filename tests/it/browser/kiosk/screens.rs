//! Every state of the kiosk: large enough for an older eye and any finger, accessible,
//! in both languages, lying and upright.

use hailong::staff::audit::Action;
use serde_json::{Value, json};
use surveys::{OpeningHours, PointCode};

use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK, KIOSK_UPRIGHT, Screen, Scripts};
use crate::support::database::Database;
use crate::support::device::PIN;
use crate::support::kiosk::{self, Tablet, at, enrol, open, press};
use crate::support::proxy::{Proxy, Weather};
use crate::support::staff::by_operator;
use crate::support::submission::point;

/// What is too small on the screen, measured in millimetres of a tablet of 10.1 inches:
/// targets under 20, gaps under 3, capital letters under 4.8, of the question under 6.1.
const TOO_SMALL: &str = "
    const mm = parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm'));
    const cap = (() => {
        const pen = document.createElement('canvas').getContext('2d');
        pen.font = '100px \"Be Vietnam Pro\"';
        return pen.measureText('H').actualBoundingBoxAscent / 100;
    })();
    const found = [];
    const name = e => e.outerHTML.slice(0, 80);
    const seen = e => e.getClientRects().length > 0;
    const targets = [...document.querySelectorAll('button, .tile, textarea, input:not([type=radio], [type=checkbox])')].filter(seen);
    // What is scrolled under the bar is not near it.
    const bar = document.querySelector('.question > .bar');
    bar?.style.setProperty('position', 'static');
    const boxes = targets.map(e => e.getBoundingClientRect());
    bar?.removeAttribute('style');
    boxes.forEach((box, i) => {
        if (box.width < 20 * mm - 0.5 || box.height < 20 * mm - 0.5) found.push('small ' + name(targets[i]));
        boxes.slice(i + 1).forEach(other => {
            const across = Math.max(other.left - box.right, box.left - other.right);
            const down = Math.max(other.top - box.bottom, box.top - other.bottom);
            if (Math.max(across, down) < 3 * mm - 0.5) found.push('near ' + name(targets[i]));
        });
    });
    for (const e of document.querySelectorAll('#kiosk *')) {
        const text = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim() !== '');
        if (!text || !seen(e)) continue;
        const capital = parseFloat(getComputedStyle(e).fontSize) * cap / mm;
        if (capital < (e.tagName === 'H1' ? 6.1 : 4.8)) found.push('letters of ' + capital.toFixed(2) + ' mm ' + name(e));
        if (parseFloat(getComputedStyle(e).lineHeight) / parseFloat(getComputedStyle(e).fontSize) < 1.29) found.push('tight ' + name(e));
    }
    return [...new Set(found)];";

/// What is wrong with the state on the screen.
async fn faults(browser: &Browser, state: &str) -> Vec<String> {
    at(browser, state).await;
    browser.until("!('guarded' in document.getElementById('kiosk').dataset)").await;
    let mut faults: Vec<String> = match browser.run(TOO_SMALL).await {
        Value::Array(found) => found.into_iter().map(|f| f.to_string()).collect(),
        other => vec![other.to_string()],
    };
    faults.extend(browser.violations().await);
    let (over, out) = browser.overflow().await;
    if over > 0 {
        faults.push(format!("{over} px too wide: {out}"));
    }
    if browser.all("h1").await.len() != 1 || browser.title().await.is_empty() {
        faults.push("no heading or no title".into());
    }
    faults.into_iter().map(|fault| format!("{state}: {fault}")).collect()
}

async fn knock(browser: &Browser) {
    let knock = "for (let n = 0; n < 5; n += 1) document.querySelector('.kicker')
        .dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));";
    browser.run(knock).await;
    at(browser, "pin").await;
}

async fn type_pin(browser: &Browser, pin: &str) {
    for digit in pin.chars() {
        let place = if digit == '0' { 11 } else { digit.to_digit(10).expect("a digit") };
        press(browser, &format!(".pad button:nth-child({place})")).await;
    }
    press(browser, ".pad .next").await;
}

/// Looks at every state in one language, with what a person can choose.
async fn every_state(screen: Screen, choices: &[usize]) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(screen);
    let browser = tablet.on(chromium).await;
    let mut found = Vec::new();
    open(&browser, &network).await;
    found.extend(faults(&browser, "off").await);
    enrol(&browser, &app, &network).await;
    found.extend(faults(&browser, "attract").await);
    for choice in choices {
        press(&browser, &format!(".choices button:nth-child({choice})")).await;
        found.extend(faults(&browser, "attract").await);
    }
    press(&browser, ".begin").await;
    for number in 1..=6 {
        browser.until(&format!("document.title.includes(' {number}/6')")).await;
        found.extend(faults(&browser, "question").await);
        press(&browser, ".bar .next").await;
        browser.until("document.querySelector('#error')").await;
        found.extend(faults(&browser, "question").await);
        let unseen = "return [...document.querySelectorAll('.tile')]
            .map(e => e.getBoundingClientRect())
            .filter(box => box.top < -0.5 || box.bottom > innerHeight + 0.5)
            .map(box => [box.top, box.bottom, innerHeight, scrollY])";
        press(&browser, "label[for=answer-1]").await;
        if screen.width > screen.height && choices.iter().all(|c| *c != 2) {
            let unseen = browser.run(unseen).await;
            assert_eq!(unseen, json!([]), "options are out of sight at {number}");
        }
        press(&browser, ".bar .next").await;
    }
    found.extend(faults(&browser, "reason").await);
    press(&browser, ".bar .next").await;
    found.extend(faults(&browser, "saved").await);
    press(&browser, ".bar .second").await;
    press(&browser, ".bar .next").await;
    at(&browser, "attract").await;
    assert_eq!(browser.run("return document.documentElement.className").await, "");
    knock(&browser).await;
    found.extend(faults(&browser, "pin").await);
    type_pin(&browser, PIN).await;
    found.extend(faults(&browser, "maintenance").await);
    let beginning = "document.querySelector('.maintenance .next').click()";
    browser.run(beginning).await;
    at(&browser, "attract").await;
    browser.close().await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn every_state_in_vietnamese_lying() {
    every_state(KIOSK, &[]).await;
}

#[tokio::test]
async fn every_state_in_english_lying() {
    every_state(KIOSK, &[1]).await;
}

#[tokio::test]
async fn every_state_in_vietnamese_upright_large_and_in_high_contrast() {
    every_state(KIOSK_UPRIGHT, &[2, 3]).await;
}

#[tokio::test]
async fn every_state_in_english_upright() {
    every_state(KIOSK_UPRIGHT, &[1]).await;
}

#[tokio::test]
async fn the_look_itself_sees_what_is_too_small() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    let shrink = "const all = [...document.querySelectorAll('button')];
        all[0].style.minHeight = '60px'; all[0].style.height = '60px'; all[0].style.flex = 'none';
        all[1].style.fontSize = '16px'; all[1].style.marginRight = '-14px';";
    browser.run(shrink).await;
    let found = faults(&browser, "attract").await.join("\n");
    for part in ["small", "near", "letters of"] {
        assert!(found.contains(part), "{part} is not seen: {found}");
    }
    browser.close().await;
}

#[tokio::test]
async fn without_a_script_the_page_leads_to_the_survey() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(KIOSK, Scripts::Off, async |browser| {
            browser.goto(&app.url(&kiosk::path())).await;
            assert_eq!(browser.all("noscript a").await.len(), 2);
            browser.follow("noscript p:nth-of-type(1) a").await;
            assert_eq!(browser.place().await, format!("/s/{}", point()));
        })
        .await;
}

#[tokio::test]
async fn outside_opening_hours_the_tablet_says_when_it_is_open() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let at_point = PointCode::parse(&point()).unwrap();
    // It is ten o'clock on a Thursday.
    let hours = OpeningHours::parse("Mon-Wed 07:00-17:00; Thu 13:30-17:00").unwrap();
    let set = by_operator(1, Action::SetHours);
    app.database().open().await.set_opening_hours(&at_point, &hours, &set).await.unwrap();
    let mut tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    let code = crate::support::device::code(&app).await;
    browser.goto(&network.url(&format!("{}#enrol={code}", kiosk::path()))).await;
    browser.reload().await;
    press(&browser, ".enrol button").await;
    let found = faults(&browser, "closed").await;
    assert!(found.is_empty(), "{found:#?}");
    let said = browser.texts(".hours li").await;
    assert_eq!(said, ["Thứ Hai – Thứ Tư: 07:00–17:00", "Thứ Năm: 13:30–17:00"]);
    browser.close().await;
    // Four hours later it opens without a network.
    network.turn(Weather::Down);
    tablet.lead = 4 * 3_600_000;
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    browser.close().await;
}

#[tokio::test]
async fn a_wrong_pin_has_to_wait_also_after_a_cold_start() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let mut tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    knock(&browser).await;
    for _ in 0..5 {
        type_pin(&browser, "0000").await;
        browser.until("document.querySelector('.error').textContent.includes('chưa đúng') && document.querySelector('.digits').textContent === ''").await;
    }
    type_pin(&browser, PIN).await;
    browser.until("document.querySelector('.error').textContent.includes('Xin chờ')").await;
    browser.close().await;
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    knock(&browser).await;
    type_pin(&browser, PIN).await;
    browser.until("document.querySelector('.error').textContent.includes('Xin chờ')").await;
    browser.close().await;
    tablet.lead = 120_000;
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    knock(&browser).await;
    type_pin(&browser, PIN).await;
    at(&browser, "maintenance").await;
    browser.close().await;
}

#[tokio::test]
async fn a_revoked_tablet_keeps_its_answers_and_rests_after_a_day() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let mut tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    let db = app.database().open().await;
    let device = db.devices().await.unwrap().remove(0);
    db.revoke_device(device.id, &by_operator(1, Action::RevokeDevice)).await.unwrap();
    assert_eq!(kiosk::answer(&browser, 2, 4).await, ["saved", "saved"]);
    browser.close().await;
    tablet.lead = 25 * 3_600_000;
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "off").await;
    assert_eq!(kiosk::queue(&browser).await.0.len(), 2, "kept, not dropped");
    assert_eq!(app.database().count("responses").await, 0);
    // A new code takes it up again, and what was kept comes in.
    let code = crate::support::device::code(&app).await;
    browser.run("document.querySelector('#code').value = ''").await;
    browser.enter("#code", &code).await;
    press(&browser, ".enrol button").await;
    at(&browser, "attract").await;
    kiosk::drained(&browser).await;
    assert_eq!(app.database().count("responses").await, 2);
    browser.close().await;
}

#[tokio::test]
async fn a_new_version_is_taken_up_on_the_first_screen_only() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    press(&browser, ".begin").await;
    at(&browser, "question").await;
    press(&browser, "label[for=answer-4]").await;
    // The same shell under another version, as after an update of the server.
    network.rewrite(&[("const VERSION = \"", "const VERSION = \"next-")]);
    browser.run("window.before = true; navigator.serviceWorker.getRegistration().then(r => r.update());").await;
    let waiting = "const done = arguments[arguments.length - 1];
        const look = () => navigator.serviceWorker.getRegistration().then(r => r.waiting ? done('waiting') : setTimeout(look, 50));
        look();";
    assert_eq!(browser.run_until_done(waiting).await, "waiting");
    assert!(browser.run("return document.querySelector('#answer-4').checked").await == true);
    assert_eq!(browser.run("return window.before").await, true);
    for _ in 0..6 {
        press(&browser, ".bar button:nth-last-child(2)").await;
    }
    at(&browser, "saved").await;
    press(&browser, ".bar .next").await;
    browser.until("window.before === undefined && document.querySelector('#kiosk')?.dataset.state === 'attract'").await;
    let versions = "const done = arguments[arguments.length - 1]; caches.keys().then(done);";
    let versions = browser.run_until_done(versions).await.to_string();
    assert!(versions.contains("kiosk-next-") && !versions.contains(','), "{versions}");
    browser.close().await;
}
