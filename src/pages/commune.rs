//! The results of a commune: what the public sees of a report, and how it was made.

pub(super) mod changes;
pub(super) mod figures;
pub(super) mod periods;
pub(super) mod plan;
pub(super) mod publication;

use std::sync::Arc;

use analytics::Level;
use analytics::chart::{ChartError, Look, Size};
use askama::Template;
use chrono::NaiveDate;
use surveys::collection_point::CollectionPoint;
use surveys::instrument::Aggregation;
use surveys::response::Channel;
use surveys::text::{count, percent};
use surveys::unit::{self, Predecessor};
use surveys::{Instrument, Period, catalog};

use self::changes::Changes;
pub(super) use self::figures::target;
use self::figures::{ComponentItems, Month, Row};
use self::plan::{PlanView, target_section};
pub use self::publication::Published;
use self::publication::Said;
use super::message::Link;
use super::{Shell, Words, explanation, numbers};
use crate::reporting::petitions::Counted;
use crate::reporting::published::Shown;
use crate::reporting::since::Since;
use crate::reporting::{ChannelCount, Report, Trend, charts, sentence};
use crate::store::indicators::Ledger;
use crate::store::samples::Sample;

/// What the page is made of.
#[derive(Debug)]
pub struct Contents {
    /// The report shown.
    pub report: Arc<Report>,
    /// What else was published of the period.
    pub published: Published,
    /// The months up to the period's last.
    pub trend: Arc<Trend>,
    /// What changed since the period before.
    pub since: Option<Since>,
    /// The instruments that have answers.
    pub answered: Vec<&'static Instrument>,
    /// The commune's collection points.
    pub points: Vec<CollectionPoint>,
    /// The commune's samples of households, which have figures of their own.
    pub samples: Vec<Sample>,
    /// What was entered of targets that no survey measures.
    pub entries: Ledger,
    /// What petitions themselves say of targets.
    pub petitions: Counted,
    /// Whether there are comments that anybody may read.
    pub has_comments: bool,
    /// Today in Vietnam.
    pub today: NaiveDate,
}

/// The results page.
#[derive(Debug, Template)]
#[template(path = "commune.html")]
pub struct Results<'a> {
    shell: &'a Shell,
    t: Words,
    name: &'static str,
    /// The other communes of its province.
    province: Option<Link>,
    code: String,
    code_was: Vec<String>,
    instrument: &'a str,
    instruments: Vec<Choice>,
    periods: Vec<Choice>,
    period: &'a str,
    days: String,
    running: String,
    publication: Said,
    headline: String,
    /// Where the headline's figure is explained; empty without an index.
    how: String,
    received: String,
    few: String,
    out_of_force: String,
    surveys: Vec<Link>,
    samples: Vec<Link>,
    /// Where it says what is done about the results.
    actions: String,
    /// Where comments are read; empty when there are none.
    comments: String,
    pictures: Option<Pictures>,
    table_caption: String,
    aggregation: String,
    interval_head: String,
    rows: Vec<Row>,
    yardstick: bool,
    targets: bool,
    since: Option<Changes>,
    months: Vec<Month>,
    /// How the index goes over them; empty with fewer than three.
    over_months: String,
    channels: Vec<(String, String)>,
    components: Vec<ComponentItems>,
    plan: Option<PlanView>,
    method: Vec<String>,
    petitions: Vec<Link>,
    downloads: Vec<Link>,
}

/// One of several, of which one is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) label: String,
    /// Empty for the one shown.
    pub(super) address: String,
}

/// The charts as they stand in the page.
#[derive(Debug)]
struct Pictures {
    components: [String; 2],
    trend: Option<[String; 2]>,
    files: Vec<Link>,
}

