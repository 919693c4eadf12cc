//! Reading responses back: which belong to a selection, and what changes its mark.

use hailong::clock::Clock;
use hailong::store::Db;
use hailong::store::paged::Pages;
use hailong::store::responses::Selection;
use serde_json::json;
use surveys::Period;

use crate::support::database::{Database, on_both_databases};
use crate::support::submission::{commune, good_but, parsed, point};

on_both_databases![
    a_period_holds_its_first_moment_and_not_the_first_after_it,
    a_selection_takes_one_commune_and_one_instrument_only,
    responses_come_in_the_order_in_which_they_were_stored,
    the_mark_changes_with_every_response_and_only_then,
    an_instrument_version_is_answered_once_a_response_to_it_is_stored,
    pages_give_every_response_once_in_order,
    pages_keep_to_their_commune_instrument_and_time,
];

async fn store(db: &Db, answered_at: &str) {
    store_at(db, answered_at, &point(), "quick-counter").await;
}

async fn store_at(db: &Db, answered_at: &str, point: &str, instrument: &str) {
    let mut submission = good_but("answered_at", json!(answered_at));
    submission["collection_point"] = json!(point);
    submission["instrument"] = json!(instrument);
    submission["answers"] = json!({});
    if instrument != "quick-counter" {
        submission["comment"] = json!(null);
    }
    db.insert_responses(&[parsed(Clock::System.new_id(), &submission)]).await.unwrap();
}

fn september() -> Selection {
    let period = Period::parse("2026-09").unwrap();
    Selection {
        commune_code: commune(),
        instrument: "quick-counter".into(),
        version: 1,
        from: period.start_millis(),
        until: period.end_millis(),
    }
}

async fn a_period_holds_its_first_moment_and_not_the_first_after_it(database: Database) {
    let db = database.open().await;
    for outside in ["2026-08-31T23:59:59.999+07:00", "2026-10-01T00:00:00+07:00"] {
        store(&db, outside).await;
    }
    assert_eq!(db.responses(&september()).await.unwrap().len(), 0);
    for inside in
        ["2026-09-01T00:00:00+07:00", "2026-09-30T23:59:59.999+07:00", "2026-08-31T17:00:00Z"]
    {
        store(&db, inside).await;
    }
    assert_eq!(db.responses(&september()).await.unwrap().len(), 3);
}

async fn a_selection_takes_one_commune_and_one_instrument_only(database: Database) {
    let db = database.open().await;
    let points = hailong::first_points::all();
    for p in &points {
        store_at(&db, "2026-09-10", p.code.as_str(), p.instrument.as_str()).await;
    }
    let rows = db.responses(&september()).await.unwrap();
    assert_eq!(rows.len(), 1, "of {} stored", points.len());
    assert_eq!(rows[0].commune_code, commune());
    let later = Selection { version: 2, ..september() };
    assert_eq!(db.responses(&later).await.unwrap().len(), 0);
}

async fn responses_come_in_the_order_in_which_they_were_stored(database: Database) {
    let db = database.open().await;
    for day in ["2026-09-20", "2026-09-02", "2026-09-11"] {
        store(&db, day).await;
    }
    let order: Vec<i64> = db
        .responses(&september())
        .await
        .unwrap()
        .iter()
        .map(|row| surveys::response::Document::read(&row.document).unwrap().answered_at)
        .collect();
    let day = |text| surveys::response::read_moment(text).unwrap();
    assert_eq!(order, [day("2026-09-20"), day("2026-09-02"), day("2026-09-11")]);
}

async fn the_mark_changes_with_every_response_and_only_then(database: Database) {
    let db = database.open().await;
    let empty = db.responses_mark(&september()).await.unwrap();
    store(&db, "2026-09-10").await;
    let one = db.responses_mark(&september()).await.unwrap();
    assert_ne!(empty, one);
    store(&db, "2026-10-10").await;
    assert_eq!(db.responses_mark(&september()).await.unwrap(), one, "October is not September");
    store(&db, "2026-09-10").await;
    assert_ne!(db.responses_mark(&september()).await.unwrap(), one);
}

