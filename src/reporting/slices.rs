//! Slices of a period: those who answered through one channel, at one collection point,
//! about one service field, or alike to one question about themselves, such as their age
//! band. For staff only, and one slice at a time: two together would cut people down to a
//! handful.

mod groups;
mod options;

use std::cmp::Reverse;
use std::sync::Arc;

use analytics::comparison::Association;
use analytics::{Audience, Estimate, Flags, Publication};
use chrono::{Months, NaiveDate};
use surveys::instrument::{Item, ItemKind, ResponseOption};
use surveys::plan::Plan;
use surveys::response::Channel;
use surveys::{CommuneCode, Instrument, Language, Period};

use super::continuing::VersionMarks;
use super::published::Shown;
use super::report::allowed;
use super::since::Since;
use super::withheld::Marks;
use super::{Error, Finding, Report, Reporting, Subject, TREND_MONTHS};

pub(super) use groups::Remembered;
pub use options::OptionShown;

/// What respondents are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// How the answer reached us.
    Channel,
    /// The collection point.
    Point,
    /// The field of the procedure.
    Field,
    /// What they answered to the item of this code, which asks about themselves.
    Item(&'static str),
}

impl By {
    /// Each by which the respondents to `instrument` can be told apart.
    pub fn all_of(instrument: &'static Instrument) -> Vec<Self> {
        let about_people = instrument
            .asked_of_all()
            .filter(|item| item.kind == ItemKind::Demographic && !item.multiple);
        let items = about_people.map(|item| Self::Item(item.code.as_str()));
        [Self::Point, Self::Channel, Self::Field].into_iter().chain(items).collect()
    }

    /// The name used in addresses and files, such as `service_field`; of an item its code.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Point => "point",
            Self::Field => "service_field",
            Self::Item(code) => code,
        }
    }

    /// The one of that name among those of `instrument`.
    pub fn named(name: &str, instrument: &'static Instrument) -> Option<Self> {
        Self::all_of(instrument).into_iter().find(|by| by.name() == name)
    }

    /// What of `instrument` asks by what they are told apart, and the answers there are,
    /// in the order in which they are offered; `None` when no question does.
    pub fn asked(self, instrument: &'static Instrument) -> Option<Asked> {
        let Self::Item(code) = self else { return None };
        let item = instrument.item(code)?;
        Some(Asked { item, options: &instrument.scale_of(item)?.options })
    }
}

/// A question about the respondents themselves.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The question.
    pub item: &'static Item,
    /// Its answers. To give no opinion is to give none.
    pub options: &'static [ResponseOption],
}

impl Asked {
    /// The answer that files and addresses call `value`.
    pub fn option(self, value: &str) -> Option<&'static ResponseOption> {
        self.options.iter().find(|option| option.value.to_string() == value)
    }
}

/// Those who have one value in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slice {
    /// Of what.
    pub by: By,
    /// The channel's name, the point's code, the field as it was written, or the value of
    /// the option.
    pub value: String,
}

impl Slice {
    /// What people call it, of `instrument`; a collection point has its code here.
    pub fn title(&self, instrument: &'static Instrument, language: Language) -> String {
        let known = match self.by {
            By::Channel => Channel::named(&self.value).map(|c| c.title().get(language).to_owned()),
            By::Point | By::Field => None,
            By::Item(_) => {
                let option = self.by.asked(instrument).and_then(|asked| asked.option(&self.value));
                option.map(|option| option.text.get(language).to_owned())
            }
        };
        known.unwrap_or_else(|| self.value.clone())
    }
}

/// What a report is of when it is not of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The slice.
    pub slice: Slice,
    /// How many responses there are of all, the slice's among them.
    pub among: u64,
}

/// A group beside others.
#[derive(Debug, Clone)]
pub struct Group {
    /// As in [`Slice::value`].
    pub value: String,
    /// How many responses.
    pub responses: u64,
    /// The index, parts, components and items, with what staff may see of each.
    pub findings: Vec<Finding>,
}

