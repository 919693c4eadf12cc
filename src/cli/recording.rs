//! `hailong recording`: items read aloud, for every point or for one.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use surveys::{InstrumentId, ItemCode, PointCode, catalog};

use super::database::{Database, List};
use super::output::Listing;
use super::point::existing;
use super::printed::words;
use super::{Done, Failure, block_on};
use crate::clock::Clock;
use crate::points::{by_operator, sound};
use crate::staff::audit::{Action, Event, OPERATOR, Outcome};
use crate::store::Db;
use crate::store::recordings::{Recorded, Spoken};

/// Add, list or remove recordings of items read aloud
#[derive(Debug, Subcommand)]
pub(super) enum RecordingCommand {
    /// Add the recording of one item in one language; it takes the place of an earlier one
    Add(Add),
    /// List every recording
    List(List),
    /// Remove the recording of one item in one language
    Remove(Remove),
}

/// Which item, in which language.
#[derive(Debug, Args)]
struct Which {
    /// The item's code
    item: ItemCode,
    /// The instrument
    #[arg(long, default_value = "quick-counter")]
    instrument: InstrumentId,
    /// The language it is read in: vi, en, or a further one that lacks nothing
    #[arg(long, value_name = "TAG", default_value = "vi")]
    spoken: String,
    /// The collection point that alone hears it, with its own instrument [default: every point]
    #[arg(long, value_name = "CODE", conflicts_with = "instrument")]
    point: Option<PointCode>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong recording add A1 cau-1.mp3               at most 60 KB: MP3, M4A (AAC), Ogg or WAV
  hailong recording add A1 cau-1.mp3 --point 22651 for one point only
  hailong recording add A1 cau-1.mp3 --spoken tyz --languages ngon-ngu")]
pub(super) struct Add {
    #[command(flatten)]
    which: Which,
    /// A folder with further languages, as of hailong serve
    #[arg(long, value_name = "DIR")]
    languages: Option<PathBuf>,
    /// The sound: MP3, M4A (AAC), Ogg or WAV of at most 60 KB
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    database: Database,
}

impl RecordingCommand {
    pub(super) fn run(self) -> Done {
        match self {
            Self::Add(add) => block_on(add.run())?,
            Self::List(asked) => block_on(list(asked))?,
            Self::Remove(remove) => block_on(remove.run())?,
        }
    }
}

impl Which {
    /// The item, which must be asked of citizens, and the line of the audit log that says
    /// that `action` was done with it.
    async fn spoken(self, db: &Db, action: Action) -> Result<(Spoken, Event), Failure> {
        let Self { item, instrument, spoken: language, point } = self;
        let (instrument, event) = if let Some(code) = &point {
            let point = existing(db, code).await?;
            let event = by_operator(&point, action);
            (point.instrument, event)
        } else {
            let event = Event::new(Clock::System.now(), OPERATOR, action, Outcome::Done);
            (instrument, event)
        };
        if !sound::is_asked(&instrument, &item) {
            return Err(Failure::new(
                format!("Phiếu {instrument} không hỏi câu {item}; xem hailong instrument show"),
                format!(
                    "the instrument {instrument} asks no item {item}; see hailong instrument show"
                ),
            ));
        }
        let event = event.about(&format!("{instrument} {item} {language}"));
        Ok((Spoken { point, instrument, item, language }, event))
    }
}

impl Add {
    async fn run(self) -> Done {
        let path = self.file.display().to_string();
        let sound = std::fs::read(&self.file).map_err(|error| {
            Failure::new(
                format!("Không đọc được tệp {path}: {error}"),
                format!("cannot read the file {path}: {error}"),
            )
        })?;
        let media_type =
            sound::media_type(&sound).map_err(|bad| Failure::in_file(&self.file, bad.text()))?;
        let db = self.database.open_existing().await?;
        let (spoken, event) = self.which.spoken(&db, Action::AddRecording).await?;
        let asked = catalog::instrument(spoken.instrument.as_str(), None);
        if let Some(instrument) = asked {
            words(self.languages.as_deref(), &spoken.language, instrument)?;
        }
        db.add_recording(&spoken, media_type, &sound, &event).await?;
        tell!("{} {} ({media_type}, {} bytes)", spoken.item, spoken.language, sound.len());
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(asked: List) -> Done {
    let recordings = asked.database.open_existing().await?.recordings().await?;
    let row = |r: &Recorded| {
        vec![
            json!(r.collection_point),
            json!(r.instrument),
            json!(r.item),
            json!(r.language),
            json!(r.media_type),
            json!(r.bytes),
        ]
    };
    let columns = &["collection_point", "instrument", "item", "language", "media_type", "bytes"];
    Listing { columns, rows: recordings.iter().map(row).collect() }.print(asked.format)?;
    Ok(ExitCode::SUCCESS)
}

impl Remove {
    async fn run(self) -> Done {
        let db = self.database.open_existing().await?;
        let (spoken, event) = self.which.spoken(&db, Action::RemoveRecording).await?;
        if db.remove_recording(&spoken, &event).await? {
            return Ok(ExitCode::SUCCESS);
        }
        Err(Failure::new(
            format!("Câu {} chưa có bản ghi âm tiếng này", spoken.item),
            format!("the item {} has no recording in this language", spoken.item),
        ))
    }
}
