//! QR codes, each as one outline.

use qrcode::{Color, EcLevel, QrCode};

use super::PrintError;
use super::sheet::{Step, rectangle};
use super::svg::path;

/// The white edge around a code, in modules: readers need it.
pub(super) const QUIET: f32 = 4.0;

/// The code of `text` as a picture of its own, in SVG: a page shows it at any size.
///
/// # Errors
/// [`PrintError::AddressTooLong`] when no code holds `text`.
pub fn picture(text: &str) -> Result<String, PrintError> {
    const SIDE: f32 = 240.0;
    let outline = path(&qr(text, 0.0, 0.0, SIDE)?);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIDE} {SIDE}\">\
         <path fill=\"#fff\" d=\"M0 0h{SIDE}v{SIDE}H0z\"/><path d=\"{outline}\"/></svg>"
    ))
}

/// The code of `text` in a square of `side` at `x`, `y`, quiet zone included.
/// Middle error correction: a sixth of it may be dirty or torn.
///
/// # Errors
/// [`PrintError::AddressTooLong`] when no code holds `text`.
pub(super) fn qr(text: &str, x: f32, y: f32, side: f32) -> Result<Vec<Step>, PrintError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|_| PrintError::AddressTooLong(text.chars().count()))?;
    let modules = code.width();
    let module = side / (modules as f32 + 2.0 * QUIET);
    let colours = code.to_colors();
    let mut outline = Vec::new();
    for (row, colours) in colours.chunks(modules).enumerate() {
        let top = y + (row as f32 + QUIET) * module;
        let mut column = 0;
        for run in colours.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                let left = x + (column as f32 + QUIET) * module;
                let width = run.len() as f32 * module;
                // A hair into the next row: else a screen shows white seams.
                outline.extend(rectangle(left, top, width, module * 1.02));
            }
            column += run.len();
        }
    }
    Ok(outline)
}
