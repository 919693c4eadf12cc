//! The audit log: what is in it, who reads it, and that nobody changes it.

use hailong::config::Settings;
use hailong::staff::Role;
use hailong::staff::audit::{Action, Outcome};
use reqwest::Method;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::spreadsheet;
use crate::support::staff::{Member, event, send};

on_both_databases![
    the_database_itself_refuses_to_change_a_line,
    what_is_done_and_what_is_refused_is_in_the_log,
    every_kind_of_refusal_has_a_line_of_its_own,
    a_flood_of_refusals_is_one_line_a_minute,
    every_file_that_is_taken_along_is_noted,
    a_reader_sees_the_lines_of_their_own_scope,
    the_log_is_read_page_by_page_and_taken_along_as_a_file,
];

async fn the_database_itself_refuses_to_change_a_line(database: Database) {
    let db = database.open().await;
    db.note(&event(1, "lan", Action::SignOut)).await.unwrap();
    db.close().await;
    let backdoor = database.backdoor().await;
    for sql in ["update staff_audit set who = 'hoa'", "delete from staff_audit"] {
        let refused = backdoor.refusal(sql).await.unwrap_or_else(|| panic!("{sql} was done"));
        assert!(refused.contains("append-only"), "{refused}");
    }
    assert_eq!(backdoor.texts("select who from staff_audit").await, ["lan"]);
    backdoor.close().await;
}

/// Every line, the oldest first: who, what, about what, how it ended.
async fn lines(app: &App) -> Vec<String> {
    let backdoor = app.database().backdoor().await;
    let sql = "select who || ' ' || action || ' ' || subject || ' ' || outcome
        from staff_audit order by seq";
    let lines = backdoor.texts(sql).await;
    backdoor.close().await;
    lines
}

async fn what_is_done_and_what_is_refused_is_in_the_log(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, "/56/22651/").await;
    let admin = Member::signed_in(&app, "admin", Role::Administrator, "/56/").await;
    let before = lines(&app).await.len();
    let sign_in = async |name: &str, password: &str| {
        let fields = [("name", name), ("password", password)];
        let request = app.request(Method::POST, "/staff/sign-in");
        send(request.header("sec-fetch-site", "same-origin"), &fields).await
    };
    sign_in("lan", "wrong\r\n2026 admin sign-out done").await;
    sign_in("my secret password", "x").await;
    lan.get("/staff/accounts").await;
    lan.get("/staff/accounts/%0d%0aforged").await;
    let other = format!("/staff/accounts/{}", hailong::clock::Clock::System.new_id());
    admin.get(&other).await;
    admin.post(&format!("/staff/accounts/{}/disable", lan.account.id), &[]).await;
    admin.post(&format!("/staff/accounts/{}/enable", lan.account.id), &[]).await;
    admin.post("/staff/audit/export", &[]).await;
    admin.post("/staff/me/recovery-codes", &[]).await;
    admin.post("/staff/sign-out", &[]).await;
    let noted = lines(&app).await.split_off(before);
    let expected = [
        "lan password  refused".to_owned(),
        "(unknown) password  refused".to_owned(),
        "lan enter /staff/accounts refused".to_owned(),
        "lan enter /staff/accounts/%0d%0aforged refused".to_owned(),
        format!("admin enter {other} refused"),
        "admin disable lan done".to_owned(),
        "admin enable lan done".to_owned(),
        "admin export-audit  done".to_owned(),
        "admin new-recovery-codes  done".to_owned(),
        "admin sign-out  done".to_owned(),
    ];
    assert_eq!(noted, expected);
}

