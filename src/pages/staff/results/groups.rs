//! Groups beside each other: never a rank, and a test where there is one.

use analytics::Level;
use surveys::text::count;

use super::filters::group_name;
use super::{Contents, how};
use crate::pages::Shell;
use crate::pages::commune::figures::Row;
use crate::reporting::slices::{Group, Slice};

/// The index of each group.
#[derive(Debug)]
pub(super) struct GroupTable {
    pub(super) heading: String,
    pub(super) rows: Vec<GroupRow>,
    /// How many responses are of groups that are not listed; empty when none are.
    pub(super) others: String,
    /// Whether the groups differ, one sentence a figure, and how that is tested.
    pub(super) tests: Vec<(String, String)>,
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
        let row = |group: &Group| {
            let slice = Slice { by, value: group.value.clone() };
            // Who gave no field or answer is a group and no slice that could be asked for.
            let is_slice = !slice.value.is_empty();
            let address = |place: &str| {
                let address = is_slice.then(|| how::of_slice(place, report, Some(&slice), by));
                address.map_or_else(String::new, |address| shell.link(&address))
            };
            let index = group.findings.iter().find(|f| f.estimate.level == Level::Index);
            GroupRow {
                name: group_name(shell, report.instrument, &contents.points, &slice),
                address: address("/staff/results"),
                responses: count(group.responses, language),
                row: index.map(|finding| Row {
                    how: address(&how::place(finding.estimate.level, &finding.estimate.code)),
                    ..Row::of(shell, report, finding)
                }),
            }
        };
        let groups = &contents.groups;
        let has_index =
            groups.tests.iter().any(|test| test.level == Level::Index && test.p.is_some());
        let wanted = if has_index { Level::Index } else { Level::Component };
        let test = |test: &analytics::comparison::Association| {
            let p = test.p?;
            let title = report.finding(test.level, &test.code)?.title.get(language);
            let said = how::tested(t, title, p);
            let place = format!("{}/groups", how::place(test.level, &test.code));
            Some((said, shell.link(&how::of_slice(&place, report, None, by))))
        };
        let tests = groups.tests.iter().filter(|test| test.level == wanted);
        Self {
            heading: super::group_said(shell, report.instrument, by),
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
