//! Figures in rows: what of a finding stands in which column.

use std::sync::Arc;

use analytics::{Flag, Level, Verdict};
use surveys::text::{self, count, percent, set_percent};
use surveys::{Instrument, Language};

use super::super::explanation::{self, Leads};
use super::super::{Shell, numbers};
use crate::reporting::over_months::OverMonths;
use crate::reporting::published::{Shown, verdict_word};
use crate::reporting::{Finding, HeldAgainst, Report};

/// One figure: an index, a part, a component or an item.
#[derive(Debug, Default)]
pub(in crate::pages) struct Row {
    pub(in crate::pages) title: String,
    /// Where it is explained.
    pub(in crate::pages) how: String,
    pub(in crate::pages) strong: bool,
    pub(in crate::pages) rate: String,
    pub(in crate::pages) limits: String,
    pub(in crate::pages) people: String,
    /// Why there is no rate.
    pub(in crate::pages) withheld: String,
    pub(in crate::pages) target: String,
    pub(in crate::pages) yardstick: bool,
    pub(in crate::pages) verdict: Option<Said>,
    pub(in crate::pages) notes: Vec<String>,
    pub(in crate::pages) valid: String,
    pub(in crate::pages) no_opinion: String,
    pub(in crate::pages) unanswered: String,
}

/// A verdict: its symbol and its word.
#[derive(Debug)]
pub(in crate::pages) struct Said {
    pub(in crate::pages) symbol: &'static str,
    pub(in crate::pages) word: String,
}

/// A component and its items.
#[derive(Debug)]
pub(in crate::pages) struct ComponentItems {
    pub(in crate::pages) title: String,
    pub(in crate::pages) rate: String,
    pub(in crate::pages) rows: Vec<Row>,
}

/// One month of the trend.
#[derive(Debug)]
pub(in crate::pages) struct Month {
    pub(in crate::pages) label: String,
    /// Its own page.
    pub(in crate::pages) address: String,
    pub(in crate::pages) row: Row,
}

impl Month {
    /// Whether a rate with its limits is shown.
    pub(in crate::pages) fn has_rate(&self) -> bool {
        !self.row.limits.is_empty()
    }
}

impl Row {
    /// The row of `finding`, a figure of `report`, as everybody reads it.
    pub(in crate::pages) fn of(shell: &Shell, report: &Report, finding: &Finding) -> Self {
        Self::leading(explanation::address, shell, report, finding)
    }

    /// The same, explained where `leads` says.
    pub(in crate::pages) fn leading(
        leads: Leads,
        shell: &Shell,
        report: &Report,
        finding: &Finding,
    ) -> Self {
        let how = leads(shell, report, finding);
        let withheld = report.withheld_of(finding);
        let withheld = withheld.map(|why| why.get(shell.language()).to_owned());
        let mut row = Self::explained_at(how, shell, finding);
        row.withheld = withheld.unwrap_or_default();
        if let Some(few) = report.few_in(finding) {
            // It says which part it is, and how few they are.
            row.notes.retain(|note| *note != shell.t.get("row-few-part"));
            row.notes.push(few.get(shell.language()).to_owned());
        }
        row
    }

    /// The row of `finding`, which is explained at `how`.
    pub(in crate::pages) fn explained_at(how: String, shell: &Shell, finding: &Finding) -> Self {
        let (t, language) = (shell.t, shell.language());
        let e = &finding.estimate;
        let mut row = Self {
            title: finding.title.get(language).to_owned(),
            how,
            strong: e.level == Level::Index,
            rate: String::new(),
            limits: String::new(),
            people: String::new(),
            withheld: finding
                .withheld()
                .map(|why| why.get(language).to_owned())
                .unwrap_or_default(),
            target: finding.against.as_ref().map(|a| target(a, language)).unwrap_or_default(),
            yardstick: finding.against.as_ref().is_some_and(|a| a.yardstick),
            verdict: said(finding, language),
            notes: Vec::new(),
            valid: String::new(),
            no_opinion: String::new(),
            unanswered: String::new(),
        };
        let shown = finding.shown();
        if let Shown::Rate { rate, low, upp, few, .. } = shown {
            let target = finding.against.as_ref().map(|a| a.proportion);
            row.rate = text::rate(rate, target, language);
            row.limits = numbers::limits(low, upp, target, language);
            if few {
                let key = if finding.is_few_in_part() { "row-few-part" } else { "row-few" };
                row.notes.push(t.get(key).into_owned());
            }
        }
        if let Shown::End(_, end) = shown {
            row.rate = end.said(language);
        }
        if !matches!(shown, Shown::Nothing) {
            row.people = count(e.people, language);
            row.valid = count(e.valid, language);
            row.no_opinion = share(e.no_opinion, e.asked, language);
            row.unanswered = share(e.unanswered, e.asked, language);
            let told = [
                Flag::NonresponseOver10,
                Flag::NonresponseOver30,
                Flag::AllSatisfied,
                Flag::NoneSatisfied,
                Flag::AtLeast95,
                Flag::AtMost5,
                Flag::ComponentMissing,
                Flag::ItemMissing,
            ];
            let flags = finding.public_flags();
            row.notes.extend(
                flags
                    .iter()
                    .filter(|f| told.contains(f))
                    .map(|f| f.text().get(language).to_owned()),
            );
        }
        row
    }
}

