//! `PostgreSQL` goes away and comes back while the service runs.

use hailong::staff::Role;
use hailong::staff::audit::Action;
use surveys::{CentreContact, PointCode};

use crate::support::acknowledged::{Writers, lost};
use crate::support::app::App;
use crate::support::database::Database;
use crate::support::postgres::Server;
use crate::support::staff;
use crate::support::submission::{good, good_but, new_id, point};

/// A service that has put its house in order for this hour: an outage in the middle of
/// that would be told too.
pub(super) async fn settled(database: Database) -> App {
    let db = database.open().await;
    let old = staff::account("lan", Role::Leader, "/56/22651/");
    staff::set_up(&db, &old, 0, Vec::new()).await;
    db.keep_form(old.id, "/staff/me", &[0], 0).await.unwrap();
    db.close().await;
    let app = App::spawn(database);
    // Forms that nobody came back for go last.
    let backdoor = app.database().backdoor().await;
    while backdoor.number("select count(*) from staff_kept_forms").await > 0 {}
    backdoor.close().await;
    app
}

#[tokio::test]
async fn without_its_database_nothing_is_thanked_and_it_recovers_by_itself() {
    let Some(server) = Server::start() else { return };
    let mut app = settled(Database::postgres_in(&server).await).await;
    app.expects("responses could not be stored");
    app.expects("the store cannot be used");
    let (before, during) = (new_id(), new_id());
    let receipt = app.put(&before, &good()).await.receipt();

    server.crash();
    let refused = app.put(&during, &good()).await;
    assert_eq!(refused.problem(503, "store-unavailable"), []);
    assert!(refused.retry_after.is_some_and(|s| s >= 1), "{refused:?}");
    // A point that was never asked for must be looked up first.
    let elsewhere = hailong::first_points::all().pop().unwrap();
    let other = good_but("collection_point", elsewhere.code.as_str().into());
    app.put(&new_id(), &other).await.problem(503, "store-unavailable");
    let ready = app.client().get(app.operations_url("/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), 503);
    let healthy = app.client().get(app.operations_url("/healthz")).send().await.unwrap();
    assert_eq!(healthy.status(), 200, "the process itself is well");

    server.come_back();
    let retried = app.put(&during, &good()).await;
    assert_eq!(retried.status, 201, "{retried:?}");
    let kept = app.put(&before, &good()).await;
    assert_eq!((kept.status, kept.receipt()), (200, receipt));
    assert_eq!(app.database().count("responses").await, 2);
}

#[tokio::test]
async fn while_the_database_is_away_the_page_names_the_centres_contact() {
    let Some(server) = Server::start() else { return };
    let mut app = settled(Database::postgres_in(&server).await).await;
    app.expects("a draft cannot be read");
    let here = PointCode::parse(&point()).unwrap();
    let contact = CentreContact::parse("0258 3 811 234", "1 Trần Phú", "").unwrap();
    let db = app.database().open().await;
    let set = staff::by_operator(1, Action::SetContact);
    db.set_centre_contact(&here, &contact, &set).await.unwrap();
    db.close().await;
    assert_eq!(app.get(&format!("/s/{here}")).await.status(), 200);
    server.crash();
    let away = app.get(&format!("/s/{here}/{}/1", new_id())).await;
    assert_eq!(away.status(), 503);
    let page = away.text().await.unwrap();
    assert!(page.contains("<a href=\"tel:02583811234\">0258 3 811 234</a>"), "{page}");
    server.come_back();
}

#[tokio::test]
async fn a_crash_of_the_database_under_load_loses_nothing_acknowledged() {
    let Some(server) = Server::start() else { return };
    let mut app = settled(Database::postgres_in(&server).await).await;
    app.expects("responses could not be stored");
    app.expects("the store cannot be used");
    let mut writers = Writers::start(8, &app.url("/"));
    let mut acknowledged = writers.acknowledged(200).await;
    server.crash();
    let (rest, failures) = writers.end().await;
    acknowledged.extend(rest);
    assert_eq!(failures, [503; 8], "each device was told that nothing is stored");
    server.come_back();
    let database = tokio::task::spawn_blocking(|| app.stop()).await.unwrap();
    assert_eq!(lost(&database.open().await, &acknowledged).await, []);
}