impl<'a> Results<'a> {
    /// The page of `contents`.
    ///
    /// # Errors
    /// [`ChartError`] when this build is damaged.
    pub fn new(shell: &'a Shell, contents: &'a Contents) -> Result<Self, ChartError> {
        let (t, language, report) = (shell.t, shell.language(), &*contents.report);
        let commune = report.commune;
        let rates = report.findings.iter().any(|f| matches!(f.shown(), Shown::Rate { .. }));
        let months = figures::months(explanation::address, shell, &contents.trend.months);
        let trend = months.iter().any(Month::has_rate);
        let pictures = if rates { Some(pictures(shell, contents, trend)?) } else { None };
        let counted = !report.shows_nothing();
        let level = percent(report.level, 0, language);
        let aggregation = t.get(aggregation_key(report.instrument.aggregation)).into_owned();
        let index = report.index();
        let few = index.is_some_and(|f| {
            matches!(f.shown(), Shown::Rate { few: true, .. }) && !f.is_few_in_part()
        });
        // A single part is the index once more.
        let parts = report.at(Level::Part).filter(|_| report.instrument.parts.len() > 1);
        let rows: Vec<Row> = report
            .index()
            .into_iter()
            .chain(parts)
            .chain(report.at(Level::Component))
            .map(|finding| Row::of(shell, report, finding))
            .collect();
        Ok(Self {
            shell,
            t,
            name: commune.name,
            province: province_link(shell, report),
            code: commune.code.to_string(),
            code_was: code_was(t, unit::successors(commune.code.as_str()), commune.code.as_str()),
            instrument: report.instrument.title.get(language),
            instruments: instruments(shell, contents),
            periods: offered(shell, contents),
            period: report.period.title.get(language),
            days: numbers::days(&report.period, language),
            running: if report.is_awaited() {
                String::new()
            } else {
                running(t, &report.period, contents.today)
            },
            publication: Said::of(shell, contents),
            headline: sentence::headline(report).get(language).to_owned(),
            how: index.map(|f| explanation::address(shell, report, f)).unwrap_or_default(),
            received: match report.told_received() {
                Some(n) => count(n, language),
                None if report.withdrawal().is_some() => t.get("not-told-withdrawn").into_owned(),
                None if report.unreadable().is_some() => t.get("not-told-unreadable").into_owned(),
                None => t.get("not-told").into_owned(),
            },
            few: if few { t.get("few-respondents").into_owned() } else { String::new() },
            out_of_force: if counted { plan::out_of_force(t, report) } else { String::new() },
            surveys: survey_links(shell, &contents.points),
            samples: sample_links(shell, &contents.samples),
            actions: shell.link(&format!("/c/{}/actions", commune.code)),
            comments: if contents.has_comments {
                shell.link(&format!("/c/{}/comments", commune.code))
            } else {
                String::new()
            },
            pictures,
            table_caption: t.with(
                "components-caption",
                &[("commune", commune.name), ("period", report.period.title.get(language))],
            ),
            aggregation: aggregation.clone(),
            interval_head: t.with("column-interval", &[("level", &level)]),
            rows: if counted { rows } else { Vec::new() },
            yardstick: report
                .at(Level::Component)
                .any(|f| f.against.as_ref().is_some_and(|a| a.yardstick)),
            targets: report.findings.iter().any(|f| f.against.is_some()),
            since: contents
                .since
                .as_ref()
                .map(|since| Changes::of(explanation::address, shell, report, since)),
            months: if trend { months } else { Vec::new() },
            over_months: figures::over_months(shell, &contents.trend.months),
            channels: if counted {
                channels(t, &report.channels, |channel| report.tells_channel(channel))
            } else {
                Vec::new()
            },
            components: if counted {
                figures::drill_down(explanation::address, shell, report)
            } else {
                Vec::new()
            },
            plan: report.plan.map(|plan| target_section(shell, plan, contents)),
            method: method(t, &aggregation, &level),
            petitions: petitions(shell, report),
            downloads: downloads(shell, report, contents.published.newest()),
        })
    }
}

/// The periods a reader may choose: where results are published by decision, those that
/// are.
fn offered(shell: &Shell, contents: &Contents) -> Vec<Choice> {
    let report = &*contents.report;
    match &contents.published.offered {
        Some(published) => periods::among(shell, published.clone(), &report.period),
        None => periods::choices(shell, report.plan, &report.period, contents.today),
    }
}