/// All groups of a period.
#[derive(Debug, Default)]
pub struct Groups {
    /// By value.
    pub groups: Vec<Group>,
    /// Responses of groups that are not listed.
    pub others: u64,
    /// Whether the groups differ, one test per figure that is a pooled rate; none when
    /// a group may not be seen.
    pub tests: Vec<Association>,
}

impl Group {
    /// Whether the rate that `test` is of is shown.
    fn has_rate_of(&self, test: &Association) -> bool {
        let of_it = |f: &&Finding| (f.estimate.level, &f.estimate.code) == (test.level, &test.code);
        let finding = self.findings.iter().find(of_it);
        finding.is_some_and(|f| matches!(f.shown(), Shown::Rate { .. }))
    }
}

impl Groups {
    /// The same with those of `tests` that tell of no group that may not be seen.
    fn tested(mut self, mut tests: Vec<Association>) -> Self {
        let shows_all = self.groups.len() > 1 && self.others == 0;
        // Who gave no field or no answer is in no group that is compared.
        let compared = self.groups.iter().filter(|group| !group.value.is_empty());
        tests.retain(|test| shows_all && compared.clone().all(|group| group.has_rate_of(test)));
        self.tests = tests;
        self
    }

    /// The group with this `value`.
    pub fn find(&self, value: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.value == value)
    }
}

/// What staff see of one selection.
#[derive(Debug)]
pub struct Seen {
    /// Its figures.
    pub report: Arc<Report>,
    /// What changed since the period with which the unit compares it.
    pub since: Option<Since>,
}

impl Reporting {
    /// What staff see of `period`, whole or one slice of it. Where the public sees a
    /// figure as well it is the same.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn seen(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
        slice: Option<&Slice>,
    ) -> Result<Seen, Error> {
        let subject = self.subject(commune, instrument)?;
        let mut marks = Marks::default();
        let report = self.sliced(subject, period, slice, &mut marks).await?;
        let since = match report.compared_with() {
            Some(before) => {
                let then = self.version_with_most(subject, &before).await?;
                if then.instrument.version != instrument.version {
                    marks = Marks::default();
                }
                let before = self.sliced(then, &before, slice, &mut marks).await?;
                Since::between(&before, &report)
            }
            None => None,
        };
        Ok(Seen { report: Arc::new(report), since })
    }

    /// What staff see of the last [`TREND_MONTHS`] months up to the one of `last`,
    /// oldest first.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn seen_by_month(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        last: NaiveDate,
        slice: Option<&Slice>,
    ) -> Result<Vec<Arc<Report>>, Error> {
        let subject = self.subject(commune, instrument)?;
        let (mut months, mut marks) = (Vec::new(), VersionMarks::new());
        for back in (0..TREND_MONTHS).rev() {
            let Some(day) = last.checked_sub_months(Months::new(back)) else { continue };
            let month = Period::month_of(day);
            let version = self.version_with_most(subject, &month).await?;
            let marks = marks.entry(version.instrument.version).or_default();
            months.push(Arc::new(self.sliced(version, &month, slice, marks).await?));
        }
        Ok(months)
    }

    /// The groups of `period`, told apart `by`.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn groups(
        &self,
        commune: &CommuneCode,
        instrument: &'static Instrument,
        period: &Period,
        by: By,
    ) -> Result<Arc<Groups>, Error> {
        let subject = self.subject(commune, instrument)?;
        let mut marks = Marks::default();
        let report = self.as_it_stands(subject, period, &mut marks).await?;
        match by {
            By::Channel => self.channels_tested(subject, &report, &mut marks).await,
            _ => self.grouped(subject, &report, by, &mut marks).await,
        }
    }

    pub(super) async fn sliced(
        &self,
        subject: Subject<'static>,
        period: &Period,
        slice: Option<&Slice>,
        marks: &mut Marks,
    ) -> Result<Report, Error> {
        let report = self.as_it_stands(subject, period, marks).await?;
        let Some(slice) = slice else { return Ok(report.for_staff()) };
        let groups = self.grouped(subject, &report, slice.by, marks).await?;
        Ok(report.of_group(slice, groups.find(&slice.value)))
    }

    async fn grouped(
        &self,
        subject: Subject<'static>,
        report: &Arc<Report>,
        by: By,
        marks: &mut Marks,
    ) -> Result<Arc<Groups>, Error> {
        match by {
            By::Channel => Ok(Arc::new(report.by_channel())),
            _ => self.told_apart(subject, &report.period, by, marks).await,
        }
    }
}

