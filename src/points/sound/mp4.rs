//! What phones record: AAC in a file of MPEG-4 (ISO 14496-12), which is boxes in boxes.

/// A box: its kind and what is in it.
type Part<'a> = (&'a [u8], &'a [u8]);

/// The boxes of `bytes`, up to the first that is none.
fn boxes(bytes: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (head, after) = rest.split_at_checked(8)?;
        let (length, kind) = head.split_at(4);
        let (content, next) = match u32::from_be_bytes(length.try_into().ok()?) {
            // To the end, and with a length of 64 bits.
            0 => (after, &[][..]),
            1 => {
                let (long, after) = after.split_at_checked(8)?;
                let long = u64::from_be_bytes(long.try_into().ok()?).checked_sub(16)?;
                after.split_at_checked(usize::try_from(long).ok()?)?
            }
            length => after.split_at_checked(usize::try_from(length).ok()?.checked_sub(8)?)?,
        };
        rest = next;
        Some((kind, content))
    })
}

/// What is in the first box `path` leads to.
fn within<'a>(bytes: &'a [u8], path: &[&[u8]]) -> Option<&'a [u8]> {
    path.iter().try_fold(bytes, |bytes, kind| {
        boxes(bytes).find(|(of, _)| of == kind).map(|(_, content)| content)
    })
}

/// Whether `file` is sound alone, and that as AAC.
pub(super) fn is_aac(file: &[u8]) -> bool {
    if boxes(file).next().is_none_or(|(kind, _)| kind != b"ftyp") {
        return false;
    }
    let Some(movie) = within(file, &[b"moov"]) else { return false };
    let tracks = boxes(movie).filter(|(kind, _)| *kind == b"trak");
    let media = tracks.filter_map(|(_, track)| within(track, &[b"mdia"]));
    let mut sounds = 0;
    for media in media {
        let handler = within(media, &[b"hdlr"]).and_then(|handler| handler.get(8..12));
        match handler {
            Some(b"soun") => {
                // A version, flags and a count stand before the first entry.
                let entries = within(media, &[b"minf", b"stbl", b"stsd"]);
                let first = entries.and_then(|entries| boxes(entries.get(8..)?).next());
                if first.is_none_or(|(kind, _)| kind != b"mp4a") {
                    return false;
                }
                sounds += 1;
            }
            Some(b"vide") => return false,
            _ => {}
        }
    }
    sounds > 0
}

/// Whether `file` begins with two frames of AAC as a stream has them (ADTS, ISO 13818-7).
pub(super) fn is_stream(file: &[u8]) -> bool {
    let Some(length) = frame(file) else { return false };
    file.get(length..).and_then(frame).is_some()
}

/// The length of the frame at the beginning of `bytes`.
fn frame(bytes: &[u8]) -> Option<usize> {
    let head: [u8; 7] = bytes.get(..7)?.try_into().ok()?;
    // Twelve set bits, of MPEG-4 or MPEG-2, and layer 0; one of thirteen sampling rates.
    let is_head = head[0] == 0xFF && head[1] & 0xF6 == 0xF0 && (head[2] >> 2) & 0x0F < 13;
    let [.., a, b, c, _] = head;
    let length = (usize::from(a & 0x03) << 11) | (usize::from(b) << 3) | (usize::from(c) >> 5);
    (is_head && length > 7).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(kind: &[u8], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap();
        [&length.to_be_bytes(), kind, content].concat()
    }

    fn track(handler: &[u8], entry: &[u8]) -> Vec<u8> {
        let handler = made(b"hdlr", &[&[0; 8], handler, &[0; 13]].concat());
        let entries =
            made(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1], &made(entry, &[0; 28])[..]].concat());
        let inner = made(b"minf", &made(b"stbl", &entries));
        made(
            b"trak",
            &[made(b"tkhd", &[0; 84]), made(b"mdia", &[handler, inner].concat())].concat(),
        )
    }

    fn file(tracks: &[Vec<u8>]) -> Vec<u8> {
        let start = made(b"ftyp", b"M4A \0\0\0\0isom");
        [start, made(b"mdat", &[1; 40]), made(b"moov", &tracks.concat())].concat()
    }

    #[test]
    fn sound_is_told_from_video_and_from_sound_of_other_kinds() {
        let sound = || track(b"soun", b"mp4a");
        assert!(is_aac(&file(&[sound()])));
        assert!(is_aac(&file(&[track(b"meta", b"mett"), sound()])));
        assert!(!is_aac(&file(&[sound(), track(b"vide", b"avc1")])), "a film");
        assert!(!is_aac(&file(&[track(b"soun", b"samr")])), "AMR, which browsers do not play");
        assert!(!is_aac(&file(&[])), "nothing in it");
        assert!(!is_aac(&file(&[sound()])[20..]), "no such file");
    }

    #[test]
    fn a_file_that_is_cut_or_lies_about_its_lengths_is_none_and_ends() {
        let whole = file(&[track(b"soun", b"mp4a")]);
        for end in 0..whole.len() - 1 {
            assert!(!is_aac(&whole[..end]), "{end}");
        }
        for lie in [[0_u8; 4], [0, 0, 0, 1], [0, 0, 0, 7], [0xFF; 4]] {
            let mut lying = whole.clone();
            lying[20..24].copy_from_slice(&lie);
            assert!(!is_aac(&lying), "{lie:?}");
        }
        let long = [&[0, 0, 0, 1], &b"free"[..], &24_u64.to_be_bytes(), &[0; 8]].concat();
        let with_long = [&whole[..20], &long, &whole[20..]].concat();
        assert!(is_aac(&with_long), "a length of 64 bits");
    }

    #[test]
    fn a_stream_is_told_by_two_frames_that_follow_each_other() {
        // MPEG-4 AAC-LC, 16 kHz, one channel, 13 bytes each frame.
        let one = [0xFF, 0xF1, 0x60, 0x40, 0x01, 0xBF, 0xFC, 0, 0xC8, 0, 0x80, 0x23, 0x80];
        assert!(is_stream(&[one, one].concat()));
        assert!(!is_stream(&one), "one alone is chance");
        assert!(!is_stream(&[0xFF, 0xF1]) && !is_stream(&[0xFF, 0xF1, 0, 0, 0, 0, 0]));
    }
}
