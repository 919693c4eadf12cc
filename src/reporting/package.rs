//! The month's package of a commune, from its reports.

use std::sync::Arc;

use analytics::export::package::{
    self as export, Against, Answered, Figure, INTERNAL_GROUPS as GROUPS, LeftOut, OptionTally,
    Package,
};
use analytics::{FrameBuilder, Level, Tallies};
use surveys::instrument::Aggregation;
use surveys::period::date_of_millis;
use surveys::response::Document;
use surveys::{CommuneCode, Instrument, Period, catalog, unit};

use super::rows::Rows;
use super::withheld::Marks;
use super::{Error, Finding, Report, Reporting, Standing, Subject};
use crate::store::responses::StoredResponse;

/// A package as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageFile {
    /// Its name, such as `hailong_22651_2026-10.zip`.
    pub name: String,
    /// Its bytes; the same data gives the same ones.
    pub bytes: Vec<u8>,
}

impl Reporting {
    /// The package of `commune` over `period`: every instrument that was answered in it, as
    /// everybody may read it.
    ///
    /// # Errors
    /// As [`Reporting::report`], and [`Error::Withdrawn`] when all that was published of it
    /// was taken back, and [`Error::Damaged`] when something of it cannot be read.
    pub async fn package(
        &self,
        commune: &CommuneCode,
        period: &Period,
    ) -> Result<PackageFile, Error> {
        let (mut parts, mut left_out) = (Vec::new(), Vec::new());
        for instrument in self.answered(commune).await? {
            let report = self.report(commune, instrument, period).await?;
            match report.standing {
                Standing::Withdrawn(_) | Standing::Awaited => left_out.push(report),
                // Not without it, as if nothing had been published.
                Standing::Unreadable(number) => return Err(Error::Damaged(number)),
                _ if report.received > 0 => parts.push((report, None)),
                _ => {}
            }
        }
        let withdrawn = left_out.iter().find_map(|report| report.withdrawal());
        match withdrawn {
            Some(withdrawal) if parts.is_empty() => {
                Err(Error::Withdrawn(period.clone(), withdrawal.clone()))
            }
            _ => self.written(commune, period, false, parts, left_out).await,
        }
    }

    /// The package of `commune` over `period` with what `reports` say.
    ///
    /// # Errors
    /// As [`Reporting::report`], and [`Error::Damaged`] when one of them cannot be read.
    pub async fn packed(
        &self,
        commune: &CommuneCode,
        period: &Period,
        reports: Vec<Arc<Report>>,
    ) -> Result<PackageFile, Error> {
        if let Some(number) = reports.iter().find_map(|report| report.unreadable()) {
            return Err(Error::Damaged(number));
        }
        let parts = reports.into_iter().map(|report| (report, None)).collect();
        self.written(commune, period, false, parts, Vec::new()).await
    }

    /// The package for officials alone, of the responses that are there now: with the sums
    /// of everybody, so that others can add them up exactly. The other tables withhold what
    /// they would if they were published now.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn internal_package(
        &self,
        commune: &CommuneCode,
        period: &Period,
    ) -> Result<PackageFile, Error> {
        let mut parts = Vec::new();
        for instrument in self.answered(commune).await? {
            let subject = self.subject(commune, instrument)?;
            let rows = self.db.responses(&subject.selection((period.start, period.end))).await?;
            if !rows.is_empty() {
                parts.push(self.added_up(subject, period, rows).await?);
            }
        }
        self.written(commune, period, true, parts, Vec::new()).await
    }

    /// The report and the sums of these `rows`, and of no response that came in since.
    async fn added_up(
        &self,
        subject: Subject<'static>,
        period: &Period,
        rows: Vec<StoredResponse>,
    ) -> Result<(Arc<Report>, Option<Tallies>), Error> {
        let years = self.years(subject, period, &mut Marks::default()).await?;
        let withheld = Box::pin(self.withheld(subject, period, &years)).await?;
        let (period, simulated) = (period.clone(), self.db.is_simulated());
        let made = tokio::task::spawn_blocking(move || {
            let Subject { commune, instrument, .. } = subject;
            let tallies = tallied(instrument, &rows)?;
            let rows = [Arc::new(Rows::read(instrument, &rows)?)];
            let report = Report::of((commune, instrument), period.clone(), &rows, simulated)?;
            Ok((Arc::new(report.publish(period, withheld)), Some(tallies)))
        });
        made.await.map_err(|e| Error::Computation(e.to_string()))?
    }

    /// The package of these reports, each with its sums when it is internal, that names
    /// those `left_out`.
    async fn written(
        &self,
        commune: &CommuneCode,
        period: &Period,
        internal: bool,
        parts: Vec<(Arc<Report>, Option<Tallies>)>,
        left_out: Vec<Arc<Report>>,
    ) -> Result<PackageFile, Error> {
        let unit = unit::commune(commune.as_str())
            .ok_or_else(|| Error::UnknownCommune(commune.to_string()))?;
        let (period, simulated) = (period.clone(), self.db.is_simulated());
        let made = tokio::task::spawn_blocking(move || {
            let package = Package {
                commune: unit,
                internal,
                period: &period,
                // What was published keeps the plan that it was held against.
                plan: match parts.first() {
                    Some((report, _)) => report.plan,
                    None => catalog::plan_of(&unit.code),
                },
                simulated,
                answered: parts.iter().map(answered_in).collect(),
                left_out: left_out.iter().map(left_out_of).collect(),
            };
            let bytes = package.zip().map_err(|e| Error::Computation(e.to_string()))?;
            Ok(PackageFile { name: package.file_name(), bytes })
        });
        made.await.map_err(|e| Error::Computation(e.to_string()))?
    }
}

