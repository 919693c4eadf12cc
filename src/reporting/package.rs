//! The month's package of a commune, from its reports.

use std::sync::Arc;

use analytics::Level;
use analytics::export::package::{Against, Answered, Figure, OptionTally, Package};
use surveys::{CommuneCode, Period, catalog, unit};

use super::{Error, Finding, Report, Reporting};

/// A package as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageFile {
    /// Its name, `hailong_{commune}_{period}.zip`.
    pub name: String,
    /// Its bytes; the same data gives the same ones.
    pub bytes: Vec<u8>,
}

impl Reporting {
    /// The package of `commune` over `period`: every instrument that was answered in it.
    ///
    /// # Errors
    /// As [`Reporting::report`], and [`Error::Withdrawn`] when all that was published of it
    /// was taken back.
    pub async fn package(
        &self,
        commune: &CommuneCode,
        period: &Period,
    ) -> Result<PackageFile, Error> {
        let (mut reports, mut withdrawn) = (Vec::new(), None);
        for instrument in self.answered(commune).await? {
            let report = self.report(commune, instrument, period).await?;
            withdrawn = withdrawn.or_else(|| report.withdrawal().cloned());
            if report.received > 0 {
                reports.push(report);
            }
        }
        match withdrawn {
            Some(withdrawal) if reports.is_empty() => {
                Err(Error::Withdrawn(period.clone(), withdrawal))
            }
            _ => self.packed(commune, period, reports).await,
        }
    }

    /// The package of `commune` over `period` with what `reports` say.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn packed(
        &self,
        commune: &CommuneCode,
        period: &Period,
        reports: Vec<Arc<Report>>,
    ) -> Result<PackageFile, Error> {
        let unit = unit::commune(commune.as_str())
            .ok_or_else(|| Error::UnknownCommune(commune.to_string()))?;
        let (period, simulated) = (period.clone(), self.db.is_simulated());
        let made = tokio::task::spawn_blocking(move || {
            let package = Package {
                commune: unit,
                period: &period,
                // What was published keeps the plan that it was held against.
                plan: match reports.first() {
                    Some(report) => report.plan,
                    None => catalog::plan_of(&unit.code),
                },
                simulated,
                answered: reports.iter().map(|report| answered(report)).collect(),
            };
            Ok(PackageFile { name: package.file_name(), bytes: package.zip()? })
        });
        made.await.map_err(|e| Error::Computation(e.to_string()))?.map_err(
            |e: analytics::export::package::PackageError| Error::Computation(e.to_string()),
        )
    }
}

/// What a package needs to know of `report`.
fn answered(report: &Report) -> Answered<'_> {
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
        withheld: &report.withheld,
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
