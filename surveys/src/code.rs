//! Newtype codes: one type per kind of thing, so that an item code can never be
//! passed where a component code is meant.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// A text that is not usable as a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a usable code: write {rule}")]
pub struct BadCode {
    /// The text as it was given.
    pub text: String,
    /// What the code must look like, as the end of an English sentence.
    pub rule: &'static str,
}

fn plain(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && text.as_bytes()[0].is_ascii_alphanumeric()
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $rule:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// Accepts `text` if it has the form of this kind of code.
            ///
            /// # Errors
            /// [`BadCode`] with the rule when it has not.
            pub fn parse(text: &str) -> Result<Self, BadCode> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(BadCode { text: text.to_owned(), rule: $rule })
                }
            }

            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadCode;
            fn from_str(text: &str) -> Result<Self, BadCode> {
                Self::parse(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
                let text = String::deserialize(de)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

code!(
    /// Names an instrument through all its versions, such as `quick-counter`.
    InstrumentId, "1 to 40 Latin letters, digits, - or _, beginning with a letter or digit", plain
);
code!(
    /// Names an item inside its instrument, such as `A1`.
    ItemCode, "1 to 40 Latin letters, digits, - or _, beginning with a letter or digit", plain
);
code!(
    /// Names a component, such as `access`; the same code means the same component in every instrument.
    ComponentCode, "1 to 40 Latin letters, digits, - or _, beginning with a letter or digit", plain
);
code!(
    /// Names a part (a group of components), such as `service`.
    PartCode, "1 to 40 Latin letters, digits, - or _, beginning with a letter or digit", plain
);
code!(
    /// Names a scale inside its instrument, such as `hai-long-5`.
    ScaleCode, "1 to 40 Latin letters, digits, - or _, beginning with a letter or digit", plain
);
code!(
    /// Names a plan, such as `dien-khanh-2025`.
    PlanId, "1 to 40 Latin letters, digits, - or _, beginning with a letter or digit", plain
);
code!(
    /// Names a target inside its plan.
    TargetCode, "1 to 40 Latin letters, digits, - or _, beginning with a letter or digit", plain
);
code!(
    /// Names a collection point; it is the last part of the survey's address.
    PointCode, "1 to 40 Latin letters, digits, - or _, beginning with a letter or digit", plain
);
code!(
    /// Names a sample of households, such as `sipas-2026`.
    SampleCode, "1 to 40 Latin letters, digits, - or _, beginning with a letter or digit", plain
);
code!(
    /// The five-digit code of a commune (xã, phường, đặc khu).
    CommuneCode, "exactly 5 digits", |t| digits(t, 5)
);
code!(
    /// The two-digit code of a province or centrally run city.
    ProvinceCode, "exactly 2 digits", |t| digits(t, 2)
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_plain_ascii_and_bounded() {
        assert!(ItemCode::parse("A1").is_ok());
        assert!(ItemCode::parse(&"x".repeat(40)).is_ok());
        for bad in ["", "-a", "a b", "hài", "a\0", &"x".repeat(41)] {
            assert!(ItemCode::parse(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn a_commune_code_keeps_its_leading_zeros() {
        assert_eq!(CommuneCode::parse("00385").unwrap().as_str(), "00385");
        assert!(CommuneCode::parse("385").is_err());
        assert!(CommuneCode::parse("0038A").is_err());
    }
}
