//! Tallies of responses in Parquet files, without holding the responses.
//!
//! Each of the threads begins at row groups of its own and then helps the others; it
//! reads the columns side by side, a few thousand rows at a time, into a [`Counter`] of
//! its own.

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::SchemaDescriptor;
use surveys::instrument::Instrument;

use crate::frame::csv_file::{
    ANSWERED_AT, CsvError, CsvOptions, CsvResponses, DAY, Reason, Reject, SIMULATED, made_from_day,
};
use crate::frame::{FrameError, asked_items};
use crate::tally::counter::{Counter, NOWHERE, ROWS};
use crate::tally::{Kept, Purpose, Tallies, Tally, merged};

mod column;
mod error;
mod hybrid;
mod meaning;
#[cfg(test)]
mod tests;

pub use error::{ParquetError, Problem};

use column::{Column, Meaning as _, Plain};
use meaning::{Item, Key, Kind, form};

/// How many rows of all columns are read before they are counted.
const CHUNK: usize = 64 * ROWS;
/// How many bytes of groups a thread keeps at most.
const ROOM: usize = 256 << 20;
/// Threads that read at the same time, at most.
const THREADS: usize = 16;

/// The tallies of Parquet files and what became of their rows: `rows` =
/// respondents tallied + `outside` + `rejected`.
#[derive(Debug, Clone, PartialEq)]
pub struct ParquetTallies {
    /// The tallies by the columns asked for.
    pub tallies: Tallies,
    /// The first [`CsvResponses::MOST_REJECTS`] mistakes, each with the place of its
    /// file.
    pub rejects: Vec<(usize, Reject)>,
    /// Rows in the files.
    pub rows: u64,
    /// Good rows outside the dates asked for.
    pub outside: u64,
    /// Rows left out for a mistake.
    pub rejected: u64,
    /// Whether a file says of itself that its responses are made up: then it has
    /// the column `simulated`.
    pub simulated: bool,
    /// Where it was asked for and every file has days, the last one of a row that counts.
    pub last_day: Option<NaiveDate>,
}

/// Tallies the responses to `instrument` in `files`: a column of whole numbers per
/// item, empty where unanswered, and the columns of `options.keys`, of which `day`
/// and `month` are made from `answered_at` where there are no such columns. Each
/// row is taken as a response of its own.
///
/// # Errors
/// [`ParquetError`]. Bad rows are no error: they are in [`ParquetTallies::rejects`].
pub fn tally(
    files: &[PathBuf],
    instrument: &Instrument,
    options: &CsvOptions,
    purpose: Purpose,
) -> Result<ParquetTallies, ParquetError> {
    tally_from(files, instrument, options, purpose, |pieces| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = threads.min(THREADS).min(pieces).max(1);
        (0..threads).map(|thread| thread * pieces / threads).collect()
    })
}