/// The page of the province of `report` over the same period.
fn province_link(shell: &Shell, report: &Report) -> Option<Link> {
    let province = unit::province(report.commune.province.as_str())?;
    let address = format!(
        "/province/{}?instrument={}&period={}",
        province.code, report.instrument.id, report.period.code
    );
    Some(Link { address: shell.link(&address), label: province.name.to_owned() })
}

/// Where the results of `samples` are.
fn sample_links(shell: &Shell, samples: &[Sample]) -> Vec<Link> {
    let link = |sample: &Sample| {
        let commune = sample.commune()?;
        let address = shell.link(&format!("/c/{commune}/samples/{}", sample.code));
        let days = super::staff::samples::days(shell, sample);
        Some(Link { address, label: format!("{}, {days}", sample.title) })
    };
    samples.iter().filter_map(link).collect()
}

/// Says that the period is not over, until which day it is counted, or that it has not
/// begun; empty otherwise.
pub(super) fn running(t: Words, period: &Period, today: NaiveDate) -> String {
    if period.start > today {
        t.get("period-ahead").into_owned()
    } else if period.start == today {
        t.get("period-begins").into_owned()
    } else if period.contains(today) {
        let last = today.pred_opt().unwrap_or(today);
        t.with("period-running", &[("day", &numbers::day(last, t.0))])
    } else {
        String::new()
    }
}

fn pictures(shell: &Shell, contents: &Contents, trend: bool) -> Result<Pictures, ChartError> {
    let look = |size| Look { language: shell.language(), size, ..Look::default() };
    let both = [look(Size::Wide), look(Size::Compact)];
    let mut components = [const { String::new() }; 2];
    let mut over_time = [const { String::new() }; 2];
    for (i, look) in both.into_iter().enumerate() {
        components[i] = charts::components(&contents.report, look)?.svg_inline();
        if trend {
            over_time[i] = charts::trend(&contents.trend, look)?.svg_inline();
        }
    }
    let file = |kind: &str| Link {
        address: format!(
            "{}&lang={}",
            api(&contents.report, &format!("charts/components.{kind}")),
            shell.language()
        ),
        label: kind.to_uppercase(),
    };
    let csv = Link {
        address: format!("{}&format=csv", api(&contents.report, "estimates")),
        label: "CSV".to_owned(),
    };
    let files = vec![csv, file("png"), file("svg")];
    Ok(Pictures { components, trend: trend.then_some(over_time), files })
}

/// The address of `what` for the figures of `report`.
fn api(report: &Report, what: &str) -> String {
    format!(
        "/api/v1/{what}?commune={}&instrument={}&period={}{}",
        report.commune.code,
        catalog::name_of(report.instrument),
        report.period.code,
        numbered(report)
    )
}

/// What an address says of the publication that `report` is; nothing when it is none.
pub(super) fn numbered(report: &Report) -> String {
    let release = report.release();
    release.map_or_else(String::new, |release| format!("&publication={}", release.number))
}

pub(super) fn aggregation_key(rule: Aggregation) -> &'static str {
    match rule {
        Aggregation::Pooled => "aggregation-pooled",
        Aggregation::MeanOfItems => "aggregation-mean-of-items",
        Aggregation::MeanOfComponents => "aggregation-mean-of-components",
        Aggregation::WeightedParts => "aggregation-weighted-parts",
    }
}

/// Communes that had this code before and are part of another one now.
fn code_was(t: Words, past: &[Predecessor], code: &str) -> Vec<String> {
    past.iter()
        .filter(|unit| unit.commune.code.as_str() != code)
        .map(|unit| {
            t.with(
                "code-was",
                &[
                    ("old", unit.old_name),
                    ("place", unit.old_place.district),
                    ("new", unit.commune.name),
                    ("code", unit.commune.code.as_str()),
                ],
            )
        })
        .collect()
}

