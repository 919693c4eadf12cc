//! The month's package of a commune, from its reports.

use std::sync::Arc;

use analytics::export::package::{
    Against, Answered, Figure, INTERNAL_GROUPS as GROUPS, OptionTally, Package,
};
use analytics::{FrameBuilder, Level, Tallies};
use surveys::instrument::Aggregation;
use surveys::period::date_of_millis;
use surveys::response::{Document, Raw};
use surveys::{CommuneCode, Instrument, ItemCode, Period, catalog, unit};

use super::{Error, Finding, Report, Reporting, Subject};
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
    /// was taken back.
    pub async fn package(
        &self,
        commune: &CommuneCode,
        period: &Period,
    ) -> Result<PackageFile, Error> {
        let (mut parts, mut withdrawn) = (Vec::new(), None);
        for instrument in self.answered(commune).await? {
            let report = self.report(commune, instrument, period).await?;
            withdrawn = withdrawn.or_else(|| report.withdrawal().cloned());
            if report.received > 0 {
                parts.push((report, None));
            }
        }
        match withdrawn {
            Some(withdrawal) if parts.is_empty() => {
                Err(Error::Withdrawn(period.clone(), withdrawal))
            }
            _ => self.written(commune, period, false, parts).await,
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
        let parts = reports.into_iter().map(|report| (report, None)).collect();
        self.written(commune, period, false, parts).await
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
            let report = self.live(commune, instrument, period).await?;
            if report.received > 0 {
                let selection =
                    Subject::of(commune, instrument)?.selection((period.start, period.end));
                parts.push((report, Some(self.db.responses(&selection).await?)));
            }
        }
        self.written(commune, period, true, parts).await
    }

    /// The package of these reports, each with its responses when it is internal.
    async fn written(
        &self,
        commune: &CommuneCode,
        period: &Period,
        internal: bool,
        parts: Vec<(Arc<Report>, Option<Vec<StoredResponse>>)>,
    ) -> Result<PackageFile, Error> {
        let unit = unit::commune(commune.as_str())
            .ok_or_else(|| Error::UnknownCommune(commune.to_string()))?;
        let (period, simulated) = (period.clone(), self.db.is_simulated());
        let made = tokio::task::spawn_blocking(move || {
            let mut answered = Vec::new();
            for (report, rows) in &parts {
                let tallies =
                    rows.as_ref().map(|rows| tallied(report.instrument, rows)).transpose()?;
                answered.push(answered_in(report, tallies));
            }
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
                answered,
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
    let asked: Vec<&ItemCode> = instrument.asked().map(|item| &item.code).collect();
    let mut answers = vec![None; items.len()];
    for row in rows {
        let document = Document::read(&row.document).map_err(|e| failed(&e))?;
        answers.fill(None);
        for (item, answer) in asked.iter().zip(document.answers_to(asked.iter().copied())) {
            if let Some(place) = items.iter().position(|of_frame| of_frame == *item)
                && let Some(Raw::Value(value)) = answer
            {
                answers[place] = u8::try_from(*value).ok();
            }
        }
        let day = date_of_millis(row.answered_at).to_string();
        let group = [&*document.collection_point, &*document.channel, &*day];
        frame.push(&group, &answers).map_err(|e| failed(&e))?;
    }
    let by = GROUPS.map(str::to_owned);
    // Only the mean of items needs the products of every two items: they are many.
    let item_pairs = instrument.aggregation == Aggregation::MeanOfItems;
    Tallies::of_frame(&frame.finish(), instrument, &by, item_pairs).map_err(|e| failed(&e))
}

/// What a package needs to know of `report`.
fn answered_in(report: &Report, tallies: Option<Tallies>) -> Answered<'_> {
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
        tallies,
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
