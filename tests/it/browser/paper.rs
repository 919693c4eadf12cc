//! Paper forms in a real browser: fifty sheets by keyboard alone, without a script, and
//! every page on every screen.

mod whole_box;

use std::time::Instant;

use hailong::staff::Role;
use hailong::staff::audit::Action;
use hailong::store::paper_batches::{NewKeying, Purpose};
use serde_json::json;
use surveys::paper::Stage;

use super::every_page::{faults, in_language};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::paper::{COMMUNE, opened, point, printed, serial, sheet};
use crate::support::staff::{PASSWORD, account, code, event, set_up};

const BUTTON: &str = "main form button:not([type=button])";
const ENTER: &str = "\u{e007}";
/// One key, of somebody who types at forty words a minute: Card, Moran and Newell's
/// keystroke model.
const A_KEY: f64 = 0.28;
/// One look at the paper: the model's mental act.
const A_LOOK: f64 = 1.2;

async fn service(database: Database) -> App {
    let app = App::spawn(database);
    let db = app.database().open().await;
    for (name, role) in [("lan.nguyen", Role::CentreStaff), ("hoa", Role::DataEntry)] {
        set_up(&db, &account(name, role, COMMUNE), app.now(), Vec::new()).await;
    }
    db.close().await;
    app
}

async fn sign_in(browser: &Browser, app: &App, name: &str) {
    browser.enter("#name", name).await;
    browser.enter("#password", PASSWORD).await;
    browser.follow(BUTTON).await;
    browser.enter("#code", &code(app.now())).await;
    browser.follow(BUTTON).await;
}

/// What is ticked on the sheet `n`: five answers and one or two wishes.
fn ticked(n: u32) -> String {
    let digit = |k: u32| ["1", "2", "3", "4", "5", "9", "0"][(n * 7 + k * 3) as usize % 7];
    let five: String = (0..5).map(digit).collect();
    let wish = n % 6 + 1;
    if n.is_multiple_of(2) { format!("{five}{wish}") } else { format!("{five}{wish}7") }
}

#[tokio::test]
async fn fifty_sheets_are_keyed_by_keyboard_alone_in_fifteen_seconds_each() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    let db = app.database().open().await;
    let range = printed(&db, 50).await;
    let batch = opened(&db, &point(), range, app.now()).await;
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            browser.goto(&app.url(&format!("/staff/paper/{batch}/key"))).await;
            sign_in(browser, &app, "hoa").await;
            let (mut keys, begun) = (0, Instant::now());
            for n in 1..=50 {
                let next = serial(n).to_string();
                browser.until(&format!("document.getElementById('serial').value === '{next}'")).await;
                // The number is right; five digits, each of which goes on by itself; the
                // wishes and Enter; no comment.
                let typed = format!("{ENTER}{}{ENTER}{ENTER}", ticked(n));
                keys += typed.chars().count();
                browser.press(&typed).await;
            }
            browser.until("document.querySelector('.saved')?.innerText.includes('000 000 50')").await;
            let machine = begun.elapsed().as_secs_f64() / 50.0;
            let per_sheet = keys as f64 / 50.0;
            // One look at the number and one at each of the six items.
            let modelled = per_sheet * A_KEY + 7.0 * A_LOOK;
            eprintln!("{per_sheet:.1} keys a sheet, {modelled:.1} s by the model; the machine alone {machine:.2} s");
            assert!(modelled <= 15.0, "{modelled} s a sheet");
        })
        .await;
    let keyings = db.keyings(batch).await.unwrap();
    assert_eq!(keyings.len(), 50);
    for keying in keyings {
        assert_eq!(keying.keyed, sheet(&ticked(keying.serial.number())), "{}", keying.serial);
    }
    db.close().await;
}

