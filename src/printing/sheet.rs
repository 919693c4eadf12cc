//! The sheet: marks on a page, in millimetres from its upper left corner.

use super::letters::Weight;

/// A colour as red, green and blue.
pub(super) type Colour = [u8; 3];

/// Text.
pub(super) const INK: Colour = [0x1b, 0x1b, 0x1b];
/// Text of second rank; 7:1 on white.
pub(super) const MUTED: Colour = [0x4d, 0x53, 0x58];
/// The colour of the house; dark enough to stay readable on a printer without colours.
pub(super) const MAIN: Colour = [0x0b, 0x4f, 0x5f];
/// Lines that part.
pub(super) const LINE: Colour = [0x9a, 0xa3, 0xa8];

/// A page and what is on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) title: String,
    /// The tag of its language.
    pub(super) tag: &'static str,
    pub(super) marks: Vec<Mark>,
}

/// One mark on a sheet.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// A line of text; `x` is where its anchor is, `y` its base line.
    Line { text: String, x: f32, y: f32, size: f32, weight: Weight, anchor: Anchor, colour: Colour },
    /// A filled shape.
    Filled { outline: Vec<Step>, colour: Colour },
    /// A drawn outline.
    Drawn { outline: Vec<Step>, colour: Colour, thick: f32 },
}

/// Which part of a line of text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A step of an outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    Move(f32, f32),
    Line(f32, f32),
    /// A Bézier curve: two handles and where it ends.
    Curve([(f32, f32); 3]),
    Close,
}

/// How a line of text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Millimetres to the em.
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) colour: Colour,
}

impl Style {
    pub(super) fn regular(size: f32, colour: Colour) -> Self {
        Self { size, weight: Weight::Regular, colour }
    }

    pub(super) fn semibold(size: f32, colour: Colour) -> Self {
        Self { size, weight: Weight::SemiBold, colour }
    }
}

impl Sheet {
    /// An empty page.
    pub(super) fn new(width: f32, height: f32, title: String, tag: &'static str) -> Self {
        Self { width, height, title, tag, marks: Vec::new() }
    }

    /// Writes one line.
    pub(super) fn write(&mut self, text: &str, x: f32, y: f32, style: Style, anchor: Anchor) {
        let Style { size, weight, colour } = style;
        let text = surveys::text::nfc(text);
        self.marks.push(Mark::Line { text, x, y, size, weight, anchor, colour });
    }

    /// Writes `text` in as many lines of at most `room` as it needs, each `leading`
    /// ems below the other; gives the base line after the last.
    pub(super) fn write_wrapped(
        &mut self,
        text: &str,
        (x, mut y): (f32, f32),
        room: f32,
        style: Style,
        anchor: Anchor,
    ) -> f32 {
        let text = surveys::text::nfc(text);
        let lines = match anchor {
            // What stands in the middle looks better in even lines.
            Anchor::Middle => style.weight.wrap_evenly(&text, style.size, room),
            Anchor::Start | Anchor::End => style.weight.wrap(&text, style.size, room),
        };
        for line in lines {
            self.write(&line, x, y, style, anchor);
            y += style.size * LEADING;
        }
        y
    }

    pub(super) fn fill(&mut self, outline: Vec<Step>, colour: Colour) {
        self.marks.push(Mark::Filled { outline, colour });
    }

    pub(super) fn draw(&mut self, outline: Vec<Step>, colour: Colour, thick: f32) {
        self.marks.push(Mark::Drawn { outline, colour, thick });
    }
}

/// From one base line to the next, in em: marks stand above and below the letters.
pub(super) const LEADING: f32 = 1.36;

/// A rectangle.
pub(super) fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Vec<Step> {
    vec![
        Step::Move(x, y),
        Step::Line(x + width, y),
        Step::Line(x + width, y + height),
        Step::Line(x, y + height),
        Step::Close,
    ]
}

/// A rectangle with round corners.
pub(super) fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Vec<Step> {
    // The handle that makes a quarter of a circle of a Bézier curve.
    let handle = radius * 0.447_715;
    let (right, low) = (x + width, y + height);
    vec![
        Step::Move(x + radius, y),
        Step::Line(right - radius, y),
        Step::Curve([(right - handle, y), (right, y + handle), (right, y + radius)]),
        Step::Line(right, low - radius),
        Step::Curve([(right, low - handle), (right - handle, low), (right - radius, low)]),
        Step::Line(x + radius, low),
        Step::Curve([(x + handle, low), (x, low - handle), (x, low - radius)]),
        Step::Line(x, y + radius),
        Step::Curve([(x, y + handle), (x + handle, y), (x + radius, y)]),
        Step::Close,
    ]
}

/// A straight line.
pub(super) fn straight(from: (f32, f32), to: (f32, f32)) -> Vec<Step> {
    vec![Step::Move(from.0, from.1), Step::Line(to.0, to.1)]
}
