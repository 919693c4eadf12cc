//! One row per component: the rate as a dot, its interval as a whisker, the
//! target as a dashed line, and the verdict in words.

use surveys::Language;
use surveys::text::rate;

use super::canvas::{Canvas, Point, Type, clean};
use super::frame::{self, Axis, Sign};
use super::palette::{GRID, PAPER, TARGET};
use super::{
    Caption, ChartError, Drawing, Look, MOST_ROWS, Mark, Reading, TargetMark, symbol, words,
};

/// How many rows the description says in words; a table says them all.
const MOST_SAID: usize = 12;

/// One component, part or index.
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentRow {
    /// Its name. A name too long for two lines (three on a phone) is cut.
    pub label: String,
    /// Its rate, or why there is none.
    pub reading: Reading,
    /// The target that binds for it.
    pub target: Option<TargetMark>,
    /// Where it stands against the target.
    pub verdict: Option<Mark>,
    /// Whether its name is set in bold, as for an index over the others.
    pub strong: bool,
}

/// Rates of components against their targets.
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentChart {
    /// The lines above the chart.
    pub caption: Caption,
    /// Language, width, simulated or not.
    pub look: Look,
    /// The level of the intervals, such as 0.95.
    pub level: f64,
    /// Whether the axis may start at 50 %. It then says so; when a rate, limit
    /// or target lies lower, it starts at 0 all the same.
    pub from_half: bool,
    /// The rows, from top to bottom.
    pub rows: Vec<ComponentRow>,
}

impl ComponentChart {
    /// Draws the chart.
    ///
    /// # Errors
    /// [`ChartError`] when this build is damaged; bad data never is an error.
    pub fn draw(&self) -> Result<Drawing, ChartError> {
        Drawing::new(self.look, &self.caption, &self.in_words(), |canvas| self.draw_on(canvas))
    }

    fn drawn(&self) -> &[ComponentRow] {
        self.rows.get(..MOST_ROWS).unwrap_or(&self.rows)
    }

    fn draw_on(&self, canvas: &Canvas<'_>) -> Result<i32, ChartError> {
        let (look, language) = (self.look, self.look.language);
        let rows = self.drawn();
        let across = if look.is_compact() { (32, 328) } else { (256, 526) };
        let shown = rows.iter().filter_map(|row| row.reading.shown());
        let targets = rows.iter().filter_map(|row| row.target.as_ref());
        let axis = Axis::new(self.from_half, shown, targets, across);

        let mut notes = Vec::new();
        if axis.starts_at_half() && !rows.is_empty() {
            notes.push(words::axis_from_half(language).to_owned());
        }
        if self.rows.len() > rows.len() {
            notes.push(words::more(self.rows.len() - rows.len(), language));
        }
        let mut y = frame::above(canvas, look, &self.caption, &notes)?;
        if rows.is_empty() {
            y = frame::empty(canvas, look, y)?;
            return frame::below(canvas, look, y, &[]);
        }
        axis.numbers_across(canvas, y + 14, language)?;
        y += 22;
        for row in rows {
            let (left, right) = (look.margin(), look.width() - look.margin());
            canvas.path(&[(left, y), (right, y)], GRID, 1)?;
            y = if look.is_compact() {
                stacked(canvas, look, row, &axis, y)?
            } else {
                side_by_side(canvas, look, row, &axis, y)?
            };
        }
        axis.numbers_across(canvas, y + 18, language)?;
        let interval =
            rows.iter().any(|row| row.reading.shown().is_some_and(|s| s.interval.is_some()));
        let targets = rows.iter().filter_map(|row| row.target.as_ref());
        let key = frame::key(language, interval.then_some(self.level), Sign::Target, targets);
        frame::below(canvas, look, y + 30, &key)
    }

    fn in_words(&self) -> Vec<String> {
        let language = self.look.language;
        let mut said: Vec<String> = self
            .rows
            .iter()
            .take(MOST_SAID)
            .map(|row| row.in_words(self.level, language))
            .collect();
        if self.rows.is_empty() {
            said.push(words::no_data(language).to_owned());
        } else if self.rows.len() > MOST_SAID {
            said.push(words::see_table(self.rows.len() - MOST_SAID, language));
        }
        said
    }
}

