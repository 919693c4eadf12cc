//! What can be done with a petition, in which order and by when.

use chrono::NaiveDate;

use super::contact::BadContact::{Email, Name, Phone};
use super::*;
use crate::working_days::WorkingDays;

const TERMS: Terms = Terms { acknowledge: 2, answer: 10, extension: 5 };

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Received on Thursday 15 October 2026: to be acknowledged by Monday 19, answered by
/// Thursday 29.
pub(super) fn petition() -> Petition {
    let text = (PetitionChannel::Online, "Chờ lâu".to_owned(), "Tôi chờ lâu.".to_owned());
    let commune = CommuneCode::parse("22651").unwrap();
    let code = PetitionCode::of([1, 2, 3, 4, 5]);
    Petition::received(code, commune, text, day("2026-10-15"), &TERMS, &WorkingDays::shipped())
}

fn act(petition: &Petition, act: &Act, on: &str) -> Result<Petition, Refused> {
    petition.after(act, day(on), &TERMS, &WorkingDays::shipped())
}

fn every_act() -> Vec<Act> {
    let text = || "x".to_owned();
    vec![
        Act::Receive,
        Act::Acknowledge,
        Act::Assign { to: text() },
        Act::Extend { reason: text() },
        Act::Answer { text: text() },
        Act::Close,
        Act::Reopen { reason: text() },
        Act::Duplicate { of: "07KQ2M41".into(), reason: text() },
        Act::Refuse { reason: text() },
        Act::Rate { rating: AnswerRating::NotSatisfied, reason: text() },
        Act::AskAgain { reason: text() },
        Act::Publish { question: text(), answer: text() },
        Act::Withdraw,
        Act::EraseContact,
        Act::Cover,
    ]
}

fn answered(on: &str) -> Petition {
    let taken = act(&petition(), &Act::Acknowledge, "2026-10-16").unwrap();
    act(&taken, &Act::Answer { text: "Đã thêm quầy.".into() }, on).unwrap()
}

#[test]
fn deadlines_are_working_days_after_the_day_of_receipt() {
    let petition = petition();
    assert_eq!(petition.acknowledge_by, day("2026-10-19"));
    assert_eq!(petition.answer_by, day("2026-10-29"));
    assert_eq!(petition.due(), Some(petition.acknowledge_by));
    let taken = act(&petition, &Act::Acknowledge, "2026-10-16").unwrap();
    assert_eq!((taken.due(), taken.version), (Some(petition.answer_by), 2));
    assert_eq!(answered("2026-10-29").due(), None);
    assert!(!answered("2026-10-29").late && answered("2026-10-30").late);
}

#[test]
fn an_extension_is_asked_for_two_working_days_before_the_deadline_and_once() {
    let extend = Act::Extend { reason: "Chờ sở trả lời".into() };
    // Thursday the 29th: Tuesday is in time, Wednesday is not, nor the day itself.
    let extended = act(&petition(), &extend, "2026-10-27").unwrap();
    assert_eq!(extended.answer_by, day("2026-11-05"));
    assert_eq!(act(&petition(), &extend, "2026-10-28"), Err(Refused::TooLateToExtend));
    assert_eq!(act(&petition(), &extend, "2026-11-02"), Err(Refused::TooLateToExtend));
    assert_eq!(act(&extended, &extend, "2026-10-27"), Err(Refused::ExtendedAlready));
}

#[test]
fn each_state_allows_its_own_acts_and_no_others() {
    use State::{Acknowledged, Answered, Assigned, Closed, Duplicate, Received, Refused};
    for state in State::ALL {
        for one in every_act() {
            let petition = Petition {
                state: *state,
                rating: matches!(one, Act::AskAgain { .. }).then_some(AnswerRating::NotSatisfied),
                published: matches!(one, Act::Withdraw)
                    .then(|| Published { question: "x".into(), answer: "x".into() }),
                ..petition()
            };
            let states: &[State] = match one {
                Act::Receive => &[],
                Act::Acknowledge => &[Received],
                Act::Assign { .. } | Act::Answer { .. } => &[Acknowledged, Assigned],
                Act::Extend { .. } | Act::Duplicate { .. } | Act::Refuse { .. } => {
                    &[Received, Acknowledged, Assigned]
                }
                Act::Close => &[Answered],
                Act::Reopen { .. } => &[Answered, Closed, Duplicate, Refused],
                Act::Rate { .. } | Act::AskAgain { .. } | Act::Publish { .. } => {
                    &[Answered, Closed]
                }
                Act::Withdraw | Act::EraseContact | Act::Cover => State::ALL,
            };
            let done = act(&petition, &one, "2026-10-16").is_ok();
            assert_eq!(done, states.contains(state), "{one:?} when {state:?}");
        }
    }
}

