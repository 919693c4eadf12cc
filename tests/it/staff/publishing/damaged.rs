//! A publication that cannot be read is a fault of its one place, said there and once in
//! the log; everything else goes on, and it is there again once it is restored.

use hailong::staff::Role;
use serde_json::Value;

use super::{LIST, SEPTEMBER, citizen, leader, publish, service, text, told};
use crate::support::action::COMMUNE;
use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::Member;

on_both_databases![
    a_damaged_publication_is_said_where_it_is_and_nothing_else_stops,
    a_damaged_publication_holds_what_would_be_laid_beside_it,
];

const AUGUST: &str = "/staff/publishing/22651/quick-counter@1/2026-08";
const SAID: &str = "máy chủ không đọc lại được bản đã công bố";

/// Two published months, of which September's is damaged by `how`.
async fn damaged(database: Database, how: &str) -> App {
    let app = service(database, 150).await;
    let db = app.database().open().await;
    answers::add_in(&db, COMMUNE, "2026-08", 200..350).await;
    db.close().await;
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, AUGUST, "").await, 303);
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    let is_sqlite = app.database().url().starts_with("sqlite");
    let on = if is_sqlite { "" } else { " on publications" };
    let backdoor = app.database().backdoor().await;
    backdoor.execute(&format!("drop trigger publications_are_not_changed{on}")).await;
    backdoor
        .execute("create table kept as select publication_id, document from publications")
        .await;
    backdoor.execute(&format!("update publications set {how} where period = '{MONTH}'")).await;
    backdoor.close().await;
    // Nothing of it is remembered.
    let mut app = App::by_decision(app.stop());
    app.expects("what was published cannot be read");
    app
}

async fn status(app: &App, path: &str) -> u16 {
    let asked = app.request(reqwest::Method::GET, path).header("accept", "text/html");
    asked.send().await.unwrap().status().as_u16()
}

async fn a_damaged_publication_is_said_where_it_is_and_nothing_else_stops(database: Database) {
    let app = damaged(database, "document = substr(document, 2)").await;
    let page = citizen(&app, &format!("/c/22651?period={MONTH}")).await;
    assert!(page.contains(SAID) && page.contains("khôi phục"), "{page}");
    assert!(!page.contains("id=\"components\"") && !page.contains("chưa có phiếu nào"), "{page}");
    let english = citizen(&app, &format!("/c/22651?period={MONTH}&lang=en")).await;
    assert!(english.contains("the server cannot read what was published"), "{english}");
    let json = told(&app, MONTH).await;
    assert_eq!(json["publication"]["state"], "unreadable", "{json}");
    assert_eq!(json["estimates"].as_array().unwrap().len(), 0);
    let zip = app.get(&format!("/api/v1/exports/hailong_22651_{MONTH}.zip")).await;
    assert_eq!(zip.status(), 500, "not a package without it");
    let problem: Value = zip.json().await.unwrap();
    assert!(problem["detail"].as_str().unwrap().contains("khôi phục cơ sở dữ liệu"), "{problem}");
    // The other month, and everything that has this one in it.
    let other = citizen(&app, "/c/22651?period=2026-08").await;
    assert!(other.contains("id=\"components\"") && !other.contains(SAID), "{other}");
    let how = format!("/c/22651/how/index/quick-counter?instrument=quick-counter&period={MONTH}");
    for path in [
        "/",
        "/c/22651",
        "/c/22651/actions",
        "/c/22651/comments",
        &how,
        &format!("/c/22651?period={MONTH}&publication=1"),
        &format!("/api/v1/charts/components.svg?commune=22651&period={MONTH}"),
        "/api/v1/charts/trend.svg?commune=22651&period=2026-08",
        "/api/v1/exports/hailong_22651_2026-08.zip",
        "/province/56/communes.csv?instrument=quick-counter&period=2026-09",
    ] {
        assert_eq!(status(&app, path).await, 200, "{path}");
    }
    let province = format!("/province/56?instrument=quick-counter&period={MONTH}");
    let province = citizen(&app, &province).await;
    let (_, listed) = province.split_once("id=\"unreadable\"").expect("a list of its own");
    assert!(listed.split_once("</ul>").unwrap().0.contains("/c/22651"), "{province}");
    // Staff go on with their morning, and read where the fault is and what to do.
    for (name, role, place) in [
        ("huy", Role::Leader, "/56/22651/"),
        ("lan", Role::CentreStaff, "/56/22651/"),
        ("minh", Role::ProvinceOfficer, "/56/"),
    ] {
        let member = Member::signed_in(&app, name, role, place).await;
        for path in ["/staff", "/staff/results?unit=22651", "/staff/actions", "/staff/audit"] {
            let status = member.get(path).await.status().as_u16();
            assert!(matches!(status, 200 | 403), "{name} {path}: {status}");
        }
        assert_eq!(member.get("/staff").await.status(), 200, "{name}");
    }
    let nga = Member::signed_in(&app, "nga", Role::Leader, "/56/22651/").await;
    assert!(text(nga.get(LIST).await).await.contains("Không đọc được bản đã công bố"));
    let one = text(nga.get(SEPTEMBER).await).await;
    assert!(one.contains("báo người quản trị máy chủ khôi phục"), "{one}");
    let logged = app.logged();
    let lines = logged.iter().filter(|line| line.contains("what was published cannot be read"));
    assert_eq!(lines.count(), 1, "{logged:?}");
    // Restored while the service runs.
    let backdoor = app.database().backdoor().await;
    let back = "update publications set document = (select kept.document from kept
        where kept.publication_id = publications.publication_id)";
    backdoor.execute(back).await;
    backdoor.close().await;
    let page = citizen(&app, &format!("/c/22651?period={MONTH}")).await;
    assert!(page.contains("id=\"components\"") && !page.contains(SAID), "{page}");
}

async fn a_damaged_publication_holds_what_would_be_laid_beside_it(database: Database) {
    let app = damaged(database, "sha256 = 'x'").await;
    let ha = Member::signed_in(&app, "ha1", Role::Leader, "/56/22651/").await;
    let quarter = "/staff/publishing/22651/quick-counter@1/2026-Q3";
    for (path, seen) in [(quarter, "name=\"seen\""), (SEPTEMBER, "name=\"seen\"")] {
        let page = text(ha.get(path).await).await;
        assert!(page.contains("bản đã công bố của kỳ 2026-09"), "{path}: {page}");
        assert!(!page.contains(seen), "{path} can be published: {page}");
    }
    let forced = ha.post(quarter, &[("seen", "1-x"), ("reason", "")]).await.status().as_u16();
    assert!(matches!(forced, 409 | 422), "{forced}");
    assert_eq!(app.database().count("publications").await, 2);
}
