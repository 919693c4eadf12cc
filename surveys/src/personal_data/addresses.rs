//! E-mail addresses, however they are written, and addresses in the web.

use super::{Finding, Kind, Token};

/// Where people have their mail; written alone it still names a mailbox.
const MAILS: [&str; 5] = ["gmail", "yahoo", "hotmail", "outlook", "icloud"];
/// How addresses in the web begin or what is in them, in small letters.
const WEB: [&str; 8] =
    ["http://", "https://", "www.", "facebook.com", "fb.com", "zalo.me", "t.me/", "tiktok.com"];

pub(super) fn find(text: &str, tokens: &[Token<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| matches!(c, '@' | '＠')) {
        let inside = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
        let before = text[..at].trim_end_matches(inside).len();
        let rest = &text[at + c.len_utf8()..];
        let after = rest.trim_start_matches(inside);
        let end = text.len() - after.len();
        // A sign alone, as in `2 @ 5`, names nobody; a handle without a mailbox does.
        if end > at + c.len_utf8() {
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
            let range = tokens[at - 1].range.start..tokens[last].range.end;
            found.push(Finding { range, kind: Kind::Email });
        }
    }
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
