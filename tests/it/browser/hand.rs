//! What a finger hits and an older eye reads on a citizen's phone: every control of every
//! public page and state, in both languages.

use serde_json::{Value, json};

use super::citizens::along_the_survey;
use super::every_page::in_language;
use super::public;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, NARROW, PHONE, Scripts};
use crate::support::database::Database;
use crate::support::submission::point;

/// Controls under 48 CSS pixels or nearer than 8 to each other, and letters under 18. Links
/// within a running sentence are as high as its lines; letters of charts are drawn to scale.
const OUT_OF_HAND: &str = "
    const found = [];
    const name = e => e.tagName.toLowerCase() + '.' + e.className + ' “' + (e.textContent || e.id).trim().slice(0, 40) + '”';
    const seen = e => e.getClientRects().length > 0 && !e.closest('.unseen, .skip, [hidden]');
    const letters = text => /\\p{L}/u.test(text);
    const inSentence = e => e.tagName === 'A' && getComputedStyle(e).display === 'inline'
        && [...e.parentElement.childNodes].some(n => n.nodeType === Node.TEXT_NODE && letters(n.data));
    const touched = [...document.querySelectorAll('a[href], button, select, textarea, input:not([type=hidden]), summary, label.tile')]
        .filter(e => seen(e) && !inSentence(e) && !(e.tagName === 'INPUT' && e.closest('label')));
    const boxes = touched.map(e => [e, e.getBoundingClientRect()]);
    for (const [e, box] of boxes) {
        if (box.width < 47.5 || box.height < 47.5) found.push(`small, ${Math.round(box.width)} × ${Math.round(box.height)}: ${name(e)}`);
    }
    boxes.forEach(([e, a], n) => {
        for (const [other, b] of boxes.slice(n + 1)) {
            const across = Math.max(a.left - b.right, b.left - a.right), down = Math.max(a.top - b.bottom, b.top - a.bottom);
            if (Math.max(across, down) < 7.5 && !e.contains(other) && !other.contains(e)) found.push(`near, ${Math.round(Math.max(across, down))}: ${name(e)} and ${name(other)}`);
        }
    });
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const told = new Set();
    while (walk.nextNode()) {
        const e = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !seen(e) || e.closest('svg, script, style, noscript') || told.has(e)) continue;
        told.add(e);
        if (parseFloat(getComputedStyle(e).fontSize) < 17.9) found.push(`letters of ${getComputedStyle(e).fontSize}: ${name(e)}`);
    }
    return found;";

pub(super) async fn out_of_hand(browser: &Browser, what: &str) -> Vec<String> {
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)").await;
    let mut found = Vec::new();
    for screen in [PHONE, NARROW] {
        browser.resize(screen).await;
        let faults: Vec<String> =
            serde_json::from_value(browser.run(OUT_OF_HAND).await).expect("a list of faults");
        found.extend(faults.into_iter().map(|f| format!("{what}, {} px: {f}", screen.width)));
    }
    browser.resize(PHONE).await;
    found
}

async fn every_public_page(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, _) = public::service(Database::sqlite()).await;
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            let mut found = Vec::new();
            for path in public::paths() {
                browser.goto(&app.url(&in_language(&path, language))).await;
                found.extend(out_of_hand(browser, &path).await);
            }
            let seen = std::cell::RefCell::new(Vec::new());
            along_the_survey(browser, &app, language, async |page| {
                let faults = out_of_hand(browser, page).await;
                seen.borrow_mut().extend(faults);
            })
            .await;
            found.extend(seen.into_inner());
            assert!(found.is_empty(), "{}: {found:#?}", found.len());
        })
        .await;
}

#[tokio::test]
async fn every_public_page_in_vietnamese_fits_a_finger_and_an_older_eye_on_a_phone() {
    every_public_page("").await;
}

#[tokio::test]
async fn every_public_page_in_english_fits_a_finger_and_an_older_eye_on_a_phone() {
    every_public_page("lang=en").await;
}

#[tokio::test]
async fn the_look_at_the_hand_sees_planted_faults() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            browser.goto(&app.url(&format!("/s/{}", point()))).await;
            assert_eq!(out_of_hand(browser, "").await, Vec::<String>::new());
            let planted = [
                ("button.style.cssText = 'min-height: 30px; padding: 0'", "small"),
                ("button.after(button.cloneNode(true)); button.parentElement.style.gap = '2px'", "near"),
                ("lead.style.fontSize = '16px'", "letters of 16px"),
                ("lead.innerHTML = '<a href=\"/\">Một mình</a>'", "Một mình"),
            ];
            for (plant, seen) in planted {
                let script = format!(
                    "const [button, lead] = ['main form button', '.lead'].map(css => document.querySelector(css));
                     window.was ??= document.querySelector('main').innerHTML; {plant}"
                );
                browser.run(&script).await;
                let found = out_of_hand(browser, "").await.join("\n");
                assert!(found.contains(seen), "{seen} is not seen after {plant}: {found}");
                browser.run("document.querySelector('main').innerHTML = window.was").await;
            }
            let sentence = "document.querySelector('.lead').innerHTML = 'Xem <a href=\"/\">ở đây</a> nhé';";
            browser.run(sentence).await;
            assert_eq!(browser.run(OUT_OF_HAND).await, json!([]), "a link within a sentence");
            assert_ne!(browser.run("return document.querySelectorAll('.lead a').length").await, Value::Null);
        })
        .await;
}
