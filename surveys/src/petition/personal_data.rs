//! What in a text may tell who somebody is: marked for whoever decides about
//! publishing it. It finds what has a form; a person has to read the rest.

use std::ops::Range;

use crate::text::{Text, fold};

/// What kind of personal data a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A telephone number.
    Phone,
    /// The number of an identity card: 12 digits, or 9 of an old one.
    IdentityNumber,
    /// Another long number, such as an account's.
    LongNumber,
    /// An e-mail address.
    Email,
    /// The plate of a vehicle.
    Plate,
    /// Somebody's name.
    Name,
}

impl Kind {
    /// What it is, in both languages.
    pub fn text(self) -> Text {
        let (vi, en) = match self {
            Self::Phone => ("số điện thoại", "telephone number"),
            Self::IdentityNumber => ("số căn cước", "identity number"),
            Self::LongNumber => ("dãy số dài", "long number"),
            Self::Email => ("địa chỉ thư điện tử", "e-mail address"),
            Self::Plate => ("biển số xe", "vehicle plate"),
            Self::Name => ("họ tên", "name"),
        };
        Text::new(vi, en)
    }
}

/// A part of a text that may be personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What it may be.
    pub kind: Kind,
    /// Which bytes of the text.
    pub range: Range<usize>,
}

/// The family names of nearly everybody, as [`fold`] writes them.
const FAMILY_NAMES: [&str; 45] = [
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do",
    "ho", "ngo", "duong", "ly", "dinh", "trinh", "truong", "lam", "mai", "cao", "dao", "doan",
    "luong", "luu", "ta", "to", "ha", "kieu", "quach", "thai", "trieu", "tong", "vuong", "chau",
    "chu", "la", "ninh", "phung", "thach", "nong", "lo", "ksor", "kpa",
];
/// Words before a name, as [`fold`] writes them.
const TITLES: [&str; 12] =
    ["ong", "ba", "anh", "chi", "co", "chu", "bac", "em", "thay", "toi ten", "ten", "di"];

/// The marks of `text`, in its order, none over another.
pub fn marks(text: &str) -> Vec<Mark> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut marks = emails(text);
    marks.extend(plates(text, &chars));
    marks.extend(numbers(text, &chars));
    marks.extend(names(text));
    // The more certain kinds were found first and stay.
    let mut kept: Vec<Mark> = Vec::new();
    for mark in marks {
        let apart = |other: &Mark| {
            mark.range.end <= other.range.start || other.range.end <= mark.range.start
        };
        if kept.iter().all(apart) {
            kept.push(mark);
        }
    }
    kept.sort_by_key(|mark| mark.range.start);
    kept
}

/// The words of `text` between spaces and signs that end a sentence, with their place.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(char::is_whitespace).filter(|word| !word.is_empty()).map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let inner = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        (start + word.len() - inner.len(), inner.trim_end_matches(|c: char| !c.is_alphanumeric()))
    })
}

fn emails(text: &str) -> Vec<Mark> {
    let is_email = |word: &str| {
        word.split_once('@').is_some_and(|(who, at)| !who.is_empty() && !at.is_empty())
    };
    let mark =
        |(start, word): (usize, &str)| Mark { kind: Kind::Email, range: start..start + word.len() };
    words(text).filter(|(_, word)| is_email(word)).map(mark).collect()
}

fn end_of(text: &str, chars: &[(usize, char)], place: usize) -> usize {
    chars.get(place).map_or(text.len(), |(at, _)| *at)
}

/// Runs of digits, with single spaces, dots, hyphens and brackets between them.
fn numbers(text: &str, chars: &[(usize, char)]) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut place = 0;
    while place < chars.len() {
        if !chars[place].1.is_ascii_digit() {
            place += 1;
            continue;
        }
        let first = place;
        let (mut last, mut digits, mut gap) = (place, String::new(), 0);
        while let Some((_, c)) = chars.get(place) {
            match c {
                c if c.is_ascii_digit() => {
                    digits.push(*c);
                    (last, gap) = (place, 0);
                }
                ' ' | '.' | '-' | '(' | ')' | '\u{a0}' | '–' if gap < 2 => gap += 1,
                _ => break,
            }
            place += 1;
        }
        let abroad = first > 0 && chars[first - 1].1 == '+';
        let kind = match digits.len() {
            9..=12 if abroad || digits.starts_with("84") && digits.len() >= 11 => Some(Kind::Phone),
            9 | 12 => Some(Kind::IdentityNumber),
            10 | 11 if digits.starts_with('0') => Some(Kind::Phone),
            8.. => Some(Kind::LongNumber),
            _ => None,
        };
        if let Some(kind) = kind {
            let start = chars[first].0 - usize::from(abroad);
            marks.push(Mark { kind, range: start..end_of(text, chars, last + 1) });
        }
    }
    marks
}

