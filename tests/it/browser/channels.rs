//! One form in every channel: the same questions with the same options in the same order,
//! whichever way an answer comes in.

use hailong::importing::suggestion::{Match, suggest};
use hailong::importing::table::Table;
use hailong::printing::{PaperForm, svg};
use hailong::texts::Words;
use resvg::usvg::roxmltree;
use surveys::response::{Document, Raw};
use surveys::{Instrument, Language, Serial, catalog, unit};

use super::every_page::in_language;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, KIOSK, PHONE, Scripts};
use crate::support::database::Database;
use crate::support::kiosk::{self, QUESTIONS, Tablet, at, press};
use crate::support::process::hailong;
use crate::support::proxy::Proxy;
use crate::support::sample;
use crate::support::submission::{commune, point};

/// A question, and its options in their order, each with its number where it has one.
pub(super) type Asked = (String, Vec<String>);

fn quick() -> &'static Instrument {
    catalog::instrument("quick-counter", None).unwrap()
}

/// What the instrument itself says.
pub(super) fn of_the_instrument(instrument: &Instrument, language: Language) -> Vec<Asked> {
    let asked = |item: &surveys::instrument::Item| {
        let scale = instrument.scale_of(item);
        let numbered = scale.is_some_and(|scale| !scale.satisfied.is_empty());
        let options = scale.into_iter().flat_map(|s| {
            let text = |o: &surveys::instrument::ResponseOption| o.text.get(language).to_owned();
            let level = move |o: &surveys::instrument::ResponseOption| {
                if numbered { format!("{} {}", o.value, text(o)) } else { text(o) }
            };
            let apart = s.no_opinion.iter().map(text);
            s.options.iter().map(level).chain(apart).collect::<Vec<_>>()
        });
        (item.text.get(language).to_owned(), options.collect())
    };
    instrument.asked().map(asked).collect()
}

/// What of the screen is asked: its heading without what is said beside it, and its options.
pub(super) async fn on_screen(browser: &Browser) -> Asked {
    let heading = "const h1 = document.querySelector('h1').cloneNode(true);
        h1.querySelectorAll('.optional').forEach(e => e.remove());
        return h1.textContent.trim();";
    let heading = browser.run(heading).await;
    let options = browser.texts(".tile").await;
    let options = options.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    (heading.as_str().expect("a heading").to_owned(), options.collect())
}

async fn on_the_phone(chromium: &Chromium, app: &App, language: Language) -> Vec<Asked> {
    let asked = std::cell::RefCell::new(Vec::new());
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            let path = in_language(&format!("/s/{}", point()), &format!("lang={language}"));
            browser.goto(&app.url(&path)).await;
            browser.follow("main form button").await;
            for item in quick().asked() {
                let seen = on_screen(browser).await;
                asked.borrow_mut().push(seen);
                // What was not good is asked after a low answer only.
                if item.component().is_some() {
                    browser.click("label[for=answer-1]").await;
                    browser.follow("button[value=next]").await;
                } else {
                    browser.follow("button[value=skip]").await;
                }
            }
        })
        .await;
    asked.into_inner()
}

async fn at_the_kiosk(chromium: &Chromium, app: &App, language: Language) -> Vec<Asked> {
    let network = Proxy::before(app).await;
    let tablet = Tablet::new(KIOSK);
    let browser = tablet.on(chromium).await;
    kiosk::enrol(&browser, app, &network).await;
    if language == Language::En {
        press(&browser, ".choices button[lang=en]").await;
        browser.until("document.documentElement.lang === 'en'").await;
    }
    press(&browser, ".begin").await;
    let mut asked = Vec::new();
    for number in 1..=QUESTIONS {
        let title = format!("document.title.includes(' {number}/{QUESTIONS}')");
        browser.until(&title).await;
        asked.push(on_screen(&browser).await);
        // What was not good is asked after a low answer only.
        press(&browser, "label[for=answer-1]").await;
        press(&browser, kiosk::NEXT).await;
    }
    for state in ["reason", "comment"] {
        at(&browser, state).await;
        asked.push(on_screen(&browser).await);
        press(&browser, kiosk::SKIP).await;
    }
    browser.close().await;
    asked
}

