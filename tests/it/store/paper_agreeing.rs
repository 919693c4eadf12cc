//! What a sheet says after it was keyed: two people say so, whoever is late changes
//! nothing, and what was set aside stays so.

use hailong::staff::audit::Action;
use hailong::store::Db;
use hailong::store::batches::{Kept as Row, NewBatch};
use hailong::store::paper_batches::{Kept, Keying, NewKeying, Purpose};
use hailong::store::responses::NewResponse;
use surveys::paper::{Fate, Keyed, Stage};

use super::paper_batches::{blank, by, close, counting, draw, key, read, response};
use crate::support::database::{Database, on_both_databases};
use crate::support::paper::{opened, point, printed, serial, sheet};
use crate::support::staff::by_operator;

on_both_databases![
    a_decision_needs_another_person_who_says_the_same,
    a_proposal_holds_when_another_person_agrees_and_never_by_its_author_alone,
    a_correction_of_a_sheet_that_was_changed_meanwhile_is_not_stored,
    a_corrected_sheet_counts_once_and_its_former_version_stays,
    a_sheet_that_was_called_void_corrects_its_first_response,
    no_file_brings_back_what_people_have_set_aside,
    what_was_keyed_in_a_batch_that_is_given_up_stays_and_its_sheets_are_free,
];

const REASON: &str = "đọc nhầm chữ";

/// What `who` proposes of the sheet `n`, having seen its newest keying.
async fn propose(db: &Db, batch: i64, n: u32, who: &str, keyed: Keyed) -> Kept {
    let newest = db.keyings_of(batch, serial(n)).await.unwrap().into_iter().last().unwrap();
    let new = NewKeying::new(serial(n), Purpose::Proposed, keyed);
    let seen = Some((newest.keying_id, newest.purpose));
    let new = NewKeying { reason: Some(REASON.into()), seen, ..new };
    db.key_sheet(batch, &new, true, &by(who, Action::CorrectSheet)).await.unwrap()
}

async fn proposed(db: &Db, batch: i64, n: u32) -> Keying {
    let held = db.keyings_of(batch, serial(n)).await.unwrap();
    held.into_iter().find(|keying| keying.purpose == Purpose::Proposed).expect("a proposal")
}

async fn agree(db: &Db, batch: i64, proposal: &Keying, who: &str) -> bool {
    let keyed = &proposal.keyed;
    let closed = read(db, batch).await;
    let counts = closed.stage == Stage::Closed && keyed.document.is_some();
    let new = counts.then(|| response(batch, keyed));
    let event = by(who, Action::AgreeToSheet);
    db.agree_to_sheet(&closed, proposal, new.as_ref(), &event).await.unwrap()
}

async fn correct(db: &Db, batch: i64, n: u32, keyed: Keyed) {
    assert_eq!(propose(db, batch, n, "lan", keyed).await, Kept::Stored);
    let proposal = proposed(db, batch, n).await;
    assert!(agree(db, batch, &proposal, "hoa").await);
}

/// A closed batch of three sheets: two answered, the third blank.
async fn closed(db: &Db) -> i64 {
    let range = printed(db, 3).await;
    let batch = opened(db, &point(), range, 1).await;
    key(db, batch, 1, "lan", sheet("555551")).await;
    key(db, batch, 2, "lan", sheet("444441")).await;
    key(db, batch, 3, "lan", blank()).await;
    assert!(close(db, batch).await);
    batch
}

async fn a_decision_needs_another_person_who_says_the_same(database: Database) {
    let db = database.open().await;
    let range = printed(&db, 2).await;
    let batch = opened(&db, &point(), range, 1).await;
    key(&db, batch, 1, "lan", sheet("555551")).await;
    assert!(draw(&db, batch, Stage::Part, &[1]).await);
    let decide = async |who: &str, other: Option<&str>| {
        let new = NewKeying::new(serial(1), Purpose::Decided, sheet("355551"));
        let new = NewKeying { agreed_by: other.map(Into::into), ..new };
        db.key_sheet(batch, &new, false, &by(who, Action::DecideSheet)).await.unwrap()
    };
    assert_eq!(decide("lan", None).await, Kept::Taken);
    assert_eq!(decide("lan", Some("lan")).await, Kept::Taken);
    assert_eq!(decide("lan", Some("hoa")).await, Kept::Stored);
    let held = db.keyings_of(batch, serial(1)).await.unwrap();
    assert_eq!(held[1].agreed_by.as_deref(), Some("hoa"));
}

