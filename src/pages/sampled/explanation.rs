//! How one figure of a sample is computed: in plain words, with the counts of its
//! design, as formulas, and as R. Numbers are as rounded as on the page of the results.

use analytics::Flag;
use surveys::sample::Fieldwork;
use surveys::text::{count, decimal, percent, rate};
use surveys::unit;

use super::super::explanation::{Body, Explained, Piece, Step, asked, rule_key};
use super::super::message::Link;
use super::super::{Shell, Words};
use crate::reporting::Finding;
use crate::reporting::explanation::in_letters;
use crate::reporting::published::Shown;
use crate::reporting::sampled::SampleExplanation;
use crate::store::samples::Sample;

/// The address of the page that explains `finding`, a figure of `sample`.
pub(super) fn address(shell: &Shell, sample: &Sample, finding: &Finding) -> String {
    let commune = sample.commune().map(ToString::to_string).unwrap_or_default();
    let e = &finding.estimate;
    shell.link(&format!("/c/{commune}/samples/{}/how/{}/{}", sample.code, e.level.name(), e.code))
}

impl<'a> Explained<'a> {
    /// The page of `it`, a figure of a sample.
    pub fn of_sample(shell: &'a Shell, it: &SampleExplanation<'_>) -> Self {
        let (t, language) = (shell.t, shell.language());
        let sample = &it.results.done.sample;
        let commune = sample.commune().and_then(|code| unit::commune(code.as_str()));
        let finding = it.finding;
        let target = finding.against.as_ref().map(|against| against.proportion);
        let said = match finding.shown() {
            Shown::Rate { rate: value, low, upp, .. } => {
                let limits = [low, upp].map(|limit| decimal(limit * 100.0, 1, language));
                let values = [rate(value, target, language), limits.join("\u{a0}– ")];
                t.with("sampled-headline", &[("rate", &values[0]), ("limits", &values[1])])
            }
            _ => String::new(),
        };
        let mut told = vec![t.get("sampled-how-who").into_owned()];
        told.extend(asked(t, it.scope()));
        told.push(t.get(rule_key(finding.estimate.aggregation)).into_owned());
        told.push(t.get("sampled-how-weighted").into_owned());
        let known = |flag: Flag| (flag.text().get(language).to_owned(), String::new());
        let piece = Piece {
            id: "r-responses",
            heading: String::new(),
            said: String::new(),
            code: it.r(language),
        };
        let body = Body {
            title: finding.title.get(language).to_owned(),
            of: format!("{}, {}", sample.title, commune.map_or("", |commune| commune.name)),
            back: Link {
                address: shell.link(&format!(
                    "/c/{}/samples/{}",
                    commune.map_or("", |commune| commune.code.as_str()),
                    sample.code
                )),
                label: sample.title.clone(),
            },
            said,
            asked: told,
            counts: counts(t, it),
            uncounted: t.get("sampled-how-no-answers").into_owned(),
            notes: finding.public_flags().iter().map(known).collect(),
            steps: steps(t, it),
            r: t.get("sampled-how-r").into_owned(),
            pieces: vec![piece],
            ..Body::default()
        };
        Self::with(shell, body)
    }
}

