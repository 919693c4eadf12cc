//! What changed since the period before, in a sentence and in rows.

use analytics::Level;
use analytics::comparison::{Change, Direction};
use surveys::text;

use super::super::Shell;
use super::super::explanation::Leads;
use crate::reporting::Report;
use crate::reporting::since::{Since, direction_word, inside_a_sentence, points};

/// The changes of the index and the components.
#[derive(Debug)]
pub(in crate::pages) struct Changes {
    /// The period compared with.
    pub(in crate::pages) period: String,
    /// The change of the index in a sentence; empty without one.
    pub(in crate::pages) sentence: String,
    pub(in crate::pages) rows: Vec<ChangeRow>,
    /// The text that says whence the other period is.
    pub(in crate::pages) note: &'static str,
}

/// One figure in both periods.
#[derive(Debug)]
pub(in crate::pages) struct ChangeRow {
    pub(in crate::pages) title: String,
    pub(in crate::pages) strong: bool,
    pub(in crate::pages) before: String,
    pub(in crate::pages) now: String,
    /// In percentage points.
    pub(in crate::pages) change: String,
    pub(in crate::pages) limits: String,
    /// The address of how it is computed; empty where that is not told.
    pub(in crate::pages) how: String,
    /// Whether the change is one.
    pub(in crate::pages) clear: bool,
    pub(in crate::pages) word: &'static str,
}

impl Changes {
    /// The changes of `report`, explained where `leads` says.
    pub(in crate::pages) fn of(
        leads: Leads,
        shell: &Shell,
        report: &Report,
        since: &Since,
    ) -> Self {
        let language = shell.language();
        let finding = |change: &Change| report.finding(change.now.level, &change.now.code);
        let title = |change: &Change| {
            finding(change).map_or_else(String::new, |f| f.title.get(language).to_owned())
        };
        let rate = |change: &Change, value: Option<f64>| {
            let against = finding(change).and_then(|f| f.against.as_ref());
            let target = against.map(|a| a.proportion);
            value.map_or_else(String::new, |v| text::rate(v, target, language))
        };
        let row = |change: &Change| ChangeRow {
            title: title(change),
            strong: change.now.level == Level::Index,
            before: rate(change, change.before.rate),
            now: rate(change, change.now.rate),
            change: change.change.map_or_else(String::new, |v| points(v, language)),
            limits: change.low.zip(change.upp).map_or_else(String::new, |(low, upp)| {
                shell.t.with(
                    "change-limits",
                    &[("low", &points(low, language)), ("upp", &points(upp, language))],
                )
            }),
            how: match finding(change).map(|f| leads(shell, report, f)) {
                Some(how) if !how.is_empty() => format!("{how}#change"),
                _ => String::new(),
            },
            clear: matches!(change.direction, Direction::Higher | Direction::Lower),
            word: direction_word(change.direction, language),
        };
        let told = |c: &&Change| matches!(c.now.level, Level::Index | Level::Component);
        Self {
            period: inside_a_sentence(since.period.title.get(language), language),
            note: if since.declared { "change-note" } else { "change-note-undeclared" },
            sentence: since.sentence().map(|s| s.get(language).to_owned()).unwrap_or_default(),
            rows: since.changes.iter().filter(told).map(row).collect(),
        }
    }
}
