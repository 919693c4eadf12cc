//! Holding a submission against its instrument: a [`Response`] or every fault at once.

use uuid::Uuid;
use validator::Validate;

use super::moment::{check_moment, check_readable};
use super::{Answer, Channel, Fault, Raw, Response, Submission};
use crate::collection_point::CollectionPoint;
use crate::instrument::{Instrument, Item, ScoredBy};
use crate::text::{Text, typed_text};

/// The response id `text`: a UUID that a device minted. One of zeros or ones alone
/// was minted by nobody, and the next device that forgets to mint one sends it too.
pub fn response_id(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text).ok().filter(|id| !id.is_nil() && !id.is_max())
}

/// What is known around a submission when it is parsed.
#[derive(Debug, Clone, Copy)]
pub struct Admission<'a> {
    /// The id under which it is stored.
    pub id: Uuid,
    /// The collection point it names, if there is such a point.
    pub point: Option<&'a CollectionPoint>,
    /// Now, in UTC milliseconds.
    pub now: i64,
}

impl Instrument {
    /// Holds `submission` against this instrument.
    ///
    /// # Errors
    /// Every fault there is, in the order of the submission's fields.
    pub fn parse(
        &self,
        submission: Submission,
        at: &Admission<'_>,
    ) -> Result<Response, Vec<Fault>> {
        let is_sampled = submission.sample.is_some();
        let parsed =
            self.parse_with(submission, at, |text, faults| check_moment(text, at.now, faults));
        if !is_sampled {
            return parsed;
        }
        let mut faults = parsed.err().unwrap_or_default();
        faults.push(Fault::new(
            "/sample",
            "not-an-interviewer",
            Text::new(
                "Chỉ máy của người phỏng vấn mới gửi được phiếu của một mẫu. Hãy bỏ sample ra.",
                "Only an interviewer's tablet sends responses of a sample. Leave sample out.",
            ),
        ));
        Err(faults)
    }

    /// The same for an enrolled device: a wrong clock is no fault there, because
    /// nobody stands by who could set it right. [`DeviceTimes`](super::DeviceTimes)
    /// says which time counts.
    ///
    /// # Errors
    /// Every fault there is, in the order of the submission's fields.
    pub fn parse_from_device(
        &self,
        submission: Submission,
        at: &Admission<'_>,
    ) -> Result<Response, Vec<Fault>> {
        self.parse_with(submission, at, check_readable)
    }

    fn parse_with(
        &self,
        submission: Submission,
        at: &Admission<'_>,
        moment: impl Fn(&str, &mut Vec<Fault>) -> Option<i64>,
    ) -> Result<Response, Vec<Fault>> {
        let mut faults = Vec::new();
        if submission.instrument != self.id.as_str() || submission.version != self.version {
            faults.push(Fault::new(
                "/version",
                "wrong-version",
                Text::new(
                    format!("Câu trả lời này được đối chiếu với phiếu {} bản {}. Hãy ghi đúng mã phiếu và bản.", self.id, self.version),
                    format!("This was held against instrument {} version {}. Send that id and version.", self.id, self.version),
                ),
            ));
        }
        let point = self.check_point(&submission, at.point, &mut faults);
        let channel = Channel::named(&submission.channel);
        if channel.is_none() {
            let names = Channel::ALL.map(Channel::name).join(", ");
            faults.push(Fault::new(
                "/channel",
                "unknown-channel",
                Text::new(
                    format!("Chưa có kênh thu thập này. Hãy ghi một trong: {names}."),
                    format!("There is no such channel. Send one of: {names}."),
                ),
            ));
        }
        let answered_at = moment(&submission.answered_at, &mut faults);
        let (partial, sample) = (submission.partial, submission.sample.clone());
        let answers = self.check_answers(&submission.answers, &mut faults);
        let (service_field, comment) = self.check_texts(submission, &mut faults);
        match (point, channel, answered_at) {
            (Some(point), Some(channel), Some(answered_at)) if faults.is_empty() => Ok(Response {
                id: at.id,
                instrument: self.id.clone(),
                version: self.version,
                commune_code: point.commune_code.clone(),
                collection_point: point.code.clone(),
                channel,
                answered_at,
                answers,
                service_field,
                comment,
                partial,
                sample,
            }),
            _ => Err(faults),
        }
    }