impl ComponentRow {
    /// The mark that is drawn: what has no rate is hidden when nothing else is
    /// said.
    fn mark(&self) -> Option<Mark> {
        match (self.verdict, self.reading.shown()) {
            (None, None) => Some(Mark::Hidden),
            (verdict, _) => verdict,
        }
    }

    fn target_in_words(&self, language: Language) -> String {
        match &self.target {
            Some(target) => {
                let word = words::target(target.yardstick, language);
                format!("{word} {}", clean(&target.text(language)))
            }
            None => words::no_target(language).to_owned(),
        }
    }

    fn reason(&self) -> String {
        match &self.reading {
            Reading::Withheld { reason } => clean(reason),
            Reading::Shown { .. } => String::new(),
        }
    }

    fn target_value(&self) -> Option<f64> {
        self.target.as_ref().map(|target| target.value)
    }

    fn in_words(&self, level: f64, language: Language) -> String {
        let mut parts = Vec::new();
        if let Some(shown) = self.reading.shown() {
            let target = self.target_value();
            parts.push(rate(shown.rate, target, language));
            if let Some((low, upp)) = shown.interval {
                let limits = words::between(low, upp, target, language);
                parts.push(format!("{} {limits}", words::interval(level, language)));
            }
            parts.push(words::people(shown.n, language));
        } else {
            parts.push(self.reason());
        }
        if self.target.is_some() {
            parts.push(self.target_in_words(language));
        }
        parts.extend(self.mark().map(|mark| mark.word(language).to_owned()));
        parts.retain(|part| !part.is_empty());
        format!("{}: {}.", clean(&self.label), parts.join("; "))
    }
}

/// A row of the wide chart: name, picture, figure and verdict in four columns.
fn side_by_side(
    canvas: &Canvas<'_>,
    look: Look,
    row: &ComponentRow,
    axis: &Axis,
    top: i32,
) -> Result<i32, ChartError> {
    const HEIGHT: i32 = 52;
    const LABEL_ROOM: i32 = 226;
    const FIGURE_RIGHT: i32 = 628;
    const VERDICT: i32 = 646;
    let (first, second) = (top + 22, top + 43);
    let label = if row.strong { Type::LABEL.bold() } else { Type::LABEL };
    let lines = label.wrap(&clean(&row.label), LABEL_ROOM, 2)?;
    let baseline = if lines.len() > 1 { first } else { top + 32 };
    canvas.lines((look.margin(), baseline), &lines, label)?;

    axis.grid_across(canvas, (top + 1, top + HEIGHT))?;
    reading(canvas, look, row, axis, (top + 5, top + HEIGHT - 3))?;
    if let Some(shown) = row.reading.shown() {
        let figure = rate(shown.rate, row.target_value(), look.language);
        canvas.text((FIGURE_RIGHT, first), &figure, Type::LABEL.bold().right())?;
        let n = words::people(shown.n, look.language);
        canvas.text((FIGURE_RIGHT, second), &n, Type::SMALL.right())?;
    } else {
        canvas.text((FIGURE_RIGHT, top + 32), "–", Type::LABEL.right())?;
    }

    let room = look.width() - look.margin() - VERDICT;
    let target = Type::SMALL.one_line(&row.target_in_words(look.language), room)?;
    if let Some(mark) = row.mark() {
        verdict(canvas, look, mark, (VERDICT, first))?;
        canvas.text((VERDICT, second), &target, Type::SMALL)?;
    } else {
        canvas.text((VERDICT, top + 32), &target, Type::SMALL)?;
    }
    Ok(top + HEIGHT)
}

