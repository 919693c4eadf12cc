//! The communes of a province beside each other as the public sees them: sorted as a
//! reader likes, never ranked.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use analytics::multiplicity::{Adjustment, Below};
use analytics::{Level, Publication, Verdict};
use chrono::NaiveDate;
use futures_util::{StreamExt, TryStreamExt, stream};
use surveys::unit::{self, Commune};
use surveys::{CommuneCode, Instrument, InstrumentId, Period, ProvinceCode, catalog};

use super::listed;
use super::memory::Memory;
use super::published::Shown;
use super::{Error, Finding, Report, Reporting};
use crate::store::activity::Pulse;

/// How many communes are asked for at once.
const AT_ONCE: usize = 4;

/// What is known of provinces, by instrument version, code of the period and day.
pub(super) type Remembered =
    Memory<(ProvinceCode, InstrumentId, u32, String, NaiveDate), (Pulse, Arc<SideBySide>)>;

/// Every commune of a province over the same period, each by its own calendar.
#[derive(Debug)]
pub struct SideBySide {
    /// By code.
    pub places: Vec<Place>,
    /// The instrument; a commune that has no results of this version in the period is shown
    /// with those of a former one.
    pub instrument: &'static Instrument,
    /// Whether every answer is made up.
    pub simulated: bool,
}

/// A commune among the others.
#[derive(Debug, Clone)]
pub struct Place {
    /// The commune.
    pub commune: &'static Commune,
    /// The period by its own calendar; `None` when that has none of this code.
    pub period: Option<Period>,
    /// Its figures; `None` when nobody answered, or nothing is published yet.
    pub figures: Option<Figures>,
    /// Whether there are answers of which nothing is published yet.
    pub awaited: bool,
    /// Whether its results were published and taken back.
    pub withdrawn: bool,
    /// Whether its results were published and cannot be read.
    pub unreadable: bool,
}

/// What is shown of a commune: no more is kept of its report, of which there are many.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The version of the instrument answered.
    pub version: u32,
    /// The index.
    pub index: Finding,
    /// The components, in the instrument's order.
    pub components: Vec<Finding>,
    /// The confidence level of every interval.
    pub level: f64,
    /// How surely the index is below its target, alone and among all of the province;
    /// `None` without a published verdict against a target that can be failed from below.
    pub below: Option<Below>,
}

impl Place {
    /// What is shown of the index; `None` without figures.
    pub fn shown(&self) -> Option<Shown<'_>> {
        Some(self.figures.as_ref()?.index.shown())
    }

    /// The rate of the index with its lower and upper limit, if it is shown.
    pub fn rate(&self) -> Option<(f64, f64, f64)> {
        match self.shown()? {
            Shown::Rate { rate, low, upp, .. } => Some((rate, low, upp)),
            _ => None,
        }
    }

    /// On how many people the index rests, if that may be told.
    pub fn people(&self) -> Option<u64> {
        let index = &self.figures.as_ref()?.index;
        (!matches!(index.shown(), Shown::Nothing)).then_some(index.estimate.people)
    }

    /// What is said of the index and its target.
    pub fn verdict(&self) -> Option<Verdict> {
        self.figures.as_ref()?.index.published_verdict()
    }

    /// Whether it is below its target also when it is seen as one of many.
    pub fn is_below(&self) -> bool {
        let of = |f: &Figures| f.below.is_some_and(|below| below.is_listed(f.level));
        self.figures.as_ref().is_some_and(of)
    }
}

impl Figures {
    fn of(report: &Report) -> Option<Self> {
        if report.received == 0 {
            return None;
        }
        Some(Self {
            version: report.instrument.version,
            index: report.index()?.clone(),
            components: report.at(Level::Component).cloned().collect(),
            level: report.level,
            below: None,
        })
    }
}

