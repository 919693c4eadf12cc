//! The tasks of a plan, taken over many at once.

use hailong::staff::Role;
use surveys::catalog;

use super::{NEW, PLAN, centre, page, sent};
use crate::support::action::{COMMUNE, PLACE};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{self, Member};

on_both_databases![
    a_line_of_the_plan_is_put_into_the_list_once,
    all_lines_of_the_plan_are_put_into_the_list_at_once_and_each_once,
    the_button_of_a_component_takes_over_what_is_chosen_of_it,
    two_who_take_a_plan_over_at_once_take_each_line_once,
    the_tasks_of_a_plan_are_read_by_all_and_taken_over_by_who_may,
    what_was_chosen_of_a_plan_is_chosen_again_after_signing_in,
];

/// What the form of the plan's tasks sends for `lines`.
fn chosen<'a>(lines: &'a [String], version: &'a str) -> Vec<(&'a str, &'a str)> {
    let lines = lines.iter().map(|line| ("line", line.as_str()));
    [("plan", version), ("unit", COMMUNE)].into_iter().chain(lines).collect()
}

/// `text` as it stands in a page.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&#38;").replace('"', "&#34;").replace('\'', "&#39;");
    text.replace('<', "&#60;").replace('>', "&#62;")
}

/// Every line of the plan of Diên Khánh, as the form names it.
fn every_line() -> Vec<String> {
    let plan = catalog::plan("dien-khanh-2025").unwrap();
    let of = |component: &surveys::plan::PlanComponent| {
        let code = component.code.to_string();
        (1..=component.tasks.len()).map(move |place| format!("{code}/{place}")).collect::<Vec<_>>()
    };
    plan.components.iter().flat_map(of).collect()
}

async fn all_lines_of_the_plan_are_put_into_the_list_at_once_and_each_once(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let lines = every_line();
    assert_eq!(lines.len(), 23);
    let table = page(&lan, PLAN).await;
    assert_eq!(table.matches("type=\"checkbox\"").count(), 23);
    let parts = |table: &str| -> Vec<(String, usize)> {
        let of = |part: &str| {
            let code = part.split_once("id=\"of-").unwrap().1.split('"').next().unwrap();
            (code.to_owned(), part.matches(" checked>").count())
        };
        let all = |open| table.split("<details").skip(1).filter(move |p| p.starts_with(open));
        all(" open>").map(of).collect()
    };
    let service = ["access", "procedures", "officials", "results", "feedback"];
    let unfolded = parts(&table);
    let codes: Vec<&str> = unfolded.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, service, "what is about the counter is unfolded");
    let chosen_first: usize = unfolded.iter().map(|(_, chosen)| chosen).sum();
    let of_service = lines.iter().filter(|line| service.contains(&line.split('/').next().unwrap()));
    let of_service = of_service.count();
    assert!(of_service < 23 && chosen_first == of_service, "{chosen_first} of {of_service}");
    assert_eq!(table.matches(" checked>").count(), of_service, "and nothing else is chosen");
    assert!(table.contains("Kế hoạch này đặt cho thời gian 01/01/2025 – 31/12/2025;"), "{table}");
    assert!(table.contains("value=\"dien-khanh-2025/1\""), "{table}");
    let plan = catalog::plan("dien-khanh-2025").unwrap();
    for task in plan.components.iter().flat_map(|component| &component.tasks) {
        let parts = [&task.lead, &task.deadline].into_iter();
        for said in parts.chain(&task.coordinating).chain(&task.products) {
            assert!(table.contains(&escaped(said)), "{said}");
        }
    }
    let none = lan.post(PLAN, &chosen(&[], "dien-khanh-2025/1")).await;
    assert_eq!(none.status(), 422);
    let none = none.text().await.unwrap();
    assert!(none.contains("Chọn ít nhất một nhiệm vụ.") && !none.contains(" checked>"), "{none}");
    let older = lan.post(PLAN, &chosen(&lines[..2], "dien-khanh-2025/0")).await;
    assert_eq!(older.status(), 409, "places are those of one version");
    let older = older.text().await.unwrap();
    assert_eq!(older.matches(" checked>").count(), 2, "what was chosen is chosen still");
    assert_eq!(app.database().count("actions").await, 0);
    let some = [lines[0].clone(), lines[4].clone(), "access/0".into(), "x'\"/1".into()];
    let done = lan.post(PLAN, &chosen(&some, "dien-khanh-2025/1")).await;
    assert_eq!(done.status(), 200);
    let done = done.text().await.unwrap();
    assert!(done.contains("Đã đưa 2 nhiệm vụ vào danh sách.") && !done.contains("từ trước"));
    let backdoor = app.database().backdoor().await;
    let dues = backdoor.texts("select due from actions where due is not null").await;
    assert!(dues.is_empty(), "no day of a plan that ended makes anything late: {dues:?}");
    backdoor.close().await;
    // What was seen before: another person pressed in between.
    let done = lan.post(PLAN, &chosen(&lines, "dien-khanh-2025/1")).await.text().await.unwrap();
    assert!(done.contains("Đã đưa 21 nhiệm vụ vào danh sách."), "{done}");
    assert!(done.contains("2 nhiệm vụ đã có trong danh sách từ trước"), "{done}");
    assert_eq!(app.database().count("actions").await, 23);
    let table = page(&lan, PLAN).await;
    assert!(!table.contains("type=\"checkbox\"") && !table.contains("<button type=\"submit\">Đưa"));
    assert!(table.contains("Mọi nhiệm vụ của kế hoạch đã có trong danh sách."), "{table}");
    let backdoor = app.database().backdoor().await;
    let origins = backdoor.texts("select distinct origin from actions").await;
    assert_eq!(origins.len(), 23, "each kept its own line");
    let logged = backdoor.texts("select subject from staff_audit where action = 'open-action'");
    assert_eq!(logged.await.len(), 23);
    backdoor.close().await;
}

