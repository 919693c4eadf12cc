//! Tallies as a CSV file.

use std::io::{self, Write};

use super::check::SUMS;
use super::csv_file::NAMES;
use super::{Member, Tallies, Tally};
use crate::export::harmless;

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
        for (values, tally) in &self.groups {
            for (a, b) in self.lines() {
                csv.write_field(self.instrument.as_str())?;
                csv.write_field(self.version.to_string())?;
                for value in values {
                    csv.write_field(harmless(value).as_bytes())?;
                }
                csv.write_field(a.level.name())?;
                csv.write_field(&*a.code)?;
                csv.write_field(&*b.code)?;
                csv.write_field(tally.respondents.to_string())?;
                let sums = &tally.sums[a.ratio];
                let products = match self.kept.pair(a.ratio, b.ratio) {
                    Some(place) if a.ratio != b.ratio => tally.products[place],
                    _ => sums.squares,
                };
                for sum in Tally::cells(sums, products) {
                    csv.write_field(sum.to_string())?;
                }
                if let Some((_, value)) = more {
                    csv.write_field(value)?;
                }
                csv.write_record(None::<&[u8]>)?;
            }
        }
        csv.flush()
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
