//! The month's package to the province: one zip with the results, the counts
//! behind them, a description for programs and one for people.
//!
//! The same data gives the same bytes: nothing here reads a clock, every order is
//! fixed, and the zip entries carry a fixed time and fixed permissions. What few
//! people answered is withheld by the public floor, and further cells with
//! it, so that no hidden cell follows from shown ones.

use std::collections::HashSet;

use surveys::instrument::{Aggregation, Instrument, ItemKind};
use surveys::plan::{Operator, Plan};
use surveys::response::Channel;
use surveys::unit::Commune;
use surveys::{ItemCode, Period};

use crate::against_target::Verdict;
use crate::estimate::{Estimate, Level};

mod archive;
mod columns;
mod counts;
mod descriptor;
mod read_me;
mod results;
mod suppression;
#[cfg(test)]
mod tests;

use suppression::{Cell, Sum};

/// Version of the package's tables; a column added raises the second number.
pub const SCHEMA_VERSION: &str = "1.0";
/// What stands in the column `kenh` for all channels together.
pub const ALL_CHANNELS: &str = "tat_ca";

/// Everything that goes into the package of one commune and period.
#[derive(Debug, Clone)]
pub struct Package<'a> {
    /// The commune.
    pub commune: &'a Commune,
    /// The period.
    pub period: &'a Period,
    /// The plan whose targets the results are held against.
    pub plan: Option<&'a Plan>,
    /// Whether every answer is made up; then the name and every file say so.
    pub simulated: bool,
    /// One per instrument version that was answered, in the order of the tables.
    pub answered: Vec<Answered<'a>>,
}

/// The answers to one instrument version.
#[derive(Debug, Clone)]
pub struct Answered<'a> {
    /// The instrument version.
    pub instrument: &'a Instrument,
    /// Responses by channel, channels without any left out.
    pub channels: Vec<(Channel, u64)>,
    /// Every figure over all channels, then those of each channel.
    pub figures: Vec<Figure<'a>>,
    /// How often each option of each item was chosen, by channel.
    pub options: Vec<OptionTally<'a>>,
}

/// One figure and what it is held against.
#[derive(Debug, Clone)]
pub struct Figure<'a> {
    /// The channel; `None` for all together.
    pub channel: Option<Channel>,
    /// What it is about, in Vietnamese.
    pub title: &'a str,
    /// The figure.
    pub estimate: &'a Estimate,
    /// The target it is held against.
    pub against: Option<Against>,
}

/// A target and what is publicly said about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Against {
    /// The target, a proportion.
    pub target: f64,
    /// How the figure is compared with it.
    pub operator: Operator,
    /// Whether it was set for something else and only serves to compare with.
    pub yardstick: bool,
    /// Whether it was set for this time.
    pub in_force: bool,
    /// The verdict, if one may be published.
    pub verdict: Option<Verdict>,
}

/// How often an option was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionTally<'a> {
    /// The item.
    pub item: &'a ItemCode,
    /// The option's value; `None` for unanswered.
    pub value: Option<u8>,
    /// The channel.
    pub channel: Channel,
    /// How often.
    pub count: u64,
}

/// Why no package could be made; memory or a fault of ours, never bad data.
#[derive(Debug, thiserror::Error)]
#[error("the package could not be put together: {0}")]
pub struct PackageError(#[from] std::io::Error);

impl Package<'_> {
    /// The name of the zip: `hailong_{commune}_{period}.zip`, with `_mo-phong`
    /// before the dot when the data is simulated.
    pub fn file_name(&self) -> String {
        let mark = if self.simulated { "_mo-phong" } else { "" };
        format!("hailong_{}_{}{mark}.zip", self.commune.code, self.period.code)
    }

    /// The bytes of the zip.
    ///
    /// # Errors
    /// [`PackageError`] when memory runs out.
    pub fn zip(&self) -> Result<Vec<u8>, PackageError> {
        let withheld: Vec<Withheld<'_>> = self.answered.iter().map(Withheld::of).collect();
        let tables = [
            ("ket-qua.csv", results::write(self, &withheld)?),
            ("so-lieu.csv", counts::write(self, &withheld)?),
        ];
        let descriptor = descriptor::write(self, &tables);
        let read_me = read_me::write(self);
        let [results, counts] = tables;
        let files = [results, counts, ("datapackage.json", descriptor), ("DOC-TRUOC.txt", read_me)];
        Ok(archive::zip(&files, self.simulated)?)
    }
}

impl Answered<'_> {
    /// Responses through `channel`, or through all.
    fn responses(&self, channel: Option<Channel>) -> u64 {
        let of = |(c, _): &&(Channel, u64)| channel.is_none_or(|channel| channel == *c);
        self.channels.iter().filter(of).map(|(_, n)| n).sum()
    }

    /// Level and code of the figures over all channels that may not be published:
    /// they rest on too few people, or a published sum would give such a one away.
    pub fn withheld(&self) -> Vec<(Level, &str)> {
        whole(Withheld::of(self).cells)
    }

    /// Level and code of the means over all channels whose rate may not be published,
    /// because a figure that they add up is withheld.
    pub fn means_withheld(&self) -> Vec<(Level, &str)> {
        whole(Withheld::of(self).means)
    }

    /// All channels together, then each that has responses.
    fn columns(&self) -> impl Iterator<Item = Option<Channel>> {
        [None].into_iter().chain(self.channels.iter().map(|(channel, _)| Some(*channel)))
    }
}

