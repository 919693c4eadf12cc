//! The kiosk's screens in what seldom happens: nobody can answer, everything is made up, staff
//! hold a ruler to it or read its id out.

use serde_json::json;
use surveys::Language;

use super::screens::{Length, look, well_equipped};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK, KIOSK_UPRIGHT};
use crate::support::database::Database;
use crate::support::device::PIN;
use crate::support::kiosk::{
    self, NEXT, QUESTIONS, Tablet, at, enrol, happens, open, press, question,
};
use crate::support::maintenance::{knock, type_pin};
use crate::support::proxy::{Proxy, Weather};

/// Tells the page that everything here is made up.
const MADE_UP: &str = "const done = arguments[arguments.length - 1];
    const kiosk = document.querySelector('script[type=module]').src.replace('main.js', 'kiosk.js');
    import(kiosk).then(({ place }) => {
        place.simulated = true;
        dispatchEvent(new Event('online'));
    }).then(() => done('made up'), error => done(String(error)));";

/// Looks at what a visit shows where everything is made up.
async fn made_up(language: Language) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let browser = Tablet::that_waits(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network).await;
    browser.run_until_done(MADE_UP).await;
    browser.until("document.querySelector('.simulated')").await;
    if language == Language::En {
        press(&browser, ".choices button[lang=en]").await;
        browser.until("document.documentElement.lang === 'en'").await;
    }
    let mut found = Vec::new();
    look(&browser, "K0", Length::Fits, &mut found).await;
    press(&browser, ".begin").await;
    let said = if language == Language::En { "SIMULATED DATA" } else { "DỮ LIỆU MÔ PHỎNG" };
    for number in 1..=QUESTIONS {
        question(&browser, number).await;
        assert_eq!(browser.text(".simulated").await, said);
        look(&browser, &format!("question {number}"), Length::Fits, &mut found).await;
        press(&browser, NEXT).await;
        browser.until("document.querySelector('#error')").await;
        look(&browser, &format!("question {number} again"), Length::Fits, &mut found).await;
        press(&browser, "label[for=answer-1]").await;
        press(&browser, NEXT).await;
    }
    at(&browser, "reason").await;
    look(&browser, "reason", Length::Fits, &mut found).await;
    press(&browser, kiosk::SKIP).await;
    at(&browser, "comment").await;
    look(&browser, "comment", Length::Fits, &mut found).await;
    network.turn(Weather::Down);
    press(&browser, NEXT).await;
    at(&browser, "saved").await;
    // Who cannot have a receipt yet is told so.
    let later = if language == Language::En { "No network" } else { "Chưa có mạng" };
    let told = format!("document.querySelector('.receipt').textContent.includes('{later}')");
    browser.until(&told).await;
    look(&browser, "saved", Length::Fits, &mut found).await;
    browser.close().await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn what_is_made_up_says_so_and_every_question_still_fits() {
    made_up(Language::Vi).await;
}

#[tokio::test]
async fn what_is_made_up_says_so_in_english_too_and_every_question_still_fits() {
    made_up(Language::En).await;
}

/// Tells the server how the tablet is, and comes back when that and what follows is done.
pub(super) const TOLD: &str = "const done = arguments[arguments.length - 1];
    const upkeep = document.querySelector('script[type=module]').src.replace('main.js', 'upkeep.js');
    import(upkeep).then(({ tell }) => tell()).then(() => done('told'), error => done(String(error)));";

/// What happens once nobody has touched the screen for long enough.
const SILENT: &str = "const done = arguments[arguments.length - 1];
    const acts = document.querySelector('script[type=module]').src.replace('main.js', 'acts.js');
    import(acts).then(({ gone }) => gone()).then(() => done('gone'), error => done(String(error)));";

