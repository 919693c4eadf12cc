//! A further language, from a file beside the database: every text that a citizen reads
//! at the phone and at the kiosk is from the file, and what is stored is the same.

use hailong::config::Settings;
use hailong::staff::Role;
use surveys::response::Document;
use tempfile::TempDir;

use super::kiosk::sound::{PLAYED, silence};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK, NARROW, PHONE, Scripts};
use crate::support::database::Database;
use crate::support::kiosk::{Tablet, at, drained, enrol, press};
use crate::support::language::{self, TAG};
use crate::support::petition::{COMMUNE, Pass};
use crate::support::proxy::Proxy;
use crate::support::sample;
use crate::support::staff::Member;
use crate::support::submission::{commune, good, new_id, point};

/// A service that speaks the made-up language, and the folder of its file.
fn service() -> (App, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    language::write(folder.path(), |file| file);
    let languages = Some(folder.path().to_owned());
    (App::with(Database::sqlite(), Settings { languages, ..Settings::default() }), folder)
}

/// What stands on the page in letters and is not between brackets: names of places, of
/// languages and of the product aside, and what a citizen has typed.
async fn unbracketed(browser: &Browser) -> Vec<String> {
    let script = r"
        const aside = '.tongues a, .tongues span, .kicker, .where, .receipt, .brand, textarea, script, style, [lang]:not(html)';
        const bare = text => {
            let left = text, before;
            do { before = left; left = left.replace(/\[[^\[\]]*\]/g, ''); } while (left !== before);
            return /\p{L}/u.test(left.replace('– Hài Lòng', '')) ? [text.trim()] : [];
        };
        const found = [];
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
            if (!walk.currentNode.parentElement.closest(aside)) found.push(...bare(walk.currentNode.data));
        }
        for (const element of document.querySelectorAll('[aria-label], [title], [alt], [placeholder]')) {
            for (const name of ['aria-label', 'title', 'alt', 'placeholder']) {
                found.push(...bare(element.getAttribute(name) ?? ''));
            }
        }
        return found;";
    serde_json::from_value(browser.run(script).await).expect("a list of texts")
}

async fn all_from_the_file(browser: &Browser, what: &str) {
    assert_eq!(unbracketed(browser).await, Vec::<String>::new(), "{what}");
    assert_eq!(browser.run("return document.documentElement.lang").await, TAG, "{what}");
    assert!(browser.overflow().await.0 <= 0, "{what} is wider than its screen");
}

/// Answers the whole survey with `look` at every page; the second question at its first
/// try with nothing.
async fn answer(browser: &Browser, app: &App, query: &str, look: impl AsyncFn(&Browser, &str)) {
    browser.goto(&app.url(&format!("/s/{}{query}", point()))).await;
    look(browser, "the first page").await;
    browser.follow("main form button").await;
    for number in 1..=5 {
        look(browser, &format!("question {number}")).await;
        if number == 2 {
            browser.follow("button[value=next]").await;
            assert_eq!(browser.all(".errors:not([hidden])").await.len(), 1);
            look(browser, "a question with nothing chosen").await;
        }
        let value = if number == 3 { 9 } else { 4 };
        browser.click(&format!("label[for=answer-{value}]")).await;
        browser.follow("button[value=next]").await;
    }
    look(browser, "the comment").await;
    // What a citizen says themselves is between brackets too.
    browser.enter("textarea", "[Nhanh gọn]").await;
    browser.follow("button[value=next]").await;
    look(browser, "everything before it is sent").await;
    browser.follow("button[value=next]").await;
    look(browser, "the receipt").await;
    assert!(browser.place().await.contains("/done"));
}

#[tokio::test]
async fn the_survey_is_answered_in_a_language_of_a_file_and_stored_as_in_any_other() {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, _folder) = service();
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            let query = format!("?lang={TAG}");
            answer(browser, &app, &query, all_from_the_file).await;
            // The check itself: on a Vietnamese page it finds what is said.
            answer(browser, &app, "", async |browser, what| {
                assert!(unbracketed(browser).await.len() > 5, "{what}");
                assert_eq!(browser.run("return document.documentElement.lang").await, "vi");
            })
            .await;
            // What is kept of them is said in it too, from the first page on.
            browser.goto(&app.url(&format!("/s/{}{query}", point()))).await;
            browser.follow("a[href^='/privacy?point=']").await;
            all_from_the_file(browser, "the notice of what is kept").await;
            // Pages beside the survey are whole in Vietnamese, and say that they are.
            for beside in [
                "/".to_owned(),
                format!("/c/{}", commune()),
                format!("/c/{}/petitions", commune()),
                "/p/99999".to_owned(),
            ] {
                browser.goto(&app.url(&format!("{beside}{query}"))).await;
                let language = browser.run("return document.documentElement.lang").await;
                assert_eq!(language, "vi", "{beside}");
                let text = browser.text("body").await;
                assert!(!text.contains('['), "{beside} is half in another language: {text}");
            }
            let nobody = "00000000-0000-7000-8000-000000000000";
            for page in ["1", "99", "check", "done"] {
                let address = format!("/s/{}/{nobody}/{page}{query}", point());
                browser.goto(&app.url(&address)).await;
                all_from_the_file(browser, &address).await;
            }
        })
        .await;
    let documents = app.database().backdoor().await.texts("select document from responses").await;
    let answers = |text: &String| {
        let document = Document::read(text).unwrap();
        (
            document.channel.to_string(),
            format!("{:?}", document.answers),
            document.comment.map(|c| c.to_string()),
        )
    };
    assert_eq!(documents.len(), 2);
    assert_eq!(answers(&documents[0]), answers(&documents[1]));
}

