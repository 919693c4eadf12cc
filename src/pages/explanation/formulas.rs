//! The formulas of a figure in words and symbols, with its own numbers put in.

use analytics::Level;
use surveys::Language;
use surveys::text::percent;

use super::super::Words;
use crate::reporting::explanation::{Explanation, Worked, filled, in_letters};
use crate::reporting::published::Shown;

/// One thing that is computed.
#[derive(Debug)]
pub(in crate::pages) struct Step {
    pub(in crate::pages) heading: String,
    pub(in crate::pages) words: Vec<String>,
    /// Formulas, a line each; may be empty.
    pub(in crate::pages) symbols: String,
}

/// From the rate to the limits of its interval.
pub(super) fn steps(t: Words, explanation: &Explanation<'_>, worked: &Worked<'_>) -> Vec<Step> {
    let step = |heading: String, words: Vec<String>, lines: Vec<String>| Step {
        heading,
        words,
        symbols: lines.join("\n"),
    };
    let df = worked.df.to_string();
    let of_part = explanation.report.part.is_some();
    let (n, letter) = (worked.respondents, if of_part { "M" } else { "N" });
    let mut df_words = vec![t.get("how-df").into_owned()];
    if of_part {
        df_words.push(t.get("how-df-part").into_owned());
    }
    let level = percent(worked.level, 0, t.0);
    let formula = worked.formula();
    let name = formula.name.get(t.0);
    let (rate_words, rate_lines) = rate(t, explanation, worked);
    let (se_words, se_lines) = standard_error(t, explanation, worked);
    let uses = |symbol: &str| formula.symbols.iter().any(|line| line.contains(symbol));
    let mut words = vec![formula.words.get(t.0).to_owned()];
    for (symbol, key) in [("{t}", "how-quantile-t"), ("{z}", "how-quantile-z"), ("{a}", "how-tail")]
    {
        if uses(symbol) {
            words.push(t.with(key, &[("df", &df), ("level", &level)]));
        }
    }
    vec![
        step(t.get("how-step-rate").into_owned(), rate_words, rate_lines),
        step(t.get("how-step-se").into_owned(), se_words, se_lines),
        step(
            t.get("how-step-df").into_owned(),
            df_words,
            vec![format!("df = {letter} − 1 = {n} − 1 = {df}")],
        ),
        step(
            t.with("how-step-interval", &[("level", &level), ("method", name)]),
            words,
            interval(t, worked),
        ),
    ]
}

fn rate(t: Words, it: &Explanation<'_>, worked: &Worked<'_>) -> (Vec<String>, Vec<String>) {
    let (language, e) = (t.0, &it.finding.estimate);
    let last = format!("R {}", result(worked.rate, language));
    let terms = worked.terms;
    if terms.is_empty() {
        let lines = vec![format!("R = x / n = {} / {}", e.satisfied, e.valid), last];
        return (vec![t.get("how-rate").into_owned()], lines);
    }
    let k = terms.len();
    let equal = terms.iter().all(|term| (term.weight * k as f64 - 1.0).abs() < 1e-12);
    let mut lines = vec![if equal {
        format!("R = (R₁ + … + R_k) / k, k = {k}")
    } else {
        "R = w₁·R₁ + … + w_k·R_k".to_owned()
    }];
    let shown = it.parts().into_iter().map(|part| match part.shown() {
        Shown::Rate { rate, .. } => Some(number(rate, language)),
        _ => None,
    });
    // Left out when a part is told to staff by an end of the scale alone.
    lines.extend(shown.collect::<Option<Vec<_>>>().map(|rates| {
        if equal {
            return format!("R = ({}) / {k}", rates.join(" + "));
        }
        let weighted = terms.iter().zip(rates);
        let weighted = weighted.map(|(term, r)| format!("{}·{r}", number(term.weight, language)));
        format!("R = {}", weighted.collect::<Vec<_>>().join(" + "))
    }));
    lines.push(last);
    (vec![t.get("how-rate-mean").into_owned()], lines)
}

