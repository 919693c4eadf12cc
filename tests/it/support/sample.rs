//! A sample of households and the tablets of its interviewers.

use std::fmt::Write;

use hailong::clock::Clock;
use hailong::staff::audit::{Action, Event, OPERATOR, Outcome};
use hailong::store::Db;
use hailong::store::devices::Interviews;
use hailong::store::enrolment::{EnrolmentCode, Pin};
use hailong::store::samples::visits::evenly;
use hailong::store::samples::{Interviewer, Sample};
use reqwest::Method;
use serde_json::{Value, json};
use surveys::response::read_moment;
use surveys::{SampleCode, sample};

use super::app::{Answer, App, NOW};
use super::device::{self, PIN};
use super::submission::{new_id, point};

/// The sample of every test.
pub(crate) const CODE: &str = "ho-2026";

/// Two strata with two villages each, ten households and two in reserve in each.
pub(crate) fn list() -> String {
    let mut list = "stratum,psu,household,reserve,psus_in_stratum,households_in_psu\n".to_owned();
    for (stratum, psu, all) in [
        ("đồng bằng", "Đông", 120),
        ("đồng bằng", "Tây", 80),
        ("núi", "Nam", 60),
        ("núi", "Bắc", 45),
    ] {
        for n in 1..=12 {
            let reserve = if n > 10 { "1" } else { "" };
            writeln!(list, "{stratum},{psu},{},{reserve},6,{all}", n * 3).expect("memory takes it");
        }
    }
    list
}

/// A line of the log that the operator leaves.
pub(crate) fn event(action: Action) -> Event {
    let now = read_moment(NOW).expect("a moment");
    Event::new(now, OPERATOR, action, Outcome::Done)
}

/// The code of another sample of the same households.
pub(crate) const OTHER: &str = "ho-khac";

/// Adds [`list`] at [`point`] for `interviewers`, each with the same part.
pub(crate) async fn add(db: &Db, interviewers: u32) -> Sample {
    added(db, CODE, interviewers).await
}

/// Adds [`OTHER`] for one interviewer.
pub(crate) async fn add_other(db: &Db) -> Sample {
    added(db, OTHER, 1).await
}

async fn added(db: &Db, code: &str, interviewers: u32) -> Sample {
    add_list(db, code, interviewers, &list()).await
}

/// Adds the households of `list` as the sample `code`.
pub(crate) async fn add_list(db: &Db, code: &str, interviewers: u32, list: &str) -> Sample {
    add_list_at(db, &point(), code, interviewers, list).await
}

/// The same at the collection point `at`.
async fn add_list_at(db: &Db, at: &str, code: &str, interviewers: u32, list: &str) -> Sample {
    let place = db.collection_point(at).await.unwrap().expect("the point");
    let days = ("2026-10-01".parse().unwrap(), "2026-10-15".parse().unwrap());
    let code = SampleCode::parse(code).unwrap();
    let added = Sample::at(&place, code, "Hộ gia đình 2026", days).unwrap();
    let all: Vec<Interviewer> = (1..=interviewers).map(Interviewer::numbered).collect();
    let list = sample::read(list).unwrap();
    assert!(db.add_sample(&added, &list, &all, &event(Action::AddSample)).await.unwrap());
    let numbers: Vec<u32> = (1..=interviewers).collect();
    let assignments = evenly(&db.sampled_households(&added.code).await.unwrap(), &numbers);
    let event = event(Action::AssignHouseholds);
    db.assign_households(&added.code, &assignments, &event).await.unwrap();
    added
}

/// A code that enrols the tablet of `interviewer` while the clock shows [`NOW`].
pub(crate) async fn code(app: &App, interviewer: u32) -> String {
    code_of(app, CODE, interviewer).await
}

/// The same for the sample `sample`.
pub(crate) async fn code_of(app: &App, sample: &str, interviewer: u32) -> String {
    code_at(app, &point(), sample, interviewer).await
}

/// Adds [`list`] as the sample [`CODE`] at the collection point `at`, with one interviewer;
/// gives the code that enrols their tablet.
pub(crate) async fn added_at(app: &App, at: &str) -> String {
    let db = app.database().open().await;
    add_list_at(&db, at, CODE, 1, &list()).await;
    db.close().await;
    code_at(app, at, CODE, 1).await
}

async fn code_at(app: &App, at: &str, sample: &str, interviewer: u32) -> String {
    let code = EnrolmentCode::new(Clock::System.salt());
    let pin = Pin::new(PIN, Clock::System.salt());
    let db = app.database().open().await;
    let sample = SampleCode::parse(sample).unwrap();
    let place = db.collection_point(at).await.unwrap().expect("the point").code;
    let interviews = Interviews { sample, interviewer };
    let event = event(Action::EnrolInterviewer);
    let device = (&place, "Người phỏng vấn");
    db.add_interviewer_code(&code, device, &pin, &interviews, &event).await.unwrap();
    db.close().await;
    code.to_string()
}

/// The tablet of `interviewer`, enrolled.
pub(crate) async fn tablet(app: &App, interviewer: u32) -> device::Tablet {
    let enrolled = device::enrol(app, &code(app, interviewer).await).await;
    assert_eq!(enrolled.status, 201, "{enrolled:?}");
    assert_eq!(enrolled.body["sample"], CODE);
    let told = |name: &str| enrolled.body[name].as_str().expect("a text").to_owned();
    device::Tablet { id: told("device_id"), token: told("token") }
}

/// What `tablet` is told when it tells `households`.
pub(crate) async fn sync(app: &App, tablet: &device::Tablet, households: &Value) -> Answer {
    sync_of(app, tablet, CODE, households).await
}

/// The same when it says that they are of `sample`.
pub(crate) async fn sync_of(
    app: &App,
    tablet: &device::Tablet,
    sample: &str,
    households: &Value,
) -> Answer {
    let request = app
        .request(Method::POST, "/api/v1/interviews:sync")
        .header("authorization", format!("Bearer {}", tablet.token))
        .body(json!({"sample": sample, "households": households}).to_string());
    Answer::of(request.send().await.expect("an answer")).await
}

/// A response from the village `psu` of `stratum`, with `value` for every item.
pub(crate) fn response(stratum: &str, psu: &str, value: u8) -> Value {
    json!({
        "instrument": "quick-counter",
        "version": 1,
        "collection_point": point(),
        "channel": "interview",
        "answered_at": "2026-10-15T09:31:27.123+07:00",
        "answers": {"A1": value, "A2": value, "A3": value, "A4": value, "A5": value},
        "sample": {"code": CODE, "stratum": stratum, "psu": psu},
    })
}

/// Lets ten households answer in each village of [`CODE`].
pub(crate) async fn asked(app: &App) {
    let own = tablet(app, 1).await;
    for (stratum, psu) in
        [("đồng bằng", "Đông"), ("đồng bằng", "Tây"), ("núi", "Nam"), ("núi", "Bắc")]
    {
        for n in 1..=10_u8 {
            let sent = own.put(app, &new_id(), &response(stratum, psu, 1 + n % 5), NOW).await;
            assert_eq!(sent.status, 201);
            let status = json!([
                {"psu": psu, "household": n * 3, "status": "answered", "visits": 1}
            ]);
            assert_eq!(sync(app, &own, &status).await.status, 200);
        }
    }
}
