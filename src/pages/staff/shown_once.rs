//! Pages that show something once: recovery codes, a one-time link, a petition's PIN.

use askama::Template;
use surveys::PetitionCode;

use super::Nav;
use crate::pages::message::Link;
use crate::pages::{Shell, Words};
use crate::staff::petition_secrets::Pin;

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
            on: Link { address: shell.link(address), label: t.get(label).into_owned() },
        }
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
            on: Link { address: shell.link(back), label: t.get("link-back").into_owned() },
        }
    }

    /// The code and the PIN of a petition that staff entered, which is shown at `back`.
    pub fn petition(
        shell: &'a Shell,
        nav: Nav,
        (code, pin): (&PetitionCode, &Pin),
        back: &str,
    ) -> Self {
        let t = shell.t;
        let line = |key: &str, value: &str| format!("{}: {value}", t.get(key));
        Self {
            shell,
            t,
            nav: Some(nav),
            heading: t.get("petition-pass-heading").into_owned(),
            paragraphs: vec![t.get("petition-pass-why").into_owned()],
            lines: vec![
                line("petition-code", &code.to_string()),
                line("petition-pin", pin.as_str()),
            ],
            on: Link { address: shell.link(back), label: t.get("petition-back").into_owned() },
        }
    }
}
