//! Petitions: one act at a time, whole or not at all, with a history that nobody changes.

use hailong::staff::Scope;
use hailong::staff::audit::{Action, OPERATOR};
use hailong::store::petitions::{CITIZEN, Listed, NewPetition, PetitionEvent};
use surveys::petition::{Act, Covering, State, Terms};
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
    what_its_sender_asks_for_is_gone_from_the_petition_and_its_history,
    of_two_who_act_on_what_both_have_seen_only_one_covers,
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
    for (words, found) in [
        ("CHO lau, 45", 3),
        ("45 phút lâu toi", 3),
        ("\"toi cho 45\"", 3),
        ("“cho lau 45”", 0),
        ("45 giờ", 0),
        ("ch", 0),
        ("%", 0),
        ("*", 0),
        ("_", 0),
        ("  ", 3),
    ] {
        let listed = Listed { words: words.into(), ..all.clone() };
        assert_eq!(list(&listed).await.len(), found, "{words}");
    }
    let code = Listed { words: old.code.to_string().to_lowercase(), ..all.clone() };
    assert_eq!(list(&code).await, std::slice::from_ref(&old.code));
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

/// `before` with `covering` in force and its contact erased, and what was done for it.
fn erased(before: &Petition, covering: &Covering) -> (Petition, Vec<PetitionEvent>) {
    let left = covering.of_petition(before, &[]).unwrap();
    let (left, contact) = after(&left, Act::EraseContact);
    let (left, text) = after(&left, Act::Cover);
    (left, vec![contact, text])
}

async fn what_its_sender_asks_for_is_gone_from_the_petition_and_its_history(database: Database) {
    const NAME: &str = "Nguyễn Văn Bình-Kỳ-Lạ";
    let db = database.open().await;
    let mut one = petition("22651", NOW);
    one.text = format!("Tôi là {NAME}, chờ 45 phút.");
    assert!(db.add_petition(&new(&one, Some(vec![9; 5])), None).await.unwrap());
    let mut now = one;
    for act in [
        Act::Acknowledge,
        Act::Assign { to: "Tổ đất đai".into() },
        Act::Answer { text: format!("Kính gửi ông {NAME}: đã thêm quầy.") },
        Act::Publish { question: now.text.clone(), answer: "Kính gửi ông […]".into() },
    ] {
        let (next, event) = after(&now, act);
        assert!(db.change_petition(&now, &next, &event, None).await.unwrap());
        now = next;
    }
    let covering = Covering::read(NAME).unwrap();
    let (left, acts) = erased(&now, &covering);
    let log = event(NOW, "lan", Action::EraseOfPetition);
    assert!(db.erase_of_petition(&now, &left, &acts, Some(&covering), &log).await.unwrap());
    let read = db.petition(&Scope::Everywhere, &now.code).await.unwrap();
    assert_eq!(read.as_ref(), Some(&left));
    assert_eq!(left.text, "Tôi là […], chờ 45 phút.");
    assert_eq!(left.published.as_ref().unwrap().question, left.text);
    assert_eq!(db.petition_contact(&now.code).await.unwrap(), None);
    let history = db.petition_history(&now.code).await.unwrap();
    let said: Vec<&Act> = history.iter().map(|event| &event.act).collect();
    assert_eq!(
        said[3..],
        [
            &Act::Answer { text: "Kính gửi ông […]: đã thêm quầy.".into() },
            &Act::Publish { question: left.text.clone(), answer: "Kính gửi ông […]".into() },
            &Act::EraseContact,
            &Act::Cover,
        ]
    );
    assert_eq!(history[2].act, Act::Assign { to: "Tổ đất đai".into() });
    let by_words = |words: &str| Listed { words: words.into(), most: 9, ..Listed::default() };
    let found =
        async |words: &str| db.petitions(&Scope::Everywhere, &by_words(words)).await.unwrap().len();
    assert_eq!((found("binh ky la").await, found("45 phut").await), (0, 1));

    // Nowhere in the store, nor can the history be changed from now on.
    let backdoor = database.backdoor().await;
    for sql in [
        "select body || searched || answer || public_question || public_answer from petitions",
        "select act from petition_events",
    ] {
        let rows = backdoor.texts(sql).await.concat();
        assert!(!rows.is_empty() && !rows.contains("Bình") && !rows.contains("binh"), "{rows}");
    }
    let facts = backdoor.texts("select name from facts").await.concat();
    assert!(!facts.contains("covered_petition"), "{facts}");
    let open = "insert into facts (name, value) select 'covered_petition ' || code, ''
        from petitions";
    let cover = "update petition_events set act = '{\"act\":\"close\"}'";
    assert!(backdoor.refusal(cover).await.unwrap().contains("append-only"));
    assert_eq!(backdoor.refusal(open).await, None);
    for sql in ["update petition_events set who = 'x'", "delete from petition_events"] {
        assert!(backdoor.refusal(sql).await.unwrap().contains("append-only"), "{sql}");
    }
    assert_eq!(backdoor.refusal(cover).await, None, "the control: with the note it is let in");
    backdoor.close().await;
    db.close().await;
}

async fn of_two_who_act_on_what_both_have_seen_only_one_covers(database: Database) {
    let db = database.open().await;
    let one = petition("22651", NOW);
    assert!(db.add_petition(&new(&one, Some(vec![9; 5])), None).await.unwrap());
    let (known, event_of) = after(&one, Act::Acknowledge);
    assert!(db.change_petition(&one, &known, &event_of, None).await.unwrap());
    let covering = Covering::read("45 phút").unwrap();
    let (left, acts) = erased(&one, &covering);
    let log = event(NOW, "lan", Action::EraseOfPetition);
    assert!(!db.erase_of_petition(&one, &left, &acts, Some(&covering), &log).await.unwrap());
    assert_eq!(db.petition(&Scope::Everywhere, &one.code).await.unwrap(), Some(known));
    assert_eq!(db.petition_contact(&one.code).await.unwrap(), Some(vec![9; 5]));
    assert_eq!(database.count("staff_audit").await, 0);
    db.close().await;
}
