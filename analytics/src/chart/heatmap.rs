//! Communes × components: the rate as a number in every cell, and five classes
//! of colour behind it.

use plotters::style::RGBColor;
use surveys::Language;
use surveys::text::rate;

use super::canvas::{Canvas, Type, clean, int};
use super::frame::{self, Sign};
use super::palette::{CLASSES, INK, INTERVAL, PAPER, text_on};
use super::{Caption, ChartError, Drawing, Look, MOST_ROWS, words};

/// Lower bounds of the upper four classes.
const BOUNDS: [f64; 4] = [0.6, 0.7, 0.8, 0.9];
/// The lines of a column's name.
const HEADER_LINES: usize = 7;
/// How many rows the description says in words; a table says them all.
const MOST_SAID: usize = 6;

/// One commune.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatmapRow {
    /// Its name.
    pub label: String,
    /// Its rate for each column, in [0, 1]; `None` where nothing is published.
    /// Cells that are missing at the end count as `None`.
    pub cells: Vec<Option<f64>>,
}

/// Rates of communes by component.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatmapChart {
    /// The lines above the chart.
    pub caption: Caption,
    /// Language, width, simulated or not.
    pub look: Look,
    /// The names of the components. More than fit side by side go into further
    /// blocks below the first.
    pub columns: Vec<String>,
    /// The communes, from top to bottom.
    pub rows: Vec<HeatmapRow>,
}

impl HeatmapChart {
    /// Draws the chart.
    ///
    /// # Errors
    /// [`ChartError`] when this build is damaged; bad data never is an error.
    pub fn draw(&self) -> Result<Drawing, ChartError> {
        Drawing::new(self.look, &self.caption, &self.in_words(), |canvas| self.draw_on(canvas))
    }

    fn draw_on(&self, canvas: &Canvas<'_>) -> Result<i32, ChartError> {
        let (look, language) = (self.look, self.look.language);
        let rows = self.rows.get(..MOST_ROWS).unwrap_or(&self.rows);
        let columns = self.columns.get(..MOST_ROWS).unwrap_or(&self.columns);
        let mut notes = Vec::new();
        if self.rows.len() > rows.len() {
            notes.push(words::more(self.rows.len() - rows.len(), language));
        }
        let mut y = frame::above(canvas, look, &self.caption, &notes)?;
        if rows.is_empty() || columns.is_empty() {
            y = frame::empty(canvas, look, y)?;
            return frame::below(canvas, look, y, &[]);
        }
        // Blocks of equal size, so that the last is not a single column.
        let most = if look.is_compact() { 4 } else { 9 };
        let blocks = columns.len().div_ceil(most);
        let each = columns.len().div_ceil(blocks);
        let label_room = if look.is_compact() { 116 } else { 172 };
        let room = look.width() - 2 * look.margin() - label_room;
        let wide = (room / int(each).max(1)).min(150);
        for block in 0..blocks {
            let range = block * each..((block + 1) * each).min(columns.len());
            y = Block { look, columns, rows, range, label_room, wide }.draw(canvas, y)? + 12;
        }
        let mut key: Vec<(Sign, String)> = HeatClass::ALL
            .into_iter()
            .map(|class| (Sign::Fill(class.colour()), class.words(language).to_owned()))
            .collect();
        key.push((Sign::Hatch, words::not_published(language).to_owned()));
        frame::below(canvas, look, y, &key)
    }

    fn in_words(&self) -> Vec<String> {
        let language = self.look.language;
        let mut said: Vec<String> =
            self.rows.iter().take(MOST_SAID).map(|row| self.row_in_words(row, language)).collect();
        if self.rows.is_empty() || self.columns.is_empty() {
            said = vec![words::no_data(language).to_owned()];
        } else if self.rows.len() > MOST_SAID {
            said.push(words::see_table(self.rows.len() - MOST_SAID, language));
        }
        said
    }

    fn row_in_words(&self, row: &HeatmapRow, language: Language) -> String {
        let cells: Vec<String> = self
            .columns
            .iter()
            .take(9)
            .enumerate()
            .map(|(i, column)| {
                let figure =
                    cell(row, i).map_or("–".to_owned(), |share| rate(share, None, language));
                format!("{} {figure}", clean(column))
            })
            .collect();
        format!("{}: {}.", clean(&row.label), cells.join("; "))
    }
}

fn cell(row: &HeatmapRow, column: usize) -> Option<f64> {
    row.cells.get(column).copied().flatten().filter(|rate| rate.is_finite())
}

/// One of the five classes of colour behind a rate, from low to high. A page draws the
/// same classes as the chart does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeatClass(usize);

