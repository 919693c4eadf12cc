//! What few citizens meet beside the usual way through the survey: fields of procedures
//! before it, no network, a store that is away, a form sent before or gone, a flood. Each is
//! looked at as the others are, in both languages.

use std::time::Duration;

use hailong::config::Settings;
use hailong::staff::audit::Action;
use serde_json::json;
use surveys::{CentreContact, PointCode, ServiceFields};

use super::citizens::walk_by_tab;
use super::every_page::{faults, in_language};
use super::hand::out_of_hand;
use super::letters::lost;
use super::survey::network;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, PHONE, Scripts};
use crate::support::database::Database;
use crate::support::staff::by_operator;
use crate::support::submission::point;

const NEXT: &str = "button[value=next]";
const SKIP: &str = "button[value=skip]";
/// How many surveys one address may begin in a minute here.
const BEGUN_PER_MINUTE: u32 = 20;

/// A service whose collection point asks for the procedure and has a contact.
async fn service() -> App {
    let settings = Settings { submissions_per_minute: BEGUN_PER_MINUTE, ..Settings::default() };
    let app = App::with(Database::sqlite(), settings);
    let db = app.database().open().await;
    let here = PointCode::parse(&point()).unwrap();
    let fields = ServiceFields::new(&["Đất đai", "Hộ tịch"]).unwrap();
    db.set_service_fields(&here, &fields, &by_operator(1, Action::SetFields)).await.unwrap();
    let contact = CentreContact::parse("0258 3 811 234", "1 Trần Phú", "").unwrap();
    let set = by_operator(2, Action::SetContact);
    db.set_centre_contact(&here, &contact, &set).await.unwrap();
    db.close().await;
    app
}

/// One citizen on the way to what few meet.
struct Way<'a> {
    app: &'a App,
    browser: &'a Browser,
    start: String,
    found: Vec<String>,
}

impl Way<'_> {
    /// Looks at the page that is open, which says `said`.
    async fn look(&mut self, said: &str) {
        let Self { browser, found, .. } = self;
        let heading = browser.text("main").await;
        assert!(heading.contains(said), "“{said}” is not on the page: {heading}");
        found.extend(faults(browser).await);
        browser.resize(PHONE).await;
        found.extend(out_of_hand(browser, said).await);
        found.extend(lost(browser, said).await);
        walk_by_tab(browser).await;
    }

    async fn begin(&self) {
        self.browser.goto(&self.start).await;
        self.browser.follow("main form button").await;
    }

    /// Begins and goes on to the comment.
    async fn to_the_comment(&self) {
        self.begin().await;
        while self.browser.all("textarea").await.is_empty() {
            self.browser.follow(SKIP).await;
        }
    }

    /// Without a network the answer stays, and goes by itself later.
    async fn without_a_network(&mut self, said: &str) {
        self.begin().await;
        // The one that Tab comes to, chosen or not.
        self.browser.click("label[for=answer-1]").await;
        self.browser.until("document.querySelector('form').dataset.survey === 'open'").await;
        network(self.browser, false).await;
        self.browser.click(NEXT).await;
        self.browser.until("!document.getElementById('offline').hidden").await;
        self.look(said).await;
        network(self.browser, true).await;
        let at_the_second = |place: String| place.split('?').any(|part| part.ends_with("/2"));
        let arrived = async { while !at_the_second(self.browser.place().await) {} };
        let arrived = tokio::time::timeout(Duration::from_secs(30), arrived).await;
        assert!(arrived.is_ok(), "it goes by itself");
        self.browser.until("document.readyState === 'complete'").await;
    }

    /// The answer cannot be stored; then it can.
    async fn without_a_store(&mut self, said: &str) {
        let backdoor = self.app.database().backdoor().await;
        backdoor.execute("alter table drafts rename to drafts_away").await;
        self.browser.follow(SKIP).await;
        self.look(said).await;
        backdoor.execute("alter table drafts_away rename to drafts").await;
        backdoor.close().await;
    }

    /// More was written than is taken; then it is shorter, looked at and sent.
    async fn too_long(&mut self, said: [&str; 2]) {
        self.to_the_comment().await;
        let long = "document.querySelector('textarea').value = 'Nhanh và gọn. '.repeat(1000)";
        self.browser.run(long).await;
        self.browser.follow(NEXT).await;
        self.look(said[0]).await;
        self.browser.run("document.querySelector('textarea').value = 'Nhanh và gọn.'").await;
        self.browser.follow(NEXT).await;
        self.browser.follow(NEXT).await;
        self.look(said[1]).await;
    }

    /// The receipt of a form that was sent before with other answers.
    async fn sent_before(&mut self, said: &str) {
        let done = self.browser.place().await;
        self.browser.goto(&self.app.url(&done.replace("/done", "/sent-before"))).await;
        let title = self.browser.title().await;
        assert!(title.starts_with(said.trim_end_matches('.')), "the title says the same: {title}");
        self.look(said).await;
    }

    /// What was begun is gone, and what was typed is not.
    async fn gone(&mut self, said: &str) {
        self.to_the_comment().await;
        self.browser.enter("textarea", "Nhanh và gọn, xin cảm ơn").await;
        let backdoor = self.app.database().backdoor().await;
        backdoor.execute("delete from drafts").await;
        backdoor.close().await;
        self.browser.follow(NEXT).await;
        let kept = self.browser.one("#typed").await.prop("value").await.unwrap();
        assert_eq!(kept.as_deref(), Some("Nhanh và gọn, xin cảm ơn"));
        self.look(said).await;
    }

    /// Too many begin from one address.
    async fn flood(&mut self, said: &str) {
        loop {
            for _ in 0..=BEGUN_PER_MINUTE {
                self.app
                    .request(reqwest::Method::POST, &format!("/s/{}", point()))
                    .send()
                    .await
                    .unwrap();
            }
            self.begin().await;
            // On a machine so slow that one more was let in meanwhile.
            if self.browser.all("fieldset").await.is_empty() {
                break;
            }
        }
        self.look(said).await;
    }
}

