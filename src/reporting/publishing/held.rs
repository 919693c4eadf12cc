//! Why results are not published. A correction must change every count by nobody or by
//! ten people and more: both versions are known, and what lies between them is what those
//! few said.

use analytics::disclosure::CellName;
use analytics::{FEWEST_SHOWN, Level};
use chrono::NaiveDate;

use super::super::Report;
use super::super::withheld::people;

/// Why results cannot be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// The period has not ended.
    Running,
    /// Nobody has answered.
    Nobody,
    /// So few people answered that no figure would be shown.
    Hidden,
    /// They are what is published already.
    Unchanged,
    /// They differ from what is published by a few responses.
    Few,
    /// They differ from what was published and taken back by a few responses.
    FewSinceWithdrawn,
    /// Laid beside those of another period, whose code this is, they tell of a few responses.
    FewBeside(String),
    /// With what is published already they would tell what a few people said.
    Tells,
    /// What was published of the period of this code cannot be read, and nothing can be laid
    /// beside it.
    Unreadable(String),
}

/// Why `report` cannot be published on `today` after `before`, which was `withdrawn` or
/// stands. What was taken back can be published again as it was; those who have read it
/// have it, so what follows it differs from it as a correction does.
pub(super) fn why(
    today: NaiveDate,
    report: &Report,
    before: Option<&Report>,
    withdrawn: bool,
) -> Option<Held> {
    if report.period.end > today {
        return Some(Held::Running);
    }
    let is_new = before.is_none() || withdrawn;
    match before {
        _ if is_new && report.received == 0 => Some(Held::Nobody),
        _ if is_new && report.shows_nothing() => Some(Held::Hidden),
        None => None,
        Some(before) if withdrawn => {
            moved_by_few(before, report).then_some(Held::FewSinceWithdrawn)
        }
        Some(before) if is_same(before, report) => Some(Held::Unchanged),
        Some(before) => moved_by_few(before, report).then_some(Held::Few),
    }
}

/// Whether both were counted of the same answers. What is withheld may be more or less by
/// now, because of other periods of the year: nothing is corrected by that.
pub(super) fn is_same(before: &Report, now: &Report) -> bool {
    let figures = |report: &Report| {
        let of = |f: &super::super::Finding| (f.estimate.clone(), f.verdict());
        report.findings.iter().map(of).collect::<Vec<_>>()
    };
    before.received == now.received
        && before.channels == now.channels
        && before.options == now.options
        && before.not_asked == now.not_asked
        && figures(before) == figures(now)
        && before.by_channel.rows == now.by_channel.rows
}

/// Whether some count differs between the two by fewer people than may be shown.
pub(super) fn moved_by_few(before: &Report, now: &Report) -> bool {
    let (was, is) = (people(before), people(now));
    // Where as many people answered, some may have been put in the place of others.
    let answered_otherwise = |cell: &CellName| {
        cell.level == Some(Level::Item) && answers_moved_by_few(before, now, cell)
    };
    !was.moved_by_few(&is).is_empty() || was.unmoved(&is).iter().any(answered_otherwise)
}

fn is_few(was: u64, is: u64) -> bool {
    (1..FEWEST_SHOWN).contains(&was.abs_diff(is))
}

/// Whether the answers of `cell`, an item, differ by those of a few.
fn answers_moved_by_few(before: &Report, now: &Report, cell: &CellName) -> bool {
    let satisfied = |report: &Report| {
        let estimate = match cell.channel {
            None => report.finding(Level::Item, &cell.code).map(|finding| &finding.estimate),
            Some(channel) => report.by_channel.find(Level::Item, &cell.code, &[channel.name()]),
        };
        estimate.map_or(0, |estimate| estimate.satisfied)
    };
    let chosen = |report: &Report, option: Option<u8>| -> u64 {
        let of_it = report.options.iter().filter(|counted| {
            counted.item.as_str() == &*cell.code
                && counted.value == option
                && cell.channel.is_none_or(|channel| channel == counted.channel)
        });
        of_it.map(|counted| counted.count).sum()
    };
    let options = now.options.iter().filter(|counted| counted.item.as_str() == &*cell.code);
    is_few(satisfied(before), satisfied(now))
        || options.map(|o| o.value).any(|o| is_few(chosen(before, o), chosen(now, o)))
}
