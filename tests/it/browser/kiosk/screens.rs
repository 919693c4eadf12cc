//! Every state of the kiosk, in both languages, lying and upright, as it is and with larger
//! letters and high contrast: large enough for an older eye and any finger, all of it on the
//! screen, accessible.

use hailong::staff::audit::Action;
use hailong::store::recordings::Spoken;
use serde_json::json;
use surveys::{
    CentreContact, InstrumentId, ItemCode, Language, OpeningHours, PointCode, ServiceFields,
    catalog,
};

use super::colours::coloured;
use super::sound::silence;
use crate::browser::citizens::tab_faults;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK, KIOSK_UPRIGHT, Scripts};
use crate::support::database::Database;
use crate::support::device::PIN;
use crate::support::kiosk::{
    self, NEXT, QUESTIONS, Tablet, at, enrol, happens, open, press, question,
};
use crate::support::maintenance::{knock, type_pin};
use crate::support::proxy::Proxy;
use crate::support::staff::by_operator;
use crate::support::submission::point;

/// Where the centre is, in words about as long as an address may be.
const ADDRESS: &str = "Trung tâm Phục vụ hành chính công xã, số 128 đường Trần Hưng Đạo, \
     thôn Phú Lộc Tây, xã Diên Khánh, tỉnh Khánh Hòa";
/// What citizens should know.
const NOTE: &str = "Gọi trong giờ làm việc";

/// What is wrong with the screen, measured in millimetres of a tablet of 10.1 inches.
const LOOK: &str = include_str!("look.js");

/// What a person can choose: larger letters, high contrast.
const CHOICES: [(bool, bool); 4] = [(false, false), (true, false), (false, true), (true, true)];

/// Whether a screen may be longer than the tablet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::browser) enum Length {
    /// A citizen's: no.
    Fits,
    /// Of the staff's list behind the PIN: yes.
    Scrolls,
}

/// What is wrong with the screen as it is.
pub(in crate::browser) async fn faults(browser: &Browser, length: Length) -> Vec<String> {
    let look = format!("return (function () {{ {LOOK} }})({});", length == Length::Scrolls);
    serde_json::from_value(browser.run(&look).await).expect("a list of faults")
}

/// What is wrong with the screen, lying and upright, with everything a person can choose.
pub(super) async fn look(browser: &Browser, name: &str, length: Length, found: &mut Vec<String>) {
    browser
        .until(
            "!('guarded' in document.getElementById('kiosk').dataset)
             && document.fonts.status === 'loaded'",
        )
        .await;
    for screen in [KIOSK, KIOSK_UPRIGHT] {
        browser.resize(screen).await;
        for (large, contrast) in CHOICES {
            let choose = format!(
                "const chosen = document.documentElement.classList;
                 chosen.toggle('large', {large}); chosen.toggle('contrast', {contrast});"
            );
            browser.run(&choose).await;
            let mut faults = faults(browser, length).await;
            // Letters change sizes and contrast changes colours; axe looks at each once.
            if large == contrast {
                faults.extend(browser.violations().await);
            }
            let wide = screen.width;
            let named = faults.into_iter().map(|fault| {
                format!("{name}, {wide} px wide, large {large}, contrast {contrast}: {fault}")
            });
            found.extend(named);
        }
    }
    browser.resize(KIOSK).await;
    browser.run("document.documentElement.classList.remove('large', 'contrast')").await;
}

/// The same as [`look`], and that the Tab key leads everywhere and is seen, and that colours
/// which somebody has set hide nothing.
async fn look_closely(browser: &Browser, name: &str, length: Length, found: &mut Vec<String>) {
    look(browser, name, length, found).await;
    let forced = json!({"features": [{"name": "forced-colors", "value": "active"}]});
    for screen in [KIOSK, KIOSK_UPRIGHT] {
        browser.resize(screen).await;
        let walked = tab_faults(browser).await;
        browser.run("document.activeElement.blur()").await;
        browser.command("Emulation.setEmulatedMedia", forced.clone()).await;
        let mut hidden = faults(browser, length).await;
        hidden.extend(coloured(browser).await);
        if screen.width == KIOSK.width {
            hidden.extend(browser.violations().await);
        }
        browser.command("Emulation.setEmulatedMedia", json!({"features": []})).await;
        found.extend(walked.into_iter().map(|fault| format!("{name}, by Tab: {fault}")));
        found.extend(hidden.into_iter().map(|fault| format!("{name}, forced colours: {fault}")));
    }
    browser.resize(KIOSK).await;
}