/// What the pages say, in one language.
struct Said {
    language: &'static str,
    field: &'static str,
    offline: &'static str,
    unsaved: &'static str,
    too_long: &'static str,
    contact: &'static str,
    before: &'static str,
    gone: &'static str,
    flood: &'static str,
}

async fn everything(said: Said) {
    let Some(chromium) = Chromium::shared() else { return };
    let mut app = service().await;
    app.expects("an answer could not be kept");
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            let start = app.url(&in_language(&format!("/s/{}", point()), said.language));
            let mut way = Way { app: &app, browser, start, found: Vec::new() };
            browser.goto(&way.start).await;
            way.look(said.field).await;
            way.without_a_network(said.offline).await;
            way.without_a_store(said.unsaved).await;
            way.too_long([said.too_long, said.contact]).await;
            way.sent_before(said.before).await;
            way.gone(said.gone).await;
            way.flood(said.flood).await;
            assert_eq!(json!(way.found), json!([]));
        })
        .await;
}

#[tokio::test]
async fn every_page_beside_the_survey_in_vietnamese_is_in_order() {
    everything(Said {
        language: "",
        field: "Đất đai",
        offline: "vẫn còn trên trang này",
        unsaved: "Câu trả lời này chưa được lưu",
        too_long: "viết ngắn lại",
        contact: "0258 3 811 234",
        before: "Phiếu này đã được gửi trước đó.",
        gone: "Phiếu đang trả lời không còn nữa",
        flood: "Xin chờ một chút",
    })
    .await;
}

#[tokio::test]
async fn every_page_beside_the_survey_in_english_is_in_order() {
    everything(Said {
        language: "lang=en",
        field: "Hộ tịch",
        offline: "still on this page",
        unsaved: "This answer is not stored yet",
        too_long: "Shorten the text",
        contact: "0258 3 811 234",
        before: "This form was sent before.",
        gone: "The answers you had begun are gone",
        flood: "Please wait a moment",
    })
    .await;
}
