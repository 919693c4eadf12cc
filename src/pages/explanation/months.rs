//! How a figure goes over the months: in a sentence, as formulas with its own numbers,
//! and as R.

use surveys::text::percent;

use super::super::Words;
use super::Further;
use super::formulas::{Step, number, result};
use crate::reporting::over_months::{MonthShown, OverMonths};

/// The line through the months.
pub(super) fn told(t: Words, over: &OverMonths) -> Further {
    let language = t.0;
    Further {
        id: "months",
        heading: t.get("trend-heading").into_owned(),
        said: over.sentence().get(language).to_owned(),
        steps: steps(t, over).unwrap_or_default(),
        r: over.r(language).unwrap_or_default(),
    }
}

/// From the months to the limits of the line; `None` where there is no line.
fn steps(t: Words, over: &OverMonths) -> Option<Vec<Step>> {
    let language = t.0;
    let put = |value: f64| number(value, language);
    let each = |of: &dyn Fn(&MonthShown) -> String| {
        over.months.iter().map(of).collect::<Vec<_>>().join("; ")
    };
    let trend = &over.trend;
    let (slope, se) = trend.slope.zip(trend.se)?;
    let [by, low, upp] = over.a_month()?;
    let level = percent(over.level, 0, language);
    let numbers = over.numbers().iter().map(i32::to_string).collect::<Vec<_>>().join("; ");
    let slope_step = Step {
        heading: t.get("how-months-slope").into_owned(),
        words: vec![t.get("how-months-slope-words").into_owned()],
        symbols: [
            format!("m: {numbers}"),
            format!("R: {}", each(&|month| put(month.rate))),
            "w = (m − m̄) / Σ(m − m̄)²".to_owned(),
            "B = Σ w·ln(R/(1 − R))".to_owned(),
            format!("B {}", result(slope, language)),
        ]
        .join("\n"),
    };
    let who = if over.is_of_part() { "how-months-se-part" } else { "how-months-se-words" };
    let error_step = Step {
        heading: t.get("how-months-se").into_owned(),
        words: vec![t.get(who).into_owned()],
        symbols: [
            format!("SE: {}", each(&|month| put(month.se))),
            format!("N: {}", each(&|month| month.sampled.to_string())),
            "SE_B = √( ΣN/(ΣN − 1) · Σ (N − 1)/N·(w·SE/(R·(1 − R)))² )".to_owned(),
            format!("SE_B {}", result(se, language)),
        ]
        .join("\n"),
    };
    let df = trend.df.to_string();
    let limits = Step {
        heading: t.with("how-months-interval", &[("level", &level)]),
        words: vec![
            t.with("how-quantile-t", &[("df", &df), ("level", &level)]),
            t.get("how-months-points").into_owned(),
            t.get("how-months-direction").into_owned(),
        ],
        symbols: [
            "B ± t·SE_B".to_owned(),
            format!("= {} ± {}·{}", put(slope), put(over.t()), put(se)),
            format!("R̄·(1 − R̄) {}", result(over.per_logit(), language)),
            format!("B·R̄·(1 − R̄) {}", result(by, language)),
            format!("{} {}", t.get("how-limit-low"), result(low, language)),
            format!("{} {}", t.get("how-limit-upp"), result(upp, language)),
        ]
        .join("\n"),
    };
    Some(vec![slope_step, error_step, limits])
}
