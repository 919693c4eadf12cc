//! What would be published if somebody decided so now.

use std::sync::Arc;

use analytics::Withheld;
use analytics::disclosure::{withheld, withheld_after};
use chrono::NaiveDate;
use surveys::{CommuneCode, Instrument, Period};

use super::super::withheld::{Marks, Years, span};
use super::super::{Error, Report, Reporting, Subject};
use super::held::{self, Held};
use super::{Cut, Publication, Release, Standing, document, known, newest, period_of};
use crate::store::publications::{Footprint, NewPublication, checksum};

/// What each period of a year withholds when all that was published stays, and whether it can.
pub(super) type Beside = (Vec<Withheld>, bool);

/// Results that may be published, and why they may not.
#[derive(Debug)]
pub struct Draft {
    /// What the public would see.
    pub report: Arc<Report>,
    /// What it sees now, if anything is published; then this is a correction.
    pub before: Option<Arc<Report>>,
    /// What the public sees now if what was published was taken back.
    pub withdrawn: Option<Arc<Report>>,
    /// Why it cannot be published; nothing when it can.
    pub held: Option<Held>,
    /// 1, or one more than that of the decision before it.
    pub number: i64,
    last_seq: i64,
    made_of: Footprint,
    document: String,
}

impl Draft {
    /// What tells this draft from one with other figures.
    pub fn mark(&self) -> String {
        format!("{}-{}", self.number, checksum(&self.document))
    }

    /// What is stored to publish it for `reason`.
    pub fn to_publish(&self, reason: &str) -> NewPublication {
        let Report { commune, instrument, period, .. } = &*self.report;
        NewPublication {
            commune: commune.code.clone(),
            instrument: instrument.id.to_string(),
            version: instrument.version,
            period: period.code.clone(),
            start: period.start,
            end: period.end,
            number: self.number,
            reason: reason.to_owned(),
            last_seq: self.last_seq,
            made_of: self.made_of,
            document: self.document.clone(),
        }
    }
}

