use surveys::catalog;

use super::*;
use crate::FrameBuilder;

fn form() -> &'static Instrument {
    catalog::instrument("one-stop-rating", None).unwrap()
}

/// Forms of a unit and six digits, for indicators 1, 2, 3, 4, 6 and 7.
fn frame(forms: &[(&str, &str)]) -> Frame {
    let mut builder = FrameBuilder::new(form(), &["unit"]).unwrap();
    for (unit, digits) in forms {
        let points: Vec<Option<u8>> = digits
            .chars()
            .map(|c| c.to_digit(10).map(|points| u8::try_from(points).unwrap()))
            .collect();
        builder.push(&[unit], &points).unwrap();
    }
    builder.finish()
}

fn office(units: &[(&str, [&str; 3])]) -> BTreeMap<String, OfficeScores> {
    let scored = |points: &[&str; 3]| {
        let mut scores = OfficeScores::default();
        for (item, points) in office_items(form()).zip(points) {
            scores.score(form(), item, points).unwrap();
        }
        scores
    };
    units.iter().map(|(unit, points)| ((*unit).to_owned(), scored(points))).collect()
}

fn rated(forms: &[(&str, &str)], points: [&str; 3]) -> UnitRating {
    ratings(&frame(forms), form(), "unit", &office(&[("x", points)])).unwrap().remove(0)
}

fn rank(forms: &[(&str, &str)], points: [&str; 3]) -> &'static str {
    rated(forms, points).rank(form()).unwrap().text.en.as_str()
}

#[test]
fn a_total_is_the_sum_of_its_nine_parts_to_the_point() {
    let patterns = ["222222", "210122", "012012", "111112", "22222-", "000001", "2222 2"];
    for n in [1, 2, 3, 7, 30, 997] {
        let forms: Vec<_> = (0..n).map(|i| ("x", patterns[i * i % 7])).collect();
        let rated = rated(&forms, ["2", "1", "0"]);
        let by_hand: usize = forms
            .iter()
            .filter(|(_, digits)| digits.bytes().all(|d| d.is_ascii_digit()))
            .map(|(_, digits)| 3 + digits.bytes().map(|d| usize::from(d - b'0')).sum::<usize>())
            .sum();
        let parts = rated.indicators.iter().map(|i| i.points.unwrap()).sum::<u64>();
        assert_eq!((rated.points(), parts), (Some(by_hand as u64), by_hand as u64), "{n}");
        assert_eq!(rated.complete + rated.incomplete, n as u64);
        assert_eq!(rated.indicators.len(), 9);
    }
}

#[test]
fn an_unanswered_indicator_or_no_opinion_is_not_zero_and_not_in_the_denominator() {
    let alone = rated(&[("x", "222222")], ["2", "2", "2"]);
    let forms = [("x", "222222"), ("x", "22222-"), ("x", "------"), ("x", "922222")];
    let among = rated(&forms, ["2", "2", "2"]);
    assert_eq!((among.complete, among.incomplete), (1, 3));
    assert_eq!(among.indicators, alone.indicators);
    assert_eq!(among.per_form(among.points()), Some(18.0));
    let zero = rated(&[("x", "222222"), ("x", "222220")], ["2", "2", "2"]);
    assert_eq!(zero.per_form(zero.points()), Some(17.0));
}

#[test]
fn a_rank_begins_at_its_bound_and_not_a_hair_before() {
    assert_eq!(rank(&[("x", "222222")], ["1", "1", "1"]), "Excellent");
    assert_eq!(rank(&[("x", "222221")], ["1", "1", "1"]), "Good");
    for (bound, below, at) in [
        (15, "Good", "Excellent"),
        (12, "Fair", "Good"),
        (9, "Average", "Fair"),
        (6, "Weak", "Average"),
    ] {
        // A thousand forms, one of them a point below the bound.
        let digits = |points: usize| -> String {
            (0..6)
                .map(|i| {
                    if points >= 2 * i + 2 {
                        '2'
                    } else if points > 2 * i {
                        '1'
                    } else {
                        '0'
                    }
                })
                .collect()
        };
        let (scores, office_points) = if bound > 6 { (["1", "1", "1"], 3) } else { (["0"; 3], 0) };
        let (full, short) = (digits(bound - office_points), digits(bound - office_points - 1));
        let mut forms = vec![("x", full.as_str()); 1000];
        assert_eq!(rank(&forms, scores), at, "{bound}");
        forms[0].1 = &short;
        assert_eq!(rank(&forms, scores), below, "{bound}");
    }
}

#[test]
fn a_unit_that_the_office_did_not_score_has_no_total_and_no_rank() {
    let forms = frame(&[("y", "222222"), ("x", "222222")]);
    let found = ratings(&forms, form(), "unit", &office(&[("x", ["2", "2", "2"])])).unwrap();
    let told: Vec<_> = found.iter().map(|r| (r.unit.as_str(), r.points())).collect();
    assert_eq!(told, [("x", Some(18)), ("y", None)]);
    assert_eq!(found[1].rank(form()), None);
    assert_eq!(found[1].indicators.iter().filter(|i| i.points == Some(2)).count(), 6);
}

#[test]
fn a_unit_without_a_complete_form_has_no_mean_and_no_rank() {
    let rated = rated(&[("x", "22222-")], ["2", "2", "2"]);
    assert_eq!((rated.complete, rated.points()), (0, Some(0)));
    assert_eq!((rated.per_form(rated.points()), rated.rank(form())), (None, None));
}

#[test]
fn the_office_scores_nought_one_or_two() {
    let item = office_items(form()).next().unwrap();
    for wrong in ["", "3", "-1", "1.5", "2 ", "9", "two"] {
        let error = OfficeScores::default().score(form(), item, wrong).unwrap_err();
        let text = error.text();
        assert!(text.en.contains("CS5") && text.en.contains("0, 1, 2"), "{}", text.en);
        assert!(text.vi.contains("CS5") && text.vi.contains(wrong), "{}", text.vi);
    }
}

#[test]
fn only_an_instrument_that_gives_points_is_rated() {
    let (none, instrument) = (crate::test_form::frame(&[]), crate::test_form::instrument());
    let error = ratings(&none, &instrument, "group", &BTreeMap::new()).unwrap_err();
    assert!(matches!(error, RatingError::NoRating { .. }), "{error:?}");
    let forms = frame(&[("x", "222222")]);
    for wrong in ["nowhere", "points"] {
        let error = ratings(&forms, form(), wrong, &BTreeMap::new()).unwrap_err();
        assert!(error.text().vi.contains(&format!("`{wrong}`")), "{error:?}");
    }
}
