//! A power cut's little brother: the process is killed in the middle of the work.
//! Whether the disk keeps its promises is measured elsewhere; here it is the
//! program's own promise.

use crate::support::acknowledged::{Acknowledged, Writers, lost};
use crate::support::database::{Database, on_both_databases};
use crate::support::process::Serving;
use crate::support::submission::{good, new_id};

on_both_databases![
    killed_under_eight_writers_it_has_everything_it_acknowledged,
    the_checker_sees_a_response_that_was_never_stored,
];

async fn killed_under_eight_writers_it_has_everything_it_acknowledged(database: Database) {
    let mut acknowledged = Vec::new();
    for cycle in 0..5 {
        let serving = Serving::start(&database);
        let mut writers = Writers::start(8, &serving.home);
        acknowledged.extend(writers.acknowledged(60 + 37 * cycle).await);
        tokio::task::spawn_blocking(|| serving.kill()).await.unwrap();
        let (rest, failures) = writers.end().await;
        assert_eq!(failures, [0; 0]);
        acknowledged.extend(rest);
    }
    let serving = Serving::start(&database);
    let db = database.open().await;
    assert_eq!(lost(&db, &acknowledged).await, []);
    // A device that never heard the answer asks again and gets the same receipt.
    let one = &acknowledged[0];
    let url = format!("{}api/v1/responses/{}", serving.home, one.id);
    let again = reqwest::Client::new().put(url).body(good().to_string()).send().await.unwrap();
    assert_eq!(again.status(), 200);
    assert_eq!(again.json::<serde_json::Value>().await.unwrap()["receipt"], one.receipt.as_str());
    drop(db);
    let stored = usize::try_from(database.count("responses").await).unwrap();
    // Each writer may have had one in flight at each kill: stored, but not acknowledged.
    assert!((acknowledged.len()..=acknowledged.len() + 40).contains(&stored), "{stored}");
    assert_eq!(tokio::task::spawn_blocking(|| serving.terminate()).await.unwrap(), 0);
}

async fn the_checker_sees_a_response_that_was_never_stored(database: Database) {
    let serving = Serving::start(&database);
    let mut writers = Writers::start(1, &serving.home);
    let true_ones = writers.acknowledged(3).await;
    let fabricated = Acknowledged { id: new_id(), ..true_ones[0].clone() };
    let changed = Acknowledged { receipt: "0000-0000".into(), ..true_ones[1].clone() };
    let claimed = [true_ones[0].clone(), fabricated.clone(), changed.clone(), true_ones[2].clone()];
    let db = database.open().await;
    assert_eq!(lost(&db, &claimed).await, [fabricated, changed]);
    tokio::task::spawn_blocking(|| serving.kill()).await.unwrap();
}