async fn every_kind_of_refusal_has_a_line_of_its_own(database: Database) {
    const FORM: &str = "application/x-www-form-urlencoded";
    let app = App::with(database, Settings { submissions_per_minute: 2, ..Settings::default() });
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let before = lines(&app).await.len();
    let post = async |path: &str, site: &str, kind: &str, body: String| {
        let request = app.request(Method::POST, path).header("sec-fetch-site", site);
        let cookie = format!("__Host-sid={}", lan.token.text());
        let request = request.header("cookie", cookie).header("content-type", kind);
        request.body(body).send().await.unwrap().status().as_u16()
    };
    let new = "/staff/points/new";
    let mark = format!("mark={}", lan.token.form_mark());
    assert_eq!(post(new, "cross-site", FORM, mark.clone()).await, 403);
    assert_eq!(post(new, "same-origin", FORM, "mark=of-somebody-else".into()).await, 403);
    assert_eq!(post(new, "same-origin", "text/plain", mark).await, 415);
    assert_eq!(post(new, "same-origin", FORM, "a=".repeat(100_000)).await, 413);
    assert_eq!(lan.get("/staff/accounts").await.status(), 403);
    assert_eq!(lan.get("/staff/points/21409").await.status(), 404);
    app.pass_minutes(6);
    assert_eq!(lan.get("/staff/petitions/0000-0000/publish").await.status(), 403);
    let plain = app.request(Method::GET, "/staff").header("host", "hailong.example.vn");
    assert_eq!(plain.send().await.unwrap().status(), 403);
    let page = async |path: &str| {
        let request = app.request(Method::POST, path).header("sec-fetch-site", "same-origin");
        send(request.header("accept", "text/html"), &[("name", "x"), ("text", "x")]).await.status()
    };
    let petition = "/p/22651/status";
    for status in [page(petition).await, page(petition).await] {
        assert_ne!(status, 429);
    }
    assert_eq!(page(petition).await, 429, "a flood of what the public sends");
    assert_eq!(page("/staff/sign-in").await, 429, "a flood of passwords");
    let noted = lines(&app).await.split_off(before);
    let expected = [
        "lan send-foreign /staff/points/new refused",
        "lan send-unmarked /staff/points/new refused",
        "lan send-unread /staff/points/new refused",
        "lan enter /staff/accounts refused",
        "lan enter /staff/points/21409 refused",
        "lan unproved /staff/petitions/0000-0000/publish refused",
        "(unknown) enter-plainly /staff refused",
        "(unknown) too-often /p/{commune}/status refused",
        "(unknown) too-often /staff/sign-in refused",
    ];
    assert_eq!(noted, expected);
    let admin = Member::signed_in(&app, "admin", Role::Administrator, "/").await;
    // One kind of act, and what was refused, are chosen in words.
    let rows = async |query: &str| {
        let page = admin.get(&format!("/staff/audit{query}")).await.text().await.unwrap();
        let (_, table) = page.split_once("<tbody").unwrap_or_default();
        let outcomes = table.split("</tr>").filter(|row| row.contains("<tr "));
        outcomes.map(|row| row.contains("<strong>từ chối</strong>")).collect::<Vec<bool>>()
    };
    assert_eq!(rows("?action=too-often").await, [true, true]);
    assert!(rows("?action=ask-reset&who=lan").await.is_empty());
    let refused = rows("?refused=1").await;
    assert!(refused.len() >= expected.len() - 1 && refused.iter().all(|refused| *refused));
    assert_eq!(rows("?action=unproved").await, [false], "a code was asked for, nothing refused");
    assert!(rows("?action=unproved&refused=1").await.is_empty());
    assert!(rows("").await.contains(&false), "others are there as well");
    let filed = [("action", "too-often"), ("refused", "1"), ("format", "csv")];
    let file = admin.post("/staff/audit/export", &filed).await.text().await.unwrap();
    assert_eq!(file.lines().filter(|line| line.contains(",too-often,")).count(), 2, "{file}");
    assert_eq!(file.lines().count(), 3, "{file}");
    let unknown = admin.get("/staff/audit?action=x").await;
    assert_eq!(unknown.status(), 422);
    assert!(unknown.text().await.unwrap().contains("Không có loại việc đó"));
    let log = admin.get("/staff/audit").await.text().await.unwrap();
    for said in
        ["Gửi quá nhiều lần", "Gửi biểu mẫu từ trang khác", "Việc cần xác nhận lại", "chờ mã mới"]
    {
        assert!(log.contains(said), "{said}: {log}");
    }
}

async fn a_flood_of_refusals_is_one_line_a_minute(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, "/56/22651/").await;
    let hoa = Member::signed_in(&app, "hoa", Role::Leader, "/56/22651/").await;
    let before = lines(&app).await.len();
    for i in 0..50 {
        assert_eq!(lan.get(&format!("/staff/points/foreign-{i}")).await.status(), 404);
    }
    assert_eq!(hoa.get("/staff/points/foreign").await.status(), 404);
    app.pass_minutes(1);
    assert_eq!(lan.get("/staff/points/again").await.status(), 404);
    let noted = lines(&app).await.split_off(before);
    let expected = [
        "lan enter /staff/points/foreign-0 refused",
        "hoa enter /staff/points/foreign refused",
        "lan enter /staff/points/again (+49) refused",
    ];
    assert_eq!(noted, expected);
}