#[test]
fn a_citizen_rates_once_and_asks_again_once_when_not_satisfied() {
    let rate = |rating| Act::Rate { rating, reason: String::new() };
    let again = Act::AskAgain { reason: "Chưa đúng câu hỏi".into() };
    let answered = answered("2026-10-20");
    assert_eq!(act(&answered, &again, "2026-10-21"), Err(Refused::NotDissatisfied));
    let content = act(&answered, &rate(AnswerRating::Satisfied), "2026-10-21").unwrap();
    assert_eq!(act(&content, &again, "2026-10-21"), Err(Refused::NotDissatisfied));
    let rated = act(&answered, &rate(AnswerRating::NotSatisfied), "2026-10-21").unwrap();
    let twice = act(&rated, &rate(AnswerRating::Satisfied), "2026-10-21");
    assert_eq!(twice, Err(Refused::RatedAlready));
    let reopened = act(&rated, &again, "2026-10-21").unwrap();
    assert_eq!(reopened.state, State::Acknowledged);
    assert_eq!(reopened.answer_by, day("2026-11-04"), "a new term begins");
    let again_answered = act(&reopened, &Act::Answer { text: "x".into() }, "2026-10-22").unwrap();
    let rated = act(&again_answered, &rate(AnswerRating::NotSatisfied), "2026-10-22").unwrap();
    assert_eq!(act(&rated, &again, "2026-10-22"), Err(Refused::ReopenedAlready));
}

#[test]
fn what_is_opened_again_is_no_longer_public() {
    let publish = Act::Publish { question: "q".into(), answer: "a".into() };
    let published = act(&answered("2026-10-20"), &publish, "2026-10-21").unwrap();
    assert!(published.published.is_some());
    let reopened = act(&published, &Act::Reopen { reason: "x".into() }, "2026-10-22").unwrap();
    assert_eq!(reopened.published, None);
}

#[test]
fn a_petition_is_no_duplicate_of_itself() {
    let petition = petition();
    let of = petition.code.to_string();
    let refused = act(&petition, &Act::Duplicate { of, reason: "x".into() }, "2026-10-16");
    assert_eq!(refused, Err(Refused::OfItself));
}

#[test]
fn a_deadline_is_told_in_working_days() {
    let days = WorkingDays::shipped();
    for (today, vi, en) in [
        ("2026-10-26", "Còn 3 ngày làm việc", "3 working days left"),
        ("2026-10-28", "Còn 1 ngày làm việc", "1 working day left"),
        ("2026-10-29", "Đến hạn hôm nay", "Due today"),
        ("2026-10-30", "Quá hạn 1 ngày làm việc", "Overdue by 1 working day"),
        ("2026-11-01", "Quá hạn 1 ngày làm việc", "Overdue by 1 working day"),
        ("2026-11-02", "Quá hạn 2 ngày làm việc", "Overdue by 2 working days"),
    ] {
        let said = Standing::of(day("2026-10-29"), day(today), &days).text();
        assert_eq!((said.vi.as_str(), said.en.as_str()), (vi, en), "{today}");
    }
    let weekend = Standing::of(day("2026-10-30"), day("2026-10-31"), &days);
    assert_eq!(weekend.text().vi, "Quá hạn chưa đến 1 ngày làm việc");
}

#[test]
fn the_figures_of_a_period_count_each_petition_once() {
    let on_time = answered("2026-10-29");
    let late = answered("2026-10-30");
    let rate = Act::Rate { rating: AnswerRating::NotSatisfied, reason: String::new() };
    let rated = act(&on_time, &rate, "2026-10-30").unwrap();
    let reopened = act(&on_time, &Act::Reopen { reason: "x".into() }, "2026-10-30").unwrap();
    let refused = act(&petition(), &Act::Refuse { reason: "x".into() }, "2026-10-16").unwrap();
    let all = [on_time, late, rated, reopened, refused, petition()];
    let before = Figures::of(&all[5..], day("2026-10-29"));
    assert_eq!((before.waiting, before.decided), (1, 0));
    let figures = Figures::of(&all, day("2026-11-02"));
    let expected = Figures {
        received: 6,
        by_staff: 0,
        duplicates: 0,
        refused: 1,
        waiting: 0,
        decided: 5,
        on_time: 3,
        overdue: 1,
        decided_sent: 5,
        satisfied: 1,
        rated: 1,
        rated_satisfied: 0,
        rated_by_staff: 0,
    };
    assert_eq!(figures, expected);
    assert_eq!(figures.published_rate(), None, "five are too few to publish a rate");
    let many = Figures { decided: 10, on_time: 9, ..figures };
    assert!((many.published_rate().unwrap() - 0.9).abs() < 1e-12);
}

