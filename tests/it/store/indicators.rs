//! What was entered of indicators.

use hailong::store::indicators::{Ledger, NewEntry};
use surveys::CommuneCode;
use surveys::indicator::{Entered, Entry};

use crate::support::database::{Database, on_both_databases};
use crate::support::indicators::{COMMUNE, counts, entering, new, of_every_kind};

on_both_databases![
    every_kind_of_entry_is_read_back_as_it_was_entered,
    of_two_who_correct_the_same_month_one_is_stored_and_the_other_told,
    what_was_replaced_or_withdrawn_stays_and_no_longer_holds,
    entries_are_never_changed_or_removed,
    many_entries_are_stored_together_or_not_at_all,
];

fn commune() -> CommuneCode {
    CommuneCode::parse(COMMUNE).unwrap()
}

fn all(ledger: &Ledger) -> Vec<Entry> {
    ledger.all().iter().map(|stored| stored.entry.clone()).collect()
}

async fn every_kind_of_entry_is_read_back_as_it_was_entered(database: Database) {
    let db = database.open().await;
    for entry in of_every_kind() {
        assert_eq!(db.enter(&[new(entry, 0)], &entering("lan", 5)).await.unwrap(), 1);
    }
    let ledger = db.indicator_entries(&commune()).await.unwrap();
    assert_eq!(all(&ledger), of_every_kind());
    let first = &ledger.all()[0];
    assert_eq!((first.number, &*first.entered_by, first.entered_at), (1, "lan", 5));
    let elsewhere = CommuneCode::parse("00004").unwrap();
    assert_eq!(db.indicator_entries(&elsewhere).await.unwrap().all().len(), 0);
    db.close().await;
}

async fn of_two_who_correct_the_same_month_one_is_stored_and_the_other_told(database: Database) {
    let db = database.open().await;
    let month = |numerator| new(counts("2026-09", numerator, 200), 0);
    assert_eq!(db.enter(&[month(195)], &entering("lan", 1)).await.unwrap(), 1);
    assert_eq!(db.enter(&[month(196)], &entering("hoa", 2)).await.unwrap(), 0, "nothing is lost");
    let correct = async |numerator, who: &str| {
        let entry = NewEntry { replaces: 1, ..month(numerator) };
        db.enter(&[entry], &entering(who, 3)).await.unwrap()
    };
    let (one, other) = tokio::join!(correct(197, "lan"), correct(198, "hoa"));
    assert_eq!(one + other, 1, "one of both");
    let ledger = db.indicator_entries(&commune()).await.unwrap();
    assert_eq!(ledger.all().len(), 2);
    let noted = database.backdoor().await;
    let sql = "select count(*) from staff_audit where action = 'enter-indicators'";
    assert_eq!(noted.number(sql).await, 2, "what is not stored leaves no line");
    noted.close().await;
    db.close().await;
}

async fn what_was_replaced_or_withdrawn_stays_and_no_longer_holds(database: Database) {
    let db = database.open().await;
    let indicator = counts("2026-09", 0, 0).indicator;
    let withdrawing = Entry::withdrawing(&indicator, "2026-09", "nhầm xã").unwrap();
    for (entry, replaces, holding) in [
        (counts("2026-08", 1, 2), 0, vec!["2026-08"]),
        (counts("2026-09", 195, 200), 0, vec!["2026-08", "2026-09"]),
        (counts("2026-09", 196, 200), 2, vec!["2026-08", "2026-09"]),
        (withdrawing, 3, vec!["2026-08"]),
        (counts("2026-09", 190, 200), 4, vec!["2026-08", "2026-09"]),
    ] {
        assert_eq!(db.enter(&[new(entry, replaces)], &entering("lan", 1)).await.unwrap(), 1);
        let ledger = db.indicator_entries(&commune()).await.unwrap();
        let holding_now = ledger.holding();
        let periods: Vec<_> = holding_now.iter().map(|stored| &*stored.entry.period).collect();
        assert_eq!(periods, holding);
    }
    let ledger = db.indicator_entries(&commune()).await.unwrap();
    assert_eq!(ledger.all().len(), 5, "all of it is on record");
    let last = ledger.last(&indicator, "2026-09").unwrap();
    assert_eq!(last.entry.entered, Entered::Counts { numerator: 190, denominator: 200 });
    db.close().await;
}

async fn entries_are_never_changed_or_removed(database: Database) {
    let db = database.open().await;
    db.enter(&[new(counts("2026-09", 1, 2), 0)], &entering("lan", 1)).await.unwrap();
    let backdoor = database.backdoor().await;
    for sql in ["update indicator_entries set numerator = 2", "delete from indicator_entries"] {
        let refused = backdoor.refusal(sql).await.expect("the database refuses");
        assert!(refused.contains("append-only"), "{refused}");
    }
    let sql = "select count(*) from indicator_entries where numerator = 1";
    assert_eq!(backdoor.number(sql).await, 1);
    backdoor.close().await;
    db.close().await;
}

async fn many_entries_are_stored_together_or_not_at_all(database: Database) {
    let db = database.open().await;
    let months = |replaces: i64| -> Vec<NewEntry> {
        let month = |n: u64| new(counts(&format!("20{:02}-01", 10 + n), n, 50), replaces);
        (0..50).map(month).collect()
    };
    assert_eq!(db.enter(&months(0), &entering("lan", 1)).await.unwrap(), 50);
    // Of the same file again every place is taken.
    assert_eq!(db.enter(&months(0), &entering("lan", 2)).await.unwrap(), 0);
    let ledger = db.indicator_entries(&commune()).await.unwrap();
    assert_eq!(ledger.holding().len(), 50);
    let backdoor = database.backdoor().await;
    assert_eq!(backdoor.number("select count(*) from staff_audit").await, 1, "one line a file");
    // A month that the database refuses takes the others with it.
    backdoor.execute("alter table staff_audit rename to away").await;
    assert!(db.enter(&months(1), &entering("lan", 3)).await.is_err());
    assert_eq!(backdoor.number("select count(*) from indicator_entries").await, 50);
    backdoor.close().await;
    db.close().await;
}
