//! `hailong import`: responses from a file of another tool into the store.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use surveys::collection_point::CollectionPoint;
use surveys::response::Channel;
use surveys::{Instrument, Language, PointCode, Text};

use super::database::Database;
use super::output::{Format, Listing};
use super::{Done, Failure, block_on, choice, input, noted, output};
use crate::clock::Clock;
use crate::first_points;
use crate::importing::date_order::Shown;
use crate::importing::map::{Map, SHIPPED};
use crate::importing::row::Defaults;
use crate::importing::table::Table;
use crate::importing::{self, Purpose, Reader, Tally, preview};
use crate::staff::audit::Action;
use crate::store::Db;
use crate::store::batches::{Batch, NewBatch};

pub(super) mod rejects;
#[cfg(test)]
mod tests;
mod told;

use rejects::Rejects;
use told::{tell_columns, tell_known};

/// Store the responses of a file of another tool, as one batch
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong import phieu-giay.csv --instrument quick-counter --channel paper --point 22651
  hailong import cau-tra-loi.xlsx --instrument quick-counter --channel online --point 22651 --map google-forms-vi
  hailong import phieu.csv --instrument quick-counter --channel paper --map own.toml --preview 3
  hailong import phieu.csv --instrument quick-counter --channel paper --dry-run --rejects loi.csv

