//! The communes of a province beside each other: one figure each, never a rank.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::NaiveDate;
use futures_util::{StreamExt, TryStreamExt, stream};
use surveys::unit::Commune;
use surveys::{Instrument, InstrumentId, ProvinceCode, catalog};

use super::memory::Memory;
use super::withheld::Marks;
use super::{Error, Report, Reporting};
use crate::store::activity::Pulse;

/// How many communes are asked for at once.
const AT_ONCE: usize = 4;

/// What is known of the communes of a province, on a day.
pub(super) type Remembered =
    Memory<(ProvinceCode, InstrumentId, u32, String, NaiveDate), (Pulse, Arc<Overview>)>;

/// The communes of a province over the same period, each by its own calendar.
#[derive(Debug)]
pub struct Overview {
    /// By code; those whose calendar has no such period are left out.
    pub reports: Vec<Arc<Report>>,
}

impl Reporting {
    /// What staff of the province `province` see of `communes`, which are all of it that
    /// have collection points, in the period `code`.
    ///
    /// As long as nothing comes in nothing is read; after that only what changed.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn overview(
        &self,
        province: &ProvinceCode,
        communes: &[&'static Commune],
        instrument: &'static Instrument,
        code: &str,
    ) -> Result<Arc<Overview>, Error> {
        let id = instrument.id.clone();
        let key = (province.clone(), id, instrument.version, code.to_owned(), self.today());
        let pulse = self.db.pulse().await?;
        let known = self.overviews.recall(&key, |_| true);
        let same = |overview: &Overview| {
            overview.reports.iter().map(|r| &r.commune.code).eq(communes.iter().map(|c| &c.code))
        };
        let kept = match &known {
            Some((then, overview)) if *then == pulse && same(overview) => {
                return Ok(Arc::clone(overview));
            }
            Some((then, overview)) if then.turns == pulse.turns => {
                let changed = self.db.communes_after(*then).await?;
                let changed: HashSet<String> = changed.into_iter().collect();
                let kept = overview.reports.iter();
                kept.filter(|r| !changed.contains(r.commune.code.as_str())).cloned().collect()
            }
            _ => Vec::new(),
        };
        let one = |commune: &'static Commune| {
            let kept: Option<Arc<Report>> =
                kept.iter().find(|r: &&Arc<Report>| r.commune.code == commune.code).cloned();
            async move {
                let Ok(period) = catalog::period_of(&commune.code, code) else { return Ok(None) };
                match kept {
                    Some(report) if report.period == period => Ok(Some(report)),
                    _ => {
                        let answered = self.or_former(&commune.code, instrument, &period).await?;
                        let subject = self.subject(&commune.code, answered)?;
                        let mut marks = Marks::default();
                        let report = self.sliced(subject, &period, None, &mut marks).await?;
                        Ok::<_, Error>(Some(Arc::new(report)))
                    }
                }
            }
        };
        let reports: Vec<Option<Arc<Report>>> =
            stream::iter(communes.iter().copied().map(one)).buffered(AT_ONCE).try_collect().await?;
        let overview = Arc::new(Overview { reports: reports.into_iter().flatten().collect() });
        self.overviews.keep(key, (pulse, Arc::clone(&overview)));
        Ok(overview)
    }
}
