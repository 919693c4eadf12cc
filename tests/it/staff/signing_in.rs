//! Signing in: password, second factor, what slows guessing, what is never told.

use hailong::staff::audit::{Action, OPERATOR};
use hailong::staff::{Account, Role, recovery};
use reqwest::{Method, Response};

use crate::support::app::App;
use crate::support::database::{Contents, Database, on_both_databases};
use crate::support::staff::{self, PASSWORD, account, code, event, key, send};

on_both_databases![
    password_and_code_sign_in_and_every_step_has_its_own_token,
    a_session_tells_the_kind_of_device_and_nothing_else_of_the_browser,
    a_code_and_a_recovery_code_work_once,
    a_password_hashed_with_less_work_is_hashed_anew,
    a_second_click_signs_in_as_the_first_does,
];

async fn with_staff(app: &App) -> Account {
    let lan = account("lan.nguyen", Role::CentreStaff, "/56/22651/");
    let db = app.database().open().await;
    let codes = vec![recovery::hash("ABCD-EFGH-JKMN-PQRS", &key()).unwrap()];
    staff::set_up(&db, &lan, app.now(), codes).await;
    db.close().await;
    lan
}

async fn post(app: &App, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Response {
    let request = app
        .request(Method::POST, path)
        .header("cookie", cookie)
        .header("sec-fetch-site", "same-origin");
    send(request, fields).await
}

async fn password(app: &App, name: &str, password: &str) -> Response {
    post(app, "/staff/sign-in", "", &[("name", name), ("password", password)]).await
}

/// The cookie that `answer` sets, once its attributes are as they must be.
fn cookie(answer: &Response) -> String {
    let set = answer.headers()["set-cookie"].to_str().unwrap();
    let (cookie, attributes) = set.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax");
    assert!(cookie.starts_with("__Host-sid=") && set.len() < 4096, "{set}");
    cookie.to_owned()
}

async fn second_factor(app: &App, cookie: &str, code: &str) -> Response {
    let token = hailong::staff::Token::parse(cookie.split_once('=').unwrap().1).unwrap();
    let fields = [("mark", token.form_mark()), ("code", code.to_owned())];
    let fields = fields.each_ref().map(|(n, v)| (*n, v.as_str()));
    post(app, "/staff/second-factor", cookie, &fields).await
}

async fn status(app: &App, path: &str, cookie: &str) -> u16 {
    let request = app.request(Method::GET, path).header("cookie", cookie);
    request.send().await.unwrap().status().as_u16()
}

async fn password_and_code_sign_in_and_every_step_has_its_own_token(database: Database) {
    let app = App::spawn(database);
    with_staff(&app).await;
    let planted = format!("__Host-sid={}", hailong::staff::Token::of([1; 32]).text());
    let fields = [("name", " Lan.Nguyen "), ("password", PASSWORD), ("next", "/staff/me")];
    let half = post(&app, "/staff/sign-in", &planted, &fields).await;
    assert_eq!(half.status(), 303);
    let to = half.headers()["location"].to_str().unwrap();
    assert_eq!(to, "/staff/second-factor?next=%2Fstaff%2Fme");
    let half = cookie(&half);
    assert_ne!(half, planted);
    assert_eq!(status(&app, "/staff", &half).await, 303, "a password alone is not enough");
    let whole = second_factor(&app, &half, &code(app.now())).await;
    assert_eq!(whole.status(), 303);
    let whole = cookie(&whole);
    assert_ne!(whole, half);
    assert_eq!(status(&app, "/staff", &whole).await, 200);
    for old in [&half, &planted] {
        assert_eq!(status(&app, "/staff/second-factor", old).await, 303);
        assert_eq!(status(&app, "/staff", old).await, 303);
    }
    assert_eq!(app.database().count("staff_sessions").await, 1);
}

async fn a_session_tells_the_kind_of_device_and_nothing_else_of_the_browser(database: Database) {
    const PHONE: &str = "Mozilla/5.0 (Linux; Android 14; Planted-Model) Chrome/131.0 Mobile";
    let app = App::spawn(database);
    let lan = with_staff(&app).await;
    let db = app.database().open().await;
    staff::session(&db, &lan, app.now()).await;
    db.close().await;
    let fields = [("name", "lan.nguyen"), ("password", PASSWORD)];
    let request =
        app.request(Method::POST, "/staff/sign-in").header("sec-fetch-site", "same-origin");
    let half = cookie(&send(request.header("user-agent", PHONE), &fields).await);
    let whole = cookie(&second_factor(&app, &half, &code(app.now())).await);
    let page = app.request(Method::GET, "/staff/me").header("cookie", &whole).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert_eq!(page.matches("<strong>Điện thoại</strong>: bắt đầu").count(), 1, "{page}");
    assert_eq!(page.matches("<strong>Thiết bị không rõ</strong>").count(), 1, "{page}");
    let here = page.split("</li>").find(|line| line.contains("phiên này")).unwrap();
    let here = here.rsplit("<li>").next().unwrap();
    assert!(here.contains("Điện thoại") && !here.contains("<form"), "{here}");
    let backdoor = app.database().backdoor().await;
    let devices = "select device from staff_sessions order by device";
    assert_eq!(backdoor.texts(devices).await, ["", "phone"]);
    backdoor.close().await;
    let contents = Contents::of(app.database(), &[]).await;
    assert!(!format!("{:?}", contents.now().await).contains("Planted-Model"));
    contents.close().await;
}

async fn a_code_and_a_recovery_code_work_once(database: Database) {
    let app = App::spawn(database);
    with_staff(&app).await;
    let used = code(app.now());
    let again = used.clone();
    let recovery = "abcd efgh jkmn pqrs".to_owned();
    for (minutes, typed, right) in
        [(0, used, true), (0, again, false), (1, recovery.clone(), true), (0, recovery, false)]
    {
        app.pass_minutes(minutes);
        let half = cookie(&password(&app, "lan.nguyen", PASSWORD).await);
        let answer = second_factor(&app, &half, &typed).await;
        assert_eq!(answer.status() == 303, right, "{typed}: {}", answer.status());
    }
}

async fn a_second_click_signs_in_as_the_first_does(database: Database) {
    let app = App::spawn(database);
    with_staff(&app).await;
    let right = async || password(&app, "lan.nguyen", PASSWORD).await;
    let (first, second) = tokio::join!(right(), right());
    assert_eq!((first.status().as_u16(), second.status().as_u16()), (303, 303));
    let half = cookie(&first);
    assert_eq!(half, cookie(&second), "one session");
    assert_eq!(app.database().count("staff_sessions").await, 1);
    let typed = code(app.now());
    let (first, second) =
        tokio::join!(second_factor(&app, &half, &typed), second_factor(&app, &half, &typed));
    let third = second_factor(&app, &half, &typed).await;
    let whole = cookie(&first);
    for answer in [&second, &third] {
        assert_eq!((answer.status().as_u16(), cookie(answer)), (303, whole.clone()));
    }
    assert_eq!(status(&app, "/staff", &whole).await, 200);
    // The control: guesses are counted one by one, of two at once as well.
    let wrong = async || password(&app, "lan.nguyen", "sai").await.status().as_u16();
    let (first, second) = tokio::join!(wrong(), wrong());
    let mut both = [first, second];
    both.sort_unstable();
    assert_eq!(both, [422, 429]);
}

async fn a_password_hashed_with_less_work_is_hashed_anew(database: Database) {
    use hailong::staff::password::{is_outdated, verify};
    let app = App::spawn(database);
    let lan = with_staff(&app).await;
    let db = app.database().open().await;
    let now = db.secrets(lan.id).await.unwrap().unwrap().password_hash.unwrap();
    // Argon2id with 8 MiB and one pass, of the same password.
    let weak = "$argon2id$v=19$m=8192,t=1,p=1$BQUFBQUFBQUFBQUFBQUFBQ$";
    let weak = format!("{weak}{}", weak_hash());
    db.strengthen_password(lan.id, &now, &weak).await.unwrap();
    assert!(is_outdated(&weak) && verify(PASSWORD, &weak));
    cookie(&password(&app, "lan.nguyen", PASSWORD).await);
    let stored = db.secrets(lan.id).await.unwrap().unwrap().password_hash.unwrap();
    assert!(!is_outdated(&stored) && verify(PASSWORD, &stored));
    db.close().await;
}

fn weak_hash() -> String {
    use argon2::{Algorithm, Argon2, Params, Version};
    use base64::Engine;
    let params = Params::new(8192, 1, 1, None).unwrap();
    let mut out = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(PASSWORD.as_bytes(), &[5; 16], &mut out)
        .unwrap();
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(out)
}

#[tokio::test]
async fn whoever_cannot_sign_in_is_told_the_same_for_every_reason() {
    let app = App::spawn(Database::sqlite());
    let lan = with_staff(&app).await;
    let db = app.database().open().await;
    let off = account("off", Role::Leader, "/56/22651/");
    staff::set_up(&db, &off, app.now(), Vec::new()).await;
    db.set_disabled(off.id, Some(app.now()), &event(app.now(), OPERATOR, Action::Disable))
        .await
        .unwrap();
    let added = account("added", Role::Leader, "/56/22651/");
    assert!(db.add_account(&added, &event(app.now(), OPERATOR, Action::AddAccount)).await.unwrap());
    db.close().await;
    let mut told = Vec::new();
    for (name, given) in [
        (lan.name.as_str(), "wrong password"),
        ("nobody.here", PASSWORD),
        ("off", PASSWORD),
        ("added", PASSWORD),
        ("admin", "admin"),
        ("Không Có!", PASSWORD),
        ("", ""),
    ] {
        let answer = password(&app, name, given).await;
        assert!(answer.headers().get("set-cookie").is_none(), "{name}");
        let status = answer.status().as_u16();
        let page = answer.text().await.unwrap().replace(&format!("value=\"{name}\""), "");
        told.push((status, page.replace("value=\"\"", "")));
    }
    assert_eq!(told[0].0, 422);
    assert!(told.iter().all(|other| *other == told[0]), "one of them is told apart");
}

#[tokio::test]
async fn a_wrong_password_makes_the_next_attempt_wait_for_a_known_and_an_unknown_name() {
    let app = App::spawn(Database::sqlite());
    with_staff(&app).await;
    for name in ["lan.nguyen", "nobody.here"] {
        assert_eq!(password(&app, name, "wrong").await.status(), 422);
        let wait = password(&app, name, PASSWORD).await;
        assert_eq!(wait.status(), 429, "{name}");
        assert_eq!(wait.headers()["retry-after"], "1");
    }
    app.pass_minutes(1);
    assert_eq!(password(&app, "lan.nguyen", PASSWORD).await.status(), 303);
}

#[tokio::test]
async fn many_attempts_at_once_are_no_way_around_the_wait() {
    let app = App::spawn(Database::sqlite());
    with_staff(&app).await;
    let all = futures_util::future::join_all((0..8).map(|_| password(&app, "lan.nguyen", "wrong")));
    let statuses: Vec<u16> = all.await.iter().map(|answer| answer.status().as_u16()).collect();
    assert_eq!(statuses.iter().filter(|s| **s == 422).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|s| **s == 429).count(), 7, "{statuses:?}");
}