fn standard_error(
    t: Words,
    it: &Explanation<'_>,
    worked: &Worked<'_>,
) -> (Vec<String>, Vec<String>) {
    let (language, e) = (t.0, &it.finding.estimate);
    let n = worked.sampled;
    let (before, valid) = (n.saturating_sub(1), e.valid);
    let rate = number(worked.rate, language);
    let (key, mut lines) = if e.level == Level::Item {
        let lines = vec![
            "SE = √( N/(N − 1) · R·(1 − R) / n )".to_owned(),
            format!("SE = √( {n}/{before} · {rate}·(1 − {rate}) / {valid} )"),
        ];
        ("how-se-item", lines)
    } else {
        let squares = worked.influence_squares;
        let (key, influence) = if worked.terms.is_empty() {
            ("how-se-ratio", "u = (x − R·n)/Σn")
        } else {
            ("how-se-mean", "u = w₁·(x₁ − R₁·n₁)/Σn₁ + … + w_k·(x_k − R_k·n_k)/Σn_k")
        };
        let lines = vec![
            influence.to_owned(),
            "SE = √( N/(N − 1) · Σu² )".to_owned(),
            format!("Σu² {}", result(squares, language)),
            format!("SE = √( {n}/{before} · {} )", number(squares, language)),
        ];
        (key, lines)
    };
    lines.push(format!("SE {}", result(worked.se, language)));
    let mut words = vec![t.get("how-se").into_owned()];
    if it.report.part.is_some() {
        words.push(t.get("how-se-part").into_owned());
    }
    words.push(t.get(key).into_owned());
    (words, lines)
}

/// The limits are those of the estimate, whatever the formula would give.
fn interval(t: Words, worked: &Worked<'_>) -> Vec<String> {
    let language = t.0;
    let mut lines = Vec::new();
    for symbols in worked.formula().symbols {
        lines.push(in_letters(symbols));
        let value = |name: &str| worked.value(name).map(|value| number(value, language));
        lines.push(format!("= {}", filled(symbols, value)));
    }
    let limits = [("how-limit-low", worked.low), ("how-limit-upp", worked.upp)];
    lines.extend(limits.map(|(key, limit)| format!("{} {}", t.get(key), result(limit, language))));
    lines
}

/// The most digits after the decimal mark, unless a number is small.
const DECIMALS: i32 = 6;

/// `value` with six decimals, or six digits where it is small, and no zeros at the
/// end. Thousands are not marked: a formula has other marks enough.
pub(in crate::pages) fn number(value: f64, language: Language) -> String {
    if value.fract() == 0.0 {
        return value.to_string();
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few digits")]
    let decimals = (DECIMALS - 1 - value.abs().log10().floor() as i32).clamp(DECIMALS, 15) as usize;
    let digits = format!("{value:.decimals$}");
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    match language {
        Language::Vi => digits.replace('.', ","),
        Language::En => digits.to_owned(),
    }
}

/// `value` after the sign that says whether it is rounded.
pub(in crate::pages) fn result(value: f64, language: Language) -> String {
    let shown = number(value, language);
    let exact = number(value, Language::En).parse::<f64>();
    let sign =
        if exact.is_ok_and(|exact| (exact - value).abs() < 1e-12 * value.abs()) || value == 0.0 {
            "="
        } else {
            "≈"
        };
    format!("{sign} {shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_and_say_so() {
        for (value, vi, en) in [
            (0.9, "= 0,9", "= 0.9"),
            (2.0 / 3.0, "≈ 0,666667", "≈ 0.666667"),
            (0.000_123_456_78, "≈ 0,000123457", "≈ 0.000123457"),
            (1_234.0, "= 1234", "= 1234"),
            (0.0, "= 0", "= 0"),
            (1.0, "= 1", "= 1"),
            (0.999_999_99, "≈ 1", "≈ 1"),
        ] {
            assert_eq!(result(value, Language::Vi), vi);
            assert_eq!(result(value, Language::En), en);
        }
    }
}