const SEND: &str = "main form button";

#[tokio::test]
async fn a_petition_is_sent_followed_and_rated_in_a_language_of_a_file() {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, _folder) = service();
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, "/56/22651/").await;
    let form = format!("/p/{COMMUNE}?lang={TAG}");
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url(&form)).await;
            all_from_the_file(browser, "the form").await;
            browser.enter("#phone", "x").await;
            browser.follow(SEND).await;
            assert_eq!(browser.all(".errors a").await.len(), 4);
            all_from_the_file(browser, "faults").await;
            browser.one("#phone").await.clear().await.expect("a field");
            browser.enter("#subject", "[Chờ lâu]").await;
            browser.enter("#text", "[Tôi chờ 45 phút.]").await;
            browser.follow(SEND).await;
            all_from_the_file(browser, "before it is sent").await;
            browser.follow("button[value=send]").await;
            all_from_the_file(browser, "code and PIN").await;
            let pass = Pass { code: browser.text("#code").await, pin: browser.text("#pin").await };
            browser.follow("a.button:not(.second)").await;
            all_from_the_file(browser, "code and PIN are asked for").await;
            browser.follow(SEND).await;
            all_from_the_file(browser, "a wrong PIN").await;
            let open = async || {
                let place = format!("/p/{COMMUNE}/status?code={}&lang={TAG}", pass.code);
                browser.goto(&app.url(&place)).await;
                browser.enter("#pin", &pass.pin).await;
                browser.follow(SEND).await;
            };
            open().await;
            assert_eq!(browser.text(".headline .said").await, "[Mới đến]. [Còn 2 ngày làm việc]");
            all_from_the_file(browser, "one that is waiting").await;
            hoa.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
            let answer = [("version", "2"), ("answer", "Đã thêm một quầy.")];
            hoa.post(&pass.staff("answer"), &answer).await;
            open().await;
            assert_eq!(browser.text("#answer").await, "Đã thêm một quầy.");
            all_from_the_file(browser, "one that is answered").await;
            browser.follow("#acts button").await;
            all_from_the_file(browser, "no rating chosen").await;
            browser.click("label[for=not-satisfied]").await;
            browser.follow("#acts button").await;
            all_from_the_file(browser, "one that is rated").await;
            browser.enter("#why", "[Quầy ở đâu]").await;
            browser.follow("#acts button").await;
            all_from_the_file(browser, "one that is looked at again").await;
            // Who asks once more from an old page is told why that cannot be.
            let again = [("act", "again"), ("reason", "[Nữa]")];
            let (status, told) = pass.look_in(&app, TAG, &again).await;
            assert_eq!(status, 422);
            assert!(told.contains("[Phản ánh này đã chuyển sang bước khác."), "{told}");
            // The check itself: on a Vietnamese page it finds what is said.
            browser.goto(&app.url(&format!("/p/{COMMUNE}"))).await;
            assert!(unbracketed(browser).await.len() > 5);
        })
        .await;
    assert_eq!(app.database().count("petitions").await, 1);
}

#[tokio::test]
async fn a_response_is_looked_at_and_taken_back_in_a_language_of_a_file() {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, _folder) = service();
    let receipt = app.put(&new_id(), &good()).await.receipt();
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url(&format!("/privacy/erase?lang={TAG}"))).await;
            all_from_the_file(browser, "the receipt is asked for").await;
            browser.follow(SEND).await;
            assert_eq!(browser.all(".errors a").await.len(), 1);
            all_from_the_file(browser, "no receipt").await;
            browser.enter("#receipt", &receipt).await;
            browser.follow(SEND).await;
            assert!(browser.all(".answers dd").await.len() > 8);
            all_from_the_file(browser, "what is held").await;
            browser.follow(".act button").await;
            assert_eq!(browser.text("h1").await, "[Đã rút phiếu]");
            all_from_the_file(browser, "it is taken back").await;
            browser.goto(&app.url(&format!("/privacy/erase?lang={TAG}"))).await;
            browser.enter("#receipt", &receipt).await;
            browser.follow(SEND).await;
            all_from_the_file(browser, "what is left of it").await;
        })
        .await;
}

