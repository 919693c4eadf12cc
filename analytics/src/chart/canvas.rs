//! The plotters drawing area behind every chart: texts on a baseline, lines,
//! dots and areas in whole pixels.

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, RGBColor, TextStyle};

use super::ChartError;
use super::font::{self, Weight};
use super::palette;

/// A point, in pixels from the upper left corner.
pub(super) type Point = (i32, i32);

/// Where a text stands at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Middle,
    Right,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) px: i32,
    pub(super) weight: Weight,
    pub(super) colour: RGBColor,
    pub(super) align: Align,
}

impl Type {
    /// 14 px, the smallest text of any chart.
    pub(super) const SMALL: Self =
        Self { px: 14, weight: Weight::Regular, colour: palette::MUTED, align: Align::Left };
    /// 16 px, for labels and figures.
    pub(super) const LABEL: Self =
        Self { px: 16, weight: Weight::Regular, colour: palette::INK, align: Align::Left };
    /// 20 px, for the message of the chart.
    pub(super) const TITLE: Self =
        Self { px: 20, weight: Weight::SemiBold, colour: palette::INK, align: Align::Left };

    pub(super) const fn bold(self) -> Self {
        Self { weight: Weight::SemiBold, ..self }
    }

    pub(super) const fn middle(self) -> Self {
        Self { align: Align::Middle, ..self }
    }

    pub(super) const fn right(self) -> Self {
        Self { align: Align::Right, ..self }
    }

    pub(super) const fn coloured(self, colour: RGBColor) -> Self {
        Self { colour, ..self }
    }

    /// The distance of two baselines. Stacked Vietnamese marks reach 1.05 em
    /// above the baseline and 0.2 em below: they need 1.3 em.
    pub(super) const fn leading(self) -> i32 {
        self.px + (self.px + 2) / 3
    }

    pub(super) fn width(self, text: &str) -> Result<i32, ChartError> {
        font::width(text, self.px, self.weight)
    }

    pub(super) fn wrap(
        self,
        text: &str,
        room: i32,
        most: usize,
    ) -> Result<Vec<String>, ChartError> {
        font::wrap(text, self.px, self.weight, room, most)
    }

    pub(super) fn one_line(self, text: &str, room: i32) -> Result<String, ChartError> {
        font::one_line(text, self.px, self.weight, room)
    }
}

/// The area that a chart is drawn on. Its height is not known beforehand: the
/// drawing is cut to size when it is done.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

impl<'a> Canvas<'a> {
    /// A canvas that writes SVG elements to `svg`.
    pub(super) fn new(svg: &'a mut String, width: i32) -> Result<Self, ChartError> {
        font::ready()?;
        let size = (width.unsigned_abs(), i32::MAX.unsigned_abs());
        Ok(Self { area: SVGBackend::with_string(svg, size).into_drawing_area() })
    }

    /// Ends the drawing.
    pub(super) fn finish(self) -> Result<(), ChartError> {
        self.area.present().map_err(|e| ChartError::Draw(e.to_string()))
    }

    fn put<E>(&self, element: &E) -> Result<(), ChartError>
    where
        for<'b> &'b E: PointCollection<'b, Point>,
        E: Drawable<SVGBackend<'a>>,
    {
        self.area.draw(element).map_err(|e| ChartError::Draw(e.to_string()))
    }

    /// `text` with its baseline at `at`. The vertical anchor "top" is what
    /// [`super::drawing`] takes for the baseline.
    pub(super) fn text(&self, at: Point, text: &str, set: Type) -> Result<(), ChartError> {
        if text.is_empty() {
            return Ok(());
        }
        let size = f64::from(set.px) * font::PLOTTERS_SIZE;
        let face = FontDesc::new(FontFamily::Name(font::FAMILY), size, set.weight.style());
        let across = match set.align {
            Align::Left => HPos::Left,
            Align::Middle => HPos::Center,
            Align::Right => HPos::Right,
        };
        let style = TextStyle::from(face).color(&set.colour).pos(Pos::new(across, VPos::Top));
        self.put(&Text::new(text.to_owned(), at, style))
    }

    /// Lines of text, the first with its baseline at `at`; gives the baseline
    /// that a next line would have.
    pub(super) fn lines(&self, at: Point, lines: &[String], set: Type) -> Result<i32, ChartError> {
        let mut y = at.1;
        for line in lines {
            self.text((at.0, y), line, set)?;
            y += set.leading();
        }
        Ok(y)
    }