async fn a_proposal_holds_when_another_person_agrees_and_never_by_its_author_alone(
    database: Database,
) {
    let db = database.open().await;
    let batch = closed(&db).await;
    assert_eq!(propose(&db, batch, 1, "lan", sheet("155551")).await, Kept::Stored);
    let proposal = proposed(&db, batch, 1).await;
    let counted = counting(&db).await;
    assert_eq!(counted, ["555551", "444441"].map(|keys| sheet(keys).document.unwrap()));
    assert!(!agree(&db, batch, &proposal, "lan").await, "her own word");
    assert_eq!(counting(&db).await, counted);
    let refuse = async |who: &str| {
        let event = by(who, Action::RefuseSheet);
        db.refuse_sheet(&read(&db, batch).await, &proposal, &event).await.unwrap()
    };
    assert!(refuse("hoa").await);
    assert!(!refuse("hoa").await, "once");
    assert!(!agree(&db, batch, &proposal, "hoa").await, "it holds no more");
    assert_eq!(counting(&db).await, counted);
    let every = db.every_keying_of(batch, serial(1)).await.unwrap();
    assert_eq!(every.len(), 2, "what was refused stays");
    assert!(every[1].replaced_at.is_some());

    assert_eq!(propose(&db, batch, 1, "lan", sheet("155551")).await, Kept::Stored);
    let proposal = proposed(&db, batch, 1).await;
    assert!(agree(&db, batch, &proposal, "hoa").await);
    assert!(!agree(&db, batch, &proposal, "minh").await, "once");
    assert_eq!(counting(&db).await, ["444441", "155551"].map(|keys| sheet(keys).document.unwrap()));
    let held = db.keyings_of(batch, serial(1)).await.unwrap();
    let last = held.last().unwrap();
    assert_eq!((last.purpose, last.agreed_by.as_deref()), (Purpose::Corrected, Some("hoa")));
    assert_eq!(db.every_keying(batch).await.unwrap().len(), 5);
}

async fn a_correction_of_a_sheet_that_was_changed_meanwhile_is_not_stored(database: Database) {
    let db = database.open().await;
    let batch = closed(&db).await;
    let seen = db.keyings_of(batch, serial(1)).await.unwrap()[0].clone();
    let late = async |seen| {
        let new = NewKeying::new(serial(1), Purpose::Proposed, sheet("255551"));
        let new = NewKeying { reason: Some(REASON.into()), seen: Some(seen), ..new };
        db.key_sheet(batch, &new, true, &by("minh", Action::CorrectSheet)).await.unwrap()
    };
    assert_eq!(propose(&db, batch, 1, "lan", sheet("155551")).await, Kept::Stored);
    assert_eq!(late((seen.keying_id, Purpose::First)).await, Kept::Taken, "another one waits");
    let proposal = proposed(&db, batch, 1).await;
    assert!(agree(&db, batch, &proposal, "hoa").await);
    let waited = (proposal.keying_id, Purpose::Proposed);
    assert_eq!(late(waited).await, Kept::Taken, "it counts by now");
    assert_eq!(late((proposal.keying_id, Purpose::Corrected)).await, Kept::Stored);
}

async fn a_corrected_sheet_counts_once_and_its_former_version_stays(database: Database) {
    let db = database.open().await;
    let batch = closed(&db).await;
    correct(&db, batch, 1, sheet("455551")).await;
    correct(&db, batch, 1, sheet("255551")).await;
    correct(&db, batch, 3, sheet("111111")).await;
    assert_eq!(
        counting(&db).await,
        ["444441", "255551", "111111"].map(|keys| sheet(keys).document.unwrap())
    );
    assert_eq!(database.count("responses").await, 5, "every version stays");
    correct(&db, batch, 1, blank()).await;
    assert_eq!(counting(&db).await, ["444441", "111111"].map(|keys| sheet(keys).document.unwrap()));
    let aside = db.batches().await.unwrap();
    let why: Vec<_> = aside.iter().filter_map(|batch| batch.undone_why.as_deref()).collect();
    assert_eq!(why, [REASON; 3]);
    let held = db.keyings_of(batch, serial(1)).await.unwrap();
    assert_eq!(held.last().unwrap().reason.as_deref(), Some(REASON));
    assert_eq!(held.last().unwrap().response_id, None);
    let corrected = held.iter().filter(|keying| keying.purpose == Purpose::Corrected).count();
    assert_eq!(corrected, 1, "one correction holds");
    let every = db.every_keying_of(batch, serial(1)).await.unwrap();
    assert_eq!(every.len(), 4, "and each is kept");
}

