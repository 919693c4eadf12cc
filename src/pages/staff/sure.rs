//! The parts of a text that may be about a person, each with a box to tick for whoever
//! is sure that everybody may read it.

use surveys::Language;
use surveys::personal_data::Finding;

/// A part of what is to be published that may be about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsure {
    /// Its words, with one space between them: browsers change line ends.
    pub what: String,
    /// What it may be.
    pub kind: String,
}

impl Unsure {
    /// The part of `text` that was found.
    pub fn of(text: &str, finding: &Finding, language: Language) -> Self {
        let what = &text[finding.range.clone()];
        Self {
            what: what.split_whitespace().collect::<Vec<_>>().join(" "),
            kind: finding.kind.title().get(language).to_owned(),
        }
    }
}
