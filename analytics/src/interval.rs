//! Intervals of a proportion.

use std::collections::HashMap;

mod beta;
mod formula;
mod quantile;
pub(crate) mod tail;

pub use formula::Formula;
pub use quantile::{beta_quantile, normal_quantile, student_t_quantile};

/// How an interval is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntervalMethod {
    /// Wilson's score interval without continuity correction (Wilson 1927), for
    /// the plain count of a single item.
    Wilson,
    /// The exact interval of Clopper and Pearson (1934), for plain counts.
    ClopperPearson,
    /// Wilson's middle with the width of a plain rate around it (Agresti and Coull
    /// 1998), for plain counts.
    AgrestiCoull,
    /// The quantiles of `Beta(x+½, n−x+½)` (Brown and others 2001), for plain
    /// counts.
    Jeffreys,
    /// expit(logit R ± t·SE/(R(1−R))) with Student's t on the design's degrees of freedom.
    Logit,
    /// The square of sin(asin√R ± t·SE/(2√(R(1−R)))).
    Asin,
    /// R ± t·SE, cut off at 0 and 1.
    Mean,
    /// Clopper and Pearson's interval on an effective number of respondents, not
    /// necessarily whole (Korn and Graubard 1998).
    Beta,
    /// The same on no more respondents than there are, as the United States' National
    /// Center for Health Statistics has it (Parker and others 2017).
    BetaCapped,
    /// All rates whose likelihood is not too far from that of R, the distance
    /// measured by the design effect (Rao and Scott 1984; R: `svyciprop`).
    Likelihood,
}

impl IntervalMethod {
    /// The methods that can be asked for.
    pub const CHOICES: [Self; 10] = [
        Self::Wilson,
        Self::ClopperPearson,
        Self::AgrestiCoull,
        Self::Jeffreys,
        Self::Logit,
        Self::Asin,
        Self::Mean,
        Self::Beta,
        Self::BetaCapped,
        Self::Likelihood,
    ];

    /// Whether it is made of a plain count, without a standard error.
    pub const fn is_plain(self) -> bool {
        matches!(self, Self::Wilson | Self::ClopperPearson | Self::AgrestiCoull | Self::Jeffreys)
    }

    /// The name used in files, such as `clopper_pearson`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wilson => "wilson",
            Self::ClopperPearson => "clopper_pearson",
            Self::AgrestiCoull => "agresti_coull",
            Self::Jeffreys => "jeffreys",
            Self::Logit => "logit",
            Self::Asin => "asin",
            Self::Mean => "mean",
            Self::Beta => "beta",
            Self::BetaCapped => "beta_capped",
            Self::Likelihood => "likelihood",
        }
    }

    /// The method of [`IntervalMethod::CHOICES`] with this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::CHOICES.into_iter().find(|m| m.name() == name)
    }
}

/// Below this number of answers a single item gets the exact interval, because
/// verdicts come from the very interval that is printed.
pub const EXACT_BELOW: u64 = 100;

/// Limits of a proportion, in [0, 1], and how they were made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub upp: f64,
    /// How it was made.
    pub method: IntervalMethod,
}

/// A plain count: `satisfied` of `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Plain {
    pub(crate) satisfied: u64,
    pub(crate) n: u64,
}

/// Wilson's score interval of `satisfied` in `n` answers at the confidence
/// `level`; `None` for no answers.
pub fn wilson(satisfied: u64, n: u64, level: f64) -> Option<Interval> {
    (n > 0).then(|| Quantiles::at(level).wilson(Plain { satisfied, n }))
}

/// Clopper and Pearson's interval of `satisfied` in `n` answers at the
/// confidence `level`; `None` for no answers.
pub fn clopper_pearson(satisfied: u64, n: u64, level: f64) -> Option<Interval> {
    (n > 0).then(|| Quantiles::at(level).clopper_pearson(Plain { satisfied, n }))
}

/// The intervals of one confidence level. Quantiles are kept: thousands of groups
/// share their counts and degrees of freedom.
pub(crate) struct Quantiles {
    /// Probability left out on each side.
    tail: f64,
    z: f64,
    t: HashMap<u64, f64>,
    exact: HashMap<Plain, Interval>,
}

impl Quantiles {
    /// For the confidence `level`, in (0, 1).
    pub(crate) fn at(level: f64) -> Self {
        let tail = (1.0 - level) / 2.0;
        Self { tail, z: -normal_quantile(tail), t: HashMap::new(), exact: HashMap::new() }
    }

