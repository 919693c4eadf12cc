//! Petitions: one act at a time, whole or not at all, with a history that nobody changes.

use hailong::staff::Scope;
use hailong::staff::audit::{Action, OPERATOR};
use hailong::store::petitions::{CITIZEN, Listed, NewPetition, PetitionEvent};
use surveys::petition::{Act, State, Terms};
use surveys::{Period, Petition, WorkingDays};

use crate::support::database::{Database, on_both_databases};
use crate::support::petition::petition;
use crate::support::staff::event;

on_both_databases![
    a_petition_is_read_back_with_its_history_contact_and_pin,
    of_two_acts_on_what_both_have_seen_one_is_done,
    the_history_refuses_to_be_changed,
    every_step_of_the_way_is_stored_as_it_was,
    a_list_begins_with_what_is_due,
    the_first_petition_and_the_communes_that_have_some_are_found_within_a_scope,
    a_lost_key_takes_the_contacts_along_and_leaves_the_petitions,
];

const NOW: i64 = 1_791_165_600_000;
const TERMS: Terms = Terms { acknowledge: 2, answer: 10, extension: 5 };

fn new(petition: &Petition, sealed: Option<Vec<u8>>) -> NewPetition<'_> {
    NewPetition { petition, pin_mark: [7; 32], sealed, who: CITIZEN }
}

fn after(before: &Petition, act: Act) -> (Petition, PetitionEvent) {
    let on = before.received_on;
    let after = before.after(&act, on, &TERMS, &WorkingDays::shipped()).unwrap();
    let event = PetitionEvent { version: after.version, on, who: "lan".to_owned(), act };
    (after, event)
}

async fn a_petition_is_read_back_with_its_history_contact_and_pin(database: Database) {
    let db = database.open().await;
    let one = petition("22651", NOW);
    let log = event(NOW, "lan", Action::HandlePetition);
    assert!(db.add_petition(&new(&one, Some(vec![9; 5])), Some(&log)).await.unwrap());
    assert!(!db.add_petition(&new(&one, Some(vec![8; 5])), Some(&log)).await.unwrap(), "taken");
    for (scope, found) in [("/", true), ("/56/", true), ("/56/22651/", true), ("/01/", false)] {
        let scope = Scope::parse(scope).unwrap();
        let read = db.petition(&scope, &one.code).await.unwrap();
        assert_eq!(read, found.then(|| one.clone()), "{scope}");
    }
    assert_eq!(db.petition_pin(&one.code).await.unwrap(), Some(vec![7; 32]));
    assert_eq!(db.petition_contact(&one.code).await.unwrap(), Some(vec![9; 5]));
    let history = db.petition_history(&one.code).await.unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!((history[0].version, &history[0].act), (1, &Act::Receive));
    let month = Period::month_of(one.received_on);
    assert_eq!(
        db.petitions_received(&one.commune, &month).await.unwrap(),
        std::slice::from_ref(&one)
    );
    let (erased, done) = after(&one, Act::EraseContact);
    assert!(db.change_petition(&one, &erased, &done, None).await.unwrap());
    assert_eq!(db.petition_contact(&one.code).await.unwrap(), None);
    assert_eq!(database.count("staff_audit").await, 1);
    db.close().await;
}

async fn of_two_acts_on_what_both_have_seen_one_is_done(database: Database) {
    let db = database.open().await;
    let one = petition("22651", NOW);
    db.add_petition(&new(&one, None), None).await.unwrap();
    let acts = ["a", "b", "c", "d"].map(|to| after(&one, Act::Refuse { reason: to.into() }));
    let tries = acts.iter().map(|(next, event)| db.change_petition(&one, next, event, None));
    let done = futures_util::future::join_all(tries).await;
    assert_eq!(done.iter().filter(|done| *done.as_ref().unwrap()).count(), 1);
    assert_eq!(db.petition_history(&one.code).await.unwrap().len(), 2);
    db.close().await;
}

async fn the_history_refuses_to_be_changed(database: Database) {
    let db = database.open().await;
    let one = petition("22651", NOW);
    db.add_petition(&new(&one, None), None).await.unwrap();
    let backdoor = database.backdoor().await;
    for sql in ["update petition_events set who = 'x'", "delete from petition_events"] {
        assert!(backdoor.refusal(sql).await.unwrap().contains("append-only"), "{sql}");
    }
    assert_eq!(backdoor.refusal("update petitions set subject = 'x'").await, None, "the control");
    backdoor.close().await;
    db.close().await;
}