/// A response as an export has it, by its id.
async fn stored(database: &Database, db: &Db, keying: &Keying) -> NewResponse {
    let id = keying.response_id.expect("a response");
    assert!(database.count("responses").await > 0);
    let document = db.document(id).await.unwrap().expect("it stays stored");
    let keyed = Keyed { fate: Fate::Answered, document: Some(document) };
    let mut new = response(0, &keyed);
    new.response.id = id;
    NewResponse { batch_id: None, ..new }
}

/// What becomes of `rows` as a file, tried first.
async fn import(db: &Db, rows: &[NewResponse]) -> Vec<Row> {
    let file = NewBatch {
        file_name: "phieu.csv".into(),
        sha256: "a".into(),
        instrument: "quick-counter".into(),
        version: 1,
        channel: "paper".into(),
        point: String::new(),
        map: String::new(),
        map_text: String::new(),
        imported_by: String::new(),
    };
    let tried = db.try_in_batch(rows).await.unwrap();
    let batch = db.begin_batch(&file, &by_operator(1, Action::Import)).await.unwrap();
    let kept = db.store_in_batch(batch, rows).await.unwrap();
    db.finish_batch(batch, 1, 0, 2).await.unwrap();
    assert_eq!(tried, kept, "what was tried is what becomes of them");
    kept
}

async fn a_sheet_that_was_called_void_corrects_its_first_response(database: Database) {
    let db = database.open().await;
    let batch = closed(&db).await;
    let first = db.keyings_of(batch, serial(1)).await.unwrap()[0].clone();
    let row = stored(&database, &db, &first).await;
    let void = Keyed { fate: Fate::Void, document: None };
    correct(&db, batch, 1, void).await;
    correct(&db, batch, 1, sheet("255551")).await;
    let backdoor = database.backdoor().await;
    let chained = "select count(*) from responses as new join responses as first
        on new.corrects = first.response_id";
    assert_eq!(backdoor.number(chained).await, 1);
    backdoor.close().await;
    assert_eq!(import(&db, &[row]).await, [Row::SetAside]);
    assert_eq!(counting(&db).await.len(), 2, "two sheets have answers");
}

async fn no_file_brings_back_what_people_have_set_aside(database: Database) {
    let db = database.open().await;
    let batch = closed(&db).await;
    let first = db.keyings_of(batch, serial(1)).await.unwrap()[0].clone();
    let second = db.keyings_of(batch, serial(2)).await.unwrap()[0].clone();
    let [one, two] = [stored(&database, &db, &first).await, stored(&database, &db, &second).await];
    correct(&db, batch, 1, sheet("455551")).await;
    let middle = db.keyings_of(batch, serial(1)).await.unwrap().last().unwrap().clone();
    let middle = stored(&database, &db, &middle).await;
    correct(&db, batch, 1, sheet("255551")).await;
    let rows = [one.clone(), middle.clone(), two.clone()];
    assert_eq!(import(&db, &rows).await, [Row::SetAside, Row::SetAside, Row::Known]);
    assert_eq!(counting(&db).await.len(), 2, "neither version comes back");
    let given_up = by("lan", Action::GiveUpPaperBatch);
    db.undo_batch(batch, "nhầm hộp", 9, Some(&given_up)).await.unwrap();
    assert_eq!(import(&db, &[one, middle, two]).await, [Row::SetAside; 3]);
    assert_eq!(counting(&db).await, Vec::<String>::new());
}

async fn what_was_keyed_in_a_batch_that_is_given_up_stays_and_its_sheets_are_free(
    database: Database,
) {
    let db = database.open().await;
    let batch = closed(&db).await;
    let before = db.keyings(batch).await.unwrap();
    let given_up = by("lan", Action::GiveUpPaperBatch);
    db.undo_batch(batch, "nhầm hộp", 5_000, Some(&given_up)).await.unwrap();
    assert_eq!(db.keyings(batch).await.unwrap(), before);
    assert_eq!(read(&db, batch).await.in_box, 3);
    assert_eq!(db.batch_of_sheet(serial(1)).await.unwrap(), None);
    let next = opened(&db, &point(), db.paper_batch_ranges(batch).await.unwrap()[0], 2).await;
    assert_eq!(db.settled_serials(next).await.unwrap(), []);
    assert_eq!(key(&db, next, 1, "hoa", sheet("444441")).await, Kept::Stored);
    assert_eq!(db.batch_of_sheet(serial(1)).await.unwrap(), Some(next));
    assert_eq!(db.settled_serials(batch).await.unwrap().len(), 4, "its own, and the next one's");
}
