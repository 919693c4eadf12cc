//! How one figure is computed: in plain words, with its counts, as formulas with
//! its own numbers, and as R. A figure of a commune, of a slice or of a sample, and a test
//! between groups are all explained by one [`Body`].

mod change;
mod formulas;
mod months;

use analytics::against_target::FEWEST_FOR_VERDICT;
use analytics::{Audience, FEWEST_SHOWN, Flag, Level, Verdict};
use askama::Template;
use chrono::NaiveDate;
use surveys::catalog;
use surveys::instrument::{Aggregation, ResponseOption};
use surveys::period::date_of_millis;
use surveys::text::{self, count};

pub(super) use self::formulas::{Step, number, result};
use super::commune::publication;
use super::message::Link;
use super::{Shell, Words, commune, numbers};
use crate::reporting::explanation::{Explanation, Scope};
use crate::reporting::published::{FEWEST_FOR_RATE, Shown, verdict_word};
use crate::reporting::sentence::{self, about_target};
use crate::reporting::{Finding, HeldAgainst, Report};

/// The page that explains a figure to everybody: one of a commune, or of a sample.
#[derive(Debug, Template)]
#[template(path = "explanation.html")]
pub struct Explained<'a> {
    shell: &'a Shell,
    t: Words,
    body: Body,
}

/// What an explanation says, whoever reads it.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// What is explained.
    pub(super) title: String,
    /// Of whom and when.
    pub(super) of: String,
    /// The results that it is among.
    pub(super) back: Link,
    /// The figure in a sentence, or why there is none.
    pub(super) said: String,
    /// Further sentences under it.
    pub(super) also: Vec<String>,
    /// What was asked, of whom, what counts.
    pub(super) asked: Vec<String>,
    pub(super) parts_heading: String,
    pub(super) parts: Vec<Link>,
    pub(super) counts: Vec<(String, String)>,
    /// What is not among the counts; empty when nothing is to be said.
    pub(super) uncounted: String,
    /// What must be known of it, and the numbers that make it so.
    pub(super) notes: Vec<(String, String)>,
    pub(super) held: Option<Held>,
    /// What is said before the formulas; may be empty.
    pub(super) formulas: String,
    pub(super) steps: Vec<Step>,
    /// What is said before the code.
    pub(super) r: String,
    pub(super) pieces: Vec<Piece>,
    /// What else is computed of the figure: its change, its months.
    pub(super) further: Vec<Further>,
    /// The same for programs; empty when there is none.
    pub(super) json: String,
}

/// A piece of R.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) id: &'static str,
    /// Empty when it is the only one.
    pub(super) heading: String,
    pub(super) said: String,
    pub(super) code: String,
}

/// Something else that is computed of a figure.
#[derive(Debug)]
pub(super) struct Further {
    pub(super) id: &'static str,
    pub(super) heading: String,
    pub(super) said: String,
    pub(super) steps: Vec<Step>,
    /// Empty where there is nothing to compute.
    pub(super) r: String,
}

/// What the figure is held against.
#[derive(Debug)]
pub(super) struct Held {
    /// Operator and value.
    pub(super) target: String,
    pub(super) quote: String,
    pub(super) clause: String,
    pub(super) yardstick: bool,
    /// When a verdict is which.
    pub(super) rule: String,
    /// The limits beside the target, unrounded; empty without a verdict on them.
    pub(super) comparison: String,
}

/// Where a figure of a report is explained.
pub(super) type Leads = fn(&Shell, &Report, &Finding) -> String;

/// The address of the page that explains `finding`, a figure of `report`, to everybody.
pub(super) fn address(shell: &Shell, report: &Report, finding: &Finding) -> String {
    let e = &finding.estimate;
    let place = format!("/c/{}/how/{}/{}", report.commune.code, e.level.name(), e.code);
    shell.link(&format!("{place}?{}", query(report)))
}

