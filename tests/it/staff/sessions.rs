//! Sessions: how long they last, and what ends them at once, on every server.

use hailong::staff::Role;
use reqwest::Method;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{self, Member, PASSWORD};

on_both_databases![
    signing_out_and_disabling_end_a_session_at_once_on_another_server_too,
    a_session_ends_after_half_an_hour_without_use_and_after_eight_hours_in_any_case,
    other_sessions_are_listed_and_ended_and_those_of_others_are_not_reached,
    whoever_took_a_session_cannot_throw_its_owner_out,
    a_new_password_ends_the_other_sessions,
];

/// Whether whoever has `member`'s token is signed in to `app`.
async fn is_in(app: &App, member: &Member<'_>) -> bool {
    let cookie = format!("__Host-sid={}", member.token.text());
    let request = app.request(Method::GET, "/staff").header("cookie", cookie);
    match request.send().await.unwrap().status().as_u16() {
        200 => true,
        303 => false,
        other => panic!("{other}"),
    }
}

async fn signing_out_and_disabling_end_a_session_at_once_on_another_server_too(database: Database) {
    let second = database.again();
    let app = App::spawn(database);
    let other = App::spawn(second);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let hoa = Member::signed_in(&app, "hoa", Role::Leader, "/56/22651/").await;
    let admin = Member::signed_in(&app, "admin", Role::Administrator, "/56/").await;
    assert!(is_in(&other, &lan).await && is_in(&other, &hoa).await);
    let out = lan.post("/staff/sign-out", &[]).await;
    assert_eq!(out.headers()["clear-site-data"], "\"cache\"");
    assert!(out.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert!(!is_in(&other, &lan).await && !is_in(&app, &lan).await);
    let path = format!("/staff/accounts/{}/disable", hoa.account.id);
    assert_eq!(admin.post(&path, &[]).await.status(), 303);
    assert!(!is_in(&other, &hoa).await && !is_in(&app, &hoa).await);
}

async fn a_session_ends_after_half_an_hour_without_use_and_after_eight_hours_in_any_case(
    database: Database,
) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, "/56/22651/").await;
    app.pass_minutes(29);
    assert!(is_in(&app, &lan).await);
    for _ in 0..15 {
        app.pass_minutes(29);
        assert!(is_in(&app, &lan).await, "it is used every half hour");
    }
    app.pass_minutes(16);
    assert!(!is_in(&app, &lan).await, "eight hours are over");
    let hoa = Member::signed_in(&app, "hoa", Role::Leader, "/56/22651/").await;
    app.pass_minutes(30);
    assert!(!is_in(&app, &hoa).await);
}

async fn other_sessions_are_listed_and_ended_and_those_of_others_are_not_reached(
    database: Database,
) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, "/56/22651/").await;
    let hoa = Member::signed_in(&app, "hoa", Role::Leader, "/56/22651/").await;
    let db = app.database().open().await;
    let phone = staff::session(&db, &lan.account, app.now()).await;
    let tablet = staff::session(&db, &lan.account, app.now()).await;
    let is_there = async |token| db.session(token).await.unwrap().is_some();
    let page = lan.get("/staff/me").await.text().await.unwrap();
    assert_eq!(page.matches("name=\"session\"").count(), 2, "{page}");
    let of_hoa = db.sessions_of(hoa.account.id).await.unwrap()[0].id.to_string();
    lan.post("/staff/me/sessions", &[("session", &of_hoa)]).await;
    lan.post("/staff/me/sessions", &[("session", "nonsense")]).await;
    assert!(is_in(&app, &hoa).await && is_there(&phone).await);
    let (session, _) = db.session(&phone).await.unwrap().unwrap();
    lan.post("/staff/me/sessions", &[("session", &session.id.to_string())]).await;
    assert!(!is_there(&phone).await && is_there(&tablet).await);
    lan.post("/staff/me/sessions", &[]).await;
    assert!(!is_there(&tablet).await);
    assert!(is_in(&app, &lan).await && is_in(&app, &hoa).await);
    db.close().await;
}

async fn whoever_took_a_session_cannot_throw_its_owner_out(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, "/56/22651/").await;
    let db = app.database().open().await;
    let phone = staff::session(&db, &lan.account, app.now()).await;
    app.pass_minutes(6);
    let (session, _) = db.session(&phone).await.unwrap().unwrap();
    for fields in [vec![], vec![("session", session.id.to_string())]] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let asked = lan.post("/staff/me/sessions", &fields).await;
        assert_eq!(asked.status(), 403);
        let asked = asked.text().await.unwrap();
        assert!(
            asked.contains("name=\"code\"") && asked.contains("value=\"/staff/me\""),
            "{asked}"
        );
    }
    assert!(db.session(&phone).await.unwrap().is_some(), "nothing was ended");
    db.close().await;
}

async fn a_new_password_ends_the_other_sessions(database: Database) {
    const NEW: &str = "mưa rơi trên mái tôn";
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, "/56/22651/").await;
    let db = app.database().open().await;
    let phone = staff::session(&db, &lan.account, app.now()).await;
    let change = async |current: &str, new: &str, repeated: &str| {
        let fields = [("current", current), ("password", new), ("repeated", repeated)];
        let answer = lan.post("/staff/me/password", &fields).await;
        app.pass_minutes(1);
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    for (current, new, repeated, wrong) in [
        ("không phải mật khẩu", NEW, NEW, "current"),
        (PASSWORD, "ngắn", "ngắn", "password"),
        (PASSWORD, "matkhau123456", "matkhau123456", "password"),
        (PASSWORD, NEW, "khác với ở trên", "repeated"),
    ] {
        let (status, page) = change(current, new, repeated).await;
        assert_eq!(status, 422, "{wrong}");
        assert!(page.contains(&format!("id=\"{wrong}-error\"")), "{wrong}");
        assert!(!page.contains(NEW), "a password is never shown");
    }
    assert!(db.session(&phone).await.unwrap().is_some());
    assert_eq!(change(PASSWORD, NEW, NEW).await.0, 303);
    assert!(db.session(&phone).await.unwrap().is_none());
    assert!(is_in(&app, &lan).await);
    let stored = db.secrets(lan.account.id).await.unwrap().unwrap().password_hash.unwrap();
    assert!(hailong::staff::password::verify(NEW, &stored));
    db.close().await;
}
