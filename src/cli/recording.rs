//! `hailong recording`: items read aloud by the centre, until staff can add them on a page.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use surveys::{InstrumentId, ItemCode, Language, catalog};

use super::database::{Database, List};
use super::output::Listing;
use super::{Done, Failure, block_on, language};
use crate::clock::Clock;
use crate::store::recordings::{Recorded, Spoken};

/// The largest recording, in bytes.
const MAX_BYTES: usize = 60 * 1024;

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
    /// The language it is read in: vi or en
    #[arg(long, value_name = "TAG", default_value = "vi", value_parser = language)]
    spoken: Language,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong recording add A1 cau-1.mp3               at most 60 KB: MP3, Ogg or WAV")]
pub(super) struct Add {
    #[command(flatten)]
    which: Which,
    /// The sound: MP3, Ogg or WAV of at most 60 KB
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
    /// The item, which must be asked of citizens.
    fn spoken(self) -> Result<Spoken, Failure> {
        let Self { item, instrument, spoken } = self;
        let asked = catalog::instrument(instrument.as_str(), None)
            .is_some_and(|i| i.asked().any(|asked| asked.code == item));
        if asked {
            return Ok(Spoken { instrument, item, language: spoken });
        }
        Err(Failure::new(
            format!("Phiếu {instrument} không hỏi câu {item}; xem hailong instrument show"),
            format!("the instrument {instrument} asks no item {item}; see hailong instrument show"),
        ))
    }
}

/// The media type of what begins with `sound`, told by its first bytes.
fn media_type(sound: &[u8]) -> Option<&'static str> {
    match sound {
        [b'O', b'g', b'g', b'S', ..] => Some("audio/ogg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some("audio/wav"),
        // A tag, or the eleven set bits of a frame of MPEG audio that is of layer III.
        [b'I', b'D', b'3', ..] => Some("audio/mpeg"),
        [0xFF, second, ..] if second & 0xE6 == 0xE2 => Some("audio/mpeg"),
        _ => None,
    }
}

impl Add {
    async fn run(self) -> Done {
        let spoken = self.which.spoken()?;
        let path = self.file.display().to_string();
        let sound = std::fs::read(&self.file).map_err(|error| {
            Failure::new(
                format!("Không đọc được tệp {path}: {error}"),
                format!("cannot read the file {path}: {error}"),
            )
        })?;
        if sound.len() > MAX_BYTES {
            return Err(Failure::new(
                format!("{path} lớn hơn 60 KB; hãy lưu lại ngắn hơn hoặc nén nhiều hơn"),
                format!("{path} is larger than 60 KB; make it shorter or compress it more"),
            ));
        }
        let media_type = media_type(&sound).ok_or_else(|| {
            Failure::new(
                format!("{path} không phải là tệp âm thanh MP3, Ogg hay WAV"),
                format!("{path} is not a sound file of MP3, Ogg or WAV"),
            )
        })?;
        let db = self.database.open_existing().await?;
        db.add_recording(&spoken, media_type, &sound, Clock::System.now()).await?;
        tell!("{} {} ({media_type}, {} bytes)", spoken.item, spoken.language, sound.len());
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(asked: List) -> Done {
    let recordings = asked.database.open_existing().await?.recordings().await?;
    let row = |r: &Recorded| {
        vec![
            json!(r.instrument),
            json!(r.item),
            json!(r.language),
            json!(r.media_type),
            json!(r.bytes),
        ]
    };
    let columns = &["instrument", "item", "language", "media_type", "bytes"];
    Listing { columns, rows: recordings.iter().map(row).collect() }.print(asked.format)?;
    Ok(ExitCode::SUCCESS)
}

impl Remove {
    async fn run(self) -> Done {
        let spoken = self.which.spoken()?;
        if self.database.open_existing().await?.remove_recording(&spoken).await? {
            return Ok(ExitCode::SUCCESS);
        }
        Err(Failure::new(
            format!("Câu {} chưa có bản ghi âm tiếng này", spoken.item),
            format!("the item {} has no recording in this language", spoken.item),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_are_told_by_their_first_bytes_and_nothing_else_is_one() {
        assert_eq!(media_type(b"OggS\0"), Some("audio/ogg"));
        assert_eq!(media_type(b"RIFF\x24\0\0\0WAVEfmt "), Some("audio/wav"));
        assert_eq!(media_type(b"ID3\x04"), Some("audio/mpeg"));
        assert_eq!(media_type(&[0xFF, 0xFB, 0x90]), Some("audio/mpeg"));
        for other in [&b"<html>"[..], b"RIFF\0\0\0\0AVI ", &[0xFF, 0xD8, 0xFF], b"", &[0xFF, 0xF1]]
        {
            assert_eq!(media_type(other), None, "{other:?}");
        }
    }
}
