//! Bilingual texts and the folding that lets a search forgive tone marks.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A language in which people read: Vietnamese first, English second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Vietnamese, the default everywhere.
    #[default]
    Vi,
    /// English.
    En,
}

impl Language {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Vi, Self::En];

    /// The BCP 47 tag, `vi` or `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The language of a tag such as `vi`, `en` or `en-GB`; `None` for others.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_', '.']).next().unwrap_or("");
        Self::ALL.into_iter().find(|l| l.tag().eq_ignore_ascii_case(primary))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// One thing said in both languages. Both are always present and not empty when
/// the text was read from a shipped or checked file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A text from its two wordings.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }

    /// The wording in `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

/// `text` in Unicode normal form C, the form in which everything is stored.
pub fn nfc(text: &str) -> String {
    // Codes and numbers, of which files have millions, have nothing to compose.
    if text.is_ascii() { text.to_owned() } else { text.nfc().collect() }
}

/// Whether `c` is seen by nobody and makes a text read otherwise than it is stored: marks
/// of direction, which turn the rest of a line round, and signs without any width.
pub fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// `text` as it is stored when somebody typed it or a file had it: in normal form C,
/// without space around it and without what nobody sees. A joiner between two pictures
/// makes one of them, such as a family, and stays; in words it has no use here, and would
/// hide a number from whoever looks for it.
pub fn typed_text(text: &str) -> String {
    const JOINER: char = '\u{200d}';
    if text.is_ascii() {
        return text.trim().to_owned();
    }
    let is_picture = |c: char| !is_unseen(c) && c >= '\u{2190}' && !c.is_alphanumeric();
    let letters: Vec<char> = text.nfc().collect();
    let is_kept = |at: usize| {
        let c = letters[at];
        let beside = || Some((letters.get(at.checked_sub(1)?)?, letters.get(at + 1)?));
        !is_unseen(c)
            || (c == JOINER && beside().is_some_and(|(a, b)| is_picture(*a) && is_picture(*b)))
    };
    // What stood apart may compose once what stood between is gone.
    let kept: String = (0..letters.len()).filter(|at| is_kept(*at)).map(|at| letters[at]).collect();
    nfc(kept.trim())
}

/// `text` without tone marks, in its own letters and case: `Điểm` as `Diem`.
pub fn unaccented(text: &str) -> String {
    let bare = text.nfd().filter(|c| !is_combining_mark(*c));
    bare.map(|c| match c {
        'đ' => 'd',
        'Đ' => 'D',
        c => c,
    })
    .collect()
}

/// The form in which names are compared when tone marks may be missing or
/// misplaced: decomposed, marks dropped, `đ` as `d`, lower case, runs of
/// anything but letters and digits as one space.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in unaccented(text).chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !folded.ends_with(' ') && !folded.is_empty() {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// `value` in [0, 1] as a percentage with `decimals` places, with the decimal
/// mark of the language: `83,94 %` or `83.94%`.
pub fn percent(value: f64, decimals: usize, language: Language) -> String {
    let figure = format!("{:.decimals$}", value * 100.0);
    match language {
        Language::Vi => format!("{}\u{a0}%", figure.replace('.', ",")),
        Language::En => format!("{figure}%"),
    }
}

/// A rate, or a limit of one, as it is printed: with one decimal, or with as many
/// more (at most four in all) as it takes not to read like 0 %, 100 % or its
/// `target` when it is none of them. A limit of 89,96 % must not look like one
/// that reaches 90 %.
pub fn rate(value: f64, target: Option<f64>, language: Language) -> String {
    const MOST: usize = 4;
    let told_apart = |decimals: &usize| {
        [Some(0.0), Some(1.0), target].into_iter().flatten().all(|mark| {
            let printed = |value| percent(value, *decimals, language);
            (mark - value).abs() < 1e-9 || printed(mark) != printed(value)
        })
    };
    percent(value, (1..MOST).find(told_apart).unwrap_or(MOST), language)
}

/// A proportion somebody set, such as a target, with as many decimals as it
/// needs, at most two: `90 %`, `88,5 %`.
pub fn set_percent(value: f64, language: Language) -> String {
    let hundredths = (value * 10_000.0).round();
    let decimals = if hundredths % 100.0 == 0.0 {
        0
    } else if hundredths % 10.0 == 0.0 {
        1
    } else {
        2
    };
    percent(value, decimals, language)
}

