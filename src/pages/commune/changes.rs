//! What changed since the period before, in a sentence and in rows.

use analytics::Level;
use analytics::comparison::{Change, Direction};
use surveys::text;

use super::super::{Shell, explanation};
use crate::reporting::Report;
use crate::reporting::since::{Since, direction_word, inside_a_sentence, points};

/// The changes of the index and the components.
#[derive(Debug)]
pub(super) struct Changes {
    /// The period compared with.
    pub(super) period: String,
    /// The change of the index in a sentence; empty without one.
    pub(super) sentence: String,
    /// The text that says whence the other period is.
    pub(super) note: &'static str,
    pub(super) rows: Vec<ChangeRow>,
}

/// One figure in both periods.
#[derive(Debug)]
pub(super) struct ChangeRow {
    pub(super) title: String,
    pub(super) strong: bool,
    pub(super) before: String,
    pub(super) now: String,
    /// In percentage points.
    pub(super) change: String,
    pub(super) limits: String,
    /// The address of how it is computed.
    pub(super) how: String,
    /// Whether the change is one.
    pub(super) clear: bool,
    pub(super) word: &'static str,
}

impl Changes {
    pub(super) fn of(shell: &Shell, report: &Report, since: &Since) -> Self {
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
            how: finding(change).map_or_else(String::new, |f| {
                format!("{}#change", explanation::address(shell, report, f))
            }),
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
