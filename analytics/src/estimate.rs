//! Rates of items, components, parts and the index, each with its standard error
//! and interval.
//!
//! One mechanism makes them all. A figure is a value and one *influence value*
//! per sampled respondent; its variance is the design variance of their total
//! ([`crate::design`]). For a ratio R = Σ num / Σ den the influence of a
//! respondent inside the group is (num − R·den) / Σ den and outside it 0; a mean
//! of ratios has the mean of their influences. So a component, whose answers come
//! from the same person several times over, needs no formula of its own.
//!
//! Groups are domains, never filtered files: everyone in the frame stays in the
//! sample, and n in the variance is the number of all respondents. Degrees of
//! freedom are those of R's `degf(subset(design, group))`: respondents present in
//! the group, whether or not they answered the item, less one.

use std::sync::Arc;

use surveys::instrument::{Aggregation, Instrument};

use crate::design::{Sample, SurveyDesign};
use crate::frame::{Frame, Group, is_group};
use crate::interval::{IntervalMethod, Quantiles};
use columns::is_own_column;

pub mod columns;
mod error;
pub(crate) mod figure;
mod flag;
pub(crate) mod influence;
mod terms;
#[cfg(test)]
mod tests;

pub use error::EstimateError;
pub(crate) use figure::{Figure, Plan, plan};
pub use flag::{FEWEST_DF, Flag, Flags};
pub(crate) use influence::Counts;
pub use terms::{FigureTerms, Term, terms};

/// What a figure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One question.
    Item,
    /// The items of a component together.
    Component,
    /// The components of a part together.
    Part,
    /// All of it.
    Index,
}

impl Level {
    /// The name used in files, such as `component`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Component => "component",
            Self::Part => "part",
            Self::Index => "index",
        }
    }

    /// The level of that name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Item, Self::Component, Self::Part, Self::Index];
        all.into_iter().find(|level| level.name() == name)
    }
}

/// One figure with everything that says how sure it is. Proportions are in
/// [0, 1]; what is undefined is `None`, and no number here is ever NaN or infinite.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// What it is about.
    pub level: Level,
    /// The code of the item, component or part; the instrument's id for the index.
    pub code: Arc<str>,
    /// The group: one value per column of [`EstimateTable::by`].
    pub group: Arc<[String]>,
    /// Answers asked for: respondents × items.
    pub asked: u64,
    /// Valid answers.
    pub valid: u64,
    /// Valid answers that count as satisfied.
    pub satisfied: u64,
    /// Answers "no opinion".
    pub no_opinion: u64,
    /// Questions left unanswered.
    pub unanswered: u64,
    /// The rate. Undefined without a valid answer, and for a mean one of whose
    /// terms is undefined: a mean is never taken over the rest.
    pub rate: Option<f64>,
    /// Its standard error.
    pub se: Option<f64>,
    /// Lower limit of its interval.
    pub low: Option<f64>,
    /// Upper limit of its interval.
    pub upp: Option<f64>,
    /// Degrees of freedom: sampling units present in the group less strata present.
    pub df: u64,
    /// Respondents of the group with a valid answer to any of its items.
    pub people: u64,
    /// Effective number of respondents: Kish's (Σw)²/Σw² over the respondents of
    /// the group with a valid answer to any of its items. With equal weights it is
    /// their number. People, never answers.
    pub n_eff: f64,
    /// The least effective number of respondents of the ratios it is a mean of: a mean is
    /// no surer than its smallest term, whose few answers may all be alike and then add
    /// nothing to the variance that is seen. Its own `n_eff` when it is a ratio itself.
    pub n_least: f64,
    /// Where the sample shows no spread (0 %, 100 %, all alike), the number of respondents
    /// of which its exact interval is made: the people, under a design fewer.
    pub n_exact: Option<f64>,
    /// Design effect: its variance over that of as many respondents drawn one by
    /// one with the same weights; 1 without a design.
    pub deff: Option<f64>,
    /// How the interval was made.
    pub interval: Option<IntervalMethod>,
    /// The rule that adds it up: none for an item.
    pub aggregation: Option<Aggregation>,
    /// What a reader must know before using it.
    pub flags: Flags,
}

/// Estimates, ordered by group and inside a group by item, component, part and index.
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateTable {
    /// The columns grouped by.
    pub by: Vec<String>,
    /// The confidence level of the intervals.
    pub level: f64,
    /// One row per level, code and group.
    pub rows: Vec<Estimate>,
}

impl EstimateTable {
    /// The estimate of `code` at `level` in the group with these values.
    pub fn find(&self, level: Level, code: &str, group: &[&str]) -> Option<&Estimate> {
        self.rows.iter().find(|e| {
            e.level == level
                && &*e.code == code
                && e.group.iter().map(String::as_str).eq(group.iter().copied())
        })
    }
}

/// What to estimate and how.
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateOptions {
    /// Columns of the frame to group by.
    pub by: Vec<String>,
    /// Another aggregation rule than the instrument's own.
    pub aggregation: Option<Aggregation>,
    /// Confidence level of the intervals, 0.5 to 0.999999.
    pub level: f64,
    /// Another interval than the usual one. Those of plain counts hold for single
    /// items without a design only, everything else then keeps the logit interval;
    /// a rate of 0 % or 100 % keeps Clopper–Pearson.
    pub interval: Option<IntervalMethod>,
    /// How the respondents were sampled.
    pub design: SurveyDesign,
}

