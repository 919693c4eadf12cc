//! Indicators of the simulated year: two numbers a month for what staff count, and duties
//! that were done. What others publish, such as PAPI, is not made up.

use chrono::{Datelike, Days, Months, NaiveDate};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use surveys::catalog;
use surveys::indicator::{Entered, Entry};
use surveys::plan::{Measure, Operator, Plan, Target, TargetUnit, TargetValue};

use super::{MONTHS, STAFF};
use crate::staff::Scope;
use crate::staff::audit::{Action, Event, Outcome};
use crate::store::indicators::NewEntry;
use crate::store::{Db, Error};

/// Where all of it is from.
const SOURCE: &str = "Số liệu mô phỏng";

/// How far a share stays from its target, in percentage points.
const AROUND: f64 = 3.0;

/// The two numbers of a month for `target`, around its value.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of some hundred is small and not negative"
)]
fn counts(rng: &mut StdRng, target: &Target) -> Entered {
    let denominator: u64 = rng.random_range(180..420);
    let value = match (&target.value, target.unit) {
        (Some(TargetValue::Number(value)), _) => *value,
        (_, TargetUnit::Minutes) => 15.0,
        _ => 92.0,
    };
    let lower_is_better = matches!(target.operator, Operator::AtMost | Operator::Decrease);
    let towards = if lower_is_better { -0.5 } else { 0.5 };
    let of = |share: f64| (share * denominator as f64).round() as u64;
    let numerator = if target.unit == TargetUnit::Minutes {
        of((value + towards + rng.random_range(-2.0..2.0)).max(1.0))
    } else {
        let share = value + towards + rng.random_range(-AROUND..AROUND);
        of(share.clamp(0.0, 100.0) / 100.0).min(denominator)
    };
    Entered::Counts { numerator, denominator }
}

/// What is entered for `plan` on `today`. The month before today's is left out of every
/// fourth indicator: somebody still has to enter it.
fn entries(plan: &Plan, today: NaiveDate, seed: u64) -> Vec<Entry> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut entries: Vec<Entry> = Vec::new();
    let mut add = |indicator: &str, period: String, entered: Entered| {
        let known = entries.iter().any(|e| e.indicator == indicator && e.period == period);
        if !known {
            let (indicator, source) = (indicator.to_owned(), SOURCE.to_owned());
            entries.push(Entry { indicator, period, entered, source, link: String::new() });
        }
    };
    let month = today.with_day(1).unwrap_or(today);
    for (place, target) in plan.targets.iter().enumerate() {
        match &target.measured_by {
            Measure::Indicator { petitions: None, .. } => {
                let newest = if place % 4 == 3 { 2 } else { 1 };
                for back in (newest..MONTHS).rev() {
                    let of = month.checked_sub_months(Months::new(back)).unwrap_or(month);
                    let entered = counts(&mut rng, target);
                    add(&target.indicator, of.format("%Y-%m").to_string(), entered);
                }
            }
            Measure::Duty if place % 2 == 0 => {
                let ago = Days::new(rng.random_range(20..200));
                let on = today.checked_sub_days(ago).unwrap_or(today);
                add(&target.indicator, on.to_string(), Entered::Done { on });
            }
            _ => {}
        }
    }
    entries
}

/// Enters results for the commune of every plan.
pub(super) async fn fill(db: &Db, now: i64, today: NaiveDate, seed: u64) -> Result<(), Error> {
    for (number, plan) in (0_u64..).zip(catalog::plans()) {
        let new = |entry| NewEntry { commune: plan.commune_code.clone(), entry, replaces: 0 };
        let all: Vec<NewEntry> =
            entries(plan, today, seed.wrapping_add(number)).into_iter().map(new).collect();
        let place = Scope::Commune(plan.commune_code.clone());
        let event = Event::new(now, STAFF, Action::EnterIndicators, Outcome::Done);
        db.enter(&all, &event.at_place(&place)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_month_of_every_plan_is_the_same_each_time_and_can_be_meant() {
        let today = "2026-11-20".parse().unwrap();
        for plan in catalog::plans() {
            let all = entries(plan, today, 7);
            assert_eq!(all, entries(plan, today, 7));
            assert!(all.len() >= 12, "{}: {}", plan.id, all.len());
            for entry in &all {
                match entry.entered {
                    Entered::Counts { numerator, denominator } => {
                        let minutes = plan.targets.iter().any(|target| {
                            target.indicator == entry.indicator
                                && target.unit == TargetUnit::Minutes
                        });
                        assert!(numerator <= denominator || minutes, "{entry:?}");
                        assert!(*entry.period < *"2026-11" && *entry.period >= *"2025-11");
                    }
                    Entered::Done { on } => assert!(on < today, "{entry:?}"),
                    _ => panic!("nothing of others is made up: {entry:?}"),
                }
            }
        }
    }
}
