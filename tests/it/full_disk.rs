//! The disk fills up while the service runs.

use crate::support::acknowledged::{Acknowledged, Writers, lost};
use crate::support::app::Answer;
use crate::support::database::Database;
use crate::support::process::Serving;
use crate::support::submission::{commune, good, new_id};

#[tokio::test]
async fn on_a_full_disk_nothing_is_thanked_reading_goes_on_and_it_recovers_by_itself() {
    let database = Database::sqlite();
    let serving = Serving::on_a_small_disk(&database, 2_048);
    let writers = Writers::start(8, &serving.home);
    let (mut acknowledged, failures) = writers.end().await;
    assert_eq!(failures, [503; 8], "each device was told that nothing is stored");
    assert!(acknowledged.len() > 8, "there was room for some: {}", acknowledged.len());

    let client = reqwest::Client::new();
    let put = async |id: &str| {
        let url = format!("{}api/v1/responses/{id}", serving.home);
        Answer::of(client.put(url).body(good().to_string()).send().await.unwrap()).await
    };
    // One response alone may still fit where eight did not.
    let mut id = new_id();
    let mut answer = put(&id).await;
    while answer.status == 201 {
        acknowledged.push(Acknowledged { id, receipt: answer.receipt() });
        id = new_id();
        answer = put(&id).await;
    }
    answer.problem(503, "store-unavailable");
    let results = format!("{}c/{}", serving.home, commune());
    assert_eq!(client.get(results).send().await.unwrap().status(), 200, "results are still shown");

    serving.make_room();
    assert_eq!(put(&id).await.status, 201);
    assert_eq!(client.get(&serving.ready).send().await.unwrap().status(), 200);
    tokio::task::spawn_blocking(|| serving.kill()).await.unwrap();
    assert_eq!(lost(&database.open().await, &acknowledged).await, []);
}

#[tokio::test]
#[should_panic(expected = "disk I/O error")]
async fn a_program_that_does_not_start_says_why_instead_of_being_waited_for() {
    Serving::on_a_small_disk(&Database::sqlite(), 8);
}
