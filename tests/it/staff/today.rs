//! Today: what the running period says, what came in, what is due; and the communes of
//! a province beside each other.

use hailong::staff::Role;
use serde_json::json;
use surveys::action::Origin;
use surveys::catalog;

use crate::support::action::{self, COMMUNE, columns};
use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::device::Tablet;
use crate::support::staff::Member;
use crate::support::submission::{self, new_id};
use crate::support::{comments, petition};

on_both_databases![
    today_says_what_came_in,
    a_survey_that_few_answered_has_one_sentence_and_no_table,
    a_report_is_told_before_it_is_due_and_for_a_while_after,
    a_tablet_that_is_silent_is_told_to_its_own_unit_alone,
    what_is_late_comes_first_and_each_line_leads_to_where_it_is_done,
    what_is_due_sooner_comes_before_what_has_time,
    what_is_due_obeys_unit_and_role,
    of_many_things_that_are_due_five_are_listed,
    the_communes_of_a_province_stand_beside_each_other_and_no_others,
    that_the_plan_has_ended_stands_on_today_on_results_and_on_reports,
    who_looks_after_many_units_is_told_of_reports_and_components_of_each,
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
    assert!(page.contains("Mất liên lạc hơn một ngày làm việc"), "{page}");
    let other = Member::signed_in(&app, "hoa", Role::Leader, "/01/00004/").await;
    let page = other.get("/staff").await.text().await.unwrap();
    assert!(!page.contains("Mất liên lạc"), "a tablet of another unit is no business of theirs");
}

/// The part of `page` that says what there is to look after.
fn to_look_after(page: &str) -> String {
    let part = page.split("id=\"due-heading\"").nth(1).and_then(|p| p.split("</section>").next());
    part.unwrap_or_else(|| panic!("no such part: {page}")).to_owned()
}

/// The headings of what there is to look after, in order.
fn kinds(part: &str) -> Vec<&str> {
    part.split("<h3>").skip(1).filter_map(|rest| rest.split('<').next()).collect()
}

async fn what_is_late_comes_first_and_each_line_leads_to_where_it_is_done(database: Database) {
    answers::month(&database, COMMUNE, 150).await;
    let app = App::spawn(database);
    let db = app.database().open().await;
    let [late, soon, later] = [-7, -1, 0].map(|days| app.now() + days * 86_400_000);
    for day in [late, soon, later] {
        petition::stored(&db, COMMUNE, day).await;
    }
    let late = action::opened(&db, COMMUNE, columns("Niêm yết lại", "13/10/2026"), Origin::Own);
    let late = late.await.id;
    let soon = columns("Thêm ghế", "22/10/2026");
    action::opened(&db, COMMUNE, soon, Origin::Own).await;
    action::opened(&db, COMMUNE, columns("Thêm quạt", "23/10/2026"), Origin::Own).await;
    let said = comments::left(&db, &["Chờ lâu", "Nhanh"]).await;
    assert_eq!(said.len(), 2);
    db.close().await;
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, action::PLACE).await;
    let part = to_look_after(&lan.get("/staff").await.text().await.unwrap());
    let expected = [
        "Phản ánh, kiến nghị đến hạn",
        "Việc khắc phục đến hạn",
        "Thành phần dưới chỉ tiêu, chưa có việc khắc phục",
        "Góp ý",
    ];
    assert_eq!(kinds(&part)[..4], expected, "{part}");
    assert!(part.contains("<strong class=\"late\">Quá hạn 3 ngày làm việc</strong>"), "{part}");
    assert_eq!(part.matches("href=\"/staff/petitions/").count(), 3, "{part}");
    let action = format!("<a href=\"/staff/actions/{late}\">Niêm yết lại</a>");
    assert!(part.contains(&format!("{action}: <strong class=\"late\">Quá hạn 2 ngày")), "{part}");
    assert!(part.contains("Thêm ghế</a>: Còn 7 ngày") && !part.contains("Thêm quạt"), "{part}");
    let opening = "/staff/actions/new?origin=verdict%2Fquick-counter%2F";
    assert!(part.contains(opening) && part.contains("dưới chỉ tiêu 90"), "{part}");
    assert!(part.contains("<a href=\"/staff/comments\">2 góp ý chờ xem</a>"), "{part}");
    assert!(
        part.contains("Không có máy nào mất liên lạc"),
        "what is empty is one sentence: {part}"
    );
    app.set_clock("2026-10-12T09:00:00+07:00");
    let mai = Member::signed_in(&app, "mai", Role::Leader, action::PLACE).await;
    let part = to_look_after(&mai.get("/staff").await.text().await.unwrap());
    assert!(!part.contains("/staff/actions/new"), "a leader opens no action: {part}");
    assert_eq!(kinds(&part)[0], expected[0], "{part}");
}

async fn what_is_due_sooner_comes_before_what_has_time(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    comments::in_two_communes(&db, app.now()).await;
    db.close().await;
    let plan = catalog::plan_of(&surveys::CommuneCode::parse(COMMUNE).unwrap()).unwrap();
    let report = plan.calendar.deadlines_of(2026).into_iter().next_back().unwrap();
    for (name, days, reports_first) in [("mai", 30, false), ("mai.2", 3, true)] {
        let day = report.last_day - chrono::TimeDelta::days(days);
        app.set_clock(&format!("{day}T08:00:00+07:00"));
        let mai = Member::signed_in(&app, name, Role::Leader, action::PLACE).await;
        let part = to_look_after(&mai.get("/staff").await.text().await.unwrap());
        let kinds = kinds(&part);
        let place = |kind: &str| kinds.iter().position(|k| *k == kind);
        let [reports, comments] = ["Báo cáo theo kế hoạch", "Góp ý"].map(place);
        assert!(reports.is_some() && comments.is_some(), "{kinds:?}");
        assert_eq!(reports < comments, reports_first, "{days}: {kinds:?}");
    }
}