/// The same by one thread for each of the `starts` among so many row groups.
fn tally_from(
    files: &[PathBuf],
    instrument: &Instrument,
    options: &CsvOptions,
    purpose: Purpose,
    starts: impl FnOnce(usize) -> Vec<usize>,
) -> Result<ParquetTallies, ParquetError> {
    if asked_items(instrument).next().is_none() {
        let error = FrameError::NoItems { instrument: instrument.id.to_string() };
        return Err(ParquetError { file: 0, problem: error.into() });
    }
    let kept = Kept::of_purpose(instrument, purpose);
    let mut pieces = Vec::new();
    let (mut simulated, mut days) = (false, options.last_day);
    for (file, path) in files.iter().enumerate() {
        let said = |problem| ParquetError { file, problem };
        let open = open(path).map_err(said)?;
        let schema = open.metadata().file_metadata().schema_descr();
        Wanted::find(schema, instrument, options).map_err(said)?;
        simulated |= place(schema, SIMULATED).is_some();
        days &= has_days(schema);
        let mut first = 0;
        for (group, about) in open.metadata().row_groups().iter().enumerate() {
            let rows = u64::try_from(about.num_rows()).unwrap_or_default();
            let taken = AtomicBool::new(false);
            pieces.push(Piece { file, group, first, rows, taken });
            first += rows;
        }
    }
    let options = &CsvOptions { last_day: days, ..options.clone() };
    let job = Job { files, instrument, options, kept: &kept, pieces: &pieces };
    let starts = starts(pieces.len());
    let read: Vec<_> = std::thread::scope(|scope| {
        let read = |start| Reading::of(&job, start).map(Reading::finish);
        let threads: Vec<_> =
            starts.iter().map(|start| scope.spawn(move || read(*start))).collect();
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut all = ParquetTallies {
        tallies: Tallies::none(instrument, &options.keys, kept.clone()),
        rejects: Vec::new(),
        rows: pieces.iter().map(|piece| piece.rows).sum(),
        outside: 0,
        rejected: 0,
        simulated,
        last_day: None,
    };
    let mut groups = Vec::new();
    for read in read {
        let panicked =
            |_| ParquetError { file: 0, problem: Problem::Damaged("it has no sense".into()) };
        let read = read.map_err(panicked)??;
        all.outside += read.outside;
        all.rejected += read.rejected;
        all.rejects.extend(read.rejects);
        all.last_day = all.last_day.max(read.last_day);
        groups = merged(groups, read.groups).map_err(|error| ParquetError {
            file: 0,
            problem: Problem::Sums(error.to_string(), error.text()),
        })?;
    }
    all.tallies.take(groups);
    all.rejects.sort_by_key(|(file, reject)| (*file, reject.line));
    all.rejects.truncate(CsvResponses::MOST_REJECTS);
    Ok(all)
}

fn open(path: &PathBuf) -> Result<SerializedFileReader<File>, Problem> {
    Ok(SerializedFileReader::new(File::open(path)?)?)
}

fn place(schema: &SchemaDescriptor, name: &str) -> Option<usize> {
    schema.columns().iter().position(|column| column.path().string() == name)
}

/// What the threads share.
struct Job<'a> {
    files: &'a [PathBuf],
    instrument: &'a Instrument,
    options: &'a CsvOptions,
    kept: &'a Kept,
    pieces: &'a [Piece],
}

/// A row group of a file.
struct Piece {
    file: usize,
    group: usize,
    /// The rows of the file before it.
    first: u64,
    rows: u64,
    /// Whether a thread reads it or has read it.
    taken: AtomicBool,
}

/// The columns of a file that are read.
struct Wanted {
    /// Per item, its place and form.
    items: Vec<(usize, Plain)>,
    /// Per key, and for the days asked for where no key is made from them.
    keys: Vec<(usize, Plain, Kind)>,
}

impl Wanted {
    fn find(
        schema: &SchemaDescriptor,
        instrument: &Instrument,
        options: &CsvOptions,
    ) -> Result<Self, Problem> {
        let found = || {
            let names: Vec<String> = schema.columns().iter().map(|c| c.path().string()).collect();
            names.join(", ").chars().take(2_000).collect::<String>()
        };
        let codes = || asked_items(instrument).map(|item| item.code.as_str());
        let missing: Vec<&str> = codes().filter(|code| place(schema, code).is_none()).collect();
        if !missing.is_empty() {
            let (instrument, missing) = (instrument.id.to_string(), missing.join(", "));
            let error = CsvError::MissingItems { instrument, missing, found: found() };
            return Err(error.into());
        }
        let look = |name: &str, takes: &dyn Fn(Kind) -> bool| {
            let missing = || CsvError::MissingColumn { name: name.to_owned(), found: found() };
            let place = place(schema, name).ok_or_else(missing)?;
            let (plain, kind) = form(&schema.column(place), takes)?;
            Ok::<_, Problem>((place, plain, kind))
        };
        let mut items = Vec::new();
        for code in codes() {
            let (place, plain, _) = look(code, &|kind| matches!(kind, Kind::Whole { .. }))?;
            items.push((place, plain));
        }
        let mut keys = Vec::new();
        for (column, key) in sources(schema, options) {
            keys.push(look(column, &|kind| key.takes(kind))?);
        }
        Ok(Self { items, keys })
    }
}

/// Whether a file has days that can be read.
fn has_days(schema: &SchemaDescriptor) -> bool {
    let takes = |kind| Key::new(Some(""), None, None).takes(kind);
    place(schema, ANSWERED_AT).is_some_and(|place| form(&schema.column(place), takes).is_ok())
}

/// Per key the column it comes from; then, where days are asked for or the last one is,
/// `answered_at`.
fn sources<'a>(
    schema: &SchemaDescriptor,
    options: &'a CsvOptions,
) -> impl Iterator<Item = (&'a str, Key)> {
    let (from, before) = (options.from, options.before);
    let made = |name: &str| made_from_day(name).filter(|_| place(schema, name).is_none());
    let keys: Vec<_> = options
        .keys
        .iter()
        .map(|name| match made(name) {
            Some(form) => (ANSWERED_AT, Key::new(Some(form), from, before)),
            None => (name.as_str(), Key::new(None, None, None)),
        })
        .collect();
    // Without a last day the form is no text: all days asked for are one.
    let form = made_from_day(DAY).filter(|_| options.last_day).unwrap_or("");
    let days = if from.is_some() || before.is_some() {
        Some(Key::new(Some(form), from, before))
    } else {
        (options.last_day && has_days(schema)).then(|| Key::new(Some(form), None, None).optional())
    };
    keys.into_iter().chain(days.map(|key| (ANSWERED_AT, key)))
}

