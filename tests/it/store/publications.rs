//! Published results.

use hailong::staff::audit::{Action, Event};
use hailong::store::publications::{Footprint, NewPublication, Publication};
use hailong::store::responses::Selection;
use surveys::CommuneCode;
use surveys::period::midnight_millis;

use crate::support::answers;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::event;

on_both_databases![
    what_was_published_is_read_back_in_the_order_in_which_it_was,
    of_two_who_publish_the_same_number_one_is_stored,
    publications_are_never_changed_or_removed,
    a_document_that_is_not_what_was_published_is_not_read,
    what_is_taken_back_is_the_next_number_and_only_the_newest_is,
    the_newest_periods_that_stand_published_are_found,
    the_days_of_responses_add_up_to_what_counts,
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
        made_of: Footprint { responses: 40, places: 820 + number },
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
    assert_eq!(all[1].made_of, Some(Footprint { responses: 40, places: 822 }));
    assert!(all.iter().all(|publication| !publication.withdraws));
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

async fn what_is_taken_back_is_the_next_number_and_only_the_newest_is(database: Database) {
    let db = database.open().await;
    assert!(db.publish(&new(1, "một"), &by("lan", 5)).await.unwrap());
    let first: Publication = db.publications(&commune()).await.unwrap().remove(0);
    let event = |who, at| event(at, who, Action::WithdrawResults);
    // Two at once: one of both.
    let (lan, hoa) = (event("lan", 6), event("hoa", 6));
    let (one, other) = tokio::join!(
        db.withdraw_publication(&first, "nhầm kỳ", &lan),
        db.withdraw_publication(&first, "nhầm kỳ", &hoa)
    );
    assert!(one.unwrap() != other.unwrap());
    let all = db.publications(&commune()).await.unwrap();
    assert_eq!(all.len(), 2);
    let gone = &all[1];
    assert_eq!((gone.number, gone.withdraws, &*gone.reason), (2, true, "nhầm kỳ"));
    assert_eq!((&*gone.period, gone.start, gone.end), ("2026-09", first.start, first.end));
    assert_eq!((gone.decided_at, gone.made_of), (6, None));
    // Neither what was taken back nor the taking back itself is taken back again.
    assert!(!db.withdraw_publication(&first, "x", &lan).await.unwrap());
    assert!(!db.withdraw_publication(gone, "x", &lan).await.unwrap());
    // Whoever publishes over it does not take its number.
    assert!(!db.publish(&new(2, "hai"), &by("lan", 7)).await.unwrap());
    assert!(db.publish(&new(3, "ba"), &by("lan", 7)).await.unwrap());
    assert!(!db.withdraw_publication(&first, "x", &lan).await.unwrap(), "not the newest");
    assert!(db.publish(&new(4, "bốn"), &by("lan", 8)).await.unwrap());
    let all = db.publications(&commune()).await.unwrap();
    let anew: Vec<_> = all.iter().map(|decision| decision.is_anew).collect();
    assert_eq!(anew, [false, false, true, false], "the third follows what was taken back");
    assert_eq!(db.published_document(first.id).await.unwrap(), "một", "it stays stored");
    let backdoor = database.backdoor().await;
    let noted = "select count(*) from staff_audit where action = 'withdraw-results'";
    assert_eq!(backdoor.number(noted).await, 1);
    backdoor.close().await;
    db.close().await;
}

async fn the_newest_periods_that_stand_published_are_found(database: Database) {
    let db = database.open().await;
    let here = [commune()].into();
    let found = async |communes, most| {
        db.published_periods("quick-counter", communes, most).await.unwrap().join(" ")
    };
    assert_eq!(found(&here, 12).await, "");
    let month = |code: &str, start: &str, end: &str| NewPublication {
        period: code.into(),
        start: start.parse().unwrap(),
        end: end.parse().unwrap(),
        ..new(1, "một")
    };
    for one in [
        month("2026-Q3", "2026-07-01", "2026-10-01"),
        month("2026-09", "2026-09-01", "2026-10-01"),
        month("2026-08", "2026-08-01", "2026-09-01"),
        NewPublication {
            commune: CommuneCode::parse("21409").unwrap(),
            ..month("2026-10", "2026-10-01", "2026-11-01")
        },
        // Another calendar has other days for the same name.
        NewPublication {
            commune: CommuneCode::parse("21409").unwrap(),
            ..month("2026-Q3", "2026-06-10", "2026-09-10")
        },
    ] {
        assert!(db.publish(&one, &by("lan", 5)).await.unwrap());
    }
    assert_eq!(found(&here, 12).await, "2026-09 2026-Q3 2026-08", "the shortest first");
    let both = [commune(), CommuneCode::parse("21409").unwrap()].into();
    assert_eq!(found(&both, 12).await, "2026-10 2026-09 2026-Q3 2026-08");
    assert_eq!(found(&both, 2).await, "2026-10 2026-09");
    assert_eq!(found(&both, 0).await, "");
    let nobody = std::collections::BTreeSet::new();
    assert_eq!(found(&nobody, 12).await, "");
    assert_eq!(db.published_periods("sipas-style", &both, 12).await.unwrap(), [""; 0]);
    let all = db.publications(&commune()).await.unwrap();
    let september = all.iter().find(|p| p.period == "2026-09").unwrap();
    assert!(db.withdraw_publication(september, "nhầm", &by("hoa", 6)).await.unwrap());
    assert_eq!(found(&here, 12).await, "2026-Q3 2026-08", "what stands");
    db.close().await;
}

async fn the_days_of_responses_add_up_to_what_counts(database: Database) {
    answers::month(&database, "22651", 40).await;
    let db = database.open().await;
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let of = |start, end| Selection {
        commune_code: "22651".into(),
        instrument: "quick-counter".into(),
        version: 1,
        from: midnight_millis(day(start)),
        until: midnight_millis(day(end)),
    };
    let all = db.days_of_responses(&of("2026-09-01", "2026-10-01")).await.unwrap();
    assert_eq!(all.len(), 30, "a day each");
    assert!(all.iter().all(|(day, _)| day.to_string().starts_with("2026-09-")));
    let sum = |days: &[(chrono::NaiveDate, Footprint)]| {
        days.iter().fold(Footprint::default(), |sum, (_, one)| sum.and(*one))
    };
    let backdoor = database.backdoor().await;
    let places = backdoor.number("select cast(sum(seq) as bigint) from responses").await;
    assert_eq!(sum(&all), Footprint { responses: 40, places });
    let first = db.days_of_responses(&of("2026-09-01", "2026-09-02")).await.unwrap();
    assert_eq!(
        first,
        all.iter().filter(|(d, _)| *d == day("2026-09-01")).copied().collect::<Vec<_>>()
    );
    // In the first minute of a day and in the last.
    let (from, until) = (midnight_millis(day("2026-09-05")), midnight_millis(day("2026-09-06")));
    for (at, seq) in [(from, "= 1"), (until - 1, "= 2"), (until, "= 3")] {
        backdoor.execute(&format!("update responses set answered_at = {at} where seq {seq}")).await;
    }
    let fifth = db.days_of_responses(&of("2026-09-05", "2026-09-06")).await.unwrap();
    let sixth = db.days_of_responses(&of("2026-09-06", "2026-09-07")).await.unwrap();
    let told = async |from: i64| {
        let of_day =
            format!("from responses where answered_at between {from} and {from} + 86399999");
        Footprint {
            responses: backdoor.number(&format!("select count(*) {of_day}")).await,
            places: backdoor.number(&format!("select cast(sum(seq) as bigint) {of_day}")).await,
        }
    };
    assert_eq!((fifth.len(), sum(&fifth)), (1, told(from).await));
    assert_eq!((sixth.len(), sum(&sixth)), (1, told(until).await));
    // What is of an undone batch is left out.
    let undone = "insert into batches (file_name, sha256, instrument, version, channel, point, map,
        begun_at, finished_at, rows_read, stored, known, rejected, undone_at, undone_why)
        values ('x', 'x', 'quick-counter', 1, '', '', '', 0, 0, 0, 0, 0, 0, 1, 'x')";
    backdoor.execute(undone).await;
    let own = "update responses set batch_id = (select max(batch_id) from batches) where seq > 30";
    backdoor.execute(own).await;
    let left = db.days_of_responses(&of("2026-09-01", "2026-10-01")).await.unwrap();
    assert_eq!(sum(&left).responses, 30);
    backdoor.close().await;
    db.close().await;
}
