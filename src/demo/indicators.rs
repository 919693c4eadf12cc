//! Indicators of the simulated year: two numbers a month for what staff count, and duties
//! that were done. What others publish, such as PAPI, is not made up.

use chrono::{Datelike, Days, Months, NaiveDate};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use surveys::catalog;
use surveys::indicator::{Entered, Entry};
use surveys::plan::{Measure, Operator, Plan, Target, TargetValue};

use super::{MONTHS, STAFF};
use crate::staff::Scope;
use crate::staff::audit::{Action, Event, Outcome};
use crate::store::indicators::NewEntry;
use crate::store::{Db, Error};

/// Where all of it is from.
const SOURCE: &str = "Số liệu mô phỏng";

/// How far a share stays from its target, in percentage points.
const AROUND: f64 = 3.0;
/// The target of a share without one, in percent, and of a wait, in minutes.
const USUAL_SHARE: f64 = 92.0;
const USUAL_WAIT: f64 = 15.0;
/// The procedures of a commune that qualify to be handled fully online.
const PROCEDURES: u64 = 214;
/// The offices of a commune, which all have procedures.
const OFFICES: u64 = 5;

/// What a counter did in a month. All that is counted of it is a part of this.
#[derive(Debug, Clone, Copy)]
struct Counter {
    /// Dossiers that came in.
    dossiers: u64,
    /// Those that were settled or came due.
    settled: u64,
    /// Settled ones that were late; always some.
    late: u64,
    /// Dossiers that are kept as data.
    digitised: u64,
    payments: u64,
    documents: u64,
    meetings: u64,
}

impl Counter {
    /// The month of a commune that is to settle `on_time` percent in time.
    fn of(rng: &mut StdRng, on_time: f64) -> Self {
        let dossiers: u64 = rng.random_range(180..420);
        let settled = dossiers - rng.random_range(3..15);
        let late = settled - part(settled, on_time + rng.random_range(-1.5..1.5));
        Self {
            dossiers,
            settled,
            late: late.max(1),
            digitised: part(dossiers, rng.random_range(90.0..98.0)),
            payments: part(dossiers, rng.random_range(55.0..65.0)),
            documents: 2 * dossiers + rng.random_range(20..90),
            meetings: rng.random_range(6..14),
        }
    }

    /// What `indicator` is a share of; for a wait the transactions, of which each dossier
    /// has two: it is brought and its result is fetched.
    fn whole(self, indicator: &str) -> u64 {
        match indicator {
            "ONTIME_DOSSIERS" => self.settled,
            "APOLOGY_LATE" => self.late,
            "WAITING_TIME" | "DIGITISED" => self.dossiers + self.settled,
            "DATA_REUSE" | "DIGITISED_SYNCED" => self.digitised,
            "ONLINE_PAYMENT" => self.payments,
            "EWORK" => self.documents,
            "MEETINGS_SHORTENED" => self.meetings,
            "ONLINE_FULL_SERVICES" => PROCEDURES,
            "ONESTOP_RATING" | "UNITS_WITH_SATISFACTION_INDEX" => OFFICES,
            _ => self.dossiers,
        }
    }
}

/// Whether `indicator` counts what there is, which a month does not add to: it is entered
/// once.
fn is_stock(indicator: &str) -> bool {
    matches!(indicator, "ONLINE_FULL_SERVICES" | "ONESTOP_RATING" | "UNITS_WITH_SATISFACTION_INDEX")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is counted in a month is small and not negative"
)]
fn rounded(number: f64) -> u64 {
    number.round() as u64
}

/// So many `percent` of `whole`.
fn part(whole: u64, percent: f64) -> u64 {
    rounded(percent.clamp(0.0, 100.0) / 100.0 * whole as f64)
}

/// What `target` asks for, or what is usual where it asks for less or more only.
fn value(target: &Target) -> f64 {
    match &target.value {
        Some(TargetValue::Number(value)) => *value,
        _ if target.indicator == "WAITING_TIME" => USUAL_WAIT,
        _ => USUAL_SHARE,
    }
}