async fn what_is_due_obeys_unit_and_role(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let long_ago = app.now() - 30 * 86_400_000;
    petition::stored(&db, COMMUNE, long_ago).await;
    action::opened(&db, COMMUNE, columns("Niêm yết lại", "13/10/2026"), Origin::Own).await;
    comments::in_two_communes(&db, app.now()).await;
    db.close().await;
    let part = async |name: &str, role: Role, scope: &str| {
        let member = Member::signed_in(&app, name, role, scope).await;
        to_look_after(&member.get("/staff").await.text().await.unwrap())
    };
    for (name, role, scope, petitions, tasks, comments) in [
        ("lan", Role::CentreStaff, "/56/22651/", true, true, true),
        ("anh", Role::Administrator, "/56/22651/", true, true, false),
        ("binh", Role::ProvinceOfficer, "/56/", true, true, true),
        ("tam", Role::Reviewer, "/", true, true, true),
        ("chi", Role::Leader, "/01/00004/", false, false, false),
        ("quay", Role::CentreStaff, "/56/22651/22651/", false, false, true),
    ] {
        let part = part(name, role, scope).await;
        assert_eq!(part.contains("href=\"/staff/petitions/"), petitions, "{name}: {part}");
        assert_eq!(part.contains("Niêm yết lại"), tasks, "{name}: {part}");
        assert_eq!(part.contains("góp ý chờ xem"), comments, "{name}: {part}");
        let named = part.contains("Diên Khánh –");
        assert_eq!(named, petitions && scope.len() < 5, "{name}: which commune it is of: {part}");
    }
    let keying = Member::signed_in(&app, "tuan", Role::DataEntry, "/56/22651/").await;
    let page = keying.get("/staff").await.text().await.unwrap();
    assert!(!page.contains("id=\"due-heading\""), "{page}");
}

async fn of_many_things_that_are_due_five_are_listed(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    for _ in 0..7 {
        petition::stored(&db, COMMUNE, app.now() - 30 * 86_400_000).await;
    }
    db.close().await;
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, action::PLACE).await;
    let part = to_look_after(&lan.get("/staff").await.text().await.unwrap());
    assert_eq!(part.matches("href=\"/staff/petitions/").count(), 5, "{part}");
    assert!(part.contains("<a href=\"/staff/petitions\">Còn 2 việc nữa</a>"), "{part}");
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

async fn that_the_plan_has_ended_stands_on_today_on_results_and_on_reports(database: Database) {
    answers::month(&database, COMMUNE, 150).await;
    let app = App::spawn(database);
    // In the month of the answers, which is the one that Today is about.
    app.set_clock("2026-09-30T09:00:00+07:00");
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, action::PLACE).await;
    let page = async |path: &str| lan.get(path).await.text().await.unwrap();
    let ended = "Chỉ tiêu đặt cho thời gian 01/01/2025 – 31/12/2025; chưa có kế hoạch mới.";
    let public = app.get(&format!("/c/{COMMUNE}?period={MONTH}")).await.text().await.unwrap();
    assert!(public.contains(ended), "the public page says so: {public}");
    for path in ["/staff".to_owned(), format!("/staff/results?period={MONTH}")] {
        let page = page(&path).await;
        assert!(page.contains(ended), "{path}: {page}");
    }
    let reports = page(&format!("/staff/reports/{COMMUNE}")).await;
    let plan = "Kế hoạch có hiệu lực 01/01/2025 – 31/12/2025; chưa có kế hoạch mới.";
    assert!(reports.contains(plan), "{reports}");
    let then = page("/staff/results?period=2025-09").await;
    assert!(!then.contains("chưa có kế hoạch mới"), "it was in force: {then}");
}

async fn who_looks_after_many_units_is_told_of_reports_and_components_of_each(database: Database) {
    answers::month(&database, COMMUNE, 150).await;
    let app = App::spawn(database);
    for (name, role, scope) in
        [("binh", Role::ProvinceOfficer, "/56/"), ("tam", Role::Reviewer, "/")]
    {
        let member = Member::signed_in(&app, name, role, scope).await;
        let part = to_look_after(&member.get("/staff").await.text().await.unwrap());
        let line = |address: &str| {
            let line = part.split(&format!("<a href=\"{address}\">")).nth(1);
            line.and_then(|rest| rest.split("</li>").next()).unwrap_or_default().to_owned()
        };
        let reports = line(&format!("/staff/reports/{COMMUNE}"));
        assert!(reports.contains("Diên Khánh</a>: 1 báo cáo quá hạn"), "{name}: {part}");
        assert!(reports.contains("Hạn cuối 21/11/2026, còn 37 ngày."), "{name}: {part}");
        let below = line(&format!("/staff/actions?unit={COMMUNE}"));
        assert!(
            below.contains("Diên Khánh</a>: ") && below.contains("thành phần"),
            "{name}: {part}"
        );
    }
    let other = Member::signed_in(&app, "chi", Role::ProvinceOfficer, "/01/").await;
    let part = to_look_after(&other.get("/staff").await.text().await.unwrap());
    assert!(!part.contains("Diên Khánh"), "another province: {part}");
}
