//! Reports that were sent: noted once, and taken back by whoever has seen what is noted.

use chrono::NaiveDate;
use hailong::staff::Role;
use hailong::staff::audit::{Action, Event};
use surveys::CommuneCode;

use crate::support::action;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff;

on_both_databases![
    a_report_is_noted_with_who_did_and_taken_back_by_whoever_has_seen_it,
    of_many_who_note_the_same_report_only_the_first_is_stored,
];

fn commune(code: &str) -> CommuneCode {
    CommuneCode::parse(code).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn noted() -> Event {
    action::event(2_000, Action::NoteReport)
}

async fn a_report_is_noted_with_who_did_and_taken_back_by_whoever_has_seen_it(database: Database) {
    let db = database.open().await;
    let (here, there) = (commune("22651"), commune("21409"));
    let sent = day("2026-10-14");
    assert!(db.note_report_sent(&here, "2026.1", sent, &noted()).await.unwrap());
    assert!(db.note_report_sent(&there, "2026.1", day("2026-10-13"), &noted()).await.unwrap());
    assert!(!db.note_report_sent(&here, "2026.1", day("2026-10-15"), &noted()).await.unwrap());
    let listed = db.sent_reports(&here).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((&*listed[0].report, listed[0].sent_on), ("2026.1", sent));
    assert_eq!(listed[0].noted_by, "lan", "nobody has this sign-in name");
    let lan = staff::account("lan", Role::CentreStaff, "/56/22651/");
    staff::set_up(&db, &lan, 1_000, Vec::new()).await;
    assert_eq!(db.sent_reports(&here).await.unwrap()[0].noted_by, "Cán bộ lan");
    let taken = action::event(3_000, Action::TakeReportBack);
    let other_day = day("2026-10-15");
    assert!(!db.take_report_back(&here, "2026.1", other_day, &taken).await.unwrap());
    assert!(!db.take_report_back(&here, "2026.2", sent, &taken).await.unwrap());
    assert!(db.take_report_back(&here, "2026.1", sent, &taken).await.unwrap());
    assert!(!db.take_report_back(&here, "2026.1", sent, &taken).await.unwrap());
    assert_eq!(db.sent_reports(&here).await.unwrap(), []);
    assert_eq!(db.sent_reports(&there).await.unwrap().len(), 1);
    let backdoor = database.backdoor().await;
    let lines = "select action from staff_audit where at in (2000, 3000) order by seq";
    let lines = backdoor.texts(lines).await;
    assert_eq!(lines, ["note-report", "note-report", "take-report-back"], "what was done alone");
    backdoor.close().await;
    db.close().await;
}

async fn of_many_who_note_the_same_report_only_the_first_is_stored(database: Database) {
    let db = database.open().await;
    let (here, event) = (commune("22651"), noted());
    let all = (1..=8).map(|n| {
        let sent = NaiveDate::from_ymd_opt(2026, 10, n).unwrap();
        db.note_report_sent(&here, "2026.1", sent, &event)
    });
    let stored = futures_util::future::join_all(all).await;
    assert_eq!(stored.into_iter().filter(|stored| *stored.as_ref().unwrap()).count(), 1);
    assert_eq!(database.count("sent_reports").await, 1);
    assert_eq!(database.count("staff_audit").await, 1, "what was not done is not told");
    db.close().await;
}
