//! One thread's reading: row groups, chunk by chunk, into a counter of its own.

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::NaiveDate;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::SchemaDescriptor;
use surveys::instrument::Instrument;

use super::column::{Column, Meaning as _};
use super::error::{ParquetError, Problem};
use super::groups::{Chunk, Tree};
use super::meaning::{Item, Key};
use super::wanted::{Wanted, sources};
use super::{ROOM, open};
use crate::frame::asked_items;
use crate::frame::csv_file::{CsvOptions, CsvResponses, Reason, Reject};
use crate::tally::counter::{Counter, NOWHERE, ROWS};
use crate::tally::{Kept, Tally};

/// How many rows of all columns are read before they are counted.
const CHUNK: usize = 64 * ROWS;

/// What the threads share.
pub(super) struct Job<'a> {
    pub(super) files: &'a [PathBuf],
    pub(super) instrument: &'a Instrument,
    pub(super) options: &'a CsvOptions,
    pub(super) kept: &'a Kept,
    pub(super) pieces: &'a [Piece],
}

/// A row group of a file.
pub(super) struct Piece {
    pub(super) file: usize,
    pub(super) group: usize,
    /// The rows of the file before it.
    pub(super) first: u64,
    pub(super) rows: u64,
    /// Whether a thread reads it or has read it.
    pub(super) taken: AtomicBool,
}

/// What one thread has read.
pub(super) struct Reading<'a> {
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
    pub(super) fn of(job: &'a Job<'a>, start: usize) -> Result<Self, ParquetError> {
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
    pub(super) fn finish(self) -> Read {
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
pub(super) struct Read {
    pub(super) groups: Vec<(Vec<String>, Tally)>,
    pub(super) rejects: Vec<(usize, Reject)>,
    pub(super) outside: u64,
    pub(super) rejected: u64,
    pub(super) last_day: Option<NaiveDate>,
}
