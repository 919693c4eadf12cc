//! A citizen scans the code on the slip of a visit.

use hailong::clock::Clock;
use surveys::VisitToken;

use crate::support::app::App;
use crate::support::browser::{Chromium, NARROW, PHONE, Scripts};
use crate::support::database::Database;
use crate::support::staff::by_operator;
use crate::support::submission::point;
use hailong::staff::audit::Action;

#[tokio::test]
async fn a_slip_is_good_once_and_the_second_time_it_is_told_kindly() {
    let Some(chromium) = Chromium::shared() else { return };
    let database = Database::sqlite();
    let token = VisitToken::new(Clock::System.salt());
    let db = database.open().await;
    let here = point().parse().unwrap();
    db.add_visits(
        &here,
        Clock::System.new_id(),
        std::slice::from_ref(&token),
        &by_operator(crate::support::app::now(), Action::MakeSlips),
    )
    .await
    .unwrap();
    db.close().await;
    let app = App::spawn(database);
    let slip = app.url(&format!("/s/{}?v={token}", point()));
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&slip).await;
            assert!(browser.all(".note").await.is_empty());
            // Back on the first question leads to the start with the slip's token.
            browser.follow("main form button").await;
            assert!(!browser.place().await.contains(&token.to_string()));
            browser.back().await;
            browser.follow("main form button").await;
            // Five ratings and a comment: who rates nothing is not asked what was not good.
            for _ in 0..6 {
                browser.follow("button[value=skip]").await;
            }
            assert!(browser.text("h1").await.contains("Đã ghi nhận"));
        })
        .await;
    let verified = "select count(*) from responses where verified_visit = 1";
    assert_eq!(app.database().backdoor().await.number(verified).await, 1);
    chromium
        .journey(NARROW, Scripts::On, async |browser| {
            for (language, said) in
                [("", "Phiếu này đã được gửi."), ("&lang=en", "This slip has been used.")]
            {
                browser.goto(&format!("{slip}{language}")).await;
                assert!(browser.text(".note").await.contains(said));
                assert_eq!(browser.violations().await, Vec::<String>::new());
                assert!(browser.overflow().await.0 <= 0);
            }
            browser.follow("main form button").await;
            assert!(browser.place().await.contains("/1"), "the survey goes on");
        })
        .await;
}