    /// The interval of a plain count: the method `chosen`, or else Wilson's, or the
    /// exact one for small numbers.
    pub(crate) fn plain(&mut self, plain: Plain, chosen: Option<IntervalMethod>) -> Interval {
        match chosen {
            Some(IntervalMethod::ClopperPearson) => self.clopper_pearson(plain),
            Some(IntervalMethod::AgrestiCoull) => self.agresti_coull(plain),
            Some(IntervalMethod::Jeffreys) => self.jeffreys(plain),
            None if plain.n < EXACT_BELOW => self.clopper_pearson(plain),
            _ => self.wilson(plain),
        }
    }

    fn agresti_coull(&self, Plain { satisfied, n }: Plain) -> Interval {
        let z2 = self.z * self.z;
        let n = n as f64 + z2;
        let middle = (satisfied as f64 + z2 / 2.0) / n;
        let half = self.z * (middle * (1.0 - middle) / n).sqrt();
        between(middle - half, middle + half, IntervalMethod::AgrestiCoull)
    }

    fn jeffreys(&self, Plain { satisfied, n }: Plain) -> Interval {
        let (yes, no) = (satisfied as f64 + 0.5, (n - satisfied) as f64 + 0.5);
        let low = beta_quantile(self.tail, yes, no);
        let upp = 1.0 - beta_quantile(self.tail, no, yes);
        between(low, upp, IntervalMethod::Jeffreys)
    }

    fn wilson(&self, Plain { satisfied, n }: Plain) -> Interval {
        let (z2, n) = (self.z * self.z, n as f64);
        let p = satisfied as f64 / n;
        let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = self.z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        between(middle - half, middle + half, IntervalMethod::Wilson)
    }

    /// The exact interval of `satisfied` in `n` > 0.
    pub(crate) fn clopper_pearson(&mut self, plain: Plain) -> Interval {
        if let Some(kept) = self.exact.get(&plain) {
            return *kept;
        }
        let Plain { satisfied, n } = plain;
        let mut interval = self.exact_limits(satisfied as f64, n as f64);
        interval.method = IntervalMethod::ClopperPearson;
        self.exact.insert(plain, interval);
        interval
    }

    /// `n` respondents as Korn and Graubard count them: as many as leave the same
    /// interval with `df` degrees of freedom as those with which `people` would have been
    /// drawn one by one. `None` without degrees of freedom.
    pub(crate) fn for_degrees(&mut self, n: f64, people: u64, df: u64) -> Option<f64> {
        let simple = self.t(people.saturating_sub(1))?;
        Some(n * (simple / self.t(df)?).powi(2))
    }

    /// The exact interval on an effective number of respondents `n` > 0.
    pub(crate) fn beta(&self, rate: f64, n: f64) -> Interval {
        self.exact_limits(rate * n, n)
    }

    fn exact_limits(&self, satisfied: f64, n: f64) -> Interval {
        let low = if satisfied <= 0.0 {
            0.0
        } else if satisfied >= n {
            (self.tail.ln() / n).exp()
        } else {
            beta_quantile(self.tail, satisfied, n - satisfied + 1.0)
        };
        let upp = if satisfied >= n {
            1.0
        } else if satisfied <= 0.0 {
            -(self.tail.ln() / n).exp_m1()
        } else {
            1.0 - beta_quantile(self.tail, n - satisfied, satisfied + 1.0)
        };
        between(low, upp, IntervalMethod::Beta)
    }

    /// Student's quantile; `None` without degrees of freedom.
    pub(crate) fn t(&mut self, df: u64) -> Option<f64> {
        let tail = self.tail;
        let t = || -student_t_quantile(tail, df as f64);
        (df > 0).then(|| *self.t.entry(df).or_insert_with(t))
    }

