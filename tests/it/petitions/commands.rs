//! `hailong petition` for the operator.

use hailong::staff::Role;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::Pass;
use crate::support::process::{Finished, hailong};
use crate::support::staff::Member;

on_both_databases![the_operator_lists_shows_and_counts_petitions_without_contacts];

async fn the_operator_lists_shows_and_counts_petitions_without_contacts(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let contact = [("person", "Lê Thị Bưởi"), ("consent", "yes")];
    let answered = Pass::sent(&app, &contact).await;
    let refused = Pass::sent(&app, &[("subject", "=1+1")]).await;
    lan.post(&answered.staff("acknowledge"), &[("version", "1")]).await;
    lan.post(&answered.staff("answer"), &[("version", "2"), ("answer", "Đã thêm quầy.")]).await;
    lan.post(&refused.staff("refuse"), &[("version", "1"), ("reason", "Thuộc tỉnh")]).await;
    let database = app.stop();
    let run = |arguments: &[&str]| -> Finished {
        hailong(&[&["petition"], arguments, &["--database", database.url()]].concat())
    };
    let list = run(&["list", "--format", "csv"]);
    assert_eq!(list.status, 0, "{}", list.err);
    assert!(list.out.starts_with("code,commune_code,state,received_on,due_on,subject"));
    assert!(list.out.contains(&answered.code) && list.out.contains(&refused.code));
    assert!(!list.out.contains("Bưởi"));
    let some = run(&["list", "--state", "refused", "--commune", "22651"]).out;
    assert!(some.contains(&refused.code) && !some.contains(&answered.code));
    let shown = run(&["show", &answered.code.to_lowercase(), "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    let acts: Vec<_> = shown.as_array().unwrap().iter().map(|row| row["act"].clone()).collect();
    assert_eq!(acts, ["receive", "acknowledge", "answer"]);
    assert!(run(&["show", "0000-0000"]).one_sentence().contains("hailong petition list"));
    let figures = |more: &[&str]| {
        let asked = ["figures", "--commune", "22651", "--period", "2026-10", "--format", "json"];
        run(&[&asked, more].concat())
    };
    let found: serde_json::Value = serde_json::from_str(&figures(&[]).out).unwrap();
    let row = &found[0];
    for (name, value) in [
        ("received", 2.0),
        ("left_out", 1.0),
        ("petitions", 1.0),
        ("petitions_on_time", 1.0),
        ("petitions_satisfied", 1.0),
        ("points_on_time", 6.0),
    ] {
        assert_eq!(row[name].as_f64(), Some(value), "{name}: {row}");
    }
    assert!(row["points_total"].is_null(), "no dossiers were given");
    let all = figures(&["--dossiers", "100", "--dossiers-good", "90"]);
    let found: serde_json::Value = serde_json::from_str(&all.out).unwrap();
    assert_eq!(found[0]["points_total"].as_f64(), Some(18.0));
    let wrong = figures(&["--dossiers", "1", "--dossiers-good", "2"]);
    assert!(wrong.status == 1 && wrong.one_sentence().contains("--dossiers"));
    assert_eq!(figures(&["--dossiers", "1"]).status, 2);
}