async fn an_instrument_version_is_answered_once_a_response_to_it_is_stored(database: Database) {
    let db = database.open().await;
    let commune = commune();
    assert!(!db.is_answered(&commune, "quick-counter", 1).await.unwrap());
    store(&db, "2026-09-10").await;
    assert!(db.is_answered(&commune, "quick-counter", 1).await.unwrap());
    assert!(!db.is_answered(&commune, "quick-counter", 2).await.unwrap());
    assert!(!db.is_answered(&commune, "sipas-style", 1).await.unwrap());
    assert!(!db.is_answered("99999", "quick-counter", 1).await.unwrap());
    let sipas = format!("{}-sipas", point());
    store_at(&db, "2026-09-10", &sipas, "sipas-style").await;
    assert!(db.is_answered(&commune, "sipas-style", 1).await.unwrap());
}

fn everything() -> Pages {
    Pages {
        instrument: None,
        version: None,
        commune_code: None,
        from: i64::MIN,
        until: i64::MAX,
        sample: None,
    }
}

/// The ids and communes of the first `most` responses after a place, and the
/// place of the last of them.
async fn page(db: &Db, pages: &Pages, after: i64, most: u32) -> (Vec<(String, String)>, i64) {
    let Some(page) = db.page(pages, after, most).await.unwrap() else {
        return (Vec::new(), after);
    };
    let whole = page.responses().map(|row| row.expect("no response is damaged"));
    let rows = whole.inspect(|row| {
        surveys::response::Document::read(row.document).expect("a whole document");
    });
    (rows.map(|row| (row.id.to_owned(), row.commune_code.to_owned())).collect(), page.last)
}

async fn pages_give_every_response_once_in_order(database: Database) {
    let db = database.open().await;
    assert_eq!(db.page(&everything(), 0, 10).await.unwrap(), None);
    assert_eq!(db.last_place().await.unwrap(), 0);
    let mut ids = Vec::new();
    for day in 1..=7 {
        let mut submission = good_but("answered_at", json!(format!("2026-09-{day:02}")));
        submission["comment"] = json!("Hai\ndòng \u{2028} và |");
        let new = parsed(Clock::System.new_id(), &submission);
        ids.push((new.response.id.simple().to_string(), commune()));
        db.insert_responses(&[new]).await.unwrap();
    }
    for most in [1, 3, 7, 8] {
        let (mut seen, mut after) = (Vec::new(), 0);
        loop {
            let (rows, last) = page(&db, &everything(), after, most).await;
            assert!(rows.len() <= most as usize);
            if rows.is_empty() {
                break;
            }
            seen.extend(rows);
            after = last;
        }
        assert_eq!(seen, ids, "pages of {most}");
        assert_eq!(after, db.last_place().await.unwrap());
    }
}

async fn pages_keep_to_their_commune_instrument_and_time(database: Database) {
    let db = database.open().await;
    let points = hailong::first_points::all();
    for p in &points {
        store_at(&db, "2026-09-30T23:59:59.999+07:00", p.code.as_str(), p.instrument.as_str())
            .await;
        store_at(&db, "2026-10-01", p.code.as_str(), p.instrument.as_str()).await;
    }
    let september = september();
    let (from, until) = (september.from, september.until);
    let all = Pages { from, until, ..everything() };
    let ours = Pages { commune_code: Some(commune()), ..all.clone() };
    let quick = Pages { instrument: Some("quick-counter".into()), ..ours.clone() };
    let later = Pages { version: Some(2), ..all.clone() };
    for (pages, expected) in [(&all, points.len()), (&ours, 2), (&quick, 1), (&later, 0)] {
        let (rows, _) = page(&db, pages, 0, 100).await;
        assert_eq!(rows.len(), expected, "{pages:?}");
        let here = pages.commune_code.is_none() || rows.iter().all(|(_, c)| *c == commune());
        assert!(here, "{pages:?}: {rows:?}");
    }
    let here = db.instruments_between(Some(&commune()), from, until).await.unwrap();
    assert_eq!(here, [("quick-counter".to_owned(), 1, 1), ("sipas-style".to_owned(), 1, 1)]);
    let places = points.len() as u64;
    let everywhere = db.instruments_between(None, i64::MIN, i64::MAX).await.unwrap();
    let each = [("quick-counter".to_owned(), 1, places), ("sipas-style".to_owned(), 1, places)];
    assert_eq!(everywhere, each);
}
