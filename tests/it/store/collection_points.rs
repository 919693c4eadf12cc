//! Collection points.

use surveys::collection_point::CollectionPoint;
use surveys::{CommuneCode, InstrumentId, PointCode};

use crate::support::database::{Database, on_both_databases};

on_both_databases![
    a_point_comes_back_as_it_was_added,
    a_taken_code_is_refused_and_the_first_point_stays,
    points_are_listed_by_code,
    the_points_of_a_commune_are_its_own,
    the_first_points_are_added_once,
];

fn point(code: &str) -> CollectionPoint {
    CollectionPoint {
        code: PointCode::parse(code).unwrap(),
        commune_code: CommuneCode::parse("00385").unwrap(),
        name: "Quầy số 2 – “một cửa”".into(),
        instrument: InstrumentId::parse("quick-counter").unwrap(),
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