    /// A line through `points`.
    pub(super) fn path(
        &self,
        points: &[Point],
        colour: RGBColor,
        width: u32,
    ) -> Result<(), ChartError> {
        self.put(&PathElement::new(points.to_vec(), colour.stroke_width(width)))
    }

    /// A straight line, along an axis, of 6 px dashes and 4 px gaps.
    pub(super) fn dashes(
        &self,
        from: Point,
        to: Point,
        colour: RGBColor,
        width: u32,
    ) -> Result<(), ChartError> {
        const DASH: i32 = 6;
        const STEP: i32 = 10;
        let along = |start: i32, end: i32| {
            let (start, end) = (start.min(end), start.max(end));
            (0..=(end - start) / STEP)
                .map(move |i| (start + STEP * i, (start + STEP * i + DASH).min(end)))
                .filter(|(a, b)| a < b)
        };
        if from.1 == to.1 {
            for (a, b) in along(from.0, to.0) {
                self.path(&[(a, from.1), (b, from.1)], colour, width)?;
            }
        } else {
            for (a, b) in along(from.1, to.1) {
                self.path(&[(from.0, a), (from.0, b)], colour, width)?;
            }
        }
        Ok(())
    }

    /// A filled circle.
    pub(super) fn dot(&self, at: Point, radius: i32, colour: RGBColor) -> Result<(), ChartError> {
        self.put(&Circle::new(at, radius, colour.filled()))
    }

    /// A circle with an empty middle.
    pub(super) fn ring(&self, at: Point, radius: i32, colour: RGBColor) -> Result<(), ChartError> {
        self.put(&Circle::new(at, radius, colour.stroke_width(2)))
    }

    /// A filled rectangle from one corner to the other.
    pub(super) fn area(&self, from: Point, to: Point, colour: RGBColor) -> Result<(), ChartError> {
        self.put(&Rectangle::new([from, to], colour.filled()))
    }

    /// Diagonal lines that fill a rectangle: nothing to see here.
    pub(super) fn hatch(&self, from: Point, to: Point, colour: RGBColor) -> Result<(), ChartError> {
        const STEP: i32 = 8;
        let (wide, high) = (to.0 - from.0, to.1 - from.1);
        let mut offset = STEP / 2;
        while offset < wide + high {
            let start = (from.0 + (offset - high).max(0), from.1 + offset.min(high));
            let end = (from.0 + offset.min(wide), from.1 + (offset - wide).max(0));
            self.path(&[start, end], colour, 1)?;
            offset += STEP;
        }
        Ok(())
    }
}

/// `text` as it can be drawn: NFC, one line, without control and direction
/// characters (which XML forbids or which would let a label disguise itself),
/// and of bounded length.
pub(super) fn clean(text: &str) -> String {
    const MOST: usize = 600;
    let mut out = String::with_capacity(text.len().min(4 * MOST));
    for c in surveys::text::nfc(text).chars().take(MOST) {
        let dropped = matches!(
            c,
            '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fffe}'
                | '\u{ffff}'
        );
        if dropped {
            continue;
        }
        let blank = c.is_control() || (c.is_whitespace() && c != '\u{a0}');
        if !blank {
            out.push(c);
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A count as pixels or a number of steps.
pub(super) fn int(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_lose_what_xml_cannot_carry_and_nothing_else() {
        assert_eq!(clean("a\u{0}b\u{1b}[31m\u{202e}c\u{ffff}"), "a b [31mc");
        assert_eq!(clean("  92,1\u{a0}%\n\t x  "), "92,1\u{a0}% x");
        assert_eq!(clean("Hoa\u{300}"), "Hoà");
        assert_eq!(clean(&"x".repeat(10_000)).len(), 600);
    }

    #[test]
    fn dashes_stay_between_their_ends() {
        let mut svg = String::new();
        let canvas = Canvas::new(&mut svg, 100).expect("canvas");
        canvas.dashes((5, 20), (5, 3), palette::TARGET, 2).expect("drawn");
        canvas.dashes((7, 7), (7, 7), palette::TARGET, 2).expect("drawn");
        canvas.finish().expect("finished");
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert!(svg.contains("5,3 5,9") && svg.contains("5,13 5,19"), "{svg}");
    }
}
