//! Mails with survey links: each claimed by one server, settled once, forgotten in time.

use std::collections::HashMap;

use hailong::staff::audit::Action;
use hailong::store::Db;
use hailong::store::link_mails::{Claimed, KEPT_MILLIS, Later, Outcome};
use hailong::store::survey_links::NewLink;
use surveys::collection_point::CollectionPoint;
use surveys::{CommuneCode, InstrumentId, PointCode, VisitToken};
use uuid::Uuid;

use crate::support::database::{Database, on_both_databases};
use crate::support::staff::by_operator;
use crate::support::staff::event;

on_both_databases![
    two_servers_claim_every_mail_once,
    a_mail_that_is_put_off_is_claimed_again,
    what_a_server_left_behind_is_given_up_and_told,
    a_mailbox_is_forgotten_when_nothing_more_is_to_be_sent,
    a_reminder_is_begun_by_one_means_and_not_for_a_used_link,
    mails_of_a_retired_point_wait_until_it_is_reopened,
    what_a_retired_point_kept_from_being_sent_is_told,
];

async fn filled(db: &Db, count: u8) {
    let links: Vec<NewLink> = (0..count)
        .map(|n| NewLink {
            dossier: [n; 32],
            token: VisitToken::new([n; 16]),
            send_after: 100,
            mail: Some(vec![n; 40]),
        })
        .collect();
    let point = PointCode::parse("22651").unwrap();
    db.add_survey_links(
        &point,
        Uuid::from_u128(1),
        &links,
        &by_operator(1, Action::MakeSurveyLinks),
    )
    .await
    .unwrap();
}

fn later(due_at: i64, why: &str) -> Outcome {
    Outcome::Later(Later { due_at, attempts: 1, why: why.to_owned() })
}

/// Why mails wait or were given up.
async fn reasons(db: &Db) -> Vec<(String, i32, i64)> {
    let all = db.reasons_of_mails().await.unwrap();
    all.into_iter().map(|of| (of.why, of.given_up, of.mails)).collect()
}

/// The point that the links lead to.
async fn point(db: &Db) -> CollectionPoint {
    let point = CollectionPoint {
        code: PointCode::parse("22651").unwrap(),
        commune_code: CommuneCode::parse("22651").unwrap(),
        name: "Một cửa".into(),
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        retired: false,
    };
    assert!(db.add_collection_point(&point, 1).await.unwrap());
    point
}

/// Claims until nothing is due, doing `then` with each; counts the claims of each dossier.
async fn claim_all(db: &Db, put_off: bool) -> HashMap<Vec<u8>, usize> {
    let mut claims = HashMap::new();
    let mut misses = 0;
    // Of two that want the same mail at once, one gets nothing and asks again.
    while misses < 20 && claims.values().sum::<usize>() < 60 {
        let Some(mail) = db.claim_mail(200).await.unwrap() else {
            misses += 1;
            continue;
        };
        *claims.entry(mail.dossier.clone()).or_insert(0) += 1;
        if put_off {
            db.settle_mail(&mail, &later(200, "451"), 200).await.unwrap();
        }
    }
    claims
}

async fn most_claims(database: &Database, put_off: bool) -> (usize, usize) {
    let (one, other) = (database.open().await, database.open().await);
    let (mut all, more) = tokio::join!(claim_all(&one, put_off), claim_all(&other, put_off));
    for (dossier, count) in more {
        *all.entry(dossier).or_insert(0) += count;
    }
    one.close().await;
    other.close().await;
    (all.len(), all.into_values().max().unwrap_or(0))
}

async fn two_servers_claim_every_mail_once(database: Database) {
    let db = database.open().await;
    assert!(!db.mail_is_due(200).await.unwrap());
    filled(&db, 30).await;
    assert!(!db.mail_is_due(99).await.unwrap() && db.mail_is_due(100).await.unwrap());
    assert_eq!(most_claims(&database, false).await, (30, 1));
}

async fn a_mail_that_is_put_off_is_claimed_again(database: Database) {
    // The control of the test above: were a claim given back, the same count would see it.
    let db = database.open().await;
    filled(&db, 3).await;
    let (mails, most) = most_claims(&database, true).await;
    assert!(mails == 3 || mails == 1, "{mails}");
    assert!(most > 1, "the count sees what is claimed twice");
}

async fn what_a_server_left_behind_is_given_up_and_told(database: Database) {
    let db = database.open().await;
    filled(&db, 2).await;
    db.claim_mail(200).await.unwrap().unwrap();
    assert_eq!(db.give_up_mails(200, 0, 300).await.unwrap(), 0, "it may still be at it");
    assert_eq!(db.give_up_mails(201, 0, 300).await.unwrap(), 1);
    assert_eq!(reasons(&db).await, [("unclear".into(), 1, 1)]);
    assert_eq!(db.give_up_mails(201, 2, 300 + KEPT_MILLIS).await.unwrap(), 1, "too old");
    assert_eq!(db.claim_mail(i64::MAX).await.unwrap(), None);
    let mails = db.mails_by_point().await.unwrap();
    assert_eq!((mails[0].mails, mails[0].failed, mails[0].waiting), (2, 2, 0));
}

