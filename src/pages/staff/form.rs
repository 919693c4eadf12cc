//! A page with one form: what is asked, what was typed, what to mend.

use askama::Template;

use super::Nav;
use crate::pages::message::Link;
use crate::pages::{Shell, Words};

/// One entry of a choice.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// One thing that is asked. Its id is also its name.
#[derive(Debug, Clone)]
pub struct Field {
    id: &'static str,
    label: String,
    hint: String,
    kind: &'static str,
    autocomplete: &'static str,
    value: String,
    wrong: String,
    choices: Vec<Choice>,
    fixed: bool,
}

impl Field {
    fn new(id: &'static str, label: impl Into<String>, kind: &'static str) -> Self {
        let empty = String::new;
        Self {
            id,
            label: label.into(),
            hint: empty(),
            kind,
            autocomplete: "off",
            value: empty(),
            wrong: empty(),
            choices: Vec::new(),
            fixed: false,
        }
    }

    /// A line of text.
    pub fn text(id: &'static str, label: impl Into<String>) -> Self {
        Self::new(id, label, "text")
    }

    /// The name somebody signs in with.
    pub fn sign_in_name(id: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "username", ..Self::new(id, label, "text") }
    }

    /// The password that somebody has.
    pub fn password(id: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "current-password", ..Self::new(id, label, "password") }
    }

    /// A password that somebody chooses.
    pub fn new_password(id: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "new-password", ..Self::new(id, label, "password") }
    }

    /// A code of the second factor.
    pub fn code(id: &'static str, label: impl Into<String>) -> Self {
        Self { autocomplete: "one-time-code", ..Self::new(id, label, "text") }
    }

    /// A file.
    pub fn file(id: &'static str, label: impl Into<String>) -> Self {
        Self::new(id, label, "file")
    }

    /// Lines that are pasted from a spreadsheet.
    pub fn pasted(id: &'static str, label: impl Into<String>) -> Self {
        Self::new(id, label, "pasted")
    }

    /// One of several.
    pub fn choice(id: &'static str, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(id, label, "choice") }
    }

    /// The same with a sentence that helps.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same with what was typed.
    #[must_use]
    pub fn value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }

    /// The same, not to be changed.
    #[must_use]
    pub fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// The same with what is to be mended.
    #[must_use]
    pub fn wrong(mut self, wrong: Option<String>) -> Self {
        self.wrong = wrong.unwrap_or_default();
        self
    }

    fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let wrong = (!self.wrong.is_empty()).then(|| format!("{}-error", self.id));
        hint.into_iter().chain(wrong).collect::<Vec<_>>().join(" ")
    }
}

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
    hidden: Vec<(&'static str, String)>,
    action: String,
    button: String,
    links: Vec<Link>,
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
            hidden: Vec::new(),
            action: shell.link(action),
            button: button.into(),
            links: Vec::new(),
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

    /// The same with one more thing asked.
    #[must_use]
    pub fn asking(mut self, field: Field) -> Self {
        self.fields.push(field);
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

    fn wrong(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| !field.wrong.is_empty())
    }

    /// Whether a file is asked for.
    fn has_file(&self) -> bool {
        self.fields.iter().any(|field| field.kind == "file")
    }

    /// Whether something is to be mended.
    pub fn is_wrong(&self) -> bool {
        self.wrong().next().is_some()
    }
}
