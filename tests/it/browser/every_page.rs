//! Every page and state, in both languages: no accessibility violation, nothing
//! wider than the screen, no script or style of its own inside.

use futures_util::FutureExt;

use super::public;
use crate::support::answers;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, NARROW, PHONE, Screen, Scripts, TABLET};
use crate::support::database::Database;
use crate::support::province;
use crate::support::submission::{commune, point};

#[tokio::test]
async fn every_page_in_vietnamese_is_accessible_and_fits_every_screen() {
    look_at_everything("").await;
}

#[tokio::test]
async fn every_page_in_english_is_accessible_and_fits_every_screen() {
    look_at_everything("lang=en").await;
}

#[tokio::test]
async fn simulated_data_is_named_on_every_page() {
    let Some(chromium) = Chromium::shared() else { return };
    let database = Database::sqlite();
    answers::month(&database, &point(), 40).await;
    let app = App::simulated(database);
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            for (path, said) in [("/", "DỮ LIỆU MÔ PHỎNG"), ("/?lang=en", "SIMULATED DATA")]
            {
                browser.goto(&app.url(path)).await;
                assert!(browser.text(".simulated").await.contains(said));
            }
            for path in [
                format!("/s/{}", point()),
                format!("/c/{}?period=2026-09", commune()),
                format!("/province/{}?period=2026-09", province::code()),
                "/nothing".into(),
            ] {
                assert_eq!(look_at(browser, &app, &path).await, Vec::<String>::new());
                assert!(browser.text(".simulated").await.contains("DỮ LIỆU MÔ PHỎNG"), "{path}");
            }
        })
        .await;
}

#[tokio::test]
async fn the_look_itself_sees_planted_faults() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            assert_eq!(look_at(browser, &app, "/").await, Vec::<String>::new());
            // Wider than a phone by as little as 40 px too, which it would show from further away.
            for (width, seen) in [(2_000, "px too wide at 1366 px"), (400, "px too wide at 360 px")] {
                let plant = format!(
                    "const wide = document.createElement('div');
                     wide.style.width = '{width}px';
                     wide.append(document.createElement('img'));
                     document.querySelector('main').replaceChildren(wide);"
                );
                browser.run(&plant).await;
                let faults = faults(browser).await.join("\n");
                assert!(faults.contains(seen) && faults.contains("image-alt"), "{faults}");
            }
            browser.goto(&app.url("/")).await;
            // Letters over a picture: what is behind them axe cannot say.
            let pictured = "document.querySelector('.lead').style.backgroundImage = 'linear-gradient(red, blue)'";
            browser.run(pictured).await;
            let found = browser.violations().await.join("\n");
            assert!(found.contains("undecided, look at it: color-contrast"), "{found}");
        })
        .await;
}

#[tokio::test]
async fn what_axe_cannot_decide_is_on_the_list_of_what_was_looked_at() {
    let Some(chromium) = Chromium::shared() else { return };
    let database = Database::sqlite();
    answers::month(&database, &point(), 150).await;
    let app = App::spawn(database);
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            browser.goto(&app.url(&format!("/c/{}?period={}", commune(), answers::MONTH))).await;
            assert_eq!(browser.undecided().await.len(), 1, "letters on a chart, and nothing else");
            assert_eq!(browser.violations().await, Vec::<String>::new());
        })
        .await;
}

#[tokio::test]
async fn what_a_page_tries_against_its_policy_is_noted_and_fails_a_journey() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let plant = |inner: &str| {
        format!(
            "const planted = document.createElement('script');
             {inner};
             document.body.append(planted);"
        )
    };
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            browser.goto(&app.url("/")).await;
            assert_eq!(browser.breaches().await, Vec::<String>::new());
            for planted in [
                "planted.textContent = 'window.ran = true'",
                "planted.src = 'https://127.0.0.1:1/x.js'",
            ] {
                browser.run(&plant(planted)).await;
                // Also when the page is left: nothing is forgotten on the way.
                browser.goto(&app.url("/nothing")).await;
                assert_eq!(browser.run("return window.ran").await, serde_json::Value::Null);
                let breaches = browser.breaches().await.join("\n");
                assert!(breaches.contains("Content Security Policy"), "{planted}: {breaches}");
            }
        })
        .await;
    let journey = chromium.journey(PHONE, Scripts::On, async |browser| {
        browser.goto(&app.url("/")).await;
        browser.run(&plant("planted.textContent = '0'")).await;
    });
    let failed = std::panic::AssertUnwindSafe(journey).catch_unwind().await;
    let told = *failed.expect_err("the journey fails").downcast::<String>().expect("a text");
    assert!(told.contains("a page tried what its policy forbids"), "{told}");
}

