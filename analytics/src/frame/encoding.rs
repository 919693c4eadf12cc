//! In which characters a file is written.

use std::io::{self, Cursor, Read};

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1258};
use surveys::text::nfc;

/// The characters a responses file was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// UTF-16 with a byte order mark, low byte first.
    Utf16Le,
    /// UTF-16 with a byte order mark, high byte first.
    Utf16Be,
    /// Some texts are not UTF-8: they were read as Windows-1258 (Vietnamese).
    Windows1258,
}

impl Encoding {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1258 => "Windows-1258",
        }
    }
}

/// How much of a file is looked at to tell how its lines end.
const LOOKED_AT: u64 = 64 * 1024;

/// A source of UTF-8 (or, cell by cell, Windows-1258) made of `source`, the byte
/// order mark taken off, with lines that end in a line feed: old Macintosh files
/// have carriage returns alone. UTF-16 is read whole and turned into UTF-8;
/// `None` when it is broken.
///
/// # Errors
/// When `source` cannot be read.
pub fn opened<'a>(
    mut source: impl Read + 'a,
) -> io::Result<Option<(Box<dyn Read + 'a>, Encoding)>> {
    let mut head = Vec::new();
    source.by_ref().take(LOOKED_AT).read_to_end(&mut head)?;
    let (encoding, wide) = match head[..] {
        [0xFF, 0xFE, ..] => (Encoding::Utf16Le, UTF_16LE),
        [0xFE, 0xFF, ..] => (Encoding::Utf16Be, UTF_16BE),
        _ => {
            if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
                head.drain(..3);
            }
            return Ok(Some((with_line_feeds(head, source), Encoding::Utf8)));
        }
    };
    let mut bytes = head.split_off(2);
    source.read_to_end(&mut bytes)?;
    let text = wide.decode_without_bom_handling_and_without_replacement(&bytes);
    let text = text.map(std::borrow::Cow::into_owned);
    Ok(text.map(|t| (with_line_feeds(t.into_bytes(), io::empty()), encoding)))
}

fn with_line_feeds<'a>(head: Vec<u8>, rest: impl Read + 'a) -> Box<dyn Read + 'a> {
    let macintosh = head.contains(&b'\r') && !head.contains(&b'\n');
    let whole = Cursor::new(head).chain(rest);
    if macintosh { Box::new(LineFeeds(whole)) } else { Box::new(whole) }
}

/// Every carriage return as a line feed.
struct LineFeeds<R>(R);

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(out)?;
        out[..read].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        Ok(read)
    }
}

/// A whole text, as [`opened`] gives it, in UTF-8 or else in Windows-1258; `None` when it
/// is in neither.
pub fn whole_text(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).map_or_else(
        |error| {
            let bytes = error.as_bytes();
            let text = WINDOWS_1258.decode_without_bom_handling_and_without_replacement(bytes);
            text.map(|text| nfc(&text))
        },
        Some,
    )
}

/// The text of a cell in NFC, trimmed, and whether it had to be read as
/// Windows-1258; `None` when it has control characters or is in neither encoding.
pub fn cell_text(bytes: &[u8]) -> Option<(String, bool)> {
    let (text, foreign) = match std::str::from_utf8(bytes) {
        Ok(text) => (text.into(), false),
        Err(_) => (WINDOWS_1258.decode_without_bom_handling_and_without_replacement(bytes)?, true),
    };
    let text = text.trim();
    let usable = !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    usable.then(|| (nfc(text), foreign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_1258_becomes_composed_letters() {
        // "Điểm hẹn" as Vietnamese Excel writes it: combining marks after the vowels.
        let bytes = [0xD0, b'i', 0xEA, 0xD2, b'm', b' ', b'h', b'e', 0xF2, b'n'];
        assert_eq!(cell_text(&bytes), Some(("Điểm hẹn".into(), true)));
        assert_eq!(cell_text("Die\u{302}n".as_bytes()), Some(("Diên".into(), false)));
        assert_eq!(whole_text(bytes.to_vec()).as_deref(), Some("Điểm hẹn"));
        assert_eq!(whole_text(" Điểm\n".into()).as_deref(), Some(" Điểm\n"));
    }

    #[test]
    fn control_characters_are_no_text() {
        assert_eq!(cell_text(b"a\0b"), None);
        assert_eq!(cell_text(b" a "), Some(("a".into(), false)));
    }

    #[test]
    fn old_macintosh_lines_end_and_others_stay_as_they_are() {
        let read = |file: &str| {
            let mut text = String::new();
            let (mut source, _) = opened(file.as_bytes()).unwrap().unwrap();
            source.read_to_string(&mut text).unwrap();
            text
        };
        assert_eq!(read("A1,A2\r5,4\r"), "A1,A2\n5,4\n");
        assert_eq!(read("\u{feff}A1\r5"), "A1\n5");
        assert_eq!(read("A1,\"a\rb\"\r\n"), "A1,\"a\rb\"\r\n");
        assert_eq!(read(""), "");
    }

    #[test]
    fn utf_16_is_told_by_its_mark() {
        let wide = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
            let mut file = mark.to_vec();
            file.extend("xã,A1\n".encode_utf16().flat_map(bytes));
            let (mut source, encoding) = opened(Cursor::new(file)).unwrap().unwrap();
            let mut text = String::new();
            source.read_to_string(&mut text).unwrap();
            assert_eq!(text, "xã,A1\n");
            encoding
        };
        assert_eq!(wide([0xFF, 0xFE], u16::to_le_bytes), Encoding::Utf16Le);
        assert_eq!(wide([0xFE, 0xFF], u16::to_be_bytes), Encoding::Utf16Be);
        // Half a surrogate pair.
        assert!(opened(Cursor::new([0xFF, 0xFE, 0x00, 0xD8])).unwrap().is_none());
    }
}
