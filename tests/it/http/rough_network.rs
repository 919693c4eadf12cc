//! A bad network between many devices and the service: what is acknowledged is stored,
//! once, as it was answered. Each control takes a safeguard away and sees the same check fail.

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::devices::{Ids, Wrongs, send, wrongs};
use crate::support::rough::{FAULTS, Fate, Honesty, RoughNetwork};

on_both_databases![
    five_thousand_responses_over_a_bad_network_are_each_stored_once_as_they_were_answered,
];

/// The servers of `database`: two on `PostgreSQL`, the one that an embedded one can have.
fn servers(database: Database) -> Vec<App> {
    let second = database.url().starts_with("postgres:").then(|| database.again());
    [Some(database), second].into_iter().flatten().map(App::spawn).collect()
}

async fn five_thousand_responses_over_a_bad_network_are_each_stored_once_as_they_were_answered(
    database: Database,
) {
    const PEOPLE: usize = 5_000;
    let servers = servers(database);
    let network = RoughNetwork::before(&servers, Honesty::Honest).await;
    let thanked = send(PEOPLE, &network.home(), Ids::Kept).await;
    let (told, fates) = network.calm().await;
    assert_eq!(thanked.len(), PEOPLE);
    assert!(told.len() > PEOPLE, "some were answered more than once: {}", told.len());
    let requests: usize = fates.values().sum();
    let faults = requests - fates[&Fate::Through];
    assert!(faults * 10 >= requests * 3, "three in ten met a fault: {fates:?}");
    for (fate, _) in FAULTS {
        assert!(fates[&fate] >= 100, "{fate:?} in {fates:?}");
    }
    let database = servers[0].database();
    assert_eq!(wrongs(database, &thanked, &told).await, Wrongs::default());
    assert_eq!(database.count("responses").await, i64::try_from(PEOPLE).unwrap());
}

/// What is found wrong after 300 responses over a network of this `honesty`.
async fn found(honesty: Honesty, ids: Ids) -> Wrongs {
    let servers = servers(Database::sqlite());
    let network = RoughNetwork::before(&servers, honesty).await;
    let thanked = send(300, &network.home(), ids).await;
    let (told, _) = network.calm().await;
    wrongs(servers[0].database(), &thanked, &told).await
}

#[tokio::test]
async fn control_devices_that_make_a_new_id_for_each_try_are_seen_to_duplicate() {
    let found = found(Honesty::Honest, Ids::Anew).await;
    assert!(found.duplicated > 10, "{found:?}");
    assert_eq!(Wrongs { duplicated: 0, ..found }, Wrongs::default());
}

#[tokio::test]
async fn control_an_acknowledgement_before_anything_is_stored_is_seen_to_lose() {
    let found = found(Honesty::Hasty, Ids::Kept).await;
    assert!(found.lost > 10 && found.unfounded > 10, "{found:?}");
}

#[tokio::test]
async fn control_a_network_that_changes_answers_is_seen() {
    let found = found(Honesty::Forging, Ids::Kept).await;
    assert_eq!(found, Wrongs { altered: 300, ..Wrongs::default() });
}
