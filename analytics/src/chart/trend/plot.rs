//! The plot of a trend: where things lie, and how they keep out of each other's
//! way.

use surveys::text::percent;

use super::super::canvas::{Canvas, Point, Type, clean, int};
use super::super::frame::{self, Axis};
use super::super::palette::{DOT, GRID, INTERVAL, MUTED};
use super::super::{ChartError, Look, Shown, symbol};
use super::TrendPoint;

/// A plot with its place on the canvas.
pub(super) struct Plot<'a> {
    pub(super) look: Look,
    pub(super) points: &'a [TrendPoint],
    pub(super) axis: Axis,
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
    /// Free height above 100 %, for a figure over the last dot.
    pub(super) headroom: i32,
    pub(super) breaks: Vec<Break>,
}

/// A change of method, with its label laid out above the plot.
pub(super) struct Break {
    pub(super) x: i32,
    pub(super) top: i32,
    pub(super) lines: Vec<String>,
    pub(super) set: Type,
}

impl<'a> Plot<'a> {
    /// A plot between two x, below `y`.
    pub(super) fn new(
        look: Look,
        points: &'a [TrendPoint],
        axis: Axis,
        (left, right): (i32, i32),
        y: i32,
    ) -> Result<Self, ChartError> {
        let high = if look.is_compact() { 220 } else { 260 };
        let mut plot = Self {
            look,
            points,
            axis,
            left,
            right,
            top: y,
            bottom: y,
            headroom: 0,
            breaks: Vec::new(),
        };
        plot.headroom = if plot.figures()?.is_some() { 12 } else { 28 };
        plot.top = plot.lay_out_breaks(y)? + plot.headroom;
        plot.bottom = plot.top + high;
        plot.axis.lie_between(plot.bottom, plot.top);
        Ok(plot)
    }

    /// The left edge of the period at `index`; one past the last gives the right
    /// edge of the plot.
    pub(super) fn edge(&self, index: usize) -> i32 {
        self.left + (self.right - self.left) * int(index) / int(self.points.len()).max(1)
    }

    pub(super) fn middle(&self, index: usize) -> i32 {
        i32::midpoint(self.edge(index), self.edge(index + 1))
    }

    pub(super) fn slot(&self) -> i32 {
        (self.right - self.left) / int(self.points.len()).max(1)
    }

    pub(super) fn shown(&self) -> impl Iterator<Item = (usize, Shown)> {
        self.points.iter().enumerate().filter_map(|(i, p)| Some((i, p.reading.shown()?)))
    }

    pub(super) fn at(&self, index: usize, shown: Shown) -> Point {
        (self.middle(index), self.axis.pixel(shown.rate))
    }

    /// Stretches of periods to be joined by a line: a gap or a change of method
    /// ends one.
    pub(super) fn stretches(&self) -> Vec<Vec<Point>> {
        let mut stretches: Vec<Vec<Point>> = Vec::new();
        let mut previous = None;
        for (i, shown) in self.shown() {
            let goes_on = previous == i.checked_sub(1)
                && previous.is_some()
                && self.points[i].break_before.is_none();
            let point = self.at(i, shown);
            match stretches.last_mut() {
                Some(stretch) if goes_on => stretch.push(point),
                _ => stretches.push(vec![point]),
            }
            previous = Some(i);
        }
        stretches
    }

    /// Places the labels of changes of method on up to three levels; gives the y
    /// below them.
    fn lay_out_breaks(&mut self, y: i32) -> Result<i32, ChartError> {
        const LEVELS: usize = 3;
        const LINES: usize = 2;
        let set = Type::SMALL;
        let found: Vec<(i32, String)> = (0..self.points.len())
            .filter_map(|i| Some((self.edge(i), clean(self.points[i].break_before.as_deref()?))))
            .collect();
        let levels = found.len().min(LEVELS);
        let mut tops = vec![0; levels];
        let mut ends = vec![self.left; levels];
        let mut laid = Vec::new();
        for (k, (x, label)) in found.iter().enumerate() {
            let level = k % levels;
            // The lines of the next breaks start on lower levels, up to the first
            // that starts on this one or above it.
            let after =
                found.get(k + levels - level).map_or(self.right, |(next, _)| *next) - x - 12;
            let line_before = k.checked_sub(1).map_or(self.left, |p| found[p].0);
            let before = x - line_before.max(ends[level]) - 12;
            let (room, set) =
                if before > after && after < 160 { (before, set.right()) } else { (after, set) };
            let lines = set.wrap(label, room.max(12), LINES)?;
            for line in lines.iter().filter(|_| set.align == Type::SMALL.align) {
                ends[level] = ends[level].max(x + 6 + set.width(line)?);
            }
            tops[level] = tops[level].max(int(lines.len().max(1)) * set.leading() + 6);
            laid.push((level, Break { x: *x, top: 0, lines, set }));
        }
        self.breaks = laid
            .into_iter()
            .map(|(level, laid)| Break { top: y + tops[..level].iter().sum::<i32>(), ..laid })
            .collect();
        Ok(y + tops.iter().sum::<i32>())
    }

    /// Grid and numbers of the axis.
    pub(super) fn grid(&self, canvas: &Canvas<'_>) -> Result<(), ChartError> {
        for tick in self.axis.ticks() {
            let y = self.axis.pixel(tick);
            canvas.path(&[(self.left, y), (self.right, y)], GRID, 1)?;
            let text = percent(tick, 0, self.look.language);
            canvas.text((self.left - 8, y + 5), &text, Type::SMALL.right())?;
        }
        canvas.path(&[(self.left, self.bottom), (self.right, self.bottom)], MUTED, 1)
    }

    /// Changes of method: a dashed line from the label down.
    pub(super) fn breaks(&self, canvas: &Canvas<'_>) -> Result<(), ChartError> {
        for at in &self.breaks {
            canvas.dashes((at.x, at.top), (at.x, self.bottom), MUTED, 1)?;
            let aside = if at.set.align == Type::SMALL.align { 6 } else { -6 };
            canvas.lines((at.x + aside, at.top + 14), &at.lines, at.set)?;
        }
        Ok(())
    }

    /// The line that joins the dots.
    pub(super) fn line(&self, canvas: &Canvas<'_>) -> Result<(), ChartError> {
        for stretch in self.stretches().iter().filter(|stretch| stretch.len() > 1) {
            canvas.path(stretch, DOT, 2)?;
        }
        Ok(())
    }

    /// Dots with their intervals, and hatching where there is nothing.
    pub(super) fn readings(&self, canvas: &Canvas<'_>) -> Result<(), ChartError> {
        for (i, point) in self.points.iter().enumerate() {
            if let Some(shown) = point.reading.shown() {
                let (x, y) = self.at(i, shown);
                if let Some((low, upp)) = shown.interval {
                    frame::whisker(canvas, (x, self.axis.pixel(low)), (x, self.axis.pixel(upp)))?;
                }
                if self.slot() >= 16 {
                    symbol::estimate(canvas, (x, y))?;
                } else {
                    canvas.dot((x, y), 3, DOT)?;
                }
            } else {
                let (left, right) = (self.edge(i) + 2, self.edge(i + 1) - 2);
                canvas.hatch((left, self.bottom - 16), (right, self.bottom), INTERVAL)?;
            }
        }
        Ok(())
    }
}
