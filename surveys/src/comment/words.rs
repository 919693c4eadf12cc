//! The words by which comments are found, with or without tone marks.

use crate::text::fold;

/// The longest query that is read, in characters; the rest is left aside.
pub const LONGEST_QUERY: usize = 200;
/// The most words of a query.
pub const MOST_WORDS: usize = 16;
/// How much of a word is looked at, in characters: a database bounds its words too.
const LONGEST_WORD: usize = 64;

/// The words of `text` in order, as they are compared: without marks, in small letters.
pub fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST_WORD).collect())
        .collect()
}

/// What is looked for: every phrase must be there. A phrase is one word, or several
/// that stand one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted(Vec<Vec<String>>);

impl Wanted {
    /// Reads what was typed. Words in quotation marks stand one after the other. `None`
    /// when there is no letter or digit in it.
    pub fn read(typed: &str) -> Option<Self> {
        let typed: String = typed.chars().take(LONGEST_QUERY).collect();
        let mut left = MOST_WORDS;
        let mut phrases = Vec::new();
        for (place, part) in typed.split(['"', '“', '”']).enumerate() {
            let mut words = words(part);
            words.truncate(left);
            left -= words.len();
            if place % 2 == 1 {
                phrases.push(words);
            } else {
                phrases.extend(words.into_iter().map(|word| vec![word]));
            }
        }
        phrases.retain(|phrase| !phrase.is_empty());
        (!phrases.is_empty()).then_some(Self(phrases))
    }

    /// The phrases, each of words that consist of letters and digits only.
    pub fn phrases(&self) -> &[Vec<String>] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Vec<String> {
        let wanted = Wanted::read(typed);
        wanted.iter().flat_map(Wanted::phrases).map(|phrase| phrase.join("+")).collect()
    }

    #[test]
    fn tone_marks_and_capitals_make_no_difference() {
        for typed in ["chờ lâu", "cho lau", "CHỜ  LÂU", "cho\u{300} lâu", " chờ, (lâu) "]
        {
            assert_eq!(read(typed), ["cho", "lau"], "{typed}");
        }
        assert_eq!(words("Đất đai ở 2 quầy"), ["dat", "dai", "o", "2", "quay"]);
    }

    #[test]
    fn words_in_quotation_marks_belong_together() {
        assert_eq!(read("\"thái độ\" quầy 2"), ["thai+do", "quay", "2"]);
        assert_eq!(read("quầy “thái độ”"), ["quay", "thai+do"]);
        assert_eq!(read("\"thái độ"), ["thai+do"], "the closing mark may be missing");
    }

    #[test]
    fn anything_may_be_typed() {
        for nothing in ["", "   ", "\"\"", "*", "\0", "-- ;", "🙂"] {
            assert_eq!(Wanted::read(nothing), None, "{nothing:?}");
        }
        assert_eq!(read("a' OR 1=1 --"), ["a", "or", "1", "1"]);
        assert_eq!(read(&"một ".repeat(500)).len(), MOST_WORDS);
        assert_eq!(read(&"x".repeat(500)), ["x".repeat(64)]);
    }
}
