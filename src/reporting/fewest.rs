//! Which component keeps a mean from a verdict: it is no surer than its smallest term.

use analytics::{Level, Publication};
use surveys::text::count;
use surveys::{Language, Text};

use super::published::FEWEST_FOR_VERDICT;
use super::{Finding, Report};

impl Finding {
    /// Whether enough people answered for a verdict, and too few of them one of the
    /// figures that it is a mean of.
    pub fn is_few_in_part(&self) -> bool {
        let enough = FEWEST_FOR_VERDICT as f64;
        self.estimate.n_eff >= enough && self.estimate.n_least < enough
    }
}

impl Report {
    /// Which of the figures that `finding` is a mean of has too few people for a verdict on
    /// the whole, in a sentence: the smallest that may be shown. `None` where the whole has
    /// too few itself, or none of them.
    pub fn few_in(&self, finding: &Finding) -> Option<Text> {
        let enough = FEWEST_FOR_VERDICT as f64;
        let e = &finding.estimate;
        if e.n_eff < enough || e.n_least >= enough || finding.publication == Publication::Nothing {
            return None;
        }
        let own = self.terms.iter().find(|(level, code, _)| *level == e.level && *code == e.code);
        let terms = own.into_iter().flat_map(|(.., terms)| terms);
        let few = terms
            .filter_map(|term| self.finding(term.level, &term.code))
            .filter(|f| f.publication != Publication::Nothing && f.estimate.n_eff < enough)
            .min_by(|a, b| a.estimate.n_eff.total_cmp(&b.estimate.n_eff))?;
        let n = few.estimate.people;
        let of = match few.estimate.level {
            Level::Item => "Câu hỏi",
            _ => "Thành phần",
        };
        let (vi, en) = match e.level {
            Level::Index => ("mức hài lòng chung".to_owned(), "overall satisfaction".to_owned()),
            _ => (format!("“{}”", finding.title.vi), format!("“{}”", finding.title.en)),
        };
        Some(Text::new(
            format!(
                "{of} “{}” mới có {} người cho ý kiến, nên chưa kết luận về {vi}.",
                few.title.vi,
                count(n, Language::Vi)
            ),
            format!(
                "Only {} gave a rating on “{}”, so nothing is concluded about {en}.",
                if n == 1 {
                    "one person".to_owned()
                } else {
                    format!("{} people", count(n, Language::En))
                },
                few.title.en
            ),
        ))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use analytics::export::estimates::{Verdicts, to_json};
    use analytics::{Flag, Verdict};
    use serde_json::Value;
    use surveys::{Period, catalog};
    use uuid::Uuid;

    use super::super::published::{Shown, public_table};
    use super::super::rows::Rows;
    use super::super::sentence::headline;
    use super::*;
    use crate::store::responses::StoredResponse;

    /// What so many people answered at a counter in October 2025: `rest` of a hundred of
    /// them are satisfied with each of four components, everybody of so many with the fifth.
    fn report(people: u32, rest: u32, feedback: u32) -> Report {
        report_on("2025-10", people, rest, feedback)
    }

    /// The same of another month.
    pub(in crate::reporting) fn report_on(
        month: &str,
        people: u32,
        rest: u32,
        feedback: u32,
    ) -> Report {
        let instrument = catalog::instrument("quick-counter", None).unwrap();
        let commune = surveys::unit::commune("22651");
        let row = |person: u32| {
            let rated = |item: u32| {
                let satisfied = (person * 37 + item * 101) % 400 < 4 * rest;
                format!("\"A{item}\":{}", if satisfied { 5 } else { 2 })
            };
            let mut answers: Vec<String> = (1..=4).map(rated).collect();
            if person < feedback {
                answers.push("\"A5\":5".to_owned());
            }
            StoredResponse {
                response_id: Uuid::from_u128(person.into()),
                commune_code: "22651".to_owned(),
                document: format!(
                    "{{\"instrument\":\"{}\",\"version\":{},\"collection_point\":\"x\",\"channel\":\"qr\",\"answered_at\":1760000000000,\"answers\":{{{}}}}}",
                    instrument.id,
                    instrument.version,
                    answers.join(",")
                ),
                seq: person.into(),
                answered_at: 1_760_000_000_000,
            }
        };
        let rows: Vec<StoredResponse> = (0..people).map(row).collect();
        let period = Period::parse(month).unwrap();
        let rows = [Arc::new(Rows::read(instrument, &rows).unwrap())];
        Report::of((commune.unwrap(), instrument), period, &rows, false).unwrap()
    }

    /// The headline with plain spaces.
    fn told(report: &Report) -> [String; 2] {
        let Text { vi, en } = headline(report);
        [vi, en].map(|said| said.replace('\u{a0}', " "))
    }

    #[test]
    fn the_headline_is_what_a_chair_understands() {
        let whole = |rest| told(&report(400, rest, 400));
        assert_eq!(
            whole(92),
            [
                "Trong số người đã trả lời, mức hài lòng chung là 93,6 % (từ 92,6 % đến 94,5 %). Đạt chỉ tiêu từ 90 % trở lên.",
                "Among those who answered, overall satisfaction is 93.6% (from 92.6% to 94.5%). That meets the target of at least 90%."
            ]
        );
        let [vi, en] = told(&report(120, 88, 120));
        assert!(vi.starts_with("Trong số người đã trả lời, mức hài lòng chung là 90,"), "{vi}");
        assert!(
            vi.ends_with(" Chưa đủ căn cứ để nói đạt hay chưa đạt chỉ tiêu từ 90 % trở lên."),
            "{vi}"
        );
        assert!(
            en.ends_with(" The answers do not tell whether that meets the target of at least 90%."),
            "{en}"
        );
    }

    #[test]
    fn a_component_of_few_keeps_the_index_from_a_verdict_and_is_named() {
        for feedback in [10, 12, 29] {
            let report = report(400, 92, feedback);
            assert_eq!(
                told(&report),
                [
                    format!(
                        "Đã có 400 phiếu trong kỳ này. Thành phần “Tiếp nhận, xử lý phản ánh, kiến nghị” mới có {feedback} người cho ý kiến, nên chưa kết luận về mức hài lòng chung."
                    ),
                    format!(
                        "There are 400 responses in this period. Only {feedback} people gave a rating on “Handling of feedback and petitions”, so nothing is concluded about overall satisfaction."
                    )
                ]
            );
            let index = report.index().unwrap();
            assert!(matches!(index.shown(), Shown::Counts(_)));
            assert_eq!(index.published_verdict(), Some(Verdict::TooFew));
        }
        let of_45 = report(400, 92, 45);
        let [vi, en] = told(&of_45);
        assert!(vi.starts_with("Trong số người đã trả lời, mức hài lòng chung là 93,6 %"), "{vi}");
        assert!(
            vi.ends_with("mới có 45 người cho ý kiến, nên chưa kết luận về mức hài lòng chung."),
            "{vi}"
        );
        assert!(!vi.contains("Đạt") && !en.contains("meets"), "{vi} {en}");
        let index = of_45.index().unwrap();
        assert_eq!(index.published_verdict(), Some(Verdict::TooFew));
        assert!(index.is_few_in_part());
        // With a hundred there is a verdict, and nothing else is said.
        let enough = report(400, 92, 100);
        let index = enough.index().unwrap();
        assert_eq!((enough.few_in(index), index.published_verdict()), (None, Some(Verdict::Met)));
        // Few people altogether are told as before.
        let few = report(60, 92, 12);
        assert_eq!(few.few_in(few.index().unwrap()), None);
        // A component that is withheld is not named.
        let hidden = report(400, 92, 9);
        assert_eq!(hidden.few_in(hidden.index().unwrap()), None);
        assert!(told(&hidden)[0].contains("có thành phần chưa đủ câu trả lời"));
    }

    /// What the public table has of the index and of the component of few.
    fn published(report: &Report) -> [Value; 2] {
        let (table, judged) = public_table(report);
        let rows = to_json(&table, Some(Verdicts::of(&judged)));
        let find = |level: &str, code: &str| {
            let is_it = |row: &&Value| row["level"] == level && row["code"] == code;
            rows.as_array().unwrap().iter().find(is_it).cloned().unwrap_or_default()
        };
        [find("index", "quick-counter"), find("component", "feedback")]
    }

    #[test]
    fn an_index_does_not_give_back_how_many_of_few_were_satisfied() {
        let [index, feedback] = published(&report(400, 92, 12));
        assert_eq!((&feedback["valid"], &feedback["satisfied"]), (&12.into(), &Value::Null));
        assert_eq!((&index["valid"], &index["satisfied"]), (&1612.into(), &Value::Null));
        assert_eq!((&index["rate"], &index["verdict"]), (&Value::Null, &"too_few".into()));
        assert!(!index["flags"].as_str().unwrap().contains(Flag::ComponentFew.code()));
        // The count alone would say that all twelve are: four times 368 and twelve.
        assert_eq!(report(400, 92, 12).index().unwrap().estimate.satisfied, 4 * 368 + 12);
    }

    #[test]
    fn periods_of_a_year_still_give_back_how_many_of_few_were_satisfied() {
        // The year and its December are shown, three months of 17 alike people are not; the
        // documents say so (API.md, ADR 0009).
        let [year, december] =
            [report(251, 92, 251), report(200, 90, 200)].map(|r| published(&r)[1].clone());
        let less = |key: &str| year[key].as_u64().unwrap() - december[key].as_u64().unwrap();
        assert_eq!((less("valid"), less("satisfied")), (51, 51));
        let [_, month] = published(&report(17, 92, 17));
        assert_eq!((&month["valid"], &month["satisfied"]), (&17.into(), &Value::Null));
        let documents = [
            include_str!("../../docs/API.md"),
            include_str!("../../docs/adr/0009-publication-floor.md"),
        ];
        assert!(documents.iter().all(|text| text.contains("can still be worked out from periods")));
    }
}
