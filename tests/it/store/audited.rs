//! What is done and its line in the audit log are stored together or not at all.

mod answers;
mod citizens;
mod forced;
mod paper;
mod people;
mod points;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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

/// The functions of `code` that anybody may call and that take the event to be noted.
fn taking_an_event(code: &str) -> Vec<String> {
    let offered = methods(code).into_iter().filter(|(name, signature, _)| {
        signature.contains("&Event") && code.contains(&format!("pub async fn {name}"))
    });
    offered.map(|(name, ..)| name).collect()
}

/// The functions that `test` forces to fail in their line of the log.
fn forced(test: &str) -> Vec<String> {
    let acts = test.split("forced!(").skip(1);
    let name = |act: &str| {
        let called = act.split_once(',').expect("a log and an act").1.trim_start();
        called.split('(').next().expect("a name").to_owned()
    };
    acts.map(name).collect()
}

#[test]
fn every_function_that_takes_an_event_is_forced_to_fail_in_its_line() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let taking: BTreeSet<String> = files(&root.join("src/store"))
        .into_iter()
        .flat_map(|path| taking_an_event(&std::fs::read_to_string(path).unwrap()))
        .filter(|name| name != "note")
        .collect();
    let tests = files(&root.join("tests/it/store/audited")).into_iter();
    let tests = tests.filter(|path| !path.ends_with("forced.rs"));
    let forced: BTreeSet<String> =
        tests.flat_map(|path| forced(&std::fs::read_to_string(path).unwrap())).collect();
    assert!(taking.len() > 60, "only {taking:?} were seen: has their form changed?");
    assert_eq!(taking, forced, "left: what takes an event; right: what is forced to fail");
}

#[test]
fn the_readers_of_the_source_see_what_they_look_for() {
    let code = "pub async fn one(\n&self, event: &Event,\n) {\n}\n\nasync fn own(e: &Event) {\n}\n
        pub async fn read(&self) -> Vec<PetitionEvent> {\n}\n
        pub async fn two(&self, audited: Option<&Event>) {\n}\n";
    assert_eq!(taking_an_event(code), ["one", "two"]);
    let test = concat!("forced", "!(log, one(&here)); forced", "!(\n    log,\n    two(x, &y)\n);");
    assert_eq!(forced(test), ["one", "two"]);
}