/// What one thread has read.
struct Reading<'a> {
    job: &'a Job<'a>,
    counter: Counter<'a>,
    tree: Tree,
    items: Vec<Item>,
    keys: Vec<Key>,
    /// By the places of the last key's texts, which days a row that counts has.
    days: Vec<bool>,
    rejects: Vec<(usize, Reject)>,
    /// How many of them there is room for.
    most_rejects: usize,
    outside: u64,
    rejected: u64,
}

impl<'a> Reading<'a> {
    /// Reads pieces from the one at `start` on, and then those before it, until all are
    /// taken. Neighbours have many groups in common, threads then few.
    fn of(job: &'a Job<'a>, start: usize) -> Result<Self, ParquetError> {
        let scales = asked_items(job.instrument).map(|item| job.instrument.scale_of(item));
        let items: Vec<Item> =
            scales.map(|scale| Item::on(scale.expect("a satisfaction item has a scale"))).collect();
        let counter = Counter::new(job.kept, items.len());
        let most = ROOM / counter.bytes_of_a_group();
        let (keys, days, rejects, outside, rejected) = Default::default();
        let tree = Tree::new(most);
        let most_rejects = CsvResponses::MOST_REJECTS;
        let mut reading = Self {
            job,
            counter,
            tree,
            items,
            keys,
            days,
            rejects,
            most_rejects,
            outside,
            rejected,
        };
        let mut file: Option<(usize, SerializedFileReader<File>, Wanted)> = None;
        for place in (start..job.pieces.len()).chain(0..start) {
            if place == 0 {
                // The first mistakes of all may still come.
                reading.most_rejects = reading.rejects.len() + CsvResponses::MOST_REJECTS;
            }
            let piece = &job.pieces[place];
            if piece.taken.swap(true, Ordering::Relaxed) {
                continue;
            }
            let said = |problem| ParquetError { file: piece.file, problem };
            if file.as_ref().is_none_or(|(open, ..)| *open != piece.file) {
                file = Some(reading.turn_to(piece.file).map_err(said)?);
            }
            if let Some((_, open, wanted)) = &file {
                reading.piece(open, wanted, piece).map_err(said)?;
            }
        }
        Ok(reading)
    }

    fn turn_to(
        &mut self,
        file: usize,
    ) -> Result<(usize, SerializedFileReader<File>, Wanted), Problem> {
        let Job { files, instrument, options, .. } = self.job;
        let open = open(&files[file])?;
        let schema = open.metadata().file_metadata().schema_descr();
        let wanted = Wanted::find(schema, instrument, options)?;
        let fresh = sources(schema, options).map(|(_, key)| key);
        if self.keys.is_empty() {
            self.keys = fresh.collect();
        } else {
            // Texts keep their places from file to file.
            self.keys.iter_mut().zip(fresh).for_each(|(key, fresh)| key.go_on_as(&fresh));
        }
        for (key, (_, _, kind)) in self.keys.iter_mut().zip(&wanted.keys) {
            key.kind = *kind;
        }
        Ok((file, open, wanted))
    }

