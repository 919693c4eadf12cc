//! The symbols of the verdicts, drawn as shapes: the font has no tick, and a
//! shape is told from another without colour.

use plotters::style::RGBColor;

use super::canvas::{Canvas, Point};
use super::palette::{DOT, MUTED, NOT_MET};
use super::{ChartError, Mark};

/// Half the width of a symbol.
pub(super) const REACH: i32 = 7;

/// The colour of a symbol and of its word.
pub(super) fn colour(mark: Mark) -> RGBColor {
    match mark {
        Mark::Met => DOT,
        Mark::NotMet => NOT_MET,
        Mark::Undetermined | Mark::TooFew | Mark::Hidden => MUTED,
    }
}

/// Draws the symbol of `mark` around `(x, y)`: a tick, a cross, a ring, three
/// points, a dash.
pub(super) fn draw(canvas: &Canvas<'_>, (x, y): Point, mark: Mark) -> Result<(), ChartError> {
    let colour = colour(mark);
    match mark {
        Mark::Met => canvas.path(&[(x - 6, y), (x - 2, y + 5), (x + 6, y - 5)], colour, 3),
        Mark::NotMet => {
            canvas.path(&[(x - 5, y - 5), (x + 5, y + 5)], colour, 3)?;
            canvas.path(&[(x - 5, y + 5), (x + 5, y - 5)], colour, 3)
        }
        Mark::Undetermined => canvas.ring((x, y), 5, colour),
        Mark::TooFew => {
            for offset in [-5, 0, 5] {
                canvas.dot((x + offset, y), 2, colour)?;
            }
            Ok(())
        }
        Mark::Hidden => canvas.path(&[(x - 6, y), (x + 6, y)], colour, 2),
    }
}

/// The dot of an estimate. It is smaller than the caps of an interval, so that
/// a short interval still shows behind it.
pub(super) fn estimate(canvas: &Canvas<'_>, at: Point) -> Result<(), ChartError> {
    canvas.dot(at, 5, DOT)
}
