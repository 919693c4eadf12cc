//! What a key means at an item, and what was typed there.

use crate::instrument::{Instrument, Item, ResponseOption, Scale};
use crate::response::Raw;

/// What is typed where nothing is ticked, on every scale.
const NOTHING: char = '-';

/// The key of each option of `scale`, in the order printed: the digit of its value, or
/// letters in order where a value has more than one digit.
pub fn keys(scale: &Scale) -> Vec<(char, &ResponseOption)> {
    let options = || scale.options.iter().chain(&scale.no_opinion);
    let by_digit = options().all(|option| option.value <= 9);
    let key = |(option, letter): (&ResponseOption, char)| {
        if by_digit { char::from(b'0' + option.value) } else { letter }
    };
    // Letters end before a scale can: more than 26 options are on no form.
    options().zip('a'..='z').map(|pair| (key(pair), pair.0)).collect()
}

/// The key that says that nothing is ticked on `scale`: 0, or a hyphen where 0 is an option.
pub fn nothing_key(scale: &Scale) -> char {
    if keys(scale).iter().any(|(key, _)| *key == '0') { NOTHING } else { '0' }
}

/// Every key that means something at an item on `scale`, those for "nothing" last.
pub fn keys_of(scale: &Scale) -> String {
    let mut keys: String = keys(scale).into_iter().map(|(key, _)| key).collect();
    if !keys.contains('0') {
        keys.push('0');
    }
    keys.push(NOTHING);
    keys
}

/// What `typed` says about `item`: nothing when it is blank, a hyphen or a zero that is
/// no option; `None` when it cannot be read.
pub fn read_typed(instrument: &Instrument, item: &Item, typed: &str) -> Option<Raw> {
    let scale = instrument.scale_of(item)?;
    let typed = typed.trim().to_lowercase();
    let keys = keys(scale);
    let value = |typed: char| {
        keys.iter().find(|(key, _)| *key == typed).map(|(_, option)| i64::from(option.value))
    };
    let nothing = typed == "-" || (typed == "0" && value('0').is_none());
    if typed.is_empty() || nothing {
        return Some(Raw::Null);
    }
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | '.' | '+');
    let mut values = Vec::new();
    for c in typed.chars().filter(|c| !between(*c)) {
        values.push(value(c)?);
    }
    match values[..] {
        [] => None,
        [one] if !item.multiple => Some(Raw::Value(one)),
        _ if item.multiple => Some(Raw::Values(values)),
        _ => None,
    }
}

/// What would be typed for `answer` to `item`.
pub fn typed_of(instrument: &Instrument, item: &Item, answer: Option<&Raw>) -> String {
    let Some(scale) = instrument.scale_of(item) else { return String::new() };
    let keys = keys(scale);
    let key = |value: &i64| {
        keys.iter().find(|(_, option)| i64::from(option.value) == *value).map(|(key, _)| *key)
    };
    match answer {
        None | Some(Raw::Null) => nothing_key(scale).to_string(),
        Some(Raw::Value(value)) => key(value).into_iter().collect(),
        Some(Raw::Values(values)) => values.iter().filter_map(key).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::text::Text;

    fn quick() -> &'static Instrument {
        catalog::instrument("quick-counter", Some(1)).unwrap()
    }

    #[test]
    fn a_digit_is_the_option_that_the_form_prints_it_beside() {
        let item = quick().item("A1").unwrap();
        for (typed, read) in [
            ("1", Some(Raw::Value(1))),
            (" 5 ", Some(Raw::Value(5))),
            ("9", Some(Raw::Value(9))),
            ("", Some(Raw::Null)),
            ("0", Some(Raw::Null)),
            ("-", Some(Raw::Null)),
            ("6", None),
            ("12", None),
            ("１", None),
            ("x", None),
            ("--", None),
            (",", None),
            ("\0", None),
        ] {
            assert_eq!(read_typed(quick(), item, typed), read, "{typed:?}");
        }
    }

    #[test]
    fn several_options_are_typed_one_after_another() {
        let item = quick().item("N1").unwrap();
        for (typed, read) in [
            ("137", Some(Raw::Values(vec![1, 3, 7]))),
            ("1, 3 7", Some(Raw::Values(vec![1, 3, 7]))),
            ("2", Some(Raw::Values(vec![2]))),
            ("0", Some(Raw::Null)),
            ("18", None),
        ] {
            assert_eq!(read_typed(quick(), item, typed), read, "{typed:?}");
        }
        let several = Raw::Values(vec![1, 7]);
        assert_eq!(typed_of(quick(), item, Some(&several)), "17");
        assert_eq!(typed_of(quick(), item, None), "0", "nothing is typed too");
    }

    #[test]
    fn where_zero_is_an_option_only_a_hyphen_or_a_blank_is_nothing() {
        let rating = catalog::instrument("one-stop-rating", Some(1)).unwrap();
        let item = rating
            .asked()
            .find(|item| rating.scale_of(item).is_some_and(|scale| scale.offers(0)))
            .unwrap();
        assert_eq!(read_typed(rating, item, "0"), Some(Raw::Value(0)));
        assert_eq!(read_typed(rating, item, "-"), Some(Raw::Null));
        assert!(keys_of(rating.scale_of(item).unwrap()).ends_with('-'));
    }

    #[test]
    fn every_option_of_every_shipped_item_can_be_typed_and_read_back() {
        let mut tried = 0;
        for instrument in catalog::instruments() {
            for item in instrument.asked() {
                let Some(scale) = instrument.scale_of(item) else { continue };
                for option in scale.options.iter().chain(&scale.no_opinion) {
                    let raw = if item.multiple {
                        Raw::Values(vec![option.value.into()])
                    } else {
                        Raw::Value(option.value.into())
                    };
                    let typed = typed_of(instrument, item, Some(&raw));
                    assert_eq!(read_typed(instrument, item, &typed), Some(raw), "{}", item.code);
                    tried += 1;
                }
            }
        }
        assert!(tried > 100);
    }

    #[test]
    fn values_of_two_digits_are_typed_as_letters() {
        let option = |value| ResponseOption { value, text: Text::new("a", "a") };
        let scale = Scale {
            code: crate::ScaleCode::parse("s").unwrap(),
            options: (8..=11).map(option).collect(),
            satisfied: Vec::new(),
            no_opinion: Some(option(99)),
        };
        let keys: Vec<_> = keys(&scale).into_iter().map(|(key, o)| (key, o.value)).collect();
        assert_eq!(keys, [('a', 8), ('b', 9), ('c', 10), ('d', 11), ('e', 99)]);
        assert_eq!(keys_of(&scale), "abcde0-");
    }
}
