//! Forms: that they come from our own pages, and that nothing typed is lost when a
//! session ends in the middle of one.

use hailong::staff::{Role, Token};
use reqwest::{Method, RequestBuilder};

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{self, Member, code, send};

on_both_databases![
    a_form_that_is_not_ours_changes_nothing,
    what_was_typed_is_there_again_after_signing_in_and_for_nobody_else,
    what_is_grave_asks_for_a_code_first_and_keeps_what_was_typed,
    the_first_page_is_found_with_a_stroke_behind_it,
];

const NEW: &str = "/staff/accounts/new";
const TYPED: [(&str, &str); 4] = [
    ("full_name", "Nguyễn Thị Bưởi"),
    ("name", "buoi.nguyen"),
    ("role", "data-entry"),
    ("unit", "22651"),
];

async fn administrator(app: &App) -> Member<'_> {
    Member::signed_in(app, "admin", Role::Administrator, "/56/").await
}

async fn a_form_that_is_not_ours_changes_nothing(database: Database) {
    let app = App::spawn(database);
    let admin = administrator(&app).await;
    let cookie = format!("__Host-sid={}", admin.token.text());
    let mark = admin.token.form_mark();
    let foreign = Token::of([9; 32]).form_mark();
    let plain = || app.request(Method::POST, NEW).header("cookie", &cookie);
    let ours = || plain().header("sec-fetch-site", "same-origin");
    let host = app.url("").strip_prefix("http://").unwrap().to_owned();
    let with = |mark: &str| {
        let mut fields: Vec<_> = TYPED.to_vec();
        fields.push(("mark", mark));
        serde_urlencoded::to_string(fields).unwrap()
    };
    let form = |request: RequestBuilder| {
        request.header("content-type", "application/x-www-form-urlencoded")
    };
    for (what, request, body, status) in [
        ("no mark", form(ours()), with(""), 403),
        ("another session's mark", form(ours()), with(&foreign), 403),
        (
            "from another site",
            form(plain().header("sec-fetch-site", "cross-site")),
            with(&mark),
            403,
        ),
        (
            "from a sister site",
            form(plain().header("sec-fetch-site", "same-site")),
            with(&mark),
            403,
        ),
        ("from nowhere", form(plain()), with(&mark), 403),
        (
            "from another origin",
            form(plain().header("origin", "https://evil.example")),
            with(&mark),
            403,
        ),
        ("from no origin", form(plain().header("origin", "null")), with(&mark), 403),
        ("as plain text", ours().header("content-type", "text/plain"), with(&mark), 415),
        ("as JSON", ours().header("content-type", "application/json"), "{}".into(), 415),
        ("without a type", ours(), with(&mark), 415),
        ("too large", form(ours()), format!("{}&x={}", with(&mark), "x".repeat(65_536)), 413),
    ] {
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{what}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("<h1") && !page.contains("panicked"), "{what}");
    }
    assert_eq!(app.database().count("staff_accounts").await, 1);
    // The control: the same form as ours is taken, by either sign of where it is from.
    let origin = format!("http://{host}");
    let body = with(&mark);
    let taken = form(plain().header("origin", origin)).body(body).send().await.unwrap();
    assert_eq!(taken.status(), 200);
    assert_eq!(app.database().count("staff_accounts").await, 2);
}

async fn what_was_typed_is_there_again_after_signing_in_and_for_nobody_else(database: Database) {
    let app = App::spawn(database);
    let mut admin = administrator(&app).await;
    let mut other = Member::signed_in(&app, "other", Role::Administrator, "/56/").await;
    app.pass_minutes(180);
    let db = app.database().open().await;
    db.purge_staff(app.now()).await.unwrap();
    let ended = admin.post(NEW, &TYPED).await;
    assert_eq!(ended.status(), 303);
    let to = ended.headers()["location"].to_str().unwrap();
    assert_eq!(to, "/staff/sign-in?next=%2Fstaff%2Faccounts%2Fnew");
    assert_eq!(app.database().count("staff_accounts").await, 2, "nothing was added");
    let backdoor = app.database().backdoor().await;
    let open = if app.database().url().starts_with("sqlite") {
        "select count(*) from staff_kept_forms where instr(fields, cast('buoi' as blob)) > 0"
    } else {
        "select count(*) from staff_kept_forms where position('buoi'::bytea in fields) > 0"
    };
    assert_eq!(backdoor.number("select count(*) from staff_kept_forms").await, 1);
    assert_eq!(backdoor.number(open).await, 0, "it is sealed");
    backdoor.close().await;

    admin.token = staff::session(&db, &admin.account, app.now()).await;
    other.token = staff::session(&db, &other.account, app.now()).await;
    let shown = async |member: &Member<'_>| member.get(NEW).await.text().await.unwrap();
    let page = shown(&admin).await;
    for (_, typed) in TYPED {
        assert!(page.contains(&format!("value=\"{typed}\"")), "{typed} is gone: {page}");
    }
    assert!(page.contains("role=\"status\""), "it says that it was kept");
    assert!(!shown(&other).await.contains("Bưởi"));

    assert_eq!(admin.post(NEW, &TYPED).await.status(), 200);
    assert!(!shown(&admin).await.contains("Bưởi"), "what is done is not offered again");

    app.pass_minutes(40);
    admin.post(NEW, &[("full_name", "Trần Mận")]).await;
    admin.token = staff::session(&db, &admin.account, app.now()).await;
    assert!(shown(&admin).await.contains("Trần Mận"));
    app.pass_minutes(64 * 60);
    db.purge_staff(app.now()).await.unwrap();
    admin.token = staff::session(&db, &admin.account, app.now()).await;
    assert!(shown(&admin).await.contains("Trần Mận"), "it waits over a weekend");
    app.pass_minutes(32 * 60);
    admin.token = staff::session(&db, &admin.account, app.now()).await;
    assert!(!shown(&admin).await.contains("Trần Mận"), "after four days it is forgotten");
    db.purge_staff(app.now()).await.unwrap();
    assert_eq!(app.database().count("staff_kept_forms").await, 0);
    db.close().await;
}