#[tokio::test]
async fn three_codes_may_be_tried_in_half_a_minute() {
    let app = App::spawn(Database::sqlite());
    with_staff(&app).await;
    let half = cookie(&password(&app, "lan.nguyen", PASSWORD).await);
    for _ in 0..3 {
        assert_eq!(second_factor(&app, &half, "000000").await.status(), 422);
    }
    let right = code(app.now());
    assert_eq!(second_factor(&app, &half, &right).await.status(), 429);
    app.pass_minutes(1);
    assert_eq!(second_factor(&app, &half, &code(app.now())).await.status(), 303);
}

#[tokio::test]
async fn a_connection_that_others_can_read_is_refused_with_a_page_that_says_what_to_do() {
    let app = App::spawn(Database::sqlite());
    for path in ["/staff/sign-in", "/staff", "/staff/set-up/x"] {
        let request = app.request(Method::GET, path).header("host", "192.168.1.5:8080");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 403, "{path}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("https://") && !page.contains("type=\"password\""), "{path}");
    }
    let private = app.request(Method::GET, "/staff/sign-in").send().await.unwrap();
    assert_eq!(private.status(), 200);
}

#[tokio::test]
async fn a_password_of_somebody_or_nobody_costs_the_same_work() {
    let app = App::spawn(Database::sqlite());
    let lan = with_staff(&app).await;
    let db = app.database().open().await;
    let gone = account("gone", Role::Leader, "/56/22651/");
    staff::set_up(&db, &gone, app.now(), Vec::new()).await;
    let at = Some(app.now());
    db.set_disabled(gone.id, at, &event(app.now(), OPERATOR, Action::Disable)).await.unwrap();
    db.close().await;
    let hashed = async || {
        let metrics = reqwest::get(app.operations_url("/metrics")).await.unwrap();
        let text = metrics.text().await.unwrap();
        let line = text.lines().find(|line| line.starts_with("hailong_password_hashes ")).unwrap();
        line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
    };
    let name = lan.name.as_str();
    for (name, password, status) in [
        (name, "sai mật khẩu này", 422),
        ("nobody", PASSWORD, 422),
        ("gone", PASSWORD, 422),
        ("không phải tên", PASSWORD, 422),
        (name, PASSWORD, 303),
    ] {
        let before = hashed().await;
        app.pass_minutes(1);
        let fields = [("name", name), ("password", password)];
        let answer = post(&app, "/staff/sign-in", "", &fields).await;
        assert_eq!(answer.status(), status, "{name}");
        assert_eq!(hashed().await - before, 1, "{name}: one hash, whoever it is");
    }
}
