//! Importing: a file of responses, from whichever tool, becomes rows, rows become
//! responses, and responses one batch of the store.
//!
//! A row becomes a [`Submission`](surveys::Submission) and is held against its
//! instrument like one from a phone. Good rows go in, in durable pieces; bad ones
//! come back with their reasons. Of a file nothing is kept in memory but some 30
//! bytes of each row that has no id.

mod answer;
pub mod chosen;
pub mod date_order;
pub mod header;
pub mod indicators;
pub mod map;
mod matching;
pub mod moment;
pub mod personal;
pub mod preview;
pub mod rejected;
pub mod rejects_file;
pub mod row;
mod sheet;
pub mod suggestion;
pub mod table;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Write;
use std::io::{self, Read, Seek};

use analytics::frame::records::Next;
use sha2::{Digest, Sha256};
use surveys::{Response, Text};
use uuid::Uuid;

use crate::clock::Clock;
use crate::store;
use crate::store::Db;
use crate::store::batches::Kept;
use crate::store::responses::{MAX_BATCH, NewResponse};

use date_order::Shown;
use header::Header;
use moment::First;
use rejected::{Original, Rejected};
use row::{Defaults, Row};
use table::Table;

/// Why a file cannot be imported.
#[derive(Debug)]
pub enum Error {
    /// The system cannot read it.
    Read(io::Error),
    /// It is not in a form that can be used: what is wrong and what to do.
    Form(Text),
    /// Its rows cannot be stored.
    Store(store::Error),
}

impl Error {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::Read(error) => Text::new(
                format!("Không đọc được tệp: {error}"),
                format!("cannot read it: {error}"),
            ),
            Self::Form(text) => text.clone(),
            Self::Store(error) => error.text(),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

impl From<Text> for Error {
    fn from(text: Text) -> Self {
        Self::Form(text)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// The SHA-256 of a file's bytes in hexadecimal digits; it is at its beginning again.
///
/// # Errors
/// When it cannot be read.
pub fn fingerprint(source: &mut (impl Read + Seek)) -> io::Result<String> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match source.read(&mut buffer)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    source.rewind()?;
    let mut digits = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(digits, "{byte:02x}");
    }
    Ok(digits)
}

/// Reads a file row by row.
#[derive(Debug)]
pub struct Reader<'a> {
    table: Table,
    header: Header,
    first: First,
    defaults: Defaults<'a>,
    seen: Seen,
}

/// A row that can be stored.
#[derive(Debug)]
pub(crate) struct Good {
    response: Response,
    original: Original,
}

impl<'a> Reader<'a> {
    /// Finds the header of `table`, whose dates were `shown` to be written one way.
    ///
    /// # Errors
    /// When there is none that can be used, or nobody knows how dates are written.
    pub fn begin(mut table: Table, defaults: Defaults<'a>, shown: Shown) -> Result<Self, Error> {
        let header = Header::find(&mut table, &defaults)?;
        let first = shown.first(defaults.map.moments.first)?;
        Ok(Self { table, header, first, defaults, seen: Seen::default() })
    }

    /// The columns.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The next row that is not empty.
    fn advance(&mut self) -> io::Result<Option<Result<Good, Rejected>>> {
        loop {
            let columns = self.header.names().len();
            return Ok(Some(match self.table.advance()? {
                Next::End => return Ok(None),
                Next::Broken(broken) => Err(Rejected::broken(&self.table, broken)),
                Next::Record if self.table.is_blank() => continue,
                Next::Record if !self.table.fits(columns) => {
                    Err(Rejected::ragged(&mut self.table, columns))
                }
                Next::Record => {
                    match row::read(&self.table, &self.header, self.first, &self.defaults) {
                        Ok(read) => Ok(Good {
                            response: self.seen.identified(read),
                            original: Original::of(&self.table, columns),
                        }),
                        Err(faults) => {
                            let faults = row::placed(faults, self.defaults.instrument);
                            Err(Rejected::faulty(&self.table, &self.header, &faults))
                        }
                    }
                }
            }));
        }
    }
}

/// What became of the rows so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many rows were read, empty ones aside.
    pub read: i64,
    /// How many were stored, or came back; on trial, how many could be.
    pub stored: i64,
    /// How many were there before.
    pub known: i64,
    /// How many were left out.
    pub rejected: i64,
}

/// What a file is read for: what becomes of rows that fit.
#[derive(Debug, Clone, Copy)]
pub enum Purpose<'a> {
    /// They are counted.
    Check,
    /// They are counted, those that are in this store already apart.
    Trial(&'a Db),
    /// They are stored as part of a batch.
    Batch(&'a Db, i64),
}

/// An import under way.
#[derive(Debug)]
pub struct Import<'a> {
    reader: Reader<'a>,
    into: Purpose<'a>,
    tally: Tally,
    tried: Tried,
}

impl<'a> Import<'a> {
    /// Imports what `reader` reads.
    pub fn new(reader: Reader<'a>, into: Purpose<'a>) -> Self {
        Self { reader, into, tally: Tally::default(), tried: Tried::default() }
    }

