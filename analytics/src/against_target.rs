//! An estimate against a target, and what of it may be shown to whom.

use surveys::plan::Operator;

use crate::estimate::{Estimate, FEWEST_DF, Flag};

mod below;

pub use below::p_below;

/// Fewer respondents than this give no verdict, to nobody.
pub const FEWEST_FOR_VERDICT: f64 = 30.0;

/// Fewer respondents than this give no verdict that is shown, to the public or to staff.
pub const FEWEST_FOR_ALL: f64 = 100.0;

/// Fewer people than this are never shown to the public by themselves.
pub const FEWEST_SHOWN: u64 = 10;

/// Where an estimate stands against a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The whole interval is on the target's good side.
    Met,
    /// The whole interval is on the other side.
    NotMet,
    /// The interval holds the target: the answers do not tell.
    Undetermined,
    /// There are too few responses to hold against anything.
    TooFew,
}

/// What an estimate was held against, and how it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The target's code in its plan.
    pub target_code: String,
    /// The clause of the plan that sets it.
    pub clause: String,
    /// The target, a proportion.
    pub target: f64,
    /// The operator as it is written in files, such as `>=`.
    pub operator: String,
    /// The verdict.
    pub verdict: Verdict,
}

impl Verdict {
    /// The name used in files, such as `not_met`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Undetermined => "undetermined",
            Self::TooFew => "too_few",
        }
    }
}

/// Holds `estimate` against `target`, a proportion in [0, 1], by the unrounded
/// limits of the very interval that is printed.
///
/// - at least: met when low ≥ target, not met when upp < target;
/// - more than: met when low > target, not met when upp < target;
/// - at most: met when upp ≤ target, not met when low > target;
/// - equal: not met when the target is outside the interval; a sample never shows
///   that it is met, only a known rate does.
///
/// Otherwise undetermined. With an `n_least` below 30 (its own `n_eff`, or that of the
/// smallest term of a mean), fewer than 8 degrees of freedom or no interval there are too
/// few responses, which is another thing: more answers are needed before the question can
/// be put. A rate that is known
/// ([`Flag::Census`]) is compared as it is, and never undetermined. `None` for
/// operators that compare no number (ranks, dates, duties).
pub fn against(estimate: &Estimate, operator: Operator, target: f64) -> Option<Verdict> {
    let judge: fn(f64, f64, f64) -> (bool, bool) = match operator {
        Operator::AtLeast => |low, upp, target| (low >= target, upp < target),
        Operator::MoreThan => |low, upp, target| (low > target, upp < target),
        Operator::AtMost => |low, upp, target| (upp <= target, low > target),
        Operator::Equal => {
            |low, upp, target| (low >= target && upp <= target, upp < target || low > target)
        }
        _ => return None,
    };
    let limits = estimate.low.zip(estimate.upp);
    let known = estimate.flags.contains(Flag::Census);
    let enough = known || estimate.n_least >= FEWEST_FOR_VERDICT && estimate.df >= FEWEST_DF;
    let Some((low, upp)) = limits.filter(|_| enough) else { return Some(Verdict::TooFew) };
    Some(match judge(low, upp, target) {
        (true, _) => Verdict::Met,
        (_, true) => Verdict::NotMet,
        _ => Verdict::Undetermined,
    })
}

/// Who is looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Anyone.
    Public,
    /// Signed-in staff of the unit.
    Staff,
}

/// How much of an estimate may be shown; each step includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Publication {
    /// Nothing: answers could be traced to people.
    Nothing,
    /// Its counts.
    CountsOnly,
    /// Its rate and interval, with a warning that the number is small.
    RateWithWarning,
    /// Its rate and interval.
    Rate,
    /// Its verdict, or its place among others.
    Verdict,
}

impl Publication {
    const ALL: [Self; 5] =
        [Self::Nothing, Self::CountsOnly, Self::RateWithWarning, Self::Rate, Self::Verdict];

