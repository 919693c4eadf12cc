//! Long numbers: of telephones, identity cards, dossiers, accounts; in digits, with
//! letters that look like digits, or spelled out.

use std::ops::Range;

use super::{Finding, Kind, Token, is_space};

/// From how many digits on a number can lead to a person.
const FEWEST_DIGITS: usize = 7;

/// The digits as they are spoken, without marks.
const SPOKEN: [(&str, char); 12] = [
    ("khong", '0'),
    ("mot", '1'),
    ("hai", '2'),
    ("ba", '3'),
    ("bon", '4'),
    ("tu", '4'),
    ("nam", '5'),
    ("lam", '5'),
    ("sau", '6'),
    ("bay", '7'),
    ("tam", '8'),
    ("chin", '9'),
];

/// What makes a number an amount of money.
const MONEY: [&str; 9] = ["đồng", "đ", "vnd", "vnđ", "dong", "nghìn", "ngàn", "triệu", "tỷ"];

/// Digits that stand together, in groups.
#[derive(Default)]
struct Run {
    digits: String,
    groups: Vec<usize>,
    range: Range<usize>,
    plus: bool,
}

pub(super) fn find(text: &str, letters: &[(usize, char)], tokens: &[Token<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for run in written(text, letters).into_iter().chain(spoken(text, tokens)) {
        let next = tokens.iter().find(|token| token.range.start >= run.range.end);
        let is_money = next.is_some_and(|next| {
            MONEY.contains(&next.lower.as_str())
                && text[run.range.end..next.range.start].chars().all(char::is_whitespace)
        });
        if let Some(kind) = kind(&run).filter(|_| !is_money) {
            found.push(Finding { range: run.range, kind });
        }
    }
    found
}

/// What the digits may be; `None` when they are too few, or a day, or years.
fn kind(run: &Run) -> Option<Kind> {
    let n = run.digits.len();
    if n < FEWEST_DIGITS || is_days(run) {
        return None;
    }
    let national = run.digits.strip_prefix("84").filter(|rest| run.plus || rest.len() == 9);
    if (run.digits.starts_with('0') && (10..=11).contains(&n)) || national.is_some() {
        return Some(Kind::Phone);
    }
    match n {
        9 | 12 => Some(Kind::IdNumber),
        // Counting up in small numbers leads to nobody.
        _ if run.groups.iter().all(|group| *group <= 2) => None,
        _ => Some(Kind::LongNumber),
    }
}

/// Whether the digits are a day (`05.10.2026`), or years (`2025-2030`).
fn is_days(run: &Run) -> bool {
    let mut rest = run.digits.as_str();
    let mut groups = Vec::new();
    for length in &run.groups {
        let (group, after) = rest.split_at(*length);
        groups.push((*length, group.parse::<u64>().unwrap_or(u64::MAX)));
        rest = after;
    }
    let is_year = |(length, value): &(usize, u64)| *length == 4 && (1900..=2100).contains(value);
    match groups.as_slice() {
        [(1..=2, day), (1..=2, month), year] | [year, (1..=2, month), (1..=2, day)] => {
            (1..=31).contains(day) && (1..=12).contains(month) && is_year(year)
        }
        years => !years.is_empty() && years.iter().all(is_year),
    }
}

/// The digit that `c` is or looks like beside digits.
fn digit(letters: &[(usize, char)], at: usize) -> Option<char> {
    let value = |c: char| match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    };
    let c = letters[at].1;
    let alike = match c {
        'o' | 'O' => '0',
        'l' | 'I' => '1',
        _ => return value(c),
    };
    let is = |at: Option<usize>| {
        at.and_then(|at| letters.get(at)).is_some_and(|(_, c)| value(*c).is_some())
    };
    (is(at.checked_sub(1)) || is(Some(at + 1))).then_some(alike)
}

/// Whether `c` may stand between the groups of one number.
fn separates(c: char) -> bool {
    c.is_whitespace() || ".-–—_()·\u{ad}\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}".contains(c)
}

fn written(text: &str, letters: &[(usize, char)]) -> Vec<Run> {
    const WIDEST_GAP: usize = 3;
    let mut runs: Vec<Run> = Vec::new();
    let mut gap = WIDEST_GAP + 1;
    for at in 0..letters.len() {
        let (place, c) = letters[at];
        let Some(digit) = digit(letters, at) else {
            gap = if separates(c) && c != '\n' { gap + 1 } else { WIDEST_GAP + 1 };
            continue;
        };
        if gap > WIDEST_GAP {
            let plus = text[..place].trim_end_matches('(').ends_with('+');
            runs.push(Run { range: place..place, plus, ..Run::default() });
        }
        let run = runs.last_mut().expect("one was just begun");
        match run.groups.last_mut().filter(|_| gap == 0) {
            Some(group) => *group += 1,
            None => run.groups.push(1),
        }
        run.digits.push(digit);
        run.range.end = place + c.len_utf8();
        gap = 0;
    }
    runs
}

/// Digits that are spelled out one after the other.
fn spoken(text: &str, tokens: &[Token<'_>]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    for token in tokens {
        let Some((_, digit)) = SPOKEN.iter().find(|(word, _)| *word == token.folded) else {
            open = false;
            continue;
        };
        let joins = runs.last().is_some_and(|run| {
            let between = &text[run.range.end..token.range.start];
            is_space(&between.replace([',', '.', '-'], " "))
        });
        if !(open && joins) {
            runs.push(Run { range: token.range.clone(), ..Run::default() });
        }
        let run = runs.last_mut().expect("one was just begun");
        run.digits.push(*digit);
        run.range.end = token.range.end;
        open = true;
    }
    for run in &mut runs {
        run.groups = vec![run.digits.len()];
    }
    runs
}
