//! What was kept long enough goes, with the clock set forward; nothing else does, and no
//! figure and no receipt changes.

use hailong::clock::Clock;
use hailong::first_points;
use hailong::staff::audit::{Action, Event, Outcome};
use hailong::store::Db;
use hailong::store::batches::{Kept, NewBatch};
use hailong::store::responses::{NewResponse, Outcome as Stored, Selection};
use hailong::store::retention::{Over, Terms};
use hailong::store::survey_links::NewLink;
use serde_json::json;
use surveys::response::{Document, read_moment};
use surveys::{PointCode, VisitToken};

use crate::support::app::NOW;
use crate::support::comments::{TWO_DAYS, everything, gather};
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::by_operator;
use crate::support::staff::event;
use crate::support::submission::{good_at, good_but, parsed};

on_both_databases![
    what_is_over_is_counted_and_then_goes_and_nothing_else,
    answers_and_receipts_stay_when_the_time_of_day_goes,
    a_comment_that_goes_before_the_time_of_day_leaves_no_moment_behind,
    a_response_that_was_reduced_is_known_again_when_it_is_sent_again,
    a_reduced_file_is_known_again_and_a_mended_one_is_not_taken_for_it,
    only_old_lines_of_the_audit_log_can_be_removed,
];

const DAY: i64 = 86_400_000;

fn now() -> i64 {
    read_moment(NOW).unwrap()
}

fn noted(over: &Over) -> Event {
    event(now(), "(program)", Action::EndTerms).about(&format!("{} lines", over.audit))
}

/// Terms by which nothing is over.
fn nothing() -> Terms {
    let begin = i64::MIN / 2;
    Terms {
        exact_from: begin,
        texts_from: "0000-00".to_owned(),
        keyed_from: begin,
        links_from: begin,
        audit_from: begin,
    }
}

async fn open(database: &Database) -> Db {
    let db = database.open().await;
    first_points::add(&db, 0).await.unwrap();
    db
}

/// A response of the moment `answered_at`.
fn of(answered_at: &str) -> NewResponse {
    let mut submission = good_at("22651");
    submission["answered_at"] = json!(answered_at);
    parsed(Clock::System.new_id(), &submission)
}

async fn what_is_over_is_counted_and_then_goes_and_nothing_else(database: Database) {
    let db = open(&database).await;
    let (old, young) = (of("2026-07-01T09:30:00+07:00"), of("2026-10-01T09:30:00+07:00"));
    db.insert_responses(&[old.clone(), young.clone()]).await.unwrap();
    gather(&db, now() + TWO_DAYS).await;
    let point = PointCode::parse("22651").unwrap();
    let token = |n| VisitToken::new([n; 16]);
    db.add_visits(
        &point,
        Clock::System.new_id(),
        &[token(1)],
        &by_operator(now() - 400 * DAY, Action::MakeSlips),
    )
    .await
    .unwrap();
    db.add_visits(
        &point,
        Clock::System.new_id(),
        &[token(2)],
        &by_operator(now(), Action::MakeSlips),
    )
    .await
    .unwrap();
    let link =
        |n| NewLink { dossier: [n; 32], token: token(n), send_after: 0, mail: Some(vec![n]) };
    for (n, at) in [(3, now() - 400 * DAY), (4, now())] {
        db.add_survey_links(
            &point,
            Clock::System.new_id(),
            &[link(n)],
            &by_operator(at, Action::MakeSurveyLinks),
        )
        .await
        .unwrap();
    }
    for at in [now() - 800 * DAY, now()] {
        db.note(&event(at, "lan", Action::SignOut)).await.unwrap();
    }
    let noted_before = database.count("staff_audit").await;
    assert!(db.what_is_over(&nothing()).await.unwrap().is_nothing());
    assert!(db.end_terms(&nothing(), noted).await.unwrap().is_nothing());
    let noted_since = database.count("staff_audit").await - noted_before;
    assert_eq!(noted_since, 0, "what did not happen is not noted");

    let terms = Terms {
        exact_from: now() - 90 * DAY,
        texts_from: "2026-08".to_owned(),
        keyed_from: now() - 90 * DAY,
        links_from: now() - 365 * DAY,
        audit_from: now() - 730 * DAY,
    };
    let over = Over { moments: 1, texts: 1, links: 2, audit: 1 };
    assert_eq!(db.what_is_over(&terms).await.unwrap(), over);
    assert_eq!(database.count("visit_tokens").await, 4, "counting changes nothing");
    assert_eq!(db.end_terms(&terms, noted).await.unwrap(), over);
    assert!(db.what_is_over(&terms).await.unwrap().is_nothing());
    assert!(db.end_terms(&terms, noted).await.unwrap().is_nothing(), "and once");

    let read = |id| db.document(id);
    let (left, whole) = (read(old.response.id).await.unwrap(), read(young.response.id).await);
    assert_eq!(whole.unwrap(), Some(young.document));
    let (left, before) = (left.unwrap(), Document::read(&old.document).unwrap());
    let left = Document::read(&left).unwrap();
    assert_eq!((&left.comment, left.answers), (&None, before.answers));
    assert_eq!(left.answered_at, read_moment("2026-07-01").unwrap());
    assert_eq!(db.comments(&everything()).await.unwrap().len(), 1);
    for (table, rows) in
        [("responses", 2), ("visit_tokens", 2), ("survey_links", 1), ("link_mails", 1)]
    {
        assert_eq!(database.count(table).await, rows, "{table}");
    }
    let backdoor = database.backdoor().await;
    let log = "select action || ' ' || subject from staff_audit
        where action in ('sign-out', 'end-terms') order by seq";
    assert_eq!(backdoor.texts(log).await, ["sign-out ", "end-terms 1 lines"]);
    backdoor.close().await;
    db.close().await;
}