/// A point that asks for everything it can: six fields, a recording of each item, hours.
pub(super) async fn well_equipped(app: &App) {
    let db = app.database().open().await;
    let here = PointCode::parse(&point()).unwrap();
    let fields = [
        "Đất đai",
        "Hộ tịch",
        "Chứng thực",
        "Bảo trợ xã hội",
        "Đăng ký kinh doanh",
        "Xây dựng, trật tự đô thị và môi trường",
    ];
    let fields = ServiceFields::new(&fields).unwrap();
    db.set_service_fields(&here, &fields, &by_operator(1, Action::SetFields)).await.unwrap();
    let contact = CentreContact::parse("(0258) 3 811 234 / 0912 345 678", ADDRESS, NOTE).unwrap();
    db.set_centre_contact(&here, &contact, &by_operator(1, Action::SetContact)).await.unwrap();
    let hours = OpeningHours::parse("Mon-Fri 07:00-11:30,13:30-17:00; Sat 07:30-11:00").unwrap();
    db.set_opening_hours(&here, &hours, &by_operator(1, Action::SetHours)).await.unwrap();
    let quick = catalog::instrument("quick-counter", None).unwrap();
    for item in quick.asked() {
        for language in Language::ALL {
            let spoken = Spoken {
                point: None,
                instrument: InstrumentId::parse("quick-counter").unwrap(),
                item: ItemCode::parse(item.code.as_str()).unwrap(),
                language: language.tag().to_owned(),
            };
            let added = by_operator(1, Action::AddRecording);
            db.add_recording(&spoken, "audio/wav", &silence(), &added).await.unwrap();
        }
    }
    db.close().await;
}

/// The state of the kiosk, and how it says that the centre is reached.
const SHOWN: &str = "return {
    state: document.getElementById('kiosk').dataset.state,
    language: document.documentElement.lang,
    contact: document.querySelector('.contact')?.textContent ?? '',
}";

/// Takes the network away, gives a voice for every language and one language more.
pub(super) const CROWDED: &str = "const done = arguments[arguments.length - 1];
    const kiosk = document.querySelector('script[type=module]').src.replace('main.js', 'kiosk.js');
    Object.defineProperty(navigator, 'onLine', { get: () => false, configurable: true });
    const voices = ['vi-VN', 'en-US'].map(lang => ({ lang }));
    Object.defineProperty(speechSynthesis, 'getVoices', { value: () => voices, configurable: true });
    import(kiosk).then(({ now, place }) => {
        if (!('tyz' in place.texts)) {
            place.languages.push({ tag: 'tyz', name: 'Tiếng Tày – Nùng' });
            place.texts.tyz = place.texts.vi;
            now.asked.instrument.title.tyz = now.asked.instrument.title.vi;
        }
        dispatchEvent(new Event('offline'));
    }).then(() => done('crowded'), error => done(String(error)));";

/// Looks at every state in one language.
#[expect(clippy::too_many_lines, reason = "one walk through every state")]
async fn every_state(language: Language) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    well_equipped(&app).await;
    let network = Proxy::before(&app).await;
    let tablet = Tablet::that_waits(KIOSK);
    let browser = tablet.on(chromium).await;
    let mut found = Vec::new();
    open(&browser, &network).await;
    at(&browser, "off").await;
    let shown = browser.run(SHOWN).await;
    assert!(shown["contact"].to_string().contains("(0258) 3 811 234"), "{shown}");
    if language == Language::En {
        press(&browser, ".head button[lang=en]").await;
        browser.until("document.documentElement.lang === 'en'").await;
    }
    look_closely(&browser, "KE2", Length::Fits, &mut found).await;
    enrol(&browser, &app, &network).await;
    let in_language = async || {
        at(&browser, "attract").await;
        if language == Language::En {
            press(&browser, ".choices button:first-child").await;
            browser.until("document.documentElement.lang === 'en'").await;
        }
    };
    in_language().await;
    look_closely(&browser, "K0", Length::Fits, &mut found).await;
    press(&browser, ".choices [aria-pressed]:has(+ [aria-pressed])").await;
    browser.until("document.querySelector('[aria-pressed=true]')").await;
    look_closely(&browser, "K0 chosen", Length::Fits, &mut found).await;
    press(&browser, "[aria-pressed=true]").await;
    browser.until("!document.querySelector('[aria-pressed=true]')").await;
    // With all that can stand there: no network, a voice that reads aloud, a third language.
    browser.run_until_done(CROWDED).await;
    browser.until("document.querySelector('.offline')").await;
    assert_eq!(browser.all(".choices button").await.len(), 5);
    look_closely(&browser, "K0 offline", Length::Fits, &mut found).await;
    browser.run_until_done(&CROWDED.replace("false", "true")).await;
    browser.until("!document.querySelector('.offline')").await;
    knock(&browser).await;
    look_closely(&browser, "PIN", Length::Fits, &mut found).await;
    type_pin(&browser, PIN).await;
    at(&browser, "maintenance").await;
    look_closely(&browser, "KM", Length::Scrolls, &mut found).await;
    browser.run("document.querySelector('.maintenance .next').click()").await;
    for (event, state, back) in [("close", "closed", "open"), ("broke", "broken", "mended")] {
        // The kiosk may find out meanwhile that it is neither: then it is looked at again.
        for attempt in 1.. {
            in_language().await;
            happens(&browser, event).await;
            at(&browser, state).await;
            let mut seen = Vec::new();
            look_closely(&browser, state, Length::Fits, &mut seen).await;
            let (now, contact) = (browser.run(SHOWN).await, state == "broken");
            if now["state"] == state {
                let (chosen, heading) = (&now["language"], browser.text("h1").await);
                assert_eq!(chosen, language.tag(), "{heading}");
                assert_eq!(now["contact"] != "", contact, "{now}");
                let whole = format!("0912 345 678 · {ADDRESS} · {NOTE}");
                assert!(!contact || now["contact"].to_string().contains(&whole), "{now}");
                happens(&browser, back).await;
                found.extend(seen);
                break;
            }
            assert!(attempt < 5, "{state} never stays");
        }
    }
    in_language().await;
    press(&browser, ".begin").await;
    browser.until("document.querySelectorAll('.tile').length === 7").await;
    look_closely(&browser, "K1", Length::Fits, &mut found).await;
    press(&browser, kiosk::SKIP).await;
    for number in 1..=QUESTIONS {
        question(&browser, number).await;
        look_closely(&browser, &format!("question {number}"), Length::Fits, &mut found).await;
        press(&browser, NEXT).await;
        browser.until("document.querySelector('#error')").await;
        look_closely(&browser, &format!("question {number} again"), Length::Fits, &mut found).await;
        press(&browser, "label[for=answer-1]").await;
        press(&browser, NEXT).await;
    }
    at(&browser, "reason").await;
    look_closely(&browser, "reason", Length::Fits, &mut found).await;
    press(&browser, NEXT).await;
    browser.until("document.querySelector('#error')").await;
    look_closely(&browser, "reason again", Length::Fits, &mut found).await;
    press(&browser, "label[for=answer-2]").await;
    look_closely(&browser, "reason chosen", Length::Fits, &mut found).await;
    happens(&browser, "silent").await;
    at(&browser, "warning").await;
    look_closely(&browser, "KW", Length::Fits, &mut found).await;
    press(&browser, NEXT).await;
    at(&browser, "reason").await;
    press(&browser, kiosk::SKIP).await;
    at(&browser, "comment").await;
    look_closely(&browser, "comment", Length::Fits, &mut found).await;
    press(&browser, NEXT).await;
    at(&browser, "saved").await;
    look_closely(&browser, "saved, counting", Length::Fits, &mut found).await;
    press(&browser, ".bar .second").await;
    browser.until("document.querySelector('.receipt').textContent !== ''").await;
    assert_eq!(browser.all("img.qr").await.len(), 1);
    look_closely(&browser, "saved", Length::Fits, &mut found).await;
    browser.close().await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn every_state_in_vietnamese_fits_the_hand_the_eye_and_the_screen() {
    every_state(Language::Vi).await;
}

