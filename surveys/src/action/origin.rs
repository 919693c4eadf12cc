//! What an improvement action was opened for.

use serde::{Deserialize, Serialize};

use crate::code::{ComponentCode, InstrumentId, PlanId};
use crate::plan::{Plan, Task};

/// What an action was opened for. It is stored as JSON and never changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Origin {
    /// A component that stood below its target.
    Verdict(Seen),
    /// A line of the commune's plan.
    Plan(PlanLine),
    /// What a citizen wrote.
    Comment {
        /// Which comment it was.
        id: String,
    },
    /// Nothing but the commune's own decision.
    Own,
}

/// A component's figures as they were when an action was opened for them. Proportions
/// are in [0, 1].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Its version.
    pub version: u32,
    /// The component.
    pub component: ComponentCode,
    /// The code of the reporting period.
    pub period: String,
    /// The share of satisfied answers.
    pub rate: f64,
    /// Lower limit of its interval.
    pub low: f64,
    /// Upper limit.
    pub upp: f64,
    /// How many people it rested on.
    pub people: u64,
    /// The operator of the target, such as `>=`.
    pub operator: String,
    /// The target.
    pub target: f64,
    /// The place of the target in its plan.
    pub clause: String,
    /// Whether the plan sets it for that period.
    pub in_force: bool,
    /// Whether it was meant for something wider than the component.
    pub yardstick: bool,
    /// What was said, such as `not_met`.
    pub verdict: String,
}

/// A line of a plan's appendix, as it stood there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLine {
    /// The plan.
    pub plan: PlanId,
    /// Its version.
    pub version: u32,
    /// The component under which it stands.
    pub component: ComponentCode,
    /// The place in the plan.
    pub clause: String,
    /// The task in the plan's words.
    pub quote: String,
}

impl PlanLine {
    /// The line of `plan` that is `task`, under `component`.
    pub fn of(plan: &Plan, component: &ComponentCode, task: &Task) -> Self {
        Self {
            plan: plan.id.clone(),
            version: plan.version,
            component: component.clone(),
            clause: task.clause.clone(),
            quote: task.text.clone(),
        }
    }

    /// Whether `other` is the same line, also of another version of the plan.
    pub fn is(&self, other: &Self) -> bool {
        let key = |line: &Self| (line.plan.clone(), line.clause.clone(), line.quote.clone());
        key(self) == key(other)
    }
}

impl Origin {
    /// The kind as it is written in files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Verdict(_) => "verdict",
            Self::Plan(_) => "plan",
            Self::Comment { .. } => "comment",
            Self::Own => "own",
        }
    }

    /// Where it can be looked up: component and period, plan and clause, or the comment.
    pub fn source(&self) -> String {
        match self {
            Self::Verdict(seen) => {
                format!("{}/{} {}", seen.instrument, seen.component, seen.period)
            }
            Self::Plan(line) => format!("{} {}, {}", line.plan, line.version, line.clause),
            Self::Comment { id } => id.clone(),
            Self::Own => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn an_origin_is_read_back_from_what_is_stored_of_it() {
        let plan = catalog::plan("dien-khanh-2025").unwrap();
        let component = &plan.components[0];
        let line = PlanLine::of(plan, &component.code, &component.tasks[0]);
        let seen = Seen {
            instrument: InstrumentId::parse("quick-counter").unwrap(),
            version: 1,
            component: ComponentCode::parse("access").unwrap(),
            period: "2026-09".into(),
            rate: 0.1 + 0.2,
            low: 0.25,
            upp: 0.35,
            people: 120,
            operator: ">=".into(),
            target: 0.9,
            clause: "I.2".into(),
            in_force: false,
            yardstick: true,
            verdict: "not_met".into(),
        };
        for origin in [
            Origin::Verdict(seen),
            Origin::Plan(line),
            Origin::Comment { id: "k7".into() },
            Origin::Own,
        ] {
            let stored = serde_json::to_string(&origin).unwrap();
            assert_eq!(serde_json::from_str::<Origin>(&stored).unwrap(), origin);
            assert!(stored.contains(&format!("\"kind\":\"{}\"", origin.name())), "{stored}");
        }
    }

    #[test]
    fn a_line_is_itself_in_another_version_and_no_other_line() {
        let plan = catalog::plan("dien-khanh-2025").unwrap();
        let lines: Vec<PlanLine> = plan
            .components
            .iter()
            .flat_map(|c| c.tasks.iter().map(|task| PlanLine::of(plan, &c.code, task)))
            .collect();
        for (place, line) in lines.iter().enumerate() {
            let same: Vec<usize> =
                (0..lines.len()).filter(|other| line.is(&lines[*other])).collect();
            assert_eq!(same, [place], "{}", line.quote);
            assert!(line.is(&PlanLine { version: 2, ..line.clone() }));
        }
    }
}
