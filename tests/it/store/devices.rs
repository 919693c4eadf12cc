//! Devices, the codes that enrol them, opening hours and recordings.

use hailong::staff::audit::{Action, Event};
use hailong::store::Db;
use hailong::store::devices::{Device, Sent};
use hailong::store::enrolment::{CODE_LIFE_MILLIS, EnrolmentCode, Pin, Token};
use hailong::store::recordings::Spoken;
use hailong::store::responses::Outcome;
use hailong::store::tablet_key::TabletKey;
use surveys::response::ClockFlag;
use surveys::{
    CentreContact, InstrumentId, ItemCode, Language, OpeningHours, PointCode, ServiceFields,
};
use uuid::Uuid;

use crate::support::database::{Database, on_both_databases};
use crate::support::signer::Signer;
use crate::support::staff::by_operator;
use crate::support::submission::{good, parsed};

on_both_databases![
    a_code_enrols_one_device_once,
    a_code_is_worth_nothing_when_its_ten_minutes_are_over,
    a_device_keeps_the_key_that_it_was_enrolled_with,
    a_device_is_known_by_its_token_until_it_is_revoked,
    what_a_device_last_told_is_kept,
    a_response_keeps_its_device_and_the_time_that_counts,
    opening_hours_are_always_until_they_are_set,
    a_point_asks_for_no_field_and_waits_for_next_until_it_is_set,
    a_recording_is_kept_replaced_and_removed,
    a_point_hears_its_own_recording_before_the_shared_one,
    a_centre_has_no_contact_until_it_is_set,
];

fn point() -> PointCode {
    PointCode::parse("quay-1").unwrap()
}

fn enrolling(at: i64) -> Event {
    by_operator(at, Action::EnrolDevice)
}

fn token(n: u8) -> Token {
    Token::new([[n; 16]; 2])
}

async fn enrolled(db: &Db, n: u8, now: i64) -> Device {
    let (code, pin) = (EnrolmentCode::new([n; 16]), Pin::new("1234", [n; 16]));
    db.add_enrolment_code(&code, &point(), "Quầy 1", &pin, &enrolling(now)).await.unwrap();
    let id = Uuid::from_u128(u128::from(n));
    db.enrol(&code, id, &token(n), None, now).await.unwrap().expect("the code is good").0
}

async fn a_code_enrols_one_device_once(database: Database) {
    let db = database.open().await;
    let (code, pin) = (EnrolmentCode::new([1; 16]), Pin::new("1234", [9; 16]));
    db.add_enrolment_code(&code, &point(), "Quầy 1", &pin, &enrolling(1_000)).await.unwrap();
    let typed = EnrolmentCode::typed(&code.to_string().to_lowercase()).unwrap();
    let id = Uuid::from_u128(7);
    let (device, kept) = db.enrol(&typed, id, &token(1), None, 2_000).await.unwrap().unwrap();
    let wanted = Device {
        id,
        collection_point: point(),
        name: "Quầy 1".into(),
        enrolled_at: 2_000,
        revoked_at: None,
        last_seen_at: 2_000,
        report: None,
        interviews: None,
        key: None,
    };
    assert_eq!((&device, kept), (&wanted, pin));
    assert_eq!(db.enrol(&typed, Uuid::from_u128(8), &token(2), None, 2_000).await.unwrap(), None);
    assert_eq!(db.devices().await.unwrap(), [wanted]);
    let backdoor = database.backdoor().await;
    assert_eq!(backdoor.number("select count(*) from enrolment_codes").await, 0);
}

async fn a_code_is_worth_nothing_when_its_ten_minutes_are_over(database: Database) {
    let db = database.open().await;
    let (code, pin) = (EnrolmentCode::new([1; 16]), Pin::new("1234", [9; 16]));
    db.add_enrolment_code(&code, &point(), "Quầy 1", &pin, &enrolling(0)).await.unwrap();
    let id = Uuid::from_u128(1);
    assert_eq!(db.enrol(&code, id, &token(1), None, CODE_LIFE_MILLIS).await.unwrap(), None);
    // The next code sweeps out what nobody used in time.
    let next = EnrolmentCode::new([2; 16]);
    db.add_enrolment_code(&next, &point(), "Quầy 1", &pin, &enrolling(CODE_LIFE_MILLIS))
        .await
        .unwrap();
    assert_eq!(database.count("enrolment_codes").await, 1);
    let last_moment = 2 * CODE_LIFE_MILLIS - 1;
    assert!(db.enrol(&next, id, &token(1), None, last_moment).await.unwrap().is_some());
}

