//! The colours of the charts and how they contrast.
//!
//! Marks that carry data reach at least 3:1 on white, texts 4.5:1 (WCAG 2.2,
//! success criteria 1.4.11 and 1.4.3). Orange and sky blue of the usual
//! colour-blind-safe sets do not, and are not used.

use plotters::style::RGBColor;

/// The estimate itself.
pub(super) const DOT: RGBColor = RGBColor(0x00, 0x72, 0xB2);
/// Its interval.
pub(super) const INTERVAL: RGBColor = RGBColor(0x59, 0x59, 0x59);
/// The target.
pub(super) const TARGET: RGBColor = RGBColor(0x1B, 0x1B, 0x1B);
/// A target that is not met.
pub(super) const NOT_MET: RGBColor = RGBColor(0xB8, 0x1F, 0x33);
/// Text.
pub(super) const INK: RGBColor = RGBColor(0x1B, 0x1B, 0x1B);
/// Text that stands back.
pub(super) const MUTED: RGBColor = RGBColor(0x59, 0x59, 0x59);
/// Rules and grid: they help the eye and carry nothing.
pub(super) const GRID: RGBColor = RGBColor(0xE0, 0xE0, 0xE0);
/// The paper.
pub(super) const PAPER: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
/// Text on light cells.
pub(super) const BLACK: RGBColor = RGBColor(0x00, 0x00, 0x00);

/// Five classes of cividis, from low to high. Neighbours differ by less than
/// 2:1, which is why every cell also has its number.
pub(super) const CLASSES: [RGBColor; 5] = [
    RGBColor(0x00, 0x22, 0x4E),
    RGBColor(0x43, 0x4E, 0x6C),
    RGBColor(0x7D, 0x7C, 0x78),
    RGBColor(0xBC, 0xAF, 0x6F),
    RGBColor(0xFE, 0xE8, 0x38),
];

/// The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, definitions of
/// contrast ratio and relative luminance).
pub(super) fn contrast(a: RGBColor, b: RGBColor) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(RGBColor(r, g, b): RGBColor) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// Black or white, whichever is read better on `ground`.
pub(super) fn text_on(ground: RGBColor) -> RGBColor {
    if contrast(PAPER, ground) > contrast(BLACK, ground) { PAPER } else { BLACK }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_stands_out_from_the_paper() {
        for mark in [DOT, INTERVAL, TARGET, NOT_MET, INK, MUTED] {
            assert!(contrast(mark, PAPER) >= 4.5, "{mark:?}");
        }
        assert!((contrast(BLACK, PAPER) - 21.0).abs() < 1e-9);
        assert!((contrast(DOT, PAPER) - 5.19).abs() < 0.005);
    }

    #[test]
    fn numbers_are_readable_on_every_class() {
        for class in CLASSES {
            assert!(contrast(text_on(class), class) >= 5.0, "{class:?}");
        }
    }
}
