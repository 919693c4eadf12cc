//! `so-lieu.csv`: how often each option of each item was chosen.

use surveys::response::Channel;

use super::columns::COUNTS;
use super::{ALL_CHANNELS, Answered, OptionTally, Package};
use crate::disclosure::End;
use crate::estimate::Level;
use crate::export::sheet::{Cell, Sheet};

/// Every count of the package. What is withheld of an item is withheld of its options, and
/// these are told channel by channel only where nothing is withheld of it in the year; those
/// of an item that few people answered alike are withheld too.
pub(super) fn sheet(package: &Package<'_>) -> Sheet {
    let mut rows = Vec::new();
    for answered in &package.answered {
        for channel in answered.columns() {
            for group in by_option(&answered.options) {
                let item = group[0].item.as_str();
                let hidden = answered.withheld.covers_options(channel, item)
                    || answered_alike(answered, channel, item)
                    || nearly_all_or_none_asked(answered, channel, item);
                let counts = [through(channel, group), answered.asked(channel, item)];
                rows.push(row(package, answered, (group[0], channel), (!hidden).then_some(counts)));
            }
        }
    }
    Sheet { columns: COUNTS.iter().map(|column| column.name.to_owned()).collect(), rows }
}

fn row(
    package: &Package<'_>,
    answered: &Answered<'_>,
    (option, channel): (OptionTally<'_>, Option<Channel>),
    counts: Option<[u64; 2]>,
) -> Vec<Cell> {
    let instrument = answered.instrument;
    let item = instrument.item(option.item.as_str());
    let words = item.and_then(|item| instrument.scale_of(item)).and_then(|scale| {
        scale.options.iter().chain(&scale.no_opinion).find(|o| Some(o.value) == option.value)
    });
    let value = option.value.map_or_else(|| "bo_trong".to_owned(), |value| value.to_string());
    vec![
        package.period.code.as_str().into(),
        package.commune.code.as_str().into(),
        instrument.id.as_str().into(),
        Cell::Count(instrument.version.into()),
        channel.map_or(ALL_CHANNELS, |c| c.name()).into(),
        option.item.as_str().into(),
        item.map_or(option.item.as_str(), |i| &i.text.vi).into(),
        Cell::Text(value),
        words.map_or("Bỏ trống", |o| &o.text.vi).into(),
        counts.map_or(Cell::Number(None), |[count, _]| Cell::Count(count)),
        Cell::Truth(counts.is_none()),
        Cell::Truth(package.simulated),
        counts.map_or(Cell::Number(None), |[_, asked]| Cell::Count(asked)),
    ]
}

/// Whether few people gave `item` nearly the same answer.
fn answered_alike(answered: &Answered<'_>, channel: Option<Channel>, item: &str) -> bool {
    answered.figures.iter().any(|figure| {
        let e = figure.estimate;
        (figure.channel, e.level, &*e.code) == (channel, Level::Item, item) && End::of(e).is_some()
    })
}

/// Whether nearly all or nearly none of few people were asked `item`, which is put only
/// after a low rating: that would say how each of them rated.
fn nearly_all_or_none_asked(answered: &Answered<'_>, channel: Option<Channel>, item: &str) -> bool {
    let is_conditional = answered.instrument.item(item).is_some_and(|i| i.asked_after.is_some());
    let (people, asked) = (answered.responses(channel), answered.asked(channel, item));
    is_conditional && End::near(people, asked as f64 / people.max(1) as f64).is_some()
}

/// The tallies of each option of each item, one per channel.
fn by_option<'a, 'b>(
    options: &'b [OptionTally<'a>],
) -> impl Iterator<Item = &'b [OptionTally<'a>]> {
    options.chunk_by(|a, b| a.item == b.item && a.value == b.value)
}

fn through(channel: Option<Channel>, group: &[OptionTally<'_>]) -> u64 {
    let of = |o: &&OptionTally<'_>| channel.is_none_or(|channel| channel == o.channel);
    group.iter().filter(of).map(|o| o.count).sum()
}
