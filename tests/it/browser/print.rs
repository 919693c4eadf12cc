//! What becomes of the public pages on paper, and what stands beside every chart there.

use base64::Engine;
use serde_json::json;
use surveys::{Instrument, catalog};

use crate::support::answers;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, Scripts};
use crate::support::database::Database;
use crate::support::submission::commune;

/// A4 without its margins of 10 mm, in CSS pixels.
const SHEET: (u32, u32) = (718, 1_046);
/// The most sheets of A4 on which a commune's month goes, with every task of its plan.
const MOST_SHEETS: usize = 12;

/// What of the open page would be cut off on paper: what is wider than the sheet or than
/// what holds it, and charts that are not drawn.
const CUT_OFF: &str = "
    const width = document.documentElement.clientWidth;
    const named = e => e.tagName + (e.id ? '#' + e.id : '') + '.' + e.className + ': ' + e.textContent.slice(0, 60);
    const shown = [...document.querySelectorAll('main *')].filter(e => e.getClientRects().length > 0 && !e.closest('.unseen'));
    const wide = shown.filter(e => e.getBoundingClientRect().right > width + 1 || e.getBoundingClientRect().left < -1);
    const clipped = shown.filter(e => getComputedStyle(e).overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1 && !(e instanceof SVGElement));
    return [...wide, ...clipped].map(named);";

/// Every chart that has no sentence above it, no table beside it or no file to take along.
const ALONE: &str = "
    const figures = [...document.querySelectorAll('main figure:has(svg[role=img], .chart)')];
    const said = document.querySelector('.headline .said, h1 + .lead')?.textContent.trim();
    const csv = document.querySelector('a[href$=\".csv\"], a[href*=\"format=csv\"], a[href*=\"/exports/\"]');
    const bare = figures.filter(f => !f.querySelector('figcaption')?.textContent.trim() || !f.querySelector('table tbody tr'));
    return [figures.length, said ?? '', csv?.getAttribute('href') ?? '', bare.map(f => f.textContent.slice(0, 80))];";

async fn service() -> App {
    let database = Database::sqlite();
    answers::month(&database, &crate::support::submission::point(), 150).await;
    App::spawn(database)
}

fn quick() -> &'static Instrument {
    catalog::instrument("quick-counter", None).unwrap()
}

/// How many sheets of A4 the open page is printed on.
async fn sheets(browser: &Browser) -> usize {
    let paper = json!({"paperWidth": 8.27, "paperHeight": 11.69, "marginTop": 0.39,
        "marginBottom": 0.39, "marginLeft": 0.39, "marginRight": 0.39, "printBackground": true});
    let printed = browser.command("Page.printToPDF", paper).await;
    let bytes = base64::engine::general_purpose::STANDARD.decode(printed["data"].as_str().unwrap());
    let bytes = bytes.unwrap();
    assert!(bytes.starts_with(b"%PDF"));
    let text = String::from_utf8_lossy(&bytes);
    text.matches("/Type /Page\n").count() + text.matches("/Type /Page/").count()
}

#[tokio::test]
async fn every_public_chart_has_a_headline_a_table_and_a_file_and_prints_whole_on_a4() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let component = &quick().components[0].code;
    for language in ["", "&lang=en"] {
        chromium
            .journey(DESKTOP, Scripts::On, async |browser| {
                let month = format!("/c/{}?period={}{language}", commune(), answers::MONTH);
                browser.goto(&app.url(&month)).await;
                let found = browser.run(ALONE).await;
                assert!(found[0].as_u64().unwrap() >= 1, "there are charts: {found}");
                assert_ne!(found[1], "", "a headline says what they show");
                assert_eq!(found[3], json!([]), "each has a caption and a table");
                let csv = found[2].as_str().unwrap();
                let file = app.get(csv).await;
                assert_eq!(file.status(), 200, "{csv}");
                let how = format!(
                    "/c/{}/how/component/{component}?period={}{language}",
                    commune(),
                    answers::MONTH
                );
                for path in [month, how] {
                    browser.goto(&app.url(&path)).await;
                    let media = json!({"media": "print"});
                    browser.command("Emulation.setEmulatedMedia", media).await;
                    let size = json!({"width": SHEET.0, "height": SHEET.1,
                        "deviceScaleFactor": 1, "mobile": false});
                    browser.command("Emulation.setDeviceMetricsOverride", size).await;
                    browser
                        .run("document.querySelectorAll('details').forEach(d => d.open = true)")
                        .await;
                    assert_eq!(browser.run(CUT_OFF).await, json!([]), "{path}");
                    let sheets = sheets(browser).await;
                    assert!((1..=MOST_SHEETS).contains(&sheets), "{path}: {sheets} sheets");
                    browser.command("Emulation.setEmulatedMedia", json!({"media": ""})).await;
                    browser.resize(DESKTOP).await;
                }
            })
            .await;
    }
}

#[tokio::test]
async fn the_look_at_paper_sees_what_is_cut_off() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            browser.goto(&app.url(&format!("/c/{}?period={}", commune(), answers::MONTH))).await;
            let planted = "const wide = document.createElement('p');
                wide.style.width = '3000px';
                wide.textContent = 'rộng';
                document.querySelector('main').append(wide);
                document.querySelector('main figure table').remove();";
            browser.run(planted).await;
            assert!(browser.run(CUT_OFF).await.to_string().contains("rộng"));
            assert_eq!(browser.run(ALONE).await[3].as_array().map(Vec::len), Some(1));
        })
        .await;
}