#[tokio::test]
async fn the_kiosk_asks_in_a_language_of_a_file() {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, _folder) = service();
    let network = Proxy::before(&app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    enrol(&browser, &app, &network).await;
    assert!(unbracketed(&browser).await.len() > 3, "it begins in Vietnamese");
    press(&browser, "button[lang=qxx]").await;
    all_from_the_file(&browser, "the first screen").await;
    press(&browser, ".begin").await;
    for number in 1..=5 {
        at(&browser, "question").await;
        browser.until(&format!("document.title.includes('{number}/5')")).await;
        all_from_the_file(&browser, &format!("question {number}")).await;
        if number == 1 {
            press(&browser, ".bar .next").await;
            browser.until("document.querySelector('.error')").await;
            all_from_the_file(&browser, "a question with nothing chosen").await;
        }
        press(&browser, "label[for=answer-1]").await;
        press(&browser, ".bar .next").await;
    }
    at(&browser, "reason").await;
    all_from_the_file(&browser, "the reason").await;
    press(&browser, "label[for=answer-1]").await;
    press(&browser, ".bar .next").await;
    at(&browser, "comment").await;
    all_from_the_file(&browser, "the comment").await;
    press(&browser, ".bar .next").await;
    at(&browser, "saved").await;
    all_from_the_file(&browser, "the thanks").await;
    drained(&browser).await;
    browser.close().await;
    assert_eq!(app.database().count("responses").await, 1);
}

/// What happens to interview mode without anybody's doing.
fn happens(event: &str) -> String {
    format!(
        "const done = arguments[arguments.length - 1];
         const mode = document.querySelector('script[type=module]').src.replace('interview.js', 'interviewing.js');
         import(mode).then(({{ machine }}) => done(machine.send('{event}')), error => done(String(error)));"
    )
}

#[tokio::test]
async fn a_question_is_heard_in_a_language_of_a_file() {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, _folder) = service();
    let here = surveys::unit::commune(&commune()).expect("a commune");
    let scope = format!("/{}/{}/", here.province, here.code);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &scope).await;
    let list = format!("/staff/points/{}/recordings", point());
    let shown = lan.get(&list).await.text().await.unwrap();
    assert!(shown.contains(&format!("href=\"{list}/A1/{TAG}\"")), "{shown}");
    let sound = ("cau-1.wav", &silence()[..]);
    let answer = lan.upload(&format!("{list}/A1/{TAG}"), &[], sound).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    // The skeleton that is shipped is offered to nobody.
    assert_eq!(lan.upload(&format!("{list}/A1/tyz"), &[], sound).await.status(), 404);
    for (tag, status) in [(TAG, 200), ("vi", 404), ("tyz", 404)] {
        let heard = app.get(&format!("/kiosk/{}/recordings/A1/{tag}", point())).await;
        assert_eq!(heard.status(), status, "{tag}");
    }
    let network = Proxy::before(&app).await;
    let browser = Tablet::new(KIOSK).on(chromium).await;
    enrol(&browser, &app, &network).await;
    browser.run(PLAYED).await;
    press(&browser, &format!("button[lang={TAG}]")).await;
    press(&browser, ".begin").await;
    at(&browser, "question").await;
    browser
        .until("document.querySelector('.bar button:nth-child(2)').textContent === '[Nghe]'")
        .await;
    press(&browser, ".bar button:nth-child(2)").await;
    browser.until("window.played === 1").await;
    browser.close().await;
}

