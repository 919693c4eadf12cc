//! Covering: parts of what a petition says that lead to a person are replaced by
//! [`BLACK`], wherever they stand in it. Nothing else of it changes, and nobody can say
//! otherwise what was written.

use std::ops::Range;

use super::{Act, Petition, Published, cleaned_line};
use crate::comment::BLACK;
use crate::personal_data::{Token, tokens};
use crate::text::Text;

/// The most parts that are covered at a time.
pub const MOST_PARTS: usize = 100;
/// The most characters of a part: longer than an address and shorter than a complaint.
pub const LONGEST_PART: usize = 120;

/// The parts of a petition that are to be covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covering(Vec<String>);

/// Why a petition cannot be covered like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().en)]
pub enum BadCovering {
    /// No part was chosen.
    Nothing,
    /// There are too many parts.
    TooMany,
    /// This part is too long.
    TooLong(String),
    /// This part is nowhere in the petition.
    NotThere(String),
    /// Of the subject or the text nothing would be left to read.
    NothingLeft,
}

impl BadCovering {
    /// What to do, in both languages.
    pub fn text(&self) -> Text {
        let (vi, en) = match self {
            Self::Nothing => (
                "Ghi đoạn cần che, mỗi dòng một đoạn.".to_owned(),
                "Write down what is to be covered, one part a line.".to_owned(),
            ),
            Self::TooMany => (
                format!("Ghi nhiều nhất {MOST_PARTS} đoạn một lần."),
                format!("Write down {MOST_PARTS} parts at a time at most."),
            ),
            Self::TooLong(part) => (
                format!("Đoạn này dài hơn {LONGEST_PART} chữ: “{part}”. Chỉ ghi phần về một người."),
                format!(
                    "This part is longer than {LONGEST_PART} letters: “{part}”. Write down only what is about a person."
                ),
            ),
            Self::NotThere(part) => (
                format!("Không thấy “{part}” trong phản ánh. Ghi đúng như trong nội dung, đủ cả chữ."),
                format!(
                    "“{part}” is nowhere in the petition. Write it as it stands there, in whole words."
                ),
            ),
            Self::NothingLeft => (
                "Che như thế thì tiêu đề hoặc nội dung không còn gì để đọc. Chỉ che phần về một người."
                    .to_owned(),
                "Nothing of the subject or the text would be left to read. Cover only what is about a person."
                    .to_owned(),
            ),
        };
        Text::new(vi, en)
    }
}

impl Covering {
    /// Reads what was typed: a part on each line.
    ///
    /// # Errors
    /// [`BadCovering`] with what to mend.
    pub fn read(typed: &str) -> Result<Self, BadCovering> {
        let mut parts: Vec<String> = Vec::new();
        for line in typed.lines().map(cleaned_line).filter(|line| !line.is_empty()) {
            if line.chars().count() > LONGEST_PART {
                return Err(BadCovering::TooLong(line));
            }
            if !parts.contains(&line) {
                parts.push(line);
            }
        }
        match parts.len() {
            0 => Err(BadCovering::Nothing),
            n if n > MOST_PARTS => Err(BadCovering::TooMany),
            _ => Ok(Self(parts)),
        }
    }

    /// `text` with every part covered, each time it stands there.
    pub fn of_text(&self, text: &str) -> String {
        let words = tokens(text);
        let mut places: Vec<Range<usize>> =
            self.0.iter().flat_map(|part| places(text, &words, part)).collect();
        places.sort_by_key(|place| (place.start, place.end));
        let mut covered = String::with_capacity(text.len());
        let mut from = 0;
        for place in places {
            if place.start >= from {
                covered.push_str(&text[from..place.start]);
                covered.push_str(BLACK);
            }
            from = from.max(place.end);
        }
        covered.push_str(&text[from..]);
        covered
    }

    /// The act with every part of its texts covered. Whom a petition was given to is the
    /// office's, and stays.
    pub fn of_act(&self, act: &Act) -> Act {
        let mut act = act.clone();
        match &mut act {
            Act::Receive
            | Act::Acknowledge
            | Act::Assign { .. }
            | Act::Close
            | Act::Withdraw
            | Act::EraseContact
            | Act::Cover => {}
            Act::Extend { reason }
            | Act::Reopen { reason }
            | Act::Duplicate { reason, .. }
            | Act::Refuse { reason }
            | Act::Rate { reason, .. }
            | Act::AskAgain { reason }
            | Act::Answer { text: reason } => *reason = self.of_text(reason),
            Act::Publish { question, answer } => {
                *question = self.of_text(question);
                *answer = self.of_text(answer);
            }
        }
        act
    }

