//! Samples, their households and interviewers.

use hailong::staff::Scope;
use hailong::staff::audit::Action;
use hailong::store::devices::Interviews;
use hailong::store::enrolment::{EnrolmentCode, Pin, Token};
use hailong::store::samples::Interviewer;
use hailong::store::samples::visits::{Visited, by_village};
use surveys::SampleCode;
use surveys::sample::{HouseholdStatus, SampleList};
use uuid::Uuid;

use crate::support::database::{Database, on_both_databases};
use crate::support::sample::{CODE, add, event};

on_both_databases![
    a_sample_is_read_back_as_it_was_added,
    only_households_that_nobody_visited_change_their_interviewer,
    an_interviewers_tablet_is_known_by_its_token,
];

async fn a_sample_is_read_back_as_it_was_added(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    let added = add(&db, 2).await;
    let code = &added.code;
    assert_eq!(db.sample(code).await.unwrap(), Some(added.clone()));
    assert_eq!(db.sample(&SampleCode::parse("other").unwrap()).await.unwrap(), None);
    let again = db.add_sample(&added, &SampleList::default(), &[], &event(Action::AddSample)).await;
    assert!(!again.unwrap(), "the code is taken");
    let own = Scope::Commune(added.commune().unwrap().clone());
    assert_eq!(db.samples(&own).await.unwrap(), std::slice::from_ref(&added));
    assert_eq!(db.samples(&Scope::parse("/01/").unwrap()).await.unwrap(), []);
    let psus = db.sample_psus(code).await.unwrap();
    let names: Vec<&str> = psus.iter().map(|psu| psu.name.as_str()).collect();
    assert_eq!(names, ["Đông", "Tây", "Nam", "Bắc"]);
    assert_eq!(
        (psus[0].psus_in_stratum, psus[0].households_in_psu, psus[0].weight),
        (6, 120, None)
    );
    let households = db.sampled_households(code).await.unwrap();
    assert_eq!((households.len(), households.iter().filter(|h| h.reserve).count()), (48, 8));
    assert_eq!(db.interviewers(code).await.unwrap(), [1, 2].map(Interviewer::numbered));
    let third = Interviewer::numbered(3);
    let event = event(Action::AddInterviewer);
    assert!(db.add_interviewer(code, &third, &event).await.unwrap());
    assert!(!db.add_interviewer(code, &third, &event).await.unwrap(), "the number is taken");
    assert_eq!(db.sample_responses(code).await.unwrap().len(), 0);
    db.close().await;
}

async fn only_households_that_nobody_visited_change_their_interviewer(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    let sample = add(&db, 2).await.code;
    let visited = Visited {
        psu: "Đông".into(),
        number: 3,
        status: HouseholdStatus::Later,
        visits: 1,
        day: "2026-10-05".parse().ok(),
        replaced_by: None,
    };
    let one = Interviews { sample: sample.clone(), interviewer: 1 };
    db.note_visits(&one, &[visited]).await.unwrap();
    let all = db.sampled_households(&sample).await.unwrap();
    let assignments = by_village(&all, "Đông", 2);
    let event = event(Action::AssignHouseholds);
    let assigned = db.assign_households(&sample, &assignments, &event).await.unwrap();
    assert_eq!(assigned, 11, "all of the village but the one that was visited");
    let all = db.sampled_households(&sample).await.unwrap();
    let whose = |number| all.iter().find(|h| h.psu == "Đông" && h.number == number).unwrap();
    assert_eq!((whose(3).interviewer, whose(6).interviewer), (Some(1), Some(2)));
    assert_eq!(whose(3).visited_on, "2026-10-05".parse().ok());
    db.close().await;
}

async fn an_interviewers_tablet_is_known_by_its_token(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    let sample = add(&db, 1).await;
    let interviews = Interviews { sample: SampleCode::parse(CODE).unwrap(), interviewer: 1 };
    let (code, pin) = (EnrolmentCode::new([3; 16]), Pin::new("2468", [4; 16]));
    let event = event(Action::EnrolInterviewer);
    let device = (&sample.collection_point, "Người phỏng vấn 1");
    db.add_interviewer_code(&code, device, &pin, &interviews, &event).await.unwrap();
    let token = Token::new([[5; 16]; 2]);
    let enrolled = db.enrol(&code, Uuid::from_u128(7), &token, event.at + 1).await.unwrap();
    assert_eq!(enrolled.unwrap().0.interviews.as_ref(), Some(&interviews));
    let known = db.device_with(&token).await.unwrap().unwrap();
    assert_eq!(known.interviews, Some(interviews));
    let noted = database.backdoor().await;
    let sql = "select count(*) from staff_audit where action = 'enrol-interviewer'";
    assert_eq!(noted.number(sql).await, 1, "the making of the code is in the log");
    noted.close().await;
    db.close().await;
}
