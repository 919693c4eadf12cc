//! How the change of a figure since another period is computed.

use analytics::Estimate;
use analytics::comparison::{Change, ChangeMethod};
use analytics::interval::{Interval, student_t_quantile, wilson};
use surveys::{Language, Period};

use super::super::Report;
use super::r_code;
use crate::reporting::continuing::Continued;
use crate::reporting::since::Since;

/// A published change with everything that it takes to compute it again.
#[derive(Debug, Clone, Copy)]
pub struct ChangeWorked<'a> {
    /// The period compared with.
    pub since: &'a Period,
    /// Whether the figures are of two versions.
    pub continued: Option<Continued>,
    /// The two figures.
    pub change: &'a Change,
    /// The rates before and now.
    pub rates: [f64; 2],
    /// Their standard errors.
    pub errors: [f64; 2],
    /// The rate now less the rate before.
    pub difference: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower limit of its interval.
    pub low: f64,
    /// Upper limit.
    pub upp: f64,
    /// How the interval was made.
    pub made: Made,
    /// The confidence level.
    pub level: f64,
    /// Respondents of the samples that both are of.
    pub sampled: [u64; 2],
}

/// How the interval of a change was made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Made {
    /// Change ± t·SE.
    Student,
    /// Newcombe's, from the Wilson limits of both counts: those before, those now.
    FromCounts([(f64, f64); 2]),
    /// Newcombe's, from the printed limits of both rates.
    FromLimits([(f64, f64); 2]),
}

impl<'a> ChangeWorked<'a> {
    /// The change of the figure `now` of `report` in `since`; `None` when none is shown.
    pub(super) fn of(since: &'a Since, now: &Estimate, report: &Report) -> Option<Self> {
        let level = report.level;
        let is_it = |c: &&Change| c.now.level == now.level && c.now.code == now.code;
        let change = since.changes.iter().find(is_it)?;
        let both = [&change.before, &change.now];
        let limits =
            |of: &dyn Fn(&Estimate) -> Option<(f64, f64)>| Some([of(both[0])?, of(both[1])?]);
        let wilson = |e: &Estimate| {
            wilson(e.satisfied, e.valid, level).map(|Interval { low, upp, .. }| (low, upp))
        };
        let made = match change.method? {
            ChangeMethod::Student => Made::Student,
            ChangeMethod::Newcombe if change.is_of_counts() => Made::FromCounts(limits(&wilson)?),
            ChangeMethod::Newcombe => Made::FromLimits(limits(&|e| e.low.zip(e.upp))?),
        };
        Some(Self {
            since: &since.period,
            continued: since.continued,
            change,
            rates: [both[0].rate?, both[1].rate?],
            errors: [both[0].se?, both[1].se?],
            difference: change.change?,
            se: change.se?,
            low: change.low?,
            upp: change.upp?,
            made,
            level,
            sampled: [since.sampled(&change.before), report.sampled(&change.now)],
        })
    }

    /// Respondents before and now.
    pub fn respondents(&self) -> [u64; 2] {
        [self.change.before.df + 1, self.change.now.df + 1]
    }

    /// Whether it is of a slice of those who answered.
    pub fn is_of_part(&self) -> bool {
        self.respondents() != self.sampled
    }

    /// The quantile of Student's distribution.
    pub fn t(&self) -> f64 {
        student_t_quantile(1.0 - (1.0 - self.level) / 2.0, self.change.df as f64)
    }

    /// R that computes the change again from what is public.
    pub fn r(&self, language: Language) -> String {
        r_code::of_change(self, language)
    }
}
