//! Which figures an instrument has, and how each is made of ratios.

use std::sync::Arc;

use surveys::instrument::{Aggregation, Instrument};

use super::influence::{Measured, Ratio};
use super::{Estimate, FEWEST_DF, Flag, Flags, Level};
use crate::against_target::FEWEST_FOR_VERDICT;
use crate::frame::asked_items;
use crate::interval::{self, IntervalMethod, Plain, Quantiles};

/// All figures of an instrument under one aggregation rule.
pub(crate) struct Plan {
    /// Sets of items, by place in the frame: the pooled ratio of each is computed once.
    pub(crate) ratios: Vec<Vec<usize>>,
    /// What is estimated, in the order of the table.
    pub(crate) figures: Vec<Figure>,
}

/// A weighted sum of pooled ratios.
pub(crate) struct Figure {
    pub(crate) level: Level,
    pub(crate) code: Arc<str>,
    aggregation: Option<Aggregation>,
    /// The ratio over all of its items, from which its counts come.
    pub(crate) scope: usize,
    /// Weight and ratio of each term.
    pub(crate) terms: Vec<(f64, usize)>,
    /// The components it adds up.
    pub(crate) components: Vec<usize>,
}

/// The figures of `instrument` under `rule`; `None` when the rule is
/// `weighted_parts` and the weights do not say how.
pub(crate) fn plan(instrument: &Instrument, rule: Aggregation) -> Option<Plan> {
    let items: Vec<_> = asked_items(instrument).collect();
    let all: Vec<usize> = (0..items.len()).collect();
    let mut plan = Plan { ratios: all.iter().map(|&i| vec![i]).collect(), figures: Vec::new() };
    for &place in &all {
        plan.push(Level::Item, items[place].code.as_str(), None, place, vec![(1.0, place)], &[]);
    }
    // Components whose items are all scored by the office have no answers to pool.
    let components: Vec<_> = instrument
        .components
        .iter()
        .filter_map(|c| {
            let of = |&&i: &&usize| items[i].component() == Some(&c.code);
            let places: Vec<usize> = all.iter().filter(of).copied().collect();
            (!places.is_empty()).then(|| (c, plan.ratio(places)))
        })
        .collect();
    for (component, ratio) in &components {
        let (code, terms) = (component.code.as_str(), vec![(1.0, *ratio)]);
        plan.push(Level::Component, code, Some(Aggregation::Pooled), *ratio, terms, &[*ratio]);
    }
    let mut weighted = Vec::new();
    for part in &instrument.parts {
        let inside: Vec<usize> = components
            .iter()
            .filter(|(c, _)| c.part.as_ref() == Some(&part.code))
            .map(|(_, ratio)| *ratio)
            .collect();
        if inside.is_empty() {
            continue;
        }
        let scope = plan.union(&inside);
        let rule = match rule {
            Aggregation::WeightedParts => Aggregation::MeanOfComponents,
            other => other,
        };
        let terms = plan.terms(rule, scope, &inside);
        let weight = part.weight.unwrap_or(0.0);
        weighted.extend(terms.iter().map(|(w, ratio)| (w * weight, *ratio)));
        plan.push(Level::Part, part.code.as_str(), Some(rule), scope, terms, &inside);
    }
    let ratios: Vec<usize> = components.iter().map(|(_, ratio)| *ratio).collect();
    let scope = plan.ratio(all);
    let terms = if rule == Aggregation::WeightedParts {
        let weight: f64 = weighted.iter().map(|(w, _)| w).sum();
        let placed = components.iter().all(|(_, ratio)| weighted.iter().any(|(_, r)| r == ratio));
        if !placed || (weight - 1.0).abs() > 1e-9 {
            return None;
        }
        weighted
    } else {
        plan.terms(rule, scope, &ratios)
    };
    plan.push(Level::Index, instrument.id.as_str(), Some(rule), scope, terms, &ratios);
    Some(plan)
}

impl Plan {
    fn push(
        &mut self,
        level: Level,
        code: &str,
        aggregation: Option<Aggregation>,
        scope: usize,
        terms: Vec<(f64, usize)>,
        components: &[usize],
    ) {
        let components = components.to_vec();
        self.figures.push(Figure {
            level,
            code: code.into(),
            aggregation,
            scope,
            terms,
            components,
        });
    }

    /// The ratio over `items`, entered once.
    fn ratio(&mut self, items: Vec<usize>) -> usize {
        self.ratios.iter().position(|r| *r == items).unwrap_or_else(|| {
            self.ratios.push(items);
            self.ratios.len() - 1
        })
    }

    /// The ratio over the items of several ratios.
    fn union(&mut self, ratios: &[usize]) -> usize {
        let mut items: Vec<usize> = ratios.iter().flat_map(|&r| self.ratios[r].clone()).collect();
        items.sort_unstable();
        self.ratio(items)
    }

    /// What `rule` adds up over the items of `scope`, which are those of `components`.
    fn terms(&self, rule: Aggregation, scope: usize, components: &[usize]) -> Vec<(f64, usize)> {
        let mean = |ratios: &[usize]| {
            ratios.iter().map(|r| (1.0 / ratios.len() as f64, *r)).collect::<Vec<_>>()
        };
        match rule {
            Aggregation::Pooled => vec![(1.0, scope)],
            // The ratio of a single item stands at the item's own place.
            Aggregation::MeanOfItems => mean(&self.ratios[scope]),
            Aggregation::MeanOfComponents | Aggregation::WeightedParts => mean(components),
        }
    }
}