impl Default for EstimateOptions {
    fn default() -> Self {
        Self {
            by: Vec::new(),
            aggregation: None,
            level: 0.95,
            interval: None,
            design: SurveyDesign::none(),
        }
    }
}

/// Estimates every item, component, part and the index of `instrument` from
/// `frame`, in every group.
///
/// # Errors
/// [`EstimateError`]: nothing is estimated when the request does not fit.
pub fn estimate(
    frame: &Frame,
    instrument: &Instrument,
    options: &EstimateOptions,
) -> Result<EstimateTable, EstimateError> {
    Ok(Prepared::of(frame, instrument, options)?.estimate(options))
}

/// The table on its way.
pub(crate) struct Rows<'a> {
    plan: &'a Plan,
    options: &'a EstimateOptions,
    quantiles: Quantiles,
    found: Vec<Estimate>,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(plan: &'a Plan, options: &'a EstimateOptions, groups: usize) -> Self {
        let found = Vec::with_capacity(groups * plan.figures.len());
        Self { plan, options, quantiles: Quantiles::at(options.level), found }
    }

    /// Adds the figures of the group with these `values`.
    pub(crate) fn add(&mut self, measured: &influence::Measured, values: Vec<String>) {
        let values: Arc<[String]> = values.into();
        for (place, figure) in self.plan.figures.iter().enumerate() {
            let effect = measured.effects.get(place).copied().unwrap_or(Some(1.0));
            let spread = (measured.errors[place], effect);
            let chosen = self.options.interval;
            let row = figure.estimate(measured, spread, &values, chosen, &mut self.quantiles);
            self.found.push(row);
        }
    }

    pub(crate) fn followed_by(mut self, other: Self) -> Self {
        self.found.extend(other.found);
        self
    }

    pub(crate) fn finish(self) -> EstimateTable {
        let EstimateOptions { by, level, .. } = self.options;
        EstimateTable { by: by.clone(), level: *level, rows: self.found }
    }
}

impl EstimateOptions {
    /// What is estimated of `instrument`.
    pub(crate) fn plan(&self, instrument: &Instrument) -> Result<Plan, EstimateError> {
        if !(0.5..=0.999_999).contains(&self.level) {
            return Err(EstimateError::BadLevel { level: self.level });
        }
        plan(instrument, self.aggregation.unwrap_or(instrument.aggregation))
            .ok_or_else(|| EstimateError::NoWeights { instrument: instrument.id.to_string() })
    }
}

/// What a request asks for, checked and ready to be measured.
pub(crate) struct Prepared {
    pub(crate) plan: Plan,
    pub(crate) groups: Vec<Group>,
    pub(crate) sample: Sample,
    /// Per item, the class of every respondent's answer.
    pub(crate) classes: Vec<Vec<u8>>,
}

impl Prepared {
    pub(crate) fn of(
        frame: &Frame,
        instrument: &Instrument,
        options: &EstimateOptions,
    ) -> Result<Self, EstimateError> {
        let groups = checked_groups(frame, instrument, &options.by, is_own_column)?;
        let plan = options.plan(instrument)?;
        let sample = options.design.of(frame)?;
        Ok(Self { plan, groups, sample, classes: frame.classes(instrument) })
    }

    /// The table of estimates.
    pub(crate) fn estimate(&self, options: &EstimateOptions) -> EstimateTable {
        let mut measure = influence::Measure::new(&self.plan, &self.classes, &self.sample);
        let mut rows = Rows::new(&self.plan, options, self.groups.len());
        for group in &self.groups {
            rows.add(&measure.of(group.rows.as_deref()), group.values.clone());
        }
        rows.finish()
    }
}

/// The groups of `frame` by the columns `by`, which must be there, once each, and not
/// be called like a column of the table (`is_own`). Rows without a value belong to none.
///
/// # Errors
/// [`EstimateError`], also when the frame is of another instrument.
pub(crate) fn checked_groups(
    frame: &Frame,
    instrument: &Instrument,
    by: &[String],
    is_own: fn(&str) -> bool,
) -> Result<Vec<Group>, EstimateError> {
    fits(instrument, frame.is_of(instrument), by, is_own)?;
    let mut groups = frame.groups(by).map_err(|name| EstimateError::NoColumn {
        name,
        known: frame.keys().collect::<Vec<_>>().join(", "),
    })?;
    groups.retain(|group| is_group(&group.values));
    Ok(groups)
}

/// That what was asked of is of `instrument`, and that the columns `by` are named once
/// and not like a column of the table (`is_own`).
pub(crate) fn fits(
    instrument: &Instrument,
    same: bool,
    by: &[String],
    is_own: fn(&str) -> bool,
) -> Result<(), EstimateError> {
    if !same {
        return Err(EstimateError::OtherInstrument {
            instrument: instrument.id.to_string(),
            version: instrument.version,
        });
    }
    if let Some((_, name)) = by.iter().enumerate().find(|(i, name)| by[..*i].contains(name)) {
        return Err(EstimateError::RepeatedColumn { name: name.clone() });
    }
    match by.iter().find(|name| is_own(name)) {
        Some(name) => Err(EstimateError::ReservedColumn { name: name.clone() }),
        None => Ok(()),
    }
}
