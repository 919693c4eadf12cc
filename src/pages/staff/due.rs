//! What a member of staff has to look after: petitions, actions, comments, tablets,
//! reports; each kind under its heading, each thing with the page where it is done.

use chrono::NaiveDate;
use surveys::action::ImprovementAction;
use surveys::collection_point::CollectionPoint;
use surveys::petition::Standing;
use surveys::text::count;
use surveys::unit::Commune;
use surveys::{Petition, WorkingDays, unit};

use super::points::{Tablet, alarm};
use super::reports::{self, OneReport};
use super::{actions, moment, publishing};
use crate::pages::actions::words as action_words;
use crate::pages::message::Link;
use crate::pages::petition::words as petition_words;
use crate::pages::{Shell, numbers};
use crate::reporting::below::Below;
use crate::reporting::publishing::Listed;
use crate::staff::Account;

/// How many lines of one kind are listed.
const LISTED: usize = 5;
/// Within how many days that is to be looked after which no day is set for, and results
/// that wait: they come behind everything that has a day.
const SOON: i64 = 7;
const SOMETIME: i64 = 365;
/// The most characters of a task.
const MOST_CHARS: usize = 100;

/// Something to look after: a heading with its lines.
#[derive(Debug)]
pub struct Due {
    pub(super) heading: String,
    pub(super) lines: Vec<DueLine>,
    /// Where the others are; empty when all are listed.
    pub(super) others: Vec<Link>,
    /// What is said when there is none.
    pub(super) none: String,
    /// Within how many days that is to be looked after which no day is set for.
    within: i64,
}

/// A tablet that needs looking after.
#[derive(Debug)]
pub struct Troubled {
    /// The tablet.
    pub tablet: Tablet,
    /// Its collection point.
    pub point: CollectionPoint,
}

/// One thing to look after.
#[derive(Debug)]
pub(super) struct DueLine {
    /// What it is about.
    pub(super) about: String,
    /// Where it is looked after.
    pub(super) address: String,
    /// What is the matter; may be empty.
    pub(super) said: String,
    /// What else helps; may be empty.
    pub(super) small: String,
    /// Whether it is late.
    pub(super) late: bool,
    /// The last day on which it is in time, where there is one.
    pub(super) day: Option<NaiveDate>,
}

impl Due {
    /// The kind called `heading`, of which these are the `lines`; the list of all of
    /// them is at `list`.
    fn new(
        shell: &Shell,
        (heading, none): (&str, &str),
        mut lines: Vec<DueLine>,
        list: &str,
    ) -> Self {
        let t = shell.t;
        let others = lines.len().saturating_sub(LISTED);
        lines.truncate(LISTED);
        let link = || Link {
            address: shell.link(list),
            label: t.with("today-others", &[("n", &count(others as u64, shell.language()))]),
        };
        Self {
            heading: t.get(heading).into_owned(),
            lines,
            others: (others > 0).then(link).into_iter().collect(),
            none: t.get(none).into_owned(),
            within: SOON,
        }
    }

    /// In which order kinds stand on the day `today`: what is late first, then what is due
    /// soonest.
    pub(super) fn urgency(&self, today: NaiveDate) -> (bool, i64) {
        let days = |line: &DueLine| line.day.map_or(self.within, |day| (day - today).num_days());
        let late = self.lines.iter().any(|line| line.late);
        (!late, self.lines.iter().map(days).min().unwrap_or(self.within))
    }

    /// Petitions whose next step is overdue or due soon, on a day of a calendar.
    pub fn petitions(
        shell: &Shell,
        petitions: &[Petition],
        now: (NaiveDate, &WorkingDays),
        wide: bool,
    ) -> Self {
        let line = |petition: &Petition| {
            let mut state = petition_words::state(shell, petition.state);
            if !petition.assigned_to.is_empty() {
                let to = [("to", petition.assigned_to.as_str())];
                state = format!("{state}. {}", shell.t.with("today-assigned", &to));
            }
            let standing = petition.due().map(|due| Standing::of(due, now.0, now.1));
            DueLine {
                about: format!("{} – {}", petition.code, petition.subject),
                address: shell.link(&format!("/staff/petitions/{}", petition.code)),
                said: petition_words::standing(shell, petition, now),
                small: placed(petition.commune.as_str(), state, wide),
                late: matches!(standing, Some(Standing::Overdue(_))),
                day: petition.due(),
            }
        };
        let texts = ("today-petitions", "today-petitions-none");
        Self::new(shell, texts, petitions.iter().map(line).collect(), "/staff/petitions")
    }

