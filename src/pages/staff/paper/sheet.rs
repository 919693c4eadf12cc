//! The form of one sheet: every item on one page, for the keyboard alone.

use askama::Template;
use surveys::instrument::{Item, Scale};
use surveys::paper::{Fate, Keyed, keys, keys_of, nothing_key};
use surveys::response::{BadDocument, MAX_COMMENT_CHARS};
use surveys::{Instrument, Language, Serial};

use super::{Wrong, fate_name, number_of, to_mend, words, wrong, wrong_at};
use crate::pages::field::Mending;
use crate::pages::message::Link;
use crate::pages::staff::Nav;
use crate::pages::{Shell, Words};

/// The name, and the id, of the field of `item`.
pub fn item_field(item: &Item) -> String {
    format!("item-{}", item.code)
}

/// An item with its field.
#[derive(Debug)]
struct Row {
    code: String,
    id: String,
    asked: String,
    /// What each key means; empty when it is as above.
    legend: Vec<(String, String)>,
    /// The id of the legend that holds here.
    legend_id: String,
    keys: String,
    several: bool,
    value: String,
    /// What was keyed of it before: by whom or when, and what.
    said: Vec<(String, String)>,
}

/// A sheet that was just saved.
#[derive(Debug)]
struct Saved {
    said: String,
    serial: String,
}

/// A button: what it says about the sheet, and its words.
#[derive(Debug)]
struct Button {
    fate: &'static str,
    label: String,
}

/// The form of one sheet.
#[derive(Debug, Template)]
#[template(path = "staff/paper/sheet.html")]
pub struct Sheet<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    heading: String,
    action: String,
    undo: String,
    back: Link,
    point: String,
    progress: String,
    notice: String,
    saved: Option<Saved>,
    paragraphs: Vec<String>,
    wrong: Vec<Wrong>,
    serial: String,
    fixed: bool,
    rows: Vec<Row>,
    comment: Option<String>,
    /// The label of the field for a reason, and what stands in it.
    reason: Option<(String, String)>,
    buttons: Vec<Button>,
    hidden: Vec<(&'static str, String)>,
    /// What was said before, under a heading; nothing when empty.
    listed: (String, Vec<String>),
    leading: Option<Link>,
    longest_comment: u64,
}

impl<'a> Sheet<'a> {
    /// A form headed `heading` that posts to `action`.
    pub fn new(shell: &'a Shell, nav: Nav, heading: String, action: &str) -> Self {
        let said = |key: &str| shell.t.get(key).into_owned();
        let save = Button { fate: Fate::Answered.name(), label: said("paper-save") };
        Self {
            shell,
            t: shell.t,
            nav: Some(nav),
            heading,
            action: shell.link(action),
            undo: shell.link(&format!("{action}/undo")),
            back: Link { address: shell.link("/staff/paper"), label: said("paper-heading") },
            point: String::new(),
            progress: String::new(),
            notice: String::new(),
            saved: None,
            paragraphs: Vec::new(),
            wrong: Vec::new(),
            serial: String::new(),
            fixed: false,
            rows: Vec::new(),
            comment: None,
            reason: None,
            buttons: vec![save],
            hidden: Vec::new(),
            listed: (String::new(), Vec::new()),
            leading: None,
            longest_comment: MAX_COMMENT_CHARS,
        }
    }

    /// The same in the batch `id`, from the collection point `point`.
    #[must_use]
    pub fn of_batch(mut self, id: i64, point: &str) -> Self {
        self.back = Link {
            address: self.shell.link(&format!("/staff/paper/{id}")),
            label: self.t.with("paper-batch", &[("batch", &id.to_string())]),
        };
        point.clone_into(&mut self.point);
        self
    }

    /// The same, when so many sheets are keyed, of so many if they were counted.
    #[must_use]
    pub fn progress(mut self, keyed: u32, of: Option<u32>) -> Self {
        let keyed = keyed.to_string();
        self.progress = match of {
            Some(of) => {
                self.t.with("paper-progress-of", &[("keyed", &keyed), ("of", &of.to_string())])
            }
            None => self.t.with("paper-progress", &[("keyed", &keyed)]),
        };
        self
    }

    /// The same with the buttons for a sheet that says nothing.
    #[must_use]
    pub fn with_fates(mut self) -> Self {
        for (fate, key) in [(Fate::Blank, "paper-blank"), (Fate::Void, "paper-void")] {
            self.buttons.push(Button { fate: fate.name(), label: self.t.get(key).into_owned() });
        }
        self
    }

    /// The same, where saving puts the sheet in place of another keying.
    #[must_use]
    pub fn replacing(mut self) -> Self {
        self.buttons[0].label = self.t.get("paper-replace").into_owned();
        self
    }

    /// The same with this serial number.
    #[must_use]
    pub fn numbered(mut self, serial: &str) -> Self {
        serial.clone_into(&mut self.serial);
        self
    }

