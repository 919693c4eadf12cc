//! Interviews at households: what tablets may send, what is kept and what is not, and
//! the figures that follow.

mod commands;
mod design;
mod explained;
mod places;
mod privacy;
mod published;
mod statuses;

use hailong::staff::audit::Action;
use serde_json::{Value, json};

use crate::support::app::{App, NOW};
use crate::support::database::{Database, on_both_databases};
use crate::support::device::Tablet;
use crate::support::sample::{self, response, sync, tablet};
use crate::support::staff::by_operator;
use crate::support::submission::{good, good_but, new_id};

on_both_databases![
    an_interviewer_is_told_their_own_households_and_no_others,
    a_response_of_a_sample_comes_only_from_a_tablet_of_it,
    a_revoked_tablet_tells_nothing,
];

async fn with_sample(database: Database, interviewers: u32) -> App {
    let app = App::spawn(database);
    let db = app.database().open().await;
    sample::add(&db, interviewers).await;
    db.close().await;
    app
}

fn told(psu: &str, household: u32, status: &str, visits: u32) -> Value {
    json!([{"psu": psu, "household": household, "status": status, "visits": visits, "day": "2026-10-14"}])
}

/// What the server says of one household.
fn of<'a>(answer: &'a Value, psu: &str, household: u32) -> Option<&'a Value> {
    let all = answer["households"].as_array().expect("a list");
    all.iter().find(|one| one["psu"] == psu && one["household"] == household)
}

async fn an_interviewer_is_told_their_own_households_and_no_others(database: Database) {
    let app = with_sample(database, 2).await;
    let mut seen = Vec::new();
    for interviewer in [1, 2] {
        let tablet = tablet(&app, interviewer).await;
        let answer = sync(&app, &tablet, &json!([])).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.body["interviewer"], format!("Người phỏng vấn {interviewer}"));
        let households = answer.body["households"].as_array().unwrap();
        assert_eq!(households.len(), 24, "20 and four in reserve");
        seen.extend(households.iter().map(|h| format!("{} {}", h["psu"], h["household"])));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 48, "every household has one interviewer");
    let counter = Tablet::enrolled(&app).await;
    let faults = sync(&app, &counter, &json!([])).await.problem(422, "submission-rejected");
    assert_eq!(faults[0].0, "not-an-interviewer");
    let nobody = Tablet { id: String::new(), token: "0".repeat(64) };
    sync(&app, &nobody, &json!([])).await.problem(401, "unknown-device");
}

async fn a_response_of_a_sample_comes_only_from_a_tablet_of_it(database: Database) {
    let app = with_sample(database, 1).await;
    let (interviewer, counter) = (tablet(&app, 1).await, Tablet::enrolled(&app).await);
    let of_sample = response("núi", "Nam", 4);
    let put = |tablet: &Tablet, submission: Value| {
        let (id, tablet) =
            (new_id(), Tablet { id: tablet.id.clone(), token: tablet.token.clone() });
        let app = &app;
        async move { tablet.put(app, &id, &submission, NOW).await }
    };
    let fault = async |tablet: &Tablet, submission: Value| {
        put(tablet, submission).await.problem(422, "submission-rejected").remove(0)
    };
    let said = |code: &str, pointer: &str| (code.to_owned(), pointer.to_owned());
    let anyone = app.put(&new_id(), &of_sample).await.problem(422, "submission-rejected");
    assert_eq!(anyone, [said("not-an-interviewer", "/sample")]);
    assert_eq!(fault(&counter, of_sample.clone()).await, said("not-an-interviewer", "/sample"));
    assert_eq!(fault(&interviewer, good()).await, said("other-sample", "/sample"));
    let but = |field: &str, value: Value| {
        let mut submission = of_sample.clone();
        submission[field] = value;
        submission
    };
    let unit = |code: &str, stratum: &str, psu: &str| json!({"code": code, "stratum": stratum, "psu": psu});
    let other = but("sample", unit("other", "núi", "Nam"));
    assert_eq!(fault(&interviewer, other).await, said("other-sample", "/sample"));
    for (stratum, psu) in [("núi", "Đông"), ("núi", "nowhere"), ("", "Nam")] {
        let elsewhere = but("sample", unit(sample::CODE, stratum, psu));
        assert_eq!(fault(&interviewer, elsewhere).await, said("unknown-psu", "/sample/psu"));
    }
    let kiosk = but("channel", json!("kiosk"));
    assert_eq!(fault(&interviewer, kiosk).await, said("not-an-interview", "/channel"));
    for wrong in [
        json!("x"),
        json!({"code": "ho-2026"}),
        json!({"code": "ho-2026", "stratum": "núi", "psu": "Nam", "household": 3}),
    ] {
        put(&interviewer, but("sample", wrong)).await.problem(400, "malformed-body");
    }
    assert_eq!(app.database().count("responses").await, 0);
    let id = new_id();
    let first = interviewer.put(&app, &id, &of_sample, NOW).await;
    assert_eq!(first.status, 201, "{first:?}");
    let again = interviewer.put(&app, &id, &of_sample, NOW).await;
    assert_eq!((again.status, again.receipt()), (200, first.receipt()));
    assert_eq!(app.put(&new_id(), &good_but("channel", json!("interview"))).await.status, 201);
}

async fn a_revoked_tablet_tells_nothing(database: Database) {
    let app = with_sample(database, 1).await;
    let tablet = tablet(&app, 1).await;
    let db = app.database().open().await;
    let revoked = by_operator(app.now(), Action::RevokeDevice);
    assert!(db.revoke_device(tablet.id.parse().unwrap(), &revoked).await.unwrap());
    db.close().await;
    sync(&app, &tablet, &told("Nam", 3, "refused", 1)).await.problem(401, "unknown-device");
    let sql = "select count(*) from sample_households where status <> 'waiting'";
    assert_eq!(app.database().backdoor().await.number(sql).await, 0);
}