    /// Improvement actions that are late or due soon.
    pub fn actions(
        shell: &Shell,
        actions: &[ImprovementAction],
        today: NaiveDate,
        wide: bool,
    ) -> Self {
        let line = |action: &ImprovementAction| DueLine {
            about: shortened(&action.columns.task),
            address: shell.link(&actions::address(action.id)),
            said: action_words::standing(shell, action.standing(today)),
            small: placed(action.commune.as_str(), action.columns.lead.clone(), wide),
            late: action_words::is_late(action, today),
            day: action.columns.due,
        };
        let texts = ("today-actions", "today-actions-none");
        Self::new(shell, texts, actions.iter().map(line).collect(), "/staff/actions")
    }

    /// Components of `commune` below their target that no action answers; for whoever
    /// `may_manage`, with the way to open one.
    pub fn below(shell: &Shell, commune: &Commune, below: &[Below], may_manage: bool) -> Self {
        let line = |below: &Below| {
            let address = if may_manage {
                actions::opening(shell, &actions::origin_of(below), commune.code.as_str())
            } else {
                shell.link("/staff/actions")
            };
            let (said, small) = (String::new(), String::new());
            let about = action_words::below(shell, below)?;
            Some(DueLine { about, address, said, small, late: false, day: None })
        };
        let texts = ("actions-offers-heading", "today-below-none");
        Self::new(shell, texts, below.iter().filter_map(line).collect(), "/staff/actions")
    }

    /// Components below their target, so many in each commune.
    pub fn below_of_units(shell: &Shell, found: &[(&Commune, usize)]) -> Self {
        let (t, language) = (shell.t, shell.language());
        let line = |(commune, n): &(&Commune, usize)| DueLine {
            about: commune.name.to_owned(),
            address: shell.link(&format!("/staff/actions?unit={}", commune.code)),
            said: t.with("today-unit-below", &[("n", &count(*n as u64, language))]),
            small: String::new(),
            late: false,
            day: None,
        };
        let texts = ("actions-offers-heading", "today-below-none");
        let lines = found.iter().filter(|(_, n)| *n > 0).map(line).collect();
        Self::new(shell, texts, lines, "/staff/actions")
    }

    /// Results of `commune` that wait for a decision; the report of some is still ahead of
    /// `today`.
    pub fn publishing(
        shell: &Shell,
        commune: &Commune,
        waiting: &[Listed],
        today: NaiveDate,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let line = |one: &Listed| DueLine {
            about: one.period.title.get(language).to_owned(),
            address: shell.link(&publishing::address(&commune.code, one.instrument, &one.period)),
            said: one
                .due
                .map(|day| t.with("today-publishing-due", &[("day", &numbers::day(day, language))]))
                .unwrap_or_default(),
            small: one.instrument.title.get(language).to_owned(),
            late: false,
            day: one.due.filter(|day| *day >= today),
        };
        let texts = ("today-publishing", "today-publishing-none");
        let mut lines: Vec<DueLine> = waiting.iter().map(line).collect();
        lines.sort_by_key(|line| line.day.unwrap_or(NaiveDate::MAX));
        Self { within: SOMETIME, ..Self::new(shell, texts, lines, "/staff/publishing") }
    }

    /// So many comments that wait, or `at_least` so many.
    pub fn comments(shell: &Shell, waiting: u64, at_least: bool) -> Self {
        let line = || DueLine {
            about: super::comments::waiting_said(shell, waiting, at_least),
            address: shell.link("/staff/comments"),
            said: String::new(),
            small: String::new(),
            late: false,
            day: None,
        };
        let lines = (waiting > 0).then(line).into_iter().collect();
        Self::new(shell, ("comments-heading", "today-comments-none"), lines, "/staff/comments")
    }

    /// Tablets that need looking after.
    pub fn devices(shell: &Shell, troubled: &[Troubled]) -> Self {
        let (t, language) = (shell.t, shell.language());
        let line = |of: &Troubled| {
            let Tablet { device, queued, alarms, .. } = &of.tablet;
            let queued = queued.filter(|queued| *queued > 0).map(|queued| {
                t.with("today-device-queued", &[("responses", &count(queued.into(), language))])
            });
            let said: Vec<String> =
                alarms.iter().map(|code| alarm(shell, &of.tablet, code)).chain(queued).collect();
            let seen = moment(shell, device.last_seen_at);
            DueLine {
                about: format!("{} – {}", device.name, of.point.name),
                address: shell.link(&format!("/staff/points/{}", of.point.code)),
                said: said.join(" "),
                small: t.with("today-device-seen", &[("at", &seen)]),
                late: !alarms.is_empty(),
                day: None,
            }
        };
        let texts = ("today-devices", "today-devices-none");
        Self::new(shell, texts, troubled.iter().map(line).collect(), "/staff/points")
    }