async fn answers_and_receipts_stay_when_the_time_of_day_goes(database: Database) {
    let db = open(&database).await;
    // A night before and a night after midnight in Vietnam, on the days of UTC that they are not.
    let moments = ["2026-07-01T00:00:01+07:00", "2026-07-01T23:59:59+07:00"];
    let all: Vec<NewResponse> = moments.iter().map(|at| of(at)).collect();
    let stored = db.insert_responses(&all).await.unwrap();
    let day = Selection {
        commune_code: "22651".into(),
        instrument: "quick-counter".into(),
        version: 1,
        from: read_moment("2026-07-01").unwrap(),
        until: read_moment("2026-07-02").unwrap(),
    };
    let mark = db.responses_mark(&day).await.unwrap();
    let terms = Terms { exact_from: now(), ..nothing() };
    assert_eq!(db.end_terms(&terms, noted).await.unwrap().moments, 2);
    assert_eq!(db.responses_mark(&day).await.unwrap(), mark, "no figure is made anew");
    assert_eq!(db.responses(&day).await.unwrap().len(), 2, "both stay on their day");
    for (new, stored) in all.iter().zip(&stored) {
        let Stored::Stored(receipt) = stored else { panic!("{stored:?}") };
        assert_eq!(db.receipt(new.response.id).await.unwrap().as_ref(), Some(receipt));
    }
    let backdoor = database.backdoor().await;
    let exact = "select count(*) from responses where length(salt) > 0
        or (answered_at + 25200000) % 86400000 <> 0 or (received_at + 25200000) % 86400000 <> 0";
    assert_eq!(backdoor.number(exact).await, 0, "no moment and no salt is left");
    backdoor.close().await;
    db.close().await;
}

async fn a_comment_that_goes_before_the_time_of_day_leaves_no_moment_behind(database: Database) {
    let db = open(&database).await;
    let old = of("2026-07-01T09:30:00+07:00");
    db.insert_responses(std::slice::from_ref(&old)).await.unwrap();
    gather(&db, now() + TWO_DAYS).await;
    let texts = Terms { texts_from: "2026-08".to_owned(), ..nothing() };
    assert_eq!(db.end_terms(&texts, noted).await.unwrap().texts, 1);
    let backdoor = database.backdoor().await;
    let exact = "select count(*) from responses where answered_at <> ";
    let day = read_moment("2026-07-01").unwrap();
    assert_eq!(backdoor.number(&format!("{exact}{day}")).await, 0);
    backdoor.close().await;
}

