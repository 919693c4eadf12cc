//! Additive tallies: sums over respondents from which every figure, its standard
//! error and its interval can be made without the responses.
//!
//! A figure is a weighted sum of ratios R = Σ num / Σ den, and without a sampling
//! design its variance is n/(n−1)·Σu² with the influence u = Σ w·(num − R·den)/Σden
//! of each respondent ([`mod@crate::estimate`]). Multiplied out, Σu² needs nothing
//! of a respondent but the products of his num and den. Their sums are whole
//! numbers, and they add up over days, collection points and machines: what is
//! estimated from them is what is estimated from the rows.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use surveys::InstrumentId;
use surveys::instrument::{Aggregation, Instrument};

use crate::estimate::{Counts, Level, Plan, plan};
use crate::frame::Frame;
use crate::frame::csv_file::SIMULATED;

mod check;
pub(crate) mod counter;
pub mod csv_file;
mod error;
mod estimated;
mod grouping;
mod moments;
mod sql;
#[cfg(test)]
mod tests;
mod written;

pub use error::{Mistake, TallyError};
pub use estimated::estimate_tallies;
pub use sql::tally_sql;
pub(crate) use written::Row;

use counter::Counter;

/// Sums over respondents of the products of two sets of items: how many answers to
/// the one times how many to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Products {
    pub(crate) satisfied_satisfied: u64,
    pub(crate) satisfied_valid: u64,
    pub(crate) valid_satisfied: u64,
    pub(crate) valid_valid: u64,
}

impl Products {
    fn add(self, other: Self) -> Option<Self> {
        Some(Self {
            satisfied_satisfied: self.satisfied_satisfied.checked_add(other.satisfied_satisfied)?,
            satisfied_valid: self.satisfied_valid.checked_add(other.satisfied_valid)?,
            valid_satisfied: self.valid_satisfied.checked_add(other.valid_satisfied)?,
            valid_valid: self.valid_valid.checked_add(other.valid_valid)?,
        })
    }
}

/// Sums over respondents of one set of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sums {
    pub(crate) counts: Counts,
    /// Respondents with a valid answer to any of the items.
    pub(crate) people: u64,
    /// With itself.
    pub(crate) squares: Products,
}

impl Sums {
    fn add(self, other: Self) -> Option<Self> {
        let (a, b) = (self.counts, other.counts);
        Some(Self {
            counts: Counts {
                satisfied: a.satisfied.checked_add(b.satisfied)?,
                not_satisfied: a.not_satisfied.checked_add(b.not_satisfied)?,
                no_opinion: a.no_opinion.checked_add(b.no_opinion)?,
                unanswered: a.unanswered.checked_add(b.unanswered)?,
            },
            people: self.people.checked_add(other.people)?,
            squares: self.squares.add(other.squares)?,
        })
    }
}

/// The sums over some respondents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) respondents: u64,
    /// Per ratio of the [`Kept`], its sums; zeros for one that is not kept.
    pub(crate) sums: Vec<Sums>,
    /// Per pair of the [`Kept`].
    pub(crate) products: Vec<Products>,
}

impl Tally {
    /// Of nobody.
    pub(crate) fn none(kept: &Kept) -> Self {
        Self {
            respondents: 0,
            sums: vec![Sums::default(); kept.ratios.len()],
            products: vec![Products::default(); kept.pairs.len()],
        }
    }

    /// Adds what was summed over others; `None` when a sum has no room in 64 bits.
    pub(crate) fn add(&mut self, other: &Self) -> Option<()> {
        self.respondents = self.respondents.checked_add(other.respondents)?;
        for (sum, other) in self.sums.iter_mut().zip(&other.sums) {
            *sum = sum.add(*other)?;
        }
        for (sum, other) in self.products.iter_mut().zip(&other.products) {
            *sum = sum.add(*other)?;
        }
        Some(())
    }
}

/// What a file or a table calls a set of items: a level and a code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Member {
    pub(crate) level: Level,
    pub(crate) code: Box<str>,
    /// Its place among the ratios.
    pub(crate) ratio: usize,
}

/// What tallies are made for, which says what sums they need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The figures under one aggregation rule; the instrument's own when `None`.
    Figures(Option<Aggregation>),
    /// A file for every rule; the products of every two items, which only the rule
    /// `mean_of_items` needs, only with `item_pairs`: they are many.
    File {
        /// Whether to keep them.
        item_pairs: bool,
    },
}

