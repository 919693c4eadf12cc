//! The immutable document of a response: how it is written once and read back.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::submission::{Raw, Repeated, read_answers};
use super::{Answer, Response};
use crate::code::ItemCode;
use crate::period::{date_of_millis, midnight_millis};
use crate::sample::SampleUnit;

/// A stored document, read back. It was checked when it was written, so only
/// its shape is looked at again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Document<'a> {
    /// The instrument's id.
    #[serde(borrow)]
    pub instrument: Cow<'a, str>,
    /// Its version.
    pub version: u32,
    /// The collection point's code.
    #[serde(borrow)]
    pub collection_point: Cow<'a, str>,
    /// The channel's name.
    #[serde(borrow)]
    pub channel: Cow<'a, str>,
    /// When it was answered, in UTC milliseconds.
    pub answered_at: i64,
    /// Item codes and answers of what was answered, in the instrument's order.
    #[serde(borrow, deserialize_with = "borrowed_answers")]
    pub answers: Vec<(&'a str, Raw)>,
    /// The field of the procedure.
    #[serde(borrow, default)]
    pub service_field: Option<Cow<'a, str>>,
    /// Free text.
    #[serde(borrow, default)]
    pub comment: Option<Cow<'a, str>>,
    /// Whether the respondent left before the end.
    #[serde(default)]
    pub partial: bool,
    /// Where the household was drawn.
    #[serde(default)]
    pub sample: Option<SampleUnit>,
}

/// A stored document that cannot be read back; the disk or a hand changed it.
#[derive(Debug, thiserror::Error)]
#[error("a stored response is damaged: {0}")]
pub struct BadDocument(#[from] serde_json::Error);

fn borrowed_answers<'de, D: Deserializer<'de>>(de: D) -> Result<Vec<(&'de str, Raw)>, D::Error> {
    // Whether an item is answered twice was settled when it was written.
    read_answers(de, Repeated::Unasked)
}

impl<'a> Document<'a> {
    /// Reads what [`Response::document`] wrote.
    ///
    /// # Errors
    /// [`BadDocument`] when it is not such a document.
    pub fn read(text: &'a str) -> Result<Self, BadDocument> {
        Ok(serde_json::from_str(text)?)
    }

    /// What was answered to `items`, which are all that are asked, in the
    /// instrument's order: `None` where nothing was.
    pub fn answers_to<'i>(
        &self,
        items: impl IntoIterator<Item = &'i ItemCode>,
    ) -> impl Iterator<Item = Option<&Raw>> {
        let mut left = self.answers.iter().peekable();
        items.into_iter().map(move |item| {
            left.next_if(|(answered, _)| *answered == item.as_str()).map(|(_, raw)| raw)
        })
    }

    /// The one option chosen at each of `items`, some of those that are asked, in the
    /// instrument's order: `None` where there is none, or may be several.
    pub fn chosen<'i>(
        &self,
        items: impl IntoIterator<Item = &'i ItemCode>,
    ) -> impl Iterator<Item = Option<u8>> {
        let mut left = &self.answers[..];
        items.into_iter().map(move |item| {
            let at = left.iter().position(|(answered, _)| *answered == item.as_str())?;
            let (_, answer) = &left[at];
            left = &left[at + 1..];
            match answer {
                Raw::Value(value) => u8::try_from(*value).ok(),
                Raw::Values(_) | Raw::Null => None,
            }
        })
    }

    /// The same with the day on which it was answered, in Vietnam, and no time of day.
    #[must_use]
    pub fn to_the_day(self) -> Self {
        Self { answered_at: midnight_millis(date_of_millis(self.answered_at)), ..self }
    }

    /// The same without free text.
    #[must_use]
    pub fn without_text(self) -> Self {
        Self { comment: None, ..self }
    }

    /// What is left of it when its sender takes it back: that there was one, on which day.
    #[must_use]
    pub fn withdrawn(self) -> Self {
        let none = Self { answers: Vec::new(), service_field: None, sample: None, ..self };
        none.without_text().to_the_day()
    }

    /// It as it is stored, the way [`Response::document`] writes it.
    pub fn written(&self) -> String {
        Written {
            instrument: &self.instrument,
            version: self.version,
            collection_point: &self.collection_point,
            channel: &self.channel,
            answered_at: self.answered_at,
            answers: InOrder(|| self.answers.iter().map(|(code, answer)| (code, answer))),
            service_field: self.service_field.as_deref(),
            comment: self.comment.as_deref(),
            partial: self.partial,
            sample: self.sample.as_ref(),
        }
        .text()
    }
}

