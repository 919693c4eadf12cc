//! Tablets, opening hours and recordings from the command line.

use hailong::store::enrolment::{EnrolmentCode, Token};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::database::{Database, on_both_databases};
use crate::support::language::{self, TAG};
use crate::support::process::{Finished, hailong};
use crate::support::submission::{good, new_id, point};

on_both_databases![
    a_tablet_is_enrolled_listed_and_revoked,
    the_file_of_a_tablet_goes_in_once,
    opening_hours_are_shown_and_set,
    fields_and_advance_are_shown_and_set,
    recordings_are_added_listed_and_removed,
    a_contact_is_shown_and_set,
];

async fn filled(database: &Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    db.close().await;
}

fn run(database: &Database, command: &[&str]) -> Finished {
    hailong(&[command, &["--database", database.url()]].concat())
}

fn rows(done: &Finished) -> Vec<Value> {
    assert_eq!(done.status, 0, "{done:?}");
    serde_json::from_str(&done.out).expect("a list")
}

/// A tablet that changed its code for a token.
async fn enrolled(database: &Database) -> Uuid {
    let point = point();
    let enrol = ["device", "enrol", "--point", &point, "--name", "Quầy 1", "--format", "json"];
    let told = rows(&run(database, &enrol)).remove(0);
    let code = told["code"].as_str().unwrap();
    assert_eq!(told["address"], format!("/kiosk/{point}#enrol={code}"));
    assert!((4..=8).contains(&told["pin"].as_str().unwrap().len()), "{told}");
    let db = database.open().await;
    let (id, now) = (Uuid::from_u128(1), hailong::clock::Clock::System.now());
    let code = EnrolmentCode::typed(code).unwrap();
    let device = db.enrol(&code, id, &Token::new([[1; 16]; 2]), None, now).await.unwrap();
    assert_eq!(device.unwrap().0.name, "Quầy 1");
    db.close().await;
    id
}

async fn a_tablet_is_enrolled_listed_and_revoked(database: Database) {
    filled(&database).await;
    let id = enrolled(&database).await.to_string();
    let list = ["device", "list", "--format", "json"];
    let listed = rows(&run(&database, &list)).remove(0);
    assert_eq!((&listed["device_id"], &listed["alarms"]), (&json!(id), &json!("")));
    assert_eq!(listed["queued"], Value::Null, "it has told nothing yet");
    assert_eq!(run(&database, &["device", "revoke", &id]).status, 0);
    assert!(rows(&run(&database, &list))[0]["revoked_at"].is_string());
    assert!(run(&database, &["device", "revoke", &id]).one_sentence().contains("thu hồi từ trước"));
    let nobody = Uuid::from_u128(9).to_string();
    run(&database, &["device", "revoke", &nobody]).one_sentence();
    let nowhere = ["device", "enrol", "--point", "nowhere", "--name", "x"];
    assert!(run(&database, &nowhere).one_sentence().contains("nowhere"));
    let point = point();
    for pin in ["123", "123456789", "12a4"] {
        let enrol = ["device", "enrol", "--point", &point, "--name", "x", "--pin", pin];
        assert_eq!(run(&database, &enrol).status, 2, "{pin}");
    }
}

async fn the_file_of_a_tablet_goes_in_once(database: Database) {
    filled(&database).await;
    let id = enrolled(&database).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queue.ndjson");
    let path = file.to_str().unwrap();
    let line = |response_id: &str| {
        let mut line = good();
        line["response_id"] = json!(response_id);
        line["channel"] = json!("kiosk");
        line.to_string()
    };
    let (first, second) = (new_id(), new_id());
    let head = json!({"device_id": id, "clock_lead_seconds": 0});
    let lines = [head.to_string(), line(&first), line(&second)].join("\n");
    std::fs::write(&file, &lines).unwrap();
    for told in ["đã lưu 2, đã có từ trước 0", "đã lưu 0, đã có từ trước 2"] {
        let done = run(&database, &["device", "import", path]);
        assert_eq!(done.status, 0, "{done:?}");
        assert!(done.err.contains(told), "{done:?}");
    }
    let sql = "select count(*) from responses where device_id is not null";
    assert_eq!(database.backdoor().await.number(sql).await, 2);
    std::fs::write(&file, format!("{lines}\n{{broken\n{}\n", line("nonsense"))).unwrap();
    let done = run(&database, &["device", "import", path]);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(done.err.contains("bỏ ra 2") && done.err.contains("dòng 4"), "{done:?}");
    std::fs::write(&file, line(&first)).unwrap();
    assert!(
        run(&database, &["device", "import", path]).one_sentence().contains("màn hình bảo trì")
    );
}

