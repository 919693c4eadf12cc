//! How a figure is computed, from what its readers may see of it: the public, or staff. A
//! figure whose rate is withheld from them has nothing of it here.

mod change;
mod groups;
mod r_code;
mod scope;
pub(super) mod script;

use analytics::interval::{Formula, normal_quantile, student_t_quantile};
use analytics::{Flag, IntervalMethod, Level, Term};
use surveys::Language;
use surveys::instrument::{Item, Scale};

use super::over_months::OverMonths;
use super::published::Shown;
use super::since::Since;
use super::{Finding, Report};

pub use change::{ChangeWorked, Made};
pub use groups::Compared;
pub(super) use r_code::months_in_r;
pub use scope::Scope;

/// One figure of a report and how it came about.
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'a> {
    /// The report it is in.
    pub report: &'a Report,
    /// The figure.
    pub finding: &'a Finding,
    /// What its rate is computed from; `None` while that is withheld.
    pub worked: Option<Worked<'a>>,
    /// What its change since another period is computed from; `None` when no change is
    /// shown.
    pub change: Option<ChangeWorked<'a>>,
    /// How it goes over the months; `None` when fewer than three are shown.
    pub over_months: Option<&'a OverMonths>,
}

/// A rate that is shown, with everything that it takes to compute it again.
#[derive(Debug, Clone, Copy)]
pub struct Worked<'a> {
    /// The rate.
    pub rate: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower limit of its interval.
    pub low: f64,
    /// Upper limit.
    pub upp: f64,
    /// How the interval was made.
    pub method: IntervalMethod,
    /// The confidence level.
    pub level: f64,
    /// Degrees of freedom.
    pub df: u64,
    /// What the interval of a count was made of.
    pub counted: Counted,
    /// Respondents asked, those without a valid answer too.
    pub respondents: u64,
    /// Respondents of the sample that they are of: as many, or more when the figure is of
    /// a slice.
    pub sampled: u64,
    /// The ratios it is a mean of; none when it is a ratio itself.
    pub terms: &'a [Term],
    /// Σu² over the respondents, SE² = N/(N−1)·Σu² with N sampled: a respondent's influence u is
    /// (x − R·n)/Σn, in a mean the weighted sum of these. It says no more than the standard
    /// error does: sums of x², x·n and n² would tell how answers are spread over people.
    pub influence_squares: f64,
}

/// The count an interval was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Satisfied among valid answers.
    Answers {
        /// Satisfied answers.
        satisfied: u64,
        /// Valid answers.
        valid: u64,
    },
    /// Of this many people, all.
    Everybody(u64),
    /// Of this many people, none.
    Nobody(u64),
    /// The rate's share of this many people, who all answered alike.
    Alike(u64),
}

impl<'a> Explanation<'a> {
    /// The explanation of the figure of `report` at the level called `level` with
    /// this code; `None` when the report has no such figure.
    pub fn of(report: &'a Report, level: &str, code: &str) -> Option<Self> {
        let is_it = |f: &&Finding| f.estimate.level.name() == level && &*f.estimate.code == code;
        let finding = report.findings.iter().find(is_it)?;
        let worked = worked(report, finding);
        Some(Self { report, finding, worked, change: None, over_months: None })
    }

    /// The same with how the figure goes over the months.
    #[must_use]
    pub fn with_months(self, over_months: Option<&'a OverMonths>) -> Self {
        Self { over_months, ..self }
    }

    /// The same with how the figure's change in `since` is computed.
    #[must_use]
    pub fn with_change(self, since: Option<&'a Since>) -> Self {
        let now = &self.finding.estimate;
        let change = since.and_then(|since| ChangeWorked::of(since, now, self.report));
        Self { change, ..self }
    }

    /// What of the instrument the figure adds up.
    pub fn scope(&self) -> Scope<'a> {
        let e = &self.finding.estimate;
        Scope { instrument: self.report.instrument, level: e.level, code: &e.code }
    }

    /// The items that enter the figure, in the order in which they are asked.
    pub fn items(&self) -> Vec<&'a Item> {
        self.scope().items()
    }

    /// The figures that this one puts together: those it averages, or else the
    /// level below it.
    pub fn parts(&self) -> Vec<&'a Finding> {
        let report = self.report;
        let terms = terms_of(report, self.finding);
        if !terms.is_empty() {
            return terms.iter().filter_map(|term| finding_of(report, term)).collect();
        }
        let items = self.items();
        let inside = |f: &&Finding| match f.estimate.level {
            Level::Item => items.iter().any(|i| i.code.as_str() == &*f.estimate.code),
            _ => {
                items.iter().any(|i| i.component().is_some_and(|c| c.as_str() == &*f.estimate.code))
            }
        };
        match self.finding.estimate.level {
            Level::Item => Vec::new(),
            Level::Component => report.at(Level::Item).filter(inside).collect(),
            Level::Part | Level::Index => report.at(Level::Component).filter(inside).collect(),
        }
    }

    /// The scales of the items, each with the items answered on it.
    pub fn scales(&self) -> Vec<(&'a Scale, Vec<&'a Item>)> {
        self.scope().scales()
    }

    /// R that computes the figure again from what its page shows; `None` while it is
    /// withheld.
    pub fn r_from_counts(&self, language: Language) -> Option<String> {
        self.worked.as_ref().map(|worked| r_code::from_counts(self, worked, language))
    }

    /// R that computes the figure again from every raw response, a file that only
    /// staff have; `None` while it is withheld, because the interval's method tells
    /// something of the answers.
    pub fn r_from_responses(&self, language: Language) -> Option<String> {
        self.worked.as_ref().map(|worked| r_code::from_responses(self, worked, language))
    }
}