    /// The petition with every part of its texts covered, those that everybody reads too.
    /// `others` are the texts of its history, in which a part may stand as well.
    ///
    /// # Errors
    /// [`BadCovering`] when a part is nowhere, or nothing would be left.
    pub fn of_petition(
        &self,
        petition: &Petition,
        others: &[&str],
    ) -> Result<Petition, BadCovering> {
        let own = petition.texts();
        let all: Vec<_> = own.iter().chain(others).map(|text| (*text, tokens(text))).collect();
        let is_there =
            |part: &&String| all.iter().any(|(text, words)| !places(text, words, part).is_empty());
        if let Some(part) = self.0.iter().find(|part| !is_there(part)) {
            return Err(BadCovering::NotThere(part.clone()));
        }
        let mut covered = petition.clone();
        covered.subject = self.of_text(&petition.subject);
        covered.text = self.of_text(&petition.text);
        covered.answer = self.of_text(&petition.answer);
        covered.published = petition.published.as_ref().map(|public| Published {
            question: self.of_text(&public.question),
            answer: self.of_text(&public.answer),
        });
        let is_empty = |text: &str| tokens(text).is_empty();
        if is_empty(&covered.subject) || is_empty(&covered.text) {
            return Err(BadCovering::NothingLeft);
        }
        if petition.is_public_as_written() && !covered.is_public_as_written() {
            // Half a part was covered before: what is left of it must not stay public.
            covered.published = None;
        }
        Ok(covered)
    }
}

/// Where `part` stands in `text`, which has these `words`: its words one after the other,
/// with the same between them but for space and line ends. Capitals make no difference.
fn places(text: &str, words: &[Token<'_>], part: &str) -> Vec<Range<usize>> {
    let wanted = tokens(part);
    if wanted.is_empty() {
        return Vec::new();
    }
    let between = |text: &str, two: &[Token<'_>]| -> String {
        let between = &text[two[0].range.end..two[1].range.start];
        between.chars().filter(|c| !c.is_whitespace()).collect()
    };
    let gaps: Vec<String> = wanted.windows(2).map(|two| between(part, two)).collect();
    let is_here = |here: &&[Token<'_>]| {
        here.iter().zip(&wanted).all(|(word, wanted)| word.lower == wanted.lower)
            && here.windows(2).zip(&gaps).all(|(two, gap)| between(text, two) == *gap)
    };
    let found = words.windows(wanted.len()).filter(is_here);
    found.map(|here| here[0].range.start..here[here.len() - 1].range.end).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::petition;
    use super::*;

    fn covered(text: &str, parts: &str) -> String {
        Covering::read(parts).unwrap().of_text(text)
    }

    #[test]
    fn what_is_chosen_is_covered_wherever_it_stands_and_nothing_else() {
        for (text, parts, left) in [
            ("Tôi là Nguyễn Văn Bình, ở đây", "Nguyễn Văn Bình", "Tôi là […], ở đây"),
            ("NGUYỄN VĂN BÌNH; Nguyễn\nVăn  Bình", "nguyễn văn bình", "[…]; […]"),
            ("ĐT 0912.345.678 hoặc 0912 345 678", "0912.345.678", "ĐT […] hoặc 0912 345 678"),
            ("gửi lan@x.vn, lan@x.vnn", "lan@x.vn", "gửi […], lan@x.vnn"),
            ("bà Lan và làn xe", "Lan", "bà […] và làn xe"),
            ("tổ. 5 người ở tổ 5", "tổ 5", "tổ. 5 người ở […]"),
            ("a b c d", "a b c\nb c d\nz", "[…]"),
            ("[…] gặp An", "An\n[…]", "[…] gặp […]"),
        ] {
            assert_eq!(covered(text, parts), left, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_covered_is_told() {
        let one = petition();
        let of = |parts: &str| Covering::read(parts).and_then(|c| c.of_petition(&one, &["Bà Tư"]));
        assert_eq!(of(" \n\n"), Err(BadCovering::Nothing));
        assert_eq!(of("🙂"), Err(BadCovering::NotThere("🙂".into())));
        assert_eq!(of("Lê Lợi"), Err(BadCovering::NotThere("Lê Lợi".into())));
        assert_eq!(of(&"x".repeat(121)), Err(BadCovering::TooLong("x".repeat(121))));
        let many: Vec<String> = (0..=MOST_PARTS).map(|n| n.to_string()).collect();
        assert_eq!(of(&many.join("\n")), Err(BadCovering::TooMany));
        assert_eq!(of(&one.subject), Err(BadCovering::NothingLeft));
        assert_eq!(of("tư").as_ref(), Ok(&one), "a part of its history alone");
        for bad in [BadCovering::Nothing, BadCovering::TooMany, BadCovering::NothingLeft] {
            assert!(!bad.text().vi.is_empty() && bad.to_string() == bad.text().en);
        }
    }

    #[test]
    fn what_everybody_reads_follows_and_is_withdrawn_when_half_a_name_was_left() {
        let mut one = petition();
        one.text = "Tôi là Nguyễn Văn Bình, chờ lâu".into();
        one.answer = "Kính gửi ông Nguyễn Văn Bình".into();
        let public = |question: &str, answer: &str| {
            let (question, answer) = (question.to_owned(), answer.to_owned());
            Some(Published { question, answer })
        };
        let covering = Covering::read("Nguyễn Văn Bình").unwrap();
        one.published = public(&one.text, "Kính gửi […]");
        let left = covering.of_petition(&one, &[]).unwrap();
        assert_eq!(left.published, public("Tôi là […], chờ lâu", "Kính gửi […]"));
        assert_eq!(left.answer, "Kính gửi ông […]");
        assert!(left.is_public_as_written());
        one.published = public("Tôi là Nguyễn […], chờ lâu", "Kính gửi […]");
        assert_eq!(covering.of_petition(&one, &[]).unwrap().published, None);
    }
}
