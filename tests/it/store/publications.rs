//! Published results.

use hailong::staff::audit::{Action, Event};
use hailong::store::publications::NewPublication;
use surveys::CommuneCode;

use crate::support::database::{Database, on_both_databases};
use crate::support::staff::event;

on_both_databases![
    what_was_published_is_read_back_in_the_order_in_which_it_was,
    of_two_who_publish_the_same_number_one_is_stored,
    publications_are_never_changed_or_removed,
    a_document_that_is_not_what_was_published_is_not_read,
];

fn commune() -> CommuneCode {
    CommuneCode::parse("22651").unwrap()
}

fn new(number: i64, document: &str) -> NewPublication {
    NewPublication {
        commune: commune(),
        instrument: "quick-counter".into(),
        version: 1,
        period: "2026-09".into(),
        start: "2026-09-01".parse().unwrap(),
        end: "2026-10-01".parse().unwrap(),
        number,
        reason: if number > 1 { "nhập nhầm đợt".into() } else { String::new() },
        last_seq: 40 + number,
        document: document.into(),
    }
}

fn by(who: &str, at: i64) -> Event {
    event(at, who, Action::PublishResults)
}

async fn what_was_published_is_read_back_in_the_order_in_which_it_was(database: Database) {
    let db = database.open().await;
    assert!(db.publish(&new(1, "một"), &by("lan", 5)).await.unwrap());
    assert!(db.publish(&new(2, "hai"), &by("hoa", 6)).await.unwrap());
    let quarter = NewPublication {
        period: "2026-Q3".into(),
        start: "2026-07-01".parse().unwrap(),
        ..new(1, "quý")
    };
    assert!(db.publish(&quarter, &by("lan", 7)).await.unwrap());
    let all = db.publications(&commune()).await.unwrap();
    let told: Vec<_> =
        all.iter().map(|p| (&*p.period, p.number, &*p.decided_by, p.decided_at)).collect();
    assert_eq!(
        told,
        [("2026-09", 1, "lan", 5), ("2026-09", 2, "hoa", 6), ("2026-Q3", 1, "lan", 7)]
    );
    assert_eq!((all[1].last_seq, &*all[1].reason), (42, "nhập nhầm đợt"));
    assert_eq!((all[0].start, all[0].end), (new(1, "").start, new(1, "").end));
    assert_eq!((&*all[0].instrument, all[0].version), ("quick-counter", 1));
    assert_eq!(db.published_document(all[1].id).await.unwrap(), "hai");
    let elsewhere = CommuneCode::parse("00004").unwrap();
    assert!(db.publications(&elsewhere).await.unwrap().is_empty());
    db.close().await;
}

async fn of_two_who_publish_the_same_number_one_is_stored(database: Database) {
    let db = database.open().await;
    let (first, second) = (new(1, "của lan"), new(1, "của hoa"));
    let (lan, hoa) = (by("lan", 5), by("hoa", 5));
    let (one, other) = tokio::join!(db.publish(&first, &lan), db.publish(&second, &hoa));
    assert!(one.unwrap() != other.unwrap(), "one of both");
    assert_eq!(db.publications(&commune()).await.unwrap().len(), 1);
    let backdoor = database.backdoor().await;
    let noted = "select count(*) from staff_audit where action = 'publish-results'";
    assert_eq!(backdoor.number(noted).await, 1, "what is not stored leaves no line");
    // Without its line in the log nothing is published.
    backdoor.execute("alter table staff_audit rename to away").await;
    assert!(db.publish(&new(2, "x"), &by("lan", 6)).await.is_err());
    assert_eq!(backdoor.number("select count(*) from publications").await, 1);
    backdoor.close().await;
    db.close().await;
}

async fn publications_are_never_changed_or_removed(database: Database) {
    let db = database.open().await;
    assert!(db.publish(&new(1, "một"), &by("lan", 5)).await.unwrap());
    let backdoor = database.backdoor().await;
    for statement in [
        "update publications set document = 'khác'",
        "update publications set reason = 'khác'",
        "delete from publications",
    ] {
        let refused = backdoor.refusal(statement).await.expect(statement);
        assert!(refused.contains("publications are append-only"), "{refused}");
    }
    backdoor.close().await;
    db.close().await;
}

async fn a_document_that_is_not_what_was_published_is_not_read(database: Database) {
    let db = database.open().await;
    let backdoor = database.backdoor().await;
    let sql = "insert into publications (commune_code, instrument, version, period, first_day,
        end_day, number, decided_by, decided_at, reason, last_seq, document, sha256)
        values ('22651', 'quick-counter', 1, '2026-09', '2026-09-01', '2026-10-01', 1, 'lan', 5,
        '', 1, 'một', '00')";
    backdoor.execute(sql).await;
    let all = db.publications(&commune()).await.unwrap();
    let error = db.published_document(all[0].id).await.unwrap_err();
    assert!(error.to_string().contains("publication"), "{error}");
    assert!(db.published_document(999).await.is_err());
    backdoor.close().await;
    db.close().await;
}
