//! Printing: posters, visit slips, paper forms and letters of apology. Takes values and gives bytes.
//! A sheet is drawn once, as marks in millimetres; SVG and PDF are two ways of
//! writing the same marks. What is said comes from the catalogue of all texts.

mod apology;
mod docx;
mod letters;
mod paper_form;
mod pdf;
mod poster;
mod qr;
mod sheet;
mod slip;
mod svg;
#[cfg(test)]
mod tests;

pub use apology::ApologyLetter;
pub use paper_form::{FormPages, PaperForm};
pub use pdf::pdf;
pub use poster::{Poster, PosterSize};
pub use qr::picture as qr_picture;
pub use sheet::Sheet;
pub use slip::{SlipLayout, Slips};
pub use svg::svg;

use surveys::{Language, Text};

use crate::texts::Words;

/// The first letter of `text` that the font of everything printed has not, or that nobody
/// sees: it would make two names of one look.
pub fn unprintable(text: &str) -> Option<char> {
    let has = |c: char| letters::Weight::ALL.iter().all(|weight| weight.has(c));
    text.chars().find(|c| is_format(*c) || !has(*c))
}

/// Whether `c` changes how others are shown and is itself no picture: the general category
/// Cf of Unicode as far as a font may have it.
fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// What stands on everything printed from made-up data.
fn simulated() -> String {
    Language::ALL.map(|language| Words::new(language).get("simulated")).join(" / ")
}

/// Why a sheet could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// The address is too long for a QR code.
    #[error("an address of {0} characters does not go into a QR code; use a shorter one")]
    AddressTooLong(usize),
}

impl PrintError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let Self::AddressTooLong(length) = self;
        Text::new(
            format!("Địa chỉ dài {length} ký tự không vừa mã QR; hãy dùng địa chỉ ngắn hơn"),
            self.to_string(),
        )
    }
}