/// What of one instrument version is withheld, by channel, level and code.
#[derive(Debug)]
struct Withheld<'a> {
    cells: HashSet<Key<'a>>,
    /// Means that add a withheld figure up: with the others and the counts their
    /// rates would give it away.
    means: HashSet<Key<'a>>,
}

impl<'a> Withheld<'a> {
    fn covers(&self, channel: Option<Channel>, level: Level, code: &str) -> bool {
        self.cells.contains(&(channel, level, code))
    }

    fn covers_rate(&self, channel: Option<Channel>, level: Level, code: &str) -> bool {
        self.covers(channel, level, code) || self.means.contains(&(channel, level, code))
    }

    fn of(answered: &'a Answered<'a>) -> Self {
        let mut table = Table::default();
        for figure in &answered.figures {
            let e = figure.estimate;
            table.add((figure.channel, e.level, &e.code), e.people);
        }
        // Items that enter no rate have no figure: those who answered them are counted here.
        for item in answered.instrument.asked().filter(|i| i.component().is_none()) {
            for channel in answered.columns().filter(|_| item.kind != ItemKind::Comment) {
                let people = counts::answered_by(answered, &item.code, channel);
                table.add((channel, Level::Item, item.code.as_str()), people);
            }
        }
        let sums = sums(answered, &table);
        let Table { keys, mut cells } = table;
        suppression::complete(&mut cells, &sums);
        let inhabited = |place: &usize| cells[*place].hidden && cells[*place].people > 0;
        // A figure is no mean of those of its channels.
        let hides_a_part = |sum: &&Sum| {
            let adds_up = |part: &&usize| keys[**part].0 == keys[sum.total].0;
            sum.parts.iter().filter(adds_up).any(inhabited)
        };
        let is_mean = |key: &&Key<'_>| {
            let (channel, level, code) = **key;
            answered.figures.iter().any(|f| {
                let rule = f.estimate.aggregation;
                (f.channel, f.estimate.level, &*f.estimate.code) == (channel, level, code)
                    && level != Level::Component
                    && rule.is_some_and(|rule| rule != Aggregation::Pooled)
            })
        };
        let mut means: HashSet<Key<'_>> = sums
            .iter()
            .filter(hides_a_part)
            .map(|s| keys[s.total])
            .filter(|k| is_mean(&k))
            .collect();
        // The mean of items adds items up, the sums above only what holds them.
        for figure in &answered.figures {
            let e = figure.estimate;
            let items = keys.iter().enumerate().any(|(place, (channel, level, _))| {
                (*channel, *level) == (figure.channel, Level::Item) && inhabited(&place)
            });
            if e.aggregation == Some(Aggregation::MeanOfItems) && items {
                means.insert((figure.channel, e.level, &e.code));
            }
        }
        let hidden = keys.iter().zip(&cells).filter(|(_, cell)| cell.hidden);
        Self { cells: hidden.map(|(key, _)| *key).collect(), means }
    }
}

type Key<'a> = (Option<Channel>, Level, &'a str);

/// Those over all channels.
fn whole(keys: HashSet<Key<'_>>) -> Vec<(Level, &str)> {
    keys.into_iter().filter(|key| key.0.is_none()).map(|(_, level, code)| (level, code)).collect()
}

#[derive(Default)]
struct Table<'a> {
    keys: Vec<Key<'a>>,
    cells: Vec<Cell>,
}

impl<'a> Table<'a> {
    fn add(&mut self, key: Key<'a>, people: u64) {
        self.keys.push(key);
        self.cells.push(Cell::of(people));
    }

    fn place(&self, key: Key<'_>) -> Option<usize> {
        self.keys.iter().position(|k| *k == key)
    }
}

/// Which cells are sums of others: a code's channels, and within a channel the
/// items of a component, the components of a part, the parts and the components
/// of the index.
fn sums(answered: &Answered<'_>, table: &Table<'_>) -> Vec<Sum> {
    let instrument = answered.instrument;
    let mut sums = Vec::new();
    let mut sum = |total: Key<'_>, parts: &mut dyn Iterator<Item = Key<'_>>| {
        let Some(total) = table.place(total) else { return };
        let parts: Vec<usize> = parts.filter_map(|key| table.place(key)).collect();
        if !parts.is_empty() {
            sums.push(Sum { total, parts });
        }
    };
    for (_, level, code) in table.keys.iter().filter(|(channel, ..)| channel.is_none()) {
        let mut channels =
            answered.channels.iter().map(|(channel, _)| (Some(*channel), *level, *code));
        sum((None, *level, *code), &mut channels);
    }
    for channel in answered.columns() {
        let component = |code| (channel, Level::Component, code);
        for c in &instrument.components {
            let mut items =
                instrument.items_of(&c.code).map(|i| (channel, Level::Item, i.code.as_str()));
            sum(component(c.code.as_str()), &mut items);
        }
        for part in &instrument.parts {
            let inside =
                instrument.components.iter().filter(|c| c.part.as_ref() == Some(&part.code));
            let mut inside = inside.map(|c| component(c.code.as_str()));
            sum((channel, Level::Part, part.code.as_str()), &mut inside);
        }
        let index = (channel, Level::Index, instrument.id.as_str());
        let mut parts = instrument.parts.iter().map(|p| (channel, Level::Part, p.code.as_str()));
        sum(index, &mut parts);
        let mut components = instrument.components.iter().map(|c| component(c.code.as_str()));
        sum(index, &mut components);
    }
    sums
}
