//! What the component of an action did since, for staff and for everybody: a row for
//! each period.

use analytics::comparison::Direction;
use surveys::action::{ImprovementAction, Moves};
use surveys::period::date_of_millis;
use surveys::text::{count, rate};

use crate::pages::Shell;
use crate::pages::numbers;
use crate::reporting::follow_up::{FollowUp, Followed};
use crate::reporting::published::{Shown, verdict_word};
use crate::reporting::since::{direction_word, points};

/// One period.
#[derive(Debug)]
pub(in crate::pages) struct Period {
    pub(in crate::pages) title: String,
    /// What happened to the action in it.
    pub(in crate::pages) marks: Vec<String>,
    pub(in crate::pages) rate: String,
    pub(in crate::pages) limits: String,
    pub(in crate::pages) people: String,
    /// Why there is no rate.
    pub(in crate::pages) withheld: String,
    pub(in crate::pages) verdict: String,
    /// The change since the first period, in percentage points.
    pub(in crate::pages) change: String,
    pub(in crate::pages) change_limits: String,
    pub(in crate::pages) word: String,
    /// Whether the change is one.
    pub(in crate::pages) clear: bool,
}

/// The rows of `followed`, the period before first.
pub(in crate::pages) fn rows(
    shell: &Shell,
    action: &ImprovementAction,
    followed: &FollowUp,
    today: chrono::NaiveDate,
) -> Vec<Period> {
    let all = [&followed.before].into_iter().chain(&followed.later);
    all.map(|one| row(shell, action, &followed.moves, one, today)).collect()
}

fn row(
    shell: &Shell,
    action: &ImprovementAction,
    moves: &Moves,
    followed: &Followed,
    today: chrono::NaiveDate,
) -> Period {
    let (t, language) = (shell.t, shell.language());
    let period = &followed.report.period;
    let mut marks = Vec::new();
    if period.contains_millis(action.opened_at) {
        marks.push(t.get("action-opened-here").into_owned());
    }
    if action.ended_at.is_some_and(|at| period.contains_millis(at)) {
        marks.push(t.get("action-ended-here").into_owned());
    }
    if period.contains(today) {
        marks.push(t.get("action-period-running").into_owned());
    }
    let mut row = Period {
        title: period.title.get(language).to_owned(),
        marks,
        rate: String::new(),
        limits: String::new(),
        people: String::new(),
        withheld: String::new(),
        verdict: String::new(),
        change: String::new(),
        change_limits: String::new(),
        word: String::new(),
        clear: false,
    };
    let Some(finding) = followed.finding(moves) else { return row };
    let target = finding.against.as_ref().map(|against| against.proportion);
    match finding.shown() {
        Shown::Rate { rate: share, low, upp, estimate, .. } => {
            row.rate = rate(share, target, language);
            row.limits = numbers::limits(low, upp, target, language);
            row.people = count(estimate.people, language);
        }
        Shown::End(estimate, end) => {
            row.rate = end.said(language);
            row.people = count(estimate.people, language);
        }
        Shown::Counts(estimate) => row.people = count(estimate.people, language),
        Shown::Nothing => {}
    }
    row.withheld = if followed.report.told_received() == Some(0) {
        t.get("action-no-responses").into_owned()
    } else {
        let why = followed.report.withheld_of(finding);
        why.map(|why| why.get(language).to_owned()).unwrap_or_default()
    };
    let verdict = finding.published_verdict().map(|verdict| verdict_word(verdict, language));
    verdict.unwrap_or_default().clone_into(&mut row.verdict);
    if let Some(change) = &followed.change {
        row.change = change.change.map(|by| points(by, language)).unwrap_or_default();
        row.change_limits = change.low.zip(change.upp).map_or_else(String::new, |(low, upp)| {
            let values = [("low", points(low, language)), ("upp", points(upp, language))];
            t.with("change-limits", &values.each_ref().map(|(name, v)| (*name, v.as_str())))
        });
        direction_word(change.direction, language).clone_into(&mut row.word);
        row.clear = matches!(change.direction, Direction::Higher | Direction::Lower);
    }
    row
}

/// The day on which `action` was opened, and ended if it has.
pub(in crate::pages) fn days(shell: &Shell, action: &ImprovementAction) -> (String, String) {
    let day = |at: i64| crate::pages::day(date_of_millis(at), shell.language());
    (day(action.opened_at), action.ended_at.map(day).unwrap_or_default())
}