    /// The same, whose serial number is not to be changed.
    #[must_use]
    pub fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// The same with something to notice first.
    #[must_use]
    pub fn noticing(mut self, notice: String) -> Self {
        self.notice = notice;
        self
    }

    /// The same after the sheet `serial` was saved.
    #[must_use]
    pub fn saved(mut self, serial: Serial) -> Self {
        let text = serial.to_string();
        let said = self.t.with("paper-saved", &[("serial", &text)]);
        self.saved = Some(Saved { said, serial: text });
        self
    }

    /// The same with a paragraph above.
    #[must_use]
    pub fn saying(mut self, paragraph: String) -> Self {
        self.paragraphs.push(paragraph);
        self
    }

    /// The same asking for `items`, with what stands in the field of each.
    #[must_use]
    pub fn asking(
        mut self,
        instrument: &Instrument,
        items: &[&Item],
        value: impl Fn(&Item) -> String,
    ) -> Self {
        let language = self.shell.language();
        let mut before: Option<(&Scale, bool, String)> = None;
        for item in items {
            let Some(scale) = instrument.scale_of(item) else { continue };
            let number = number_of(instrument, item);
            let same = before.as_ref().is_some_and(|(s, m, _)| *s == scale && *m == item.multiple);
            let legend = if same { Vec::new() } else { self.legend(scale, language) };
            let legend_id = match before.take() {
                Some((.., id)) if same => id,
                _ => format!("keys-{}", item.code),
            };
            self.rows.push(Row {
                code: item.code.to_string(),
                id: item_field(item),
                asked: format!("{number}. {}", item.text.get(language)),
                legend,
                legend_id: legend_id.clone(),
                keys: keys_of(scale),
                several: item.multiple,
                value: value(item),
                said: Vec::new(),
            });
            before = Some((scale, item.multiple, legend_id));
        }
        self
    }

    fn legend(&self, scale: &Scale, language: Language) -> Vec<(String, String)> {
        let key = |(key, option): (char, &surveys::instrument::ResponseOption)| {
            (key.to_string(), option.text.get(language).to_owned())
        };
        let mut legend: Vec<_> = keys(scale).into_iter().map(key).collect();
        legend.push((nothing_key(scale).to_string(), self.t.get("paper-unanswered").into_owned()));
        legend
    }

    /// The same asking for the comment, where `instrument` has one.
    #[must_use]
    pub fn asking_comment(mut self, instrument: &Instrument, value: &str) -> Self {
        if instrument.asked().any(Item::is_comment) {
            self.comment = Some(value.to_owned());
        }
        self
    }

    /// The same asking for a reason, called `label`.
    #[must_use]
    pub fn asking_reason(mut self, label: String, value: &str) -> Self {
        self.reason = Some((label, value.to_owned()));
        self
    }

    /// The same with `lines` under `heading`, when there are any.
    #[must_use]
    pub fn listing(mut self, heading: String, lines: Vec<String>) -> Self {
        self.listed = (heading, lines);
        self
    }

    /// The same with what `keyed`, called `label`, says at each item.
    ///
    /// # Errors
    /// [`BadDocument`] when the document was damaged.
    pub fn saying_of(
        mut self,
        instrument: &Instrument,
        keyed: &Keyed,
        label: &str,
    ) -> Result<Self, BadDocument> {
        if keyed.fate != Fate::Answered {
            self.paragraphs.push(format!("{label}: {}", fate_name(self.shell, keyed.fate)));
            return Ok(self);
        }
        for (item, raw) in keyed.answers(instrument)? {
            let said = words(self.shell, instrument, item, raw.as_ref());
            if let Some(row) = self.rows.iter_mut().find(|row| row.code == item.code.as_str()) {
                row.said.push((label.to_owned(), said));
            }
        }
        if let Some(comment) = keyed.comment()?.filter(|_| self.comment.is_some()) {
            self.paragraphs.push(format!("{label}: “{comment}”"));
        }
        Ok(self)
    }

    /// The same with what is to be mended, each with the id of its field.
    #[must_use]
    pub fn wrong(mut self, found: Vec<(String, String)>) -> Self {
        self.wrong = wrong(found);
        self
    }

    /// The same with a field that nobody sees.
    #[must_use]
    pub fn carrying(mut self, name: &'static str, value: String) -> Self {
        self.hidden.push((name, value));
        self
    }

    /// The same with another way on.
    #[must_use]
    pub fn leading(mut self, way: Option<Link>) -> Self {
        self.leading = way;
        self
    }

    fn to_mend(&self) -> Vec<Mending<'_>> {
        let asked = |id: &str| {
            let row = self.rows.iter().find(|row| row.id == id);
            row.map_or_else(String::new, |row| row.asked.clone())
        };
        to_mend(&self.wrong, asked)
    }

    fn wrong_at(&self, id: &str) -> &str {
        wrong_at(&self.wrong, id)
    }
}
