//! The results of one sample of households, and how they came about.

pub mod explanation;

use analytics::{Level, Verdict};
use askama::Template;
use surveys::sample::{Fieldwork, response_rate};
use surveys::text::{decimal, percent, rate};
use surveys::unit;

use super::commune::target;
use super::staff::samples::days;
use super::{Shell, Words, numbers};
use crate::reporting::Finding;
use crate::reporting::published::{Shown, verdict_word};
use crate::reporting::sampled::{NoFigures, Results};
use crate::store::samples::Sample;

/// One figure.
#[derive(Debug)]
struct Row {
    title: String,
    /// Where it is explained.
    how: String,
    strong: bool,
    rate: String,
    limits: String,
    people: u64,
    target: String,
    verdict: String,
}

/// The fieldwork in one stratum, or in all.
#[derive(Debug)]
struct Stratum {
    name: String,
    work: Fieldwork,
    rate: String,
}

/// The page of one sample.
#[derive(Debug, Template)]
#[template(path = "sampled.html")]
pub struct SampleResults<'a> {
    shell: &'a Shell,
    t: Words,
    title: &'a str,
    commune: &'static str,
    days: String,
    /// Where the commune's other results are.
    back: String,
    instrument: &'a str,
    headline: String,
    /// Why there are no figures; empty when there are.
    none: String,
    rows: Vec<Row>,
    strata: Vec<Stratum>,
    method: Vec<String>,
}

fn row(shell: &Shell, sample: &Sample, finding: &Finding) -> Option<Row> {
    let language = shell.language();
    let Shown::Rate { estimate, rate: value, low, upp, .. } = finding.shown() else { return None };
    let against = finding.against.as_ref();
    let proportion = against.map(|against| against.proportion);
    let limit = |value| decimal(value * 100.0, 1, language);
    Some(Row {
        title: finding.title.get(language).to_owned(),
        how: explanation::address(shell, sample, finding),
        strong: estimate.level == Level::Index,
        rate: rate(value, proportion, language),
        limits: format!("{} – {}", limit(low), limit(upp)),
        people: estimate.people,
        target: against.map_or_else(String::new, |against| target(against, language)),
        verdict: finding.published_verdict().map_or_else(String::new, |verdict: Verdict| {
            verdict_word(verdict, language).to_owned()
        }),
    })
}

/// Why `sample` has no figures, in words.
fn none(shell: &Shell, sample: &Sample, why: &NoFigures) -> String {
    let t = shell.t;
    match why {
        NoFigures::Running => {
            t.with("sampled-running", &[("day", &numbers::day(sample.last_day, shell.language()))])
        }
        NoFigures::TooFew => t.get("sampled-too-few").into_owned(),
        NoFigures::Stratum(stratum) => t.with("sampled-stratum", &[("stratum", stratum)]),
        NoFigures::Village(_) => t.get("sampled-village").into_owned(),
        NoFigures::BeingChecked(_) => t.get("sampled-checked").into_owned(),
        NoFigures::Failed(_) => t.get("sampled-failed").into_owned(),
    }
}

impl<'a> SampleResults<'a> {
    /// The page of `results`.
    pub fn new(shell: &'a Shell, results: &'a Results) -> Self {
        let (t, language) = (shell.t, shell.language());
        let sample = &results.done.sample;
        let commune = sample.commune().and_then(|code| unit::commune(code.as_str()));
        let findings = results.findings.as_deref().unwrap_or_default();
        let rows: Vec<Row> = findings.iter().filter_map(|f| row(shell, sample, f)).collect();
        let none = results.findings.as_ref().err().map(|why| none(shell, sample, why));
        let stratum = |name: String, work: Fieldwork| Stratum {
            name,
            work,
            rate: response_rate(work).map_or_else(String::new, |r| percent(r, 1, language)),
        };
        let (each, all) = results.fieldwork();
        let each = each.into_iter().map(|(name, work)| stratum(name.to_owned(), work));
        let all = all.map(|work| stratum(t.get("sampled-all").into_owned(), work));
        let headline = rows.first().map(|row| {
            let values = [("rate", row.rate.as_str()), ("limits", &row.limits)];
            t.with("sampled-headline", &values)
        });
        let method = [
            "sampled-method-design",
            "sampled-method-weights",
            "sampled-method-interval",
            "sampled-method-apart",
            "sampled-method-late",
            "sampled-method-private",
        ];
        Self {
            shell,
            t,
            title: &sample.title,
            commune: commune.map_or("", |commune| commune.name),
            days: days(shell, sample),
            back: commune.map_or_else(String::new, |c| shell.link(&format!("/c/{}", c.code))),
            instrument: results.instrument.map_or("", |i| i.title.get(language)),
            headline: headline.unwrap_or_default(),
            none: none.unwrap_or_default(),
            rows,
            strata: each.chain(all).collect(),
            method: method.map(|key| t.get(key).into_owned()).into(),
        }
    }
}
