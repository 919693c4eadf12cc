//! The sheets of a batch, each with its keyings.

use std::collections::BTreeMap;

use surveys::paper::{Keyed, Sample, differing};
use surveys::response::BadDocument;
use surveys::{Instrument, Serial};

use crate::store::paper_batches::{Keying, Purpose};

/// What was keyed of one sheet.
#[derive(Debug, Default)]
pub(super) struct OfSheet {
    keyings: Vec<Keying>,
}

impl OfSheet {
    /// The keyings of one sheet.
    pub(super) fn of(keyings: Vec<Keying>) -> Self {
        Self { keyings }
    }

    /// The keying for `purpose`.
    pub(super) fn keyed(&self, purpose: Purpose) -> Option<&Keying> {
        self.keyings.iter().find(|keying| keying.purpose == purpose)
    }

    /// The keying that holds: a correction, or else what was decided, or else the first.
    pub(super) fn holds(&self) -> Option<&Keying> {
        let purposes = [Purpose::Corrected, Purpose::Decided, Purpose::First];
        purposes.into_iter().find_map(|purpose| self.keyed(purpose))
    }

    /// Both keyings, when there are two.
    pub(super) fn both(&self) -> Option<(&Keyed, &Keyed)> {
        Some((&self.keyed(Purpose::First)?.keyed, &self.keyed(Purpose::Second)?.keyed))
    }

    /// Whether two keyings differ and nobody has decided.
    pub(super) fn is_undecided(&self, instrument: &Instrument) -> Result<bool, BadDocument> {
        let Some((first, second)) = self.both() else { return Ok(false) };
        let differ = first.fate != second.fate || !differing(instrument, first, second)?.is_empty();
        Ok(differ && self.keyed(Purpose::Decided).is_none())
    }
}

/// The sheets of a batch.
#[derive(Debug)]
pub(super) struct Sheets {
    /// Each sheet of which something was keyed or explained.
    pub(super) all: BTreeMap<Serial, OfSheet>,
    /// Those that are keyed again, in order.
    pub(super) drawn: Vec<Serial>,
}

impl Sheets {
    /// The sheets with these keyings, of which some were drawn.
    pub(super) fn of(keyings: Vec<Keying>, drawn: Vec<Serial>) -> Self {
        let mut all: BTreeMap<Serial, OfSheet> = BTreeMap::new();
        for keying in keyings {
            all.entry(keying.serial).or_default().keyings.push(keying);
        }
        Self { all, drawn }
    }

    /// The sheets that are keyed again, with what was keyed of them.
    pub(super) fn drawn(&self) -> impl Iterator<Item = (Serial, &OfSheet)> {
        self.drawn.iter().filter_map(|serial| Some((*serial, self.all.get(serial)?)))
    }

    /// Those that were in the box, in order, with the keying that holds.
    pub(super) fn in_box(&self) -> impl Iterator<Item = (Serial, &Keying)> {
        self.all.iter().filter_map(|(serial, sheet)| {
            let first = sheet.keyed(Purpose::First)?.keyed.fate;
            Some((*serial, sheet.holds().filter(|_| first.is_in_box())?))
        })
    }

    /// What came of keying again.
    pub(super) fn sample(&self, instrument: &Instrument) -> Result<Sample, BadDocument> {
        let items = instrument.asked().filter(|item| !item.is_comment()).count();
        let mut sample = Sample { chosen: 0, ..Sample::default() };
        for (_, sheet) in self.drawn() {
            sample.chosen += 1;
            let Some((first, second)) = sheet.both() else { continue };
            sample.rekeyed += 1;
            sample.discrepancy.compared += items as u64;
            sample.discrepancy.differing += differing(instrument, first, second)?.len() as u64;
            sample.undecided += u32::from(sheet.is_undecided(instrument)?);
        }
        Ok(sample)
    }
}
