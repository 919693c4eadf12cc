//! The font of the charts, compiled in, and how wide a text is in it.

use std::sync::{Arc, LazyLock};

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use resvg::usvg::fontdb;

use super::ChartError;

/// The name of the font family in SVG and CSS.
pub const FAMILY: &str = "Be Vietnam Pro";
/// Regular weight (400), TrueType, without hinting.
pub const REGULAR_TTF: &[u8] = include_bytes!("../../fonts/BeVietnamPro-Regular.ttf");
/// Semi-bold weight (600), TrueType, without hinting.
pub const SEMIBOLD_TTF: &[u8] = include_bytes!("../../fonts/BeVietnamPro-SemiBold.ttf");
/// Regular weight (400) for browsers.
pub const REGULAR_WOFF2: &[u8] = include_bytes!("../../fonts/BeVietnamPro-Regular.woff2");
/// Semi-bold weight (600) for browsers.
pub const SEMIBOLD_WOFF2: &[u8] = include_bytes!("../../fonts/BeVietnamPro-SemiBold.woff2");

/// Plotters divides the size it is given by this before it writes `font-size`.
pub(super) const PLOTTERS_SIZE: f64 = 1.24;
/// Ascender minus descender of the font in em. Plotters measures with a font of
/// that height, not of that em.
const HEIGHT_IN_EM: f64 = 1.265;
/// Texts are measured at this many times their size: plotters cuts the result
/// to whole pixels.
const FINENESS: u32 = 16;

static REGISTERED: LazyLock<bool> = LazyLock::new(|| {
    register_font(FAMILY, FontStyle::Normal, REGULAR_TTF).is_ok()
        && register_font(FAMILY, FontStyle::Bold, SEMIBOLD_TTF).is_ok()
});

static DATABASE: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(REGULAR_TTF.to_vec());
    fonts.load_font_data(SEMIBOLD_TTF.to_vec());
    Arc::new(fonts)
});

/// Makes the font known to plotters; cheap after the first time.
pub(super) fn ready() -> Result<(), ChartError> {
    if *REGISTERED { Ok(()) } else { Err(ChartError::Font) }
}

/// The fonts for turning text into pixels: these and no others.
pub(super) fn database() -> Arc<fontdb::Database> {
    Arc::clone(&DATABASE)
}

/// A weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

impl Weight {
    /// The name under which plotters knows this weight.
    pub(super) fn style(self) -> FontStyle {
        match self {
            Self::Regular => FontStyle::Normal,
            Self::SemiBold => FontStyle::Bold,
        }
    }
}

/// The width of `text` in pixels at `px` pixels per em, rounded up.
pub(super) fn width(text: &str, px: i32, weight: Weight) -> Result<i32, ChartError> {
    ready()?;
    let size = f64::from(px) * HEIGHT_IN_EM * f64::from(FINENESS);
    let font = FontDesc::new(FontFamily::Name(FAMILY), size, weight.style());
    let (wide, _) = font.box_size(text).map_err(|_| ChartError::Font)?;
    Ok(i32::try_from(wide.div_ceil(FINENESS)).unwrap_or(i32::MAX))
}

/// `text` in at most `most` lines of at most `room` pixels. Lines end between
/// words; a word longer than a line is cut; what does not fit ends in `…`.
pub(super) fn wrap(
    text: &str,
    px: i32,
    weight: Weight,
    room: i32,
    most: usize,
) -> Result<Vec<String>, ChartError> {
    let fits = |line: &str| Ok(width(line, px, weight)? <= room);
    let mut lines = Vec::new();
    let mut rest = text.trim_matches(' ');
    while !rest.is_empty() {
        let head = head_that_fits(rest, "", &fits)?;
        if head.len() < rest.len() && lines.len() + 1 >= most {
            lines.push(shorten(rest, &fits)?);
            break;
        }
        let line = whole_words(head, rest);
        lines.push(line.trim_end_matches(' ').to_owned());
        rest = rest[line.len()..].trim_start_matches(' ');
    }
    Ok(lines)
}

/// `head` without a word that goes on after it in `rest`, unless it is one word.
fn whole_words<'a>(head: &'a str, rest: &str) -> &'a str {
    let ends_a_word = head.len() == rest.len() || rest[head.len()..].starts_with(' ');
    match head.rfind(' ') {
        Some(space) if !ends_a_word => &head[..space],
        _ => head,
    }
}

