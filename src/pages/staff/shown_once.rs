//! Pages that show something once: recovery codes, a one-time link, a petition's PIN, a
//! file that is kept nowhere else.

use askama::Template;

use super::Nav;
use crate::pages::message::Link;
use crate::pages::{Shell, Words};

/// Lines that are shown once.
#[derive(Debug, Template)]
#[template(path = "staff/shown_once.html")]
pub struct ShownOnce<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    heading: String,
    paragraphs: Vec<String>,
    lines: Vec<String>,
    /// A code to be read by a camera, as the address of a picture; empty when there is none.
    picture: String,
    /// A file to be kept, in the page itself, under the name that is its label.
    file: Option<Link>,
    on: Link,
}

impl<'a> ShownOnce<'a> {
    /// `codes`, and the way on.
    pub fn codes(shell: &'a Shell, nav: Option<Nav>, codes: Vec<String>) -> Self {
        let t = shell.t;
        let (address, label) = match nav {
            Some(_) => ("/staff/me", "staff-to-me"),
            None => ("/staff/sign-in", "sign-in-heading"),
        };
        Self {
            shell,
            t,
            nav,
            heading: t.get("codes-heading").into_owned(),
            paragraphs: vec![t.get("codes-why").into_owned(), t.get("codes-keep").into_owned()],
            lines: codes,
            picture: String::new(),
            file: None,
            on: Link { address: shell.link(address), label: t.get(label).into_owned() },
        }
    }

    /// `lines` under `heading` with a sentence about them, and the way back.
    pub fn lines(
        shell: &'a Shell,
        nav: Nav,
        heading: String,
        (about, lines): (String, Vec<String>),
        (back, label): (&str, String),
    ) -> Self {
        let on = Link { address: shell.link(back), label };
        let (nav, picture, file) = (Some(nav), String::new(), None);
        Self { shell, t: shell.t, nav, heading, paragraphs: vec![about], lines, picture, file, on }
    }

    /// What was made under `heading`, with a `file` of it if there is one, and the way back.
    pub fn file(
        shell: &'a Shell,
        nav: Nav,
        heading: String,
        (paragraphs, file): (Vec<String>, Option<Link>),
        (back, label): (&str, String),
    ) -> Self {
        let on = Link { address: shell.link(back), label };
        let (t, nav) = (shell.t, Some(nav));
        let (lines, picture) = (Vec::new(), String::new());
        Self { shell, t, nav, heading, paragraphs, lines, picture, file, on }
    }

    /// The one-time link `address` for `full_name`, whose account is at `back`.
    pub fn link(shell: &'a Shell, nav: Nav, address: String, full_name: &str, back: &str) -> Self {
        let t = shell.t;
        Self {
            shell,
            t,
            nav: Some(nav),
            heading: t.with("link-heading", &[("name", full_name)]),
            paragraphs: vec![t.get("link-why").into_owned(), t.get("link-keep").into_owned()],
            lines: vec![address],
            picture: String::new(),
            file: None,
            on: Link { address: shell.link(back), label: t.get("link-back").into_owned() },
        }
    }

    /// What enrols the tablet `name` of the point at `back`: code, address and the digits
    /// of its maintenance screen; `picture` is the address as a QR code.
    pub fn enrolment(
        shell: &'a Shell,
        nav: Nav,
        (name, back): (&str, &str),
        [code, address, digits]: [String; 3],
        picture: String,
    ) -> Self {
        let t = shell.t;
        let paragraphs = [
            t.get("enrolment-why").into_owned(),
            t.with("enrolment-code", &[("code", &code)]),
            t.with("enrolment-pin", &[("pin", &digits)]),
        ];
        Self {
            shell,
            t,
            nav: Some(nav),
            heading: t.with("enrolment-heading", &[("name", name)]),
            paragraphs: paragraphs.into(),
            lines: vec![address],
            picture,
            file: None,
            on: Link { address: shell.link(back), label: t.get("point-back").into_owned() },
        }
    }
}
