//! The plan beside the figures: its targets in its own words, and who leads what.

use analytics::Level;
use surveys::plan::{
    ComponentScope, Measure, Operator, Plan, PlanComponent, SurveyScope, Target, TargetUnit,
    TargetValue, Task,
};
use surveys::text::set_percent;
use surveys::{ComponentCode, Language, catalog};

use super::super::standing::{Known, Source, Told};
use super::super::{Shell, Words, numbers};
use super::Contents;
use super::figures::Said;
use crate::reporting::Report;

/// What the page says of a plan.
#[derive(Debug)]
pub(super) struct PlanView {
    pub(super) title: String,
    pub(super) source: String,
    pub(super) days: String,
    pub(super) note: String,
    /// Targets that surveys measure.
    pub(super) surveyed: Vec<TargetView>,
    /// Targets that are measured otherwise.
    pub(super) others: Vec<TargetView>,
    pub(super) components: Vec<LeadView>,
}

/// A target.
#[derive(Debug)]
pub(super) struct TargetView {
    pub(super) title: String,
    pub(super) value: String,
    pub(super) clause: String,
    pub(super) quote: String,
    pub(super) note: String,
    /// What it contradicts and which one is used.
    pub(super) conflict: String,
    /// Where the figure of this page, or what was entered, stands against it.
    pub(super) result: String,
    /// Of which months or which year what was entered is.
    pub(super) span: String,
    /// Where what was entered is from.
    pub(super) sources: Vec<Source>,
    /// How it is measured, a sentence a line.
    pub(super) measured: Vec<String>,
}

/// A component and its tasks.
#[derive(Debug)]
pub(super) struct LeadView {
    pub(super) title: String,
    /// How many tasks there are, in words.
    pub(super) count: String,
    pub(super) note: String,
    pub(super) tasks: Vec<TaskView>,
}

/// A task, in the plan's words.
#[derive(Debug)]
pub(super) struct TaskView {
    pub(super) text: String,
    pub(super) lead: String,
    pub(super) coordinating: String,
    pub(super) deadline: String,
    pub(super) clause: String,
}

/// Says that the targets are of another time; empty when they are in force.
pub(in crate::pages) fn out_of_force(t: Words, report: &Report) -> String {
    let other = report.findings.iter().filter_map(|f| f.against.as_ref()).find(|a| !a.in_force);
    other
        .map(|against| {
            let target = against.target;
            let [from, to] = [target.valid_from, target.valid_to].map(|d| numbers::day(d, t.0));
            let past = target.valid_to < report.period.last_day();
            let key = if past { "target-expired" } else { "target-of-other-time" };
            t.with(key, &[("from", &from), ("to", &to)])
        })
        .unwrap_or_default()
}

/// The plan as it stands beside the report of `contents`.
pub(super) fn target_section(shell: &Shell, plan: &Plan, contents: &Contents) -> PlanView {
    let (t, language) = (shell.t, shell.language());
    let (surveyed, others): (Vec<&Target>, Vec<&Target>) =
        plan.targets.iter().partition(|target| !target.scopes().is_empty());
    let holding = contents.entries.holding();
    let known = Known { entered: &holding, counted: &contents.petitions };
    let view = |target: &Target| target_view(shell, plan, target, contents, &known);
    let issued = plan.issued_on.map(|date| numbers::day(date, language));
    let source = [Some(plan.issued_by.clone()), plan.number.clone(), issued];
    let days = [plan.valid_from, plan.valid_to].map(|date| numbers::day(date, language));
    PlanView {
        title: plan.title.get(language).to_owned(),
        source: source.into_iter().flatten().collect::<Vec<_>>().join(", "),
        days: t.with("plan-days", &[("from", &days[0]), ("to", &days[1])]),
        note: plan.note.as_ref().map(|n| n.get(language).to_owned()).unwrap_or_default(),
        surveyed: surveyed.into_iter().map(view).collect(),
        others: others.into_iter().map(view).collect(),
        components: plan.components.iter().map(|c| lead_view(t, c)).collect(),
    }
}

fn lead_view(t: Words, component: &PlanComponent) -> LeadView {
    LeadView {
        title: component.title.get(t.0).to_owned(),
        count: match component.tasks.len() {
            0 => t.get("leads-none").into_owned(),
            n => t.with("leads-tasks", &[("n", &n.to_string())]),
        },
        note: component.note.as_ref().map(|n| n.get(t.0).to_owned()).unwrap_or_default(),
        tasks: component.tasks.iter().map(task_view).collect(),
    }
}

fn task_view(task: &Task) -> TaskView {
    TaskView {
        text: task.text.clone(),
        lead: task.lead.clone(),
        coordinating: task.coordinating.join("; "),
        deadline: task.deadline.clone(),
        clause: task.clause.clone(),
    }
}

fn target_view(
    shell: &Shell,
    plan: &Plan,
    target: &Target,
    contents: &Contents,
    known: &Known<'_>,
) -> TargetView {
    let (t, language) = (shell.t, shell.language());
    let (period, today) = (&contents.report.period, contents.today);
    let told = || Told::of(t, (plan, target), period, today, known).published(t);
    let entered = target.scopes().is_empty().then(told);
    let result = match &entered {
        Some(told) => told.sentence(t),
        None => result(shell, target, &contents.report).unwrap_or_default(),
    };
    let said = |told: Told| (format!("{} {}", told.span, told.beside).trim().into(), told.sources);
    let (span, sources) = entered.map(said).unwrap_or_default();
    TargetView {
        result,
        span,
        sources,
        title: target.title.get(language).to_owned(),
        value: value(t, target),
        clause: target.clause.clone(),
        quote: target.quote.clone(),
        note: target.note.as_ref().map(|n| n.get(language).to_owned()).unwrap_or_default(),
        conflict: conflict(t, plan, target),
        measured: measured(t, target),
    }
}