fn finding_of<'a>(report: &'a Report, term: &Term) -> Option<&'a Finding> {
    report.at(term.level).find(|f| f.estimate.code == term.code)
}

fn terms_of<'a>(report: &'a Report, finding: &Finding) -> &'a [Term] {
    let e = &finding.estimate;
    let own = report.terms.iter().find(|(level, code, _)| *level == e.level && *code == e.code);
    own.map_or(&[], |(.., terms)| terms)
}

fn worked<'a>(report: &'a Report, finding: &'a Finding) -> Option<Worked<'a>> {
    let Shown::Rate { estimate: e, rate, low, upp, .. } = finding.shown() else { return None };
    let se = e.se?;
    let people = e.people;
    let counted = if e.flags.contains(Flag::AllSatisfied) {
        Counted::Everybody(people)
    } else if e.flags.contains(Flag::NoneSatisfied) {
        Counted::Nobody(people)
    } else if e.flags.contains(Flag::NoSpread) {
        Counted::Alike(people)
    } else {
        Counted::Answers { satisfied: e.satisfied, valid: e.valid }
    };
    let sampled = report.sampled(e);
    Some(Worked {
        rate,
        se,
        low,
        upp,
        method: e.interval?,
        level: report.level,
        df: e.df,
        counted,
        respondents: e.df + 1,
        sampled,
        terms: terms_of(report, finding),
        influence_squares: se * se * (sampled as f64 - 1.0) / sampled as f64,
    })
}

impl Worked<'_> {
    /// The formula of its interval.
    pub fn formula(&self) -> Formula {
        self.method.formula()
    }

    /// The probability left out on each side of the interval.
    pub fn tail(&self) -> f64 {
        (1.0 - self.level) / 2.0
    }

    /// The quantile of the normal distribution.
    pub fn z(&self) -> f64 {
        normal_quantile(1.0 - self.tail())
    }

    /// The quantile of Student's distribution.
    pub fn t(&self) -> f64 {
        student_t_quantile(1.0 - self.tail(), self.df as f64)
    }

    /// The value of a name in a formula; `None` for a name that formulas do not have.
    pub fn value(&self, name: &str) -> Option<f64> {
        let (x, n) = match self.counted {
            Counted::Answers { satisfied, valid } => (satisfied as f64, valid as f64),
            Counted::Everybody(people) => (people as f64, people as f64),
            Counted::Nobody(people) => (0.0, people as f64),
            Counted::Alike(people) => (self.rate * people as f64, people as f64),
        };
        Some(match name {
            "R" => self.rate,
            "SE" => self.se,
            "x" => x,
            "n" => n,
            "t" => self.t(),
            "z" => self.z(),
            "a" => self.tail(),
            "b" => 1.0 - self.tail(),
            _ => return None,
        })
    }
}

/// `template` with each name in braces replaced by what `put` says; braces around
/// anything else stay.
pub fn filled(template: &str, put: impl Fn(&str) -> Option<String>) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        text.push_str(before);
        let named = from[1..].split_once('}').and_then(|(name, after)| Some((put(name)?, after)));
        if let Some((value, after)) = named {
            text.push_str(&value);
            rest = after;
        } else {
            text.push('{');
            rest = &from[1..];
        }
    }
    text + rest
}

/// `template`, the symbols of a formula, with the letters that people write.
pub fn in_letters(template: &str) -> String {
    let letter = |name: &str| match name {
        "a" => "α/2".to_owned(),
        "b" => "1 − α/2".to_owned(),
        other => other.to_owned(),
    };
    filled(template, |name| Some(letter(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_in_braces_are_replaced() {
        let put = |name: &str| (name == "x").then(|| "7".to_owned());
        assert_eq!(filled("{x} + {y} { {x}", put), "7 + {y} { 7");
        assert_eq!(filled("plain", put), "plain");
    }
}