#[tokio::test]
async fn a_wrong_key_is_not_taken_and_the_keyboard_goes_back() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    let db = app.database().open().await;
    let range = printed(&db, 3).await;
    let batch = opened(&db, &point(), range, app.now()).await;
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            browser.goto(&app.url(&format!("/staff/paper/{batch}/key"))).await;
            sign_in(browser, &app, "hoa").await;
            let focus = "return document.activeElement.id";
            assert_eq!(browser.run(focus).await, "serial");
            // Another number than the expected one goes on by itself.
            browser.press(&serial(2).as_digits()).await;
            assert_eq!(browser.run(focus).await, "item-A1");
            browser.run(COUNT_SOUNDS).await;
            browser.press("7").await;
            assert_eq!(browser.run(focus).await, "item-A1", "no such key");
            assert!(browser.text("#key-said").await.contains("1 2 3 4 5 9 0 -"));
            assert_eq!(browser.run("return sounds").await, 1, "a short sound");
            // The keys behind it belong to the items behind it: none is taken.
            browser.press("5432").await;
            assert_eq!(browser.run(focus).await, "item-A1");
            let all = "return [...document.querySelectorAll('.key')].map((f) => f.value).join('')";
            assert_eq!(browser.run(all).await, "", "nothing moved by one");
            assert_eq!(browser.run("return sounds").await, 5);
            let marked = "return document.activeElement.getAttribute('aria-invalid')";
            assert_eq!(browser.run(marked).await, "true");
            browser.press("\u{e003}").await;
            assert_eq!(browser.run(focus).await, "item-A1", "it only says that it was seen");
            assert_eq!(browser.text("#key-said").await, "");
            browser.press("5").await;
            assert_eq!(browser.run(focus).await, "item-A2");
            browser.press(&format!("x{ENTER}")).await;
            assert_eq!(browser.run(focus).await, "item-A2", "Enter does too");
            browser.press("\u{e003}").await;
            assert_eq!(browser.run(focus).await, "item-A1", "back");
            browser.press("4").await;
            assert_eq!(browser.run("return document.getElementById('item-A1').value").await, "4");
            browser.press(&format!("00000{ENTER}Nhanh{ENTER}")).await;
            browser.until("document.querySelector('.saved') !== null").await;
            // The last sheet is taken back, mended and saved again.
            browser.follow(".saved button").await;
            assert_eq!(browser.run("return document.getElementById('item-A1').value").await, "4");
            assert_eq!(
                browser.run("return document.getElementById('comment').value").await,
                "Nhanh"
            );
            browser.press(&format!("{ENTER}2")).await;
            browser.follow("button[value=answered]").await;
        })
        .await;
    let held = db.keyings_of(batch, serial(2)).await.unwrap();
    assert!(held[0].keyed.document.as_ref().unwrap().contains("\"A1\":2"));
    db.close().await;
}

/// Counts in `sounds` what is heard from now on.
const COUNT_SOUNDS: &str = "window.sounds = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function () { sounds += 1; return start.call(this); };";

#[tokio::test]
async fn a_key_that_is_held_down_answers_one_item() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    let db = app.database().open().await;
    let range = printed(&db, 1).await;
    let batch = opened(&db, &point(), range, app.now()).await;
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            browser.goto(&app.url(&format!("/staff/paper/{batch}/key"))).await;
            sign_in(browser, &app, "hoa").await;
            browser.press(ENTER).await;
            for repeats in [false, true, true, true] {
                let key =
                    json!({ "type": "keyDown", "key": "4", "text": "4", "autoRepeat": repeats });
                browser.command("Input.dispatchKeyEvent", key).await;
            }
            let up = json!({ "type": "keyUp", "key": "4" });
            browser.command("Input.dispatchKeyEvent", up).await;
            browser.until("document.activeElement.id === 'item-A2'").await;
            let all = "return [...document.querySelectorAll('.key')].map((f) => f.value).join('')";
            assert_eq!(browser.run(all).await, "4");
        })
        .await;
    db.close().await;
}

on_both_databases![a_sheet_is_keyed_without_a_script];

async fn a_sheet_is_keyed_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    let db = app.database().open().await;
    let range = printed(&db, 3).await;
    let batch = opened(&db, &point(), range, app.now()).await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url(&format!("/staff/paper/{batch}/key"))).await;
            sign_in(browser, &app, "hoa").await;
            for (item, typed) in [("A1", "5"), ("A2", "8"), ("N1", "13")] {
                browser.enter(&format!("#item-{item}"), typed).await;
            }
            browser.follow("button[value=answered]").await;
            assert!(browser.title().await.starts_with("Lỗi:"));
            let told = browser.texts(".errors a").await;
            assert!(told.contains(&browser.text("#item-A2-error").await), "{told:?}");
            assert_eq!(browser.all(".error").await.len(), 4, "three items are empty");
            let wrong = browser.one("#item-A2").await;
            wrong.clear().await.unwrap();
            browser.enter("#item-A2", "4").await;
            // The items left empty were asked about with it.
            browser.follow("button[value=answered]").await;
            assert!(browser.text(".saved").await.contains(&serial(1).to_string()));
            browser.follow("button[value=blank]").await;
            assert!(browser.text(".saved").await.contains(&serial(2).to_string()));
        })
        .await;
    assert_eq!(db.keyings(batch).await.unwrap().len(), 2);
    db.close().await;
}

#[tokio::test]
async fn every_page_of_paper_forms_in_vietnamese_is_accessible_and_fits_every_screen() {
    look_at_everything("").await;
}

#[tokio::test]
async fn every_page_of_paper_forms_in_english_is_accessible_and_fits_every_screen() {
    look_at_everything("lang=en").await;
}

