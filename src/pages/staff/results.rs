//! Results for staff: one commune over any period, whole or one slice of it.

mod filters;
mod groups;
pub mod how;

use std::sync::Arc;

use analytics::chart::{ChartError, Look, Size};
use askama::Template;
use chrono::NaiveDate;
use surveys::collection_point::CollectionPoint;
use surveys::instrument::ItemKind;
use surveys::text::count;
use surveys::{Instrument, Language, catalog};

use self::groups::GroupTable;
use super::figures::FigureTable;
use super::{Export, Nav};
use crate::pages::commune::figures::{ComponentItems, Month, drill_down, months, over_months};
use crate::pages::commune::plan::out_of_force;
use crate::pages::commune::running;
use crate::pages::{Shell, Words};
use crate::reporting::published::Shown;
use crate::reporting::slices::{By, Groups, Seen, Slice};
use crate::reporting::{Report, charts};

use filters::{Filters, label_said, slice_name};

/// What the page is made of.
#[derive(Debug)]
pub struct Contents {
    /// The selection.
    pub seen: Seen,
    /// The months up to the period's last.
    pub months: Vec<Arc<Report>>,
    /// The groups of the whole period.
    pub groups: Arc<Groups>,
    /// What the groups are told apart by.
    pub by: By,
    /// Which slice is shown.
    pub slice: Option<Slice>,
    /// Whether the reader may see that slice only.
    pub bound: bool,
    /// The groups of service fields, to choose from.
    pub fields: Arc<Groups>,
    /// The instruments that have answers.
    pub answered: Vec<&'static Instrument>,
    /// The commune's collection points.
    pub points: Vec<CollectionPoint>,
    /// The day of the commune's first answer.
    pub first: Option<NaiveDate>,
    /// Today in Vietnam.
    pub today: NaiveDate,
}

/// That the groups told apart by `by` are compared.
pub(super) fn group_said(shell: &Shell, instrument: &'static Instrument, by: By) -> String {
    shell.t.with("results-groups-heading", &[("by", &label_said(shell, instrument, by))])
}

/// What people call `slice` where nobody knows the names of collection points.
pub(super) fn slice_said(shell: &Shell, instrument: &'static Instrument, slice: &Slice) -> String {
    slice_name(shell, instrument, &[], slice)
}

/// The options of an item.
#[derive(Debug)]
struct ItemOptions {
    title: &'static str,
    /// Who was asked, where not everybody was.
    asked: String,
    rows: Vec<(String, String)>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "staff/results.html")]
pub struct Results<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    name: &'static str,
    code: String,
    filters: Filters,
    selected: String,
    received: String,
    running: String,
    /// That the targets are of another time; empty when they are in force.
    out_of_force: String,
    figures: FigureTable,
    /// The public page of the same figures; empty for a slice, of which there is none.
    public: String,
    components: Vec<ComponentItems>,
    months: Vec<Month>,
    over_months: String,
    /// How the line over the months is computed.
    over_months_how: String,
    groups: GroupTable,
    options: Vec<ItemOptions>,
    /// Why there are none; empty where there are, or where nobody answered.
    no_options: String,
    export: Export,
    components_chart: Option<[String; 2]>,
    trend_chart: Option<[String; 2]>,
}

impl<'a> Results<'a> {
    /// The page of `contents`.
    ///
    /// # Errors
    /// [`ChartError`] when this build is damaged.
    pub fn new(shell: &'a Shell, nav: Nav, contents: &Contents) -> Result<Self, ChartError> {
        let report = &*contents.seen.report;
        let (t, language) = (shell.t, shell.language());
        let filters = Filters::of(shell, contents);
        let months = months(how::address, shell, &contents.months);
        let trend = months.iter().any(Month::has_rate);
        let rates = report.findings.iter().any(|f| matches!(f.shown(), Shown::Rate { .. }));
        let public = match contents.slice {
            Some(_) => String::new(),
            None => shell.link(&format!(
                "/c/{}?instrument={}&period={}",
                report.commune.code,
                catalog::name_of(report.instrument),
                report.period.code
            )),
        };
        let selected = contents.slice.as_ref().map(|slice| {
            let name = slice_name(shell, report.instrument, &contents.points, slice);
            t.with("results-slice", &[("slice", &name)])
        });
        Ok(Self {
            shell,
            t,
            name: report.commune.name,
            code: report.commune.code.to_string(),
            selected: selected.unwrap_or_default(),
            received: count(report.received, language),
            running: running(t, &report.period, contents.today),
            out_of_force: out_of_force(t, report),
            figures: FigureTable::of(
                shell,
                "figures",
                report,
                contents.seen.since.as_ref(),
                how::address,
            ),
            public,
            components: drill_down(how::address, shell, report),
            groups: GroupTable::of(shell, contents),
            no_options: no_options(report, contents.slice.as_ref(), t),
            options: options(report, contents.slice.as_ref(), t),
            export: Export::new(shell, &nav, filters.sent()),
            components_chart: pictures(rates, language, |look| {
                Ok(charts::components(report, look)?.svg_inline())
            })?,
            trend_chart: pictures(trend, language, |look| {
                Ok(charts::over_time(&contents.months, look)?.svg_inline())
            })?,
            months,
            over_months: over_months(shell, &contents.months),
            over_months_how: report.index().map_or_else(String::new, |index| {
                format!("{}#months", how::address(shell, report, index))
            }),
            filters,
            nav: Some(nav),
        })
    }
}

/// A chart for wide screens and for phones, if there is anything to draw.
fn pictures(
    any: bool,
    language: Language,
    draw: impl Fn(Look) -> Result<String, ChartError>,
) -> Result<Option<[String; 2]>, ChartError> {
    let look = |size| Look { language, size, ..Look::default() };
    if any { Ok(Some([draw(look(Size::Wide))?, draw(look(Size::Compact))?])) } else { Ok(None) }
}

/// Why no options of `slice` are told, if there are none.
fn no_options(report: &Report, slice: Option<&Slice>, t: Words) -> String {
    let Some(slice) = slice.filter(|_| report.received > 0) else { return String::new() };
    if !report.options_shown(Some(slice)).is_empty() {
        return String::new();
    }
    let key = match slice.by {
        By::Channel => "results-options-of-channel",
        By::Point | By::Field | By::Item(_) => "results-options-of-others",
    };
    t.get(key).into_owned()
}

fn options(report: &Report, slice: Option<&Slice>, t: Words) -> Vec<ItemOptions> {
    let language = t.0;
    let shown = report.options_shown(slice);
    let of_an_item = shown.chunk_by(|a, b| a.item.code == b.item.code);
    let rows = |option: &crate::reporting::slices::OptionShown| {
        (option.words(language).to_owned(), count(option.count, language))
    };
    of_an_item
        .filter(|options| !matches!(options[0].item.kind, ItemKind::Comment))
        .map(|options| ItemOptions {
            title: options[0].item.text.get(language),
            asked: match options[0].item.asked_after {
                Some(_) => t.with("results-asked", &[("n", &count(options[0].asked, language))]),
                None => String::new(),
            },
            rows: options.iter().map(rows).collect(),
        })
        .collect()
}
