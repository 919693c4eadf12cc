//! A version that keeps the ratings of a former one: changes and lines over months go on
//! from that one's figures, R computes them again, and whoever reads them is told.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use hailong::staff::Role;
use serde_json::{Value, json};
use surveys::catalog;

use super::{Pieces, mixed, store_at, store_in};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::process::hailong;
use crate::support::staff::Member;

on_both_databases![a_change_and_a_trend_go_on_from_the_version_that_is_continued];

const KEEPS: &str = "Phiên bản 2 của phiếu giữ nguyên các câu đánh giá của phiên bản 1";

async fn a_change_and_a_trend_go_on_from_the_version_that_is_continued(database: Database) {
    let [first, second] =
        [1, 2].map(|version| catalog::instrument("quick-counter", Some(version)).unwrap());
    for (instrument, month, count) in [
        (first, "2026-06", 140),
        (first, "2026-07", 130),
        (first, "2026-08", 150),
        (second, "2026-09", 160),
    ] {
        store_in(month, &database, instrument, 0, count, mixed).await;
    }
    // In the month of the change both were answered.
    let last_days = (0..40).map(|n| format!("2026-08-31T20:{n:02}:00+07:00"));
    store_at(last_days.collect(), &database, second, 0, mixed).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("phieu.csv");
    let export = ["export", "--raw", "--instrument", "quick-counter@2", "--out"];
    let place = [file.to_str().unwrap(), "--database", database.url()];
    assert_eq!(hailong(&[&export[..], &place].concat()).status, 0);

    let app = App::spawn(database);
    let commune = catalog::plans()[0].commune_code.as_str();
    let read = async |address: String| -> Value { app.get(&address).await.json().await.unwrap() };
    let of = |version: u32, month: &str| {
        format!("commune={commune}&instrument=quick-counter@{version}&period={month}")
    };
    let index = async |version, month| {
        read(format!("/api/v1/estimates/index/quick-counter?{}", of(version, month))).await
    };
    let now = read(format!("/api/v1/estimates?{}", of(2, "2026-09"))).await;
    let change = &now["change"];
    assert_eq!((&change["since"]["code"], &change["version"]), (&json!("2026-08"), &json!(1)));
    let changes = change["estimates"].as_array().unwrap();
    assert!(changes.len() >= 11, "the index, every component and every rating: {changes:?}");
    let then = read(format!("/api/v1/estimates?{}", of(1, "2026-08"))).await;
    let rates = [&then, &now].map(|told| {
        let estimates = told["estimates"].as_array().unwrap();
        let index = estimates.iter().find(|estimate| estimate["level"] == "index");
        index.and_then(|index| index["rate"].as_f64()).unwrap()
    });
    let later = index(2, "2026-09").await;
    let told = changes.iter().find(|c| c["level"] == "index").unwrap();
    assert!((told["change"].as_f64().unwrap() - (rates[1] - rates[0])).abs() < 1e-12, "{told}");
    let trend = &later["trend"];
    assert_eq!(trend["months"], json!(["2026-06", "2026-07", "2026-08", "2026-09"]));
    let sentence = trend["sentence"]["vi"].as_str().unwrap();
    assert!(sentence.contains(KEEPS), "{sentence}");
    // Of the month of the change each version has its own figures, never both together.
    let asked = async |version| {
        let own = read(format!("/api/v1/estimates?{}", of(version, "2026-08"))).await;
        let items = own["estimates"].as_array().unwrap();
        items.iter().find(|e| e["code"] == "A1").unwrap()["asked"].as_u64()
    };
    assert_eq!((asked(1).await, asked(2).await), (Some(150), Some(40)));
    let zip = app.get(&format!("/api/v1/exports/hailong_{commune}_2026-08.zip")).await;
    let mut zip = zip::ZipArchive::new(Cursor::new(zip.bytes().await.unwrap())).unwrap();
    let mut results = String::new();
    zip.by_name("ket-qua.csv").unwrap().read_to_string(&mut results).unwrap();
    let mut csv = csv::Reader::from_reader(results.trim_start_matches('\u{feff}').as_bytes());
    let place = csv.headers().unwrap().iter().position(|name| name == "phien_ban").unwrap();
    let versions: BTreeSet<String> = csv.records().map(|row| row.unwrap()[place].into()).collect();
    assert_eq!(versions, BTreeSet::from(["1".to_owned(), "2".to_owned()]));

    let page = app.get(&format!("/c/{commune}?period=2026-09")).await.text().await.unwrap();
    let (_, section) = page.split_once("id=\"trend\"").expect("the months");
    assert!(section.contains("08/2026 (phiên bản 1)"), "{section}");
    assert!(section.contains("09/2026 (phiên bản 2)"), "{section}");
    assert!(section.contains("instrument=quick-counter%401"), "{section}");
    assert!(page.matches(KEEPS).count() >= 2, "under the change and under the trend: {page}");
    let how =
        format!("/c/{commune}/how/component/access?instrument=quick-counter@2&period=2026-09");
    let how = app.get(&how).await.text().await.unwrap();
    assert!(how.matches(KEEPS).count() >= 2, "{how}");
    let mut pieces = Pieces::default();
    pieces.collect(&app, folder.path(), second, commune).await;
    assert!(pieces.changes.values().sum::<u32>() >= 11, "{:?}", pieces.changes);
    assert!(pieces.trends >= 6, "{}", pieces.trends);

    // The same for staff.
    let unit = surveys::unit::commune(commune).unwrap();
    let scope = format!("/{}/{commune}/", unit.province);
    let lan = Member::signed_in(&app, "lan", Role::Leader, &scope).await;
    let seen = format!("/staff/results?unit={commune}&period=2026-09&instrument=quick-counter@2");
    let seen = lan.get(&seen).await.text().await.unwrap();
    assert!(seen.contains("So với tháng 8/2026 (phiên bản 1)"), "{seen}");
    assert!(seen.contains(KEEPS) && seen.contains("06/2026 (phiên bản 1)"), "{seen}");
    let fields = [
        ("unit", commune),
        ("instrument", "quick-counter@2"),
        ("period", "2026-09"),
        ("table", "trend"),
        ("format", "csv"),
    ];
    let file = lan.post("/staff/results/export", &fields).await.text().await.unwrap();
    let mut csv = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let names = csv.headers().unwrap().clone();
    let cells = ["version", "period"].map(|n| names.iter().position(|name| name == n).unwrap());
    let months: Vec<String> = csv
        .records()
        .map(Result::unwrap)
        .map(|row| cells.map(|place| row[place].to_owned()).join(" "))
        .collect();
    assert_eq!(months, ["1 2026-06", "1 2026-07", "1 2026-08", "2 2026-09"]);
    drop(app.stop());
    pieces.run(folder.path());
}