async fn claimed(db: &Db, now: i64) -> Claimed {
    db.claim_mail(now).await.unwrap().expect("one is due")
}

async fn a_mailbox_is_forgotten_when_nothing_more_is_to_be_sent(database: Database) {
    let db = database.open().await;
    filled(&db, 4).await;
    let outcomes = [
        (Outcome::Sent(None), (1, 0)),
        (Outcome::Failed("550".into()), (1, 1)),
        (Outcome::Needless, (1, 1)),
        (Outcome::Sent(Some(500)), (2, 1)),
    ];
    for (n, (outcome, (sent, failed))) in (1..).zip(outcomes) {
        let mail = claimed(&db, 200).await;
        db.settle_mail(&mail, &outcome, 200).await.unwrap();
        let mails = db.mails_by_point().await.unwrap().remove(0);
        let to_remind = i64::from(n == 4);
        assert_eq!(
            (mails.sent, mails.failed, mails.waiting, mails.to_remind),
            (sent, failed, 4 - n, to_remind),
            "{outcome:?}"
        );
    }
    assert_eq!(db.claim_mail(499).await.unwrap(), None);
    let reminder = claimed(&db, 500).await;
    assert!(reminder.reminder && reminder.attempts == 1);
    db.settle_mail(&reminder, &Outcome::Sent(Some(900)), 500).await.unwrap();
    assert_eq!(db.claim_mail(i64::MAX).await.unwrap(), None, "one reminder at most");
    assert!(
        !db.stop_mail(&reminder.dossier, &by_operator(1, Action::StopMail)).await.unwrap(),
        "nothing is left to stop"
    );
}

async fn a_reminder_is_begun_by_one_means_and_not_for_a_used_link(database: Database) {
    let db = database.open().await;
    filled(&db, 3).await;
    let begin = async |n: u8| db.begin_reminder(&[n; 32], 5).await.unwrap();
    let use_it = async |n: u8| {
        let point = PointCode::parse("22651").unwrap();
        let token = VisitToken::new([n; 16]);
        db.claim_visit(&token, &point, Uuid::from_u128(9), 5).await.unwrap()
    };
    assert!(begin(0).await);
    assert!(begin(0).await, "a further attempt at the same mail");
    assert!(use_it(0).await);
    assert!(!begin(0).await, "it was used since the first attempt");
    assert!(use_it(1).await);
    assert!(!begin(1).await, "it was used");
    assert!(db.mark_reminded(&[[2; 32]], &by_operator(5, Action::RemindOfLinks)).await.unwrap());
    assert!(!begin(2).await, "it was reminded of by other means");
}

async fn mails_of_a_retired_point_wait_until_it_is_reopened(database: Database) {
    let db = database.open().await;
    let point = point(&db).await;
    filled(&db, 3).await;
    let retire = async |retired| {
        let event = event(2, "lan", Action::RetirePoint);
        assert!(db.set_retired(&point.code, retired, &event).await.unwrap());
    };
    retire(true).await;
    assert!(!db.mail_is_due(200).await.unwrap());
    assert_eq!(db.claim_mail(200).await.unwrap(), None);
    assert_eq!(reasons(&db).await, [("retired".into(), 0, 3)]);
    retire(false).await;
    assert!(db.mail_is_due(200).await.unwrap());
    assert_eq!(reasons(&db).await, []);
    // Over the 14 days each is told with what was in its way.
    db.settle_mail(&claimed(&db, 200).await, &later(300, "451"), 200).await.unwrap();
    assert_eq!(reasons(&db).await, [("451".into(), 0, 1)]);
    assert_eq!(db.give_up_mails(0, 1, 300).await.unwrap(), 0, "the 14 days are not over");
    assert_eq!(db.give_up_mails(0, 2, 300).await.unwrap(), 3);
    assert_eq!(reasons(&db).await, [("451".into(), 1, 1), ("too-old".into(), 1, 2)]);
}

async fn what_a_retired_point_kept_from_being_sent_is_told(database: Database) {
    let db = database.open().await;
    let point = point(&db).await;
    filled(&db, 1).await;
    let event = event(2, "lan", Action::RetirePoint);
    assert!(db.set_retired(&point.code, true, &event).await.unwrap());
    assert_eq!(db.give_up_mails(0, 2, 300).await.unwrap(), 1);
    assert_eq!(reasons(&db).await, [("retired".into(), 1, 1)]);
}
