//! The program's own job, with its clock set forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hailong::clock::Clock;
use hailong::config::Settings;
use hailong::first_points;
use hailong::service::Service;
use surveys::response::Document;

use crate::support::app::now;
use crate::support::comments::{TWO_DAYS, gather};
use crate::support::database::{Database, on_both_databases};
use crate::support::process::hailong;
use crate::support::staff::key;
use crate::support::submission::{good, parsed};

on_both_databases![as_time_goes_on_less_is_left_and_answers_stay];

const DAY: i64 = 86_400_000;

async fn as_time_goes_on_less_is_left_and_answers_stay(database: Database) {
    let clock = Arc::new(AtomicI64::new(now()));
    let db = database.open().await;
    first_points::add(&db, now()).await.unwrap();
    let new = parsed(Clock::System.new_id(), &good());
    db.insert_responses(std::slice::from_ref(&new)).await.unwrap();
    gather(&db, now() + TWO_DAYS).await;
    let service =
        Service::new(Settings::default(), Clock::Set(Arc::clone(&clock)), db.clone(), key());
    let left = async |days: i64| {
        clock.store(now() + days * DAY, Ordering::Relaxed);
        service.end_terms().await.unwrap();
        service.end_terms().await.unwrap();
        let document = db.document(new.response.id).await.unwrap().unwrap();
        let read = Document::read(&document).unwrap();
        let exact = read.answered_at == new.response.answered_at;
        (exact, read.comment.is_some(), read.answers.len(), database.count("staff_audit").await)
    };
    // Answered on 5 October 2026: the first day on which it is 90 days old is over.
    assert_eq!(left(0).await, (true, true, 4, 0));
    assert_eq!(left(80).await, (true, true, 4, 0));
    assert_eq!(left(81).await, (false, true, 4, 1));
    assert_eq!(left(365 * 2).await, (false, true, 4, 1));
    // All of October 2026 is two years ago on 1 November 2028; the line of 2027 stays.
    assert_eq!(left(365 * 2 + 18).await, (false, false, 4, 2));
    // That of January 2027 is two years old in January 2029, and its end is noted too.
    assert_eq!(left(365 * 2 + 90).await, (false, false, 4, 2));
    assert!(db.receipt(new.response.id).await.unwrap().is_some());
    db.close().await;
}

#[tokio::test]
async fn the_operator_sees_what_is_over_and_lets_it_go() {
    let database = Database::sqlite();
    let db = database.open().await;
    first_points::add(&db, now()).await.unwrap();
    let mut old = good();
    old["answered_at"] = serde_json::json!("2024-01-05T09:30:00+07:00");
    let new = parsed(Clock::System.new_id(), &old);
    db.insert_responses(&[new]).await.unwrap();
    db.close().await;
    let run = |more: &[&str]| {
        let arguments = [&["retention", "--format", "csv", "--database", database.url()], more];
        hailong(&arguments.concat()).out
    };
    let shown = run(&[]);
    assert!(shown.contains("moments,1,"), "{shown}");
    let again = run(&[]);
    assert_eq!(shown, again, "looking changes nothing");
    assert!(run(&["--now"]).contains("moments,1,"));
    assert!(run(&["--now"]).contains("moments,0,"));
    let backdoor = database.backdoor().await;
    let log = backdoor.texts("select who || ' ' || action from staff_audit").await;
    assert_eq!(log, ["(operator) end-terms"]);
    backdoor.close().await;
}
