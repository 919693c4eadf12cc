//! A citizen answers on a phone.

use std::time::Duration;

use serde_json::json;
use surveys::response::Raw;

use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::postgres::Server;
use crate::support::submission::{commune, point};

on_both_databases![the_whole_quick_survey_is_answered_and_counted];

const NEXT: &str = "button[value=next]";
/// The form takes taps: none that comes too soon to be meant.
const OPEN: &str = "document.querySelector('form').dataset.survey === 'open'";
const SKIP: &str = "button[value=skip]";

/// How many questions the quick survey asks everybody, the comment among them.
const QUESTIONS: usize = 6;
/// The last part of the address of the comment: before it stands what not everybody is asked.
const COMMENT: usize = 7;

async fn begin(browser: &Browser, app: &App) {
    browser.goto(&app.url(&format!("/s/{}", point()))).await;
    browser.follow("main form button").await;
    assert!(browser.place().await.ends_with("/1"), "the first question comes");
}

/// What the form has as chosen now.
async fn chosen(browser: &Browser) -> Vec<String> {
    let mut values = Vec::new();
    for input in browser.all("main input").await {
        if input.is_selected().await.unwrap() {
            values.push(input.attr("value").await.unwrap().unwrap());
        }
    }
    values
}

/// One question a screen, nothing preselected, its number in the title.
async fn is_a_fresh_question(browser: &Browser, number: usize) {
    let place = if number == QUESTIONS { COMMENT } else { number };
    assert!(browser.place().await.ends_with(&format!("/{place}")));
    let title = browser.title().await;
    assert!(title.starts_with(&format!("Câu {number}/{QUESTIONS} – ")), "{title}");
    assert_eq!(browser.all("fieldset").await.len(), 1);
    assert_eq!(browser.all("fieldset legend h1").await.len(), 1);
    assert_eq!(chosen(browser).await, Vec::<String>::new(), "nothing is preselected");
}

/// The tile of `value`, as a finger would press it.
async fn press(browser: &Browser, value: u32) {
    browser.click(&format!("label[for=answer-{value}]")).await;
}

async fn the_whole_quick_survey_is_answered_and_counted(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(database);
    chromium
        .journey(PHONE, Scripts::On, async |browser| answer_everything(browser, &app).await)
        .await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| answer_everything(browser, &app).await)
        .await;
    let stored = app.database().count("responses").await;
    let documents = app.database().backdoor().await.texts("select document from responses").await;
    for document in &documents {
        let document = surveys::response::Document::read(document).unwrap();
        assert_eq!(document.channel, "qr");
        assert_eq!(
            document.answers[..2],
            [("A1", Raw::Value(4)), ("A2", Raw::Value(9))],
            "the answer changed after Back is the one kept"
        );
        assert_eq!(document.comment.as_deref(), Some("Cán bộ hướng dẫn tận tình."));
    }
    assert_eq!(stored, 2);
    assert_eq!(app.database().count("drafts").await, 0);
}

async fn answer_everything(browser: &Browser, app: &App) {
    let before = app.database().count("responses").await;
    begin(browser, app).await;
    is_a_fresh_question(browser, 1).await;
    press(browser, 5).await;
    browser.follow(NEXT).await;
    is_a_fresh_question(browser, 2).await;

    // The browser's own Back and the page's both bring the answer back.
    browser.back().await;
    assert_eq!(chosen(browser).await, ["5"]);
    browser.follow(NEXT).await;
    browser.follow("p.back a").await;
    assert!(browser.place().await.ends_with("/1"));
    assert_eq!(chosen(browser).await, ["5"]);
    press(browser, 4).await;
    browser.follow(NEXT).await;

    press(browser, 9).await;
    browser.follow(NEXT).await;
    for (number, value) in [(3, 3), (4, 3), (5, 2)] {
        is_a_fresh_question(browser, number).await;
        press(browser, value).await;
        browser.follow(NEXT).await;
    }
    let title = browser.title().await;
    assert!(title.starts_with("Câu hỏi thêm – Điều gì chưa tốt?"), "{title}");
    assert_eq!(chosen(browser).await, Vec::<String>::new(), "nothing is preselected");
    press(browser, 1).await;
    press(browser, 3).await;
    browser.follow(NEXT).await;
    is_a_fresh_question(browser, QUESTIONS).await;
    assert_eq!(browser.text(NEXT).await, "Xem lại và gửi");
    browser.enter("textarea", "Cán bộ hướng dẫn tận tình.").await;
    browser.follow(NEXT).await;

    // Everything is looked at once more, and one answer changed.
    assert!(browser.place().await.ends_with("/check"));
    let answers = browser.texts(".answers dd:not(.change)").await;
    assert_eq!(answers.len(), QUESTIONS + 1);
    assert_eq!(answers[5], "Chờ lâu; Giấy tờ khó hiểu");
    assert_eq!(answers[1], "Không có ý kiến");
    assert_eq!(answers[6], "Cán bộ hướng dẫn tận tình.");
    browser.follow("[aria-label='Sửa câu 3']").await;
    assert_eq!(chosen(browser).await, ["3"]);
    press(browser, 4).await;
    browser.follow(NEXT).await;
    assert_eq!(browser.texts(".answers dd:not(.change)").await[2], "Hài lòng");
    assert_eq!(
        app.database().count("responses").await,
        before,
        "nothing is stored before it is sent"
    );
    browser.follow(NEXT).await;

    assert_eq!(browser.text("h1").await, "Đã ghi nhận ý kiến. Cảm ơn ông/bà.");
    let receipt = browser.text(".receipt").await;
    assert!(receipt.len() == 9 && receipt.as_bytes()[4] == b'-', "{receipt}");
    let done = browser.place().await;
    assert!(done.ends_with("/done"), "{done}");
    assert_eq!(app.database().count("responses").await, before + 1);
    let id = done.rsplit('/').nth(1).unwrap().parse().unwrap();
    let stored = app.database().open().await.receipt(id).await.unwrap();
    assert_eq!(stored.unwrap().to_string(), receipt);

    // Neither loading it again nor Back and sending again adds anything.
    browser.reload().await;
    assert_eq!(browser.text(".receipt").await, receipt);
    browser.back().await;
    if browser.all(NEXT).await.len() == 1 {
        browser.follow(NEXT).await;
    }
    assert_eq!(app.database().count("responses").await, before + 1);
    browser.goto(&app.url(&done)).await;
    assert_eq!(browser.text(".receipt").await, receipt, "the receipt can be bookmarked");

    browser.follow("main a.button").await;
    assert!(browser.place().await.starts_with(&format!("/c/{}", commune())));
    // It counts from tomorrow on.
    app.pass_minutes(24 * 60);
    browser.reload().await;
    let said = browser.text(".said").await;
    assert!(said.contains("tạm chưa công bố"), "the answer is counted, and one alone: {said}");
}

