//! Estimates and charts as files.

use std::borrow::Cow;

pub mod csv_text;
pub mod estimates;
pub mod package;
pub mod sheet;

/// What begins a formula in a spreadsheet.
const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'];

/// The text of a cell that [`harmless`] wrote.
pub fn as_it_was(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| text.starts_with(STARTS)).unwrap_or(cell)
}

/// `text` as a CSV cell that no spreadsheet runs as a formula: an apostrophe goes
/// before a first character that would start one.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(STARTS) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_text_and_text_stays_as_it_is() {
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("－x"), "'－x");
        assert_eq!(harmless("Phường 1"), "Phường 1");
        assert_eq!(harmless(""), "");
        for text in ["=1+1", "- chậm", "'quoted'", "", "x"] {
            assert_eq!(as_it_was(&harmless(text)), text);
        }
    }
}
