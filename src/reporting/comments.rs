//! Which published comments may be shown: those of months whose number of responses may
//! be told, so that a comment never says that somebody of a few people answered.

use std::collections::HashSet;
use std::sync::Arc;

use analytics::FEWEST_SHOWN;
use surveys::{CommuneCode, Period, catalog};

use super::{Error, Report, Reporting};
use crate::store::comments::PublishedMonth;

/// How many months are looked at, the newest first.
const MOST_MONTHS: usize = 24;

/// A comment for anybody to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicComment {
    /// What may be read.
    pub text: String,
    /// What the place is called where it was left, if that may be told.
    pub point_name: Option<String>,
}

/// The comments of a commune that anybody may read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublicComments {
    /// The months that have any, the newest first.
    pub months: Vec<Period>,
    /// The month whose comments these are: the one asked for, or the newest.
    pub month: Option<Period>,
    /// Its comments, in an order that says nothing.
    pub comments: Vec<PublicComment>,
}

impl Reporting {
    /// The published comments of `commune` in the month `asked`, or in the newest that
    /// has any; without comments when they may not be shown.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn comments(
        &self,
        commune: &CommuneCode,
        asked: Option<&str>,
    ) -> Result<PublicComments, Error> {
        let mut told: Vec<(Arc<Report>, PublishedMonth)> = Vec::new();
        for month in self.newest_months(commune).await? {
            if let Some(report) = self.told(commune, &month).await? {
                told.push((report, month));
            }
        }
        let mut months: Vec<Period> = told.iter().map(|(told, _)| told.period.clone()).collect();
        months.dedup();
        let month = match asked {
            Some(code) => months.iter().find(|month| month.code == code),
            None => months.first(),
        };
        let Some(month) = month.cloned() else {
            return Ok(PublicComments { months, ..PublicComments::default() });
        };
        let (from, until) = (month.start_millis(), month.end_millis());
        // As it was when the month was published, if it was.
        let of_month = told.iter().filter(|(told, _)| told.period == month);
        let published = of_month.filter_map(|(told, _)| told.release()?.fewest_at_a_point).min();
        let fewest = match published {
            Some(fewest) => fewest,
            None => self.db.fewest_at_a_point(commune.as_str(), from, until).await?,
        };
        let shown = |instrument: &str, version| {
            told.iter().any(|(_, told)| {
                (told.month.as_str(), told.instrument.as_str(), told.version)
                    == (month.code.as_str(), instrument, version)
            })
        };
        let comments = self.db.published_comments(commune.as_str(), &month.code).await?;
        let comments = comments
            .into_iter()
            .filter(|comment| shown(&comment.instrument, comment.version))
            .map(|comment| PublicComment {
                text: comment.text,
                // If one point alone were left unnamed, it would be known to have had few.
                point_name: Some(comment.point_name)
                    .filter(|name| fewest >= FEWEST_SHOWN && !name.is_empty()),
            })
            .collect();
        Ok(PublicComments { months, month: Some(month), comments })
    }

    /// Whether `commune` has comments that anybody may read.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn has_comments(&self, commune: &CommuneCode) -> Result<bool, Error> {
        for month in self.newest_months(commune).await? {
            if self.told(commune, &month).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn newest_months(&self, commune: &CommuneCode) -> Result<Vec<PublishedMonth>, Error> {
        let mut months = self.db.published_months(commune.as_str()).await?;
        let mut seen = HashSet::new();
        months.retain(|month| {
            seen.insert(month.month.clone());
            seen.len() <= MOST_MONTHS
        });
        Ok(months)
    }

    /// The report of `month`, if it may be told how many people answered its instrument.
    async fn told(
        &self,
        commune: &CommuneCode,
        month: &PublishedMonth,
    ) -> Result<Option<Arc<Report>>, Error> {
        let version = u32::try_from(month.version).ok();
        let instrument = version.and_then(|v| catalog::instrument(&month.instrument, Some(v)));
        let (Some(instrument), Ok(period)) = (instrument, Period::parse(&month.month)) else {
            return Ok(None);
        };
        let report = self.report(commune, instrument, &period).await?;
        let told = report.told_received().is_some_and(|received| received >= FEWEST_SHOWN);
        Ok(told.then_some(report))
    }
}
