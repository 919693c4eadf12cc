//! When somebody was born: `sinh ngày 05/10/1987`, `sinh năm 1987`, `ngày sinh: 5-10-1987`.

use super::{Finding, Kind, Token};

/// What stands before "sinh" and makes another word of it: birth certificates, hygiene,
/// pupils, what arises.
const OTHER_WORDS: [&str; 18] = [
    "khai", "vệ", "học", "phát", "thí", "hộ", "nảy", "phục", "tái", "tuyển", "dân", "hy", "hi",
    "y", "thú", "giáo", "sản", "ký",
];
/// What stands between the word and the day.
const BETWEEN: [&str; 5] = ["ngày", "năm", "tháng", "vào", "ra"];
/// In how many words after it the day stands.
const WITHIN: usize = 4;

pub(super) fn find(text: &str, tokens: &[Token<'_>]) -> Vec<Finding> {
    let unmarked = text.is_ascii();
    let is = |token: &Token<'_>, word: &str| {
        token.lower == word || (unmarked && token.folded == crate::text::fold(word))
    };
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let of_another = at > 0 && OTHER_WORDS.iter().any(|word| is(&tokens[at - 1], word));
        if token.lower != "sinh" || of_another {
            continue;
        }
        let first = (at + 1..tokens.len().min(at + WITHIN)).find(|next| {
            let words = &tokens[*next];
            !BETWEEN.iter().any(|word| is(words, word))
        });
        if let Some(until) =
            first.and_then(|first| end_of_day(text, tokens, first).zip(Some(first)))
        {
            let (until, first) = until;
            let range = tokens[first].range.start..tokens[until].range.end;
            found.push(Finding { range, kind: Kind::Birth });
        }
    }
    found
}

/// The last word of the day that begins at `first`, if one does: `05/10/1987`,
/// `5 tháng 10 năm 1987`, `10/1987`, `1987`.
fn end_of_day(text: &str, tokens: &[Token<'_>], first: usize) -> Option<usize> {
    let number = |at: usize| tokens.get(at)?.written.parse::<u32>().ok();
    let is_year = |at: usize| number(at).is_some_and(|year| (1900..=2100).contains(&year));
    if is_year(first) {
        return Some(first);
    }
    // Words between the numbers of a day, and signs, as long as they belong to it.
    let mut at = first;
    for _ in 0..4 {
        let (here, next) = (tokens.get(at)?, tokens.get(at + 1)?);
        let is_small = number(at).is_some_and(|n| (1..=31).contains(&n));
        let is_word = ["tháng", "năm", "thang", "nam"].contains(&here.lower.as_str());
        let gap = &text[here.range.end..next.range.start];
        if !(is_small || is_word) || !gap.chars().all(|c| " /.-,".contains(c)) {
            return None;
        }
        at += 1;
        if is_year(at) {
            return Some(at);
        }
    }
    None
}
