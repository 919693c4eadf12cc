//! Devices that send until they are told that each response is stored, and what is found
//! in the database afterwards.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::acknowledged::Acknowledged;
use super::database::Database;
use super::submission::{good, new_id};

/// How many send at the same time.
const DEVICES: usize = 48;
/// How long a device waits for an answer before it sends again.
const PATIENCE: Duration = Duration::from_secs(2);

/// Under which id a device sends again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    /// The one it made when it was answered.
    Kept,
    /// Another one each time, as a device must not.
    Anew,
}

/// What person `number` answers; no other person answers the same.
fn answered(number: usize) -> Value {
    let mut submission = good();
    submission["comment"] = json!(format!("Người thứ {number}"));
    submission["answers"]["A1"] = json!(1 + number % 5);
    submission
}

/// Has `people` answer and send to `home`; gives what each was told in the end, by number.
/// An answer that is no receipt and does not ask to send again fails the test.
pub(crate) async fn send(people: usize, home: &str, ids: Ids) -> Vec<Acknowledged> {
    let next = Arc::new(AtomicUsize::new(0));
    let client = Client::builder().pool_max_idle_per_host(0).timeout(PATIENCE).build();
    let client = client.expect("a client");
    let mut devices = JoinSet::new();
    for _ in 0..DEVICES.min(people) {
        let (client, home, next) = (client.clone(), home.to_owned(), Arc::clone(&next));
        devices.spawn(async move {
            let mut thanked = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= people {
                    return thanked;
                }
                thanked.push((number, send_one(&client, &home, number, ids).await));
            }
        });
    }
    let mut thanked = BTreeMap::new();
    while let Some(some) = devices.join_next().await {
        thanked.extend(some.expect("a device ends well"));
    }
    thanked.into_values().collect()
}

async fn send_one(client: &Client, home: &str, number: usize, ids: Ids) -> Acknowledged {
    let (mut id, body) = (new_id(), answered(number).to_string());
    loop {
        let request = client.put(format!("{home}/api/v1/responses/{id}")).body(body.clone());
        if let Ok(answer) = request.send().await {
            let status = answer.status().as_u16();
            assert!([200, 201, 503].contains(&status), "a device was told {status}");
            // A body that breaks off acknowledges nothing.
            let told: Value = answer.json().await.unwrap_or_default();
            if status != 503
                && told["response_id"] == *id
                && let Some(receipt) = told["receipt"].as_str()
            {
                return Acknowledged { id, receipt: receipt.to_owned() };
            }
        }
        if ids == Ids::Anew {
            id = new_id();
        }
    }
}

/// What is wrong in a database after `people` were thanked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Wrongs {
    /// Responses that were acknowledged and are not there.
    pub(crate) lost: usize,
    /// Responses that are there more than once.
    pub(crate) duplicated: usize,
    /// Responses that are not what the person answered.
    pub(crate) altered: usize,
    /// Receipts that are not that of a stored response.
    pub(crate) unfounded: usize,
}

/// Holds what is stored against what people answered, were thanked with by number, and
/// every receipt that was `told` on the way.
pub(crate) async fn wrongs(
    database: &Database,
    thanked: &[Acknowledged],
    told: &[Acknowledged],
) -> Wrongs {
    let mut receipts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in thanked.iter().chain(told) {
        receipts.entry(&one.id).or_default().insert(&one.receipt);
    }
    let mut stored = HashMap::new();
    let db = database.open().await;
    for id in receipts.keys() {
        let receipt = db.receipt(Uuid::parse_str(id).expect("an id of a device")).await;
        let receipt = receipt.expect("the store can be read").map(|receipt| receipt.to_string());
        stored.insert(*id, receipt);
    }
    db.close().await;
    let is_founded = |(id, told): (&&str, &BTreeSet<&str>)| {
        told.iter().filter(|&&receipt| stored[id].as_deref() != Some(receipt)).count()
    };
    let unfounded = receipts.iter().map(is_founded).sum();
    let lost = thanked.iter().filter(|one| stored[one.id.as_str()].is_none()).count();

    let backdoor = database.backdoor().await;
    let documents = backdoor.texts("select document from responses").await;
    backdoor.close().await;
    let mut times: HashMap<usize, usize> = HashMap::new();
    let mut altered = 0;
    for document in documents {
        let document: Value = serde_json::from_str(&document).expect("a document is JSON");
        let comment = document["comment"].as_str().expect("everybody wrote a comment");
        let number = comment.rsplit(' ').next().and_then(|number| number.parse().ok());
        let number = number.unwrap_or_else(|| panic!("nobody wrote {comment}"));
        *times.entry(number).or_default() += 1;
        let mut said = answered(number)["answers"].take();
        // What was not answered is not in a document.
        said.as_object_mut().expect("answers").retain(|_, answer| !answer.is_null());
        altered += usize::from(document["answers"] != said);
    }
    let duplicated = times.values().filter(|&&times| times > 1).count();
    Wrongs { lost, duplicated, altered, unfounded }
}
