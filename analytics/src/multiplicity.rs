//! Many groups at once: of a hundred communes that all reach their target, some look
//! as if they did not. Adjusted p-values keep a list of those below honest.

use std::collections::HashMap;

use surveys::plan::Operator;

use crate::against_target::{Judged, Verdict, p_below};
use crate::estimate::{EstimateTable, Level};

/// How p-values are adjusted for how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Adjustment {
    /// Keeps the expected share of wrong ones in the list at the error (Benjamini
    /// and Hochberg 1995): for a list that is published.
    BenjaminiHochberg,
    /// Keeps the probability of any wrong one in the list at the error (Holm 1979):
    /// where sanctions follow.
    Holm,
}

impl Adjustment {
    /// Every adjustment.
    pub const ALL: [Self; 2] = [Self::BenjaminiHochberg, Self::Holm];

    /// The name used on the command line: `bh` or `holm`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BenjaminiHochberg => "bh",
            Self::Holm => "holm",
        }
    }

    /// The p-values `p` adjusted for one another, in their order (R: `p.adjust`).
    /// `None` when one of them is no probability.
    pub fn of(self, p: &[f64]) -> Option<Vec<f64>> {
        if !p.iter().all(|p| (0.0..=1.0).contains(p)) {
            return None;
        }
        let n = p.len();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
        let mut adjusted = vec![0.0; n];
        match self {
            Self::BenjaminiHochberg => {
                let mut least = 1.0_f64;
                for (before, &place) in order.iter().enumerate().rev() {
                    least = least.min(n as f64 / (before + 1) as f64 * p[place]);
                    adjusted[place] = least;
                }
            }
            Self::Holm => {
                let mut most = 0.0_f64;
                for (before, &place) in order.iter().enumerate() {
                    most = most.max((n - before) as f64 * p[place]);
                    adjusted[place] = most.min(1.0);
                }
            }
        }
        Some(adjusted)
    }
}

/// How surely a group is below its target, alone and among the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Below {
    /// The one-sided p-value of [`p_below`].
    pub p: f64,
    /// The same, adjusted over all groups that take part with this figure.
    pub adjusted: f64,
}

impl Below {
    /// Whether the group belongs on the list of those below their target, with
    /// intervals of the confidence `level`: the list's own error is [`LIST_ERROR`], and
    /// nobody is listed whose own verdict, by his unadjusted p-value, is not "not met".
    pub fn is_listed(&self, level: f64) -> bool {
        self.adjusted < LIST_ERROR && self.p < (1.0 - level) / 2.0
    }
}

/// The error of a list of groups below their target: 5 %.
pub const LIST_ERROR: f64 = 0.05;

/// For each row of `table`, how surely it is below its target, adjusted over the
/// groups of the same figure. `judged` has one verdict per row.
///
/// A row takes part when it has a verdict other than "too few" against a target that
/// asks for at least, for more than or for exactly a value, and [`p_below`] knows its
/// interval; other rows have `None` and do not count.
pub fn below_target(
    table: &EstimateTable,
    judged: &[Option<Judged>],
    adjustment: Adjustment,
) -> Vec<Option<Below>> {
    let mut found = vec![None; table.rows.len()];
    let mut families: HashMap<(Level, &str), Vec<(usize, f64)>> = HashMap::new();
    for (place, (row, judged)) in table.rows.iter().zip(judged).enumerate() {
        let Some(judged) = judged.as_ref().filter(|j| takes_part(j)) else { continue };
        if let Some(p) = p_below(row, judged.target) {
            families.entry((row.level, &row.code)).or_default().push((place, p));
        }
    }
    for family in families.values() {
        let alone: Vec<f64> = family.iter().map(|(_, p)| *p).collect();
        let adjusted = adjustment.of(&alone).expect("p-values are probabilities");
        for (&(place, p), adjusted) in family.iter().zip(adjusted) {
            found[place] = Some(Below { p, adjusted });
        }
    }
    found
}