impl SideBySide {
    /// Whether the intervals of two communes hold a value in common, so that nobody can
    /// say which of them is the better one.
    pub fn some_overlap(&self) -> bool {
        let mut limits: Vec<(f64, f64)> =
            self.places.iter().filter_map(Place::rate).map(|(_, low, upp)| (low, upp)).collect();
        limits.sort_by(|a, b| a.0.total_cmp(&b.0));
        limits.windows(2).any(|pair| pair[1].0 <= pair[0].1)
    }

    /// How many communes have a verdict that could be "below its target".
    pub fn held_against(&self) -> usize {
        let of = |place: &&Place| place.figures.as_ref().is_some_and(|f| f.below.is_some());
        self.places.iter().filter(of).count()
    }

    /// Says how surely each commune is below its target among all of them.
    fn adjust(places: &mut [Place]) {
        let level = places.iter().find_map(|place| Some(place.figures.as_ref()?.level));
        let published = |place: &Place| {
            let index = &place.figures.as_ref()?.index;
            (index.publication == Publication::Verdict).then(|| index.clone())
        };
        let indices: Vec<Option<Finding>> = places.iter().map(published).collect();
        let indices: Vec<Option<&Finding>> = indices.iter().map(Option::as_ref).collect();
        let found = listed::of(&indices, Adjustment::BenjaminiHochberg, level.unwrap_or(0.95));
        for (place, below) in places.iter_mut().zip(found) {
            if let Some(figures) = &mut place.figures {
                figures.below = below;
            }
        }
    }
}

impl Reporting {
    /// What the public sees of the communes of `province` in the period `code`. Only
    /// those of `surveyed` can have answers: they have collection points.
    ///
    /// As long as nothing comes in nothing is read; after that only what changed.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn province(
        &self,
        province: &ProvinceCode,
        surveyed: &BTreeSet<CommuneCode>,
        instrument: &'static Instrument,
        code: &str,
    ) -> Result<Arc<SideBySide>, Error> {
        let id = instrument.id.clone();
        let key = (province.clone(), id, instrument.version, code.to_owned(), self.today());
        let pulse = self.db.pulse().await?;
        let make = async {
            let kept = match self.provinces.recall(&key, |_| true) {
                Some((then, before)) if then.turns == pulse.turns => {
                    let changed: HashSet<String> =
                        self.db.communes_after(then).await?.into_iter().collect();
                    let same = |place: &&Place| !changed.contains(place.commune.code.as_str());
                    let kept = before.places.iter().filter(same);
                    kept.map(|place| (&place.commune.code, place.clone())).collect()
                }
                _ => HashMap::new(),
            };
            let of = |commune: &'static Commune| {
                let kept = kept.get(&commune.code).cloned();
                async move {
                    let period = catalog::period_of(&commune.code, code).ok();
                    match (kept, period) {
                        (Some(place), period) if place.period == period => Ok(place),
                        (_, Some(period)) if surveyed.contains(&commune.code) => {
                            let answered =
                                self.or_former(&commune.code, instrument, &period).await?;
                            let report = self.report(&commune.code, answered, &period).await?;
                            let figures = Figures::of(&report);
                            let awaited = report.is_awaited();
                            let withdrawn = report.withdrawal().is_some();
                            let unreadable = report.unreadable().is_some();
                            let period = Some(period);
                            Ok::<_, Error>(Place {
                                commune,
                                period,
                                figures,
                                awaited,
                                withdrawn,
                                unreadable,
                            })
                        }
                        (_, period) => Ok(Place {
                            commune,
                            period,
                            figures: None,
                            awaited: false,
                            withdrawn: false,
                            unreadable: false,
                        }),
                    }
                }
            };
            let communes = unit::communes().iter().filter(|c| c.province == *province);
            let mut places: Vec<Place> =
                stream::iter(communes.map(of)).buffered(AT_ONCE).try_collect().await?;
            SideBySide::adjust(&mut places);
            let simulated = self.db.is_simulated();
            Ok::<_, Error>((pulse, Arc::new(SideBySide { places, instrument, simulated })))
        };
        Ok(self.provinces.once(&key, |(then, _)| *then == pulse, make).await?.1)
    }
}

#[cfg(test)]
pub(crate) mod tests;
