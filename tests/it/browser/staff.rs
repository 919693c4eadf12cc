//! Staff in a real browser: signing in without a script, a session that ends in the
//! middle of a form, and every page on every screen.

use hailong::clock::Clock;
use hailong::http::staff::set_up_path;
use hailong::staff::audit::{Action, OPERATOR};
use hailong::staff::{Role, Token};
use hailong::store::enrolment::{self, EnrolmentCode, Pin};
use hailong::store::staff::links::Kind;
use surveys::collection_point::CollectionPoint;
use surveys::{CommuneCode, InstrumentId, PointCode};

use super::every_page::{faults, in_language};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, NARROW, PHONE, Scripts, TABLET};
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{self, PASSWORD, account, by_operator, code, event, set_up};

const BUTTON: &str = "main form button[type=submit]";

async fn service(database: Database) -> App {
    let app = staff::service(database, Role::Administrator).await;
    let db = app.database().open().await;
    for (name, role) in [("hoa", Role::DataEntry), ("mai", Role::Leader)] {
        set_up(&db, &account(name, role, "/56/22651/"), app.now(), Vec::new()).await;
    }
    let quay = PointCode::parse("22651").unwrap();
    let (enrolling, pin) = (EnrolmentCode::new([1; 16]), Pin::new("1234", [1; 16]));
    let made = by_operator(app.now(), Action::EnrolDevice);
    db.add_enrolment_code(&enrolling, &quay, "Máy ở quầy số 1", &pin, &made).await.unwrap();
    let (id, token) = (Clock::System.new_id(), enrolment::Token::new([[1; 16]; 2]));
    db.enrol(&enrolling, id, &token, None, app.now() - 3 * 86_400_000).await.unwrap();
    let closed = PointCode::parse("22651-sipas").unwrap();
    db.set_retired(&closed, true, &by_operator(app.now(), Action::RetirePoint)).await.unwrap();
    let long = CollectionPoint {
        code: PointCode::parse("ten-dai").unwrap(),
        commune_code: CommuneCode::parse("22651").unwrap(),
        name: "Ư".repeat(80),
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        retired: false,
    };
    assert!(db.add_collection_point(&long, 1).await.unwrap());
    db.close().await;
    app
}

/// Gives name, password and code where the browser was sent.
pub(super) async fn sign_in(browser: &Browser, app: &App) {
    sign_in_as(browser, app, "lan.nguyen").await;
}

/// The same as somebody else.
pub(super) async fn sign_in_as(browser: &Browser, app: &App, name: &str) {
    browser.enter("#name", name).await;
    browser.enter("#password", PASSWORD).await;
    browser.follow(BUTTON).await;
    browser.enter("#code", &code(app.now())).await;
    browser.follow(BUTTON).await;
}

on_both_databases![
    staff_sign_in_and_out_without_a_script,
    what_was_typed_before_a_session_ended_is_there_after_signing_in,
];

async fn staff_sign_in_and_out_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff/me")).await;
            assert_eq!(browser.place().await, "/staff/sign-in?next=%2Fstaff%2Fme");
            browser.enter("#name", "lan.nguyen").await;
            browser.enter("#password", "không phải mật khẩu").await;
            browser.follow(BUTTON).await;
            assert!(browser.title().await.starts_with("Lỗi:"));
            assert_eq!(browser.text(".errors a").await, browser.text("#name-error").await);
            let name = browser.one("#name").await.prop("value").await.unwrap();
            assert_eq!(name.as_deref(), Some("lan.nguyen"), "what was typed stays");
            browser.one("#name").await.clear().await.unwrap();
            app.pass_minutes(1);
            sign_in(browser, &app).await;
            assert_eq!(browser.place().await, "/staff/me", "the cookie is kept on this machine");
            browser.follow("nav.staff form button").await;
            assert_eq!(browser.place().await, "/staff/sign-in");
            browser.back().await;
            browser.reload().await;
            assert!(browser.place().await.starts_with("/staff/sign-in"), "Back shows nothing");
        })
        .await;
}