async fn what_is_grave_asks_for_a_code_first_and_keeps_what_was_typed(database: Database) {
    let app = App::spawn(database);
    let mut admin = administrator(&app).await;
    let lan = Member::signed_in(&app, "lan", Role::Leader, "/56/22651/").await;
    app.pass_minutes(5);
    let disable = format!("/staff/accounts/{}/disable", lan.account.id);
    let asked = admin.post(&disable, &[]).await;
    assert_eq!(asked.status(), 403);
    let page = asked.text().await.unwrap();
    let back = format!("name=\"next\" value=\"/staff/accounts/{}\"", lan.account.id);
    assert!(page.contains("autocomplete=\"one-time-code\"") && page.contains(&back), "{page}");
    assert_eq!(lan.get("/staff").await.status(), 200, "nothing was done");
    assert_eq!(admin.post(NEW, &TYPED).await.status(), 403);
    assert_eq!(admin.get(NEW).await.status(), 403);
    assert_eq!(admin.get("/staff/accounts").await.status(), 200, "looking is not grave");

    let wrong = admin.post("/staff/again", &[("code", "000000"), ("next", NEW)]).await;
    assert_eq!(wrong.status(), 422);
    let code = code(app.now());
    let fields = [("code", code.as_str()), ("next", NEW)];
    let proved = admin.post("/staff/again", &fields).await;
    assert_eq!(
        (proved.status().as_u16(), &proved.headers()["location"]),
        (303, &NEW.parse().unwrap())
    );
    let set = proved.headers()["set-cookie"].to_str().unwrap();
    let token = set.strip_prefix("__Host-sid=").unwrap().split(';').next().unwrap();
    let before = std::mem::replace(&mut admin.token, Token::parse(token).unwrap());
    assert_ne!(before, admin.token, "a new right, a new token");
    let page = admin.get(NEW).await.text().await.unwrap();
    assert!(page.contains("Bưởi"), "what was typed is still there");
    // A page that was still open from before has another mark.
    let mark = before.form_mark();
    let older = [("mark", mark.as_str()), ("full_name", "Trần Mận"), ("name", "man")];
    let refused = send(admin.request(Method::POST, NEW), &older).await;
    assert_eq!(refused.status(), 403);
    assert!(admin.get(NEW).await.text().await.unwrap().contains("Trần Mận"));
    assert_eq!(app.database().count("staff_accounts").await, 2);
    assert_eq!(admin.post(&disable, &[]).await.status(), 303);
    assert_eq!(lan.get("/staff").await.status(), 303);
    let replaced = app
        .request(Method::POST, "/staff/sign-out")
        .header("cookie", format!("__Host-sid={}", before.text()))
        .header("sec-fetch-site", "same-origin");
    let replaced = send(replaced, &[("mark", &before.form_mark())]).await;
    assert!(replaced.headers()["location"].to_str().unwrap().starts_with("/staff/sign-in?"));
}

async fn the_first_page_is_found_with_a_stroke_behind_it(database: Database) {
    let app = App::spawn(database);
    let admin = administrator(&app).await;
    for (asked, leads) in [("/staff/", "/staff"), ("/staff/?lang=en", "/staff?lang=en")] {
        let answer = admin.get(asked).await;
        assert_eq!(answer.status(), 303, "{asked}");
        assert_eq!(answer.headers()["location"], leads, "{asked}");
        assert_eq!(answer.headers()["cache-control"], "no-store", "{asked}");
    }
}
