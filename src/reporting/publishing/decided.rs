//! What was decided about a period, one after the other: published, corrected, taken back,
//! published again.

use std::sync::Arc;

use surveys::{CommuneCode, Instrument, Period};

use super::super::{Error, Report, Reporting, Subject};
use super::{Publication, Standing, held, newest, period_of};

/// A decision by which what was published was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// One more than that of what it takes back.
    pub number: i64,
    /// When, in UTC milliseconds.
    pub decided_at: i64,
    /// Why.
    pub reason: String,
}

/// A decision about a period, for everybody to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Its number among those about the period, from 1.
    pub number: i64,
    /// When, in UTC milliseconds.
    pub decided_at: i64,
    /// Why it corrects, takes back or publishes anew; empty for the first.
    pub reason: String,
    /// Whether the decision before it took back what was published.
    pub is_anew: bool,
    /// Whether it takes back what was published.
    pub withdraws: bool,
    /// Whether its figures can be read.
    pub stands: bool,
    /// Whether it tells the same as what was last taken back before it; `None` where nothing
    /// was, or where one of both is read no more.
    pub is_as_before: Option<bool>,
}

impl Withdrawal {
    fn of(publication: &Publication) -> Self {
        let Publication { number, decided_at, ref reason, .. } = *publication;
        Self { number, decided_at, reason: reason.clone() }
    }
}

/// The decision of `all` by which what `asked` published was taken back, with whatever
/// was published of the period before it; `asked` itself if it is one.
pub(super) fn withdrawal_of<'a>(
    all: &'a [Publication],
    asked: &Publication,
) -> Option<&'a Publication> {
    let after = |p: &&Publication| {
        p.withdraws && (p.start, p.end) == (asked.start, asked.end) && p.number >= asked.number
    };
    all.iter().find(after)
}

/// What `all`, the decisions about one period in their order, published last before the last
/// withdrawal before `one`.
fn taken_back_before<'a>(all: &'a [Publication], one: &Publication) -> Option<&'a Publication> {
    let withdrawal = all.iter().rev().find(|p| p.withdraws && p.number < one.number)?;
    all.iter().rev().find(|p| !p.withdraws && p.number < withdrawal.number)
}

impl Report {
    /// The decision by which its figures were taken back, if they were.
    pub fn withdrawal(&self) -> Option<&Withdrawal> {
        match &self.standing {
            Standing::Withdrawn(withdrawal) => Some(withdrawal),
            Standing::Live
            | Standing::Awaited
            | Standing::Published(_)
            | Standing::Unreadable(_) => None,
        }
    }
}

impl Reporting {
    /// What everybody reads by the decision `publication`.
    pub(super) async fn decided(
        &self,
        subject: Subject<'_>,
        period: &Period,
        publication: &Publication,
    ) -> Result<Arc<Report>, Error> {
        if !publication.withdraws {
            return self.frozen(subject, period, publication).await;
        }
        let make = async {
            let nothing = self.compute(subject, period.clone(), Vec::new()).await?;
            let standing = Standing::Withdrawn(Arc::new(Withdrawal::of(publication)));
            Ok::<_, Error>(Arc::new(Report { standing, ..nothing }))
        };
        self.releases.published.once(&publication.id, |_| true, make).await
    }

    /// Everything that was decided about `instrument` in `commune` over `period`, the
    /// newest first.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn decisions(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
    ) -> Result<Vec<Decided>, Error> {
        let subject = self.subject(commune, instrument)?;
        let mut published = self.published_of(subject).await?;
        published.retain(|p| (p.start, p.end) == (period.start, period.end));
        let mut decided = Vec::new();
        for p in published.iter().rev() {
            let stands = withdrawal_of(&published, p).is_none();
            let is_as_before = match taken_back_before(&published, p).filter(|_| stands) {
                Some(before) => {
                    let before = self.frozen(subject, period, before).await?;
                    let now = self.frozen(subject, period, p).await?;
                    let is_read = before.unreadable().or(now.unreadable()).is_none();
                    is_read.then(|| held::is_same(&before, &now))
                }
                None => None,
            };
            decided.push(Decided {
                number: p.number,
                decided_at: p.decided_at,
                reason: p.reason.clone(),
                is_anew: p.is_anew,
                withdraws: p.withdraws,
                stands,
                is_as_before,
            });
        }
        Ok(decided)
    }

    /// The periods that are over at or after the day on which `beside` begins and whose
    /// results were taken back and not published again, without `beside` itself; those that
    /// ended last first.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn withdrawn_beside(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        beside: &Period,
    ) -> Result<Vec<(Period, Withdrawal)>, Error> {
        let published = self.published_of(self.subject(commune, instrument)?).await?;
        let days = (beside.start, beside.end);
        let gone = published.iter().filter(|p| {
            let theirs = (p.start, p.end);
            p.withdraws
                && theirs != days
                && p.end > beside.start
                && newest(&published, theirs).is_some_and(|newest| newest.id == p.id)
        });
        let mut gone: Vec<_> =
            gone.filter_map(|p| Some((period_of(commune, p)?, Withdrawal::of(p)))).collect();
        gone.sort_by_key(|(period, _)| std::cmp::Reverse((period.end, period.start)));
        Ok(gone)
    }

    /// The other periods with days of `period` in them whose results are published: what
    /// is wrong with those of `period` may be wrong with theirs.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn published_beside(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
    ) -> Result<Vec<Period>, Error> {
        let published = self.published_of(self.subject(commune, instrument)?).await?;
        let days = (period.start, period.end);
        let shares = |p: &&Publication| {
            let theirs = (p.start, p.end);
            theirs != days
                && p.start < period.end
                && period.start < p.end
                && newest(&published, theirs).is_some_and(|n| n.id == p.id && !n.withdraws)
        };
        Ok(published.iter().filter(shares).filter_map(|p| period_of(commune, p)).collect())
    }

    /// The newest decision about `instrument` in `commune` over `period`, if it published
    /// something that stands.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn standing(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
    ) -> Result<Option<Publication>, Error> {
        let published = self.published_of(self.subject(commune, instrument)?).await?;
        let newest = newest(&published, (period.start, period.end));
        Ok(newest.filter(|newest| !newest.withdraws).cloned())
    }
}
