//! Blacking out: what is published is what was written, with parts of it covered.
//! Nobody's words are changed.

use crate::personal_data::Finding;
use crate::text::{Text, typed_text};

/// What stands in place of a part that is covered.
pub const BLACK: &str = "[…]";

/// A text that cannot be published in place of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadBlackout {
    /// It says something that the comment does not.
    #[error(
        "only cover parts of the comment with {BLACK}; what the citizen wrote is not reworded or added to"
    )]
    Reworded,
    /// Everything is covered.
    #[error("nothing is left to read; hide the comment or set it aside instead")]
    Empty,
}

impl BadBlackout {
    /// What to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Reworded => format!(
                "Chỉ che từng đoạn của góp ý bằng {BLACK}; không sửa, không thêm lời của người dân"
            ),
            Self::Empty => "Không còn gì để đọc; hãy ẩn hoặc lưu riêng góp ý này".to_owned(),
        };
        Text::new(vi, self.to_string())
    }
}

/// `text` with every finding covered.
pub fn blacked_out(text: &str, findings: &[Finding]) -> String {
    let mut covered = String::with_capacity(text.len());
    let mut from = 0;
    for finding in findings {
        covered.push_str(&text[from..finding.range.start]);
        covered.push_str(BLACK);
        from = finding.range.end;
    }
    covered.push_str(&text[from..]);
    covered
}

/// What may be published of `original` when somebody wants to publish `typed`: the same
/// with parts covered, as a browser may have changed its line ends.
///
/// # Errors
/// [`BadBlackout`] with what to mend.
pub fn check_blackout(original: &str, typed: &str) -> Result<String, BadBlackout> {
    let typed = typed_text(&typed.replace("\r\n", "\n").replace("[...]", BLACK));
    let typed = typed.trim();
    let original = typed_text(&original.replace("\r\n", "\n"));
    let mut parts = typed.split(BLACK).map(str::trim);
    let first = parts.next().unwrap_or_default();
    let mut rest = original.strip_prefix(first).ok_or(BadBlackout::Reworded)?;
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return match (rest.is_empty(), first.is_empty()) {
            (_, true) => Err(BadBlackout::Empty),
            (true, false) => Ok(typed.to_owned()),
            (false, false) => Err(BadBlackout::Reworded),
        };
    };
    for part in middle {
        let at = rest.find(part).ok_or(BadBlackout::Reworded)?;
        rest = &rest[at + part.len()..];
    }
    if !rest.ends_with(last) {
        return Err(BadBlackout::Reworded);
    }
    if !typed.replace(BLACK, "").contains(char::is_alphabetic) {
        return Err(BadBlackout::Empty);
    }
    Ok(typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personal_data::Kind;

    const SAID: &str = "Chị Lan rất tốt.\nGọi tôi 0912 345 678, cảm ơn.";

    #[test]
    fn findings_are_covered_and_the_rest_stays_as_it_was() {
        let findings = [
            Finding { range: 0.."Chị Lan".len(), kind: Kind::Name },
            Finding {
                range: SAID.find("0912").unwrap()..SAID.find(", cảm").unwrap(),
                kind: Kind::Phone,
            },
        ];
        let covered = blacked_out(SAID, &findings);
        assert_eq!(covered, "[…] rất tốt.\nGọi tôi […], cảm ơn.");
        assert_eq!(check_blackout(SAID, &covered), Ok(covered.clone()));
        let from_a_browser = covered.replace('\n', "\r\n") + "\r\n";
        assert_eq!(check_blackout(SAID, &from_a_browser), Ok(covered));
    }

    #[test]
    fn more_may_be_covered_and_nothing_reworded() {
        for fine in
            [SAID, "[…] cảm ơn.", "Chị Lan rất tốt. […]", "[...] Gọi tôi […]", "Chị […] tốt[…]"]
        {
            assert!(check_blackout(SAID, fine).is_ok(), "{fine}");
        }
        for wrong in [
            "Chị Lan rất xấu.",
            "[…] cảm ơn nhiều.",
            "cảm ơn […] Chị Lan",
            "Chị Lan rất tốt.",
            "Tôi: […]",
            "[…] cảm ơn […] Gọi […]",
        ] {
            assert_eq!(check_blackout(SAID, wrong), Err(BadBlackout::Reworded), "{wrong}");
        }
        for empty in ["", "[…]", " […] […] ", "[…].", "[...]"] {
            assert_eq!(check_blackout(SAID, empty), Err(BadBlackout::Empty), "{empty}");
        }
    }

    #[test]
    fn a_part_that_is_there_twice_does_not_confuse() {
        assert!(check_blackout("a b a", "a […] a").is_ok());
        assert_eq!(check_blackout("a b", "a […] a"), Err(BadBlackout::Reworded));
        assert_eq!(check_blackout("aa", "a[…]a[…]a"), Err(BadBlackout::Reworded));
    }
}
