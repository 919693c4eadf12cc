//! How one figure is computed: in plain words, with its counts, as formulas with
//! its own numbers, and as R.

mod change;
mod formulas;
mod months;

use analytics::{Flag, Level, Verdict};
use askama::Template;
use chrono::NaiveDate;
use surveys::instrument::{Aggregation, ResponseOption};
use surveys::text::{self, count};

use self::change::Changed;
use self::formulas::Step;
use self::months::Months;
use super::message::Link;
use super::{Shell, Words, commune, numbers};
use crate::reporting::explanation::{Explanation, Scope};
use crate::reporting::published::{FEWEST_FOR_RATE, Shown, verdict_word};
use crate::reporting::sentence::about_target;
use crate::reporting::{Finding, HeldAgainst, Report};

/// The page that explains a figure.
#[derive(Debug, Template)]
#[template(path = "explanation.html")]
pub struct Explained<'a> {
    shell: &'a Shell,
    t: Words,
    commune: &'static str,
    title: String,
    period: &'a str,
    back: String,
    /// The rate and its limits; empty while they are withheld.
    said: String,
    /// That the period is not over; empty when it is.
    running: String,
    withheld: String,
    asked: Vec<String>,
    parts_heading: String,
    parts: Vec<Link>,
    counts: Vec<(String, String)>,
    steps: Vec<Step>,
    held: Option<Held>,
    notes: Vec<(String, String)>,
    from_counts: String,
    from_responses: String,
    changed: Option<Changed>,
    over_months: Option<Months>,
    /// The same for programs.
    json: String,
}

/// What the figure is held against.
#[derive(Debug)]
struct Held {
    /// How it stands, in a sentence; empty while nothing is said.
    sentence: String,
    /// Operator and value.
    target: String,
    quote: String,
    clause: String,
    yardstick: bool,
    /// The limits beside the target, unrounded; empty without a verdict on them.
    comparison: String,
}

/// The address of the page that explains `finding`, a figure of `report`.
pub(super) fn address(shell: &Shell, report: &Report, finding: &Finding) -> String {
    let e = &finding.estimate;
    let place = format!("/c/{}/how/{}/{}", report.commune.code, e.level.name(), e.code);
    shell.link(&format!("{place}?{}", query(report)))
}

fn query(report: &Report) -> String {
    let instrument = report.instrument;
    format!(
        "instrument={}&version={}&period={}{}",
        instrument.id,
        instrument.version,
        report.period.code,
        commune::numbered(report)
    )
}

impl<'a> Explained<'a> {
    /// The page of `explanation` as it is read `today`.
    pub fn new(shell: &'a Shell, explanation: &Explanation<'a>, today: NaiveDate) -> Self {
        let (t, language) = (shell.t, shell.language());
        let Explanation { report, finding, worked, .. } = explanation;
        let e = &finding.estimate;
        let target = finding.against.as_ref().map(|a| a.proportion);
        let said = match finding.shown() {
            Shown::Rate { rate, low, upp, .. } => t.with(
                "how-said",
                &[
                    ("rate", &text::rate(rate, target, language)),
                    ("limits", &numbers::limits(low, upp, target, language)),
                ],
            ),
            _ => String::new(),
        };
        let parts = explanation.parts();
        let parts_heading = match parts.first().map(|part| part.estimate.level) {
            None => String::new(),
            Some(Level::Item) => t.get("how-parts-items").into_owned(),
            Some(_) => t.get("how-parts-components").into_owned(),
        };
        let link = |part: &&Finding| Link {
            address: address(shell, report, part),
            label: match part.shown() {
                Shown::Rate { rate, .. } => {
                    format!("{} – {}", part.title.get(language), text::rate(rate, None, language))
                }
                _ => part.title.get(language).to_owned(),
            },
        };
        let unit = report.commune;
        let json = format!(
            "/api/v1/estimates/{}/{}?commune={}&{}",
            e.level.name(),
            e.code,
            unit.code,
            query(report)
        );
        Self {
            shell,
            t,
            commune: unit.name,
            title: finding.title.get(language).to_owned(),
            period: report.period.title.get(language),
            back: shell.link(&format!(
                "/c/{}?instrument={}&period={}{}",
                unit.code,
                report.instrument.id,
                report.period.code,
                commune::numbered(report)
            )),
            said,
            running: commune::running(t, &report.period, today),
            withheld: withheld(t, report, finding),
            asked: plain_words(t, explanation),
            parts_heading,
            parts: parts.iter().map(link).collect(),
            counts: counts(t, report, finding),
            steps: worked.as_ref().map(|w| formulas::steps(t, explanation, w)).unwrap_or_default(),
            held: finding.against.as_ref().map(|against| held(t, finding, against)),
            notes: notes(t, finding),
            from_counts: explanation.r_from_counts(language).unwrap_or_default(),
            from_responses: explanation.r_from_responses(language).unwrap_or_default(),
            changed: explanation.change.as_ref().map(|worked| Changed::of(t, worked)),
            over_months: explanation.over_months.map(|over| Months::of(t, over)),
            json,
        }
    }
}

/// Why there is no rate and from when on there is one; empty when there is one.
fn withheld(t: Words, report: &Report, finding: &Finding) -> String {
    let Some(reason) = report.withheld_of(finding) else { return String::new() };
    t.with("how-withheld", &[("reason", reason.get(t.0))])
}