/// Which sums are kept: those of which sets of items, and the products of which two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Sets of items by place, as in the plan of the figures: it is the same under
    /// every aggregation rule.
    pub(crate) ratios: Vec<Vec<usize>>,
    /// Per ratio, whether its sums are kept.
    pub(crate) held: Vec<bool>,
    /// Two ratios each, the smaller place first, in ascending order.
    pub(crate) pairs: Vec<(usize, usize)>,
    /// The names of the ratios, in the order of a table of estimates.
    pub(crate) members: Vec<Member>,
}

impl Kept {
    /// What the figures of `plan` need.
    pub(crate) fn of_plan(plan: &Plan) -> Self {
        let mut pairs: Vec<_> = plan.figures.iter().flat_map(|f| pairs(&f.terms)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let member = |figure: &crate::estimate::Figure| Member {
            level: figure.level,
            code: (*figure.code).into(),
            ratio: figure.scope,
        };
        Self {
            ratios: plan.ratios.clone(),
            held: vec![true; plan.ratios.len()],
            pairs,
            members: plan.figures.iter().map(member).collect(),
        }
    }

    /// What a `purpose` needs.
    pub(crate) fn of_purpose(instrument: &Instrument, purpose: Purpose) -> Self {
        match purpose {
            Purpose::File { item_pairs } => Self::of_instrument(instrument, item_pairs),
            Purpose::Figures(rule) => plan(instrument, rule.unwrap_or(instrument.aggregation))
                .map_or_else(
                    || Self::of_instrument(instrument, false),
                    |plan| Self::of_plan(&plan),
                ),
        }
    }

    /// What every aggregation rule needs, or, without the products of two items,
    /// every one but the mean of the items.
    pub(crate) fn of_instrument(instrument: &Instrument, item_pairs: bool) -> Self {
        let rules = [Aggregation::Pooled, Aggregation::MeanOfComponents, Aggregation::MeanOfItems];
        let plans = rules.into_iter().filter_map(|rule| plan(instrument, rule));
        let mut kept = plans
            .take(if item_pairs { 3 } else { 2 })
            .map(|plan| Self::of_plan(&plan))
            .reduce(|all, kept| Self { pairs: [all.pairs, kept.pairs].concat(), ..kept })
            .expect("these rules need no weights");
        kept.pairs.sort_unstable();
        kept.pairs.dedup();
        kept
    }

    /// The place of the products of two ratios.
    pub(crate) fn pair(&self, one: usize, other: usize) -> Option<usize> {
        self.pairs.binary_search(&(one.min(other), one.max(other))).ok()
    }
}

/// Every two ratios among `terms`, the smaller place first.
pub(crate) fn pairs(terms: &[(f64, usize)]) -> impl Iterator<Item = (usize, usize)> {
    terms.iter().enumerate().flat_map(|(n, (_, one))| {
        terms[n + 1..].iter().map(move |(_, other)| (*one.min(other), *one.max(other)))
    })
}

/// Whether a file of tallies has a column of this name of its own.
pub fn is_own_column(name: &str) -> bool {
    name == SIMULATED || csv_file::NAMES.contains(&name) || check::SUMS.contains(&name)
}

/// Tallies of responses to one instrument version, by groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Tallies {
    instrument: InstrumentId,
    version: u32,
    by: Vec<String>,
    kept: Kept,
    /// The sums of each group, by its values in the columns `by`.
    groups: BTreeMap<Vec<String>, Tally>,
}

impl Tallies {
    /// Of nobody.
    pub(crate) fn none(instrument: &Instrument, by: &[String], kept: Kept) -> Self {
        let (id, version) = (instrument.id.clone(), instrument.version);
        Self { instrument: id, version, by: by.to_vec(), kept, groups: BTreeMap::new() }
    }

