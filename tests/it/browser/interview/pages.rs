//! The pages around interviews: a sample's results for everybody, and staff's own.

use hailong::staff::Role;

use super::super::every_page::{faults, in_language};
use super::service;
use crate::support::app::NOW;
use crate::support::browser::{Browser, Chromium, DESKTOP, Scripts};
use crate::support::sample::{CODE, response, sync, tablet};
use crate::support::staff::{Member, PASSWORD, code};
use crate::support::submission::{commune, new_id};

async fn sign_in(browser: &Browser, member: &Member<'_>, now: i64) {
    browser.enter("#name", member.account.name.as_str()).await;
    browser.enter("#password", PASSWORD).await;
    browser.follow("main form button:not([type=button])").await;
    browser.enter("#code", &code(now)).await;
    browser.follow("main form button:not([type=button])").await;
}

async fn look_at_everything(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service().await;
    let own = tablet(&app, 1).await;
    for (stratum, psu) in
        [("đồng bằng", "Đông"), ("đồng bằng", "Tây"), ("núi", "Nam"), ("núi", "Bắc")]
    {
        for n in 1..=10_u8 {
            let sent = own.put(&app, &new_id(), &response(stratum, psu, 1 + n % 5), NOW).await;
            assert_eq!(sent.status, 201);
            let told = serde_json::json!([{"psu": psu, "household": n * 3, "status": "answered", "visits": 1}]);
            assert_eq!(sync(&app, &own, &told).await.status, 200);
        }
    }
    app.set_clock("2026-10-16T10:00:00+07:00");
    let scope = hailong::staff::Scope::of_code(&commune()).expect("a commune").to_string();
    let centre = Member::signed_in(&app, "lan", Role::CentreStaff, &scope).await;
    let at = |path: &str| app.url(&in_language(path, language));
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut found = Vec::new();
            let results = format!("/c/{}/samples/{CODE}", commune());
            browser.goto(&at(&results)).await;
            assert_eq!(browser.all("#figures tbody tr").await.len(), 6, "index and components");
            assert_eq!(browser.all("#response tbody tr").await.len(), 3, "two strata and all");
            found.extend(faults(browser).await);
            browser.goto(&at(&format!("{results}/how/index/quick-counter"))).await;
            assert_eq!(browser.all("#r-responses").await.len(), 1);
            found.extend(faults(browser).await);
            browser.goto(&at(&format!("/c/{}", commune()))).await;
            let link = browser.one(&format!("a[href*='{CODE}']")).await;
            assert!(link.text().await.unwrap().contains("Hộ gia đình 2026"));
            app.pass_minutes(1);
            browser.goto(&at("/staff/samples")).await;
            sign_in(browser, &centre, app.now()).await;
            found.extend(faults(browser).await);
            let own = format!("/staff/samples/{CODE}");
            for path in ["/staff/samples/new", &own] {
                browser.goto(&at(path)).await;
                found.extend(faults(browser).await);
            }
            browser.goto(&at("/staff/samples/new")).await;
            browser.enter("#households", "stratum,name\na,b").await;
            browser.follow("main form button:not([type=button])").await;
            assert!(browser.all(".errors a").await.len() >= 4);
            found.extend(faults(browser).await);
            assert_eq!(found, Vec::<String>::new());
        })
        .await;
}

#[tokio::test]
async fn every_page_around_interviews_in_vietnamese_is_accessible_and_fits_every_screen() {
    look_at_everything("").await;
}

#[tokio::test]
async fn every_page_around_interviews_in_english_is_accessible_and_fits_every_screen() {
    look_at_everything("lang=en").await;
}

#[tokio::test]
async fn figures_are_not_shown_while_interviews_go_on() {
    let app = service().await;
    let own = tablet(&app, 1).await;
    assert_eq!(own.put(&app, &new_id(), &response("núi", "Nam", 4), NOW).await.status, 201);
    let path = format!("/c/{}/samples/{CODE}", commune());
    app.set_clock("2026-10-15T23:00:00+07:00");
    let page = app.get(&path).await.text().await.unwrap();
    assert!(
        page.contains("Kết quả được công bố sau ngày đó") && !page.contains("<tbody>"),
        "{page}"
    );
    app.set_clock("2026-10-16T00:00:00+07:00");
    let page = app.get(&path).await.text().await.unwrap();
    assert!(page.contains("chỉ có một hộ trả lời") && !page.contains("<tbody>"), "{page}");
    for nowhere in [format!("/c/00004/samples/{CODE}"), format!("/c/{}/samples/x", commune())] {
        assert_eq!(app.get(&nowhere).await.status(), 404, "{nowhere}");
    }
}
