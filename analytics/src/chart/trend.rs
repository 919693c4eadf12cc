//! A rate over months: dots joined by a line, intervals, the target as steps.

mod foot;
mod plot;
mod steps;

use surveys::Language;
use surveys::text::rate;

use self::plot::Plot;
use super::canvas::{Canvas, clean};
use super::frame::{self, Axis, Sign};
use super::{Caption, ChartError, Drawing, Look, Reading, TargetMark, words};

/// The most months in one chart, the last ones.
const MOST_POINTS: usize = 60;
/// How many months the description says in words; a table says them all.
const MOST_SAID: usize = 12;

/// One month, or one other period.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendPoint {
    /// Its name on the axis, short: `10/2026`.
    pub label: String,
    /// Its rate, or why there is none: a gap that is not bridged.
    pub reading: Reading,
    /// The target in force in it.
    pub target: Option<TargetMark>,
    /// What changed in the method before this period, when something did.
    pub break_before: Option<String>,
}

/// A rate from month to month.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendChart {
    /// The lines above the chart.
    pub caption: Caption,
    /// Language, width, simulated or not.
    pub look: Look,
    /// The level of the intervals, such as 0.95.
    pub level: f64,
    /// Whether the axis may start at 50 %. It then says so; when a rate, limit
    /// or target lies lower, it starts at 0 all the same.
    pub from_half: bool,
    /// The months, without holes: a month without data has a point too.
    pub points: Vec<TrendPoint>,
}

impl TrendChart {
    /// Draws the chart.
    ///
    /// # Errors
    /// [`ChartError`] when this build is damaged; bad data never is an error.
    pub fn draw(&self) -> Result<Drawing, ChartError> {
        Drawing::new(self.look, &self.caption, &self.in_words(), |canvas| self.draw_on(canvas))
    }

    fn drawn(&self) -> &[TrendPoint] {
        &self.points[self.points.len().saturating_sub(MOST_POINTS)..]
    }

    fn draw_on(&self, canvas: &Canvas<'_>) -> Result<i32, ChartError> {
        let (look, language) = (self.look, self.look.language);
        let points = self.drawn();
        let shown = points.iter().filter_map(|p| p.reading.shown());
        let targets = points.iter().filter_map(|p| p.target.as_ref());
        let axis = Axis::new(self.from_half, shown, targets, (0, 1));
        let mut notes = Vec::new();
        if axis.starts_at_half() && !points.is_empty() {
            notes.push(words::axis_from_half(language).to_owned());
        }
        if self.points.len() > points.len() {
            notes.push(words::earlier(self.points.len() - points.len(), language));
        }
        let mut y = frame::above(canvas, look, &self.caption, &notes)?;
        if points.is_empty() {
            y = frame::empty(canvas, look, y)?;
            return frame::below(canvas, look, y, &[]);
        }
        let left = if look.is_compact() { 60 } else { 84 };
        let plot = Plot::new(look, points, axis, (left, look.width() - look.margin() - 8), y)?;
        plot.grid(canvas)?;
        plot.breaks(canvas)?;
        plot.targets(canvas)?;
        plot.line(canvas)?;
        plot.readings(canvas)?;
        plot.target_labels(canvas)?;
        y = plot.periods(canvas)?;
        let interval =
            points.iter().any(|p| p.reading.shown().is_some_and(|s| s.interval.is_some()));
        let targets = points.iter().filter_map(|p| p.target.as_ref());
        let mut key =
            frame::key(language, interval.then_some(self.level), Sign::TargetAcross, targets);
        if points.iter().any(|p| p.reading.shown().is_none()) {
            key.push((Sign::Hatch, words::not_published(language).to_owned()));
        }
        frame::below(canvas, look, y + 10, &key)
    }

    fn in_words(&self) -> Vec<String> {
        let language = self.look.language;
        let skipped = self.points.len().saturating_sub(MOST_SAID);
        let mut said: Vec<String> =
            self.points[skipped..].iter().map(|p| p.in_words(language)).collect();
        if self.points.is_empty() {
            said.push(words::no_data(language).to_owned());
        } else if skipped > 0 {
            said.push(words::see_table(skipped, language));
        }
        said
    }
}

impl TrendPoint {
    fn target_value(&self) -> Option<f64> {
        self.target.as_ref().map(|target| target.value)
    }

    fn in_words(&self, language: Language) -> String {
        let mut parts = Vec::new();
        match (self.reading.shown(), &self.reading) {
            (Some(shown), _) => {
                let target = self.target_value();
                parts.push(rate(shown.rate, target, language));
                if let Some((low, upp)) = shown.interval {
                    parts.push(words::between(low, upp, target, language));
                }
            }
            (None, Reading::Withheld { reason }) => parts.push(clean(reason)),
            (None, Reading::Shown { .. }) => {}
        }
        if let Some(target) = &self.target {
            let word = words::target(target.yardstick, language);
            parts.push(format!("{word} {}", clean(&target.text(language))));
        }
        parts.extend(self.break_before.as_deref().map(clean));
        parts.retain(|part| !part.is_empty());
        format!("{}: {}.", clean(&self.label), parts.join("; "))
    }
}
