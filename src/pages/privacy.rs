//! What is kept of people: the notice, and what is held of one response for whoever has
//! its receipt.

use askama::Template;
use serde_json::{Value, json};
use surveys::comment::State;
use surveys::period::date_of_millis;
use surveys::response::{Channel, Document};
use surveys::{catalog, unit};

use super::field::Field;
use super::{Shell, Words, day};
use crate::store;
use crate::store::responses::Receipt;
use crate::store::withdrawing::Standing;

/// Where the notice is.
pub const NOTICE: &str = "/privacy";
/// Where somebody sees what is held of a response and takes it back.
pub const ERASE: &str = "/privacy/erase";

/// How long what is kept of people is kept, as it is set.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Days for the time of day of an answer.
    pub exact_days: u16,
    /// Months for comments.
    pub text_months: u16,
    /// Months for tokens of visits and survey links.
    pub link_months: u16,
    /// Months for lines of the audit log.
    pub audit_months: u16,
    /// Days for the contact of a petition that has ended.
    pub contact_days: u16,
}

/// A part of the notice: what it is about, and what is said.
#[derive(Debug)]
struct Part {
    id: &'static str,
    heading: String,
    said: Vec<String>,
}

/// The notice.
#[derive(Debug, Template)]
#[template(path = "privacy/notice.html")]
pub struct Notice<'a> {
    shell: &'a Shell,
    t: Words,
    parts: Vec<Part>,
    erase: String,
    security: String,
}

impl<'a> Notice<'a> {
    /// The notice where things are kept for `terms`, and `security` is where somebody who
    /// found a security hole writes; it may be empty.
    pub fn new(shell: &'a Shell, terms: &Terms, security: &str) -> Self {
        let t = shell.t;
        let part = |id, heading: &str, said: Vec<String>| Part {
            id,
            heading: t.get(heading).into_owned(),
            said,
        };
        let said = |key: &str| t.get(key).into_owned();
        let for_long = |key: &str, long: u16| t.with(key, &[("long", &long.to_string())]);
        let parts = vec![
            part(
                "answers",
                "privacy-answers-heading",
                vec![
                    said("privacy-answers-what"),
                    said("privacy-answers-why"),
                    for_long("privacy-answers-time", terms.exact_days),
                    for_long("privacy-answers-text", terms.text_months),
                    said("privacy-answers-stay"),
                ],
            ),
            part(
                "never",
                "privacy-never-heading",
                vec![said("privacy-never"), said("privacy-never-read")],
            ),
            part(
                "petitions",
                "privacy-petitions-heading",
                vec![
                    said("privacy-petitions-what"),
                    for_long("privacy-petitions-contact", terms.contact_days),
                    said("privacy-petitions-stay"),
                ],
            ),
            part(
                "links",
                "privacy-links-heading",
                vec![said("privacy-links-what"), for_long("privacy-links-time", terms.link_months)],
            ),
            part(
                "staff",
                "privacy-staff-heading",
                vec![
                    said("privacy-staff-what"),
                    for_long("privacy-staff-time", terms.audit_months),
                ],
            ),
            part("backups", "privacy-backups-heading", vec![said("privacy-backups")]),
        ];
        let security = security.to_owned();
        Self { shell, t, parts, erase: shell.link(ERASE), security }
    }
}

/// The page that asks for a receipt.
#[derive(Debug, Template)]
#[template(path = "privacy/ask.html")]
pub struct Ask<'a> {
    shell: &'a Shell,
    t: Words,
    field: Field,
    action: String,
    notice: String,
}

impl<'a> Ask<'a> {
    /// The page with the receipt that was `typed`, and what was wrong with it.
    pub fn new(shell: &'a Shell, typed: &str, wrong: Option<String>) -> Self {
        let t = shell.t;
        let typed: String = typed.chars().filter(|c| !c.is_control()).take(200).collect();
        let field = Field::spelled("receipt", t.get("privacy-receipt"))
            .hint(t.get("privacy-receipt-hint"))
            .value(&typed)
            .wrong(wrong);
        Self { shell, t, field, action: shell.link(ERASE), notice: shell.link(NOTICE) }
    }
}

/// One thing that is held.
#[derive(Debug)]
struct Fact {
    label: String,
    value: String,
    /// Whether it is said in Vietnamese on every page: names of places and procedures.
    is_vietnamese: bool,
}

/// What is held of a response.
#[derive(Debug, Template)]
#[template(path = "privacy/held.html")]
pub struct Held<'a> {
    shell: &'a Shell,
    t: Words,
    receipt: String,
    withdrawn: bool,
    facts: Vec<Fact>,
    action: String,
}

/// The text on the way that a response came, in the words of [`Channel::title`].
const fn of_channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Kiosk => "privacy-channel-kiosk",
        Channel::Qr => "privacy-channel-qr",
        Channel::Online => "privacy-channel-online",
        Channel::Paper => "privacy-channel-paper",
        Channel::Interview => "privacy-channel-interview",
    }
}

