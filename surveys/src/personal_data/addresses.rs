//! E-mail addresses, however they are written, and addresses in the web.

use super::{Finding, Kind, Token};

/// Where people have their mail; written alone it still names a mailbox.
const MAILS: [&str; 5] = ["gmail", "yahoo", "hotmail", "outlook", "icloud"];
/// Where people are found by a name of their own making.
const NETWORKS: [&str; 8] =
    ["zalo", "facebook", "fb", "telegram", "messenger", "viber", "skype", "tiktok"];
/// From how many letters on a word is no Vietnamese syllable.
const LONGER_THAN_A_SYLLABLE: usize = 8;
/// How addresses in the web begin or what is in them, in small letters.
const WEB: [&str; 8] =
    ["http://", "https://", "www.", "facebook.com", "fb.com", "zalo.me", "t.me/", "tiktok.com"];

/// Whether `c` may stand in an address.
fn is_inside(c: char) -> bool {
    c.is_alphanumeric() || "._%+-".contains(c)
}

/// Where the name of a mailbox begins whose last word is at `last`: `lan . nguyen`, and
/// not the end of the sentence before it.
fn begin(text: &str, tokens: &[Token<'_>], last: usize) -> usize {
    let mut at = last;
    while at > 0 {
        let gap = &text[tokens[at - 1].range.end..tokens[at].range.start];
        let sign = gap.trim();
        let joins = [".", "_", "-"].contains(&sign)
            && (gap.starts_with(char::is_whitespace) || !gap.ends_with(char::is_whitespace));
        if !joins {
            break;
        }
        at -= 1;
    }
    tokens[at].range.start
}

/// What somebody calls themselves in the network that `token` names: what is behind it,
/// if it is no word of the language.
fn handle(text: &str, token: &Token<'_>) -> Option<Finding> {
    if !NETWORKS.contains(&token.lower.as_str()) {
        return None;
    }
    let behind = &text[token.range.end..];
    let rest = behind.trim_start_matches([' ', ':', '\u{a0}']);
    if rest.len() == behind.len() {
        return None;
    }
    let rest = ["là ", "tên ", "nick "]
        .iter()
        .fold(rest, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    let handle = &rest[..rest.len() - rest.trim_start_matches(is_inside).len()];
    let handle = handle.trim_end_matches(['.', '-']);
    let letters = handle.contains(|c: char| c.is_ascii_alphabetic());
    let made_up = handle.contains(|c: char| c.is_ascii_digit() || "._".contains(c))
        || handle.len() >= LONGER_THAN_A_SYLLABLE;
    if !(handle.is_ascii() && letters && made_up) {
        return None;
    }
    let start = text.len() - rest.len();
    Some(Finding { range: start..start + handle.len(), kind: Kind::Link })
}

pub(super) fn find(text: &str, tokens: &[Token<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| matches!(c, '@' | '＠')) {
        let rest = &text[at + c.len_utf8()..];
        let after = rest.trim_start_matches(is_inside);
        let end = text.len() - after.len();
        // A sign alone, as in `2 @ 5`, names nobody; a handle without a mailbox does.
        if end > at + c.len_utf8() {
            let before = text[..at].trim_end_matches(is_inside).len();
            found.push(Finding { range: before..end, kind: Kind::Email });
            continue;
        }
        // `lan @ khanhhoa.gov.vn`
        let rest = rest.trim_start_matches(' ');
        let after = rest.trim_start_matches(is_inside);
        let domain = rest[..rest.len() - after.len()].trim_end_matches('.');
        if domain.contains('.') && domain.contains(|c: char| c.is_ascii_alphabetic()) {
            let before = text[..at].trim_end_matches(' ').trim_end_matches(is_inside).len();
            let end = text.len() - rest.len() + domain.len();
            found.push(Finding { range: before..end, kind: Kind::Email });
        }
    }
    let said = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.folded == word);
    for (at, token) in tokens.iter().enumerate() {
        // "a còng": the sign, spoken.
        let spoken = said(at, "a") && (said(at + 1, "cong") || said(at + 1, "vong"));
        let provider = MAILS.contains(&token.folded.as_str());
        if at > 0 && (spoken || provider) {
            let after = if spoken { at + 2 } else { at };
            let last = (after..after + 3).take_while(|at| {
                tokens.get(*at).is_some_and(|t| {
                    *at == after || ["com", "cham", "vn"].contains(&t.folded.as_str())
                })
            });
            let last = last.last().unwrap_or(at);
            // `lan (a) gmail . com`: the sign, in a letter or two.
            let sign = provider && at > 1 && ["a", "at"].contains(&tokens[at - 1].folded.as_str());
            let first = begin(text, tokens, if sign { at - 2 } else { at - 1 });
            let range = first..tokens[last].range.end;
            found.push(Finding { range, kind: Kind::Email });
        }
    }
    found.extend(tokens.iter().filter_map(|token| handle(text, token)));
    let mut from = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let lower = bare.to_lowercase();
        if WEB.iter().any(|web| lower.contains(web)) {
            let bare = bare.trim_end_matches(['.', ',', ';', ')']);
            found.push(Finding { range: from..from + bare.len(), kind: Kind::Link });
        }
        from += word.len();
    }
    found
}