#[tokio::test]
async fn where_nobody_can_answer_the_language_stays_and_another_is_offered() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    well_equipped(&app).await;
    let network = Proxy::before(&app).await;
    let browser = Tablet::whose_time_stands(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network).await;
    // Once it has told how it is and looked, nothing leads out of these states by itself.
    browser.run_until_done(TOLD).await;
    network.turn(Weather::Down);
    let speaks = async |language: &str, words: &str| {
        let said = format!(
            "document.documentElement.lang === '{language}'
             && document.querySelector('h1').textContent.includes('{words}')"
        );
        browser.until(&said).await;
    };
    let states = [
        ("close", "closed", "Closed now", "Ngoài giờ", "open"),
        ("broke", "broken", "could not", "Máy chưa lưu", "mended"),
        ("off", "off", "out of use", "Máy tạm nghỉ", "enrolled"),
    ];
    for (event, state, in_english, in_vietnamese, back) in states {
        at(&browser, "attract").await;
        press(&browser, ".choices button[lang=en]").await;
        browser.until("document.documentElement.lang === 'en'").await;
        happens(&browser, event).await;
        at(&browser, state).await;
        speaks("en", in_english).await;
        press(&browser, ".head button[lang=vi]").await;
        speaks("vi", in_vietnamese).await;
        if state == "off" {
            browser.enter("#code", "7KQ2").await;
        }
        press(&browser, ".head button[lang=en]").await;
        speaks("en", in_english).await;
        if state == "off" {
            let typed = browser.run("return document.querySelector('#code').value").await;
            assert_eq!(typed, "7KQ2", "what was typed is still there");
        }
        // Whoever chose it is gone: the next one is spoken to as everybody is.
        browser.run_until_done(SILENT).await;
        speaks("vi", in_vietnamese).await;
        happens(&browser, back).await;
    }
    browser.close().await;
}

#[tokio::test]
async fn what_a_ruler_measured_is_kept_within_what_a_screen_can_have() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::that_waits(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    let millimetre = "return parseFloat(document.documentElement.style.getPropertyValue('--mm'))";
    let maintained = async |browser: &Browser| {
        knock(browser).await;
        type_pin(browser, PIN).await;
        at(browser, "maintenance").await;
        let pressed = async |n: u32, times: u32| {
            let press = format!(
                "for (let n = 0; n < {times}; n += 1) document.querySelector('.ruler ~ .bar button:nth-child({n})').click()"
            );
            browser.until("!('guarded' in document.getElementById('kiosk').dataset)").await;
            browser.run(&press).await;
            browser.run(millimetre).await.as_f64().expect("a length")
        };
        let usual = browser.run(millimetre).await.as_f64().expect("a length");
        let shorter = pressed(1, 1).await;
        let longer = pressed(2, 3).await;
        assert!(shorter < usual && usual < longer, "{shorter} {usual} {longer}");
        let ruler = "return document.querySelector('.ruler').getBoundingClientRect().width";
        let ruler = browser.run(ruler).await.as_f64().expect("a length");
        assert!((ruler - 50.0 * longer).abs() < 0.5, "{ruler} px for 50 mm of {longer}");
        assert!((pressed(1, 1_000).await - 1.5).abs() < 1e-9);
        assert!((pressed(2, 1_000).await - 12.0).abs() < 1e-9);
        usual
    };
    let usual = maintained(&browser).await;
    browser.close().await;
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    let now = browser.run(millimetre).await.as_f64().expect("a length");
    assert!((now - usual).abs() < 1e-9, "nobody has kept it");
    maintained(&browser).await;
    browser.run("document.querySelector('.ruler ~ .bar button:nth-child(1)').click()").await;
    press(&browser, ".ruler ~ .bar .next").await;
    let kept = browser.run(millimetre).await.as_f64().expect("a length");
    // A moment for the disk: the next screen has read it from there.
    press(&browser, ".maintenance > .bar .next").await;
    at(&browser, "attract").await;
    browser.close().await;
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    let now = browser.run(millimetre).await.as_f64().expect("a length");
    assert!((now - kept).abs() < 1e-9 && (kept - usual).abs() > 1.0, "{now} {kept} {usual}");
    browser.close().await;
}

#[tokio::test]
async fn the_id_of_a_tablet_can_be_read_aloud_in_its_groups() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let browser = Tablet::that_waits(KIOSK_UPRIGHT).on(chromium).await;
    enrol(&browser, &app, &network).await;
    knock(&browser).await;
    type_pin(&browser, PIN).await;
    at(&browser, "maintenance").await;
    let groups = "const groups = [...document.querySelectorAll('.maintenance dd span')];
        return [groups.map(group => group.textContent).join(''),
            groups.map(group => group.getClientRects().length),
            new Set(groups.map(group => group.getBoundingClientRect().top)).size];";
    for screen in [KIOSK_UPRIGHT, KIOSK] {
        browser.resize(screen).await;
        let read = browser.run(groups).await;
        let id = app.database().backdoor().await;
        let id = id.texts("select lower(hex(device_id)) from devices").await;
        assert_eq!(read[0].as_str().unwrap().replace('-', ""), id[0]);
        assert_eq!(read[1], json!([1, 1, 1, 1, 1]), "no group is cut: {read}");
        assert!(read[2].as_u64().is_some_and(|lines| lines <= 2), "{read}");
    }
    browser.close().await;
}
