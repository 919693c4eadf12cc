//! Estimates from tallies instead of from rows.

use surveys::Instrument;

use super::moments::Moments;
use super::{Tallies, Tally, TallyError};
use crate::estimate::columns::is_own_column;
use crate::estimate::{EstimateOptions, EstimateTable, Rows, fits};
use crate::frame::is_group;

/// Estimates every item, component, part and the index of `instrument` from
/// `tallies`, in every group, for a sample without a design. Figures that lack sums
/// are left out: [`Tallies::left_out`] names them.
///
/// # Errors
/// [`TallyError`]: nothing is estimated when the request does not fit.
pub fn estimate_tallies(
    tallies: &Tallies,
    instrument: &Instrument,
    options: &EstimateOptions,
) -> Result<EstimateTable, TallyError> {
    fits(instrument, tallies.is_of(instrument), &options.by, is_own_column)?;
    let mut plan = options.plan(instrument)?;
    if !options.design.is_none() {
        return Err(TallyError::Design);
    }
    let moments = Moments::of(&mut plan, tallies.kept());
    let sampled = tallies.respondents();
    let groups = tallies.groups(&options.by)?;
    let groups: Vec<_> = groups.iter().filter(|(values, _)| is_group(values)).collect();
    let some = |groups: &[(&Vec<String>, &Tally)]| {
        let mut rows = Rows::new(&plan, options, groups.len());
        for (values, tally) in groups {
            rows.add(&moments.measure(tally, sampled)?, (*values).clone());
        }
        Ok::<_, TallyError>(rows)
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut parts = groups.chunks(groups.len().div_ceil(threads).max(FEWEST_GROUPS));
    let first = parts.next().unwrap_or_default();
    let rows = std::thread::scope(|scope| {
        let others: Vec<_> = parts.map(|part| scope.spawn(|| some(part))).collect();
        let mut rows = some(first);
        for other in others {
            let other = other.join().expect("figures are made without a panic");
            rows = rows.and_then(|rows| Ok(rows.followed_by(other?)));
        }
        rows
    });
    Ok(rows?.finish())
}

/// How many groups a thread of its own is worth.
const FEWEST_GROUPS: usize = 1_000;

impl Tallies {
    /// How many respondents have no value in one of the columns `by`, and so no group.
    ///
    /// # Errors
    /// As [`estimate_tallies`].
    pub fn ungrouped(&self, by: &[String]) -> Result<u64, TallyError> {
        let groups = self.groups(by)?;
        let without = groups.iter().filter(|(values, _)| !is_group(values));
        Ok(without.map(|(_, tally)| tally.respondents).sum())
    }

    /// The figures that [`estimate_tallies`] leaves out because sums that they need
    /// were not tallied, such as `index quick-counter`.
    ///
    /// # Errors
    /// As [`estimate_tallies`].
    pub fn left_out(
        &self,
        instrument: &Instrument,
        options: &EstimateOptions,
    ) -> Result<Vec<String>, TallyError> {
        Ok(self.lacking(&options.plan(instrument)?))
    }
}