    fn piece(
        &mut self,
        open: &SerializedFileReader<File>,
        wanted: &Wanted,
        piece: &Piece,
    ) -> Result<(), Problem> {
        let schema = open.metadata().file_metadata().schema_descr();
        let group = open.get_row_group(piece.group)?;
        let optional = |place| schema.column(place).max_def_level() > 0;
        let mut items = Vec::with_capacity(wanted.items.len());
        for (place, plain) in &wanted.items {
            let pages = group.get_column_page_reader(*place)?;
            items.push(Column::<Item>::new(pages, *plain, optional(*place)));
        }
        let mut keys = Vec::with_capacity(wanted.keys.len());
        for (place, plain, _) in &wanted.keys {
            let pages = group.get_column_page_reader(*place)?;
            keys.push(Column::<Key>::new(pages, *plain, optional(*place)));
        }
        let mut chunk = Chunk {
            first: 0,
            classes: vec![vec![0; CHUNK]; items.len()],
            codes: vec![vec![0; CHUNK]; keys.len()],
            groups: vec![0; CHUNK],
        };
        let mut left = usize::try_from(piece.rows).unwrap_or(usize::MAX);
        while left > 0 {
            let rows = left.min(CHUNK);
            chunk.first = piece.first + piece.rows - left as u64;
            for ((column, item), out) in
                items.iter_mut().zip(&mut self.items).zip(&mut chunk.classes)
            {
                column.read(item, &mut out[..rows])?;
            }
            for ((column, key), out) in keys.iter_mut().zip(&mut self.keys).zip(&mut chunk.codes) {
                column.read(key, &mut out[..rows])?;
            }
            self.count(&mut chunk, rows, piece.file, wanted, schema)?;
            left -= rows;
        }
        Ok(())
    }

    fn count(
        &mut self,
        chunk: &mut Chunk,
        rows: usize,
        file: usize,
        wanted: &Wanted,
        schema: &SchemaDescriptor,
    ) -> Result<(), Problem> {
        let wrong = |classes: &Vec<u8>| classes[..rows].iter().fold(0, |most, c| most.max(*c));
        let worst = chunk.classes.iter().map(wrong).max().unwrap_or_default();
        let wrong = |codes: &Vec<u32>| codes[..rows].iter().fold(0, |most, c| most.max(*c));
        let worst_key = chunk.codes.iter().map(wrong).max().unwrap_or_default();
        if worst == Item::DAMAGED || worst_key == Key::DAMAGED {
            return Err(Problem::Damaged("a dictionary lacks a value".to_owned()));
        }
        chunk.groups[..rows].fill(0);
        if worst >= Item::FIRST_WRONG || worst_key >= Key::OUTSIDE {
            self.leave_out(chunk, rows, file, wanted, schema);
        }
        self.note_days(chunk, rows);
        self.tree.groups(chunk, rows, self.job.options.keys.len(), &mut self.counter)?;
        for start in (0..rows).step_by(ROWS) {
            let end = rows.min(start + ROWS);
            self.counter.add(&chunk.groups[start..end], |item| &chunk.classes[item][start..end]);
        }
        Ok(())
    }

    /// Remembers the days of the rows that count, where the last one is asked for.
    fn note_days(&mut self, chunk: &Chunk, rows: usize) {
        let options = self.job.options;
        let Some(codes) = chunk.codes.get(options.keys.len()).filter(|_| options.last_day) else {
            return;
        };
        for (code, group) in codes[..rows].iter().zip(&chunk.groups[..rows]) {
            let place = *code as usize;
            if *group == NOWHERE || *code >= Key::OUTSIDE {
                continue;
            }
            if self.days.len() <= place {
                self.days.resize(place + 1, false);
            }
            self.days[place] = true;
        }
    }

    /// Takes the rows out that have a mistake or lie outside the days asked for.
    fn leave_out(
        &mut self,
        chunk: &mut Chunk,
        rows: usize,
        file: usize,
        wanted: &Wanted,
        schema: &SchemaDescriptor,
    ) {
        for row in 0..rows {
            let line = chunk.first + row as u64 + 1;
            let mut reject = |place: usize, value: &str, reason: Reason| {
                if self.rejects.len() < self.most_rejects {
                    let column = Some(schema.column(place).path().string());
                    let reject = Reject::new(line, column, value.as_bytes(), reason);
                    self.rejects.push((file, reject));
                }
            };
            let (mut good, mut inside) = (true, true);
            for ((classes, item), (place, _)) in
                chunk.classes.iter_mut().zip(&self.items).zip(&wanted.items)
            {
                if classes[row] >= Item::FIRST_WRONG {
                    good = false;
                    reject(*place, &item.wrong(classes[row]), Reason::OffScale);
                    // The row does not count, and the counter knows classes only.
                    classes[row] = Item::EMPTY;
                }
            }
            for ((codes, key), (place, ..)) in chunk.codes.iter().zip(&self.keys).zip(&wanted.keys)
            {
                if codes[row] >= Key::FIRST_WRONG && !key.is_optional {
                    good = false;
                    let (value, reason) = key.wrong(codes[row]);
                    reject(*place, value, reason);
                }
                inside &= codes[row] != Key::OUTSIDE;
            }
            if !(good && inside) {
                chunk.groups[row] = NOWHERE;
                *(if good { &mut self.outside } else { &mut self.rejected }) += 1;
            }
        }
    }