/// A document on its way to being written.
#[derive(Serialize)]
struct Written<'a, Answers> {
    instrument: &'a str,
    version: u32,
    collection_point: &'a str,
    channel: &'a str,
    answered_at: i64,
    answers: Answers,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    partial: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sample: Option<&'a SampleUnit>,
}

impl<Answers: Serialize> Written<'_, Answers> {
    fn text(&self) -> String {
        serde_json::to_string(self).expect("plain strings and numbers always serialise")
    }
}

/// Items and their answers, written in the order in which they come.
struct InOrder<Each>(Each);

impl<Each, All, K, V> Serialize for InOrder<Each>
where
    Each: Fn() -> All,
    All: Iterator<Item = (K, V)>,
    K: Serialize,
    V: Serialize,
{
    fn serialize<S: Serializer>(&self, ser: S) -> Result<S::Ok, S::Error> {
        ser.collect_map((self.0)())
    }
}

impl Response {
    /// The document that is stored, exported and compared: JSON without spaces, keys
    /// in a fixed order, only the items that were answered.
    pub fn document(&self) -> String {
        let answered = || self.answers.iter().filter(|(_, answer)| *answer != Answer::Unanswered);
        Written {
            instrument: self.instrument.as_str(),
            version: self.version,
            collection_point: self.collection_point.as_str(),
            channel: self.channel.name(),
            answered_at: self.answered_at,
            answers: InOrder(|| answered().map(|(code, answer)| (code, answer))),
            service_field: self.service_field.as_deref(),
            comment: self.comment.as_deref(),
            partial: self.partial,
            sample: self.sample.as_ref(),
        }
        .text()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::code::{CommuneCode, InstrumentId, PointCode};
    use crate::response::Channel;

    #[test]
    fn a_document_is_read_back_as_it_was_written() {
        let code = |c| ItemCode::parse(c).unwrap();
        let response = Response {
            id: Uuid::nil(),
            instrument: InstrumentId::parse("q").unwrap(),
            version: 1,
            commune_code: CommuneCode::parse("22651").unwrap(),
            collection_point: PointCode::parse("p").unwrap(),
            channel: Channel::Qr,
            answered_at: 1_760_000_000_000,
            answers: vec![
                (code("A1"), Answer::Chosen(5)),
                (code("A2"), Answer::Unanswered),
                (code("A3"), Answer::Several(vec![1, 3])),
            ],
            service_field: None,
            comment: Some("Nhanh, \"gọn\"\nCảm ơn".into()),
            partial: true,
            sample: None,
        };
        let text = response.document();
        let document = Document::read(&text).unwrap();
        let items = ["A1", "A2", "A3", "A4"].map(code);
        let (five, several) = (Raw::Value(5), Raw::Values(vec![1, 3]));
        let answers: Vec<_> = document.answers_to(&items).collect();
        assert_eq!(answers, [Some(&five), None, Some(&several), None]);
        let chosen: Vec<_> = document.chosen(&items).collect();
        assert_eq!(chosen, [Some(5), None, None, None]);
        let some: Vec<_> =
            document.chosen(&items[..1]).chain(document.chosen(&items[3..])).collect();
        assert_eq!(some, [Some(5), None], "of some of those that are asked");
        assert_eq!(document.comment.as_deref(), response.comment.as_deref());
        assert_eq!(document.answered_at, response.answered_at);
        assert!(document.partial);
        assert_eq!(document.written(), text, "read and written it is the same");
        let day = 1_759_942_800_000; // 2025-10-09T00:00:00+07:00
        let reduced = document.clone().to_the_day().without_text();
        assert_eq!((reduced.answered_at, &reduced.comment), (day, &None));
        assert_eq!(reduced.answers, document.answers, "what was answered stays");
        let left = document.withdrawn().written();
        assert_eq!(
            left,
            format!(
                r#"{{"instrument":"q","version":1,"collection_point":"p","channel":"qr","answered_at":{day},"answers":{{}},"partial":true}}"#
            )
        );
        let whole = Response { partial: false, ..response }.document();
        assert!(!whole.contains("partial"), "documents of before are as they were: {whole}");
    }

    #[test]
    fn a_cut_document_is_damaged() {
        assert!(Document::read(r#"{"instrument":"q","ver"#).is_err());
    }
}