impl Report {
    /// The same with what staff may see.
    fn for_staff(&self) -> Self {
        let mut report = Self { audience: Audience::Staff, ..self.clone() };
        for finding in &mut report.findings {
            finding.publication =
                allowed(&finding.estimate, Audience::Staff, &report.withheld, None);
        }
        report
    }

    /// The groups of its channels, with what staff may see.
    fn by_channel(&self) -> Groups {
        let group = |counted: &super::ChannelCount| {
            let of_it = |e: &&Estimate| e.group[..] == [counted.channel.name()];
            let finding = |e: &Estimate| Finding {
                publication: allowed(e, Audience::Staff, &self.withheld, Some(counted.channel)),
                ..of_some(e, self.instrument, self.plan, &self.period)
            };
            Group {
                value: counted.channel.name().to_owned(),
                responses: counted.responses,
                findings: in_order(self.by_channel.rows.iter().filter(of_it).map(finding)),
            }
        };
        Groups { groups: self.channels.iter().map(group).collect(), ..Groups::default() }
    }

    /// Its part that `slice` is of, which is `group`; nothing of it may be seen when
    /// there is no such group.
    fn of_group(&self, slice: &Slice, group: Option<&Group>) -> Self {
        let channel = (slice.by == By::Channel).then(|| Channel::named(&slice.value)).flatten();
        let nothing = || self.findings.iter().map(Finding::of_nobody).collect();
        let part = Part { slice: slice.clone(), among: self.received };
        let mut report = Self { audience: Audience::Staff, part: Some(part), ..self.clone() };
        report.findings = group.map_or_else(nothing, |group| group.findings.clone());
        report.received = group.map_or(0, |group| group.responses);
        report.channels.retain(|c| Some(c.channel) == channel);
        report.options.retain(|o| Some(o.channel) == channel);
        report.not_asked.retain(|n| Some(n.channel) == channel);
        report
    }
}

impl Finding {
    /// The same when nobody was asked.
    fn of_nobody(&self) -> Self {
        let e = &self.estimate;
        let estimate = Estimate {
            asked: 0,
            valid: 0,
            satisfied: 0,
            no_opinion: 0,
            unanswered: 0,
            rate: None,
            se: None,
            low: None,
            upp: None,
            df: 0,
            people: 0,
            n_eff: 0.0,
            n_least: 0.0,
            deff: None,
            interval: None,
            flags: Flags::default(),
            ..e.clone()
        };
        Self { estimate, publication: Publication::Nothing, ..self.clone() }
    }
}

/// What is said of `estimate`, a figure of some of the respondents: the targets of `plan`
/// were set for all of them.
fn of_some(
    estimate: &Estimate,
    instrument: &'static Instrument,
    plan: Option<&'static Plan>,
    period: &Period,
) -> Finding {
    let mut finding = Finding::of(estimate.clone(), instrument, plan, period);
    if let Some(against) = &mut finding.against {
        against.yardstick = true;
    }
    finding
}

/// The index first, then parts, components and items, each in the instrument's order.
fn in_order(findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = findings.collect();
    findings.sort_by_key(|finding| Reverse(finding.estimate.level));
    findings
}
