//! An index of which one component was answered by a few people says so and has no verdict.

use hailong::clock::Clock;
use serde_json::{Value, json};

use crate::support::answers::MONTH;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::submission::{self, commune, parsed};

on_both_databases![
    a_component_that_a_few_answered_alike_keeps_the_commune_from_being_told_that_it_met,
];

/// Stores 150 answers, 96 % satisfied with everything; `few` have an opinion on how
/// feedback is handled, all of them satisfied.
async fn store(database: &Database, few: u32) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    let answer = |n: u32| {
        let mut answer = submission::good();
        answer["answered_at"] = json!(format!("{MONTH}-{:02}T09:00:00+07:00", n % 28 + 1));
        let (value, last) = (if n < 6 { 2 } else { 5 }, if n >= 150 - few { 5 } else { 9 });
        answer["answers"] = json!({"A1": value, "A2": value, "A3": value, "A4": value, "A5": last});
        parsed(Clock::System.new_id(), &answer)
    };
    let all: Vec<_> = (0..150).map(answer).collect();
    for batch in all.chunks(50) {
        db.insert_responses(batch).await.unwrap();
    }
    db.close().await;
}

async fn a_component_that_a_few_answered_alike_keeps_the_commune_from_being_told_that_it_met(
    database: Database,
) {
    store(&database, 40).await;
    let app = App::spawn(database);
    let unit = commune();
    let of = format!("commune={unit}&instrument=quick-counter&period={MONTH}");
    let told: Value = app.get(&format!("/api/v1/estimates?{of}")).await.json().await.unwrap();
    let index = told["estimates"].as_array().unwrap().iter().find(|e| e["level"] == "index");
    let index = index.unwrap();
    assert!(index["low"].as_f64().unwrap() >= 0.9, "the interval is above the target: {index}");
    assert_eq!(index["verdict"], "too_few", "{index}");
    let page = app.get(&format!("/c/{unit}?period={MONTH}")).await.text().await.unwrap();
    let said = "Trong số người đã trả lời, mức hài lòng chung là ";
    assert!(page.contains(said), "{page}");
    let why = "mới có 40 người cho ý kiến, nên chưa kết luận về mức hài lòng chung.";
    assert!(page.contains(why), "{page}");
    assert!(!page.contains("Dưới 100 người trả lời:"), "150 people answered: {page}");
}