/// The sums of `rows`, which all answer `instrument`, as an internal package has them.
fn tallied(instrument: &Instrument, rows: &[StoredResponse]) -> Result<Tallies, Error> {
    let failed = |e: &dyn std::fmt::Display| Error::Computation(e.to_string());
    let mut frame = FrameBuilder::new(instrument, &GROUPS).map_err(|e| failed(&e))?;
    let items = frame.items().to_vec();
    let mut answers = Vec::with_capacity(items.len());
    for row in rows {
        let document = Document::read(&row.document).map_err(|e| failed(&e))?;
        answers.clear();
        answers.extend(document.chosen(&items));
        let day = date_of_millis(row.answered_at).to_string();
        let group = [&*document.collection_point, &*document.channel, &*day];
        frame.push(&group, &answers).map_err(|e| failed(&e))?;
    }
    let by = GROUPS.map(str::to_owned);
    // Only the mean of items needs the products of every two items: they are many.
    let item_pairs = instrument.aggregation == Aggregation::MeanOfItems;
    Tallies::of_frame(&frame.finish(), instrument, &by, item_pairs).map_err(|e| failed(&e))
}

/// What a package says of `report`, which is not in it.
fn left_out_of(report: &Arc<Report>) -> LeftOut<'_> {
    let withdrawal = report.withdrawal().map(|withdrawal| export::Withdrawal {
        number: withdrawal.number,
        day: date_of_millis(withdrawal.decided_at),
        reason: &withdrawal.reason,
    });
    LeftOut { instrument: report.instrument, withdrawal }
}

/// What a package needs to know of `report`, which adds up to `tallies`.
fn answered_in((report, tallies): &(Arc<Report>, Option<Tallies>)) -> Answered<'_> {
    let whole = report.findings.iter().map(|finding| Figure {
        channel: None,
        title: &finding.title.vi,
        estimate: &finding.estimate,
        against: against(finding),
    });
    let by_channel = report.channels.iter().flat_map(|count| {
        let channel = count.channel;
        report.findings.iter().filter_map(move |finding| {
            let (level, code): (Level, &str) = (finding.estimate.level, &finding.estimate.code);
            Some(Figure {
                channel: Some(channel),
                title: &finding.title.vi,
                estimate: report.by_channel.find(level, code, &[channel.name()])?,
                against: None,
            })
        })
    });
    Answered {
        instrument: report.instrument,
        channels: report.channels.iter().map(|c| (c.channel, c.responses)).collect(),
        figures: whole.chain(by_channel).collect(),
        options: report
            .options
            .iter()
            .map(|o| OptionTally {
                item: &o.item,
                value: o.value,
                channel: o.channel,
                count: o.count,
            })
            .collect(),
        not_asked: report.not_asked.iter().map(|n| (&n.item, n.channel, n.people)).collect(),
        withheld: &report.withheld,
        tallies: tallies.as_ref(),
    }
}

fn against(finding: &Finding) -> Option<Against> {
    let held = finding.against.as_ref()?;
    Some(Against {
        target: held.proportion,
        operator: held.target.operator,
        yardstick: held.yardstick,
        in_force: held.in_force,
        verdict: finding.published_verdict(),
    })
}

#[cfg(test)]
mod tests;
