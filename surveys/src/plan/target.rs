//! A target (chỉ tiêu): what is measured, how it is compared, with which value.

use std::cmp::Ordering;
use std::fmt;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use crate::code::{ComponentCode, InstrumentId, TargetCode};
use crate::petition::PetitionShare;
use crate::text::Text;

/// A target in the words of a plan. Its value is what the plan says, not what we
/// think it meant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// Names it inside the plan.
    pub code: TargetCode,
    /// What is measured, the same in every plan, such as `SIPAS` or `ONTIME_DOSSIERS`.
    pub indicator: String,
    /// What it is called.
    pub title: Text,
    /// How the result is compared with the value.
    pub operator: Operator,
    /// The value; none for [`Operator::Decrease`] and [`Operator::Duty`].
    pub value: Option<TargetValue>,
    /// What the value counts.
    pub unit: TargetUnit,
    /// The ranks of a ranked target, best first; empty when the plan does not list them.
    pub ranks: Vec<String>,
    /// The first day it holds for.
    pub valid_from: NaiveDate,
    /// The last day it holds for.
    pub valid_to: NaiveDate,
    /// The place in the plan, in Vietnamese.
    pub clause: String,
    /// The plan's own words, not shortened inside.
    pub quote: String,
    /// Where the result comes from.
    pub measured_by: Measure,
    /// Targets of the same plan on the same indicator that say something else.
    pub conflicts_with: Vec<TargetCode>,
    /// Whether verdicts use it. Of targets that contradict each other one binds.
    pub binding: bool,
    /// What a reader must know: how it was read, why it binds.
    pub note: Option<Text>,
}

/// How a result is compared with a target's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// The result reaches the value ("từ … trở lên", "tối thiểu").
    AtLeast,
    /// The result exceeds the value ("trên …"): reaching it is not enough.
    MoreThan,
    /// The result does not exceed the value ("tối đa").
    AtMost,
    /// The result is the value; for 100 % the same as reaching it.
    Equal,
    /// The result's rank is the value or a better one.
    RankAtLeast,
    /// The result is lower than the time before; the plan gives no value.
    Decrease,
    /// It happens before the day named; that day is too late.
    Before,
    /// It is done or it is not.
    Duty,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 8] = [
        Self::AtLeast,
        Self::MoreThan,
        Self::AtMost,
        Self::Equal,
        Self::RankAtLeast,
        Self::Decrease,
        Self::Before,
        Self::Duty,
    ];

    /// Its spelling in files and exports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::MoreThan => ">",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::RankAtLeast => "rank_at_least",
            Self::Decrease => "decrease",
            Self::Before => "before",
            Self::Duty => "duty",
        }
    }

    /// The operator spelt `name` in files.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.name() == name)
    }

    /// The sign printed before the value; empty where no value is printed.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::AtLeast | Self::RankAtLeast => "≥",
            Self::MoreThan => ">",
            Self::AtMost => "≤",
            Self::Equal => "=",
            Self::Before => "<",
            Self::Decrease => "↓",
            Self::Duty => "",
        }
    }

    /// Whether a result known without sampling error meets the target, when it compares
    /// with the target's value as `result`; `None` for operators that compare no numbers.
    pub const fn admits(self, result: Ordering) -> Option<bool> {
        match self {
            Self::AtLeast => Some(result.is_ge()),
            Self::MoreThan => Some(result.is_gt()),
            Self::AtMost => Some(result.is_le()),
            Self::Equal => Some(result.is_eq()),
            Self::RankAtLeast | Self::Decrease | Self::Before | Self::Duty => None,
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Operator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// The value of a target.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetValue {
    /// A number in the target's unit: 90 for 90 percent.
    Number(f64),
    /// A rank, one of the target's ranks if these are known.
    Rank(String),
    /// A day.
    Date(NaiveDate),
}

/// What a target's value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetUnit {
    /// Percent, 0 to 100.
    Percent,
    /// Minutes per transaction, on average.
    Minutes,
    /// A rank.
    Rank,
    /// A day.
    Date,
    /// None: what the target asks for is not counted.
    None,
}

impl TargetUnit {
    /// Every unit.
    pub const ALL: [Self; 5] = [Self::Percent, Self::Minutes, Self::Rank, Self::Date, Self::None];

    /// Its spelling in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Minutes => "minutes",
            Self::Rank => "rank",
            Self::Date => "date",
            Self::None => "none",
        }
    }
}

