//! Weights of any size: a number is finite, or there is none.

use super::*;
use crate::comparison::{associations, changes, trends};
use crate::design::{Calibration, CalibrationMethod, DesignError, MarginTotal, Margins};
use crate::reliability::reliability;

/// People of twelve villages and three months with weights `weight(person)`; nearly all
/// are satisfied with everything, or the others are.
fn weighted(people: usize, weight: impl Fn(usize) -> f64, nearly: bool) -> Frame {
    let mut builder =
        FrameBuilder::new(&instrument(), &["village", "month", "weight", "half"]).unwrap();
    for person in 0..people {
        let satisfied = (person % 3 != 0) == nearly;
        let answers = (0..8).map(|item| match (item + person) % 11 {
            0 => None,
            _ if item == 7 => Some(if satisfied { 2 } else { 0 }),
            _ => Some(if satisfied { 5 } else { 1 }),
        });
        let village = (person % 12).to_string();
        let month = format!("2026-0{}", 1 + person / 2 % 3);
        let half = if person.is_multiple_of(3) { "x" } else { "y" };
        let keys = [&village, &month, &format!("{:e}", weight(person)), half];
        builder.push(&keys, &answers.collect::<Vec<_>>()).unwrap();
    }
    builder.finish()
}

fn weights(calibration: Option<Calibration>) -> SurveyDesign {
    SurveyDesign {
        ids: vec!["village".to_owned()],
        weights: Some("weight".to_owned()),
        calibration,
        ..SurveyDesign::none()
    }
}

fn margins(lines: &[(&str, f64)], method: CalibrationMethod) -> Calibration {
    let lines = lines.iter().zip(2..).map(|((category, total), line)| MarginTotal {
        line,
        variable: "half".to_owned(),
        category: (*category).to_owned(),
        total: total.to_string(),
    });
    Calibration { margins: Margins::new(lines).unwrap(), method }
}

fn check(numbers: &[Option<f64>], about: &dyn std::fmt::Debug) {
    assert!(numbers.iter().flatten().all(|number| number.is_finite()), "{about:?}");
}

#[test]
fn weights_of_any_size_never_make_a_number_that_is_none() {
    let instrument = instrument();
    // Powers of ten that the weights spread over, up to what is accepted, and their scale.
    for (spread, scale) in [(9, 1.0), (9, 1e-100), (9, 1e91), (3, 1e-50), (0, 1e100)] {
        for nearly in [true, false] {
            // Heavy are those who think alike: their rate is nearly 1 or 0.
            let weight = |person: usize| {
                let heavy = if person.is_multiple_of(3) { 0 } else { spread };
                scale * 10_f64.powi(heavy)
            };
            let frame = weighted(144, weight, nearly);
            let wide = margins(&[("x", 1.0), ("y", 2e8)], CalibrationMethod::Raking);
            let designs = [weights(None), weights(Some(wide))];
            let methods = IntervalMethod::CHOICES.into_iter().filter(|method| !method.is_plain());
            for (design, method) in
                methods.flat_map(|method| designs.clone().map(|design| (design, method)))
            {
                let interval = Some(method);
                let options = EstimateOptions { interval, design, ..options(&["month"]) };
                for e in estimate(&frame, &instrument, &options).unwrap().rows {
                    check(&[e.rate, e.se, e.low, e.upp, e.deff, Some(e.n_eff), e.n_exact], &e);
                    assert_eq!(e.low.is_some(), e.upp.is_some(), "{e:?}");
                    for (low, upp) in e.low.into_iter().zip(e.upp) {
                        let rate = e.rate.unwrap();
                        assert!(low <= rate && rate <= upp && low < upp, "{e:?}");
                    }
                }
            }
            for design in designs {
                let options = EstimateOptions { design, ..options(&[]) };
                let periods = ("2026-01", "2026-03");
                for c in changes(&frame, &instrument, &options, "month", periods).unwrap() {
                    check(&[c.change, c.se, c.low, c.upp], &c);
                }
                for t in trends(&frame, &instrument, &options, "month").unwrap() {
                    check(&[t.slope, t.se, t.low, t.upp], &t);
                }
                let options = EstimateOptions { by: vec!["month".into()], ..options };
                for a in associations(&frame, &instrument, &options).unwrap() {
                    check(&[a.pearson, a.f, a.df_groups, a.df_design, a.p], &a);
                }
            }
            for facts in reliability(&frame, &instrument, &[]).unwrap() {
                assert!(facts.form.alpha.is_ok_and(f64::is_finite));
            }
        }
    }
}

#[test]
fn weights_that_would_hide_somebody_are_refused_with_row_and_remedy() {
    let ask = |frame: &Frame, design: SurveyDesign| {
        estimate(frame, &instrument(), &EstimateOptions { design, ..options(&[]) }).unwrap_err()
    };
    // A hundred and twenty people, every third not satisfied and next to without weight.
    let frame = weighted(120, |person| if person % 3 == 0 { 1.0 } else { 1e17 }, true);
    let error = ask(&frame, weights(None));
    assert!(matches!(error, EstimateError::Design(DesignError::FarApart { .. })), "{error}");
    assert!(error.to_string().contains("column `weight`"), "{error}");
    assert_ne!(error.text().vi, error.text().en);
    let equal = weighted(120, |_| 1.0, true);
    for method in CalibrationMethod::ALL {
        let error = ask(&equal, weights(Some(margins(&[("y", 1e17), ("x", 1.0)], method))));
        assert!(error.to_string().contains("correct the totals"), "{error}");
        assert_ne!(error.text().vi, error.text().en);
    }
}
