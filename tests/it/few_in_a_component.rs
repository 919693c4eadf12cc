//! An index of which one component was answered by a few people says so and has no verdict.

use std::collections::HashMap;

use hailong::clock::Clock;
use hailong::staff::Role;
use serde_json::{Value, json};

use crate::explained::copied;
use crate::support::answers::MONTH;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::r;
use crate::support::staff::Member;
use crate::support::submission::{self, commune, parsed};

on_both_databases![
    a_component_that_a_few_answered_alike_keeps_the_commune_from_being_told_that_it_met,
    staff_read_an_index_whose_component_is_told_by_its_end_and_r_gives_it_again,
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

async fn staff_read_an_index_whose_component_is_told_by_its_end_and_r_gives_it_again(
    database: Database,
) {
    store(&database, 12).await;
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, "/").await;
    let unit = commune();
    let chosen = [("unit", unit.as_str()), ("instrument", "quick-counter"), ("period", MONTH)];
    let of = serde_urlencoded::to_string(chosen).unwrap();
    let how = async |figure: &str| {
        let answer = lan.get(&format!("/staff/results/how/{figure}?{of}")).await;
        assert_eq!(answer.status(), 200, "{figure}");
        answer.text().await.unwrap()
    };
    let few = how("component/feedback").await;
    assert!(few.contains("≥\u{a0}95\u{a0}%") && !few.contains("<code>"), "{few}");
    let index = how("index/quick-counter").await;
    let code = copied(&index, "r-counts").unwrap();
    // Four components of 96 % and one of 100 %, whose own rate no line of the page has.
    assert!(code.contains("không nêu tỷ lệ") && !code.contains("part <-"), "{code}");
    assert!(index.contains("R = (R₁ + … + R_k) / k, k = 5\nR = 0,968</pre>"), "{index}");
    let fields = [&chosen[..], &[("table", "figures"), ("format", "csv")]].concat();
    let file = lan.post("/staff/results/export", &fields).await.text().await.unwrap();
    let mut file = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let mut rows = file.deserialize().map(Result::<HashMap<String, String>, _>::unwrap);
    let row = rows.find(|row| row["level"] == "index").unwrap();
    let wanted = ["rate", "se", "low", "upp"].map(|name| row[name].parse::<f64>().unwrap());
    assert!((wanted[0] - 0.968).abs() < 1e-12, "{row:?}");
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{code}\ncat('gives', sprintf('%.17g', c(rate, se, limits)), sep = '\t')");
    let Some(said) = r::run(folder.path(), &script) else { return };
    let found = said.split_once("gives\t").unwrap().1.split('\t').map(str::trim);
    let found: Vec<f64> = found.map(|number| number.parse().unwrap()).collect();
    assert_eq!(found.len(), 4, "{said}");
    for (found, wanted) in found.iter().zip(wanted) {
        assert!((found - wanted).abs() < 1e-9, "{found} is not {wanted}");
    }
}