#[tokio::test]
async fn a_household_is_asked_in_a_language_of_a_file() {
    let Some(chromium) = Chromium::shared() else { return };
    let (app, _folder) = service();
    let code = sample::added_at(&app, &point()).await;
    // A tablet that looks, which it does when it has told how it is, finds room and goes on:
    // for as long as the screen of a full disk is looked at, none is found.
    let no_room = [("await queue.hasRoom().catch(() => false)", "false")];
    let network = Proxy::rewriting(&app, &no_room).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    browser.goto(&network.url(&format!("/interview/{}#enrol={code}", point()))).await;
    // Where the tablet cannot be used the language is chosen too, and the code stays.
    at(&browser, "off").await;
    assert_eq!(browser.texts(".head button[lang]").await, ["English", "[Thử]"]);
    press(&browser, ".head button[lang=en]").await;
    browser.until("document.querySelector('h1').textContent.includes('not enrolled')").await;
    assert_eq!(browser.run("return document.querySelector('#code').value").await, code);
    press(&browser, ".head button[lang=vi]").await;
    browser.until("document.documentElement.lang === 'vi'").await;
    press(&browser, ".enrol button").await;
    at(&browser, "list").await;
    press(&browser, ".village:nth-of-type(1) li:nth-child(1) .household").await;
    at(&browser, "household").await;
    browser.run_until_done(&happens("broke")).await;
    at(&browser, "broken").await;
    press(&browser, ".head button[lang=qxx]").await;
    browser.until("document.querySelector('h1').textContent.startsWith('[')").await;
    press(&browser, ".head button[lang=vi]").await;
    browser.until("document.documentElement.lang === 'vi'").await;
    browser.run_until_done(&happens("mended")).await;
    at(&browser, "list").await;
    assert_eq!(browser.texts(".bar button[lang]").await, ["English", "[Thử]"]);
    press(&browser, "button[lang=qxx]").await;
    browser.until(&format!("document.documentElement.lang === '{TAG}'")).await;
    press(&browser, ".village:nth-of-type(1) li:nth-child(1) .household").await;
    press(&browser, ".ask").await;
    at(&browser, "consent").await;
    all_from_the_file(&browser, "the consent").await;
    press(&browser, ".next").await;
    at(&browser, "question").await;
    // What only the interviewer presses is said in Vietnamese.
    assert_eq!(unbracketed(&browser).await, ["Đưa máy", "Ngừng"]);
    press(&browser, ".hand-over").await;
    at(&browser, "hand").await;
    all_from_the_file(&browser, "handing over").await;
    press(&browser, ".next").await;
    for number in 1..=5 {
        at(&browser, "question").await;
        browser.until(&format!("document.title.includes('{number}/5')")).await;
        assert_eq!(unbracketed(&browser).await, ["Ngừng"]);
        press(&browser, "label[for=answer-4]").await;
        press(&browser, ".bar .next").await;
    }
    at(&browser, "saved").await;
    assert_eq!(unbracketed(&browser).await, ["Về danh sách hộ"]);
    drained(&browser).await;
    browser.close().await;
    assert_eq!(app.database().count("responses").await, 1);
}

#[tokio::test]
async fn a_language_that_lacks_one_option_is_offered_to_nobody() {
    let folder = tempfile::tempdir().unwrap();
    language::write(folder.path(), |file| file.replace("\"[Rất hài lòng]\"", "\"\""));
    let languages = Some(folder.path().to_owned());
    let app = App::with(Database::sqlite(), Settings { languages, ..Settings::default() });
    let page = app.get(&format!("/s/{}?lang={TAG}", point())).await.text().await.unwrap();
    assert!(page.contains("<html lang=\"vi\">") && !page.contains("[Thử]"), "{page}");
    let content = app.get(&format!("/kiosk/{}/content.json", point())).await.text().await.unwrap();
    assert!(!content.contains(TAG), "{content}");
}

#[tokio::test]
async fn a_skeleton_is_seen_by_nobody_and_whoever_asks_for_it_reads_vietnamese() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            for page in [format!("/s/{}?lang=tyz", point()), "/privacy?lang=tyz".to_owned()] {
                browser.goto(&app.url(&page)).await;
                assert_eq!(browser.run("return document.documentElement.lang").await, "vi");
                assert_eq!(browser.texts(".tongues > *").await, ["Tiếng Việt", "English"]);
                assert!(unbracketed(browser).await.len() > 5, "{page} says something");
            }
        })
        .await;
}

#[tokio::test]
async fn the_names_of_many_languages_fit_the_narrowest_screen() {
    let Some(chromium) = Chromium::shared() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (tag, name) in [("qxx", "Tiếng thứ ba"), ("qxy", "Tiếng thứ tư"), ("qxz", "Tiếng thứ năm")]
    {
        let file = language::bracketed().replace("\"qxx\"", &format!("\"{tag}\""));
        let file = file.replace("[Thử]", name);
        std::fs::write(folder.path().join(format!("{tag}.toml")), file).unwrap();
    }
    let languages = Some(folder.path().to_owned());
    let app = App::with(Database::sqlite(), Settings { languages, ..Settings::default() });
    chromium
        .journey(NARROW, Scripts::On, async |browser| {
            browser.goto(&app.url(&format!("/s/{}", point()))).await;
            assert_eq!(browser.all(".tongues > *").await.len(), 5);
            for screen in [NARROW, PHONE] {
                browser.resize(screen).await;
                let (over, out) = browser.overflow().await;
                assert!(over <= 0, "{over} px too wide at {} px: {out}", screen.width);
            }
        })
        .await;
}
