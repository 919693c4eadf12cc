//! The document of a publication: every figure with its counts, what it was held against
//! and how much of it is public. No answer of anybody is in it, and nothing has to be
//! computed to show it again.

use std::sync::Arc;

use analytics::disclosure::{CellName, Kept};
use analytics::{
    Audience, Estimate, EstimateTable, FigureTerms, Flags, IntervalMethod, Level,
    Publication as Allowed, Withheld, terms,
};
use serde::{Deserialize, Serialize};
use surveys::instrument::Aggregation;
use surveys::plan::Plan;
use surveys::response::Channel;
use surveys::{Instrument, ItemCode, Period, catalog};

use super::super::memory::Drawn;
use super::super::published::verdict_named;
use super::super::report::{OptionCounter, title_of};
use super::super::{
    ChannelCount, Error, Finding, HeldAgainst, NotAsked, OptionCount, Report, Subject,
};
use super::{Release, Standing};
use crate::store::publications::Publication;

/// The form of documents that are written; every earlier one can be read.
const SCHEMA: u32 = 1;

/// A number as text: reading it gives the same number, bit by bit.
type Exact = String;

#[derive(Debug, Serialize, Deserialize)]
struct Written {
    schema: u32,
    commune: String,
    instrument: String,
    version: u32,
    period: String,
    plan: Option<String>,
    simulated: bool,
    received: u64,
    fewest_at_a_point: Option<u64>,
    level: Exact,
    channels: Vec<(String, u64)>,
    findings: Vec<WrittenFinding>,
    by_channel: Vec<WrittenEstimate>,
    /// Item, option (none for unanswered), channel, how often; without zeros.
    options: Vec<(String, Option<u8>, String, u64)>,
    /// Item, channel, how many people were not asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    not_asked: Vec<(String, String, u64)>,
    withheld: Vec<WrittenCell>,
}

#[derive(Debug, Serialize, Deserialize)]
struct WrittenFinding {
    estimate: WrittenEstimate,
    public: String,
    against: Option<WrittenTarget>,
}

