//! A page that says what happened and what to do now.

use askama::Template;

use super::{Shell, Words};

/// A link with its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub address: String,
    /// What it says.
    pub label: String,
}

/// A page of a few sentences; the first link is the one to take.
#[derive(Debug, Template)]
#[template(path = "message.html")]
pub struct Message<'a> {
    shell: &'a Shell,
    t: Words,
    heading: String,
    paragraphs: Vec<String>,
    /// What the reader typed and can copy from here.
    typed: String,
    links: Vec<Link>,
    search: bool,
    query: &'static str,
}

impl<'a> Message<'a> {
    /// A page headed `heading`.
    pub fn new(shell: &'a Shell, heading: impl Into<String>) -> Self {
        let (paragraphs, links) = (Vec::new(), Vec::new());
        Self {
            shell,
            t: shell.t,
            heading: heading.into(),
            paragraphs,
            typed: String::new(),
            links,
            search: false,
            query: "",
        }
    }

    /// The same with one more paragraph.
    #[must_use]
    pub fn saying(mut self, paragraph: impl Into<String>) -> Self {
        self.paragraphs.push(paragraph.into());
        self
    }

    /// The same with what the reader `typed`, to be copied.
    #[must_use]
    pub fn keeping(mut self, typed: impl Into<String>) -> Self {
        self.typed = typed.into();
        self
    }

    /// The same with a link to `address` on this server.
    #[must_use]
    pub fn leading(mut self, address: &str, label: impl Into<String>) -> Self {
        self.links.push(Link { address: self.shell.link(address), label: label.into() });
        self
    }

    /// The same with the search for a commune.
    #[must_use]
    pub fn with_search(mut self) -> Self {
        self.search = true;
        self
    }
}
