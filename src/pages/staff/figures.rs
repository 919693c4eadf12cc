//! Tables of figures on the pages of staff.

use analytics::comparison::Direction;
use analytics::{Level, Verdict};
use surveys::text::percent;

use crate::pages::commune::aggregation_key;
use crate::pages::commune::figures::Row;
use crate::pages::commune::periods::short_title;
use crate::pages::explanation::Leads;
use crate::pages::{Shell, Words, numbers};
use crate::reporting::published::FEWEST_FOR_VERDICT;
use crate::reporting::since::{Since, direction_word, inside_a_sentence, points};
use crate::reporting::{Finding, Report};

/// The index, the parts and the components of a report, with what changed.
#[derive(Debug, Default)]
pub(super) struct FigureTable {
    pub(super) id: String,
    pub(super) caption: String,
    pub(super) interval_head: String,
    /// What the change is since; empty when nothing is compared.
    pub(super) since: String,
    /// Why figures are not shown, when it stands here once for all of them.
    pub(super) withheld: String,
    pub(super) lines: Vec<Line>,
}

/// A figure and its change.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) row: Row,
    /// Why there is no verdict; empty where there is one, or no target.
    pub(super) too_few: String,
    /// In percentage points; empty without one.
    pub(super) change: String,
    /// What can be said of the change.
    pub(super) word: &'static str,
    pub(super) clear: bool,
}

/// Why `finding` is held against its target without a verdict; empty where it has one.
pub(super) fn too_few(t: Words, finding: &Finding) -> String {
    if finding.published_verdict() != Some(Verdict::TooFew) {
        return String::new();
    }
    if finding.is_few_in_part() {
        return t.get("results-too-few-part").into_owned();
    }
    let few = finding.estimate.n_least < FEWEST_FOR_VERDICT as f64;
    if few { t.get("results-too-few-why").into_owned() } else { String::new() }
}

impl FigureTable {
    /// The table of `report`, whose figures are explained where `leads` says; `id` names it
    /// on its page.
    pub(super) fn of(
        shell: &Shell,
        id: &str,
        report: &Report,
        since: Option<&Since>,
        leads: Leads,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let parts = report.at(Level::Part).filter(|_| report.instrument.parts.len() > 1);
        let findings = report.index().into_iter().chain(parts).chain(report.at(Level::Component));
        let line = |finding: &Finding| {
            let row = Row::leading(leads, shell, report, finding);
            let e = &finding.estimate;
            let same =
                |c: &&analytics::comparison::Change| c.now.level == e.level && c.now.code == e.code;
            let change = since.and_then(|since| since.changes.iter().find(same));
            let told = change.and_then(|c| Some((c.change?, c.direction)));
            Line {
                row,
                too_few: too_few(t, finding),
                change: told.map_or_else(String::new, |(by, _)| points(by, language)),
                word: told.map_or("", |(_, direction)| direction_word(direction, language)),
                clear: told.is_some_and(|(_, d)| matches!(d, Direction::Higher | Direction::Lower)),
            }
        };
        let level = percent(report.level, 0, language);
        let since = since.map(|since| {
            let period = inside_a_sentence(&short_title(&since.period, language), language);
            match since.continued {
                Some(_) => {
                    let version = since.version.to_string();
                    format!("{period} ({})", t.with("results-version", &[("version", &version)]))
                }
                None => period,
            }
        });
        Self {
            id: id.to_owned(),
            caption: format!(
                "{} – {} ({}). {}",
                report.instrument.title.get(language),
                report.period.title.get(language),
                numbers::days(&report.period, language),
                t.get(aggregation_key(report.instrument.aggregation)),
            ),
            interval_head: t.with("column-interval", &[("level", &level)]),
            since: since.map_or_else(String::new, |period| {
                t.with("results-change-since", &[("period", &period)])
            }),
            withheld: String::new(),
            lines: findings.map(line).collect(),
        }
    }

    /// The same, saying once for all figures why they are not shown, where it is the same
    /// of each.
    #[must_use]
    pub(super) fn saying_once(mut self) -> Self {
        let why = |line: &&mut Line| !line.row.withheld.is_empty();
        let mut withheld: Vec<&mut Line> = self.lines.iter_mut().filter(why).collect();
        if let [first, others @ ..] = &mut *withheld
            && !others.is_empty()
            && others.iter().all(|other| other.row.withheld == first.row.withheld)
        {
            self.withheld = std::mem::take(&mut first.row.withheld);
            for other in others {
                other.row.withheld.clear();
            }
        }
        self
    }

    /// Whether too few people answered for any of it to be shown.
    pub(super) fn shows_nothing(&self) -> bool {
        self.lines.iter().all(|line| line.row.rate.is_empty() && line.row.people.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(withheld: &[&str]) -> FigureTable {
        let row = |why: &&str| Row { withheld: (*why).to_owned(), ..Row::default() };
        let line = |why| Line { row: row(why), ..Line::default() };
        FigureTable { lines: withheld.iter().map(line).collect(), ..FigureTable::default() }
    }

    #[test]
    fn why_figures_are_not_shown_is_said_once_where_it_is_the_same_of_all() {
        for (withheld, once, left) in [
            (&["", "few", "few", ""][..], "few", 0),
            (&["", "few"], "", 1),
            (&["few", "few", "part"], "", 3),
            (&["", ""], "", 0),
        ] {
            let said = table(withheld).saying_once();
            let rows = said.lines.iter().filter(|line| !line.row.withheld.is_empty());
            assert_eq!((&*said.withheld, rows.count()), (once, left), "{withheld:?}");
        }
    }
}
