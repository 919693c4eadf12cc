//! Petitions on pages: the form, the look before it is sent, the code and PIN; and in
//! rooms of their own what becomes of it and what is published.

pub mod published;
pub mod status;
pub mod words;

use askama::Template;
use surveys::PetitionCode;
use surveys::unit::Commune;

use super::field::{Field, Mending, to_mend};
use super::{Shell, Words};
use crate::staff::petition_secrets::Pin;

/// The form of a petition.
#[derive(Debug, Template)]
#[template(path = "petition/write.html")]
pub struct Write<'a> {
    shell: &'a Shell,
    t: Words,
    commune: &'static str,
    about: Vec<Field>,
    reach: Vec<Field>,
    reach_lead: String,
    form: &'a str,
    action: String,
    follow: String,
    list: String,
}

impl<'a> Write<'a> {
    /// The form for `commune`: the fields of the petition and those of the contact;
    /// `form` makes it one of its kind, and a contact is kept for `contact_days`.
    pub fn new(
        shell: &'a Shell,
        commune: &'static Commune,
        (about, reach): (Vec<Field>, Vec<Field>),
        form: &'a str,
        contact_days: u16,
    ) -> Self {
        let action = shell.link(&format!("/p/{}", commune.code));
        let follow = shell.link(&format!("/p/{}/status", commune.code));
        let list = shell.link(&format!("/c/{}/petitions", commune.code));
        let (t, commune) = (shell.t, commune.name);
        let reach_lead = t.with("petition-contact-lead", &[("days", &contact_days.to_string())]);
        Self { shell, t, commune, about, reach, reach_lead, form, action, follow, list }
    }

    fn to_mend(&self) -> Vec<Mending<'_>> {
        to_mend(self.about.iter().chain(&self.reach))
    }

    fn is_wrong(&self) -> bool {
        !self.to_mend().is_empty()
    }
}

/// A look at everything before it is sent.
#[derive(Debug, Template)]
#[template(path = "petition/check.html")]
pub struct Check<'a> {
    shell: &'a Shell,
    t: Words,
    commune: &'static str,
    rows: Vec<(String, String)>,
    hidden: Vec<(&'static str, String)>,
    action: String,
}

impl<'a> Check<'a> {
    /// What was typed for `commune`, by the names of the `fields`.
    pub fn new(
        shell: &'a Shell,
        commune: &'static Commune,
        fields: Vec<(&'static str, String)>,
    ) -> Self {
        let t = shell.t;
        let shown = [
            ("subject", "petition-subject"),
            ("text", "petition-text"),
            ("person", "petition-person"),
            ("phone", "petition-phone"),
            ("email", "petition-email"),
        ];
        let row = |(field, label): (&str, &str)| {
            let value = fields.iter().find(|(name, _)| *name == field);
            let value = value.map(|(_, value)| value.clone()).filter(|value| !value.is_empty());
            let none = || t.get("petition-not-given").into_owned();
            (t.get(label).into_owned(), value.unwrap_or_else(none))
        };
        let rows = shown.map(row).into();
        let action = shell.link(&format!("/p/{}", commune.code));
        Self { shell, t, commune: commune.name, rows, hidden: fields, action }
    }
}

/// That a petition is stored, with its code and PIN.
#[derive(Debug, Template)]
#[template(path = "petition/sent.html")]
pub struct Sent<'a> {
    shell: &'a Shell,
    t: Words,
    code: String,
    pin: &'a str,
    follow: String,
    list: String,
}

impl<'a> Sent<'a> {
    /// The page of the petition `code` to `commune`.
    pub fn new(
        shell: &'a Shell,
        commune: &'static Commune,
        code: &PetitionCode,
        pin: &'a Pin,
    ) -> Self {
        Self {
            shell,
            t: shell.t,
            code: code.to_string(),
            pin: pin.as_str(),
            follow: shell.link(&format!("/p/{}/status?code={code}", commune.code)),
            list: shell.link(&format!("/c/{}/petitions", commune.code)),
        }
    }
}
