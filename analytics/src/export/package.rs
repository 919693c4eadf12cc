//! The month's package to the province: one zip with the results, the counts
//! behind them, a description for programs and one for people.
//!
//! The same data gives the same bytes: nothing here reads a clock, every order is
//! fixed, and the zip entries carry a fixed time and fixed permissions. What few
//! people answered is withheld by the public floor, and further cells with
//! it by [`disclosure`](crate::disclosure).

use surveys::Instrument;
use surveys::plan::{Operator, Plan};
use surveys::response::Channel;
use surveys::unit::Commune;
use surveys::{ItemCode, Period};

use crate::against_target::Verdict;
use crate::disclosure::Withheld;
use crate::estimate::Estimate;

mod archive;
mod columns;
mod counts;
mod descriptor;
mod read_me;
mod results;
#[cfg(test)]
mod tests;

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
    /// What of it may not be published.
    pub withheld: &'a Withheld,
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
        let tables =
            [("ket-qua.csv", results::write(self)?), ("so-lieu.csv", counts::write(self)?)];
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

    /// All channels together, then each that has responses.
    fn columns(&self) -> impl Iterator<Item = Option<Channel>> {
        [None].into_iter().chain(self.channels.iter().map(|(channel, _)| Some(*channel)))
    }
}
