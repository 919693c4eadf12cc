//! What became of households: told again and late, by several tablets, of another sample.

use hailong::staff::{Role, Scope};
use serde_json::{Value, json};

use super::{of, told, with_sample};
use crate::support::database::{Database, on_both_databases};
use crate::support::device;
use crate::support::process::hailong;
use crate::support::sample::{self, CODE, sync, sync_of, tablet};
use crate::support::staff::Member;
use crate::support::submission::commune;

on_both_databases![
    telling_again_and_late_changes_nothing,
    a_household_that_was_settled_stays_so,
    whom_nobody_looked_for_on_a_second_day_is_named_to_staff,
    an_answer_wins_over_anything_by_whoever_tells_it,
    a_reserve_household_is_called_in_once,
    a_reserve_household_is_called_in_for_an_own_household_that_will_not_answer,
    what_is_of_another_sample_is_refused,
    a_tablet_that_holds_something_is_enrolled_for_its_own_sample_only,
];

async fn telling_again_and_late_changes_nothing(database: Database) {
    let app = with_sample(database, 1).await;
    let tablet = tablet(&app, 1).await;
    for _ in 0..3 {
        sync(&app, &tablet, &told("Nam", 3, "later", 1)).await;
    }
    sync(&app, &tablet, &told("Nam", 3, "refused", 2)).await;
    let late = sync(&app, &tablet, &told("Nam", 3, "later", 1)).await;
    let household = of(&late.body, "Nam", 3).unwrap();
    assert_eq!((&household["status"], &household["visits"]), (&json!("refused"), &json!(2)));
    let corrected = sync(&app, &tablet, &told("Nam", 3, "later", 2)).await;
    assert_eq!(of(&corrected.body, "Nam", 3).unwrap()["status"], "later", "a slip can be mended");
    let unknown = sync(&app, &tablet, &told("nowhere", 3, "refused", 1)).await;
    assert_eq!(unknown.status, 200, "what is not in the sample is passed over");
    for (wrong, status) in [
        (told("Nam", 3, "absent", 2), 422),
        (told("Nam", 3, "gone", 2), 400),
        (json!([{"psu": "Nam"}]), 400),
        (json!("x"), 400),
        (json!([{"psu": "Nam", "household": -1, "status": "later", "visits": 1}]), 400),
    ] {
        assert_eq!(sync(&app, &tablet, &wrong).await.status, status, "{wrong}");
    }
    let large =
        json!([{"psu": "x".repeat(70_000), "household": 1, "status": "later", "visits": 1}]);
    sync(&app, &tablet, &large).await.problem(413, "body-too-large");
}

async fn a_household_that_was_settled_stays_so(database: Database) {
    let app = with_sample(database, 2).await;
    let (one, two) = (tablet(&app, 1).await, tablet(&app, 2).await);
    sync(&app, &one, &told("Đông", 3, "answered", 1)).await;
    sync(&app, &one, &told("Đông", 3, "refused", 5)).await;
    sync(&app, &two, &told("Đông", 3, "vacant", 9)).await;
    let answer = sync(&app, &one, &json!([])).await;
    assert_eq!(of(&answer.body, "Đông", 3).unwrap()["status"], "answered");
    assert!(of(&sync(&app, &two, &json!([])).await.body, "Đông", 3).is_none());
    // Visited by another than was meant, before the list was loaded again.
    sync(&app, &two, &told("Đông", 6, "refused", 1)).await;
    assert_eq!(
        of(&sync(&app, &two, &json!([])).await.body, "Đông", 6).unwrap()["status"],
        "refused"
    );
}

async fn a_reserve_household_is_called_in_once(database: Database) {
    let app = with_sample(database, 1).await;
    let tablet = tablet(&app, 1).await;
    let call = |household: u32| {
        let mut told = told("Nam", household, "refused", 1);
        told[0]["replaced_by"] = json!(33);
        told
    };
    sync(&app, &tablet, &call(3)).await;
    let answer = sync(&app, &tablet, &call(6)).await;
    assert_eq!(of(&answer.body, "Nam", 33).unwrap()["stands_for"], 3, "the first call holds");
    let mut second = told("Nam", 3, "refused", 1);
    second[0]["replaced_by"] = json!(36);
    let answer = sync(&app, &tablet, &second).await;
    assert_eq!(of(&answer.body, "Nam", 36).unwrap()["stands_for"], Value::Null, "one for each");
}

async fn whom_nobody_looked_for_on_a_second_day_is_named_to_staff(database: Database) {
    let app = with_sample(database, 1).await;
    let tablet = tablet(&app, 1).await;
    let absent = |household: u32, first_visit: Value| {
        let mut told = told("Nam", household, "absent", 3);
        told[0]["first_visit"] = first_visit;
        told
    };
    let scope = Scope::of_code(&commune()).expect("a commune").to_string();
    let centre = Member::signed_in(&app, "lan", Role::CentreStaff, &scope).await;
    let page = async || centre.get(&format!("/staff/samples/{CODE}")).await.text().await.unwrap();
    // A former tablet does not say when it came first; nobody is blamed for that.
    sync(&app, &tablet, &absent(3, Value::Null)).await;
    sync(&app, &tablet, &absent(6, json!("2026-10-13"))).await;
    assert!(!page().await.contains("đều trong một ngày"));
    let answer = sync(&app, &tablet, &absent(9, json!("2026-10-14"))).await;
    let household = of(&answer.body, "Nam", 9).unwrap();
    assert_eq!(
        (&household["day"], &household["first_visit"]),
        (&json!("2026-10-14"), &json!("2026-10-14"))
    );
    assert!(page().await.contains("1 hộ được ghi vắng khi mọi lần đến đều trong một ngày"));
    let shown = hailong(&["sample", "show", CODE, "--database", app.database().url()]);
    assert!(shown.err.contains("1 hộ được ghi vắng"), "{shown:?}");
    // Once it answers, no day of it is left.
    sync(&app, &tablet, &told("Nam", 9, "answered", 4)).await;
    let backdoor = app.database().backdoor().await;
    let sql = "select coalesce(first_visit_on, 'none') from sample_households
        where psu = 'Nam' and status <> 'waiting' order by household";
    assert_eq!(backdoor.texts(sql).await, ["none", "2026-10-13", "none"]);
    backdoor.close().await;
    assert!(!page().await.contains("đều trong một ngày"));
}

