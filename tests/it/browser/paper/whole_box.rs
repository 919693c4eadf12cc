//! A whole box of paper forms by clicks and keys: printed, counted by two people, keyed,
//! keyed again in part by somebody else, closed with its totals, and corrected.

use hailong::staff::Role;
use hailong::store::Db;
use hailong::store::paper_batches::Purpose;
use serde_json::{Value, json};
use surveys::Serial;

use super::{BUTTON, ENTER};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::downloads::Downloads;
use crate::support::paper::{COMMUNE, long_point, serial};
use crate::support::staff::Member;

on_both_databases![a_whole_box_goes_from_the_printer_to_the_figures_by_clicks];

/// How many forms are printed, and how many of them are in the box.
const PRINTED: u32 = 8;
const IN_BOX: u32 = 7;

/// The items of the sheet on the page, each with the keys that answer it and whether one key
/// does.
async fn items(browser: &Browser) -> Vec<(String, String, bool)> {
    let all = "return [...document.querySelectorAll('.key')]
        .map((field) => [field.id, field.dataset.keys, 'one' in field.dataset]);";
    serde_json::from_value(browser.run(all).await).expect("the items")
}

/// Answers every item of the sheet on the page by keyboard, the item `odd` with another key
/// than the others, and sends it.
async fn fill(browser: &Browser, odd: Option<&str>) {
    let keys: String = items(browser)
        .await
        .into_iter()
        .map(|(id, keys, one)| {
            let key = keys.chars().nth(usize::from(odd == Some(&*id))).expect("two keys");
            if one { key.to_string() } else { format!("{key}{ENTER}") }
        })
        .collect();
    // Behind the items there is the comment.
    browser.press(&format!("{keys}{ENTER}")).await;
}

/// What the page says at the head of what comes next.
async fn next(browser: &Browser) -> String {
    browser.text(".headline .said").await
}

/// How many sheets the totals on the page have for the first option of the first item.
async fn first_total(browser: &Browser) -> u32 {
    let shown = browser.text(".totals table:first-of-type tbody tr:first-child .num").await;
    shown.parse().unwrap_or_else(|_| panic!("{shown}"))
}

/// The keyings of `serial` in the one batch, each with its purpose and document.
async fn held(db: &Db, serial: Serial) -> Vec<(Purpose, Value)> {
    let keyings = db.keyings_of(1, serial).await.unwrap().into_iter();
    keyings
        .map(|keying| {
            let document = keying.keyed.document.expect("it is answered");
            (keying.purpose, serde_json::from_str(&document).expect("a document"))
        })
        .collect()
}

