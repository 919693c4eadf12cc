//! `hailong paper batch`: how batches of paper forms stand, from the command line.

use serde_json::Value;

use crate::support::database::{Database, on_both_databases};
use crate::support::paper::{opened, point, printed};
use crate::support::process::hailong;

on_both_databases![batches_are_listed_and_shown_and_an_unknown_one_is_told];

async fn batches_are_listed_and_shown_and_an_unknown_one_is_told(database: Database) {
    let db = database.open().await;
    let range = printed(&db, 12).await;
    opened(&db, &point(), range, 1_000).await;
    db.close().await;
    let run = |arguments: &[&str]| hailong(&[arguments, &["--database", database.url()]].concat());
    let listed = run(&["paper", "batch", "list", "--format", "csv"]);
    assert_eq!(listed.status, 0, "{listed:?}");
    let lines: Vec<&str> = listed.out.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "batch,stage,collection_point,instrument,emptied_on,sheets");
    assert_eq!(lines[1], "1,keying,22651,quick-counter@1,2026-10-05,0");
    let shown = run(&["paper", "batch", "show", "1", "--format", "json"]);
    let rows: Vec<Value> = serde_json::from_str(&shown.out).unwrap();
    let of = |name: &str| &rows.iter().find(|row| row["field"] == name).unwrap()["value"];
    assert_eq!(of("serials"), "000 000 013 – 000 000 125");
    assert_eq!((of("opened_by"), of("closed_at")), (&"lan".into(), &Value::Null));
    assert_eq!(
        (of("rekeyed"), of("decided"), of("sha256_now")),
        (&0.into(), &0.into(), &Value::Null)
    );
    let unknown = run(&["--lang", "en", "paper", "batch", "show", "7"]);
    assert_eq!(unknown.status, 1);
    assert!(unknown.err.contains("there is no batch 7 of paper forms"), "{unknown:?}");
    assert!(run(&["batch", "list", "--format", "csv"]).out.contains("unfinished"));
}
