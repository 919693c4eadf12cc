//! What a component did since an improvement action was opened for it: the period
//! before and those that followed. Staff see each, published or not; everybody what is
//! published. That a figure changed does not show that the action changed it.

use std::collections::{BTreeMap, HashMap};
use std::mem::discriminant;
use std::sync::Arc;

use analytics::comparison::Change;
use analytics::{Audience, Level};
use chrono::NaiveDate;
use surveys::action::{ImprovementAction, Moves, Origin};
use surveys::period::{PeriodKind, date_of_millis, kind_of};
use surveys::{CommuneCode, Instrument, Period};

use super::below::calendar_of;
use super::continuing::{VersionMarks, are_comparable};
use super::since::published;
use super::withheld::Marks;
use super::{Error, Finding, Report, Reporting};
use crate::store::publications::Publication;

/// The most periods after the first that staff follow, the newest.
pub const MOST_FOLLOWED: usize = 12;
/// The most after the first that everybody reads: the next and the newest.
pub const MOST_PUBLIC: usize = 4;

/// A component over time.
#[derive(Debug)]
pub struct FollowUp {
    /// The component.
    pub moves: Moves,
    /// The last period that had ended when the action was opened.
    pub before: Followed,
    /// Periods of the same kind since then.
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

/// The reports that are followed, of all components: the one before and those since.
type Course = (Arc<Report>, Vec<Arc<Report>>);

impl FollowUp {
    /// The component `moves` in `course`.
    fn of(moves: &Moves, (before, later): &Course) -> Self {
        let finding = |report| Report::finding(report, Level::Component, moves.component.as_str());
        let later = later.iter().map(|report| {
            // A version that keeps nothing asks otherwise: beside each other, and no change.
            let both = finding(before).zip(finding(report));
            let both = both.filter(|_| are_comparable(report.instrument, before.instrument));
            let change = both.and_then(|(was, is)| published((before, was), (report, is)));
            Followed { report: Arc::clone(report), change }
        });
        let later = later.collect();
        let before = Followed { report: Arc::clone(before), change: None };
        Self { moves: moves.clone(), before, later }
    }
}

impl Followed {
    /// The figure of the component `moves`.
    pub fn finding(&self, moves: &Moves) -> Option<&Finding> {
        self.report.finding(Level::Component, moves.component.as_str())
    }
}

/// The periods that may stand for the time before `action` was opened, the best first: the
/// one whose verdict it was opened for; the last quarter, where the commune has quarters,
/// and the last month that had ended.
fn before(action: &ImprovementAction) -> Vec<Period> {
    let calendar = calendar_of(&action.commune);
    let seen = match &action.origin {
        Origin::Verdict(seen) => calendar.period(&seen.period).ok(),
        Origin::Plan(_) | Origin::Comment { .. } | Origin::Own => None,
    };
    let opened: NaiveDate = date_of_millis(action.opened_at);
    let finished = calendar.finished(opened);
    let whole = (1..=4).all(|n| calendar.period(&format!("{}-Q{n}", opened.format("%Y"))).is_ok());
    let last = |wanted: fn(&PeriodKind) -> bool| {
        finished.iter().find(|period| kind_of(&period.code).is_some_and(|kind| wanted(&kind)))
    };
    let quarter = whole.then(|| last(|kind| matches!(kind, PeriodKind::Quarter(_)))).flatten();
    let month = last(|kind| matches!(kind, PeriodKind::Month(_)));
    seen.into_iter().chain(quarter.cloned()).chain(month.cloned()).collect()
}

impl Reporting {
    /// What the component of `action` did, as staff see it; `None` when it names none, or
    /// no period had ended before.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn follow_up(&self, action: &ImprovementAction) -> Result<Option<FollowUp>, Error> {
        let Some(moves) = &action.columns.moves else { return Ok(None) };
        let Some(first) = before(action).into_iter().next() else { return Ok(None) };
        let course = self.course((&action.commune, moves), &first, Audience::Staff).await?;
        Ok(course.map(|course| FollowUp::of(moves, &course)))
    }