#[derive(Debug, Serialize, Deserialize)]
struct WrittenTarget {
    code: String,
    proportion: Exact,
    yardstick: bool,
    in_force: bool,
    verdict: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct WrittenEstimate {
    level: String,
    code: String,
    group: Vec<String>,
    /// Asked, valid, satisfied, no opinion, unanswered, people, degrees of freedom.
    counts: [u64; 7],
    rate: Option<Exact>,
    se: Option<Exact>,
    low: Option<Exact>,
    upp: Option<Exact>,
    n_eff: Exact,
    /// Where it is another number; documents from before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n_least: Option<Exact>,
    n_exact: Option<Exact>,
    deff: Option<Exact>,
    interval: Option<String>,
    aggregation: Option<Aggregation>,
    flags: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct WrittenCell {
    kept: String,
    channel: Option<String>,
    level: Option<String>,
    code: String,
}

/// Writes `report` down.
pub(super) fn write(report: &Report, fewest_at_a_point: Option<u64>) -> Result<String, Error> {
    let channel = |channel: Channel| channel.name().to_owned();
    let counted = report.options.iter().filter(|option| option.count > 0);
    let written = Written {
        schema: SCHEMA,
        commune: report.commune.code.to_string(),
        instrument: report.instrument.id.to_string(),
        version: report.instrument.version,
        period: report.period.code.clone(),
        plan: report.plan.map(|plan| plan.id.to_string()),
        simulated: report.simulated,
        received: report.received,
        fewest_at_a_point,
        level: report.level.to_string(),
        channels: report.channels.iter().map(|c| (channel(c.channel), c.responses)).collect(),
        findings: report.findings.iter().map(WrittenFinding::of).collect(),
        by_channel: report.by_channel.rows.iter().map(WrittenEstimate::of).collect(),
        options: counted
            .map(|o| (o.item.to_string(), o.value, channel(o.channel), o.count))
            .collect(),
        not_asked: report
            .not_asked
            .iter()
            .map(|n| (n.item.to_string(), channel(n.channel), n.people))
            .collect(),
        withheld: report.withheld.cells().into_iter().map(WrittenCell::of).collect(),
    };
    serde_json::to_string(&written).map_err(|error| Error::Computation(error.to_string()))
}

/// Reads what [`write`] wrote of `subject` and `period`, published as `publication`.
pub(super) fn read(
    document: &str,
    subject: Subject<'_>,
    period: Period,
    publication: &Publication,
) -> Result<Report, Error> {
    let damaged = || Error::Damaged(publication.id);
    let written: Written = serde_json::from_str(document).map_err(|_| damaged())?;
    if written.schema > SCHEMA {
        return Err(damaged());
    }
    let terms = terms(subject.instrument).map_err(|e| Error::Computation(e.to_string()))?;
    report_of(written, subject, period, publication, terms).ok_or_else(damaged)
}

/// The report that was `written`; `None` when something in it is not known here.
fn report_of(
    written: Written,
    subject: Subject<'_>,
    period: Period,
    publication: &Publication,
    terms: Vec<FigureTerms>,
) -> Option<Report> {
    let Subject { commune, instrument, .. } = subject;
    let plan = match &written.plan {
        Some(id) => Some(catalog::plan(id)?),
        None => None,
    };
    let mut options = OptionCounter::new(instrument);
    for (item, value, channel, count) in written.options {
        let channel = Channel::named(&channel)?;
        let item = ItemCode::parse(&item).ok()?;
        options.add(&OptionCount { item, value, channel, count }).then_some(())?;
    }
    for (item, channel, people) in written.not_asked {
        let (item, channel) = (ItemCode::parse(&item).ok()?, Channel::named(&channel)?);
        options.add_not_asked(&NotAsked { item, channel, people }).then_some(())?;
    }
    let (options, not_asked) = options.finish();
    let channels = written.channels.iter().map(|(channel, responses)| {
        Some(ChannelCount { channel: Channel::named(channel)?, responses: *responses })
    });
    let finding = |finding: WrittenFinding| finding.read(instrument, plan);
    let estimates = written.by_channel.into_iter().map(WrittenEstimate::read);
    let level = written.level.parse().ok()?;
    let release = Release {
        number: publication.number,
        decided_at: publication.decided_at,
        reason: publication.reason.clone(),
        is_anew: publication.is_anew,
        fewest_at_a_point: written.fewest_at_a_point,
    };
    let cells: Option<Vec<_>> = written.withheld.into_iter().map(WrittenCell::read).collect();
    Some(Report {
        commune,
        instrument,
        period,
        plan,
        simulated: written.simulated,
        received: written.received,
        audience: Audience::Public,
        part: None,
        findings: written.findings.into_iter().map(finding).collect::<Option<_>>()?,
        by_channel: EstimateTable {
            by: vec!["channel".to_owned()],
            level,
            rows: estimates.collect::<Option<_>>()?,
        },
        channels: channels.collect::<Option<_>>()?,
        options,
        not_asked,
        level,
        standing: Standing::Published(Arc::new(release)),
        withheld: Withheld::of_cells(cells?),
        terms,
        drawn: Drawn::default(),
    })
}

impl WrittenFinding {
    fn of(finding: &Finding) -> Self {
        let against = finding.against.as_ref().map(|against| WrittenTarget {
            code: against.target.code.to_string(),
            proportion: against.proportion.to_string(),
            yardstick: against.yardstick,
            in_force: against.in_force,
            verdict: against.verdict.name().to_owned(),
        });
        let estimate = WrittenEstimate::of(&finding.estimate);
        Self { estimate, public: finding.publication.name().to_owned(), against }
    }

    fn read(self, instrument: &Instrument, plan: Option<&'static Plan>) -> Option<Finding> {
        let estimate = self.estimate.read()?;
        let against = match self.against {
            Some(written) => {
                let mut targets = plan?.targets.iter();
                Some(HeldAgainst {
                    target: targets.find(|target| target.code.to_string() == written.code)?,
                    proportion: written.proportion.parse().ok()?,
                    yardstick: written.yardstick,
                    in_force: written.in_force,
                    verdict: verdict_named(&written.verdict)?,
                })
            }
            None => None,
        };
        let title = title_of(&estimate, instrument);
        Some(Finding { estimate, title, against, publication: Allowed::named(&self.public)? })
    }
}

impl WrittenEstimate {
    fn of(e: &Estimate) -> Self {
        let exact = |value: Option<f64>| value.map(|value| value.to_string());
        Self {
            level: e.level.name().to_owned(),
            code: e.code.to_string(),
            group: e.group.to_vec(),
            counts: [e.asked, e.valid, e.satisfied, e.no_opinion, e.unanswered, e.people, e.df],
            rate: exact(e.rate),
            se: exact(e.se),
            low: exact(e.low),
            upp: exact(e.upp),
            n_eff: e.n_eff.to_string(),
            n_least: exact(Some(e.n_least).filter(|least| *least < e.n_eff)),
            n_exact: exact(e.n_exact),
            deff: exact(e.deff),
            interval: e.interval.map(|method| method.name().to_owned()),
            aggregation: e.aggregation,
            flags: e.flags.codes(),
        }
    }

    fn read(self) -> Option<Estimate> {
        let exact = |text: Option<Exact>| text.map(|text| text.parse::<f64>()).transpose().ok();
        let level = Level::named(&self.level)?;
        let interval = match self.interval {
            Some(name) => Some(IntervalMethod::of_name(&name)?),
            None => None,
        };
        let [asked, valid, satisfied, no_opinion, unanswered, people, df] = self.counts;
        let n_eff: f64 = self.n_eff.parse().ok()?;
        Some(Estimate {
            level,
            code: self.code.into(),
            group: self.group.into(),
            asked,
            valid,
            satisfied,
            no_opinion,
            unanswered,
            rate: exact(self.rate)?,
            se: exact(self.se)?,
            low: exact(self.low)?,
            upp: exact(self.upp)?,
            df,
            people,
            n_eff,
            n_least: exact(self.n_least)?.unwrap_or(n_eff),
            n_exact: exact(self.n_exact)?,
            deff: exact(self.deff)?,
            interval,
            aggregation: self.aggregation,
            flags: Flags::of_codes(&self.flags)?,
        })
    }
}

impl WrittenCell {
    fn of((kept, cell): (Kept, CellName)) -> Self {
        Self {
            kept: kept.name().to_owned(),
            channel: cell.channel.map(|channel| channel.name().to_owned()),
            level: cell.level.map(|level| level.name().to_owned()),
            code: cell.code.to_string(),
        }
    }

    fn read(self) -> Option<(Kept, CellName)> {
        let channel = match &self.channel {
            Some(name) => Some(Channel::named(name)?),
            None => None,
        };
        let level = match &self.level {
            Some(name) => Some(Level::named(name)?),
            None => None,
        };
        Some((Kept::named(&self.kept)?, CellName { channel, level, code: self.code.into() }))
    }
}
