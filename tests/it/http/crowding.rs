//! Many at once where more than one program writes: two servers of one database, and a
//! database that another program holds.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, SqliteConnection};

use super::outage::settled;
use crate::support::app::{Answer, App};
use crate::support::database::Database;
use crate::support::submission::{good, good_but, new_id};

/// Two servers of one database.
async fn two_servers() -> Option<[App; 2]> {
    let database = Database::postgres().await?;
    let second = database.again();
    Some([App::spawn(database), App::spawn(second)])
}

/// Sends each of `bodies` under `id`, half to each server, all at once.
async fn at_once(servers: &[App; 2], id: &str, bodies: &[Value]) -> Vec<Answer> {
    let sent = bodies.iter().enumerate().map(|(n, body)| servers[n % 2].put(id, body));
    join_all(sent).await
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

#[tokio::test]
async fn fifty_at_once_under_one_id_at_two_servers_store_one_row() {
    let Some(servers) = two_servers().await else { return };
    for round in 1..=20 {
        let answers = at_once(&servers, &new_id(), &vec![good(); 50]).await;
        assert_eq!((count(&answers, 201), count(&answers, 200)), (1, 49), "{answers:?}");
        assert!(answers.iter().all(|a| a.receipt() == answers[0].receipt()), "{answers:?}");
        assert_eq!(servers[0].database().count("responses").await, round);
    }
}

#[tokio::test]
async fn fifty_different_ones_under_one_id_at_two_servers_store_the_one_that_was_thanked() {
    let Some(servers) = two_servers().await else { return };
    for round in 1..=10 {
        let id = new_id();
        let bodies: Vec<_> =
            (0..50).map(|n| good_but("comment", json!(format!("Lần {n}")))).collect();
        let answers = at_once(&servers, &id, &bodies).await;
        assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 49), "{answers:?}");
        let thanked = answers.iter().position(|a| a.status == 201).unwrap();
        for server in &servers {
            let again = server.put(&id, &bodies[thanked]).await;
            assert_eq!((again.status, again.receipt()), (200, answers[thanked].receipt()));
        }
        assert_eq!(servers[0].database().count("responses").await, round);
    }
}

#[tokio::test]
async fn control_two_servers_that_share_no_database_are_seen_to_thank_twice() {
    // What makes them agree is the one row of the one database, and nothing else.
    let servers = [App::spawn(Database::sqlite()), App::spawn(Database::sqlite())];
    let id = new_id();
    let answers = at_once(&servers, &id, &vec![good(); 50]).await;
    assert_eq!((count(&answers, 201), count(&answers, 200)), (2, 48), "{answers:?}");
    assert!(answers.iter().any(|a| a.receipt() != answers[0].receipt()), "two receipts");

    let id = new_id();
    let bodies: Vec<_> = (0..50).map(|n| good_but("comment", json!(format!("Lần {n}")))).collect();
    let answers = at_once(&servers, &id, &bodies).await;
    assert_eq!((count(&answers, 201), count(&answers, 409)), (2, 48), "{answers:?}");
    let thanked = answers.iter().position(|a| a.status == 201).unwrap();
    let again =
        [servers[0].put(&id, &bodies[thanked]).await, servers[1].put(&id, &bodies[thanked]).await];
    assert_eq!(
        (count(&again, 200), count(&again, 409)),
        (1, 1),
        "one of them has another: {again:?}"
    );
}

/// Sends fifty responses to `app` while another program writes to its file for `held`.
async fn while_held(app: &App, held: Duration) -> (Vec<String>, Vec<Answer>) {
    let mut other = SqliteConnection::connect(app.database().url()).await.unwrap();
    other.execute("begin immediate").await.unwrap();
    let ids: Vec<String> = (0..50).map(|_| new_id()).collect();
    let body = good();
    let sent = join_all(ids.iter().map(|id| app.put(id, &body)));
    let released = async {
        tokio::time::sleep(held).await;
        other.execute("rollback").await.unwrap();
        other.close().await.unwrap();
    };
    let began = Instant::now();
    let (answers, waited) = tokio::join!(async { (sent.await, began.elapsed()) }, released).0;
    assert!(waited >= held, "nothing is answered while the file is held: {waited:?}");
    (ids, answers)
}

#[tokio::test]
async fn while_another_program_writes_to_the_file_answers_wait_for_it() {
    let app = App::spawn(Database::sqlite());
    let (_, answers) = while_held(&app, Duration::from_secs(2)).await;
    assert_eq!(count(&answers, 201), 50, "{answers:?}");
    assert_eq!(app.database().count("responses").await, 50);
}

#[tokio::test]
async fn a_file_that_another_program_holds_too_long_costs_a_second_try_and_no_response() {
    let mut app = settled(Database::sqlite()).await;
    app.expects("responses could not be stored");
    app.expects("the store cannot be used");
    let (ids, answers) = while_held(&app, Duration::from_secs(7)).await;
    let refused = answers.iter().filter(|answer| answer.status != 201);
    let mut again = 0;
    for answer in refused {
        answer.problem(503, "store-unavailable");
        assert!(answer.retry_after.is_some_and(|seconds| seconds >= 1), "{answer:?}");
        again += 1;
    }
    assert!(again > 0, "five seconds are not waited for longer: {answers:?}");
    for (id, before) in ids.iter().zip(&answers) {
        let now = app.put(id, &good()).await;
        assert!([200, 201].contains(&now.status), "{now:?}");
        if before.status == 201 {
            assert_eq!((now.status, now.receipt()), (200, before.receipt()));
        }
    }
    assert_eq!(app.database().count("responses").await, 50);
}
