//! How citizens reach the centre of a collection point.

use crate::text::{Text, typed_text};

/// The longest telephone number, in characters: two numbers with their area codes.
pub const LONGEST_TELEPHONE: usize = 40;
/// The longest address, in characters.
pub const LONGEST_ADDRESS: usize = 120;
/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 120;

/// Telephone, address and a short note; each may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CentreContact {
    telephone: String,
    address: String,
    note: String,
}

/// A contact that cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadContact {
    /// The telephone number has letters or no digit, or is too long.
    #[error(
        "write the telephone number with digits, spaces and + ( ) . - /, at most {LONGEST_TELEPHONE} characters"
    )]
    Telephone,
    /// The address is too long or has control characters.
    #[error("write the address on one line of at most {LONGEST_ADDRESS} characters")]
    Address,
    /// The note is too long or has control characters.
    #[error("write the note on one line of at most {LONGEST_NOTE} characters")]
    Note,
}

impl BadContact {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Telephone => format!(
                "Viết số điện thoại bằng chữ số, dấu cách và + ( ) . - /, nhiều nhất {LONGEST_TELEPHONE} ký tự"
            ),
            Self::Address => {
                format!("Viết địa chỉ trên một dòng, nhiều nhất {LONGEST_ADDRESS} ký tự")
            }
            Self::Note => {
                format!("Viết ghi chú trên một dòng, nhiều nhất {LONGEST_NOTE} ký tự")
            }
        };
        Text::new(vi, self.to_string())
    }
}

impl CentreContact {
    /// The contact of what was typed, in normal form C and with single spaces.
    ///
    /// # Errors
    /// Everything that cannot be shown, in the order of the fields.
    pub fn parse(telephone: &str, address: &str, note: &str) -> Result<Self, Vec<BadContact>> {
        let telephone_of = |text: &str| {
            let fits = text.chars().all(|c| c.is_ascii_digit() || " +().-/".contains(c));
            fits && (text.is_empty() || text.contains(|c: char| c.is_ascii_digit()))
        };
        let read = [
            line(telephone, LONGEST_TELEPHONE).filter(|text| telephone_of(text)),
            line(address, LONGEST_ADDRESS),
            line(note, LONGEST_NOTE),
        ];
        let wrong = [BadContact::Telephone, BadContact::Address, BadContact::Note];
        match read {
            [Some(telephone), Some(address), Some(note)] => Ok(Self { telephone, address, note }),
            read => Err(read
                .iter()
                .zip(wrong)
                .filter(|(field, _)| field.is_none())
                .map(|(_, wrong)| wrong)
                .collect()),
        }
    }

    /// The telephone number as it was written.
    pub fn telephone(&self) -> &str {
        &self.telephone
    }

    /// The same as a phone dials it: the first number, its digits and a leading plus.
    pub fn dialled(&self) -> String {
        let first = self.telephone.split('/').next().unwrap_or("").trim();
        let plus = if first.starts_with('+') { "+" } else { "" };
        let digits: String = first.chars().filter(char::is_ascii_digit).collect();
        format!("{plus}{digits}")
    }

    /// Where the centre is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What else a citizen should know.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Whether nothing is given.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// `typed` as one line of at most `longest` characters.
fn line(typed: &str, longest: usize) -> Option<String> {
    let text = typed_text(&typed.split_whitespace().collect::<Vec<_>>().join(" "));
    let fits = text.chars().count() <= longest && !typed.trim().chars().any(char::is_control);
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_kept_on_single_lines_in_normal_form_c() {
        let contact =
            CentreContact::parse(" (0258)  3 811 234 ", "Số 1 Trâ\u{300}n Phú", "").unwrap();
        assert_eq!(contact.telephone(), "(0258) 3 811 234");
        assert_eq!(contact.address(), "Số 1 Trần Phú");
        assert_eq!(contact.dialled(), "02583811234");
        assert!(!contact.is_empty() && CentreContact::parse(" ", "", "").unwrap().is_empty());
        let two = CentreContact::parse("+84 258 1022 / 0912 345 678", "", "").unwrap();
        assert_eq!(two.dialled(), "+842581022", "one number is dialled, the first");
    }

    #[test]
    fn every_field_that_cannot_be_shown_is_told_at_once() {
        let long = |longest: usize| "ậ".repeat(longest + 1);
        let (address, note) = (long(LONGEST_ADDRESS), long(LONGEST_NOTE));
        let all = vec![BadContact::Telephone, BadContact::Address, BadContact::Note];
        assert_eq!(CentreContact::parse("gọi bà Lan", &address, &note), Err(all));
        let longest = ["1".repeat(LONGEST_TELEPHONE), "ậ".repeat(120), "ậ".repeat(120)];
        assert!(CentreContact::parse(&longest[0], &longest[1], &longest[2]).is_ok());
        for bad in ["+", "1\n2", &"1".repeat(LONGEST_TELEPHONE + 1), "<b>1</b>"] {
            assert_eq!(
                CentreContact::parse(bad, "", ""),
                Err(vec![BadContact::Telephone]),
                "{bad}"
            );
        }
        assert_eq!(CentreContact::parse("", "a\0b", ""), Err(vec![BadContact::Address]));
    }
}
