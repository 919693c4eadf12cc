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
use crate::support::submission::{self, new_id};

on_both_databases![
    today_says_what_came_in,
    a_survey_that_few_answered_has_one_sentence_and_no_table,
    a_report_is_told_before_it_is_due_and_for_a_while_after,
    a_tablet_that_is_silent_is_told_to_its_own_unit_alone,
    the_communes_of_a_province_stand_beside_each_other_and_no_others,
];

/// The scope of the commune of `plan`.
fn scope(plan: &surveys::plan::Plan) -> String {
    let commune = surveys::unit::commune(plan.commune_code.as_str()).unwrap();
    format!("/{}/{}/", commune.province, commune.code)
}

/// That of the first plan's.
fn own() -> String {
    scope(&catalog::plans()[0])
}

async fn today_says_what_came_in(database: Database) {
    let app = App::spawn(database);
    let before = submission::good_but("answered_at", json!("2026-10-05T09:30:00+07:00"));
    for _ in 0..12 {
        assert_eq!(app.put(&new_id(), &before).await.status, 201);
    }
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &own()).await;
    let home = async || lan.get("/staff").await.text().await.unwrap();
    let page = home().await;
    assert!(page.contains("id=\"figures-quick-counter-1\""), "{page}");
    assert!(page.contains("Phiếu theo ngày người dân trả lời"));
    let today = submission::good_but("answered_at", json!("2026-10-15T09:30:00+07:00"));
    assert_eq!(app.put(&new_id(), &today).await.status, 201);
    let lately = submission::good_but("answered_at", json!("2026-10-09T09:30:00+07:00"));
    assert_eq!(app.put(&new_id(), &lately).await.status, 201);
    let page = home().await;
    let row = "<tr><th scope=\"row\">Quét mã QR</th><td class=\"num\">1</td><td class=\"num\">2</td></tr>";
    assert!(page.contains(row), "{page}");
    let keying = Member::signed_in(&app, "tuan", Role::DataEntry, &own()).await;
    let page = keying.get("/staff").await.text().await.unwrap();
    assert!(!page.contains("id=\"figures-") && !page.contains("/staff/results"));
}

async fn a_survey_that_few_answered_has_one_sentence_and_no_table(database: Database) {
    let app = App::spawn(database);
    let today = submission::good_but("answered_at", json!("2026-10-15T09:30:00+07:00"));
    assert_eq!(app.put(&new_id(), &today).await.status, 201);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &own()).await;
    let page = lan.get("/staff").await.text().await.unwrap();
    assert!(page.contains("chưa đủ người trả lời") && !page.contains("id=\"figures-"), "{page}");
    assert!(page.contains("Phiếu theo ngày người dân trả lời"), "that one came in is told");
}

async fn a_report_is_told_before_it_is_due_and_for_a_while_after(database: Database) {
    let app = App::spawn(database);
    let due = |plan: &surveys::plan::Plan| plan.calendar.deadlines_of(2026).into_iter().next();
    let (plan, due) = catalog::plans().iter().find_map(|p| Some((p, due(p)?))).unwrap();
    for (name, days, said) in [
        ("mai", -100, None),
        ("mai.2", -3, Some("còn 3 ngày")),
        ("mai.3", 0, Some("Hạn cuối là hôm nay")),
        ("mai.4", 5, Some("đã qua 5 ngày")),
    ] {
        let day = due.last_day + chrono::TimeDelta::days(days);
        app.set_clock(&format!("{day}T08:00:00+07:00"));
        let mai = Member::signed_in(&app, name, Role::Leader, &scope(plan)).await;
        let page = mai.get("/staff").await.text().await.unwrap();
        match said {
            Some(said) => assert!(page.contains(said), "{name}: {page}"),
            None => assert!(!page.contains(due.period.title.vi.as_str()), "{name}: {page}"),
        }
    }
}

async fn a_tablet_that_is_silent_is_told_to_its_own_unit_alone(database: Database) {
    let app = App::spawn(database);
    let tablet = Tablet::enrolled(&app).await;
    let report = json!({
        "queued": 7, "oldest_seconds": 60, "quarantined": 0, "version": "1",
        "device_clock": "2026-10-15T10:00:00+07:00", "persisted": true, "failures": 0,
    });
    assert!(tablet.report(&app, &report).await.status < 300);
    let here = Member::signed_in(&app, "lan", Role::CentreStaff, &own()).await;
    let page = here.get("/staff").await.text().await.unwrap();
    assert!(page.contains("Còn 7 phiếu chờ gửi."), "{page}");
    app.pass_minutes(25 * 60);
    let here = Member::signed_in(&app, "lan.2", Role::CentreStaff, &own()).await;
    let page = here.get("/staff").await.text().await.unwrap();
    assert!(page.contains("Im lặng hơn một ngày làm việc"), "{page}");
    let other = Member::signed_in(&app, "hoa", Role::Leader, "/01/00004/").await;
    let page = other.get("/staff").await.text().await.unwrap();
    assert!(!page.contains("Im lặng"), "a tablet of another unit is no business of theirs");
}

async fn the_communes_of_a_province_stand_beside_each_other_and_no_others(database: Database) {
    for (plan, count) in catalog::plans().iter().zip([60, 20, 8, 40, 30]) {
        answers::month(&database, hailong::first_points::code_of(plan).as_str(), count).await;
    }
    let app = App::spawn(database);
    let own = surveys::unit::commune(&submission::commune()).unwrap();
    let scope = format!("/{}/", own.province);
    let officer = Member::signed_in(&app, "binh", Role::ProvinceOfficer, &scope).await;
    let at = format!("/staff/results?period={MONTH}&order=rate");
    let page = officer.get(&at).await.text().await.unwrap();
    assert!(page.contains("không phải xếp hạng"), "{page}");
    for plan in catalog::plans() {
        let commune = surveys::unit::commune(plan.commune_code.as_str()).unwrap();
        let listed = page.contains(&format!("/staff/results?unit={}", commune.code));
        assert_eq!(listed, commune.province == own.province, "{}", commune.name);
    }
    let count = |page: &str| {
        let row = page.split(&format!("unit={}", own.code)).nth(1).unwrap_or_default();
        let cell = row.split("data-label=\"Số phiếu\">").nth(1).unwrap_or_default();
        cell.split('<').next().unwrap_or_default().to_owned()
    };
    assert_eq!(count(&page), "60");
    let late = submission::good_but("answered_at", json!("2026-09-20T09:30:00+07:00"));
    assert_eq!(app.put(&new_id(), &late).await.status, 201);
    let page = officer.get(&at).await.text().await.unwrap();
    assert_eq!(count(&page), "61", "what came in since is counted");
}