#[expect(clippy::too_many_lines, reason = "one walk, told from its beginning to its end")]
async fn a_whole_box_goes_from_the_printer_to_the_figures_by_clicks(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(database);
    let db = app.database().open().await;
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, COMMUNE).await;
    let hoa = Member::signed_in(&app, "hoa", Role::DataEntry, COMMUNE).await;
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let here = app.url("/");
            let is = async |who: &Member<'_>| {
                browser.carry(&here, &who.token).await;
                browser.goto(&app.url("/staff/paper")).await;
                if browser.all("tbody a").await.len() == 1 {
                    browser.follow("tbody a").await;
                }
            };
            // Lan prints the forms, empties the box and counts.
            browser.carry(&here, &lan.token).await;
            let paper = format!("/staff/points/{}/paper", long_point().code);
            browser.goto(&app.url(&paper)).await;
            let sheets = browser.one("#sheets").await;
            sheets.clear().await.unwrap();
            browser.enter("#sheets", &PRINTED.to_string()).await;
            let downloads = Downloads::of(browser).await;
            let (_, pdf) = downloads.taken(browser, BUTTON).await;
            assert!(pdf.starts_with(b"%PDF"));
            is(&lan).await;
            browser.follow("main a.button").await;
            browser.enter("#sheets", &IN_BOX.to_string()).await;
            browser.follow(BUTTON).await;
            let batch = browser.place().await;
            assert_eq!(batch, "/staff/paper/1");
            assert!(next(browser).await.contains("nhờ một người khác đếm"));

            // Hoa counts for herself, and keys the sheets.
            is(&hoa).await;
            browser.enter("#sheets", &IN_BOX.to_string()).await;
            browser.follow("form.asked button").await;
            assert!(next(browser).await.contains("tờ chưa nhập"), "both counted the same");
            browser.follow(".headline a").await;
            assert_eq!(browser.place().await, format!("{batch}/key"));
            let asked = items(browser).await;
            assert!(asked.len() > 30, "the long form");
            for n in 1..=IN_BOX {
                let number = serial(n).to_string();
                browser
                    .until(&format!("document.getElementById('serial').value === '{number}'"))
                    .await;
                browser.press(ENTER).await;
                fill(browser, None).await;
            }
            let saved = format!(
                "document.querySelector('.saved')?.innerText.includes('{}')",
                serial(IN_BOX)
            );
            browser.until(&saved).await;
            // One form was never handed out.
            is(&hoa).await;
            browser.follow("ul.links a[href$=missing]").await;
            for end in ["#first", "#last"] {
                browser.one(end).await.clear().await.unwrap();
                browser.enter(end, &serial(PRINTED).to_string()).await;
            }
            browser.click("#fate option[value=not-handed-out]").await;
            browser.follow(BUTTON).await;
            assert!(browser.all(".errors").await.is_empty(), "{}", browser.text("main").await);

            // Which sheets are keyed again is drawn; Lan keys them, one otherwise.
            is(&lan).await;
            assert!(next(browser).await.contains("Đã nhập đủ"), "{}", browser.text("main").await);
            browser.follow(".headline button").await;
            let drawn = db.drawn_sheets(1).await.unwrap();
            assert_eq!(drawn.len(), 5, "a tenth, and at least five");
            browser.follow(".headline a").await;
            let (odd_item, _, _) = &asked[3];
            for (left, sheet) in drawn.iter().enumerate() {
                browser
                    .until(&format!("document.getElementById('serial')?.value === '{sheet}'"))
                    .await;
                let odd = (left == 0).then_some(odd_item.as_str());
                fill(browser, odd).await;
            }
            browser.until(&format!("location.pathname === '{batch}'")).await;
            let share = format!("1 trong {} câu", drawn.len() * asked.len());
            let said = browser.text("main").await;
            assert!(said.contains(&share), "{share}: {said}");

            // What differs is decided: the first keying was right, as Lan sees now.
            browser.follow(".headline a").await;
            assert_eq!(browser.place().await, format!("{batch}/decide"));
            let differing = items(browser).await;
            assert_eq!(differing.len(), 1, "only what differs is asked");
            assert_eq!(&differing[0].0, odd_item);
            let first_key = &asked[3].1[..1];
            browser.enter(&format!("#{odd_item}"), first_key).await;
            browser.follow("button[value=answered]").await;
            assert_eq!(browser.place().await, batch, "{}", next(browser).await);

            // The totals are seen before the batch is closed, and nothing counts until then.
            assert_eq!(app.database().count("responses").await, 0);
            browser.follow(".headline a").await;
            assert_eq!(browser.place().await, format!("{batch}/close"));
            assert_eq!(first_total(browser).await, IN_BOX);
            browser.follow("section.act button").await;
            assert_eq!(browser.place().await, batch);
            assert_eq!(app.database().count("responses").await, i64::from(IN_BOX));
            let closed = browser.text("main").await;
            assert!(closed.contains("SHA-256") && closed.contains("0,3"), "{closed}");

            // A sheet was read wrongly: Lan says so, Hoa agrees, both versions are kept.
            browser.follow("a.button.second").await;
            browser.enter("#serial", &serial(2).to_string()).await;
            browser.follow(BUTTON).await;
            let (item, keys, _) = &asked[0];
            browser.one(&format!("#{item}")).await.clear().await.unwrap();
            browser.enter(&format!("#{item}"), &keys[1..2]).await;
            browser.enter("#reason", "câu 1 đọc nhầm").await;
            browser.follow("button[value=answered]").await;
            assert_eq!(browser.place().await, batch);
            assert_eq!(first_total(browser).await, IN_BOX, "it waits for another person");
            is(&hoa).await;
            browser.follow(".headline a").await;
            assert_eq!(browser.place().await, format!("{batch}/agree"));
            assert!(browser.text("main").await.contains("câu 1 đọc nhầm"));
            browser.follow("button[value=yes]").await;
            is(&hoa).await;
            assert_eq!(first_total(browser).await, IN_BOX - 1);
            assert!(browser.text("main").await.contains("câu 1 đọc nhầm"));
        })
        .await;
    let versions = held(&db, serial(2)).await;
    let item = |document: &Value| document["answers"].clone();
    let (first, last) = (versions.first().unwrap(), versions.last().unwrap());
    assert_eq!((first.0, last.0), (Purpose::First, Purpose::Corrected));
    assert_ne!(item(&first.1), item(&last.1));
    assert_ne!(item(&first.1), json!(null));
    assert_eq!(app.database().count("responses").await, i64::from(IN_BOX) + 1, "both are kept");
    db.close().await;
}