/// The value as people say it, with its sign.
pub(in crate::pages) fn value(t: Words, target: &Target) -> String {
    let (language, sign) = (t.0, target.operator.symbol());
    match (&target.value, target.unit) {
        (Some(TargetValue::Number(percent)), TargetUnit::Percent) => {
            format!("{sign}\u{a0}{}", set_percent(percent / 100.0, language))
        }
        (Some(TargetValue::Number(number)), unit) => {
            let number = number.to_string();
            let number = if language == Language::Vi { number.replace('.', ",") } else { number };
            let said = if unit == TargetUnit::Minutes {
                t.with("target-minutes", &[("value", &number)])
            } else {
                number
            };
            format!("{sign}\u{a0}{said}")
        }
        (Some(TargetValue::Rank(rank)), _) => t.with("target-rank", &[("rank", rank)]),
        (Some(TargetValue::Date(date)), _) => {
            t.with("target-before", &[("day", &numbers::day(*date, language))])
        }
        (None, _) if target.operator == Operator::Decrease => t.get("target-decrease").into_owned(),
        (None, _) => t.get("target-duty").into_owned(),
    }
}

/// What `target` contradicts and which one is used; empty when there is no such target.
pub(in crate::pages) fn conflict(t: Words, plan: &Plan, target: &Target) -> String {
    let rivals = || target.conflicts_with.iter().filter_map(|code| plan.target(code.as_str()));
    if target.conflicts_with.is_empty() {
        return String::new();
    }
    if target.binding {
        let others: Vec<_> = rivals().map(|rival| value(t, rival)).collect();
        return t.with("conflict-this-binds", &[("other", &others.join("; "))]);
    }
    match rivals().find(|rival| rival.binding) {
        Some(binding) => t.with("conflict-other-binds", &[("other", &value(t, binding))]),
        None => t.get("conflict-none-binds").into_owned(),
    }
}

/// How `target` is measured, a sentence a line.
pub(in crate::pages) fn measured(t: Words, target: &Target) -> Vec<String> {
    let language = t.0;
    match &target.measured_by {
        Measure::Survey { scopes } => {
            scopes.iter().map(|scope| measured_by_survey(t, scope)).collect()
        }
        Measure::Indicator { numerator, denominator, .. } => vec![t.with(
            "measured-indicator",
            &[("numerator", numerator.get(language)), ("denominator", denominator.get(language))],
        )],
        Measure::External { source } => {
            vec![t.with("measured-external", &[("source", source.get(language))])]
        }
        Measure::Duty => vec![t.get("measured-duty").into_owned()],
    }
}

fn measured_by_survey(t: Words, scope: &SurveyScope) -> String {
    let instrument = catalog::instrument(scope.instrument.as_str(), None);
    let name = instrument.map_or(scope.instrument.as_str(), |i| i.title.get(t.0));
    let title = |code: &ComponentCode| {
        let component = instrument.and_then(|i| i.component(code.as_str()));
        component.map_or(code.as_str(), |c| c.title.get(t.0)).to_owned()
    };
    let mut figures = Vec::new();
    if scope.index {
        let key = if scope.yardstick { "measured-index-yardstick" } else { "measured-index" };
        figures.push(t.get(key).into_owned());
    }
    match &scope.components {
        ComponentScope::None => {}
        ComponentScope::All => figures.push(t.get("measured-all-components").into_owned()),
        ComponentScope::Only(codes) => {
            let titles: Vec<String> = codes.iter().map(title).collect();
            let titles = titles.join("; ");
            figures.push(t.with("measured-components", &[("components", &titles)]));
        }
    }
    t.with("measured-by", &[("instrument", name), ("figures", &figures.join("; "))])
}

/// A figure of a survey that is held against a target.
#[derive(Debug)]
pub(in crate::pages) struct Held {
    /// What it is of.
    pub(in crate::pages) title: String,
    /// Its rate, or why there is none.
    pub(in crate::pages) rate: String,
    /// What is said of it.
    pub(in crate::pages) verdict: Said,
    /// Whether the plan itself sets no target there.
    pub(in crate::pages) yardstick: bool,
    /// Whether it is the index.
    is_index: bool,
}

/// The figures of `report` that are held against `target`: the index, or else components.
pub(in crate::pages) fn held(shell: &Shell, target: &Target, report: &Report) -> Vec<Held> {
    let of = |level| {
        let findings = report.at(level).filter_map(|finding| {
            let against = finding.against.as_ref().filter(|a| a.target.code == target.code)?;
            let row = super::figures::Row::of(shell, report, finding);
            Some(Held {
                title: row.title,
                rate: if row.rate.is_empty() { row.withheld } else { row.rate },
                verdict: row.verdict?,
                yardstick: against.yardstick,
                is_index: level == Level::Index,
            })
        });
        findings.collect::<Vec<_>>()
    };
    let index = of(Level::Index);
    if index.is_empty() { of(Level::Component) } else { index }
}

/// Where the shown index stands against `target`, when it is held against it.
fn result(shell: &Shell, target: &Target, report: &Report) -> Option<String> {
    let held = held(shell, target, report).into_iter().find(|held| held.is_index)?;
    let key = if held.yardstick { "measured-result-yardstick" } else { "measured-result" };
    Some(shell.t.with(key, &[("rate", &held.rate), ("verdict", &held.verdict.word)]))
}
