//! Accounts: added, set up through one-time links, looked after by administrators who
//! never see a password and never leave their scope.

use hailong::clock::Clock;
use hailong::staff::audit::{Action, OPERATOR};
use hailong::staff::totp::STEP_MILLIS;
use hailong::staff::{Account, Role, Scope, SignInName, Token};
use hailong::store::staff::links::Kind;
use reqwest::{Method, Response};

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{self, Member, PASSWORD, code, event, send};

on_both_databases![
    the_first_administrator_sets_the_account_up_through_the_link_and_once,
    an_administrator_adds_somebody_who_sets_the_account_up,
    an_administrator_never_leaves_their_own_scope,
    a_second_factor_is_set_up_anew_by_two_administrators,
    the_second_administrator_is_told_and_nobody_who_may_not_agree,
    whoever_an_administrator_made_is_no_second_pair_of_eyes,
    a_second_click_shows_what_is_shown_once_again,
    a_password_is_chosen_anew_with_a_link_and_the_phone,
    a_link_ends_after_a_day_and_when_another_takes_its_place,
];

const NEW: &str = "mưa rơi trên mái tôn";

/// The part between `before` and `after` in `page`.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let rest = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}")).1;
    rest.split_once(after).expect("an end").0
}

/// The code that a phone shows at `now` once it has read the secret on `page`.
fn code_of(page: &str, now: i64) -> String {
    let secret = staff::secret(between(page, "class=\"secret\">", "<"));
    format!("{:06}", secret.code(now.div_euclid(STEP_MILLIS)))
}

