//! What one person says of sheets, for another to agree to.

use askama::Template;
use surveys::Instrument;
use surveys::paper::{Fate, Keyed};
use surveys::response::{BadDocument, Raw};

use super::{fate_name, number_of, words};
use crate::pages::message::Link;
use crate::pages::staff::{Nav, moment};
use crate::pages::{Shell, Words};
use crate::staff::Names;
use crate::store::paper_batches::{Keying, Purpose};

/// What one person says of a sheet.
#[derive(Debug)]
pub struct Proposed<'p> {
    /// What they say.
    pub keying: &'p Keying,
    /// What is said of it already: both keyings, or what counts.
    pub beside: Vec<&'p Keying>,
    /// Whether the reader has said it.
    pub is_own: bool,
}

/// One proposal: what it is about, by whom and why, and what it says at each item in
/// question beside what was said before.
#[derive(Debug)]
struct Part {
    keying: i64,
    serial: String,
    by: String,
    reason: String,
    is_own: bool,
    heads: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
}

/// What waits for another person.
#[derive(Debug, Template)]
#[template(path = "staff/paper/agreeing.html")]
pub struct Agreeing<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    back: Link,
    point: &'a str,
    action: String,
    left: String,
    parts: Vec<Part>,
}

impl<'a> Agreeing<'a> {
    /// The page of the batch with a number, at a point, in which `left` sheets wait.
    pub fn new(shell: &'a Shell, nav: Nav, (batch, point): (i64, &'a str), left: usize) -> Self {
        let t = shell.t;
        Self {
            shell,
            t,
            nav: Some(nav),
            back: Link {
                address: shell.link(&format!("/staff/paper/{batch}")),
                label: t.with("paper-batch", &[("batch", &batch.to_string())]),
            },
            point,
            action: shell.link(&format!("/staff/paper/{batch}/agree")),
            left: t.with("paper-agree-left", &[("left", &shell.number(left))]),
            parts: Vec::new(),
        }
    }

    /// The same showing what is `proposed`.
    ///
    /// # Errors
    /// [`BadDocument`] when a document was damaged.
    pub fn showing(
        mut self,
        instrument: &Instrument,
        proposed: &Proposed<'_>,
        names: &Names,
    ) -> Result<Self, BadDocument> {
        let (shell, keying) = (self.shell, proposed.keying);
        let columns = || proposed.beside.iter().copied().chain([keying]);
        let head = |keying: &Keying| {
            let key = match keying.purpose {
                Purpose::Proposed => "paper-proposed-by",
                Purpose::First if proposed.beside.len() == 2 => "paper-first-by",
                Purpose::Second => "paper-second-by",
                Purpose::First | Purpose::Decided | Purpose::Corrected => "paper-counts-by",
            };
            shell.t.with(key, &[("who", names.of(&keying.keyed_by))])
        };
        let mut rows = Vec::new();
        let fates: Vec<Fate> = columns().map(|keying| keying.keyed.fate).collect();
        if differ(&fates) {
            let words = fates.iter().map(|fate| fate_name(shell, *fate)).collect();
            rows.push((shell.t.get("paper-fate").into_owned(), words));
        }
        let said: Vec<_> =
            columns().map(|keying| keying.keyed.answers(instrument)).collect::<Result<_, _>>()?;
        let items = instrument.asked().filter(|item| !item.is_comment());
        for (place, item) in items.enumerate() {
            let at: Vec<Option<&Raw>> = said.iter().map(|said| said[place].1.as_ref()).collect();
            if differ(&at) {
                let asked =
                    format!("{}. {}", number_of(instrument, item), item.text.get(shell.language()));
                let said = at.iter().zip(&fates).map(|(raw, fate)| match fate {
                    Fate::Answered => words(shell, instrument, item, *raw),
                    _ => "–".to_owned(),
                });
                rows.push((asked, said.collect()));
            }
        }
        let comments: Vec<Option<String>> =
            columns().map(|keying| Keyed::comment(&keying.keyed)).collect::<Result<_, _>>()?;
        // The one who keys again is not asked for the comment.
        if differ(&[&comments[0], &comments[comments.len() - 1]]) {
            let said = comments.into_iter().map(|said| said.unwrap_or_else(|| "–".to_owned()));
            rows.push((shell.t.get("paper-comment-said").into_owned(), said.collect()));
        }
        self.parts.push(Part {
            keying: keying.keying_id,
            serial: keying.serial.to_string(),
            by: format!("{}, {}", names.of(&keying.keyed_by), moment(shell, keying.keyed_at)),
            reason: keying.reason.clone().unwrap_or_default(),
            is_own: proposed.is_own,
            heads: columns().map(head).collect(),
            rows,
        });
        Ok(self)
    }
}

/// Whether not all of `said` are the same.
fn differ<T: PartialEq>(said: &[T]) -> bool {
    said.iter().any(|one| *one != said[0])
}