/// Has a tablet ask the first household of a sample at the collection point `at`, which asks
/// `instrument`; each question is answered with its first option.
async fn at_the_door(
    chromium: &Chromium,
    (at_point, instrument): (&str, &Instrument),
    language: Language,
) -> Vec<Asked> {
    let app = App::spawn(Database::sqlite());
    let code = sample::added_at(&app, at_point).await;
    let network = Proxy::before(&app).await;
    let tablet = Tablet::in_a_hurry(KIOSK);
    let browser = tablet.on(chromium).await;
    browser.goto(&network.url(&format!("/interview/{at_point}#enrol={code}"))).await;
    press(&browser, ".enrol button").await;
    at(&browser, "list").await;
    if language == Language::En {
        press(&browser, ".bar button[lang]").await;
        browser.until("document.documentElement.lang === 'en'").await;
    }
    press(&browser, ".village:nth-of-type(1) li:nth-child(1) .household").await;
    for button in [".ask", ".next"] {
        press(&browser, button).await;
    }
    let mut asked = Vec::new();
    for item in instrument.asked() {
        let text = serde_json::json!(item.text.get(language));
        browser
            .until(&format!("document.querySelector('h1')?.textContent.startsWith({text})"))
            .await;
        asked.push(on_screen(&browser).await);
        if !item.is_comment() {
            press(&browser, ".tile:first-child").await;
        }
        press(&browser, ".bar .next").await;
    }
    at(&browser, "saved").await;
    browser.close().await;
    asked
}

/// What stands on the printed form, in the order in which it is read: each line with how
/// far it is from the left.
fn lines_on_paper(instrument: &Instrument, language: Language) -> Vec<(f32, String)> {
    let commune = unit::commune(&commune()).unwrap();
    let words = Words::new(language);
    let form = PaperForm { instrument, commune, words, simulated: false };
    let mut lines = Vec::new();
    for sheet in form.pages().numbered(Serial::new(42).unwrap()) {
        let drawn = svg(&sheet);
        let read = roxmltree::Document::parse(&drawn).unwrap();
        for text in read.descendants().filter(|node| node.has_tag_name("text")) {
            let across = text.attribute("x").unwrap().parse().unwrap();
            lines.push((across, text.text().unwrap().to_owned()));
        }
    }
    lines
}

/// What paper says where a screen asks or does not.
fn condition(language: Language) -> String {
    Words::new(language).with("form-asked-after", &[("most", "2")])
}

/// The questions of the printed form: a question is what follows its number, and ends
/// where the text of the next begins.
fn on_paper(instrument: &Instrument, language: Language) -> Vec<Asked> {
    let lines = lines_on_paper(instrument, language);
    let feet = ["form-turn", "form-end"].map(|key| Words::new(language).get(key));
    let begins = |n: usize| {
        let head = format!("{n}. ");
        lines.iter().position(|(_, line)| line.starts_with(&head)).unwrap_or(lines.len())
    };
    let wanted = of_the_instrument(instrument, language);
    let mut asked = Vec::new();
    for (n, (item, (text, options))) in instrument.asked().zip(&wanted).enumerate() {
        let block = &lines[begins(n + 1)..begins(n + 2)];
        // At the end of a page its number and its foot follow, and the head of the next.
        let end = block.iter().position(|(_, line)| feet.iter().any(|foot| line == foot));
        let block = &block[..end.map_or(block.len(), |end| end - 1)];
        let (question, rest) = after(block, &format!("{}. {text}", n + 1));
        let rest = match item.asked_after {
            Some(_) => after(rest, &condition(language)).1,
            None => rest,
        };
        let rest = match &item.hint {
            Some(hint) => after(rest, hint.get(language)).1,
            None => rest,
        };
        let mut rest = rest.to_vec();
        // Where labels go side by side their numbers stand by themselves.
        let is_row = rest.iter().any(|(_, line)| line == "1");
        if !is_row {
            // Two columns, read downwards, "no opinion" apart below both.
            let apart = options.last().filter(|_| {
                instrument.scale_of(item).is_some_and(|scale| scale.no_opinion.is_some())
            });
            let end = apart.and_then(|apart| rest.iter().position(|(_, line)| line == apart));
            let below = end.map(|end| rest.split_off(end)).unwrap_or_default();
            rest.sort_by_key(|(across, _)| *across > 105.0);
            rest.extend(below);
        }
        let said = rest.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join(" ");
        let mut left = said.as_str();
        let mut found = Vec::new();
        for option in &wanted[n].1 {
            assert!(left.starts_with(option.as_str()), "{option} does not stand before {left}");
            left = left[option.len()..].trim_start();
            found.push(option.clone());
        }
        // Under a question in words stand lines to write on, and nothing is said.
        assert!(left.is_empty(), "{left} is one option too many");
        asked.push((question, found));
    }
    asked
}

/// The first lines of `block`, which say `text` together, and the rest.
fn after<'l>(block: &'l [(f32, String)], text: &str) -> (String, &'l [(f32, String)]) {
    let mut said = String::new();
    for (n, (_, line)) in block.iter().enumerate() {
        said = if said.is_empty() { line.clone() } else { format!("{said} {line}") };
        if said == text {
            let question = said.split_once(". ").map_or("", |(_, question)| question).to_owned();
            return (question, &block[n + 1..]);
        }
    }
    panic!("{text} does not stand in {block:?}");
}

