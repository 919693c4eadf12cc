//! What a citizen may expect of the survey on any phone: in letters that are drawn right, by
//! keyboard alone, in colours of their own choice.

use serde_json::{Value, json};

use super::every_page::in_language;
use super::public;
use crate::support::answers;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, KIOSK, PHONE, Scripts};
use crate::support::database::Database;
use crate::support::kiosk::{self, Tablet};
use crate::support::proxy::Proxy;
use crate::support::submission::{commune, point};

const NEXT: &str = "button[value=next]";
const SKIP: &str = "button[value=skip]";

/// Opens the survey and does `look` on its first page, the first question, the same with
/// its fault, what was not good with its fault, the comment, the check of the answers and the receipt.
pub(super) async fn along_the_survey(
    browser: &Browser,
    app: &App,
    language: &str,
    look: impl AsyncFn(&str),
) {
    browser.goto(&app.url(&in_language(&format!("/s/{}", point()), language))).await;
    look("start").await;
    browser.follow("main form button").await;
    look("question").await;
    browser.follow(NEXT).await;
    look("fault").await;
    browser.click("label[for=answer-1]").await;
    browser.follow(NEXT).await;
    while browser.all("input[type=checkbox]").await.is_empty() {
        browser.follow(SKIP).await;
    }
    look("reason").await;
    browser.follow(NEXT).await;
    look("reason's fault").await;
    browser.click("label[for=answer-2]").await;
    browser.follow(NEXT).await;
    look("comment").await;
    browser.enter("textarea", "Nhanh và gọn").await;
    browser.follow(NEXT).await;
    look("check").await;
    browser.follow(NEXT).await;
    look("receipt").await;
}

/// Every letter that Vietnamese has beyond ASCII, and the sign of its money.
fn letters() -> String {
    let marked = (0x1ea0..=0x1ef9).filter_map(char::from_u32);
    marked.chain("ĂăÂâĐđÊêÔôƠơƯưÀÁÃÈÉÌÍÒÓÕÙÚÝàáãèéìíòóõùúýĨĩŨũ₫".chars()).collect()
}

/// The families that draw `css` when it holds every letter.
async fn families(browser: &Browser, css: &str) -> Vec<String> {
    browser.run(&format!("document.querySelector('{css}').textContent = '{}'", letters())).await;
    // A font is asked for when the text is laid out, and not before.
    let laid_out = format!("document.querySelector('{css}').getBoundingClientRect().height > 0");
    browser.until(&format!("{laid_out} && document.fonts.status === 'loaded'")).await;
    for domain in ["DOM.enable", "CSS.enable"] {
        browser.command(domain, json!({})).await;
    }
    let root = browser.command("DOM.getDocument", json!({"depth": 0})).await;
    let asked = json!({"nodeId": root["root"]["nodeId"], "selector": css});
    let node = browser.command("DOM.querySelector", asked).await;
    let asked = json!({"nodeId": node["nodeId"]});
    let fonts = browser.command("CSS.getPlatformFontsForNode", asked).await;
    let fonts = fonts["fonts"].as_array().expect("fonts");
    fonts.iter().map(|font| font["familyName"].as_str().expect("a name").to_owned()).collect()
}

/// Lines that are lower than the letters of a sentence, and boxes that would cut the marks
/// of capital letters off.
const TOO_LOW: &str = "const pen = document.createElement('canvas').getContext('2d');
    return [...document.querySelectorAll('h1, p, label, button')].filter(e => {
        const style = getComputedStyle(e);
        pen.font = `${style.fontWeight} 100px ${style.fontFamily}`;
        const drawn = pen.measureText('ẩẫễỗặựỹgq₫');
        const high = (drawn.actualBoundingBoxAscent + drawn.actualBoundingBoxDescent) / 100;
        return high > parseFloat(style.lineHeight) / parseFloat(style.fontSize) || style.overflowY !== 'visible';
    }).map(e => e.outerHTML.slice(0, 80));";

#[tokio::test]
async fn every_letter_of_vietnamese_is_drawn_by_one_font_and_none_is_cut() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    kiosk::enrol(&browser, &app, &network).await;
    let ours = [("h1", "Be Vietnam Pro SemiBold"), (".lead", "Be Vietnam Pro")];
    for (css, family) in ours {
        assert_eq!(families(&browser, css).await, [family], "{css} of the kiosk");
    }
    assert_eq!(browser.run(TOO_LOW).await, json!([]));
    browser.goto(&app.url(&format!("/s/{}", point()))).await;
    for (css, family) in ours {
        assert_eq!(families(&browser, css).await, [family], "{css} of the survey");
    }
    assert_eq!(browser.run(TOO_LOW).await, json!([]));
    // The look itself sees another font and lines that are too low.
    browser
        .run("document.querySelector('h1').style.cssText = 'font-family: serif; line-height: 1'")
        .await;
    assert_ne!(families(&browser, "h1").await, [ours[0].1]);
    assert_ne!(browser.run(TOO_LOW).await, json!([]));
    browser.close().await;
}

