//! Standard errors from sums over respondents instead of from the respondents.
//!
//! With num and den a respondent's satisfied and valid answers to the items of a
//! ratio, N and D their sums and R = N/D, the influence values of a figure are
//! u = Σ w·(num − R·den)/D, and Σu² is Σ w·w'·Q/(D²D'²) over every two of its
//! ratios, where Q = Σ (D·num − N·den)(D'·num' − N'·den') is a whole number:
//! D·D'·Σnum·num' − D·N'·Σnum·den' − N·D'·Σden·num' + N·N'·Σden·den'. It is computed
//! exactly, because those products are much larger than what is left of them.

use super::{Kept, Products, Sums, Tallies, Tally, TallyError, pairs};
use crate::estimate::influence::{Measured, Ratio};
use crate::estimate::{Figure, Plan};
use twofold::Twofold;

mod twofold;

/// What the figures of a plan are made of, by place in the tallies.
pub(super) struct Moments {
    figures: Vec<Made>,
}

/// A figure: its ratios with their weights, and every two of them with the place
/// of their products.
struct Made {
    terms: Vec<(f64, usize)>,
    pairs: Vec<(usize, usize, usize)>,
}

impl Made {
    /// `None` when the sums it needs are not kept.
    fn of(figure: &Figure, kept: &Kept) -> Option<Self> {
        let terms = figure.terms.iter().map(|(_, ratio)| ratio);
        let mut needed = terms.chain(&figure.components).chain([&figure.scope]);
        if !needed.all(|ratio| kept.held[*ratio]) {
            return None;
        }
        let place = |(one, other)| kept.pair(one, other).map(|place| (one, other, place));
        let pairs = pairs(&figure.terms).map(place).collect::<Option<_>>()?;
        Some(Self { terms: figure.terms.clone(), pairs })
    }

    /// Σu², not below 0.
    fn squares(&self, tally: &Tally) -> Result<Option<f64>, TallyError> {
        let whole = |ratio: usize| {
            let counts = tally.sums[ratio].counts;
            (i128::from(counts.satisfied), i128::from(counts.valid()))
        };
        if self.terms.iter().any(|(_, ratio)| whole(*ratio).1 == 0) {
            return Ok(None);
        }
        let centred = |one, other, products| {
            centred(whole(one), whole(other), products).ok_or(TallyError::TooLarge)
        };
        // The weights of a figure add up to 1: a single term is the ratio itself.
        if let [(_, ratio)] = self.terms[..] {
            let q = centred(ratio, ratio, tally.sums[ratio].squares)?;
            if q < 0 {
                return Err(TallyError::Impossible);
            }
            let valid = whole(ratio).1 as f64;
            return Ok(Some(q as f64 / (valid * valid) / (valid * valid)));
        }
        let share = |(weight, ratio): (f64, usize)| {
            let valid = Twofold::whole(whole(ratio).1);
            Twofold::of(weight).over(valid).over(valid)
        };
        let (mut sum, mut size) = (Twofold::of(0.0), 0.0);
        let mut add = |q, weight: Twofold| {
            let term = Twofold::whole(q).times(weight);
            size += term.value().abs();
            sum = sum.plus(term);
        };
        for &(weight, ratio) in &self.terms {
            let own = share((weight, ratio));
            add(centred(ratio, ratio, tally.sums[ratio].squares)?, own.times(own));
        }
        for &(one, other, place) in &self.pairs {
            let weight = |ratio| self.terms.iter().find(|(_, r)| *r == ratio).copied();
            let (one_weight, other_weight) =
                weight(one).zip(weight(other)).expect("both are terms");
            let both = share(one_weight).times(share(other_weight));
            let q = centred(one, other, tally.products[place])?;
            add(q, both.times(Twofold::of(2.0)));
        }
        // What rounding leaves of a sum of 0 is far smaller.
        if sum.value() < -1e-24 * size {
            return Err(TallyError::Impossible);
        }
        Ok(Some(sum.value().max(0.0)))
    }
}

/// Q of two ratios with these sums of satisfied and of valid answers; `None` when
/// it has no room in 128 bits.
fn centred((n, d): (i128, i128), (n2, d2): (i128, i128), products: Products) -> Option<i128> {
    let term = |a: i128, b: i128, sum: u64| a.checked_mul(b)?.checked_mul(i128::from(sum));
    let all = term(d, d2, products.satisfied_satisfied)?;
    let all = all.checked_sub(term(d, n2, products.satisfied_valid)?)?;
    let all = all.checked_sub(term(n, d2, products.valid_satisfied)?)?;
    all.checked_add(term(n, n2, products.valid_valid)?)
}

impl Moments {
    /// What of `plan` can be made of tallies that keep these sums; the others are
    /// taken out of it.
    pub(super) fn of(plan: &mut Plan, kept: &Kept) -> Self {
        let mut figures = Vec::with_capacity(plan.figures.len());
        plan.figures.retain(|figure| {
            let made = Made::of(figure, kept);
            let can = made.is_some();
            figures.extend(made);
            can
        });
        Self { figures }
    }

    /// What the sums of a group say, of `sampled` respondents in all.
    pub(super) fn measure(&self, tally: &Tally, sampled: u64) -> Result<Measured, TallyError> {
        let ratio = |sums: &Sums| Ratio::plain(sums.counts, sums.people);
        let n = sampled as f64;
        let error = |made: &Made| {
            let squares = made.squares(tally)?;
            Ok(squares.filter(|_| sampled > 1).map(|s| (n / (n - 1.0) * s).sqrt()))
        };
        Ok(Measured {
            ratios: tally.sums.iter().map(ratio).collect(),
            errors: self.figures.iter().map(error).collect::<Result<_, TallyError>>()?,
            effects: Vec::new(),
            df: tally.respondents.saturating_sub(1),
            designed: false,
            calibrated: false,
            census: false,
        })
    }
}

impl Tallies {
    /// The figures of `plan` that cannot be made of them, by level and code.
    pub(crate) fn lacking(&self, plan: &Plan) -> Vec<String> {
        let lacks = |figure: &&Figure| Made::of(figure, self.kept()).is_none();
        let name = |figure: &Figure| format!("{} {}", figure.level.name(), figure.code);
        plan.figures.iter().filter(lacks).map(name).collect()
    }
}
