//! What pages for staff and for everybody say of an improvement action.

use chrono::NaiveDate;
use surveys::action::{Columns, ImprovementAction, Moves, Origin, PlanLine, Seen, Standing};
use surveys::plan::Operator;
use surveys::text::{count, rate, set_percent};
use surveys::{CommuneCode, catalog};

use super::super::numbers::limits;
use super::super::{Shell, day};
use crate::reporting::below::{Below, calendar_of};
use crate::reporting::published::{Shown, verdict_named, verdict_word};
use crate::reporting::since::inside_a_sentence;

/// How an action stands to its day: `Quá hạn 3 ngày`.
pub(in crate::pages) fn standing(shell: &Shell, standing: Standing) -> String {
    let days = |key, days: i64| shell.t.with(key, &[("days", &shell.number(days))]);
    match standing {
        Standing::Ended | Standing::NoDay => String::new(),
        Standing::Left(0) => shell.t.get("action-due-today").into_owned(),
        Standing::Left(left) => days("action-left", left),
        Standing::Overdue(late) => days("action-overdue", late),
    }
}

/// Whether `action` is late when it is `today`.
pub(in crate::pages) fn is_late(action: &ImprovementAction, today: NaiveDate) -> bool {
    matches!(action.standing(today), Standing::Overdue(_))
}

/// The term: the day, the words, or both.
pub(in crate::pages) fn term(shell: &Shell, columns: &Columns) -> String {
    match columns.due.map(|due| day(due, shell.language())) {
        Some(due) if columns.term.is_empty() => due,
        Some(due) => format!("{due} ({})", columns.term),
        None => columns.term.clone(),
    }
}

/// The component's name.
pub(in crate::pages) fn component(shell: &Shell, moves: &Moves) -> String {
    let instrument = catalog::instrument(moves.instrument.as_str(), None);
    let found = instrument.and_then(|instrument| instrument.component(moves.component.as_str()));
    found.map_or_else(|| moves.component.to_string(), |c| c.title.get(shell.language()).to_owned())
}

/// The component's name with the instrument that measures it.
pub(in crate::pages) fn measured(shell: &Shell, moves: &Moves) -> String {
    let instrument = catalog::instrument(moves.instrument.as_str(), None);
    let name = instrument.map_or(moves.instrument.as_str(), |i| i.title.get(shell.language()));
    format!("{} ({name})", component(shell, moves))
}

/// A component below its target in one line: `Thủ tục hành chính: 84,0 %, dưới mục tiêu 90 % …`.
/// `None` when its figure is not published.
pub(in crate::pages) fn below(shell: &Shell, below: &Below) -> Option<String> {
    let language = shell.language();
    let finding = below.finding()?;
    let against = finding.against.as_ref()?;
    let Shown::Rate { rate: share, .. } = finding.shown() else { return None };
    let title = below.report.period.title.get(language);
    let values = [
        ("component", component(shell, &below.moves)),
        ("rate", rate(share, Some(against.proportion), language)),
        ("target", set_percent(against.proportion, language)),
        ("period", inside_a_sentence(title, language)),
        ("day", day(against.target.valid_to, language)),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    Some(if against.in_force {
        shell.t.with("action-below", &values[..4])
    } else {
        shell.t.with("action-below-expired", &values)
    })
}

/// What an action of `commune` was opened for, in a sentence.
pub fn origin_said(shell: &Shell, commune: &CommuneCode, origin: &Origin) -> String {
    match origin {
        Origin::Verdict(seen) => figures(shell, commune, seen),
        Origin::Plan(line) => plan_line(shell, line),
        Origin::Comment { id } => shell.t.with("action-of-comment", &[("comment", id)]),
        Origin::Own => shell.t.get("action-of-own").into_owned(),
    }
}

/// The component whose figures were `seen`, and the period as it stands in a sentence.
fn about(shell: &Shell, commune: &CommuneCode, seen: &Seen) -> (String, String) {
    let language = shell.language();
    let moves = Moves { instrument: seen.instrument.clone(), component: seen.component.clone() };
    let period = calendar_of(commune).period(&seen.period).ok();
    let title = period.as_ref().map_or(seen.period.as_str(), |period| period.title.get(language));
    (component(shell, &moves), inside_a_sentence(title, language))
}

/// What the public is told at first of figures that were `seen`.
pub fn found_at_first(shell: &Shell, commune: &CommuneCode, seen: &Seen) -> String {
    let language = shell.language();
    let (component, period) = about(shell, commune, seen);
    shell.t.with(
        "action-public-found-prefill",
        &[
            ("component", &component),
            ("period", &period),
            ("rate", &rate(seen.rate, Some(seen.target), language)),
            ("target", &set_percent(seen.target, language)),
        ],
    )
}

/// The figures that were `seen` when an action was opened.
fn figures(shell: &Shell, commune: &CommuneCode, seen: &Seen) -> String {
    let language = shell.language();
    let (component, period) = about(shell, commune, seen);
    let sign = Operator::of_name(&seen.operator).map_or("", Operator::symbol);
    let target = format!("{sign}\u{a0}{}", set_percent(seen.target, language));
    let verdict = verdict_named(&seen.verdict);
    let verdict = verdict.map_or(seen.verdict.as_str(), |verdict| verdict_word(verdict, language));
    let said = shell.t.with(
        "action-of-verdict",
        &[
            ("component", &component),
            ("period", &period),
            ("rate", &rate(seen.rate, Some(seen.target), language)),
            ("limits", &limits(seen.low, seen.upp, Some(seen.target), language)),
            ("people", &count(seen.people, language)),
            ("target", &target),
            ("verdict", &inside_a_sentence(verdict, language)),
        ],
    );
    let also = [(!seen.in_force, "action-of-expired"), (seen.yardstick, "action-of-yardstick")];
    let also = also.into_iter().filter(|(told, _)| *told).map(|(_, key)| shell.t.get(key));
    also.fold(said, |said, also| format!("{said} {also}"))
}

/// The place in a plan: its name, number, day and clause.
fn plan_line(shell: &Shell, line: &PlanLine) -> String {
    let version = |plan: &&surveys::Plan| plan.id == line.plan && plan.version == line.version;
    let named = catalog::plans().iter().find(version).map(|plan| {
        let number = plan.number.clone();
        let issued = plan.issued_on.map(|date| day(date, shell.language()));
        let parts = [Some(plan.title.get(shell.language()).to_owned()), number, issued];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    let plan = named.unwrap_or_else(|| format!("{} {}", line.plan, line.version));
    shell.t.with("action-of-plan", &[("plan", &plan), ("clause", &line.clause)])
}
