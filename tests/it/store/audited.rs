//! What is done and its line in the audit log are stored together or not at all.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hailong::clock::Clock;
use hailong::staff::Role;
use hailong::staff::audit::{Action, Event};
use hailong::store::Db;
use hailong::store::batches::{NewBatch, Undone};
use hailong::store::publications::{Footprint, NewPublication};
use hailong::store::survey_links::NewLink;
use surveys::{CommuneCode, OpeningHours, PointCode, ServiceFields, VisitToken, catalog};

use crate::support::database::{Backdoor, Database, on_both_databases};
use crate::support::staff::{account, by_operator};

on_both_databases![
    without_its_line_in_the_log_nothing_is_decided_or_imported,
    without_its_line_in_the_log_nothing_is_handed_out,
    without_its_line_in_the_log_no_point_or_account_is_changed,
];

/// Functions that write and take no event, each with why nobody did anything there that
/// the log would have to tell.
const WITHOUT: &[(&str, &str)] = &[
    ("action", "reads, from where the newest is"),
    ("action_notes", "reads, from where the newest is"),
    ("reply_template", "reads, from where the newest is"),
    ("reply_templates", "reads, from where the newest is"),
    ("has_sealing_key", "reads, from where the newest is"),
    ("has_staff", "reads, from where the newest is"),
    ("probe", "the program's sign of life"),
    ("forget_what_was_removed", "folds the log of the database into its file"),
    ("close", "ends connections"),
    ("is_sealed_with", "remembers the first key of a new database"),
    ("add_collection_point", "what a new database begins with"),
    ("insert_what_is_new", "citizens answer"),
    ("save_draft", "citizens answer"),
    ("remove_draft", "citizens answer"),
    ("claim_visit", "citizens answer"),
    ("take_place", "an interviewer's tablet sends a response"),
    ("note_visits", "an interviewer's tablet tells of its households"),
    ("device_seen", "a tablet tells of itself"),
    ("enrol", "a tablet changes the code for a token; making the code is noted"),
    ("purge_drafts", "the program's housekeeping"),
    ("forget_claims", "the program's housekeeping"),
    ("purge_staff", "the program's housekeeping"),
    ("keep", "gathering comments, by the program"),
    ("fill_receipts", "the program, of responses from before there were receipts"),
    ("claim_mail", "the program sends a mail"),
    ("begin_reminder", "the program sends a mail"),
    ("settle_mail", "the program sends a mail"),
    ("give_up_mails", "the program sends a mail"),
    ("insert_or_adopt", "a row of a batch, whose beginning is noted before it"),
    ("finish_batch", "the end of a batch, whose beginning is noted before it"),
    ("reduce_to_days", "many commits of `end_terms`, which notes them also when it fails"),
    ("end_texts", "many commits of `end_terms`, which notes them also when it fails"),
    ("end_keyed_texts", "many commits of `end_terms`, which notes them also when it fails"),
    ("end_links", "a commit of `end_terms`, which notes it also when it fails"),
    ("end_audit", "a commit of `end_terms`, which notes it also when it fails"),
    ("use_step", "a part of signing in, whose session is noted"),
    ("use_recovery_code", "a part of signing in, whose session is noted"),
    ("strengthen_password", "the same password under a stronger hash"),
    ("touch_session", "that somebody is there still"),
    ("keep_form", "what was typed, for whoever typed it"),
    ("forget_form", "what was typed, for whoever typed it"),
];

/// Every file of the store.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Name, signature and body of every asynchronous method in `text`.
fn methods(text: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices("async fn ") {
        let rest = &text[start + "async fn ".len()..];
        let ends = ["\n    }\n", "\n}\n"].map(|end| rest.find(end).unwrap_or(rest.len()));
        let end = ends[0].min(ends[1]);
        let Some((signature, body)) = rest[..end].split_once('{') else { continue };
        let name = signature.split(['(', '<']).next().unwrap();
        found.push((name.to_owned(), signature.to_owned(), body.to_owned()));
    }
    found
}

#[test]
fn whatever_the_store_changes_it_notes_in_the_same_transaction() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = files(&root.join("store"));
    all.push(root.join("store.rs"));
    let (mut without, mut noted) = (BTreeSet::new(), 0);
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (name, signature, body) in methods(code) {
            if body.contains("self.write") && !signature.contains("Event") {
                without.insert(name.clone());
            }
            // A line after the commit would be a second write.
            if body.contains("note!(") && name != "note" {
                noted += 1;
                let (note, commit) = (body.find("note!("), body.rfind(".commit()"));
                assert!(note < commit, "{name} in {} notes after it has committed", path.display());
                assert!(body.contains("note!(&mut *"), "{name} notes outside of its transaction");
            }
        }
    }
    assert!(noted > 40, "only {noted} notes were seen");
    let known: BTreeSet<String> = WITHOUT.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(without, known, "left: what writes and takes no event; right: what may");
}

/// Takes the log away, or puts it back.
async fn log(backdoor: &Backdoor, away: bool) {
    let (from, to) = if away { ("staff_audit", "away") } else { ("away", "staff_audit") };
    backdoor.execute(&format!("alter table {from} rename to {to}")).await;
}

/// How many rows each table has but for the log.
async fn rows(database: &Database) -> Vec<String> {
    let rows = database.rows().await.into_iter();
    rows.filter(|row| !row.starts_with("away:") && !row.starts_with("staff_audit:")).collect()
}