/// What Tab must reach, in the order of the page; of options of which one may be chosen
/// one place is enough.
const REACHABLE: &str = "const groups = new Set();
    return [...document.querySelectorAll('a[href], button, textarea, select, summary, [tabindex=\"0\"], input:not([type=hidden])')]
        .filter(e => e.getClientRects().length > 0 && e.tabIndex >= 0)
        .filter(e => e.type !== 'radio' || (!groups.has(e.name) && groups.add(e.name)))
        .map(e => e.id || e.getAttribute('href') || e.textContent.trim());";

/// What has the focus, and what is wrong with how that is shown: a ring of two pixels that
/// differs by 3:1 from what is beside it, on the screen and under nothing that sticks.
const FOCUSED: &str = "const e = document.activeElement;
    const shown = e.closest('.tile') ?? e;
    const style = getComputedStyle(shown);
    // A link within a sentence may go on in the next line.
    const box = shown.getClientRects()[0];
    const part = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
    const there = document.elementFromPoint(part(box.left, box.right, innerWidth), part(box.top, box.bottom, innerHeight));
    const wrong = [];
    const ring = parseFloat(style.outlineWidth);
    if (style.outlineStyle === 'none' || ring < 2) wrong.push('no outline');
    if (!shown.contains(there)) wrong.push('covered');
    const channels = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => {
        const [r, g, b] = channels(colour).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = at => {
        const own = at === null ? 'rgb(255, 255, 255)' : getComputedStyle(at).backgroundColor;
        return (channels(own)[3] ?? 1) === 1 ? own : ground(at.parentElement);
    };
    const offset = parseFloat(style.outlineOffset);
    const around = offset > -ring ? [shown.parentElement, shown.parentElement.parentElement] : [];
    const beside = [...around, ...offset < 1 ? [shown] : []];
    for (const at of beside) {
        const [a, b] = [light(style.outlineColor), light(ground(at))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 3) wrong.push(`a ring of ${ratio.toFixed(1)}:1 beside ${ground(at)}`);
    }
    const wide = Math.max(0, ring + offset);
    // What is as high as the screen, and a text that is typed in, is seen in part.
    const fits = box.height + 2 * wide <= innerHeight - 100 && e.tagName !== 'TEXTAREA';
    if (fits && (box.top - wide < -0.5 || box.bottom + wide > innerHeight + 0.5)) wrong.push(`beyond the screen, ${box.top} to ${box.bottom}`);
    for (const bar of document.querySelectorAll('body *')) {
        if (!fits || !['sticky', 'fixed'].includes(getComputedStyle(bar).position) || bar.contains(shown) || shown.contains(bar)) continue;
        const over = bar.getBoundingClientRect();
        const [top, bottom] = [Math.max(over.top, box.top - wide), Math.min(over.bottom, box.bottom + wide)];
        const [left, right] = [Math.max(over.left, box.left), Math.min(over.right, box.right)];
        // What lies above the bar is seen.
        if (bottom - top > 0.5 && right - left > 0.5 && bar.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2))) wrong.push(`under ${bar.className}`);
    }
    return [e.id || e.getAttribute('href') || e.textContent.trim(), wrong];";

/// Goes over the page by Tab alone; fails where that does not lead everywhere or is not seen.
pub(super) async fn walk_by_tab(browser: &Browser) {
    assert_eq!(tab_faults(browser).await, Vec::<String>::new());
}

/// What is wrong on the way over the page by Tab alone.
pub(super) async fn tab_faults(browser: &Browser) -> Vec<String> {
    // A survey puts the focus where it wants it until it takes touches.
    browser.until("!document.querySelector('form[data-survey=\"\"]')").await;
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)").await;
    let reachable = browser.run(REACHABLE).await;
    let reachable = reachable.as_array().expect("a list");
    let mut faults = Vec::new();
    if reachable.is_empty() {
        faults.push("nothing to reach".to_owned());
    }
    // From the top of the page, wherever it has put the focus.
    let top = "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');";
    browser.run(top).await;
    let mut walked = Vec::new();
    for _ in reachable {
        for kind in ["rawKeyDown", "keyUp"] {
            let key =
                json!({"type": kind, "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
            browser.command("Input.dispatchKeyEvent", key).await;
        }
        let focused = browser.run(FOCUSED).await;
        if focused[1] != json!([]) {
            faults.push(focused.to_string());
        }
        walked.push(focused[0].clone());
    }
    if &walked != reachable {
        faults.push(format!("not in the order of the page: {walked:?}, not {reachable:?}"));
    }
    // What is touched next must not lie under a bar.
    browser.run("scrollTo(0, 0)").await;
    faults
}

#[tokio::test]
async fn the_tab_key_reaches_everything_in_order_and_the_focus_is_seen() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            along_the_survey(browser, &app, "", async |_| walk_by_tab(browser).await).await;
        })
        .await;
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    kiosk::enrol(&browser, &app, &network).await;
    walk_by_tab(&browser).await;
    kiosk::visit(&browser, &[]).await;
    kiosk::question(&browser, 1).await;
    walk_by_tab(&browser).await;
    browser.close().await;
}

