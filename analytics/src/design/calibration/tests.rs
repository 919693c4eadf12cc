use super::*;
use crate::design::SurveyDesign;
use crate::test_form::instrument;
use crate::{EstimateOptions, Flag, FrameBuilder, estimate};

fn margins(lines: &[(&str, &str, f64)]) -> Result<Margins, MarginsError> {
    let line = |(place, (variable, category, total)): (usize, &(&str, &str, f64))| MarginTotal {
        line: place as u64 + 2,
        variable: (*variable).to_owned(),
        category: (*category).to_owned(),
        total: total.to_string(),
    };
    Margins::new(lines.iter().enumerate().map(line))
}

fn frame(rows: &[[&str; 3]]) -> Frame {
    let mut builder = FrameBuilder::new(&instrument(), &["gender", "age", "weight"]).unwrap();
    for (row, keys) in rows.iter().enumerate() {
        let answer = |item: usize| {
            if item == 7 { 2 } else { 4 + u8::from(row % 2 == 0) - u8::from(row % 3 == 0) }
        };
        builder.push(keys, &(0..8).map(|item| Some(answer(item))).collect::<Vec<_>>()).unwrap();
    }
    builder.finish()
}

/// Six people: four women, of whom one is old, and two men, of whom one is old.
fn six() -> Frame {
    frame(&[
        ["f", "young", "1"],
        ["f", "young", "1"],
        ["f", "young", "1"],
        ["f", "old", "9"],
        ["m", "young", "2"],
        ["m", "old", "2"],
    ])
}

fn design(lines: &[(&str, &str, f64)], method: CalibrationMethod) -> SurveyDesign {
    let margins = margins(lines).unwrap();
    SurveyDesign { calibration: Some(Calibration { margins, method }), ..SurveyDesign::none() }
}

fn told(frame: &Frame, design: &SurveyDesign) -> String {
    let error = design.weights_of(frame).unwrap_err();
    assert_ne!(error.text().vi, error.text().en);
    error.to_string()
}

const GENDER: [(&str, &str, f64); 2] = [("gender", "f", 30.0), ("gender", "m", 30.0)];

#[test]
fn one_variable_is_post_stratification_by_either_method() {
    for method in CalibrationMethod::ALL {
        let weights = design(&GENDER, method).weights_of(&six()).unwrap();
        for (weight, wanted) in weights.iter().zip([7.5, 7.5, 7.5, 7.5, 15.0, 15.0]) {
            assert!((weight - wanted).abs() < 1e-9, "{weights:?}");
        }
    }
}

#[test]
fn a_margin_that_follows_from_another_changes_nothing() {
    let once = design(&GENDER, CalibrationMethod::Raking).weights_of(&six()).unwrap();
    let twice = [GENDER, [("gender:gender", "f:f", 30.0), ("gender:gender", "m:m", 30.0)]].concat();
    let twice = design(&twice, CalibrationMethod::Raking).weights_of(&six()).unwrap();
    assert!(once.iter().zip(&twice).all(|(a, b)| (a - b).abs() < 1e-9));
}

#[test]
fn margins_that_do_not_fit_the_answers_are_told_with_category_and_remedy() {
    let raking = |lines: &[_]| design(lines, CalibrationMethod::Raking);
    let nobody = told(&six(), &raking(&[GENDER[0], GENDER[1], ("gender", "x", 5.0)]));
    assert!(nobody.contains("`x` of `gender`") && nobody.contains("join"), "{nobody}");
    let no_total = told(&six(), &raking(&GENDER[..1]));
    assert!(no_total.starts_with("row 5") && no_total.contains("`m`"), "{no_total}");
    let empty = frame(&[["f", "young", "1"], ["", "old", "1"], ["m", "young", "1"]]);
    let empty = told(&empty, &raking(&GENDER));
    assert!(empty.starts_with("row 2, column `gender`: the cell is empty"), "{empty}");
    let column = told(&six(), &raking(&[("village", "v1", 3.0)]));
    assert!(column.contains("`village`") && column.contains("gender, age, weight"), "{column}");
    // All old people are women here, yet there should be more of the former.
    let odd = frame(&[["f", "young", "1"], ["f", "old", "1"], ["m", "young", "1"]]);
    let lines = [
        ("gender", "f", 10.0),
        ("gender", "m", 50.0),
        ("age", "young", 20.0),
        ("age", "old", 40.0),
    ];
    let out_of_reach = told(&odd, &raking(&lines));
    assert!(out_of_reach.contains("cannot be met together"), "{out_of_reach}");
    let negative = told(&odd, &design(&lines, CalibrationMethod::Linear));
    assert!(negative.contains("use raking"), "{negative}");
}

