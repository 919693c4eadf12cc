//! Where somebody lives: a house with its number in a street, and the group, hamlet or ward
//! behind it. A street alone is a place that anybody may complain of.

use super::{Finding, Kind, Token, is_space};

/// What a house stands in.
const STREETS: [&str; 7] = ["đường", "phố", "hẻm", "ngõ", "ngách", "kiệt", "quốc"];
/// What has a number without being a house.
const NO_HOMES: [&str; 13] = [
    "quầy",
    "cửa",
    "phòng",
    "bàn",
    "cổng",
    "trạm",
    "trường",
    "sở",
    "chốt",
    "cột",
    "bàn",
    "tuyến",
    "tầng",
];
/// The parts of a commune that people add to it.
const PARTS: [&str; 14] = [
    "tổ",
    "thôn",
    "khóm",
    "ấp",
    "xóm",
    "buôn",
    "bon",
    "làng",
    "phường",
    "xã",
    "khu",
    "dân",
    "phố",
    "hẻm",
];

pub(super) fn find(text: &str, tokens: &[Token<'_>]) -> Vec<Finding> {
    let unmarked = text.is_ascii();
    let home = Home { text, tokens, unmarked };
    let mut found = Vec::new();
    let mut from = 0;
    while from < tokens.len() {
        match home.end(from) {
            Some(end) => {
                let range = tokens[from].range.start..tokens[end].range.end;
                found.push(Finding { range, kind: Kind::Home });
                from = end + 1;
            }
            None => from += 1,
        }
    }
    found
}

struct Home<'a> {
    text: &'a str,
    tokens: &'a [Token<'a>],
    /// Whoever types without marks types all of it without them.
    unmarked: bool,
}

impl Home<'_> {
    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|token| {
            words.iter().any(|word| {
                token.lower == *word || (self.unmarked && token.folded == crate::text::fold(word))
            })
        })
    }

    fn gap(&self, at: usize) -> &str {
        &self.text[self.tokens[at - 1].range.end..self.tokens[at].range.start]
    }

    fn begins_with_digit(&self, at: usize) -> bool {
        let token = self.tokens.get(at);
        token.is_some_and(|token| token.written.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// The last word of the address that begins at `from`, if one does.
    fn end(&self, from: usize) -> Option<usize> {
        if !self.is(from, &["số"]) || !self.begins_with_digit(from + 1) {
            return None;
        }
        if from > 0 && self.is(from - 1, &NO_HOMES) && is_space(self.gap(from)) {
            return None;
        }
        // `12`, `12A`, `12/3`, `12-14`.
        let mut at = from + 2;
        while self.begins_with_digit(at) && ["/", "-", "."].contains(&self.gap(at)) {
            at += 1;
        }
        if !self.is(at, &STREETS) || self.gap(at).contains(['.', ';', '\n']) {
            return None;
        }
        let mut end = self.named(at)?;
        // `, tổ 5, phường Lê Lợi`
        while self.is(end + 1, &PARTS) && !self.gap(end + 1).contains(['.', ';', '\n']) {
            let Some(more) = self.named(end + 1) else { break };
            end = more;
        }
        Some(end)
    }

    /// The last word of what is called by the word at `at`: numbers and capitals behind it.
    fn named(&self, at: usize) -> Option<usize> {
        let belongs = |next: &usize| {
            let Some(token) = self.tokens.get(*next) else { return false };
            let joined = is_space(self.gap(*next)) || ["/", "-"].contains(&self.gap(*next));
            joined
                && (token.is_capital()
                    || self.begins_with_digit(*next)
                    || (*next <= at + 2 && self.is(*next, &["số", "dân", "phố", "lộ"])))
        };
        let last = (at + 1..at + 6).take_while(belongs).last()?;
        Some(last)
    }
}
