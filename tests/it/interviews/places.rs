//! How many responses a village takes, those that are set aside, a sample that is withdrawn.

use serde_json::json;

use super::{told, with_sample};
use crate::support::app::{Answer, App, NOW};
use crate::support::database::{Database, on_both_databases};
use crate::support::device::{self, Tablet};
use crate::support::process::{Finished, hailong};
use crate::support::sample::{self, CODE, response, sync, tablet};
use crate::support::submission::{commune, new_id};

on_both_databases![
    a_village_takes_one_response_for_each_household_to_visit,
    of_two_that_come_at_once_for_the_last_household_one_is_taken,
    what_is_set_aside_stays_stored_counts_no_more_and_makes_room,
    a_sample_without_responses_is_withdrawn_and_is_nowhere_any_more,
];

async fn put(app: &App, tablet: &Tablet, psu: &str) -> Answer {
    tablet.put(app, &new_id(), &response("núi", psu, 4), NOW).await
}

async fn a_village_takes_one_response_for_each_household_to_visit(database: Database) {
    let app = with_sample(database, 1).await;
    let tablet = tablet(&app, 1).await;
    let first = new_id();
    let of_nam = response("núi", "Nam", 4);
    assert_eq!(tablet.put(&app, &first, &of_nam, NOW).await.status, 201);
    for n in 2..=10 {
        assert_eq!(put(&app, &tablet, "Nam").await.status, 201, "{n} of 10 households");
    }
    let over = put(&app, &tablet, "Nam").await;
    let said = [("no-household-left".to_owned(), "/sample/psu".to_owned())];
    assert_eq!(over.problem(422, "submission-rejected"), said);
    assert_eq!(tablet.put(&app, &first, &of_nam, NOW).await.status, 200, "it has its place");
    assert_eq!(put(&app, &tablet, "Bắc").await.status, 201, "another village has its own");
    let mut called = told("Nam", 3, "refused", 1);
    called[0]["replaced_by"] = json!(33);
    sync(&app, &tablet, &called).await;
    assert_eq!(put(&app, &tablet, "Nam").await.status, 201, "a reserve household was called in");
    assert_eq!(put(&app, &tablet, "Nam").await.problem(422, "submission-rejected"), said);
    assert_eq!(app.database().count("responses").await, 12);
}

async fn of_two_that_come_at_once_for_the_last_household_one_is_taken(database: Database) {
    let app = with_sample(database, 1).await;
    let (one, other) = (tablet(&app, 1).await, tablet(&app, 1).await);
    for _ in 0..9 {
        assert_eq!(put(&app, &one, "Nam").await.status, 201);
    }
    let (a, b, c) =
        tokio::join!(put(&app, &one, "Nam"), put(&app, &other, "Nam"), put(&app, &other, "Nam"));
    let mut statuses = [a.status, b.status, c.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422]);
    assert_eq!(app.database().count("responses").await, 10);
}

fn run(database: &Database, command: &[&str]) -> Finished {
    hailong(&[&["sample"], command, &["--database", database.url()]].concat())
}

async fn what_is_set_aside_stays_stored_counts_no_more_and_makes_room(database: Database) {
    let app = with_sample(database, 1).await;
    let (good, lost) = (tablet(&app, 1).await, tablet(&app, 1).await);
    for _ in 0..4 {
        assert_eq!(put(&app, &lost, "Nam").await.status, 201);
    }
    assert_eq!(put(&app, &lost, "Bắc").await.status, 201);
    for _ in 0..6 {
        assert_eq!(put(&app, &good, "Nam").await.status, 201);
    }
    let shown = || {
        let done = run(app.database(), &["show", CODE, "--format", "csv"]);
        let of = |psu: &str| {
            let row = done.out.lines().find(|row| row.contains(psu)).expect("the village");
            row.split(',').nth(10).expect("responses").to_owned()
        };
        [of("Nam"), of("Bắc")]
    };
    assert_eq!(shown(), ["10", "1"]);
    let aside = |more: &[&str]| run(app.database(), &[&["set-aside", CODE], more].concat());
    let why = ["--reason", "máy bị mất"];
    let nam = aside(&[&["--device", &lost.id, "--village", "Nam"][..], &why].concat());
    assert!(nam.status == 0 && nam.err.contains("4 phiếu"), "{nam:?}");
    assert_eq!(shown(), ["6", "1"]);
    let rest = aside(&[&["--device", &lost.id][..], &why].concat());
    assert!(rest.err.contains("1 phiếu"), "{rest:?}");
    assert_eq!(shown(), ["6", "0"]);
    aside(&[&["--device", &lost.id][..], &why].concat()).one_sentence();
    aside(&[&["--response", &new_id()][..], &why].concat()).one_sentence();
    assert_eq!(aside(&["--device", &lost.id, "--reason", " "]).status, 2, "a reason is a must");
    let backdoor = app.database().backdoor().await;
    let id = backdoor.texts("select cast(seq as text) from responses order by seq").await;
    assert_eq!(id.len(), 11, "all of them stay stored");
    let said = backdoor
        .texts("select subject from staff_audit where action = 'set-aside-responses' order by seq")
        .await;
    assert!(said.len() == 2 && said[0].contains("máy bị mất") && said[0].contains(&lost.id));
    backdoor.close().await;
    for _ in 0..4 {
        assert_eq!(put(&app, &good, "Nam").await.status, 201, "there is room again");
    }
    assert_eq!(put(&app, &good, "Nam").await.status, 422);
}

async fn a_sample_without_responses_is_withdrawn_and_is_nowhere_any_more(database: Database) {
    let app = with_sample(database, 1).await;
    let own = tablet(&app, 1).await;
    let (page, of_commune) =
        (format!("/c/{}/samples/{CODE}", commune()), format!("/c/{}", commune()));
    let is_linked = async || app.get(&of_commune).await.text().await.unwrap().contains(CODE);
    assert!(is_linked().await);
    let unused = sample::code(&app, 1).await;
    let withdraw = || run(app.database(), &["withdraw", CODE, "--reason", "nhầm thôn"]);
    let done = withdraw();
    assert_eq!(done.status, 0, "{done:?}");
    assert!(!is_linked().await);
    assert_eq!(app.get(&page).await.status(), 404);
    sync(&app, &own, &json!([])).await.problem(401, "unknown-device");
    device::enrol(&app, &unused).await.problem(401, "unknown-device");
    withdraw().one_sentence();
    let noted = app.database().backdoor().await;
    let why = noted.texts("select withdrawn_why from samples").await;
    let said =
        noted.texts("select subject from staff_audit where action = 'withdraw-sample'").await;
    assert_eq!((why, said), (vec!["nhầm thôn".into()], vec![format!("{CODE}: nhầm thôn")]));
    noted.close().await;
    let db = app.database().open().await;
    sample::add_other(&db).await;
    db.close().await;
    let code = sample::code_of(&app, sample::OTHER, 1).await;
    let tablet = Tablet::of(&device::enrol(&app, &code).await);
    let mut of_other = response("núi", "Nam", 4);
    of_other["sample"]["code"] = json!(sample::OTHER);
    assert_eq!(tablet.put(&app, &new_id(), &of_other, NOW).await.status, 201);
    let refused = run(app.database(), &["withdraw", sample::OTHER, "--reason", "x"]);
    assert!(refused.one_sentence().contains("set-aside"));
}
