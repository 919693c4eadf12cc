//! Counts and influence values of one group, in two passes over its answers.

use polars::prelude::IdxSize;

use super::figure::{Figure, Plan};
use crate::design::{Designed, Part, Sample, Total};
use crate::frame::AnswerClass;

/// How many rows are worked on at a time: small enough that the influence values
/// of all figures stay in the processor's cache.
const ROWS: usize = 512;

/// Answers by what they count as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) satisfied: u64,
    pub(crate) not_satisfied: u64,
    pub(crate) no_opinion: u64,
    pub(crate) unanswered: u64,
}

impl Counts {
    pub(crate) fn valid(&self) -> u64 {
        self.satisfied + self.not_satisfied
    }

    pub(crate) fn asked(&self) -> u64 {
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

    pub(crate) fn add(self, other: Self) -> Self {
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
pub(crate) struct Ratio {
    pub(crate) counts: Counts,
    /// Respondents with a valid answer to any of its items.
    pub(crate) people: u64,
    /// Their degrees of freedom: their sampling units less their strata.
    pub(crate) df: u64,
    /// The sums of their weights and of their squares.
    weight: (f64, f64),
    /// Satisfied and valid answers, by weight.
    weighted: (f64, f64),
}

impl Ratio {
    /// Of answers that all have the same weight.
    pub(crate) fn plain(counts: Counts, people: u64) -> Self {
        let weighted = (counts.satisfied as f64, counts.valid() as f64);
        let (df, weight) = (people.saturating_sub(1), (people as f64, people as f64));
        Self { counts, people, df, weight, weighted }
    }

    /// Satisfied over valid answers.
    pub(crate) fn rate(&self) -> Option<f64> {
        (self.counts.valid() > 0).then(|| self.weighted.0 / self.weighted.1)
    }

    /// Kish's effective number of respondents, (Σw)²/Σw².
    pub(crate) fn n_eff(&self) -> f64 {
        let (sum, squares) = self.weight;
        if squares > 0.0 { sum * sum / squares } else { 0.0 }
    }
}

/// What one group's answers say.
pub(crate) struct Measured {
    /// The ratios of the plan.
    pub(crate) ratios: Vec<Ratio>,
    /// Per figure of the plan, its standard error.
    pub(crate) errors: Vec<Option<f64>>,
    /// Per figure, its design effect: the variance over that of as many
    /// respondents drawn one by one with the same weights. Empty without a design,
    /// where it is 1.
    pub(crate) effects: Vec<Option<f64>>,
    /// Degrees of freedom.
    pub(crate) df: u64,
    /// Whether there is a design.
    pub(crate) designed: bool,
    /// Whether its weights were made to meet known totals.
    pub(crate) calibrated: bool,
    /// Whether everybody was asked: the population counts leave nobody out.
    pub(crate) census: bool,
}

/// Measures one group after the other with the same working memory.
pub(crate) struct Measure<'a> {
    plan: &'a Plan,
    /// Per item, the class of every respondent's answer.
    classes: &'a [Vec<u8>],
    sample: &'a Sample,
    /// Per item, the classes of the current group, brought together.
    gathered: Vec<Vec<u8>>,
    /// Per ratio, the influence values of some rows.
    influences: Vec<[f64; ROWS]>,
}

impl<'a> Measure<'a> {
    pub(crate) fn new(plan: &'a Plan, classes: &'a [Vec<u8>], sample: &'a Sample) -> Self {
        Self {
            plan,
            classes,
            sample,
            gathered: vec![Vec::new(); classes.len()],
            influences: vec![[0.0; ROWS]; plan.ratios.len()],
        }
    }

    /// Counts the answers in `rows`, or in all, and adds up the influence values of
    /// every figure.
    pub(crate) fn of(&mut self, rows: Option<&[IdxSize]>) -> Measured {
        match self.sample {
            Sample::Simple(sampled) => self.of_simple(*sampled, rows),
            Sample::Designed(design) => self.of_designed(design, rows),
        }
    }

    fn gather(&mut self, rows: &[IdxSize]) {
        for (column, gathered) in self.classes.iter().zip(&mut self.gathered) {
            gathered.clear();
            gathered.extend(rows.iter().map(|&row| column[row as usize]));
        }
    }

    fn of_simple(&mut self, sampled: usize, rows: Option<&[IdxSize]>) -> Measured {
        if let Some(rows) = rows {
            self.gather(rows);
        }
        let columns = if rows.is_some() { &self.gathered } else { self.classes };
        let present = columns.first().map_or(0, Vec::len);
        let items: Vec<Counts> = columns.iter().map(|c| Counts::of(c)).collect();
        let ratio = |places: &Vec<usize>| {
            let counts = places.iter().fold(Counts::default(), |sum, &i| sum.add(items[i]));
            Ratio::plain(counts, people(columns, places, present))
        };
        let ratios: Vec<Ratio> = self.plan.ratios.iter().map(ratio).collect();

        let mut totals = vec![Total::over(sampled); self.plan.figures.len()];
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
        let df = (present as u64).saturating_sub(1);
        let (effects, designed) = (Vec::new(), false);
        Measured { ratios, errors, effects, df, designed, calibrated: false, census: false }
    }

    fn of_designed(&mut self, design: &Designed, rows: Option<&[IdxSize]>) -> Measured {
        let sampled = self.classes.first().map_or(0, Vec::len);
        let rows: Vec<IdxSize> = match rows {
            Some(rows) => rows.to_vec(),
            None => (0..IdxSize::try_from(sampled).unwrap_or(IdxSize::MAX)).collect(),
        };
        let mut part = design.part(rows);
        let group = Answers::of(self.plan, self.classes, &part);
        let (mut errors, mut effects) = (Vec::new(), Vec::new());
        let mut influences = vec![0.0; part.rows().len()];
        for figure in &self.plan.figures {
            for (place, influence) in influences.iter_mut().enumerate() {
                *influence = group.influence(figure, place);
            }
            let variance = part.variance(&influences);
            errors.push(variance.map(f64::sqrt));
            let alone = one_by_one(part.weights(), &influences);
            effects.push(variance.zip(alone).map(|(variance, alone)| variance / alone));
        }
        Measured {
            ratios: group.ratios,
            errors,
            effects,
            df: part.degrees_of_freedom(),
            designed: true,
            calibrated: design.is_calibrated(),
            census: part.is_complete(),
        }
    }
}

/// The answers of a part of a sample with a design, and the ratios they make.
pub(crate) struct Answers {
    /// Per ratio of the plan, each respondent's satisfied and valid answers.
    pub(crate) of: Vec<Vec<(u16, u16)>>,
    pub(crate) ratios: Vec<Ratio>,
}

impl Answers {
    pub(crate) fn of(plan: &Plan, classes: &[Vec<u8>], part: &Part<'_>) -> Self {
        let (rows, weights) = (part.rows(), part.weights());
        let columns: Vec<Vec<u8>> = classes
            .iter()
            .map(|column| rows.iter().map(|&row| column[row as usize]).collect())
            .collect();
        let items: Vec<Counts> = columns.iter().map(|c| Counts::of(c)).collect();
        let of: Vec<Vec<(u16, u16)>> =
            plan.ratios.iter().map(|places| answers(&columns, places, rows.len())).collect();
        let ratio = |(places, answers): (&Vec<usize>, &Vec<(u16, u16)>)| {
            let mut ratio = Ratio {
                counts: places.iter().fold(Counts::default(), |sum, &i| sum.add(items[i])),
                df: part.degrees_of_freedom_where(|place| answers[place].1 > 0),
                ..Ratio::default()
            };
            for (&(num, den), w) in answers.iter().zip(weights).filter(|((_, den), _)| *den > 0) {
                ratio.people += 1;
                ratio.weight.0 += w;
                ratio.weight.1 += w * w;
                ratio.weighted.0 += w * f64::from(num);
                ratio.weighted.1 += w * f64::from(den);
            }
            ratio
        };
        let ratios = plan.ratios.iter().zip(&of).map(ratio).collect();
        Self { of, ratios }
    }

    /// The influence of the respondent at `place` in the part on `figure`, without
    /// his weight.
    pub(crate) fn influence(&self, figure: &Figure, place: usize) -> f64 {
        let of = |&(share, r): &(f64, usize)| share * self.ratios[r].influence(self.of[r][place]);
        figure.terms.iter().map(of).sum()
    }
}

impl Ratio {
    /// The influence of a respondent with `num` satisfied of `den` valid answers,
    /// without his weight: (num − R·den)/Σw·den.
    fn influence(&self, (num, den): (u16, u16)) -> f64 {
        let rate = self.rate().unwrap_or(0.0);
        if den == 0 { 0.0 } else { (f64::from(num) - rate * f64::from(den)) / self.weighted.1 }
    }
}

/// The variance of a total of influence values if the respondents had been drawn
/// one by one: N²/n·s², with N the sum of their weights and s² their weighted
/// variance (R: `svytotal(deff = "replace")`). `None` where it is 0.
pub(crate) fn one_by_one(weights: &[f64], influences: &[f64]) -> Option<f64> {
    let (mut population, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for (w, u) in weights.iter().zip(influences) {
        population += w;
        sum += w * u;
        squares += w * u * u;
    }
    let n = weights.len() as f64;
    let mean = sum / population;
    let spread = n / (n - 1.0) * (squares / population - mean * mean);
    Some(population * population / n * spread).filter(|v| v.is_finite() && *v > 0.0)
}

/// Per respondent, satisfied and valid answers to the items at `places`.
pub(super) fn answers(columns: &[Vec<u8>], places: &[usize], present: usize) -> Vec<(u16, u16)> {
    let mut answers = vec![(0, 0); present];
    for &place in places {
        for ((num, den), &class) in answers.iter_mut().zip(&columns[place]) {
            *num += u16::from(class == AnswerClass::Satisfied as u8);
            *den += u16::from(class >= AnswerClass::NotSatisfied as u8);
        }
    }
    answers
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