    /// The interval of a rate strictly between 0 and 1 with a standard error above
    /// 0: the method `chosen`, or else logit. `None` without degrees of freedom, and
    /// for any other rate or error.
    pub(crate) fn of_rate(
        &mut self,
        Measured { rate, se, df, people, answered_df }: Measured,
        chosen: Option<IntervalMethod>,
    ) -> Option<Interval> {
        if !(0.0 < rate && rate < 1.0 && 0.0 < se && se.is_finite()) {
            return None;
        }
        let t = self.t(df)?;
        let spread = rate * (1.0 - rate);
        let interval = match chosen {
            Some(IntervalMethod::Mean) => {
                Some(between(rate - t * se, rate + t * se, IntervalMethod::Mean))
            }
            Some(IntervalMethod::Asin) => {
                let (middle, half) = (rate.sqrt().asin(), t * se / (2.0 * spread.sqrt()));
                let at = |angle: f64| angle.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2);
                Some(between(at(middle - half), at(middle + half), IntervalMethod::Asin))
            }
            Some(method @ (IntervalMethod::Beta | IntervalMethod::BetaCapped)) => {
                // As if the number had been drawn with as many degrees of freedom.
                let n = self.for_degrees(spread / (se * se), people, answered_df)?;
                let capped = method == IntervalMethod::BetaCapped;
                let n = if capped { n.min(people as f64) } else { n };
                Some(Interval { method, ..self.beta(rate, n) })
            }
            Some(IntervalMethod::Likelihood) => {
                // The quasi-binomial model divides by its dispersion, n/(n−1).
                let n = people as f64;
                let respondents = spread / (se * se) * (n - 1.0) / n;
                Some(likelihood(rate, t * t / (2.0 * respondents)))
            }
            _ => self.logit(rate, se, df),
        };
        interval.filter(|limits| limits.low.is_finite() && limits.upp.is_finite())
    }

    /// The logit interval of a rate strictly between 0 and 1; `None` without
    /// degrees of freedom.
    pub(crate) fn logit(&mut self, rate: f64, se: f64, df: u64) -> Option<Interval> {
        let t = self.t(df)?;
        let middle = (rate / (1.0 - rate)).ln();
        let half = t * se / (rate * (1.0 - rate));
        Some(between(expit(middle - half), expit(middle + half), IntervalMethod::Logit))
    }
}

/// A rate strictly between 0 and 1 and what its interval needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) rate: f64,
    /// Its standard error, above 0.
    pub(crate) se: f64,
    /// Degrees of freedom.
    pub(crate) df: u64,
    /// Respondents of the group with a valid answer.
    pub(crate) people: u64,
    /// Their degrees of freedom: R's `degf` of the subset that `svyciprop` takes.
    pub(crate) answered_df: u64,
}

/// How far the rate `other` is from `rate` in the likelihood of one answer,
/// R·ln(R/q) + (1−R)·ln((1−R)/(1−q)).
pub(crate) fn divergence(rate: f64, other: f64) -> f64 {
    rate * (rate / other).ln() + (1.0 - rate) * ((1.0 - rate) / (1.0 - other)).ln()
}