#[tokio::test]
async fn who_skips_everything_still_reaches_the_end() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            begin(browser, &app).await;
            for number in 1..=QUESTIONS {
                is_a_fresh_question(browser, number).await;
                browser.follow(SKIP).await;
            }
            assert_eq!(browser.text("h1").await, "Đã ghi nhận ý kiến. Cảm ơn ông/bà.");
        })
        .await;
    let documents = app.database().backdoor().await.texts("select document from responses").await;
    assert_eq!(documents.len(), 1);
    assert_eq!(surveys::response::Document::read(&documents[0]).unwrap().answers, []);
}

#[tokio::test]
async fn who_chooses_nothing_is_told_what_to_do_and_where() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            begin(browser, &app).await;
            let heading = browser.text("h1").await;
            browser.follow(NEXT).await;
            assert!(browser.title().await.starts_with("Lỗi: Câu 1/"), "{}", browser.title().await);
            assert_eq!(browser.text("h1").await, heading, "it is the same question");
            assert_eq!(
                browser.text(".errors[aria-labelledby] h2").await,
                "Xin ông/bà xem lại câu này"
            );
            let focused = browser.run("return document.activeElement.className").await;
            assert_eq!(focused, json!("errors"), "the summary has the focus");
            let told = browser.text(".errors[aria-labelledby] a").await;
            assert_eq!(told, browser.text("#error").await, "the same words beside the question");
            assert!(told.starts_with("Mời ông/bà chọn"), "it begins with what to do: {told}");
            let link = browser
                .one(".errors[aria-labelledby] a")
                .await
                .attr("href")
                .await
                .unwrap()
                .unwrap();
            assert_eq!(browser.all(&link).await.len(), 1, "{link} leads somewhere");
            press(browser, 2).await;
            browser.follow(NEXT).await;
            is_a_fresh_question(browser, 2).await;
        })
        .await;
}

#[tokio::test]
async fn when_the_database_is_away_the_answer_stays_on_the_page_and_goes_in_later() {
    let Some(chromium) = Chromium::shared() else { return };
    let Some(server) = Server::start() else { return };
    let mut app = App::spawn(Database::postgres_in(&server).await);
    app.expects("an answer could not be kept");
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            begin(browser, &app).await;
            press(browser, 5).await;
            server.crash();
            browser.follow(NEXT).await;
            assert!(
                browser
                    .text(".errors[aria-labelledby]")
                    .await
                    .contains("Chưa lưu được. Xin bấm lại sau ít giây.")
            );
            assert_eq!(chosen(browser).await, ["5"], "the answer is still there");
            server.come_back();
            browser.follow(NEXT).await;
            is_a_fresh_question(browser, 2).await;
            for _ in 2..QUESTIONS {
                browser.follow(SKIP).await;
            }
            browser.enter("textarea", "Vẫn còn đây").await;
            server.crash();
            browser.follow(NEXT).await;
            assert!(browser.text(".errors[aria-labelledby]").await.contains("Chưa lưu được"));
            assert_eq!(
                browser.one("textarea").await.prop("value").await.unwrap().as_deref(),
                Some("Vẫn còn đây")
            );
            server.come_back();
            browser.follow(NEXT).await;
            browser.follow(NEXT).await;
            assert_eq!(browser.all(".receipt").await.len(), 1);
        })
        .await;
    let documents = app.database().backdoor().await.texts("select document from responses").await;
    assert_eq!(documents.len(), 1);
    let document = surveys::response::Document::read(&documents[0]).unwrap();
    assert_eq!(
        (document.answers.first(), document.comment.as_deref()),
        (Some(&("A1", Raw::Value(5))), Some("Vẫn còn đây"))
    );
}

