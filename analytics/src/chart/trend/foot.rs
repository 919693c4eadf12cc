//! What stands under a trend: the names of the periods and, where there is room,
//! their figures; else the last figure at its dot.

use surveys::text::rate;

use super::super::canvas::{Canvas, Point, Type, clean, int};
use super::super::palette::{MUTED, TARGET};
use super::super::{ChartError, words};
use super::plot::Plot;
use super::steps::Box4;

/// The room for the name of a period.
const MOST_NAME: i32 = 100;

impl Plot<'_> {
    /// The figures under the plot, when each period has room for its own.
    pub(super) fn figures(&self) -> Result<Option<Vec<(String, String)>>, ChartError> {
        let language = self.look.language;
        let mut figures = Vec::new();
        for point in self.points {
            let (rate, n) = point.reading.shown().map_or_else(
                || ("–".to_owned(), "–".to_owned()),
                |shown| {
                    let rate = rate(shown.rate, point.target_value(), language);
                    let rate = rate.trim_end_matches(['%', '\u{a0}']).to_owned();
                    (rate, surveys::text::count(shown.n, language))
                },
            );
            let widest = Type::SMALL.bold().width(&rate)?.max(Type::SMALL.width(&n)?);
            if widest + 8 > self.slot() {
                return Ok(None);
            }
            figures.push((rate, n));
        }
        Ok(Some(figures))
    }

    /// The last rate and its place above its interval, when there is no room for
    /// a figure under every period.
    pub(super) fn last_figure(&self) -> Result<Option<(String, Box4)>, ChartError> {
        if self.figures()?.is_some() {
            return Ok(None);
        }
        let Some((i, shown)) = self.shown().last() else { return Ok(None) };
        let text = rate(shown.rate, self.points[i].target_value(), self.look.language);
        let wide = Type::LABEL.bold().width(&text)?;
        let half = wide / 2;
        let x = self.middle(i);
        let x = x.clamp(self.left + half, (self.look.width() - 4 - half).max(self.left + half));
        let (mut upp, mut low) = (self.axis.pixel(shown.rate), self.axis.pixel(shown.rate));
        for (other, shown) in self.shown().filter(|(i, _)| (self.middle(*i) - x).abs() < half + 8) {
            let y = self.at(other, shown).1;
            let (from, to) = shown.interval.unwrap_or((shown.rate, shown.rate));
            upp = upp.min(self.axis.pixel(to)).min(y - 5);
            low = low.max(self.axis.pixel(from)).max(y + 5);
        }
        let above = upp - 10;
        let baseline = if above - 16 >= self.top - self.headroom { above } else { low + 24 };
        Ok(Some((text, (x - half, baseline - 16, x + half, baseline + 5))))
    }

    /// Names of the periods and figures; gives the y below.
    pub(super) fn periods(&self, canvas: &Canvas<'_>) -> Result<i32, ChartError> {
        let mut y = self.names(canvas)?;
        if let Some(figures) = self.figures()? {
            let set = Type::SMALL.middle();
            let (rate_line, n_line) = (y + 24, y + 44);
            let left = self.look.margin();
            canvas.text((left, rate_line), words::rate_row(self.look.language), Type::SMALL)?;
            canvas.text((left, n_line), "n", Type::SMALL)?;
            for (i, (rate, n)) in figures.iter().enumerate() {
                let bold = set.bold().coloured(TARGET);
                canvas.text((self.middle(i), rate_line), rate, bold)?;
                canvas.text((self.middle(i), n_line), n, set)?;
            }
            y = n_line;
        }
        if let Some((text, (left, _, right, low))) = self.last_figure()? {
            let at = (i32::midpoint(left, right), low - 5);
            canvas.text(at, &text, Type::LABEL.bold().middle())?;
        }
        Ok(y + 6)
    }

    /// Names of the periods, thinned out from the last when they do not fit.
    /// Months such as `02/2026` that do not fit become `02`, with the year below
    /// wherever it changes. Gives the lowest baseline.
    fn names(&self, canvas: &Canvas<'_>) -> Result<i32, ChartError> {
        let set = Type::SMALL.middle();
        let whole: Vec<(String, String)> =
            self.points.iter().map(|p| (clean(&p.label), String::new())).collect();
        let mut names = whole.clone();
        if self.every(&whole)? > 1 {
            let parts = whole.iter().map(|(name, _)| {
                name.split_once('/').map(|(month, year)| (month.to_owned(), year.to_owned()))
            });
            names = parts.collect::<Option<_>>().unwrap_or(whole);
        }
        let every = self.every(&names)?;
        let (first_line, second_line) = (self.bottom + 21, self.bottom + 40);
        let mut lowest = first_line;
        let mut year = "";
        for (i, (name, below)) in names.iter().enumerate() {
            let x = self.middle(i);
            canvas.path(&[(x, self.bottom), (x, self.bottom + 5)], MUTED, 1)?;
            if !(names.len() - 1 - i).is_multiple_of(every) {
                continue;
            }
            let name = set.one_line(name, MOST_NAME)?;
            self.name(canvas, (x, first_line), &name)?;
            if below != year {
                let below = set.one_line(below, MOST_NAME)?;
                self.name(canvas, (x, second_line), &below)?;
                lowest = second_line;
            }
            year = below;
        }
        Ok(lowest)
    }

    /// A text under the middle of a period, moved in where it would be cut off.
    fn name(&self, canvas: &Canvas<'_>, at: Point, text: &str) -> Result<(), ChartError> {
        let set = Type::SMALL.middle();
        let half = (set.width(text)? + 1) / 2;
        let x = at.0.min(self.look.width() - 4 - half).max(4 + half);
        canvas.text((x, at.1), text, set)
    }

    /// Every how many periods there is room for a name.
    fn every(&self, names: &[(String, String)]) -> Result<usize, ChartError> {
        let mut widest = 1;
        for (name, _) in names {
            widest = widest.max(Type::SMALL.width(name)?.min(MOST_NAME));
        }
        let half = (widest + 1) / 2;
        let moved_in = (self.middle(self.points.len() - 1) + half - (self.look.width() - 4))
            .max(4 + half - self.middle(0))
            .max(0);
        let needed = (widest + 4 + 2 * moved_in) * int(self.points.len());
        let width = self.right - self.left;
        Ok(usize::try_from((needed + width - 1) / width).unwrap_or(1).max(1))
    }
}