#[tokio::test]
async fn every_state_in_english_fits_the_hand_the_eye_and_the_screen() {
    every_state(Language::En).await;
}

#[tokio::test]
async fn what_a_person_chooses_is_there_until_the_next_one() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    for choice in [1, 2, 3] {
        press(&browser, &format!(".choices button:nth-child({choice})")).await;
    }
    let look = "return [document.documentElement.className, document.documentElement.lang]";
    assert_eq!(browser.run(look).await, json!(["large contrast", "en"]));
    kiosk::visit(&browser, &[kiosk::Step::Skip; QUESTIONS]).await;
    at(&browser, "saved").await;
    assert_eq!(browser.run(look).await, json!(["large contrast", "en"]));
    press(&browser, NEXT).await;
    at(&browser, "attract").await;
    assert_eq!(browser.run(look).await, json!(["", "vi"]));
    browser.close().await;
}

#[tokio::test]
async fn the_look_itself_sees_planted_faults() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    kiosk::visit(&browser, &[]).await;
    question(&browser, 1).await;
    browser.until("!('guarded' in document.getElementById('kiosk').dataset)").await;
    assert_eq!(faults(&browser, Length::Fits).await, Vec::<String>::new());
    let planted = [
        ("bar.style.cssText = 'gap: 4px'", "near"),
        ("tile.style.cssText = 'min-height: 60px; height: 60px; align-self: start'", "small"),
        ("tile.style.width = '80%'", "unequal"),
        ("hint.style.fontSize = '16px'", "letters of"),
        ("hint.style.lineHeight = '1'", "tight"),
        ("hint.style.cssText = 'position: fixed; inset: 0; background: white'", "covered"),
        ("hint.style.marginBottom = '600px'", "too long"),
        ("tile.style.cssText = 'position: relative; left: 700px'", "outside"),
        ("hint.style.width = '60px'", "cut"),
        ("hint.innerHTML = '<h1>Hai</h1>'", "not one heading"),
    ];
    for (plant, seen) in planted {
        let before = "const [tile, bar, hint] = ['.tile', '.bar', '.hint'].map(css => document.querySelector(css));
            window.was ??= document.querySelector('.question').outerHTML;";
        browser.run(&format!("{before} {plant}")).await;
        let found = faults(&browser, Length::Fits).await.join("\n");
        assert!(found.contains(seen), "{seen} is not seen after {plant}: {found}");
        browser.run("document.querySelector('.question').outerHTML = window.was").await;
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