fn instruments(shell: &Shell, contents: &Contents) -> Vec<Choice> {
    let shown = contents.report.instrument;
    let mut offered = contents.answered.clone();
    if !offered.contains(&shown) {
        offered.push(shown);
    }
    if offered.len() < 2 {
        return Vec::new();
    }
    let choice = |instrument: &&'static Instrument| {
        let title = instrument.title.get(shell.language());
        let version = instrument.version.to_string();
        let versions = offered.iter().filter(|other| other.id == instrument.id).count();
        Choice {
            label: match versions {
                1 => title.to_owned(),
                _ => format!(
                    "{title}, {}",
                    shell.t.with("results-version", &[("version", &version)])
                ),
            },
            address: match (*instrument == shown, versions) {
                (true, _) => String::new(),
                (false, 1) => shell.here_with("instrument", instrument.id.as_str()),
                (false, _) => {
                    shell.here_with("instrument", &format!("{}@{version}", instrument.id))
                }
            },
        }
    };
    offered.iter().map(choice).collect()
}

fn survey_links(shell: &Shell, points: &[CollectionPoint]) -> Vec<Link> {
    let link = |point: &CollectionPoint| {
        let instrument = catalog::instrument(point.instrument.as_str(), None)?;
        let label = format!("{} – {}", instrument.title.get(shell.language()), point.name);
        Some(Link { address: shell.link(&format!("/s/{}", point.code)), label })
    };
    points.iter().filter_map(link).collect()
}

/// Responses by channel. Those of which it may not be told are told together and not
/// named: that nobody came through one of them is a count as well.
pub(super) fn channels(
    t: Words,
    counts: &[ChannelCount],
    told: impl Fn(Channel) -> bool,
) -> Vec<(String, String)> {
    let (shown, joined): (Vec<_>, Vec<_>) = counts.iter().partition(|c| told(c.channel));
    let title = |c: &ChannelCount| c.channel.title().get(t.0).to_owned();
    let mut rows: Vec<(String, String)> =
        shown.into_iter().map(|c| (title(c), count(c.responses, t.0))).collect();
    if !joined.is_empty() {
        let together = joined.iter().map(|c| c.responses).sum();
        rows.push((t.get("channels-other").into_owned(), count(together, t.0)));
    }
    rows
}

fn method(t: Words, aggregation: &str, level: &str) -> Vec<String> {
    vec![
        t.get("method-volunteers").into_owned(),
        t.get("method-rate").into_owned(),
        aggregation.to_owned(),
        t.with("method-interval", &[("level", level)]),
        t.get("method-verdict").into_owned(),
        t.get("method-floor").into_owned(),
        t.get("method-unit").into_owned(),
    ]
}

fn petitions(shell: &Shell, report: &Report) -> Vec<Link> {
    let code = &report.commune.code;
    let link = |address: String, key| Link {
        address: shell.link(&address),
        label: shell.t.get(key).into_owned(),
    };
    vec![
        link(format!("/p/{code}"), "petition-heading"),
        link(format!("/c/{code}/petitions"), "petitions-see"),
    ]
}

fn downloads(shell: &Shell, report: &Report, newest: i64) -> Vec<Link> {
    let t = shell.t;
    let period = report.period.title.get(shell.language());
    // Without a number it is of the newest publication of every instrument.
    let which = if report.release().is_some_and(|release| release.number < newest) {
        format!("?instrument={}{}", report.instrument.id, numbered(report))
    } else {
        String::new()
    };
    let Report { commune, period: days, .. } = report;
    let package = format!("/api/v1/exports/hailong_{}_{}.zip{which}", commune.code, days.code);
    let package =
        Link { address: package, label: t.with("download-package", &[("period", period)]) };
    let figures = [
        Link {
            address: format!("{}&format=csv", api(report, "estimates")),
            label: t.get("download-estimates").into_owned(),
        },
        Link { address: api(report, "estimates"), label: t.get("download-json").into_owned() },
    ];
    [package].into_iter().chain(figures).collect()
}

#[cfg(test)]
mod tests;
