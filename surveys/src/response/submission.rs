//! The submission: what a device, a page or a file row sent, not yet believed.

use std::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::sample::SampleUnit;

/// The most answers a submission may carry; more than any instrument has items.
pub const MAX_ANSWERS: usize = 400;
/// The longest comment, in characters.
pub const MAX_COMMENT_CHARS: u64 = 2_000;
/// The longest service field, in characters.
pub const MAX_SERVICE_FIELD_CHARS: u64 = 120;

/// A response as it was sent. Shape and lengths are settled here; whether it
/// fits its instrument is settled by [`Instrument::parse`](crate::Instrument::parse).
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The response id; required in a batch, optional where the address names it.
    #[serde(default)]
    pub response_id: Option<String>,
    /// The instrument answered.
    pub instrument: String,
    /// Its version.
    pub version: u32,
    /// The collection point's code.
    pub collection_point: String,
    /// The channel's name.
    pub channel: String,
    /// ISO 8601 date-time, with an offset or else in Vietnam's time, or a date.
    pub answered_at: String,
    /// Item codes and what was answered.
    #[serde(deserialize_with = "answers")]
    pub answers: Vec<(String, Raw)>,
    /// The field of the procedure.
    #[serde(default)]
    #[validate(length(max = MAX_SERVICE_FIELD_CHARS))]
    pub service_field: Option<String>,
    /// Free text.
    #[serde(default)]
    #[validate(length(max = MAX_COMMENT_CHARS))]
    pub comment: Option<String>,
    /// Whether the respondent left before the end.
    #[serde(default)]
    pub partial: bool,
    /// What was printed on the slip of the visit. It is no part of the response;
    /// anything that is no token counts as none.
    #[serde(default)]
    pub visit_token: Option<String>,
    /// Where the household was drawn; only an interviewer's tablet may say it.
    #[serde(default)]
    pub sample: Option<SampleUnit>,
}

/// One raw answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Raw {
    /// Skipped.
    Null,
    /// A value of the scale.
    Value(i64),
    /// Several values of the scale.
    Values(Vec<i64>),
}

impl Raw {
    /// The value of an answer that is one value of a scale.
    pub fn one(&self) -> Option<u8> {
        match self {
            Self::Value(value) => u8::try_from(*value).ok(),
            Self::Null | Self::Values(_) => None,
        }
    }
}

/// Reads the answers and refuses an item that is answered twice: JSON itself
/// would silently keep one of the two.
fn answers<'de, D: Deserializer<'de>>(de: D) -> Result<Vec<(String, Raw)>, D::Error> {
    read_answers(de, Repeated::Refused)
}

/// What is done about an item that is answered twice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeated {
    /// The object is refused; each answer is held against all before it.
    Refused,
    /// Nobody looks.
    Unasked,
}

/// Reads an object of item codes and answers, whichever way the codes are held.
pub(super) fn read_answers<'de, D, C>(de: D, repeated: Repeated) -> Result<Vec<(C, Raw)>, D::Error>
where
    D: Deserializer<'de>,
    C: Deserialize<'de> + PartialEq + fmt::Display,
{
    struct Answers<C>(Repeated, std::marker::PhantomData<C>);

    impl<'de, C: Deserialize<'de> + PartialEq + fmt::Display> Visitor<'de> for Answers<C> {
        type Value = Vec<(C, Raw)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of item codes and answers")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut answers: Self::Value = Vec::with_capacity(map.size_hint().unwrap_or(64));
            while let Some(code) = map.next_key::<C>()? {
                if answers.len() == MAX_ANSWERS {
                    return Err(A::Error::custom(format!("more than {MAX_ANSWERS} answers")));
                }
                if self.0 == Repeated::Refused && answers.iter().any(|(seen, _)| *seen == code) {
                    return Err(A::Error::custom(format!("`{code}` is answered twice")));
                }
                let raw = map.next_value::<AnyRaw>()?.0;
                answers.push((code, raw));
            }
            Ok(answers)
        }
    }

    de.deserialize_map(Answers(repeated, std::marker::PhantomData))
}

/// A [`Raw`] read by one visitor: quicker than trying each variant, and with a
/// message that says what may stand there.
struct AnyRaw(Raw);

impl<'de> Deserialize<'de> for AnyRaw {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = AnyRaw;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, a list of whole numbers, or null")
            }

            fn visit_unit<E>(self) -> Result<AnyRaw, E> {
                Ok(AnyRaw(Raw::Null))
            }

            fn visit_u64<E>(self, value: u64) -> Result<AnyRaw, E> {
                Ok(AnyRaw(Raw::Value(i64::try_from(value).unwrap_or(i64::MAX))))
            }

            fn visit_i64<E>(self, value: i64) -> Result<AnyRaw, E> {
                Ok(AnyRaw(Raw::Value(value)))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<AnyRaw, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element()? {
                    if values.len() == 100 {
                        return Err(A::Error::custom("more than 100 options chosen"));
                    }
                    values.push(value);
                }
                Ok(AnyRaw(Raw::Values(values)))
            }
        }

        de.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answers: &str) -> Result<Submission, serde_json::Error> {
        serde_json::from_str(&format!(
            r#"{{"instrument":"q","version":1,"collection_point":"p","channel":"qr",
                "answered_at":"2026-10-01","answers":{answers}}}"#
        ))
    }

    #[test]
    fn numbers_lists_and_null_are_read() {
        let submission = read(r#"{"A1":5,"A2":null,"A3":[1,2]}"#).unwrap();
        let raws: Vec<Raw> = submission.answers.into_iter().map(|(_, raw)| raw).collect();
        assert_eq!(raws, [Raw::Value(5), Raw::Null, Raw::Values(vec![1, 2])]);
    }

    #[test]
    fn an_item_answered_twice_is_refused() {
        assert!(read(r#"{"A1":5,"A1":1}"#).unwrap_err().to_string().contains("answered twice"));
    }

    #[test]
    fn a_number_beyond_every_bound_is_kept_as_off_the_scale() {
        let submission = read(r#"{"A1":18446744073709551615,"A2":-9223372036854775808}"#).unwrap();
        assert_eq!(submission.answers[0].1, Raw::Value(i64::MAX));
        assert_eq!(submission.answers[1].1, Raw::Value(i64::MIN));
    }

    #[test]
    fn text_fractions_and_objects_are_no_answers() {
        for bad in [r#"{"A1":"5"}"#, r#"{"A1":1.5}"#, r#"{"A1":{}}"#, r#"{"A1":true}"#, "[]", "1"] {
            assert!(read(bad).is_err(), "{bad} was read");
        }
    }

    #[test]
    fn unknown_and_repeated_keys_are_refused() {
        let base = r#""instrument":"q","version":1,"collection_point":"p","channel":"qr","answered_at":"x","answers":{}"#;
        assert!(serde_json::from_str::<Submission>(&format!("{{{base}}}")).is_ok());
        for extra in [r#""name":"x""#, r#""version":2"#] {
            assert!(serde_json::from_str::<Submission>(&format!("{{{base},{extra}}}")).is_err());
        }
    }
}