#[test]
fn what_staff_entered_and_rated_makes_nothing_look_better() {
    let rate = Act::Rate { rating: AnswerRating::Satisfied, reason: String::new() };
    let sent = act(&answered("2026-10-29"), &rate, "2026-10-29").unwrap();
    let entered = Petition { channel: PetitionChannel::Counter, ..sent.clone() };
    let today = day("2026-11-02");
    let one = Figures::of([&sent], today);
    let both = Figures::of([&sent, &entered], today);
    let expected =
        Figures { received: 2, by_staff: 1, decided: 2, on_time: 2, rated_by_staff: 1, ..one };
    assert_eq!((both, one.rated_satisfied, one.satisfied), (expected, 1, 1));
    let share = PetitionShare::OnTimeSatisfied;
    assert_eq!((share.holds(&sent, today), share.holds(&entered, today)), (Some(true), None));
    assert_eq!(PetitionShare::OnTime.holds(&entered, today), Some(true));
}

#[test]
fn nothing_leaves_the_figures_by_an_end_without_an_answer_once_it_was_decided() {
    let refuse = Act::Refuse { reason: "x".into() };
    let duplicate = Act::Duplicate { of: "07KQ2M41".into(), reason: "x".into() };
    let reopen = Act::Reopen { reason: "x".into() };
    let of = |petition: &Petition| Figures::of([petition], day("2026-11-02"));
    for end in [refuse, duplicate] {
        let in_time = of(&act(&petition(), &end, "2026-10-29").unwrap());
        assert_eq!((in_time.left_out(), in_time.decided), (1, 0), "{end:?} on the last day");
        let overdue = act(&petition(), &end, "2026-10-30").unwrap();
        let late = act(&answered("2026-10-30"), &reopen, "2026-10-30").unwrap();
        let late = act(&late, &end, "2026-10-30").unwrap();
        let opened_again = act(&overdue, &reopen, "2026-10-30").unwrap();
        let answer = Act::Answer { text: "x".into() };
        let answered_then = act(&opened_again, &answer, "2026-10-31").unwrap();
        for one in [&overdue, &late, &opened_again, &answered_then] {
            let figures = of(one);
            assert_eq!((figures.decided, figures.on_time), (1, 0), "{end:?}: {one:?}");
            assert_eq!((figures.left_out(), figures.satisfied), (0, 0), "{end:?}: {one:?}");
        }
        let on_time = act(&answered("2026-10-29"), &reopen, "2026-10-30").unwrap();
        let figures = of(&act(&on_time, &end, "2026-10-30").unwrap());
        assert_eq!((figures.decided, figures.on_time, figures.satisfied), (1, 1, 0));
    }
}

#[test]
fn an_act_is_read_back_as_it_was_written() {
    for act in every_act() {
        let text = serde_json::to_string(&act).unwrap();
        assert_eq!(serde_json::from_str::<Act>(&text).unwrap(), act, "{text}");
    }
}

#[test]
fn names_are_read_back_and_codes_however_they_are_typed() {
    for state in State::ALL {
        assert_eq!(State::of_name(state.name()), Some(*state));
    }
    let code = PetitionCode::of([9, 8, 7, 6, 5]);
    assert_eq!(code.to_string().to_lowercase().parse(), Ok(code));
    for wrong in ["", "07KQ-2M4", "07KQ-2M4U", "'; --"] {
        assert_eq!(wrong.parse::<PetitionCode>(), Err(BadPetitionCode));
    }
}

#[test]
fn what_is_typed_is_cleaned_and_keeps_its_lines() {
    assert_eq!(cleaned(" a\r\nb\0\u{7}\u{1b}c\t \n"), "a\nbc");
    assert_eq!(cleaned("Tie\u{302}\u{301}ng"), "Tiếng");
    assert_eq!(cleaned("\u{200b}\u{202e}Ng\u{feff}uyễn\u{200e} \u{2066}"), "Nguyễn");
    assert_eq!(cleaned_line(" a\r\n  b "), "a b");
}

#[test]
fn a_contact_is_looked_at_and_never_shown_by_accident() {
    let good = Contact::typed(" Lê  Thị Lan ", "+84 (905) 123-456", "lan@example.vn");
    assert_eq!((good.name.as_str(), good.wrong()), ("Lê Thị Lan", Vec::new()));
    assert_eq!(format!("{good:?}"), "Contact(…)");
    let bad = Contact::typed(&"x".repeat(101), "gọi tôi", "lan@");
    assert_eq!(bad.wrong(), [Name, Phone, Email]);
    assert!(Contact::typed(" ", "", "\n").is_empty());
}