async fn every_step_of_the_way_is_stored_as_it_was(database: Database) {
    let db = database.open().await;
    let mut now = petition("22651", NOW);
    db.add_petition(&new(&now, Some(vec![1])), None).await.unwrap();
    let text = || "Chữ “ẩ” '; drop table petitions; --".to_owned();
    let rating = surveys::petition::AnswerRating::NotSatisfied;
    for act in [
        Act::Acknowledge,
        Act::Assign { to: text() },
        Act::Extend { reason: text() },
        Act::Answer { text: text() },
        Act::Publish { question: text(), answer: text() },
        Act::Rate { rating, reason: text() },
        Act::Close,
        Act::Withdraw,
        Act::AskAgain { reason: text() },
        Act::Duplicate { of: "0000-0000".into(), reason: text() },
        Act::Reopen { reason: text() },
        Act::Refuse { reason: text() },
    ] {
        let (next, event) = after(&now, act);
        assert!(db.change_petition(&now, &next, &event, None).await.unwrap());
        let read = db.petition(&Scope::Everywhere, &now.code).await.unwrap();
        assert_eq!(read.as_ref(), Some(&next));
        assert_eq!(db.petition_history(&now.code).await.unwrap().last(), Some(&event));
        let settled = db.petitions_settled_before(next.received_on.succ_opt().unwrap()).await;
        assert_eq!(settled.unwrap().len(), usize::from(!next.state.is_open()), "{event:?}");
        now = next;
    }
    assert!(db.petitions_settled_before(now.received_on).await.unwrap().is_empty());
    db.close().await;
}

async fn a_list_begins_with_what_is_due(database: Database) {
    let db = database.open().await;
    let day = 86_400_000;
    let [old, young, done] = [-5, 0, -9].map(|days| petition("22651", NOW + days * day));
    for one in [&young, &done, &old] {
        db.add_petition(&new(one, None), None).await.unwrap();
    }
    let (refused, event) = after(&done, Act::Refuse { reason: "x".into() });
    assert!(db.change_petition(&done, &refused, &event, None).await.unwrap());
    let list = async |listed: &Listed| {
        let found = db.petitions(&Scope::Everywhere, listed).await.unwrap();
        found.into_iter().map(|petition| petition.code).collect::<Vec<_>>()
    };
    let all = Listed { most: 10, ..Listed::default() };
    assert_eq!(list(&all).await, [old.code.clone(), young.code.clone(), done.code.clone()]);
    assert_eq!(list(&Listed { most: 1, ..all.clone() }).await, std::slice::from_ref(&old.code));
    let refused = Listed { state: Some(State::Refused), ..all.clone() };
    assert_eq!(list(&refused).await, [done.code]);
    let words = Listed { words: "CHO lau, 45".into(), ..all.clone() };
    assert!(list(&words).await.is_empty(), "the words stand together");
    let words = Listed { words: "toi cho 45".into(), ..all.clone() };
    assert_eq!(list(&words).await.len(), 3);
    let due = old.due().unwrap();
    for (day, listed) in [(due, vec![old.code.clone()]), (due.pred_opt().unwrap(), Vec::new())] {
        assert_eq!(list(&Listed { due_by: Some(day), ..all.clone() }).await, listed, "{day}");
    }
    let from = young.due();
    assert_eq!(
        list(&Listed { due_from: from, ..all.clone() }).await,
        std::slice::from_ref(&young.code)
    );
    let (known, event) = after(&old, Act::Acknowledge);
    assert!(db.change_petition(&old, &known, &event, None).await.unwrap());
    let (assigned, event) = after(&known, Act::Assign { to: "Tổ đất đai".into() });
    assert!(db.change_petition(&known, &assigned, &event, None).await.unwrap());
    let of = |name: &str| Listed { assigned_to: name.into(), ..all.clone() };
    assert_eq!(list(&of("Tổ đất đai")).await, [old.code]);
    assert!(list(&of("Tổ")).await.is_empty());
    let names =
        async |scope: &str| db.petition_assignees(&Scope::parse(scope).unwrap()).await.unwrap();
    assert_eq!(names("/56/22651/").await, ["Tổ đất đai"]);
    assert!(names("/01/").await.is_empty());
    db.close().await;
}

async fn a_lost_key_takes_the_contacts_along_and_leaves_the_petitions(database: Database) {
    let db = database.open().await;
    let one = petition("22651", NOW);
    assert!(db.add_petition(&new(&one, Some(vec![9; 5])), None).await.unwrap());
    db.forget_sealed(&event(NOW, OPERATOR, Action::NewKey)).await.unwrap();
    assert_eq!(db.petition_contact(&one.code).await.unwrap(), None);
    let read = db.petition(&Scope::Everywhere, &one.code).await.unwrap();
    assert_eq!(read, Some(one));
    db.close().await;
}

async fn the_first_petition_and_the_communes_that_have_some_are_found_within_a_scope(
    database: Database,
) {
    const DAY: i64 = 86_400_000;
    let db = database.open().await;
    let [late, early, other] = [("22651", NOW), ("22651", NOW - 40 * DAY), ("00004", NOW)]
        .map(|(commune, at)| petition(commune, at));
    assert_eq!(db.first_petition(&late.commune).await.unwrap(), None);
    for one in [&late, &early, &other] {
        assert!(db.add_petition(&new(one, None), None).await.unwrap());
    }
    assert_eq!(db.first_petition(&late.commune).await.unwrap(), Some(early.received_on));
    for (scope, codes) in [
        ("/", vec![&other.commune, &late.commune]),
        ("/56/", vec![&late.commune]),
        ("/56/22651/", vec![&late.commune]),
        ("/51/", Vec::new()),
    ] {
        let found = db.communes_with_petitions(&Scope::parse(scope).unwrap()).await.unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), codes, "{scope}");
    }
    db.close().await;
}
