//! What a survey page sends back, not yet believed.

use actix_web::web::Payload;
use surveys::instrument::Item;
use surveys::response::MAX_COMMENT_CHARS;
use surveys::text::typed_text;
use surveys::{Instrument, VisitToken};

use super::super::fields::Fields;
pub(super) use super::super::fields::Unread;
use crate::pages::survey::{Again, Given};

/// The button pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Press {
    /// "Tiếp tục" or "Gửi".
    Next,
    /// "Bỏ qua".
    Skip,
    /// The reader turns elsewhere: what was chosen is kept and nothing is asked for.
    Keep,
}

/// What a page of the survey sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Form(Fields);

impl Form {
    /// Reads a form of at most `limit` bytes.
    pub(super) async fn read(payload: Payload, limit: usize) -> Result<Self, Unread> {
        Fields::read(payload, limit).await.map(Self)
    }

    /// Whether the survey was opened from a link that was sent or published.
    pub(super) fn online(&self) -> bool {
        self.0.values("via").any(|via| via == "online")
    }

    /// The token of the visit that the survey was opened for.
    pub(super) fn visit_token(&self) -> Option<VisitToken> {
        self.0.values("v").find_map(|v| v.parse().ok())
    }

    /// The field of the procedure that was chosen.
    pub(super) fn field(&self) -> Option<String> {
        self.0.values("field").next().map(str::to_owned)
    }

    pub(super) fn press(&self) -> Press {
        match self.0.values("press").last() {
            Some("skip") => Press::Skip,
            Some("keep") => Press::Keep,
            _ => Press::Next,
        }
    }

    /// The text typed, as it may be stored, and whether something was taken out.
    pub(super) fn text(&self) -> (String, bool) {
        let typed = self.0.values("answer").next().unwrap_or("").replace("\r\n", "\n");
        let typed = typed_text(typed.trim());
        let clean: String = typed.chars().filter(|c| is_typed(*c)).collect();
        let taken_out = clean != typed;
        (clean, taken_out)
    }

    /// What of the answer to `item` can be shown again.
    pub(super) fn given(&self, item: &Item, instrument: &Instrument) -> Given {
        if item.is_comment() {
            return Given { comment: self.text().0, ..Given::default() };
        }
        let scale = instrument.scale_of(item);
        let mut chosen: Vec<u8> = self
            .0
            .values("answer")
            .filter_map(|value| value.parse().ok())
            .filter(|value| scale.is_some_and(|s| s.offers(*value)))
            .collect();
        chosen.sort_unstable();
        chosen.dedup();
        if !item.multiple {
            chosen.truncate(1);
        }
        Given { chosen, ..Given::default() }
    }

    /// Whether the answer to `item` can be kept.
    pub(super) fn check(&self, item: &Item, instrument: &Instrument) -> Result<(), Again> {
        if item.is_comment() {
            let (text, taken_out) = self.text();
            // A browser sends the field also when it is empty.
            let taken_out = taken_out || self.0.values("answer").next().is_none();
            return if text.chars().count() as u64 > MAX_COMMENT_CHARS {
                Err(Again::TooLong)
            } else if taken_out {
                Err(Again::Unreadable)
            } else {
                Ok(())
            };
        }
        let sent: Vec<&str> = self.0.values("answer").collect();
        let chosen = self.given(item, instrument).chosen;
        let no_opinion = instrument.scale_of(item).and_then(|s| s.no_opinion.as_ref());
        if sent.is_empty() {
            Err(if item.multiple { Again::NoneChosen } else { Again::NothingChosen })
        } else if chosen.len() != sent.len() {
            Err(Again::NotOffered)
        } else if chosen.len() > 1 && no_opinion.is_some_and(|o| chosen.contains(&o.value)) {
            Err(Again::NoOpinionAndMore)
        } else {
            Ok(())
        }
    }
}

/// Whether a person can type `c`; the replacement character stands for bytes that
/// were no text.
fn is_typed(c: char) -> bool {
    matches!(c, '\n' | '\t') || !(c.is_control() || c == char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use surveys::catalog;

    use super::*;

    fn form(body: &str) -> Form {
        Form(Fields::of(body))
    }

    fn quick() -> &'static Instrument {
        catalog::instrument("quick-counter", None).unwrap()
    }

    fn check(code: &str, body: &str) -> Result<(), Again> {
        check_of(quick().version, code, body)
    }

    fn check_of(version: u32, code: &str, body: &str) -> Result<(), Again> {
        let quick = catalog::instrument("quick-counter", Some(version)).unwrap();
        form(body).check(quick.item(code).unwrap(), quick)
    }

    #[test]
    fn one_option_of_the_scale_is_an_answer() {
        assert_eq!(check("A1", "answer=5&press=next"), Ok(()));
        assert_eq!(check("A1", "answer=9"), Ok(()));
        assert_eq!(check("A1", "press=next"), Err(Again::NothingChosen));
        for off in
            ["answer=6", "answer=abc", "answer=", "answer=4&answer=5", "answer=-1", "answer=%00"]
        {
            assert_eq!(check("A1", off), Err(Again::NotOffered), "{off}");
        }
    }

    #[test]
    fn several_options_may_be_chosen_but_not_along_with_no_opinion() {
        assert_eq!(check("L1", "answer=1&answer=3"), Ok(()));
        assert_eq!(check("L1", "answer=9"), Err(Again::NotOffered));
        assert_eq!(check("L1", ""), Err(Again::NoneChosen));
        assert_eq!(check_of(1, "N1", "answer=1&answer=9"), Err(Again::NoOpinionAndMore));
    }

    #[test]
    fn a_comment_may_be_empty_and_at_most_two_thousand_characters() {
        assert_eq!(check("G1", "answer="), Ok(()));
        assert_eq!(check("G1", "press=next"), Err(Again::Unreadable));
        assert_eq!(check("G1", "answer=%E1%BAcut%FF"), Err(Again::Unreadable));
        assert_eq!(check("G1", &format!("answer={}", "%E1%BA%AD".repeat(2000))), Ok(()));
        assert_eq!(check("G1", &format!("answer={}", "a".repeat(2001))), Err(Again::TooLong));
    }

    #[test]
    fn characters_nobody_types_are_taken_out_and_the_rest_is_kept() {
        let form = form("answer=t%E1%BB%91t%00+l%1Bm%0D%0Ahai");
        let comment = quick().item("G1").unwrap();
        assert_eq!(form.check(comment, quick()), Err(Again::Unreadable));
        assert_eq!(form.given(comment, quick()).comment, "tốt lm\nhai");
    }

    #[test]
    fn broken_bodies_are_forms_without_an_answer() {
        for body in ["%%%", "\u{fffd}&&&=", "{\"answer\":5}", "------x\r\nanswer"] {
            assert_eq!(check("A1", body), Err(Again::NothingChosen), "{body}");
        }
    }
}
