//! What of a petition may lead to its sender, before somebody looks: numbers and addresses,
//! and the names that are theirs by the words beside them. Other names are told apart, for
//! to erase is the sender's right over what is theirs, and whom they complain of is not.

use std::ops::Range;

use super::covering::{LONGEST_PART, MOST_PARTS};
use super::{Act, Petition, Published, cleaned_line};
use crate::personal_data::{Kind, personal_data, tokens};

/// What stands before a sender's own name, in words.
const OWN: [&[&str]; 16] = [
    &["tôi", "là"],
    &["tôi", "tên", "là"],
    &["tên", "tôi", "là"],
    &["tên", "là"],
    &["em", "là"],
    &["cháu", "là"],
    &["con", "là"],
    &["mình", "là"],
    &["họ", "tên"],
    &["họ", "và", "tên"],
    &["ký", "tên"],
    &["kí", "tên"],
    &["người", "gửi"],
    &["người", "phản", "ánh"],
    &["người", "viết"],
    &["tôi", "tên"],
];

/// What stands before it in what the office writes to them.
const ADDRESSED: &[&str] = &["kính", "gửi"];

/// What is proposed to be covered, and the names that are not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AboutSender {
    /// What may lead to the sender, each part once.
    pub own: Vec<String>,
    /// Names of others, as far as the words beside them tell.
    pub others: Vec<String>,
}

impl AboutSender {
    /// What there is in `petition` and in what was said in these `acts`, `known` names
    /// among it.
    pub fn of(petition: &Petition, acts: &[&Act], known: &[String]) -> Self {
        let is_theirs = |act: &Act| matches!(act, Act::Rate { .. } | Act::AskAgain { .. });
        let Petition { subject, text, answer, .. } = petition;
        let mut texts = vec![(subject.as_str(), false), (text.as_str(), false)];
        texts.push((answer.as_str(), true));
        if let Some(Published { question, answer }) = &petition.published {
            texts.extend([(question.as_str(), false), (answer.as_str(), true)]);
        }
        for act in acts {
            texts.extend(act.texts().into_iter().map(|text| (text, !is_theirs(act))));
        }
        Self::within(texts, known)
    }

    /// What there is in `texts`, of which each was written to the sender or is theirs.
    fn within<'a>(texts: impl IntoIterator<Item = (&'a str, bool)>, known: &[String]) -> Self {
        let mut found = Self::default();
        for (text, to_sender) in texts {
            for finding in personal_data(text, known) {
                let part = cleaned_line(&text[finding.range.clone()]);
                let is_own = finding.kind != Kind::Name
                    || names_the_sender(text, &finding.range, to_sender)
                    || (!to_sender && signs(text, &finding.range));
                let parts = if is_own { &mut found.own } else { &mut found.others };
                if !parts.contains(&part) && part.chars().count() <= LONGEST_PART {
                    parts.push(part);
                }
            }
        }
        // Who says who they are in one place is the same in another, by whatever title.
        let known: Vec<String> = found.own.iter().map(|part| folded(part)).collect();
        let is_own = |name: &str| known.iter().any(|own| ends_with_words(name, own));
        let (theirs, others): (Vec<String>, Vec<String>) =
            found.others.into_iter().partition(|name| is_own(&folded(name)));
        let mut own = found.own;
        for name in theirs {
            if !own.contains(&name) {
                own.push(name);
            }
        }
        own.truncate(MOST_PARTS);
        Self { own, others }
    }

    /// The parts proposed, one on each line.
    pub fn lines(&self) -> String {
        self.own.join("\n")
    }
}

/// The words of `part` in small letters, a space between two.
fn folded(part: &str) -> String {
    let words: Vec<String> = tokens(part).into_iter().map(|word| word.lower).collect();
    words.join(" ")
}

/// Whether `one` is `other`, or what it ends with behind a title.
fn ends_with_words(one: &str, other: &str) -> bool {
    one.strip_suffix(other).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
}

