//! What a citizen reads with larger or wider letters: on every public page and in every state
//! nothing is cut off, lies outside the screen or reaches over its own box.

use serde_json::json;

use super::citizens::along_the_survey;
use super::every_page::in_language;
use super::public;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, NARROW, PHONE, Scripts};
use crate::support::database::Database;
use crate::support::petition::{COMMUNE, Pass};
use crate::support::submission::{good, new_id, point};

const SEND: &str = "main form button";

/// What sticks out of the screen or of its own box. What lies in a box that the keyboard
/// scrolls is not lost when the box itself is on the screen; what is hidden from eyes, and
/// the inside of a drawing, is measured by nobody.
const CUT: &str = r#"const found = [], across = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > across) found.push('wider than the screen');
    const above = (e, is) => { for (let at = e; at; at = at.parentElement) if (is(at, getComputedStyle(at))) return at; };
    const hidden = e => above(e, (at, style) => style.clipPath !== 'none' || style.visibility === 'hidden');
    const scrolls = (at, style) => at.matches('[tabindex="0"]') && ['auto', 'scroll'].includes(style.overflowX);
    const outside = box => box.right > across + .5 || box.left < -.5;
    for (const e of document.querySelectorAll('body *')) {
        const style = getComputedStyle(e);
        if (e.getClientRects().length === 0 || style.position === 'absolute' || e.closest('svg *') || hidden(e)) continue;
        const frames = e.matches('textarea, input, svg') || scrolls(e, style);
        if (style.overflow !== 'visible' && !frames && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)) found.push('cut ' + e.outerHTML.slice(0, 80));
        if (outside(e.getBoundingClientRect()) && !above(e.parentElement, scrolls)) found.push('outside ' + e.outerHTML.slice(0, 80));
    }
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (words.nextNode()) {
        const text = words.currentNode, e = text.parentElement;
        if (!text.data.trim() || e.closest('svg, script, style, noscript, select, textarea') || hidden(e)) continue;
        const box = above(e, (at, style) => !['inline', 'contents'].includes(style.display)).getBoundingClientRect();
        const over = (from, to) => {
            range.setStart(text, from);
            range.setEnd(text, to);
            return [...range.getClientRects()].some(r => r.width > 0 && (r.right > box.right + 1 || r.left < box.left - 1));
        };
        // Word by word: spaces at the end of a line may hang.
        if (over(0, text.length) && [...text.data.matchAll(/\S+/g)].some(w => over(w.index, w.index + w[0].length))) found.push('over its box: ' + text.data.trim().slice(0, 60));
    }
    return found;"#;

/// Spaces as a reader may set them (WCAG 1.4.12).
const SPACED: &str = "const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }');
    document.adoptedStyleSheets = [sheet];";

/// Letters twice as large.
const DOUBLED: &str = "document.documentElement.style.fontSize = '200%';";

/// What is cut off with spaced letters on the screen as it is.
pub(super) async fn spaced(browser: &Browser) -> Vec<String> {
    browser.run(SPACED).await;
    let found = serde_json::from_value(browser.run(CUT).await).expect("a list of faults");
    browser.run("document.adoptedStyleSheets = [];").await;
    found
}

/// What is cut off with doubled or spaced letters.
pub(super) async fn lost(browser: &Browser, page: &str) -> Vec<String> {
    let mut lost = Vec::new();
    browser.run("document.querySelectorAll('main details').forEach(d => d.open = true)").await;
    for screen in [NARROW, PHONE, DESKTOP] {
        browser.resize(screen).await;
        for (set, how) in [(SPACED, "spaced"), (DOUBLED, "doubled")] {
            browser.run(set).await;
            let found: Vec<String> =
                serde_json::from_value(browser.run(CUT).await).expect("a list of faults");
            let at = screen.width;
            lost.extend(found.into_iter().map(|it| format!("{page}, {how}, {at} px: {it}")));
            let back = "document.adoptedStyleSheets = [];
                document.documentElement.removeAttribute('style');";
            browser.run(back).await;
        }
    }
    browser.resize(PHONE).await;
    lost
}

#[tokio::test]
async fn nothing_is_lost_with_doubled_or_spaced_letters_on_the_narrowest_screen() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    for language in ["", "lang=en"] {
        chromium
            .journey(PHONE, Scripts::On, async |browser| {
                along_the_survey(browser, &app, language, async |page| {
                    assert_eq!(lost(browser, page).await, Vec::<String>::new(), "{language}");
                })
                .await;
            })
            .await;
    }
}

#[tokio::test]
async fn no_public_page_in_vietnamese_loses_anything_with_doubled_or_spaced_letters() {
    every_public_page("").await;
}

