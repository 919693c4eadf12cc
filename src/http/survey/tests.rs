//! The survey as a browser without scripts goes through it.

use actix_web::http::{Method, StatusCode};
use surveys::{CommuneCode, Period, catalog};

use super::super::centre::Centre;

const POINT: &str = "/s/22651";

/// Begins a survey and gives the address of its draft.
async fn begin(centre: &Centre, body: &str) -> String {
    let begun = centre.post(POINT, body).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER);
    begun.location.strip_suffix("/1").unwrap().to_owned()
}

async fn received(centre: &Centre) -> u64 {
    let commune = CommuneCode::parse("22651").unwrap();
    let quick = catalog::instrument("quick-counter", None).unwrap();
    let year = Period::parse("2026").unwrap();
    centre.tomorrow().report(&commune, quick, &year).await.unwrap().received
}

#[actix_web::test]
async fn a_whole_survey_gives_one_response_and_a_receipt() {
    let centre = Centre::open().await;
    let draft = begin(&centre, "").await;
    let bodies =
        ["answer=5", "answer=4", "answer=9", "press=skip", "answer=2", "answer=1&answer=3"];
    for (i, body) in bodies.iter().enumerate() {
        let here = format!("{draft}/{}", i + 1);
        let page = centre.get(&here).await;
        assert_eq!((page.status, page.kept.as_str()), (StatusCode::OK, "no-store"));
        assert!(!page.page.contains(" checked"), "something was preselected on {here}");
        let progress =
            if i == 5 { "Câu hỏi thêm".to_owned() } else { format!("Câu {}/6", i + 1) };
        assert!(page.page.contains(&progress), "{progress}");
        assert_eq!(centre.post(&here, body).await.location, format!("{draft}/{}", i + 2));
    }
    let typed = centre.post(&format!("{draft}/7"), "answer=C%E1%BA%A3m+%C6%A1n&press=next").await;
    assert_eq!(typed.location, format!("{draft}/check"), "what was typed is looked at first");
    assert_eq!(received(&centre).await, 0);
    let check = centre.get(&typed.location).await;
    assert_eq!((check.status, check.kept.as_str()), (StatusCode::OK, "no-store"));
    assert!(check.page.contains("<dd>Cảm ơn</dd>"), "{}", check.page);
    assert!(check.page.contains(&format!("{draft}/2?to=check")));
    let changed = centre.post(&format!("{draft}/2?to=check"), "answer=1&press=next").await;
    assert_eq!(changed.location, typed.location, "a changed answer leads back");
    let sent = centre.post(&typed.location, "press=next").await;
    assert_eq!(
        (sent.status, sent.location.as_str()),
        (StatusCode::SEE_OTHER, &*format!("{draft}/done"))
    );
    let done = centre.get(&sent.location).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.page.contains("Đã ghi nhận ý kiến. Cảm ơn ông/bà."));
    assert_eq!(received(&centre).await, 1);
    assert_eq!(
        centre.get(&sent.location).await.page,
        done.page,
        "the receipt page can be reloaded"
    );
}

#[actix_web::test]
async fn sending_again_or_going_back_makes_no_second_response() {
    let centre = Centre::open().await;
    let draft = begin(&centre, "").await;
    let last = format!("{draft}/7");
    for body in ["press=skip", "press=skip", "press=next", "answer="] {
        assert_eq!(centre.post(&last, body).await.location, format!("{draft}/done"), "{body}");
    }
    // What was not stored is not thanked for.
    for (n, body) in [(7, "answer=khac"), (1, "answer=4&press=next"), (6, "answer=1&answer=2")] {
        let changed = centre.post(&format!("{draft}/{n}"), body).await.location;
        assert_eq!(changed, format!("{draft}/sent-before"), "{body}");
        let page = centre.get(&changed).await.page;
        assert!(page.contains("không được ghi thêm") && page.contains("Gửi một phiếu khác"));
        assert!(!page.contains("Cảm ơn"), "{page}");
    }
    for back in [format!("{draft}/1"), last] {
        assert_eq!(centre.get(&back).await.location, format!("{draft}/done"));
    }
    assert_eq!(received(&centre).await, 1);
}