/// A count with the thousands mark of the language: `12.345` or `12,345`.
pub fn count(value: u64, language: Language) -> String {
    let digits = value.to_string();
    let mark = match language {
        Language::Vi => '.',
        Language::En => ',',
    };
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(c);
    }
    out
}

/// A number that is not negative, with `decimals` places and the marks of the
/// language: `12.345,7` or `12,345.7`.
pub fn decimal(value: f64, decimals: usize, language: Language) -> String {
    let figure = format!("{value:.decimals$}");
    let (whole, part) = figure.split_once('.').unwrap_or((&figure, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), |whole| count(whole, language));
    match (part, language) {
        ("", _) => whole,
        (part, Language::Vi) => format!("{whole},{part}"),
        (part, Language::En) => format!("{whole}.{part}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_has_the_marks_of_its_language() {
        assert_eq!(decimal(18_709.86, 1, Language::Vi), "18.709,9");
        assert_eq!(decimal(18_709.86, 1, Language::En), "18,709.9");
        assert_eq!(decimal(0.15, 3, Language::Vi), "0,150");
        assert_eq!(decimal(1e30, 0, Language::En), "1000000000000000019884624838656");
    }

    #[test]
    fn what_nobody_sees_is_not_stored_and_pictures_stay_whole() {
        for (typed, stored) in [
            ("\u{202e}Leo\u{202c}", "Leo"),
            ("\u{2066}a\u{2069}\u{200e}\u{200f}\u{61c}", "a"),
            ("\u{feff} Phòng\u{200b} Kinh tế \u{2060}", "Phòng Kinh tế"),
            ("0912\u{200d}345\u{200c}678", "0912345678"),
            ("e\u{200d}\u{302}\u{200b}\u{301}", "ế"),
            ("👨\u{200d}👩\u{200d}👧 vui", "👨\u{200d}👩\u{200d}👧 vui"),
            ("❤\u{fe0f}\u{200d}🔥", "❤\u{fe0f}\u{200d}🔥"),
            ("👨\u{200d}", "👨"),
            ("\u{200d}\u{200d}", ""),
            (" a\n b ", "a\n b"),
            ("\u{200b}", ""),
        ] {
            assert_eq!(typed_text(typed), stored, "{typed:?}");
        }
    }

    #[test]
    fn folding_forgives_tone_marks_case_and_normal_form() {
        for spelling in ["Diên Khánh", "diên  khánh", "DIEN KHANH", "Die\u{302}n Kha\u{301}nh"]
        {
            assert_eq!(fold(spelling), "dien khanh");
        }
        assert_eq!(fold("Lộc Hoà"), fold("Lộc Hòa"));
        assert_eq!(fold("Đức Phổ"), "duc pho");
        assert_eq!(fold("  "), "");
    }

    #[test]
    fn numbers_are_printed_the_way_of_the_language() {
        assert_eq!(percent(0.8394, 2, Language::Vi), "83,94\u{a0}%");
        assert_eq!(percent(0.8394, 2, Language::En), "83.94%");
        assert_eq!(count(1_234_567, Language::Vi), "1.234.567");
        assert_eq!(count(999, Language::En), "999");
    }

    #[test]
    fn rounding_never_reaches_a_target_or_an_end_that_the_figure_does_not() {
        let printed = |value| rate(value, Some(0.9), Language::En);
        assert_eq!(printed(0.8962), "89.6%");
        assert_eq!(printed(0.89956), "89.96%");
        assert_eq!(printed(0.899_998), "89.9998%");
        assert_eq!(printed(0.900_04), "90.004%");
        assert_eq!(printed(0.3 * 3.0), "90.0%");
        assert_eq!(printed(0.9996), "99.96%");
        assert_eq!(printed(0.0004), "0.04%");
        assert_eq!((printed(0.0), printed(1.0)), ("0.0%".into(), "100.0%".into()));
        assert_eq!(rate(0.89956, None, Language::Vi), "90,0\u{a0}%");
    }

    #[test]
    fn what_somebody_set_is_printed_as_short_as_it_was_written() {
        let printed = [0.9, 0.885, 0.8425, 1.0].map(|value| set_percent(value, Language::En));
        assert_eq!(printed, ["90%", "88.5%", "84.25%", "100%"]);
    }

    #[test]
    fn a_language_is_found_by_its_primary_tag() {
        assert_eq!(Language::of_tag("en-GB"), Some(Language::En));
        assert_eq!(Language::of_tag("vi_VN.UTF-8"), Some(Language::Vi));
        assert_eq!(Language::of_tag("fr"), None);
    }
}
