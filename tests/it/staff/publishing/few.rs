//! Periods of which no figure would be shown are not published; Today asks for those of
//! which one would be, as long as they are fresh.

use hailong::staff::Role;

use super::{LIST, QUARTER, SEPTEMBER, leader, publish, service, text};
use crate::support::answers;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::Member;

on_both_databases![
    a_period_without_a_figure_to_show_is_not_offered_and_not_published,
    today_asks_for_fresh_periods_behind_what_has_a_deadline,
    answers_of_other_months_correct_nothing,
];

async fn a_period_without_a_figure_to_show_is_not_offered_and_not_published(database: Database) {
    let app = service(database, 7).await;
    let hoa = leader(&app).await;
    let list = text(hoa.get(LIST).await).await;
    assert!(list.contains("Chưa đủ người trả lời") && !list.contains("Chờ công bố"), "{list}");
    let today = text(hoa.get("/staff").await).await;
    assert!(today.contains("Không có kỳ nào chờ công bố."), "{today}");
    let page = text(hoa.get(SEPTEMBER).await).await;
    let why = "không có số liệu nào nêu ra được";
    assert!(page.contains("id=\"held\"") && page.contains(why), "{page}");
    for not_there in
        ["name=\"seen\"", "id=\"channels\"", "id=\"figures\"", "người dân sẽ thấy đúng"]
    {
        assert!(!page.contains(not_there), "{not_there}: {page}");
    }
    let forced = hoa.post(SEPTEMBER, &[("seen", "1-0"), ("reason", "")]).await;
    assert_eq!(forced.status(), 409);
    let told = text(forced).await;
    assert!(told.contains(why), "{told}");
    assert_eq!(app.database().count("publications").await, 0);
}

async fn today_asks_for_fresh_periods_behind_what_has_a_deadline(database: Database) {
    let app = service(database, 150).await;
    let today = async |name: &str| {
        let member = Member::signed_in(&app, name, Role::Leader, "/56/22651/").await;
        text(member.get("/staff").await).await
    };
    let page = today("hoa").await;
    assert!(page.contains(SEPTEMBER), "{page}");
    let place = |heading: &str| page.find(&format!("<h3>{heading}</h3>"));
    let [reports, publishing] = ["Báo cáo theo kế hoạch", "Kết quả chờ công bố"].map(place);
    assert!(reports.is_some() && reports < publishing, "{page}");
    app.set_clock("2027-02-01T09:00:00+07:00");
    let page = today("hoa.2").await;
    assert!(!page.contains(SEPTEMBER), "it ended in September: {page}");
    assert!(page.contains("/staff/publishing/22651/quick-counter@1/2026\""), "{page}");
    let member = Member::signed_in(&app, "hoa.3", Role::Leader, "/56/22651/").await;
    let list = text(member.get(LIST).await).await;
    assert!(list.contains(SEPTEMBER) && list.contains("Chờ công bố"), "it can be: {list}");
}

/// What is withheld of a quarter follows from the whole year: when the next has more
/// people, less of this one has to be.
async fn answers_of_other_months_correct_nothing(database: Database) {
    // Nobody on paper: of every twenty answers the last is left out.
    let (october, september) = ("2026-10", "2026-09");
    {
        let db = database.open().await;
        hailong::first_points::add(&db, 0).await.unwrap();
        for twenty in 0..6 {
            answers::add_in(&db, "22651", september, twenty * 20..twenty * 20 + 19).await;
        }
        // By now six-and-twenty by their phones, and five on the tablet.
        for by_phone in [0..13, 60..73] {
            answers::add_in(&db, "22651", october, by_phone).await;
        }
        answers::add_in(&db, "22651", october, 33..38).await;
        db.close().await;
    }
    let app = App::by_decision(database);
    let hoa = leader(&app).await;
    let hides = async |path: &str| {
        let page = text(hoa.get(path).await).await;
        assert!(page.contains("id=\"channels\""), "{page}");
        page.contains("Các kênh khác") || page.contains("tạm chưa công bố")
    };
    assert!(hides(QUARTER).await, "five of the next quarter would follow from the half year");
    assert_eq!(publish(&hoa, QUARTER, "").await, 303);
    let db = app.database().open().await;
    for first in [93, 153, 213, 273, 333, 393] {
        answers::add_in(&db, "22651", october, first..first + 6).await;
    }
    db.close().await;
    let page = text(hoa.get(QUARTER).await).await;
    assert!(page.contains("Số liệu bây giờ không khác bản đang công bố"), "{page}");
    assert!(!page.contains("name=\"seen\""), "there is nothing to correct: {page}");
    let forced = hoa.post(QUARTER, &[("seen", "2-0"), ("reason", "Bổ sung.")]).await;
    assert_eq!(forced.status(), 409);
    let list = text(hoa.get(LIST).await).await;
    assert!(!list.contains("Số liệu đã thay đổi"), "{list}");
    assert_eq!(app.database().count("publications").await, 1);
}
