//! A recording before it is kept: is it sound, is it small enough, is its item asked?

mod mp4;

use surveys::{InstrumentId, ItemCode, Text, catalog};

/// The largest recording, in bytes: every tablet keeps all of them, and fetches them on the
/// network it has. At 24 kbit/s it is 20 seconds.
pub const MAX_BYTES: usize = 60 * 1024;

/// A file that is no recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSound {
    /// It is too large.
    #[error("a recording has at most {} KB; make it shorter or compress it more", MAX_BYTES / 1024)]
    TooLarge,
    /// It is no sound of the kinds that are taken.
    #[error("this is not a sound file of MP3, M4A (AAC), Ogg or WAV; record it as one of these")]
    NoSound,
}

impl BadSound {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::TooLarge => format!(
                "Bản ghi âm nặng nhiều nhất {} KB; hãy lưu lại ngắn hơn hoặc nén nhiều hơn",
                MAX_BYTES / 1024
            ),
            Self::NoSound => {
                "Tệp này không phải là tệp âm thanh MP3, M4A (AAC), Ogg hay WAV; hãy ghi lại bằng một trong các dạng đó"
                    .to_owned()
            },
        };
        Text::new(vi, self.to_string())
    }
}

/// The media type of `sound`, told by its first bytes.
///
/// # Errors
/// [`BadSound`].
pub fn media_type(sound: &[u8]) -> Result<&'static str, BadSound> {
    if sound.len() > MAX_BYTES {
        return Err(BadSound::TooLarge);
    }
    match sound {
        [b'O', b'g', b'g', b'S', ..] => Ok("audio/ogg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Ok("audio/wav"),
        // A tag, or the eleven set bits of a frame of MPEG audio that is of layer III.
        [b'I', b'D', b'3', ..] => Ok("audio/mpeg"),
        [0xFF, second, ..] if second & 0xE6 == 0xE2 => Ok("audio/mpeg"),
        [0xFF, ..] if mp4::is_stream(sound) => Ok("audio/aac"),
        _ if mp4::is_aac(sound) => Ok("audio/mp4"),
        _ => Err(BadSound::NoSound),
    }
}

/// Whether `instrument` in its newest version asks citizens `item`.
pub fn is_asked(instrument: &InstrumentId, item: &ItemCode) -> bool {
    catalog::instrument(instrument.as_str(), None)
        .is_some_and(|i| i.asked().any(|asked| asked.code == *item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_are_told_by_their_first_bytes_and_nothing_else_is_one() {
        assert_eq!(media_type(b"OggS\0"), Ok("audio/ogg"));
        assert_eq!(media_type(b"RIFF\x24\0\0\0WAVEfmt "), Ok("audio/wav"));
        assert_eq!(media_type(b"ID3\x04"), Ok("audio/mpeg"));
        assert_eq!(media_type(&[0xFF, 0xFB, 0x90]), Ok("audio/mpeg"));
        for other in [&b"<html>"[..], b"RIFF\0\0\0\0AVI ", &[0xFF, 0xD8, 0xFF], b"", &[0xFF, 0xF1]]
        {
            assert_eq!(media_type(other), Err(BadSound::NoSound), "{other:?}");
        }
    }

    #[test]
    fn a_recording_of_exactly_the_largest_size_is_taken() {
        let mut sound = b"OggS".to_vec();
        sound.resize(MAX_BYTES, 0);
        assert_eq!(media_type(&sound), Ok("audio/ogg"));
        sound.push(0);
        assert_eq!(media_type(&sound), Err(BadSound::TooLarge));
    }

    #[test]
    fn only_what_citizens_are_asked_is_read_aloud() {
        let quick = InstrumentId::parse("quick-counter").unwrap();
        assert!(is_asked(&quick, &ItemCode::parse("A1").unwrap()));
        assert!(!is_asked(&quick, &ItemCode::parse("Z9").unwrap()));
    }
}
