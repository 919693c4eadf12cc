//! A graceful stop in the middle of the work.

use crate::support::acknowledged::{Writers, lost};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};

on_both_databases![a_graceful_stop_under_load_loses_nothing_and_fails_nobody];

async fn a_graceful_stop_under_load_loses_nothing_and_fails_nobody(database: Database) {
    let app = App::spawn(database);
    let mut writers = Writers::start(8, &app.url("/"));
    let mut acknowledged = writers.acknowledged(200).await;
    let database = tokio::task::spawn_blocking(|| app.stop()).await.unwrap();
    let (rest, failures) = writers.end().await;
    assert_eq!(failures, [0; 0], "a device in flight was told something else than 201");
    acknowledged.extend(rest);
    let db = database.open().await;
    assert_eq!(lost(&db, &acknowledged).await, []);
    let stored = usize::try_from(database.count("responses").await).unwrap();
    assert!((acknowledged.len()..=acknowledged.len() + 8).contains(&stored), "one in flight each");
}
