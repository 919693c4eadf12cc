//! `hailong import`: responses from a CSV file into the store.
//!
//! A row becomes a [`Submission`](surveys::Submission) and is held against its
//! instrument like one from a phone. Good rows go in, in durable batches; bad
//! ones come back with their reasons.

use std::collections::HashMap;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use analytics::frame::encoding::opened;
use analytics::frame::records::{Next, Records};
use clap::Args;
use sha2::{Digest, Sha256};
use surveys::collection_point::CollectionPoint;
use surveys::response::{Admission, Channel, Fault};
use surveys::{Instrument, Language, PointCode, Response, Text};
use uuid::Uuid;

use super::point::Database;
use super::{Done, Failure, block_on, choice, output, responses_file};
use crate::clock::Clock;
use crate::first_points;
use crate::store::Db;
use crate::store::responses::{MAX_BATCH, NewResponse, Outcome};

mod header;
mod map;
mod rejects;
mod row;
#[cfg(test)]
mod tests;

use header::Header;
use map::Map;
use rejects::Rejects;

/// Store the responses of a CSV file
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong import phieu-giay.csv --instrument quick-counter --channel paper --point 22651
  hailong import google-form.csv --instrument quick-counter --channel online --point 22651 --map google-form.toml
  hailong import phieu.csv --instrument quick-counter --channel paper --dry-run --rejects loi.csv

Importing a file twice adds nothing. Good rows are stored; bad ones go to --rejects
with line, column, value and reason, and the exit status is then 1.")]
pub(super) struct Import {
    /// The file: one row per response, item codes as columns; - for standard input
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// The instrument that was answered
    #[arg(long, value_name = "ID")]
    instrument: String,
    /// How the answers were collected, for rows that do not say: kiosk, qr, online, paper or interview
    #[arg(long, value_parser = channel)]
    channel: Channel,
    /// Where they were collected, for rows that do not say
    #[arg(long, value_name = "CODE")]
    point: Option<PointCode>,
    /// A map (TOML) from the file's columns, option texts and dates to ours
    #[arg(long, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    /// Check every row and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Write bad rows with their reasons to this file
    #[arg(long, value_name = "FILE.csv")]
    rejects: Option<PathBuf>,
    #[command(flatten)]
    database: Database,
}

fn channel(name: &str) -> Result<Channel, String> {
    Channel::named(name)
        .ok_or_else(|| format!("write one of {}", Channel::ALL.map(Channel::name).join(", ")))
}

/// What became of the rows.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    stored: u64,
    known: u64,
}

impl Import {
    pub(super) fn run(self, language: Language) -> Done {
        let instrument = choice::instrument(&self.instrument)?;
        let map = match &self.map {
            Some(path) => Map::read(path, instrument)?,
            None => Map::default(),
        };
        output::not_over(&self.file, self.rejects.as_deref())?;
        let source = responses_file::open(&self.file)?;
        block_on(async {
            let (db, points) = self.store().await?;
            let shipped =
                surveys::catalog::instrument(instrument.id.as_str(), Some(instrument.version));
            if shipped != Some(instrument) {
                let name = &self.instrument;
                return Err(Failure::new(
                    format!("Chỉ nhập được phiếu của mẫu phiếu có sẵn; {name} không thuộc số đó"),
                    format!("only shipped instruments can be imported; {name} is not one of them"),
                ));
            }
            if let Some(point) = self.point.as_ref().filter(|p| !points.contains_key(p.as_str())) {
                return Err(Failure::new(
                    format!("Không có điểm khảo sát {point}; xem hailong point list"),
                    format!("there is no collection point {point}; see hailong point list"),
                ));
            }
            let defaults = row::Defaults {
                instrument,
                channel: self.channel,
                point: self.point.as_ref(),
                points: &points,
                map: &map,
                now: Clock::System.now(),
                simulated: db.as_ref().is_some_and(Db::is_simulated),
            };
            self.take(source, &defaults, db.as_ref(), language).await
        })?
    }

    /// The store, unless nothing is to be stored and there is none yet, and the
    /// collection points it knows.
    async fn store(&self) -> Result<(Option<Db>, HashMap<String, CollectionPoint>), Failure> {
        let mut points: HashMap<String, CollectionPoint> =
            first_points::all().into_iter().map(|p| (p.code.to_string(), p)).collect();
        if self.dry_run && self.database.missing().is_some() {
            return Ok((None, points));
        }
        let db = self.database.clone().open().await?;
        if !self.dry_run {
            first_points::add(&db, Clock::System.now()).await?;
        }
        points.extend(db.collection_points().await?.into_iter().map(|p| (p.code.to_string(), p)));
        Ok((Some(db), points))
    }