/// A row of the narrow chart: name, picture, figure and verdict on lines of
/// their own.
fn stacked(
    canvas: &Canvas<'_>,
    look: Look,
    row: &ComponentRow,
    axis: &Axis,
    top: i32,
) -> Result<i32, ChartError> {
    let (left, right) = (look.margin(), look.width() - look.margin());
    let label = Type::LABEL.bold();
    let figure = row.reading.shown().map_or_else(
        || "–".to_owned(),
        |shown| rate(shown.rate, row.target_value(), look.language),
    );
    let room = right - left - label.width(&figure)? - 14;
    let lines = label.wrap(&clean(&row.label), room, 3)?;
    let next = canvas.lines((left, top + 24), &lines, label)?;
    canvas.text((right, top + 24), &figure, label.right())?;

    // The second line is kept for n, however short the name.
    let lines_kept = if row.reading.shown().is_some() { 2 } else { 1 };
    let picture = next.max(top + 24 + lines_kept * label.leading()) - 10;
    let end = picture + 30;
    axis.grid_across(canvas, (picture, end))?;
    reading(canvas, look, row, axis, (picture, end))?;

    let baseline = end + 20;
    let set = Type::SMALL;
    if let Some(shown) = row.reading.shown() {
        let n = words::people(shown.n, look.language);
        canvas.text((right, top + 24 + label.leading()), &n, set.right())?;
    }
    let mut room = right - left;
    if let Some(mark) = row.mark() {
        room -= verdict_width(look, mark)? + 14;
    }
    let target = set.one_line(&row.target_in_words(look.language), room)?;
    match row.mark() {
        Some(mark) => {
            verdict(canvas, look, mark, (left, baseline))?;
            canvas.text((right, baseline), &target, set.right())?;
        }
        None => canvas.text((left, baseline), &target, set)?,
    }
    Ok(baseline + 14)
}

/// From the left edge of a verdict's symbol to its word.
const WORD: i32 = 2 * symbol::REACH + 8;

fn verdict(canvas: &Canvas<'_>, look: Look, mark: Mark, at: Point) -> Result<(), ChartError> {
    symbol::draw(canvas, (at.0 + symbol::REACH, at.1 - 5), mark)?;
    let set = Type::SMALL.bold().coloured(symbol::colour(mark));
    canvas.text((at.0 + WORD, at.1), mark.word(look.language), set)
}

fn verdict_width(look: Look, mark: Mark) -> Result<i32, ChartError> {
    Ok(WORD + Type::SMALL.bold().width(mark.word(look.language))?)
}

/// Target, interval and dot on the axis, or the reason why they are missing.
fn reading(
    canvas: &Canvas<'_>,
    look: Look,
    row: &ComponentRow,
    axis: &Axis,
    (top, bottom): (i32, i32),
) -> Result<(), ChartError> {
    let y = i32::midpoint(top, bottom);
    let Some(shown) = row.reading.shown() else {
        return withheld(canvas, look, row, axis, y);
    };
    if let Some(target) = row.target.as_ref().filter(|target| target.is_finite()) {
        let x = axis.pixel(target.value);
        canvas.dashes((x, top), (x, bottom), TARGET, 2)?;
    }
    if let Some((low, upp)) = shown.interval {
        frame::whisker(canvas, (axis.pixel(low), y), (axis.pixel(upp), y))?;
    }
    symbol::estimate(canvas, (axis.pixel(shown.rate), y))
}

/// Why there is no reading, on the paper colour so that the grid does not cross
/// the words.
fn withheld(
    canvas: &Canvas<'_>,
    look: Look,
    row: &ComponentRow,
    axis: &Axis,
    y: i32,
) -> Result<(), ChartError> {
    let (left, right) = axis.ends();
    let reason = row.reason();
    let text = if reason.is_empty() { words::not_published(look.language) } else { &reason };
    let most = if look.is_compact() { 1 } else { 2 };
    let lines = Type::SMALL.wrap(text, right - left - 8, most)?;
    let mut at = (left + 4, if lines.len() > 1 { y - 5 } else { y + 5 });
    for line in &lines {
        let wide = Type::SMALL.width(line)?;
        canvas.area((at.0 - 3, at.1 - 14), (at.0 + wide + 3, at.1 + 5), PAPER)?;
        canvas.text(at, line, Type::SMALL)?;
        at.1 += Type::SMALL.leading();
    }
    Ok(())
}