async fn the_button_of_a_component_takes_over_what_is_chosen_of_it(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let lines = every_line();
    let of = |code: &str| lines.iter().filter(|l| l.starts_with(&format!("{code}/"))).count();
    let mut form = chosen(&lines, "dien-khanh-2025/1");
    form.push(("of", "access"));
    let done = lan.post(PLAN, &form).await;
    assert_eq!(done.status(), 200);
    let done = done.text().await.unwrap();
    assert!(done.contains(&format!("Đã đưa {} nhiệm vụ", of("access"))), "{done}");
    assert!(done.contains("Đã có đủ trong danh sách"), "{done}");
    let rest = lines.len() - of("access");
    assert_eq!(done.matches(" checked>").count(), rest, "what is chosen elsewhere stays chosen");
    assert_eq!(app.database().count("actions").await, i64::try_from(of("access")).unwrap());
    form.pop();
    form.push(("of", "no-such"));
    assert_eq!(lan.post(PLAN, &form).await.status(), 422);
    assert_eq!(app.database().count("actions").await, i64::try_from(of("access")).unwrap());
}

async fn two_who_take_a_plan_over_at_once_take_each_line_once(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, PLACE).await;
    let lines = every_line();
    // The second one has another order, another choice.
    let mut others: Vec<String> = lines.iter().rev().cloned().collect();
    others.truncate(20);
    let (of_lan, of_hoa) =
        (chosen(&lines, "dien-khanh-2025/1"), chosen(&others, "dien-khanh-2025/1"));
    let (first, second) =
        futures_util::future::join(lan.post(PLAN, &of_lan), hoa.post(PLAN, &of_hoa)).await;
    assert_eq!((first.status().as_u16(), second.status().as_u16()), (200, 200));
    assert_eq!(app.database().count("actions").await, 23);
    assert_eq!(app.database().count("action_notes").await, 23);
}

