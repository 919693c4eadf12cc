//! A fault of ours: a handler panics, because the clock of the service is set to a moment
//! from which nothing can be subtracted.

use hailong::staff::Role;

use crate::support::app::{App, NOW};
use crate::support::database::Database;
use crate::support::device::Tablet;
use crate::support::staff::Member;
use crate::support::submission::{good_but, new_id};

#[tokio::test]
#[cfg_attr(not(debug_assertions), ignore = "an overflow panics in a debug build only")]
async fn a_panic_ends_one_request_with_a_500_and_the_program_goes_on() {
    let mut app = App::spawn(Database::sqlite());
    app.expects("a request panicked");
    let tablet = Tablet::enrolled(&app).await;
    let answered = good_but("channel", "kiosk".into());
    let lan = Member::signed_in(&app, "lan.nguyen", Role::Leader, "/56/22651/").await;

    app.break_clock();
    let id = new_id();
    for _ in 0..3 {
        let refused = tablet.put(&app, &id, &answered, NOW).await;
        assert_eq!(refused.problem(500, "internal"), []);
        assert!(refused.body["detail"].as_str().is_some_and(|t| t.contains("trục trặc")));
    }
    for (query, heading) in [("", "Chưa làm được trang này"), ("?lang=en", "This page could not")]
    {
        let answer = lan.get(&format!("/staff{query}")).await;
        assert_eq!(answer.status(), 500);
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let page = answer.text().await.unwrap();
        assert!(page.contains(heading) && page.contains("href=\"/staff\""), "{page}");
        assert!(!page.contains("panicked") && !page.contains("overflow"), "{page}");
    }

    app.set_clock(NOW);
    assert_eq!(tablet.put(&app, &id, &answered, NOW).await.status, 201);
    assert_eq!(lan.get("/staff").await.status(), 200);
    assert_eq!(app.database().count("responses").await, 1);
}