async fn every_file_that_is_taken_along_is_noted(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let before = lines(&app).await.len();
    let entries = "/staff/indicators/22651/entries";
    for path in ["/staff/actions/actions.csv", entries, &format!("{entries}?format=xlsx")] {
        assert_eq!(lan.get(path).await.status(), 200, "{path}");
    }
    assert_eq!(lan.get("/staff/indicators/21409/entries").await.status(), 404);
    assert_eq!(lan.post("/staff/comments/export", &[("state", "new")]).await.status(), 200);
    let list = [("state", "received"), ("format", "xlsx")];
    assert_eq!(lan.post("/staff/petitions/export", &list).await.status(), 200);
    let noted = lines(&app).await.split_off(before);
    let expected = [
        "lan export-actions  done",
        "lan export-indicators 22651 done",
        "lan export-indicators 22651 done",
        "lan enter /staff/indicators/21409/entries refused",
        "lan export-comments new done",
        "lan export-petition-list received done",
    ];
    assert_eq!(noted, expected);
}

async fn a_reader_sees_the_lines_of_their_own_scope(database: Database) {
    let app = App::spawn(database);
    let admin = Member::signed_in(&app, "admin.here", Role::Administrator, "/56/22651/").await;
    let reviewer = Member::signed_in(&app, "reviewer", Role::Reviewer, "/56/").await;
    let elsewhere = Member::signed_in(&app, "elsewhere", Role::Administrator, "/01/").await;
    let everywhere = Member::signed_in(&app, "everywhere", Role::Administrator, "/").await;
    let sees = async |member: &Member<'_>| {
        let page = member.get("/staff/audit").await.text().await.unwrap();
        let table = page.split_once("<tbody").unwrap().1.to_owned();
        ["admin.here", "reviewer", "elsewhere", "everywhere"].map(|name| table.contains(name))
    };
    assert_eq!(sees(&admin).await, [true, false, false, false]);
    assert_eq!(sees(&reviewer).await, [true, true, false, false]);
    assert_eq!(sees(&elsewhere).await, [false, false, true, false]);
    assert_eq!(sees(&everywhere).await, [true, true, true, true]);
}

async fn the_log_is_read_page_by_page_and_taken_along_as_a_file(database: Database) {
    let app = App::spawn(database);
    let admin = Member::signed_in(&app, "admin", Role::Administrator, "/").await;
    let db = app.database().open().await;
    let day = 86_400_000;
    for i in 0..60 {
        let mut line =
            event(app.now() - 3 * day + i, "=cmd", Action::Enter).about(&format!("no {i}."));
        line.outcome = Outcome::Refused;
        db.note(&line).await.unwrap();
    }
    db.close().await;
    let rows = async |path: &str| {
        let page = admin.get(path).await.text().await.unwrap();
        let at = |i: i32| page.contains(&format!("no {i}."));
        (0..60).filter(|i| at(*i)).collect::<Vec<_>>()
    };
    let first = admin.get("/staff/audit?who=%3Dcmd").await.text().await.unwrap();
    assert!(first.contains("no 59.") && first.contains("no 10.") && !first.contains("no 9."));
    let older = first.split("href=\"").find(|part| part.contains("before=")).unwrap();
    let older = older.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
    assert_eq!(rows(&older).await, (0..10).collect::<Vec<_>>());
    assert_eq!(rows("/staff/audit?day=12%2F10%2F2026").await.len(), 50);
    assert_eq!(rows("/staff/audit?day=2026-10-13").await.len(), 0);
    for wrong in ["day=never", "day=%00", "before=x&day=1/1"] {
        assert_eq!(admin.get(&format!("/staff/audit?{wrong}")).await.status(), 422, "{wrong}");
    }
    let file = admin.post("/staff/audit/export", &[("who", "=cmd")]).await;
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    assert_eq!(file.headers()["cache-control"], "no-store");
    let fields = [("who", "=cmd"), ("format", "xlsx")];
    let book = admin.post("/staff/audit/export", &fields).await.bytes().await.unwrap();
    let file = file.text().await.unwrap();
    let [told, shown] = spreadsheet::both(file.as_bytes(), book.into());
    assert_eq!((told.len(), shown.len()), (61, 61));
    assert_eq!((told[1][2].as_str(), shown[1][2].as_str()), ("'=cmd", "=cmd"));
    assert_eq!(told[1][3..], shown[1][3..]);
    assert_eq!(file.lines().count(), 61);
    assert!(file.contains(",'=cmd,enter,/,no 0.,refused"), "{file}");
}
