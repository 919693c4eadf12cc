//! A store with known answers in it.

use std::ops::Range;

use hailong::clock::Clock;
use hailong::store::Db;
use hailong::store::responses::{MAX_BATCH, NewResponse};
use serde_json::{Value, json};

use super::database::Database;
use super::submission::parsed;

/// The month that [`month`] fills.
pub(crate) const MONTH: &str = "2026-09";

/// Stores `count` answers to the quick survey at `point`, spread over September
/// 2026: two thirds by QR code, most of the rest on a tablet, one in twenty on
/// paper. Who answers what depends on nothing but the number of the answer.
pub(crate) async fn month(database: &Database, point: &str, count: u32) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.expect("the first points are added");
    add(&db, point, 0..count).await;
    db.close().await;
}

/// The same with the answers of these `numbers`, in a store that is open.
pub(crate) async fn add(db: &Db, point: &str, numbers: Range<u32>) {
    add_in(db, point, MONTH, numbers).await;
}

/// The same in another month.
pub(crate) async fn add_in(db: &Db, point: &str, month: &str, numbers: Range<u32>) {
    let all: Vec<NewResponse> =
        numbers.map(|n| parsed(Clock::System.new_id(), &answer(point, month, n))).collect();
    for batch in all.chunks(MAX_BATCH) {
        db.insert_responses(batch).await.expect("they are stored");
    }
}

fn answer(point: &str, month: &str, n: u32) -> Value {
    let channel = match n % 20 {
        0..=12 => "qr",
        19 => "paper",
        _ => "kiosk",
    };
    // A small generator of its own, so that the figures are the same everywhere.
    let draw = |item: u32| (n * 7_919 + item * 104_729) % 1_000 / 7 % 100;
    let scored = |item: u32, hard: u32| match draw(item) {
        0..=2 => json!(null),
        3..=6 => json!(9),
        d if d < hard => json!(d % 3 + 1),
        d => json!(d % 2 + 4),
    };
    json!({
        "instrument": "quick-counter",
        "version": 1,
        "collection_point": point,
        "channel": channel,
        "answered_at": format!("{month}-{:02}T{:02}:15:00+07:00", n % 30 + 1, n % 9 + 8),
        "answers": {
            "A1": scored(1, 12), "A2": scored(2, 24), "A3": scored(3, 9),
            "A4": scored(4, 16), "A5": scored(5, 34),
            "N1": [n % 7 + 1],
        },
    })
}
