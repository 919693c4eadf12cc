//! Every shipped form but the quick one, which has its own journeys, answered on a phone from
//! its first page to the receipt: what is stored is what was pressed.

use surveys::collection_point::CollectionPoint;
use surveys::response::{Document, Raw};
use surveys::{CommuneCode, Instrument, Language, PointCode, catalog};

use super::channels::{of_the_instrument, on_screen};
use super::every_page::in_language;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::submission::commune;

const NEXT: &str = "button[value=next]";
const SAID: &str = "Mọi việc đều gọn.";

on_both_databases![every_other_form_is_answered_on_a_phone_and_stored_as_it_was_pressed];

/// The collection point that asks `instrument` here.
fn place(instrument: &Instrument) -> PointCode {
    PointCode::parse(&format!("{}-{}", commune(), instrument.id)).expect("a usable code")
}

/// What was pressed: the values by item, and what the page before the last says of each.
#[derive(Debug, Default)]
struct Pressed {
    answers: Vec<(String, Raw)>,
    said: Vec<String>,
    comment: Option<String>,
}

/// Answers every question of `instrument`, each with another of its options than the one
/// before; the fourth is skipped.
async fn answer(
    browser: &Browser,
    app: &App,
    instrument: &Instrument,
    language: Language,
) -> Pressed {
    let wanted = of_the_instrument(instrument, language);
    let start = format!("/s/{}", place(instrument));
    browser.goto(&app.url(&in_language(&start, &format!("lang={language}")))).await;
    browser.follow("main form button").await;
    let mut pressed = Pressed::default();
    let skipped = if language == Language::Vi { "Bỏ qua" } else { "Skipped" };
    for (n, (item, wanted)) in instrument.asked().zip(&wanted).enumerate() {
        assert_eq!(&on_screen(browser).await, wanted, "{} {}", instrument.id, item.code);
        let place = browser.place().await;
        assert!(place.split('?').next().unwrap().ends_with(&format!("/{}", n + 1)), "{place}");
        if item.is_comment() {
            browser.enter("textarea", SAID).await;
            pressed.comment = Some(SAID.to_owned());
            pressed.said.push(SAID.to_owned());
            browser.follow(NEXT).await;
            continue;
        }
        if n == 3 {
            pressed.said.push(skipped.to_owned());
            browser.follow("button[value=skip]").await;
            continue;
        }
        let scale = instrument.scale_of(item).expect("a scale");
        let options: Vec<_> = scale.options.iter().chain(&scale.no_opinion).collect();
        let option = options[n % options.len()];
        browser.click(&format!("label[for=answer-{}]", option.value)).await;
        let value = option.value.into();
        let raw = if item.multiple { Raw::Values(vec![value]) } else { Raw::Value(value) };
        pressed.answers.push((item.code.to_string(), raw));
        pressed.said.push(option.text.get(language).to_owned());
        browser.follow(NEXT).await;
    }
    if pressed.comment.is_some() {
        let said = browser.texts(".answers dd:not(.change)").await;
        assert_eq!(said, pressed.said, "{} in {language}", instrument.id);
        browser.follow(NEXT).await;
    }
    assert_eq!(browser.all(".receipt").await.len(), 1, "{}", instrument.id);
    pressed
}

async fn every_other_form_is_answered_on_a_phone_and_stored_as_it_was_pressed(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(database);
    let forms: Vec<_> = catalog::newest().filter(|it| it.id.as_str() != "quick-counter").collect();
    let ids: Vec<_> = forms.iter().map(|it| it.id.as_str()).collect();
    assert!(["one-stop-rating", "papi-style", "sipas-style"].iter().all(|id| ids.contains(id)));
    let db = app.database().open().await;
    for instrument in &forms {
        let point = CollectionPoint {
            code: place(instrument),
            name: "Điểm khảo sát".to_owned(),
            commune_code: CommuneCode::parse(&commune()).expect("a code"),
            instrument: instrument.id.clone(),
            retired: false,
        };
        db.add_collection_point(&point, 0).await.unwrap();
    }
    db.close().await;
    let pressed = std::cell::RefCell::new(Vec::new());
    for (scripts, language) in [(Scripts::Off, Language::Vi), (Scripts::On, Language::En)] {
        chromium
            .journey(PHONE, scripts, async |browser| {
                for instrument in &forms {
                    let all = answer(browser, &app, instrument, language).await;
                    pressed.borrow_mut().push((*instrument, all));
                }
            })
            .await;
    }
    let backdoor = app.database().backdoor().await;
    let stored = backdoor.texts("select document from responses order by seq").await;
    backdoor.close().await;
    let pressed = pressed.into_inner();
    assert_eq!(stored.len(), pressed.len());
    for (document, (instrument, pressed)) in stored.iter().zip(&pressed) {
        let document = Document::read(document).unwrap();
        let version = (&*document.instrument, document.version, &*document.channel);
        assert_eq!(version, (instrument.id.as_str(), instrument.version, "qr"));
        let answers: Vec<_> =
            document.answers.iter().map(|(item, raw)| ((*item).to_owned(), raw.clone())).collect();
        assert_eq!(answers, pressed.answers, "{}", instrument.id);
        assert_eq!(document.comment.as_deref(), pressed.comment.as_deref(), "{}", instrument.id);
        assert!(answers.len() >= 5, "{} asks more than a handful", instrument.id);
    }
    assert_eq!(app.database().count("drafts").await, 0);
}
