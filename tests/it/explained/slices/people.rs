//! People of every channel, point and field, and what they say.

use hailong::store::responses::{MAX_BATCH, NewResponse};
use serde_json::{Map, Value, json};
use surveys::collection_point::CollectionPoint;
use surveys::response::{Admission, read_moment};
use surveys::{Instrument, PointCode, Submission, catalog};

use crate::explained::{Said, mixed};
use crate::support::app;
use crate::support::database::Database;

/// What people wrote as their field: one that a spreadsheet would run, one that R would
/// take for nothing, and none.
pub(super) const FIELDS: [&str; 5] = ["Đất đai", "=1+1 \"Hộ\\tịch\"", "NA", "Chứng thực", ""];
/// Nobody is satisfied in the first of them, everybody in the second.
pub(super) const ENDS: [&str; 2] = ["NA", "Chứng thực"];

/// The items of the long survey that ask for gender and age band.
pub(super) const GENDER: &str = "D1";
pub(super) const AGE: &str = "D2";
/// What is stored of who would rather not say.
const NOT_SAID: u8 = 9;

/// The commune and its province's scope.
pub(super) fn place() -> (&'static str, String) {
    let commune = surveys::unit::commune(catalog::plans()[0].commune_code.as_str()).unwrap();
    (commune.code.as_str(), format!("/{}/{}/", commune.province, commune.code))
}

pub(super) fn point(number: u32) -> CollectionPoint {
    let commune = &catalog::plans()[0].commune_code;
    CollectionPoint {
        code: PointCode::parse(&format!("{commune}-p{number}")).unwrap(),
        commune_code: commune.clone(),
        name: format!("Quầy {number}"),
        instrument: catalog::instruments()[0].id.clone(),
        retired: false,
    }
}

/// Somebody who answered.
pub(super) struct Person {
    pub(super) n: u32,
    pub(super) channel: &'static str,
    pub(super) point: u32,
    pub(super) field: &'static str,
}

/// The people of a month, of every channel, point and field alike many.
pub(super) fn people(count: u32) -> impl Iterator<Item = Person> {
    (0..count).map(|n| Person {
        n,
        channel: ["qr", "kiosk", "qr", "kiosk", "paper"][n as usize % 5],
        point: 1 + u32::from(n % 3 == 0),
        field: FIELDS[n as usize / 5 % FIELDS.len()],
    })
}

fn says(person: &Person, item: u32) -> Said {
    match person.field {
        field if field == ENDS[0] => Said::Dissatisfied,
        field if field == ENDS[1] => Said::Satisfied,
        _ => mixed(person.n, item),
    }
}

/// What a person says of themselves where `instrument` asks: everybody their gender; their
/// age band all but some, who would rather not or say nothing.
fn about(person: &Person, instrument: &Instrument) -> Vec<(String, Value)> {
    let asks = |code: &str| instrument.item(code).is_some();
    let age = match person.n % 10 {
        3 => Value::Null,
        7 => NOT_SAID.into(),
        other => (other % 3 + 1).into(),
    };
    let gender = (person.n / 2 % 2 + 1).into();
    let said = [(GENDER, gender), (AGE, age)].into_iter().filter(|(code, _)| asks(code));
    said.map(|(code, value)| (code.to_owned(), value)).collect()
}

/// Stores what `people` say to `instrument` in `month`.
pub(super) async fn store(
    database: &Database,
    instrument: &Instrument,
    month: &str,
    people: impl Iterator<Item = Person>,
) {
    let response = |person: Person| {
        let answers: Map<String, Value> = (0..)
            .zip(instrument.asked().filter(|item| item.component().is_some()))
            .map(|(place, item)| {
                let scale = instrument.scale_of(item).unwrap();
                let one_of = |satisfied: bool| {
                    let mut values = scale.options.iter().map(|option| option.value);
                    values.find(|v| scale.satisfied.contains(v) == satisfied).unwrap().into()
                };
                let value: Value = match says(&person, place) {
                    Said::Satisfied => one_of(true),
                    Said::Dissatisfied => one_of(false),
                    Said::NoOpinion => scale.no_opinion.as_ref().unwrap().value.into(),
                    Said::Nothing => Value::Null,
                };
                (item.code.to_string(), value)
            })
            .chain(about(&person, instrument))
            .collect();
        let point = CollectionPoint { instrument: instrument.id.clone(), ..point(person.point) };
        let mut submission = json!({
            "instrument": instrument.id, "version": instrument.version, "answers": answers,
            "collection_point": point.code, "channel": person.channel,
            "answered_at": format!("{month}-{:02}T09:15:00+07:00", person.n % 30 + 1),
        });
        if !person.field.is_empty() {
            submission["service_field"] = person.field.into();
        }
        let submission: Submission = serde_json::from_value(submission).unwrap();
        let id = hailong::clock::Clock::System.new_id();
        let now = read_moment(app::NOW).unwrap();
        let admission = Admission { id, point: Some(&point), now };
        NewResponse::new(instrument.parse(submission, &admission).unwrap(), [0; 16], now)
    };
    let all: Vec<NewResponse> = people.map(response).collect();
    let db = database.open().await;
    for number in [1, 2] {
        db.add_collection_point(&point(number), 0).await.ok();
    }
    for batch in all.chunks(MAX_BATCH) {
        db.insert_responses(batch).await.unwrap();
    }
    db.close().await;
}
