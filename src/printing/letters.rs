//! The letters of printed sheets: the two weights of the font, how wide a text
//! is in them, and where a line ends.

use std::sync::LazyLock;

use analytics::chart::{REGULAR_TTF, REGULAR_WOFF2, SEMIBOLD_TTF, SEMIBOLD_WOFF2};
use ttf_parser::{Face, GlyphId};

/// A weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

static REGULAR: LazyLock<Face<'static>> = LazyLock::new(|| face(REGULAR_TTF));
static SEMIBOLD: LazyLock<Face<'static>> = LazyLock::new(|| face(SEMIBOLD_TTF));

fn face(file: &'static [u8]) -> Face<'static> {
    Face::parse(file, 0).expect("the font that is compiled in reads; a test reads it")
}

impl Weight {
    pub(super) const ALL: [Self; 2] = [Self::Regular, Self::SemiBold];

    /// The font's tables.
    pub(super) fn face(self) -> &'static Face<'static> {
        match self {
            Self::Regular => &REGULAR,
            Self::SemiBold => &SEMIBOLD,
        }
    }

    /// The font as a TrueType file.
    pub(super) fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR_TTF,
            Self::SemiBold => SEMIBOLD_TTF,
        }
    }

    /// The font as browsers take it.
    pub(super) fn web_file(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR_WOFF2,
            Self::SemiBold => SEMIBOLD_WOFF2,
        }
    }

    /// The weight as CSS says it.
    pub(super) fn number(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::SemiBold => 600,
        }
    }

    /// Whether the font has the letter `c`.
    pub(super) fn has(self, c: char) -> bool {
        self.face().glyph_index(c).is_some()
    }

    /// The glyph of `c`; the box of a missing one where the font has none.
    pub(super) fn glyph(self, c: char) -> GlyphId {
        self.face().glyph_index(c).unwrap_or(GlyphId(0))
    }

    /// How far `glyph` moves the pen, in em.
    pub(super) fn advance(self, glyph: GlyphId) -> f32 {
        let face = self.face();
        f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) / f32::from(face.units_per_em())
    }

    /// The width of `text` at `size`, in the unit of `size`. Letters are not kerned.
    pub(super) fn width(self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(self.glyph(c))).sum::<f32>() * size
    }

    /// The largest size up to `most` at which `text` is at most `room` wide.
    pub(super) fn fitting(self, text: &str, most: f32, room: f32) -> f32 {
        most.min(room / self.width(text, 1.0).max(f32::EPSILON))
    }

    /// `text` in lines of at most `room`, broken between words. A word longer than
    /// a line is cut, never lost.
    pub(super) fn wrap(self, text: &str, size: f32, room: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer, size) <= room {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                line.push(c);
                if self.width(&line, size) > room && line.chars().nth(1).is_some() {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, c.to_string()));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// The same, with the last line as full as it can be: in a short label the last
    /// words belong together ("hài lòng", "ý kiến").
    pub(super) fn wrap_upwards(self, text: &str, size: f32, room: f32) -> Vec<String> {
        let backwards = |text: &str| text.split(' ').rev().collect::<Vec<_>>().join(" ");
        let lines = self.wrap(&backwards(text), size, room);
        lines.iter().rev().map(|line| backwards(line)).collect()
    }

    /// The same number of lines as [`Weight::wrap`] gives, as even as they can be.
    pub(super) fn wrap_evenly(self, text: &str, size: f32, room: f32) -> Vec<String> {
        let lines = self.wrap(text, size, room);
        if lines.len() == 1 {
            return lines;
        }
        let widest = text.split(' ').map(|word| self.width(word, size)).fold(0.0, f32::max);
        let (mut narrow, mut wide) = (widest.min(room), room);
        // A third of a millimetre is less than anybody sees.
        while wide - narrow > 0.3 {
            let middle = f32::midpoint(narrow, wide);
            if self.wrap(text, size, middle).len() == lines.len() {
                wide = middle;
            } else {
                narrow = middle;
            }
        }
        self.wrap(text, size, wide)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_wide_as_its_advances() {
        // 1 = 385, 0 = 676 units of 1000, from the font's own table.
        assert!((Weight::Regular.width("10", 100.0) - 106.1).abs() < 0.01);
        let widths = Weight::ALL.map(|weight| weight.width("Hài lòng", 10.0));
        assert!(widths[0] < widths[1]);
    }

    #[test]
    fn lines_break_between_words_and_lose_nothing() {
        let text = "Ông/bà hài lòng thế nào về nơi tiếp nhận hồ sơ?";
        for room in [3.0, 12.0, 30.0, 500.0] {
            let lines = Weight::Regular.wrap(text, 5.0, room);
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
            for line in &lines {
                let one = line.chars().count() == 1;
                assert!(one || Weight::Regular.width(line, 5.0) <= room, "{line}");
            }
        }
        assert!(Weight::Regular.wrap("  ", 5.0, 30.0).is_empty());
    }

    #[test]
    fn even_lines_are_no_more_and_no_wider() {
        let even = |text, room| Weight::Regular.wrap_evenly(text, 4.94, room);
        assert_eq!(even("Không hài lòng", 28.0), ["Không", "hài lòng"]);
        assert_eq!(even("Hài lòng", 28.0), ["Hài lòng"]);
        assert_eq!(even("Chỉ dẫn", 3.0), Weight::Regular.wrap("Chỉ dẫn", 4.94, 3.0));
    }

    #[test]
    fn labels_keep_their_last_words_together() {
        let label = |text| Weight::Regular.wrap_upwards(text, 4.94, 27.0);
        assert_eq!(label("Rất không hài lòng"), ["Rất không", "hài lòng"]);
        assert_eq!(label("Rất hài lòng"), ["Rất", "hài lòng"]);
        assert_eq!(label("Hài lòng"), ["Hài lòng"]);
    }

    #[test]
    fn a_size_fits_its_room_and_is_never_more_than_asked() {
        let text = "hailong.example.vn/s/22651";
        let size = Weight::SemiBold.fitting(text, 11.0, 60.0);
        assert!((Weight::SemiBold.width(text, size) - 60.0).abs() < 0.01);
        assert!((Weight::SemiBold.fitting(text, 11.0, 1e6) - 11.0).abs() < 1e-6);
        assert!((Weight::SemiBold.fitting("", 11.0, 60.0) - 11.0).abs() < 1e-6);
    }
}