/// `text` on one line of at most `room` pixels, ending in `…` where it was cut.
pub(super) fn one_line(
    text: &str,
    px: i32,
    weight: Weight,
    room: i32,
) -> Result<String, ChartError> {
    Ok(wrap(text, px, weight, room, 1)?.pop().unwrap_or_default())
}

fn shorten(
    text: &str,
    fits: &impl Fn(&str) -> Result<bool, ChartError>,
) -> Result<String, ChartError> {
    let head = head_that_fits(text, "…", fits)?;
    Ok(format!("{}…", head.trim_end_matches([' ', ',', '.', ';', '–'])))
}

/// The longest beginning of `text`, at least one character, that fits with
/// `tail` behind it. Halves the range, since labels may be very long.
fn head_that_fits<'a>(
    text: &'a str,
    tail: &str,
    fits: &impl Fn(&str) -> Result<bool, ChartError>,
) -> Result<&'a str, ChartError> {
    let ends: Vec<usize> = text.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    let (mut low, mut high) = (1, ends.len());
    while low < high {
        let middle = (low + high).div_ceil(2);
        let end = ends.get(middle - 1).copied().unwrap_or(text.len());
        if fits(&format!("{}{tail}", &text[..end]))? {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(&text[..ends.get(low - 1).copied().unwrap_or(text.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_have_every_letter_of_vietnamese_and_the_signs_we_print() {
        let signs = "ơƠưƯđĐăĂâÂêÊôÔ₫≥≤>=–—…%+−±«»“”‘’•×°".chars();
        let needed: Vec<char> = (' '..='~').chain('\u{1ea0}'..='\u{1ef9}').chain(signs).collect();
        for file in [REGULAR_TTF, SEMIBOLD_TTF] {
            let face = ttf_parser::Face::parse(file, 0).expect("the font reads");
            let missing: String =
                needed.iter().filter(|c| face.glyph_index(**c).is_none()).collect();
            assert_eq!(missing, "");
        }
    }

    #[test]
    fn the_weights_are_one_family_and_can_be_told_apart() {
        let fonts = database();
        let found: Vec<_> =
            fonts.faces().map(|face| (face.families[0].0.as_str(), face.weight.0)).collect();
        assert_eq!(found, [(FAMILY, 400), (FAMILY, 600)]);
    }

    #[test]
    fn the_browser_files_are_small_and_of_the_right_kind() {
        for file in [REGULAR_WOFF2, SEMIBOLD_WOFF2] {
            assert!(file.starts_with(b"wOF2"));
            assert!(file.len() < 20_000, "{}", file.len());
        }
    }

    #[test]
    fn a_text_is_as_wide_as_its_advances() {
        // 1 = 385, 0 = 676 units of 1000, from the font's own table.
        assert_eq!(width("1010", 100, Weight::Regular).expect("measured"), 213);
        assert_eq!(width("", 16, Weight::Regular).expect("measured"), 0);
        assert!(
            width("Hài lòng", 16, Weight::SemiBold).expect("measured")
                > width("Hài lòng", 16, Weight::Regular).expect("measured")
        );
    }

    #[test]
    fn lines_break_between_words_and_never_exceed_the_room() {
        let text = "Tiếp nhận, xử lý phản ánh, kiến nghị của người dân và tổ chức";
        for room in [40, 90, 200, 400, 2_000] {
            for most in 1..6 {
                let lines = wrap(text, 16, Weight::Regular, room, most).expect("wrapped");
                assert!((1..=most).contains(&lines.len()), "{room} {most} {lines:?}");
                for line in &lines {
                    assert!(width(line, 16, Weight::Regular).expect("measured") <= room);
                }
                let whole = lines.concat().replace(' ', "") == text.replace(' ', "");
                assert!(whole || lines.last().is_some_and(|l| l.ends_with('…')));
            }
        }
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut_not_lost() {
        let lines = wrap(&"ẩ".repeat(200), 16, Weight::Regular, 100, 3).expect("wrapped");
        assert_eq!(lines.len(), 3);
        assert!(lines[2].ends_with('…'));
        let whole = wrap(&"ẩ".repeat(20), 16, Weight::Regular, 100, 9).expect("wrapped");
        assert_eq!(whole.concat(), "ẩ".repeat(20));
    }

    #[test]
    fn no_text_is_no_line() {
        assert!(wrap("  ", 16, Weight::Regular, 100, 3).expect("wrapped").is_empty());
        assert_eq!(one_line("", 16, Weight::Regular, 100).expect("wrapped"), "");
    }
}
