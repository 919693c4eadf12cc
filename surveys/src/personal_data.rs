//! What in a text may be about a person. It finds too much rather than too little: a
//! person looks at each finding before anything is published.

mod addresses;
mod births;
mod homes;
mod names;
mod numbers;
mod plates;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::text::{Text, fold};

/// What a finding may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A telephone number.
    Phone,
    /// The number of an identity card: 12 digits, formerly 9.
    IdNumber,
    /// Another long number, such as of a dossier or an account.
    LongNumber,
    /// An e-mail address.
    Email,
    /// An address in the web or of a social network.
    Link,
    /// The plate of a vehicle.
    Plate,
    /// Somebody's name.
    Name,
    /// The day or year in which somebody was born.
    Birth,
    /// Where somebody lives.
    Home,
}

impl Kind {
    /// What people call it.
    pub fn title(self) -> Text {
        match self {
            Self::Phone => Text::new("số điện thoại", "telephone number"),
            Self::IdNumber => Text::new("số căn cước, CMND", "identity number"),
            Self::LongNumber => Text::new("dãy số dài", "long number"),
            Self::Email => Text::new("địa chỉ thư điện tử", "e-mail address"),
            Self::Link => Text::new("địa chỉ mạng", "web address"),
            Self::Plate => Text::new("biển số xe", "vehicle plate"),
            Self::Name => Text::new("tên người", "name"),
            Self::Birth => Text::new("ngày sinh", "date of birth"),
            Self::Home => Text::new("địa chỉ nhà", "home address"),
        }
    }
}

/// A part of a text that may be about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where, in bytes.
    pub range: Range<usize>,
    /// What it may be.
    pub kind: Kind,
}

/// What in `text` may be about a person, in order and without overlaps. `known` are
/// names to look for besides, such as those of the office's staff.
pub fn personal_data(text: &str, known: &[String]) -> Vec<Finding> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let tokens = tokens(text);
    let mut found = numbers::find(text, &letters, &tokens);
    found.extend(addresses::find(text, &tokens));
    found.extend(plates::find(text, &letters));
    found.extend(names::find(text, &tokens, known));
    found.extend(births::find(text, &tokens));
    found.extend(homes::find(text, &tokens));
    found.sort_by_key(|f| (f.range.start, f.kind));
    let mut apart: Vec<Finding> = Vec::new();
    for finding in found {
        match apart.last_mut().filter(|last| finding.range.start < last.range.end) {
            Some(last) => last.range.end = last.range.end.max(finding.range.end),
            None => apart.push(finding),
        }
    }
    apart
}

/// A word of a text.
pub(crate) struct Token<'a> {
    pub(crate) range: Range<usize>,
    /// As it is written.
    written: &'a str,
    /// In small letters, with its marks.
    pub(crate) lower: String,
    /// Without marks.
    folded: String,
}

impl Token<'_> {
    fn is_capital(&self) -> bool {
        self.written.chars().next().is_some_and(char::is_uppercase)
    }
}

/// The words of `text`: runs of letters and digits.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let written = &text[from..at];
                let lower = written.to_lowercase();
                tokens.push(Token { range: from..at, written, lower, folded: fold(written) });
                start = None;
            }
            _ => {}
        }
    }
    tokens
}

/// Whether nothing but a little space stands between two words.
fn is_space(between: &str) -> bool {
    !between.is_empty() && between.chars().count() <= 3 && between.chars().all(char::is_whitespace)
}