    /// Takes some rows in and gives those that are left out; `None` when there are no
    /// more rows.
    ///
    /// # Errors
    /// When the file cannot be read on, or the rows cannot be stored. What was stored
    /// stays; importing the file again goes on from there.
    pub async fn step(&mut self) -> Result<Option<Vec<Rejected>>, Error> {
        let (mut good, mut rejected) = (Vec::with_capacity(MAX_BATCH), Vec::new());
        let mut at_end = false;
        while good.len() < MAX_BATCH && rejected.len() < MAX_BATCH {
            match self.reader.advance()? {
                None => {
                    at_end = true;
                    break;
                }
                Some(Ok(row)) => good.push(row),
                Some(Err(row)) => rejected.push(row),
            }
        }
        if at_end && good.is_empty() && rejected.is_empty() {
            return Ok(None);
        }
        self.tally.read += count(good.len() + rejected.len());
        rejected.extend(self.keep(good).await?);
        self.tally.rejected += count(rejected.len());
        Ok(Some(rejected))
    }

    /// Stores rows, or only counts them; gives those whose id is taken or set aside.
    async fn keep(&mut self, good: Vec<Good>) -> Result<Vec<Rejected>, Error> {
        let (db, batch_id) = match self.into {
            Purpose::Check => {
                self.tally.stored += count(good.len());
                return Ok(Vec::new());
            }
            Purpose::Trial(db) => (db, None),
            Purpose::Batch(db, batch_id) => (db, Some(batch_id)),
        };
        let now = self.reader.defaults.now;
        let (originals, new): (Vec<_>, Vec<_>) = good
            .into_iter()
            .map(|row| (row.original, NewResponse::new(row.response, Clock::System.salt(), now)))
            .unzip();
        let mut kept = match batch_id {
            Some(batch_id) => db.store_in_batch(batch_id, &new).await?,
            None => db.try_in_batch(&new).await?,
        };
        if batch_id.is_none() {
            for (new, kept) in new.iter().zip(&mut kept) {
                self.tried.settle(new, kept);
            }
        }
        let mut taken = Vec::new();
        for (original, kept) in originals.into_iter().zip(kept) {
            match kept {
                Kept::Own => self.tally.stored += 1,
                Kept::Known => self.tally.known += 1,
                Kept::Conflict => taken.push(Rejected::conflict(original, &self.reader.header)),
                Kept::SetAside => taken.push(Rejected::set_aside(original, &self.reader.header)),
            }
        }
        Ok(taken)
    }

    /// What became of the rows so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Finishes the batch, from where on it counts.
    ///
    /// # Errors
    /// When that cannot be written.
    pub async fn finish(self) -> Result<Tally, Error> {
        if let Purpose::Batch(db, batch_id) = self.into {
            let Tally { read, rejected, .. } = self.tally;
            db.finish_batch(batch_id, read, rejected, Clock::System.now()).await?;
        }
        Ok(self.tally)
    }
}

/// What would become of all rows that `reader` reads.
///
/// # Errors
/// When the file cannot be read, or its rows cannot be looked up.
pub async fn tried(reader: Reader<'_>, db: &Db) -> Result<Tally, Error> {
    let mut import = Import::new(reader, Purpose::Trial(db));
    while import.step().await?.is_some() {}
    import.finish().await
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// What the rows said that were tried before, by their ids: nothing of them is stored.
#[derive(Debug, Default)]
struct Tried(HashMap<Uuid, [u8; 32]>);

impl Tried {
    /// What becomes of `new`, of which the store says `kept`, behind the rows before it.
    fn settle(&mut self, new: &NewResponse, kept: &mut Kept) {
        let said: [u8; 32] = Sha256::digest(&new.document).into();
        match self.0.entry(new.response.id) {
            Entry::Vacant(entry) => {
                entry.insert(said);
            }
            Entry::Occupied(before) if *before.get() == said => *kept = Kept::Known,
            Entry::Occupied(_) => *kept = Kept::Conflict,
        }
    }
}

/// The rows without an id that were read before, by what they say.
#[derive(Debug, Default)]
struct Seen(HashMap<[u8; 16], u32>);

impl Seen {
    /// A row with its id: its own, or one made of its content and of how many
    /// rows before it say the same, so that a file read twice gives the same ids.
    fn identified(&mut self, read: Row) -> Response {
        let Row { mut response, has_id } = read;
        if !has_id {
            let content = Sha256::new()
                .chain_update(b"hailong import 1\n")
                .chain_update(response.document())
                .finalize();
            let key: [u8; 16] = content[..16].try_into().expect("a hash has 32 bytes");
            let nth = self.0.entry(key).or_insert(0);
            let hash =
                Sha256::new().chain_update(content).chain_update(nth.to_be_bytes()).finalize();
            *nth += 1;
            let bytes: [u8; 16] = hash[..16].try_into().expect("a hash has 32 bytes");
            response.id = uuid::Builder::from_custom_bytes(bytes).into_uuid();
        }
        response
    }
}
