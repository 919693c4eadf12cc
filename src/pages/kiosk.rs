//! The kiosk's shell and what it is told: the page, the document of what is asked at
//! one point, the manifest, the service worker. The scripts are in `static/kiosk/`.

pub mod files;

use askama::Template;
use serde::Serialize;
use serde_json::{Map, Value, json};
use surveys::collection_point::CollectionPoint;
use surveys::instrument::{Item, ResponseOption, Scale};
use surveys::unit::Commune;
use surveys::{
    CentreContact, Instrument, Language, OpeningHours, ServiceFields, Text, Translation,
};

use super::{Shell, Words, assets};

/// The texts of the kiosk, each told to it without what stands before the first dash.
const TEXTS: &[&str] = &[
    "kiosk-alarm-cleared",
    "kiosk-alarm-clock",
    "kiosk-alarm-households",
    "kiosk-alarm-lost",
    "kiosk-alarm-lost-households",
    "kiosk-alarm-oldest",
    "kiosk-alarm-quarantine",
    "kiosk-alarm-queue",
    "kiosk-alarm-storage",
    "kiosk-alarm-token",
    "kiosk-broken",
    "kiosk-broken-instead",
    "kiosk-calibrate",
    "kiosk-choose",
    "kiosk-cleared",
    "kiosk-clock",
    "kiosk-close",
    "kiosk-closed",
    "kiosk-closed-hours",
    "kiosk-closed-instead",
    "kiosk-contact",
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
    "kiosk-longer",
    "kiosk-maintenance",
    "kiosk-mon",
    "kiosk-next",
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
    "kiosk-receipt-later",
    "kiosk-results-picture",
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
    "kiosk-untold",
    "kiosk-version",
    "kiosk-wed",
];

/// The texts that the kiosk shares with the survey's pages, and what it calls them.
const SHARED: &[(&str, &str)] = &[
    ("begin", "start-button"),
    ("progress", "question-progress"),
    ("extra", "question-extra"),
    ("back", "question-back"),
    ("send", "question-send"),
    ("skip", "question-skip"),
    ("skip-and-send", "question-skip-and-send"),
    ("optional", "question-optional"),
    ("no-names", "question-no-names"),
    ("most", "question-most"),
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
    ("contact", "{contact}"),
    ("lost", "{lost}"),
    ("unsent", "{unsent}"),
];

/// Every text of the kiosk in one language, by what its scripts call it.
pub(super) fn texts(t: Words) -> Map<String, Value> {
    let own = TEXTS.iter().map(|key| (key.trim_start_matches("kiosk-"), *key));
    own.chain(SHARED.iter().copied())
        .map(|(name, key)| (name.to_owned(), Value::String(t.with(key, PLACEHOLDERS))))
        .collect()
}

/// Where the commune's results are, for who wants to follow them.
#[derive(Debug, Clone, Serialize)]
pub struct Results {
    /// The address, without its scheme.
    pub address: String,
    /// Its QR code, in SVG.
    pub picture: String,
}