#[tokio::test]
async fn the_navigation_is_read_on_a_phone_without_a_script() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff")).await;
            sign_in(browser, &app).await;
            let link = "nav.staff a[href='/staff/points']";
            let seen = async || browser.one(link).await.is_displayed().await.unwrap();
            assert!(!seen().await, "closed until it is asked for");
            let groups = browser.all("nav.staff summary").await;
            let mut names = Vec::new();
            for group in &groups {
                names.push(group.text().await.unwrap());
            }
            assert_eq!(names, ["Kết quả", "Lắng nghe", "Thu thập", "Hệ thống"]);
            groups[1].clone().click().await.unwrap();
            groups[2].clone().click().await.unwrap();
            assert!(seen().await);
            let open = browser.all("nav.staff details[open]").await.len();
            assert_eq!(open, 1, "one group at a time");
            browser.follow(link).await;
            assert_eq!(browser.place().await, "/staff/points");
            let here = browser.text("nav.staff summary[aria-current]").await;
            assert_eq!(here, "Thu thập");
        })
        .await;
}

#[tokio::test]
async fn each_group_of_the_navigation_is_accessible_and_fits_every_screen() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            browser.goto(&app.url("/staff/me")).await;
            sign_in(browser, &app).await;
            for screen in [NARROW, PHONE, TABLET, DESKTOP] {
                browser.resize(screen).await;
                // It lies over the page; below it there must be nothing to read.
                browser.run("document.querySelector('main').style.paddingTop = '60rem'").await;
                for group in 0..4 {
                    let open = format!(
                        "document.querySelectorAll('nav.staff details')[{group}].open = true;
                         return document.querySelectorAll('nav.staff details[open]').length;"
                    );
                    assert_eq!(browser.run(&open).await, 1, "one group at a time");
                    let (over, out) = browser.overflow().await;
                    assert!(over <= 0, "group {group} at {} px: {out}", screen.width);
                    let found = browser.violations().await;
                    assert_eq!(found, Vec::<String>::new(), "group {group} at {} px", screen.width);
                }
            }
            browser.one("h1").await.click().await.unwrap();
            let open = "return document.querySelectorAll('nav.staff details[open]').length";
            assert_eq!(browser.run(open).await, 0, "it closes when one goes on");
        })
        .await;
}

async fn what_was_typed_before_a_session_ended_is_there_after_signing_in(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database).await;
    chromium
        .journey(DESKTOP, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff/accounts/new")).await;
            sign_in(browser, &app).await;
            browser.enter("#full_name", "Nguyễn Thị Bưởi").await;
            browser.enter("#name", "buoi").await;
            app.pass_minutes(45);
            browser.follow(BUTTON).await;
            assert!(browser.place().await.starts_with("/staff/sign-in"));
            sign_in(browser, &app).await;
            assert_eq!(browser.place().await, "/staff/accounts/new");
            assert_eq!(browser.all("[role=status]").await.len(), 1);
            for (field, typed) in
                [("#full_name", "Nguyễn Thị Bưởi"), ("#name", "buoi"), ("#unit", "22651")]
            {
                let value = browser.one(field).await.prop("value").await.unwrap();
                assert_eq!(value.as_deref(), Some(typed), "{field}");
            }
            browser.follow(BUTTON).await;
            assert!(browser.text(".shown-once").await.contains("/staff/set-up/"));
        })
        .await;
}

#[tokio::test]
async fn a_password_can_be_shown_and_goes_out_as_one() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            browser.goto(&app.url("/staff/sign-in")).await;
            browser.enter("#name", "lan.nguyen").await;
            browser.enter("#password", PASSWORD).await;
            let kind = async || browser.one("#password").await.prop("type").await.unwrap();
            browser.one("button.show").await.click().await.unwrap();
            assert_eq!(kind().await.as_deref(), Some("text"));
            assert_eq!(browser.text("button.show").await, "Ẩn mật khẩu");
            browser.one("button.show").await.click().await.unwrap();
            assert_eq!(kind().await.as_deref(), Some("password"));
            browser.follow(BUTTON).await;
            assert!(browser.place().await.starts_with("/staff/second-factor"));
        })
        .await;
}