#[expect(clippy::too_many_lines, reason = "one walk, told from its beginning to its end")]
async fn look_at_everything(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    let db = app.database().open().await;
    let range = printed(&db, 12).await;
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut found = Vec::new();
            let at = |path: &str| app.url(&in_language(path, language));
            let look = async |path: &str| {
                browser.goto(&at(path)).await;
                faults(browser).await
            };
            browser.goto(&at("/staff/paper")).await;
            sign_in(browser, &app, "lan.nguyen").await;
            found.extend(look("/staff/paper").await);
            found.extend(look("/staff/paper/new").await);
            browser.follow(BUTTON).await;
            found.extend(faults(browser).await);
            browser.enter("#sheets", "10").await;
            browser.follow(BUTTON).await;
            found.extend(faults(browser).await);
            let sheets = async |from: u32, to: u32, who: &str, purpose| {
                for n in from..=to {
                    let keyed = sheet(if n == 3 && purpose == Purpose::Second {
                        "554530"
                    } else {
                        "554430"
                    });
                    let new = NewKeying::new(serial(n), purpose, keyed);
                    let event = event(app.now(), who, Action::KeySheet);
                    db.key_sheet(1, &new, false, &event).await.unwrap();
                }
            };
            sheets(1, 10, "hoa", Purpose::First).await;
            let count = event(app.now(), "hoa", Action::CountSheets);
            db.count_sheets(1, 9, &count).await.unwrap();
            found.extend(look("/staff/paper/1").await);
            browser.follow("form[action*=give-up] button").await;
            found.extend(faults(browser).await);
            db.count_sheets(1, 10, &count).await.unwrap();
            found.extend(look("/staff/paper/1/key").await);
            browser.follow("button[value=answered]").await;
            found.extend(faults(browser).await);
            let known = browser.one("#serial").await;
            known.clear().await.unwrap();
            known.send_keys(&serial(1).as_digits()).await.unwrap();
            browser.enter("#item-A1", "2").await;
            browser.follow("button[value=answered]").await;
            assert_eq!(browser.all("input[name=replace]").await.len(), 1);
            found.extend(faults(browser).await);
            browser.goto(&at("/staff/paper/1/key")).await;
            browser.follow("button[value=void]").await;
            found.extend(faults(browser).await);
            browser.follow(".saved button").await;
            found.extend(faults(browser).await);
            found.extend(look("/staff/paper/1/missing").await);
            browser.one("#last").await.clear().await.unwrap();
            browser.follow(BUTTON).await;
            found.extend(faults(browser).await);
            browser.goto(&at("/staff/paper/1/missing")).await;
            browser.follow("main form .buttons button").await;
            found.extend(faults(browser).await);
            browser.goto(&at("/staff/paper/1")).await;
            browser.follow(".headline button").await;
            found.extend(faults(browser).await);
            found.extend(look("/staff/paper/1/rekey").await);
            let batch =
                db.paper_batch(&hailong::staff::Scope::Everywhere, 1).await.unwrap().unwrap();
            let all: Vec<_> = range.serials().take(10).collect();
            let draw = event(app.now(), "lan", Action::DrawSheets);
            assert!(db.draw_sheets(&batch, Stage::Whole, &all, &draw).await.unwrap());
            sheets(1, 10, "minh", Purpose::Second).await;
            found.extend(look("/staff/paper/1").await);
            found.extend(look("/staff/paper/1/decide").await);
            browser.enter("#item-A4", "4").await;
            browser.follow("button[value=answered]").await;
            found.extend(look("/staff/paper/1/close").await);
            browser.follow("main form button:not([type=button])").await;
            found.extend(faults(browser).await);
            found.extend(look("/staff/paper/1/correct").await);
            browser.enter("#serial", &serial(1).as_digits()).await;
            browser.follow(BUTTON).await;
            found.extend(faults(browser).await);
            browser.follow("button[value=answered]").await;
            found.extend(faults(browser).await);
            browser.enter("#reason", "đọc nhầm").await;
            browser.follow("button[value=blank]").await;
            found.extend(faults(browser).await);
            browser.follow("button[value=blank]").await;
            found.extend(faults(browser).await);
            let new = NewKeying::new(serial(2), Purpose::Proposed, sheet("154430"));
            let new = NewKeying { reason: Some("đọc nhầm câu 1".into()), ..new };
            let event = event(app.now(), "hoa", Action::CorrectSheet);
            db.key_sheet(1, &new, true, &event).await.unwrap();
            found.extend(look("/staff/paper/1/agree").await);
            assert_eq!(browser.all("section.act").await.len(), 2);
            browser.follow("button[value=yes]").await;
            found.extend(faults(browser).await);
            found.extend(look("/staff/paper/1").await);
            browser
                .goto(&at(&format!("/staff/paper/1/correct?serial={}", serial(2).as_digits())))
                .await;
            found.extend(faults(browser).await);
            found.extend(look("/staff/paper").await);
            assert!(found.is_empty(), "{found:#?}");
        })
        .await;
    db.close().await;
}
