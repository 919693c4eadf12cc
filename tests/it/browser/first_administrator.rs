//! The way in, in a real browser without a script: the first administrator by the link that
//! the program prints, the first account by the link that they give, and a lost phone that
//! two administrators replace.

use hailong::clock::Clock;
use hailong::staff::Role;
use hailong::staff::totp::{STEP_MILLIS, Secret};

use super::every_page::faults;
use super::staff::{sign_in, sign_in_as};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::process::Serving;
use crate::support::staff::{PASSWORD, account, secret, set_up};

const BUTTON: &str = "main form button[type=submit]";

on_both_databases![
    the_first_administrator_and_their_first_account_come_in_without_a_script,
    two_administrators_replace_a_lost_phone_without_a_script,
];

/// A phone that has read a secret.
struct Authenticator {
    secret: Secret,
    /// The step of the last code that was typed; each is good once.
    last: i64,
}

impl Authenticator {
    /// One that reads the secret on the page that is open.
    async fn reading(browser: &Browser) -> Self {
        assert_eq!(browser.all("img.qr").await.len(), 1, "or scans it");
        Self { secret: secret(&browser.text(".secret").await), last: 0 }
    }

    /// What it shows at `now`; right after a code was typed, the one that follows.
    fn code(&mut self, now: i64) -> String {
        self.last = now.div_euclid(STEP_MILLIS).max(self.last + 1);
        format!("{:06}", self.secret.code(self.last))
    }
}

/// Fails unless the page that is open is accessible and fits every screen.
async fn in_order(browser: &Browser) {
    let found = faults(browser).await;
    assert!(found.is_empty(), "{found:#?}");
}

/// Chooses a password and takes the secret in, on the page of a one-time link; ends with the
/// recovery codes.
async fn set_up_at(browser: &Browser, now: i64) -> Authenticator {
    in_order(browser).await;
    let mut phone = Authenticator::reading(browser).await;
    browser.enter("#password", PASSWORD).await;
    browser.enter("#repeated", PASSWORD).await;
    browser.enter("#code", &phone.code(now)).await;
    browser.follow(BUTTON).await;
    assert_eq!(browser.all(".shown-once code").await.len(), 10, "recovery codes");
    in_order(browser).await;
    browser.follow("main a.button").await;
    phone
}

/// Signs in with a code of `phone`.
async fn sign_in_with(browser: &Browser, name: &str, phone: &mut Authenticator, now: i64) {
    browser.enter("#name", name).await;
    browser.enter("#password", PASSWORD).await;
    browser.follow(BUTTON).await;
    browser.enter("#code", &phone.code(now)).await;
    browser.follow(BUTTON).await;
    assert_eq!(browser.place().await, "/staff");
}

/// The link that the page that is open shows once.
async fn link_shown(browser: &Browser) -> String {
    let shown = browser.text(".shown-once code").await;
    let (_, token) = shown.split_once("/staff/set-up/").expect("a one-time link");
    format!("/staff/set-up/{token}")
}

async fn the_first_administrator_and_their_first_account_come_in_without_a_script(
    database: Database,
) {
    let Some(chromium) = Chromium::shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().to_str().unwrap();
    let options = ["--database", database.url(), "--data-dir", kept];
    let mut serving = Serving::with(&options);
    let printed = serving.announced("http://127.0.0.1", "/staff/set-up/");
    let (home, _) = printed.split_once("/staff/").unwrap();
    let now = || Clock::System.now();
    let given = std::cell::OnceCell::new();
    chromium
        .journey(DESKTOP, Scripts::Off, async |browser| {
            browser.goto(&printed).await;
            browser.enter("#full_name", "Lê Văn Quản").await;
            browser.enter("#name", "quan.tri").await;
            let mut phone = set_up_at(browser, now()).await;
            sign_in_with(browser, "quan.tri", &mut phone, now()).await;
            in_order(browser).await;
            browser.goto(&format!("{home}/staff/accounts")).await;
            browser.follow("main a.button").await;
            for (field, text) in
                [("#full_name", "Nguyễn Thị Bưởi"), ("#name", "buoi"), ("#unit", "22651")]
            {
                browser.enter(field, text).await;
            }
            browser.one("#role").await.select_by_value("centre-staff").await.unwrap();
            browser.follow(BUTTON).await;
            in_order(browser).await;
            given.set(link_shown(browser).await).unwrap();
            browser.follow("main a.button").await;
            assert_eq!(browser.text("h1").await, "Nguyễn Thị Bưởi");
            // The first link was good once.
            browser.goto(&printed).await;
            assert!(browser.all("#password").await.is_empty());
            in_order(browser).await;
        })
        .await;
    let given = format!("{home}{}", given.get().expect("a link"));
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&given).await;
            let name = browser.one("#name").await.prop("value").await.unwrap();
            assert_eq!(name.as_deref(), Some("buoi"));
            let mut phone = set_up_at(browser, now()).await;
            sign_in_with(browser, "buoi", &mut phone, now()).await;
            assert!(browser.text(".who").await.contains("Nguyễn Thị Bưởi"));
            browser.goto(&given).await;
            assert!(browser.all("#password").await.is_empty(), "this link too was good once");
        })
        .await;
    assert_eq!(serving.terminate(), 0);
}

async fn two_administrators_replace_a_lost_phone_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(database);
    let db = app.database().open().await;
    let mai = account("mai.le", Role::Leader, "/56/22651/");
    set_up(&db, &mai, app.now(), Vec::new()).await;
    for name in ["lan.nguyen", "hoa.tran"] {
        let one = account(name, Role::Administrator, "/56/22651/");
        set_up(&db, &one, app.now(), Vec::new()).await;
    }
    db.close().await;
    let of_mai = app.url(&format!("/staff/accounts/{}", mai.id));
    let button = "form[action$='/second-factor'] button";
    let given = std::cell::OnceCell::new();
    chromium
        .journey(PHONE, Scripts::Off, async |lost| {
            lost.goto(&app.url("/staff")).await;
            sign_in_as(lost, &app, "mai.le").await;
            chromium
                .journey(DESKTOP, Scripts::Off, async |first| {
                    first.goto(&of_mai).await;
                    sign_in(first, &app).await;
                    first.follow(button).await;
                    assert!(first.all(".shown-once").await.is_empty(), "one alone gets no link");
                    in_order(first).await;
                })
                .await;
            chromium
                .journey(DESKTOP, Scripts::Off, async |second| {
                    second.goto(&of_mai).await;
                    sign_in_as(second, &app, "hoa.tran").await;
                    assert!(
                        second.text("main").await.contains("lan.nguyen đã đề nghị"),
                        "who asked"
                    );
                    in_order(second).await;
                    second.follow(button).await;
                    in_order(second).await;
                    given.set(link_shown(second).await).unwrap();
                })
                .await;
            lost.goto(&app.url(given.get().expect("a link"))).await;
            let mut phone = set_up_at(lost, app.now()).await;
            // What was open on the lost phone has ended.
            lost.goto(&app.url("/staff")).await;
            assert!(lost.place().await.starts_with("/staff/sign-in"));
            sign_in_with(lost, "mai.le", &mut phone, app.now()).await;
        })
        .await;
}
