//! A page with one form: what is asked, what was typed, what to mend.

use askama::Template;

use super::Nav;
use super::sure::Unsure;
use crate::pages::message::Link;
use crate::pages::{Shell, Words};

pub use crate::pages::field::{Choice, Field};
use crate::pages::field::{Mending, to_mend};

/// What an authenticator application reads.
#[derive(Debug, Clone)]
pub struct Code {
    /// The QR code as the address of a picture.
    pub picture: String,
    /// The same for typing.
    pub text: String,
}

/// A table that explains what is typed or pasted below it.
#[derive(Debug, Clone)]
pub struct Explained {
    /// What it is about.
    pub caption: String,
    /// The headings of its columns.
    pub headings: [String; 3],
    /// Its rows; the first cell is what the row explains.
    pub rows: Vec<[String; 3]>,
}

/// A page with one form.
#[derive(Debug, Template)]
#[template(path = "staff/form.html")]
pub struct Form<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    heading: String,
    paragraphs: Vec<String>,
    notice: String,
    explained: Option<Explained>,
    code: Option<Code>,
    fields: Vec<Field>,
    /// What is seldom asked, folded away below the others.
    folded: Folded,
    hidden: Vec<(&'static str, String)>,
    action: String,
    button: String,
    links: Vec<Link>,
    beside: Vec<Beside>,
    unsure: Vec<Unsure>,
}

/// Fields that are folded away.
#[derive(Debug, Default)]
struct Folded {
    summary: String,
    about: String,
    fields: Vec<Field>,
}

impl Folded {
    /// Whether it is unfolded: something stands in it or is to be mended.
    fn is_open(&self) -> bool {
        self.fields.iter().any(|field| field.is_wrong() || !field.value.is_empty())
    }
}

/// A text that stands beside what is typed.
#[derive(Debug, Clone)]
struct Beside {
    heading: String,
    text: String,
}

impl<'a> Form<'a> {
    /// A form headed `heading` that posts to `action`.
    pub fn new(
        shell: &'a Shell,
        heading: impl Into<String>,
        action: &str,
        button: impl Into<String>,
    ) -> Self {
        Self {
            shell,
            t: shell.t,
            nav: None,
            heading: heading.into(),
            paragraphs: Vec::new(),
            notice: String::new(),
            explained: None,
            code: None,
            fields: Vec::new(),
            folded: Folded::default(),
            hidden: Vec::new(),
            action: shell.link(action),
            button: button.into(),
            links: Vec::new(),
            beside: Vec::new(),
            unsure: Vec::new(),
        }
    }

    /// The same for somebody who is signed in.
    #[must_use]
    pub fn signed(mut self, nav: Nav) -> Self {
        self.hidden.push(("mark", nav.mark.clone()));
        self.nav = Some(nav);
        self
    }

    /// The same with a paragraph above.
    #[must_use]
    pub fn saying(mut self, paragraph: impl Into<String>) -> Self {
        self.paragraphs.push(paragraph.into());
        self
    }

    /// The same with something to notice first.
    #[must_use]
    pub fn noticing(mut self, notice: impl Into<String>) -> Self {
        self.notice = notice.into();
        self
    }

    /// The same with a table that explains what is asked.
    #[must_use]
    pub fn explaining(mut self, table: Explained) -> Self {
        self.explained = Some(table);
        self
    }

    /// The same with a code to be read by a phone, above the field `code`.
    #[must_use]
    pub fn showing(mut self, code: Code) -> Self {
        self.code = Some(code);
        self
    }

    /// The same with a text to be read beside what is typed.
    #[must_use]
    pub fn beside(mut self, heading: impl Into<String>, text: &str) -> Self {
        self.beside.push(Beside { heading: heading.into(), text: text.to_owned() });
        self
    }

    /// The same with one more thing asked.
    #[must_use]
    pub fn asking(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// The same with these `fields` folded away under `summary`; unfolded when something
    /// stands in one of them.
    #[must_use]
    pub fn folding(
        mut self,
        (summary, about): (String, String),
        fields: impl Iterator<Item = Field>,
    ) -> Self {
        self.folded = Folded { summary, about, fields: fields.collect() };
        self
    }

    /// The same, asking whether each of these parts of what was typed is about nobody.
    #[must_use]
    pub fn confirming(mut self, unsure: Vec<Unsure>) -> Self {
        self.unsure = unsure;
        self
    }

    /// The same with a field that nobody sees.
    #[must_use]
    pub fn carrying(mut self, name: &'static str, value: &str) -> Self {
        self.hidden.push((name, value.to_owned()));
        self
    }

    /// The same with a link below.
    #[must_use]
    pub fn leading(mut self, address: &str, label: impl Into<String>) -> Self {
        self.links.push(Link { address: self.shell.link(address), label: label.into() });
        self
    }

    fn to_mend(&self) -> Vec<Mending<'_>> {
        to_mend(self.fields.iter().chain(&self.folded.fields))
    }

    /// Whether a file is asked for.
    fn has_file(&self) -> bool {
        self.fields.iter().any(Field::is_file)
    }

    /// Whether something is to be mended.
    pub fn is_wrong(&self) -> bool {
        !self.unsure.is_empty() || !self.to_mend().is_empty()
    }
}
