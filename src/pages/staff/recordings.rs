//! Items read aloud at a collection point: what is heard of each in each language.

use askama::Template;
use surveys::collection_point::CollectionPoint;
use surveys::instrument::Item;

use super::Nav;
use crate::pages::{Shell, Words};
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
    point: &'a CollectionPoint,
    may_manage: bool,
    rows: Vec<Row>,
    back: String,
}

impl<'a> Recordings<'a> {
    /// The page of `point`, without items, for somebody who may change it or not.
    pub fn new(shell: &'a Shell, nav: Nav, point: &'a CollectionPoint, may_manage: bool) -> Self {
        Self {
            shell,
            t: shell.t,
            nav: Some(nav),
            point,
            may_manage,
            rows: Vec::new(),
            back: shell.link(&format!("/staff/points/{}", point.code)),
        }
    }

    /// The same with the `items`, each in the `languages` in which citizens are asked, and
    /// what is `heard` of them.
    #[must_use]
    pub fn listing(
        mut self,
        items: impl Iterator<Item = &'static Item>,
        languages: &[Words],
        heard: &[Recorded],
    ) -> Self {
        let of_item = |item| languages.iter().map(move |language| (item, *language));
        self.rows = items
            .flat_map(of_item)
            .map(|(item, language)| self.row(item, language, heard))
            .collect();
        self
    }

    fn row(&self, item: &Item, language: Words, heard: &[Recorded]) -> Row {
        let (shell, t, point) = (self.shell, self.t, self.point);
        let of = |r: &&Recorded| r.item == item.code.as_str() && r.language == language.tag();
        let recorded = heard.iter().find(of);
        let own = recorded.is_some_and(|r| !r.collection_point.is_empty());
        let (code, tag) = (&point.code, language.tag());
        let path = format!("/staff/points/{code}/recordings/{}/{tag}", item.code);
        let told = |r: &Recorded| {
            let size = [("size", &*shell.number(r.bytes.unsigned_abs().div_ceil(1024)))];
            t.with(if own { "recording-own" } else { "recording-shared" }, &size)
        };
        let label = t.get(if own { "recording-replace" } else { "recording-add" });
        let link = |path: &str| Some(shell.link(path)).filter(|_| self.may_manage);
        Row {
            item: item.code.to_string(),
            text: language.of(&item.text).to_owned(),
            tag,
            language: language.name(),
            sound: recorded.map(|r| address(point, r)).unwrap_or_default(),
            told: recorded.map_or_else(|| t.get("recording-none").into_owned(), told),
            add: link(&path).unwrap_or_default(),
            add_label: label.into_owned(),
            remove: link(&format!("{path}/remove")).filter(|_| own).unwrap_or_default(),
        }
    }
}

/// Where the recording is served: a new address for a new sound.
fn address(point: &CollectionPoint, r: &Recorded) -> String {
    format!("/kiosk/{}/recordings/{}/{}?v={}", point.code, r.item, r.language, r.hash)
}
