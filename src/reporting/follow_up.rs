//! What a component did since an improvement action was opened for it: the period
//! before and each that followed, as staff see them, published or not. That a figure
//! changed does not show that the action changed it.

use std::sync::Arc;

use analytics::Level;
use analytics::comparison::Change;
use chrono::NaiveDate;
use surveys::Period;
use surveys::action::{ImprovementAction, Moves, Origin};
use surveys::period::date_of_millis;

use super::below::calendar_of;
use super::continuing::are_comparable;
use super::since::published;
use super::withheld::Marks;
use super::{Error, Finding, Report, Reporting, Subject};

/// The most periods after the first that are followed, the newest.
pub const MOST_FOLLOWED: usize = 12;

/// A component over time.
#[derive(Debug)]
pub struct FollowUp {
    /// The component.
    pub moves: Moves,
    /// The last period that had ended when the action was opened.
    pub before: Followed,
    /// The periods of the same kind since then.
    pub later: Vec<Followed>,
}

/// A component in one period.
#[derive(Debug)]
pub struct Followed {
    /// The report of the period.
    pub report: Arc<Report>,
    /// The change since the first period, where both are shown.
    pub change: Option<Change>,
}

impl Followed {
    /// The figure of the component `moves`.
    pub fn finding(&self, moves: &Moves) -> Option<&Finding> {
        self.report.finding(Level::Component, moves.component.as_str())
    }
}

/// The period before `action` was opened: the one whose verdict it was opened for, or
/// else the last quarter, or month where the commune has no quarters, that had ended.
fn before(action: &ImprovementAction) -> Option<Period> {
    let calendar = calendar_of(&action.commune);
    if let Origin::Verdict(seen) = &action.origin {
        return calendar.period(&seen.period).ok();
    }
    let opened: NaiveDate = date_of_millis(action.opened_at);
    let finished = calendar.finished(opened);
    let whole = (1..=4).all(|n| calendar.period(&format!("{}-Q{n}", opened.format("%Y"))).is_ok());
    let wanted = |period: &&Period| period.code.contains("-Q") == whole && is_short(period);
    finished.iter().find(wanted).cloned()
}

/// Whether `period` is a month or a quarter.
fn is_short(period: &Period) -> bool {
    let suffix = period.code.split_once('-').map_or("", |(_, suffix)| suffix);
    suffix.starts_with('Q') || suffix.len() == 2 && suffix.bytes().all(|b| b.is_ascii_digit())
}

impl Reporting {
    /// What the component of `action` did; `None` when it names none, or no period had
    /// ended before.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn follow_up(&self, action: &ImprovementAction) -> Result<Option<FollowUp>, Error> {
        let Some(moves) = &action.columns.moves else { return Ok(None) };
        let Some(first) = before(action) else { return Ok(None) };
        let (commune, id) = (&action.commune, moves.instrument.as_str());
        let Some(then) = self.version_in(commune, id, Some(&first)).await? else {
            return Ok(None);
        };
        let report = self.seen_of_versions(self.subject(commune, then)?, &first).await?;
        let then = report.instrument;
        let before = Followed { report, change: None };
        let mut periods = calendar_of(&action.commune).following(&first, self.today());
        let dropped = periods.len().saturating_sub(MOST_FOLLOWED);
        let mut later = Vec::new();
        for period in periods.drain(dropped..) {
            let now = self.version_in(commune, id, Some(&period)).await?.unwrap_or(then);
            let report = self.seen_of_versions(self.subject(commune, now)?, &period).await?;
            let code = moves.component.as_str();
            let findings = before.finding(moves).zip(report.finding(Level::Component, code));
            // A version that keeps nothing asks otherwise: beside each other, and no change.
            let findings = findings.filter(|_| are_comparable(report.instrument, then));
            let change =
                findings.and_then(|(was, is)| published((&before.report, was), (&report, is)));
            later.push(Followed { report, change });
        }
        Ok(Some(FollowUp { moves: moves.clone(), before, later }))
    }

    /// What staff see of `period` as a whole, of the version of `subject` that stands for it.
    async fn seen_of_versions(
        &self,
        subject: Subject<'static>,
        period: &Period,
    ) -> Result<Arc<Report>, Error> {
        let version = self.version_with_most(subject, period).await?;
        Ok(Arc::new(self.sliced(version, period, None, &mut Marks::default()).await?))
    }
}

#[cfg(test)]
mod tests {
    use surveys::CommuneCode;
    use surveys::action::{Columns, Seen, Status, Typed};

    use super::*;

    /// An action of `commune`, opened on 5 October 2026 for `origin`.
    fn action(commune: &str, origin: Origin) -> ImprovementAction {
        let typed = Typed { task: "x", lead: "x", term: "x", ..Typed::default() };
        ImprovementAction {
            id: 1,
            revision: 1,
            commune: CommuneCode::parse(commune).unwrap(),
            origin,
            columns: Columns::of(&typed).unwrap(),
            status: Status::Open,
            opened_at: 1_791_165_600_000,
            ended_at: None,
            published: None,
        }
    }

    #[test]
    fn what_is_followed_begins_with_the_period_that_the_action_was_opened_for() {
        let code = |commune, origin| before(&action(commune, origin)).map(|p| p.code);
        assert_eq!(code("22651", Origin::Own).as_deref(), Some("2026-Q3"));
        assert_eq!(code("10675", Origin::Own).as_deref(), Some("2026-09"), "a year of its own");
        let seen = Seen {
            instrument: "quick-counter".parse().unwrap(),
            version: 1,
            component: "access".parse().unwrap(),
            period: "2026-08".into(),
            rate: 0.8,
            low: 0.7,
            upp: 0.85,
            people: 200,
            operator: ">=".into(),
            target: 0.9,
            clause: "I.2".into(),
            in_force: false,
            yardstick: true,
            verdict: "not_met".into(),
        };
        assert_eq!(code("22651", Origin::Verdict(seen)).as_deref(), Some("2026-08"));
    }
}
