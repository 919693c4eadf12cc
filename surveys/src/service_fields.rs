//! The fields of procedures (lĩnh vực) that a visitor of a collection point may name.

use std::fmt;

use crate::text::{Text, typed_text};

/// The most fields that a point may offer: with "other" they fill one screen.
pub const MOST_FIELDS: usize = 6;
/// The longest name of a field, in characters.
pub const MOST_CHARACTERS: usize = 40;

/// The fields that one point offers, in its order; none when it does not ask.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceFields(Vec<String>);

/// Names that cannot be offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFields {
    /// There are too many.
    #[error("{0} fields do not fit the screen: name at most {MOST_FIELDS}")]
    TooMany(usize),
    /// A name is empty, too long or of several lines.
    #[error(
        "`{0}` cannot be offered: a field needs a name of 1 to {MOST_CHARACTERS} characters on one line"
    )]
    Name(String),
    /// A name stands twice, or is the one that is always offered.
    #[error("`{0}` would be offered twice: name each field once; `Khác` is added by itself")]
    Twice(String),
}

impl BadFields {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::TooMany(count) => {
                format!("{count} lĩnh vực không vừa màn hình: hãy nêu nhiều nhất {MOST_FIELDS}")
            }
            Self::Name(name) => format!(
                "Chưa dùng được tên `{name}`: hãy ghi tên lĩnh vực từ 1 đến {MOST_CHARACTERS} ký tự, trên một dòng"
            ),
            Self::Twice(name) => format!(
                "`{name}` sẽ hiện hai lần: hãy nêu mỗi lĩnh vực một lần; `Khác` luôn có sẵn"
            ),
        };
        Text::new(vi, self.to_string())
    }
}

impl ServiceFields {
    /// Fields of these `names`, in this order.
    ///
    /// # Errors
    /// [`BadFields`] with the name that cannot be offered.
    pub fn new<N: AsRef<str>>(names: &[N]) -> Result<Self, BadFields> {
        if names.len() > MOST_FIELDS {
            return Err(BadFields::TooMany(names.len()));
        }
        let mut fields: Vec<String> = Vec::new();
        for name in names {
            let name = typed_text(name.as_ref().trim());
            if name.is_empty()
                || name.chars().count() > MOST_CHARACTERS
                || name.chars().any(char::is_control)
            {
                return Err(BadFields::Name(name));
            }
            if fields.contains(&name) || name == other().vi {
                return Err(BadFields::Twice(name));
            }
            fields.push(name);
        }
        Ok(Self(fields))
    }

    /// Reads what was written with one name a line.
    ///
    /// # Errors
    /// [`BadFields`] with the name that cannot be offered.
    pub fn parse(text: &str) -> Result<Self, BadFields> {
        Self::new(&text.lines().collect::<Vec<_>>())
    }

    /// What a visitor may choose: the fields, and "other" after them; nothing when the
    /// point does not ask. A field has the one name that the commune gave it.
    pub fn options(&self) -> Vec<Text> {
        let fields = self.0.iter().map(|name| Text::new(name, name));
        let other = (!self.0.is_empty()).then(other);
        fields.chain(other).collect()
    }

    /// The option whose Vietnamese name is `name`, as it goes into a response.
    pub fn chosen(&self, name: &str) -> Option<String> {
        self.options().into_iter().map(|option| option.vi).find(|option| option == name)
    }
}

fn other() -> Text {
    Text::new("Khác", "Other")
}

impl fmt::Display for ServiceFields {
    /// Writes one name a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_offered_in_their_order_and_other_comes_last() {
        let fields = ServiceFields::new(&[" Đất đai ", "Hộ tịch"]).unwrap();
        let offered: Vec<String> = fields.options().into_iter().map(|option| option.vi).collect();
        assert_eq!(offered, ["Đất đai", "Hộ tịch", "Khác"]);
        assert_eq!(ServiceFields::parse(&fields.to_string()), Ok(fields.clone()));
        assert_eq!(fields.chosen("Khác").as_deref(), Some("Khác"));
        assert_eq!(fields.chosen("Thuế"), None);
        assert_eq!(ServiceFields::parse("").unwrap().options(), []);
    }

    #[test]
    fn names_are_kept_in_normal_form_c() {
        let fields = ServiceFields::new(&["Ho\u{323}\u{302} ti\u{323}ch"]).unwrap();
        assert_eq!(fields.to_string(), "Hộ tịch");
    }

    #[test]
    fn what_cannot_be_offered_is_named() {
        let six = ["a", "b", "c", "d", "e", "f"];
        assert!(ServiceFields::new(&six).is_ok());
        let seven = [&six[..], &["g"]].concat();
        assert_eq!(ServiceFields::new(&seven), Err(BadFields::TooMany(7)));
        assert!(ServiceFields::new(&["ậ".repeat(40)]).is_ok());
        for bad in ["", "  ", "a\nb", &"ậ".repeat(41)] {
            assert!(matches!(ServiceFields::new(&[bad]), Err(BadFields::Name(_))), "{bad:?}");
        }
        for twice in [["Thuế", "Thuế"], ["Thuế", "Khác"]] {
            let error = ServiceFields::new(&twice).unwrap_err();
            assert_eq!(error, BadFields::Twice(twice[1].into()));
            assert!(error.text().vi.contains(twice[1]));
        }
    }
}
