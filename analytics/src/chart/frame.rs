//! What surrounds every chart: the captions above, the key below, the band that
//! says the data is simulated, and the axis.

use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;
use plotters::style::RGBColor;
use surveys::Language;
use surveys::text::percent;

use super::canvas::{Canvas, Point, Type, clean};
use super::palette::{GRID, INK, INTERVAL, PAPER, TARGET};
use super::{Caption, ChartError, Look, Shown, TargetMark, symbol, words};

const BAND: i32 = 32;

/// Draws the band, the message and the lines under it; gives the y at which the
/// chart itself may begin.
pub(super) fn above(
    canvas: &Canvas<'_>,
    look: Look,
    caption: &Caption,
    notes: &[String],
) -> Result<i32, ChartError> {
    let mut y = band(canvas, look, 0)?;
    let (left, room) = (look.margin(), look.width() - 2 * look.margin());
    let title = Type::TITLE.wrap(&clean(&caption.title), room, 4)?;
    y = canvas.lines((left, y + 30), &title, Type::TITLE)? - Type::TITLE.px;
    let notes = notes.iter().map(String::as_str);
    let volunteers = (!look.drawn).then(|| words::volunteers(look.language));
    for text in std::iter::once(caption.subtitle.as_str()).chain(notes).chain(volunteers) {
        let lines = Type::SMALL.wrap(&clean(text), room, 6)?;
        if !lines.is_empty() {
            y = canvas.lines((left, y + 17), &lines, Type::SMALL)? - 16;
        }
    }
    Ok(y + 18)
}

/// The band that says the data is simulated, when it is; gives the y below it.
fn band(canvas: &Canvas<'_>, look: Look, y: i32) -> Result<i32, ChartError> {
    if !look.simulated {
        return Ok(y);
    }
    canvas.area((0, y), (look.width(), y + BAND), INK)?;
    let set = Type::LABEL.bold().coloured(PAPER).middle();
    canvas.text((look.width() / 2, y + 22), words::simulated(look.language), set)?;
    Ok(y + BAND)
}

/// What a sign in the chart means.
pub(super) enum Sign {
    Estimate,
    Interval,
    /// A target that runs up and down.
    Target,
    /// A target that runs from left to right.
    TargetAcross,
    Fill(RGBColor),
    Hatch,
}

impl Sign {
    fn half_width(&self) -> i32 {
        match self {
            Self::Estimate => 6,
            Self::Target => 3,
            Self::TargetAcross => 13,
            Self::Interval | Self::Fill(_) | Self::Hatch => 11,
        }
    }
}

/// Draws the key and the band at the foot; gives the height of the whole chart.
pub(super) fn below(
    canvas: &Canvas<'_>,
    look: Look,
    y: i32,
    key: &[(Sign, String)],
) -> Result<i32, ChartError> {
    const GAP: i32 = 22;
    let right = look.width() - look.margin();
    let (mut x, mut line) = (look.margin(), y + 18);
    for (sign, text) in key {
        let half = sign.half_width();
        let icon = 2 * half + 8;
        let wide = icon + Type::SMALL.width(text)?;
        if x + wide > right && x > look.margin() {
            x = look.margin();
            line += 24;
        }
        draw_sign(canvas, sign, (x + half, line - 5))?;
        canvas.text((x + icon, line), text, Type::SMALL)?;
        x += wide + GAP;
    }
    let foot = if key.is_empty() { y } else { line };
    band(canvas, look, foot + 16)
}

fn draw_sign(canvas: &Canvas<'_>, sign: &Sign, (x, y): Point) -> Result<(), ChartError> {
    let (from, to) = ((x - 11, y - 8), (x + 11, y + 8));
    match sign {
        Sign::Estimate => symbol::estimate(canvas, (x, y)),
        Sign::Interval => whisker(canvas, (x - 11, y), (x + 11, y)),
        Sign::Target => canvas.dashes((x, y - 9), (x, y + 9), TARGET, 2),
        Sign::TargetAcross => canvas.dashes((x - 13, y), (x + 13, y), TARGET, 2),
        Sign::Fill(colour) => canvas.area(from, to, *colour),
        Sign::Hatch => canvas.hatch(from, to, INTERVAL),
    }
}

