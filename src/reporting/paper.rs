//! The sheets of a batch of paper forms: which keying of each holds, what keying again
//! came to, who did what, and the hash of what they say.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};
use surveys::paper::{Sample, differing};
use surveys::response::BadDocument;
use surveys::{Instrument, Serial};

use crate::store::paper_batches::{Keying, Purpose};

/// What was keyed of one sheet.
#[derive(Debug, Default)]
pub struct OfSheet {
    keyings: Vec<Keying>,
}

impl OfSheet {
    /// The keyings of one sheet, in the order in which they were made.
    pub fn of(keyings: Vec<Keying>) -> Self {
        Self { keyings }
    }

    /// Every keying, also those that no longer hold.
    pub fn every(&self) -> &[Keying] {
        &self.keyings
    }

    /// The keying for `purpose` that holds.
    pub fn keyed(&self, purpose: Purpose) -> Option<&Keying> {
        let holds = |keying: &&Keying| keying.replaced_at.is_none();
        self.keyings.iter().filter(holds).find(|keying| keying.purpose == purpose)
    }

    /// The keying that counts: a correction, or else what was decided, or else the first.
    pub fn holds(&self) -> Option<&Keying> {
        let purposes = [Purpose::Corrected, Purpose::Decided, Purpose::First];
        purposes.into_iter().find_map(|purpose| self.keyed(purpose))
    }

    /// The newest keying that holds, and its purpose: what somebody has seen who sees it.
    pub fn newest(&self) -> Option<(i64, Purpose)> {
        let holding = self.keyings.iter().filter(|keying| keying.replaced_at.is_none());
        holding.map(|keying| (keying.keying_id, keying.purpose)).max_by_key(|(id, _)| *id)
    }

    /// Both keyings, when there are two.
    pub fn both(&self) -> Option<(&Keying, &Keying)> {
        Some((self.keyed(Purpose::First)?, self.keyed(Purpose::Second)?))
    }

    /// Whether two keyings differ and nobody has said what the sheet says.
    ///
    /// # Errors
    /// [`BadDocument`] when a document was damaged.
    pub fn is_undecided(&self, instrument: &Instrument) -> Result<bool, BadDocument> {
        let Some((first, second)) = self.both() else { return Ok(false) };
        let (one, other) = (&first.keyed, &second.keyed);
        let differ = one.fate != other.fate || !differing(instrument, one, other)?.is_empty();
        let said = [Purpose::Decided, Purpose::Proposed];
        Ok(differ && said.into_iter().all(|purpose| self.keyed(purpose).is_none()))
    }
}

/// What one person did in a batch, in sheets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Work {
    /// Their sign-in name.
    pub who: String,
    /// Keyed first, of those that were in the box.
    pub first: u32,
    /// Keyed again.
    pub second: u32,
    /// Decided.
    pub decided: u32,
    /// Corrected.
    pub corrected: u32,
    /// Said the same as whoever decided or corrected them.
    pub agreed: u32,
}

/// The sheets of a batch.
#[derive(Debug)]
pub struct Sheets {
    /// Each sheet of which something was keyed or explained.
    pub all: BTreeMap<Serial, OfSheet>,
    /// Those that are keyed again, in order.
    pub drawn: Vec<Serial>,
}

impl Sheets {
    /// The sheets with these keyings, of which some were drawn.
    pub fn of(keyings: Vec<Keying>, drawn: Vec<Serial>) -> Self {
        let mut all: BTreeMap<Serial, OfSheet> = BTreeMap::new();
        for keying in keyings {
            all.entry(keying.serial).or_default().keyings.push(keying);
        }
        Self { all, drawn }
    }

    /// The sheets that are keyed again, with what was keyed of them.
    pub fn drawn(&self) -> impl Iterator<Item = (Serial, &OfSheet)> {
        self.drawn.iter().filter_map(|serial| Some((*serial, self.all.get(serial)?)))
    }

    /// Those that were in the box, in order, with the keying that counts.
    pub fn in_box(&self) -> impl Iterator<Item = (Serial, &Keying)> {
        self.all.iter().filter_map(|(serial, sheet)| {
            let first = sheet.keyed(Purpose::First)?.keyed.fate;
            Some((*serial, sheet.holds().filter(|_| first.is_in_box())?))
        })
    }

    /// The keyings for `purpose` that hold, by serial number.
    pub fn keyed(&self, purpose: Purpose) -> impl Iterator<Item = &Keying> {
        self.all.values().filter_map(move |sheet| sheet.keyed(purpose))
    }

    /// What came of keying again.
    ///
    /// # Errors
    /// [`BadDocument`] when a document was damaged.
    pub fn sample(&self, instrument: &Instrument) -> Result<Sample, BadDocument> {
        let items = instrument.asked().filter(|item| !item.is_comment()).count();
        let mut sample = Sample::default();
        for (_, sheet) in self.drawn() {
            sample.chosen += 1;
            let Some((first, second)) = sheet.both() else { continue };
            sample.rekeyed += 1;
            sample.discrepancy.compared += items as u64;
            sample.discrepancy.differing +=
                differing(instrument, &first.keyed, &second.keyed)?.len() as u64;
            sample.undecided += u32::from(sheet.is_undecided(instrument)?);
        }
        Ok(sample)
    }

    /// What each person did, by name.
    pub fn work(&self) -> Vec<Work> {
        let mut work: BTreeMap<&str, Work> = BTreeMap::new();
        let holding = self.all.values().flat_map(OfSheet::every);
        for keying in holding.filter(|keying| keying.replaced_at.is_none()) {
            let own = work.entry(&keying.keyed_by).or_default();
            match keying.purpose {
                Purpose::First => own.first += u32::from(keying.keyed.fate.is_in_box()),
                Purpose::Second => own.second += 1,
                Purpose::Decided => own.decided += 1,
                Purpose::Corrected => own.corrected += 1,
                // It is nobody's word yet.
                Purpose::Proposed => {}
            }
            if let Some(other) = keying.agreed_by.as_ref().filter(|by| **by != keying.keyed_by) {
                work.entry(other).or_default().agreed += 1;
            }
        }
        work.into_iter().map(|(who, of)| Work { who: who.to_owned(), ..of }).collect()
    }

    /// Whether `who` keyed a sheet that was in the box, for the first or the second time.
    pub fn is_keyed_by(&self, who: &str) -> bool {
        self.work().iter().any(|work| work.who == who && work.first + work.second > 0)
    }

    /// The SHA-256, in hexadecimal digits, of what the sheets say now: their documents in
    /// the order of their serial numbers, a line feed after each.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for (_, keying) in self.in_box() {
            if let Some(document) = &keying.keyed.document {
                hash.update(document.as_bytes());
                hash.update(b"\n");
            }
        }
        hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("memory takes what is written to it");
            hex
        })
    }
}