#[tokio::test]
async fn no_public_page_in_english_loses_anything_with_doubled_or_spaced_letters() {
    every_public_page("lang=en").await;
}

async fn every_public_page(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, pass) = public::service(Database::sqlite()).await;
    let receipt = app.put(&new_id(), &good()).await.receipt();
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            let mut found = Vec::new();
            for path in public::paths() {
                browser.goto(&app.url(&in_language(&path, language))).await;
                found.extend(lost(browser, &path).await);
            }
            found.extend(along_a_petition(browser, &app, language, &pass).await);
            browser.goto(&app.url(&in_language("/privacy/erase", language))).await;
            browser.follow(SEND).await;
            found.extend(lost(browser, "no receipt").await);
            browser.enter("#receipt", &receipt).await;
            browser.follow(SEND).await;
            found.extend(lost(browser, "what is held").await);
            browser.follow(".act button").await;
            found.extend(lost(browser, "taken back").await);
            assert!(found.is_empty(), "{}: {found:#?}", found.len());
        })
        .await;
}

/// What is said on the way of a petition: faults, the look before it is sent, code and PIN,
/// and one that is answered.
async fn along_a_petition(
    browser: &Browser,
    app: &App,
    language: &str,
    pass: &Pass,
) -> Vec<String> {
    let mut found = Vec::new();
    browser.goto(&app.url(&in_language(&format!("/p/{COMMUNE}"), language))).await;
    browser.enter("#phone", "x").await;
    browser.follow(SEND).await;
    found.extend(lost(browser, "faults of a petition").await);
    browser.one("#phone").await.clear().await.expect("a field");
    browser.enter("#subject", "Chờ lâu ở quầy đất đai").await;
    browser.enter("#text", &format!("Tôi chờ 45 phút. {}", "x".repeat(120))).await;
    browser.follow(SEND).await;
    found.extend(lost(browser, "before a petition is sent").await);
    browser.follow("button[value=send]").await;
    assert_eq!(browser.all(".receipt").await.len(), 2);
    found.extend(lost(browser, "code and PIN").await);
    browser.follow("a.button:not(.second)").await;
    browser.follow(SEND).await;
    found.extend(lost(browser, "a wrong PIN").await);
    let path = format!("/p/{COMMUNE}/status?code={}", pass.code);
    browser.goto(&app.url(&in_language(&path, language))).await;
    browser.enter("#pin", &pass.pin).await;
    browser.follow(SEND).await;
    assert_eq!(browser.all("#answer").await.len(), 1);
    found.extend(lost(browser, "an answered petition").await);
    found
}

#[tokio::test]
async fn the_look_at_larger_letters_sees_what_is_planted() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let planted = [
        ("width: 15rem; white-space: nowrap; overflow: hidden", "cut"),
        ("height: 2rem; overflow: hidden", "cut"),
        ("width: 16rem", "outside"),
        ("width: 7rem; white-space: nowrap", "over its box"),
    ];
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            browser.goto(&app.url(&format!("/s/{}", point()))).await;
            for (style, seen) in planted {
                let plant = format!(
                    "const box = document.createElement('p');
                     box.id = 'planted';
                     box.style.cssText = '{style}';
                     box.textContent = 'Xin ông/bà ghi điều chưa tốt';
                     document.querySelector('main').append(box);"
                );
                browser.run(&plant).await;
                let found = lost(browser, "").await;
                assert!(
                    found.iter().any(|it| it.contains(&format!("px: {seen}"))),
                    "{style}: {found:#?}"
                );
                browser.run("document.getElementById('planted').remove()").await;
            }
            // What the keyboard scrolls is not lost; what it does not reach is.
            for (reached, faults) in [("box.tabIndex = 0;", 0), ("", 6)] {
                let plant = format!(
                    "const box = document.createElement('div'), wide = document.createElement('p');
                     box.id = 'planted';
                     box.style.overflowX = 'auto';
                     {reached}
                     wide.style.width = '99rem';
                     wide.textContent = 'Xin ông/bà xem';
                     box.append(wide);
                     document.querySelector('main').append(box);"
                );
                browser.run(&plant).await;
                let found = lost(browser, "").await;
                let boxes = found.iter().filter(|it| it.contains("px: cut <div id=\"planted\""));
                assert_eq!(boxes.count(), faults, "{found:#?}");
                assert_eq!(found.is_empty(), faults == 0, "{found:#?}");
                browser.run("document.getElementById('planted').remove()").await;
            }
            assert_eq!(browser.run(CUT).await, json!([]));
        })
        .await;
}
