//! A small commune asks ten people a month the long questionnaire, through several
//! channels: it sees its quarters and its year, and no month of a handful.

use hailong::clock::Clock;
use hailong::staff::Role;
use hailong::store::responses::NewResponse;
use serde_json::{Map, Value, json};
use surveys::collection_point::CollectionPoint;
use surveys::response::{Admission, read_moment};
use surveys::{Submission, catalog};

use crate::support::app::{self, App};
use crate::support::database::Database;
use crate::support::staff::Member;
use crate::support::submission::commune;

/// How many people answer in each month from January on.
const PEOPLE: [u32; 9] = [9, 13, 12, 11, 10, 13, 9, 12, 12];
const CHANNELS: [&str; 3] = ["qr", "kiosk", "paper"];

/// The answer of the `n`th person of the year, who leaves one question in twenty out.
fn answer(month: usize, n: u32) -> NewResponse {
    let instrument = catalog::instrument("sipas-style", None).expect("the long questionnaire");
    let point = hailong::first_points::all().remove(0);
    let point = CollectionPoint { instrument: instrument.id.clone(), ..point };
    let now = read_moment(app::NOW).expect("a moment");
    let answers: Map<String, Value> = instrument
        .asked()
        .filter(|item| item.component().is_some())
        .zip(0..)
        .filter(|(_, place)| !(n * 7 + place * 11).is_multiple_of(20))
        .map(|(item, place)| (item.code.to_string(), json!((n * 5 + place * 3) % 4 + 2)))
        .collect();
    let submission: Submission = serde_json::from_value(json!({
        "instrument": instrument.id,
        "version": instrument.version,
        "collection_point": point.code,
        "channel": CHANNELS[(n * n % 7 % 3) as usize],
        "answered_at": format!("2026-{month:02}-{:02}T09:15:00+07:00", n % 28 + 1),
        "answers": answers,
    }))
    .expect("the shape");
    let admission = Admission { id: Clock::System.new_id(), point: Some(&point), now };
    let response = instrument.parse(submission, &admission).expect("no fault");
    NewResponse::new(response, [0; 16], now)
}

#[tokio::test]
async fn ten_people_a_month_through_three_channels_have_figures_of_their_quarters_and_year() {
    let database = Database::sqlite();
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    let mut n = 0;
    for (month, people) in (1..).zip(PEOPLE) {
        let all: Vec<NewResponse> = (n..n + people).map(|n| answer(month, n)).collect();
        db.insert_responses(&all).await.unwrap();
        n += people;
    }
    db.close().await;
    let app = App::spawn(database);
    let here = surveys::unit::commune(&commune()).unwrap();
    let scope = format!("/{}/{}/", here.province, here.code);
    let lan = Member::signed_in(&app, "lan", Role::Leader, &scope).await;
    let unit = commune();
    let index = async |period: &str| {
        let chosen = [
            ("unit", unit.as_str()),
            ("instrument", "sipas-style"),
            ("period", period),
            ("table", "figures"),
            ("format", "csv"),
        ];
        let answer = lan.post("/staff/results/export", &chosen).await;
        assert_eq!(answer.status(), 200, "{period}");
        let file = answer.bytes().await.unwrap();
        let file = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&file).to_vec();
        let mut rows = csv::Reader::from_reader(file.as_slice());
        let columns = rows.headers().unwrap().clone();
        let place = |name: &str| columns.iter().position(|column| column == name).unwrap();
        let (level, rate, df) = (place("level"), place("rate"), place("df"));
        let told = |row: csv::StringRecord| (row[rate].to_owned(), row[df].to_owned());
        let of_index = |row: &csv::StringRecord| &row[level] == "index";
        rows.records().map(Result::unwrap).find(of_index).map(told)
    };
    for (period, people) in [("2026-Q1", 34), ("2026-Q2", 34), ("2026-Q3", 33), ("2026", 101)] {
        let (rate, df) = index(period).await.expect("a row of the index");
        assert!(!rate.is_empty(), "{period} has a rate");
        assert_eq!(df, (people - 1).to_string(), "{period}: everybody but one");
    }
    assert_eq!(index("2026-01").await, None, "nine people");
    let page = lan.get("/staff/results?instrument=sipas-style&period=2026-Q1").await;
    let page = page.text().await.unwrap();
    assert!(page.contains("class=\"how\""), "the page tells rates: {page}");
}
