//! The kiosk's shell and what it is told: the page, the document of what is asked at
//! one point, the manifest, the service worker. The scripts are in `static/kiosk/`.

pub mod files;

use askama::Template;
use serde::Serialize;
use serde_json::{Map, Value, json};
use surveys::collection_point::CollectionPoint;
use surveys::instrument::{Item, ResponseOption, Scale};
use surveys::unit::Commune;
use surveys::{Instrument, Language, OpeningHours, Text};

use super::{Words, assets};

/// The texts of the kiosk, each told to it without what stands before the first dash.
const TEXTS: &[&str] = &[
    "kiosk-alarm-clock",
    "kiosk-alarm-oldest",
    "kiosk-alarm-quarantine",
    "kiosk-alarm-queue",
    "kiosk-alarm-storage",
    "kiosk-alarm-token",
    "kiosk-broken",
    "kiosk-broken-instead",
    "kiosk-calibrate",
    "kiosk-clock",
    "kiosk-close",
    "kiosk-closed",
    "kiosk-closed-hours",
    "kiosk-closed-instead",
    "kiosk-contrast",
    "kiosk-device",
    "kiosk-done",
    "kiosk-enrol",
    "kiosk-enrol-code",
    "kiosk-enrol-elsewhere",
    "kiosk-enrol-offline",
    "kiosk-enter",
    "kiosk-erase",
    "kiosk-export",
    "kiosk-fri",
    "kiosk-go-on",
    "kiosk-keep",
    "kiosk-large",
    "kiosk-listen",
    "kiosk-listen-question",
    "kiosk-longer",
    "kiosk-maintenance",
    "kiosk-mon",
    "kiosk-off",
    "kiosk-off-instead",
    "kiosk-offline",
    "kiosk-oldest",
    "kiosk-pin",
    "kiosk-pin-wait",
    "kiosk-pin-wrong",
    "kiosk-point",
    "kiosk-privacy",
    "kiosk-quarantined",
    "kiosk-queued",
    "kiosk-receipt",
    "kiosk-ruler",
    "kiosk-sat",
    "kiosk-saved-results",
    "kiosk-seconds",
    "kiosk-seconds-left",
    "kiosk-seen",
    "kiosk-send-now",
    "kiosk-shorter",
    "kiosk-stay",
    "kiosk-still-there",
    "kiosk-storage",
    "kiosk-storage-kept",
    "kiosk-storage-may-go",
    "kiosk-sun",
    "kiosk-thu",
    "kiosk-tue",
    "kiosk-version",
    "kiosk-wed",
];

/// The texts that the kiosk shares with the survey's pages, and what it calls them.
const SHARED: &[(&str, &str)] = &[
    ("begin", "start-button"),
    ("progress", "question-progress"),
    ("back", "question-back"),
    ("next", "question-next"),
    ("send", "question-send"),
    ("skip", "question-skip"),
    ("skip-and-send", "question-skip-and-send"),
    ("optional", "question-optional"),
    ("no-names", "question-no-names"),
    ("most", "question-most"),
    ("choose", "error-nothing-chosen"),
    ("choose-several", "error-none-chosen"),
    ("saved", "done-heading"),
    ("simulated", "simulated"),
];

/// Placeholders stay as they are: the kiosk fills them in.
const PLACEHOLDERS: &[(&str, &str)] = &[
    ("n", "{n}"),
    ("of", "{of}"),
    ("most", "{most}"),
    ("mm", "{mm}"),
    ("seconds", "{seconds}"),
    ("receipt", "{receipt}"),
    ("address", "{address}"),
];

fn texts(language: Language) -> Map<String, Value> {
    let t = Words(language);
    let own = TEXTS.iter().map(|key| (key.trim_start_matches("kiosk-"), *key));
    own.chain(SHARED.iter().copied())
        .map(|(name, key)| (name.to_owned(), Value::String(t.with(key, PLACEHOLDERS))))
        .collect()
}

/// The page of the kiosk. It is the same for everyone, so a device can keep it.
#[derive(Debug, Template)]
#[template(path = "kiosk.html")]
pub struct Kiosk<'a> {
    vi: Words,
    en: Words,
    point: &'a str,
    commune: &'static str,
    style: String,
    script: String,
    icon: &'static str,
    start: String,
}

impl<'a> Kiosk<'a> {
    /// The page of `point` in `commune`; `simulated` when everything here is made up.
    pub fn new(point: &'a CollectionPoint, commune: &'static Commune, simulated: bool) -> Self {
        let languages: Vec<Value> = Language::ALL
            .iter()
            .map(|l| json!({"tag": l.tag(), "name": super::shell::own_name(*l)}))
            .collect();
        let texts: Map<String, Value> =
            Language::ALL.iter().map(|l| (l.tag().to_owned(), texts(*l).into())).collect();
        let start = json!({
            "point": point.code,
            "commune": commune.name,
            "commune_code": point.commune_code,
            "simulated": simulated,
            "version": env!("CARGO_PKG_VERSION"),
            "languages": languages,
            "texts": texts,
        });
        Self {
            vi: Words(Language::Vi),
            en: Words(Language::En),
            point: point.code.as_str(),
            commune: commune.name,
            style: files::address("kiosk.css"),
            script: files::address("main.js"),
            icon: assets::address("icon.svg"),
            start: start.to_string(),
        }
    }
}

