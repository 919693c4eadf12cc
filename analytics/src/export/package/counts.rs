//! `so-lieu.csv`: how often each option of each item was chosen.

use std::io;

use surveys::response::Channel;

use super::columns::COUNTS;
use super::{ALL_CHANNELS, Answered, OptionTally, Package};
use crate::disclosure::End;
use crate::estimate::Level;
use crate::export::csv_text::CsvText;

/// Every count of the package. What is withheld of an item is withheld of its options, and
/// these are told channel by channel only where nothing is withheld of it in the year; those
/// of an item that few people answered alike are withheld too.
pub(super) fn write(package: &Package<'_>) -> io::Result<Vec<u8>> {
    let mut csv = CsvText::new(Vec::new(), COUNTS.iter().map(|c| c.name))?;
    for answered in &package.answered {
        for channel in answered.columns() {
            for group in by_option(&answered.options) {
                let item = group[0].item.as_str();
                let hidden = answered.withheld.covers_options(channel, item)
                    || answered_alike(answered, channel, item);
                let count = through(channel, group);
                row(&mut csv, package, answered, (group[0], channel), (!hidden).then_some(count))?;
            }
        }
    }
    csv.finish()
}

fn row(
    csv: &mut CsvText<Vec<u8>>,
    package: &Package<'_>,
    answered: &Answered<'_>,
    (option, channel): (OptionTally<'_>, Option<Channel>),
    count: Option<u64>,
) -> io::Result<()> {
    let instrument = answered.instrument;
    let item = instrument.item(option.item.as_str());
    let words = item.and_then(|item| instrument.scale_of(item)).and_then(|scale| {
        scale.options.iter().chain(&scale.no_opinion).find(|o| Some(o.value) == option.value)
    });
    csv.text(&package.period.code)?;
    csv.text(package.commune.code.as_str())?;
    csv.text(instrument.id.as_str())?;
    csv.plain(Some(instrument.version))?;
    csv.text(channel.map_or(ALL_CHANNELS, |c| c.name()))?;
    csv.text(option.item.as_str())?;
    csv.text(item.map_or(option.item.as_str(), |i| &i.text.vi))?;
    match option.value {
        Some(value) => csv.plain(Some(value))?,
        None => csv.plain(Some("bo_trong"))?,
    }
    csv.text(words.map_or("Bỏ trống", |o| &o.text.vi))?;
    csv.plain(count)?;
    csv.plain(Some(count.is_none()))?;
    csv.plain(Some(package.simulated))?;
    csv.end_row()
}

/// Whether few people gave `item` nearly the same answer.
fn answered_alike(answered: &Answered<'_>, channel: Option<Channel>, item: &str) -> bool {
    answered.figures.iter().any(|figure| {
        let e = figure.estimate;
        (figure.channel, e.level, &*e.code) == (channel, Level::Item, item) && End::of(e).is_some()
    })
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
