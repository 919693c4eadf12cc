//! Visit tokens: each is good once, at its point, for one response.

use std::sync::Arc;

use futures_util::future::join_all;
use hailong::clock::Clock;
use hailong::staff::audit::Action;
use hailong::store::Db;
use surveys::{PointCode, VisitToken};
use uuid::Uuid;

use crate::support::database::{Database, on_both_databases};
use crate::support::staff::by_operator;

on_both_databases![
    a_token_is_taken_by_one_response_which_may_ask_again,
    a_token_of_another_point_or_of_nobody_is_not_taken,
    fifty_responses_that_want_one_token_leave_it_with_one_of_them,
    a_claim_is_forgotten_after_its_moment_and_the_token_stays_used,
    batches_are_listed_with_how_many_were_used,
    the_store_keeps_no_token_and_no_response_id_beside_one,
    a_batch_with_a_token_that_is_there_already_adds_nothing,
];

fn point(code: &str) -> PointCode {
    PointCode::parse(code).unwrap()
}

fn token() -> VisitToken {
    VisitToken::new(Clock::System.salt())
}

fn id() -> Uuid {
    Clock::System.new_id()
}

/// Gives `tokens` out at `here`.
async fn hand_out(db: &Db, here: &PointCode, tokens: &[VisitToken]) {
    db.add_visits(here, id(), tokens, &by_operator(1_000, Action::MakeSlips)).await.unwrap();
}

async fn a_token_is_taken_by_one_response_which_may_ask_again(database: Database) {
    let db = database.open().await;
    let (token, here, first) = (token(), point("22651"), id());
    hand_out(&db, &here, std::slice::from_ref(&token)).await;
    assert!(!db.visit_is_used(&token, &here).await.unwrap());
    assert!(db.claim_visit(&token, &here, first, 2_000).await.unwrap());
    assert!(db.claim_visit(&token, &here, first, 3_000).await.unwrap(), "the same asks again");
    assert!(!db.claim_visit(&token, &here, id(), 4_000).await.unwrap(), "another comes too late");
    assert!(db.visit_is_used(&token, &here).await.unwrap());
}

async fn a_token_of_another_point_or_of_nobody_is_not_taken(database: Database) {
    let db = database.open().await;
    let (given, here, there) = (token(), point("22651"), point("mot-cua-2"));
    hand_out(&db, &here, std::slice::from_ref(&given)).await;
    assert!(!db.claim_visit(&given, &there, id(), 2_000).await.unwrap());
    assert!(!db.claim_visit(&token(), &here, id(), 2_000).await.unwrap());
    assert!(!db.visit_is_used(&given, &there).await.unwrap());
    assert!(db.claim_visit(&given, &here, id(), 3_000).await.unwrap(), "it is still good");
}

async fn fifty_responses_that_want_one_token_leave_it_with_one_of_them(database: Database) {
    let db = Arc::new(database.open().await);
    let (token, here) = (token(), point("22651"));
    hand_out(&db, &here, std::slice::from_ref(&token)).await;
    let wanted = (0..50).map(|_| {
        let (db, token, here) = (Arc::clone(&db), token.clone(), here.clone());
        tokio::spawn(async move { db.claim_visit(&token, &here, id(), 2_000).await.unwrap() })
    });
    let got = join_all(wanted).await.into_iter().filter(|got| *got.as_ref().unwrap()).count();
    assert_eq!(got, 1);
}

async fn a_claim_is_forgotten_after_its_moment_and_the_token_stays_used(database: Database) {
    let db = database.open().await;
    let (tokens, here, first) = ([token(), token()], point("22651"), id());
    hand_out(&db, &here, &tokens).await;
    let day = 24 * 3_600_000;
    assert!(db.claim_visit(&tokens[0], &here, first, 2 * day + 1_234).await.unwrap());
    assert!(db.claim_visit(&tokens[1], &here, first, 5 * day + 4_321).await.unwrap());
    let backdoor = database.backdoor().await;
    // The moment would be that of the response: only the day is kept.
    let moments = format!("select count(*) from visit_tokens where claimed_at % {day} <> 0");
    assert_eq!(backdoor.number(&moments).await, 0);
    assert_eq!(db.forget_claims(5 * day).await.unwrap(), 1);
    assert!(!db.claim_visit(&tokens[0], &here, first, 6 * day).await.unwrap());
    assert!(db.claim_visit(&tokens[1], &here, first, 6 * day).await.unwrap());
    assert!(db.visit_is_used(&tokens[0], &here).await.unwrap());
    let kept = "select count(*) from visit_tokens where claim is not null";
    assert_eq!(backdoor.number(kept).await, 1);
}

async fn batches_are_listed_with_how_many_were_used(database: Database) {
    let db = database.open().await;
    let (first, second) = (id(), id());
    let tokens: Vec<VisitToken> = (0..5).map(|_| token()).collect();
    db.add_visits(&point("22651"), first, &tokens[..3], &by_operator(1_000, Action::MakeSlips))
        .await
        .unwrap();
    db.add_visits(
        &point("mot-cua-2"),
        second,
        &tokens[3..],
        &by_operator(2_000, Action::MakeSlips),
    )
    .await
    .unwrap();
    db.claim_visit(&tokens[1], &point("22651"), id(), 3_000).await.unwrap();
    let batches = db.visit_batches().await.unwrap();
    let seen: Vec<_> = batches
        .iter()
        .map(|b| (b.batch, b.collection_point.as_str(), b.made_at, b.tokens, b.used))
        .collect();
    assert_eq!(seen, [(first, "22651", 1_000, 3, 1), (second, "mot-cua-2", 2_000, 2, 0)]);
}

async fn the_store_keeps_no_token_and_no_response_id_beside_one(database: Database) {
    let db = database.open().await;
    let (token, here, response) = (token(), point("22651"), id());
    hand_out(&db, &here, std::slice::from_ref(&token)).await;
    db.claim_visit(&token, &here, response, 2_000).await.unwrap();
    let backdoor = database.backdoor().await;
    let hex = if database.url().starts_with("sqlite:") {
        "select lower(hex(token_hash) || hex(claim)) from visit_tokens"
    } else {
        "select encode(token_hash, 'hex') || encode(claim, 'hex') from visit_tokens"
    };
    let row = backdoor.texts(hex).await.concat();
    assert_eq!(row.len(), 128, "two hashes: {row}");
    let bits = format!("{:032x}", u128::from_be_bytes(*token.bits()));
    assert!(!row.contains(&bits) && !row.contains(&response.simple().to_string()), "{row}");
}

async fn a_batch_with_a_token_that_is_there_already_adds_nothing(database: Database) {
    let db = database.open().await;
    let (old, new, here) = (token(), token(), point("22651"));
    db.add_visits(&here, id(), std::slice::from_ref(&old), &by_operator(1_000, Action::MakeSlips))
        .await
        .unwrap();
    assert!(
        db.add_visits(&here, id(), &[new, old], &by_operator(2_000, Action::MakeSlips))
            .await
            .is_err()
    );
    assert_eq!(database.count("visit_tokens").await, 1);
}