/// Without the log `$act` fails and leaves nothing behind, so that with the log it does what
/// it does the first time, with one line.
macro_rules! together {
    ($database:expr, $backdoor:expr, $act:expr, $does:expr) => {{
        let before = rows($database).await;
        log($backdoor, true).await;
        assert!($act.await.is_err(), "{}", stringify!($act));
        log($backdoor, false).await;
        assert_eq!(rows($database).await, before, "{}", stringify!($act));
        let lines = $database.count("staff_audit").await;
        let done = $act.await.unwrap();
        assert!($does(&done), "{}: {done:?}", stringify!($act));
        assert_eq!($database.count("staff_audit").await, lines + 1, "{}", stringify!($act));
        done
    }};
}

/// When everything here is done.
const AT: i64 = 5_000;

fn by(action: Action) -> Event {
    by_operator(AT, action)
}

fn point() -> PointCode {
    PointCode::parse("22651").unwrap()
}

/// A database with the first points, and the way around the program.
async fn opened(database: &Database) -> (Db, Backdoor) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    (db, database.backdoor().await)
}

async fn without_its_line_in_the_log_nothing_is_decided_or_imported(database: Database) {
    let (db, backdoor) = opened(&database).await;
    let month = NewPublication {
        commune: CommuneCode::parse("22651").unwrap(),
        instrument: "quick-counter".into(),
        version: 1,
        period: "2026-09".into(),
        start: "2026-09-01".parse().unwrap(),
        end: "2026-10-01".parse().unwrap(),
        number: 1,
        reason: String::new(),
        last_seq: 1,
        document: "{}".into(),
        made_of: Footprint::default(),
    };
    let publish = by(Action::PublishResults);
    together!(&database, &backdoor, db.publish(&month, &publish), |done: &bool| *done);
    let newest = db.publications(&month.commune).await.unwrap().remove(0);
    let withdraw = by(Action::WithdrawResults);
    let act = || db.withdraw_publication(&newest, "nhầm", &withdraw);
    together!(&database, &backdoor, act(), |done: &bool| *done);

    let file = NewBatch {
        file_name: "a.csv".into(),
        sha256: "a".into(),
        instrument: "quick-counter".into(),
        version: 1,
        channel: "online".into(),
        point: String::new(),
        map: String::new(),
        map_text: String::new(),
        imported_by: String::new(),
    };
    let import = by(Action::Import);
    let batch = together!(&database, &backdoor, db.begin_batch(&file, &import), |_: &i64| true);
    let undo = by(Action::UndoBatch);
    let act = || db.undo_batch(batch, "nhầm", AT, Some(&undo));
    together!(&database, &backdoor, act(), |done: &Undone| *done == Undone::Now);
    backdoor.close().await;
    db.close().await;
}

async fn without_its_line_in_the_log_nothing_is_handed_out(database: Database) {
    let ((db, backdoor), point) = (opened(&database).await, point());
    let here = db.collection_point("22651").await.unwrap().unwrap();
    let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
    let paper = by(Action::MakePaper);
    let range = together!(
        &database,
        &backdoor,
        db.issue_paper(&here, quick, 3, &paper),
        |done: &Option<_>| done.is_some()
    );
    assert_eq!(range.unwrap().first.number(), 1, "no number was lost");

    let tokens = [VisitToken::new(Clock::System.salt())];
    let (slips, id) = (by(Action::MakeSlips), Clock::System.new_id());
    together!(&database, &backdoor, db.add_visits(&point, id, &tokens, &slips), |(): &()| true);
    let link = NewLink {
        dossier: [1; 32],
        token: VisitToken::new(Clock::System.salt()),
        send_after: 9_000,
        mail: Some(vec![1]),
    };
    let (links, id) = (by(Action::MakeSurveyLinks), Clock::System.new_id());
    let act = || db.add_survey_links(&point, id, std::slice::from_ref(&link), &links);
    together!(&database, &backdoor, act(), |(): &()| true);
    let remind = by(Action::RemindOfLinks);
    together!(&database, &backdoor, db.mark_reminded(&[[1; 32]], &remind), |done: &bool| *done);
    let stop = by(Action::StopMail);
    together!(&database, &backdoor, db.stop_mail(&[1; 32], &stop), |done: &bool| *done);
    backdoor.close().await;
    db.close().await;
}

async fn without_its_line_in_the_log_no_point_or_account_is_changed(database: Database) {
    let ((db, backdoor), point) = (opened(&database).await, point());
    let here = db.collection_point("22651").await.unwrap().unwrap();
    let rename = by(Action::RenamePoint);
    let act = || db.rename_point(&point, "Quầy mới", &rename);
    log(&backdoor, true).await;
    assert!(act().await.is_err());
    let unchanged = db.collection_point("22651").await.unwrap().unwrap();
    assert_eq!(unchanged.name, here.name, "not renamed without its line");
    log(&backdoor, false).await;
    together!(&database, &backdoor, act(), |(): &()| true);
    let hours = by(Action::SetHours);
    let always = OpeningHours::default();
    together!(&database, &backdoor, db.set_opening_hours(&point, &always, &hours), |(): &()| true);
    let fields = by(Action::SetFields);
    let none = ServiceFields::default();
    together!(&database, &backdoor, db.set_service_fields(&point, &none, &fields), |(): &()| true);
    let add = by(Action::AddAccount);
    let hoa = account("hoa", Role::Leader, "/56/22651/");
    together!(&database, &backdoor, db.add_account(&hoa, &add), |done: &bool| *done);
    backdoor.close().await;
    db.close().await;
}