/// Whether being below the target is what fails it, and there are enough responses.
fn takes_part(judged: &Judged) -> bool {
    let upward = [Operator::AtLeast, Operator::MoreThan, Operator::Equal];
    judged.verdict != Verdict::TooFew && upward.iter().any(|o| o.name() == judged.operator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::against_target::against;
    use crate::estimate::{EstimateOptions, estimate};
    use crate::test_form::{frame, instrument};

    #[test]
    fn one_group_is_not_adjusted_and_none_gives_none() {
        for adjustment in Adjustment::ALL {
            assert_eq!(adjustment.of(&[0.03]), Some(vec![0.03]));
            assert_eq!(adjustment.of(&[]), Some(vec![]));
        }
    }

    #[test]
    fn what_is_no_probability_is_not_adjusted() {
        for wrong in [f64::NAN, -0.1, 1.1, f64::INFINITY] {
            assert_eq!(Adjustment::Holm.of(&[0.5, wrong]), None);
        }
    }

    #[test]
    fn holm_is_never_below_benjamini_hochberg_nor_either_below_the_p_value() {
        let p: Vec<f64> = (1..60).map(|i| f64::from(i * i % 61) / 300.0).collect();
        let bh = Adjustment::BenjaminiHochberg.of(&p).unwrap();
        let holm = Adjustment::Holm.of(&p).unwrap();
        for ((p, bh), holm) in p.iter().zip(&bh).zip(&holm) {
            assert!(p <= bh && bh <= holm && *holm <= 1.0, "{p} {bh} {holm}");
        }
    }

    /// Three groups below their target, three above, one of five people.
    fn communes() -> (EstimateTable, Vec<Option<Judged>>) {
        let mut rows = Vec::new();
        for (group, satisfied, others) in [
            ("above", 96, 4),
            ("far", 40, 60),
            ("few", 1, 4),
            ("high", 97, 3),
            ("higher", 98, 2),
            ("near", 127, 23),
            ("some", 79, 21),
        ] {
            rows.extend(vec![(group, "55555552"); satisfied]);
            rows.extend(vec![(group, "22222220"); others]);
        }
        let options = EstimateOptions { by: vec!["group".into()], ..Default::default() };
        let table = estimate(&frame(&rows), &instrument(), &options).unwrap();
        let judge = |row: &crate::Estimate| {
            let verdict = against(row, Operator::AtLeast, 0.9)?;
            let (target_code, clause) = Default::default();
            let judged =
                Judged { target_code, clause, target: 0.9, operator: ">=".into(), verdict };
            (row.level == Level::Component).then_some(judged)
        };
        let judged = table.rows.iter().map(judge).collect();
        (table, judged)
    }

    #[test]
    fn each_figure_is_adjusted_over_the_groups_with_enough_responses() {
        let (table, judged) = communes();
        let below = below_target(&table, &judged, Adjustment::Holm);
        for code in ["a", "b", "c", "d"] {
            let of = |group| {
                let place = table.rows.iter().position(|row| {
                    row.level == Level::Component && &*row.code == code && row.group[0] == group
                });
                below[place.unwrap()]
            };
            assert_eq!(of("few"), None);
            let [far, near, some, above] = ["far", "near", "some", "above"].map(|g| of(g).unwrap());
            let near_zero = |found: f64| assert!(found.abs() < 1e-15, "{found}");
            near_zero(far.adjusted - 6.0 * far.p);
            near_zero(some.adjusted - 5.0 * some.p);
            near_zero(near.adjusted - 4.0 * near.p);
            near_zero(above.adjusted - 1.0);
            assert!(far.is_listed(0.95) && some.is_listed(0.95) && !above.is_listed(0.95));
            // Alone it would have been listed.
            assert!(near.p < 0.025 && !near.is_listed(0.95), "{near:?}");
        }
        assert_eq!(below.iter().flatten().count(), 24, "no item, no index");
    }

    #[test]
    fn whoever_is_listed_has_not_met_the_target() {
        let (table, judged) = communes();
        let mut listed = 0;
        for adjustment in Adjustment::ALL {
            let below = below_target(&table, &judged, adjustment);
            for (judged, below) in judged.iter().zip(&below) {
                if below.is_some_and(|below| below.is_listed(table.level)) {
                    assert_eq!(judged.as_ref().unwrap().verdict, Verdict::NotMet);
                    listed += 1;
                }
            }
        }
        assert!(listed > 8, "{listed}");
    }

    #[test]
    fn the_list_has_an_error_of_5_percent_and_nobody_whose_own_verdict_is_open() {
        let below = |p, adjusted| Below { p, adjusted };
        assert!(below(0.024, 0.049).is_listed(0.95));
        assert!(!below(0.024, 0.05).is_listed(0.95));
        assert!(!below(0.026, 0.049).is_listed(0.95), "its interval holds the target");
        assert!(below(0.026, 0.049).is_listed(0.9));
    }

    #[test]
    fn a_target_that_must_not_be_exceeded_takes_no_part() {
        let (table, mut judged) = communes();
        for judged in judged.iter_mut().flatten() {
            judged.operator = "<=".into();
        }
        assert!(below_target(&table, &judged, Adjustment::Holm).iter().all(Option::is_none));
    }
}
