//! What was typed into the form of a petition, by a citizen or for one, not yet
//! believed.

use chrono::NaiveDate;
use surveys::CommuneCode;
use surveys::petition::contact::BadContact;
use surveys::petition::{
    Contact, MAX_SUBJECT_CHARS, MAX_TEXT_CHARS, PetitionChannel, cleaned, cleaned_line,
};
use surveys::text::count;

use super::super::fields::Fields;
use crate::pages::field::Field;
use crate::pages::{Shell, Words};
use crate::service::petitions::Written;
use crate::staff::Token;

/// What was typed.
#[derive(Debug, Clone)]
pub(in crate::http) struct Typed {
    /// Makes the form one of its kind: sent twice, it makes one petition.
    pub(in crate::http) form: String,
    /// What it is about.
    pub(in crate::http) subject: String,
    /// The text.
    pub(in crate::http) text: String,
    /// How to reach whoever wrote it.
    pub(in crate::http) contact: Contact,
    consents: bool,
}

/// The parts that are to be mended, each with what to do.
pub(in crate::http) type Wrong = Vec<(&'static str, String)>;

impl Typed {
    /// What `fields` hold; a form without a token gets the one of these `random` bits.
    pub(in crate::http) fn of(fields: &Fields, random: [u8; 32]) -> Self {
        let form = Token::parse(fields.first("form")).unwrap_or(Token::of(random));
        let contact =
            Contact::typed(fields.first("person"), fields.first("phone"), fields.first("email"));
        Self {
            form: form.text(),
            subject: cleaned_line(fields.first("subject")),
            text: cleaned(fields.first("text")),
            contact,
            consents: fields.first("consent") == "yes",
        }
    }

    /// The same put to `commune` over `channel` on the day `received_on`, brought in by `who`.
    pub(in crate::http) fn written<'a>(
        &'a self,
        commune: &'a CommuneCode,
        (channel, received_on): (PetitionChannel, NaiveDate),
        who: &'a str,
    ) -> Written<'a> {
        let Self { form, subject, text, contact, .. } = self;
        Written { form, subject, text, contact, commune, channel, received_on, who }
    }

    /// What is to be mended.
    pub(in crate::http) fn wrong(&self, t: Words) -> Wrong {
        let mut wrong = Vec::new();
        let mut mend = |field, said: String| wrong.push((field, said));
        let most = |key, most: usize, text: &str| {
            let over = text.chars().count() - most;
            t.with(key, &[("over", &count(over as u64, t.0))])
        };
        if self.subject.is_empty() {
            mend("subject", t.get("petition-subject-empty").into_owned());
        } else if self.subject.chars().count() > MAX_SUBJECT_CHARS {
            let said = most("petition-subject-long", MAX_SUBJECT_CHARS, &self.subject);
            mend("subject", said);
        }
        if self.text.is_empty() {
            mend("text", t.get("petition-text-empty").into_owned());
        } else if self.text.chars().count() > MAX_TEXT_CHARS {
            mend("text", most("petition-text-long", MAX_TEXT_CHARS, &self.text));
        }
        for bad in self.contact.wrong() {
            let (field, key) = match bad {
                BadContact::Name => ("person", "petition-person-wrong"),
                BadContact::Phone => ("phone", "petition-phone-wrong"),
                BadContact::Email => ("email", "petition-email-wrong"),
            };
            mend(field, t.get(key).into_owned());
        }
        if !self.contact.is_empty() && !self.consents {
            mend("consent", t.get("petition-consent-wrong").into_owned());
        }
        wrong
    }

    /// The fields of the petition itself.
    pub(in crate::http) fn about(&self, shell: &Shell, wrong: &Wrong) -> Vec<Field> {
        let t = shell.t;
        let mended = |field: Field, id: &str| field.wrong(said_of(wrong, id));
        vec![
            mended(
                Field::text("subject", t.get("petition-subject"))
                    .hint(t.get("petition-subject-hint"))
                    .value(&self.subject),
                "subject",
            ),
            mended(
                Field::long("text", t.get("petition-text"), 10)
                    .hint(t.get("petition-text-hint"))
                    .value(&self.text),
                "text",
            ),
        ]
    }

    /// The fields of the contact, and the consent in the words of whoever fills them in.
    pub(in crate::http) fn reach(
        &self,
        shell: &Shell,
        wrong: &Wrong,
        consents: String,
    ) -> Vec<Field> {
        let t = shell.t;
        let Contact { name, phone, email } = &self.contact;
        let field =
            |field: Field, id: &str, value: &str| field.value(value).wrong(said_of(wrong, id));
        let consent = if self.consents { "yes" } else { "" };
        vec![
            field(Field::own_name("person", t.get("petition-person")), "person", name),
            field(Field::phone("phone", t.get("petition-phone")), "phone", phone),
            field(Field::email("email", t.get("petition-email")), "email", email),
            field(Field::tick("consent", consents), "consent", consent),
        ]
    }

    /// The same as fields that nobody sees.
    pub(in crate::http) fn hidden(&self) -> Vec<(&'static str, String)> {
        let Contact { name, phone, email } = &self.contact;
        let consent = if self.consents { "yes" } else { "" };
        let fields = [
            ("form", self.form.as_str()),
            ("subject", &self.subject),
            ("text", &self.text),
            ("person", name),
            ("phone", phone),
            ("email", email),
            ("consent", consent),
        ];
        fields.map(|(name, value)| (name, value.to_owned())).into()
    }
}

fn said_of(wrong: &Wrong, id: &str) -> Option<String> {
    wrong.iter().find(|(field, _)| *field == id).map(|(_, said)| said.clone())
}
