use super::*;
use crate::test_form::{frame, instrument};

fn facts_of(rows: &[(&str, &str)]) -> Reliability {
    reliability(&frame(rows), &instrument(), &[]).unwrap().remove(0)
}

fn agreement<'a>(facts: &'a Reliability, code: &str) -> &'a Agreement {
    facts.components.iter().chain([&facts.form]).find(|a| a.code == code).unwrap()
}

fn item<'a>(facts: &'a Reliability, code: &str) -> &'a ItemFacts {
    facts.items.iter().find(|i| i.code.as_str() == code).unwrap()
}

fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
}

/// Thirty complete respondents whose answers to component a rise together and those to
/// b run against each other.
fn thirty() -> Vec<(&'static str, &'static str)> {
    ["11115110", "33324331", "55533552"]
        .repeat(10)
        .into_iter()
        .map(|digits| ("x", digits))
        .collect()
}

#[test]
fn items_that_say_the_same_have_an_alpha_of_one_and_opposite_ones_a_negative_one() {
    let facts = facts_of(&thirty());
    near(agreement(&facts, "a").alpha.unwrap(), 1.0);
    near(item(&facts, "A2").item_rest.unwrap(), 1.0);
    // B1 is 1, 2, 3 where B2 is 5, 4, 3: their sum does not move at all.
    assert_eq!(agreement(&facts, "b").alpha, Err(Undefined::NoSpread));
    near(item(&facts, "B1").item_rest.unwrap(), -1.0);
}

#[test]
fn scales_of_different_length_are_compared_between_their_ends() {
    // D1 is 1, 3, 5 and D2 is 0, 1, 2: the same from worst to best.
    let facts = facts_of(&thirty());
    near(agreement(&facts, "d").alpha.unwrap(), 1.0);
    near(item(&facts, "D2").mean.unwrap(), 1.0);
    near(item(&facts, "D1").mean.unwrap(), 3.0);
}

#[test]
fn a_scale_that_runs_down_is_turned_around() {
    let mut turned = instrument();
    for (places, scale) in [(1..=5, 0), (0..=2, 1)] {
        let (least, most) = (*places.start(), *places.end());
        for option in &mut turned.scales[scale].options {
            option.value = least + most - option.value;
        }
        for value in &mut turned.scales[scale].satisfied {
            *value = least + most - *value;
        }
    }
    let mut builder = crate::FrameBuilder::new(&turned, &["group"]).unwrap();
    for (group, digits) in thirty() {
        let up = digits.bytes().map(|d| d - b'0').enumerate();
        let down: Vec<_> = up.map(|(i, d)| Some(if i == 7 { 2 - d } else { 6 - d })).collect();
        builder.push(&[group], &down).unwrap();
    }
    let down = reliability(&builder.finish(), &turned, &[]).unwrap().remove(0);
    let up = facts_of(&thirty());
    for (up, down) in up.items.iter().zip(&down.items) {
        assert_eq!((up.floor, up.ceiling), (down.floor, down.ceiling));
        near(up.item_rest.unwrap_or(2.0), down.item_rest.unwrap_or(2.0));
    }
    for (up, down) in
        up.components.iter().chain([&up.form]).zip(down.components.iter().chain([&down.form]))
    {
        near(up.alpha.unwrap_or(2.0), down.alpha.unwrap_or(2.0));
    }
}

#[test]
fn a_scale_without_a_satisfied_end_gives_no_scores() {
    let mut instrument = instrument();
    for satisfied in [vec![2, 3], vec![1, 5]] {
        instrument.scales[0].satisfied = satisfied;
        let facts = reliability(&frame(&thirty()), &instrument, &[]).unwrap().remove(0);
        let a1 = item(&facts, "A1");
        assert_eq!((a1.valid, a1.mean, a1.sd, a1.floor, a1.ceiling), (30, None, None, None, None));
        assert_eq!(a1.item_rest, Err(Undefined::UnorderedScale));
        assert_eq!(agreement(&facts, "reference").alpha, Err(Undefined::UnorderedScale));
    }
}

#[test]
fn twenty_nine_complete_cases_are_too_few() {
    let mut rows = thirty();
    assert!(agreement(&facts_of(&rows), "a").alpha.is_ok());
    rows[0].1 = "91115110";
    rows.extend([("x", "-5555552"), ("x", "9555555-")]);
    let facts = facts_of(&rows);
    let a = agreement(&facts, "a");
    assert_eq!((a.items, a.complete, a.alpha), (3, 29, Err(Undefined::TooFew)));
    let a1 = item(&facts, "A1");
    assert_eq!((a1.asked, a1.valid, a1.no_opinion, a1.unanswered), (32, 29, 2, 1));
    assert_eq!((a1.complete, a1.item_rest), (29, Err(Undefined::TooFew)));
    assert_eq!(agreement(&facts, "b").complete, 32);
}

#[test]
fn one_item_has_nothing_to_agree_with() {
    let facts = facts_of(&thirty());
    assert_eq!(agreement(&facts, "c").alpha, Err(Undefined::SingleItem));
    assert_eq!(item(&facts, "C1").item_rest, Err(Undefined::SingleItem));
}

#[test]
fn people_who_all_answer_alike_leave_nothing_to_compute() {
    let facts = facts_of(&[("x", "44444441"); 40]);
    for code in ["a", "b", "d", "reference"] {
        assert_eq!(agreement(&facts, code).alpha, Err(Undefined::NoSpread), "{code}");
    }
    assert_eq!(item(&facts, "A1").item_rest, Err(Undefined::NoSpread));
    near(item(&facts, "A1").sd.unwrap(), 0.0);
}

#[test]
fn nobody_and_one_person_give_counts_and_no_numbers() {
    let facts = facts_of(&[]);
    assert!(facts.items.iter().all(|i| (i.asked, i.mean, i.floor) == (0, None, None)));
    let facts = facts_of(&[("x", "5-------")]);
    let a1 = item(&facts, "A1");
    assert_eq!((a1.valid, a1.mean, a1.sd, a1.ceiling), (1, Some(5.0), None, Some(1.0)));
}

#[test]
fn a_straight_line_is_five_equal_valid_answers_on_one_scale() {
    let lines = |digits: &'static str| {
        let facts = facts_of(&[("x", digits)]);
        assert_eq!(facts.scales.len(), 1, "the short scale has one item");
        (facts.scales[0].people, facts.scales[0].straight)
    };
    assert_eq!(lines("44444441"), (1, 1));
    assert_eq!(lines("444449-1"), (1, 1));
    assert_eq!(lines("44444451"), (1, 0));
    assert_eq!(lines("4444-991"), (0, 0));
    assert_eq!(facts_of(&[]).scales[0].share(), None);
}

#[test]
fn groups_are_sorted_and_their_columns_checked() {
    let rows = [("y", "55555552"), ("x", "55555552"), ("x", "11111110")];
    let by = |name: &str| reliability(&frame(&rows), &instrument(), &[name.to_owned()]);
    let found = by("group").unwrap();
    let told: Vec<_> = found.iter().map(|g| (g.group[0].as_str(), g.items[0].asked)).collect();
    assert_eq!(told, [("x", 2), ("y", 1)]);
    assert!(matches!(by("alpha"), Err(EstimateError::ReservedColumn { .. })));
    assert!(matches!(by("nowhere"), Err(EstimateError::NoColumn { .. })));
}