#[test]
fn a_table_of_margins_with_mistakes_is_told_with_its_line() {
    let told = |lines: &[(&str, &str, f64)]| {
        let error = margins(lines).unwrap_err();
        assert_ne!(error.text().vi, error.text().en);
        error.to_string()
    };
    assert!(told(&[]).contains("no category"));
    for total in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let told = told(&[GENDER[0], ("gender", "m", total)]);
        assert!(told.starts_with("line 3") && told.contains("total"), "{told}");
    }
    let line = |total: &str| MarginTotal {
        line: 2,
        variable: "gender".to_owned(),
        category: "f".to_owned(),
        total: total.to_owned(),
    };
    for mark in ["1.100", "12.345.678", " 999.000 "] {
        let error = Margins::new([line(mark)]).unwrap_err();
        assert!(matches!(error, MarginsError::Mark { .. }), "{error}");
        assert_ne!(error.text().vi, error.text().en);
    }
    for plain in ["1100", "1.1", "1.1000", "1234.567"] {
        assert!(Margins::new([line(plain)]).is_ok(), "{plain}");
    }
    for none in ["", "5,200", "1e308", "1e-308", "many"] {
        let error = Margins::new([line(none)]).unwrap_err();
        assert!(matches!(error, MarginsError::NotPositive { .. }), "{none}: {error}");
    }
    assert!(told(&[GENDER[0], GENDER[0]]).starts_with("line 3: `f` of `gender`"));
    assert!(told(&[("gender:age", "f", 1.0)]).contains("2 texts"));
    let sums = told(&[GENDER[0], GENDER[1], ("age", "young", 40.0), ("age", "old", 21.0)]);
    assert!(sums.contains("(from line 2) add up to 60"), "{sums}");
    assert!(sums.contains("(from line 4) to 61"), "{sums}");
    let many: Vec<(&str, String, f64)> =
        (0..=MOST_CATEGORIES).map(|i| ("village", i.to_string(), 1.0)).collect();
    let lines =
        |n: usize| many[..n].iter().map(|(v, c, t)| (*v, c.as_str(), *t)).collect::<Vec<_>>();
    assert!(margins(&lines(MOST_CATEGORIES)).is_ok());
    assert_eq!(margins(&lines(MOST_CATEGORIES + 1)).unwrap_err(), MarginsError::TooMany);
}

#[test]
fn trimmed_weights_keep_their_sum_and_stay_below_the_bound() {
    let trimmed = |times| SurveyDesign {
        weights: Some("weight".to_owned()),
        trim: Some(times),
        ..SurveyDesign::none()
    };
    let weights = trimmed(2.0).weights_of(&six()).unwrap();
    let sum: f64 = weights.iter().sum();
    let largest = weights.iter().copied().fold(0.0, f64::max);
    assert!((sum - 16.0).abs() < 1e-12 && largest <= 2.0 * 16.0 / 6.0 + 1e-12, "{weights:?}");
    for bad in [1.0, 0.5, -3.0, f64::NAN, f64::INFINITY] {
        assert!(told(&six(), &trimmed(bad)).contains("above 1"));
    }
    let unweighted = SurveyDesign { trim: Some(5.0), ..SurveyDesign::none() };
    assert!(told(&six(), &unweighted).contains("there are none"));
    let tight = SurveyDesign { trim: Some(1.01), ..design(&GENDER, CalibrationMethod::Raking) };
    assert!(told(&six(), &tight).contains("no weight above 1.01 times"));
}

#[test]
fn a_rate_that_follows_from_the_margins_has_no_sampling_error() {
    // Satisfied with everything or nothing, as the margin says.
    let mut builder = FrameBuilder::new(&instrument(), &["satisfied"]).unwrap();
    for row in 0..40 {
        let (key, five, three) = if row % 4 == 0 { ("no", 1, 0) } else { ("yes", 5, 2) };
        let answers: Vec<_> = (0..8).map(|i| Some(if i == 7 { three } else { five })).collect();
        builder.push(&[key], &answers).unwrap();
    }
    let frame = builder.finish();
    let design =
        design(&[("satisfied", "yes", 60.0), ("satisfied", "no", 40.0)], CalibrationMethod::Raking);
    let options = EstimateOptions { design, ..Default::default() };
    let table = estimate(&frame, &instrument(), &options).unwrap();
    for row in &table.rows {
        assert!((row.rate.unwrap() - 0.6).abs() < 1e-12, "{row:?}");
        assert!(row.flags.contains(Flag::Calibrated) && row.low.is_none(), "{row:?}");
    }
}
