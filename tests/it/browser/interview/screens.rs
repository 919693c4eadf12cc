//! Every state of interview mode: accessible, in both languages, lying, upright and on a
//! phone.

use serde_json::{Value, json};

use super::super::citizens::tab_faults;
use super::super::kiosk::colours::coloured;
use super::super::kiosk::keyboard::faults_above_it;
use super::super::letters::spaced;
use super::{enrol, service};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK, KIOSK_UPRIGHT, PHONE, Screen};
use crate::support::device::PIN;
use crate::support::kiosk::{Tablet, at, press};
use crate::support::proxy::{Proxy, Weather};

/// Targets under 48 CSS pixels, and texts under 18.
const TOO_SMALL: &str = "
    const seen = e => e.getClientRects().length > 0;
    const found = [...document.querySelectorAll('button, .tile, textarea, input:not([type=radio], [type=checkbox])')].filter(seen)
        .filter(e => { const box = e.getBoundingClientRect(); return box.width < 48 || box.height < 48; })
        .map(e => 'small ' + e.outerHTML.slice(0, 80));
    for (const e of document.querySelectorAll('#kiosk *')) {
        const text = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim() !== '');
        if (text && seen(e) && parseFloat(getComputedStyle(e).fontSize) < 18) found.push('letters ' + e.outerHTML.slice(0, 80));
    }
    return found;";

/// What the keyboard leaves of a phone.
const PHONE_LEFT: Screen = Screen { width: 360, height: 330 };

/// Whether the field and the button that sends it are wholly on the screen.
const SEEN: &str = "return ['textarea', '.bar .next'].map(css => {
    const box = document.querySelector(css).getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
});";

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
    faults.extend(tab_faults(browser).await);
    browser.run("document.activeElement.blur()").await;
    let forced = json!({"features": [{"name": "forced-colors", "value": "active"}]});
    browser.command("Emulation.setEmulatedMedia", forced).await;
    let mut hidden = coloured(browser).await;
    hidden.extend(browser.violations().await);
    browser.command("Emulation.setEmulatedMedia", json!({"features": []})).await;
    faults.extend(hidden.into_iter().map(|fault| format!("forced colours: {fault}")));
    let lost = spaced(browser).await;
    faults.extend(lost.into_iter().map(|fault| format!("spaced letters: {fault}")));
    if browser.all("h1").await.len() != 1 || browser.title().await.is_empty() {
        faults.push("no heading or no title".into());
    }
    faults.into_iter().map(|fault| format!("{state}: {fault}")).collect()
}

async fn every_state(screen: Screen, in_english: bool) {
    let Some(chromium) = Chromium::shared() else { return };
    let app: App = service().await;
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(screen);
    let browser = tablet.on(chromium).await;
    browser.goto(&network.url(&super::path())).await;
    let mut found = faults(&browser, "off").await;
    enrol(&browser, &app, &network, true).await;
    if in_english {
        press(&browser, ".bar button[lang]").await;
        browser.until("document.documentElement.lang === 'en'").await;
    }
    found.extend(faults(&browser, "list").await);
    press(&browser, ".village:nth-of-type(1) li:nth-child(1) .household").await;
    found.extend(faults(&browser, "household").await);
    press(&browser, ".refused").await;
    browser.until("document.querySelector('.reserve')").await;
    found.extend(faults(&browser, "household").await);
    press(&browser, ".reserve").await;
    browser.until("!document.querySelector('.reserve')").await;
    press(&browser, ".to-list").await;
    at(&browser, "list").await;
    press(&browser, ".village:nth-of-type(1) li:nth-child(2) .household").await;
    at(&browser, "household").await;
    press(&browser, ".ask").await;
    found.extend(faults(&browser, "consent").await);
    press(&browser, ".next").await;
    found.extend(faults(&browser, "question").await);
    press(&browser, ".hand-over").await;
    found.extend(faults(&browser, "hand").await);
    press(&browser, ".next").await;
    at(&browser, "question").await;
    press(&browser, ".stop").await;
    found.extend(faults(&browser, "leaving").await);
    press(&browser, ".second").await;
    at(&browser, "question").await;
    press(&browser, "#answer-1").await;
    browser.reload().await;
    found.extend(faults(&browser, "interrupted").await);
    press(&browser, ".next").await;
    at(&browser, "hand").await;
    press(&browser, ".next").await;
    at(&browser, "question").await;
    while browser.run("return document.querySelector('#kiosk').dataset.state").await == "question" {
        let progress = browser.text(".progress").await;
        press(&browser, "#answer-1").await;
        press(&browser, ".next").await;
        let moved = format!(
            "document.querySelector('#kiosk').dataset.state !== 'question' || document.querySelector('.progress').textContent !== '{progress}'"
        );
        browser.until(&moved).await;
    }
    found.extend(faults(&browser, "reason").await);
    press(&browser, "#answer-1").await;
    press(&browser, ".next").await;
    found.extend(faults(&browser, "comment").await);
    if screen.width == PHONE.width {
        browser.resize(PHONE_LEFT).await;
        let seen = browser.run(SEEN).await;
        assert_eq!(seen, json!([true, true]), "the field and what is sent with");
        browser.resize(screen).await;
    } else {
        found.extend(faults_above_it(&browser).await);
        browser.resize(screen).await;
    }
    network.turn(Weather::Down);
    press(&browser, ".next").await;
    found.extend(faults(&browser, "saved").await);
    press(&browser, ".next").await;
    found.extend(faults(&browser, "list").await);
    let knock = "for (let n = 0; n < 5; n += 1) document.querySelector('.kicker')
        .dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));";
    browser.run(knock).await;
    at(&browser, "pin").await;
    for digit in PIN.chars() {
        press(&browser, &format!(".pad button:nth-child({digit})")).await;
    }
    press(&browser, ".pad .next").await;
    found.extend(faults(&browser, "maintenance").await);
    browser.close().await;
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test]
async fn every_state_is_in_order_on_a_tablet_that_lies() {
    every_state(KIOSK, false).await;
}

#[tokio::test]
async fn every_state_is_in_order_on_a_tablet_upright_in_english() {
    every_state(KIOSK_UPRIGHT, true).await;
}

#[tokio::test]
async fn every_state_is_in_order_on_a_phone() {
    every_state(PHONE, false).await;
}

#[tokio::test]
async fn every_state_is_in_order_on_a_phone_in_english() {
    every_state(PHONE, true).await;
}
