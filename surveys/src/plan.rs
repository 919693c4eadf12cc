//! A commune's plan: its targets, who leads which component, and when it reports.

use chrono::NaiveDate;
use serde::Serialize;

use crate::code::{CommuneCode, ComponentCode, InstrumentId, PartCode, PlanId, TargetCode};
use crate::period::ReportingCalendar;
use crate::text::Text;

pub mod file;
mod target;
mod term;

pub use target::{
    ComponentScope, Measure, Operator, SurveyScope, Target, TargetLevel, TargetUnit, TargetValue,
};

/// One version of a plan. A version against which figures were published never
/// changes what was decided: a correction is a new version.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// Names the plan through all its versions.
    pub id: PlanId,
    /// From 1 upwards.
    pub version: u32,
    /// What it is called.
    pub title: Text,
    /// The commune that carries the survey on today, by its present code. After a
    /// merger this is not the commune that issued the plan.
    pub commune_code: CommuneCode,
    /// The unit as the plan names it.
    pub unit_name: Text,
    /// Who issued it, in Vietnamese.
    pub issued_by: String,
    /// The day of issue; the plan may leave it blank.
    pub issued_on: Option<NaiveDate>,
    /// Its number (số hiệu); the plan may leave it blank.
    pub number: Option<String>,
    /// The first day for which it sets targets.
    pub valid_from: NaiveDate,
    /// The last day for which it sets targets.
    pub valid_to: NaiveDate,
    /// What a reader must know about the whole plan.
    pub note: Option<Text>,
    /// Its targets (chỉ tiêu), in the plan's order. Contradicting ones are all here.
    pub targets: Vec<Target>,
    /// Its tasks, by component.
    pub components: Vec<PlanComponent>,
    /// The periods on which the unit reports.
    pub calendar: ReportingCalendar,
}

/// What a plan wants done for a component of satisfaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanComponent {
    /// The component, by the code that instruments use.
    pub code: ComponentCode,
    /// The part of the instruments to which it belongs, if they have parts.
    pub part: Option<PartCode>,
    /// The plan's name for it.
    pub title: Text,
    /// What a reader must know, such as that the source text breaks off.
    pub note: Option<Text>,
    /// What is to be done, in the plan's order.
    pub tasks: Vec<Task>,
}

/// A task (nhiệm vụ) with the columns in which plans assign it, in the plan's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// What is to be done (nhiệm vụ).
    pub text: String,
    /// Who leads (chủ trì).
    pub lead: String,
    /// Who takes part (phối hợp).
    pub coordinating: Vec<String>,
    /// What shows that it was done (sản phẩm).
    pub products: Vec<String>,
    /// By when (thời hạn); "Thường xuyên" and the like are no dates.
    pub deadline: String,
    /// The place in the plan.
    pub clause: String,
}

impl Plan {
    /// The target named `code`.
    pub fn target(&self, code: &str) -> Option<&Target> {
        self.targets.iter().find(|t| t.code.as_str() == code)
    }

    /// The component named `code`.
    pub fn component(&self, code: &str) -> Option<&PlanComponent> {
        self.components.iter().find(|c| c.code.as_str() == code)
    }

    /// The one binding target for a figure of `instrument`: at
    /// [`TargetLevel::Index`] (where `code` is not looked at) or for the component
    /// `code`.
    ///
    /// No plan sets a target per component. Where one is found at component level
    /// it is a yardstick: the plan's satisfaction target, held against the
    /// component to see which one pulls the index down. [`SurveyScope::yardstick`]
    /// says where even the index is measured by a target meant for another survey.
    ///
    /// The target may be out of force: see [`Target::in_force`].
    pub fn target_for(
        &self,
        instrument: &InstrumentId,
        level: TargetLevel,
        code: &str,
    ) -> Option<&Target> {
        self.targets.iter().find(|t| t.binding && t.covers(instrument, level, code))
    }

    /// Lets `code` bind in place of the targets it contradicts. Returns whether the
    /// plan has such a target.
    pub fn bind(&mut self, code: &TargetCode) -> bool {
        let Some(chosen) = self.targets.iter().position(|t| t.code == *code) else { return false };
        let rivals = self.targets[chosen].conflicts_with.clone();
        for target in self.targets.iter_mut().filter(|t| rivals.contains(&t.code)) {
            target.binding = false;
        }
        self.targets[chosen].binding = true;
        true
    }

    /// Whether the plan sets targets for the day `date`.
    pub fn in_force(&self, date: NaiveDate) -> bool {
        (self.valid_from..=self.valid_to).contains(&date)
    }
}

#[cfg(test)]
mod tests;