/// A file whose columns are the questions and whose rows take one option each after the
/// other: what its columns are taken for, and what its cells are stored as.
async fn in_a_file(instrument: &Instrument, language: Language) {
    let items: Vec<_> = instrument.asked().collect();
    let options: Vec<Vec<&str>> = items
        .iter()
        .map(|item| {
            let scale = instrument.scale_of(item);
            let all =
                scale.into_iter().flat_map(|scale| scale.options.iter().chain(&scale.no_opinion));
            all.map(|option| option.text.get(language)).collect()
        })
        .collect();
    let line = |first: &str, cells: Vec<&str>| {
        let quoted = cells.iter().map(|text| format!(",\"{}\"", text.replace('"', "\"\"")));
        format!("{first}{}\n", quoted.collect::<Vec<_>>().concat())
    };
    let rows = options.iter().map(Vec::len).max().unwrap();
    let head = line("answered_at", items.iter().map(|item| item.text.get(language)).collect());
    let body = (0..rows).map(|row| {
        let cells = options.iter().map(|options| *options.get(row).unwrap_or(&""));
        line("2026-10-05", cells.collect())
    });
    let file = head + &body.collect::<String>();
    let table = Table::open(std::io::Cursor::new(file.clone().into_bytes()), None).unwrap();
    let suggested = suggest(table, instrument).unwrap();
    let columns: Vec<_> = suggested.columns.iter().skip(1).collect();
    for (column, item) in columns.iter().zip(&items) {
        assert_eq!((&*column.ours, column.matched), (item.code.as_str(), Match::Certain));
        assert_eq!(column.unknown, Vec::<String>::new(), "{}", column.name);
    }
    assert_eq!((columns.len(), suggested.missing.len()), (items.len(), 0));

    let database = Database::sqlite();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("phieu.csv");
    std::fs::write(&path, file).unwrap();
    let here = "nhap-tep";
    let (id, commune) = (instrument.id.as_str(), commune());
    let point =
        ["point", "add", here, "--commune", &commune, "--name", "Nhập tệp", "--instrument", id];
    let added = hailong(&[&point[..], &["--database", database.url()]].concat());
    assert_eq!(added.status, 0, "{added:?}");
    let imported = hailong(&[
        "import",
        path.to_str().unwrap(),
        "--instrument",
        id,
        "--channel",
        "online",
        "--point",
        here,
        "--database",
        database.url(),
    ]);
    assert_eq!(imported.status, 0, "{imported:?}");
    let backdoor = database.backdoor().await;
    let documents = backdoor.texts("select document from responses order by seq").await;
    backdoor.close().await;
    assert_eq!(documents.len(), rows);
    for (row, document) in documents.iter().enumerate() {
        let stored = Document::read(document).unwrap();
        for item in &items {
            let Some(scale) = instrument.scale_of(item) else { continue };
            let option = scale.options.iter().chain(&scale.no_opinion).nth(row);
            let value = option.map(|option| {
                let value = option.value.into();
                if item.multiple { Raw::Values(vec![value]) } else { Raw::Value(value) }
            });
            let answer = stored.answers.iter().find(|(code, _)| *code == item.code.as_str());
            assert_eq!(
                answer.map(|(_, answer)| answer),
                value.as_ref(),
                "{} of {document}",
                item.code
            );
        }
    }
}

#[tokio::test]
async fn every_channel_asks_the_same_questions_with_the_same_options_in_the_same_order() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    for language in Language::ALL {
        let wanted = of_the_instrument(quick(), language);
        assert_eq!(wanted.len(), QUESTIONS + 2);
        assert!(wanted[..5].iter().all(|(_, options)| options.len() == 6), "{wanted:?}");
        assert_eq!(on_the_phone(chromium, &app, language).await, wanted, "phone, {language}");
        assert_eq!(at_the_kiosk(chromium, &app, language).await, wanted, "kiosk, {language}");
        let door = at_the_door(chromium, (&point(), quick()), language).await;
        assert_eq!(door, wanted, "interview, {language}");
    }
}

#[tokio::test]
async fn every_instrument_has_its_own_labels_on_paper_and_in_a_file() {
    for instrument in catalog::newest() {
        for language in Language::ALL {
            let wanted = of_the_instrument(instrument, language);
            assert_eq!(on_paper(instrument, language), wanted, "{}, {language}", instrument.id);
            in_a_file(instrument, language).await;
        }
    }
}

#[tokio::test]
async fn a_whole_sipas_style_survey_is_asked_at_the_door_as_the_instrument_has_it() {
    let Some(chromium) = Chromium::shared() else { return };
    let instrument = catalog::instrument("sipas-style", None).unwrap();
    for language in Language::ALL {
        let wanted = of_the_instrument(instrument, language);
        assert!(wanted.len() > 50, "{}", wanted.len());
        let place = format!("{}-sipas", point());
        let asked = at_the_door(chromium, (&place, instrument), language).await;
        assert_eq!(asked, wanted, "{language}");
    }
}
