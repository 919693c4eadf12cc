//! Plates of vehicles: `79A-123.45`, `79-N1 234.56`, `79N11234`.

use super::{Finding, Kind};

pub(super) fn find(text: &str, letters: &[(usize, char)]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut from = 0;
    while from < letters.len() {
        let begins = from == 0 || !letters[from - 1].1.is_alphanumeric();
        match begins.then(|| end_of_plate(letters, from)).flatten() {
            Some(end) => {
                let until = letters.get(end).map_or(text.len(), |(place, _)| *place);
                found.push(Finding { range: letters[from].0..until, kind: Kind::Plate });
                from = end;
            }
            None => from += 1,
        }
    }
    found
}

/// Where the plate that begins at `from` ends, if one does.
fn end_of_plate(letters: &[(usize, char)], from: usize) -> Option<usize> {
    let c = |at: usize| letters.get(at).map_or('\n', |(_, c)| *c);
    let digits = |at: usize| (at..at + 6).take_while(|at| c(*at).is_ascii_digit()).count();
    let skip = |at: usize, most: usize| {
        at + (at..at + most).take_while(|at| " -.–".contains(c(*at))).count()
    };
    let series = |c: char| c.is_ascii_alphabetic() || matches!(c, 'đ' | 'Đ');
    // The province, 11 to 99.
    if digits(from) != 2 || c(from) == '0' {
        return None;
    }
    let mut at = skip(from + 2, 1);
    let letters_of_series = (at..at + 3).take_while(|at| series(c(*at))).count();
    if !(1..=2).contains(&letters_of_series) {
        return None;
    }
    at += letters_of_series;
    // A motorbike's series has a digit; what follows it stands apart or is longer.
    let ends = |at: usize| !c(at).is_alphanumeric();
    let number = |at: usize| match digits(at) {
        n @ 4..=5 if ends(at + n) => Some(at + n),
        3 if c(at + 3) == '.' && digits(at + 4) == 2 && ends(at + 6) => Some(at + 6),
        _ => None,
    };
    number(skip(at, 2)).or_else(|| (digits(at) >= 1).then(|| number(skip(at + 1, 2))).flatten())
}
