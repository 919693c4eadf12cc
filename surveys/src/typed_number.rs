//! A count as a person types it into a form.

use crate::indicator::ungrouped;

/// The count that was typed; thousands may have their mark, as Vietnamese write it: `1.234`.
/// `None` when it is none.
pub fn typed_number(typed: &str) -> Option<u32> {
    let text = ungrouped(typed);
    let text = text.trim();
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_have_their_mark_or_none() {
        for (typed, number) in [
            ("1.234", 1_234),
            (" 1.234.567 ", 1_234_567),
            ("1234", 1_234),
            ("007", 7),
            ("0", 0),
            ("4294967295", u32::MAX),
        ] {
            assert_eq!(typed_number(typed), Some(number), "{typed}");
        }
        for typed in ["", " ", "1.23", "1,234", "1.2345", ".123", "+5", "-1", "4294967296", "năm"]
        {
            assert_eq!(typed_number(typed), None, "{typed}");
        }
    }
}
