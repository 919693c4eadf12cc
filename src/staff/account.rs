//! The account of a member of staff.

use std::str::FromStr;

use surveys::Text;
use surveys::text::nfc;
use uuid::Uuid;

use super::{Permission, Role, Scope};

/// The most characters of somebody's full name.
pub const LONGEST_FULL_NAME: usize = 100;

/// What somebody types to sign in: 3 to 32 small Latin letters, digits, dots,
/// hyphens and underscores, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SignInName(Box<str>);

impl SignInName {
    /// Reads a name as it was typed; capitals are made small.
    pub fn parse(typed: &str) -> Option<Self> {
        let name = typed.trim().to_ascii_lowercase();
        let usable = (3..=32).contains(&name.len())
            && name.as_bytes()[0].is_ascii_lowercase()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b));
        usable.then(|| Self(name.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SignInName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for SignInName {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        Self::parse(typed).ok_or_else(|| {
            "write 3 to 32 small Latin letters, digits, dots, - or _, beginning with a letter"
                .to_owned()
        })
    }
}

/// Somebody's full name as it may be stored: on one line, not empty, in Unicode
/// normal form C.
pub fn full_name(typed: &str) -> Option<String> {
    let name = nfc(typed.trim());
    let usable = !name.is_empty()
        && name.chars().count() <= LONGEST_FULL_NAME
        && !name.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER);
    usable.then_some(name)
}

/// An account without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: Uuid,
    /// What its owner signs in with.
    pub name: SignInName,
    /// Who its owner is.
    pub full_name: String,
    /// What its owner may do.
    pub role: Role,
    /// Where.
    pub scope: Scope,
    /// Whether password and second factor were set up.
    pub is_set_up: bool,
    /// When it was disabled, in UTC milliseconds.
    pub disabled_at: Option<i64>,
    /// Who asked for its second factor to be set up anew, and when.
    pub reset_asked: Option<(String, i64)>,
}

impl Account {
    /// Whether its owner may, somewhere.
    pub fn may(&self, permission: Permission) -> bool {
        let at_one_point = matches!(self.scope, Scope::Point { .. });
        self.role.may(permission) && !(at_one_point && permission.is_of_a_whole_commune())
    }

    /// What is known of its owner and must not be their password.
    pub fn known(&self) -> [String; 3] {
        let Text { vi, .. } = self.scope.name();
        [self.name.to_string(), self.full_name.clone(), vi]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_name_is_plain_and_without_regard_to_capitals() {
        assert_eq!(SignInName::parse(" Lan.Nguyen ").unwrap().as_str(), "lan.nguyen");
        for wrong in ["", "ab", "1lan", ".lan", "lan nguyen", "lân", "lan\0", &"a".repeat(33)] {
            assert_eq!(SignInName::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_full_name_is_one_bounded_line_in_normal_form_c() {
        assert_eq!(full_name(" Nguye\u{302}\u{303}n Lan ").unwrap(), "Nguyễn Lan");
        for wrong in ["", "  ", "Lan\nadmin", "Lan\0", &"ă".repeat(101)] {
            assert_eq!(full_name(wrong), None, "{wrong}");
        }
    }
}
