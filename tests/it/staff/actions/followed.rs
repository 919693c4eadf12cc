//! What everybody reads of what a component did before an action and since: published
//! figures only, and never those of a single person.

use std::fmt::Write as _;

use hailong::staff::audit::Action;
use hailong::store::actions::NewAction;
use serde_json::{Value, json};
use surveys::CommuneCode;
use surveys::action::{Origin, Published};

use super::public;
use crate::staff::publishing::withdrawing::withdraw;
use crate::staff::publishing::{leader, publish};
use crate::support::action::{COMMUNE, columns, event};
use crate::support::answers;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::submission;

on_both_databases![
    only_published_periods_say_what_the_component_did_since,
    where_results_are_public_at_once_the_whole_days_count,
];

const PAGE: &str = "/c/22651/actions";
/// 10 August 2026, 09:00.
const IN_AUGUST: i64 = 1_786_327_200_000;

/// A service with answers of June to September and a public action of August.
async fn service(database: Database, open: fn(Database) -> App) -> App {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    for (month, numbers) in
        [("2026-06", 0..150), ("2026-07", 200..350), ("2026-08", 400..550), ("2026-09", 600..750)]
    {
        answers::add_in(&db, COMMUNE, month, numbers).await;
    }
    let new = NewAction {
        commune: CommuneCode::parse(COMMUNE).unwrap(),
        origin: Origin::Own,
        columns: columns("Thêm ghế ngồi", ""),
    };
    let id = db.open_action(&new, &event(IN_AUGUST, Action::OpenAction)).await.unwrap().unwrap();
    let action = db.action(&hailong::staff::Scope::Everywhere, id).await.unwrap().unwrap();
    let told = Published { found: "Thiếu ghế".into(), done: String::new() };
    let event = event(IN_AUGUST, Action::PublishAction);
    assert!(db.publish_action(&action, Some(&told), &event).await.unwrap());
    db.close().await;
    open(database)
}

/// The rows of the action's table, as text.
fn rows(page: &str) -> Vec<String> {
    let (_, action) = page.split_once("<article").expect("an action");
    let (action, _) = action.split_once("</article>").expect("its end");
    let (_, body) = action.split_once("<tbody>").expect("a table");
    let (body, _) = body.split_once("</tbody>").expect("its end");
    let text = |row: &str| {
        row.split('<').filter_map(|tag| tag.split_once('>')).fold(
            String::new(),
            |mut said, (_, t)| {
                let _ = write!(said, "{t}");
                said
            },
        )
    };
    body.split("</tr>").filter(|row| row.contains("<tr>")).map(text).collect()
}

/// What the API tells of the component in `period`: rate, limits and people, as pages
/// write them.
async fn told(app: &App, period: &str) -> [String; 4] {
    let path = format!("/api/v1/estimates?commune={COMMUNE}&period={period}");
    let told: Value = app.get(&path).await.json().await.unwrap();
    let all = told["estimates"].as_array().unwrap();
    let is_it = |row: &&Value| row["level"] == "component" && row["code"] == "feedback";
    let row = all.iter().find(is_it).unwrap_or_else(|| panic!("nothing of {period}: {told}"));
    let share = |name: &str| format!("{:.1}", row[name].as_f64().unwrap() * 100.0);
    let [rate, low, upp] = ["rate", "low", "upp"].map(|name| share(name).replace('.', ","));
    [rate, low, upp, row["valid"].to_string()]
}

fn holds(row: &str, told: &[String; 4]) {
    for part in told {
        assert!(row.contains(part.as_str()), "{part} is not in {row}");
    }
}

async fn only_published_periods_say_what_the_component_did_since(database: Database) {
    let app = service(database, App::by_decision).await;
    // Nothing is published: the quarters, and no figure of them.
    let hidden = rows(&public(&app, PAGE).await);
    assert_eq!(hidden.len(), 2, "{hidden:?}");
    assert!(hidden[0].starts_with("Quý II năm 2026") && hidden[1].starts_with("Quý III năm 2026"));
    for row in &hidden {
        assert!(row.contains("chưa công bố") && !row.contains('%'), "{row}");
    }
    // The months are published: they are what is followed.
    let hoa = leader(&app).await;
    let at = |month: &str| format!("/staff/publishing/{COMMUNE}/quick-counter@1/{month}");
    assert_eq!(publish(&hoa, &at("2026-07"), "").await, 303);
    let one = rows(&public(&app, PAGE).await);
    assert_eq!(one.len(), 2, "{one:?}");
    assert!(one[0].starts_with("Tháng 7 năm 2026") && one[0].contains("Kỳ trước khi mở việc"));
    holds(&one[0], &told(&app, "2026-07").await);
    assert!(one[1].starts_with("Tháng 8 năm 2026") && one[1].contains("mở việc trong kỳ này"));
    assert!(one[1].contains("chưa công bố") && !one[1].contains('%'), "{}", one[1]);
    assert_eq!(publish(&hoa, &at("2026-09"), "").await, 303);
    let two = rows(&public(&app, PAGE).await);
    assert_eq!(two.len(), 3, "the next one, and what is published: {two:?}");
    assert_eq!((&two[0], &two[1]), (&one[0], &one[1]));
    assert!(two[2].starts_with("Tháng 9 năm 2026"), "{}", two[2]);
    holds(&two[2], &told(&app, "2026-09").await);
    let change = ["Chưa thấy thay đổi rõ", "Tăng", "Giảm"].iter().any(|said| two[2].contains(said));
    assert!(change, "{}", two[2]);
    let page = public(&app, PAGE).await;
    assert!(page.contains("chưa chứng tỏ là nhờ việc đó"), "nobody says that it worked: {page}");
    assert!(public(&app, &format!("{PAGE}?lang=en")).await.contains("What the component did"));
    // What is taken back is no figure any more, and is said.
    assert_eq!(withdraw(&hoa, &at("2026-09"), "Nhầm kỳ").await, 303);
    let three = rows(&public(&app, PAGE).await);
    assert_eq!(three.len(), 3, "{three:?}");
    assert!(three[2].contains("đã thu hồi") && !three[2].contains('%'), "{}", three[2]);
}

async fn where_results_are_public_at_once_the_whole_days_count(database: Database) {
    let app = service(database, App::spawn).await;
    let before = public(&app, PAGE).await;
    let told_at_once = rows(&before);
    assert_eq!(told_at_once.len(), 2, "nobody has answered in quarter IV: {told_at_once:?}");
    for (row, period) in told_at_once.iter().zip(["2026-Q2", "2026-Q3"]) {
        holds(row, &told(&app, period).await);
    }
    let now = surveys::period::date_of_millis(app.now()).format("%Y-%m-%dT09:58:00+07:00");
    let mut answer = submission::good_but("answered_at", json!(now.to_string()));
    answer["answers"] = json!({"A1": 1, "A2": 1, "A3": 1, "A4": 1, "A5": 1});
    answer["collection_point"] = json!(COMMUNE);
    assert_eq!(app.put(&submission::new_id(), &answer).await.status, 201);
    assert!(public(&app, PAGE).await == before, "the page tells of the one who has just answered");
    app.pass_minutes(24 * 60);
    let tomorrow = rows(&public(&app, PAGE).await);
    assert_eq!(tomorrow.len(), 3, "{tomorrow:?}");
    assert!(tomorrow[2].starts_with("Quý IV năm 2026") && tomorrow[2].contains("dưới 10 người"));
    assert!(!tomorrow[2].contains('%'), "{}", tomorrow[2]);
}