async fn the_tasks_of_a_plan_are_read_by_all_and_taken_over_by_who_may(database: Database) {
    let app = App::spawn(database);
    let leader = Member::signed_in(&app, "chinh", Role::Leader, PLACE).await;
    let table = page(&leader, PLAN).await;
    assert!(table.contains("Nhiệm vụ của kế hoạch") && !table.contains("checkbox"), "{table}");
    let every = every_line();
    let form = chosen(&every, "dien-khanh-2025/1");
    assert_eq!(leader.post(PLAN, &form).await.status(), 403);
    let elsewhere = Member::signed_in(&app, "phu", Role::CentreStaff, "/01/00004/").await;
    assert_eq!(elsewhere.get(&format!("{PLAN}?unit=22651")).await.status(), 404);
    assert_eq!(elsewhere.post(PLAN, &form).await.status(), 404);
    let without = page(&elsewhere, PLAN).await;
    assert!(without.contains("Phần mềm chưa có kế hoạch của địa phương này."), "{without}");
    let everywhere = Member::signed_in(&app, "admin", Role::Administrator, "/").await;
    let to = everywhere.get(PLAN).await;
    assert_eq!(to.headers()["location"], "/staff/actions", "a commune is chosen there");
    let other = everywhere.get(&format!("{PLAN}?unit=22651")).await;
    assert_eq!(other.status(), 200);
    assert_eq!(app.database().count("actions").await, 0);
}

async fn what_was_chosen_of_a_plan_is_chosen_again_after_signing_in(database: Database) {
    let app = App::spawn(database);
    let mut lan = centre(&app).await;
    let db = app.database().open().await;
    let lines = [every_line()[3].clone()];
    app.pass_minutes(40);
    let ended = lan.post(PLAN, &chosen(&lines, "dien-khanh-2025/1")).await;
    assert_eq!(ended.status(), 303);
    lan.token = staff::session(&db, &lan.account, app.now()).await;
    let again = page(&lan, PLAN).await;
    assert_eq!(again.matches(" checked>").count(), 1, "{again}");
    assert!(again.contains(&format!("value=\"{}\" checked>", lines[0])), "{again}");
    assert_eq!(app.database().count("actions").await, 0, "nothing was sent by itself");
    db.close().await;
}

async fn a_line_of_the_plan_is_put_into_the_list_once(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let plan = catalog::plan("dien-khanh-2025").unwrap();
    let task = &plan.component("access").unwrap().tasks[1];
    let origin = "plan/dien-khanh-2025/access/2";
    let table = page(&lan, PLAN).await;
    assert!(table.contains("plan%2Fdien-khanh-2025%2Faccess%2F2"), "{table}");
    assert!(page(&lan, "/staff/actions").await.contains("0 trong 23 nhiệm vụ"));
    let form = page(&lan, &format!("{NEW}?origin={origin}")).await;
    assert!(form.contains("67/KH-UBND, 24/10/2025; Phụ lục B, mục II.1.2"), "{form}");
    assert!(form.contains(&task.text) && form.contains("value=\"Trong năm 2025\""), "{form}");
    assert!(form.contains("name=\"due\" value=\"\""), "a day that is over is not proposed");
    assert!(form.contains("Hạn ghi trong kế hoạch (31/12/2025) đã qua."), "{form}");
    let fields = [
        ("origin", origin),
        ("task", "Niêm yết lại cho dễ hiểu"),
        ("lead", &task.lead),
        ("term", "Trong năm 2026"),
    ];
    let action = sent(&lan, NEW, &fields).await;
    assert!(page(&lan, &action).await.contains("Nhiệm vụ của kế hoạch: "));
    let table = page(&lan, PLAN).await;
    assert!(!table.contains("access%2F2") && table.contains("Còn 22 nhiệm vụ"), "{table}");
    let other = [fields[0], ("task", "Việc khác"), fields[2], fields[3]];
    let twice = lan.post(NEW, &other).await;
    assert_eq!(twice.status(), 409);
    assert!(twice.text().await.unwrap().contains("đã có trong danh sách"));
    assert_eq!(app.database().count("actions").await, 1);
    let elsewhere = page(&lan, &format!("{NEW}?origin=plan/long-phung-2025/access/1")).await;
    assert!(
        elsewhere.contains("Địa phương tự đặt ra việc này."),
        "another commune's plan names nothing"
    );
}