/// The rates whose [`divergence`] from `rate` is at most `most`.
fn likelihood(rate: f64, most: f64) -> Interval {
    // Between `inside`, which is near enough, and `outside`, which is not.
    let limit = |mut inside: f64, mut outside: f64| {
        // Each step halves what lies between: after 60 nothing is left of it.
        for _ in 0..60 {
            let middle = f64::midpoint(inside, outside);
            if divergence(rate, middle) <= most {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        inside
    };
    between(limit(rate, 0.0), limit(rate, 1.0), IntervalMethod::Likelihood)
}

/// The probability that F with `df` degrees of freedom is above `f`.
pub(crate) fn f_upper_tail(f: f64, df_above: f64, df_below: f64) -> f64 {
    let (above, below) = (df_above * f, df_below);
    let all = above + below;
    beta::tails(df_above / 2.0, df_below / 2.0, above / all, below / all).1
}

pub(crate) fn expit(x: f64) -> f64 {
    if x >= 0.0 { 1.0 / (1.0 + (-x).exp()) } else { x.exp() / (1.0 + x.exp()) }
}

fn between(low: f64, upp: f64, method: IntervalMethod) -> Interval {
    Interval { low: low.clamp(0.0, 1.0), upp: upp.clamp(0.0, 1.0), method }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-12, "{found:e} is not {wanted:e}");
    }

    /// R: `prop.test(27, 30, correct = FALSE)` and `binom.test(27, 30)`.
    #[test]
    fn twenty_seven_of_thirty_may_be_anything_from_74_to_97_percent() {
        let wilson = wilson(27, 30, 0.95).unwrap();
        near(wilson.low, 0.743_789_174_208_159_3);
        near(wilson.upp, 0.965_400_111_252_665_8);
        let exact = clopper_pearson(27, 30, 0.95).unwrap();
        near(exact.low, 0.734_711_549_525_791_9);
        near(exact.upp, 0.978_882_862_970_277_4);
    }

    #[test]
    fn all_of_thirty_is_not_certainty() {
        let exact = clopper_pearson(30, 30, 0.95).unwrap();
        near(exact.low, 0.025_f64.powf(1.0 / 30.0));
        near(exact.upp, 1.0);
        let none = clopper_pearson(0, 30, 0.95).unwrap();
        near(none.low, 0.0);
        near(none.upp, 1.0 - exact.low);
    }

    #[test]
    fn nobody_asked_gives_no_interval() {
        assert_eq!(wilson(0, 0, 0.95), None);
        assert_eq!(clopper_pearson(0, 0, 0.95), None);
        assert_eq!(Quantiles::at(0.95).logit(0.5, 0.1, 0), None);
    }

    #[test]
    fn a_rate_that_only_rounds_to_everybody_gives_no_interval_by_any_method() {
        let mut quantiles = Quantiles::at(0.95);
        for (rate, se) in [(1.0, 0.01), (0.0, 0.01), (0.5, 0.0), (0.5, f64::NAN), (f64::NAN, 0.1)] {
            let spread = Measured { rate, se, df: 119, people: 120, answered_df: 119 };
            for method in IntervalMethod::CHOICES {
                assert_eq!(quantiles.of_rate(spread, Some(method)), None, "{method:?} {rate} {se}");
            }
        }
    }

    #[test]
    fn an_interval_widens_with_its_level_and_holds_the_rate() {
        for (satisfied, n) in [(1, 2), (27, 30), (5, 99), (384, 400), (999_999, 1_000_000)] {
            let rate = satisfied as f64 / n as f64;
            let mut last: Option<[Interval; 3]> = None;
            for level in [0.5, 0.8, 0.9, 0.95, 0.99, 0.999] {
                let mut quantiles = Quantiles::at(level);
                let se = (rate * (1.0 - rate) / n as f64).sqrt();
                let plain = Plain { satisfied, n };
                let now = [
                    quantiles.wilson(plain),
                    quantiles.clopper_pearson(plain),
                    quantiles.logit(rate, se, n - 1).unwrap(),
                ];
                for (place, interval) in now.iter().enumerate() {
                    assert!(0.0 <= interval.low && interval.low < rate, "{interval:?}");
                    assert!(rate < interval.upp && interval.upp <= 1.0, "{interval:?}");
                    if let Some(last) = &last {
                        assert!(interval.low <= last[place].low && last[place].upp <= interval.upp);
                    }
                }
                last = Some(now);
            }
        }
    }

    #[test]
    fn every_method_widens_with_its_level_and_holds_the_rate() {
        for (satisfied, n) in [(27, 30), (5, 99), (384, 400)] {
            let rate = satisfied as f64 / n as f64;
            // Answers that hang together: one and a half times the plain variance.
            let se = (1.5 * rate * (1.0 - rate) / n as f64).sqrt();
            let spread = Measured { rate, se, df: n / 5, people: n, answered_df: n / 5 };
            for method in IntervalMethod::CHOICES {
                let mut last = Interval { low: rate, upp: rate, method };
                for level in [0.5, 0.8, 0.9, 0.95, 0.99, 0.999] {
                    let mut quantiles = Quantiles::at(level);
                    let now = if method.is_plain() {
                        quantiles.plain(Plain { satisfied, n }, Some(method))
                    } else {
                        quantiles.of_rate(spread, Some(method)).unwrap()
                    };
                    assert_eq!(now.method, method);
                    assert!(0.0 <= now.low && now.upp <= 1.0, "{now:?}");
                    assert!(now.low <= last.low && last.upp <= now.upp, "{last:?} {now:?}");
                    last = now;
                }
                assert!(last.low < rate && rate < last.upp, "{last:?}");
            }
        }
    }

    #[test]
    fn counting_the_dissatisfied_mirrors_the_exact_interval() {
        for (satisfied, n) in [(3, 10), (27, 30), (90, 99)] {
            let one = clopper_pearson(satisfied, n, 0.9).unwrap();
            let other = clopper_pearson(n - satisfied, n, 0.9).unwrap();
            near(one.low, 1.0 - other.upp);
            near(one.upp, 1.0 - other.low);
        }
    }
}
