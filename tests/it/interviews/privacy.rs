//! No status leads to a response and no response to a household.

use super::{told, with_sample};
use crate::support::database::{Database, on_both_databases};
use crate::support::sample::{response, sync, tablet};
use crate::support::submission::new_id;

on_both_databases![the_store_has_nothing_by_which_an_answer_and_a_household_can_be_joined];

/// In milliseconds.
const HOUR: i64 = 3_600_000;

async fn the_store_has_nothing_by_which_an_answer_and_a_household_can_be_joined(
    database: Database,
) {
    let app = with_sample(database, 1).await;
    let tablet = tablet(&app, 1).await;
    for (n, household) in [(1, 3), (2, 6)] {
        let stored = tablet
            .put(&app, &new_id(), &response("núi", "Nam", 4 + n % 2), "2026-10-15T10:00:00+07:00")
            .await;
        assert_eq!(stored.status, 201, "{stored:?}");
        sync(&app, &tablet, &told("Nam", household, "answered", 1)).await;
    }
    sync(&app, &tablet, &told("Nam", 9, "refused", 1)).await;
    let backdoor = app.database().backdoor().await;
    let documents = backdoor.texts("select document from responses").await;
    for document in &documents {
        assert!(document.contains(r#""sample":{"code":"ho-2026","stratum":"núi","psu":"Nam"}"#));
        assert!(!document.contains("household"), "{document}");
    }
    // Days, and no time of day, neither of the interview nor of its receipt.
    for column in ["answered_at", "received_at"] {
        let sql = format!(
            "select count(*) from responses where ({column} + 7 * {HOUR}) % (24 * {HOUR}) <> 0"
        );
        assert_eq!(backdoor.number(&sql).await, 0, "{column}");
    }
    assert!(
        documents.iter().all(|d| d.contains(r#""answered_at":1791997200000"#)),
        "{documents:?}"
    );
    // A household that answered has no day; one that did not has the day alone.
    let days = backdoor.texts("select coalesce(visited_on, 'none') from sample_households where status <> 'waiting' order by household").await;
    assert_eq!(days, ["none", "none", "2026-10-14"]);
    backdoor.close().await;
}
