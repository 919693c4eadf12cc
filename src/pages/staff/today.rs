//! Today: where the running period stands, what came in, and what is due.

use surveys::Instrument;
use surveys::collection_point::CollectionPoint;
use surveys::period::Deadline;
use surveys::text::count;
use surveys::unit::Commune;

use chrono::NaiveDate;

use super::figures::FigureTable;
use super::moment;
use super::points::{Tablet, alarm};
use crate::pages::message::Link;
use crate::pages::{Shell, numbers};
use crate::reporting::slices::Seen;
use crate::store::activity::Arrivals;

/// What is said of today.
#[derive(Debug)]
pub struct Today {
    pub(super) surveys: Vec<SurveyToday>,
    /// Where the results of many communes are; empty for one commune.
    pub(super) results: Vec<Link>,
    pub(super) due: Vec<Due>,
}

/// One survey.
#[derive(Debug)]
pub struct SurveyToday {
    pub(super) title: String,
    pub(super) running: String,
    pub(super) table: FigureTable,
    pub(super) arrivals: Vec<(String, String, String)>,
    pub(super) all: (String, String),
    pub(super) results: String,
}

/// Something to look after: a heading with its lines.
#[derive(Debug)]
pub struct Due {
    pub(super) heading: String,
    pub(super) lines: Vec<DueLine>,
    /// What is said when there is none.
    pub(super) none: String,
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
pub struct DueLine {
    /// What it is about.
    pub about: String,
    /// Where it is looked after; empty when that is not on these pages.
    pub address: String,
    /// What is the matter.
    pub said: String,
    /// What else helps; may be empty.
    pub small: String,
    /// Whether it is late.
    pub late: bool,
}

impl Today {
    /// These `surveys` and what is `due`; `results` lead to those of many communes.
    pub fn new(surveys: Vec<SurveyToday>, results: Vec<Link>, due: Vec<Due>) -> Self {
        Self { surveys, results, due }
    }
}

impl SurveyToday {
    /// What is said of the survey with `instrument` in `commune`.
    pub fn of(
        shell: &Shell,
        commune: &Commune,
        instrument: &Instrument,
        seen: &Seen,
        arrivals: &[Arrivals],
        today: NaiveDate,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let row = |a: &Arrivals| {
            let title = a.channel.title().get(language).to_owned();
            (title, count(a.today, language), count(a.lately, language))
        };
        let sum = |of: fn(&Arrivals) -> u64| count(arrivals.iter().map(of).sum(), language);
        let id = format!("figures-{}-{}", instrument.id, instrument.version);
        Self {
            title: instrument.title.get(language).to_owned(),
            running: t.with("today-until", &[("day", &numbers::day(today, language))]),
            table: FigureTable::of(shell, &id, &seen.report, seen.since.as_ref()),
            arrivals: arrivals.iter().map(row).collect(),
            all: (sum(|a| a.today), sum(|a| a.lately)),
            results: shell.link(&format!(
                "/staff/results?unit={}&instrument={}&version={}&period={}",
                commune.code, instrument.id, instrument.version, seen.report.period.code
            )),
        }
    }
}

impl Due {
    /// Tablets that need looking after.
    pub fn devices(shell: &Shell, troubled: &[Troubled]) -> Self {
        let (t, language) = (shell.t, shell.language());
        let line = |of: &Troubled| {
            let Tablet { device, queued, alarms, .. } = &of.tablet;
            let queued = queued.filter(|queued| *queued > 0).map(|queued| {
                t.with("today-device-queued", &[("responses", &count(queued.into(), language))])
            });
            let said: Vec<String> =
                alarms.iter().map(|code| alarm(shell, code)).chain(queued).collect();
            let seen = moment(shell, device.last_seen_at);
            DueLine {
                about: format!("{} – {}", device.name, of.point.name),
                address: shell.link(&format!("/staff/points/{}", of.point.code)),
                said: said.join(" "),
                small: t.with("today-device-seen", &[("at", &seen)]),
                late: !alarms.is_empty(),
            }
        };
        Self {
            heading: t.get("today-devices").into_owned(),
            lines: troubled.iter().map(line).collect(),
            none: t.get("today-devices-none").into_owned(),
        }
    }

    /// Reports of the plan's calendar that are due soon or were due lately.
    pub fn reports(shell: &Shell, deadlines: &[Deadline], today: NaiveDate) -> Self {
        let (t, language) = (shell.t, shell.language());
        let line = |deadline: &Deadline| {
            let days = (deadline.last_day - today).num_days();
            let (key, days) = match days {
                ..0 => ("today-report-late", -days),
                0 => ("today-report-today", 0),
                _ => ("today-report-in", days),
            };
            let day = numbers::day(deadline.last_day, language);
            DueLine {
                about: deadline.period.title.get(language).to_owned(),
                address: String::new(),
                said: t.with(key, &[("day", &day), ("days", &days.to_string())]),
                small: format!(
                    "{} → {} ({})",
                    deadline.from.get(language),
                    deadline.to.get(language),
                    deadline.clause
                ),
                late: key == "today-report-late",
            }
        };
        Self {
            heading: t.get("today-reports").into_owned(),
            lines: deadlines.iter().map(line).collect(),
            none: t.get("today-reports-none").into_owned(),
        }
    }
}
