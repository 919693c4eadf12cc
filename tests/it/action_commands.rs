//! `hailong action`: improvement actions from the command line.

use hailong::staff::audit::Action;
use serde_json::Value;
use surveys::action::{Origin, Status, TABLE_COLUMNS};

use crate::support::action::{columns, event, opened};
use crate::support::database::{Database, on_both_databases};
use crate::support::process::hailong;

on_both_databases![actions_are_listed_by_commune_and_status_in_every_form];

async fn actions_are_listed_by_commune_and_status_in_every_form(database: Database) {
    let db = database.open().await;
    let late = opened(&db, "22651", columns("=Niêm yết\nthủ tục", "1/1/2020"), Origin::Own).await;
    opened(&db, "00004", columns("Thêm ghế", ""), Origin::Comment { id: "k7".into() }).await;
    let moved = event(2_000, Action::MoveAction);
    db.move_action(&late, Status::UnderWay, "", &moved).await.unwrap();
    db.close().await;
    let run = |arguments: &[&str]| hailong(&[arguments, &["--database", database.url()]].concat());
    let listed = run(&["action", "list", "--format", "json"]);
    assert_eq!(listed.status, 0, "{listed:?}");
    let rows: Vec<Value> = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0]["status"], &rows[0]["due"]), (&"under-way".into(), &"2020-01-01".into()));
    let days: i64 = rows[0]["overdue_days"].as_str().unwrap().parse().unwrap();
    assert!(days > 2_000, "{days}");
    assert_eq!((&rows[1]["origin"], &rows[1]["source"]), (&"comment".into(), &"k7".into()));
    let csv = run(&["action", "list", "--commune", "22651", "--format", "csv"]);
    let mut file = csv::Reader::from_reader(csv.out.as_bytes());
    assert_eq!(file.headers().unwrap().iter().collect::<Vec<_>>(), TABLE_COLUMNS);
    let row = file.records().next().unwrap().unwrap();
    assert_eq!(&row[7], "'=Niêm yết\nthủ tục", "no formula");
    let open = run(&["action", "list", "--status", "open"]);
    assert!(open.out.contains("Thêm ghế") && !open.out.contains("Niêm yết"), "{open:?}");
    let unknown = run(&["--lang", "en", "action", "list", "--commune", "99999"]);
    assert_eq!(unknown.status, 1);
    assert!(unknown.err.contains("there is no commune with the code 99999"), "{unknown:?}");
    assert_eq!(run(&["action", "list", "--status", "late"]).status, 2);
}