/// Every language by its tag and what its speakers call it.
pub(super) fn languages(further: &[&'static Translation]) -> Vec<Value> {
    let named = |t: Words, name: &str| json!({"tag": t.tag(), "name": name});
    let own = Language::ALL.into_iter().map(|l| named(Words::new(l), super::own_name(l)));
    own.chain(further.iter().map(|t| named(Words::further(t), &t.name))).collect()
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
    /// The page of `point` in `commune`, in the surroundings of `shell`.
    pub fn new(
        point: &'a CollectionPoint,
        commune: &'static Commune,
        results: Option<&Results>,
        shell: &Shell,
    ) -> Self {
        let further = shell.further();
        let texts: Map<String, Value> =
            words(further).map(|t| (t.tag().to_owned(), texts(t).into())).collect();
        let start = json!({
            "point": point.code,
            "commune": commune.name,
            "commune_code": point.commune_code,
            "results": results,
            "contact": contact(shell.contact()),
            "telephone": shell.contact().telephone(),
            "simulated": shell.simulated,
            "version": env!("CARGO_PKG_VERSION"),
            "languages": languages(further),
            "texts": texts,
        });
        Self {
            vi: Words::new(Language::Vi),
            en: Words::new(Language::En),
            point: point.code.as_str(),
            commune: commune.name,
            style: files::KIOSK.address("kiosk.css"),
            script: files::KIOSK.address("main.js"),
            icon: assets::address("icon.svg"),
            start: start.to_string(),
        }
    }
}

/// How the centre is reached, in one line; `None` where nothing is given.
fn contact(contact: &CentreContact) -> Option<String> {
    let parts = [contact.telephone(), contact.address(), contact.note()];
    let given: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (!given.is_empty()).then(|| given.join(" · "))
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

/// What a point has set.
#[derive(Debug, Default)]
pub struct Settings {
    /// When it is open.
    pub hours: OpeningHours,
    /// What is asked beforehand.
    pub fields: ServiceFields,
    /// Whether its tablets go on by themselves once an option was touched.
    pub auto_advance: bool,
}

/// What is asked at one point: the instrument as every channel asks it, and when.
pub fn content(
    point: &CollectionPoint,
    instrument: &Instrument,
    settings: &Settings,
    recordings: &[Recording],
    further: &[&'static Translation],
) -> Value {
    let said = |text: &Text| said(text, further);
    let items: Vec<Value> =
        instrument.asked().map(|item| asked(instrument, item, recordings, &said)).collect();
    json!({
        "point": point.code,
        "instrument": {
            "id": instrument.id,
            "version": instrument.version,
            "title": said(&instrument.title),
            "introduction": said(&instrument.introduction),
            "items": items,
        },
        "service_field": service_field(&settings.fields, further),
        "auto_advance": settings.auto_advance,
        "opening_hours": settings.hours.spans(),
    })
}

/// The field of the procedure as the kiosk asks for it: like an item of one choice.
fn service_field(fields: &ServiceFields, further: &[&'static Translation]) -> Option<Value> {
    let option = |(text, value): (Text, u8)| {
        let mut option = said(&text, further);
        option.insert("value".to_owned(), value.into());
        Value::Object(option)
    };
    let options: Vec<Value> = fields.options().into_iter().zip(1..).map(option).collect();
    let asked: Map<String, Value> =
        words(further).map(|t| (t.tag().to_owned(), t.get("service-field").into())).collect();
    (!options.is_empty()).then(|| {
        json!({
            "code": "service_field",
            "text": asked,
            "hint": null,
            "multiple": false,
            "numbered": false,
            "options": options,
            "apart": null,
            "recordings": {},
        })
    })
}

/// Every language in which a citizen may be asked.
pub(super) fn words(further: &[&'static Translation]) -> impl Iterator<Item = Words> {
    let own = Language::ALL.into_iter().map(Words::new);
    own.chain(further.iter().map(|translation| Words::further(translation)))
}

/// A wording by the tag of each language.
fn said(text: &Text, further: &[&'static Translation]) -> Map<String, Value> {
    words(further).map(|t| (t.tag().to_owned(), t.of(text).into())).collect()
}

fn asked(
    instrument: &Instrument,
    item: &Item,
    recordings: &[Recording],
    said: &impl Fn(&Text) -> Map<String, Value>,
) -> Value {
    let scale = instrument.scale_of(item);
    let option = |o: &ResponseOption| {
        let mut option = said(&o.text);
        option.insert("value".to_owned(), o.value.into());
        Value::Object(option)
    };
    let recorded: Map<String, Value> = recordings
        .iter()
        .filter(|r| r.item == item.code.as_str())
        .map(|r| (r.language.clone(), json!(r)))
        .collect();
    let asked_after: Option<Map<String, Value>> = instrument.low_ratings(item).map(|ratings| {
        ratings.into_iter().map(|(rating, low)| (rating.to_string(), json!(low))).collect()
    });
    json!({
        "code": item.code,
        "text": said(&item.text),
        "hint": item.hint.as_ref().map(said),
        "multiple": item.multiple,
        "comment": item.is_comment(),
        "numbered": scale.is_some_and(|s| !s.satisfied.is_empty()),
        "options": scale.map_or_else(Vec::new, |s| s.options.iter().map(option).collect()),
        "apart": scale.and_then(|s| s.no_opinion.as_ref()).map(option),
        "low": scale.map_or_else(Vec::new, low),
        "asked_after": asked_after,
        "recordings": recorded,
    })
}

/// The values after which a remark is asked for: those that do not count as satisfied
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
    let name = format!("{} – {}", Words::new(Language::Vi).get("product"), commune.name);
    installed(&files::KIOSK, &name, &format!("/kiosk/{}", point.code))
}

/// A manifest of the page at `address` with the files of `shell`.
pub(super) fn installed(shell: &files::Shell, name: &str, address: &str) -> Value {
    let icon = |size: u32| {
        json!({
            "src": shell.address(&format!("icon-{size}.png")),
            "sizes": format!("{size}x{size}"),
            "type": "image/png",
        })
    };
    json!({
        "id": address,
        "name": name,
        "short_name": Words::new(Language::Vi).get("product"),
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
    fn a_remark_is_asked_for_after_the_worse_options_only() {
        let low_of = |instrument: &str, item: &str| {
            let instrument = catalog::instrument(instrument, None).unwrap();
            low(instrument.scale_of(instrument.item(item).unwrap()).unwrap())
        };
        assert_eq!(low_of("quick-counter", "A1"), [1, 2]);
        assert_eq!(
            low_of("quick-counter", "L1"),
            Vec::<u8>::new(),
            "a list of reasons is no scale"
        );
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
        let said = |option: &ResponseOption| json!([option.value, option.text.vi, option.text.en]);
        for instrument in catalog::newest() {
            let told = content(point, instrument, &Settings::default(), &[], &[]);
            let items = told["instrument"]["items"].as_array().unwrap();
            assert_eq!(items.len(), instrument.asked().count());
            for (told, item) in items.iter().zip(instrument.asked()) {
                assert_eq!(told["text"], json!(item.text));
                assert_eq!(told["asked_after"].is_null(), item.asked_after.is_none());
                let scale = instrument.scale_of(item);
                let here = |option: &Value| json!([option["value"], option["vi"], option["en"]]);
                let labels: Vec<Value> =
                    told["options"].as_array().unwrap().iter().map(here).collect();
                let wanted = scale.map_or(&[][..], |s| &s.options).iter().map(said);
                assert_eq!(labels, wanted.collect::<Vec<_>>(), "{} {}", instrument.id, item.code);
                let apart = scale.and_then(|s| s.no_opinion.as_ref()).map(said);
                assert_eq!((!told["apart"].is_null()).then(|| here(&told["apart"])), apart);
            }
        }
        let quick = catalog::instrument("quick-counter", None).unwrap();
        let told = content(point, quick, &Settings::default(), &[], &[]);
        let after = json!({"A1": [1, 2], "A2": [1, 2], "A3": [1, 2], "A4": [1, 2], "A5": [1, 2]});
        assert_eq!(told["instrument"]["items"][5]["asked_after"], after);
    }
}
