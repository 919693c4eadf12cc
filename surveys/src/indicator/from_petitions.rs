//! What petitions themselves say of a target: counts of months, as somebody would enter
//! them, but counted.

use chrono::NaiveDate;

use super::{Entered, Entry, months_of};
use crate::period::Period;
use crate::petition::Petition;
use crate::plan::Target;

/// The days of the months that belong to `period`, whole months.
pub fn span_of(period: &Period) -> Period {
    let months = months_of(period);
    let (first, last) = (months.first(), months.last());
    Period {
        start: first.map_or(period.start, |month| month.start),
        end: last.map_or(period.end, |month| month.end),
        ..period.clone()
    }
}

/// The counts of each month of `period` that is counted from `petitions`, those received
/// in the months of the period; none when petitions do not say what `target` is about.
///
/// A month is counted from petitions when it has begun by `today` and is not before the
/// month of the `first` petition that the commune ever received here. A month without
/// petitions is then known to have none.
pub fn from_petitions(
    target: &Target,
    period: &Period,
    petitions: &[Petition],
    first: Option<NaiveDate>,
    today: NaiveDate,
) -> Vec<Entry> {
    let (Some(share), Some(first)) = (target.petitions(), first) else { return Vec::new() };
    let counted = |month: &Period| month.start <= today && first < month.end;
    let entry = |month: Period| {
        let of_month = petitions.iter().filter(|petition| month.contains(petition.received_on));
        let (numerator, denominator) = share.count(of_month, today);
        Entry {
            indicator: target.indicator.clone(),
            period: month.code,
            entered: Entered::Counts { numerator, denominator },
            source: String::new(),
            link: String::new(),
        }
    };
    months_of(period).into_iter().filter(counted).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::indicator::{Value, Verdict, standing};
    use crate::petition::{Act, AnswerRating, PetitionChannel, PetitionCode, Terms};
    use crate::{CommuneCode, WorkingDays};

    const TERMS: Terms = Terms { acknowledge: 2, answer: 10, extension: 5 };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A petition of a day, with the acts that followed and their days.
    fn petition(received_on: &str, acts: &[(&str, Act)]) -> Petition {
        let days = WorkingDays::shipped();
        let text = (PetitionChannel::Online, "Chờ lâu".to_owned(), "Tôi chờ lâu.".to_owned());
        let commune = CommuneCode::parse("22651").unwrap();
        let code = PetitionCode::of([1, 2, 3, 4, 5]);
        let received = Petition::received(code, commune, text, day(received_on), &TERMS, &days);
        let first = (!acts.is_empty()).then_some((received_on, Act::Acknowledge));
        first.iter().chain(acts).fold(received, |petition, (on, act)| {
            petition.after(act, day(on), &TERMS, &days).expect("an act that can be done")
        })
    }

    fn answer() -> Act {
        Act::Answer { text: "Đã thêm quầy.".into() }
    }

    /// Received in August and September 2026: two answered on time, of which one is rated
    /// satisfied; one answered late; one refused; one overdue and one that can wait.
    fn received() -> Vec<Petition> {
        let rate = |rating| Act::Rate { rating, reason: String::new() };
        vec![
            petition(
                "2026-08-03",
                &[("2026-08-05", answer()), ("2026-08-06", rate(AnswerRating::Satisfied))],
            ),
            petition("2026-08-04", &[("2026-08-10", answer())]),
            petition("2026-08-05", &[("2026-09-30", answer())]),
            petition("2026-09-01", &[("2026-09-04", Act::Refuse { reason: "Của tỉnh".into() })]),
            petition("2026-09-02", &[]),
            petition("2026-09-30", &[]),
        ]
    }

    fn target(plan: &str, code: &str) -> &'static Target {
        catalog::plan(plan).unwrap().target(code).unwrap()
    }

    #[test]
    fn each_share_of_petitions_is_counted_by_hand() {
        let today = day("2026-10-05");
        for (plan, code, counts) in [
            ("dien-khanh-2025", "feedback-handled", (2, 4)),
            ("dien-khanh-2025", "feedback-satisfied", (1, 4)),
            ("trung-gia-2025", "feedback-handled", (2, 4)),
            ("trung-gia-2025", "feedback-published", (0, 4)),
            ("long-phung-2025", "feedback-handled", (4, 5)),
            ("long-phung-2025", "feedback-published", (0, 3)),
            ("loc-hoa-2025", "feedback-handled-published", (0, 5)),
        ] {
            let share = target(plan, code).petitions().expect("a share of petitions");
            assert_eq!(share.count(&received(), today), counts, "{plan} {code}");
        }
        assert_eq!(target("dien-khanh-2025", "feedback-extension").petitions(), None);
        assert_eq!(target("dien-khanh-2025", "digitised").petitions(), None);
    }

    #[test]
    fn a_published_answer_counts_where_the_plan_asks_for_publication() {
        let publish =
            Act::Publish { question: "Chờ lâu".into(), answer: "Đã thêm quầy".into() };
        let one = petition("2026-08-03", &[("2026-08-05", answer()), ("2026-08-06", publish)]);
        for (plan, code) in [
            ("trung-gia-2025", "feedback-published"),
            ("long-phung-2025", "feedback-published"),
            ("loc-hoa-2025", "feedback-handled-published"),
        ] {
            let share = target(plan, code).petitions().unwrap();
            assert_eq!(share.count([&one], day("2026-10-05")), (1, 1), "{plan} {code}");
        }
    }

    #[test]
    fn months_are_counted_from_the_first_petition_on_and_add_up() {
        let (target, today) = (target("dien-khanh-2025", "feedback-handled"), day("2026-10-05"));
        let calendar = &catalog::plan("dien-khanh-2025").unwrap().calendar;
        let year = calendar.year_containing(today);
        let petitions = received();
        let entries = from_petitions(target, &year, &petitions, Some(day("2026-08-03")), today);
        let months: Vec<&str> = entries.iter().map(|entry| entry.period.as_str()).collect();
        assert_eq!(months, ["2026-08", "2026-09", "2026-10"]);
        assert_eq!(entries[0].entered, Entered::Counts { numerator: 2, denominator: 3 });
        assert_eq!(entries[1].entered, Entered::Counts { numerator: 0, denominator: 1 });
        assert_eq!(entries[2].entered, Entered::Counts { numerator: 0, denominator: 0 });
        let told = standing(target, calendar, &year, today, &entries);
        assert_eq!(told.value, Some(Value::Counts { numerator: 2, denominator: 4 }));
        assert_eq!(told.verdict, Verdict::MonthsMissing, "the months before the first");
        let august = Period::parse("2026-08").unwrap();
        let told = standing(target, calendar, &august, today, &entries);
        assert_eq!(told.verdict, Verdict::NotMet);
        assert_eq!(from_petitions(target, &year, &petitions, None, today), []);
    }

    #[test]
    fn a_quarter_that_begins_on_the_tenth_has_whole_months() {
        let calendar = &catalog::plan("long-xuyen-2025").unwrap().calendar;
        let quarter = calendar.period("2026-Q1").unwrap();
        let span = span_of(&quarter);
        assert_eq!(span.start.format("%d").to_string(), "01");
        assert_eq!(span.end.format("%d").to_string(), "01");
    }
}
