//! Whether dates such as `05/10/2026` have the day or the month first: decided for a
//! file as a whole, from the dates that can only be read one way.

use analytics::frame::records::Next;
use surveys::Text;

use super::Error;
use super::header::{Header, Holds};
use super::moment::First;
use super::row::Defaults;
use super::table::Table;

/// What the dates with strokes of a file show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// How many can only have the day first.
    day: u64,
    /// How many can only have the month first.
    month: u64,
    /// How many can be read both ways.
    either: u64,
}

impl Shown {
    /// What the moments of `table` show, which is read to its end.
    ///
    /// # Errors
    /// When it cannot be read or has no header that can be used.
    pub fn by(mut table: Table, defaults: &Defaults<'_>) -> Result<Self, Error> {
        let header = Header::find(&mut table, defaults)?;
        let mut shown = Self::default();
        let Some(place) = header.place(Holds::AnsweredAt) else { return Ok(shown) };
        loop {
            match table.advance()? {
                Next::End => return Ok(shown),
                Next::Broken(_) => {}
                Next::Record => {
                    if let Some(cell) = table.text(place) {
                        shown.note(&cell);
                    }
                }
            }
        }
    }

    /// Adds what one cell shows.
    pub(super) fn note(&mut self, cell: &str) {
        match parts(cell) {
            Some((13.., 1..=12)) => self.day += 1,
            Some((1..=12, 13..)) => self.month += 1,
            Some((1..=12, 1..=12)) => self.either += 1,
            _ => {}
        }
    }

    /// What comes first when a map says `said`.
    pub(super) fn first(self, said: First) -> Result<First, Text> {
        let Self { day, month, either } = self;
        match said {
            First::Day if month > day => Err(other("dd/mm/yyyy", "mm/dd/yyyy", month)),
            First::Month if day > month => Err(other("mm/dd/yyyy", "dd/mm/yyyy", day)),
            First::Unsaid if day > 0 && month == 0 => Ok(First::Day),
            First::Unsaid if month > 0 && day == 0 => Ok(First::Month),
            First::Unsaid if day + month + either > 0 => Err(unsaid(day > 0)),
            said => Ok(said),
        }
    }

    /// Whether somebody has to say what comes first.
    pub fn is_open(self) -> bool {
        self.first(First::Unsaid).is_err()
    }
}

/// The first two numbers of a date with strokes whose year comes last.
pub(super) fn parts(cell: &str) -> Option<(u32, u32)> {
    let mut parts = cell.split([' ', '\u{a0}']).next()?.split('/');
    let mut number = |most: usize| {
        let part = parts.next().filter(|part| (1..=most).contains(&part.len()))?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let (first, second, _year) = (number(2)?, number(2)?, number(4)?);
    (first <= 31 && second <= 31).then_some((first, second))
}

fn other(said: &str, shown: &str, rows: u64) -> Text {
    Text::new(
        format!(
            "Bản đồ cột nói ngày viết {said}, nhưng {rows} dòng chỉ đọc được theo {shown}: hãy sửa [dates] form = \"{shown}\""
        ),
        format!(
            "the map says that dates are written {said}, but {rows} rows can only be read as {shown}: correct it to [dates] form = \"{shown}\""
        ),
    )
}

fn unsaid(both: bool) -> Text {
    let (vi, en) = if both {
        (
            "Có dòng ghi ngày trước tháng, có dòng ghi tháng trước ngày",
            "some rows have the day first and others the month",
        )
    } else {
        (
            "Không biết các ngày như 05/10/2026 ghi ngày trước hay tháng trước",
            "dates such as 05/10/2026 may have the day first or the month",
        )
    };
    Text::new(
        format!(
            "{vi}: hãy ghi như 2026-10-05, hoặc dùng --map có [dates] form = \"dd/mm/yyyy\" (hay \"mm/dd/yyyy\")"
        ),
        format!(
            "{en}: write them like 2026-10-05, or use a --map with [dates] form = \"dd/mm/yyyy\" (or \"mm/dd/yyyy\")"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cells: &[&str]) -> Shown {
        let mut shown = Shown::default();
        for cell in cells {
            shown.note(cell);
        }
        shown
    }

    #[test]
    fn one_date_that_reads_one_way_only_decides_for_the_whole_file() {
        let first = |cells: &[&str]| shown(cells).first(First::Unsaid);
        assert_eq!(first(&["05/10/2026", "31/01/2026 9:30"]), Ok(First::Day));
        assert_eq!(first(&["05/10/2026", "01/31/2026"]), Ok(First::Month));
        assert_eq!(first(&["2026-10-05", "2026/10/05", "", "x/y/2026"]), Ok(First::Unsaid));
        assert!(first(&["05/10/2026"]).unwrap_err().vi.contains("[dates]"));
        assert!(first(&["31/01/2026", "01/31/2026"]).is_err());
    }

    #[test]
    fn a_map_that_most_dates_contradict_is_refused_and_a_slip_is_one_bad_row() {
        let american = shown(&["01/31/2026", "02/03/2026"]);
        assert!(american.first(First::Day).unwrap_err().vi.contains("mm/dd/yyyy"));
        assert_eq!(american.first(First::Month), Ok(First::Month));
        let slip = shown(&["31/01/2026", "30/01/2026", "01/31/2026"]);
        assert_eq!(slip.first(First::Day), Ok(First::Day));
    }
}