/// That a figure is not explained where it stands.
pub(super) fn nowhere(_: &Shell, _: &Report, _: &Finding) -> String {
    String::new()
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
        let Explanation { report, finding, .. } = explanation;
        let (unit, e) = (report.commune, &finding.estimate);
        let back = format!(
            "/c/{}?instrument={}&period={}{}",
            unit.code,
            catalog::name_of(report.instrument),
            report.period.code,
            commune::numbered(report)
        );
        let json = format!(
            "/api/v1/estimates/{}/{}?commune={}&{}",
            e.level.name(),
            e.code,
            unit.code,
            query(report)
        );
        let body = Body::of(shell, explanation, address, today).leading_back(shell.link(&back));
        Self::with(shell, Body { json, ..body })
    }

    /// The page that says `body`.
    pub(super) fn with(shell: &'a Shell, body: Body) -> Self {
        Self { shell, t: shell.t, body }
    }
}

impl Body {
    /// What `explanation` says `today`; other figures are explained where `leads` says.
    pub(super) fn of(
        shell: &Shell,
        explanation: &Explanation<'_>,
        leads: Leads,
        today: NaiveDate,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let Explanation { report, finding, worked, .. } = explanation;
        let parts = explanation.parts();
        let parts_heading = match parts.first().map(|part| part.estimate.level) {
            None => String::new(),
            Some(Level::Item) => t.get("how-parts-items").into_owned(),
            Some(_) => t.get("how-parts-components").into_owned(),
        };
        let link = |part: &&Finding| Link {
            address: leads(shell, report, part),
            label: match part.shown() {
                Shown::Rate { rate, .. } => {
                    format!("{} – {}", part.title.get(language), text::rate(rate, None, language))
                }
                _ => part.title.get(language).to_owned(),
            },
        };
        let is_rate = matches!(finding.shown(), Shown::Rate { .. });
        let mut also = Vec::new();
        if let Some(few) = report.few_in(finding) {
            also.push(few.get(language).to_owned());
        } else if let Some((against, verdict)) =
            finding.against.as_ref().zip(finding.published_verdict())
        {
            also.push(about_target(against, verdict, language));
        }
        if let Some(withdrawal) = report.withdrawal() {
            let day = numbers::day(date_of_millis(withdrawal.decided_at), language);
            let values = [("day", &*day), ("reason", &*publication::closed(&withdrawal.reason))];
            also.push(t.with("how-withdrawn", &values));
        } else if report.unreadable().is_some() {
            also.push(sentence::headline(report).get(language).to_owned());
        } else if !is_rate {
            also.push(t.get(floor(report)).into_owned());
        }
        also.push(commune::running(t, &report.period, today));
        also.retain(|line| !line.is_empty());
        Self {
            title: finding.title.get(language).to_owned(),
            of: format!("{}, {}", report.commune.name, report.period.title.get(language)),
            said: said(t, report, finding),
            also,
            asked: plain_words(t, explanation),
            parts_heading,
            parts: parts.iter().map(link).collect(),
            counts: counts(t, report, finding),
            notes: notes(t, report, finding),
            held: finding.against.as_ref().map(|against| held(t, finding, against)),
            formulas: t.get("how-formulas").into_owned(),
            steps: worked.as_ref().map(|w| formulas::steps(t, explanation, w)).unwrap_or_default(),
            r: t.get("how-r").into_owned(),
            pieces: pieces(t, explanation),
            further: explanation
                .change
                .iter()
                .map(|worked| change::told(t, worked))
                .chain(explanation.over_months.map(|over| months::told(t, over)))
                .collect(),
            ..Self::default()
        }
    }

    /// The same with the way back to the results.
    pub(super) fn leading_back(self, address: String) -> Self {
        Self { back: Link { address, label: self.of.clone() }, ..self }
    }
}

/// From how many people on what is told.
pub(super) fn floor(report: &Report) -> &'static str {
    match report.audience {
        Audience::Public => "method-floor",
        Audience::Staff => "how-floor-staff",
    }
}

fn pieces(t: Words, explanation: &Explanation<'_>) -> Vec<Piece> {
    let counts = explanation.r_from_counts(t.0).map(|code| Piece {
        id: "r-counts",
        heading: t.get("how-r-counts-heading").into_owned(),
        said: String::new(),
        code,
    });
    let responses = explanation.r_from_responses(t.0).map(|code| Piece {
        id: "r-responses",
        heading: t.get("how-r-responses-heading").into_owned(),
        said: t.get("how-r-responses").into_owned(),
        code,
    });
    counts.into_iter().chain(responses).collect()
}