async fn opening_hours_are_shown_and_set(database: Database) {
    filled(&database).await;
    let point = point();
    assert_eq!(run(&database, &["point", "hours", &point]).out, "always\n");
    let set = run(&database, &["point", "hours", &point, "Mon-Tue 07:00-11:30"]);
    assert_eq!(set.out, "Mon 07:00-11:30; Tue 07:00-11:30\n", "{set:?}");
    assert_eq!(run(&database, &["point", "hours", &point]).out, set.out);
    let bad = run(&database, &["point", "hours", &point, "Mon 7-11"]);
    assert!(bad.one_sentence().contains("Mon 7-11"));
    run(&database, &["point", "hours", "nowhere"]).one_sentence();
}

async fn fields_and_advance_are_shown_and_set(database: Database) {
    filled(&database).await;
    let point = point();
    assert_eq!(run(&database, &["point", "fields", &point]).out, "");
    let set = run(&database, &["point", "fields", &point, "Hộ tịch", "Đất đai"]);
    assert_eq!(set.out, "Hộ tịch\nĐất đai\nKhác\n", "{set:?}");
    assert_eq!(run(&database, &["point", "fields", &point]).out, set.out);
    let long = "ậ".repeat(41);
    assert!(run(&database, &["point", "fields", &point, &long]).one_sentence().contains("40"));
    assert_eq!(run(&database, &["point", "fields", &point]).out, set.out, "nothing was lost");
    assert_eq!(run(&database, &["point", "fields", &point, "--none"]).out, "");
    assert_eq!(run(&database, &["point", "advance", &point]).out, "off\n");
    for set in ["on", "on", "off"] {
        assert_eq!(run(&database, &["point", "advance", &point, set]).out, format!("{set}\n"));
    }
    for command in ["fields", "advance"] {
        run(&database, &["point", command, "nowhere"]).one_sentence();
    }
}

async fn recordings_are_added_listed_and_removed(database: Database) {
    filled(&database).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a1.ogg");
    let path = file.to_str().unwrap();
    std::fs::write(&file, b"OggS....").unwrap();
    assert_eq!(run(&database, &["recording", "add", "A1", path]).status, 0);
    let listed = rows(&run(&database, &["recording", "list", "--format", "json"]));
    assert_eq!((&listed[0]["item"], &listed[0]["bytes"]), (&json!("A1"), &json!(8)));
    std::fs::write(&file, vec![b'O'; 60 * 1024 + 1]).unwrap();
    assert!(run(&database, &["recording", "add", "A1", path]).one_sentence().contains("60 KB"));
    std::fs::write(&file, b"<html>").unwrap();
    assert!(run(&database, &["recording", "add", "A1", path]).one_sentence().contains("MP3"));
    run(&database, &["recording", "add", "Z9", path]).one_sentence();
    std::fs::write(&file, b"OggS....").unwrap();
    let spoken = ["recording", "add", "A1", path, "--spoken", TAG];
    assert!(run(&database, &spoken).one_sentence().contains("hailong language list"));
    let languages = tempfile::tempdir().unwrap();
    language::write(languages.path(), |file| file);
    let folder = languages.path().to_str().unwrap();
    let added = run(&database, &[&spoken[..], &["--languages", folder]].concat());
    assert_eq!(added.status, 0, "{added:?}");
    assert_eq!(run(&database, &["recording", "remove", "A1", "--spoken", TAG]).status, 0);
    assert_eq!(run(&database, &["recording", "remove", "A1"]).status, 0);
    run(&database, &["recording", "remove", "A1"]).one_sentence();
    std::fs::write(&file, b"OggS own").unwrap();
    let point = point();
    let own = ["recording", "add", "A1", path, "--point", &point];
    assert_eq!(run(&database, &own).status, 0);
    let listed = rows(&run(&database, &["recording", "list", "--format", "json"]));
    assert_eq!(listed[0]["collection_point"], json!(point));
    run(&database, &["recording", "remove", "A1"]).one_sentence();
    assert_eq!(run(&database, &["recording", "remove", "A1", "--point", &point]).status, 0);
    run(&database, &["recording", "add", "A1", path, "--point", "nowhere"]).one_sentence();
}

async fn a_contact_is_shown_and_set(database: Database) {
    filled(&database).await;
    let point = point();
    assert_eq!(run(&database, &["point", "contact", &point]).out, "");
    let set =
        ["point", "contact", &point, "--telephone", "0258 3 811 234", "--note", "Giờ làm việc"];
    assert_eq!(run(&database, &set).out, "0258 3 811 234\nGiờ làm việc\n");
    let changed = run(&database, &["point", "contact", &point, "--address", "1 Trần Phú"]);
    assert_eq!(changed.out, "0258 3 811 234\n1 Trần Phú\nGiờ làm việc\n", "the rest stays");
    let bad = run(&database, &["point", "contact", &point, "--telephone", "gọi bà Lan"]);
    assert!(bad.one_sentence().contains("chữ số"), "{bad:?}");
    assert_eq!(run(&database, &["point", "contact", &point]).out, changed.out, "nothing was lost");
    assert_eq!(run(&database, &["point", "contact", &point, "--none"]).out, "");
    run(&database, &["point", "contact", "nowhere"]).one_sentence();
}