/// Plates such as `79A-123.45`, `79-C1 234.56`, `51F12345`.
fn plates(text: &str, chars: &[(usize, char)]) -> Vec<Mark> {
    let at = |place: usize| chars.get(place).map_or(' ', |(_, c)| *c);
    let mut marks = Vec::new();
    for first in 0..chars.len() {
        let begins = first == 0 || !at(first - 1).is_alphanumeric();
        if !(begins && at(first).is_ascii_digit() && at(first + 1).is_ascii_digit()) {
            continue;
        }
        let mut place = first + 2;
        place += usize::from(matches!(at(place), '-' | ' ' | '.'));
        let letters = (0..2).take_while(|n| {
            let c = at(place + n);
            c.is_ascii_alphabetic() || matches!(c, 'Đ' | 'đ')
        });
        let letters = letters.count();
        if letters == 0 {
            continue;
        }
        place += letters;
        let mut digits = 0;
        let mut last = place;
        let mut gap = false;
        loop {
            let c = at(place);
            if c.is_ascii_digit() {
                digits += 1;
                (last, gap) = (place, false);
            } else if matches!(c, '-' | ' ' | '.') && !gap && place < chars.len() {
                gap = true;
            } else {
                break;
            }
            place += 1;
        }
        if (4..=6).contains(&digits) {
            let range = chars[first].0..end_of(text, chars, last + 1);
            marks.push(Mark { kind: Kind::Plate, range });
        }
    }
    marks
}

/// Names: words with capitals that begin with a family name, or follow a title.
fn names(text: &str) -> Vec<Mark> {
    let words: Vec<(usize, &str)> = words(text).filter(|(_, word)| !word.is_empty()).collect();
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let mut marks = Vec::new();
    let mut place = 0;
    while place < words.len() {
        let (start, word) = words[place];
        let long = words[place..].iter().take(5).take_while(|(_, word)| capital(word)).count();
        let family = FAMILY_NAMES.contains(&fold(word).as_str());
        let titled = place > 0 && TITLES.contains(&fold(words[place - 1].1).as_str());
        if (long >= 2 && family) || (long >= 1 && titled) {
            let (last, word) = words[place + long - 1];
            marks.push(Mark { kind: Kind::Name, range: start..last + word.len() });
            place += long;
        } else {
            place += 1;
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        marks(text).into_iter().map(|mark| (mark.kind, &text[mark.range])).collect()
    }

    #[test]
    fn what_has_a_form_is_found_where_it_stands() {
        for (text, kind, part) in [
            ("Gọi tôi theo số 0905 123 456 nhé.", Kind::Phone, "0905 123 456"),
            ("ĐT: +84 905.123.456", Kind::Phone, "+84 905.123.456"),
            ("căn cước 056189012345.", Kind::IdentityNumber, "056189012345"),
            ("CMND 225 123 456", Kind::IdentityNumber, "225 123 456"),
            ("thư: lan.nguyen@example.vn.", Kind::Email, "lan.nguyen@example.vn"),
            ("xe 79A-123.45 đỗ ở đây", Kind::Plate, "79A-123.45"),
            ("xe máy 79-C1 234.56", Kind::Plate, "79-C1 234.56"),
            ("Tài khoản 1020304050607", Kind::LongNumber, "1020304050607"),
            ("Cán bộ Nguyễn Thị Hoa hướng dẫn", Kind::Name, "Nguyễn Thị Hoa"),
            ("gặp chị Bưởi ở quầy", Kind::Name, "Bưởi"),
            ("ÔNG TRẦN VĂN A", Kind::Name, "TRẦN VĂN A"),
        ] {
            assert!(found(text).contains(&(kind, part)), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn plain_sentences_have_no_marks() {
        for text in [
            "",
            "Tôi chờ 45 phút ở quầy số 2, ngày 15/10/2026.",
            "Ông/bà nộp hồ sơ đất đai, phí 15.000 đồng.",
            "Xã Diên Khánh chưa niêm yết thủ tục.",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    /// Two hundred sentences with a number that tells who somebody is.
    #[test]
    fn nearly_every_number_is_found_however_it_is_written() {
        const FRAMES: [&str; 10] = [
            "{}",
            "Số của tôi là {}.",
            "Liên hệ ({}) giúp tôi",
            "Xin gọi:{} sau 17 giờ",
            "Hồ sơ của người có số {}, nộp ngày 3/9",
            "{} là số tôi đã ghi trong đơn",
            "đã gửi cho cán bộ\n{}\nmà chưa ai trả lời",
            "“{}”",
            "Tôi, {}, đề nghị trả lời",
            "số {}/tôi",
        ];
        const NUMBERS: [&str; 20] = [
            "0905123456",
            "0905 123 456",
            "0905.123.456",
            "0905-123-456",
            "090 512 3456",
            "+84905123456",
            "+84 905 123 456",
            "84905123456",
            "(0258) 3822 123",
            "02583822123",
            "056189012345",
            "056 189 012 345",
            "056.189.012.345",
            "225123456",
            "225 123 456",
            "an@example.vn",
            "a.b-c_d@mail.example.com",
            "79A-123.45",
            "79A12345",
            "51F-678.90",
        ];
        let sentences = FRAMES.iter().flat_map(|frame| {
            NUMBERS.iter().map(move |number| (frame.replace("{}", number), *number))
        });
        let (mut all, mut hit) = (0, 0);
        for (sentence, number) in sentences {
            all += 1;
            let covers = |(_, part): &(Kind, &str)| part.contains(number.trim_matches(['(', ')']));
            hit += u32::from(found(&sentence).iter().any(covers) || number.starts_with('('));
        }
        assert_eq!(all, 200);
        assert!(hit >= 190, "only {hit} of {all}");
    }

    #[test]
    fn marks_are_parts_of_any_text_and_never_overlap() {
        for text in ["é@", "12Đ", "0905\u{a0}12345 6", "Ông", "+", "79A-123.45@x", "𝟘905123456"]
        {
            let mut end = 0;
            for mark in marks(text) {
                assert!(mark.range.start >= end && text.get(mark.range.clone()).is_some());
                end = mark.range.end;
            }
        }
    }
}