/// What was asked, of whom, when, what counts, and how it is added up.
pub fn plain_words(t: Words, explanation: &Explanation<'_>) -> Vec<String> {
    let report = explanation.report;
    let language = t.0;
    let instrument = report.instrument;
    let received = report.told_received().map(|n| count(n, language));
    let mut said = vec![t.with(
        if received.is_some() { "how-who" } else { "how-who-not-told" },
        &[
            ("commune", report.commune.name),
            ("instrument", instrument.title.get(language)),
            ("version", &instrument.version.to_string()),
            ("n", received.as_deref().unwrap_or_default()),
            ("period", report.period.title.get(language)),
            ("days", &numbers::days(&report.period, language)),
        ],
    )];
    said.extend(asked(t, explanation.scope()));
    said.push(t.get(rule_key(explanation.finding.estimate.aggregation)).into_owned());
    said.push(t.get("method-volunteers").into_owned());
    said
}

/// What was asked for the figure `scope`, and which answers count.
pub(super) fn asked(t: Words, scope: Scope<'_>) -> Vec<String> {
    let (language, mut said) = (t.0, Vec::new());
    let items = scope.items();
    if let [item] = items[..] {
        let values = [("question", item.text.get(language)), ("code", item.code.as_str())];
        said.push(t.with("how-question", &values));
    } else {
        said.push(t.with("how-questions", &[("n", &items.len().to_string())]));
    }
    let scales = scope.scales();
    let options = |options: Vec<&ResponseOption>| {
        let texts = options.iter().map(|o| format!("“{}”", o.text.get(language)));
        texts.collect::<Vec<_>>().join(", ")
    };
    for (scale, items) in &scales {
        let (yes, no): (Vec<_>, Vec<_>) =
            scale.options.iter().partition(|o| scale.satisfied.contains(&o.value));
        let what = t.with("how-satisfied", &[("yes", &options(yes)), ("no", &options(no))]);
        said.push(if scales.len() == 1 {
            what
        } else {
            let codes: Vec<_> = items.iter().map(|item| item.code.as_str()).collect();
            let codes = codes.join(", ");
            t.with("how-satisfied-of", &[("items", &codes), ("what", &what)])
        });
    }
    said.push(t.get("how-no-answer").into_owned());
    said
}

pub(super) fn rule_key(rule: Option<Aggregation>) -> &'static str {
    match rule {
        None => "how-rule-item",
        Some(Aggregation::Pooled) => "how-rule-pooled",
        Some(Aggregation::MeanOfItems) => "how-rule-mean-of-items",
        Some(Aggregation::MeanOfComponents) => "how-rule-mean-of-components",
        Some(Aggregation::WeightedParts) => "how-rule-weighted-parts",
    }
}

/// The counts that may be seen: none below the floor, no satisfied ones without a
/// rate.
fn counts(t: Words, report: &Report, finding: &Finding) -> Vec<(String, String)> {
    let (estimate, rate) = match finding.shown() {
        Shown::Nothing => return Vec::new(),
        Shown::Counts(estimate) | Shown::End(estimate, _) => (estimate, false),
        Shown::Rate { estimate, .. } => (estimate, true),
    };
    let row = |key: &str, n: u64| (t.get(key).into_owned(), count(n, t.0));
    let mut rows = vec![
        row("how-count-received", report.received),
        row("how-count-asked", estimate.asked),
        row("how-count-valid", estimate.valid),
    ];
    if rate {
        rows.push(row("how-count-satisfied", estimate.satisfied));
    }
    rows.push(row("how-count-no-opinion", estimate.no_opinion));
    rows.push(row("how-count-unanswered", estimate.unanswered));
    rows.push(row("how-count-people", estimate.people));
    rows
}

fn held(t: Words, finding: &Finding, against: &HeldAgainst) -> Held {
    let language = t.0;
    let target = commune::target(against, language);
    let (mut sentence, mut comparison) = (String::new(), String::new());
    if let Some(verdict) = finding.published_verdict() {
        sentence = about_target(against, verdict, language);
        if let (Shown::Rate { low, upp, .. }, false) = (finding.shown(), verdict == Verdict::TooFew)
        {
            let [low, upp, value] =
                [low, upp, against.proportion].map(|number| formulas::number(number, language));
            let sign = against.target.operator.symbol();
            let word = verdict_word(verdict, language);
            comparison = format!("[{low}; {upp}] {sign} {value} → {word}");
        }
    }
    let (quote, clause) = (against.target.quote.clone(), against.target.clause.clone());
    Held { sentence, target, quote, clause, yardstick: against.yardstick, comparison }
}

/// What a reader must know of a figure, and the numbers that make it so; empty while
/// nothing of it is shown.
pub fn notes(t: Words, finding: &Finding) -> Vec<(String, String)> {
    let (language, e) = (t.0, &finding.estimate);
    let few = match finding.shown() {
        Shown::Nothing => return Vec::new(),
        Shown::Counts(_) | Shown::End(..) => false,
        Shown::Rate { few, .. } => few,
    };
    let why = |flag: Flag| match flag {
        Flag::NonresponseOver10 | Flag::NonresponseOver30 => {
            let missing = e.no_opinion + e.unanswered;
            let share = text::percent(missing as f64 / e.asked as f64, 1, language);
            format!("({} + {}) / {} = {share}", e.no_opinion, e.unanswered, e.asked)
        }
        Flag::AllSatisfied | Flag::NoneSatisfied => format!("{} / {}", e.satisfied, e.valid),
        Flag::FewDf => format!("df = {} < 8", e.df),
        Flag::NoSpread => "SE = 0".to_owned(),
        _ => String::new(),
    };
    let mut flags = finding.public_flags();
    if let Some(against) = &finding.against {
        flags = flags.with_target(against.in_force, against.yardstick);
    }
    let mut notes: Vec<_> =
        flags.iter().map(|flag| (flag.text().get(language).to_owned(), why(flag))).collect();
    if few {
        let n = e.people;
        notes.push((
            t.get("few-respondents").into_owned(),
            format!("{FEWEST_FOR_RATE} ≤ {n} < 100"),
        ));
    }
    notes
}