    async fn take(
        &self,
        source: Box<dyn Read>,
        defaults: &row::Defaults<'_>,
        db: Option<&Db>,
        language: Language,
    ) -> Done {
        let failed = |e: std::io::Error| choice::cannot_read(&self.file, &e);
        let (source, _) = opened(source).map_err(failed)?.ok_or_else(header::no_text)?;
        let mut records = Records::new(source);
        let header = Header::read(&mut records, defaults, failed)??;
        for name in header.ignored() {
            match language {
                Language::Vi => tell!("hailong: bỏ qua cột `{name}`"),
                Language::En => tell!("hailong: column `{name}` is left aside"),
            }
        }
        let mut rejects =
            Rejects::begin(self.rejects.as_deref(), &self.file, header.names(), language)?;
        let store = db.filter(|_| !self.dry_run);
        let mut seen = Seen::default();
        let mut tally = Tally::default();
        let mut batch: Vec<(rejects::Original, NewResponse)> = Vec::with_capacity(MAX_BATCH);
        loop {
            match records.advance().map_err(failed)? {
                Next::End => break,
                Next::Broken(broken) => rejects.broken(&records, broken)?,
                // Spreadsheets leave rows of nothing but commas behind.
                Next::Record if (0..records.width()).all(|i| records.cell(i).is_empty()) => {}
                Next::Record if records.width() != header.names().len() => {
                    rejects.ragged(&mut records, header.names().len())?;
                }
                Next::Record => match row::read(&records, &header, defaults) {
                    Ok(read) => {
                        let response = seen.identified(read);
                        let new = NewResponse::new(response, Clock::System.salt(), defaults.now);
                        batch.push((rejects::Original::of(&records), new));
                    }
                    Err(faults) => {
                        let placed = row::placed(faults, defaults.instrument);
                        rejects.faulty(&records, &header, &placed)?;
                    }
                },
            }
            if batch.len() == MAX_BATCH {
                keep(store, &mut batch, &mut tally, &mut rejects, &header).await?;
            }
        }
        keep(store, &mut batch, &mut tally, &mut rejects, &header).await?;
        let rejected = rejects.finish()?;
        self.say(&tally, rejected, language);
        Ok(ExitCode::from(u8::from(rejected > 0)))
    }

    fn say(&self, tally: &Tally, rejected: u64, language: Language) {
        let Tally { stored, known } = *tally;
        let place = self.rejects.as_ref().filter(|_| rejected > 0);
        let place = place.map_or_else(String::new, |p| format!(" ({})", p.display()));
        match (language, self.dry_run) {
            (Language::Vi, true) => {
                tell!(
                    "hailong: {stored} dòng dùng được, {rejected} dòng bị loại{place}; chưa lưu gì"
                );
            }
            (Language::Vi, false) => tell!(
                "hailong: {stored} phiếu mới, {known} phiếu đã có từ trước, {rejected} dòng bị loại{place}"
            ),
            (Language::En, true) => {
                tell!(
                    "hailong: {stored} usable rows, {rejected} left out{place}; nothing was stored"
                );
            }
            (Language::En, false) => tell!(
                "hailong: {stored} responses are new, {known} were there before, {rejected} rows were left out{place}"
            ),
        }
    }
}

/// Stores a batch, or only counts it when there is no store.
async fn keep(
    store: Option<&Db>,
    batch: &mut Vec<(rejects::Original, NewResponse)>,
    tally: &mut Tally,
    rejects: &mut Rejects,
    header: &Header,
) -> Result<(), Failure> {
    let (originals, new): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
    let Some(db) = store else {
        tally.stored += new.len() as u64;
        return Ok(());
    };
    let outcomes = db.insert_responses(&new).await.map_err(|error| {
        let (Text { vi, en }, stored) = (error.text(), tally.stored);
        Failure::new(
            format!("{vi}; đã lưu {stored} phiếu, hãy nhập lại tệp để thêm phần còn lại"),
            format!("{en}; {stored} responses are stored, import the file again to add the rest"),
        )
    })?;
    for (original, outcome) in originals.iter().zip(outcomes) {
        match outcome {
            Outcome::Stored(_) => tally.stored += 1,
            Outcome::Same(_) => tally.known += 1,
            Outcome::Conflict => rejects.conflict(original, header)?,
        }
    }
    Ok(())
}

/// The rows without an id that were read before, by what they say.
#[derive(Debug, Default)]
struct Seen(HashMap<[u8; 16], u32>);

impl Seen {
    /// A row with its id: its own, or one made of its content and of how many
    /// rows before it say the same, so that a file read twice gives the same ids.
    fn identified(&mut self, read: row::Row) -> Response {
        let row::Row { mut response, has_id } = read;
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

/// Holds a submission against its instrument.
fn admitted(
    instrument: &Instrument,
    submission: surveys::Submission,
    point: Option<&CollectionPoint>,
    id: Uuid,
    now: i64,
) -> Result<Response, Vec<Fault>> {
    instrument.parse(submission, &Admission { id, point, now })
}
