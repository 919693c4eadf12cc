//! The report: every figure of one instrument, commune and period, with what it
//! is held against.

mod options;

use std::sync::Arc;

use analytics::{
    Audience, Estimate, EstimateOptions, EstimateTable, FigureTerms, FrameBuilder, Level,
    Publication, Verdict, Withheld, against, estimate, publication_floor, terms,
};
use surveys::plan::{Plan, Target, TargetLevel};
use surveys::response::Channel;
use surveys::unit::Commune;
use surveys::{Instrument, ItemCode, Period, Text, catalog};

pub use self::options::{NotAsked, OptionCount};
pub(super) use self::options::{OptionCounter, OptionCounts};
use super::memory::Drawn;
use super::rows::Rows;
use super::slices::Part;
use super::{Error, Standing};

/// Everything that is said about one instrument, commune and period.
#[derive(Debug, Clone)]
pub struct Report {
    /// The commune.
    pub commune: &'static Commune,
    /// The instrument version answered.
    pub instrument: &'static Instrument,
    /// The period.
    pub period: Period,
    /// The plan whose targets it is held against, if the commune has one.
    pub plan: Option<&'static Plan>,
    /// Whether every answer is made up.
    pub simulated: bool,
    /// How many responses there are.
    pub received: u64,
    /// Who may see what it shows.
    pub audience: Audience,
    /// Of which slice of the commune's responses it is; `None` when it is of all.
    pub part: Option<Part>,
    /// The index, parts, components and items, in that order.
    pub findings: Vec<Finding>,
    /// Estimates by channel, in the order of [`Channel::ALL`].
    pub by_channel: EstimateTable,
    /// Responses by channel; channels without any are left out.
    pub channels: Vec<ChannelCount>,
    /// How often each option of each item was chosen, by channel.
    pub options: Vec<OptionCount>,
    /// How many people an item was not put to, by channel; without zeros.
    pub not_asked: Vec<NotAsked>,
    /// The confidence level of every interval.
    pub level: f64,
    /// Whether it is published, and as what.
    pub standing: Standing,
    /// What of it may not be published.
    pub(super) withheld: Withheld,
    /// What each figure is a mean of.
    pub(super) terms: Vec<FigureTerms>,
    pub(super) drawn: Drawn,
}

/// One figure and what it is held against.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The figure.
    pub estimate: Estimate,
    /// What it is about.
    pub title: Text,
    /// The target it is held against.
    pub against: Option<HeldAgainst>,
    /// How much of it the report's audience may see.
    pub publication: Publication,
}

/// How much of `estimate`, which is of `channel` or of all, `audience` may see when
/// `withheld` is withheld.
pub(super) fn allowed(
    estimate: &Estimate,
    audience: Audience,
    withheld: &Withheld,
    channel: Option<Channel>,
) -> Publication {
    let (level, code) = (estimate.level, &*estimate.code);
    let floor = publication_floor(estimate, audience);
    if withheld.covers(channel, level, code) {
        Publication::Nothing
    } else if withheld.covers_rate(channel, level, code) {
        floor.min(Publication::CountsOnly)
    } else {
        floor
    }
}

/// A target and what the figure says about it.
#[derive(Debug, Clone)]
pub struct HeldAgainst {
    /// The target.
    pub target: &'static Target,
    /// Its value as a proportion.
    pub proportion: f64,
    /// Whether the target was meant for something wider than this figure.
    pub yardstick: bool,
    /// Whether the plan sets it for this period; a later period is held against
    /// it only because there is no newer plan.
    pub in_force: bool,
    /// What the figure says.
    pub verdict: Verdict,
}

/// How many responses came through a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelCount {
    /// The channel.
    pub channel: Channel,
    /// How many responses.
    pub responses: u64,
}