    /// Tallies the rows of `frame` by its columns `by`. `item_pairs` keeps the
    /// products of every two items too, which only the rule `mean_of_items` needs:
    /// they are many.
    ///
    /// # Errors
    /// [`TallyError::OtherInstrument`] and [`TallyError::NoColumn`].
    pub fn of_frame(
        frame: &Frame,
        instrument: &Instrument,
        by: &[String],
        item_pairs: bool,
    ) -> Result<Self, TallyError> {
        if !frame.is_of(instrument) {
            return Err(TallyError::OtherInstrument {
                instrument: instrument.id.to_string(),
                version: instrument.version,
            });
        }
        let kept = Kept::of_instrument(instrument, item_pairs);
        let groups = frame.groups(by).map_err(|name| TallyError::NoColumn {
            name,
            found: frame.keys().collect::<Vec<_>>().join(", "),
        })?;
        let classes = frame.classes(instrument);
        let mut tallies = Self::none(instrument, by, kept.clone());
        for group in groups {
            let mut counter = Counter::new(&kept, classes.len());
            counter.add_group();
            match group.rows {
                None => counter.add_all(&classes),
                Some(rows) => {
                    let gather = |column: &Vec<u8>| -> Vec<u8> {
                        rows.iter().map(|row| column[*row as usize]).collect()
                    };
                    counter.add_all(&classes.iter().map(gather).collect::<Vec<_>>());
                }
            }
            let tally = counter.finish().next().expect("there is one group");
            tallies.groups.insert(group.values, tally);
        }
        Ok(tallies)
    }

    /// The columns they are kept by.
    pub fn by(&self) -> &[String] {
        &self.by
    }

    /// How many respondents were tallied.
    pub fn respondents(&self) -> u64 {
        self.groups.values().map(|tally| tally.respondents).fold(0, u64::saturating_add)
    }

    /// Whether these are tallies of this version of this instrument.
    pub fn is_of(&self, instrument: &Instrument) -> bool {
        self.instrument == instrument.id && self.version == instrument.version
    }

    /// Which sums they have.
    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// The sums by the columns `by`, in the order of their values: of everybody as
    /// one group when `by` is empty. `Err` names a column there is not.
    pub(crate) fn groups(&self, by: &[String]) -> Result<Groups<'_>, TallyError> {
        let place = |name: &String| {
            self.by.iter().position(|b| b == name).ok_or_else(|| TallyError::NoColumn {
                name: name.clone(),
                found: self.by.join(", "),
            })
        };
        let places = by.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        if by == self.by && !by.is_empty() {
            return Ok(Groups::Own(&self.groups));
        }
        let mut groups = BTreeMap::new();
        if by.is_empty() {
            groups.insert(Vec::new(), Tally::none(&self.kept));
        }
        for (values, tally) in &self.groups {
            let values: Vec<String> = places.iter().map(|p| values[*p].clone()).collect();
            let sum = groups.entry(values).or_insert_with(|| Tally::none(&self.kept));
            sum.add(tally).ok_or(TallyError::TooLarge)?;
        }
        Ok(Groups::Added(groups))
    }

    /// Takes these groups for its own; none is there twice.
    pub(crate) fn take(&mut self, groups: Vec<(Vec<String>, Tally)>) {
        self.groups = groups.into_iter().collect();
    }

    /// Adds the sums of a group.
    pub(crate) fn add(&mut self, values: Vec<String>, tally: Tally) -> Result<(), TallyError> {
        match self.groups.entry(values) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(tally);
            }
            std::collections::btree_map::Entry::Occupied(mut sum) => {
                sum.get_mut().add(&tally).ok_or(TallyError::TooLarge)?;
            }
        }
        Ok(())
    }
}

/// The groups of both, which are in the order of their values, in that order; those of
/// the same values added up.
pub(crate) fn merged(
    one: Vec<(Vec<String>, Tally)>,
    other: Vec<(Vec<String>, Tally)>,
) -> Result<Vec<(Vec<String>, Tally)>, TallyError> {
    let mut merged = Vec::with_capacity(one.len().max(other.len()));
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    while let (Some((first, _)), Some((second, _))) = (one.peek(), other.peek()) {
        let order = first.cmp(second);
        let from_one = if order == Ordering::Greater { None } else { one.next() };
        let from_other = if order == Ordering::Less { None } else { other.next() };
        merged.push(match (from_one, from_other) {
            (Some((values, mut sum)), Some((_, tally))) => {
                sum.add(&tally).ok_or(TallyError::TooLarge)?;
                (values, sum)
            }
            (Some(group), None) | (None, Some(group)) => group,
            (None, None) => break,
        });
    }
    merged.extend(one);
    merged.extend(other);
    Ok(merged)
}

/// The sums by some columns: as they are kept, or added up.
pub(crate) enum Groups<'a> {
    Own(&'a BTreeMap<Vec<String>, Tally>),
    Added(BTreeMap<Vec<String>, Tally>),
}

impl Groups<'_> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Vec<String>, &Tally)> {
        match self {
            Self::Own(groups) => groups.iter(),
            Self::Added(groups) => groups.iter(),
        }
    }
}