#[tokio::test]
async fn pressing_send_twice_at_once_stores_one_response() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            begin(browser, &app).await;
            for _ in 1..QUESTIONS {
                browser.follow(SKIP).await;
            }
            browser.enter("textarea", "Xin cảm ơn").await;
            browser.follow(NEXT).await;
            let form = browser.place().await;
            let send = || async {
                let request = app.request(reqwest::Method::POST, &form);
                let request = request.header("content-type", "application/x-www-form-urlencoded");
                let answer = request.body("press=next").send().await.unwrap();
                (
                    answer.status().as_u16(),
                    answer.headers()["location"].to_str().unwrap().to_owned(),
                )
            };
            let answers = futures_util::future::join_all((0..10).map(|_| send())).await;
            assert!(answers.iter().all(|a| a.0 == 303 && a.1.contains("/done")), "{answers:?}");
        })
        .await;
    assert_eq!(app.database().count("responses").await, 1);
}

#[tokio::test]
async fn a_citizen_who_reads_english_stays_in_english() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url(&format!("/s/{}?lang=en", point()))).await;
            browser.follow("main form button").await;
            for number in 1..=QUESTIONS {
                let title = browser.title().await;
                assert!(title.starts_with(&format!("Question {number}/{QUESTIONS} – ")), "{title}");
                assert_eq!(
                    browser.one("html").await.attr("lang").await.unwrap().as_deref(),
                    Some("en")
                );
                browser.follow(SKIP).await;
            }
            let done = browser.text("h1").await;
            assert!(done.contains("Thank you"), "{done}");
            browser.follow("main a.button").await;
            assert_eq!(
                browser.one("html").await.attr("lang").await.unwrap().as_deref(),
                Some("en")
            );
        })
        .await;
}

/// Nobody is reachable, or somebody is again.
pub(super) async fn network(browser: &Browser, reachable: bool) {
    let conditions = json!({
        "offline": !reachable, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    browser.command("Network.enable", json!({})).await;
    browser.command("Network.emulateNetworkConditions", conditions).await;
}

#[tokio::test]
async fn without_a_network_the_answer_stays_and_goes_by_itself_once_there_is_one() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            begin(browser, &app).await;
            press(browser, 5).await;
            network(browser, false).await;
            browser.until(OPEN).await;
            browser.click(NEXT).await;
            browser.until("!document.getElementById('offline').hidden").await;
            assert!(browser.text("#offline").await.contains("vẫn còn trên trang này"));
            assert_eq!(chosen(browser).await, ["5"]);
            assert!(browser.place().await.ends_with("/1"), "nothing is said to be done");
            network(browser, true).await;
            let arrived = async { while !browser.place().await.ends_with("/2") {} };
            let arrived = tokio::time::timeout(Duration::from_secs(30), arrived).await;
            assert!(arrived.is_ok(), "it goes by itself");
            is_a_fresh_question(browser, 2).await;
        })
        .await;
}

#[tokio::test]
async fn a_page_of_somebody_else_is_no_receipt() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            begin(browser, &app).await;
            press(browser, 5).await;
            // A network that wants a password answers every address with its own page.
            browser.run("document.querySelector('form').action = '/assets/nothing'").await;
            browser.until(OPEN).await;
            browser.click(NEXT).await;
            browser.until("!document.getElementById('offline').hidden").await;
            assert!(browser.place().await.ends_with("/1"));
            assert_eq!(chosen(browser).await, ["5"]);
        })
        .await;
}

#[tokio::test]
async fn a_choice_not_sent_yet_goes_along_when_the_reader_turns_back() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            begin(browser, &app).await;
            press(browser, 5).await;
            browser.follow(".tongues a").await;
            assert_eq!(browser.text(NEXT).await, "Continue");
            assert_eq!(chosen(browser).await, ["5"], "the language changed and the choice did not");
            browser.follow(NEXT).await;
            press(browser, 2).await;
            browser.follow(".back a").await;
            browser.follow(NEXT).await;
            assert_eq!(chosen(browser).await, ["2"]);
        })
        .await;
}

#[tokio::test]
async fn the_second_tap_of_a_double_tap_changes_nothing() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::On, async |browser| {
            begin(browser, &app).await;
            // As soon as the page is there, before any finger could have meant it.
            browser.run("document.querySelector('button[value=next]').click()").await;
            assert!(browser.all(".errors[aria-labelledby]").await.is_empty());
            assert!(browser.place().await.ends_with("/1"));
            browser.follow(NEXT).await;
            assert_eq!(browser.all(".errors[aria-labelledby]").await.len(), 1, "later it counts");
        })
        .await;
}
