//! What is read aloud.

use hailong::staff::audit::Action;
use hailong::store::recordings::Spoken;
use surveys::{InstrumentId, ItemCode, Language, PointCode};

use crate::support::app::App;
use crate::support::browser::{Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::kiosk::{SKIP, Tablet, at, enrol, open, press, question, visit};
use crate::support::proxy::{Proxy, Weather};
use crate::support::staff::by_operator;
use crate::support::submission::point;

/// A second of silence as a WAV file of 8,000 bytes a second.
pub(in super::super) fn silence() -> Vec<u8> {
    let mut sound = b"RIFF".to_vec();
    sound.extend(8_036_u32.to_le_bytes());
    sound.extend(b"WAVEfmt ");
    sound.extend(16_u32.to_le_bytes());
    sound.extend([1, 0, 1, 0]);
    sound.extend([8_000_u32.to_le_bytes(), 8_000_u32.to_le_bytes()].concat());
    sound.extend([1, 0, 8, 0]);
    sound.extend(b"data");
    sound.extend(8_000_u32.to_le_bytes());
    sound.extend([128; 8_000]);
    sound
}

/// Waits until the tablet knows a recording of the first item.
const RECORDED: &str = "const done = arguments[arguments.length - 1];
    const kiosk = document.querySelector('script[type=module]').src.replace('main.js', 'kiosk.js');
    import(kiosk).then(({ now }) => {
        const end = performance.now() + 15000;
        const look = () => {
            if (now.asked?.instrument.items[0].recordings.vi) done(true);
            else if (performance.now() > end) done(false);
            else setTimeout(look, 20);
        };
        look();
    }, error => done(String(error)));";

#[tokio::test]
async fn a_question_is_read_aloud_by_its_recording_also_without_a_network() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let spoken = Spoken {
        point: None,
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        item: ItemCode::parse("A1").unwrap(),
        language: Language::Vi,
    };
    let db = app.database().open().await;
    let added = by_operator(1, Action::AddRecording);
    db.add_recording(&spoken, "audio/wav", &silence(), &added).await.unwrap();
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    browser.close().await;
    network.turn(Weather::Down);
    let browser = tablet.on(chromium).await;
    open(&browser, &network).await;
    at(&browser, "attract").await;
    let watch = "window.played = 0;
        const start = AudioBufferSourceNode.prototype.start;
        AudioBufferSourceNode.prototype.start = function () { played += this.buffer.duration; start.call(this); };";
    browser.run(watch).await;
    visit(&browser, &[]).await;
    question(&browser, 1).await;
    assert_eq!(browser.texts(".bar button").await[1], "Nghe");
    press(&browser, ".bar button:nth-child(2)").await;
    browser.until("window.played === 1").await;
    press(&browser, SKIP).await;
    question(&browser, 2).await;
    let labels = browser.texts(".bar button").await;
    assert!(!labels.contains(&"Nghe".to_owned()), "no button without a voice: {labels:?}");
    browser.close().await;
}

#[tokio::test]
async fn a_tablet_plays_a_new_recording_after_its_next_look() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    let spoken = Spoken {
        point: Some(PointCode::parse(&point()).unwrap()),
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        item: ItemCode::parse("A1").unwrap(),
        language: Language::Vi,
    };
    let db = app.database().open().await;
    let added = by_operator(1, Action::AddRecording);
    db.add_recording(&spoken, "audio/wav", &silence(), &added).await.unwrap();
    // It looks for something new when it starts, and every five minutes while nobody answers.
    browser.reload().await;
    at(&browser, "attract").await;
    assert_eq!(browser.run_until_done(RECORDED).await, true, "it never took the recording");
    visit(&browser, &[]).await;
    question(&browser, 1).await;
    assert_eq!(browser.texts(".bar button").await[1], "Nghe");
    db.close().await;
    browser.close().await;
}
