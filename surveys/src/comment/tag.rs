//! Tags: the words under which an office sorts comments.

use crate::text::{Text, fold, typed_text};

/// The most tags of one comment.
pub const MOST_TAGS: usize = 8;
/// The longest tag, in characters.
pub const LONGEST_TAG: usize = 40;

/// Tags that cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadTags {
    /// There are too many.
    #[error("keep at most {MOST_TAGS} tags")]
    TooMany,
    /// One is too long, or has signs that are none of text.
    #[error("write each tag with at most {LONGEST_TAG} characters, on one line")]
    Unreadable,
}

impl BadTags {
    /// What to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::TooMany => format!("Giữ nhiều nhất {MOST_TAGS} nhãn"),
            Self::Unreadable => {
                format!("Mỗi nhãn dài nhất {LONGEST_TAG} ký tự, viết trên một dòng")
            }
        };
        Text::new(vi, self.to_string())
    }
}

/// The tags in `typed`, which stand between commas: in small letters, each once, in the
/// order in which they were typed. Two that differ by marks alone are the same.
///
/// # Errors
/// [`BadTags`] with what to mend.
pub fn read_tags(typed: &str) -> Result<Vec<String>, BadTags> {
    let mut tags: Vec<String> = Vec::new();
    for part in typed.split([',', ';', '\n']) {
        let tag = typed_text(part.split_whitespace().collect::<Vec<_>>().join(" ").as_str());
        let tag = tag.to_lowercase();
        let folded = fold(&tag);
        if folded.is_empty() || tags.iter().any(|there| fold(there) == folded) {
            continue;
        }
        if tag.chars().count() > LONGEST_TAG || tag.contains(char::is_control) {
            return Err(BadTags::Unreadable);
        }
        tags.push(tag);
    }
    if tags.len() > MOST_TAGS { Err(BadTags::TooMany) } else { Ok(tags) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_between_commas_each_once() {
        let read = |typed| read_tags(typed).unwrap();
        assert_eq!(read(" Đất  đai, thái độ;dat dai,, "), ["đất đai", "thái độ"]);
        assert_eq!(read(""), Vec::<String>::new());
        assert_eq!(read_tags("a,b,c,d,e,f,g,h,i"), Err(BadTags::TooMany));
        assert_eq!(read_tags(&"a".repeat(41)), Err(BadTags::Unreadable));
        assert_eq!(read_tags("a\0b"), Err(BadTags::Unreadable));
        assert!(BadTags::TooMany.text().vi.contains('8'));
    }
}