/// What is known of the draw, the fieldwork and the weights.
fn counts(t: Words, it: &SampleExplanation<'_>) -> Vec<(String, String)> {
    let (done, e, language) = (&it.results.done, &it.finding.estimate, t.0);
    let whole = |n: u64| count(n, language);
    let strata = done.by_stratum();
    let population: u64 = strata
        .iter()
        .filter_map(|(stratum, _)| done.psus.iter().find(|(psu, _)| psu.stratum == *stratum))
        .map(|(psu, _)| u64::from(psu.psus_in_stratum))
        .sum();
    let households = done.psus.iter().map(|(psu, _)| u64::from(psu.households_in_psu)).sum();
    let answered = done.psus.iter().filter(|(_, work)| work.responses > 0).count();
    let Fieldwork { issued, vacant, responses, .. } = done.total();
    let cost = it.cost;
    let times = |value: f64| format!("×\u{a0}{}", decimal(value, 1, language));
    [
        ("sampled-how-strata", whole(strata.len() as u64)),
        ("sampled-how-villages-all", whole(population)),
        ("sampled-how-villages-drawn", whole(done.psus.len() as u64)),
        ("sampled-how-villages-answered", whole(answered as u64)),
        ("sampled-how-households-all", whole(households)),
        ("sampled-how-households-visited", whole(u64::from(issued))),
        ("sampled-vacant", whole(u64::from(vacant))),
        ("sampled-how-responses", whole(u64::from(responses))),
        ("how-count-people", whole(e.people)),
        ("sampled-how-lightest", times(cost.smallest)),
        ("sampled-how-heaviest", times(cost.largest)),
        ("sampled-how-kish", decimal(e.n_eff, 0, language)),
        ("sampled-how-kish-effect", times(cost.deff)),
        ("how-step-df", whole(e.df)),
    ]
    .map(|(key, value)| (t.get(key).into_owned(), value))
    .into()
}

/// From the weights to the limits.
fn steps(t: Words, it: &SampleExplanation<'_>) -> Vec<Step> {
    let e = &it.finding.estimate;
    let said = |key: &str| t.get(key).into_owned();
    let step = |heading: &str, words: Vec<String>, lines: &[String]| Step {
        heading: said(heading),
        words,
        symbols: lines.join("\n"),
    };
    let level = percent(it.level, 0, t.0);
    let (rate_key, rate_lines, influence) = if it.terms.is_empty() {
        ("sampled-how-rate", ["R = Σ w·x / Σ w·n"].as_slice(), "u = w·(x − R·n) / Σ w·n")
    } else {
        (
            "sampled-how-rate-mean",
            ["R_k = Σ w·x_k / Σ w·n_k", "R = c₁·R₁ + … + c_k·R_k"].as_slice(),
            "u = c₁·w·(x₁ − R₁·n₁)/Σ w·n₁ + … + c_k·w·(x_k − R_k·n_k)/Σ w·n_k",
        )
    };
    let own = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let strata = it.results.done.strata_answered();
    let df = format!("df = {} − {strata} = {}", e.df + strata, e.df);
    let mut steps = vec![
        step(
            "sampled-how-step-weight",
            vec![said("sampled-how-weight")],
            &own(&["w = (N/n)·(M/m)·(m/m′)·(e/a)·(n/n′)"]),
        ),
        step("how-step-rate", vec![said(rate_key)], &own(rate_lines)),
        step(
            "how-step-se",
            vec![said("sampled-how-influence"), said("sampled-how-variance")],
            &own(&[
                influence,
                "V = Σ_h (1 − n/N)·n/(n − 1)·Σ_i (t_i − t̄)²",
                "  + Σ_h n/N·Σ_i (1 − a/M)·a/(a − 1)·Σ_j (u_j − ū)²",
                "SE = √V",
            ]),
        ),
        step("how-step-df", vec![said("sampled-how-df")], &[df]),
    ];
    let Some(formula) = it.formula() else {
        steps.push(step("sampled-limits", vec![said("sampled-how-census")], &[]));
        return steps;
    };
    let mut words = vec![formula.words.get(t.0).to_owned()];
    let mut lines = Vec::new();
    let df = e.df.to_string();
    if it.is_exact() {
        words.push(said("sampled-how-exact"));
        lines.push(
            "n = (Σw)²/Σw² · (t(people − 1)/t(df))²"
                .replace("people", &t.get("sampled-how-people")),
        );
        words.push(t.with("how-tail", &[("df", &df), ("level", &level)]));
    } else {
        words.push(t.with("how-quantile-t", &[("df", &df), ("level", &level)]));
    }
    lines.extend(formula.symbols.iter().map(|symbols| in_letters(symbols)));
    let values = [("level", level.as_str()), ("method", formula.name.get(t.0))];
    let heading = t.with("how-step-interval", &values);
    steps.push(Step { heading, words, symbols: lines.join("\n") });
    steps
}
