//! Interview mode's page, which is the same for every interviewer, and its manifest. The
//! scripts are in `static/interview/`, beside those of the kiosk.

use askama::Template;
use serde_json::{Map, Value, json};
use surveys::Language;
use surveys::collection_point::CollectionPoint;
use surveys::unit::Commune;

use super::kiosk::files::INTERVIEW;
use super::{Shell, Words, assets, kiosk};

/// The texts of interview mode: what its scripts call them, and their keys.
const TEXTS: &[(&str, &str)] = &[
    ("agrees", "interview-agrees"),
    ("all-sent", "interview-all-sent"),
    ("call-reserve", "interview-call-reserve"),
    ("consent", "interview-consent"),
    ("consent-free", "interview-consent-free"),
    ("consent-kept", "interview-consent-kept"),
    ("done-of", "interview-done-of"),
    ("hand", "interview-hand"),
    ("hand-back", "interview-hand-back"),
    ("hand-over", "interview-hand-over"),
    ("hand-over-how", "interview-hand-over-how"),
    ("household", "interview-household"),
    ("households", "interview-households"),
    ("interrupted", "interview-interrupted"),
    ("interrupted-how", "interview-interrupted-how"),
    ("interview", "interview-begin"),
    ("interview-broken", "interview-broken"),
    ("interview-cleared", "interview-cleared"),
    ("interview-code", "interview-code"),
    ("interview-elsewhere", "interview-elsewhere"),
    ("interview-off", "interview-off"),
    ("interview-off-how", "interview-off-how"),
    ("interview-offline", "interview-offline"),
    ("next-afternoon", "interview-next-afternoon"),
    ("next-evening", "interview-next-evening"),
    ("next-tomorrow", "interview-next-tomorrow"),
    ("no-households", "interview-no-households"),
    ("no-interview", "interview-no-interview"),
    ("not-now", "interview-not-now"),
    ("outcome-absent", "interview-outcome-absent"),
    ("outcome-later", "interview-outcome-later"),
    ("outcome-refused", "interview-outcome-refused"),
    ("outcome-vacant", "interview-outcome-vacant"),
    ("read-aloud", "interview-read-aloud"),
    ("refresh", "interview-refresh"),
    ("replaced", "interview-replaced"),
    ("second-window", "interview-second-window"),
    ("second-window-how", "interview-second-window-how"),
    ("stands-for", "interview-stands-for"),
    ("status-absent", "interview-status-absent"),
    ("status-answered", "interview-status-answered"),
    ("status-later", "interview-status-later"),
    ("status-refused", "interview-status-refused"),
    ("status-vacant", "interview-status-vacant"),
    ("status-waiting", "interview-status-waiting"),
    ("stop", "interview-stop"),
    ("stop-button", "interview-stop-button"),
    ("stop-empty", "interview-stop-empty"),
    ("stop-kept", "interview-stop-kept"),
    ("stop-no", "interview-stop-no"),
    ("stop-yes", "interview-stop-yes"),
    ("thanks", "interview-thanks"),
    ("to-list", "interview-to-list"),
    ("unsent", "interview-unsent"),
    ("visit-again", "interview-visit-again"),
];

/// Placeholders stay as they are: the scripts fill them in.
const PLACEHOLDERS: &[(&str, &str)] = &[
    ("commune", "{commune}"),
    ("done", "{done}"),
    ("household", "{household}"),
    ("of", "{of}"),
    ("unsent", "{unsent}"),
    ("visit", "{visit}"),
    ("visits", "{visits}"),
];

fn texts(t: Words) -> Map<String, Value> {
    let own = TEXTS
        .iter()
        .map(|(name, key)| ((*name).to_owned(), Value::String(t.with(key, PLACEHOLDERS))));
    kiosk::texts(t).into_iter().chain(own).collect()
}

/// The page. It is the same for everyone, so a tablet can keep it.
#[derive(Debug, Template)]
#[template(path = "interview.html")]
pub struct Interview<'a> {
    vi: Words,
    en: Words,
    point: &'a str,
    commune: &'static str,
    kiosk_style: String,
    style: String,
    script: String,
    icon: &'static str,
    start: String,
}

impl<'a> Interview<'a> {
    /// The page of `point` in `commune`, in the surroundings of `shell`.
    pub fn new(point: &'a CollectionPoint, commune: &'static Commune, shell: &Shell) -> Self {
        let further = shell.further();
        let texts: Map<String, Value> =
            kiosk::words(further).map(|t| (t.tag().to_owned(), texts(t).into())).collect();
        let start = json!({
            "point": point.code,
            "commune": commune.name,
            "simulated": shell.simulated,
            "version": env!("CARGO_PKG_VERSION"),
            "languages": kiosk::languages(further),
            "texts": texts,
        });
        Self {
            vi: Words::new(Language::Vi),
            en: Words::new(Language::En),
            point: point.code.as_str(),
            commune: commune.name,
            kiosk_style: INTERVIEW.address("kiosk.css"),
            style: INTERVIEW.address("interview.css"),
            script: INTERVIEW.address("interview.js"),
            icon: assets::address("icon.svg"),
            start: start.to_string(),
        }
    }
}

/// The manifest with which interview mode is installed.
pub fn manifest(point: &CollectionPoint, commune: &Commune) -> Value {
    let name = format!("{} – {}", Words::new(Language::Vi).get("interview-name"), commune.name);
    kiosk::installed(&INTERVIEW, &name, &format!("/interview/{}", point.code))
}