#[tokio::test]
async fn the_focus_is_seen_on_public_pages_and_never_under_a_bar_that_sticks() {
    let Some(chromium) = Chromium::shared() else { return };
    // A bar that says that everything is made up sticks to the top of every page.
    let (app, _) = public::service(Database::sqlite()).await;
    let results = format!("/c/{}?period={}", commune(), answers::MONTH);
    let how = format!("/c/{}/how/item/A5?period={}", commune(), answers::MONTH);
    let petition = format!("/p/{}", commune());
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            for path in ["/", &results, &how, &petition] {
                browser.goto(&app.url(path)).await;
                walk_by_tab(browser).await;
            }
            browser.resize(PHONE).await;
            for path in public::one_of_each() {
                browser.goto(&app.url(&path)).await;
                walk_by_tab(browser).await;
            }
            along_the_survey(browser, &app, "", async |_| walk_by_tab(browser).await).await;
        })
        .await;
}

#[tokio::test]
async fn the_walk_itself_sees_planted_faults() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            browser.goto(&app.url(&format!("/s/{}", point()))).await;
            browser.run("document.querySelector('main form button').focus({ focusVisible: true })").await;
            assert_eq!(browser.run(FOCUSED).await[1], json!([]));
            let planted = [
                ("outline: 1px solid black", "no outline"),
                ("outline-color: #b0b0b0", "beside"),
            ];
            for (style, seen) in planted {
                browser.run(&format!("document.activeElement.style.cssText = '{style}'")).await;
                let wrong = browser.run(FOCUSED).await[1].to_string();
                assert!(wrong.contains(seen), "{seen} is not seen: {wrong}");
            }
            let bar = "document.activeElement.removeAttribute('style');
                const bar = document.createElement('div');
                bar.className = 'planted';
                bar.style.cssText = `position: fixed; left: 0; right: 0; height: 20px; top: ${document.activeElement.getBoundingClientRect().top - 10}px`;
                document.body.append(bar);";
            browser.run(bar).await;
            let wrong = browser.run(FOCUSED).await[1].to_string();
            assert!(wrong.contains("under planted"), "{wrong}");
        })
        .await;
}

#[tokio::test]
async fn nothing_is_marked_by_a_star_and_what_is_optional_says_so() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            along_the_survey(browser, &app, "", async |page| {
                let said = browser.text("main").await;
                assert!(!said.contains('*'), "{page}: {said}");
                assert_eq!(said.contains("(không bắt buộc)"), page == "comment", "{page}");
            })
            .await;
        })
        .await;
}

#[tokio::test]
async fn each_level_has_its_number_and_its_words_and_what_is_chosen_is_seen_without_colour() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            browser.goto(&app.url(&format!("/s/{}", point()))).await;
            browser.follow("main form button").await;
            let labels = browser.texts(".tile:not(.apart)").await;
            let labels: Vec<_> = labels.iter().map(|label| label.replace('\n', " ")).collect();
            assert_eq!(
                labels,
                ["1 Rất không hài lòng", "2 Không hài lòng", "3 Bình thường", "4 Hài lòng", "5 Rất hài lòng"]
            );
            browser.click("label[for=answer-2]").await;
            for (name, value) in [
                ("forced-colors", "active"),
                ("prefers-color-scheme", "dark"),
                ("prefers-reduced-motion", "reduce"),
            ] {
                let features = json!({"features": [{"name": name, "value": value}]});
                browser.command("Emulation.setEmulatedMedia", features).await;
                let seen = "const [two, other] = ['2', '3'].map(n => document.querySelector(`#answer-${n}`));
                    const [a, b] = [two, other].map(e => getComputedStyle(e.closest('.tile')));
                    return two.checked && two.getBoundingClientRect().width >= 20
                        && (a.outlineStyle !== b.outlineStyle || a.boxShadow !== b.boxShadow);";
                assert_eq!(browser.run(seen).await, Value::Bool(true), "{name}");
                assert_eq!(browser.violations().await, Vec::<String>::new(), "{name}");
            }
        })
        .await;
}
