//! Serial numbers of paper forms: none is given out twice.

use std::sync::Arc;

use futures_util::future::join_all;
use surveys::{PointCode, Serial, catalog};

use crate::support::database::{Database, on_both_databases};
use crate::support::staff::by_operator;
use hailong::staff::audit::Action;

on_both_databases![
    ranges_follow_each_other_and_are_listed_by_point,
    ranges_asked_for_at_once_do_not_overlap,
    when_too_few_numbers_are_left_none_is_given_out,
];

async fn ranges_follow_each_other_and_are_listed_by_point(database: Database) {
    let db = database.open().await;
    let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
    let points = hailong::first_points::all();
    for (point, count) in [(&points[0], 50), (&points[1], 1), (&points[0], 20)] {
        let range = db
            .issue_paper(point, quick, count, &by_operator(7_000, Action::MakePaper))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(range.serials().count(), count as usize);
    }
    let of = |ranges: Vec<hailong::store::paper_ranges::IssuedRange>| -> Vec<(i64, i64, i64)> {
        ranges.into_iter().map(|r| (r.first, r.last, r.issued_at)).collect()
    };
    let all = of(db.paper_ranges(None).await.unwrap());
    assert_eq!(all, [(1, 50, 7_000), (51, 51, 7_000), (52, 71, 7_000)]);
    let here = of(db.paper_ranges(Some(&points[0].code)).await.unwrap());
    assert_eq!(here, [all[0], all[2]]);
    let nowhere = PointCode::parse("nowhere").unwrap();
    assert_eq!(db.paper_ranges(Some(&nowhere)).await.unwrap(), []);
    let listed = &db.paper_ranges(Some(&points[1].code)).await.unwrap()[0];
    assert_eq!((listed.instrument.as_str(), listed.version), ("quick-counter", 1));
}

async fn ranges_asked_for_at_once_do_not_overlap(database: Database) {
    let db = Arc::new(database.open().await);
    let asked = (0..20).map(|n| {
        let db = Arc::clone(&db);
        tokio::spawn(async move {
            let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
            let point = &hailong::first_points::all()[0];
            db.issue_paper(point, quick, n % 5 + 1, &by_operator(7_000, Action::MakePaper))
                .await
                .unwrap()
                .unwrap()
        })
    });
    let mut serials: Vec<Serial> = Vec::new();
    for range in join_all(asked).await {
        serials.extend(range.unwrap().serials());
    }
    serials.sort();
    let numbers: Vec<u32> = serials.iter().map(|serial| serial.number()).collect();
    assert_eq!(numbers, (1..=60).collect::<Vec<u32>>());
}

async fn when_too_few_numbers_are_left_none_is_given_out(database: Database) {
    let db = database.open().await;
    let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
    let point = &hailong::first_points::all()[0];
    assert!(
        db.issue_paper(point, quick, Serial::LAST - 2, &by_operator(1, Action::MakePaper))
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        db.issue_paper(point, quick, 3, &by_operator(2, Action::MakePaper)).await.unwrap(),
        None
    );
    let last =
        db.issue_paper(point, quick, 2, &by_operator(3, Action::MakePaper)).await.unwrap().unwrap();
    assert_eq!(last.last.number(), Serial::LAST);
    assert_eq!(
        db.issue_paper(point, quick, 1, &by_operator(4, Action::MakePaper)).await.unwrap(),
        None
    );
}