impl Figure {
    /// Its value: undefined when a term is.
    fn rate(&self, measured: &Measured) -> Option<f64> {
        self.terms.iter().try_fold(0.0, |sum, &(weight, ratio)| {
            measured.ratios[ratio].rate().map(|rate| sum + weight * rate)
        })
    }

    /// The estimate of this figure in one group. `se` is its standard error there.
    pub(super) fn estimate(
        &self,
        measured: &Measured,
        (se, effect): (Option<f64>, Option<f64>),
        group: &Arc<[String]>,
        chosen: Option<IntervalMethod>,
        quantiles: &mut Quantiles,
    ) -> Estimate {
        let scope = measured.ratios[self.scope];
        let Ratio { counts, people, .. } = scope;
        let mut rate = self.rate(measured);
        let (mut se, mut effect) = (rate.and(se), rate.and(effect));
        let n_least = self.n_least(measured);
        let mut flags = self.flags(measured);
        if rate.is_some() && !measured.census && n_least < FEWEST_FOR_VERDICT.min(scope.n_eff()) {
            flags.insert(Flag::ComponentFew);
        }
        let mut limits = None;
        // Where the sample shows no spread: Kish's number, for the design's degrees of freedom.
        let exact = |quantiles: &mut Quantiles| {
            if !measured.designed {
                return Some(people as f64);
            }
            quantiles.for_degrees(scope.n_eff(), people, scope.df)
        };
        let mut exact_n = None;
        if let Some(value) = &mut rate {
            // Integer counts decide: a rate that only rounds to 1 is not 100 %.
            let all = counts.not_satisfied == 0;
            if all || counts.satisfied == 0 {
                *value = if all { 1.0 } else { 0.0 };
            }
            if measured.census {
                flags.insert(Flag::Census);
                (se, effect) = (Some(0.0), None);
            } else if all || counts.satisfied == 0 {
                flags.insert(if all { Flag::AllSatisfied } else { Flag::NoneSatisfied });
                let satisfied = if all { people } else { 0 };
                exact_n = exact(quantiles);
                limits = if measured.designed {
                    exact_n.map(|n| quantiles.beta(*value, n))
                } else {
                    Some(quantiles.clopper_pearson(Plain { satisfied, n: people }))
                };
            } else if self.level == Level::Item
                && !measured.designed
                && chosen.is_none_or(IntervalMethod::is_plain)
            {
                let plain = Plain { satisfied: counts.satisfied, n: counts.valid() };
                limits = Some(quantiles.plain(plain, chosen));
            } else if let Some(error) = se {
                let nothing = error * error * people as f64 <= 1e-12 * *value * (1.0 - *value);
                // What is left of a variance that is 0 is rounding.
                if nothing {
                    se = Some(0.0);
                }
                if !(0.0 < *value && *value < 1.0) {
                    // People differ, and the weights of the others round to nothing.
                    flags.insert(Flag::NoVariance);
                    (se, effect) = (None, None);
                } else if nothing && measured.calibrated {
                    flags.insert(Flag::Calibrated);
                    effect = None;
                } else if nothing && measured.designed && effect.is_some() {
                    // People differ, sampling units do not.
                    flags.insert(Flag::NoVariance);
                    effect = None;
                } else if nothing {
                    flags.insert(Flag::NoSpread);
                    exact_n = exact(quantiles);
                    limits = exact_n.map(|n| quantiles.beta(*value, n));
                } else {
                    let (df, answered_df) = (measured.df, scope.df);
                    let spread =
                        interval::Measured { rate: *value, se: error, df, people, answered_df };
                    limits = quantiles.of_rate(spread, chosen);
                }
            }
        }
        let known = rate.filter(|_| flags.contains(Flag::Census));
        Estimate {
            level: self.level,
            code: Arc::clone(&self.code),
            group: Arc::clone(group),
            asked: counts.asked(),
            valid: counts.valid(),
            satisfied: counts.satisfied,
            no_opinion: counts.no_opinion,
            unanswered: counts.unanswered,
            rate,
            se,
            low: limits.map(|i| i.low).or(known),
            upp: limits.map(|i| i.upp).or(known),
            df: measured.df,
            people,
            n_eff: scope.n_eff(),
            n_least,
            n_exact: exact_n,
            deff: effect,
            interval: limits.map(|i| i.method),
            aggregation: self.aggregation,
            flags,
        }
    }

    /// The least effective number of respondents of any of its terms.
    fn n_least(&self, measured: &Measured) -> f64 {
        let terms = self.terms.iter().filter(|(weight, _)| *weight > 0.0);
        let of_each = terms.map(|(_, ratio)| measured.ratios[*ratio].n_eff());
        of_each.fold(measured.ratios[self.scope].n_eff(), f64::min)
    }

    /// What can be said before an interval is made.
    fn flags(&self, measured: &Measured) -> Flags {
        let counts = measured.ratios[self.scope].counts;
        let is_empty = |ratio: usize| measured.ratios[ratio].counts.valid() == 0;
        let mut flags = Flags::default();
        if measured.df < FEWEST_DF && !measured.census {
            flags.insert(Flag::FewDf);
        }
        let missing = counts.no_opinion + counts.unanswered;
        if missing * 10 > counts.asked() * 3 {
            flags.insert(Flag::NonresponseOver30);
        } else if missing * 10 > counts.asked() {
            flags.insert(Flag::NonresponseOver10);
        }
        if counts.valid() == 0 {
            flags.insert(Flag::NoValid);
        } else if self.components.iter().any(|&c| is_empty(c)) {
            flags.insert(Flag::ComponentMissing);
        } else if self.terms.iter().any(|&(_, ratio)| is_empty(ratio)) {
            flags.insert(Flag::ItemMissing);
        }
        flags
    }
}
