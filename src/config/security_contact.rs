//! Where somebody who found a security hole writes.

use std::fmt;

use serde::Deserialize;

/// The longest address.
const LONGEST: usize = 200;

/// An address that begins with `mailto:` or `https://`, without spaces.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SecurityContact(String);

impl SecurityContact {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecurityContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for SecurityContact {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let known = ["mailto:", "https://"]
            .iter()
            .any(|start| text.strip_prefix(start).is_some_and(|rest| !rest.is_empty()));
        let plain = text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic());
        if known && plain {
            Ok(Self(text))
        } else {
            Err(format!(
                "write mailto: and a mailbox, or an address that begins with https://, at most {LONGEST} characters"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_be_forged_through_it() {
        for (text, fits) in [
            ("mailto:baomat@tinh.gov.vn", true),
            ("https://tinh.gov.vn/baomat", true),
            ("mailto:", false),
            ("baomat@tinh.gov.vn", false),
            ("http://tinh.gov.vn", false),
            ("javascript:alert(1)", false),
            ("mailto:a@b\nExpires: never", false),
            ("mailto:bảo@mật", false),
        ] {
            assert_eq!(SecurityContact::try_from(text.to_owned()).is_ok(), fits, "{text}");
        }
    }
}
