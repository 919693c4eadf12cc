//! The account of a member of staff.

use std::str::FromStr;

use surveys::Text;
use surveys::text::{fold, typed_text};
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
    let name = typed_text(typed.trim());
    let usable = !name.is_empty()
        && name.chars().count() <= LONGEST_FULL_NAME
        && !name.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER);
    usable.then_some(name)
}

/// The department of a unit as it may be stored: like a full name, or empty.
pub fn department(typed: &str) -> Option<String> {
    if typed.trim().is_empty() { Some(String::new()) } else { full_name(typed) }
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
    /// In which department of the unit they work; empty when nobody said.
    pub department: String,
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

/// How long a second administrator can agree that a second factor is set up anew, in
/// milliseconds.
pub const RESET_WAITS_MILLIS: i64 = 24 * 3_600_000;

impl Account {
    /// Who asked for its second factor to be set up anew, and when, if another
    /// administrator can still agree at `now`.
    pub fn waiting_reset(&self, now: i64) -> Option<(&str, i64)> {
        let (who, at) = self.reset_asked.as_ref().filter(|_| self.disabled_at.is_none())?;
        (now < at + RESET_WAITS_MILLIS).then_some((who.as_str(), *at))
    }

    /// Whether its owner may, somewhere.
    pub fn may(&self, permission: Permission) -> bool {
        let at_one_point = matches!(self.scope, Scope::Point { .. });
        self.role.may(permission) && !(at_one_point && permission.is_of_a_whole_commune())
    }

    /// Whether what is assigned to `name` is assigned to its owner or their department.
    pub fn is_meant_by(&self, name: &str) -> bool {
        let name = fold(name);
        !name.is_empty() && [&self.department, &self.full_name].iter().any(|own| fold(own) == name)
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
    fn somebody_is_meant_by_their_name_and_their_department_alone() {
        let mut account = Account {
            id: Uuid::nil(),
            name: SignInName::parse("lan").unwrap(),
            full_name: "Nguyễn Thị Lan".into(),
            department: String::new(),
            role: Role::CentreStaff,
            scope: Scope::Everywhere,
            is_set_up: true,
            disabled_at: None,
            reset_asked: None,
        };
        assert!(account.is_meant_by("nguyễn thị  lan") && !account.is_meant_by(""));
        assert!(!account.is_meant_by("lan") && !account.is_meant_by("Phòng Kinh tế"));
        account.department = department(" Phòng Kinh tế ").unwrap();
        assert!(account.is_meant_by("Phòng kinh tế") && !account.is_meant_by("Phòng"));
        assert_eq!(department("  ").as_deref(), Some(""));
        assert_eq!(department("Phòng\nKinh tế"), None);
    }

    #[test]
    fn a_full_name_is_one_bounded_line_in_normal_form_c() {
        assert_eq!(full_name(" Nguye\u{302}\u{303}n Lan ").unwrap(), "Nguyễn Lan");
        for wrong in ["", "  ", "Lan\nadmin", "Lan\0", &"ă".repeat(101)] {
            assert_eq!(full_name(wrong), None, "{wrong}");
        }
    }
}