/// Where the result that is held against a target comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Measure {
    /// The answers to our surveys.
    Survey {
        /// The figures it is held against.
        scopes: Vec<SurveyScope>,
    },
    /// Two numbers that staff enter each period.
    Indicator {
        /// What is counted.
        numerator: Text,
        /// Out of what.
        denominator: Text,
        /// The share of petitions that it is, when petitions themselves can say it.
        #[serde(skip_serializing_if = "Option::is_none")]
        petitions: Option<PetitionShare>,
    },
    /// A result published by somebody else, entered with its source; never
    /// computed by us.
    External {
        /// Whose result it is.
        source: Text,
    },
    /// Staff mark it as done, with evidence.
    Duty,
}

/// Figures of one instrument that a target is held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurveyScope {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Whether its index is held against the target.
    pub index: bool,
    /// Which components are, always as a yardstick: plans set no target for one.
    pub components: ComponentScope,
    /// Whether the index too is only measured by a yardstick, because the plan
    /// meant another survey or a narrower question.
    pub yardstick: bool,
}

/// Some components of an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComponentScope {
    /// No component.
    None,
    /// Every component.
    All,
    /// These components.
    Only(Vec<ComponentCode>),
}

impl ComponentScope {
    /// Whether the component `code` is one of them.
    pub fn covers(&self, code: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Only(codes) => codes.iter().any(|c| c.as_str() == code),
        }
    }
}

/// Levels of figures for which plans may have a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetLevel {
    /// The instrument's index.
    Index,
    /// A component.
    Component,
}

impl Target {
    /// The value as a proportion in [0, 1], or beyond for a target over 100 %;
    /// `None` unless it is a percentage.
    pub fn proportion(&self) -> Option<f64> {
        match (&self.value, self.unit) {
            (Some(TargetValue::Number(percent)), TargetUnit::Percent) => Some(percent / 100.0),
            _ => None,
        }
    }

    /// Whether it holds for the day `date`.
    pub fn in_force(&self, date: NaiveDate) -> bool {
        (self.valid_from..=self.valid_to).contains(&date)
    }

    /// The survey figures it is held against; none for other measures.
    pub fn scopes(&self) -> &[SurveyScope] {
        match &self.measured_by {
            Measure::Survey { scopes } => scopes,
            Measure::Indicator { .. } | Measure::External { .. } | Measure::Duty => &[],
        }
    }

    /// The share of petitions that it is, if it is one.
    pub fn petitions(&self) -> Option<PetitionShare> {
        match self.measured_by {
            Measure::Indicator { petitions, .. } => petitions,
            _ => None,
        }
    }

    /// Whether it is held against the figure of `instrument` at `level`: the
    /// component `code`, or the index whatever `code` is.
    pub fn covers(&self, instrument: &InstrumentId, level: TargetLevel, code: &str) -> bool {
        self.scopes().iter().filter(|s| s.instrument == *instrument).any(|s| match level {
            TargetLevel::Index => s.index,
            TargetLevel::Component => s.components.covers(code),
        })
    }

    /// Whether the figure it is held against at `level` is measured by it only as
    /// a yardstick, because the plan itself sets no target there.
    pub fn is_yardstick(&self, instrument: &InstrumentId, level: TargetLevel) -> bool {
        level == TargetLevel::Component
            || self.scopes().iter().any(|s| s.instrument == *instrument && s.yardstick)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_is_found_by_its_own_spelling_only() {
        for operator in Operator::ALL {
            assert_eq!(Operator::of_name(operator.name()), Some(operator));
        }
        assert_eq!(Operator::of_name("≥"), None);
        assert_eq!(Operator::of_name(""), None);
    }

    #[test]
    fn a_strict_target_is_not_met_by_its_own_value() {
        assert_eq!(Operator::MoreThan.admits(Ordering::Equal), Some(false));
        assert_eq!(Operator::MoreThan.admits(Ordering::Greater), Some(true));
        assert_eq!(Operator::AtLeast.admits(Ordering::Equal), Some(true));
        assert_eq!(Operator::AtMost.admits(Ordering::Equal), Some(true));
        assert_eq!(Operator::Equal.admits(Ordering::Less), Some(false));
        assert_eq!(Operator::Duty.admits(Ordering::Equal), None);
    }
}