    /// What was read, its groups in the order of their values.
    fn finish(self) -> Read {
        let Self { job, counter, tree, keys, days, rejects, outside, rejected, .. } = self;
        let of_days = keys.get(job.options.keys.len()).into_iter().flat_map(|key| &key.texts);
        let seen = of_days.zip(days).filter(|(_, seen)| *seen);
        let last_day = seen.filter_map(|(day, _)| day.parse().ok()).max();
        let values = tree.found.iter().map(|places| {
            let text = |(place, key): (&u32, &Key)| key.texts[*place as usize].clone();
            places.iter().zip(&keys).map(text).collect()
        });
        let mut groups: Vec<(Vec<String>, Tally)> = values.zip(counter.finish()).collect();
        groups.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Read { groups, rejects, outside, rejected, last_day }
    }
}

/// What one thread has found.
struct Read {
    groups: Vec<(Vec<String>, Tally)>,
    rejects: Vec<(usize, Reject)>,
    outside: u64,
    rejected: u64,
    last_day: Option<NaiveDate>,
}

/// Some rows of all columns.
struct Chunk {
    /// The rows of the file before them.
    first: u64,
    classes: Vec<Vec<u8>>,
    codes: Vec<Vec<u32>>,
    /// The group of each; beforehand [`NOWHERE`] for one that is left out.
    groups: Vec<u32>,
}

/// The groups by their keys: from the place of a text to the next level of keys, and
/// from the last to the group.
struct Tree {
    /// What follows a text: the root's comes first.
    levels: Vec<Vec<u32>>,
    /// The places of the texts of each group.
    found: Vec<Vec<u32>>,
    /// How many groups there is room for, and how many places of levels.
    most: usize,
    places: usize,
}

impl Tree {
    fn new(most: usize) -> Self {
        Self { levels: vec![Vec::new()], found: Vec::new(), most, places: ROOM / size_of::<u32>() }
    }

    /// Brings the rows of `chunk` to their groups by the first `keys` of its codes.
    fn groups(
        &mut self,
        chunk: &mut Chunk,
        rows: usize,
        keys: usize,
        counter: &mut Counter<'_>,
    ) -> Result<(), Problem> {
        if keys == 0 && self.found.is_empty() {
            self.add(Vec::new(), counter)?;
        }
        for key in 0..keys {
            for row in 0..rows {
                let level = chunk.groups[row];
                if level == NOWHERE {
                    continue;
                }
                let place = chunk.codes[key][row] as usize;
                let known = self.levels[level as usize].get(place).copied().unwrap_or(NOWHERE);
                chunk.groups[row] = if known != NOWHERE {
                    known
                } else if key + 1 < keys {
                    self.levels.push(Vec::new());
                    self.enter(level, place, self.levels.len() - 1)?
                } else {
                    let places = chunk.codes[..keys].iter().map(|codes| codes[row]).collect();
                    let group = self.add(places, counter)?;
                    self.enter(level, place, group)?
                };
            }
        }
        Ok(())
    }

    fn add(&mut self, places: Vec<u32>, counter: &mut Counter<'_>) -> Result<usize, Problem> {
        if self.found.len() == self.most {
            return Err(Problem::TooManyGroups { most: self.most });
        }
        counter.add_group();
        self.found.push(places);
        Ok(self.found.len() - 1)
    }

    /// Enters what follows the text at `place` of a level.
    fn enter(&mut self, level: u32, place: usize, next: usize) -> Result<u32, Problem> {
        let level = &mut self.levels[level as usize];
        let more = (place + 1).saturating_sub(level.len());
        self.places =
            self.places.checked_sub(more).ok_or(Problem::TooManyGroups { most: self.most })?;
        level.resize(level.len() + more, NOWHERE);
        let next = u32::try_from(next).map_err(|_| Problem::TooManyGroups { most: self.most })?;
        level[place] = next;
        Ok(next)
    }
}