async fn page(app: &App, path: &str) -> (u16, String) {
    let answer = app.request(Method::GET, path).header("accept", "text/html").send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn post(app: &App, path: &str, fields: &[(&str, &str)]) -> Response {
    send(app.request(Method::POST, path).header("sec-fetch-site", "same-origin"), fields).await
}

/// Sets an account up through the link at `path`: gives status and page.
async fn set_up(app: &App, path: &str, more: &[(&str, &str)]) -> (u16, String) {
    let (status, shown) = page(app, path).await;
    if status != 200 {
        return (status, shown);
    }
    let secret = between(&shown, "name=\"secret\" value=\"", "\"");
    let code = code_of(&shown, app.now());
    let fields =
        [("secret", secret), ("code", &code), ("password", PASSWORD), ("repeated", PASSWORD)];
    let answer = post(app, path, &[&fields[..], more].concat()).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The path of the link that an administrator is shown.
fn link_on(page: &str) -> String {
    format!("/staff/set-up/{}", between(page, "/staff/set-up/", "<"))
}

async fn the_first_administrator_sets_the_account_up_through_the_link_and_once(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    assert!(!db.has_staff().await.unwrap());
    let token = Token::of(Clock::System.secret());
    let made = event(app.now(), OPERATOR, Action::MakeLink);
    db.make_link(&token, Kind::First, None, &made).await.unwrap();
    let former = hailong::http::staff::set_up_path(&token);
    assert_eq!(page(&app, &former).await.0, 200);
    let token = Token::of(Clock::System.secret());
    db.make_link(&token, Kind::First, None, &made).await.unwrap();
    let path = hailong::http::staff::set_up_path(&token);
    assert_eq!(page(&app, &former).await.0, 410, "a new start ends the link of the former one");
    let named = [("name", "Quan.Tri"), ("full_name", "Lê Văn Quản")];
    let (status, told) = set_up(&app, &path, &[("name", "x"), ("full_name", "")]).await;
    assert_eq!(status, 422);
    for field in ["name", "full_name"] {
        assert!(told.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    let (status, done) = set_up(&app, &path, &named).await;
    assert_eq!(status, 200, "{done}");
    assert_eq!(done.matches("<code>").count(), 10, "ten recovery codes");
    let name = SignInName::parse("quan.tri").unwrap();
    let made = db.account_named(&name).await.unwrap().unwrap();
    assert_eq!(
        (made.role, made.scope, made.is_set_up),
        (Role::Administrator, Scope::Everywhere, true)
    );
    for path in [&path, &former] {
        assert_eq!(page(&app, path).await.0, 410);
        assert_eq!(set_up(&app, path, &named).await.0, 410);
    }
    assert_eq!(app.database().count("staff_links").await, 0, "it is used up");
    let other = Token::of(Clock::System.secret());
    let event = event(app.now(), OPERATOR, Action::MakeLink);
    db.make_link(&other, Kind::First, None, &event).await.unwrap();
    let other = hailong::http::staff::set_up_path(&other);
    assert_eq!(page(&app, &other).await.0, 410, "there is a first administrator already");
    db.close().await;
}

async fn an_administrator_adds_somebody_who_sets_the_account_up(database: Database) {
    let app = App::spawn(database);
    let admin = Member::signed_in(&app, "admin", Role::Administrator, "/56/").await;
    let fields = [
        ("full_name", "<script>alert(1)</script>\" autofocus onfocus=alert(1) x=\""),
        ("name", "buoi"),
        ("role", "centre-staff"),
        ("unit", "22651"),
        ("point", "22651"),
        ("password", "set by the administrator"),
        ("scope", "/"),
        ("disabled_at", "1"),
    ];
    let given = admin.post("/staff/accounts/new", &fields).await;
    assert_eq!(given.status(), 200);
    let given = given.text().await.unwrap();
    let path = link_on(&given);
    let db = app.database().open().await;
    let buoi = db.account_named(&SignInName::parse("buoi").unwrap()).await.unwrap().unwrap();
    assert_eq!(buoi.scope.to_string(), "/56/22651/22651/");
    assert_eq!((buoi.is_set_up, buoi.disabled_at), (false, None));
    let (_, shown) = page(&app, &path).await;
    assert!(shown.contains("value=\"buoi\"") && shown.contains("data:image/svg+xml"));
    let (_, again) = page(&app, &path).await;
    assert_ne!(code_of(&shown, 0), code_of(&again, 0), "whoever looked before knows nothing");
    let wrong = post(
        &app,
        &path,
        &[
            ("secret", between(&again, "name=\"secret\" value=\"", "\"")),
            ("code", "000000"),
            ("password", "Matkhau123456"),
            ("repeated", "Matkhau123456"),
        ],
    )
    .await;
    assert_eq!(wrong.status(), 422);
    let wrong = wrong.text().await.unwrap();
    assert!(wrong.contains("id=\"code-error\"") && wrong.contains("id=\"password-error\""));
    assert_eq!(code_of(&wrong, 0), code_of(&again, 0), "the phone need not scan again");
    let (status, done) = set_up(&app, &path, &[]).await;
    assert_eq!(status, 200, "{done}");
    for path in ["/staff/accounts", &format!("/staff/accounts/{}", buoi.id), "/staff/audit"] {
        let page = admin.get(path).await.text().await.unwrap();
        assert!(!page.contains("<script>") && !page.contains("\" autofocus"), "{path}: {page}");
    }
    assert_eq!(db.recovery_codes_left(buoi.id).await.unwrap(), 10);
    assert_eq!(page(&app, &path).await.0, 410);
    db.close().await;
}

async fn an_administrator_never_leaves_their_own_scope(database: Database) {
    let app = App::spawn(database);
    let admin = Member::signed_in(&app, "admin", Role::Administrator, "/56/22651/").await;
    let fields = |name, role, unit, point| {
        [("full_name", "Ai Đó"), ("name", name), ("role", role), ("unit", unit), ("point", point)]
    };
    for (what, fields, field) in [
        ("everywhere", fields("one", "administrator", "", ""), "unit"),
        ("their province", fields("one", "province-officer", "56", ""), "unit"),
        ("another commune", fields("one", "leader", "00004", ""), "unit"),
        ("no commune", fields("one", "leader", "99999", ""), "unit"),
        ("another commune's point", fields("one", "data-entry", "22651", "00001"), "point"),
        ("a reviewer inside", fields("one", "reviewer", "22651", ""), "role"),
        ("no role", fields("one", "owner", "22651", ""), "role"),
        ("a taken name", fields("admin", "leader", "22651", ""), "name"),
    ] {
        let answer = admin.post("/staff/accounts/new", &fields).await;
        assert_eq!(answer.status(), 422, "{what}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{what}");
        assert!(page.contains("value=\"Ai Đó\""), "{what}: what was typed stays");
    }
    assert_eq!(app.database().count("staff_accounts").await, 1);
    let own = format!("/staff/accounts/{}", admin.account.id);
    for act in ["disable", "enable", "link", "second-factor"] {
        assert_eq!(admin.post(&format!("{own}/{act}"), &[]).await.status(), 403, "{act}");
    }
    assert_eq!(admin.get("/staff").await.status(), 200);
}

async fn a_second_factor_is_set_up_anew_by_two_administrators(database: Database) {
    let app = App::spawn(database);
    let one = Member::signed_in(&app, "one", Role::Administrator, "/56/").await;
    let mut two = Member::signed_in(&app, "two", Role::Administrator, "/56/22651/").await;
    let lan = Member::signed_in(&app, "lan", Role::Leader, "/56/22651/").await;
    let path = format!("/staff/accounts/{}/second-factor", lan.account.id);
    for _ in 0..2 {
        let asked = one.post(&path, &[]).await;
        assert_eq!(asked.status(), 303, "one administrator alone gets no link");
    }
    assert_eq!(app.database().count("staff_links").await, 0);
    assert_eq!(lan.get("/staff").await.status(), 200, "nothing has changed for them yet");
    let agreed = two.post(&path, &[]).await;
    assert_eq!(agreed.status(), 200);
    let link = link_on(&agreed.text().await.unwrap());
    assert_eq!(lan.get("/staff").await.status(), 303, "their sessions end with the second word");
    assert_eq!(set_up(&app, &link, &[]).await.0, 200);
    // What was asked for longer than a day ago counts as asked for anew.
    one.post(&path, &[]).await;
    app.pass_minutes(24 * 60);
    let db = app.database().open().await;
    two.token = staff::session(&db, &two.account, app.now()).await;
    assert_eq!(two.post(&path, &[]).await.status(), 303);
    db.close().await;
}

async fn the_second_administrator_is_told_and_nobody_who_may_not_agree(database: Database) {
    const TOLD: &str = "Đặt lại xác thực chờ ông/bà đồng ý";
    const WORD: &str = "chờ người quản trị thứ hai đồng ý";
    let app = App::spawn(database);
    let one = Member::signed_in(&app, "one", Role::Administrator, "/56/").await;
    let mut two = Member::signed_in(&app, "two", Role::Administrator, "/56/22651/").await;
    let elsewhere = Member::signed_in(&app, "far", Role::Administrator, "/01/").await;
    let made = Member::signed_in(&app, "made", Role::Administrator, "/56/").await;
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let link = format!("/staff/accounts/{}/link", made.account.id);
    assert_eq!(one.post(&link, &[]).await.status(), 200, "whom the first one made a link for");
    let text = async |member: &Member<'_>, path: &str| {
        let answer = member.get(path).await;
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    };
    assert!(!text(&two, "/staff").await.contains(TOLD));
    let path = format!("/staff/accounts/{}", lan.account.id);
    assert_eq!(one.post(&format!("{path}/second-factor"), &[]).await.status(), 303);
    // The account of the first one has made a link lately, that of the second has not.
    let home = text(&two, "/staff").await;
    assert!(home.contains(TOLD) && home.contains(&format!("href=\"{path}\"")), "{home}");
    assert!(text(&two, "/staff/accounts").await.contains(WORD));
    for member in [&one, &elsewhere, &made, &lan] {
        let home = text(member, "/staff").await;
        assert!(!home.contains(TOLD), "{}: {home}", member.account.name);
    }
    assert!(!text(&elsewhere, "/staff/accounts").await.contains(WORD));
    app.pass_minutes(24 * 60);
    let db = app.database().open().await;
    two.token = staff::session(&db, &two.account, app.now()).await;
    db.close().await;
    assert!(!text(&two, "/staff").await.contains(TOLD), "after a day nobody waits any more");
    assert!(!text(&two, "/staff/accounts").await.contains(WORD));
    assert!(text(&two, &path).await.contains("Cần hai người quản trị"));
}

async fn a_password_is_chosen_anew_with_a_link_and_the_phone(database: Database) {
    let app = App::spawn(database);
    let admin = Member::signed_in(&app, "admin", Role::Administrator, "/56/").await;
    let lan = Member::signed_in(&app, "lan", Role::Leader, "/56/22651/").await;
    let given = admin.post(&format!("/staff/accounts/{}/link", lan.account.id), &[]).await;
    let path = link_on(&given.text().await.unwrap());
    let choose = async |code: &str, password: &str| {
        let fields = [("password", password), ("repeated", password), ("code", code)];
        post(&app, &path, &fields).await.status().as_u16()
    };
    assert_eq!(choose("000000", NEW).await, 422, "a link alone is not enough");
    assert_eq!(lan.get("/staff").await.status(), 200);
    assert_eq!(choose(&code(app.now()), NEW).await, 200);
    assert_eq!(lan.get("/staff").await.status(), 303);
    let db = app.database().open().await;
    let secrets = db.secrets(lan.account.id).await.unwrap().unwrap();
    assert!(hailong::staff::password::verify(NEW, &secrets.password_hash.unwrap()));
    assert!(secrets.totp_secret.is_some());
    assert_eq!(choose(&code(app.now()), "gió thổi qua đồng lúa").await, 410);
    db.close().await;
}

async fn a_link_ends_after_a_day_and_when_another_takes_its_place(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let lan: Account = staff::account("lan", Role::Leader, "/56/22651/");
    assert!(db.add_account(&lan, &event(app.now(), OPERATOR, Action::AddAccount)).await.unwrap());
    let link = async || {
        let token = Token::of(Clock::System.secret());
        let event = event(app.now(), OPERATOR, Action::MakeLink);
        db.make_link(&token, Kind::SetUp, Some(lan.id), &event).await.unwrap();
        hailong::http::staff::set_up_path(&token)
    };
    let (first, second) = (link().await, link().await);
    assert_eq!(page(&app, &first).await.0, 410);
    app.pass_minutes(24 * 60 - 1);
    assert_eq!(page(&app, &second).await.0, 200);
    app.pass_minutes(1);
    assert_eq!(page(&app, &second).await.0, 410);
    db.purge_staff(app.now() + 1).await.unwrap();
    assert_eq!(app.database().count("staff_links").await, 0);
    for wrong in ["/staff/set-up/x", "/staff/set-up/%00", "/staff/set-up/../../etc/passwd"] {
        assert!([404, 410].contains(&page(&app, wrong).await.0), "{wrong}");
    }
    db.close().await;
}

async fn whoever_an_administrator_made_is_no_second_pair_of_eyes(database: Database) {
    let app = App::spawn(database);
    let mut members = Vec::new();
    for name in ["boss", "honest", "first", "second", "third"] {
        members.push(Member::signed_in(&app, name, Role::Administrator, "/56/").await);
    }
    // Two sisters of one maker, and of one of them a daughter.
    for (maker, made) in [(0, 2), (0, 3), (3, 4)] {
        let path = format!("/staff/accounts/{}/link", members[made].account.id);
        assert_eq!(members[maker].post(&path, &[]).await.status(), 200);
    }
    // Of somebody else each time: a second click would get the answer of the first.
    let path_of = async |name: &str| {
        let lost = Member::signed_in(&app, name, Role::Leader, "/56/22651/").await;
        format!("/staff/accounts/{}/second-factor", lost.account.id)
    };
    for (asks, agrees) in [(0, 2), (2, 0), (2, 3), (0, 4), (4, 1), (1, 4), (3, 4)] {
        let path = path_of(&format!("lan{asks}{agrees}")).await;
        assert_eq!(members[asks].post(&path, &[]).await.status(), 303, "{asks}");
        let refused = members[agrees].post(&path, &[]).await;
        assert_eq!(refused.status(), 403, "{asks}, {agrees}");
        assert!(refused.text().await.unwrap().contains("người quản trị khác"));
    }
    let links = app.database().count("staff_links").await;
    assert_eq!(links, 3, "only those of the accounts that were made");
    // The controls: two of long standing can act, and after the seven days all can.
    let path = path_of("lan").await;
    assert_eq!(members[0].post(&path, &[]).await.status(), 303);
    assert_eq!(members[1].post(&path, &[]).await.status(), 200);
    app.pass_minutes(7 * 24 * 60 + 1);
    let db = app.database().open().await;
    for member in &mut members {
        member.token = staff::session(&db, &member.account, app.now()).await;
    }
    db.close().await;
    let path = path_of("later").await;
    assert_eq!(members[2].post(&path, &[]).await.status(), 303);
    assert_eq!(members[3].post(&path, &[]).await.status(), 200);
}

async fn a_second_click_shows_what_is_shown_once_again(database: Database) {
    let app = App::spawn(database);
    let admin = Member::signed_in(&app, "admin", Role::Administrator, "/56/").await;
    let fields = [("full_name", "Lan"), ("name", "lan.moi"), ("role", "leader"), ("unit", "22651")];
    let click = async || {
        let answer = admin.post("/staff/accounts/new", &fields).await;
        assert_eq!(answer.status(), 200);
        link_on(&answer.text().await.unwrap())
    };
    let (first, second) = tokio::join!(click(), click());
    assert_eq!(first, second);
    assert_eq!(app.database().count("staff_accounts").await, 2);
    let (status, shown) = page(&app, &first).await;
    assert_eq!(status, 200);
    let (secret, code) =
        (between(&shown, "name=\"secret\" value=\"", "\""), code_of(&shown, app.now()));
    let fields =
        [("secret", secret), ("code", &code), ("password", PASSWORD), ("repeated", PASSWORD)];
    let (one, other) = tokio::join!(post(&app, &first, &fields), post(&app, &first, &fields));
    assert_eq!((one.status().as_u16(), other.status().as_u16()), (200, 200));
    let codes = one.text().await.unwrap();
    assert!(codes.contains("shown-once"), "{codes}");
    assert_eq!(codes, other.text().await.unwrap());
    // The control: another form through the same link is another click.
    let later = post(&app, &first, &[&fields[..], &[("x", "1")]].concat()).await;
    assert_eq!(later.status(), 410);
}