    /// What the components of `actions`, which are all of `commune`, did, as everybody may
    /// read it, under the action's number. Where decisions publish nothing of the kind of
    /// period before an action, it is followed by the kind of which something is published.
    ///
    /// # Errors
    /// As [`Reporting::report`].
    pub async fn public_follow_ups(
        &self,
        commune: &CommuneCode,
        actions: &[ImprovementAction],
    ) -> Result<BTreeMap<i64, FollowUp>, Error> {
        let decided = self.db.publications(commune).await?;
        let mut courses: HashMap<(String, String), Option<Course>> = HashMap::new();
        let mut followed = BTreeMap::new();
        for action in actions {
            let Some(moves) = &action.columns.moves else { continue };
            let instrument = moves.instrument.as_str();
            let mut periods = before(action);
            let told = periods.iter().position(|first| is_told(&decided, instrument, first));
            let chosen = if self.is_by_decision() { told.unwrap_or(0) } else { 0 };
            if chosen >= periods.len() {
                continue;
            }
            let first = periods.swap_remove(chosen);
            let of = (instrument.to_owned(), first.code.clone());
            if !courses.contains_key(&of) {
                let course = self.course((commune, moves), &first, Audience::Public).await?;
                courses.insert(of.clone(), course);
            }
            if let Some(Some(course)) = courses.get(&of) {
                followed.insert(action.id, FollowUp::of(moves, course));
            }
        }
        Ok(followed)
    }

    /// The reports of `first` and of the periods of its kind since then, of the versions of
    /// the instrument that stand for each before `audience`.
    async fn course(
        &self,
        (commune, moves): (&CommuneCode, &Moves),
        first: &Period,
        audience: Audience,
    ) -> Result<Option<Course>, Error> {
        let of = (commune, moves.instrument.as_str());
        let Some(before) = self.seen_by(audience, of, None, first).await? else {
            return Ok(None);
        };
        let then = Some(before.instrument);
        let mut periods = calendar_of(commune).following(first, self.today());
        let kept = usize::from(audience == Audience::Public).min(periods.len());
        let dropped = periods.len().saturating_sub(MOST_FOLLOWED).max(kept);
        periods.drain(kept..dropped);
        let mut later = Vec::new();
        for (i, period) in periods.iter().enumerate() {
            let report = self.seen_by(audience, of, then, period).await?;
            // That the next period tells nothing is told, once.
            let tells = |report: &Arc<Report>| {
                let is_silent = report.is_awaited() || report.told_received() == Some(0);
                audience == Audience::Staff || i == 0 || !is_silent
            };
            later.extend(report.filter(tells));
        }
        if audience == Audience::Public {
            let dropped = later.len().saturating_sub(MOST_PUBLIC);
            later.drain(kept..kept + dropped);
        }
        Ok(Some((before, later)))
    }

    /// What `audience` sees of `period` as a whole, by the version that stands for it; where
    /// nobody answered, by `otherwise`.
    async fn seen_by(
        &self,
        audience: Audience,
        (commune, id): (&CommuneCode, &str),
        otherwise: Option<&'static Instrument>,
        period: &Period,
    ) -> Result<Option<Arc<Report>>, Error> {
        let found = self.version_in(commune, id, Some(period)).await?.or(otherwise);
        let Some(instrument) = found else { return Ok(None) };
        let subject = self.subject(commune, instrument)?;
        Ok(Some(match audience {
            Audience::Public => {
                let decided = self.db.publications(commune).await?;
                let marks = &mut VersionMarks::new();
                self.public_of_versions(subject, period, &decided, marks).await?
            }
            Audience::Staff => {
                let version = self.version_with_most(subject, period).await?;
                Arc::new(self.sliced(version, period, None, &mut Marks::default()).await?)
            }
        }))
    }
}

/// Whether something stands published in `decided` by `instrument` of a period of the kind
/// of `first`.
fn is_told(decided: &[Publication], instrument: &str, first: &Period) -> bool {
    let kind = |code: &str| kind_of(code).as_ref().map(discriminant);
    let days = |p: &Publication| (p.version, p.start, p.end);
    let of_it: Vec<_> = decided.iter().filter(|p| p.instrument == instrument).collect();
    let is_last = |p: &Publication| {
        !of_it.iter().any(|later| days(later) == days(p) && later.number > p.number)
    };
    of_it.iter().any(|p| kind(&p.period) == kind(&first.code) && !p.withdraws && is_last(p))
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
        let code = |commune, origin| {
            before(&action(commune, origin)).into_iter().map(|p| p.code).collect::<Vec<_>>()
        };
        assert_eq!(code("22651", Origin::Own), ["2026-Q3", "2026-09"]);
        assert_eq!(code("10675", Origin::Own), ["2026-09"], "a year of its own");
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
        assert_eq!(code("22651", Origin::Verdict(seen)), ["2026-08", "2026-Q3", "2026-09"]);
    }
}