    fn check_point<'a>(
        &self,
        submission: &Submission,
        point: Option<&'a CollectionPoint>,
        faults: &mut Vec<Fault>,
    ) -> Option<&'a CollectionPoint> {
        let Some(point) = point.filter(|p| p.code.as_str() == submission.collection_point) else {
            faults.push(Fault::new(
                "/collection_point",
                "unknown-point",
                Text::new(
                    "Chưa có điểm khảo sát này. Hãy xem lại mã điểm trên tờ hướng dẫn hoặc hỏi trung tâm.",
                    "There is no such collection point. Check the code on the poster or ask the centre.",
                ),
            ));
            return None;
        };
        if point.instrument != self.id {
            faults.push(Fault::new(
                "/instrument",
                "wrong-instrument",
                Text::new(
                    format!(
                        "Điểm khảo sát này dùng phiếu {}. Hãy trả lời phiếu đó.",
                        point.instrument
                    ),
                    format!(
                        "This collection point puts the instrument {}. Answer that one.",
                        point.instrument
                    ),
                ),
            ));
        }
        Some(point)
    }

    fn check_answers(
        &self,
        raws: &[(String, Raw)],
        faults: &mut Vec<Fault>,
    ) -> Vec<(crate::ItemCode, Answer)> {
        for (code, _) in raws {
            let known = self.item(code).filter(|i| !i.is_comment());
            let pointer = || format!("/answers/{}", code.replace('~', "~0").replace('/', "~1"));
            match known {
                None => faults.push(Fault::new(
                    pointer(),
                    "unknown-item",
                    Text::new(
                        format!(
                            "Phiếu {} bản {} không có câu này. Hãy bỏ câu này ra.",
                            self.id, self.version
                        ),
                        format!(
                            "Instrument {} version {} has no such item. Leave it out.",
                            self.id, self.version
                        ),
                    ),
                )),
                Some(item) if item.scored_by == ScoredBy::Office => faults.push(Fault::new(
                    pointer(),
                    "office-item",
                    Text::new(
                        "Câu này do cơ quan chấm cuối kỳ, không hỏi người dân. Hãy bỏ câu này ra.",
                        "This item is scored by the office at the end of the period. Leave it out.",
                    ),
                )),
                Some(_) => {}
            }
        }
        self.asked()
            .filter(|item| !item.is_comment())
            .map(|item| {
                let raw =
                    raws.iter().find(|(code, _)| code == item.code.as_str()).map(|(_, raw)| raw);
                let answer = self.check_answer(item, raw).unwrap_or_else(|fault| {
                    faults.push(fault);
                    Answer::Unanswered
                });
                (item.code.clone(), answer)
            })
            .collect()
    }

    fn check_answer(&self, item: &Item, raw: Option<&Raw>) -> Result<Answer, Fault> {
        let offered = |value: i64| {
            u8::try_from(value).ok().filter(|v| self.scale_of(item).is_some_and(|s| s.offers(*v)))
        };
        let off_scale = || {
            let values: Vec<String> = self
                .scale_of(item)
                .into_iter()
                .flat_map(|s| s.options.iter().chain(&s.no_opinion))
                .map(|o| o.value.to_string())
                .collect();
            let values = values.join(", ");
            Fault::new(
                format!("/answers/{}", item.code),
                "off-scale",
                Text::new(
                    format!("Chọn một trong các mức: {values}; hoặc để trống."),
                    format!("Choose one of: {values}; or leave it empty."),
                ),
            )
        };
        match raw {
            None | Some(Raw::Null) => Ok(Answer::Unanswered),
            Some(Raw::Value(value)) if item.multiple => {
                offered(*value).map(|v| Answer::Several(vec![v])).ok_or_else(off_scale)
            }
            Some(Raw::Value(value)) => offered(*value).map(Answer::Chosen).ok_or_else(off_scale),
            Some(Raw::Values(values)) if item.multiple => {
                let mut chosen: Vec<u8> = values
                    .iter()
                    .map(|value| offered(*value))
                    .collect::<Option<_>>()
                    .ok_or_else(off_scale)?;
                chosen.sort_unstable();
                chosen.dedup();
                let no_opinion = self.scale_of(item).and_then(|s| s.no_opinion.as_ref());
                if chosen.len() > 1 && no_opinion.is_some_and(|o| chosen.contains(&o.value)) {
                    return Err(Fault::new(
                        format!("/answers/{}", item.code),
                        "no-opinion-and-more",
                        Text::new(
                            "“Không có ý kiến” không đi cùng phương án khác. Hãy bỏ một bên.",
                            "“No opinion” does not go with another option. Keep one of the two.",
                        ),
                    ));
                }
                Ok(if chosen.is_empty() { Answer::Unanswered } else { Answer::Several(chosen) })
            }
            Some(Raw::Values(_)) => Err(Fault::new(
                format!("/answers/{}", item.code),
                "one-answer-only",
                Text::new("Chọn một mức cho câu này.", "Choose one option for this item."),
            )),
        }
    }

    fn check_texts(
        &self,
        mut submission: Submission,
        faults: &mut Vec<Fault>,
    ) -> (Option<String>, Option<String>) {
        // Letters are counted as they are stored, whatever keyboard composed them.
        for text in [&mut submission.service_field, &mut submission.comment] {
            *text = text.take().map(|text| typed_text(text.trim()));
        }
        if let Err(errors) = submission.validate() {
            let mut fields: Vec<_> = errors.field_errors().into_iter().collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            for (field, errors) in fields {
                let most = errors
                    .iter()
                    .find_map(|e| e.params.get("max"))
                    .map_or_else(String::new, ToString::to_string);
                faults.push(Fault::new(
                    format!("/{field}"),
                    "too-long",
                    Text::new(
                        format!("Viết ngắn lại, nhiều nhất {most} ký tự."),
                        format!("Shorten it to at most {most} characters."),
                    ),
                ));
            }
        }
        let mut settle = |pointer: &str, text: Option<String>, of_lines: bool| {
            let text = text?;
            // A NUL or a control character is never typed by a person, and PostgreSQL cannot hold a NUL.
            if text
                .chars()
                .any(|c| c.is_control() && !(of_lines && matches!(c, '\n' | '\r' | '\t')))
            {
                faults.push(Fault::new(
                    pointer,
                    "control-character",
                    Text::new(
                        "Bỏ các ký tự điều khiển khỏi phần chữ.",
                        "Remove the control characters from the text.",
                    ),
                ));
            }
            (!text.is_empty()).then_some(text)
        };
        let service_field = settle("/service_field", submission.service_field, false);
        let comment = settle("/comment", submission.comment, true);
        if comment.is_some() && !self.items.iter().any(Item::is_comment) {
            faults.push(Fault::new(
                "/comment",
                "no-comment-item",
                Text::new(
                    "Phiếu này không hỏi ý kiến bằng lời. Hãy bỏ phần này ra.",
                    "This instrument asks for no comment. Leave it out.",
                ),
            ));
        }
        (service_field, comment)
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_moment;
    use super::*;
    use crate::catalog;
    use crate::code::{CommuneCode, InstrumentId, PointCode};

    /// 20 November 2026, 10:00 in Vietnam.
    const NOW: i64 = 1_795_143_600_000;

    fn point() -> CollectionPoint {
        CollectionPoint {
            code: PointCode::parse("mot-cua").unwrap(),
            commune_code: CommuneCode::parse("22651").unwrap(),
            name: "Một cửa".into(),
            instrument: InstrumentId::parse("quick-counter").unwrap(),
            retired: false,
        }
    }

    fn submission(answers: &[(&str, Raw)]) -> Submission {
        Submission {
            instrument: "quick-counter".into(),
            version: 1,
            collection_point: "mot-cua".into(),
            channel: "qr".into(),
            answered_at: "2026-11-20T09:30:00+07:00".into(),
            answers: answers.iter().map(|(code, raw)| ((*code).to_owned(), raw.clone())).collect(),
            ..Submission::default()
        }
    }

    fn parse(submission: Submission) -> Result<Response, Vec<Fault>> {
        let point = point();
        let at = Admission { id: Uuid::nil(), point: Some(&point), now: NOW };
        catalog::instrument("quick-counter", Some(1)).unwrap().parse(submission, &at)
    }

    fn codes(submission: Submission) -> Vec<(String, &'static str)> {
        parse(submission).unwrap_err().into_iter().map(|f| (f.pointer, f.code)).collect()
    }

    #[test]
    fn what_is_not_answered_is_stored_as_unanswered() {
        let response = parse(submission(&[("A1", Raw::Value(5)), ("A2", Raw::Value(9))])).unwrap();
        let answer = |code: &str| {
            &response.answers.iter().find(|(item, _)| item.as_str() == code).unwrap().1
        };
        assert_eq!(*answer("A1"), Answer::Chosen(5));
        assert_eq!(*answer("A2"), Answer::Chosen(9));
        assert_eq!(*answer("A3"), Answer::Unanswered);
        assert_eq!(response.commune_code.as_str(), "22651");
        assert!(parse(submission(&[])).is_ok(), "skipping everything is allowed");
    }

    #[test]
    fn a_device_with_a_wrong_clock_is_not_refused() {
        let point = point();
        let at = Admission { id: Uuid::nil(), point: Some(&point), now: NOW };
        let instrument = catalog::instrument("quick-counter", Some(1)).unwrap();
        for moment in ["1970-01-01T00:00:00Z", "2036-01-01T00:00:00Z"] {
            let told = Submission { answered_at: moment.into(), ..submission(&[]) };
            assert!(instrument.parse(told.clone(), &at).is_err(), "{moment} from anyone else");
            let response = instrument.parse_from_device(told, &at).unwrap();
            assert_eq!(Some(response.answered_at), read_moment(moment), "kept as it was told");
        }
        let unreadable = Submission { answered_at: "noon".into(), ..submission(&[]) };
        let faults = instrument.parse_from_device(unreadable, &at).unwrap_err();
        assert_eq!(faults[0].code, "unreadable-date");
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_place() {
        let mut bad = submission(&[
            ("Z9", Raw::Value(1)),
            ("A1", Raw::Value(6)),
            ("A2", Raw::Values(vec![1, 2])),
        ]);
        bad.version = 2;
        bad.collection_point = "nowhere".into();
        bad.channel = "pigeon".into();
        bad.answered_at = "yesterday".into();
        bad.comment = Some("a\0b".into());
        bad.service_field = Some("x".repeat(121));
        let told = codes(bad);
        let expected = [
            ("/version", "wrong-version"),
            ("/collection_point", "unknown-point"),
            ("/channel", "unknown-channel"),
            ("/answered_at", "unreadable-date"),
            ("/answers/Z9", "unknown-item"),
            ("/answers/A1", "off-scale"),
            ("/answers/A2", "one-answer-only"),
            ("/service_field", "too-long"),
            ("/comment", "control-character"),
        ];
        assert_eq!(told, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    }

    #[test]
    fn several_options_are_kept_once_each_in_order() {
        let response =
            parse(submission(&[("N1", Raw::Values(vec![3, 1, 3])), ("A1", Raw::Null)])).unwrap();
        let chosen = response.answers.iter().find(|(code, _)| code.as_str() == "N1").unwrap();
        assert_eq!(chosen.1, Answer::Several(vec![1, 3]));
    }

    #[test]
    fn a_clock_may_lead_by_a_day_and_no_more() {
        let mut at_bound = submission(&[]);
        at_bound.answered_at = "2026-11-21T10:00:00+07:00".into();
        assert!(parse(at_bound.clone()).is_ok());
        at_bound.answered_at = "2026-11-21T10:00:00.001+07:00".into();
        assert_eq!(codes(at_bound), [("/answered_at".to_owned(), "answered-in-future")]);
        let mut ancient = submission(&[]);
        ancient.answered_at = "2014-12-31T23:59:59".into();
        assert_eq!(codes(ancient.clone()), [("/answered_at".to_owned(), "answered-too-early")]);
        ancient.answered_at = "2015-01-01".into();
        assert!(parse(ancient).is_ok());
    }

    #[test]
    fn a_comment_is_trimmed_normalised_and_bounded() {
        let mut typed = submission(&[]);
        typed.comment = Some("  Chờ la\u{302}u\u{301}  ".into());
        assert_eq!(parse(typed).unwrap().comment.as_deref(), Some("Chờ lâú"));
        let mut long = submission(&[]);
        long.comment = Some("ý".repeat(2_000));
        assert!(parse(long.clone()).is_ok());
        long.comment = Some("ý".repeat(2_001));
        assert_eq!(codes(long), [("/comment".to_owned(), "too-long")]);
        let mut blank = submission(&[]);
        blank.comment = Some(" \n ".into());
        assert_eq!(parse(blank).unwrap().comment, None);
    }
}
