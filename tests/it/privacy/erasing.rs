//! Whoever has a receipt sees what is held of their response and takes it back; whoever
//! guesses has to wait; staff do it for those who ask, within their scope.

use hailong::staff::Role;
use serde_json::{Value, json};

use crate::support::answers;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::{Pass, post};
use crate::support::staff::Member;
use crate::support::submission::{commune, good, good_but, new_id, point};

on_both_databases![
    whoever_has_the_receipt_sees_what_is_held_and_takes_it_back,
    figures_are_made_anew_without_what_was_taken_back,
    a_wrong_receipt_and_an_unknown_one_are_told_alike_and_slow_down,
    staff_take_a_response_back_within_their_scope_and_it_is_noted,
    everything_held_of_a_petition_is_given_to_its_sender,
];

const ERASE: &str = "/privacy/erase";

/// The commune of the responses, as a scope.
fn scope() -> String {
    let commune = surveys::unit::commune(&commune()).unwrap();
    format!("/{}/{}/", commune.province, commune.code)
}

async fn ask(app: &App, receipt: &str, act: &str) -> (u16, String) {
    let answer = post(app, ERASE, &[("receipt", receipt), ("act", act)]).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn audited(app: &App) -> Vec<String> {
    let backdoor = app.database().backdoor().await;
    let sql = "select who || ' ' || scope || ' ' || subject from staff_audit
        where action = 'withdraw-response' order by seq";
    let lines = backdoor.texts(sql).await;
    backdoor.close().await;
    lines
}

async fn whoever_has_the_receipt_sees_what_is_held_and_takes_it_back(database: Database) {
    let app = App::spawn(database);
    let id = new_id();
    let receipt = app.put(&id, &good()).await.receipt();
    let (status, page) = ask(&app, &receipt.to_lowercase().replace('-', " "), "").await;
    assert_eq!(status, 200);
    for said in [&*receipt, "05/10/2026", "có, chưa ai xem", "Rút và xóa phiếu này"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Nhanh, gọn"), "what was written is not shown");

    let file = post(&app, ERASE, &[("receipt", &receipt), ("act", "json")]).await;
    assert_eq!(file.headers()["cache-control"], "no-store");
    let name = format!("attachment; filename=\"hailong-{receipt}.json\"");
    assert_eq!(file.headers()["content-disposition"], name.as_str());
    let held: Value = file.json().await.unwrap();
    assert_eq!(held["answered_on"], "2026-10-05");
    assert_eq!(held["answered_items"], json!(["A1", "A2", "A3", "N1"]));
    assert_eq!((&held["has_comment"], &held["counts"]), (&json!(true), &json!(true)));
    assert!(!held.to_string().contains("Nhanh"), "{held}");

    let (status, done) = ask(&app, &receipt, "withdraw").await;
    assert!(status == 200 && done.contains("Đã rút phiếu"), "{done}");
    let (status, again) = ask(&app, &receipt, "withdraw").await;
    assert!(status == 200 && again.contains("Đã rút phiếu"), "a second click is harmless");
    let (status, left) = ask(&app, &receipt, "").await;
    assert!(status == 200 && left.contains("Phiếu này đã được rút"), "{left}");
    assert!(!left.contains("Rút và xóa phiếu này"), "{left}");
    assert_eq!(audited(&app).await, [format!("(citizen) {}{}/ ", scope(), point())]);
    // The tablet that sends it once more is told what it was told.
    let repeated = app.put(&id, &good()).await;
    assert_eq!((repeated.status, repeated.receipt()), (200, receipt));
    let backdoor = app.database().backdoor().await;
    let documents = backdoor.texts("select document from responses").await.concat();
    assert!(documents.contains(r#""answers":{}"#) && !documents.contains("Nhanh"), "{documents}");
    backdoor.close().await;
}

async fn figures_are_made_anew_without_what_was_taken_back(database: Database) {
    answers::month(&database, &point(), 40).await;
    let app = App::spawn(database);
    let submission = good_but("answered_at", json!("2026-09-14T09:30:00+07:00"));
    let receipt = app.put(&new_id(), &submission).await.receipt();
    let path =
        format!("/api/v1/estimates?commune={}&instrument=quick-counter&period=2026-09", commune());
    let counted = async || app.get(&path).await.text().await.unwrap();
    let before = counted().await;
    assert!(before.contains("41"), "{before}");
    assert_eq!(ask(&app, &receipt, "withdraw").await.0, 200);
    let after = counted().await;
    assert_ne!(after, before);
    assert!(after.contains("\"responses\":40") || after.contains("40"), "{after}");
}

async fn a_wrong_receipt_and_an_unknown_one_are_told_alike_and_slow_down(database: Database) {
    let app = App::spawn(database);
    let receipt = app.put(&new_id(), &good()).await.receipt();
    let other = if receipt == "0000-0000" { "0000-0001" } else { "0000-0000" };
    let (status, unknown) = ask(&app, other, "withdraw").await;
    let (also, wrong) = ask(&app, "không phải mã", "withdraw").await;
    assert_eq!((status, also), (422, 422));
    assert_eq!(unknown.replace(other, "x"), wrong.replace("không phải mã", "x"));
    for odd in ["", "' or 1=1", "\0", "7KQ2M4XDX", "<script>"] {
        assert_eq!(ask(&app, odd, "").await.0, 422, "{odd:?}");
    }
    // A second try at once has to wait, the right one too; then it opens.
    assert_eq!(ask(&app, &receipt, "").await.0, 429);
    app.pass_minutes(1);
    assert_eq!(ask(&app, &receipt, "").await.0, 200);
    let mut tried = 0;
    for _ in 0..150 {
        app.pass_minutes(1);
        tried += u32::from(ask(&app, other, "").await.0 == 422);
    }
    assert_eq!(tried, 100, "a script comes to a hundred in a day");
    let (status, said) = ask(&app, &receipt, "").await;
    assert!(status == 429 && said.contains("ngày mai"), "{said}");
    app.pass_minutes(24 * 60);
    assert_eq!(ask(&app, &receipt, "").await.0, 200);
    assert_eq!(audited(&app).await, Vec::<String>::new());
    let long = "x".repeat(40_000);
    assert_eq!(ask(&app, &long, "").await.0, 422, "too much to be a receipt");
}

async fn staff_take_a_response_back_within_their_scope_and_it_is_noted(database: Database) {
    const STAFF: &str = "/staff/erase";
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &scope()).await;
    let foreign = Member::signed_in(&app, "hoa", Role::CentreStaff, "/01/00004/").await;
    let receipt = app.put(&new_id(), &good()).await.receipt();
    assert_eq!(lan.get(STAFF).await.status(), 200);
    let told = async |member: &Member<'_>, receipt: &str, asked: &str| {
        let fields = [("receipt", receipt), ("asked", asked)];
        let answer = member.post(STAFF, &fields).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, page) = told(&lan, &receipt, "").await;
    assert!(status == 422 && page.contains("href=\"#asked\""), "nobody asked: {page}");
    let (status, page) = told(&foreign, &receipt, "yes").await;
    assert!(status == 422 && page.contains("Chưa tìm thấy phiếu"), "another's: {page}");
    let (status, page) = told(&lan, "0000-0000", "yes").await;
    assert!(status == 422 && page.contains("Chưa tìm thấy phiếu"), "{page}");
    assert_eq!(audited(&app).await, Vec::<String>::new());
    let (status, page) = told(&lan, &receipt, "yes").await;
    assert!(status == 200 && page.contains("Đã rút phiếu"), "{page}");
    // Not a second click: that gets the answer of the first.
    let (status, page) = told(&lan, &receipt.replace('-', " "), "yes").await;
    assert!(status == 422 && page.contains("đã được rút rồi"), "{page}");
    assert_eq!(audited(&app).await, [format!("lan {}{}/ ", scope(), point())]);
}

async fn everything_held_of_a_petition_is_given_to_its_sender(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "thuytrang", Role::CentreStaff, "/56/22651/").await;
    let contact = [("person", "Lê Thị Bưởi"), ("phone", "0905 123 456"), ("consent", "yes")];
    let pass = Pass::sent(&app, &contact).await;
    lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
    let (status, file) = pass.look(&app, &[("act", "json")]).await;
    assert_eq!(status, 200);
    let held: Value = serde_json::from_str(&file).unwrap();
    assert_eq!(held["text"], "Tôi chờ 45 phút.");
    assert_eq!(held["contact"]["phone"], "0905 123 456");
    assert_eq!(held["history"].as_array().unwrap().len(), 2);
    assert!(!file.contains("thuytrang"), "who of the staff acted is not theirs to have");
    pass.look(&app, &[("act", "erase")]).await;
    let (_, file) = pass.look(&app, &[("act", "json")]).await;
    let held: Value = serde_json::from_str(&file).unwrap();
    assert_eq!(held["contact"], Value::Null);
    assert!(!file.contains("Bưởi"), "{file}");
}