/// A recording of one item in one language.
#[derive(Debug, Clone, Serialize)]
pub struct Recording {
    /// The item's code.
    #[serde(skip)]
    pub item: String,
    /// The language's tag.
    #[serde(skip)]
    pub language: String,
    /// A mark of its content.
    pub hash: String,
    /// Where it is served.
    pub address: String,
}

/// What is asked at one point: the instrument as every channel asks it, and when.
pub fn content(
    point: &CollectionPoint,
    instrument: &Instrument,
    hours: &OpeningHours,
    recordings: &[Recording],
) -> Value {
    let items: Vec<Value> =
        instrument.asked().map(|item| asked(instrument, item, recordings)).collect();
    json!({
        "point": point.code,
        "instrument": {
            "id": instrument.id,
            "version": instrument.version,
            "title": instrument.title,
            "introduction": instrument.introduction,
            "items": items,
        },
        "opening_hours": hours.spans(),
    })
}

fn asked(instrument: &Instrument, item: &Item, recordings: &[Recording]) -> Value {
    let scale = instrument.scale_of(item);
    let option = |o: &ResponseOption| {
        let Text { vi, en } = &o.text;
        json!({"value": o.value, "vi": vi, "en": en})
    };
    let recorded: Map<String, Value> = recordings
        .iter()
        .filter(|r| r.item == item.code.as_str())
        .map(|r| (r.language.clone(), json!(r)))
        .collect();
    json!({
        "code": item.code,
        "text": item.text,
        "hint": item.hint,
        "multiple": item.multiple,
        "comment": item.is_comment(),
        "numbered": scale.is_some_and(|s| !s.satisfied.is_empty()),
        "options": scale.map_or_else(Vec::new, |s| s.options.iter().map(option).collect()),
        "apart": scale.and_then(|s| s.no_opinion.as_ref()).map(option),
        "low": scale.map_or_else(Vec::new, low),
        "recordings": recorded,
    })
}

/// The values after which the reason is asked: those that do not count as satisfied
/// and lie in the half of the scale that is farther from those that do.
fn low(scale: &Scale) -> Vec<u8> {
    let satisfied = |o: &ResponseOption| scale.satisfied.contains(&o.value);
    let half = scale.options.len() / 2;
    let ends_well = scale.options.last().is_some_and(satisfied);
    let (first, last) =
        scale.options.split_at(if ends_well { half } else { scale.options.len() - half });
    let far = if ends_well { first } else { last };
    far.iter().filter(|o| !scale.satisfied.is_empty() && !satisfied(o)).map(|o| o.value).collect()
}

/// The manifest with which the kiosk is installed.
pub fn manifest(point: &CollectionPoint, commune: &Commune) -> Value {
    let address = format!("/kiosk/{}", point.code);
    let icon = |size: u32| {
        json!({
            "src": files::address(&format!("icon-{size}.png")),
            "sizes": format!("{size}x{size}"),
            "type": "image/png",
        })
    };
    json!({
        "id": address,
        "name": format!("{} – {}", Words(Language::Vi).get("product"), commune.name),
        "short_name": Words(Language::Vi).get("product"),
        "lang": "vi",
        "start_url": address,
        "scope": address,
        "display": "fullscreen",
        "background_color": "#f4f6f7",
        "theme_color": "#073742",
        "icons": [icon(192), icon(512)],
    })
}

#[cfg(test)]
mod tests {
    use surveys::{CommuneCode, InstrumentId, PointCode, catalog};

    use super::*;

    #[test]
    fn the_reason_is_asked_after_the_worse_options_only() {
        let low_of = |instrument: &str, item: &str| {
            let instrument = catalog::instrument(instrument, None).unwrap();
            low(instrument.scale_of(instrument.item(item).unwrap()).unwrap())
        };
        assert_eq!(low_of("quick-counter", "A1"), [1, 2]);
        assert_eq!(low_of("quick-counter", "N1"), Vec::<u8>::new(), "a list of wishes is no scale");
        assert_eq!(low_of("one-stop-rating", "CS1"), [0]);
    }

    #[test]
    fn labels_are_those_of_the_instrument_in_every_language() {
        let point = &CollectionPoint {
            code: PointCode::parse("22651").unwrap(),
            commune_code: CommuneCode::parse("22651").unwrap(),
            name: "Một cửa".into(),
            instrument: InstrumentId::parse("quick-counter").unwrap(),
            retired: false,
        };
        let instrument = catalog::instrument("quick-counter", None).unwrap();
        let told = content(point, instrument, &OpeningHours::default(), &[]);
        let items = told["instrument"]["items"].as_array().unwrap();
        assert_eq!(items.len(), instrument.asked().count());
        for (told, item) in items.iter().zip(instrument.asked()) {
            assert_eq!(told["text"], json!(item.text));
            let scale = instrument.scale_of(item).map_or(&[][..], |s| &s.options);
            let labels = told["options"].as_array().unwrap();
            assert_eq!(labels.len(), scale.len());
            for (label, option) in labels.iter().zip(scale) {
                assert_eq!(
                    (&label["vi"], &label["en"]),
                    (&json!(option.text.vi), &json!(option.text.en))
                );
            }
        }
    }
}
