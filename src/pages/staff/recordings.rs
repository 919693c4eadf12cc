//! Items read aloud at a collection point: what is heard of each in each language.

use askama::Template;
use surveys::Language;
use surveys::collection_point::CollectionPoint;
use surveys::instrument::Item;

use super::Nav;
use crate::pages::{Shell, Words, own_name};
use crate::store::recordings::Recorded;

/// An item in one language.
#[derive(Debug)]
struct Row {
    item: String,
    text: String,
    tag: &'static str,
    language: &'static str,
    /// Where it is heard; empty where nobody recorded it.
    sound: String,
    /// Whose recording it is, and how large.
    told: String,
    /// Where one is put in; empty for who may not.
    add: String,
    /// What is said on the way there.
    add_label: String,
    /// Where the point's own is removed; empty where there is none.
    remove: String,
}

/// Every item of a point in every language.
#[derive(Debug, Template)]
#[template(path = "staff/recordings.html")]
pub struct Recordings<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    point: &'a str,
    rows: Vec<Row>,
    back: String,
}

impl<'a> Recordings<'a> {
    /// The `items` of `point` with what is `heard` of them, for somebody who may change it
    /// or not.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        point: &'a CollectionPoint,
        items: impl Iterator<Item = &'static Item>,
        heard: &[Recorded],
        may_manage: bool,
    ) -> Self {
        let t = shell.t;
        let row = |item: &Item, language: Language| {
            let of = |r: &&Recorded| r.item == item.code.as_str() && r.language == language.tag();
            let recorded = heard.iter().find(of);
            let own = recorded.is_some_and(|r| !r.collection_point.is_empty());
            let path = format!("/staff/points/{}/recordings/{}/{language}", point.code, item.code);
            let told = |r: &Recorded| {
                let size = [("size", &*shell.number(r.bytes.unsigned_abs().div_ceil(1024)))];
                t.with(if own { "recording-own" } else { "recording-shared" }, &size)
            };
            let label = t.get(if own { "recording-replace" } else { "recording-add" });
            let link = |path: &str| Some(shell.link(path)).filter(|_| may_manage);
            Row {
                item: item.code.to_string(),
                text: item.text.get(language).to_owned(),
                tag: language.tag(),
                language: own_name(language),
                sound: recorded.map(|r| address(point, r)).unwrap_or_default(),
                told: recorded.map_or_else(|| t.get("recording-none").into_owned(), told),
                add: link(&path).unwrap_or_default(),
                add_label: label.into_owned(),
                remove: link(&format!("{path}/remove")).filter(|_| own).unwrap_or_default(),
            }
        };
        let of_item = |item| Language::ALL.map(|language| row(item, language));
        Self {
            shell,
            t,
            nav: Some(nav),
            point: &point.name,
            rows: items.flat_map(of_item).collect(),
            back: shell.link(&format!("/staff/points/{}", point.code)),
        }
    }
}

/// Where the recording is served: a new address for a new sound.
fn address(point: &CollectionPoint, r: &Recorded) -> String {
    format!("/kiosk/{}/recordings/{}/{}?v={}", point.code, r.item, r.language, r.hash)
}