async fn an_answer_wins_over_anything_by_whoever_tells_it(database: Database) {
    let app = with_sample(database, 2).await;
    let (a, b) = (tablet(&app, 1).await, tablet(&app, 1).await);
    sync(&app, &a, &told("Đông", 3, "absent", 3)).await;
    let answer = sync(&app, &b, &told("Đông", 3, "answered", 1)).await;
    let household = of(&answer.body, "Đông", 3).unwrap();
    assert_eq!((&household["status"], &household["visits"]), (&json!("answered"), &json!(3)));
    let two = tablet(&app, 2).await;
    sync(&app, &a, &told("Đông", 6, "refused", 2)).await;
    let answer = sync(&app, &two, &told("Đông", 6, "answered", 1)).await;
    assert_eq!(of(&answer.body, "Đông", 6).unwrap()["status"], "answered", "by somebody else");
    let answer = sync(&app, &a, &told("Đông", 6, "answered", 5)).await;
    assert!(of(&answer.body, "Đông", 6).is_none(), "whoever interviewed first keeps it");
    let answer = sync(&app, &a, &told("Đông", 6, "vacant", 9)).await;
    assert!(of(&answer.body, "Đông", 6).is_none(), "nothing else wins over another's answer");
}

async fn a_reserve_household_is_called_in_for_an_own_household_that_will_not_answer(
    database: Database,
) {
    let app = with_sample(database, 2).await;
    let (one, two) = (tablet(&app, 1).await, tablet(&app, 2).await);
    let call = |psu: &str, household: u32, status: &str, reserve: u32| {
        let mut told = told(psu, household, status, 3);
        told[0]["replaced_by"] = json!(reserve);
        told
    };
    let called = async || {
        let noted = app.database().backdoor().await;
        let sql = "select cast(household as text) from sample_households where stands_for is not null order by household";
        let called = noted.texts(sql).await;
        noted.close().await;
        called
    };
    for (household, status) in [(3, "later"), (6, "answered"), (999, "refused"), (36, "refused")] {
        sync(&app, &one, &call("Đông", household, status, 33)).await;
        assert_eq!(called().await, Vec::<String>::new(), "{household} {status}");
    }
    sync(&app, &one, &call("Đông", 9, "refused", 12)).await;
    assert_eq!(called().await, Vec::<String>::new(), "12 is of the first draw");
    sync(&app, &one, &told("Đông", 12, "refused", 1)).await;
    sync(&app, &two, &call("Đông", 12, "refused", 33)).await;
    assert_eq!(called().await, Vec::<String>::new(), "it is another interviewer's");
    for (household, status, reserve) in [(12, "vacant", 33), (15, "absent", 36)] {
        sync(&app, &one, &call("Đông", household, status, reserve)).await;
    }
    assert_eq!(called().await, ["33", "36"]);
}

async fn what_is_of_another_sample_is_refused(database: Database) {
    let app = with_sample(database, 1).await;
    let tablet = tablet(&app, 1).await;
    let answer = sync_of(&app, &tablet, "other", &told("Nam", 3, "refused", 1)).await;
    let faults = answer.problem(422, "submission-rejected");
    assert_eq!(faults, [("other-sample".to_owned(), "/sample".to_owned())]);
    let untouched = sync(&app, &tablet, &json!([])).await;
    assert_eq!(of(&untouched.body, "Nam", 3).unwrap()["status"], "waiting");
}

async fn a_tablet_that_holds_something_is_enrolled_for_its_own_sample_only(database: Database) {
    let app = with_sample(database, 1).await;
    let db = app.database().open().await;
    sample::add_other(&db).await;
    db.close().await;
    let code = sample::code(&app, 1).await;
    let refused = device::enrol_with(&app, json!({"code": code, "unsent": sample::OTHER})).await;
    let faults = refused.problem(422, "submission-rejected");
    assert_eq!(faults, [("unsent".to_owned(), "/unsent".to_owned())]);
    let own = device::enrol_with(&app, json!({"code": code, "unsent": CODE})).await;
    assert_eq!(own.status, 201, "the code was not used up: {own:?}");
    let code = sample::code(&app, 1).await;
    let gone = device::enrol_with(&app, json!({"code": code, "unsent": "never-was"})).await;
    assert_eq!(gone.status, 201, "nothing can be told of a sample that is no more");
    let wrong = device::enrol_with(&app, json!({"code": "0000-0000", "unsent": CODE})).await;
    wrong.problem(401, "unknown-device");
}
