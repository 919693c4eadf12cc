//! The communes of a province beside each other.

use std::sync::Arc;

use analytics::Level;
use analytics::multiplicity::{Adjustment, Below};
use askama::Template;
use chrono::NaiveDate;
use surveys::period::ReportingCalendar;
use surveys::text::{count, decimal, unaccented};
use surveys::unit::Province;
use surveys::{Language, Period};

use super::figures::too_few;
use super::form::Choice;
use super::periods::{Year, years};
use super::results::how;
use super::{Export, Nav};
use crate::pages::commune::figures::Row;
use crate::pages::{Shell, Words};
use crate::reporting::Report;
use crate::reporting::listed::listed;
use crate::reporting::published::Shown;

/// What the rows are in the order of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The commune's name.
    #[default]
    Name,
    /// How many responses, the most first.
    Responses,
    /// The rate, the highest first; this is no rank.
    Rate,
}

impl Order {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Name, Self::Responses, Self::Rate];

    /// The name used in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Responses => "responses",
            Self::Rate => "rate",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Name => "overview-by-name",
            Self::Responses => "overview-by-responses",
            Self::Rate => "overview-by-rate",
        }
    }
}

/// A commune's row.
#[derive(Debug)]
struct CommuneRow {
    name: &'static str,
    address: String,
    responses: String,
    row: Option<Row>,
    /// Why there is no verdict; empty where there is one.
    too_few: String,
    /// Whether it is on the list of those below their target, and on the strict one.
    listed: [Placed; 2],
}

/// Whether a commune is on a list; both are empty where it takes no part.
#[derive(Debug, Default)]
struct Placed {
    word: String,
    /// The adjusted p-value.
    p: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "staff/overview.html")]
pub struct OverviewPage<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    name: &'static str,
    unit: String,
    instrument: String,
    instruments: Vec<Choice>,
    period: String,
    periods: Vec<Year>,
    order: &'static str,
    orders: Vec<Choice>,
    is_by_rate: bool,
    interval_head: String,
    rows: Vec<CommuneRow>,
    export: Export,
}

/// What is chosen on the page, and what can be.
#[derive(Debug)]
pub struct Chosen {
    /// The instrument version, as `id@version`.
    pub instrument: String,
    /// Those that can be chosen.
    pub instruments: Vec<Choice>,
    /// The period.
    pub period: Period,
    /// The day of the first answer of any commune.
    pub first: Option<NaiveDate>,
    /// Today in Vietnam.
    pub today: NaiveDate,
    /// The order of the rows.
    pub order: Order,
}

/// `reports` in `order`.
pub fn in_order(reports: &[Arc<Report>], order: Order) -> Vec<Arc<Report>> {
    let mut reports = reports.to_vec();
    reports.sort_by_cached_key(|r| unaccented(r.commune.short_name()));
    let rate = |r: &Arc<Report>| match r.index().map(crate::reporting::Finding::shown) {
        Some(Shown::Rate { rate, .. }) => Some(rate),
        _ => None,
    };
    match order {
        Order::Name => {}
        Order::Responses => reports.sort_by_key(|r| std::cmp::Reverse(r.received)),
        Order::Rate => reports
            .sort_by(|a, b| rate(b).partial_cmp(&rate(a)).unwrap_or(std::cmp::Ordering::Equal)),
    }
    reports
}

/// A p-value with three decimals: `p = 0,034`, or `p < 0,001`.
fn p_value(p: f64, language: Language) -> String {
    let least = 0.001;
    let sign = if p < least { "<" } else { "=" };
    format!("p\u{a0}{sign}\u{a0}{}", decimal(p.max(least), 3, language))
}

impl<'a> OverviewPage<'a> {
    /// The page of `reports` of communes of `province`.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        province: &Province,
        chosen: Chosen,
        reports: &[Arc<Report>],
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let reports = in_order(reports, chosen.order);
        let [list, strict] = Adjustment::ALL.map(|adjustment| listed(&reports, adjustment));
        let placed = |report: &Report, below: &Option<Below>| {
            below.map_or_else(Placed::default, |below| {
                let listed = below.is_listed(report.level);
                let key = if listed { "overview-listed" } else { "overview-not-listed" };
                Placed { word: t.get(key).into_owned(), p: p_value(below.adjusted, language) }
            })
        };
        let row = |(report, lists): (&Arc<Report>, [&Option<Below>; 2])| CommuneRow {
            name: report.commune.name,
            address: shell.link(&format!(
                "/staff/results?unit={}&instrument={}&version={}&period={}",
                report.commune.code,
                report.instrument.id,
                report.instrument.version,
                report.period.code
            )),
            responses: count(report.received, language),
            row: report
                .findings
                .iter()
                .find(|f| f.estimate.level == Level::Index)
                .map(|finding| Row::leading(how::address, shell, report, finding)),
            too_few: report.index().map_or_else(String::new, |index| too_few(t, index)),
            listed: lists.map(|below| placed(report, below)),
        };
        let order = |order: Order| Choice {
            value: order.name().to_owned(),
            label: t.get(order.key()).into_owned(),
        };
        let level = surveys::text::percent(0.95, 0, language);
        let Chosen { period, first, today, .. } = &chosen;
        let periods = years(shell, &ReportingCalendar::default(), *first, period, *today);
        let sent = vec![
            ("unit", province.code.to_string()),
            ("instrument", chosen.instrument.clone()),
            ("period", chosen.period.code.clone()),
            ("order", chosen.order.name().to_owned()),
        ];
        Self {
            shell,
            t,
            export: Export::new(shell, &nav, sent),
            nav: Some(nav),
            name: province.name,
            unit: province.code.to_string(),
            instrument: chosen.instrument,
            instruments: chosen.instruments,
            periods,
            period: chosen.period.code,
            order: chosen.order.name(),
            orders: Order::ALL.map(order).to_vec(),
            is_by_rate: chosen.order == Order::Rate,
            interval_head: t.with("column-interval", &[("level", &level)]),
            rows: reports
                .iter()
                .zip(list.iter().zip(&strict).map(|(list, strict)| [list, strict]))
                .map(row)
                .collect(),
        }
    }
}