/// The figure in a sentence, or why there is none.
fn said(t: Words, report: &Report, finding: &Finding) -> String {
    let language = t.0;
    let target = finding.against.as_ref().map(|a| a.proportion);
    match finding.shown() {
        Shown::Rate { rate, low, upp, .. } => t.with(
            "how-said",
            &[
                ("rate", &text::rate(rate, target, language)),
                ("limits", &numbers::limits(low, upp, target, language)),
            ],
        ),
        Shown::End(_, end) => t.with("how-said-end", &[("rate", &end.said(language))]),
        _ => withheld(t, report, finding),
    }
}

/// Why there is no rate and from when on there is one; empty when there is one.
fn withheld(t: Words, report: &Report, finding: &Finding) -> String {
    let Some(reason) = report.withheld_of(finding) else { return String::new() };
    let key = match report.audience {
        Audience::Public => "how-withheld",
        Audience::Staff => "how-withheld-staff",
    };
    t.with(key, &[("reason", reason.get(t.0))])
}

/// What was asked, of whom, when, what counts, and how it is added up.
pub fn plain_words(t: Words, explanation: &Explanation<'_>) -> Vec<String> {
    let report = explanation.report;
    let language = t.0;
    let instrument = report.instrument;
    let all = report.part.as_ref().map_or(report.told_received(), |part| Some(part.among));
    let received = all.map(|n| count(n, language));
    let mut said = vec![t.with(
        match received {
            Some(_) => "how-who",
            None if report.withdrawal().is_some() => "how-who-withdrawn",
            None => "how-who-not-told",
        },
        &[
            ("commune", report.commune.name),
            ("instrument", instrument.title.get(language)),
            ("version", &instrument.version.to_string()),
            ("n", received.as_deref().unwrap_or_default()),
            ("period", report.period.title.get(language)),
            ("days", &numbers::days(&report.period, language)),
        ],
    )];
    if report.part.is_some() {
        said.push(t.with("how-part", &[("n", &count(report.received, language))]));
    }
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
    let mut rows = match &report.part {
        None => vec![row("how-count-received", report.received)],
        Some(part) => {
            vec![row("how-count-all", part.among), row("how-count-part", report.received)]
        }
    };
    rows.push(row("how-count-asked", estimate.asked));
    rows.push(row("how-count-valid", estimate.valid));
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
    let mut comparison = String::new();
    if let (Some(verdict), Shown::Rate { low, upp, .. }) =
        (finding.published_verdict().filter(|v| *v != Verdict::TooFew), finding.shown())
    {
        let [low, upp, value] =
            [low, upp, against.proportion].map(|number| formulas::number(number, language));
        let sign = against.target.operator.symbol();
        let word = verdict_word(verdict, language);
        comparison = format!("[{low}; {upp}] {sign} {value} → {word}");
    }
    Held {
        target: commune::target(against, language),
        quote: against.target.quote.clone(),
        clause: against.target.clause.clone(),
        yardstick: against.yardstick,
        rule: t.get("method-verdict").into_owned(),
        comparison,
    }
}

/// What a reader must know of a figure, and the numbers that make it so; empty while
/// nothing of it is shown.
pub fn notes(t: Words, report: &Report, finding: &Finding) -> Vec<(String, String)> {
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
        Flag::ComponentFew => format!("n = {:.0} < {FEWEST_FOR_VERDICT}", e.n_least),
        _ => String::new(),
    };
    let mut flags = finding.public_flags();
    if let Some(against) = &finding.against {
        flags = flags.with_target(against.in_force, against.yardstick);
    }
    let mut notes: Vec<_> =
        flags.iter().map(|flag| (flag.text().get(language).to_owned(), why(flag))).collect();
    // Which of its parts it is that few people answered stands above.
    if few && report.few_in(finding).is_none() {
        let n = e.people;
        let least = match report.audience {
            Audience::Public => FEWEST_FOR_RATE,
            Audience::Staff => FEWEST_SHOWN,
        };
        notes.push((t.get("few-respondents").into_owned(), format!("{least} ≤ {n} < 100")));
    }
    notes
}
