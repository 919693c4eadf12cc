//! Groups beside each other: never a rank, and a test where there is one.

use analytics::Level;
use surveys::text::{count, decimal};

use super::Contents;
use super::filters::{by_key, group_name};
use crate::pages::Shell;
use crate::pages::commune::figures::Row;

/// Below this p-value groups are said to differ.
const DIFFERS: f64 = 0.05;

/// The index of each group.
#[derive(Debug)]
pub(super) struct GroupTable {
    pub(super) heading: String,
    pub(super) rows: Vec<GroupRow>,
    /// How many responses are of groups that are not listed; empty when none are.
    pub(super) others: String,
    /// Whether the groups differ, one sentence a figure.
    pub(super) tests: Vec<String>,
}

/// One group.
#[derive(Debug)]
pub(super) struct GroupRow {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) responses: String,
    pub(super) row: Option<Row>,
}

impl GroupTable {
    pub(super) fn of(shell: &Shell, contents: &Contents) -> Self {
        let (t, language) = (shell.t, shell.language());
        let (report, by) = (&*contents.seen.report, contents.by);
        let row = |group: &crate::reporting::slices::Group| GroupRow {
            name: group_name(shell, contents, by, &group.value),
            address: if group.value.is_empty() {
                String::new()
            } else {
                shell.link(&format!(
                    "/staff/results?{}",
                    serde_urlencoded::to_string([
                        ("unit", report.commune.code.as_str()),
                        ("instrument", report.instrument.id.as_str()),
                        ("version", &report.instrument.version.to_string()),
                        ("period", &report.period.code),
                        ("group", by.name()),
                        (by.name(), &group.value),
                    ])
                    .unwrap_or_default()
                ))
            },
            responses: count(group.responses, language),
            row: group
                .findings
                .iter()
                .find(|f| f.estimate.level == Level::Index)
                .map(|finding| Row::of(shell, report, finding)),
        };
        let groups = &contents.groups;
        let has_index =
            groups.tests.iter().any(|test| test.level == Level::Index && test.p.is_some());
        let wanted = if has_index { Level::Index } else { Level::Component };
        let test = |test: &analytics::comparison::Association| {
            let p = test.p?;
            let title = report.finding(test.level, &test.code)?.title.get(language);
            let p_said =
                if p < 0.001 { decimal(0.001, 3, language) } else { decimal(p, 3, language) };
            let key = match (p < DIFFERS, p < 0.001) {
                (true, true) => "results-test-differs-clearly",
                (true, false) => "results-test-differs",
                (false, _) => "results-test-same",
            };
            Some(t.with(key, &[("figure", title), ("p", &p_said)]))
        };
        let tests = groups.tests.iter().filter(|test| test.level == wanted);
        Self {
            heading: t.with("results-groups-heading", &[("by", &t.get(by_key(by)).to_lowercase())]),
            rows: groups.groups.iter().map(row).collect(),
            others: if groups.others > 0 {
                t.with("results-others", &[("responses", &count(groups.others, language))])
            } else {
                String::new()
            },
            tests: tests.filter_map(test).collect(),
        }
    }
}
