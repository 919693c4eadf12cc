use surveys::collection_point::CollectionPoint;
use surveys::response::Answer;
use surveys::{CommuneCode, InstrumentId, ItemCode, PointCode, Response};
use uuid::Uuid;

use super::*;
use crate::clock::Clock;
use crate::store::responses::NewResponse;
use crate::store::{Db, Options};

/// 15 September 2026 in Vietnam.
const THEN: i64 = 1_789_448_400_000;

/// A counter in Diên Khánh.
fn counter() -> CollectionPoint {
    CollectionPoint {
        code: PointCode::parse("22651").unwrap(),
        commune_code: CommuneCode::parse("22651").unwrap(),
        name: "Quầy".to_owned(),
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        retired: false,
    }
}

/// Stores a response to `instrument`, the `n`th, in which every rating is `value`.
async fn receive(db: &Db, instrument: &Instrument, n: u128, value: u8) {
    let point = counter();
    let rated = instrument.asked().filter(|item| item.component().is_some());
    let answers = rated.map(|item| (item.code.clone(), Answer::Chosen(value)));
    let response = Response {
        id: Uuid::from_u128(n + 1),
        instrument: instrument.id.clone(),
        version: instrument.version,
        commune_code: point.commune_code,
        collection_point: point.code,
        channel: surveys::response::Channel::Qr,
        answered_at: THEN,
        answers: answers.collect::<Vec<(ItemCode, Answer)>>(),
        service_field: None,
        comment: None,
        partial: false,
        sample: None,
    };
    db.insert_responses(&[NewResponse::new(response, [0; 16], THEN)]).await.unwrap();
}

#[tokio::test]
async fn a_response_that_comes_in_between_is_in_no_table_of_an_internal_package() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("hailong.db").display());
    let db = Db::open(&Options { url, simulated: false, readers: 1 }).await.unwrap();
    db.add_collection_point(&counter(), 0).await.unwrap();
    let instrument = catalog::instrument("quick-counter", None).unwrap();
    for n in 0..40 {
        receive(&db, instrument, n, 4).await;
    }
    let reporting = Reporting::new(db.clone(), Clock::System);
    let subject = reporting.subject(&counter().commune_code, instrument).unwrap();
    let period = Period::parse("2026-09").unwrap();
    let rows = db.responses(&subject.selection((period.start, period.end))).await.unwrap();
    // Between what was read and what is made of it.
    receive(&db, instrument, 40, 1).await;
    let (report, tallies) = reporting.added_up(subject, &period, rows).await.unwrap();
    let live = reporting.live(&subject.commune.code, instrument, &period).await.unwrap();
    assert_eq!(live.received, 41, "it is there for whoever reads now");
    let tallies = tallies.unwrap();
    assert_eq!((report.received, tallies.respondents()), (40, 40));
    let options = analytics::EstimateOptions::default();
    let of_tallies = analytics::estimate_tallies(&tallies, instrument, &options).unwrap();
    for finding in &report.findings {
        let e = &finding.estimate;
        let same = of_tallies.rows.iter().find(|t| (t.level, &t.code) == (e.level, &e.code));
        let same = same.unwrap();
        assert_eq!((same.valid, same.satisfied, same.rate), (e.valid, e.satisfied, e.rate));
        assert_eq!(e.satisfied, e.valid, "the one who came in between was not satisfied");
    }
    db.close().await;
}
