//! Components below their target: the newest published verdict on each, where that is
//! that the target is not met. What a commune is asked to do something about.

use std::collections::HashSet;
use std::sync::Arc;

use analytics::{Level, Verdict};
use surveys::action::{ImprovementAction, Moves, Seen, Status};
use surveys::instrument::Component;
use surveys::period::ReportingCalendar;
use surveys::{CommuneCode, InstrumentId, Period, catalog};

use super::published::{FEWEST_FOR_VERDICT, Shown};
use super::publishing::is_of;
use super::{Error, Finding, Report, Reporting};

/// A component that stood below its target.
#[derive(Debug, Clone)]
pub struct Below {
    /// The report of the period in which it did.
    pub report: Arc<Report>,
    /// The component.
    pub moves: Moves,
}

impl Below {
    /// The finding that says so.
    pub fn finding(&self) -> Option<&Finding> {
        self.report.finding(Level::Component, self.moves.component.as_str())
    }

    /// Whether one of `actions` is about it: live, or done after the period had ended,
    /// of which its figures tell nothing yet.
    pub fn is_answered_by(&self, actions: &[ImprovementAction]) -> bool {
        is_answered(&self.moves, self.report.period.end_millis(), actions)
    }
}

/// Whether one of `actions` is about the component `moves` and live, or was done at or
/// after `end`, in UTC milliseconds.
fn is_answered(moves: &Moves, end: i64, actions: &[ImprovementAction]) -> bool {
    let since = |action: &ImprovementAction| {
        action.status == Status::Done && action.ended_at.is_some_and(|at| at >= end)
    };
    let about = |action: &&ImprovementAction| action.columns.moves.as_ref() == Some(moves);
    actions.iter().filter(about).any(|action| action.status.is_live() || since(action))
}

/// The reporting calendar of `commune`.
pub fn calendar_of(commune: &CommuneCode) -> ReportingCalendar {
    catalog::plan_of(commune).map_or_else(ReportingCalendar::default, |plan| plan.calendar.clone())
}

impl Reporting {
    /// The components of `commune` whose newest published verdict, of a period that
    /// ended within a year, is that the target is not met.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn below_target(&self, commune: &CommuneCode) -> Result<Vec<Below>, Error> {
        let periods = calendar_of(commune).finished(self.today());
        let mut below = Vec::new();
        let published = self.db.publications(commune).await?;
        // Newer versions come first: a former one tells of what they do not.
        let mut judged: HashSet<(&InstrumentId, &str)> = HashSet::new();
        for instrument in self.answered(commune).await? {
            let subject = self.subject(commune, instrument)?;
            for period in &periods {
                let all = |c: &Component| judged.contains(&(&instrument.id, c.code.as_str()));
                if instrument.components.iter().all(all) {
                    break;
                }
                // Counting is much less work than a report, and most periods end here.
                let days = (period.start, period.end);
                let is_published =
                    published.iter().any(|p| (p.start, p.end) == days && is_of(p, instrument));
                let mark = self.db.responses_mark(&subject.selection(days)).await?;
                if !is_published && mark.0 < FEWEST_FOR_VERDICT {
                    continue;
                }
                let report = self.report(commune, instrument, period).await?;
                for component in &instrument.components {
                    let code = component.code.as_str();
                    let finding = report.finding(Level::Component, code);
                    let verdict = finding.and_then(Finding::published_verdict);
                    // Too few to say is no verdict; a longer or an earlier period may have one.
                    let verdict = verdict.filter(|verdict| *verdict != Verdict::TooFew);
                    if verdict.is_some()
                        && judged.insert((&instrument.id, code))
                        && verdict == Some(Verdict::NotMet)
                    {
                        let (instrument, component) =
                            (instrument.id.clone(), component.code.clone());
                        let moves = Moves { instrument, component };
                        below.push(Below { report: Arc::clone(&report), moves });
                    }
                }
            }
        }
        Ok(below)
    }

    /// The figures of the component `moves` in `period`, as an action that is opened for
    /// them keeps them; `None` without a published verdict.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn seen_of_component(
        &self,
        commune: &CommuneCode,
        moves: &Moves,
        period: &Period,
    ) -> Result<Option<Seen>, Error> {
        let id = moves.instrument.as_str();
        let Some(instrument) = self.version_in(commune, id, Some(period)).await? else {
            return Ok(None);
        };
        let report = self.report(commune, instrument, period).await?;
        Ok(report.finding(Level::Component, moves.component.as_str()).and_then(|finding| {
            let verdict = finding.published_verdict()?;
            let against = finding.against.as_ref()?;
            let Shown::Rate { estimate, rate, low, upp, .. } = finding.shown() else { return None };
            Some(Seen {
                instrument: instrument.id.clone(),
                version: instrument.version,
                component: moves.component.clone(),
                period: period.code.clone(),
                rate,
                low,
                upp,
                people: estimate.people,
                operator: against.target.operator.name().to_owned(),
                target: against.proportion,
                clause: against.target.clause.clone(),
                in_force: against.in_force,
                yardstick: against.yardstick,
                verdict: verdict.name().to_owned(),
            })
        }))
    }
}

#[cfg(test)]
mod tests {
    use surveys::action::{Columns, Origin, Typed};

    use super::*;

    #[test]
    fn a_finding_is_answered_by_what_is_live_or_was_done_after_its_period() {
        const END: i64 = 1_791_165_600_000;
        let moves = Moves::parse("quick-counter/procedures").unwrap();
        let typed = Typed { task: "x", lead: "x", term: "x", ..Typed::default() };
        let mut action = ImprovementAction {
            id: 1,
            revision: 1,
            commune: CommuneCode::parse("22651").unwrap(),
            origin: Origin::Own,
            columns: Columns { moves: Some(moves.clone()), ..Columns::of(&typed).unwrap() },
            status: Status::Open,
            opened_at: 0,
            ended_at: None,
            published: None,
        };
        let answered = |moves: &Moves, action: &ImprovementAction| {
            is_answered(moves, END, std::slice::from_ref(action))
        };
        assert!(answered(&moves, &action), "it is live");
        let other = Moves::parse("sipas-style/procedures").unwrap();
        assert!(!answered(&other, &action), "another instrument measures something else");
        action.status = Status::Done;
        action.ended_at = Some(END - 1);
        assert!(!answered(&moves, &action), "the figures are from after it");
        action.ended_at = Some(END);
        assert!(answered(&moves, &action), "the figures tell nothing of it yet");
        action.status = Status::Dropped;
        assert!(!answered(&moves, &action), "nothing was done");
    }
}