    /// The name used in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::CountsOnly => "counts",
            Self::RateWithWarning => "rate-with-warning",
            Self::Rate => "rate",
            Self::Verdict => "verdict",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|publication| publication.name() == name)
    }
}

/// How much of `estimate` may be shown to `audience`. The number that counts is
/// that of people, not answers, at every level: `n_eff` for what may be counted, `n_least`
/// for what may be said of a rate, which in a mean is no surer than its smallest term.
///
/// - Public: below 10 nothing, 10 to 29 counts, 30 to 99 the rate with a warning,
///   from 100 the rate, and with 8 degrees of freedom its verdict.
/// - Staff: below 10 counts, 10 to 99 the rate with a warning, and the verdict as the
///   public: whoever reports it upwards is not contradicted by the public page.
///
/// A rate and a verdict need as many people in everything that the estimate averages: its
/// interval hardly widens for a component that a few answered alike, and the rate that is
/// withheld of that component would follow from the others.
///
/// Without an interval there are counts at most.
pub fn publication_floor(estimate: &Estimate, audience: Audience) -> Publication {
    let least = estimate.n_least;
    let (counts, rate) = match audience {
        Audience::Public => (FEWEST_SHOWN as f64, 30.0),
        Audience::Staff => (1.0, 10.0),
    };
    let usable = estimate.low.is_some() && estimate.upp.is_some();
    if estimate.n_eff < counts {
        Publication::Nothing
    } else if least < rate || !usable {
        Publication::CountsOnly
    } else if least < FEWEST_FOR_ALL {
        Publication::RateWithWarning
    } else if estimate.df >= FEWEST_DF {
        Publication::Verdict
    } else {
        Publication::Rate
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::estimate::{Flags, Level};
    use crate::interval::{Interval, IntervalMethod, clopper_pearson, wilson};

    fn with(interval: Option<Interval>, n: u64, df: u64) -> Estimate {
        Estimate {
            level: Level::Item,
            code: Arc::from("A1"),
            group: Arc::from([]),
            asked: n,
            valid: n,
            satisfied: n,
            no_opinion: 0,
            unanswered: 0,
            rate: interval.map(|i| f64::midpoint(i.low, i.upp)),
            se: None,
            low: interval.map(|i| i.low),
            upp: interval.map(|i| i.upp),
            df,
            people: n,
            n_eff: n as f64,
            n_least: n as f64,
            n_exact: None,
            deff: Some(1.0),
            interval: interval.map(|i| i.method),
            aggregation: None,
            flags: Flags::default(),
        }
    }

    #[test]
    fn a_known_rate_is_compared_as_it_is_however_few_people_there_are() {
        let known = |rate: f64| {
            let mut estimate = with(None, 12, 2);
            (estimate.rate, estimate.low, estimate.upp) = (Some(rate), Some(rate), Some(rate));
            estimate.flags.insert(Flag::Census);
            estimate
        };
        for (operator, rate, wanted) in [
            (Operator::AtLeast, 0.9, Verdict::Met),
            (Operator::AtLeast, 0.89, Verdict::NotMet),
            (Operator::MoreThan, 0.91, Verdict::Met),
            (Operator::AtMost, 0.9, Verdict::Met),
            (Operator::AtMost, 0.91, Verdict::NotMet),
            (Operator::Equal, 0.9, Verdict::Met),
            (Operator::Equal, 0.91, Verdict::NotMet),
        ] {
            assert_eq!(against(&known(rate), operator, 0.9), Some(wanted), "{operator:?} {rate}");
        }
        assert_eq!(p_below(&known(0.89), 0.9), Some(0.0));
        assert_eq!(p_below(&known(0.9), 0.9), Some(1.0));
    }

    fn limits(low: f64, upp: f64) -> Estimate {
        with(Some(Interval { low, upp, method: IntervalMethod::Logit }), 200, 199)
    }

    #[test]
    fn twenty_seven_of_thirty_does_not_settle_ninety_percent() {
        for interval in [wilson(27, 30, 0.95), clopper_pearson(27, 30, 0.95)] {
            let estimate = with(interval, 30, 29);
            assert_eq!(against(&estimate, Operator::AtLeast, 0.9), Some(Verdict::Undetermined));
        }
    }

    #[test]
    fn thirty_of_thirty_shows_eighty_eight_percent_and_not_ninety() {
        let estimate = with(clopper_pearson(30, 30, 0.95), 30, 29);
        assert_eq!(against(&estimate, Operator::AtLeast, 0.88), Some(Verdict::Met));
        assert_eq!(against(&estimate, Operator::AtLeast, 0.9), Some(Verdict::Undetermined));
    }

    #[test]
    fn a_limit_on_the_target_meets_at_least_and_not_more_than() {
        let estimate = limits(0.9, 0.95);
        assert_eq!(against(&estimate, Operator::AtLeast, 0.9), Some(Verdict::Met));
        assert_eq!(against(&estimate, Operator::MoreThan, 0.9), Some(Verdict::Undetermined));
        assert_eq!(against(&estimate, Operator::AtMost, 0.95), Some(Verdict::Met));
        assert_eq!(against(&estimate, Operator::AtLeast, 0.95), Some(Verdict::Undetermined));
        assert_eq!(against(&estimate, Operator::AtLeast, 0.951), Some(Verdict::NotMet));
        assert_eq!(against(&estimate, Operator::AtMost, 0.899), Some(Verdict::NotMet));
    }

    #[test]
    fn a_sample_can_refute_an_equality_and_never_show_it() {
        assert_eq!(against(&limits(0.9, 1.0), Operator::Equal, 1.0), Some(Verdict::Undetermined));
        assert_eq!(against(&limits(0.9, 0.99), Operator::Equal, 1.0), Some(Verdict::NotMet));
    }

    #[test]
    fn a_duty_is_not_compared() {
        assert_eq!(against(&limits(0.9, 1.0), Operator::Duty, 1.0), None);
    }

    #[test]
    fn too_few_is_not_undetermined() {
        let interval = wilson(10, 29, 0.95);
        let too_few = Some(Verdict::TooFew);
        assert_eq!(against(&with(interval, 29, 28), Operator::AtLeast, 0.9), too_few);
        assert_eq!(against(&with(interval, 300, 7), Operator::AtLeast, 0.9), too_few);
        assert_eq!(against(&with(None, 300, 299), Operator::AtLeast, 0.9), too_few);
        let enough = with(interval, 30, 8);
        assert_eq!(against(&enough, Operator::AtLeast, 0.9), Some(Verdict::NotMet));
    }

    #[test]
    fn the_floor_rises_with_the_number_of_people() {
        use Publication::{CountsOnly, Nothing, Rate, RateWithWarning, Verdict};
        let interval = wilson(9, 10, 0.95);
        let shown = |n: u64, df, audience| publication_floor(&with(interval, n, df), audience);
        for (n, public, staff) in [
            (0, Nothing, Nothing),
            (1, Nothing, CountsOnly),
            (9, Nothing, CountsOnly),
            (10, CountsOnly, RateWithWarning),
            (29, CountsOnly, RateWithWarning),
            (30, RateWithWarning, RateWithWarning),
            (99, RateWithWarning, RateWithWarning),
            (100, Verdict, Verdict),
        ] {
            assert_eq!(shown(n, 99, Audience::Public), public, "public, {n}");
            assert_eq!(shown(n, 99, Audience::Staff), staff, "staff, {n}");
        }
        for audience in [Audience::Public, Audience::Staff] {
            assert_eq!(shown(100, 7, audience), Rate);
        }
        assert_eq!(publication_floor(&with(None, 500, 499), Audience::Public), CountsOnly);
    }
}
