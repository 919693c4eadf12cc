//! Today: what the running period says, what came in, what is due; and the communes of
//! a province beside each other.

use hailong::staff::Role;
use serde_json::json;
use surveys::catalog;

use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::device::Tablet;
use crate::support::staff::Member;
use crate::support::submission::{self, new_id, point};

on_both_databases![
    today_says_what_came_in_and_what_is_due,
    a_tablet_that_is_silent_is_told_to_its_own_unit_alone,
    the_communes_of_a_province_stand_beside_each_other_and_no_others,
];

async fn today_says_what_came_in_and_what_is_due(database: Database) {
    answers::month(&database, &point(), 120).await;
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let home = async || lan.get("/staff").await.text().await.unwrap();
    let page = home().await;
    assert!(page.contains("id=\"figures-quick-counter-1\""), "{page}");
    assert!(page.contains("Phiếu đã nhận") && page.contains("Báo cáo theo kế hoạch"));
    let today = submission::good_but("answered_at", json!("2026-10-15T09:30:00+07:00"));
    assert_eq!(app.put(&new_id(), &today).await.status, 201);
    let lately = submission::good_but("answered_at", json!("2026-10-09T09:30:00+07:00"));
    assert_eq!(app.put(&new_id(), &lately).await.status, 201);
    let page = home().await;
    let row = "<tr><th scope=\"row\">Quét mã QR</th><td class=\"num\">1</td><td class=\"num\">2</td></tr>";
    assert!(page.contains(row), "{page}");
    // Nobody has to keep papers in mind: a report appears 60 days before it is due.
    let plan = catalog::plan_of(&"22651".parse().unwrap()).unwrap();
    let due = plan.calendar.deadlines_of(2026).pop().unwrap();
    app.set_clock(&format!("{}T08:00:00+07:00", due.last_day));
    let lan = Member::signed_in(&app, "mai", Role::Leader, "/56/22651/").await;
    let page = lan.get("/staff").await.text().await.unwrap();
    assert!(page.contains("Hạn cuối là hôm nay"), "{page}");
    let keying = Member::signed_in(&app, "tu", Role::DataEntry, "/56/22651/").await;
    let page = keying.get("/staff").await.text().await.unwrap();
    assert!(!page.contains("id=\"figures-") && !page.contains("/staff/results"));
}

async fn a_tablet_that_is_silent_is_told_to_its_own_unit_alone(database: Database) {
    let app = App::spawn(database);
    let tablet = Tablet::enrolled(&app).await;
    let report = json!({
        "queued": 7, "oldest_seconds": 60, "quarantined": 0, "version": "1",
        "device_clock": "2026-10-15T10:00:00+07:00", "persisted": true, "failures": 0,
    });
    assert!(tablet.report(&app, &report).await.status < 300);
    let own = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let other = Member::signed_in(&app, "hoa", Role::Leader, "/01/00004/").await;
    let page = own.get("/staff").await.text().await.unwrap();
    assert!(page.contains("Còn 7 phiếu chờ gửi."), "{page}");
    app.pass_minutes(25 * 60);
    let own = Member::signed_in(&app, "lan.2", Role::CentreStaff, "/56/22651/").await;
    let page = own.get("/staff").await.text().await.unwrap();
    assert!(page.contains("Hơn 24 giờ không thấy máy."), "{page}");
    let page = other.get("/staff").await.text().await.unwrap();
    assert!(!page.contains("không thấy máy"), "a tablet of another unit is no business of theirs");
}

async fn the_communes_of_a_province_stand_beside_each_other_and_no_others(database: Database) {
    for (plan, count) in catalog::plans().iter().zip([60, 20, 8, 40, 30]) {
        answers::month(&database, hailong::first_points::code_of(plan).as_str(), count).await;
    }
    let app = App::spawn(database);
    let officer = Member::signed_in(&app, "binh", Role::ProvinceOfficer, "/56/").await;
    let at = format!("/staff/results?period={MONTH}&order=rate");
    let page = officer.get(&at).await.text().await.unwrap();
    assert!(page.contains("Xã Diên Khánh") && page.contains("không phải xếp hạng"), "{page}");
    for plan in catalog::plans() {
        let commune = surveys::unit::commune(plan.commune_code.as_str()).unwrap();
        let own = commune.province.as_str() == "56";
        assert_eq!(page.contains(&format!("unit={}&", commune.code).replace('&', "&#38;")), own);
    }
    let count = |page: &str| {
        let cell = page.split("data-label=\"Số phiếu\">").nth(1).unwrap_or_default();
        cell.split('<').next().unwrap_or_default().to_owned()
    };
    assert_eq!(count(&page), "60");
    let late = submission::good_but("answered_at", json!("2026-09-20T09:30:00+07:00"));
    assert_eq!(app.put(&new_id(), &late).await.status, 201);
    let page = officer.get(&at).await.text().await.unwrap();
    assert_eq!(count(&page), "61", "what came in since is counted");
}