impl Report {
    /// The report on the responses of `pieces`, which must all answer `instrument`.
    pub(super) fn of(
        (commune, instrument): (&'static Commune, &'static Instrument),
        period: Period,
        pieces: &[Arc<Rows>],
        simulated: bool,
    ) -> Result<Self, Error> {
        let failed = |e: &dyn std::fmt::Display| Error::Computation(e.to_string());
        let mut frame = FrameBuilder::new(instrument, &["channel"]).map_err(|e| failed(&e))?;
        let mut options = OptionCounter::new(instrument);
        let mut by_channel_count = [0u64; Channel::ALL.len()];
        for (channel, answers) in Rows::in_order(pieces) {
            frame.push(&[channel], answers).map_err(|e| failed(&e))?;
            if let Some(channel) = Channel::named(channel) {
                by_channel_count[channel as usize] += 1;
            }
        }
        for rows in pieces {
            options.add_all(rows.options());
        }
        let frame = frame.finish();
        let (options, not_asked) = options.finish();
        let whole =
            estimate(&frame, instrument, &EstimateOptions::default()).map_err(|e| failed(&e))?;
        let by = EstimateOptions { by: vec!["channel".into()], ..EstimateOptions::default() };
        let by_channel = estimate(&frame, instrument, &by).map_err(|e| failed(&e))?;
        let plan = catalog::plan_of(&commune.code);
        let mut findings: Vec<Finding> = whole
            .rows
            .into_iter()
            .map(|estimate| finding(estimate, instrument, plan, &period))
            .collect();
        findings.sort_by_key(|f| std::cmp::Reverse(f.estimate.level));
        Ok(Self {
            commune,
            instrument,
            period,
            plan,
            simulated,
            received: pieces.iter().map(|rows| rows.len() as u64).sum(),
            audience: Audience::Public,
            part: None,
            findings,
            by_channel,
            channels: Channel::ALL
                .into_iter()
                .map(|channel| ChannelCount {
                    channel,
                    responses: by_channel_count[channel as usize],
                })
                .filter(|c| c.responses > 0)
                .collect(),
            options,
            not_asked,
            level: whole.level,
            terms: terms(instrument).map_err(|e| failed(&e))?,
            standing: Standing::Live,
            withheld: Withheld::default(),
            drawn: Drawn::default(),
        })
    }

    /// The same as the report on `period`, which has the same days, without what
    /// `withheld` withholds.
    pub(super) fn publish(&self, period: Period, withheld: Withheld) -> Self {
        let mut report = Self { period, withheld, ..self.clone() };
        for finding in &mut report.findings {
            finding.publication =
                allowed(&finding.estimate, Audience::Public, &report.withheld, None);
        }
        report
    }

    /// How many respondents the sample has that `estimate`, one of its figures, is made of:
    /// a slice is a group of all who answered.
    pub fn sampled(&self, estimate: &Estimate) -> u64 {
        self.part.as_ref().map_or(estimate.df + 1, |part| part.among)
    }

    /// How many people `item` was put to, through one channel or all.
    pub fn asked(&self, item: &ItemCode, channel: Option<Channel>) -> u64 {
        let through = |c: Channel| channel.is_none_or(|channel| channel == c);
        let received = self.channels.iter().filter(|c| through(c.channel)).map(|c| c.responses);
        let not = self.not_asked.iter().filter(|n| n.item == *item && through(n.channel));
        received.sum::<u64>().saturating_sub(not.map(|n| n.people).sum())
    }

    /// The index.
    pub fn index(&self) -> Option<&Finding> {
        self.findings.iter().find(|f| f.estimate.level == Level::Index)
    }

    /// The finding of `code` at `level`.
    pub fn finding(&self, level: Level, code: &str) -> Option<&Finding> {
        self.at(level).find(|f| &*f.estimate.code == code)
    }

    /// The findings of `level`, in the instrument's order.
    pub fn at(&self, level: Level) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |f| f.estimate.level == level)
    }
}

impl Finding {
    /// What is said of `estimate`, a figure of `instrument` over `period`, held
    /// against the targets of `plan`.
    pub fn of(
        estimate: Estimate,
        instrument: &'static Instrument,
        plan: Option<&'static Plan>,
        period: &Period,
    ) -> Self {
        finding(estimate, instrument, plan, period)
    }

    /// What is said about the target, if there is one.
    pub fn verdict(&self) -> Option<Verdict> {
        self.against.as_ref().map(|a| a.verdict)
    }
}

fn finding(
    estimate: Estimate,
    instrument: &'static Instrument,
    plan: Option<&'static Plan>,
    period: &Period,
) -> Finding {
    let title = title_of(&estimate, instrument);
    let level = match estimate.level {
        Level::Index => Some(TargetLevel::Index),
        Level::Component => Some(TargetLevel::Component),
        Level::Part | Level::Item => None,
    };
    let against = plan.zip(level).and_then(|(plan, level)| {
        let target = plan.target_for(&instrument.id, level, &estimate.code)?;
        let proportion = target.proportion()?;
        Some(HeldAgainst {
            target,
            proportion,
            yardstick: target.is_yardstick(&instrument.id, level),
            in_force: target.in_force(period.last_day()),
            verdict: against(&estimate, target.operator, proportion)?,
        })
    });
    let publication = publication_floor(&estimate, Audience::Public);
    Finding { estimate, title, against, publication }
}

pub(super) fn title_of(estimate: &Estimate, instrument: &Instrument) -> Text {
    let code: &str = &estimate.code;
    let found = match estimate.level {
        Level::Item => instrument.item(code).map(|i| i.text.clone()),
        Level::Component => instrument.component(code).map(|c| c.title.clone()),
        Level::Part => {
            instrument.parts.iter().find(|p| p.code.as_str() == code).map(|p| p.title.clone())
        }
        Level::Index => Some(Text::new("Chỉ số hài lòng chung", "Overall satisfaction index")),
    };
    found.unwrap_or_else(|| Text::new(code, code))
}
