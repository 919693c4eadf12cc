//! Samples, their households and interviewers.

use hailong::staff::Scope;
use hailong::staff::audit::Action;
use hailong::store::devices::Interviews;
use hailong::store::enrolment::{EnrolmentCode, Pin, Token};
use hailong::store::responses::NewResponse;
use hailong::store::samples::Interviewer;
use hailong::store::samples::places::{Aside, Place};
use hailong::store::samples::visits::{Visited, by_village};
use surveys::sample::{HouseholdStatus, SampleList, SampleUnit};
use surveys::{Response, SampleCode};
use uuid::Uuid;

use crate::support::database::{Database, on_both_databases};
use crate::support::sample::{CODE, add, add_other, event};
use crate::support::submission::{good, parsed};

on_both_databases![
    a_sample_is_read_back_as_it_was_added,
    only_households_that_nobody_visited_change_their_interviewer,
    an_interviewers_tablet_is_known_by_its_token,
    a_village_has_as_many_places_as_households_and_gets_back_what_is_set_aside,
    a_sample_without_responses_is_withdrawn,
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
        first_visit: "2026-10-02".parse().ok(),
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
    assert_eq!(whose(3).first_visit_on, "2026-10-02".parse().ok());
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
    let other = SampleCode::parse("other").unwrap();
    assert_eq!(db.enrols_for(&code, &interviews.sample).await.unwrap(), Some(true));
    assert_eq!(db.enrols_for(&code, &other).await.unwrap(), Some(false));
    let unknown = EnrolmentCode::new([9; 16]);
    assert_eq!(db.enrols_for(&unknown, &other).await.unwrap(), None);
    let token = Token::new([[5; 16]; 2]);
    let enrolled = db.enrol(&code, Uuid::from_u128(7), &token, None, event.at + 1).await.unwrap();
    assert_eq!(enrolled.unwrap().0.interviews.as_ref(), Some(&interviews));
    let known = db.device_with(&token).await.unwrap().unwrap();
    assert_eq!(known.interviews, Some(interviews));
    let noted = database.backdoor().await;
    let sql = "select count(*) from staff_audit where action = 'enrol-interviewer'";
    assert_eq!(noted.number(sql).await, 1, "the making of the code is in the log");
    noted.close().await;
    db.close().await;
}

async fn a_village_has_as_many_places_as_households_and_gets_back_what_is_set_aside(
    database: Database,
) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    let code = add(&db, 1).await.code;
    let unit =
        SampleUnit { code: code.clone(), stratum: "đồng bằng".into(), psu: "Đông".into() };
    let ids: Vec<Uuid> = (1..=11).map(Uuid::from_u128).collect();
    for id in &ids[..10] {
        assert_eq!(db.take_place(&unit, *id).await.unwrap(), Place::Own);
    }
    assert_eq!(db.take_place(&unit, ids[10]).await.unwrap(), Place::AllTaken(10));
    assert_eq!(db.take_place(&unit, ids[0]).await.unwrap(), Place::Own, "it has one already");
    let plain = parsed(ids[0], &good());
    let of_it = Response { sample: Some(unit.clone()), ..plain.response };
    db.insert_responses(&[NewResponse::new(of_it, plain.salt, plain.received_at)]).await.unwrap();
    let act = event(Action::SetAsideResponses);
    let one = Aside::Response(ids[0]);
    assert_eq!(db.set_aside(&code, &Aside::Response(ids[1]), "x", &act).await.unwrap(), 0);
    assert_eq!(db.sample_responses(&code).await.unwrap().len(), 1);
    assert_eq!(db.set_aside(&code, &one, "nhập nhầm", &act).await.unwrap(), 1);
    assert_eq!(db.set_aside(&code, &one, "nhập nhầm", &act).await.unwrap(), 0, "it counts no more");
    assert_eq!(db.sample_responses(&code).await.unwrap().len(), 0);
    assert_eq!(db.take_place(&unit, ids[10]).await.unwrap(), Place::Own, "a place came back");
    let backdoor = database.backdoor().await;
    let noted = "select count(*) from staff_audit where action = 'set-aside-responses'";
    assert_eq!(backdoor.number(noted).await, 1, "what sets nothing aside is not noted");
    assert_eq!(backdoor.number("select count(*) from responses").await, 1, "nothing is erased");
    backdoor.close().await;
    db.close().await;
}

async fn a_sample_without_responses_is_withdrawn(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    let (answered, other) = (add(&db, 1).await.code, add_other(&db).await.code);
    let unit = |code: &SampleCode| SampleUnit {
        code: code.clone(),
        stratum: "đồng bằng".into(),
        psu: "Đông".into(),
    };
    let id = Uuid::from_u128(1);
    assert_eq!(db.take_place(&unit(&answered), id).await.unwrap(), Place::Own);
    let act = event(Action::WithdrawSample);
    assert!(!db.withdraw_sample(&answered, "nhầm", &act).await.unwrap(), "a response has a place");
    assert!(db.withdraw_sample(&other, "nhầm", &act).await.unwrap());
    assert!(!db.withdraw_sample(&other, "nhầm", &act).await.unwrap(), "once");
    let place = db.take_place(&unit(&other), Uuid::from_u128(2)).await.unwrap();
    assert_eq!(place, Place::Withdrawn);
    db.close().await;
}
