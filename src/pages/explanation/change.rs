//! The change of a figure: in a sentence, as formulas with its own numbers, and as R.

use surveys::text::{self, percent};

use super::super::Words;
use super::Further;
use super::formulas::{Step, number, result};
use crate::reporting::explanation::{ChangeWorked, Made};
use crate::reporting::since::{direction_word, inside_a_sentence, points};

/// What changed since another period.
pub(super) fn told(t: Words, worked: &ChangeWorked<'_>) -> Further {
    let language = t.0;
    let since = inside_a_sentence(worked.since.title.get(language), language);
    let [before, now] = worked.rates.map(|rate| text::rate(rate, None, language));
    let values = [
        ("since", since.as_str()),
        ("before", &before),
        ("now", &now),
        ("change", &points(worked.difference, language)),
        ("low", &points(worked.low, language)),
        ("upp", &points(worked.upp, language)),
        ("word", direction_word(worked.change.direction, language)),
    ];
    Further {
        id: "change",
        heading: format!("{} {since}", t.get("change-heading")),
        said: match worked.continued {
            Some(continued) => {
                format!("{} {}", t.with("how-change-said", &values), continued.text().get(language))
            }
            None => t.with("how-change-said", &values),
        },
        steps: steps(t, worked),
        r: worked.r(language),
    }
}

fn steps(t: Words, worked: &ChangeWorked<'_>) -> Vec<Step> {
    let language = t.0;
    let put = |value: f64| number(value, language);
    let [r0, r1] = worked.rates.map(put);
    let [s0, s1] = worked.errors.map(put);
    let [n0, n1] = worked.sampled;
    let n = n0 + n1;
    let level = percent(worked.level, 0, language);
    let words = |key: &str| vec![t.get(key).into_owned()];
    let difference = Step {
        heading: t.get("how-step-change").into_owned(),
        words: words("how-change"),
        symbols: format!("D = R₁ − R₀ = {r1} − {r0}\nD {}", result(worked.difference, language)),
    };
    let error = Step {
        heading: t.get("how-step-change-se").into_owned(),
        words: words(if worked.is_of_part() { "how-change-se-part" } else { "how-change-se" }),
        symbols: [
            "SE = √( N/(N − 1) · ( (N₀ − 1)/N₀·SE₀² + (N₁ − 1)/N₁·SE₁² ) )".to_owned(),
            format!("N = N₀ + N₁ = {n0} + {n1} = {n}"),
            format!(
                "SE = √( {n}/{} · ( {}/{n0}·{s0}² + {}/{n1}·{s1}² ) )",
                n - 1,
                n0.saturating_sub(1),
                n1.saturating_sub(1)
            ),
            format!("SE {}", result(worked.se, language)),
        ]
        .join("\n"),
    };
    let (method, made) = interval(t, worked);
    let mut lines = made;
    for (key, limit) in [("how-limit-low", worked.low), ("how-limit-upp", worked.upp)] {
        lines.push(format!("{} {}", t.get(key), result(limit, language)));
    }
    let interval = Step {
        heading: t.with("how-step-change-interval", &[("level", &level)]),
        words: vec![method, t.get("how-change-direction").into_owned()],
        symbols: lines.join("\n"),
    };
    vec![difference, error, interval]
}

/// How the limits are made, in words and in lines.
fn interval(t: Words, worked: &ChangeWorked<'_>) -> (String, Vec<String>) {
    let language = t.0;
    let put = |value: f64| number(value, language);
    let limits = match worked.made {
        Made::Student => {
            let df = worked.change.df;
            let level = percent(worked.level, 0, language);
            let values = [("df", df.to_string()), ("level", level)];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            let key =
                if worked.is_of_part() { "how-change-student-part" } else { "how-change-student" };
            return (
                t.with(key, &values),
                vec![
                    "D ± t·SE".to_owned(),
                    format!(
                        "= {} ± {}·{}",
                        put(worked.difference),
                        put(worked.t()),
                        put(worked.se)
                    ),
                ],
            );
        }
        Made::FromCounts(limits) | Made::FromLimits(limits) => limits,
    };
    let key = match worked.made {
        Made::FromCounts(_) => "how-change-counts",
        _ => "how-change-limits",
    };
    let [(l0, u0), (l1, u1)] = limits.map(|(low, upp)| (put(low), put(upp)));
    let ([r0, r1], d) = (worked.rates.map(put), put(worked.difference));
    (
        t.get(key).into_owned(),
        vec![
            format!("R₀: {l0} – {u0};  R₁: {l1} – {u1}"),
            "D − √( (R₁ − l₁)² + (u₀ − R₀)² )".to_owned(),
            format!("= {d} − √( ({r1} − {l1})² + ({u0} − {r0})² )"),
            "D + √( (u₁ − R₁)² + (R₀ − l₀)² )".to_owned(),
            format!("= {d} + √( ({u1} − {r1})² + ({r0} − {l0})² )"),
        ],
    )
}
