//! The promise that nothing acknowledged is lost, and its checker.

use std::sync::Arc;

use hailong::store::Db;
use reqwest::Client;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::submission::{good, new_id};

/// What a device was told: this response is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    pub(crate) id: String,
    pub(crate) receipt: String,
}

/// Devices that send one response after the other until the service goes away.
#[derive(Debug)]
pub(crate) struct Writers {
    acknowledged: mpsc::UnboundedReceiver<Acknowledged>,
    tasks: JoinSet<Vec<u16>>,
}

impl Writers {
    /// `count` devices that send to the service at `home`.
    pub(crate) fn start(count: usize, home: &str) -> Self {
        let (tell, acknowledged) = mpsc::unbounded_channel();
        let home: Arc<str> = home.trim_end_matches('/').into();
        let mut tasks = JoinSet::new();
        for _ in 0..count {
            tasks.spawn(write(Arc::clone(&home), tell.clone()));
        }
        Self { acknowledged, tasks }
    }

    /// Waits until `count` responses are acknowledged.
    pub(crate) async fn acknowledged(&mut self, count: usize) -> Vec<Acknowledged> {
        let mut all = Vec::with_capacity(count);
        while all.len() < count {
            all.push(self.acknowledged.recv().await.expect("the writers write"));
        }
        all
    }

    /// Waits until every device has met the end of the service; gives what was
    /// acknowledged since, and every status but 201 that came.
    pub(crate) async fn end(mut self) -> (Vec<Acknowledged>, Vec<u16>) {
        let mut others = Vec::new();
        while let Some(statuses) = self.tasks.join_next().await {
            others.extend(statuses.expect("a writer ends well"));
        }
        let mut rest = Vec::new();
        while let Ok(one) = self.acknowledged.try_recv() {
            rest.push(one);
        }
        (rest, others)
    }
}

/// Sends until a connection fails or something else than 201 comes back.
async fn write(home: Arc<str>, tell: mpsc::UnboundedSender<Acknowledged>) -> Vec<u16> {
    let (client, body) = (Client::new(), good().to_string());
    loop {
        let id = new_id();
        let request = client.put(format!("{home}/api/v1/responses/{id}")).body(body.clone());
        let Ok(answer) = request.send().await else { return Vec::new() };
        let status = answer.status().as_u16();
        // A body that breaks off acknowledges nothing.
        let Ok(answer) = answer.json::<serde_json::Value>().await else { return Vec::new() };
        let Some(receipt) = answer["receipt"].as_str().filter(|_| status == 201) else {
            return vec![status];
        };
        if tell.send(Acknowledged { id, receipt: receipt.to_owned() }).is_err() {
            return Vec::new();
        }
    }
}

/// Those of `acknowledged` that are not in `db`, or there with another receipt.
pub(crate) async fn lost(db: &Db, acknowledged: &[Acknowledged]) -> Vec<Acknowledged> {
    let mut lost = Vec::new();
    for one in acknowledged {
        let id = Uuid::parse_str(&one.id).expect("an id that we made");
        let stored = db.receipt(id).await.expect("the store can be read");
        if stored.is_none_or(|receipt| receipt.to_string() != one.receipt) {
            lost.push(one.clone());
        }
    }
    lost
}
