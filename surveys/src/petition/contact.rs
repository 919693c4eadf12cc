//! How to reach whoever sent a petition: asked for by itself, kept by itself.

use serde::{Deserialize, Serialize};

use super::cleaned_line;

/// The most characters of a name.
pub const MAX_NAME_CHARS: usize = 100;
/// The most characters of an e-mail address.
pub const MAX_EMAIL_CHARS: usize = 254;
/// The fewest and the most digits of a telephone number.
pub const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// A name, a telephone number, an e-mail address; each may be empty. `Debug` shows
/// nothing of them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// What they are called.
    pub name: String,
    /// Their telephone number, as they write it.
    pub phone: String,
    /// Their e-mail address.
    pub email: String,
}

/// Which part of a contact is to be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadContact {
    /// The name is too long.
    Name,
    /// The number has letters, or too few or too many digits.
    Phone,
    /// The address has no @, or is too long.
    Email,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Contact(…)")
    }
}

impl Contact {
    /// The contact that was typed.
    pub fn typed(name: &str, phone: &str, email: &str) -> Self {
        let [name, phone, email] = [name, phone, email].map(cleaned_line);
        Self { name, phone, email }
    }

    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// What is to be mended.
    pub fn wrong(&self) -> Vec<BadContact> {
        let mut wrong = Vec::new();
        if self.name.chars().count() > MAX_NAME_CHARS {
            wrong.push(BadContact::Name);
        }
        let digits = self.phone.chars().filter(char::is_ascii_digit).count();
        let signs = self.phone.chars().all(|c| c.is_ascii_digit() || " .-+()".contains(c));
        if !(self.phone.is_empty() || signs && PHONE_DIGITS.contains(&digits)) {
            wrong.push(BadContact::Phone);
        }
        let parts = self.email.rsplit_once('@');
        let address = parts.is_some_and(|(who, at)| {
            !who.is_empty() && at.contains('.') && !self.email.contains([' ', '<', '>', '"'])
        });
        let short = self.email.chars().count() <= MAX_EMAIL_CHARS;
        if !(self.email.is_empty() || address && short) {
            wrong.push(BadContact::Email);
        }
        wrong
    }
}