#[tokio::test]
async fn a_password_is_pasted_and_every_field_says_what_it_is() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            browser.goto(&app.url("/staff/sign-in")).await;
            browser.enter("#name", "lan.nguyen").await;
            // The browser's own paste: a page that refuses it would leave the field empty.
            let paste = format!(
                "const field = document.getElementById('password');
                 field.focus();
                 const data = new DataTransfer();
                 data.setData('text/plain', {PASSWORD:?});
                 const event = new ClipboardEvent('paste', {{clipboardData: data, bubbles: true, cancelable: true}});
                 return field.dispatchEvent(event);"
            );
            assert_eq!(browser.run(&paste).await, true, "nothing holds a paste up");
            browser.command("Input.insertText", serde_json::json!({"text": PASSWORD})).await;
            let kinds = "return [...document.querySelectorAll('main form input:not([type=hidden])')]
                .map(field => [field.id, field.autocomplete]);";
            let found = browser.run(kinds).await;
            let wanted = serde_json::json!([["name", "username"], ["password", "current-password"]]);
            assert_eq!(found, wanted);
            browser.follow(BUTTON).await;
            let found = browser.run(kinds).await;
            assert_eq!(found, serde_json::json!([["code", "one-time-code"]]), "and no puzzle");
        })
        .await;
}

#[tokio::test]
async fn every_page_of_staff_in_vietnamese_is_accessible_and_fits_every_screen() {
    look_at_everything("").await;
}

#[tokio::test]
async fn every_page_of_staff_in_english_is_accessible_and_fits_every_screen() {
    look_at_everything("lang=en").await;
}

async fn look_at_everything(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(Database::sqlite()).await;
    let fresh = App::spawn(Database::sqlite());
    let token = Token::of(Clock::System.secret());
    let db = fresh.database().open().await;
    let made = event(fresh.now(), OPERATOR, Action::MakeLink);
    db.make_link(&token, Kind::First, None, &made).await.unwrap();
    db.close().await;
    let first = set_up_path(&token);
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut found = Vec::new();
            let at = |path: &str| app.url(&in_language(path, language));
            for url in [
                at("/staff/sign-in"),
                at("/staff/set-up/x"),
                fresh.url(&in_language(&first, language)),
            ] {
                browser.goto(&url).await;
                found.extend(faults(browser).await);
            }
            // Nothing filled in: every field is to be mended.
            browser.follow(BUTTON).await;
            assert!(browser.all(".errors a").await.len() >= 3);
            found.extend(faults(browser).await);

            browser.goto(&at("/staff")).await;
            browser.follow(BUTTON).await;
            found.extend(faults(browser).await);
            app.pass_minutes(1);
            browser.goto(&at("/staff")).await;
            browser.enter("#name", "lan.nguyen").await;
            browser.enter("#password", PASSWORD).await;
            browser.follow(BUTTON).await;
            found.extend(faults(browser).await);
            browser.enter("#code", &code(app.now())).await;
            browser.follow(BUTTON).await;
            for path in [
                "/staff",
                "/staff/points",
                "/staff/points/new",
                "/staff/points/22651",
                "/staff/points/22651/name",
                "/staff/points/22651/hours",
                "/staff/points/22651/devices",
                "/staff/points/22651/slips",
                "/staff/points/22651/paper",
                "/staff/links",
                "/staff/points/22651/asking",
                "/staff/points/22651/contact",
                "/staff/points/22651/recordings",
                "/staff/points/22651/recordings/A1/vi",
                "/staff/links/new",
                "/staff/links/remind",
                "/staff/links/stop",
                "/s/22651-sipas",
                "/staff/accounts",
                "/staff/accounts/new",
                "/staff/me",
                "/staff/me/password",
                "/staff/again",
                "/staff/audit",
                "/staff/audit?day=never",
                "/staff/audit?day=1/1/2020",
                "/staff/accounts/x",
                "/staff/reports/22651",
                "/staff/reports/22651/2026.1",
                "/staff/reports/22651/2026.9",
            ] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            browser.goto(&at("/staff/me")).await;
            browser.follow("form[action*=recovery-codes] button").await;
            assert_eq!(browser.all(".shown-once code").await.len(), 10);
            found.extend(faults(browser).await);
            browser.goto(&at("/staff/accounts")).await;
            browser.follow("tbody tr:first-child a").await;
            for act in ["second-factor", "disable"] {
                browser.follow(&format!("form[action*={act}] button")).await;
                found.extend(faults(browser).await);
            }
            assert!(found.is_empty(), "{found:#?}");
        })
        .await;
}