#[actix_web::test]
async fn what_was_not_good_is_asked_only_as_long_as_an_answer_is_low() {
    let centre = Centre::open().await;
    let draft = begin(&centre, "").await;
    let at = |place: &str| format!("{draft}/{place}");
    let answers = ["answer=4", "answer=9", "press=skip", "answer=3"];
    for (n, body) in (1..).zip(answers) {
        assert_eq!(centre.post(&at(&n.to_string()), body).await.location, at(&(n + 1).to_string()));
    }
    // Nothing was low: the comment is next, and an address that was kept leads there too.
    assert_eq!(centre.post(&at("5"), "answer=3").await.location, at("7"));
    let comment = centre.get(&at("7")).await.page;
    assert!(comment.contains("Câu 6/6") && comment.contains(&format!("href=\"{}\"", at("5"))));
    assert_eq!(centre.get(&at("6")).await.location, at("7"));
    // A low answer, and it is asked.
    assert_eq!(centre.post(&at("5"), "answer=2").await.location, at("6"));
    let reason = centre.get(&at("6")).await.page;
    assert!(reason.contains("Câu hỏi thêm") && reason.contains("Chờ lâu"), "{reason}");
    assert_eq!(centre.post(&at("6"), "answer=1&answer=8").await.location, at("7"));
    let check = centre.post(&at("7"), "answer=Cho+lau&press=next").await.location;
    assert_eq!(check, at("check"));
    let shown = centre.get(&check).await.page;
    assert!(shown.contains("<dd>Chờ lâu; Điều khác</dd>") && shown.contains("Sửa câu hỏi thêm"));
    // Back to a better one: the reason goes without a word.
    assert_eq!(centre.post(&at("5?to=check"), "answer=4").await.location, check);
    let shown = centre.get(&check).await.page;
    assert!(!shown.contains("Chờ lâu") && !shown.contains("Điều gì chưa tốt"), "{shown}");
    // And to a low one again: it is asked before the whole is looked at once more.
    assert_eq!(centre.post(&at("1?to=check"), "answer=1").await.location, at("6?to=check"));
    assert!(centre.get(&at("6?to=check")).await.page.contains("value=\"8\" checked"));
    assert_eq!(centre.post(&at("6?to=check"), "answer=6").await.location, check);
    centre.post(&at("1?to=check"), "answer=5").await;
    assert_eq!(centre.post(&check, "press=next").await.location, at("done"));
    let id = uuid::Uuid::parse_str(draft.rsplit('/').next().unwrap()).unwrap();
    let document = centre.service.db.document(id).await.unwrap().unwrap();
    assert!(document.contains("\"A5\":4}") && !document.contains("L1"), "{document}");
}

#[actix_web::test]
async fn a_draft_begun_on_the_former_version_goes_on_on_it() {
    let centre = Centre::open().await;
    let draft = begin(&centre, "").await;
    let id = uuid::Uuid::parse_str(draft.rsplit('/').next().unwrap()).unwrap();
    let begun = centre.service.db.draft(id).await.unwrap().unwrap();
    assert_eq!(begun.version, catalog::instrument("quick-counter", None).unwrap().version);
    let former = crate::store::drafts::Draft { version: 1, ..begun };
    centre.service.db.remove_draft(id).await.unwrap();
    centre.service.db.save_draft(&former).await.unwrap();
    let wish = centre.get(&format!("{draft}/6")).await.page;
    assert!(wish.contains("cải thiện điều gì trước") && wish.contains("Câu 6/7"), "{wish}");
    centre.post(&format!("{draft}/6"), "answer=3").await;
    centre.post(&format!("{draft}/7"), "press=skip").await;
    let document = centre.service.db.document(id).await.unwrap().unwrap();
    assert!(document.contains("\"version\":1") && document.contains("\"N1\":[3]"), "{document}");
}

#[actix_web::test]
async fn going_back_shows_what_was_chosen() {
    let centre = Centre::open().await;
    let draft = begin(&centre, "").await;
    centre.post(&format!("{draft}/1"), "answer=4&press=next").await;
    let page = centre.get(&format!("{draft}/1")).await.page;
    assert!(page.contains("value=\"4\" checked"));
    assert_eq!(page.matches(" checked").count(), 1);
    centre.post(&format!("{draft}/1"), "answer=4&press=skip").await;
    assert!(!centre.get(&format!("{draft}/1")).await.page.contains(" checked"));
}

