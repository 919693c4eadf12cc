//! Today: where the running period stands, what came in, and what is due.

use chrono::NaiveDate;
use surveys::Instrument;
use surveys::text::count;
use surveys::unit::Commune;

use super::due::Due;
use super::figures::FigureTable;
use super::results::how;
use crate::pages::Shell;
use crate::pages::commune::plan::out_of_force;
use crate::pages::commune::running;
use crate::pages::message::Link;
use crate::reporting::slices::Seen;
use crate::store::activity::Arrivals;

/// What is said of today.
#[derive(Debug)]
pub struct Today {
    pub(super) surveys: Vec<SurveyToday>,
    /// Where the results of many communes are; empty for one commune.
    pub(super) results: Vec<Link>,
    /// What there is to look after, what is late first, then what is due soonest.
    pub(super) due: Vec<Due>,
    /// What is said where there is nothing.
    pub(super) nothing: Vec<String>,
}

/// One survey.
#[derive(Debug)]
pub struct SurveyToday {
    pub(super) title: String,
    pub(super) running: String,
    /// That the targets are of another time; empty when they are in force.
    pub(super) out_of_force: String,
    pub(super) table: FigureTable,
    pub(super) arrivals: Vec<(String, String, String)>,
    pub(super) all: (String, String),
    pub(super) results: String,
}

impl Today {
    /// These `surveys` and what is `due` on the day `today`; `results` lead to those of
    /// many communes.
    pub fn new(
        surveys: Vec<SurveyToday>,
        results: Vec<Link>,
        due: Vec<Due>,
        today: NaiveDate,
    ) -> Self {
        let (nothing, mut due): (Vec<Due>, Vec<Due>) =
            due.into_iter().partition(|due| due.lines.is_empty());
        due.sort_by_key(|due| due.urgency(today));
        Self { surveys, results, due, nothing: nothing.into_iter().map(|due| due.none).collect() }
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
            running: running(t, &seen.report.period, today),
            out_of_force: out_of_force(t, &seen.report),
            table: FigureTable::of(shell, &id, &seen.report, seen.since.as_ref(), how::address),
            arrivals: arrivals.iter().map(row).collect(),
            all: (sum(|a| a.today), sum(|a| a.lately)),
            results: shell.link(&format!(
                "/staff/results?unit={}&instrument={}&version={}&period={}",
                commune.code, instrument.id, instrument.version, seen.report.period.code
            )),
        }
    }
}