impl HeatClass {
    /// Every class, the lowest first.
    pub const ALL: [Self; 5] = [Self(0), Self(1), Self(2), Self(3), Self(4)];

    /// The class of a rate in [0, 1]. It is found from the figure as printed, so that a
    /// cell that reads 90,0 has the colour of 90.
    pub fn of(rate: f64) -> Self {
        let printed = (rate * 1_000.0).round() / 1_000.0;
        Self(BOUNDS.iter().filter(|bound| printed >= **bound).count())
    }

    /// Its place among all, 0 for the lowest.
    pub const fn place(self) -> usize {
        self.0
    }

    /// Which rates it has, in words.
    pub fn words(self, language: Language) -> &'static str {
        words::class(self.0, language)
    }

    /// Red, green and blue of its colour.
    pub fn ground(self) -> [u8; 3] {
        let colour = self.colour();
        [colour.0, colour.1, colour.2]
    }

    /// Red, green and blue of the text on it: black or white.
    pub fn ink(self) -> [u8; 3] {
        let colour = text_on(self.colour());
        [colour.0, colour.1, colour.2]
    }

    fn colour(self) -> RGBColor {
        CLASSES[self.0]
    }
}

/// Some of the columns, with all rows.
struct Block<'a> {
    look: Look,
    columns: &'a [String],
    rows: &'a [HeatmapRow],
    range: std::ops::Range<usize>,
    /// The width of the names of the rows.
    label_room: i32,
    /// The width of a column.
    wide: i32,
}

impl Block<'_> {
    fn draw(&self, canvas: &Canvas<'_>, top: i32) -> Result<i32, ChartError> {
        const HEIGHT: i32 = 28;
        let (left, wide) = (self.look.margin(), self.wide);
        let start = left + self.label_room;
        let mut y = self.header(canvas, (start, top))?;
        let set = Type::SMALL.coloured(INK);
        for row in self.rows {
            let lines = set.wrap(&clean(&row.label), self.label_room - 8, 2)?;
            let height = HEIGHT + set.leading() * (int(lines.len()) - 1).max(0);
            canvas.lines((left, y + 19), &lines, set)?;
            for (i, column) in self.range.clone().enumerate() {
                let x = start + wide * int(i);
                self.cell(canvas, cell(row, column), (x, y), (x + wide - 1, y + height - 1))?;
            }
            y += height;
        }
        Ok(y)
    }

    /// The names of the columns, in lines that end on one baseline.
    fn header(&self, canvas: &Canvas<'_>, (start, top): (i32, i32)) -> Result<i32, ChartError> {
        let set = Type::SMALL.coloured(INK).middle();
        let wide = self.wide;
        let mut names = Vec::new();
        for column in &self.columns[self.range.clone()] {
            names.push(set.wrap(&clean(column), wide - 6, HEADER_LINES)?);
        }
        let deepest = int(names.iter().map(Vec::len).max().unwrap_or(0));
        let bottom = top + set.leading() * deepest + 8;
        for (i, lines) in names.iter().enumerate() {
            let first = bottom - 8 - set.leading() * (int(lines.len()) - 1);
            canvas.lines((start + wide * int(i) + wide / 2, first), lines, set)?;
        }
        Ok(bottom)
    }

    fn cell(
        &self,
        canvas: &Canvas<'_>,
        share: Option<f64>,
        from: (i32, i32),
        to: (i32, i32),
    ) -> Result<(), ChartError> {
        let middle = (i32::midpoint(from.0, to.0), i32::midpoint(from.1, to.1) + 5);
        if let Some(share) = share {
            let ground = HeatClass::of(share).colour();
            canvas.area(from, to, ground)?;
            let figure = rate(share, None, self.look.language);
            let figure = figure.trim_end_matches(['%', '\u{a0}']);
            canvas.text(middle, figure, Type::SMALL.coloured(text_on(ground)).middle())
        } else {
            canvas.hatch(from, to, INTERVAL)?;
            canvas.area((middle.0 - 9, from.1 + 4), (middle.0 + 9, to.1 - 4), PAPER)?;
            canvas.text(middle, "–", Type::SMALL.coloured(INK).middle())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colour_of_a_cell_is_that_of_the_number_in_it() {
        for (rate, expected) in
            [(0.0, 0), (0.5999, 1), (0.599_4, 0), (0.6, 1), (0.899_6, 4), (0.9, 4), (1.0, 4)]
        {
            assert_eq!(HeatClass::of(rate).place(), expected, "{rate}");
        }
    }
}