Importing a file twice adds nothing. Good rows are stored; bad ones go to --rejects
with line, column, value and reason, and the exit status is then 1. hailong batch undo
takes an import back as a whole.")]
pub(super) struct Import {
    /// The file (CSV or XLSX): one row per response; - for standard input
    #[arg(value_name = "FILE")]
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
    /// From the file's columns, option texts and dates to ours: google-forms-vi, limesurvey, kobo, odk, or a file (TOML)
    #[arg(long, value_name = "NAME|MAP.toml")]
    map: Option<PathBuf>,
    /// The sheet of a spreadsheet; by default the first
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Check every row and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Import a file again that was imported with another channel, collection point, map or version
    #[arg(long)]
    again: bool,
    /// Show the first rows, each cell with what it would be stored as, and store nothing
    #[arg(long, value_name = "N", conflicts_with_all = ["dry_run", "rejects"])]
    preview: Option<u16>,
    /// The form of the preview
    #[arg(long, value_enum, default_value_t)]
    format: Format,
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

impl Import {
    pub(super) fn run(self, language: Language) -> Done {
        let instrument = choice::instrument(&self.instrument)?;
        let (map, map_name, map_text) = match &self.map {
            Some(path) => read_map(path, instrument)?,
            None => (Map::default(), String::new(), String::new()),
        };
        output::not_over(&self.file, self.rejects.as_deref())?;
        let mut source = open(&self.file)?;
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
            let defaults = Defaults {
                instrument,
                channel: self.channel,
                point: self.point.as_ref(),
                points: &points,
                map: &map,
                now: Clock::System.now(),
                simulated: db.as_ref().is_some_and(Db::is_simulated),
            };
            let new = NewBatch {
                file_name: match &self.sheet {
                    Some(sheet) => {
                        format!("{} [{}]", name_of(&self.file), name_of(Path::new(sheet)))
                    }
                    None => name_of(&self.file),
                },
                sha256: importing::fingerprint(&mut source)
                    .map_err(|e| choice::cannot_read(&self.file, &e))?,
                instrument: instrument.id.to_string(),
                version: instrument.version,
                channel: self.channel.to_string(),
                point: self.point.as_ref().map(ToString::to_string).unwrap_or_default(),
                map: map_name,
                map_text,
                imported_by: String::new(),
            };
            let again = source.try_clone().map_err(|e| choice::cannot_read(&self.file, &e))?;
            let shown = Table::open(again, self.sheet.as_deref())
                .and_then(|table| Shown::by(table, &defaults))
                .map_err(|e| self.failed(e))?;
            source.rewind().map_err(|e| choice::cannot_read(&self.file, &e))?;
            if let Some(db) = db.as_ref().filter(|_| !self.again && !self.only_tries())
                && db.read_otherwise(&new, 0).await?.is_some()
            {
                let again = source.try_clone().map_err(|e| choice::cannot_read(&self.file, &e))?;
                let table = Table::open(again, self.sheet.as_deref());
                let reader = table.and_then(|table| Reader::begin(table, defaults, shown));
                let reader = reader.map_err(|e| self.failed(e))?;
                let known = importing::tried(reader, db).await.map_err(|e| self.failed(e))?.known;
                if let Some(before) = db.read_otherwise(&new, known).await? {
                    return Err(counts_twice(&before));
                }
                source.rewind().map_err(|e| choice::cannot_read(&self.file, &e))?;
            }
            let source = input::bytes_bar(size(&source)).wrap_read(source);
            let table = Table::open(source, self.sheet.as_deref()).map_err(|e| self.failed(e))?;
            let reader = Reader::begin(table, defaults, shown).map_err(|e| self.failed(e))?;
            tell_columns(reader.header(), &defaults, language);
            if let Some(most) = self.preview {
                return self.show(reader, most, language);
            }
            self.take(reader, &new, db.as_ref(), language).await
        })?
    }

    /// Whether nothing is to be stored.
    fn only_tries(&self) -> bool {
        self.dry_run || self.preview.is_some()
    }

    /// The store, unless nothing is to be stored and there is none yet, and the
    /// collection points it knows.
    async fn store(&self) -> Result<(Option<Db>, HashMap<String, CollectionPoint>), Failure> {
        let mut points: HashMap<String, CollectionPoint> =
            first_points::all().into_iter().map(|p| (p.code.to_string(), p)).collect();
        if self.only_tries() && self.database.missing().is_some() {
            return Ok((None, points));
        }
        let db = self.database.clone().open().await?;
        if !self.only_tries() {
            first_points::add(&db, Clock::System.now()).await?;
        }
        points.extend(db.collection_points().await?.into_iter().map(|p| (p.code.to_string(), p)));
        Ok((Some(db), points))
    }

    fn failed(&self, error: importing::Error) -> Failure {
        match error {
            importing::Error::Read(error) => choice::cannot_read(&self.file, &error),
            other => other.text().into(),
        }
    }

    fn show(&self, reader: Reader<'_>, most: u16, language: Language) -> Done {
        let cells = preview::preview(reader, most.into()).map_err(|e| self.failed(e))?;
        let bad = cells.iter().any(|cell| cell.stored.is_none() && !cell.says.vi.is_empty());
        let row = |cell: preview::Cell| {
            let says = json!(cell.says.get(language));
            vec![
                json!(cell.line),
                json!(cell.column),
                json!(cell.cell),
                json!(cell.name),
                json!(cell.stored),
                says,
            ]
        };
        let rows = cells.into_iter().map(row).collect();
        let columns = &["line", "column", "cell", "holds", "stored", "says"];
        Listing { columns, rows }.print(self.format)?;
        Ok(ExitCode::from(u8::from(bad)))
    }

    async fn take(
        &self,
        reader: Reader<'_>,
        new: &NewBatch,
        db: Option<&Db>,
        language: Language,
    ) -> Done {
        let names = reader.header().names();
        let mut rejects = Rejects::begin(self.rejects.as_deref(), &self.file, names, language)?;
        let (into, batch) = match db.filter(|_| !self.dry_run) {
            Some(db) => {
                let event = noted::event(db, &new.point, Action::Import, "").await?;
                let batch = db.begin_batch(new, &event).await?;
                (Purpose::Batch(db, batch), Some(batch))
            }
            None => (Purpose::Check, None),
        };
        let mut import = importing::Import::new(reader, into);
        loop {
            match import.step().await {
                Ok(None) => break,
                Ok(Some(rejected)) => {
                    for row in rejected {
                        rejects.add(&row)?;
                    }
                }
                Err(importing::Error::Store(error)) => {
                    let (Text { vi, en }, Tally { stored, .. }) = (error.text(), import.tally());
                    return Err(Failure::new(
                        format!(
                            "{vi}; đã lưu {stored} phiếu nhưng chưa tính phiếu nào, hãy nhập lại tệp để làm tiếp"
                        ),
                        format!(
                            "{en}; {stored} responses are stored and none counts yet, import the file again to go on"
                        ),
                    ));
                }
                Err(error) => return Err(self.failed(error)),
            }
        }
        rejects.finish()?;
        let tally = import.finish().await.map_err(|e| self.failed(e))?;
        self.say(&tally, batch, language);
        Ok(ExitCode::from(u8::from(tally.rejected > 0)))
    }

    fn say(&self, tally: &Tally, batch: Option<i64>, language: Language) {
        let Tally { stored, known, rejected, .. } = *tally;
        let place = self.rejects.as_ref().filter(|_| rejected > 0);
        let place = place.map_or_else(String::new, |p| format!(" ({})", p.display()));
        match (language, batch) {
            (Language::Vi, None) => {
                tell!(
                    "hailong: {stored} dòng dùng được, {rejected} dòng bị loại{place}; chưa lưu gì"
                );
            }
            (Language::Vi, Some(batch)) => tell!(
                "hailong: đợt nhập {batch}: {stored} phiếu mới, {known} phiếu đã có từ trước, {rejected} dòng bị loại{place}"
            ),
            (Language::En, None) => {
                tell!(
                    "hailong: {stored} usable rows, {rejected} left out{place}; nothing was stored"
                );
            }
            (Language::En, Some(batch)) => tell!(
                "hailong: batch {batch}: {stored} responses are new, {known} were there before, {rejected} rows were left out{place}"
            ),
        }
        if known > 0 && batch.is_some() {
            tell_known(known, language);
        }
    }
}