async fn a_device_keeps_the_key_that_it_was_enrolled_with(database: Database) {
    let db = database.open().await;
    let (code, pin) = (EnrolmentCode::new([1; 16]), Pin::new("1234", [9; 16]));
    db.add_enrolment_code(&code, &point(), "Quầy 1", &pin, &enrolling(0)).await.unwrap();
    let key = TabletKey::sent(&Signer::new().told()).unwrap();
    let id = Uuid::from_u128(1);
    let (device, _) = db.enrol(&code, id, &token(1), Some(&key), 1).await.unwrap().unwrap();
    assert_eq!(device.key, Some(key));
    assert_eq!(db.device(id).await.unwrap(), Some(device));
}

async fn a_device_is_known_by_its_token_until_it_is_revoked(database: Database) {
    let db = database.open().await;
    let device = enrolled(&db, 1, 1_000).await;
    assert_eq!(db.device_with(&token(1)).await.unwrap().as_ref(), Some(&device));
    assert_eq!(db.device_with(&token(2)).await.unwrap(), None);
    assert_eq!(db.device_with(&Token::sent("a\0b")).await.unwrap(), None);
    assert!(db.revoke_device(device.id, &by_operator(5_000, Action::RevokeDevice)).await.unwrap());
    assert_eq!(db.device_with(&token(1)).await.unwrap(), None);
    assert!(
        !db.revoke_device(device.id, &by_operator(6_000, Action::RevokeDevice)).await.unwrap(),
        "it was revoked before"
    );
    assert!(
        !db.revoke_device(Uuid::from_u128(99), &by_operator(6_000, Action::RevokeDevice))
            .await
            .unwrap()
    );
    let kept = db.device(device.id).await.unwrap().unwrap();
    assert_eq!(kept.revoked_at, Some(5_000));
    assert_eq!(db.device(Uuid::from_u128(99)).await.unwrap(), None);
}

async fn what_a_device_last_told_is_kept(database: Database) {
    let db = database.open().await;
    let device = enrolled(&db, 1, 1_000).await;
    db.device_seen(device.id, 2_000, Some("{}")).await.unwrap();
    db.device_seen(device.id, 3_000, None).await.unwrap();
    let device = db.device(device.id).await.unwrap().unwrap();
    assert_eq!((device.last_seen_at, device.report.as_deref()), (3_000, Some("{}")));
}

async fn a_response_keeps_its_device_and_the_time_that_counts(database: Database) {
    let db = database.open().await;
    let device = enrolled(&db, 1, 1_000).await;
    let flagged = |flag| Sent { device: device.id, counted_at: 42, flag };
    let ids: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
    let batch = [
        parsed(ids[0], &good()),
        parsed(ids[1], &good()).sent(Some(flagged(None))),
        parsed(ids[2], &good()).sent(Some(flagged(Some(ClockFlag::Shifted)))),
    ];
    let documents: Vec<String> = batch.iter().map(|new| new.document.clone()).collect();
    assert_eq!(documents[0], documents[2], "the document holds what the device said");
    let outcomes = db.insert_responses(&batch).await.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Stored(_))));
    let backdoor = database.backdoor().await;
    let told = backdoor
        .texts(
            "select coalesce(clock, '-') || case when device_id is null then ' nobody' else
             ' device' end || case when answered_at = 42 then ' 42' else '' end
             from responses order by seq",
        )
        .await;
    assert_eq!(told, ["- nobody", "- device 42", "shifted device 42"]);
    // Sent again with the clock set right it is the same response.
    let again = db.insert_responses(&[parsed(ids[2], &good()).sent(Some(flagged(None)))]).await;
    assert!(matches!(again.unwrap()[..], [Outcome::Same(_)]));
}

async fn opening_hours_are_always_until_they_are_set(database: Database) {
    let db = database.open().await;
    assert_eq!(db.opening_hours(&point()).await.unwrap(), OpeningHours::default());
    for text in ["Mon-Fri 07:00-17:00", "Sat 07:30-11:00", "always"] {
        let hours = OpeningHours::parse(text).unwrap();
        db.set_opening_hours(&point(), &hours, &by_operator(1, Action::SetHours)).await.unwrap();
        assert_eq!(db.opening_hours(&point()).await.unwrap(), hours);
    }
}

async fn a_point_asks_for_no_field_and_waits_for_next_until_it_is_set(database: Database) {
    let db = database.open().await;
    assert_eq!(db.service_fields(&point()).await.unwrap(), ServiceFields::default());
    for names in [&["Hộ tịch", "Đất đai"][..], &["Thuế"], &[]] {
        let fields = ServiceFields::new(names).unwrap();
        let set = by_operator(1, Action::SetFields);
        db.set_service_fields(&point(), &fields, &set).await.unwrap();
        assert_eq!(db.service_fields(&point()).await.unwrap(), fields);
    }
    assert!(!db.auto_advance(&point()).await.unwrap());
    for on in [true, true, false, false] {
        let set = by_operator(1, Action::SetAdvance);
        db.set_auto_advance(&point(), on, &set).await.unwrap();
        assert_eq!(db.auto_advance(&point()).await.unwrap(), on);
    }
}

