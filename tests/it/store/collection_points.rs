//! Collection points.

use hailong::staff::Scope;
use hailong::staff::audit::Action;
use hailong::store::enrolment::{EnrolmentCode, Pin, Token};
use surveys::collection_point::CollectionPoint;
use surveys::{CommuneCode, InstrumentId, PointCode};

use crate::support::database::{Database, on_both_databases};
use crate::support::staff::by_operator;

on_both_databases![
    a_point_comes_back_as_it_was_added,
    a_taken_code_is_refused_and_the_first_point_stays,
    points_are_listed_by_code,
    the_points_of_a_commune_are_its_own,
    the_first_points_are_added_once,
    a_point_is_renamed_retired_and_reopened_with_a_line_in_the_log_each,
    what_is_within_a_scope_is_found_and_nothing_beside_it,
    the_responses_of_a_month_are_counted_by_point,
    the_tablets_of_a_point_are_its_own,
];

fn point(code: &str) -> CollectionPoint {
    CollectionPoint {
        code: PointCode::parse(code).unwrap(),
        commune_code: CommuneCode::parse("00385").unwrap(),
        name: "Quầy số 2 – “một cửa”".into(),
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        retired: false,
    }
}

async fn a_point_comes_back_as_it_was_added(database: Database) {
    let db = database.open().await;
    assert_eq!(db.collection_point("mot-cua").await.unwrap(), None);
    assert!(db.add_collection_point(&point("mot-cua"), 1).await.unwrap());
    assert_eq!(db.collection_point("mot-cua").await.unwrap(), Some(point("mot-cua")));
}

async fn a_taken_code_is_refused_and_the_first_point_stays(database: Database) {
    let db = database.open().await;
    assert!(db.add_collection_point(&point("mot-cua"), 1).await.unwrap());
    let other = CollectionPoint { name: "Khác".into(), ..point("mot-cua") };
    assert!(!db.add_collection_point(&other, 2).await.unwrap());
    let heard_the_same = point("Mot-CUA");
    assert!(!db.add_collection_point(&heard_the_same, 2).await.unwrap());
    assert_eq!(db.collection_points().await.unwrap(), [point("mot-cua")]);
}

async fn points_are_listed_by_code(database: Database) {
    let db = database.open().await;
    for code in ["c", "a", "b"] {
        db.add_collection_point(&point(code), 1).await.unwrap();
    }
    let codes: Vec<String> =
        db.collection_points().await.unwrap().iter().map(|p| p.code.to_string()).collect();
    assert_eq!(codes, ["a", "b", "c"]);
}

async fn the_points_of_a_commune_are_its_own(database: Database) {
    let db = database.open().await;
    let here = CommuneCode::parse("00385").unwrap();
    let there = CommuneCode::parse("22651").unwrap();
    for code in ["b", "a"] {
        db.add_collection_point(&point(code), 1).await.unwrap();
    }
    let elsewhere = CollectionPoint { commune_code: there.clone(), ..point("c") };
    db.add_collection_point(&elsewhere, 1).await.unwrap();
    assert_eq!(db.collection_points_of(&here).await.unwrap(), [point("a"), point("b")]);
    assert_eq!(db.collection_points_of(&there).await.unwrap(), [elsewhere]);
}

async fn the_first_points_are_added_once(database: Database) {
    let db = database.open().await;
    for now in [1, 2] {
        hailong::first_points::add(&db, now).await.unwrap();
    }
    let points = db.collection_points().await.unwrap();
    assert_eq!(points.len(), hailong::first_points::all().len());
    assert!(points.len() >= 10, "two for each of the five plans");
}

async fn a_point_is_renamed_retired_and_reopened_with_a_line_in_the_log_each(database: Database) {
    let db = database.open().await;
    let made = by_operator(1, Action::AddPoint);
    assert!(db.make_collection_point(&point("mot-cua"), &made).await.unwrap());
    assert!(!db.make_collection_point(&point("mot-cua"), &made).await.unwrap());
    let code = PointCode::parse("mot-cua").unwrap();
    db.rename_point(&code, "Quầy mới", &by_operator(2, Action::RenamePoint)).await.unwrap();
    for (retired, changed) in [(false, false), (true, true), (true, false), (false, true)] {
        let event = by_operator(3, Action::RetirePoint);
        assert_eq!(db.set_retired(&code, retired, &event).await.unwrap(), changed);
        let now = db.collection_point("mot-cua").await.unwrap().unwrap();
        assert_eq!((now.name.as_str(), now.retired), ("Quầy mới", retired));
    }
    assert_eq!(database.count("staff_audit").await, 4, "what changes nothing leaves no line");
}

async fn what_is_within_a_scope_is_found_and_nothing_beside_it(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 1).await.unwrap();
    let found = async |scope: &str| {
        let scope = Scope::parse(scope).unwrap();
        let points = db.collection_points_within(&scope).await.unwrap();
        points.into_iter().map(|p| p.code.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found("/56/22651/").await, ["22651", "22651-sipas"]);
    assert_eq!(found("/56/22651/22651/").await, ["22651"], "the beginning of a code is another");
    assert!(found("/56/").await.len() >= 2);
    assert_eq!(found("/").await.len(), hailong::first_points::all().len());
}

async fn the_responses_of_a_month_are_counted_by_point(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 1).await.unwrap();
    db.close().await;
    let at = crate::support::submission::point();
    crate::support::answers::month(&database, &at, 40).await;
    let db = database.open().await;
    let found = db.collection_point(&at).await.unwrap().unwrap();
    let instrument = surveys::catalog::instrument(found.instrument.as_str(), Some(1)).unwrap();
    let since =
        async |moment| db.responses_since(&found.commune_code, instrument, moment).await.unwrap();
    assert_eq!(since(0).await, [(at, 40)]);
    assert_eq!(since(i64::MAX).await, []);
}

async fn the_tablets_of_a_point_are_its_own(database: Database) {
    let db = database.open().await;
    let (here, there) = (PointCode::parse("a").unwrap(), PointCode::parse("b").unwrap());
    for (n, at) in [(1, &here), (2, &there)] {
        let (code, pin) = (EnrolmentCode::new([n; 16]), Pin::new("1234", [n; 16]));
        let event = by_operator(1, Action::EnrolDevice);
        db.add_enrolment_code(&code, at, "Quầy 1", &pin, &event).await.unwrap();
        let id = uuid::Uuid::from_u128(n.into());
        db.enrol(&code, id, &Token::new([[n; 16]; 2]), None, 2).await.unwrap().unwrap();
    }
    let of_here = db.devices_of(&here).await.unwrap();
    assert_eq!(of_here.len(), 1);
    assert_eq!(of_here[0].collection_point, here);
}
