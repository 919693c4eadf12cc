//! How many sheets were in the box, by two people.

/// How many sheets somebody counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Their sign-in name.
    pub by: String,
    /// How many.
    pub sheets: u32,
}

/// What the counts come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// Nobody has counted.
    Nobody,
    /// One person has.
    Once(String),
    /// The two people who counted last have different numbers.
    Differ(Count, Count),
    /// The two people who counted last have the same number.
    Agreed(u32),
}

impl Counted {
    /// What `counts` come to: the last one of each person, in the order in which they
    /// were made.
    pub fn of(counts: &[Count]) -> Self {
        match counts {
            [] => Self::Nobody,
            [one] => Self::Once(one.by.clone()),
            [.., one, other] if one.sheets == other.sheets => Self::Agreed(one.sheets),
            [.., one, other] => Self::Differ(one.clone(), other.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(by: &str, sheets: u32) -> Count {
        Count { by: by.to_owned(), sheets }
    }

    #[test]
    fn the_last_two_people_must_have_the_same_number() {
        assert_eq!(Counted::of(&[]), Counted::Nobody);
        assert_eq!(Counted::of(&[count("lan", 50)]), Counted::Once("lan".into()));
        let (lan, hoa, minh) = (count("lan", 50), count("hoa", 49), count("minh", 49));
        let differ = Counted::Differ(lan.clone(), hoa.clone());
        assert_eq!(Counted::of(&[lan.clone(), hoa.clone()]), differ);
        assert_eq!(Counted::of(&[lan, hoa, minh]), Counted::Agreed(49));
    }
}