/// The text on what became of a comment, in the words of [`State::title`].
const fn of_comment(state: State) -> &'static str {
    match state {
        State::New => "privacy-comment-new",
        State::Published => "privacy-comment-published",
        State::Hidden => "privacy-comment-hidden",
        State::SetAside => "privacy-comment-set-aside",
    }
}

/// Which items of the response are answered, and whether it has free text.
fn answered(document: &str) -> Option<(Document<'_>, Vec<String>)> {
    let document = Document::read(document).ok()?;
    let items = document.answers.iter().map(|(item, _)| (*item).to_owned()).collect();
    Some((document, items))
}

impl<'a> Held<'a> {
    /// What is `held` of the response with this `receipt`; what was answered is not told.
    pub fn new(shell: &'a Shell, receipt: &Receipt, held: &store::withdrawing::Held) -> Self {
        let t = shell.t;
        let language = shell.language();
        let fact = |label: &str, value: String| Fact {
            label: t.get(label).into_owned(),
            value,
            is_vietnamese: false,
        };
        let named = |label, value| Fact { is_vietnamese: true, ..fact(label, value) };
        let commune = unit::commune(held.commune_code.as_str()).map_or("", |c| c.name);
        let mut facts = vec![
            named("privacy-held-place", format!("{commune} ({})", held.collection_point)),
            fact("privacy-held-day", day(date_of_millis(held.answered_at), language)),
        ];
        if let Some((document, items)) = answered(&held.document).filter(|_| !held.is_withdrawn()) {
            let version = document.version;
            let instrument = catalog::instrument(&document.instrument, Some(version));
            let title = instrument.map_or("", |i| t.of(&i.title));
            let channel = Channel::named(&document.channel);
            facts.push(fact("privacy-held-form", format!("{title} ({version})")));
            facts.push(fact(
                "privacy-held-channel",
                channel.map_or_else(String::new, |channel| t.get(of_channel(channel)).into_owned()),
            ));
            let time = if held.to_the_day { "privacy-held-time-gone" } else { "privacy-held-time" };
            facts.push(fact("privacy-held-exact", t.get(time).into_owned()));
            facts.push(fact("privacy-held-answers", items.len().to_string()));
            let state = held.comment.as_deref().and_then(State::named);
            let comment = match (state, &document.comment) {
                (Some(state), _) => of_comment(state),
                (None, Some(_)) => "privacy-held-comment-there",
                (None, None) => "privacy-held-comment-none",
            };
            facts.push(fact("privacy-held-comment", t.get(comment).into_owned()));
            let field = document.service_field.as_deref();
            facts.push(match field {
                Some(field) => named("privacy-held-field", field.to_owned()),
                None => fact("privacy-held-field", t.get("privacy-held-none").into_owned()),
            });
            let visit =
                if held.verified_visit { "privacy-held-visit" } else { "privacy-held-no-visit" };
            facts.push(fact("privacy-held-token", t.get(visit).into_owned()));
            let counts = if held.standing == Standing::Counts {
                "privacy-held-counts"
            } else {
                "privacy-held-aside"
            };
            facts.push(fact("privacy-held-figures", t.get(counts).into_owned()));
        }
        let (receipt, withdrawn) = (receipt.to_string(), held.is_withdrawn());
        Self { shell, t, receipt, withdrawn, facts, action: shell.link(ERASE) }
    }
}

/// The same for a program.
pub fn held_json(receipt: &Receipt, held: &store::withdrawing::Held) -> Value {
    let read = answered(&held.document).filter(|_| !held.is_withdrawn());
    let (document, items) = read.unzip();
    let of = document.as_ref();
    json!({
        "receipt": receipt.to_string(),
        "commune_code": held.commune_code,
        "collection_point": held.collection_point,
        "answered_on": date_of_millis(held.answered_at),
        "withdrawn": held.is_withdrawn(),
        "instrument": of.map(|d| &d.instrument),
        "version": of.map(|d| d.version),
        "channel": of.map(|d| &d.channel),
        "time_of_day_is_kept": !held.to_the_day,
        "answered_items": items,
        "service_field": of.and_then(|d| d.service_field.as_deref()),
        "has_comment": of.is_some_and(|d| d.comment.is_some()),
        "comment_state": held.comment,
        "partial": of.is_some_and(|d| d.partial),
        "verified_visit": held.verified_visit,
        "counts": held.standing == Standing::Counts,
    })
}

#[cfg(test)]
mod tests {
    use surveys::Language;

    use super::*;

    #[test]
    fn channels_and_states_of_comments_are_called_what_they_are_called_elsewhere() {
        for language in Language::ALL {
            let t = Words::new(language);
            for channel in Channel::ALL {
                assert_eq!(t.get(of_channel(channel)), channel.title().get(language));
            }
            for state in State::ALL {
                assert_eq!(t.get(of_comment(state)), state.title().get(language));
            }
        }
    }
}
