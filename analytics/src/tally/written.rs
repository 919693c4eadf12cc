//! Tallies as a CSV file.

use std::io::{self, Write};

use super::check::SUMS;
use super::csv_file::NAMES;
use super::{Member, Tallies, Tally};
use crate::estimate::Level;
use crate::export::harmless;

/// A row of a file of tallies.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// The values of its group.
    pub(crate) group: &'a [String],
    pub(crate) level: Level,
    pub(crate) a: &'a str,
    pub(crate) b: &'a str,
    pub(crate) respondents: u64,
    /// In the order of [`SUMS`].
    pub(crate) sums: [u64; SUMS.len()],
}

impl Tallies {
    /// Writes them as [`Tallies::read_csv`] reads them: UTF-8, commas, `\n`. `more`
    /// is written as a last column of that name and value.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write_csv(&self, more: Option<(&str, &str)>, out: impl Write) -> io::Result<()> {
        let mut csv = csv::Writer::from_writer(out);
        let (before, after) = NAMES.split_at(2);
        let by = self.by.iter().map(String::as_str);
        let names = before.iter().copied().chain(by).chain(after.iter().copied()).chain(SUMS);
        let names = names.chain(more.map(|(name, _)| name));
        csv.write_record(names.map(|name| harmless(name).into_owned()))?;
        for row in self.rows() {
            csv.write_field(self.instrument.as_str())?;
            csv.write_field(self.version.to_string())?;
            for value in row.group {
                csv.write_field(harmless(value).as_bytes())?;
            }
            csv.write_field(row.level.name())?;
            csv.write_field(row.a)?;
            csv.write_field(row.b)?;
            csv.write_field(row.respondents.to_string())?;
            for sum in row.sums {
                csv.write_field(sum.to_string())?;
            }
            if let Some((_, value)) = more {
                csv.write_field(value)?;
            }
            csv.write_record(None::<&[u8]>)?;
        }
        csv.flush()
    }

    /// The rows of its file.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.groups.iter().flat_map(move |(group, tally)| {
            self.lines().map(move |(a, b)| {
                let sums = &tally.sums[a.ratio];
                let products = match self.kept.pair(a.ratio, b.ratio) {
                    Some(place) if a.ratio != b.ratio => tally.products[place],
                    _ => sums.squares,
                };
                let (level, respondents) = (a.level, tally.respondents);
                let sums = Tally::cells(sums, products);
                Row { group, level, a: &a.code, b: &b.code, respondents, sums }
            })
        })
    }

    /// The members of each line of a group.
    fn lines(&self) -> impl Iterator<Item = (&Member, &Member)> {
        let members = &self.kept.members;
        members.iter().filter(|a| self.kept.held[a.ratio]).flat_map(move |a| {
            let paired = move |b: &&Member| {
                let pair = a.ratio < b.ratio && self.kept.pair(a.ratio, b.ratio).is_some();
                b.level == a.level && (b.code == a.code || pair)
            };
            members.iter().filter(paired).map(move |b| (a, b))
        })
    }
}