async fn look_at_everything(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, _) = public::service(Database::sqlite()).await;
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut faults = Vec::new();
            for path in public::paths() {
                faults.extend(look_at(browser, &app, &in_language(&path, language)).await);
            }
            faults.extend(look_at_the_survey(browser, &app, language).await);
            assert!(faults.is_empty(), "{faults:#?}");
        })
        .await;
}

pub(super) fn in_language(path: &str, language: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    if language.is_empty() { path.to_owned() } else { format!("{path}{mark}{language}") }
}

/// Each question as it is met, and as it looks when nothing was chosen.
async fn look_at_the_survey(browser: &Browser, app: &App, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    browser.goto(&app.url(&in_language(&format!("/s/{}", point()), language))).await;
    browser.follow("main form button").await;
    let mut titles = Vec::new();
    while !browser.all("button[value=next]").await.is_empty() {
        found.extend(faults(browser).await);
        titles.push(browser.title().await);
        if browser.all("textarea").await.is_empty() {
            browser.follow("button[value=next]").await;
            assert_eq!(browser.all(".errors[aria-labelledby]").await.len(), 1);
            found.extend(faults(browser).await);
            // After a low answer it is asked what was not good.
            let is_first = titles.len() == 1;
            if is_first {
                browser.click("label[for=answer-1]").await;
            }
            let press = if is_first { "next" } else { "skip" };
            browser.follow(&format!("button[value={press}]")).await;
            continue;
        }
        browser.enter("textarea", "Nhanh và gọn").await;
        browser.follow("button[value=next]").await;
        browser.run("document.getElementById('offline').hidden = false").await;
        found.extend(faults(browser).await);
        assert_eq!(browser.all(".answers").await.len(), 1);
        browser.follow("button[value=next]").await;
    }
    found.extend(faults(browser).await);
    assert_eq!(browser.all(".receipt").await.len(), 1);
    assert_eq!(titles.len(), 7, "six questions and what was not good: {titles:?}");
    let unlike = titles.len();
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), unlike, "each page has a title of its own");
    found
}

async fn look_at(browser: &Browser, app: &App, path: &str) -> Vec<String> {
    browser.goto(&app.url(path)).await;
    faults(browser).await
}

/// What is wrong with the page that is open, on any size of screen.
pub(super) async fn faults(browser: &Browser) -> Vec<String> {
    faults_on(browser, &[NARROW, PHONE, TABLET, DESKTOP], &[PHONE, DESKTOP]).await
}

/// What is wrong with the page that is open on these `screens`; axe looks at it on those
/// `in_depth`.
pub(super) async fn faults_on(
    browser: &Browser,
    screens: &[Screen],
    in_depth: &[Screen],
) -> Vec<String> {
    let place = browser.place().await;
    let mut faults = Vec::new();
    if browser.title().await.is_empty() {
        faults.push(format!("{place} has no title"));
    }
    if browser.all("h1").await.len() != 1 {
        faults.push(format!("{place} has not one main heading"));
    }
    let own =
        "return document.querySelectorAll('script:not([src]), style, [style], [onclick]').length";
    if browser.run(own).await != 0 {
        faults.push(format!("{place} has a script or style of its own"));
    }
    for screen in screens {
        browser.resize(*screen).await;
        // What can be unfolded must fit too. The navigation of staff opens over the page: its
        // own test looks at it.
        let unfold = "document.querySelectorAll('main details').forEach(d => d.open = true)";
        browser.run(unfold).await;
        let (over, out) = browser.overflow().await;
        if over > 0 {
            faults.push(format!("{place} is {over} px too wide at {} px: {out}", screen.width));
        }
        if in_depth.contains(screen) {
            let found = browser.violations().await.into_iter();
            faults.extend(found.map(|v| format!("{place} at {} px: {v}", screen.width)));
        }
    }
    faults
}
