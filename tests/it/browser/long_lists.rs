//! Long lists of staff's pages on a phone: a line or two for each, nothing said twice.

use hailong::staff::Role;

use super::staff::sign_in_as;
use crate::support::answers;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, PHONE, Scripts};
use crate::support::comments::left;
use crate::support::database::Database;
use crate::support::staff::{account, set_up};

/// How high the rows of the list are, and how high they would be as cards; how far the
/// page runs over the screen.
const HEIGHTS: &str = "
    const table = document.querySelector('main table.log');
    const rows = [...table.tBodies[0].rows];
    const height = () => rows.reduce((sum, row) => sum + row.getBoundingClientRect().height, 0);
    const lines = height();
    table.classList.remove('log');
    const cards = height();
    table.classList.add('log');
    const root = document.documentElement;
    return [rows.length, lines, cards, root.scrollWidth - root.clientWidth];";

/// By how much a target's link on the scoreboard reaches into the clause below it, and how
/// far the left edges of what is said in one row are apart.
const BOARD: &str = "
    let into = -Infinity, apart = 0;
    for (const row of document.querySelector('main table.board').tBodies[0].rows) {
        const link = row.querySelector('th a'), clause = row.querySelector('th .small');
        if (link) into = Math.max(into, link.getBoundingClientRect().bottom - clause.getBoundingClientRect().top);
        const shown = [...row.cells].filter(cell => cell.getClientRects().length);
        const edges = shown.map(cell => cell.getBoundingClientRect().left);
        apart = Math.max(apart, Math.max(...edges) - Math.min(...edges));
    }
    return [into, apart];";

async fn heights(browser: &Browser, page: &str) -> (f64, f64) {
    let found: Vec<f64> = serde_json::from_value(browser.run(HEIGHTS).await).unwrap();
    let [rows, lines, cards, over] = found[..] else { panic!("{page}: {found:?}") };
    assert!(rows >= 2.0 && over <= 0.0, "{page}: {found:?}");
    (lines, cards)
}

#[tokio::test]
async fn long_lists_take_a_line_or_two_for_each_on_a_phone_and_no_card() {
    let Some(chromium) = Chromium::shared() else { return };
    let database = Database::sqlite();
    answers::month(&database, "22651", 40).await;
    let app = App::spawn(database);
    let db = app.database().open().await;
    for (name, role) in [("lan.nguyen", Role::CentreStaff), ("anh.tran", Role::Administrator)] {
        set_up(&db, &account(name, role, "/56/22651/"), app.now(), Vec::new()).await;
    }
    let said = left(&db, &["Chỗ ngồi chờ còn ít", "Nhanh, gọn", "Cảm ơn cán bộ"]).await;
    db.close().await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff/comments")).await;
            sign_in_as(browser, &app, "lan.nguyen").await;
            let (lines, cards) = heights(browser, "comments").await;
            assert!(lines < cards * 0.9, "{lines} px for {cards} px");
            let table = browser.text("main table").await;
            let point = &*said[0].point_name;
            assert_eq!(table.matches(point).count(), 1, "all are of {point}: {table}");
            assert!(!table.contains("Chờ xem"), "the choice above says it: {table}");
            browser.goto(&app.url("/staff/comments?state=all")).await;
            assert_eq!(browser.text("main table").await.matches("Chờ xem").count(), 3);
            browser.goto(&app.url("/staff/reports/22651")).await;
            let (lines, cards) = heights(browser, "reports").await;
            assert!(lines < cards * 0.8, "{lines} px for {cards} px");
            let due = browser.text("main tbody tr:first-child").await;
            assert_eq!(due.matches("21/11/2026").count(), 1, "the day once: {due}");
            browser.goto(&app.url("/staff/indicators/22651")).await;
            let found: Vec<f64> = serde_json::from_value(browser.run(BOARD).await).unwrap();
            let [into, apart] = found[..] else { panic!("{found:?}") };
            assert!(into <= 0.5, "a link reaches {into} px into the clause");
            assert!(apart < 1.0, "edges are {apart} px apart");
            browser.follow("nav.staff form button").await;
            browser.goto(&app.url("/staff/audit")).await;
            sign_in_as(browser, &app, "anh.tran").await;
            let (lines, cards) = heights(browser, "audit").await;
            assert!(lines < cards * 0.5, "{lines} px for {cards} px");
        })
        .await;
}
