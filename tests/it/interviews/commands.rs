//! Samples from the command line.

use serde_json::Value;

use crate::support::database::{Database, on_both_databases};
use crate::support::process::{Finished, hailong};
use crate::support::sample::{CODE, list};
use crate::support::submission::point;

on_both_databases![
    a_stratum_with_one_village_is_warned_of,
    a_sample_is_drawn_added_listed_assigned_and_enrolled
];

fn run(database: &Database, command: &[&str]) -> Finished {
    hailong(&[command, &["--database", database.url()]].concat())
}

fn rows(done: &Finished) -> Vec<Value> {
    assert_eq!(done.status, 0, "{done:?}");
    serde_json::from_str(&done.out).expect("a list")
}

async fn a_sample_is_drawn_added_listed_assigned_and_enrolled(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    db.close().await;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (frame, drawn) = (at("frame.csv"), at("drawn.csv"));
    std::fs::write(
        &frame,
        "stratum;psu;households_in_psu\na;A;100\na;B;50\na;C;30\nb;D;40\nb;E;60\n",
    )
    .unwrap();
    let draw = [
        "sample",
        "draw",
        &frame,
        "--psus",
        "2",
        "--households",
        "5",
        "--reserve",
        "2",
        "--seed",
        "s",
        "--out",
        &drawn,
    ];
    let done = hailong(&draw);
    assert!(done.err.contains("4 of 5 units, 28 households"), "{done:?}");
    let first = std::fs::read_to_string(&drawn).unwrap();
    hailong(&draw);
    assert_eq!(std::fs::read_to_string(&drawn).unwrap(), first, "the same seed, the same file");
    let point = point();
    let days = ["--from", "2026-11-01", "--until", "2026-11-30", "--interviewers", "2"];
    let added = |file: &str| {
        let add = ["sample", "add", file, "--code", CODE, "--point", &point, "--title", "Hộ 2026"];
        run(&database, &[&add[..], &days].concat())
    };
    let done = added(&drawn);
    assert_eq!(
        (done.status, done.out.trim()),
        (0, format!("/interview/{point}").as_str()),
        "{done:?}"
    );
    assert!(!done.err.contains("chỉ có một thôn"), "{done:?}");
    assert!(added(&drawn).one_sentence().contains(CODE), "the code is taken");
    let personal = at("personal.csv");
    std::fs::write(&personal, list().replacen("reserve", "Họ tên chủ hộ", 1)).unwrap();
    let refused = added(&personal);
    assert_eq!(refused.status, 1, "{refused:?}");
    assert!(
        refused.err.contains(":1:4: Cột “Họ tên chủ hộ” có thể cho biết ai sống ở đó"),
        "{refused:?}"
    );
    let listed = rows(&run(&database, &["sample", "list", "--format", "json"]));
    let listed: Vec<_> = listed.iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert_eq!(listed, [CODE]);
    let shown = rows(&run(&database, &["sample", "show", CODE, "--format", "json"]));
    assert_eq!((shown.len(), &shown[0]["issued"], &shown[0]["waiting"]), (4, &5.into(), &5.into()));
    let village = shown[0]["psu"].as_str().unwrap();
    let assign = run(&database, &["sample", "assign", CODE, "--village", village, "--to", "2"]);
    assert!(assign.err.contains("7 households"), "{assign:?}");
    assert_eq!(run(&database, &["sample", "assign", CODE, "--evenly"]).status, 0);
    for wrong in [
        &["assign", CODE, "--village", "nowhere", "--to", "1"][..],
        &["assign", CODE, "--village", village, "--to", "9"],
        &["show", "nothing"],
        &["enrol", CODE, "--interviewer", "3"],
    ] {
        run(&database, &[&["sample"], wrong].concat()).one_sentence();
    }
    let told =
        rows(&run(&database, &["sample", "enrol", CODE, "--interviewer", "2", "--format", "json"]));
    assert!(
        told[0]["address"].as_str().unwrap().starts_with(&format!("/interview/{point}#enrol="))
    );
    run(&database, &["sample", "export", CODE, "--out", &at("none.csv")]).one_sentence();
}

async fn a_stratum_with_one_village_is_warned_of(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    db.close().await;
    let folder = tempfile::tempdir().unwrap();
    let alone = folder.path().join("alone.csv").to_str().unwrap().to_owned();
    std::fs::write(
        &alone,
        "stratum,psu,household,psus_in_stratum,households_in_psu\nx,A,1,2,10\nx,A,2,2,10\n",
    )
    .unwrap();
    let point = point();
    let days = ["--from", "2026-11-01", "--until", "2026-11-30", "--interviewers", "2"];
    let add = ["sample", "add", &alone, "--code", "alone", "--point", &point, "--title", "Hộ"];
    let warned = run(&database, &[&add[..], &days].concat());
    assert!(warned.status == 0 && warned.err.contains("tầng x chỉ có một thôn"), "{warned:?}");
}