    /// Accounts whose second factor waits for a second administrator to agree.
    pub fn resets(shell: &Shell, waiting: &[Account]) -> Self {
        let line = |account: &Account| {
            let (who, at) = account.reset_asked.clone().unwrap_or_default();
            DueLine {
                about: account.full_name.clone(),
                address: shell.link(&format!("/staff/accounts/{}", account.id)),
                said: shell.t.get("today-reset").into_owned(),
                small: shell
                    .t
                    .with("today-reset-asked", &[("who", &who), ("at", &moment(shell, at))]),
                late: false,
                day: None,
            }
        };
        let texts = ("today-resets", "today-resets-none");
        Self::new(shell, texts, waiting.iter().map(line).collect(), "/staff/accounts")
    }

    /// Reports of the calendar of the plan of `commune` that are due soon, late or were
    /// sent lately, with where whoever may notes that one was sent.
    pub fn reports(
        shell: &Shell,
        commune: &Commune,
        found: &[OneReport],
        (today, may_note): (NaiveDate, bool),
    ) -> Self {
        let list = format!("/staff/reports/{}", commune.code);
        let line = |report: &OneReport| {
            let period = &report.deadline.period;
            let (said, late) = reports::state(shell, report, today);
            let at = reports::address(commune, &report.deadline);
            let has_begun = period.start <= today;
            DueLine {
                about: period.title.get(shell.language()).to_owned(),
                address: shell.link(if may_note && has_begun { &at } else { &list }),
                said,
                small: reports::between(shell, &report.deadline),
                late,
                day: Some(report.deadline.last_day),
            }
        };
        let texts = ("today-reports", "today-reports-none");
        Self::new(shell, texts, found.iter().map(line).collect(), &list)
    }

    /// The same with one line for the `old` reports that are late by more than `days` days.
    /// They stay until somebody notes them, and hurry nobody: their day is long over.
    #[must_use]
    pub fn with_old_reports(
        mut self,
        shell: &Shell,
        commune: &Commune,
        old: usize,
        days: i64,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        if old > 0 {
            self.lines.push(DueLine {
                about: t.with("today-reports-old", &[("n", &count(old as u64, language))]),
                address: shell.link(&format!("/staff/reports/{}", commune.code)),
                said: String::new(),
                small: t.with("today-reports-old-by", &[("days", &days.to_string())]),
                late: false,
                day: None,
            });
        }
        self
    }

    /// How it stands on `today` with the reports of each commune: how many are late, and
    /// which is due next.
    pub fn reports_of_units(
        shell: &Shell,
        found: &[(&Commune, Vec<OneReport>)],
        today: NaiveDate,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let line = |(commune, found): &(&Commune, Vec<OneReport>)| {
            let (late, ahead): (Vec<&OneReport>, Vec<&OneReport>) = found
                .iter()
                .filter(|report| report.sent.is_none())
                .partition(|report| report.deadline.last_day < today);
            let next = ahead.into_iter().min_by_key(|report| report.deadline.last_day);
            let next_said = next.map(|report| {
                let title = report.deadline.period.title.get(language);
                format!("{title}: {}", reports::state(shell, report, today).0)
            });
            let n = count(late.len() as u64, language);
            let late = (!late.is_empty()).then(|| t.with("today-reports-old", &[("n", &n)]));
            let (said, small) = match (late, next_said) {
                (None, None) => return None,
                (Some(late), next) => (late, next.unwrap_or_default()),
                (None, Some(next)) => (next, String::new()),
            };
            Some(DueLine {
                about: commune.name.to_owned(),
                address: shell.link(&format!("/staff/reports/{}", commune.code)),
                said,
                small,
                late: false,
                day: next.map(|report| report.deadline.last_day),
            })
        };
        let texts = ("today-reports", "today-reports-none");
        Self::new(shell, texts, found.iter().filter_map(line).collect(), "/staff/indicators")
    }
}

/// `said`, behind the name of the commune `code` where there are several.
fn placed(code: &str, said: String, wide: bool) -> String {
    match unit::commune(code).filter(|_| wide) {
        Some(commune) => format!("{} – {said}", commune.name),
        None => said,
    }
}

/// The first line of `text`, cut where it is long.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}