async fn a_response_that_was_reduced_is_known_again_when_it_is_sent_again(database: Database) {
    let db = open(&database).await;
    let new = of("2026-07-01T09:30:00+07:00");
    let stored = db.insert_responses(std::slice::from_ref(&new)).await.unwrap();
    gather(&db, now() + TWO_DAYS).await;
    let terms = Terms { exact_from: now(), texts_from: "2026-08".into(), ..nothing() };
    db.end_terms(&terms, noted).await.unwrap();
    let again = db.insert_responses(std::slice::from_ref(&new)).await.unwrap();
    let (Stored::Stored(first), Stored::Same(second)) = (&stored[0], &again[0]) else {
        panic!("{again:?}")
    };
    assert_eq!(first, second);
    let mut other = good_but("answers", json!({"A1": 1}));
    other["answered_at"] = json!("2026-07-01T09:30:00+07:00");
    let other = parsed(new.response.id, &other);
    assert_eq!(db.insert_responses(&[other]).await.unwrap(), [Stored::Conflict]);
    db.close().await;
}

async fn a_reduced_file_is_known_again_and_a_mended_one_is_not_taken_for_it(database: Database) {
    let db = open(&database).await;
    let file = |sha: &str| NewBatch {
        file_name: "phiếu.csv".into(),
        sha256: sha.repeat(64),
        instrument: "quick-counter".into(),
        version: 1,
        channel: "paper".into(),
        point: String::new(),
        map: String::new(),
        map_text: String::new(),
        imported_by: String::new(),
    };
    let row = of("2026-07-01T09:30:00+07:00");
    let first = db.begin_batch(&file("1"), &by_operator(now(), Action::Import)).await.unwrap();
    assert_eq!(db.store_in_batch(first, std::slice::from_ref(&row)).await.unwrap(), [Kept::Own]);
    db.finish_batch(first, 1, 0, now()).await.unwrap();
    let terms = Terms { exact_from: now(), ..nothing() };
    assert_eq!(db.end_terms(&terms, noted).await.unwrap().moments, 1);
    let again = std::slice::from_ref(&row);
    assert_eq!(db.try_in_batch(again).await.unwrap(), [Kept::Known]);
    let second = db.begin_batch(&file("2"), &by_operator(now(), Action::Import)).await.unwrap();
    assert_eq!(db.store_in_batch(second, again).await.unwrap(), [Kept::Known]);

    db.undo_batch(first, "sửa", now(), None).await.unwrap();
    let mut mended = good_but("answers", json!({"A1": 1}));
    mended["answered_at"] = json!("2026-07-01T09:30:00+07:00");
    let mended = parsed(row.response.id, &mended);
    let third = db.begin_batch(&file("3"), &by_operator(now(), Action::Import)).await.unwrap();
    let kept = db.store_in_batch(third, std::slice::from_ref(&mended)).await.unwrap();
    assert_eq!(kept, [Kept::Own], "under an id of its own");
    assert_eq!(database.count("responses").await, 2);
    db.finish_batch(third, 1, 0, now()).await.unwrap();
    db.end_terms(&terms, noted).await.unwrap();
    let kept = db.try_in_batch(std::slice::from_ref(&mended)).await.unwrap();
    assert_eq!(kept, [Kept::Known], "the correction too is known when it is reduced");
    db.close().await;
}

async fn only_old_lines_of_the_audit_log_can_be_removed(database: Database) {
    let db = open(&database).await;
    for at in [1, 1_000] {
        db.note(&Event::new(at, "lan", Action::SignOut, Outcome::Done)).await.unwrap();
    }
    let terms = Terms { audit_from: 1_000, ..nothing() };
    assert_eq!(db.end_terms(&terms, noted).await.unwrap().audit, 1);
    db.close().await;
    let backdoor = database.backdoor().await;
    for sql in [
        "delete from staff_audit where at = 1000",
        "delete from staff_audit",
        "update staff_audit set who = 'hoa'",
    ] {
        let refused = backdoor.refusal(sql).await.unwrap_or_else(|| panic!("{sql} was done"));
        assert!(refused.contains("append-only"), "{refused}");
    }
    backdoor.close().await;
}
