//! What a respondent has answered so far: the content of a draft.

use std::collections::BTreeMap;

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use surveys::instrument::Item;
use surveys::response::{Channel, Document, Raw};
use surveys::{Instrument, Submission, VisitToken};

use crate::pages::survey::Given;
use crate::store::drafts::Draft;

/// Answers so far and the channel they come by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// Whether it was begun from a link that was sent or published; else from a
    /// poster's QR code.
    pub(super) online: bool,
    /// The token of the visit; it goes with the draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) visit_token: Option<String>,
    /// The field of the procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service_field: Option<String>,
    answers: BTreeMap<String, Raw>,
    comment: Option<String>,
}

impl Progress {
    /// Nothing answered yet.
    pub(super) fn begun(
        online: bool,
        visit_token: Option<VisitToken>,
        service_field: Option<String>,
    ) -> Self {
        let visit_token = visit_token.map(|token| token.to_string());
        Self { online, visit_token, service_field, ..Self::default() }
    }

    /// Reads what [`Progress::document`] wrote.
    pub(super) fn read(document: &str) -> Option<Self> {
        serde_json::from_str(document).ok()
    }

    /// What was answered in a response.
    pub(super) fn of(sent: &Document<'_>) -> Self {
        let answers = sent.answers.iter().map(|(item, raw)| ((*item).to_owned(), raw.clone()));
        let comment = sent.comment.as_deref().map(str::to_owned);
        let service_field = sent.service_field.as_deref().map(str::to_owned);
        Self { answers: answers.collect(), service_field, comment, ..Self::default() }
    }

    /// As it is stored.
    pub(super) fn document(&self) -> String {
        serde_json::to_string(self).expect("numbers and texts always serialise")
    }

    /// Whether something was typed.
    pub(super) fn has_comment(&self) -> bool {
        self.comment.is_some()
    }

    /// Whether `item` of `instrument` is asked after these answers.
    pub(super) fn is_asked(&self, instrument: &Instrument, item: &Item) -> bool {
        instrument.asks(item, |rating| self.answers.get(rating.as_str())?.one())
    }

    /// What was answered to `item`.
    pub(super) fn given(&self, item: &Item) -> Given {
        if item.is_comment() {
            return Given { comment: self.comment.clone().unwrap_or_default(), ..Given::default() };
        }
        let values: &[i64] = match self.answers.get(item.code.as_str()) {
            Some(Raw::Value(value)) => std::slice::from_ref(value),
            Some(Raw::Values(values)) => values,
            Some(Raw::Null) | None => &[],
        };
        let chosen = values.iter().filter_map(|value| u8::try_from(*value).ok()).collect();
        Given { chosen, ..Given::default() }
    }

    /// Keeps `given` as the answer to `item`.
    pub(super) fn keep(&mut self, item: &Item, given: &Given) {
        if item.is_comment() {
            self.comment = Some(given.comment.clone()).filter(|text| !text.is_empty());
            return;
        }
        let values = given.chosen.iter().map(|value| i64::from(*value));
        let raw = if item.multiple {
            Raw::Values(values.collect())
        } else {
            values.map(Raw::Value).next().unwrap_or(Raw::Null)
        };
        self.answers.insert(item.code.to_string(), raw);
    }

    /// Leaves `item` unanswered.
    pub(super) fn skip(&mut self, item: &Item) {
        if item.is_comment() {
            self.comment = None;
        } else {
            self.answers.insert(item.code.to_string(), Raw::Null);
        }
    }

    /// The submission of `draft`, which answers `instrument`. It carries the time at which
    /// the draft was begun, so that sending it again sends the same content. What was
    /// answered to an item that is not asked any more is not in it.
    pub(super) fn submission(&self, draft: &Draft, instrument: &Instrument) -> Submission {
        let is_asked =
            |code: &str| instrument.item(code).is_none_or(|i| self.is_asked(instrument, i));
        let answers = self.answers.iter().filter(|(code, _)| is_asked(code));
        let begun = DateTime::from_timestamp_millis(draft.started_at).unwrap_or_default();
        Submission {
            response_id: None,
            instrument: draft.instrument.clone(),
            version: draft.version,
            collection_point: draft.collection_point.to_string(),
            channel: if self.online { Channel::Online } else { Channel::Qr }.name().to_owned(),
            answered_at: begun.to_rfc3339(),
            answers: answers.map(|(code, raw)| (code.clone(), raw.clone())).collect(),
            service_field: self.service_field.clone(),
            comment: self.comment.clone(),
            partial: false,
            sample: None,
            visit_token: self.visit_token.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use surveys::catalog;

    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        let quick = catalog::instrument("quick-counter", None).unwrap();
        let mut progress =
            Progress::begun(true, Some(VisitToken::new([7; 16])), Some("Đất đai".into()));
        let item = |code| quick.item(code).unwrap();
        progress.keep(item("A1"), &Given { chosen: vec![4], comment: String::new() });
        progress.keep(item("L1"), &Given { chosen: vec![1, 3], comment: String::new() });
        progress.keep(item("G1"), &Given { chosen: vec![], comment: "Tốt".to_owned() });
        progress.skip(item("A2"));
        let read = Progress::read(&progress.document()).unwrap();
        assert_eq!(read, progress);
        assert_eq!(read.given(item("A1")).chosen, [4]);
        assert_eq!(read.given(item("L1")).chosen, [1, 3]);
        assert_eq!(read.given(item("G1")).comment, "Tốt");
        assert!(read.given(item("A2")).chosen.is_empty());
        assert_eq!(Progress::read("[]"), None);
    }

    #[test]
    fn a_reason_is_asked_and_sent_only_as_long_as_an_answer_is_low() {
        let quick = catalog::instrument("quick-counter", None).unwrap();
        let item = |code| quick.item(code).unwrap();
        let draft = Draft {
            id: uuid::Uuid::nil(),
            collection_point: "22651".parse().unwrap(),
            instrument: quick.id.to_string(),
            version: quick.version,
            language: surveys::Language::Vi,
            answers: String::new(),
            started_at: 0,
        };
        let chosen = |values: &[u8]| Given { chosen: values.to_vec(), ..Given::default() };
        let mut progress = Progress::default();
        progress.keep(item("A3"), &chosen(&[2]));
        progress.keep(item("L1"), &chosen(&[1, 3]));
        let sent = |progress: &Progress| progress.submission(&draft, quick).answers;
        assert!(progress.is_asked(quick, item("L1")) && sent(&progress).len() == 2);
        for (high, left) in [(3, 1), (9, 1)] {
            progress.keep(item("A3"), &chosen(&[high]));
            assert!(!progress.is_asked(quick, item("L1")), "{high}");
            assert_eq!(sent(&progress).len(), left, "the reason is not sent after {high}");
        }
        progress.skip(item("A3"));
        assert!(!progress.is_asked(quick, item("L1")) && progress.is_asked(quick, item("G1")));
        progress.keep(item("A1"), &chosen(&[1]));
        assert!(sent(&progress).iter().any(|(code, _)| code == "L1"), "it was kept all the while");
    }
}