/// Says, where the chart would be, that there is nothing to draw; gives the y
/// below.
pub(super) fn empty(canvas: &Canvas<'_>, look: Look, y: i32) -> Result<i32, ChartError> {
    let (left, right) = (look.margin(), look.width() - look.margin());
    canvas.path(&[(left, y + 8), (right, y + 8)], GRID, 1)?;
    let room = right - left;
    let lines = Type::LABEL.wrap(words::no_data(look.language), room, 3)?;
    canvas.lines((left, y + 40), &lines, Type::LABEL)
}

/// An interval from one end to the other, along an axis, with a cap at each.
pub(super) fn whisker(canvas: &Canvas<'_>, from: Point, to: Point) -> Result<(), ChartError> {
    const CAP: i32 = 7;
    canvas.path(&[from, to], INTERVAL, 2)?;
    for (x, y) in [from, to] {
        let cap = if from.1 == to.1 {
            [(x, y - CAP), (x, y + CAP)]
        } else {
            [(x - CAP, y), (x + CAP, y)]
        };
        canvas.path(&cap, INTERVAL, 2)?;
    }
    Ok(())
}

/// The axis of rates and where it lies in pixels.
pub(super) struct Axis {
    from: f64,
    at: (i32, i32),
}

impl Axis {
    /// An axis to 100 % between two pixels. It starts at 50 % only when that is
    /// asked for and hides nothing.
    pub(super) fn new<'a>(
        from_half: bool,
        shown: impl IntoIterator<Item = Shown>,
        targets: impl IntoIterator<Item = &'a TargetMark>,
        at: (i32, i32),
    ) -> Self {
        let lowest = shown
            .into_iter()
            .map(Shown::lowest)
            .chain(targets.into_iter().filter(|t| t.is_finite()).map(|t| t.value))
            .fold(1.0, f64::min);
        Self { from: if from_half && lowest >= 0.5 { 0.5 } else { 0.0 }, at }
    }

    pub(super) fn starts_at_half(&self) -> bool {
        self.from > 0.0
    }

    /// The pixel of a rate; rates off the axis are put on its end.
    pub(super) fn pixel(&self, rate: f64) -> i32 {
        RangedCoordf64::from(self.from..1.0).map(&rate.clamp(self.from, 1.0), self.at)
    }

    /// Puts the axis somewhere else.
    pub(super) fn lie_between(&mut self, first: i32, last: i32) {
        self.at = (first, last);
    }

    /// The first and the last pixel.
    pub(super) fn ends(&self) -> (i32, i32) {
        self.at
    }

    /// The rates that get a line and a number.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let (first, step) = if self.starts_at_half() { (5, 1) } else { (0, 2) };
        (first..=10).step_by(step).map(|tenths| f64::from(tenths) / 10.0).collect()
    }

    /// Numbers on a horizontal axis, on one baseline.
    pub(super) fn numbers_across(
        &self,
        canvas: &Canvas<'_>,
        baseline: i32,
        language: Language,
    ) -> Result<(), ChartError> {
        for tick in self.ticks() {
            let text = percent(tick, 0, language);
            canvas.text((self.pixel(tick), baseline), &text, Type::SMALL.middle())?;
        }
        Ok(())
    }

    /// Grid lines of a horizontal axis between two heights.
    pub(super) fn grid_across(
        &self,
        canvas: &Canvas<'_>,
        (top, bottom): (i32, i32),
    ) -> Result<(), ChartError> {
        for tick in self.ticks() {
            canvas.path(&[(self.pixel(tick), top), (self.pixel(tick), bottom)], GRID, 1)?;
        }
        Ok(())
    }
}

/// The key that charts with an interval share; `sign` is the sign of the `targets`.
pub(super) fn key<'t>(
    language: Language,
    level: Option<f64>,
    sign: Sign,
    targets: impl Iterator<Item = &'t TargetMark>,
) -> Vec<(Sign, String)> {
    let mut key = vec![(Sign::Estimate, words::rate(language).to_owned())];
    if let Some(level) = level {
        key.push((Sign::Interval, words::interval(level, language)));
    }
    if let Some(yardstick) = targets.map(|target| target.yardstick).reduce(|a, b| a && b) {
        key.push((sign, words::target(yardstick, language).to_owned()));
    }
    key
}