/// Whether the words before the name at `range` in the same sentence say that it is the
/// sender's. What it is found with, such as the `tên` of `tôi tên Lan`, is one of them.
fn names_the_sender(text: &str, range: &Range<usize>, to_sender: bool) -> bool {
    let (before, name) = (&text[..range.start], &text[range.clone()]);
    let sentence = before.rsplit(['.', '!', '?', ';', '\n']).next().unwrap_or_default();
    let mut words: Vec<String> = tokens(sentence).into_iter().map(|word| word.lower).collect();
    if tokens(name).first().is_some_and(|word| word.lower == "tên") {
        words.push("tên".to_owned());
    }
    let ends = |own: &&[&str]| {
        own.len() <= words.len() && words[words.len() - own.len()..].iter().eq(own.iter())
    };
    OWN.iter().any(ends)
        || (to_sender && ends(&ADDRESSED))
        || (words.last().is_some_and(|word| word == "tôi")
            && sentence.trim_end().ends_with([',', ':']))
}

/// Whether what stands at `range` is a line of its own behind the last sentence.
fn signs(text: &str, range: &Range<usize>) -> bool {
    let is_first = text[..range.start].trim_end_matches([' ', '\t']).ends_with('\n');
    let is_last = text[range.end..].chars().all(|c| c.is_whitespace() || c == '.');
    is_first && is_last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_proposed_where_the_words_beside_it_say_that_it_is_the_senders() {
        for (text, own, others) in [
            ("Tôi là Nguyễn Văn Bình, chờ lâu", "Nguyễn Văn Bình", ""),
            ("Tôi là ông Bình. Ông Bình chờ lâu", "ông Bình|Ông Bình", ""),
            ("Tôi tên Lan, chờ lâu", "tên Lan", ""),
            ("Tên tôi là Trần Thị Mơ", "Trần Thị Mơ", ""),
            ("Họ và tên: Trần Thị Mơ", "Trần Thị Mơ", ""),
            ("Chờ lâu.\nTrần Thị Mơ\n", "Trần Thị Mơ", ""),
            ("Kính gửi ông Nguyễn Văn Bình, chủ tịch xã", "", "ông Nguyễn Văn Bình"),
            ("Cán bộ Trần Văn Khoát nói năng khó nghe", "", "Trần Văn Khoát"),
            (
                "Tôi là Nguyễn Văn Bình, 0912 345 678. Anh Khoát tiếp tôi không tốt",
                "Nguyễn Văn Bình|0912 345 678",
                "Anh Khoát",
            ),
            ("Tôi gặp ông Nguyễn Văn Bình", "", "ông Nguyễn Văn Bình"),
            ("Thư lan91@gmail.com, xe 79A-123.45", "lan91@gmail.com|79A-123.45", ""),
            ("Chờ lâu", "", ""),
        ] {
            let found = AboutSender::within([(text, false)], &[]);
            assert_eq!(found.own.join("|"), own, "{text}");
            assert_eq!(found.others.join("|"), others, "{text}");
        }
    }

    #[test]
    fn whom_the_office_writes_to_is_the_sender() {
        let answer = "Kính gửi ông Nguyễn Văn Bình: đã nhắc anh Khoát.\nTrần Thị Mơ";
        let found = AboutSender::within([(answer, true)], &[]);
        assert_eq!(found.own, ["ông Nguyễn Văn Bình"]);
        assert_eq!(found.others, ["anh Khoát", "Trần Thị Mơ"]);
    }

    #[test]
    fn staff_who_are_known_by_name_are_others_and_each_part_is_told_once() {
        let known = ["Võ Văn Tám".to_owned()];
        let texts = ["Tôi là Trần Thị Mơ; Võ Văn Tám bảo về", "Trần Thị Mơ gặp Võ Văn Tám"];
        let found = AboutSender::within(texts.map(|text| (text, false)), &known);
        assert_eq!(found.lines(), "Trần Thị Mơ");
        assert_eq!(found.others, ["Võ Văn Tám"]);
    }
}
