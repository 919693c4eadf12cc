//! The month's package to the province: one zip with the results, the counts
//! behind them, sums that add up over communes and months, all of it as a workbook,
//! a description for programs and one for people.
//!
//! The same data gives the same bytes: nothing here reads a clock, every order is
//! fixed, and the zip entries carry a fixed time and fixed permissions. What few
//! people answered is withheld by the public floor, and further cells with
//! it by [`disclosure`](crate::disclosure). Only the internal package, which is for
//! officials and never on a public page, has whole tallies.

use surveys::Instrument;
use surveys::plan::{Operator, Plan};
use surveys::response::Channel;
use surveys::unit::Commune;
use surveys::{ItemCode, Period};

use crate::against_target::{Audience, Publication, Verdict, publication_floor};
use crate::disclosure::{End, Withheld};
use crate::estimate::Estimate;
use crate::export::sheet::{self, SheetFormat};
use crate::tally::Tallies;

mod archive;
mod columns;
mod counts;
mod descriptor;
mod read_me;
mod results;
mod tallies;
#[cfg(test)]
mod tests;

/// Version of the package's tables; a column added raises the second number.
pub const SCHEMA_VERSION: &str = "1.2";
/// What stands in the column `kenh` for all channels together.
pub const ALL_CHANNELS: &str = "tat_ca";

/// By what the whole tallies of an internal package are kept, beside commune and period.
pub const INTERNAL_GROUPS: [&str; 3] = ["collection_point", "channel", "day"];

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
    /// Whether it has whole tallies: then it is for officials alone.
    pub internal: bool,
    /// One per instrument version that was answered, in the order of the tables.
    pub answered: Vec<Answered<'a>>,
    /// The instrument versions of whose answers nothing may be read.
    pub left_out: Vec<LeftOut<'a>>,
}

/// An instrument version that has answers and is not in the package.
#[derive(Debug, Clone, Copy)]
pub struct LeftOut<'a> {
    /// The instrument version.
    pub instrument: &'a Instrument,
    /// The decision by which its results were taken back; `None` when they were never
    /// published.
    pub withdrawal: Option<Withdrawal<'a>>,
}

/// A decision by which results were taken back.
#[derive(Debug, Clone, Copy)]
pub struct Withdrawal<'a> {
    /// Its number among the decisions about the period.
    pub number: i64,
    /// Its day, in Vietnam.
    pub day: chrono::NaiveDate,
    /// Why.
    pub reason: &'a str,
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
    /// How many people an item was not put to, by channel; without zeros.
    pub not_asked: Vec<(&'a ItemCode, Channel, u64)>,
    /// What of it may not be published.
    pub withheld: &'a Withheld,
    /// For the internal package the sums of everybody, by [`INTERNAL_GROUPS`]; otherwise the tallies are made of what is published.
    pub tallies: Option<&'a Tallies>,
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
    /// The name of the zip: `hailong_{commune}_{period}.zip`, with `_noi-bo` before the
    /// dot when it is for officials alone and `_mo-phong` when the data is simulated.
    pub fn file_name(&self) -> String {
        let internal = if self.internal { "_noi-bo" } else { "" };
        let mark = if self.simulated { "_mo-phong" } else { "" };
        format!("hailong_{}_{}{internal}{mark}.zip", self.commune.code, self.period.code)
    }

    /// The bytes of the zip.
    ///
    /// # Errors
    /// [`PackageError`] when memory runs out.
    pub fn zip(&self) -> Result<Vec<u8>, PackageError> {
        let tables = [
            ("ket-qua", results::sheet(self)),
            ("so-lieu", counts::sheet(self)),
            ("tong-cong", tallies::sheet(self)),
        ];
        let csv = |place: usize| tables[place].1.file(SheetFormat::Csv);
        let [results, counts, tallies] = [csv(0)?, csv(1)?, csv(2)?];
        let fitting: Vec<_> =
            tables.iter().filter(|(_, t)| t.fits_workbook()).map(|(name, t)| (*name, t)).collect();
        let workbook = sheet::workbook(&fitting)?;
        let descriptor = descriptor::write(self, [&results, &counts, &tallies], &workbook);
        let files = [
            ("ket-qua.csv", results),
            ("so-lieu.csv", counts),
            ("tong-cong.csv", tallies),
            ("ket-qua.xlsx", workbook),
            ("datapackage.json", descriptor),
            ("DOC-TRUOC.txt", read_me::write(self)),
        ];
        Ok(archive::zip(&files, self.simulated)?)
    }
}

/// What is told of a figure.
#[derive(Debug, Clone, Copy)]
struct Told {
    /// Its counts.
    counts: bool,
    /// How many answers are satisfied.
    satisfied: bool,
    /// Its rate with the interval.
    rate: bool,
}

impl Answered<'_> {
    /// Responses through `channel`, or through all.
    fn responses(&self, channel: Option<Channel>) -> u64 {
        let of = |(c, _): &&(Channel, u64)| channel.is_none_or(|channel| channel == *c);
        self.channels.iter().filter(of).map(|(_, n)| n).sum()
    }

    /// How many people `item` was put to through `channel`, or through all.
    fn asked(&self, channel: Option<Channel>, item: &str) -> u64 {
        let of = |(not, c, _): &&(&ItemCode, Channel, u64)| {
            not.as_str() == item && channel.is_none_or(|channel| channel == *c)
        };
        let not: u64 = self.not_asked.iter().filter(of).map(|(.., people)| people).sum();
        self.responses(channel).saturating_sub(not)
    }

    /// What is told of `figure`.
    fn told(&self, figure: &Figure<'_>) -> Told {
        let e = figure.estimate;
        let shown = if self.withheld.covers(figure.channel, e.level, &e.code) {
            Publication::Nothing
        } else {
            publication_floor(e, Audience::Public)
        };
        let counts = shown >= Publication::CountsOnly;
        let rate = shown >= Publication::RateWithWarning
            && !self.withheld.covers_rate(figure.channel, e.level, &e.code);
        Told {
            counts,
            satisfied: counts && End::of(e).is_none() && (rate || !e.is_of_components()),
            rate,
        }
    }

    /// All channels together, then each that has responses.
    fn columns(&self) -> impl Iterator<Item = Option<Channel>> {
        [None].into_iter().chain(self.channels.iter().map(|(channel, _)| Some(*channel)))
    }
}