#[actix_web::test]
async fn what_was_chosen_goes_along_when_the_reader_turns_elsewhere() {
    let centre = Centre::open().await;
    let draft = begin(&centre, "").await;
    for (n, body) in [(1, "answer=4&press=keep"), (7, "answer=hay&press=keep")] {
        centre.post(&format!("{draft}/{n}"), body).await;
    }
    assert!(centre.get(&format!("{draft}/1")).await.page.contains("value=\"4\" checked"));
    assert!(centre.get(&format!("{draft}/7")).await.page.contains("hay</textarea>"));
    centre.post(&format!("{draft}/3"), "answer=2&press=keep").await;
    centre.post(&format!("{draft}/6"), "answer=1&answer=3&press=keep").await;
    assert_eq!(centre.get(&format!("{draft}/6")).await.page.matches(" checked").count(), 2);
    // No tick and no text any more: taken back, and nobody is asked to choose.
    for (n, body) in [(6, "press=keep"), (7, "answer=&press=keep")] {
        let away = centre.post(&format!("{draft}/{n}"), body).await;
        assert_eq!(away.status, StatusCode::SEE_OTHER, "{n}");
    }
    assert!(!centre.get(&format!("{draft}/6")).await.page.contains(" checked"));
    assert!(!centre.get(&format!("{draft}/7")).await.page.contains("hay</textarea>"));
    let nothing = centre.post(&format!("{draft}/2"), "press=keep").await;
    assert_eq!(nothing.status, StatusCode::NO_CONTENT, "nobody is asked to choose");
    assert_eq!(received(&centre).await, 0, "turning away sends nothing");
}

#[actix_web::test]
async fn what_cannot_be_kept_is_asked_again_with_what_was_given() {
    let centre = Centre::open().await;
    let draft = begin(&centre, "").await;
    let long = "a".repeat(3_000);
    for (n, body, kept) in [
        (1, "press=next".to_owned(), "chọn một mức"),
        (1, "answer=77&press=next".to_owned(), "chọn lại trong các mức"),
        (6, "press=next".to_owned(), "chọn ít nhất một ý"),
        (6, "answer=2&answer=9".to_owned(), "value=\"2\" checked"),
        (7, format!("answer={long}"), &*long),
        (7, "answer=hay%00+qu%C3%A1".to_owned(), "hay quá</textarea>"),
        (7, "answer=%3Cscript%3Ealert%281%29%3C%2Fscript%3E%00".to_owned(), "&#60;script&#62;"),
    ] {
        let again = centre.post(&format!("{draft}/{n}"), &body).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(again.page.contains(kept), "{body}");
        assert!(again.page.contains("<title>Lỗi: Câu "), "{body}");
        assert!(again.page.contains("Xin ông/bà xem lại câu này"), "{body}");
    }
    let pasted = "ậ".repeat(20_000);
    let body = format!("answer={}", "%E1%BA%AD".repeat(20_000));
    let again = centre.post(&format!("{draft}/7"), &body).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.page.contains(&pasted), "what was pasted is still there");
    let huge = "a".repeat(1_100_000);
    let huge = centre.post(&format!("{draft}/7"), &format!("answer={huge}")).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(received(&centre).await, 0);
}

