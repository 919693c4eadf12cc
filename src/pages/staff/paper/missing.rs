//! Serial numbers that nobody has keyed, to be explained in groups.

use askama::Template;
use surveys::paper::Fate;

use super::{Wrong, fate_name, to_mend, wrong, wrong_at};
use crate::pages::field::Mending;
use crate::pages::message::Link;
use crate::pages::staff::Nav;
use crate::pages::{Shell, Words};
use crate::store::paper_ranges::PaperRange;

/// What nobody has keyed, and what became of it.
#[derive(Debug, Template)]
#[template(path = "staff/paper/missing.html")]
pub struct Missing<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    back: Link,
    point: &'a str,
    action: String,
    left: Vec<(String, u32)>,
    explained: Vec<(String, u32, String)>,
    fates: Vec<(&'static str, String)>,
    typed: [String; 3],
    resumed: bool,
    wrong: Vec<Wrong>,
}

impl<'a> Missing<'a> {
    /// The page of the batch `batch` from the collection point `point`.
    pub fn new(shell: &'a Shell, nav: Nav, batch: i64, point: &'a str) -> Self {
        let t = shell.t;
        let fate = |fate: Fate| (fate.name(), fate_name(shell, fate));
        Self {
            shell,
            t,
            nav: Some(nav),
            back: Link {
                address: shell.link(&format!("/staff/paper/{batch}")),
                label: t.with("paper-batch", &[("batch", &batch.to_string())]),
            },
            point,
            action: shell.link(&format!("/staff/paper/{batch}/missing")),
            left: Vec::new(),
            explained: Vec::new(),
            fates: Fate::OF_MISSING.map(fate).to_vec(),
            typed: Default::default(),
            resumed: false,
            wrong: Vec::new(),
        }
    }

    /// The same with the runs that are `left` and those that are `explained`.
    #[must_use]
    pub fn listing(mut self, left: &[PaperRange], explained: &[(PaperRange, Fate)]) -> Self {
        if let Some(run) = left.first() {
            self.typed = [run.first.to_string(), run.last.to_string(), String::new()];
        }
        self.left = left.iter().map(|run| (run.to_string(), run.count())).collect();
        let explained = explained.iter();
        self.explained = explained
            .map(|(run, fate)| (run.to_string(), run.count(), fate_name(self.shell, *fate)))
            .collect();
        self
    }

    /// The same, saying whether what is in its form was typed before the session ended.
    #[must_use]
    pub fn resumed(self, resumed: bool) -> Self {
        Self { resumed, ..self }
    }

    /// The same with what was typed (first, last, fate) and is to be mended.
    #[must_use]
    pub fn typed(mut self, typed: [String; 3], found: Vec<(String, String)>) -> Self {
        if self.resumed || !found.is_empty() {
            self.typed = typed;
        }
        self.wrong = wrong(found);
        self
    }

    fn to_mend(&self) -> Vec<Mending<'_>> {
        to_mend(&self.wrong, |id| match id {
            "first" => self.t.get("paper-first-number").into_owned(),
            "last" => self.t.get("paper-last-number").into_owned(),
            _ => String::new(),
        })
    }

    fn wrong_at(&self, id: &str) -> &str {
        wrong_at(&self.wrong, id)
    }
}
