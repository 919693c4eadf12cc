//! Published results of two versions of which one keeps the ratings of the other.

use std::io::{Cursor, Read};

use hailong::clock::Clock;
use serde_json::json;

use super::withdrawing::withdraw;
use super::{SEPTEMBER, citizen, leader, publish, told};
use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::submission::parsed;

on_both_databases![
    what_a_version_continues_is_compared_once_both_are_published,
    a_package_names_the_version_whose_results_were_taken_back,
];

const SECOND: &str = "/staff/publishing/22651/quick-counter@2/2026-09";
const AUGUST: &str = "/staff/publishing/22651/quick-counter@1/2026-08";
const KEEPS: &str = "Phiên bản 2 của phiếu giữ nguyên các câu đánh giá của phiên bản 1";

/// Stores `count` answers of September to the second version.
async fn second(database: &Database, count: u32) {
    let db = database.open().await;
    for n in 0..count {
        let value = if n % 4 == 0 { 2 } else { 5 };
        let answer = json!({
            "instrument": "quick-counter", "version": 2, "collection_point": "22651",
            "channel": "qr", "answered_at": format!("{MONTH}-{:02}T09:30:00+07:00", n % 28 + 1),
            "answers": {"A1": value, "A2": 4, "A3": value, "A4": 5, "A5": value},
        });
        db.insert_responses(&[parsed(Clock::System.new_id(), &answer)]).await.unwrap();
    }
    db.close().await;
}

async fn what_a_version_continues_is_compared_once_both_are_published(database: Database) {
    answers::month(&database, "22651", 0).await;
    let db = database.open().await;
    answers::add_in(&db, "22651", "2026-08", 0..140).await;
    db.close().await;
    second(&database, 120).await;
    let app = App::by_decision(database);
    let hoa = leader(&app).await;
    let page = format!("/c/22651?period={MONTH}");
    assert_eq!(publish(&hoa, SECOND, "").await, 303);
    assert!(!citizen(&app, &page).await.contains(KEEPS));
    assert!(told(&app, MONTH).await["change"].is_null(), "August waits: nothing of it is told");
    assert_eq!(publish(&hoa, AUGUST, "").await, 303);
    let change = &told(&app, MONTH).await["change"];
    assert_eq!((&change["version"], &change["since"]["code"]), (&json!(1), &json!("2026-08")));
    assert!(citizen(&app, &page).await.contains(KEEPS));
    assert_eq!(withdraw(&hoa, AUGUST, "nhầm tháng").await, 303);
    assert!(told(&app, MONTH).await["change"].is_null(), "what was taken back is compared no more");
    assert!(!citizen(&app, &page).await.contains(KEEPS));
}

async fn a_package_names_the_version_whose_results_were_taken_back(database: Database) {
    answers::month(&database, "22651", 150).await;
    second(&database, 120).await;
    let app = App::by_decision(database);
    let hoa = leader(&app).await;
    let read_me = async || {
        let zip = app.get(&format!("/api/v1/exports/hailong_22651_{MONTH}.zip")).await;
        let bytes = zip.bytes().await.unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        zip.by_name("DOC-TRUOC.txt").unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let left_out = "- KHÔNG CÓ trong gói này: Khảo sát nhanh sau khi làm thủ tục (mã quick-counter, phiên bản 1): ";
    assert_eq!(publish(&hoa, SECOND, "").await, 303);
    let waits = read_me().await;
    assert!(waits.contains(&format!("{left_out}có phiếu trả lời nhưng")), "{waits}");
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    assert!(!read_me().await.contains(left_out));
    assert_eq!(withdraw(&hoa, SEPTEMBER, "Nhầm điểm khảo sát").await, 303);
    let gone = read_me().await;
    let said = "kết quả kỳ này đã được thu hồi ngày 15/10/2026 (quyết định lần 2). Lý do: Nhầm điểm khảo sát";
    assert!(gone.contains(&format!("{left_out}{said}")), "{gone}");
    assert!(gone.contains("(mã quick-counter, phiên bản 2)"), "{gone}");
}
