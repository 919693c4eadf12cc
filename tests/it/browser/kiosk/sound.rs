//! What is read aloud.

use hailong::staff::Role;
use hailong::staff::audit::Action;
use hailong::store::recordings::Spoken;
use surveys::{InstrumentId, ItemCode, Language, PointCode};

use crate::support::app::App;
use crate::support::browser::{Chromium, KIOSK};
use crate::support::database::Database;
use crate::support::kiosk::{SKIP, Tablet, at, enrol, open, press, question, visit};
use crate::support::proxy::{Proxy, Weather};
use crate::support::staff::{Member, by_operator};
use crate::support::submission::{commune, point};

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

/// A box of an MPEG-4 file.
fn part(kind: &[u8], content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let length = u32::try_from(content.len() + 8).expect("a small box");
    [&length.to_be_bytes(), kind, &content].concat()
}

fn words(of: &[u32]) -> Vec<u8> {
    of.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A second of silence as phones record it: AAC-LC of 16 kHz, one channel, in an M4A file.
fn phone_recording() -> Vec<u8> {
    const FRAMES: u32 = 16;
    const SAMPLES: u32 = 1_024;
    /// One frame in which nothing is heard.
    const SILENT: [u8; 6] = [0x00, 0xC8, 0x00, 0x80, 0x23, 0x80];
    let (length, size) = (FRAMES * SAMPLES, 6);
    let start = part(b"ftyp", &[b"M4A \0\0\0\0M4A isom"]);
    let matrix = words(&[0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]);
    let movie_head =
        [words(&[0, 0, 0, 16_000, length, 0x1_0000, 0x0100_0000, 0, 0]), matrix.clone()].concat();
    let movie_head = part(b"mvhd", &[&movie_head, &words(&[0, 0, 0, 0, 0, 0, 2])]);
    let track_head = [words(&[7, 0, 0, 1, 0, length, 0, 0, 0, 0x0100_0000]), matrix].concat();
    let track_head = part(b"tkhd", &[&track_head, &words(&[0, 0])]);
    let media_head = part(b"mdhd", &[&words(&[0, 0, 0, 16_000, length, 0x55C4_0000])]);
    let handler = part(b"hdlr", &[&words(&[0, 0]), b"soun", &[0; 12], b"Sound\0"]);
    // AAC-LC (2), 16 kHz (8), one channel (1).
    let config = [
        0x03, 0x19, 0, 1, 0, 0x04, 0x11, 0x40, 0x15, 0, 0, 0, 0, 0, 0x5D, 0xC0, 0, 0, 0x5D, 0xC0,
        0x05, 0x02, 0x14, 0x08, 0x06, 0x01, 0x02,
    ];
    let config = part(b"esds", &[&[0; 4], &config]);
    let entry = [&words(&[0, 1, 0, 0])[..], &[0, 1, 0, 16], &words(&[0, 16_000 << 16])].concat();
    let entry = part(b"mp4a", &[&entry, &config]);
    let table = |first_chunk: u32| {
        part(
            b"stbl",
            &[
                &part(b"stsd", &[&words(&[0, 1]), &entry]),
                &part(b"stts", &[&words(&[0, 1, FRAMES, SAMPLES])]),
                &part(b"stsc", &[&words(&[0, 1, 1, FRAMES, 1])]),
                &part(b"stsz", &[&words(&[0, size, FRAMES])]),
                &part(b"stco", &[&words(&[0, 1, first_chunk])]),
            ],
        )
    };
    let here =
        part(b"dinf", &[&part(b"dref", &[&words(&[0, 1]), &part(b"url ", &[&words(&[1])])])]);
    let movie = |first_chunk| {
        let inner = part(b"minf", &[&part(b"smhd", &[&[0; 8]]), &here, &table(first_chunk)]);
        let media = part(b"mdia", &[&media_head, &handler, &inner]);
        part(b"moov", &[&movie_head, &part(b"trak", &[&track_head, &media])])
    };
    let before = u32::try_from(start.len() + movie(0).len() + 8).expect("a small file");
    let sound = SILENT.repeat(16);
    [start, movie(before), part(b"mdat", &[&sound])].concat()
}

/// Adds up in the page how many seconds of sound it plays.
pub(in super::super) const PLAYED: &str = "window.played = 0;
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function () { played += this.buffer.duration; start.call(this); };";

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
        language: Language::Vi.tag().to_owned(),
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
    browser.run(PLAYED).await;
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
        language: Language::Vi.tag().to_owned(),
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

#[tokio::test]
async fn what_a_phone_recorded_is_taken_served_as_such_and_played() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let here = surveys::unit::commune(&commune()).expect("a commune");
    let officer = format!("/{}/{}/", here.province, here.code);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &officer).await;
    let address = format!("/staff/points/{}/recordings/A1/vi", point());
    let answer = lan.upload(&address, &[], ("Ghi âm 1.m4a", &phone_recording())).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    browser.reload().await;
    at(&browser, "attract").await;
    assert_eq!(browser.run_until_done(RECORDED).await, true, "it never took the recording");
    let kind = "const done = arguments[arguments.length - 1];
        const kiosk = document.querySelector('script[type=module]').src.replace('main.js', 'kiosk.js');
        import(kiosk).then(({ now }) => fetch(now.asked.instrument.items[0].recordings.vi.address))
            .then(answer => done(answer.headers.get('content-type')));";
    assert_eq!(browser.run_until_done(kind).await, "audio/mp4");
    browser.run(PLAYED).await;
    visit(&browser, &[]).await;
    question(&browser, 1).await;
    press(&browser, ".bar button:nth-child(2)").await;
    browser.until("window.played > 0.9 && window.played < 1.3").await;
    browser.close().await;
}