#[actix_web::test]
async fn an_address_that_leads_nowhere_says_what_to_do() {
    let centre = Centre::open().await;
    let draft = begin(&centre, "").await;
    let other = begin(&centre, "").await;
    let sent = centre.post(&format!("{other}/7"), "press=skip").await.location;
    let unknown = "/s/22651/018f0000-0000-7000-8000-000000000000";
    for (address, status, says) in [
        ("/s/khong-co".to_owned(), StatusCode::NOT_FOUND, "Tìm xã, phường, đặc khu"),
        ("/s/%00".to_owned(), StatusCode::NOT_FOUND, "Tìm xã, phường, đặc khu"),
        (format!("{unknown}/3"), StatusCode::GONE, "Bắt đầu lại"),
        (format!("{unknown}/done"), StatusCode::GONE, "Bắt đầu lại"),
        ("/s/22651/x/1".to_owned(), StatusCode::GONE, "Bắt đầu lại"),
        (format!("{draft}/0"), StatusCode::NOT_FOUND, "Mở câu 1"),
        (format!("{draft}/99999999999999999999999"), StatusCode::NOT_FOUND, "Mở câu 1"),
        (draft.replace("22651", "21409") + "/1", StatusCode::GONE, "Bắt đầu lại"),
        (sent.replace("22651", "21409"), StatusCode::GONE, "Bắt đầu lại"),
    ] {
        let answer = centre.get(&address).await;
        assert_eq!(answer.status, status, "{address}");
        assert!(answer.page.contains(says), "{address}");
        assert_eq!(answer.kept, "no-store", "{address}");
    }
    let typed = "answer=C%C3%A1n+b%E1%BB%99+t%E1%BA%ADn+t%C3%ACnh";
    let late = centre.post(&format!("{unknown}/7"), typed).await;
    assert_eq!(late.status, StatusCode::GONE);
    assert!(late.page.contains("readonly>\nCán bộ tận tình</textarea>"), "{}", late.page);
    let other = centre.ask(Method::DELETE, &format!("{draft}/1"), "").await;
    assert_eq!(other.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(other.page.contains(POINT));
    assert_eq!(centre.ask(Method::HEAD, POINT, "").await.status, StatusCode::OK);
}

#[actix_web::test]
async fn the_language_and_the_way_in_are_kept_to_the_end() {
    let centre = Centre::open().await;
    let start = centre.get("/s/22651?via=online&lang=en").await.page;
    assert!(start.contains("name=\"via\" value=\"online\"") && start.contains("?lang=en"));
    let begun = centre.post("/s/22651?lang=en", "via=online").await.location;
    assert!(begun.ends_with("/1?lang=en"));
    let draft = begun.strip_suffix("/1?lang=en").unwrap();
    assert!(centre.get(&begun).await.page.contains("Question 1/6"));
    let sent = centre.post(&format!("{draft}/7?lang=en"), "press=skip").await.location;
    assert_eq!(sent, format!("{draft}/done?lang=en"));
    let year = Period::parse("2026").unwrap();
    let quick = catalog::instrument("quick-counter", None).unwrap();
    let commune = CommuneCode::parse("22651").unwrap();
    let report = centre.tomorrow().report(&commune, quick, &year).await.unwrap();
    assert_eq!(report.channels[0].channel.name(), "online");
}

#[actix_web::test]
async fn when_the_store_is_down_the_choice_is_still_on_the_page() {
    let centre = Centre::open().await;
    let draft = begin(&centre, "").await;
    centre.service.db.close().await;
    for n in [1, 5] {
        let again = centre.post(&format!("{draft}/{n}"), "answer=4&press=next").await;
        assert_eq!(again.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(again.page.contains("value=\"4\" checked"));
        assert!(again.page.contains("Chưa lưu được. Xin bấm lại sau ít giây."));
    }
    let read = centre.get(&format!("{draft}/1")).await;
    assert_eq!(read.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(read.page.contains("vẫn được giữ"));
}

#[actix_web::test]
async fn the_screen_and_the_api_have_the_labels_of_the_instrument_in_its_order() {
    let centre = Centre::open().await;
    let quick = catalog::instrument("quick-counter", None).unwrap();
    let draft = begin(&centre, "").await;
    centre.post(&format!("{draft}/1"), "answer=1").await;
    let api = centre.get("/api/v1/instruments/quick-counter").await.page;
    let api: serde_json::Value = serde_json::from_str(&api).unwrap();
    for (number, item) in (1..).zip(quick.asked()) {
        let Some(scale) = quick.scale_of(item) else { continue };
        for (language, text) in [("vi", &item.text.vi), ("en", &item.text.en)] {
            let page = centre.get(&format!("{draft}/{number}?lang={language}")).await.page;
            let page = page.replace("&#39;", "'");
            let mut rest = page.split_once("</h1>").map_or("", |(_, rest)| rest);
            assert!(page.contains(text.as_str()), "{text} is not on {page}");
            for option in scale.options.iter().chain(&scale.no_opinion) {
                let label = if language == "vi" { &option.text.vi } else { &option.text.en };
                let value = format!("value=\"{}\"", option.value);
                let (_, after) = rest.split_once(&value).expect("the options in their order");
                let (_, after) = after.split_once(label).expect("the label behind its value");
                rest = after;
            }
        }
        let scales = api["scales"].as_array().unwrap();
        let told = scales.iter().find(|s| s["code"] == scale.code.as_str()).unwrap();
        assert_eq!(told["options"], serde_json::to_value(&scale.options).unwrap());
        assert_eq!(told["no_opinion"], serde_json::to_value(&scale.no_opinion).unwrap());
    }
}