/// The map `path`, which is the name of a shipped one or a file, and what it is
/// remembered as: a file with the beginning of its SHA-256 and its text.
fn read_map(path: &Path, instrument: &Instrument) -> Result<(Map, String, String), Failure> {
    if let Some(name) = path.to_str()
        && let Some(map) = Map::shipped(name, instrument)
    {
        return Ok((map, name.to_owned(), String::new()));
    }
    if !path.exists() {
        let (path, known) = (path.display(), SHIPPED.map(|(name, _)| name).join(", "));
        return Err(Failure::new(
            format!("Không có bản đồ cột hay tệp nào tên {path}; các bản đồ có sẵn là {known}"),
            format!("there is no map and no file {path}; the shipped maps are {known}"),
        ));
    }
    let text = std::fs::read(path).map_err(|error| choice::cannot_read(path, &error))?;
    let hash = importing::fingerprint(&mut io::Cursor::new(&text))?;
    let text = String::from_utf8_lossy(&text);
    let map = Map::parse(&text, instrument).map_err(|Text { vi, en }| {
        let path = path.display();
        Failure::new(
            format!("Tệp --map {path} có lỗi: {vi}"),
            format!("the map {path} has a mistake: {en}"),
        )
    })?;
    let name = format!("{} (sha256 {})", name_of(path), &hash[..12]);
    Ok((map, name, text.into_owned()))
}

/// That rows of the file count already in the batch `before`, read otherwise.
fn counts_twice(before: &Batch) -> Failure {
    let batch_id = before.batch_id;
    Failure::new(
        format!(
            "Tệp này đã được nhập ở đợt {batch_id} với kênh, điểm khảo sát, bản phiếu hoặc bản đồ cột khác; nhập nữa thì có phiếu được tính hai lần. Hãy rút lại đợt {batch_id} trước, hoặc thêm --again nếu đúng là phiếu khác"
        ),
        format!(
            "this file was imported as batch {batch_id} with another channel, collection point, map or version; some responses would count twice. Undo batch {batch_id} first, or add --again if they are other responses"
        ),
    )
}

/// The last part of a path, for people.
fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    name.replace(char::is_control, " ")
}

fn size(mut source: &File) -> u64 {
    source.seek(io::SeekFrom::End(0)).and_then(|end| source.rewind().map(|()| end)).unwrap_or(0)
}

/// Opens a file that is read more than once. What cannot be (standard input, a pipe)
/// is copied to a file without a name first.
pub(super) fn open(path: &Path) -> Result<File, Failure> {
    let failed = |e: io::Error| choice::cannot_read(path, &e);
    if path != Path::new("-") && std::fs::metadata(path).is_ok_and(|about| about.is_file()) {
        return File::open(path).map_err(failed);
    }
    let mut source: Box<dyn Read> = input::open(path)?;
    let mut copy = tempfile::tempfile().map_err(failed)?;
    io::copy(&mut source, &mut copy).and_then(|_| copy.rewind()).map_err(failed)?;
    Ok(copy)
}
