//! The target of a trend, as steps with their names.

use super::super::canvas::{Canvas, Point, Type, clean};
use super::super::palette::TARGET;
use super::super::{ChartError, TargetMark, words};
use super::plot::Plot;

/// A rectangle: left, top, right, bottom.
pub(super) type Box4 = (i32, i32, i32, i32);

/// Where the baseline of a target's label may lie, from its line.
const NEAR: [i32; 2] = [-8, 19];
const FAR: [i32; 8] = [30, -19, 41, -30, 52, -41, 63, 74];

/// Consecutive periods with one and the same target.
struct Run<'a> {
    target: &'a TargetMark,
    first: usize,
    last: usize,
}

impl<'a> Plot<'a> {
    fn runs(&self) -> Vec<Run<'a>> {
        let mut runs: Vec<Run<'a>> = Vec::new();
        for (i, point) in self.points.iter().enumerate() {
            let Some(target) = point.target.as_ref().filter(|t| t.is_finite()) else { continue };
            match runs.last_mut() {
                Some(run) if run.last + 1 == i && run.target == target => run.last = i,
                _ => runs.push(Run { target, first: i, last: i }),
            }
        }
        runs
    }

    /// The target as steps.
    pub(super) fn targets(&self, canvas: &Canvas<'_>) -> Result<(), ChartError> {
        let mut previous: Option<(usize, i32)> = None;
        for run in self.runs() {
            let y = self.axis.pixel(run.target.value);
            let (from, to) = (self.edge(run.first), self.edge(run.last + 1));
            if let Some((end, before)) = previous
                && end == run.first
            {
                canvas.dashes((from, before), (from, y), TARGET, 2)?;
            }
            canvas.dashes((from, y), (to, y), TARGET, 2)?;
            previous = Some((run.last + 1, y));
        }
        Ok(())
    }

    /// Names each stretch of the target, where there is room for it.
    pub(super) fn target_labels(&self, canvas: &Canvas<'_>) -> Result<(), ChartError> {
        let language = self.look.language;
        let set = Type::SMALL.coloured(TARGET);
        let mut taken = self.taken();
        if let Some((_, at)) = self.last_figure()? {
            taken.push(at);
        }
        for run in self.runs() {
            let short = clean(&run.target.text(language));
            let long = format!("{} {short}", words::target(run.target.yardstick, language));
            // Close by in full, close by in short, then farther off. Where nothing
            // is free there is no label: the axis, the key and the table have it.
            let mut place = None;
            for offsets in [&NEAR[..], &FAR[..]] {
                for text in [&long, &short] {
                    let wide = set.width(text)?;
                    if place.is_none() {
                        place =
                            self.free_place(&run, offsets, wide, &taken).map(|at| (text, at, wide));
                    }
                }
            }
            if let Some((text, at, wide)) = place {
                taken.push((at.0, at.1 - 14, at.0 + wide, at.1 + 4));
                canvas.text(at, text, set)?;
            }
        }
        Ok(())
    }

    /// A baseline start above or below the line of a target where a text so
    /// `wide` covers nothing.
    fn free_place(
        &self,
        run: &Run<'_>,
        offsets: &[i32],
        wide: i32,
        taken: &[Box4],
    ) -> Option<Point> {
        let y = self.axis.pixel(run.target.value);
        let first = self.edge(run.first) + 4;
        let last = (self.edge(run.last + 1) - wide - 4).min(self.right - wide);
        let step = usize::try_from((self.slot() / 2).max(6)).unwrap_or(6);
        offsets
            .iter()
            .flat_map(|offset| {
                (first..=last.max(first)).step_by(step).map(move |x| (x, y + offset))
            })
            .find(|(x, baseline)| {
                let text = (*x - 3, baseline - 14, x + wide + 3, baseline + 5);
                text.1 >= self.top - 12
                    && text.2 <= self.right + 6
                    && text.3 <= self.bottom - 18
                    && !taken.iter().any(|other| overlap(text, *other))
            })
    }

    /// What a label must not cover: whiskers, dots, lines, steps.
    fn taken(&self) -> Vec<Box4> {
        let mut taken = Vec::new();
        for (i, shown) in self.shown() {
            let (x, y) = self.at(i, shown);
            let (low, upp) = shown.interval.unwrap_or((shown.rate, shown.rate));
            let (low, upp) = (self.axis.pixel(low), self.axis.pixel(upp));
            taken.push((x - 8, upp.min(y - 6), x + 8, low.max(y + 6)));
        }
        for stretch in self.stretches() {
            for pair in stretch.windows(2) {
                let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
                for x in (x0..x1).step_by(4) {
                    let y = y0 + (y1 - y0) * (x - x0) / (x1 - x0).max(1);
                    taken.push((x - 2, y - 2, x + 2, y + 2));
                }
            }
        }
        for at in &self.breaks {
            taken.push((at.x - 2, at.top, at.x + 2, self.bottom));
        }
        let runs = self.runs();
        for run in &runs {
            let y = self.axis.pixel(run.target.value);
            taken.push((self.edge(run.first), y - 2, self.edge(run.last + 1), y + 2));
        }
        for pair in runs.windows(2).filter(|pair| pair[0].last + 1 == pair[1].first) {
            let (x, a) = (self.edge(pair[1].first), self.axis.pixel(pair[0].target.value));
            let b = self.axis.pixel(pair[1].target.value);
            taken.push((x - 2, a.min(b), x + 2, a.max(b)));
        }
        taken
    }
}

fn overlap(a: Box4, b: Box4) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}