impl Reporting {
    /// What would be published of `instrument` in `commune` over `period` now.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn draft(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
    ) -> Result<Draft, Error> {
        let whole = self.subject(commune, instrument)?;
        let published = self.published_of(whole).await?;
        let days = (period.start, period.end);
        let own = known(&published, days);
        let last = newest(&published, days);
        let others = others(&published, days);
        let unreadable =
            self.unreadable_among(whole, own.into_iter().chain(others.iter().copied()));
        let unreadable = unreadable.await?;
        let cuts: Vec<Cut> = others
            .iter()
            .filter(|other| own.is_none() || !holds((other.start, other.end), days))
            .map(|other| Cut::of(other))
            .collect();
        let subject = Subject { cuts: &cuts, ..whole };
        let made_of = self.footprint(subject, days).await?;
        let last_seq = self.db.responses_mark(&subject.selection(days)).await?.1;
        let years = self.years(subject, period, &mut Marks::default()).await?;
        // What its own former version showed is known as well. Beside what cannot be read
        // nothing is published.
        let known = others.iter().copied().chain(own).filter(|_| unreadable.is_none());
        let settled: Vec<&Publication> = known.collect();
        let (withheld, stays) = self.withheld_beside(subject, days, &years, &settled).await?;
        let report = match self.computed(subject, days).await? {
            Some(computed) => computed.publish(period.clone(), withheld),
            None => self.compute(subject, period.clone(), Vec::new()).await?,
        };
        let (from, until) = (period.start_millis(), period.end_millis());
        let fewest = self.db.fewest_at_a_point(commune.as_str(), from, until).await?;
        let document = document::write(&report, Some(fewest))?;
        let known = match own {
            Some(own) => Some(self.frozen(subject, period, own).await?),
            None => None,
        };
        let known = known.filter(|known| known.unreadable().is_none());
        let withdrawn = match last {
            Some(last) if last.withdraws => Some(self.decided(subject, period, last).await?),
            _ => None,
        };
        let number = last.map_or(1, |last| last.number + 1);
        let release = Release {
            number,
            decided_at: self.clock.now(),
            reason: String::new(),
            is_anew: withdrawn.is_some(),
            fewest_at_a_point: Some(fewest),
        };
        let report = Report { standing: Standing::Published(Arc::new(release)), ..report };
        let beside = self.moved_beside(subject, days, own.is_some(), &others).await?;
        let held = unreadable.map(Held::Unreadable);
        let held = held
            .or_else(|| held::why(self.today(), &report, known.as_deref(), withdrawn.is_some()))
            .or_else(|| beside.map(Held::FewBeside))
            .or_else(|| (!stays).then_some(Held::Tells));
        let before = known.filter(|_| withdrawn.is_none());
        let report = Arc::new(report);
        Ok(Draft { report, before, withdrawn, held, number, last_seq, made_of, document })
    }

    /// What the first period is called of which what `published` cannot be read.
    async fn unreadable_among(
        &self,
        subject: Subject<'_>,
        published: impl Iterator<Item = &Publication>,
    ) -> Result<Option<String>, Error> {
        for one in published {
            let own = period_of(&subject.commune.code, one);
            let last = one.end.pred_opt().unwrap_or(one.end);
            let Some(period) = own.or_else(|| Period::between(one.start, last).ok()) else {
                continue;
            };
            if self.frozen(subject, &period, one).await?.unreadable().is_some() {
                return Ok(Some(one.period.clone()));
            }
        }
        Ok(None)
    }

    /// What is withheld of the period of `days`, when all that was `published` stays as it
    /// is; and whether it can stay.
    async fn withheld_beside(
        &self,
        subject: Subject<'_>,
        days: (NaiveDate, NaiveDate),
        years: &Years,
        published: &[&Publication],
    ) -> Result<(Withheld, bool), Error> {
        let (mut all, mut all_stay) = (Withheld::default(), true);
        let ids: Vec<i64> = published.iter().map(|publication| publication.id).collect();
        for (parts, mark) in years.each().zip(years.marks()) {
            let question = (subject.question(span(parts)), ids.clone());
            let decide = async {
                let decided = self.decide_beside(subject, parts, published).await?;
                Ok::<_, Error>((mark, Arc::new(decided)))
            };
            let beside = &self.releases.beside;
            let (_, year) = beside.once(&question, |(kept, _)| *kept == mark, decide).await?;
            let (decided, stay) = &*year;
            all_stay &= stay;
            let place = parts.iter().position(|part| (part.start, part.end) == days);
            if let Some(own) = place.and_then(|place| decided.get(place)) {
                all = all.and(own);
            }
        }
        Ok((all, all_stay))
    }

    /// What is withheld of each of `parts`, the periods of a year, when all that was
    /// `published` stays as it is; and whether it can stay.
    async fn decide_beside(
        &self,
        subject: Subject<'_>,
        parts: &[Period],
        published: &[&Publication],
    ) -> Result<Beside, Error> {
        let (pieces, periods) = self.pieces(subject, parts).await?;
        let mut settled = Vec::new();
        for part in parts {
            let of_it = |one: &&&Publication| (one.start, one.end) == (part.start, part.end);
            settled.push(match published.iter().find(of_it) {
                Some(one) => Some(self.frozen(subject, part, one).await?.withheld.clone()),
                None => None,
            });
        }
        let instrument = subject.instrument;
        let decided = tokio::task::spawn_blocking(move || {
            let settled: Vec<Option<&Withheld>> = settled.iter().map(Option::as_ref).collect();
            match withheld_after(instrument, &pieces, &periods, &settled) {
                Some(decided) => (decided, true),
                None => (withheld(instrument, &pieces, &periods), false),
            }
        });
        decided.await.map_err(|e| Error::Computation(e.to_string()))
    }

    /// What a published period is called from which few people could be told by laying it
    /// beside that of `days`; `None` when there is none.
    async fn moved_beside(
        &self,
        subject: Subject<'_>,
        days: (NaiveDate, NaiveDate),
        corrects: bool,
        others: &[&Publication],
    ) -> Result<Option<String>, Error> {
        for other in others {
            let theirs = (other.start, other.end);
            if !(holds(days, theirs) || (!corrects && holds(theirs, days))) {
                continue;
            }
            let Ok(period) = Period::between(theirs.0, theirs.1.pred_opt().unwrap_or(theirs.1))
            else {
                continue;
            };
            let now = match self.computed(subject, theirs).await? {
                Some(now) => now,
                None => Arc::new(self.compute(subject, period.clone(), Vec::new()).await?),
            };
            let before = self.frozen(subject, &period, other).await?;
            if held::moved_by_few(&before, &now) {
                return Ok(Some(other.period.clone()));
            }
        }
        Ok(None)
    }
}

/// Whether `inner` is a part of `outer`, and not the same.
fn holds(outer: (NaiveDate, NaiveDate), inner: (NaiveDate, NaiveDate)) -> bool {
    outer != inner && outer.0 <= inner.0 && inner.1 <= outer.1
}

/// What everybody knows of every other period than that of `days`.
fn others(published: &[Publication], days: (NaiveDate, NaiveDate)) -> Vec<&Publication> {
    let is_newest = |p: &&Publication| {
        let theirs = (p.start, p.end);
        theirs != days && known(published, theirs).is_some_and(|known| known.id == p.id)
    };
    published.iter().filter(is_newest).collect()
}