/// A count with its share of all.
fn share(part: u64, of: u64, language: Language) -> String {
    if of == 0 {
        return count(part, language);
    }
    format!("{} ({})", count(part, language), percent(part as f64 / of as f64, 1, language))
}

/// The operator and value of a target: `≥ 90 %`.
pub(in crate::pages) fn target(against: &HeldAgainst, language: Language) -> String {
    let sign = against.target.operator.symbol();
    format!("{sign}\u{a0}{}", set_percent(against.proportion, language)).trim().to_owned()
}

fn said(finding: &Finding, language: Language) -> Option<Said> {
    finding.published_verdict().map(|verdict| Said {
        symbol: match verdict {
            Verdict::Met => "met",
            Verdict::NotMet => "not-met",
            Verdict::Undetermined => "undetermined",
            Verdict::TooFew => "too-few",
        },
        word: verdict_word(verdict, language).to_owned(),
    })
}

/// The components of `report` with their items, each component first, explained where
/// `leads` says.
pub(in crate::pages) fn drill_down(
    leads: Leads,
    shell: &Shell,
    report: &Report,
) -> Vec<ComponentItems> {
    report
        .at(Level::Component)
        .filter_map(|component| {
            let code = &report.instrument.component(&component.estimate.code)?.code;
            let items: Vec<&Finding> = report
                .instrument
                .items_of(code)
                .filter_map(|item| {
                    report.at(Level::Item).find(|f| &*f.estimate.code == item.code.as_str())
                })
                .collect();
            let mut whole = Row::leading(leads, shell, report, component);
            let (title, rate) = (whole.title.clone(), whole.rate.clone());
            whole.strong = true;
            whole.title = shell.t.get("items-together").into_owned();
            // One item is the whole component: one row says it.
            let together = (items.len() != 1).then_some(whole);
            let rows = together
                .into_iter()
                .chain(items.iter().map(|f| Row::leading(leads, shell, report, f)))
                .collect();
            Some(ComponentItems { title, rate, rows })
        })
        .collect()
}

/// How the index goes over the months of `reports`, in a sentence; empty with fewer than
/// three that are shown.
pub(in crate::pages) fn over_months(shell: &Shell, reports: &[Arc<Report>]) -> String {
    let index = reports.last().and_then(|report| report.index()).map(|f| &f.estimate.code);
    let over = index.and_then(|code| OverMonths::of(reports, Level::Index, code));
    over.map_or_else(String::new, |over| over.sentence().get(shell.language()).to_owned())
}

/// The index from month to month, explained where `leads` says.
pub(in crate::pages) fn months(leads: Leads, shell: &Shell, reports: &[Arc<Report>]) -> Vec<Month> {
    let newest = reports.iter().map(|report| report.instrument.version).max();
    let is_of_one = reports.iter().all(|report| Some(report.instrument.version) == newest);
    let month = |report: &Arc<Report>| {
        let row = Row::leading(leads, shell, report, report.index()?);
        let Instrument { id, version, .. } = report.instrument;
        let (month, code) = (report.period.start.format("%m/%Y").to_string(), &*report.period.code);
        if is_of_one {
            return Some(Month { label: month, address: shell.here_with("period", code), row });
        }
        // Each leads to the version that it is of.
        let instrument = format!("{id}@{version}");
        let to = [("period", code), ("instrument", &instrument), ("version", "")];
        let version = shell.t.with("results-version", &[("version", &version.to_string())]);
        let has_rate = !row.rate.is_empty();
        let label = if has_rate { format!("{month} ({version})") } else { month };
        Some(Month { label, address: shell.here_with_each(&to), row })
    };
    reports.iter().filter_map(month).collect()
}