/// The two numbers for `target` of a month in which `counter` did what it did, around what
/// the target asks for.
fn counts(rng: &mut StdRng, target: &Target, counter: Counter) -> Entered {
    let denominator = counter.whole(&target.indicator);
    let lower_is_better = matches!(target.operator, Operator::AtMost | Operator::Decrease);
    let towards = if lower_is_better { -0.5 } else { 0.5 };
    let aimed = value(target) + towards;
    let numerator = match &*target.indicator {
        "ONTIME_DOSSIERS" => counter.settled - counter.late,
        // Now and then one is forgotten.
        "APOLOGY_LATE" => counter.late - u64::from(rng.random_bool(0.2)),
        "WAITING_TIME" => {
            let minutes = (aimed + rng.random_range(-2.0..2.0)).max(1.0);
            rounded(minutes * denominator as f64)
        }
        _ => part(denominator, aimed + rng.random_range(-AROUND..AROUND)),
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
    let on_time = plan.targets.iter().find(|target| target.indicator == "ONTIME_DOSSIERS");
    let on_time = on_time.map_or(98.0, value).min(99.0);
    let counters: Vec<Counter> = (0..MONTHS).map(|_| Counter::of(&mut rng, on_time)).collect();
    for (place, target) in plan.targets.iter().enumerate() {
        match &target.measured_by {
            Measure::Indicator { petitions: None, .. } => {
                let newest = if place % 4 == 3 { 2 } else { 1 };
                let oldest = if is_stock(&target.indicator) { newest + 1 } else { MONTHS };
                for (back, counter) in (0..oldest).zip(&counters).skip(newest as usize).rev() {
                    let of = month.checked_sub_months(Months::new(back)).unwrap_or(month);
                    let entered = counts(&mut rng, target, *counter);
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
                        let waited = entry.indicator == "WAITING_TIME";
                        assert!(numerator <= denominator || waited, "{entry:?}");
                        assert!(*entry.period < *"2026-11" && *entry.period >= *"2025-11");
                    }
                    Entered::Done { on } => assert!(on < today, "{entry:?}"),
                    _ => panic!("nothing of others is made up: {entry:?}"),
                }
            }
        }
    }

    #[test]
    fn what_is_counted_of_one_month_fits_together() {
        for plan in catalog::plans() {
            let all = entries(plan, "2026-11-20".parse().unwrap(), 7);
            let of = |indicator: &str, period: &str| {
                let entry = all.iter().find(|e| e.indicator == indicator && e.period == period)?;
                match entry.entered {
                    Entered::Counts { numerator, denominator } => Some((numerator, denominator)),
                    _ => None,
                }
            };
            let mut seen = 0;
            for (year, month) in [(2025, 11..=12), (2026, 1..=10)]
                .into_iter()
                .flat_map(|(year, months)| months.map(move |month| (year, month)))
            {
                let period = format!("{year}-{month:02}");
                let of = |indicator| of(indicator, &period);
                let settled = of("ONTIME_DOSSIERS");
                if let (Some((sent, late)), Some((on_time, settled))) =
                    (of("APOLOGY_LATE"), settled)
                {
                    assert_eq!(late, settled - on_time, "{} {period}", plan.id);
                    assert!(
                        late >= 1 && sent <= late && late * 10 < settled,
                        "{late} of {settled}"
                    );
                    seen += 1;
                }
                let all_dossiers = ["ONLINE_DOSSIERS", "ONLINE_USE", "ONLINE_FULL_DOSSIERS"];
                let dossiers: Vec<u64> =
                    all_dossiers.iter().filter_map(|name| of(name)).map(|(_, all)| all).collect();
                assert!(dossiers.windows(2).all(|two| two[0] == two[1]), "{dossiers:?}");
                let Some(&dossiers) = dossiers.first() else { continue };
                assert!(settled.is_none_or(|(_, settled)| settled <= dossiers), "{period}");
                for part in ["ONLINE_PAYMENT", "DATA_REUSE", "DIGITISED_SYNCED"] {
                    assert!(of(part).is_none_or(|(_, of_them)| of_them <= dossiers), "{part}");
                }
                if let Some((minutes, transactions)) = of("WAITING_TIME") {
                    let wait = minutes as f64 / transactions as f64;
                    assert!((5.0..30.0).contains(&wait), "{} {period}: {wait}", plan.id);
                    assert!(transactions >= dossiers && transactions <= 2 * dossiers);
                }
            }
            let late = plan.targets.iter().any(|target| target.indicator == "APOLOGY_LATE");
            assert!(!late || seen >= 10, "{}: {seen}", plan.id);
            for stock in ["ONESTOP_RATING", "UNITS_WITH_SATISFACTION_INDEX"] {
                let entered: Vec<_> = all.iter().filter(|e| e.indicator == stock).collect();
                assert!(entered.len() < 2, "a commune has its offices once: {entered:?}");
            }
        }
    }
}