async fn a_recording_is_kept_replaced_and_removed(database: Database) {
    let db = database.open().await;
    let spoken = |language: Language| Spoken {
        point: None,
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        item: ItemCode::parse("A1").unwrap(),
        language: language.tag().to_owned(),
    };
    let (vi, en) = (spoken(Language::Vi), spoken(Language::En));
    let added = |at| by_operator(at, Action::AddRecording);
    db.add_recording(&vi, "audio/ogg", b"OggS\0one", &added(1)).await.unwrap();
    let first = db.recordings().await.unwrap();
    db.add_recording(&vi, "audio/mpeg", b"ID3", &added(2)).await.unwrap();
    db.add_recording(&en, "audio/wav", b"RIFF", &added(3)).await.unwrap();
    let kept = db.recordings().await.unwrap();
    let told: Vec<_> = kept.iter().map(|r| (r.language.as_str(), r.bytes)).collect();
    assert_eq!(told, [("en", 4), ("vi", 3)]);
    assert_ne!(kept[1].hash, first[0].hash, "another sound has another mark");
    let sound = db.recording(&vi).await.unwrap();
    assert_eq!(sound, Some(("audio/mpeg".to_owned(), b"ID3".to_vec())));
    let removed = by_operator(4, Action::RemoveRecording);
    assert!(db.remove_recording(&vi, &removed).await.unwrap());
    assert!(!db.remove_recording(&vi, &removed).await.unwrap());
    assert_eq!(database.count("staff_audit").await, 4, "what changes nothing is not noted");
    assert_eq!(db.recording(&vi).await.unwrap(), None);
}

async fn a_point_hears_its_own_recording_before_the_shared_one(database: Database) {
    let db = database.open().await;
    let instrument = InstrumentId::parse("quick-counter").unwrap();
    let spoken = |point: Option<&str>, item: &str| Spoken {
        point: point.map(|code| PointCode::parse(code).unwrap()),
        instrument: instrument.clone(),
        item: ItemCode::parse(item).unwrap(),
        language: Language::Vi.tag().to_owned(),
    };
    let added = by_operator(1, Action::AddRecording);
    for (at, item, sound) in [
        (None, "A1", "shared 1"),
        (None, "A2", "shared 2"),
        (Some("quay-1"), "A1", "own 1"),
        (Some("quay-2"), "A2", "foreign 2"),
    ] {
        db.add_recording(&spoken(at, item), "audio/ogg", sound.as_bytes(), &added).await.unwrap();
    }
    let heard = async |at: &str| {
        let code = PointCode::parse(at).unwrap();
        let mut heard = Vec::new();
        for recorded in db.recordings_heard(&code, &instrument).await.unwrap() {
            let of = spoken(Some(at), &recorded.item);
            let (_, sound) = db.recording(&of).await.unwrap().unwrap();
            assert_eq!(i64::try_from(sound.len()).unwrap(), recorded.bytes);
            heard.push(String::from_utf8(sound).unwrap());
        }
        heard
    };
    assert_eq!(heard("quay-1").await, ["own 1", "shared 2"]);
    assert_eq!(heard("quay-2").await, ["shared 1", "foreign 2"]);
    assert_eq!(heard("quay-3").await, ["shared 1", "shared 2"]);
    let other = InstrumentId::parse("sipas").unwrap();
    assert_eq!(db.recordings_heard(&point(), &other).await.unwrap(), []);
    assert_eq!(db.recordings().await.unwrap().len(), 4);
    let removed = by_operator(2, Action::RemoveRecording);
    assert!(db.remove_recording(&spoken(Some("quay-1"), "A1"), &removed).await.unwrap());
    assert!(!db.remove_recording(&spoken(Some("quay-1"), "A2"), &removed).await.unwrap());
    assert_eq!(heard("quay-1").await, ["shared 1", "shared 2"]);
}

async fn a_centre_has_no_contact_until_it_is_set(database: Database) {
    let db = database.open().await;
    assert!(db.centre_contact(&point()).await.unwrap().is_empty());
    for (telephone, address) in [("0258 3 811 234", "1 Trần Phú"), ("", "Số 1, đường Trần Phú")]
    {
        let contact = CentreContact::parse(telephone, address, "").unwrap();
        let set = by_operator(1, Action::SetContact);
        db.set_centre_contact(&point(), &contact, &set).await.unwrap();
        assert_eq!(db.centre_contact(&point()).await.unwrap(), contact);
    }
    assert_eq!(database.count("staff_audit").await, 2);
}
