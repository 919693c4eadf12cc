//! Counts and influence values of one group, in two passes over its answers.

use polars::prelude::IdxSize;

use super::figure::Plan;
use crate::design::SurveyDesign;
use crate::frame::AnswerClass;

/// How many rows are worked on at a time: small enough that the influence values
/// of all figures stay in the processor's cache.
const ROWS: usize = 512;

/// Answers by what they count as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub(super) satisfied: u64,
    pub(super) not_satisfied: u64,
    pub(super) no_opinion: u64,
    pub(super) unanswered: u64,
}

impl Counts {
    pub(super) fn valid(&self) -> u64 {
        self.satisfied + self.not_satisfied
    }

    pub(super) fn asked(&self) -> u64 {
        self.valid() + self.no_opinion + self.unanswered
    }

    fn of(classes: &[u8]) -> Self {
        let count = |class| classes.iter().map(|c| u64::from(*c == class as u8)).sum();
        Self {
            satisfied: count(AnswerClass::Satisfied),
            not_satisfied: count(AnswerClass::NotSatisfied),
            no_opinion: count(AnswerClass::NoOpinion),
            unanswered: count(AnswerClass::Unanswered),
        }
    }

    fn add(self, other: Self) -> Self {
        Self {
            satisfied: self.satisfied + other.satisfied,
            not_satisfied: self.not_satisfied + other.not_satisfied,
            no_opinion: self.no_opinion + other.no_opinion,
            unanswered: self.unanswered + other.unanswered,
        }
    }
}

/// A pooled ratio in one group.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ratio {
    pub(super) counts: Counts,
    /// Respondents with a valid answer to any of its items.
    pub(super) people: u64,
}

impl Ratio {
    /// Satisfied over valid answers.
    pub(super) fn rate(&self) -> Option<f64> {
        let valid = self.counts.valid();
        (valid > 0).then(|| self.counts.satisfied as f64 / valid as f64)
    }
}

/// What one group's answers say.
pub(super) struct Measured {
    /// The ratios of the plan.
    pub(super) ratios: Vec<Ratio>,
    /// Per figure of the plan, its standard error.
    pub(super) errors: Vec<Option<f64>>,
    /// Degrees of freedom.
    pub(super) df: u64,
}

/// Measures one group after the other with the same working memory.
pub(super) struct Measure<'a> {
    plan: &'a Plan,
    /// Per item, the class of every respondent's answer.
    classes: &'a [Vec<u8>],
    design: &'a SurveyDesign,
    /// Per item, the classes of the current group, brought together.
    gathered: Vec<Vec<u8>>,
    /// Per ratio, the influence values of some rows.
    influences: Vec<[f64; ROWS]>,
}

impl<'a> Measure<'a> {
    pub(super) fn new(plan: &'a Plan, classes: &'a [Vec<u8>], design: &'a SurveyDesign) -> Self {
        Self {
            plan,
            classes,
            design,
            gathered: vec![Vec::new(); classes.len()],
            influences: vec![[0.0; ROWS]; plan.ratios.len()],
        }
    }

    /// Counts the answers in `rows`, or in all, and adds up the influence values of
    /// every figure.
    pub(super) fn of(&mut self, rows: Option<&[IdxSize]>) -> Measured {
        if let Some(rows) = rows {
            for (column, gathered) in self.classes.iter().zip(&mut self.gathered) {
                gathered.clear();
                gathered.extend(rows.iter().map(|&row| column[row as usize]));
            }
        }
        let columns = if rows.is_some() { &self.gathered } else { self.classes };
        let present = columns.first().map_or(0, Vec::len);
        let items: Vec<Counts> = columns.iter().map(|c| Counts::of(c)).collect();
        let ratio = |places: &Vec<usize>| Ratio {
            counts: places.iter().fold(Counts::default(), |sum, &i| sum.add(items[i])),
            people: people(columns, places, present),
        };
        let ratios: Vec<Ratio> = self.plan.ratios.iter().map(ratio).collect();

        let sampled = self.classes.first().map_or(0, Vec::len);
        let mut totals = vec![self.design.total(sampled); self.plan.figures.len()];
        let mut mixed = [0.0; ROWS];
        for start in (0..present).step_by(ROWS) {
            let rows = start..present.min(start + ROWS);
            let len = rows.len();
            for ((places, ratio), out) in
                self.plan.ratios.iter().zip(&ratios).zip(&mut self.influences)
            {
                let slices = places.iter().map(|&i| &columns[i][rows.clone()]);
                ratio_influences(slices, ratio, &mut out[..len]);
            }
            for (figure, total) in self.plan.figures.iter().zip(&mut totals) {
                // The weights of a figure add up to 1: a single term is the ratio itself.
                if let [(_, ratio)] = figure.terms[..] {
                    total.add(&self.influences[ratio][..len]);
                    continue;
                }
                let mixed = &mut mixed[..len];
                mixed.fill(0.0);
                for &(weight, ratio) in &figure.terms {
                    for (sum, u) in mixed.iter_mut().zip(&self.influences[ratio]) {
                        *sum += weight * u;
                    }
                }
                total.add(mixed);
            }
        }
        let errors = totals.iter().map(|t| t.variance().map(f64::sqrt)).collect();
        Measured { ratios, errors, df: self.design.degrees_of_freedom(present as u64) }
    }
}

/// Respondents with a valid answer to any of the items at `places`.
fn people(columns: &[Vec<u8>], places: &[usize], present: usize) -> u64 {
    let mut people = 0;
    let mut valid = [false; ROWS];
    for start in (0..present).step_by(ROWS) {
        let rows = start..present.min(start + ROWS);
        let valid = &mut valid[..rows.len()];
        valid.fill(false);
        for &place in places {
            for (any, &class) in valid.iter_mut().zip(&columns[place][rows.clone()]) {
                *any |= class >= AnswerClass::NotSatisfied as u8;
            }
        }
        people += valid.iter().filter(|any| **any).count() as u64;
    }
    people
}

/// The influence values of a pooled ratio, (num − R·den)/Σden, for some
/// respondents: num and den are their satisfied and valid answers to its items.
fn ratio_influences<'a>(items: impl Iterator<Item = &'a [u8]>, ratio: &Ratio, out: &mut [f64]) {
    let Some(rate) = ratio.rate() else {
        out.fill(0.0);
        return;
    };
    let (mut num, mut den) = ([0_u16; ROWS], [0_u16; ROWS]);
    let (num, den) = (&mut num[..out.len()], &mut den[..out.len()]);
    for classes in items {
        for ((num, den), &class) in num.iter_mut().zip(den.iter_mut()).zip(classes) {
            *num += u16::from(class == AnswerClass::Satisfied as u8);
            *den += u16::from(class >= AnswerClass::NotSatisfied as u8);
        }
    }
    let each = 1.0 / ratio.counts.valid() as f64;
    for ((u, num), den) in out.iter_mut().zip(num).zip(den) {
        *u = (f64::from(*num) - rate * f64::from(*den)) * each;
    }
}
